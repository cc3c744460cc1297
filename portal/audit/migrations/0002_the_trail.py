"""The trail of changes with its functions, the view log and the export log. The SQL is in sql/."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import AppendOnly

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("identity", "0001_initial"),
        ("ledger", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("table", models.CharField(max_length=63, verbose_name="kind")),
                ("row", models.TextField(verbose_name="row")),
                (
                    "operation",
                    models.CharField(
                        choices=[("insert", "made"), ("update", "changed"), ("delete", "deleted")],
                        max_length=6,
                        verbose_name="what happened",
                    ),
                ),
                ("old", models.JSONField(null=True, verbose_name="before")),
                ("new", models.JSONField(null=True, verbose_name="after")),
                ("request", models.CharField(blank=True, default="", max_length=64)),
                ("source", models.CharField(blank=True, default="", max_length=200)),
                ("role", models.CharField(max_length=63)),
                ("transaction", models.BigIntegerField()),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="for",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(models.F("table"), models.F("row"), models.F("id"), name="change_of_row"),
                    models.Index(models.F("user"), models.F("id"), name="change_by_user"),
                    models.Index(models.F("organisation"), models.F("id"), name="change_by_organisation"),
                    models.Index(models.F("at"), name="change_at"),
                    models.Index(models.F("transaction"), name="change_together"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kkr_viewer", "KKR member"),
                            ("kkr_secretariat", "KKR secretariat"),
                            ("municipal_officer", "municipal officer"),
                            ("budget_officer", "municipal budget officer"),
                            ("adviser", "adviser"),
                            ("hub_adviser", "adviser at the erhvervshus"),
                            ("hub_controller", "controller at the erhvervshus"),
                            ("education_partner", "education partner"),
                            ("unemployment_fund_partner", "a-kasse partner"),
                            ("programme_lead", "programme lead"),
                            ("data_steward", "data steward"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                            ("data_protection_officer", "data protection officer"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("path", models.CharField(max_length=300, verbose_name="page")),
                ("filters", models.JSONField(verbose_name="filters")),
                ("rows", models.PositiveIntegerField(null=True, verbose_name="rows")),
                ("request", models.CharField(blank=True, default="", max_length=64)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="for",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(models.F("organisation"), models.F("id"), name="export_by_organisation"),
                    models.Index(models.F("at"), name="export_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kkr_viewer", "KKR member"),
                            ("kkr_secretariat", "KKR secretariat"),
                            ("municipal_officer", "municipal officer"),
                            ("budget_officer", "municipal budget officer"),
                            ("adviser", "adviser"),
                            ("hub_adviser", "adviser at the erhvervshus"),
                            ("hub_controller", "controller at the erhvervshus"),
                            ("education_partner", "education partner"),
                            ("unemployment_fund_partner", "a-kasse partner"),
                            ("programme_lead", "programme lead"),
                            ("data_steward", "data steward"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                            ("data_protection_officer", "data protection officer"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="records"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("own_work", "work with the company or the match"),
                            ("figures", "control of figures"),
                            ("quality", "control of duplicates and quality"),
                            ("audit", "audit"),
                            ("rights", "request from the person it is about"),
                            ("support", "help to a user"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("request", models.CharField(blank=True, default="", max_length=64)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="for",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening",
                "ordering": ["-id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="opening_of_record"),
                    models.Index(models.F("organisation"), models.F("id"), name="opening_by_organisation"),
                    models.Index(models.F("at"), name="opening_at"),
                ],
            },
        ),
        AppendOnly("audit_opening", placed=False),
        # The triggers themselves are set by the step after migrate; they go with the function.
        migrations.RunSQL(
            (SQL / "record.sql").read_text(),
            "DROP FUNCTION audit_record() CASCADE; DROP FUNCTION audit_forget(text, text[]);"
            "DROP FUNCTION audit_shown(jsonb, text[], text[]); DROP FUNCTION audit_key(jsonb, text[]);",
        ),
    ]
