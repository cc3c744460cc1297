"""What has been published of protected measures. A new and empty table; never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.ledger.migrations_support import AppendOnly

CLASSES = [("open", "open"), ("companies", "companies"), ("people", "people")]


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_disclosure_versions"),
        ("reporting", "0015_reasons_have_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField(verbose_name="as registered on")),
                ("place", models.BigIntegerField(verbose_name="place in the ledger")),
                ("disclosure", models.CharField(choices=CLASSES, max_length=10, verbose_name="class")),
                ("payload", models.JSONField()),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="published")),
                (
                    "heading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.heading"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                        verbose_name="measure",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "ordering": ["measure_id", "heading_id", "as_of", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "heading", "as_of", "disclosure"),
                        name="publication_once",
                        violation_error_message="The numbers of that day are published already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("disclosure__in", ["companies", "people"])),
                        name="publication_of_protected",
                        violation_error_message="Open numbers are shown as they are and need no publication.",
                    ),
                ],
            },
        ),
        AppendOnly("reporting_publication", placed=False),
    ]
