"""Every table and guard of the ledger. The SQL is in sql/, written by hand."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import portal.ledger.fields
from portal.ledger.migrations_support import AppendOnly, Unchangeable

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("geography", "0001_initial"),
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField()),
                ("learnt_on", models.DateField()),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("origin", models.CharField(max_length=500, verbose_name="origin")),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="ErasureLog",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("erased_at", models.DateTimeField()),
                ("measure", models.CharField(max_length=60)),
                ("places", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("subject", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "ledger_erasure_log",
                "ordering": ["erased_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Heading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("demo", models.BooleanField(default=True)),
                ("marked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="installation_one_row",
                        violation_error_message="An installation is marked once.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("demo", True)),
                        name="installation_mark_is_demo",
                        violation_error_message="The only mark there is says that the data is fictional.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("place", models.BigIntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
                ("taken_from", models.BigIntegerField(default=0)),
                ("taken_by", models.CharField(default="", max_length=20)),
            ],
            options={
                "db_table": "ledger_head",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="ledger_head_one_row",
                        violation_error_message="The ledger has one head.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("unit", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("flow", "flow"),
                            ("level", "level"),
                            ("published", "published value"),
                            ("answer", "answer"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "disclosure",
                    models.CharField(
                        choices=[("open", "open"), ("companies", "companies"), ("people", "people")], max_length=10
                    ),
                ),
                ("about_person", models.BooleanField()),
                ("dimensions", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["flow", "level", "published", "answer"])),
                        name="measure_kind_known",
                        violation_error_message="A measure is a flow, a level, a published value or an answer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("disclosure__in", ["open", "companies", "people"])),
                        name="measure_disclosure_known",
                        violation_error_message="The disclosure class is open, companies or people.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "place",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the ledger"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("learnt_on", models.DateField(verbose_name="learnt on")),
                ("occurred_on", models.DateField()),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(null=True)),
                ("subject", models.UUIDField(null=True)),
                ("category", models.CharField(default="", max_length=60)),
                ("subcategory", models.CharField(default="", max_length=60)),
                ("dims", models.JSONField(default=dict)),
                ("quantity", portal.ledger.fields.ExactDecimalField()),
                ("qualifier", models.CharField(default="", max_length=20)),
                (
                    "month",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.ledger.fields.MonthOf("occurred_on"),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.batch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geography.municipality",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="ledger.fact",
                    ),
                ),
                (
                    "heading",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.heading",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_fact",
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="SubjectMap",
            fields=[
                ("subject", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.CharField(max_length=60)),
            ],
            options={
                "db_table": "ledger_subject_map",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"),
                        name="subject_issued_once",
                        violation_error_message="A key has already been issued.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alias",
            fields=[
                (
                    "place",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the ledger"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("learnt_on", models.DateField(verbose_name="learnt on")),
                ("subject", models.UUIDField()),
                ("into_subject", models.UUIDField()),
                ("reason", models.TextField()),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.batch",
                        verbose_name="batch",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
                "indexes": [models.Index(fields=["subject", "learnt_on", "place"], name="alias_newest")],
            },
        ),
        migrations.CreateModel(
            name="FactRecord",
            fields=[
                (
                    "fact",
                    models.OneToOneField(
                        db_column="place",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="record",
                        serialize=False,
                        to="ledger.fact",
                        verbose_name="fact",
                    ),
                ),
                ("measure", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=60)),
                ("source_id", models.CharField(max_length=100)),
                ("revision", models.IntegerField(default=0)),
                ("reversal", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "ledger_fact_record",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "source", "source_id", "revision", "reversal"),
                        name="fact_record_once",
                        violation_error_message="This has already been counted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 0)),
                        name="fact_record_revision_from_zero",
                        violation_error_message="Revisions are counted from zero.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeadingParent",
            fields=[
                (
                    "place",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the ledger"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("learnt_on", models.DateField(verbose_name="learnt on")),
                ("valid_from", models.DateField(null=True, verbose_name="from")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.batch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "heading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parents", to="ledger.heading"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="ledger.heading",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_heading_parent",
                "ordering": ["place"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("heading")), _negated=True), _connector="OR"
                        ),
                        name="heading_not_below_itself",
                        violation_error_message="A heading cannot lie below itself.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["measure", "place"], name="fact_measure_place"),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["measure", "heading", "municipality", "organisation", "category", "month"],
                include=("occurred_on", "learnt_on", "place", "quantity", "subcategory"),
                name="fact_sums",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)), fields=["measure", "batch"], name="fact_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)),
                fields=("reverses",),
                name="fact_reversed_once",
                violation_error_message="The fact has already been reversed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.CheckConstraint(
                condition=models.Q(("reverses", None), ("reverses__lt", models.F("place")), _connector="OR"),
                name="fact_reverses_an_earlier",
                violation_error_message="A reversal comes after what it reverses.",
            ),
        ),
        migrations.RunSQL((SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()),
        AppendOnly("ledger_fact", placed=False),  # placed rows too, but with a guard of their own
        AppendOnly("ledger_batch"),
        AppendOnly("ledger_heading_parent"),
        AppendOnly("ledger_alias"),
        AppendOnly("ledger_erasure_log", placed=False),
        AppendOnly("ledger_installation", placed=False),
        Unchangeable("ledger_fact_record"),
        Unchangeable("ledger_subject_map"),
    ]
