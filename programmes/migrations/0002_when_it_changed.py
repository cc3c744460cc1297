"""When a programme last changed.

The default is one moment for all that are there, so the column is added without writing the table anew.
"""

from django.db import migrations, models
from django.db.models.functions import Now

from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_touched"),
        ("programmes", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="last changed"),
        ),
        Touched("programmes_programme"),
    ]
