"""When an indicator, a contract, a series and an observation last changed.

The default is one moment for all that are there, so the column is added without writing the table anew.
"""

from django.db import migrations, models
from django.db.models.functions import Now

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_touched"),
        ("reporting", "0012_as_deputy_for"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("reporting_indicator"),
        migrations.AddField(
            model_name="contract",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("reporting_contract"),
        migrations.AddField(
            model_name="series",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("reporting_series"),
        migrations.AddField(
            model_name="observation",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("reporting_observation"),
    ]
