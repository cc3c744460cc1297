"""What a plan expects to come of each of its areas. Each number is one fact; what is not stated is no zero."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField
from programmes.models.focus_areas import FocusArea
from programmes.models.programmes import Programme


class EffectIndicator(models.Model):
    """One of the effects that a plan's tables have a row for."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, verbose_name=_("programme"), related_name="effect_indicators"
    )
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    unit = models.CharField(_("unit"), max_length=60)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["programme_id", "order", "pk"]
        verbose_name = _("effect")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"],
                name="effect_indicator_named_once",
                violation_error_message=_("The plan has this effect."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExpectedEffect(models.Model):
    """What is expected of an area: a number, a dash that the source prints, or nothing, because it has no table."""

    class State(models.TextChoices):
        STATED = "stated", _("stated")
        DASH = "dash", _("dash in the source")
        NOT_STATED = "not_stated", _("not stated")

    focus_area = models.ForeignKey(
        FocusArea, models.CASCADE, verbose_name=_("focus area"), related_name="expected_effects"
    )
    indicator = models.ForeignKey(
        EffectIndicator, models.PROTECT, verbose_name=_("effect"), related_name="expected_effects"
    )
    state = models.CharField(_("how it is stated"), max_length=20, choices=State)
    value = ExactDecimalField(_("value"), null=True, blank=True)
    counted_on = models.DateField(_("counted on"))
    """The plan's first day when the number was given: a plan that is moved moves no fact."""
    revision = models.PositiveIntegerField(_("revision"), default=0)

    class Meta:
        ordering = ["focus_area_id", "indicator__order", "pk"]
        verbose_name = _("expected effect")
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "indicator"],
                name="effect_expected_once",
                violation_error_message=_("The area has this expected effect."),
            ),
            models.CheckConstraint(
                condition=Q(state="stated", value__isnull=False) | Q(state__in=["dash", "not_stated"], value=None),
                name="effect_has_a_number_or_says_why_not",
                violation_error_message=_("Write a number, or say that there is none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.focus_area_id} {self.indicator_id}: {self.state}"
