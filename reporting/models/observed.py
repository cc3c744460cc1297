"""What happened to observations and files besides: changes with their reasons, values known to be absent, uploads."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.models import Versioned
from reporting import reasons
from reporting.models.evidence import Series, StatisticTable


class ObservationChange(models.Model):
    """Why a revision of an observation no longer holds (or was confirmed), and what it said. Never changed."""

    class What(models.TextChoices):
        CORRECTED = "corrected", _("corrected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CONFIRMED = "confirmed", _("confirmed")

    observation = models.ForeignKey("reporting.Observation", models.PROTECT, related_name="changes")
    revision = models.PositiveIntegerField(_("revision"))
    what = models.CharField(_("what"), max_length=10, choices=What)
    before = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    reason_code = reasons.column()
    changed_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of an observation")
        constraints = [
            models.CheckConstraint(
                condition=Q(what="confirmed") | ~Q(reason_code=""),
                name="observation_changed_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.observation_id} revision {self.revision} {self.what}"


class Absence(Versioned):
    """A value known not to be there, and why; zero is an observation. From its place on, until withdrawn or said again.

    About the same cell as an observation: series, period, municipality or category, vintage.
    """

    class Why(models.TextChoices):
        NOT_REPORTED = "not_reported", _("not reported")
        NOT_RELEVANT = "not_relevant", _("not relevant")
        LATER = "later", _("settled later")
        NOT_IN_SOURCE = "not_in_source", _("not stated in the source")
        UNDECIDED = "undecided", _("unresolved")

    series = models.ForeignKey(Series, models.PROTECT, related_name="absences", verbose_name=_("series"))
    why = models.CharField(_("why"), max_length=14, choices=Why)
    occurred_on = models.DateField(_("day"))
    period_from = models.DateField(_("about the period from"), null=True, blank=True)
    period_to = models.DateField(_("to"), null=True, blank=True)
    municipality = models.ForeignKey("geography.Municipality", models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(_("answer or area"), max_length=60, blank=True, default="")
    vintage = models.CharField(_("vintage"), max_length=40, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason_code = reasons.column()
    by = models.ForeignKey("identity.User", models.PROTECT, null=True, blank=True, related_name="+")
    """Who said it; null where it was read from a file."""

    CELL = ("series_id", "occurred_on", "period_from", "municipality_id", "category", "vintage")
    """Of two about the same cell the newest holds."""

    class Meta:
        ordering = ["place"]
        verbose_name = _("absent value")
        indexes = [models.Index(fields=["series", "-occurred_on", "-place"], name="absence_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn=False) | ~Q(reason_code=""),
                name="absence_taken_back_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.occurred_on} {self.why}"


class EvidenceFile(models.Model):
    """An uploaded file between preview and import; afterwards only that it was imported, without the content."""

    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="files", verbose_name=_("series")
    )
    table = models.ForeignKey(
        StatisticTable, models.PROTECT, null=True, blank=True, related_name="files", verbose_name=_("table")
    )
    asked = models.JSONField(default=dict)
    """Of a statistic: what the form said (table, vintage, choice of values)."""
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey("identity.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    rows_imported = models.PositiveIntegerField(_("rows imported"), default=0)
    imported_at = models.DateTimeField(_("imported"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("file")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "sha256"],
                condition=Q(series__isnull=False, imported_at__isnull=False),
                name="evidence_file_once",
                violation_error_message=_("This file has been imported into the series already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
