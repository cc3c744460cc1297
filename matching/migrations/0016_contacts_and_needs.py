"""Contacts with companies, what they need, and the lists that both choose from. All tables are new."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import Touched

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_calendar_scope"),
        ("ledger", "0005_touched"),
        ("matching", "0015_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactTheme",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Danish name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="can be chosen")),
                ("constructed", models.BooleanField(default=False, verbose_name="constructed")),
            ],
            options={
                "verbose_name": "theme of a contact",
                "verbose_name_plural": "themes of contacts",
                "ordering": ["order", "code"],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found_on", models.DateField(verbose_name="found on")),
                (
                    "kind",
                    models.CharField(
                        choices=[("job_profile", "job profile"), ("student_case", "student case")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "growth",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("recognised", "recognised by the company"),
                            ("unrecognised", "not recognised by the company"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="growth potential",
                    ),
                ),
                ("potential", models.TextField(blank=True, default="", max_length=2000, verbose_name="the potential")),
                ("wish", models.TextField(max_length=2000, verbose_name="what the company wishes")),
                ("tasks", models.TextField(blank=True, default="", max_length=2000, verbose_name="tasks")),
                (
                    "competences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="competences",
                    ),
                ),
                (
                    "education_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kvu", "short higher education (KVU)"),
                            ("mvu", "medium higher education (MVU)"),
                            ("lvu", "long higher education (LVU)"),
                        ],
                        default="",
                        max_length=3,
                        verbose_name="education level",
                    ),
                ),
                (
                    "match_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="match types",
                    ),
                ),
                ("number_wanted", models.PositiveSmallIntegerField(default=1, verbose_name="how many are wanted")),
                ("start_month", models.DateField(blank=True, null=True, verbose_name="start wanted")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("own", "only our organisation"), ("partners", "the programme's partners")],
                        default="own",
                        max_length=10,
                        verbose_name="who may see it",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("in_progress", "in progress"),
                            ("met", "met"),
                            ("closed", "closed without a match"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("candidates", models.PositiveSmallIntegerField(default=0, verbose_name="candidates presented")),
                ("stepped_on", models.DateField(verbose_name="last step")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("close_note", models.CharField(blank=True, default="", max_length=300, verbose_name="remark")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "close_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.breakreason",
                        verbose_name="why it came to no match",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="matching.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "contact_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="matching.contactperson",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="found by",
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
                    "responsible",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who takes care of it",
                    ),
                ),
                (
                    "work_area",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.workarea",
                        verbose_name="work area",
                    ),
                ),
            ],
            options={
                "verbose_name": "need",
                "verbose_name_plural": "needs",
                "ordering": ["-found_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="NeedMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registered by",
                    ),
                ),
                (
                    "match",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="of_need",
                        to="matching.match",
                        verbose_name="match",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="matching.need",
                        verbose_name="need",
                    ),
                ),
            ],
            options={
                "verbose_name": "match of a need",
                "verbose_name_plural": "matches of needs",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CompanyContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contacted_on", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "visit"),
                            ("phone", "telephone"),
                            ("email", "e-mail"),
                            ("event", "event"),
                            ("online", "online meeting"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="themes",
                    ),
                ),
                ("text", models.TextField(blank=True, default="", max_length=4000, verbose_name="what was said")),
                ("shared_text", models.BooleanField(default=False, verbose_name="partners may read what was said")),
                ("unasked", models.BooleanField(blank=True, null=True, verbose_name="without being asked")),
                ("next_step", models.CharField(blank=True, default="", max_length=200, verbose_name="next step")),
                ("next_step_on", models.DateField(blank=True, null=True, verbose_name="next step by")),
                ("next_step_done_on", models.DateField(blank=True, null=True, verbose_name="next step taken on")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="matching.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "contact_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="matching.contactperson",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "next_step_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who takes the next step",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who had it",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "company contact",
                "verbose_name_plural": "company contacts",
                "ordering": ["-contacted_on", "-pk"],
                "indexes": [
                    models.Index(fields=["-contacted_on", "-id"], name="company_contact_newest"),
                    models.Index(fields=["company", "-contacted_on", "-id"], name="company_contact_timeline"),
                    models.Index(fields=["organisation", "-contacted_on", "-id"], name="company_contact_of"),
                    models.Index(
                        condition=models.Q(
                            ("next_step_done_on", None), ("next_step_on__isnull", False), ("withdrawn_at", None)
                        ),
                        fields=["next_step_by", "next_step_on"],
                        name="company_contact_steps",
                    ),
                    models.Index(fields=["updated_at", "id"], name="company_contact_changed"),
                    django.contrib.postgres.indexes.GinIndex(fields=["themes"], name="company_contact_themes"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["visit", "phone", "email", "event", "online"])),
                        name="company_contact_kind_known",
                        violation_error_message="Choose how the contact was.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_step", ""), ("next_step_by", None), ("next_step_on", None)),
                            models.Q(
                                models.Q(("next_step", ""), _negated=True),
                                ("next_step_by__isnull", False),
                                ("next_step_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="company_contact_step_whole",
                        violation_error_message="A next step says what, by when and who.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_step_done_on", None), ("next_step_on__isnull", False), _connector="OR"
                        ),
                        name="company_contact_step_done",
                        violation_error_message="Only a next step that there is can be taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="company_contact_withdrawn_whole",
                        violation_error_message="A contact that was undone says when and by whom.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["-found_on", "-id"], name="need_newest"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["company", "-found_on", "-id"], name="need_of_company"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["organisation", "-found_on", "-id"], name="need_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "in_progress"])),
                fields=["responsible", "stepped_on"],
                name="need_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["updated_at", "id"], name="need_changed"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GinIndex(fields=["competences"], name="need_competences"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GinIndex(fields=["match_types"], name="need_match_types"),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["job_profile", "student_case"])),
                name="need_kind_known",
                violation_error_message="A need is a job profile or a student case.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("growth__in", ["", "recognised", "unrecognised"])),
                name="need_growth_known",
                violation_error_message="The growth potential is recognised or not.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("education_level__in", ["", "kvu", "mvu", "lvu"])),
                name="need_education_level_known",
                violation_error_message="Choose the level from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("number_wanted__range", (1, 500))),
                name="need_number_wanted",
                violation_error_message="Write how many are wanted, from 1 to 500.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("start_month", None), ("start_month__day", 1), _connector="OR"),
                name="need_start_is_a_month",
                violation_error_message="The start is a month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["own", "partners"])),
                name="need_visibility_known",
                violation_error_message="Choose who may see the need.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("close_reason", None), ("closed_on", None), ("status__in", ["open", "in_progress"])),
                    models.Q(("close_reason", None), ("closed_on__isnull", False), ("status", "met")),
                    models.Q(("close_reason__isnull", False), ("closed_on__isnull", False), ("status", "closed")),
                    _connector="OR",
                ),
                name="need_closed_says_why",
                violation_error_message="A need that is closed without a match says when and why.",
            ),
        ),
        Touched("matching_companycontact"),
        Touched("matching_need"),
        migrations.RunSQL((SQL / "contacts.sql").read_text(), (SQL / "contacts_reverse.sql").read_text()),
    ]
