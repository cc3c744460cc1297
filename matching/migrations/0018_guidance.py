"""Courses of guidance by the erhvervshus."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("identity", "0006_calendar_scope"),
        ("ledger", "0005_touched"),
        ("matching", "0017_referrals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GuidanceCourse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.UUIDField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("growth", "growth course"),
                            ("operation", "operation course"),
                            ("short", "short course"),
                            ("early_warning", "Early Warning"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "main_theme",
                    models.CharField(
                        choices=[
                            ("skills", "qualified labour and social inclusion"),
                            ("green", "green transition and circular economy"),
                            ("innovation", "innovation"),
                            ("digital", "digitalisation and automation"),
                            ("international", "internationalisation"),
                            ("management", "management and organisation"),
                            ("sales", "sales and marketing"),
                            ("finance", "financing"),
                        ],
                        max_length=20,
                        verbose_name="main theme",
                    ),
                ),
                (
                    "other_themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("skills", "qualified labour and social inclusion"),
                                ("green", "green transition and circular economy"),
                                ("innovation", "innovation"),
                                ("digital", "digitalisation and automation"),
                                ("international", "internationalisation"),
                                ("management", "management and organisation"),
                                ("sales", "sales and marketing"),
                                ("finance", "financing"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="other themes",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="started on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "stage",
                    models.CharField(
                        choices=[("running", "running"), ("ended", "ended"), ("broken_off", "broken off")],
                        default="running",
                        max_length=12,
                        verbose_name="how far",
                    ),
                ),
                ("next_step_on", models.DateField(blank=True, null=True, verbose_name="next step")),
                ("note", models.TextField(blank=True, default="", max_length=4000, verbose_name="note")),
                ("returning", models.BooleanField(verbose_name="guided before")),
                (
                    "evaluation_invited_on",
                    models.DateField(blank=True, null=True, verbose_name="invited to evaluate on"),
                ),
                (
                    "evaluation_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("national", "the user evaluation of Erhvervsstyrelsen"),
                            ("own", "the erhvervshus's own questionnaire"),
                            ("talk", "a conversation"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="evaluated by",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="why it was withdrawn"),
                ),
                ("fictional", models.BooleanField(default=False, verbose_name="fictional")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="adviser",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidance_courses",
                        to="matching.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "contact",
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
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="erhvervshus",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geography.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "production_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.productionunit",
                        verbose_name="place of work",
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
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "course of guidance",
                "verbose_name_plural": "courses of guidance",
                "ordering": ["-started_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceExpectation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "growth_operation",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="growth and operation courses"),
                ),
                (
                    "short_early_warning",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="short courses and Early Warning"),
                ),
                (
                    "companies",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="guided companies, at most"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="where it is stated")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="erhvervshus",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
            ],
            options={
                "verbose_name": "what a contract expects of the guidance",
                "verbose_name_plural": "what contracts expect of the guidance",
                "ordering": ["-year", "pk"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceTransition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("started", "started"),
                            ("planned", "planned on"),
                            ("ended", "ended"),
                            ("broken_off", "broken off"),
                            ("referred", "referred to a private adviser"),
                            ("unreferred", "referral taken back"),
                            ("invited", "invited to evaluate"),
                            ("corrected", "corrected"),
                            ("withdrawn", "undone"),
                        ],
                        max_length=12,
                        verbose_name="what happened",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="matching.guidancecourse",
                        verbose_name="course of guidance",
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
                "verbose_name": "what happened with a course of guidance",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PrivateReferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("referred_on", models.DateField(verbose_name="referred on")),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("skills", "qualified labour and social inclusion"),
                            ("green", "green transition and circular economy"),
                            ("innovation", "innovation"),
                            ("digital", "digitalisation and automation"),
                            ("international", "internationalisation"),
                            ("management", "management and organisation"),
                            ("sales", "sales and marketing"),
                            ("finance", "financing"),
                        ],
                        max_length=20,
                        verbose_name="area",
                    ),
                ),
                ("firm", models.CharField(max_length=160, verbose_name="private adviser")),
                ("revision", models.PositiveIntegerField(default=0)),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="matching.guidancecourse",
                        verbose_name="course of guidance",
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
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral to a private adviser",
                "verbose_name_plural": "referrals to private advisers",
                "ordering": ["referred_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="EarlyWarningMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="removed")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="erhvervshus",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="removed by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of the Early Warning team",
                "verbose_name_plural": "members of the Early Warning team",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("hub", "user"),
                        name="early_warning_member_once",
                        violation_error_message="The person is in the team already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("added_by", models.F("user")), _negated=True),
                        name="early_warning_added_by_another",
                        violation_error_message="Nobody adds oneself to the Early Warning team. Ask a colleague.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="early_warning_removed_by_somebody",
                        violation_error_message="It is said who removed the person, and when.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(fields=["hub", "-started_on", "-id"], name="guidance_newest"),
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(fields=["company", "hub"], name="guidance_of_company"),
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(fields=["updated_at", "id"], name="guidance_changed"),
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(fields=["started_on"], name="guidance_started"),
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(
                condition=models.Q(("next_step_on__isnull", False)),
                fields=["adviser", "next_step_on"],
                name="guidance_next_step",
            ),
        ),
        migrations.AddIndex(
            model_name="guidancecourse",
            index=models.Index(
                django.db.models.functions.comparison.Cast("id", models.TextField()), name="guidance_id_as_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["growth", "operation", "short", "early_warning"])),
                name="guidance_type_known",
                violation_error_message="Choose the type of the course.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "main_theme__in",
                        ["skills", "green", "innovation", "digital", "international", "management", "sales", "finance"],
                    ),
                    (
                        "other_themes__contained_by",
                        ["skills", "green", "innovation", "digital", "international", "management", "sales", "finance"],
                    ),
                ),
                name="guidance_theme_known",
                violation_error_message="Choose themes from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on", None), ("stage", "running")),
                    models.Q(
                        ("ended_on__isnull", False), ("next_step_on", None), ("stage__in", ["ended", "broken_off"])
                    ),
                    _connector="OR",
                ),
                name="guidance_over_says_when",
                violation_error_message="A course that is over says on which day, and has no next step.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                name="guidance_ended_after_start",
                violation_error_message="A course cannot end before it began.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("evaluation_by", ""), ("evaluation_invited_on", None)),
                    models.Q(
                        ("ended_on__isnull", False),
                        ("evaluation_by__in", ["national", "own", "talk"]),
                        ("evaluation_invited_on__gte", models.F("ended_on")),
                    ),
                    _connector="OR",
                ),
                name="guidance_evaluation_says_how",
                violation_error_message="An invitation to evaluate says how, and comes after the course has ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancecourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_reason", "")),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="guidance_withdrawn_by_somebody",
                violation_error_message="A withdrawn course says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceexpectation",
            constraint=models.UniqueConstraint(
                fields=("hub", "year"),
                name="guidance_expectation_once",
                violation_error_message="It has been said of this year already. Change that.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceexpectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                name="guidance_expectation_year",
                violation_error_message="Write a year with four digits, for example 2026.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceexpectation",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")),
                name="guidance_expectation_source",
                violation_error_message="Write where it is stated.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancetransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "started",
                            "planned",
                            "ended",
                            "broken_off",
                            "referred",
                            "unreferred",
                            "invited",
                            "corrected",
                            "withdrawn",
                        ],
                    )
                ),
                name="guidance_transition_known",
                violation_error_message="Choose what has happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancetransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["corrected", "unreferred"]), _negated=True),
                    ("reason__regex", "\\S"),
                    _connector="OR",
                ),
                name="guidance_correction_says_why",
                violation_error_message="Write why the course is corrected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="privatereferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "area__in",
                        ["skills", "green", "innovation", "digital", "international", "management", "sales", "finance"],
                    )
                ),
                name="private_referral_area_known",
                violation_error_message="Choose the area from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="privatereferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("firm__regex", "\\S")),
                name="private_referral_names_the_firm",
                violation_error_message="Write the name of the private adviser.",
            ),
        ),
        migrations.AddConstraint(
            model_name="privatereferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="private_referral_withdrawn_by_somebody",
                violation_error_message="A referral that was taken back says when and by whom.",
            ),
        ),
        Touched("matching_guidancecourse"),
        Touched("matching_guidanceexpectation"),
    ]
