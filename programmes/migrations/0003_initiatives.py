"""What was called an activity is an initiative: plans have them too. The table keeps its name, so nothing moves."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_disclosure_versions"),
        ("programmes", "0002_when_it_changed"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Activity", "Initiative"),
                migrations.AlterModelTable("initiative", "programmes_activity"),
                migrations.AlterModelOptions(
                    "initiative",
                    options={"ordering": ["programme_id", "number", "pk"], "verbose_name": "initiative"},
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="heading",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="initiative", to="ledger.heading"
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="programme",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="initiatives",
                        to="programmes.programme",
                    ),
                ),
            ],
        ),
    ]
