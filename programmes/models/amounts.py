"""Amounts as documents state them, step by step: recommended, set aside, released. Appropriations are the budget."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from programmes.models.decisions import Decision, kroner
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative
from programmes.models.programmes import Programme

FIRST_YEAR, LAST_YEAR = 1990, 2099


def year_check(name: str, field: str = "year") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{field: None}) | Q(**{f"{field}__gte": FIRST_YEAR, f"{field}__lte": LAST_YEAR}),
        name=name,
        violation_error_message=_("Write a year between 1990 and 2099."),
    )


class AmountQuerySet(models.QuerySet["Amount"]):
    def visible_to(self, actor: Actor) -> "AmountQuerySet":
        sources = FundingSource.objects.visible_to(actor).order_by().values("pk")
        programmes = Programme.objects.visible_to(actor).order_by().values("pk")
        return self.filter(Q(funding_source__in=sources) | Q(funding_source=None, initiative__programme__in=programmes))

    def standing(self) -> "AmountQuerySet":
        return self.filter(withdrawn_at=None)


class Amount(models.Model):
    """One amount at one step, from one source to one initiative (null: the source's own frame).

    That an initiative needs no money is said of the initiative alone: only then there is no source.
    `comes_from` is the amount that it is a later step of, so that one krone is never two.
    """

    class Step(models.TextChoices):
        RECOMMENDED = "recommended", _("recommended")
        SET_ASIDE = "set_aside", _("set aside (frame)")
        RELEASED = "released", _("released")

    class Form(models.TextChoices):
        YEARLY = "yearly", _("a number for each year")
        ONE_OFF = "one_off", _("once, in one year")
        FRAME = "frame", _("a frame for several years, not divided")
        YEAR_NOT_STATED = "year_not_stated", _("year not stated in the source")
        SETTLED_ELSEWHERE = "settled_elsewhere", _("settled elsewhere")
        NOT_STATED = "not_stated", _("amount not stated in the source")
        NONE = "none", _("no money needed")

    WITHOUT_NUMBER = (Form.SETTLED_ELSEWHERE, Form.NOT_STATED, Form.NONE)

    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, null=True, blank=True, related_name="amounts", verbose_name=_("funding source")
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="amounts", verbose_name=_("initiative")
    )
    step = models.CharField(_("step"), max_length=12, choices=Step)
    form = models.CharField(_("how the amount is stated"), max_length=18, choices=Form)
    comes_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="leads_to", verbose_name=_("comes from")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="amounts", verbose_name=_("decision")
    )
    stated_on = models.DateField(_("stated"))
    """The day of the document or the decision."""
    first_year = models.PositiveSmallIntegerField(_("from the year"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("to the year"), null=True, blank=True)
    price_year = models.PositiveSmallIntegerField(_("prices of the year"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    withdrawn_reason = models.CharField(
        _("why it was withdrawn"), max_length=300, blank=True, default="", editable=False
    )
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = AmountQuerySet.as_manager()

    class Meta:
        ordering = ["funding_source_id", "initiative_id", "stated_on", "pk"]
        verbose_name = _("amount")
        constraints = [
            models.CheckConstraint(
                condition=Q(form="frame", first_year__isnull=False, last_year__gt=F("first_year"))
                | (~Q(form="frame") & Q(first_year=None, last_year=None)),
                name="amount_frame_has_its_years",
                violation_error_message=_("A frame for several years says from which year to which."),
            ),
            models.CheckConstraint(
                condition=Q(funding_source__isnull=False) | Q(form="none", initiative__isnull=False),
                name="amount_has_a_source_unless_none",
                violation_error_message=_("Choose where the money comes from."),
            ),
            models.CheckConstraint(
                condition=Q(comes_from=None) | ~Q(comes_from=F("pk")),
                name="amount_not_from_itself",
                violation_error_message=_("An amount cannot come from itself."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="amount_withdrawn_with_reason",
                violation_error_message=_("Say why the amount is withdrawn."),
            ),
            year_check("amount_first_year", "first_year"),
            year_check("amount_last_year", "last_year"),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="amount_changed")]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"


class AmountLine(models.Model):
    """The number of an amount, for one year or (null) for no stated year. Never changed."""

    amount = models.ForeignKey(Amount, models.PROTECT, related_name="lines", verbose_name=_("amount"))
    year = models.PositiveSmallIntegerField(_("budget year"), null=True, blank=True)
    quantity = kroner(_("kroner"))

    class Meta:
        ordering = ["amount_id", F("year").asc(nulls_last=True), "pk"]
        verbose_name = _("line of an amount")
        constraints = [
            models.UniqueConstraint(
                fields=["amount", "year"],
                nulls_distinct=False,
                name="amount_line_once_a_year",
                violation_error_message=_("The year stands there twice."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="amount_line_above_zero",
                violation_error_message=_("Write an amount above zero."),
            ),
            year_check("amount_line_year"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_id} {self.year} {self.quantity}"
