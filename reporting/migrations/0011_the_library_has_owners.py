"""Whose a goal of the library is, which year it was agreed for, and that it has been taken out.

What is there is national and stays so. The new columns may be empty or have a default in the database, so a release
that does not know them can still write.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "__first__"),
        ("reporting", "0010_who_said_a_value_is_missing"),
    ]

    operations = [
        migrations.AddField(
            model_name="librarygoal",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="responsible",
            ),
        ),
        migrations.AddField(
            model_name="librarygoal",
            name="year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="agreed for"),
        ),
        migrations.AddField(
            model_name="librarygoal",
            name="withdrawn",
            field=models.BooleanField(db_default=False, default=False, verbose_name="taken out"),
        ),
    ]
