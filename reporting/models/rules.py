"""What a target and a contract's goal have in common: a rule, what it is given, and how it is to be read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ruled(models.Model):
    """A scoring rule as data. `params` and `inputs` are checked by `reporting.rules.scoring` before they are saved.

    `inputs`: name of the input (as the rule's kind names them) → {"indicator": key, "from"?, "to"?, "vintage"?} or
    {"number": "34.7", "source": …}. Without "from" and "to" an indicator is read in the measurement window.
    """

    class Rule(models.TextChoices):
        NONE = "", _("no rule")
        TIERS = "tiers", _("steps")
        LINEAR = "linear", _("between two points")
        DELIVERABLES = "deliverables", _("deliverables")
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")
        WITHIN = "within", _("within a range")
        GROWTH = "growth", _("growth over a baseline")
        EVERY_PART = "every_part", _("increase in every part")
        BENCHMARK = "benchmark", _("against a benchmark")
        SURVEY = "survey", _("share or net promoter score of a survey")
        ASSESSED = "assessed", _("assessed")

    class Missing(models.TextChoices):
        NOT_COUNTED = "not_counted", _("the goal does not count")
        ZERO = "zero", _("it scores 0")
        PREVIOUS = "previous", _("the last value before it holds")

    rule = models.CharField(_("rule"), max_length=20, choices=Rule, default=Rule.NONE, blank=True)
    params = models.JSONField(_("the rule's numbers"), default=dict, blank=True)
    inputs = models.JSONField(_("what is measured"), default=dict, blank=True)
    decimals = models.SmallIntegerField(_("compared with decimals"), null=True, blank=True)
    """None compares the raw value; a number rounds half up to so many decimals first."""
    missing = models.CharField(_("without data"), max_length=20, choices=Missing, default=Missing.NOT_COUNTED)
    least_answers = models.PositiveIntegerField(_("answers needed"), null=True, blank=True)
    measured_by = models.CharField(_("measured by"), max_length=200, blank=True, default="")
    window_from = models.DateField(_("measured from"), null=True, blank=True)
    window_to = models.DateField(_("measured to"), null=True, blank=True)
    deadline = models.DateField(_("to be delivered by"), null=True, blank=True)

    class Meta:
        abstract = True
