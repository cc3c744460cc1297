"""Receipts of submissions: the same form or the same API call twice gives the first answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.identity.models import User


class Submission(models.Model):
    """One accepted submission. `key` is the form's token or the caller's Idempotency-Key.

    The row is written in the transaction of what was submitted, so either both exist or neither does; a second
    submission waits on the unique constraint and then finds the first.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("accepted form")
        verbose_name_plural = _("accepted forms")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
