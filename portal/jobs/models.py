"""The job log, and the signs of life by which an outage is seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.identity.models import User


class JobRun(models.Model):
    """A scheduled job for one period: at most one row, however often it is run."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        ALERT = "alert", _("done, look at the result")
        FAILED = "failed", _("failed")

    name = models.CharField(_("job"), max_length=80)
    period = models.CharField(_("period"), max_length=10)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    result = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")
    queued_at = models.DateTimeField(_("waiting since"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )

    class Meta:
        ordering = ["-queued_at", "-pk"]
        verbose_name = _("job run")
        constraints = [models.UniqueConstraint(fields=["name", "period"], name="job_run_once_per_period")]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"

    @property
    def finished(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.ALERT)


class Heartbeat(models.Model):
    """When a part of the machinery last showed that it lives: "worker" and "beat"."""

    WORKER = "worker"
    BEAT = "beat"

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ListenerState(models.Model):
    """What a listener last did. Written when it did something or failed, not when there was nothing to do."""

    name = models.CharField(_("listener"), max_length=200, primary_key=True)
    worked_at = models.DateTimeField(_("last worked"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
