"""What was counted, summed ahead for the pages of today: caches, never a source."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField


class Bucket(models.Model):
    """The sum of a flow measure's facts with the same columns, up to the place of the measure's stamp. A cache.

    Kept in three details, so that a page reads no more rows than it shows: in full; by municipality and organisation
    (for the måltalsregnskab); and by category. Heading and month are in all of them.
    """

    class Detail(models.TextChoices):
        FULL = "full", _("in full")
        PLACE = "place", _("by municipality and organisation")
        TYPE = "type", _("by category")

    detail = models.CharField(max_length=10, choices=Detail, default=Detail.FULL)
    measure = models.ForeignKey("ledger.Measure", models.PROTECT, related_name="+", db_index=False)
    heading = models.ForeignKey("ledger.Heading", models.PROTECT, null=True, related_name="+", db_index=False)
    municipality = models.ForeignKey(
        "geography.Municipality", models.PROTECT, null=True, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, null=True, related_name="+", db_index=False
    )
    category = models.CharField(max_length=60, default="")
    subcategory = models.CharField(max_length=60, default="")
    month = models.DateField()
    quantity = ExactDecimalField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "measure",
                    "detail",
                    "heading",
                    "municipality",
                    "organisation",
                    "category",
                    "subcategory",
                    "month",
                ],
                nulls_distinct=False,
                name="bucket_once",
                violation_error_message=_("This bucket already exists."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.month} {self.quantity}"


class BucketStamp(models.Model):
    """How far the buckets of a measure have come, and when they came there."""

    measure = models.OneToOneField("ledger.Measure", models.PROTECT, primary_key=True, related_name="+")
    computed_to_place = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["measure_id"]

    def __str__(self) -> str:
        return f"{self.measure_id} @{self.computed_to_place}"


class BatchBucket(models.Model):
    """How many of a measure's facts are imported history of a batch, as far as the stamp. A cache, as Bucket is."""

    measure = models.ForeignKey("ledger.Measure", models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey("ledger.Batch", models.PROTECT, related_name="+", db_index=False)
    heading = models.ForeignKey("ledger.Heading", models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.DateField()
    facts = models.BigIntegerField()
    last_place = models.BigIntegerField()
    learnt_from = models.DateField()
    learnt_to = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "batch", "heading", "month"],
                nulls_distinct=False,
                name="batch_bucket_once",
                violation_error_message=_("This bucket already exists."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.batch_id} {self.month} {self.facts}"
