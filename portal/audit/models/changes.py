"""The trail: what was written, by whom, row by row. Triggers write it (migrations/sql/record.sql), nobody else may."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.models.logged import LoggedQuerySet
from portal.identity.models import Membership, Organisation, User


class Change(models.Model):
    """One row of one table, inserted, updated or deleted.

    `old` and `new` are {column: value}: of an update only the columns that changed, of an insert and a delete all.
    `row` is the primary key as text. A write without a person has the name of its job or program as `source`.
    Persons and organisations are kept as bare ids: the trail outlives them.
    """

    class Operation(models.TextChoices):
        INSERT = "insert", _("made")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    at = models.DateTimeField(_("when"))
    table = models.CharField(_("kind"), max_length=63)
    row = models.TextField(_("row"))
    operation = models.CharField(_("what happened"), max_length=6, choices=Operation)
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)
    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+", verbose_name=_("who")
    )
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("for"),
    )  # fmt: skip
    request = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    role = models.CharField(max_length=63)
    transaction = models.BigIntegerField()
    forgotten_at = models.DateTimeField(null=True)

    objects = LoggedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change")
        indexes = [
            models.Index("table", "row", "id", name="change_of_row"),
            models.Index("user", "id", name="change_by_user"),
            models.Index("organisation", "id", name="change_by_organisation"),
            models.Index("at", name="change_at"),
            models.Index("transaction", name="change_together"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row}"
