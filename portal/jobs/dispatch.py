"""Scheduled jobs, each once per period. One dispatcher works at a time, one job after another."""

import logging
import time
import traceback
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.context import acting
from portal.identity import rights
from portal.identity.actor import Actor
from portal.jobs import registry
from portal.jobs.locks import only_one
from portal.jobs.models import JobRun
from portal.jobs.registry import Outcome, ScheduledJob
from portal.jobs.wakeup import wake_dispatcher

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A job that failed is tried again at the next ticks, this often in all; then a person must ask for it."""

Status = JobRun.Status


class UnknownJobError(Exception):
    """There is no such job; the message is for the person."""


class JobBusyError(Exception):
    """The job runs now; the message is for the person."""


class Handle:
    """The Run that a job is given. Progress goes over the lock's connection, so it is seen before the job commits."""

    def __init__(self, run: JobRun, side: BaseDatabaseWrapper) -> None:
        self.name, self.period = run.name, run.period
        self._pk, self._side, self._shown = run.pk, side, 0.0

    def progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._shown < 0.5 and done < total:
            return
        self._shown = now
        with self._side.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_jobrun SET progress_done = %s, progress_total = %s WHERE id = %s", [done, total, self._pk]
            )


def run_due(now: datetime | None = None) -> list[str]:
    """Runs every job that is due and not done; returns "name period" of those it ran. Empty if another dispatches."""
    ran: list[str] = []
    with only_one("dispatch") as mine:
        if mine is None:
            return ran
        order = registry.in_order()
        moment = now or timezone.now()
        local = timezone.localtime(moment)
        JobRun.objects.bulk_create(
            [JobRun(name=job.name, period=registry.newest_period(job, local), queued_at=moment) for job in order],
            ignore_conflicts=True,
        )
        for job in order:
            for run in _to_run(job):
                if _ready(job, run):
                    _run(job, run, mine)
                    ran.append(str(run))
    return ran


def run_again(actor: Actor, name: str, period: str) -> JobRun:
    """Let a job be run (again) for a period. Raises Refused, UnknownJobError and JobBusyError."""
    rights.require(actor, "jobs.run_again")
    job = registry.jobs().get(name)
    if job is None:
        raise UnknownJobError(_("There is no such job."))
    with transaction.atomic():
        if period == registry.newest_period(job, timezone.localtime()):
            JobRun.objects.bulk_create(
                [JobRun(name=name, period=period, queued_at=timezone.now())], ignore_conflicts=True
            )
        run = JobRun.objects.select_for_update(no_key=True).filter(name=name, period=period).first()
        if run is None:
            raise UnknownJobError(_("The job has never been run for that period."))
        if run.status == Status.RUNNING:
            raise JobBusyError(_("The job is running now."))
        run.status, run.attempts, run.queued_at, run.asked_by = Status.QUEUED, 0, timezone.now(), actor.user
        run.save(update_fields=["status", "attempts", "queued_at", "asked_by"])
        transaction.on_commit(wake_dispatcher)
    return run


def _to_run(job: ScheduledJob) -> list[JobRun]:
    """Waiting, failed not too often, or left as running by a worker that died: we hold the lock, so nobody runs it."""
    unfinished = JobRun.objects.filter(name=job.name).exclude(status__in=[Status.DONE, Status.ALERT])
    # A job that took its worker with it at every attempt is not tried for ever.
    unfinished.filter(status=Status.RUNNING, attempts__gte=MOST_ATTEMPTS).update(
        status=Status.FAILED, ended_at=timezone.now(), error="The worker ended before the job did."
    )
    return list(unfinished.filter(attempts__lt=MOST_ATTEMPTS).order_by("period"))


def _ready(job: ScheduledJob, run: JobRun) -> bool:
    done = JobRun.objects.filter(name__in=job.depends_on, period=run.period, status__in=[Status.DONE, Status.ALERT])
    return not job.depends_on or done.count() == len(set(job.depends_on))


def _run(job: ScheduledJob, run: JobRun, side: BaseDatabaseWrapper) -> None:
    run.status, run.started_at, run.ended_at = Status.RUNNING, timezone.now(), None
    run.attempts += 1
    run.progress_done = run.progress_total = 0
    run.result, run.error = None, ""
    run.save()
    try:
        with acting(f"job {job.name}"):
            outcome = job.call(Handle(run, side)) or Outcome()
        changes = {"status": Status.ALERT if outcome.alert else Status.DONE, "result": outcome.result}
        # The whole outcome or none: a result that JSON cannot hold is a failure of the job.
        JobRun.objects.filter(pk=run.pk).update(**changes, ended_at=timezone.now())
        if outcome.alert:
            logger.error("Job %s found something: see the operations page.", run)
    except Exception as error:
        logger.exception("Job %s failed.", run)
        connection.close_if_unusable_or_obsolete()
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        reason = f"{type(error).__name__}: {error}\n\n{where}"[:8000]
        JobRun.objects.filter(pk=run.pk).update(status=Status.FAILED, ended_at=timezone.now(), error=reason)
