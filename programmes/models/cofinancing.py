"""What others than the funder contribute: planned by year, registered, and approved by somebody else."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Round
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes.models.amounts import year_check
from programmes.models.decisions import kroner
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative

VALUE_OF_HOURS = Round(F("hours") * F("hourly_rate"), precision=2)
SUM_OF_DAYS = models.Func(
    F("days"),
    template="(%(expressions)s)[1] + (%(expressions)s)[2] + (%(expressions)s)[3] + (%(expressions)s)[4]"
    " + (%(expressions)s)[5] + (%(expressions)s)[6] + (%(expressions)s)[7]",
    output_field=models.DecimalField(),
)
IN_A_DAY = models.Func(
    F("days"),
    template="(%(expressions)s IS NULL OR (0 <= ALL (%(expressions)s) AND 24 >= ALL (%(expressions)s)))",
    output_field=models.BooleanField(),
)


def hours_worked(label: Any, **given: Any) -> Any:
    """A column of hours with two decimals: 7,5 or 0,25."""
    return models.DecimalField(label, max_digits=9, decimal_places=2, **given)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, actor: Actor) -> "ContributionQuerySet":
        """Those to sources of the person's area, and those of the own organisation."""
        sources = FundingSource.objects.visible_to(actor).order_by().values("pk")
        return self.filter(Q(funding_source__in=sources) | Q(partner__in=actor.organisation_ids))

    def standing(self) -> "ContributionQuerySet":
        return self.filter(withdrawn_at=None)


class Contribution(models.Model):
    """What a partner contributes to an initiative beside a funding source."""

    class Form(models.TextChoices):
        CASH = "cash", _("cash")
        IN_KIND = "in_kind", _("in kind")
        HOURS = "hours", _("working hours")
        OWN_FRAME = "own_frame", _("own frame")

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="contributions", verbose_name=_("initiative")
    )
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="contributions", verbose_name=_("funding source")
    )
    partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("partner")
    )
    partner_name = models.CharField(_("partner in words"), max_length=160, blank=True, default="")
    """Where the partner is not among the organisations: the companies that take part."""
    form = models.CharField(_("form"), max_length=10, choices=Form)
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    withdrawn_reason = models.CharField(
        _("why it was withdrawn"), max_length=300, blank=True, default="", editable=False
    )
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["funding_source_id", "initiative_id", "pk"]
        verbose_name = _("co-financing")
        constraints = [
            models.CheckConstraint(
                condition=Q(partner__isnull=False, partner_name="") | (Q(partner=None) & ~Q(partner_name="")),
                name="contribution_has_one_partner",
                violation_error_message=_("Choose a partner, or write who it is."),
            ),
            models.UniqueConstraint(
                fields=["initiative", "funding_source", "partner", "partner_name", "form"],
                nulls_distinct=False,
                condition=Q(withdrawn_at=None),
                name="contribution_once",
                violation_error_message=_("The partner's contribution in that form is there already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="contribution_withdrawn_with_reason",
                violation_error_message=_("Say why it is withdrawn."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="contribution_changed")]

    def __str__(self) -> str:
        return f"{self.partner_said}, {self.get_form_display()}"

    @property
    def partner_said(self) -> str:
        return str(self.partner) if self.partner is not None else self.partner_name

    @property
    def asks_timesheets(self) -> bool:
        """Is it registered week by week? Only where the funder asks for it."""
        return self.form == self.Form.HOURS and self.funding_source.asks_timesheets


class ContributionYear(models.Model):
    """What is planned of a contribution in a year: kroner, or hours at a rate."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="years", verbose_name=_("co-financing"))
    year = models.PositiveSmallIntegerField(_("year"))
    hours = hours_worked(_("hours"), null=True, blank=True)
    hourly_rate = kroner(_("kroner an hour"), null=True, blank=True)
    quantity = kroner(_("kroner"))

    class Meta:
        ordering = ["contribution_id", "year"]
        verbose_name = _("planned co-financing")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "year"],
                name="contribution_year_once",
                violation_error_message=_("The year is there already."),
            ),
            year_check("contribution_year"),
            models.CheckConstraint(
                condition=Q(hours=None, hourly_rate=None, quantity__gte=0)
                | Q(hours__gte=0, hourly_rate__gte=0, quantity=VALUE_OF_HOURS),
                name="contribution_year_is_an_amount_or_hours",
                violation_error_message=_("Write an amount, or hours and what an hour costs."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.year}"


class ContributionEntryQuerySet(models.QuerySet["ContributionEntry"]):
    def visible_to(self, actor: Actor) -> "ContributionEntryQuerySet":
        """Registered by the own organisation's people, or to a source or a plan that the own organisation keeps."""
        own = actor.organisation_ids
        return self.filter(
            Q(contribution__partner__in=own)
            | Q(contribution__funding_source__owner__in=own)
            | Q(contribution__initiative__programme__owner__in=own)
        )


class ContributionEntry(models.Model):
    """What was contributed on a day or, on a timesheet, in a week from Monday to Sunday. It counts when approved."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    contribution = models.ForeignKey(
        Contribution, models.PROTECT, related_name="entries", verbose_name=_("co-financing")
    )
    occurred_on = models.DateField(_("day"))
    """Of a timesheet its Thursday: the ISO week, and all of its hours, belong to the year of that day."""
    days = ArrayField(
        models.DecimalField(max_digits=4, decimal_places=2), size=7, null=True, blank=True, verbose_name=_("days")
    )
    """Of a timesheet the hours from Monday to Sunday."""
    hours = hours_worked(_("hours"), null=True, blank=True)
    hourly_rate = kroner(_("kroner an hour"), null=True, blank=True)
    quantity = kroner(_("kroner"))
    text = models.CharField(_("about"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False)
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    decided_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_reason = models.CharField(_("reason"), max_length=300, blank=True, default="", editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ContributionEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        verbose_name = _("registered co-financing")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours=None, hourly_rate=None, days=None, quantity__gt=0)
                | Q(hours__gt=0, hourly_rate__gte=0, quantity=VALUE_OF_HOURS),
                name="contribution_entry_is_an_amount_or_hours",
                violation_error_message=_("Write an amount, or hours and what an hour costs."),
            ),
            models.CheckConstraint(
                condition=Q(days=None) | Q(occurred_on__iso_week_day=4, days__len=7, hours=SUM_OF_DAYS),
                name="contribution_timesheet_is_a_week",
                violation_error_message=_("A timesheet has the hours of seven days, from Monday to Sunday."),
            ),
            models.CheckConstraint(
                condition=IN_A_DAY,
                name="contribution_day_has_24_hours",
                violation_error_message=_("A day has between 0 and 24 hours."),
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at=None)
                | Q(status="approved", decided_at__isnull=False)
                | (Q(status="rejected", decided_at__isnull=False) & ~Q(decided_reason="")),
                name="contribution_entry_rejected_with_reason",
                violation_error_message=_("Say why it is rejected."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(registered_by=None) | ~Q(decided_by=F("registered_by")),
                name="contribution_entry_two_people",
                violation_error_message=_("Somebody else than who registered it approves or rejects it."),
            ),
            models.UniqueConstraint(
                fields=["contribution", "registered_by", "occurred_on"],
                condition=Q(days__isnull=False) & ~Q(status="rejected"),
                name="contribution_timesheet_once",
                violation_error_message=_("You have registered that week already."),
            ),
        ]
        indexes = [
            models.Index(fields=["contribution", "-occurred_on", "-id"], name="contribution_entry_newest"),
            models.Index(fields=["updated_at", "id"], name="contribution_entry_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
