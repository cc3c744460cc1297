"""Scenarios, co-financing and eligibility. The SQL that guards co-financing is in sql/planning.sql."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import AppendOnly, Touched

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0005_scopes"),
        ("programmes", "0006_structure_validated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "partner_name",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="partner in words"),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("in_kind", "in kind"),
                            ("hours", "working hours"),
                            ("own_frame", "own frame"),
                        ],
                        max_length=10,
                        verbose_name="form",
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                ("registered_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn")),
                (
                    "withdrawn_reason",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=300, verbose_name="why it was withdrawn"
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
                    "funding_source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="identity.organisation",
                        verbose_name="partner",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "co-financing",
                "ordering": ["funding_source_id", "initiative_id", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ContributionEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occurred_on", models.DateField(verbose_name="day")),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=2, max_digits=4),
                        blank=True,
                        null=True,
                        size=7,
                        verbose_name="days",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="hours"),
                ),
                (
                    "hourly_rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="kroner an hour"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                ("text", models.CharField(blank=True, default="", max_length=300, verbose_name="about")),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "waits for approval"), ("approved", "approved"), ("rejected", "rejected")],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("registered_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided")),
                (
                    "decided_reason",
                    models.CharField(blank=True, default="", editable=False, max_length=300, verbose_name="reason"),
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
                    "contribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="programmes.contribution",
                        verbose_name="co-financing",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "registered co-financing",
                "ordering": ["-occurred_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ContributionYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="hours"),
                ),
                (
                    "hourly_rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="kroner an hour"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                (
                    "contribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="years",
                        to="programmes.contribution",
                        verbose_name="co-financing",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned co-financing",
                "ordering": ["contribution_id", "year"],
            },
        ),
        migrations.CreateModel(
            name="Eligibility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("eligible", "eligible"), ("not", "not eligible"), ("unclear", "unclear")],
                        max_length=10,
                        verbose_name="eligibility",
                    ),
                ),
                ("note", models.TextField(verbose_name="note")),
                ("said_by", models.CharField(max_length=160, verbose_name="who said it")),
                ("said_on", models.DateField(verbose_name="when it was said")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                ("registered_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "funding_source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="eligible_for",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="eligibility",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "eligibility",
                "ordering": ["funding_source_id", "initiative_id", "-said_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ScenarioSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("unit", models.CharField(max_length=60, verbose_name="unit")),
                ("years", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="number of years")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenario_sets",
                        to="programmes.fundingsource",
                        verbose_name="grant that was sought",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenario_sets",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenario_sets",
                        to="programmes.programme",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "scenarios",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ScenarioLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("cost", "expense"), ("financing", "financing")], max_length=10, verbose_name="side"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("who", models.CharField(blank=True, default="", max_length=160, verbose_name="who pays")),
                ("group", models.CharField(blank=True, default="", max_length=160, verbose_name="heading")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("fixed", "a fixed amount"),
                            ("per_unit", "an amount for each unit"),
                            ("rate", "a share of the total"),
                            ("remainder", "the rest"),
                        ],
                        max_length=10,
                        verbose_name="how it is computed",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="kroner"),
                ),
                ("rate_of", models.PositiveIntegerField(blank=True, null=True, verbose_name="share: parts")),
                ("rate_in", models.PositiveIntegerField(blank=True, null=True, verbose_name="share: of")),
                (
                    "funding_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenario_lines",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
                (
                    "scenario_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="programmes.scenarioset",
                        verbose_name="scenarios",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of scenarios",
                "ordering": ["scenario_set_id", "side", "position"],
            },
        ),
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("units", models.PositiveIntegerField(verbose_name="number of units")),
                (
                    "scenario_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scenarios",
                        to="programmes.scenarioset",
                        verbose_name="scenarios",
                    ),
                ),
            ],
            options={
                "verbose_name": "scenario",
                "ordering": ["scenario_set_id", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(fields=["updated_at", "id"], name="contribution_changed"),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("partner__isnull", False), ("partner_name", "")),
                    models.Q(("partner", None), models.Q(("partner_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="contribution_has_one_partner",
                violation_error_message="Choose a partner, or write who it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("initiative", "funding_source", "partner", "partner_name", "form"),
                name="contribution_once",
                nulls_distinct=False,
                violation_error_message="The partner's contribution in that form is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="contribution_withdrawn_with_reason",
                violation_error_message="Say why it is withdrawn.",
            ),
        ),
        migrations.AddIndex(
            model_name="contributionentry",
            index=models.Index(fields=["contribution", "-occurred_on", "-id"], name="contribution_entry_newest"),
        ),
        migrations.AddIndex(
            model_name="contributionentry",
            index=models.Index(fields=["updated_at", "id"], name="contribution_entry_changed"),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days", None), ("hourly_rate", None), ("hours", None), ("quantity__gt", 0)),
                    models.Q(
                        ("hourly_rate__gte", 0),
                        ("hours__gt", 0),
                        (
                            "quantity",
                            django.db.models.functions.math.Round(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("hours"), "*", models.F("hourly_rate")
                                ),
                                precision=2,
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="contribution_entry_is_an_amount_or_hours",
                violation_error_message="Write an amount, or hours and what an hour costs.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days", None),
                    models.Q(
                        ("days__len", 7),
                        (
                            "hours",
                            models.Func(
                                models.F("days"),
                                output_field=models.DecimalField(),
                                template="(%(expressions)s)[1] + (%(expressions)s)[2] + (%(expressions)s)[3] + (%(expressions)s)[4] + (%(expressions)s)[5] + (%(expressions)s)[6] + (%(expressions)s)[7]",
                            ),
                        ),
                        ("occurred_on__iso_week_day", 4),
                    ),
                    _connector="OR",
                ),
                name="contribution_timesheet_is_a_week",
                violation_error_message="A timesheet has the hours of seven days, from Monday to Sunday.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("days"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s IS NULL OR (0 <= ALL (%(expressions)s) AND 24 >= ALL (%(expressions)s)))",
                ),
                name="contribution_day_has_24_hours",
                violation_error_message="A day has between 0 and 24 hours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("status", "waiting")),
                    models.Q(("decided_at__isnull", False), ("status", "approved")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("status", "rejected"),
                        models.Q(("decided_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contribution_entry_rejected_with_reason",
                violation_error_message="Say why it is rejected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("registered_by", None),
                    models.Q(("decided_by", models.F("registered_by")), _negated=True),
                    _connector="OR",
                ),
                name="contribution_entry_two_people",
                violation_error_message="Somebody else than who registered it approves or rejects it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("days__isnull", False), models.Q(("status", "rejected"), _negated=True)),
                fields=("contribution", "registered_by", "occurred_on"),
                name="contribution_timesheet_once",
                violation_error_message="You have registered that week already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionyear",
            constraint=models.UniqueConstraint(
                fields=("contribution", "year"),
                name="contribution_year_once",
                violation_error_message="The year is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionyear",
            constraint=models.CheckConstraint(
                condition=models.Q(("year", None), models.Q(("year__gte", 1990), ("year__lte", 2099)), _connector="OR"),
                name="contribution_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionyear",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hourly_rate", None), ("hours", None), ("quantity__gte", 0)),
                    models.Q(
                        ("hourly_rate__gte", 0),
                        ("hours__gte", 0),
                        (
                            "quantity",
                            django.db.models.functions.math.Round(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("hours"), "*", models.F("hourly_rate")
                                ),
                                precision=2,
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="contribution_year_is_an_amount_or_hours",
                violation_error_message="Write an amount, or hours and what an hour costs.",
            ),
        ),
        migrations.AddIndex(
            model_name="eligibility",
            index=models.Index(fields=["initiative", "funding_source", "-said_on", "-id"], name="eligibility_newest"),
        ),
        migrations.AddIndex(
            model_name="eligibility",
            index=models.Index(fields=["updated_at", "id"], name="eligibility_changed"),
        ),
        migrations.AddConstraint(
            model_name="eligibility",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("note", ""), _negated=True), models.Q(("said_by", ""), _negated=True)),
                name="eligibility_says_why_and_who",
                violation_error_message="Say why, and who said it.",
            ),
        ),
        migrations.AddIndex(
            model_name="scenarioset",
            index=models.Index(fields=["updated_at", "id"], name="scenarios_changed"),
        ),
        migrations.AddConstraint(
            model_name="scenarioset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("initiative__isnull", False), ("programme", None)),
                    models.Q(("initiative", None), ("programme__isnull", False)),
                    _connector="OR",
                ),
                name="scenarios_of_a_plan_or_an_initiative",
                violation_error_message="Scenarios belong to a plan or to an initiative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioset",
            constraint=models.UniqueConstraint(
                fields=("programme", "initiative", "name"),
                name="scenarios_named_once",
                nulls_distinct=False,
                violation_error_message="There are scenarios with that name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioset",
            constraint=models.CheckConstraint(
                condition=models.Q(("years", None), models.Q(("years__gte", 1), ("years__lte", 30)), _connector="OR"),
                name="scenarios_years",
                violation_error_message="Write a number of years between 1 and 30.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioline",
            constraint=models.UniqueConstraint(
                fields=("scenario_set", "side", "position"),
                name="scenario_line_position_once",
                violation_error_message="Two lines cannot stand in the same place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule", "remainder")),
                fields=("scenario_set",),
                name="scenario_one_remainder",
                violation_error_message="Only one line can be the rest.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("quantity__isnull", False),
                        ("rate_in", None),
                        ("rate_of", None),
                        ("rule__in", ["fixed", "per_unit"]),
                    ),
                    models.Q(
                        ("quantity", None),
                        ("rate_in__gt", 0),
                        ("rate_of__isnull", False),
                        ("rate_of__lte", models.F("rate_in")),
                        ("rule", "rate"),
                    ),
                    models.Q(("quantity", None), ("rate_in", None), ("rate_of", None), ("rule", "remainder")),
                    _connector="OR",
                ),
                name="scenario_line_says_what_its_rule_asks",
                violation_error_message="An amount has kroner, a share is between 0 and 100 percent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", None), ("quantity__gte", 0), _connector="OR"),
                name="scenario_line_from_zero",
                violation_error_message="The amount must not be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("side", "financing"),
                    models.Q(("funding_source", None), ("rule__in", ["fixed", "per_unit"]), ("who", "")),
                    _connector="OR",
                ),
                name="scenario_expense_is_an_amount",
                violation_error_message="An expense is a fixed amount or an amount for each unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.UniqueConstraint(
                fields=("scenario_set", "position"),
                name="scenario_position_once",
                violation_error_message="Two scenarios cannot stand in the same place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.UniqueConstraint(
                fields=("scenario_set", "name"),
                name="scenario_named_once",
                violation_error_message="Two scenarios cannot have the same name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("units__lte", 1000000)),
                name="scenario_units_at_most",
                violation_error_message="Write a number of units that is not above 1.000.000.",
            ),
        ),
        AppendOnly("programmes_eligibility", placed=False),
        *(
            Touched(table)
            for table in (
                "programmes_contribution",
                "programmes_contributionentry",
                "programmes_eligibility",
                "programmes_scenarioset",
            )
        ),
        migrations.RunSQL((SQL / "planning.sql").read_text(), (SQL / "planning_reverse.sql").read_text()),
    ]
