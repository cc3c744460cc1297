"""Highly educated people, what they agreed to, whom a match brought together, and the lists they are described by.

The tables are new and empty. Taking it back forgets the people. The SQL is in sql/people.sql.
"""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import portal.geography.danish
from portal.ledger.migrations_support import Touched

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("identity", "0006_calendar_scope"),
        ("ledger", "0006_disclosure_versions"),
        ("matching", "0014_erasure"),
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Competence",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Danish name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="can be chosen")),
                ("constructed", models.BooleanField(default=False, verbose_name="constructed")),
            ],
            options={
                "verbose_name": "competence",
                "verbose_name_plural": "competences",
                "ordering": ["order", "code"],
            },
        ),
        migrations.CreateModel(
            name="EducationField",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Danish name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("levels", models.CharField(blank=True, default="", max_length=60, verbose_name="levels")),
            ],
            options={
                "verbose_name": "field of education",
                "ordering": ["order", "code"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=120, verbose_name="name")),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, default="", max_length=30, verbose_name="telephone")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("student", "student"),
                            ("graduate", "graduate"),
                            ("unemployed", "unemployed"),
                            ("employed", "employed"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("H10", "primary school"),
                            ("H15", "preparatory education"),
                            ("H20", "upper secondary education"),
                            ("H29", "vocational education, basic course"),
                            ("H30", "vocational education"),
                            ("H35", "course that gives access to higher education"),
                            ("H40", "short higher education (KVU)"),
                            ("H50", "medium higher education (MVU)"),
                            ("H60", "bachelor of a university"),
                            ("H70", "long higher education (LVU)"),
                            ("H80", "Ph.D. and education of researchers"),
                            ("H90", "not stated"),
                        ],
                        max_length=3,
                        verbose_name="level of education",
                    ),
                ),
                (
                    "institution",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="place of education"),
                ),
                ("education", models.CharField(blank=True, default="", max_length=160, verbose_name="education")),
                (
                    "completed_on",
                    models.DateField(blank=True, null=True, verbose_name="completed or expected to be, month"),
                ),
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
                    "competence_words",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="competences in own words"),
                ),
                ("language_note", models.CharField(blank=True, default="", max_length=200, verbose_name="languages")),
                (
                    "reach",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not stated"),
                            ("residence", "the municipality of residence"),
                            ("named", "certain municipalities"),
                            ("area", "the whole area"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="can work in",
                    ),
                ),
                (
                    "reach_places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="these municipalities",
                    ),
                ),
                ("may_move", models.BooleanField(default=False, verbose_name="is willing to move")),
                ("available_from", models.DateField(blank=True, null=True, verbose_name="available from")),
                ("unemployed_since", models.DateField(blank=True, null=True, verbose_name="unemployed since")),
                ("restricted", models.BooleanField(db_default=False, default=False, verbose_name="restricted")),
                (
                    "restricted_why",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="why restricted"),
                ),
                (
                    "external_key",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="key in the own system"),
                ),
                (
                    "last_active_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="last activity"),
                ),
                (
                    "anonymised_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="anonymised"),
                ),
                ("fictional", models.BooleanField(default=False, verbose_name="fictional")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="registered"),
                ),
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
                (
                    "field",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.educationfield",
                        verbose_name="field of education",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="data controller",
                    ),
                ),
                (
                    "residence",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geography.municipality",
                        verbose_name="municipality of residence",
                    ),
                ),
            ],
            options={
                "verbose_name": "highly educated person",
                "verbose_name_plural": "highly educated people",
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MatchPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="added"),
                ),
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
                    "match",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="matching.match",
                        verbose_name="match",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="matching.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "person of a match",
                "verbose_name_plural": "people of matches",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("find_match", "find a match"),
                            ("share", "be shown to the programme's other partners, without e-mail and telephone"),
                            ("share_contact", "be shown to the programme's other partners, with e-mail and telephone"),
                            ("follow_up", "be asked how it went, four months after"),
                            ("newsletter", "get the newsletter"),
                        ],
                        max_length=16,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "consent"),
                            ("relation", "the organisation's own member or student"),
                            ("authority", "task of a public authority"),
                        ],
                        max_length=12,
                        verbose_name="legal basis",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                ("how", models.CharField(max_length=200, verbose_name="how it was given")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="holds until")),
                (
                    "registered_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="registered"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                        verbose_name="withdrawal registered by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="matching.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement with a person",
                "verbose_name_plural": "agreements with people",
                "ordering": ["-given_on", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["owner", "sort_key", "id"], name="highly_educated_of_owner"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["updated_at", "id"], name="highly_educated_changed"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("anonymised_at", None)), fields=["last_active_on"], name="highly_educated_activity"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(fields=["competences"], name="highly_educated_competences"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("anonymised_at__isnull", False), ("name__regex", "\\S"), _connector="OR"),
                name="highly_educated_has_a_name",
                violation_error_message="Write the person's name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anonymised_at", None),
                    models.Q(
                        ("available_from", None),
                        ("competence_words", ""),
                        ("education", ""),
                        ("email", ""),
                        ("external_key", ""),
                        ("institution", ""),
                        ("language_note", ""),
                        ("name", ""),
                        ("phone", ""),
                        ("restricted_why", ""),
                        ("unemployed_since", None),
                    ),
                    _connector="OR",
                ),
                name="highly_educated_anonymised_whole",
                violation_error_message="Of somebody anonymised nothing stays that leads back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["student", "graduate", "unemployed", "employed"])),
                name="highly_educated_status_known",
                violation_error_message="Choose what the person is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["H10", "H15", "H20", "H29", "H30", "H35", "H40", "H50", "H60", "H70", "H80", "H90"])
                ),
                name="highly_educated_level_known",
                violation_error_message="Choose the level from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("completed_on", None), ("completed_on__day", 1), _connector="OR"),
                name="highly_educated_completed_in_a_month",
                violation_error_message="Only the month is kept: write the first of it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("unemployed_since", None), ("status", "unemployed"), _connector="OR"),
                name="highly_educated_unemployed_since",
                violation_error_message="Only somebody unemployed has been so since a day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reach__in", ["", "residence", "named", "area"]),
                    models.Q(
                        models.Q(("reach", "named"), ("reach_places__len__gt", 0)),
                        models.Q(models.Q(("reach", "named"), _negated=True), ("reach_places", [])),
                        _connector="OR",
                    ),
                ),
                name="highly_educated_reach_known",
                violation_error_message="Choose the municipalities that the person can work in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("restricted", False), ("restricted_why", "")),
                    models.Q(("restricted", True), ("restricted_why__regex", "\\S")),
                    ("anonymised_at__isnull", False),
                    _connector="OR",
                ),
                name="highly_educated_restricted_why",
                violation_error_message="Write why the person is restricted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=("owner", "external_key"),
                name="highly_educated_key_once",
                violation_error_message="The key belongs to another person of the organisation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchperson",
            constraint=models.UniqueConstraint(
                fields=("match", "person"),
                name="match_person_once",
                violation_error_message="The person belongs to the match already.",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("programme__isnull", False), ("withdrawn_at", None)),
                fields=["programme", "person"],
                name="consent_to_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["find_match", "share", "share_contact", "follow_up", "newsletter"])
                ),
                name="consent_purpose_known",
                violation_error_message="Choose the purpose.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["consent", "relation", "authority"])),
                name="consent_basis_known",
                violation_error_message="Choose the legal basis.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("basis", "consent"),
                    models.Q(("purpose__in", ["share", "share_contact", "newsletter"]), _negated=True),
                    _connector="OR",
                ),
                name="consent_asked_for",
                violation_error_message="Only the person's own consent opens this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("programme__isnull", False), ("purpose__in", ["share", "share_contact"])),
                    models.Q(models.Q(("purpose__in", ["share", "share_contact"]), _negated=True), ("programme", None)),
                    _connector="OR",
                ),
                name="consent_to_share_in_a_programme",
                violation_error_message="Choose the programme whose partners may see the person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on", None), ("expires_on__gte", models.F("given_on")), _connector="OR"),
                name="consent_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__regex", "\\S")),
                name="consent_says_how",
                violation_error_message="Write how it was given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_withdrawn_by_somebody",
                violation_error_message="A withdrawal says when and by whom it was registered.",
            ),
        ),
        Touched("matching_person"),
        migrations.RunSQL((SQL / "people.sql").read_text(), (SQL / "people_reverse.sql").read_text()),
    ]
