"""In whose place a deputy decided, said or confirmed; no row is rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0011_the_library_has_owners"),
    ]

    operations = [
        migrations.AddField(
            model_name="keyversion",
            name="as_deputy_for",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="observation",
            name="confirmed_as_deputy_for",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="statement",
            name="as_deputy_for",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=120),
        ),
    ]
