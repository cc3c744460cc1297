"""The planner is told that merged companies may be many, so that it looks them up in a hash and never one by one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_fact_gone")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION ledger_subject_roots(date, bigint) ROWS 10000",
            "ALTER FUNCTION ledger_subject_roots(date, bigint) ROWS 1000",
        ),
    ]
