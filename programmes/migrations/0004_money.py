"""Funding sources, amounts, decisions, the budget and what is spent. The SQL that guards them is in sql/money.sql."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.geography.danish
from portal.ledger.migrations_support import AppendOnly, Touched

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0004_tokens"),
        ("ledger", "0006_disclosure_versions"),
        ("programmes", "0003_initiatives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="budget year")),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cells",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget cell",
                "ordering": ["funding_source_id", "initiative_id", "year"],
            },
        ),
        migrations.CreateModel(
            name="DecidingBody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("council", "council"),
                            ("committee", "committee"),
                            ("kkr", "KKR"),
                            ("board", "board"),
                            ("management", "management"),
                        ],
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                ("asks_agenda_item", models.BooleanField(default=True, verbose_name="decides on an agenda")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deciding_bodies",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "deciding body",
                "ordering": ["organisation_id", "level", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "waits for a decision"),
                            ("as_recommended", "decided as recommended"),
                            ("changed", "decided with changes"),
                            ("refused", "not followed"),
                            ("postponed", "postponed"),
                        ],
                        default="pending",
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided")),
                ("agenda_item", models.CharField(blank=True, default="", max_length=60, verbose_name="agenda item")),
                ("title", models.CharField(max_length=200, verbose_name="about")),
                ("recommended", models.TextField(blank=True, default="", verbose_name="recommended")),
                ("decided", models.TextField(blank=True, default="", verbose_name="text of the decision")),
                (
                    "document",
                    models.URLField(blank=True, default="", max_length=400, verbose_name="link to the minutes"),
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
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="programmes.decidingbody",
                        verbose_name="deciding body",
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
                "verbose_name": "decision",
                "ordering": [models.OrderBy(models.F("decided_on"), descending=True, nulls_first=True), "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("own", "committed"), ("grant", "grant")],
                        default="own",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                ("committed_on", models.DateField(verbose_name="committed")),
                ("counterpart", models.CharField(max_length=200, verbose_name="to whom")),
                ("reference", models.CharField(blank=True, default="", max_length=80, verbose_name="reference")),
                ("text", models.CharField(blank=True, default="", max_length=300, verbose_name="about")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("registered_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed")),
                (
                    "closed_reason",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=300, verbose_name="why it was closed"
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
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="programmes.budgetcell",
                        verbose_name="budget cell",
                    ),
                ),
                (
                    "closed_by",
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
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="programmes.decision",
                        verbose_name="decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "ordering": ["-committed_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BudgetChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "original budget"),
                            ("supplementary", "supplementary appropriation"),
                            ("transfer", "transfer"),
                            ("carry_over", "carried over between years"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="about")),
                ("financing", models.CharField(blank=True, default="", max_length=200, verbose_name="financed by")),
                (
                    "price_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="prices of the year"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="note")),
                ("registered_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
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
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="programmes.budgetchange",
                        verbose_name="takes back",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_changes",
                        to="programmes.decision",
                        verbose_name="decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget change",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("original", "adopt a budget"),
                            ("supplementary", "supplementary appropriation"),
                            ("transfer", "transfer between appropriations"),
                            ("carry_over", "carry over to another year"),
                            ("commitment", "commit and grant"),
                        ],
                        max_length=14,
                        verbose_name="may decide",
                    ),
                ),
                (
                    "up_to",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="up to (kroner)"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegations",
                        to="programmes.decidingbody",
                        verbose_name="deciding body",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation",
                "ordering": ["body_id", "what"],
            },
        ),
        migrations.CreateModel(
            name="ExpectedOutturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="expected outturn (kroner)"),
                ),
                ("stated_on", models.DateField(verbose_name="stated")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("stated_at", models.DateTimeField(auto_now_add=True)),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outturns",
                        to="programmes.budgetcell",
                        verbose_name="budget cell",
                    ),
                ),
                (
                    "stated_by",
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
                "verbose_name": "expected outturn",
                "ordering": ["cell_id", "-stated_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FundingSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pool", "pool"),
                            ("agreement", "budget agreement"),
                            ("grant", "grant from outside"),
                            ("own_frame", "own frame"),
                            ("earlier", "set aside earlier"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("idea", "to be sought"),
                            ("sought", "sought"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                            ("active", "in use"),
                            ("closed", "closed"),
                        ],
                        default="active",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("application", "application"),
                            ("supplement", "supplementary application"),
                            ("direct", "direct grant"),
                            ("tender", "tender won"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="how it was had",
                    ),
                ),
                ("funder", models.CharField(blank=True, default="", max_length=160, verbose_name="who gives it")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "sought",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="sought (kroner)"
                    ),
                ),
                (
                    "granted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="granted (kroner)"
                    ),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="deadline for applying")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered")),
                ("eligibility", models.TextField(blank=True, default="", verbose_name="what it may be used for")),
                ("rate_of", models.PositiveIntegerField(blank=True, null=True, verbose_name="support rate: parts")),
                ("rate_in", models.PositiveIntegerField(blank=True, null=True, verbose_name="support rate: of")),
                ("co_financing", models.TextField(blank=True, default="", verbose_name="rules for co-financing")),
                ("asks_timesheets", models.BooleanField(default=False, verbose_name="asks for timesheets")),
                (
                    "price_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="prices of the year"),
                ),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
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
                    "heading",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding_source",
                        to="ledger.heading",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding_sources",
                        to="identity.organisation",
                        verbose_name="kept by",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="programmes.fundingsource",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "funding source",
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.AddField(
            model_name="budgetcell",
            name="funding_source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cells",
                to="programmes.fundingsource",
                verbose_name="funding source",
            ),
        ),
        migrations.CreateModel(
            name="Amount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("recommended", "recommended"),
                            ("set_aside", "set aside (frame)"),
                            ("released", "released"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("yearly", "a number for each year"),
                            ("one_off", "once, in one year"),
                            ("frame", "a frame for several years, not divided"),
                            ("year_not_stated", "year not stated in the source"),
                            ("settled_elsewhere", "settled elsewhere"),
                            ("not_stated", "amount not stated in the source"),
                            ("none", "no money needed"),
                        ],
                        max_length=18,
                        verbose_name="how the amount is stated",
                    ),
                ),
                ("stated_on", models.DateField(verbose_name="stated")),
                ("first_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="from the year")),
                ("last_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="to the year")),
                (
                    "price_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="prices of the year"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
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
                    "comes_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="programmes.amount",
                        verbose_name="comes from",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amounts",
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
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amounts",
                        to="programmes.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "funding_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amounts",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
            ],
            options={
                "verbose_name": "amount",
                "ordering": ["funding_source_id", "initiative_id", "stated_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("main_account", models.CharField(max_length=2, verbose_name="main account")),
                ("main_function", models.CharField(max_length=2, verbose_name="main function")),
                ("function", models.CharField(max_length=2, verbose_name="function")),
                ("dranst", models.CharField(blank=True, default="", max_length=1, verbose_name="dranst")),
                ("ownership", models.CharField(blank=True, default="", max_length=1, verbose_name="ownership")),
                ("grouping", models.CharField(blank=True, default="", max_length=3, verbose_name="grouping")),
                ("further", models.CharField(blank=True, default="", max_length=20, verbose_name="own digits")),
                ("name", models.CharField(blank=True, default="", max_length=120, verbose_name="name")),
                (
                    "digits",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("main_account"),
                            models.F("main_function"),
                            models.F("function"),
                            models.F("dranst"),
                            models.F("ownership"),
                            models.F("grouping"),
                            models.F("further"),
                            arg_joiner=" || ",
                            function="",
                            template="(%(expressions)s)",
                        ),
                        output_field=models.CharField(max_length=40),
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "funding_source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "ordering": ["owner_id", "digits"],
            },
        ),
        migrations.CreateModel(
            name="PriceIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="to the prices of")),
                ("kind", models.CharField(blank=True, default="", max_length=60, verbose_name="kind of expense")),
                ("factor", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="factor")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("valid_from", models.DateField(verbose_name="known from")),
            ],
            options={
                "verbose_name": "price index",
                "ordering": ["year", "kind", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "kind", "valid_from"),
                        name="price_index_once",
                        violation_error_message="There is a factor for that year, kind and day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("factor__gt", 0)),
                        name="price_index_above_zero",
                        violation_error_message="A factor is above zero, for example 1.035.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("month", models.PositiveSmallIntegerField(verbose_name="until the end of the month")),
                (
                    "system_total",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="spent by the finance system (kroner)"
                    ),
                ),
                ("our_total", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="spent here (kroner)")),
                (
                    "explanation",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="explanation of the difference"
                    ),
                ),
                ("place", models.BigIntegerField(verbose_name="facts until")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="reconciled")),
                (
                    "funding_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.fundingsource",
                        verbose_name="funding source",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "reconciliation",
                "ordering": ["-year", "-month", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, verbose_name="voucher")),
                ("account", models.CharField(blank=True, default="", max_length=40, verbose_name="account")),
                ("booked_on", models.DateField(verbose_name="booked")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                ("ordinal", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("text", models.CharField(blank=True, default="", max_length=300, verbose_name="text")),
                ("supplier", models.CharField(blank=True, default="", max_length=200, verbose_name="supplier")),
                (
                    "drawn",
                    models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="of the commitment"),
                ),
                ("late", models.BooleanField(default=False, verbose_name="booked after the year was closed")),
                ("file_name", models.CharField(blank=True, default="", max_length=200, verbose_name="file")),
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
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="programmes.budgetcell",
                        verbose_name="budget cell",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="programmes.commitment",
                        verbose_name="commitment",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
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
                "verbose_name": "voucher",
                "ordering": ["-booked_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="YearClosing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="budget year")),
                ("closed_at", models.DateTimeField(auto_now_add=True, verbose_name="closed")),
                ("place", models.BigIntegerField(verbose_name="facts until")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "closed year",
                "ordering": ["owner_id", "-year"],
            },
        ),
        migrations.CreateModel(
            name="AmountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="budget year")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                (
                    "amount",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programmes.amount",
                        verbose_name="amount",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an amount",
                "ordering": ["amount_id", models.OrderBy(models.F("year"), nulls_last=True), "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("amount", "year"),
                        name="amount_line_once_a_year",
                        nulls_distinct=False,
                        violation_error_message="The year stands there twice.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="amount_line_above_zero",
                        violation_error_message="Write an amount above zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year", None), models.Q(("year__gte", 1990), ("year__lte", 2099)), _connector="OR"
                        ),
                        name="amount_line_year",
                        violation_error_message="Write a year between 1990 and 2099.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="kroner")),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programmes.budgetcell",
                        verbose_name="budget cell",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programmes.budgetchange",
                        verbose_name="budget change",
                    ),
                ),
                (
                    "comes_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appropriated",
                        to="programmes.amount",
                        verbose_name="comes from",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget line",
                "ordering": ["change_id", "pk"],
                "indexes": [models.Index(fields=["cell"], include=("quantity",), name="budget_line_of_cell")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True),
                        name="budget_line_not_zero",
                        violation_error_message="Write an amount that is not zero.",
                    ),
                    models.UniqueConstraint(
                        fields=("change", "cell"),
                        name="budget_line_once_a_cell",
                        violation_error_message="The same place stands there twice.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="decidingbody",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name"),
                name="deciding_body_named_once",
                violation_error_message="The organisation already has a body with that name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decidingbody",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None), ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="deciding_body_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decidingbody",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level__in", ["council", "committee"]), _negated=True),
                    ("asks_agenda_item", True),
                    _connector="OR",
                ),
                name="council_decides_on_an_agenda",
                violation_error_message="A council and a committee decide on an agenda.",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["body", "-decided_on", "-id"], name="decision_newest"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["updated_at", "id"], name="decision_changed"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("outcome__in", ["pending", "postponed"])),
                    models.Q(("decided_on__isnull", False), ("outcome__in", ["as_recommended", "changed", "refused"])),
                    _connector="OR",
                ),
                name="decision_has_a_day_when_decided",
                violation_error_message="Write the day it was decided; what still waits has none.",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["cell"], include=("quantity",), name="commitment_of_cell"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["-committed_on", "-id"], name="commitment_newest"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["updated_at", "id"], name="commitment_changed"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity__gt", 0), models.Q(("closed_at__isnull", False), ("quantity", 0)), _connector="OR"
                ),
                name="commitment_above_zero",
                violation_error_message="Write an amount above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_reason", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("closed_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="commitment_closed_with_reason",
                violation_error_message="Say why it is closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "supplementary"), _negated=True),
                    models.Q(("financing", ""), _negated=True),
                    _connector="OR",
                ),
                name="supplementary_names_its_financing",
                violation_error_message="A supplementary appropriation says what it is financed by.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reverses", None), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="budget_change_taken_back_with_reason",
                violation_error_message="Say why it is taken back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.UniqueConstraint(
                fields=("body", "what"),
                name="delegation_once",
                violation_error_message="What the body may decide of that kind is said already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("up_to", None), ("up_to__gt", 0), _connector="OR"),
                name="delegation_above_zero",
                violation_error_message="Write an amount above zero, or leave it empty for no limit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedoutturn",
            constraint=models.UniqueConstraint(
                fields=("cell", "stated_on"),
                name="expected_outturn_once_a_day",
                violation_error_message="An expectation of that day is there already.",
            ),
        ),
        migrations.AddIndex(
            model_name="fundingsource",
            index=models.Index(fields=["updated_at", "id"], name="funding_source_changed"),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"),
                name="funding_source_named_once",
                violation_error_message="The organisation already has a funding source with that name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on", None), ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="funding_source_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rate_in", None), ("rate_of", None)),
                    models.Q(
                        ("rate_in__gt", 0),
                        ("rate_in__isnull", False),
                        ("rate_of__isnull", False),
                        ("rate_of__lte", models.F("rate_in")),
                    ),
                    _connector="OR",
                ),
                name="funding_source_rate_is_a_share",
                violation_error_message="A support rate is between 0 and 100 percent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sought", None), ("sought__gte", 0), _connector="OR"),
                    models.Q(("granted", None), ("granted__gte", 0), _connector="OR"),
                ),
                name="funding_source_amounts_from_zero",
                violation_error_message="An amount sought or granted is not below zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "refused"), _negated=True), ("granted", None), _connector="OR"),
                name="funding_source_refused_gives_nothing",
                violation_error_message="What was refused has no granted amount.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetcell",
            constraint=models.UniqueConstraint(
                fields=("funding_source", "initiative", "year"),
                name="budget_cell_once",
                nulls_distinct=False,
                violation_error_message="The cell is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetcell",
            constraint=models.CheckConstraint(
                condition=models.Q(("year", None), models.Q(("year__gte", 1990), ("year__lte", 2099)), _connector="OR"),
                name="budget_cell_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        migrations.AddIndex(
            model_name="amount",
            index=models.Index(fields=["updated_at", "id"], name="amount_changed"),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("first_year__isnull", False), ("form", "frame"), ("last_year__gt", models.F("first_year"))
                    ),
                    models.Q(models.Q(("form", "frame"), _negated=True), ("first_year", None), ("last_year", None)),
                    _connector="OR",
                ),
                name="amount_frame_has_its_years",
                violation_error_message="A frame for several years says from which year to which.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("funding_source__isnull", False),
                    models.Q(("form", "none"), ("initiative__isnull", False)),
                    _connector="OR",
                ),
                name="amount_has_a_source_unless_none",
                violation_error_message="Choose where the money comes from.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("comes_from", None), models.Q(("comes_from", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="amount_not_from_itself",
                violation_error_message="An amount cannot come from itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="amount_withdrawn_with_reason",
                violation_error_message="Say why the amount is withdrawn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_year", None),
                    models.Q(("first_year__gte", 1990), ("first_year__lte", 2099)),
                    _connector="OR",
                ),
                name="amount_first_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_year", None), models.Q(("last_year__gte", 1990), ("last_year__lte", 2099)), _connector="OR"
                ),
                name="amount_last_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("owner", "digits"), name="account_once", violation_error_message="The account is there already."
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("main_account__regex", "^[0-9]{2}$"),
                    ("main_function__regex", "^[0-9]{2}$"),
                    ("dranst__regex", "^[0-9]?$"),
                    ("function__regex", "^[0-9]{2}$"),
                    ("ownership__regex", "^[0-9]?$"),
                    ("further__regex", "^[0-9]*$"),
                    ("grouping__regex", "^([0-9]{3})?$"),
                ),
                name="account_parts_are_digits",
                violation_error_message="Write an account like 06.48.67.1.0.001.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                name="reconciliation_of_a_month",
                violation_error_message="Choose a month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("system_total", models.F("our_total")),
                    models.Q(("explanation", ""), _negated=True),
                    _connector="OR",
                ),
                name="reconciliation_difference_explained",
                violation_error_message="The totals differ. Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(("year", None), models.Q(("year__gte", 1990), ("year__lte", 2099)), _connector="OR"),
                name="reconciliation_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(fields=["cell"], include=("quantity", "drawn"), name="voucher_of_cell"),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(fields=["owner", "-booked_on", "-id"], name="voucher_newest"),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(fields=["updated_at", "id"], name="voucher_changed"),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("owner", "number", "account", "booked_on", "quantity", "ordinal"),
                name="voucher_line_once",
                violation_error_message="The voucher is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", 0), _negated=True),
                name="voucher_not_zero",
                violation_error_message="Write an amount that is not zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="voucher_withdrawn_with_reason",
                violation_error_message="Say why the voucher is withdrawn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("commitment__isnull", False), ("drawn", 0), _connector="OR"),
                name="voucher_draws_on_a_commitment",
                violation_error_message="Only a voucher with a commitment draws on one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearclosing",
            constraint=models.UniqueConstraint(
                fields=("owner", "year"), name="year_closed_once", violation_error_message="The year is closed already."
            ),
        ),
        migrations.AddConstraint(
            model_name="yearclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("year", None), models.Q(("year__gte", 1990), ("year__lte", 2099)), _connector="OR"),
                name="year_closing_year",
                violation_error_message="Write a year between 1990 and 2099.",
            ),
        ),
        *(
            AppendOnly(table, placed=False)
            for table in (
                "programmes_amountline",
                "programmes_budgetchange",
                "programmes_budgetline",
                "programmes_yearclosing",
                "programmes_reconciliation",
            )
        ),
        *(
            Touched(table)
            for table in (
                "programmes_amount",
                "programmes_commitment",
                "programmes_decision",
                "programmes_expectedoutturn",
                "programmes_fundingsource",
                "programmes_voucher",
            )
        ),
        migrations.RunSQL((SQL / "money.sql").read_text(), (SQL / "money_reverse.sql").read_text()),
    ]
