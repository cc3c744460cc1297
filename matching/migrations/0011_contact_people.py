"""Whom one talks with at a company."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.geography.danish
from portal.ledger.migrations_support import Touched


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_touched"),
        ("matching", "0010_register_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("title", models.CharField(blank=True, default="", max_length=120, verbose_name="job title")),
                ("phone", models.CharField(blank=True, default="", max_length=30, verbose_name="telephone")),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left the company on")),
                ("erased", models.BooleanField(db_default=False, default=False, editable=False, verbose_name="erased")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.SortKey("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_people",
                        to="matching.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact person",
                "verbose_name_plural": "contact people",
                "ordering": ["sort_key", "pk"],
                "indexes": [models.Index(models.F("company"), models.F("sort_key"), name="contact_person_of_company")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("name", ""), _negated=True), ("erased", True), _connector="OR"),
                        name="contact_person_has_a_name",
                        violation_error_message="Write the person's name.",
                    )
                ],
            },
        ),
        Touched("matching_contactperson"),
    ]
