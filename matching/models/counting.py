"""By which rule a programme's matches count, in versions; and up to which day its rules are locked."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.identity.models import Organisation, User
from portal.ledger.models import Versioned, VersionedQuerySet
from programmes.models import Programme

MOST_DAYS = 3660


class CountsOn(models.TextChoices):
    AGREED = "agreed", _("the day it was agreed")
    STARTED = "started", _("the day it started")
    ENDED = "ended", _("the day it ended")


class Chain(models.TextChoices):
    EACH = "each", _("each match counts")
    FIRST = "first", _("only the first of the chain counts")
    UNDECIDED = "undecided", _("undecided")


class Group(models.TextChoices):
    ONE = "one", _("the group is one match")
    EACH = "each", _("each student is a match")
    UNDECIDED = "undecided", _("undecided")


class CountingRuleQuerySet(VersionedQuerySet["CountingRule"]):
    def newest_first(self) -> "CountingRuleQuerySet":
        """The order in which they hold: of those valid from the same day the last one written."""
        return self.order_by("-valid_from", "-place")


class CountingRule(Versioned):
    """A version of a programme's rule. It is never changed: another decision is another version.

    What is undecided is counted as it always was: by the day of agreement, each match, a group as one.
    """

    class Status(models.TextChoices):
        DECIDED = "decided", _("decided")
        UNDECIDED = "undecided", _("undecided")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    valid_from = models.DateField(_("valid from"))
    counts_on = models.CharField(_("which day counts"), max_length=8, choices=CountsOn)
    chain = models.CharField(_("a chain of matches"), max_length=10, choices=Chain)
    group = models.CharField(_("a group of students"), max_length=10, choices=Group)
    minimum_days = models.PositiveSmallIntegerField(_("least number of days"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True, default="")
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )

    objects: ClassVar[Any] = CountingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("counting rule")
        ordering = ["-valid_from", "-place"]
        indexes = [models.Index(fields=["programme", "-valid_from", "-place"], name="counting_rule_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(counts_on__in=CountsOn.values)
                & Q(chain__in=Chain.values)
                & Q(group__in=Group.values)
                & Q(status__in=["decided", "undecided"]),
                name="counting_rule_known",
                violation_error_message=_("Choose from the list."),
            ),
            models.CheckConstraint(
                condition=Q(status="undecided", decided_by="", decided_on=None)
                | (Q(status="decided", decided_on__isnull=False) & ~Q(decided_by="")),
                name="counting_rule_decided_by_somebody",
                violation_error_message=_("A rule that is decided says by whom and when."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_days=None) | Q(minimum_days__range=(1, MOST_DAYS)),
                name="counting_rule_least_days",
                violation_error_message=_("Write a number of days from 1 to 3660, or leave it empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.valid_from}"

    @property
    def decided(self) -> bool:
        return self.status == self.Status.DECIDED

    def in_force(self, today: date) -> bool:
        day: date = self.valid_from
        return day <= today


class PeriodLock(models.Model):
    """Up to and with a day no other rule can be given to a programme: it has been reported. Facts are never locked."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    until = models.DateField(_("locked until"))
    reason = models.CharField(_("reason"), max_length=300)
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("locked by"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    locked_at = models.DateTimeField(_("locked at"), default=timezone.now)

    class Meta:
        verbose_name = _("locked period")
        ordering = ["-until", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "until"],
                name="period_locked_once",
                violation_error_message=_("The period is locked already."),
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="period_lock_says_why",
                violation_error_message=_("Write why the period is locked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.until}"
