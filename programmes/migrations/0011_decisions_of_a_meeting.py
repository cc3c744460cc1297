"""The decisions of a meeting are found by an index that is built beside the writers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("programmes", "0010_bodies")]

    operations = [
        AddIndexConcurrently(model_name="decision", index=models.Index(fields=["meeting"], name="decision_of_meeting")),
    ]
