"""Dated memberships. Rights come from them only; there is no superuser."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from portal.identity.models.organisations import Organisation
from portal.identity.models.users import User
from portal.identity.roles import AUDITOR_DAYS, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> "MembershipQuerySet":
        """Those that hold on that day. One that was stopped no longer holds on the very day it was."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), Q(stopped_at=None) | Q(valid_to__gt=day), valid_from__lte=day
        )

    def still_to_hold(self, day: date) -> "MembershipQuerySet":
        """Those that hold on that day or will later."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), Q(stopped_at=None) | Q(valid_to__gt=day))


class Membership(models.Model):
    """A person acts for an organisation in a role, from a day to a day (both included)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, editable=False)
    """Taken away at once, in the course of `valid_to`."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "valid_from", "pk"]
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "valid_from"],
                name="membership_once",
                violation_error_message=_("The person already has this role here from that day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.AUDITOR)
                | Q(
                    valid_to__isnull=False,
                    valid_to__lte=F("valid_from") + Value(timedelta(days=AUDITOR_DAYS)),
                ),
                name="membership_of_an_auditor_is_short",
                violation_error_message=_("An auditor has access for a time: set an end, at most a year away."),
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(valid_to__isnull=False),
                name="membership_stopped_has_an_end",
                violation_error_message=_("A membership that was stopped has an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"

    def holds(self, day: date) -> bool:
        """As the queryset's `on`, of one that is in the hand."""
        if self.valid_to is not None and (self.valid_to < day or (self.stopped_at and self.valid_to <= day)):
            return False
        return self.valid_from <= day
