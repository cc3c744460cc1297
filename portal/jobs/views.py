"""/healthz for machines, and the operations page for the administrator."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from django.views.generic.base import View

from portal.identity.views import ActionMixin
from portal.jobs import dispatch, health, registry
from portal.jobs.models import JobRun, ListenerState
from portal.ui import formats
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table

Status = JobRun.Status
PAGE = 25
FOUND = {"compared": gettext_lazy("compared"), "differences": gettext_lazy("differences")}
"""Words for what jobs say they found."""


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """JSON: status ok, degraded or down, and the same of each dependency. 503 when the portal cannot serve."""
    with translation.override("en"):
        state = health.check()
        parts = {part.name: {"status": part.status, "detail": str(part.detail)} for part in state.dependencies}
        return JsonResponse({"status": state.status, "dependencies": parts}, status=200 if state.serves else 503)


class LogFilter(PortalForm):
    name = forms.ChoiceField(label=gettext_lazy("Job"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("all")), *Status.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(job.name, str(job.title)) for job in registry.jobs().values()]
        self.fields["name"].choices = [("", _("all")), *sorted(named, key=lambda pair: pair[1])]  # type: ignore[attr-defined]

    def narrow(self, runs: QuerySet[JobRun]) -> QuerySet[JobRun]:
        """A filter with a value that does not exist shows nothing, and says so at the field."""
        if not self.is_valid():
            return runs.none()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return runs.filter(**wanted)


class Operations(ActionMixin, TemplateView):
    """What the portal depends on, the scheduled jobs with a button each, and the log of what they did."""

    action = "jobs.view_operations"
    template_name = "jobs/operations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = health.check()
        form = LogFilter(self.request.GET)
        page = keyset(
            form.narrow(JobRun.objects.select_related("asked_by")), self.request.GET, ("-queued_at", "-id"), PAGE
        )
        titles = {job.name: job.title for job in registry.jobs().values()}
        return super().get_context_data(
            **kwargs,
            tone={"ok": "success", "degraded": "warning", "down": "error"}[state.status],
            verdict=verdict_of(state),
            dependencies=_dependencies(state),
            listeners=_listeners(),
            waiting=_waiting(),
            jobs=_jobs(),
            filter=form,
            page=page,
            log=_log(page.rows, titles),
        )


class RunAgain(ActionMixin, View):
    """POST name and period: the job is put in line and the operations page shown."""

    action = "jobs.run_again"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            run = dispatch.run_again(self.actor, request.POST.get("name", ""), request.POST.get("period", ""))
        except (dispatch.UnknownJobError, dispatch.JobBusyError) as problem:
            messages.error(request, str(problem))
        else:
            title = registry.jobs()[run.name].title
            messages.success(
                request,
                _("“%(job)s” will be run again for %(period)s.") % {"job": title, "period": period_text(run.period)},
            )
        return HttpResponseRedirect(reverse("operations"))


def verdict_of(state: health.Health) -> str:
    ailing = [str(part.title) for part in state.dependencies if part.status != "ok"]
    if not ailing:
        return _("Everything works.")
    if state.serves:
        return _("The portal can be used, but something needs attention: %(parts)s.") % {"parts": ", ".join(ailing)}
    return _("The portal cannot be used: %(parts)s.") % {"parts": ", ".join(ailing)}


def _dependencies(state: health.Health) -> Table:
    words = {"ok": _("works"), "degraded": _("works partly"), "down": _("does not work"), "unknown": _("not known")}
    return Table(
        caption=_("What the portal depends on"),
        columns=[Column("title", _("Part")), Column("status", _("Status")), Column("detail", _("Detail"))],
        rows=[
            {"title": part.title, "status": words[part.status], "detail": str(part.detail)}
            for part in state.dependencies
        ],
    )


def _listeners() -> Table:
    states = {state.name: state for state in ListenerState.objects.all()}
    rows = []
    for listener in registry.listeners():
        state = states.get(listener.name, ListenerState(name=listener.name))
        error = _("failures in a row: %(times)s, tried again every other second: %(error)s") % {
            "times": state.failures,
            "error": state.error,
        }
        rows.append(
            {
                "name": str(listener.title),
                "worked_at": state.worked_at or _("not yet"),
                "state": error if state.failures else _("works"),
            }
        )
    return Table(
        caption=_("What is computed when facts arrive"),
        columns=[
            Column("name", _("Listener")),
            Column("worked_at", _("Last worked"), "moment"),
            Column("state", _("Status")),
        ],
        rows=rows,
        empty=_("Nothing listens to facts."),
    )


def _waiting() -> Table:
    """Work that waits in tables: whose it is and how far it has come, and nothing of what is in it."""
    return Table(
        caption=_("Work that waits or is under way"),
        columns=[
            Column("what", _("What")),
            Column("whose", _("Whose")),
            Column("state", _("Status")),
            Column("far", _("How far")),
            Column("since", _("Since"), "moment"),
        ],
        rows=[
            {
                "what": str(kind.title),
                "whose": line.whose,
                "state": line.state,
                "far": _("%(done)s of %(total)s")
                % {"done": formats.number(line.done), "total": formats.number(max(line.done, line.total))},
                "since": line.since,
            }
            for kind in registry.waiting()
            for line in kind.lines()
        ],
        empty=_("Nothing waits."),
    )


def _jobs() -> list[dict[str, Any]]:
    """[{name, title, period, period_text, when, after, status, ran, busy}]; the period is the one the button is for."""
    now = timezone.localtime()
    titles = {job.name: job.title for job in registry.jobs().values()}
    periods = {job.name: registry.newest_period(job, now) for job in registry.in_order()}
    runs = {(run.name, run.period): run for run in JobRun.objects.filter(period__in=set(periods.values()))}
    rows = []
    for job in registry.in_order():
        run = runs.get((job.name, periods[job.name]))
        when = _("every day at %(time)s") if job.period == "day" else _("the first of each month at %(time)s")
        rows.append(
            {
                "name": job.name,
                "title": job.title,
                "period": periods[job.name],
                "period_text": period_text(periods[job.name]),
                "when": when % {"time": f"{job.at:%H:%M}"},
                "after": [titles[name] for name in job.depends_on],
                "status": run.get_status_display() if run else _("not run yet"),
                "ran": run is not None and run.attempts > 0,
                "busy": run is not None and run.status in (Status.RUNNING, Status.QUEUED),
            }
        )
    return rows


def _log(runs: list[JobRun], titles: dict[str, Any]) -> Table:
    rows = [
        {
            "job": Cell(titles.get(run.name, run.name), note=_asked(run)),
            "period": period_text(run.period),
            "status": Cell(run.get_status_display(), note=_progress(run)),
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "attempts": run.attempts,
            "outcome": _outcome(run),
        }
        for run in runs
    ]
    return Table(
        caption=_("Job log"),
        columns=[
            Column("job", _("Job")),
            Column("period", _("Period")),
            Column("status", _("Status")),
            Column("started_at", _("Started"), "moment"),
            Column("ended_at", _("Ended"), "moment"),
            Column("attempts", _("Attempts"), "number"),
            Column("outcome", _("Result")),
        ],
        rows=rows,
        empty=_("No job has been run yet."),
    )


def period_text(period: str) -> str:
    """ "2026-11-22" and "2026-11" as they are read."""
    if len(period) == len("2026-11"):
        return formats.month_da(date.fromisoformat(f"{period}-01"))
    return formats.date_da(date.fromisoformat(period))


def _asked(run: JobRun) -> str:
    return _("asked for by %(name)s") % {"name": run.asked_by} if run.asked_by else ""


def _progress(run: JobRun) -> str:
    if run.status != Status.RUNNING or not run.progress_total:
        return ""
    return _("%(done)s of %(total)s") % {"done": run.progress_done, "total": run.progress_total}


def _outcome(run: JobRun) -> str:
    """The reason of a failure, else what the job said it found, cut short: the whole is in the database."""
    if run.error:
        return run.error.split("\n", 1)[0][:200]
    if run.result in (None, {}, []):
        return ""
    if isinstance(run.result, dict):
        plain = [
            f"{FOUND.get(name, name)}: {value}"
            for name, value in run.result.items()
            if not isinstance(value, dict | list)
        ]
        return ", ".join(plain)[:200]
    return str(run.result)[:200]
