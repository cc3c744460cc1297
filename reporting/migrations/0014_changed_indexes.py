"""The order in which rows changed, which a reader of changes follows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside a table that people go on writing to

    dependencies = [("reporting", "0013_when_it_changed")]

    operations = [
        AddIndexConcurrently(
            model_name="observation",
            index=models.Index(fields=["series", "updated_at", "id"], name="observation_changed"),
        ),
    ]
