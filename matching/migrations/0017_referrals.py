"""The overview of services, those outside that companies are referred to, and referrals with what became of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import portal.geography.danish
from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("ledger", "0005_touched"),
        ("identity", "0006_calendar_scope"),
        ("matching", "0016_contacts_and_needs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExternalParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state_agency", "state agency or fund"),
                            ("cluster", "cluster"),
                            ("private_adviser", "private adviser"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("website", models.URLField(blank=True, default="", verbose_name="website")),
                ("active", models.BooleanField(default=True, verbose_name="can be chosen")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.SortKey("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "folded_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.Fold("name"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "external party",
                "verbose_name_plural": "external parties",
                "ordering": ["sort_key", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("folded_name",),
                        name="external_party_once",
                        violation_error_message="There is already an external party of this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "\\S")),
                        name="external_party_has_a_name",
                        violation_error_message="Write what the party is called.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["state_agency", "cluster", "private_adviser", "other"])),
                        name="external_party_kind_known",
                        violation_error_message="Choose what kind of party it is.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("offers", models.TextField(max_length=1000, verbose_name="what it offers")),
                ("for_whom", models.CharField(blank=True, default="", max_length=300, verbose_name="for whom")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("recruiting", "recruiting"),
                                ("students", "collaboration with students"),
                                ("guidance", "guidance"),
                                ("export", "exporting"),
                                ("innovation", "innovation"),
                                ("financing", "financing"),
                                ("other", "something else"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="themes",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="offered from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="offered to")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.SortKey("title"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "match_types",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="matching.matchtype", verbose_name="match types"
                    ),
                ),
                (
                    "municipalities",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="geography.municipality", verbose_name="municipalities"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="offered by",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "ordering": ["organisation__sort_key", "sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_company", models.BooleanField(default=False, verbose_name="the company asked itself")),
                ("receiver_kind", models.CharField(max_length=30, verbose_name="kind of receiver")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recruiting", "recruiting"),
                            ("students", "collaboration with students"),
                            ("guidance", "guidance"),
                            ("export", "exporting"),
                            ("innovation", "innovation"),
                            ("financing", "financing"),
                            ("other", "something else"),
                        ],
                        max_length=20,
                        verbose_name="what it is about",
                    ),
                ),
                ("asked", models.TextField(max_length=2000, verbose_name="what is asked")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("first_asked_on", models.DateField(verbose_name="first asked on")),
                ("due_on", models.DateField(verbose_name="answer due")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sent", "sent"),
                            ("taken_on", "taken on"),
                            ("answered", "answered"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                            ("passed_on", "passed on"),
                        ],
                        default="sent",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("candidates", "candidates presented"),
                            ("meeting", "meeting held"),
                            ("agreement", "agreement made"),
                            ("clarified", "clarified otherwise"),
                            ("no_match", "no match found"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", max_length=2000, verbose_name="answer")),
                (
                    "alternatives",
                    models.TextField(blank=True, default="", max_length=1000, verbose_name="alternatives offered"),
                ),
                ("company_answered_on", models.DateField(blank=True, null=True, verbose_name="answer to the company")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="matching.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "company_answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="the company answered by",
                    ),
                ),
                (
                    "contact_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.contactperson",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="matching.referral",
                        verbose_name="passed on from",
                    ),
                ),
                (
                    "from_external",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.externalparty",
                        verbose_name="sent by, outside",
                    ),
                ),
                (
                    "from_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="sent by",
                    ),
                ),
                (
                    "internal_to",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="inside the municipality",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geography.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="registered by",
                    ),
                ),
                (
                    "registered_by_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registered by",
                    ),
                ),
                (
                    "taken_on_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken on by",
                    ),
                ),
                (
                    "to_external",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.externalparty",
                        verbose_name="sent to, outside",
                    ),
                ),
                (
                    "to_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="sent to",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
                "ordering": ["-asked_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ServiceContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("title", models.CharField(blank=True, default="", max_length=120, verbose_name="job title")),
                ("phone", models.CharField(blank=True, default="", max_length=30, verbose_name="telephone")),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail")),
                ("order", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="matching.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact of a service",
                "verbose_name_plural": "contacts of services",
                "ordering": ["service_id", "order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReferralNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=1000, verbose_name="internal note")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="written")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="matching.referral",
                        verbose_name="referral",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "internal note on a referral",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text__regex", "\\S")),
                        name="referral_note_says_something",
                        violation_error_message="Write the note.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("after_days", models.PositiveSmallIntegerField(verbose_name="after days")),
                ("claimed_at", models.DateTimeField(verbose_name="begun")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="failed")),
                ("receivers", models.PositiveSmallIntegerField(default=0, verbose_name="how many received it")),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="matching.referral",
                        verbose_name="referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder of a referral",
                "ordering": ["referral_id", "after_days"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "after_days"),
                        name="referral_reminder_once",
                        violation_error_message="The reminder has been sent already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("failed_at", None), _connector="OR"),
                        name="referral_reminder_sent_or_failed",
                        violation_error_message="A reminder was sent, or it failed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sent", "sent"),
                            ("taken_on", "taken on"),
                            ("handed_over", "handed over to a colleague"),
                            ("answered", "answered"),
                            ("company_answered", "the company has had its answer"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                            ("passed_on", "passed on"),
                        ],
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="matching.referral",
                        verbose_name="referral",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "what happened with a referral",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "sent",
                                    "taken_on",
                                    "handed_over",
                                    "answered",
                                    "company_answered",
                                    "closed",
                                    "withdrawn",
                                    "passed_on",
                                ],
                            )
                        ),
                        name="referral_step_known",
                        violation_error_message="Choose what has happened.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["updated_at", "id"], name="service_changed"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "\\S")),
                name="service_has_a_title",
                violation_error_message="Write what the service is called.",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("offers__regex", "\\S")),
                name="service_says_what_it_offers",
                violation_error_message="Write in a few lines what the service offers.",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="service_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kinds__contained_by",
                        ["recruiting", "students", "guidance", "export", "innovation", "financing", "other"],
                    )
                ),
                name="service_themes_known",
                violation_error_message="Choose themes from the list.",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["-asked_on", "-id"], name="referral_newest"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["to_organisation", "-asked_on"], name="referral_received"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["from_organisation", "-asked_on"], name="referral_of_sender"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("company_answered_on", None)),
                fields=["first_asked_on"],
                name="referral_company_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("status__in", ["sent", "taken_on"])), fields=["asked_on"], name="referral_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["updated_at", "id"], name="referral_changed"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_company", False), ("from_external", None), ("from_organisation__isnull", False)),
                    models.Q(("from_company", False), ("from_external__isnull", False), ("from_organisation", None)),
                    models.Q(("from_company", True), ("from_external", None), ("from_organisation", None)),
                    _connector="OR",
                ),
                name="referral_has_one_sender",
                violation_error_message="A referral comes from one: a partner, somebody outside, or the company.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to_external", None), ("to_organisation__isnull", False)),
                    models.Q(("service", None), ("to_external__isnull", False), ("to_organisation", None)),
                    _connector="OR",
                ),
                name="referral_has_one_receiver",
                violation_error_message="Choose one whom the company is referred to.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_organisation", None),
                    ("to_organisation", None),
                    models.Q(("from_organisation", models.F("to_organisation")), _negated=True),
                    _connector="OR",
                ),
                name="referral_to_another",
                violation_error_message="An organisation does not refer a company to itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_organisation__isnull", False), ("from_organisation__isnull", False), _connector="OR"
                ),
                name="referral_of_a_partner",
                violation_error_message="One of the two is a partner in the portal.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["recruiting", "students", "guidance", "export", "innovation", "financing", "other"])
                ),
                name="referral_kind_known",
                violation_error_message="Choose what it is about.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked__regex", "\\S")),
                name="referral_says_what_is_asked",
                violation_error_message="Write what is asked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__gte", models.F("asked_on")), ("first_asked_on__lte", models.F("asked_on"))
                ),
                name="referral_days_in_order",
                violation_error_message="The answer is due on the day of asking or later.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["sent", "taken_on", "answered", "closed", "withdrawn", "passed_on"])
                ),
                name="referral_status_known",
                violation_error_message="The status is one of the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_on__gte", models.F("asked_on")),
                        ("answered_on__isnull", False),
                        ("outcome__in", ["candidates", "meeting", "agreement", "clarified", "no_match"]),
                        ("status__in", ["answered", "closed"]),
                    ),
                    models.Q(
                        ("answered_on", None),
                        ("outcome", ""),
                        ("status__in", ["sent", "taken_on", "withdrawn", "passed_on"]),
                    ),
                    _connector="OR",
                ),
                name="referral_answered_with_an_outcome",
                violation_error_message="What is answered says when, not before it was asked, and what came of it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "no_match"), _negated=True), ("alternatives__regex", "\\S"), _connector="OR"
                ),
                name="referral_without_match_says_what_else",
                violation_error_message="Write which other possibilities the company was told of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("company_answered_by", None), ("company_answered_on", None)),
                    models.Q(
                        ("company_answered_by__isnull", False),
                        ("company_answered_on__gte", models.F("first_asked_on")),
                        ("company_answered_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="referral_company_answered_by_somebody",
                violation_error_message="The company's answer says when, not before it asked, and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    ("company_answered_on__isnull", False),
                    _connector="OR",
                ),
                name="referral_closed_when_the_company_knows",
                violation_error_message="A referral is closed when the company has had its answer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")),
                name="service_contact_has_a_name",
                violation_error_message="Write the contact's name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone", ""), _negated=True), models.Q(("email", ""), _negated=True), _connector="OR"
                ),
                name="service_contact_is_reached",
                violation_error_message="Write a telephone number or an e-mail address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicecontact",
            constraint=models.UniqueConstraint(
                fields=("service", "order"),
                name="service_contact_order_once",
                violation_error_message="Two contacts have the same place.",
            ),
        ),
        Touched("matching_externalparty"),
        Touched("matching_service"),
        Touched("matching_referral"),
    ]
