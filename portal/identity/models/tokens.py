"""The bearer tokens of the API."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.identity.models.memberships import Membership
from portal.identity.models.users import User
from portal.identity.scopes import Scope

LONGEST = timedelta(days=366)
"""A year, of which one may be a leap year."""


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self, moment: datetime) -> "ApiTokenQuerySet":
        """Neither revoked nor expired. Whether the membership still holds is asked apart."""
        return self.filter(revoked_at=None, expires_at__gt=moment)


class ApiToken(models.Model):
    """A bearer token of a membership: a name, what it may be used for, and until when.

    Only its hash is stored; the token itself is shown once. From where it was used is not stored.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    scopes: Any = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=_("may be used to"))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    """Null: by whoever runs the portal, on the command line."""
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    warned_at = models.DateTimeField(_("said that it expires"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by"))

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("API key")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + LONGEST),
                name="api_token_expires_within_a_year",
                violation_error_message=_("An API key lasts a year at most."),
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values)) & ~Q(scopes=[]),
                name="api_token_scopes_known",
                violation_error_message=_("Choose at least one thing that the key may be used to."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="api_token_has_a_name",
                violation_error_message=_("Give the key a name that says what it is for."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False),
                name="api_token_revoked_when",
                violation_error_message=_("A revoked key says when."),
            ),
            models.UniqueConstraint(
                fields=["membership", "name"],
                condition=Q(revoked_at=None),
                name="api_token_named_once",
                violation_error_message=_(
                    "You have a key with this name already. A key is only shown once: if you have lost it, revoke it "
                    "and make a new one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.name}"
