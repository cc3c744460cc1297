"""Files between their preview and their import, and which column is what in files that come again."""

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.identity.models import Organisation, User

if TYPE_CHECKING:
    from portal.identity.actor import Actor

Row = TypeVar("Row", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Row]):
    def visible_to(self, actor: "Actor") -> "OwnedQuerySet[Row]":
        """What the organisation that the person acts for has; nobody else's, whatever the role."""
        return self.filter(organisation=actor.organisation) if actor.organisation is not None else self.none()


class ColumnMapping(models.Model):
    """Which column of a file is which field, as an organisation said it once for files with these headings."""

    class DecimalSign(models.TextChoices):
        COMMA = ",", _("comma: 1.234,50")
        POINT = ".", _("full stop: 1,234.50")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    purpose = models.SlugField(_("what the file is for"), max_length=60)
    signature = models.CharField(_("fingerprint of the headings"), max_length=64)
    headings = models.JSONField(_("headings"), default=list)
    columns = models.JSONField(_("columns"), default=dict)
    """Name of the field → key of the column (portal.tabular.mapping.FileColumn)."""
    decimal_sign = models.CharField(
        _("decimal sign"), max_length=1, choices=DecimalSign.choices, default=DecimalSign.COMMA
    )
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("columns of a file")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "purpose", "signature"],
                name="column_mapping_once",
                violation_error_message=_("The columns of such a file are known already."),
            ),
            models.CheckConstraint(
                condition=Q(decimal_sign__in=[",", "."]),
                name="column_mapping_decimal_sign",
                violation_error_message=_("The decimal sign is a comma or a full stop."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {', '.join(map(str, self.headings))}"


class UploadedTable(models.Model):
    """A file between preview and import; afterwards only that it was imported, without the content."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    purpose = models.SlugField(_("what the file is for"), max_length=60)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    content = models.BinaryField(_("content"), null=True)
    state = models.JSONField(_("what has been chosen"), default=dict)
    """The app's own: what its forms said between the steps."""
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    rows_imported = models.PositiveIntegerField(_("rows imported"), default=0)
    imported_at = models.DateTimeField(_("imported"), null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("uploaded table")
        indexes = [
            models.Index(fields=["uploaded_at"], condition=Q(imported_at=None), name="uploaded_table_waiting"),
            models.Index(fields=["organisation", "purpose", "sha256"], name="uploaded_table_same"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at=None, content__isnull=False) | Q(imported_at__isnull=False, content=None),
                name="uploaded_table_emptied",
                violation_error_message=_("A file has its content until it is imported, and not after."),
            )
        ]

    def __str__(self) -> str:
        return self.name
