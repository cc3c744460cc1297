"""Scenarios of a plan or an initiative: unit prices, who is to pay, and the numbers of units that are tried."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from programmes.models.decisions import kroner
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative
from programmes.models.programmes import Programme


class ScenarioSetQuerySet(models.QuerySet["ScenarioSet"]):
    def visible_to(self, actor: Actor) -> "ScenarioSetQuerySet":
        """Those of plans that the person sees."""
        seen = Programme.objects.visible_to(actor).order_by().values("pk")
        return self.filter(Q(programme__in=seen) | Q(initiative__programme__in=seen))


class ScenarioSet(models.Model):
    """What one unit costs and who pays, for a plan or for one of its initiatives. Everything else is computed."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="scenario_sets", verbose_name=_("plan")
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="scenario_sets", verbose_name=_("initiative")
    )
    name = models.CharField(_("name"), max_length=160)
    unit = models.CharField(_("unit"), max_length=60)
    """In the plural: vækstpiloter."""
    years = models.PositiveSmallIntegerField(_("number of years"), null=True, blank=True)
    """Project years that the money is spread over; null where it is not."""
    grant = models.ForeignKey(
        FundingSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scenario_sets",
        verbose_name=_("grant that was sought"),
    )
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ScenarioSetQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("scenarios")
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, initiative__isnull=False) | Q(programme__isnull=False, initiative=None),
                name="scenarios_of_a_plan_or_an_initiative",
                violation_error_message=_("Scenarios belong to a plan or to an initiative."),
            ),
            models.UniqueConstraint(
                fields=["programme", "initiative", "name"],
                nulls_distinct=False,
                name="scenarios_named_once",
                violation_error_message=_("There are scenarios with that name already."),
            ),
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__gte=1, years__lte=30),
                name="scenarios_years",
                violation_error_message=_("Write a number of years between 1 and 30."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="scenarios_changed")]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Programme:
        """The plan that it belongs to, whether as a whole or by one of its initiatives."""
        found = self.initiative.programme if self.initiative is not None else self.programme
        assert found is not None
        return found


class ScenarioLine(models.Model):
    """An expense, or somebody who pays."""

    class Side(models.TextChoices):
        COST = "cost", _("expense")
        FINANCING = "financing", _("financing")

    class Rule(models.TextChoices):
        FIXED = "fixed", _("a fixed amount")
        PER_UNIT = "per_unit", _("an amount for each unit")
        RATE = "rate", _("a share of the total")
        REMAINDER = "remainder", _("the rest")

    scenario_set = models.ForeignKey(ScenarioSet, models.CASCADE, related_name="lines", verbose_name=_("scenarios"))
    side = models.CharField(_("side"), max_length=10, choices=Side)
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=160)
    who = models.CharField(_("who pays"), max_length=160, blank=True, default="")
    """"" is open: nobody has been found yet."""
    group = models.CharField(_("heading"), max_length=160, blank=True, default="")
    """Lines with the same heading have a sum of their own."""
    rule = models.CharField(_("how it is computed"), max_length=10, choices=Rule)
    quantity = kroner(_("kroner"), null=True, blank=True)
    rate_of = models.PositiveIntegerField(_("share: parts"), null=True, blank=True)
    rate_in = models.PositiveIntegerField(_("share: of"), null=True, blank=True)
    funding_source = models.ForeignKey(
        FundingSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scenario_lines",
        verbose_name=_("funding source"),
    )

    class Meta:
        ordering = ["scenario_set_id", "side", "position"]
        verbose_name = _("line of scenarios")
        constraints = [
            models.UniqueConstraint(
                fields=["scenario_set", "side", "position"],
                name="scenario_line_position_once",
                violation_error_message=_("Two lines cannot stand in the same place."),
            ),
            models.UniqueConstraint(
                fields=["scenario_set"],
                condition=Q(rule="remainder"),
                name="scenario_one_remainder",
                violation_error_message=_("Only one line can be the rest."),
            ),
            models.CheckConstraint(
                condition=Q(rule__in=["fixed", "per_unit"], quantity__isnull=False, rate_of=None, rate_in=None)
                | Q(rule="rate", quantity=None, rate_of__isnull=False, rate_in__gt=0, rate_of__lte=F("rate_in"))
                | Q(rule="remainder", quantity=None, rate_of=None, rate_in=None),
                name="scenario_line_says_what_its_rule_asks",
                violation_error_message=_("An amount has kroner, a share is between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0),
                name="scenario_line_from_zero",
                violation_error_message=_("The amount must not be negative."),
            ),
            models.CheckConstraint(
                condition=Q(side="financing") | Q(rule__in=["fixed", "per_unit"], funding_source=None, who=""),
                name="scenario_expense_is_an_amount",
                violation_error_message=_("An expense is a fixed amount or an amount for each unit."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Scenario(models.Model):
    """A number of units that is tried."""

    scenario_set = models.ForeignKey(ScenarioSet, models.CASCADE, related_name="scenarios", verbose_name=_("scenarios"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80)
    units = models.PositiveIntegerField(_("number of units"))

    class Meta:
        ordering = ["scenario_set_id", "position"]
        verbose_name = _("scenario")
        constraints = [
            models.UniqueConstraint(
                fields=["scenario_set", "position"],
                name="scenario_position_once",
                violation_error_message=_("Two scenarios cannot stand in the same place."),
            ),
            models.UniqueConstraint(
                fields=["scenario_set", "name"],
                name="scenario_named_once",
                violation_error_message=_("Two scenarios cannot have the same name."),
            ),
            models.CheckConstraint(
                condition=Q(units__lte=1_000_000),
                name="scenario_units_at_most",
                violation_error_message=_("Write a number of units that is not above 1.000.000."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
