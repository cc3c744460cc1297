"""The budget: what was appropriated, moved and carried over, by cell (source, initiative, year), and closing a year."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes.models.amounts import Amount, year_check
from programmes.models.decisions import Decision, kroner
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative


class BudgetCell(models.Model):
    """Where money stands: a source, an initiative (null: not released to any yet) and a budget year.

    The row is what is locked while it is asked what is left in it.
    """

    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="cells", verbose_name=_("funding source")
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="cells", verbose_name=_("initiative")
    )
    year = models.PositiveSmallIntegerField(_("budget year"))

    class Meta:
        ordering = ["funding_source_id", "initiative_id", "year"]
        verbose_name = _("budget cell")
        constraints = [
            models.UniqueConstraint(
                fields=["funding_source", "initiative", "year"],
                nulls_distinct=False,
                name="budget_cell_once",
                violation_error_message=_("The cell is there already."),
            ),
            year_check("budget_cell_year"),
        ]

    def __str__(self) -> str:
        return f"{self.funding_source_id} {self.initiative_id} {self.year}"

    @property
    def heading_id(self) -> int:
        """Where its facts hang: on the initiative, or on the source itself."""
        return int((self.initiative or self.funding_source).heading_id)

    @property
    def period(self) -> tuple[date, date]:
        """The budget year, half-open."""
        return date(self.year, 1, 1), date(self.year + 1, 1, 1)


class BudgetChangeQuerySet(models.QuerySet["BudgetChange"]):
    def visible_to(self, actor: Actor) -> "BudgetChangeQuerySet":
        from programmes.scope import owned_in_area

        return owned_in_area(self, actor)  # type: ignore[return-value]


class BudgetChange(models.Model):
    """One decision about the budget with its lines. Never changed: a wrong one is taken back by another."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("original budget")
        SUPPLEMENTARY = "supplementary", _("supplementary appropriation")
        TRANSFER = "transfer", _("transfer")
        CARRY_OVER = "carry_over", _("carried over between years")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="budget_changes", verbose_name=_("decision"))
    title = models.CharField(_("about"), max_length=200)
    financing = models.CharField(_("financed by"), max_length=200, blank=True, default="")
    price_year = models.PositiveSmallIntegerField(_("prices of the year"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("takes back")
    )
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)

    objects = BudgetChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("budget change")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="supplementary") | ~Q(financing=""),
                name="supplementary_names_its_financing",
                violation_error_message=_("A supplementary appropriation says what it is financed by."),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(note=""),
                name="budget_change_taken_back_with_reason",
                violation_error_message=_("Say why it is taken back."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BudgetLine(models.Model):
    """Kroner into a cell, or out of it. Never changed."""

    change = models.ForeignKey(BudgetChange, models.PROTECT, related_name="lines", verbose_name=_("budget change"))
    cell = models.ForeignKey(BudgetCell, models.PROTECT, related_name="lines", verbose_name=_("budget cell"))
    quantity = kroner(_("kroner"))
    comes_from = models.ForeignKey(
        Amount, models.PROTECT, null=True, blank=True, related_name="appropriated", verbose_name=_("comes from")
    )

    class Meta:
        ordering = ["change_id", "pk"]
        verbose_name = _("budget line")
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0),
                name="budget_line_not_zero",
                violation_error_message=_("Write an amount that is not zero."),
            ),
            models.UniqueConstraint(
                fields=["change", "cell"],
                name="budget_line_once_a_cell",
                violation_error_message=_("The same place stands there twice."),
            ),
        ]
        indexes = [models.Index(fields=["cell"], include=["quantity"], name="budget_line_of_cell")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.quantity}"


class YearClosing(models.Model):
    """An organisation has closed a year: nothing more is committed in it. What is booked later is still taken."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    year = models.PositiveSmallIntegerField(_("budget year"))
    closed_at = models.DateTimeField(_("closed"), auto_now_add=True)
    closed_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    place = models.BigIntegerField(_("facts until"))
    """How far the ledger had come: the account as it was closed can be computed again."""
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["owner_id", "-year"]
        verbose_name = _("closed year")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "year"],
                name="year_closed_once",
                violation_error_message=_("The year is closed already."),
            ),
            year_check("year_closing_year"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.year}"


class ExpectedOutturn(models.Model):
    """What a cell is expected to have cost when its year is over, as somebody said on a day. The newest holds."""

    cell = models.ForeignKey(BudgetCell, models.PROTECT, related_name="outturns", verbose_name=_("budget cell"))
    quantity = kroner(_("expected outturn (kroner)"))
    stated_on = models.DateField(_("stated"))
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    stated_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    stated_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["cell_id", "-stated_on", "-pk"]
        verbose_name = _("expected outturn")
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "stated_on"],
                name="expected_outturn_once_a_day",
                violation_error_message=_("An expectation of that day is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.quantity}"
