"""Indexes of the register's data, built beside a table that people go on writing to, and its rules validated."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

import portal.geography.danish


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("matching", "0009_register_data")]

    operations = [
        AddIndexConcurrently(
            model_name="company",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    portal.geography.danish.Fold("other_names"), name="gin_trgm_ops"
                ),
                name="company_other_name_trigrams",
            ),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(fields=["sort_key", "id"], name="company_by_name"),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(fields=["industry_code", "sort_key", "id"], name="company_by_industry"),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="company_merged"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS company_register_id_once ON matching_company"
                    " (register_id) WHERE register_id IS NOT NULL",
                    "DROP INDEX CONCURRENTLY IF EXISTS company_register_id_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="company",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("register_id__isnull", False)),
                        fields=("register_id",),
                        name="company_register_id_once",
                        violation_error_message="There is already a company with this number of the register's own.",
                    ),
                ),
            ],
        ),
        ValidateConstraint("company", "company_industry_six_digits"),
        ValidateConstraint("company", "company_industry_version_known"),
        ValidateConstraint("company", "company_status_known"),
        ValidateConstraint("company", "company_merged_into_another"),
    ]
