"""Targets with their versions."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField
from portal.ledger.models import Versioned
from programmes.models import Programme
from reporting import reasons
from reporting.models.rules import Ruled


class Target(models.Model):
    """Something a programme wants to reach. What exactly, and by when, stands in its versions."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="targets", verbose_name=_("programme"))
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    measure = models.ForeignKey(
        "ledger.Measure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("measure")
    )
    indicator = models.ForeignKey(
        "reporting.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("indicator"),
    )
    """Either what is counted directly, or an indicator."""
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
            models.CheckConstraint(
                condition=Q(measure=None, indicator__isnull=False) | Q(measure__isnull=False, indicator=None),
                name="target_of_one_thing",
                violation_error_message=_("A target is for a measure or for an indicator."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetVersion(Ruled, Versioned):
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

    class Per(models.TextChoices):
        ALL = "", _("in all")
        YEAR = "year", _("per year")
        HALF_YEAR = "half_year", _("per half year")
        QUARTER = "quarter", _("per quarter")
        MONTH = "month", _("per month")

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
    per = models.CharField(_("per"), max_length=12, choices=Per, blank=True, default="")
    """Of a frequency: what the number is for. Empty: not stated in the source, or in all."""
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    stated = models.CharField(_("as the source says it"), max_length=200, blank=True, default="")
    milestones = models.JSONField(_("agreed milestones"), default=list, blank=True)
    """Of the path `milestones`: [{"by": "2021-01-31", "amount": "300"}], rising by date; linear between them."""
    profile = models.JSONField(_("share of each month"), default=list, blank=True)
    """Of the path `study_year`: twelve whole weights, January first."""
    alternatives = models.JSONField(_("undecided alternatives"), default=list, blank=True)
    """What is undecided: [{"name", "amount"}]; figures are shown under each, and `amount` is only the first of them."""
    undecided_by = models.CharField(_("decided by"), max_length=200, blank=True, default="")
    undecided_until = models.DateField(_("decided before"), null=True, blank=True)
    reason = models.CharField(_("reason for the change"), max_length=300, blank=True, default="")
    reason_code = reasons.column()
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
                condition=Q(alternatives=[]) | ~Q(undecided_by=""),
                name="target_undecided_names_who",
                violation_error_message=_("Say who decides between the alternatives."),
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
            reasons.stated_with("reason", "target_change_with_reason"),
            models.CheckConstraint(
                condition=~Q(basis="creator") | ~Q(organisations=[]),
                name="target_of_creators_names_them",
                violation_error_message=_("Name the organisations whose matches count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} @{self.place}"
