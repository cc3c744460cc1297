"""An organisation's files with certain headings: what was chosen for a whole file is filled in again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tabular", "0002_long_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="columnmapping",
            name="also",
            field=models.JSONField(db_default={}, default=dict, verbose_name="what else was said"),
        ),
    ]
