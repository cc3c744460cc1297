"""How people come, stand in for each other, and are looked after: invitations, deputies, support views."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.identity.models.memberships import Membership
from portal.identity.models.organisations import Organisation
from portal.identity.models.users import User
from portal.identity.roles import Role

DEPUTY_DAYS = 183
"""A deputy stands in for at most half a year at a time."""
SUPPORT_MINUTES = 30


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; also those that have run out and can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """An organisation asks somebody in, by e-mail. Only the hash of the link's token is stored."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    roles: Any = ArrayField(models.CharField(max_length=30, choices=Role), verbose_name=_("roles"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    """When the newest letter left; null when none could be sent."""
    sendings = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_accepted_or_withdrawn",
                violation_error_message=_("The invitation has been answered or withdrawn already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="invitation_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(roles__len__gte=1),
                name="invitation_to_a_role",
                violation_error_message=_("Choose at least one role."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
                violation_error_message=_(
                    "There is an open invitation to this address already. Send that one again, or withdraw it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.made_at:%Y-%m-%d}"

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def on(self, day: date) -> "DeputyQuerySet":
        """Those that hold on that day, if both memberships do."""
        return self.filter(valid_from__lte=day, valid_to__gte=day, ended_at=None)


class Deputy(models.Model):
    """A colleague may approve, decide and confirm what the principal may, from a day to a day (both included)."""

    principal = models.ForeignKey(Membership, models.CASCADE, related_name="deputies", verbose_name=_("stands in for"))
    deputy = models.ForeignKey(Membership, models.CASCADE, related_name="stands_in", verbose_name=_("deputy"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("deputy")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    valid_to__gte=F("valid_from"), valid_to__lte=F("valid_from") + Value(timedelta(days=DEPUTY_DAYS))
                ),
                name="deputy_for_a_time",
                violation_error_message=_("A deputy stands in from a day to a day, and for at most half a year."),
            ),
            models.CheckConstraint(
                condition=~Q(principal=F("deputy")),
                name="deputy_is_somebody_else",
                violation_error_message=_("Choose a colleague: nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.principal_id}"


class SupportView(models.Model):
    """An administrator looked at the portal as somebody else sees it: who, whom, why, from, to."""

    by = models.ForeignKey(User, models.PROTECT, related_name="support_given", verbose_name=_("who"))
    person = models.ForeignKey(User, models.PROTECT, related_name="support_views", verbose_name=_("as whom"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("support view")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    until__gt=F("started_at"),
                    until__lte=F("started_at") + Value(timedelta(minutes=SUPPORT_MINUTES)),
                ),
                name="support_view_is_short",
                violation_error_message=_("A support view lasts at most 30 minutes."),
            ),
            models.CheckConstraint(
                condition=~Q(by=F("person")),
                name="support_view_of_somebody_else",
                violation_error_message=_("You see the portal as yourself already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="support_view_has_a_reason",
                violation_error_message=_("Write why. The person is told."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} as {self.person_id}"


class SupportPage(models.Model):
    """A page that was opened in a support view: the address without what was searched for."""

    view = models.ForeignKey(SupportView, models.CASCADE, related_name="pages")
    path = models.CharField(max_length=300)
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("page seen in a support view")
        verbose_name_plural = _("pages seen in support views")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.path
