"""The bearer tokens of the API."""

from django.db import models

from portal.identity.models.memberships import Membership


class ApiToken(models.Model):
    """A bearer token of a user. Only its hash is stored; the token itself is shown once."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.created_at:%Y-%m-%d}"
