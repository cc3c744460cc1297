"""Targets with their versions, and the buckets: what was counted, summed ahead for the pages of today."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField
from portal.ledger.models import Versioned
from programmes.models import Programme


class Target(models.Model):
    """Something a programme wants to reach. What exactly, and by when, stands in its versions."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="targets", verbose_name=_("programme"))
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    measure = models.ForeignKey("ledger.Measure", models.PROTECT, related_name="+", verbose_name=_("measure"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )

    class Meta:
        ordering = ["programme_id", "order", "key"]
        verbose_name = _("target")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"],
                name="target_key_once",
                violation_error_message=_("The programme already has a target with this key."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="target_not_part_of_itself",
                violation_error_message=_("A target cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetVersion(Versioned):
    """What a target says from its place on. The newest known version holds; it is never changed, only followed."""

    class Form(models.TextChoices):
        ABSOLUTE = "absolute", _("a number")
        INTERVAL = "interval", _("between two numbers")
        PERCENTAGE = "percentage", _("a percentage")
        FREQUENCY = "frequency", _("a number per period")
        CUMULATIVE = "cumulative", _("a number in all")
        MINIMUM = "minimum", _("at least")
        MAXIMUM = "maximum", _("at most")
        NOT_STATED = "not_stated", _("no number stated")
        MILESTONE = "milestone", _("milestone")

    class Basis(models.TextChoices):
        WHOLE = "whole", _("the whole")
        PLACE_OF_WORK = "place_of_work", _("place of work")
        CREATOR = "creator", _("creator")
        ACTIVITY = "activity", _("activity")

    class Commitment(models.TextChoices):
        INDICATIVE = "indicative", _("indicative")
        BINDING = "binding", _("binding")
        PRELIMINARY = "preliminary", _("preliminary")
        EXPECTATION = "expectation", _("expectation")
        APPEAL = "appeal", _("appeal")

    class Path(models.TextChoices):
        LINEAR = "linear", _("the same every month")
        STUDY_YEAR = "study_year", _("after the study year")
        MILESTONES = "milestones", _("agreed milestones")

    target = models.ForeignKey(Target, models.PROTECT, related_name="versions", verbose_name=_("target"))
    amount = ExactDecimalField(_("amount"), null=True, blank=True)
    amount_to = ExactDecimalField(_("up to"), null=True, blank=True)
    form = models.CharField(_("form"), max_length=20, choices=Form, default=Form.CUMULATIVE)
    basis = models.CharField(_("counting basis"), max_length=20, choices=Basis)
    commitment = models.CharField(_("commitment"), max_length=20, choices=Commitment)
    path = models.CharField(_("expected path"), max_length=20, choices=Path, default=Path.LINEAR)
    counted_from = models.DateField(_("counted from"))
    counted_to = models.DateField(_("counted to"))
    municipalities: Any = ArrayField(
        models.CharField(max_length=4), default=list, blank=True, verbose_name=_("municipalities")
    )
    organisations: Any = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("organisations"))
    headings: Any = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("activities"))
    excluded_municipalities: Any = ArrayField(
        models.CharField(max_length=4), default=list, blank=True, verbose_name=_("outside the distribution")
    )
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        ordering = ["place"]
        verbose_name = _("version of a target")
        indexes = [models.Index(fields=["target", "-place"], name="target_version_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["not_stated", "milestone"], amount=None)
                | (~Q(form__in=["not_stated", "milestone"]) & Q(amount__isnull=False)),
                name="target_amount_as_its_form",
                violation_error_message=_('Give a number, or choose "no number stated".'),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="target_amount_not_negative",
                violation_error_message=_("A target is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(form="interval", amount_to__gt=F("amount")) | (~Q(form="interval") & Q(amount_to=None)),
                name="target_interval_has_two_ends",
                violation_error_message=_(
                    "An interval goes from a number up to a greater one; other forms have one number."
                ),
            ),
            models.CheckConstraint(
                condition=Q(counted_to__gte=F("counted_from")),
                name="target_counts_to_after_from",
                violation_error_message=_("The counting must not end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(basis="activity") | ~Q(headings=[]),
                name="target_of_an_activity_names_it",
                violation_error_message=_("Name the activity that the target is for."),
            ),
            models.CheckConstraint(
                condition=~Q(basis="creator") | ~Q(organisations=[]),
                name="target_of_creators_names_them",
                violation_error_message=_("Name the organisations whose matches count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} @{self.place}"


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
