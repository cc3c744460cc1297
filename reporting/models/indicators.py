"""Indicators: what is measured, as data. A version says it from its place on and is never changed."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.ledger.models import Versioned
from reporting import reasons


class Indicator(models.Model):
    """Something measured. `key` is its name in formulas: small letters, digits and underscores."""

    key = models.CharField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        "identity.Organisation", models.PROTECT, related_name="indicators", verbose_name=_("responsible")
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("programme"),
    )
    group = models.CharField(_("group"), max_length=160, blank=True, default="")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["order", "key"]
        verbose_name = _("indicator")
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]*$"),
                name="indicator_key_in_formulas",
                violation_error_message=_(
                    "The key is small letters a-z, digits and underscores, beginning with a letter."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorVersion(Versioned):
    """What an indicator says from its place on.

    kind `measure`: `aggregate` of the facts of `measure` that `filter` keeps. kind `formula`: `formula` over other
    indicators. kind `open`: it cannot be computed yet; `open_question` says what is missing.
    `filter`: {"series": [keys], "headings": [ids], "municipalities": [codes], "organisations": [ids],
    "categories": [..], "subcategories": [..]}, each optional. `share_of`: the categories in the numerator of a share.
    """

    class Kind(models.TextChoices):
        MEASURE = "measure", _("counted from registrations")
        FORMULA = "formula", _("computed from other indicators")
        OPEN = "open", _("cannot be computed yet")

    class Aggregate(models.TextChoices):
        SUM = "sum", _("the sum")
        LAST = "last", _("the last value")
        DISTINCT = "distinct", _("different companies")
        SHARE = "share", _("share of the answers")
        NPS = "nps", _("net promoter score")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")
        NONE = "none", _("neither is better")

    class Over(models.TextChoices):
        SUM = "sum", _("may be added up")
        LAST = "last", _("the last one holds")
        NONE = "none", _("cannot be added up")

    class Accumulation(models.TextChoices):
        PERIOD = "period", _("each period by itself")
        CUMULATIVE = "cumulative", _("everything since the start")

    class Cadence(models.TextChoices):
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")
        HALF_YEARLY = "half_yearly", _("every half year")
        YEARLY = "yearly", _("every year")
        ONCE = "once", _("once")
        NOT_STATED = "not_stated", _("not stated in the source")

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="versions", verbose_name=_("indicator"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    measure = models.ForeignKey(
        "ledger.Measure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("what is counted")
    )
    aggregate = models.CharField(_("counted as"), max_length=10, choices=Aggregate, blank=True, default="")
    filter = models.JSONField(_("only"), default=dict, blank=True)
    share_of: Any = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("answers that count")
    )
    formula = models.TextField(_("formula"), blank=True, default="")
    open_question = models.TextField(_("what is missing"), blank=True, default="")
    unit = models.CharField(_("unit"), max_length=40)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.HIGHER)
    over_time = models.CharField(_("over time"), max_length=10, choices=Over, default=Over.SUM)
    over_place = models.CharField(_("over municipalities"), max_length=10, choices=Over, default=Over.SUM)
    accumulation = models.CharField(_("accumulation"), max_length=12, choices=Accumulation, default=Accumulation.PERIOD)
    disaggregation: Any = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("divided by")
    )
    data_owner = models.CharField(_("data owner"), max_length=200, blank=True, default="")
    cadence = models.CharField(_("cadence"), max_length=12, choices=Cadence, default=Cadence.NOT_STATED)
    publication_lag_days = models.PositiveIntegerField(_("days until published"), null=True, blank=True)
    verification = models.TextField(_("verification"), blank=True, default="")
    source = models.TextField(_("source"), blank=True, default="")
    accuracy = models.TextField(_("accuracy"), blank=True, default="")
    limitation = models.TextField(_("limitation"), blank=True, default="")
    mitigation = models.TextField(_("what is done about it"), blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    reason = models.CharField(_("reason for the change"), max_length=300, blank=True, default="")
    reason_code = reasons.column()
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        ordering = ["place"]
        verbose_name = _("version of an indicator")
        indexes = [models.Index(fields=["indicator", "-place"], name="indicator_version_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="measure", measure__isnull=False, formula="") & ~Q(aggregate="")
                | Q(kind="formula", measure=None, aggregate="") & ~Q(formula="")
                | Q(kind="open", measure=None, aggregate="", formula="") & ~Q(open_question=""),
                name="indicator_says_one_thing",
                violation_error_message=_("Choose what is counted, or write a formula, or say what is missing."),
            ),
            reasons.stated_with("reason", "indicator_change_with_reason"),
            models.CheckConstraint(
                condition=~Q(aggregate="share") | ~Q(share_of=[]),
                name="indicator_share_names_answers",
                violation_error_message=_("Say which answers count in the share."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} @{self.place}"
