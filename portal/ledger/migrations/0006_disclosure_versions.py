"""What the data protection officer says of a measure's disclosure class, and why. A new and empty table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import AppendOnly

CLASSES = [("open", "open"), ("companies", "companies"), ("people", "people")]


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_touched"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureVersion",
            fields=[
                (
                    "place",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the ledger"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("learnt_on", models.DateField(verbose_name="learnt on")),
                ("disclosure", models.CharField(choices=CLASSES, max_length=10, verbose_name="class")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.batch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosure_versions",
                        to="ledger.measure",
                        verbose_name="measure",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("disclosure__in", ["open", "companies", "people"])),
                        name="disclosure_version_known",
                        violation_error_message="The disclosure class is open, companies or people.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="disclosure_version_has_reason",
                        violation_error_message="Say why the class is set so.",
                    ),
                ],
            },
        ),
        AppendOnly("ledger_disclosureversion"),
    ]
