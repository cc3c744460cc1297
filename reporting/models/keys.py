"""Distribution keys: how a whole number is shared out, with everything that made it so."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField
from portal.ledger.models import Versioned
from reporting import reasons


class SumOf(Func):
    """The sum of an array of numbers (a migration makes the function)."""

    function = "reporting_sum_of"
    output_field = ExactDecimalField()


class DistributionKey(models.Model):
    """A key by which a target, or another whole number, is shared between reporting units."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="distribution_keys", verbose_name=_("programme")
    )
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    target = models.ForeignKey(
        "reporting.Target", models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("target")
    )

    class Meta:
        ordering = ["programme_id", "key"]
        verbose_name = _("distribution key")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"],
                name="distribution_key_once",
                violation_error_message=_("The programme already has a key with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class KeyVersion(Versioned):
    """A proposal or an approved distribution: inputs, method and result side by side, never changed.

    The database holds besides what a row alone cannot say (migration 0005): an approval repeats its proposal, which is
    the newest of the key; a split inside a unit makes the number of that unit in an approved version.

    `units`: [{"code", "name", "municipalities": [codes], "organisation": id|null, "value": "177900"|null,
    "excluded": reason|"", "floor": n|null, "cap": n|null}] in the order of `unit_codes` and `amounts`.
    `moves`: [{"from": code, "to": code, "number": n, "reason"}]. `ties`: the units between which a tie was broken.
    """

    class Method(models.TextChoices):
        LARGEST_REMAINDER = "largest_remainder", _("largest remainder")
        SAINTE_LAGUE = "sainte_lague", _("Sainte-Laguë")
        AGREED = "agreed", _("agreed numbers")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    key = models.ForeignKey(DistributionKey, models.PROTECT, related_name="versions", verbose_name=_("key"))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    proposal = models.BigIntegerField(null=True, blank=True)
    """Of an approval or a rejection: the place of the proposal."""
    method = models.CharField(_("method"), max_length=20, choices=Method)
    total = ExactDecimalField(_("to distribute"))
    statistic = models.CharField(_("statistic"), max_length=80, blank=True, default="")
    vintage = models.CharField(_("vintage"), max_length=40, blank=True, default="")
    counted_on = models.DateField(_("as counted on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    units = models.JSONField(_("units"), default=list)
    unit_codes: Any = ArrayField(models.CharField(max_length=40), default=list)
    amounts: Any = ArrayField(ExactDecimalField(), default=list)
    moves = models.JSONField(_("moved by hand"), default=list, blank=True)
    ties = models.JSONField(default=list, blank=True)
    within = models.BigIntegerField(null=True, blank=True)
    """A split inside one unit of another version: its place. The unit's number there is the total here."""
    within_unit = models.CharField(max_length=40, blank=True, default="")
    decision = models.CharField(_("decision"), max_length=300, blank=True, default="")
    reason_code = reasons.column()
    """Of a decision, and of a proposal that numbers were moved in by hand."""
    by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    as_deputy_for = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    """The name of the one in whose place it was decided."""

    class Meta:
        ordering = ["place"]
        verbose_name = _("version of a distribution key")
        indexes = [models.Index(fields=["key", "-place"], name="key_version_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=SumOf(F("amounts"))),
                name="key_parts_make_the_whole",
                violation_error_message=_("The parts do not add up to the whole."),
            ),
            models.CheckConstraint(
                condition=Q(amounts__len=F("unit_codes__len")),
                name="key_a_number_for_each_unit",
                violation_error_message=_("Each unit has one number."),
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(proposal__isnull=False),
                name="key_one_ruling_per_proposal",
                violation_error_message=_("The proposal has been decided already."),
            ),
            models.CheckConstraint(
                condition=Q(within=None, status="proposed", proposal=None)
                | (Q(within=None, proposal__isnull=False) & ~Q(status="proposed"))
                | Q(within__isnull=False, status="approved", proposal=None),
                name="key_ruling_names_its_proposal",
                violation_error_message=_("A decision names the proposal that it is about."),
            ),
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(within__isnull=False) | ~Q(reason_code=""),
                name="key_decided_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            ),
            models.CheckConstraint(
                condition=Q(within=None, within_unit="") | (Q(within__isnull=False) & ~Q(within_unit="")),
                name="key_within_names_the_unit",
                violation_error_message=_("A split inside a unit names the unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} @{self.place}"
