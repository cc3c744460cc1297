"""What was observed: series of survey answers, measurements, deliverables, volumes and published statistics.

A series has a heading of the ledger; each observation is a record that one fact is posted for. The measure of the
series says what kind of thing it is (reporting/measures.py).
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField


class StatisticTable(models.Model):
    """A published table that values are taken from, such as one of Danmarks Statistik's."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=160)
    unit = models.CharField(_("unit"), max_length=80, blank=True, default="")

    class Meta:
        ordering = ["code"]
        verbose_name = _("statistical table")

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class Vintage(models.Model):
    """One publication of a table. Figures name the vintage they were computed with; a newer one changes none."""

    table = models.ForeignKey(StatisticTable, models.PROTECT, related_name="vintages", verbose_name=_("table"))
    key = models.CharField(_("vintage"), max_length=40)
    published_on = models.DateField(_("published"))
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    imported_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)
    values_imported = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["table_id", "published_on", "key"]
        verbose_name = _("vintage")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "key"],
                name="vintage_once",
                violation_error_message=_("This vintage of the table is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.table_id} {self.key}"


class Series(models.Model):
    """What observations are about: a survey question, a measurement, a deliverable, a volume, a published statistic."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=240)
    owner = models.ForeignKey("identity.Organisation", models.PROTECT, related_name="+", verbose_name=_("responsible"))
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="series", editable=False)
    measure = models.ForeignKey("ledger.Measure", models.PROTECT, related_name="+", verbose_name=_("kind"))
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    question = models.TextField(_("question"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    table = models.ForeignKey(
        StatisticTable, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("table")
    )
    selection = models.JSONField(_("of the table"), default=dict, blank=True)
    """Of a statistic: dimension code → value code, what is fixed in the table."""
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["key"]
        verbose_name = _("series")

    def __str__(self) -> str:
        return self.name


class Observation(models.Model):
    """One answer, measurement, delivery, volume or published value. A correction is a new revision of it."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="observations", verbose_name=_("series"))
    occurred_on = models.DateField(_("day"))
    period_from = models.DateField(_("about the period from"), null=True, blank=True)
    period_to = models.DateField(_("to"), null=True, blank=True)
    municipality = models.ForeignKey(
        "geography.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    category = models.CharField(_("answer or area"), max_length=60, blank=True, default="")
    vintage = models.CharField(_("vintage"), max_length=40, blank=True, default="")
    subject = models.UUIDField(null=True, blank=True, editable=False)
    quantity = ExactDecimalField(_("number"))
    qualifier = models.CharField(
        _("qualifier"),
        max_length=4,
        blank=True,
        default="",
        choices=[("", "–"), ("ca.", "ca."), (">", ">"), ("<", "<")],
    )
    constructed = models.BooleanField(_("constructed"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    revision = models.PositiveIntegerField(default=1, editable=False)
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_as_deputy_for = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    """The name of the one in whose place it was confirmed."""
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=300, blank=True, default="", editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        verbose_name = _("observation")
        indexes = [
            models.Index(fields=["series", "-occurred_on", "-id"], name="observation_newest"),
            models.Index(fields=["series", "updated_at", "id"], name="observation_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_from=None, period_to=None)
                | Q(period_from__isnull=False, period_to__gte=F("period_from")),
                name="observation_period_in_order",
                violation_error_message=_("The period must not end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(registered_by=None) | ~Q(confirmed_by=F("registered_by")),
                name="observation_confirmed_by_another",
                violation_error_message=_("Somebody else than the one who registered it must confirm it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.occurred_on} {self.quantity}"
