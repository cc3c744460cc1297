"""What was reversed, read from an index alone: indicators count standing facts, and every reading asks which those are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("ledger", "0002_fact_sums_batch")]

    operations = [
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(
                fields=["measure", "heading"],
                include=["reverses", "place", "learnt_on"],
                name="fact_gone",
                condition=models.Q(("reverses__isnull", False)),
            ),
        ),
    ]
