"""Joint experiments and catalogues of measures: new tables only."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.ledger.fields
from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("identity", "0005_scopes"),
        ("ledger", "0005_touched"),
        ("programmes", "0007_planning"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExperimentScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("purpose", models.TextField(blank=True, default="", verbose_name="purpose")),
                ("theme", models.CharField(blank=True, default="", max_length=300, verbose_name="theme")),
                (
                    "ministry",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="responsible ministry"),
                ),
                ("starts", models.CharField(blank=True, default="", max_length=60, verbose_name="start")),
                ("ends", models.CharField(blank=True, default="", max_length=60, verbose_name="end")),
                (
                    "stated_experiments",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number of experiments stated in the source"
                    ),
                ),
                (
                    "stated_municipalities",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number of municipalities stated in the source"
                    ),
                ),
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiment_schemes",
                        to="identity.organisation",
                        verbose_name="owner",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiment_schemes",
                        to="programmes.programme",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "experiment scheme",
                "ordering": ["owner_id", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Experiment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("text", models.TextField(blank=True, default="", verbose_name="what is done")),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="field of law or rule that is deviated from",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("running", "under way"),
                            ("ended", "ended"),
                            ("permanent", "made permanent"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "status_when",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="when the status is stated"),
                ),
                ("starts", models.CharField(blank=True, default="", max_length=60, verbose_name="start")),
                ("ends", models.CharField(blank=True, default="", max_length=60, verbose_name="end")),
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
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiments",
                        to="programmes.experimentscheme",
                        verbose_name="experiment scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "experiment",
                "ordering": ["scheme_id", "title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MeasureCatalogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("theme_area", models.CharField(blank=True, default="", max_length=160, verbose_name="theme area")),
                ("dated", models.CharField(blank=True, default="", max_length=60, verbose_name="date")),
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measure_catalogues",
                        to="identity.organisation",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "catalogue of measures",
                "ordering": ["owner_id", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CatalogueTheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "catalogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="programmes.measurecatalogue",
                        verbose_name="catalogue of measures",
                    ),
                ),
            ],
            options={
                "verbose_name": "theme of a catalogue",
                "ordering": ["catalogue_id", "order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SchemeLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("letter", "letter"),
                            ("audience", "audience of a committee"),
                            ("meeting", "meeting"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("sent_to", models.CharField(max_length=200, verbose_name="to whom")),
                ("sent_by", models.CharField(blank=True, default="", max_length=200, verbose_name="from whom")),
                ("asked", models.TextField(verbose_name="what was asked")),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="programmes.experimentscheme",
                        verbose_name="experiment scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter about a scheme",
                "ordering": ["scheme_id", models.OrderBy(models.F("sent_on"), descending=True, nulls_last=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="SchemeMunicipality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiment_schemes",
                        to="geography.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="programmes.experimentscheme",
                        verbose_name="experiment scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "municipality in a scheme",
                "ordering": ["scheme_id", "municipality__sort_key"],
            },
        ),
        migrations.CreateModel(
            name="ExperimentMunicipality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="municipality_links",
                        to="programmes.experiment",
                        verbose_name="experiment",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiment_links",
                        to="programmes.schememunicipality",
                        verbose_name="municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "municipality in an experiment",
                "ordering": ["experiment_id", "pk"],
            },
        ),
        migrations.AddField(
            model_name="experiment",
            name="participants",
            field=models.ManyToManyField(
                related_name="experiments",
                through="programmes.ExperimentMunicipality",
                to="programmes.schememunicipality",
                verbose_name="participants",
            ),
        ),
        migrations.CreateModel(
            name="CatalogueMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="the measure")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                ("partners", models.CharField(blank=True, default="", max_length=300, verbose_name="with whom")),
                (
                    "status",
                    models.CharField(
                        choices=[("running", "under way"), ("example", "example"), ("idea", "idea")],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
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
                    "municipality",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="catalogue_measures",
                        to="geography.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="programmes.cataloguetheme",
                        verbose_name="theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "measure of a catalogue",
                "ordering": ["theme_id", "order", "pk"],
                "indexes": [models.Index(fields=["updated_at", "id"], name="catalogue_measure_changed")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("theme", "title", "municipality"),
                        name="catalogue_measure_once",
                        nulls_distinct=False,
                        violation_error_message="The theme has this measure of this municipality.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="catalogue_measure_has_a_title",
                        violation_error_message="Say what the measure is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "example", "idea"])),
                        name="catalogue_measure_status_known",
                        violation_error_message="Choose the status from the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300, verbose_name="what")),
                ("qualifier", models.CharField(blank=True, default="", max_length=40, verbose_name="qualifier")),
                ("value", portal.ledger.fields.ExactDecimalField(blank=True, null=True, verbose_name="value")),
                ("value_to", portal.ledger.fields.ExactDecimalField(blank=True, null=True, verbose_name="up to")),
                ("unit", models.CharField(blank=True, default="", max_length=60, verbose_name="unit")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("measured", "measured"),
                            ("estimated", "estimated"),
                            ("claimed", "claimed without a measurement"),
                        ],
                        max_length=10,
                        verbose_name="how it is known",
                    ),
                ),
                ("said_by", models.CharField(max_length=160, verbose_name="who says it")),
                ("document", models.CharField(blank=True, default="", max_length=300, verbose_name="document")),
                ("said_on", models.DateField(blank=True, null=True, verbose_name="day of the document")),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="programmes.experiment",
                        verbose_name="experiment",
                    ),
                ),
            ],
            options={
                "verbose_name": "stated effect",
                "ordering": ["experiment_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True), models.Q(("said_by", ""), _negated=True)
                        ),
                        name="effect_claim_says_what_and_who",
                        violation_error_message="Say what the effect is, and who says it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("qualifier", ""), ("unit", ""), ("value", None), ("value_to", None)),
                            models.Q(("value__isnull", False), models.Q(("unit", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="effect_claim_number_has_a_unit",
                        violation_error_message="A number has a unit; without a number leave the others empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value_to", None), ("value_to__gt", models.F("value")), _connector="OR"),
                        name="effect_claim_interval_rises",
                        violation_error_message="The second number of an interval is the higher one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["measured", "estimated", "claimed"])),
                        name="effect_claim_basis_known",
                        violation_error_message="Choose from the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExperimentCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500, verbose_name="text")),
                (
                    "link",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=500,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link",
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="programmes.experiment",
                        verbose_name="experiment",
                    ),
                ),
            ],
            options={
                "verbose_name": "good case",
                "ordering": ["experiment_id", "order", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="experiment_case_says_something",
                        violation_error_message="Write what it is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link", ""), ("link__regex", "^https?://"), _connector="OR"),
                        name="experiment_case_link_is_an_address",
                        violation_error_message="A link begins with http:// or https://.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="experimentscheme",
            index=models.Index(fields=["updated_at", "id"], name="experiment_scheme_changed"),
        ),
        migrations.AddConstraint(
            model_name="experimentscheme",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"),
                name="experiment_scheme_named_once",
                violation_error_message="Your organisation has a scheme with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentscheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="experiment_scheme_has_a_name",
                violation_error_message="Give the scheme a name.",
            ),
        ),
        migrations.AddIndex(
            model_name="measurecatalogue",
            index=models.Index(fields=["updated_at", "id"], name="measure_catalogue_changed"),
        ),
        migrations.AddConstraint(
            model_name="measurecatalogue",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"),
                name="measure_catalogue_named_once",
                violation_error_message="Your organisation has a catalogue with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurecatalogue",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="measure_catalogue_has_a_name",
                violation_error_message="Give the catalogue a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cataloguetheme",
            constraint=models.UniqueConstraint(
                fields=("catalogue", "name"),
                name="catalogue_theme_named_once",
                violation_error_message="The catalogue has a theme with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cataloguetheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="catalogue_theme_has_a_name",
                violation_error_message="Give the theme a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["letter", "audience", "meeting", "other"])),
                name="scheme_letter_kind_known",
                violation_error_message="Choose the kind from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeletter",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("sent_to", ""), _negated=True), models.Q(("asked", ""), _negated=True)),
                name="scheme_letter_says_to_whom_and_what",
                violation_error_message="Say to whom, and what was asked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_on", None), models.Q(("answer", ""), _negated=True), _connector="OR"),
                name="scheme_letter_answered_has_an_answer",
                violation_error_message="Write the answer, or leave its day empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_on", None), ("sent_on", None), ("answered_on__gte", models.F("sent_on")), _connector="OR"
                ),
                name="scheme_letter_answered_after_it_was_sent",
                violation_error_message="The answer must not be before the letter.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schememunicipality",
            constraint=models.UniqueConstraint(
                fields=("scheme", "municipality"),
                name="scheme_municipality_once",
                violation_error_message="The municipality takes part already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="schememunicipality",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None), ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="scheme_municipality_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentmunicipality",
            constraint=models.UniqueConstraint(
                fields=("experiment", "participant"),
                name="experiment_municipality_once",
                violation_error_message="The municipality takes part already.",
            ),
        ),
        migrations.AddIndex(
            model_name="experiment",
            index=models.Index(fields=["updated_at", "id"], name="experiment_changed"),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.UniqueConstraint(
                fields=("scheme", "title"),
                name="experiment_named_once",
                violation_error_message="The scheme has an experiment with this title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="experiment_has_a_title",
                violation_error_message="Give the experiment a title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "running", "ended", "permanent", "lapsed"])),
                name="experiment_status_known",
                violation_error_message="Choose the status from the list.",
            ),
        ),
        *(
            Touched(table)
            for table in (
                "programmes_experimentscheme",
                "programmes_experiment",
                "programmes_measurecatalogue",
                "programmes_cataloguemeasure",
            )
        ),
    ]
