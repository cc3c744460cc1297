"""Possible duplicates and how they were settled; samples and their outcome. The tables are new and empty."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("ledger", "0005_touched"),
        ("matching", "0007_course_validated"),
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QualityMark",
            fields=[
                (
                    "match",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="quality_mark",
                        serialize=False,
                        to="matching.match",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="revision")),
                ("stands", models.BooleanField(default=True, verbose_name="counts")),
            ],
            options={
                "verbose_name": "quality-assured",
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_from", models.DateField(verbose_name="from")),
                ("period_to", models.DateField(verbose_name="to")),
                (
                    "origin",
                    models.CharField(
                        choices=[("suspected", "among possible duplicates"), ("random", "among all matches")],
                        default="suspected",
                        max_length=10,
                        verbose_name="drawn",
                    ),
                ),
                ("size", models.PositiveSmallIntegerField(verbose_name="how many")),
                ("among", models.PositiveIntegerField(verbose_name="of how many")),
                ("seed", models.CharField(max_length=40, verbose_name="seed")),
                ("place", models.BigIntegerField(verbose_name="place in the ledger")),
                ("found_until", models.DateTimeField(verbose_name="possible duplicates found until")),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="drawn at")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drawn by",
                    ),
                ),
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
                "verbose_name": "sample",
                "verbose_name_plural": "samples",
                "ordering": ["-drawn_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "in order"),
                            ("wrong", "wrong"),
                            ("uncheckable", "could not be checked"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="note")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
                ("undid", models.BooleanField(default=False, verbose_name="undid the match")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample_items",
                        to="matching.match",
                        verbose_name="match",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="matching.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "match in a sample",
                "ordering": ["sample_id", "order"],
            },
        ),
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None, verbose_name="reasons"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days apart")),
                ("score", models.PositiveSmallIntegerField(verbose_name="likeness")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "waits"), ("same", "the same match"), ("different", "two matches")],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "found_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="found"
                    ),
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
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.match",
                        verbose_name="registered first",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspicions",
                        to="matching.match",
                        verbose_name="registered later",
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
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "ordering": ["-score", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("same", "The same match: the later one is undone"),
                            ("different", "Two matches: both count"),
                        ],
                        max_length=10,
                        verbose_name="what they are",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="why")),
                ("ruled_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="said")),
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
                    "ruled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="said by",
                    ),
                ),
                (
                    "suspicion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="matching.suspicion",
                        verbose_name="possible duplicate",
                    ),
                ),
            ],
            options={
                "verbose_name": "duplicate control",
                "ordering": ["-ruled_at", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["programme", "period_from"], name="sample_programme_period"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="sample_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1), ("size__lte", 500)),
                name="sample_of_some",
                violation_error_message="A sample is of 1 to 500 matches.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["suspected", "random"])),
                name="sample_origin_known",
                violation_error_message="Choose what to draw from.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed__regex", "\\S")),
                name="sample_has_a_seed",
                violation_error_message="A sample keeps the seed it was drawn with.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "match"),
                name="sample_item_once",
                violation_error_message="The match is in the sample already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at", None), ("checked_by", None), ("outcome", "")),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        ("outcome__in", ["confirmed", "wrong", "uncheckable"]),
                    ),
                    _connector="OR",
                ),
                name="sample_item_checked_by_somebody",
                violation_error_message="What was checked says by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "confirmed"]), ("note__regex", "\\S"), _connector="OR"),
                name="sample_item_says_why",
                violation_error_message="Say what is wrong, or why it could not be checked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("undid", False), ("outcome", "wrong"), _connector="OR"),
                name="sample_item_undid_what_is_wrong",
                violation_error_message="Only a match that the check found wrong is undone.",
            ),
        ),
        migrations.AddIndex(
            model_name="suspicion",
            index=models.Index(fields=["programme", "status", "-score", "-id"], name="suspicion_queue"),
        ),
        migrations.AddIndex(
            model_name="suspicion",
            index=models.Index(fields=["-score", "-id"], name="suspicion_likeliest"),
        ),
        migrations.AddIndex(
            model_name="suspicion",
            index=models.Index(fields=["updated_at", "id"], name="suspicion_changed"),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.UniqueConstraint(
                fields=("earlier", "later"),
                name="suspicion_once",
                violation_error_message="The two matches are a possible duplicate already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(("earlier", models.F("later")), _negated=True),
                name="suspicion_of_two",
                violation_error_message="A match is not a duplicate of itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__gte", 1), ("score__lte", 100)),
                name="suspicion_score_to_100",
                violation_error_message="The likeness is between 1 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "same", "different"])),
                name="suspicion_status_known",
                violation_error_message="Say whether it is the same match or two matches.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspicion",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons__len__gte", 1)),
                name="suspicion_has_a_reason",
                violation_error_message="A possible duplicate says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["same", "different"])),
                name="ruling_outcome_known",
                violation_error_message="Say whether it is the same match or two matches.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")),
                name="ruling_says_why",
                violation_error_message="Say why, in a few words.",
            ),
        ),
        Touched("matching_suspicion"),
        Touched("matching_sample"),
        Touched("matching_sampleitem"),
    ]
