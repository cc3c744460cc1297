"""What is committed and what is spent, and that the two systems agree."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes.models.amounts import year_check
from programmes.models.budget import BudgetCell
from programmes.models.decisions import Decision, kroner
from programmes.models.funding import FundingSource


class OfCellQuerySet(models.QuerySet[Any]):
    """Rows about a cell. Figures are open; who was paid is for those whose money it is."""

    def visible_to(self, actor: Actor) -> "OfCellQuerySet":
        from portal.identity.rights import may
        from programmes.rights import VIEW_VOUCHERS

        if not may(actor, VIEW_VOUCHERS):
            return self.none()
        kept = FundingSource.objects.kept_by(actor).order_by().values("pk")
        return self.filter(cell__funding_source__in=kept)


class Commitment(models.Model):
    """Money of a cell that is bound: an order or an agreement (disponeret), or a grant (tilsagn).

    Never above what is left in the cell: a trigger holds it, however many come at once. What is booked on it draws it
    down; closing it lets go of the rest.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("committed")
        GRANT = "grant", _("grant")

    cell = models.ForeignKey(BudgetCell, models.PROTECT, related_name="commitments", verbose_name=_("budget cell"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OWN)
    quantity = kroner(_("kroner"))
    committed_on = models.DateField(_("committed"))
    counterpart = models.CharField(_("to whom"), max_length=200)
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    text = models.CharField(_("about"), max_length=300, blank=True, default="")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("decision")
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    closed_reason = models.CharField(_("why it was closed"), max_length=300, blank=True, default="", editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = OfCellQuerySet.as_manager()

    class Meta:
        ordering = ["-committed_on", "-pk"]
        verbose_name = _("commitment")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(closed_at__isnull=False, quantity=0),
                name="commitment_above_zero",
                violation_error_message=_("Write an amount above zero."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_reason="") | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                name="commitment_closed_with_reason",
                violation_error_message=_("Say why it is closed."),
            ),
        ]
        indexes = [
            models.Index(fields=["cell"], include=["quantity"], name="commitment_of_cell"),
            models.Index(fields=["-committed_on", "-id"], name="commitment_newest"),
            models.Index(fields=["updated_at", "id"], name="commitment_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Voucher(models.Model):
    """A line of the finance system: what was paid (below zero: received or taken back). Always accepted.

    `drawn` is how much of it its commitment had foreseen. The same line of the same voucher is counted once: lines that
    agree in everything are told apart by `ordinal`, their number among each other in one file.
    """

    cell = models.ForeignKey(BudgetCell, models.PROTECT, related_name="vouchers", verbose_name=_("budget cell"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    number = models.CharField(_("voucher"), max_length=40)
    account = models.CharField(_("account"), max_length=40, blank=True, default="")
    booked_on = models.DateField(_("booked"))
    quantity = kroner(_("kroner"))
    ordinal = models.PositiveSmallIntegerField(default=1, editable=False)
    text = models.CharField(_("text"), max_length=300, blank=True, default="")
    supplier = models.CharField(_("supplier"), max_length=200, blank=True, default="")
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, blank=True, related_name="vouchers", verbose_name=_("commitment")
    )
    drawn = kroner(_("of the commitment"), default=0)
    late = models.BooleanField(_("booked after the year was closed"), default=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    withdrawn_reason = models.CharField(
        _("why it was withdrawn"), max_length=300, blank=True, default="", editable=False
    )
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = OfCellQuerySet.as_manager()

    class Meta:
        ordering = ["-booked_on", "-pk"]
        verbose_name = _("voucher")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number", "account", "booked_on", "quantity", "ordinal"],
                condition=Q(withdrawn_at=None),
                name="voucher_line_once",
                violation_error_message=_("The voucher is there already."),
            ),
            models.CheckConstraint(
                condition=~Q(quantity=0),
                name="voucher_not_zero",
                violation_error_message=_("Write an amount that is not zero."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="voucher_withdrawn_with_reason",
                violation_error_message=_("Say why the voucher is withdrawn."),
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=False) | Q(drawn=0),
                name="voucher_draws_on_a_commitment",
                violation_error_message=_("Only a voucher with a commitment draws on one."),
            ),
        ]
        indexes = [
            models.Index(fields=["cell"], include=["quantity", "drawn"], name="voucher_of_cell"),
            models.Index(fields=["owner", "-booked_on", "-id"], name="voucher_newest"),
            models.Index(fields=["updated_at", "id"], name="voucher_changed"),
        ]

    def __str__(self) -> str:
        return self.number


class Reconciliation(models.Model):
    """The finance system's total beside ours, for a source from the beginning of a year to the end of a month."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funding source")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("until the end of the month"))
    system_total = kroner(_("spent by the finance system (kroner)"))
    our_total = kroner(_("spent here (kroner)"))
    explanation = models.CharField(_("explanation of the difference"), max_length=500, blank=True, default="")
    place = models.BigIntegerField(_("facts until"))
    made_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(_("reconciled"), auto_now_add=True)

    class Meta:
        ordering = ["-year", "-month", "-pk"]
        verbose_name = _("reconciliation")
        constraints = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="reconciliation_of_a_month",
                violation_error_message=_("Choose a month."),
            ),
            models.CheckConstraint(
                condition=Q(system_total=models.F("our_total")) | ~Q(explanation=""),
                name="reconciliation_difference_explained",
                violation_error_message=_("The totals differ. Say why."),
            ),
            year_check("reconciliation_year"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.year}-{self.month}"

    @property
    def difference(self) -> Decimal:
        """The finance system's less ours."""
        difference: Decimal = self.system_total - self.our_total
        return difference
