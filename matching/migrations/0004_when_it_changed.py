"""When a company and a match last changed.

The default is one moment for all that are there, so the column is added without writing the table anew.
"""

from django.db import migrations, models
from django.db.models.functions import Now

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_touched"),
        ("matching", "0003_fact_to_match"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("matching_company"),
        migrations.AddField(
            model_name="match",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("matching_match"),
    ]
