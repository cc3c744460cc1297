"""The view log: whose records of people were opened, when and for what."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.models.logged import LoggedQuerySet
from portal.identity.models import Organisation, User
from portal.identity.roles import Role


class Purpose(models.TextChoices):
    """Why a record of a person is opened. A person has a right to be told when and for what it was."""

    OWN_WORK = "own_work", _("work with the company or the match")
    FIGURES = "figures", _("control of figures")
    QUALITY = "quality", _("control of duplicates and quality")
    AUDIT = "audit", _("audit")
    RIGHTS = "rights", _("request from the person it is about")
    SUPPORT = "support", _("help to a user")


class Opening(models.Model):
    """One answer that showed records of `kind`, with the primary keys of all that it showed."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    user = models.ForeignKey(
        User, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", verbose_name=_("who")
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("for"),
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    keys = ArrayField(models.CharField(max_length=40), verbose_name=_("records"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    source = models.CharField(max_length=200)
    request = models.CharField(max_length=64, blank=True, default="")

    objects = LoggedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("opening")
        indexes = [
            GinIndex(fields=["keys"], name="opening_of_record"),
            models.Index("organisation", "id", name="opening_by_organisation"),
            models.Index("at", name="opening_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.keys}"
