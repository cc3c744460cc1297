"""What the register of companies says, its history, places of work, and companies that turned out to be one.

On the table that people go on writing to only columns with a default of the database are added, and rules that are
validated afterwards, so nothing is written anew and nobody waits.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0001_initial"),
        ("ledger", "0005_touched"),
        ("matching", "0008_quality"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="how we know")),
                ("moved", models.JSONField(default=dict, verbose_name="what moved")),
                ("merged_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="merged")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
            ],
            options={
                "verbose_name": "merging of companies",
                "verbose_name_plural": "mergings of companies",
                "ordering": ["-merged_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ProductionUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "register_id",
                    models.BigIntegerField(blank=True, null=True, verbose_name="the register's own number"),
                ),
                (
                    "industry_code",
                    models.CharField(blank=True, db_default="", default="", max_length=6, verbose_name="industry code"),
                ),
                (
                    "industry_version",
                    models.CharField(
                        blank=True,
                        choices=[("DB03", "DB03"), ("DB07", "DB07"), ("DB25", "DB25")],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="list of the industry code",
                    ),
                ),
                ("industry", models.CharField(blank=True, default="", max_length=160, verbose_name="industry")),
                ("ceased_on", models.DateField(blank=True, null=True, verbose_name="ceased")),
                (
                    "register_updated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="changed in the register"),
                ),
                ("fetched_on", models.DateField(blank=True, null=True, verbose_name="fetched from the register")),
                ("number", models.CharField(max_length=10, unique=True, verbose_name="P-number")),
                ("name", models.CharField(blank=True, default="", max_length=160, verbose_name="name")),
                ("address", models.CharField(blank=True, default="", max_length=160, verbose_name="address")),
                ("postal_code", models.CharField(blank=True, default="", max_length=4, verbose_name="postal code")),
                ("city", models.CharField(blank=True, default="", max_length=60, verbose_name="city")),
                ("head", models.BooleanField(default=False, verbose_name="head unit")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of work",
                "verbose_name_plural": "places of work",
                "ordering": ["company_id", "-head", "number"],
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribute",
                    models.CharField(
                        choices=[
                            ("name", "name"),
                            ("status", "status in the register"),
                            ("form", "company form"),
                            ("industry", "industry"),
                            ("address", "address"),
                            ("employees", "employees"),
                            ("advertising", "protected against advertising"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40, verbose_name="code")),
                ("value", models.CharField(blank=True, default="", max_length=400, verbose_name="content")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "known_from",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="known since"
                    ),
                ),
                ("known_to", models.DateTimeField(blank=True, null=True, verbose_name="known until")),
            ],
            options={
                "verbose_name": "entry of the register",
                "verbose_name_plural": "entries of the register",
                "ordering": ["company_id", "attribute", "-valid_from", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RegisterProgress",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("after", models.BigIntegerField(default=0, verbose_name="companies up to")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="last asked")),
                ("problem", models.CharField(blank=True, default="", max_length=300, verbose_name="what was wrong")),
            ],
            options={
                "verbose_name": "refreshing from the register",
            },
        ),
        migrations.AddField(
            model_name="company",
            name="advertising_protected",
            field=models.BooleanField(db_default=False, default=False, verbose_name="protected against advertising"),
        ),
        migrations.AddField(
            model_name="company",
            name="ceased_on",
            field=models.DateField(blank=True, null=True, verbose_name="ceased"),
        ),
        migrations.AddField(
            model_name="company",
            name="first_highly_educated",
            field=models.BooleanField(blank=True, null=True, verbose_name="first highly educated employee"),
        ),
        migrations.AddField(
            model_name="company",
            name="form",
            field=models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="company form"),
        ),
        migrations.AddField(
            model_name="company",
            name="form_code",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="code of the company form"),
        ),
        migrations.AddField(
            model_name="company",
            name="industry_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=6, verbose_name="industry code"),
        ),
        migrations.AddField(
            model_name="company",
            name="industry_version",
            field=models.CharField(
                blank=True,
                choices=[("DB03", "DB03"), ("DB07", "DB07"), ("DB25", "DB25")],
                db_default="",
                default="",
                max_length=4,
                verbose_name="list of the industry code",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="matching.company",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="other_names",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="secondary names"),
        ),
        migrations.AddField(
            model_name="company",
            name="register_id",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="the register's own number"),
        ),
        migrations.AddField(
            model_name="company",
            name="register_updated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="changed in the register"),
        ),
        migrations.AddField(
            model_name="company",
            name="status",
            field=models.CharField(
                choices=[
                    ("active", "active"),
                    ("winding_up", "being wound up"),
                    ("ceased", "ceased"),
                    ("unknown", "unknown"),
                ],
                db_default="unknown",
                default="unknown",
                max_length=12,
                verbose_name="status in the register",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="status_text",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=80, verbose_name="status, in the register's words"
            ),
        ),
        AddConstraintNotValid(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("industry_code", ""), ("industry_code__regex", "^[0-9]{6}$"), _connector="OR"),
                name="company_industry_six_digits",
                violation_error_message="An industry code has six digits.",
            ),
        ),
        AddConstraintNotValid(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("industry_version", ""),
                    models.Q(
                        ("industry_version__in", ["DB03", "DB07", "DB25"]),
                        models.Q(("industry_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="company_industry_version_known",
                violation_error_message="Choose the list that the industry code is from.",
            ),
        ),
        AddConstraintNotValid(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "winding_up", "ceased", "unknown"])),
                name="company_status_known",
                violation_error_message="The status is active, being wound up, ceased or unknown.",
            ),
        ),
        AddConstraintNotValid(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="company_merged_into_another",
                violation_error_message="A company is merged into another one.",
            ),
        ),
        migrations.AddField(
            model_name="companymerge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorptions",
                to="matching.company",
                verbose_name="the company that goes into it",
            ),
        ),
        migrations.AddField(
            model_name="companymerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="matching.company",
                verbose_name="the company that stays",
            ),
        ),
        migrations.AddField(
            model_name="companymerge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="merged by",
            ),
        ),
        migrations.AddField(
            model_name="companymerge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.AddField(
            model_name="productionunit",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="production_units",
                to="matching.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="productionunit",
            name="municipality",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="geography.municipality",
                verbose_name="municipality",
            ),
        ),
        migrations.AddField(
            model_name="registerentry",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="register_entries",
                to="matching.company",
                verbose_name="company",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)),
                name="register_progress_one_row",
                violation_error_message="There is one row.",
            ),
        ),
        migrations.AddConstraint(
            model_name="companymerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                name="merge_of_two",
                violation_error_message="A company is merged into another one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="companymerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="merge_undone_by_somebody",
                violation_error_message="A merging that is undone says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="companymerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("absorbed",),
                name="merge_standing_once",
                violation_error_message="The company has been merged already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{10}$")),
                name="unit_number_ten_digits",
                violation_error_message="A P-number has ten digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("register_id__isnull", False)),
                fields=("register_id",),
                name="unit_register_id_once",
                violation_error_message="There is already a place of work with this number of the register's own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ceased_on", None), ("head", True)),
                fields=("company",),
                name="unit_one_head",
                violation_error_message="A company has one head unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("industry_code", ""), ("industry_code__regex", "^[0-9]{6}$"), _connector="OR"),
                name="unit_industry_six_digits",
                violation_error_message="An industry code has six digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("industry_version", ""),
                    models.Q(
                        ("industry_version__in", ["DB03", "DB07", "DB25"]),
                        models.Q(("industry_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unit_industry_version_known",
                violation_error_message="Choose the list that the industry code is from.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attribute__in", ["name", "status", "form", "industry", "address", "employees", "advertising"])
                ),
                name="register_entry_attribute_known",
                violation_error_message="Choose what the register says something about.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None), ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="register_entry_period",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("known_to", None), ("known_to__gte", models.F("known_from")), _connector="OR"),
                name="register_entry_known",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("known_to", None)),
                fields=("company", "attribute", "code", "value", "valid_from", "valid_to"),
                name="register_entry_once",
                nulls_distinct=False,
                violation_error_message="The register's entry is here already.",
            ),
        ),
        Touched("matching_productionunit"),
    ]
