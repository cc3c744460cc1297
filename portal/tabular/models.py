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
    also = models.JSONField(_("what else was said"), default=dict, db_default={})
    """Of what holds for a whole file, what its page remembers (portal.tabular.pages.ColumnsPage.remembered)."""
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
    """A file between preview and import; afterwards only that it was imported, without the content.

    A long one has a `phase`: it is looked through and imported by the worker, for whoever asked (portal.tabular.long).
    """

    class Phase(models.TextChoices):
        NONE = "", _("within the page")
        LOOK = "look", _("being looked through")
        LOOKED = "looked", _("looked through")
        IMPORT = "import", _("being imported")
        DONE = "done", _("imported")

    WORKED_ON = (Phase.LOOK, Phase.IMPORT)

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
    phase = models.CharField(_("how far it has come"), max_length=10, choices=Phase, blank=True, default=Phase.NONE)
    turn = models.PositiveIntegerField(default=0)
    """Counts how often it was asked for: what an older asking still does comes to nothing."""
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_as = models.CharField(max_length=30, blank=True, default="")
    """By which membership (Actor.key)."""
    rows_done = models.PositiveIntegerField(_("rows gone through"), default=0)
    rows_total = models.PositiveIntegerField(_("rows in all"), default=0)
    found = models.JSONField(_("what was found"), default=dict)
    """Its headings, and what the app says of its rows."""
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worked_at = models.DateTimeField(_("last worked on"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    message = models.TextField(_("why it stopped"), blank=True, default="")
    """For the person; `error` is for whoever runs the portal."""
    error = models.TextField(_("error"), blank=True, default="")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("uploaded table")
        indexes = [
            models.Index(fields=["uploaded_at"], condition=Q(imported_at=None), name="uploaded_table_waiting"),
            models.Index(fields=["organisation", "purpose", "sha256"], name="uploaded_table_same"),
            models.Index(fields=["worked_at"], condition=Q(phase__in=["look", "import"]), name="uploaded_table_work"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at=None, content__isnull=False) | Q(imported_at__isnull=False, content=None),
                name="uploaded_table_emptied",
                violation_error_message=_("A file has its content until it is imported, and not after."),
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["", "look", "looked", "import", "done"]),
                name="uploaded_table_phase",
                violation_error_message=_("A file is looked through, then imported."),
            ),
            models.CheckConstraint(
                condition=Q(phase="") | Q(asked_by__isnull=False),
                name="uploaded_table_asked_by",
                violation_error_message=_("Somebody asked for what the worker does with a file."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def long(self) -> bool:
        return bool(self.phase)

    @property
    def stopped(self) -> bool:
        return self.stopped_at is not None


class UploadedContent(models.Model):
    """The content of a long file, apart from its row: that one changes with every portion, and the trail would look
    through the whole file each time."""

    file = models.OneToOneField(
        UploadedTable, models.CASCADE, primary_key=True, related_name="aside", verbose_name=_("file")
    )
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("content of a file")

    def __str__(self) -> str:
        return f"{self.file_id}"


class UploadedPortion(models.Model):
    """Up to a thousand rows of a long file with what the look said of them, packed (portal.tabular.packing).

    When it is imported only what was left of it stays, until the whole file is.
    """

    file = models.ForeignKey(UploadedTable, models.CASCADE, related_name="portions", verbose_name=_("file"))
    place = models.PositiveIntegerField(_("place in the file"))
    rows = models.PositiveIntegerField(_("rows"))
    content = models.BinaryField(_("content"))
    left = models.PositiveIntegerField(_("rows left"), default=0)
    written = models.JSONField(_("what was written"), default=list)
    """The app's own: the records' ids, so that what is read later can be told from them."""
    done_at = models.DateTimeField(_("imported"), null=True, blank=True)

    class Meta:
        ordering = ["file", "place"]
        verbose_name = _("portion of a file")
        constraints = [
            models.UniqueConstraint(
                fields=["file", "place"],
                name="uploaded_portion_once",
                violation_error_message=_("The portion is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.place}"
