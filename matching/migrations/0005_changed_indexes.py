"""The order in which rows changed, which a reader of changes follows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside a table that people go on writing to

    dependencies = [("matching", "0004_when_it_changed")]

    operations = [
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(fields=["updated_at", "id"], name="company_changed"),
        ),
        AddIndexConcurrently(
            model_name="match",
            index=models.Index(fields=["updated_at", "id"], name="match_changed"),
        ),
    ]
