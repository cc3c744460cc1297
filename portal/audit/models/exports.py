"""The export log: what was taken out as a file, by whom, with which filters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.models.logged import LoggedQuerySet
from portal.identity.models import Organisation, User
from portal.identity.roles import Role


class Export(models.Model):
    """`filters` are the parameters of the list. `rows` is null while the file is being sent, and stays so when the
    connection broke: the file may have arrived in part."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    user = models.ForeignKey(
        User, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", verbose_name=_("who")
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("for"),
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(_("page"), max_length=300)
    filters = models.JSONField(_("filters"))
    rows = models.PositiveIntegerField(_("rows"), null=True)
    request = models.CharField(max_length=64, blank=True, default="")

    objects = LoggedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("export")
        indexes = [
            models.Index("organisation", "id", name="export_by_organisation"),
            models.Index("at", name="export_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.rows}"
