"""More of the record, what happens with a match, and the rules by which it counts.

The tables are new and empty. The columns that the match gets have constant defaults or none, so no row is written anew;
what they must keep is held for new rows at once and read through for the others in the next migration, which also
builds the indexes. Taking it back forgets what was said in it. The SQL is in sql/course.sql.
"""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from portal.ledger.migrations_support import AppendOnly

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("identity", "0006_calendar_scope"),
        ("ledger", "0006_disclosure_versions"),
        ("matching", "0005_changed_indexes"),
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BreakReason",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Danish name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="can be chosen")),
            ],
            options={
                "verbose_name": "reason for breaking off",
                "ordering": ["order", "code"],
            },
        ),
        migrations.CreateModel(
            name="CountingRule",
            fields=[
                (
                    "place",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the ledger"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("learnt_on", models.DateField(verbose_name="learnt on")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "counts_on",
                    models.CharField(
                        choices=[
                            ("agreed", "the day it was agreed"),
                            ("started", "the day it started"),
                            ("ended", "the day it ended"),
                        ],
                        max_length=8,
                        verbose_name="which day counts",
                    ),
                ),
                (
                    "chain",
                    models.CharField(
                        choices=[
                            ("each", "each match counts"),
                            ("first", "only the first of the chain counts"),
                            ("undecided", "undecided"),
                        ],
                        max_length=10,
                        verbose_name="a chain of matches",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("one", "the group is one match"),
                            ("each", "each student is a match"),
                            ("undecided", "undecided"),
                        ],
                        max_length=10,
                        verbose_name="a group of students",
                    ),
                ),
                (
                    "minimum_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="least number of days"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("decided", "decided"), ("undecided", "undecided")],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=200, verbose_name="decided by")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="remark")),
            ],
            options={
                "verbose_name": "counting rule",
                "ordering": ["-valid_from", "-place"],
            },
        ),
        migrations.CreateModel(
            name="MatchTransition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agreed", "agreed"),
                            ("started", "started"),
                            ("ended", "ended"),
                            ("broken_off", "broken off"),
                            ("withdrawn", "undone"),
                            ("corrected", "corrected"),
                            ("restored", "stands again"),
                        ],
                        max_length=12,
                        verbose_name="what happened",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
            ],
            options={
                "verbose_name": "what happened with a match",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PeriodLock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateField(verbose_name="locked until")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("locked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="locked at")),
            ],
            options={
                "verbose_name": "locked period",
                "ordering": ["-until", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Danish name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="can be chosen")),
            ],
            options={
                "verbose_name": "scheme",
                "ordering": ["order", "code"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="match",
            name="match_not_counted_says_why",
        ),
        migrations.AddField(
            model_name="match",
            name="attested_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="who said so"),
        ),
        migrations.AddField(
            model_name="match",
            name="attested_on",
            field=models.DateField(blank=True, null=True, verbose_name="said on"),
        ),
        migrations.AddField(
            model_name="match",
            name="broken_off_on",
            field=models.DateField(blank=True, null=True, verbose_name="broken off on"),
        ),
        migrations.AddField(
            model_name="match",
            name="counted_as",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="counts as"),
        ),
        migrations.AddField(
            model_name="match",
            name="counted_on",
            field=models.DateField(blank=True, null=True, verbose_name="counted on"),
        ),
        migrations.AddField(
            model_name="match",
            name="education_level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("kvu", "short higher education (KVU)"),
                    ("mvu", "medium higher education (MVU)"),
                    ("lvu", "long higher education (LVU)"),
                ],
                db_default="",
                default="",
                max_length=3,
                verbose_name="education level",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="ends on"),
        ),
        migrations.AddField(
            model_name="match",
            name="external_key",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120, verbose_name="key in the source system"
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="matching.match",
                verbose_name="grew out of",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="source_system",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="source system"),
        ),
        migrations.AddField(
            model_name="match",
            name="stage",
            field=models.CharField(
                choices=[
                    ("agreed", "agreed, not started"),
                    ("started", "started"),
                    ("ended", "ended"),
                    ("broken_off", "broken off"),
                ],
                db_default="agreed",
                default="agreed",
                max_length=12,
                verbose_name="stage",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="starts on"),
        ),
        migrations.AddField(
            model_name="match",
            name="students",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="number of students"),
        ),
        migrations.AlterField(
            model_name="match",
            name="not_counted_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("before_counting", "agreed before the programme began to count"),
                    ("not_started", "it has not started yet"),
                    ("not_ended", "it has not ended yet, or was broken off"),
                    ("duration", "it has not lasted as long as the rule asks, or how long is not stated"),
                    ("later_in_chain", "the match it grew out of counts already"),
                ],
                default="",
                max_length=30,
                verbose_name="why it does not count",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="broken_off_reason",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.breakreason",
                verbose_name="why it was broken off",
            ),
        ),
        migrations.AddField(
            model_name="countingrule",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.batch",
                verbose_name="batch",
            ),
        ),
        migrations.AddField(
            model_name="countingrule",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="countingrule",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="countingrule",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written by",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.countingrule",
                verbose_name="counting rule",
            ),
        ),
        migrations.AddField(
            model_name="matchtransition",
            name="break_reason",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.breakreason",
                verbose_name="why it was broken off",
            ),
        ),
        migrations.AddField(
            model_name="matchtransition",
            name="match",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transitions",
                to="matching.match",
                verbose_name="match",
            ),
        ),
        migrations.AddField(
            model_name="matchtransition",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="matchtransition",
            name="registered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="registered by",
            ),
        ),
        migrations.AddField(
            model_name="periodlock",
            name="locked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="locked by",
            ),
        ),
        migrations.AddField(
            model_name="periodlock",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="periodlock",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="scheme",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.scheme",
                verbose_name="scheme used",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counts", True), ("not_counted_reason", "")),
                    models.Q(
                        ("counts", False),
                        (
                            "not_counted_reason__in",
                            ["before_counting", "not_started", "not_ended", "duration", "later_in_chain"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="match_not_counted_says_why",
                violation_error_message="A match that does not count says why.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on", None), ("starts_on__gte", models.F("agreed_on")), _connector="OR"),
                name="match_starts_when_agreed",
                violation_error_message="A match cannot start before it was agreed.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    models.Q(("ends_on__gte", models.F("agreed_on")), ("starts_on", None)),
                    models.Q(("ends_on__gte", models.F("starts_on")), ("starts_on__isnull", False)),
                    _connector="OR",
                ),
                name="match_ends_after_it_starts",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("broken_off_on", None),
                    models.Q(
                        ("broken_off_on__gte", models.F("agreed_on")),
                        models.Q(("ends_on", None), ("broken_off_on__lte", models.F("ends_on")), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="match_broken_off_in_its_course",
                violation_error_message="A match is broken off after it was agreed and before it was to end.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("broken_off_on", None), ("broken_off_reason", None)),
                    models.Q(("broken_off_on__isnull", False), ("broken_off_reason__isnull", False)),
                    _connector="OR",
                ),
                name="match_broken_off_says_why",
                violation_error_message="A match that was broken off says when and why.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "agreed"), ("broken_off_on", None)),
                    models.Q(("broken_off_on", None), ("stage", "started"), ("starts_on__isnull", False)),
                    models.Q(("broken_off_on", None), ("ends_on__isnull", False), ("stage", "ended")),
                    models.Q(("broken_off_on__isnull", False), ("stage", "broken_off")),
                    _connector="OR",
                ),
                name="match_stage_has_its_day",
                violation_error_message="How far a match has come and its days must say the same.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("students", None), ("students__range", (1, 500)), _connector="OR"),
                name="match_students_in_number",
                violation_error_message="Write how many students, from 1 to 500.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("education_level__in", ["", "kvu", "mvu", "lvu"])),
                name="match_education_level_known",
                violation_error_message="Choose the level from the list.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attested_by", ""), ("attested_on", None)),
                    models.Q(
                        models.Q(("attested_by", ""), _negated=True),
                        ("attested_on__isnull", False),
                        ("on_behalf_of__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="match_attested_whole",
                violation_error_message="Say who said so and when, of a match that is registered on behalf of somebody.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("external_key", ""), ("source_system", "")),
                    models.Q(
                        models.Q(("source_system", ""), _negated=True), models.Q(("external_key", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="match_key_of_a_system",
                violation_error_message="A key in another system says which system.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("follows", None), models.Q(("follows", models.F("id")), _negated=True), _connector="OR"
                ),
                name="match_follows_another",
                violation_error_message="A match does not grow out of itself.",
            ),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted_as__gte", 1)),
                name="match_counts_as_one_or_more",
                violation_error_message="A match counts as one or more.",
            ),
        ),
        migrations.AddIndex(
            model_name="countingrule",
            index=models.Index(fields=["programme", "-valid_from", "-place"], name="counting_rule_in_force"),
        ),
        migrations.AddConstraint(
            model_name="countingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counts_on__in", ["agreed", "started", "ended"]),
                    ("chain__in", ["each", "first", "undecided"]),
                    ("group__in", ["one", "each", "undecided"]),
                    ("status__in", ["decided", "undecided"]),
                ),
                name="counting_rule_known",
                violation_error_message="Choose from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="countingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by", ""), ("decided_on", None), ("status", "undecided")),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("status", "decided"),
                        models.Q(("decided_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="counting_rule_decided_by_somebody",
                violation_error_message="A rule that is decided says by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="countingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_days", None), ("minimum_days__range", (1, 3660)), _connector="OR"),
                name="counting_rule_least_days",
                violation_error_message="Write a number of days from 1 to 3660, or leave it empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchtransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["agreed", "started", "ended", "broken_off", "withdrawn", "corrected", "restored"])
                ),
                name="match_transition_known",
                violation_error_message="Choose what has happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchtransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("break_reason__isnull", False), ("kind", "broken_off")),
                    models.Q(models.Q(("kind", "broken_off"), _negated=True), ("break_reason", None)),
                    _connector="OR",
                ),
                name="match_transition_break_says_why",
                violation_error_message="Choose why the match was broken off.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchtransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "corrected"), _negated=True), ("reason__regex", "\\S"), _connector="OR"
                ),
                name="match_transition_correction_says_why",
                violation_error_message="Write why the match is corrected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodlock",
            constraint=models.UniqueConstraint(
                fields=("programme", "until"),
                name="period_locked_once",
                violation_error_message="The period is locked already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodlock",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")),
                name="period_lock_says_why",
                violation_error_message="Write why the period is locked.",
            ),
        ),
        migrations.RunSQL((SQL / "course.sql").read_text(), (SQL / "course_reverse.sql").read_text()),
        AppendOnly("matching_countingrule"),
        AppendOnly("matching_periodlock", placed=False),
        AppendOnly("matching_matchtransition", placed=False),
    ]
