"""The index of the sums holds the batch too: which imported history a figure holds is then read without the table.

Built beside the running portal; until it stands the old one serves.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("ledger", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(
                fields=["measure", "heading", "municipality", "organisation", "category", "month"],
                include=["occurred_on", "learnt_on", "place", "quantity", "subcategory", "batch"],
                name="fact_sums_batch",
            ),
        ),
        RemoveIndexConcurrently(model_name="fact", name="fact_sums"),
    ]
