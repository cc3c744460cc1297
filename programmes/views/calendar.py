"""The calendar: what is dated ahead and lately passed, as page, file and file for calendar programs."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.identity.token_rights import MAKE_API_KEYS
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import calendar_files
from programmes.dates_ahead import KINDS, Asked, Chosen, Dated, State, dates, title_of
from programmes.rights import VIEW_PROGRAMMES

PAGE = 100
COLUMNS = [
    Column("title", gettext_lazy("What")),
    Column("when", gettext_lazy("When")),
    Column("state", gettext_lazy("How it stands")),
    Column("kind", gettext_lazy("Kind")),
    Column("lead", gettext_lazy("Responsible")),
    Column("plan", gettext_lazy("Plan"), export_only=True),
    Column("about", gettext_lazy("About"), export_only=True),
    Column("day", gettext_lazy("Sorted as"), kind="date", export_only=True),
    Column("last", gettext_lazy("At the latest"), kind="date", export_only=True),
]


class CalendarForm(PortalForm):
    """What the calendar is narrowed by. Its names are the address's, on the page and for calendar programs."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    lead = forms.ChoiceField(label=gettext_lazy("Responsible"), required=False)
    since = SmartDateField(label=gettext_lazy("From"), required=False)
    until = SmartDateField(label=gettext_lazy("To"), required=False)
    mine = forms.BooleanField(label=gettext_lazy("Only what my organisation has to do with"), required=False)

    def __init__(self, asked: Asked, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        offered: dict[str, Callable[[], list[tuple[str, Any]]]] = {
            "plan": lambda: [(plan.slug, plan.short_name or plan.name) for plan in asked.plans.values()],
            "kind": lambda: [(kind.key, kind.title) for kind in KINDS.values()],
            "lead": lambda: self.leads,
        }
        for name, choices in offered.items():
            # Read when they are shown or looked at: a file that is narrowed by nothing needs none of them.
            self.fields[name].choices = partial(_all_and, choices)  # type: ignore[attr-defined]

    @cached_property
    def leads(self) -> list[tuple[str, Any]]:
        """Who leads or owns something that the reader sees. One query."""
        plans = self.asked.plans
        leading = Organisation.objects.filter(led_initiatives__programme__in=list(plans))
        owning = Organisation.objects.filter(pk__in={plan.owner_id for plan in plans.values()})
        rows = (leading | owning).distinct().order_by("sort_key", "pk").values_list("pk", "name")
        return [(str(pk), name) for pk, name in rows]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", _("The end must not be before the beginning."))
        return said

    @property
    def chosen(self) -> Chosen:
        said = self.cleaned_data
        return Chosen(said.get("plan", ""), said.get("kind", ""), said.get("lead", ""), bool(said.get("mine")))


def _all_and(choices: Callable[[], list[tuple[str, Any]]]) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices()]


class CalendarBase(ActionMixin):
    action = VIEW_PROGRAMMES

    @cached_property
    def form(self) -> CalendarForm:
        form = CalendarForm(Asked.usual(self.actor), self.request.GET)
        form.is_valid()
        return form

    @cached_property
    def asked(self) -> Asked:
        said = self.form.cleaned_data
        return self.form.asked.of(said.get("since"), said.get("until"))

    @cached_property
    def rows(self) -> list[Dated]:
        return dates(self.asked, self.form.chosen)


class CalendarPage(CalendarBase):
    """/kalender/?plan=&kind=&lead=&since=&until=&mine="""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        today = self.asked.today
        if not self.form.errors and (kind := export.requested(request)):
            return export.export_response(kind, _("calendar"), COLUMNS, (line_of(row, today) for row in self.rows))
        late = [row for row in self.rows if row.state == State.OVERDUE]
        running = [row for row in self.rows if row.state == State.RUNNING][:PAGE]
        rest = [row for row in self.rows if row.state not in (State.OVERDUE, State.RUNNING)]
        page = Paginator(rest, PAGE).get_page(request.GET.get("page"))
        context = {
            "form": self.form,
            "filtering": any(self.form.cleaned_data.values()) or bool(self.form.errors),
            "verdict": verdict(self.rows, today),
            "tone": "behind" if late else "good" if self.rows else "neutral",
            "late": table_of(_("Overdue"), late[:PAGE], today) if late else None,
            "late_more": max(len(late) - PAGE, 0),
            "running": table_of(_("Within their time now"), running, today) if running else None,
            "table": table_of(_("Month by month"), page.object_list, today, months=True),
            "page": page,
            "any": bool(self.rows),
            "query": request.GET.urlencode(),
            "may_subscribe": permissions.may(self.actor, MAKE_API_KEYS),
        }
        return render(request, "programmes/calendar/calendar.html", context, status=400 if self.form.errors else 200)


class CalendarFile(CalendarBase):
    """/kalender/kalender.ics: the filtered list, once, for a calendar program."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.form.errors:
            raise BadRequest(" ".join(str(text) for texts in self.form.errors.values() for text in texts))
        base, today = request.build_absolute_uri("/").rstrip("/"), self.asked.today
        dated = [row for row in self.rows if row.day is not None]
        return export.made_response(
            _("calendar") + ".ics",
            calendar_files.CONTENT_TYPE,
            dated,
            lambda rows: calendar_files.calendar_of(rows, base, today),
        )


def table_of(caption: str, rows: Iterable[Dated], today: date, months: bool = False) -> Table:
    lines: Iterable[Any] = by_month(rows, today) if months else (line_of(row, today) for row in rows)
    return Table(
        caption=caption, caption_hidden=True, columns=COLUMNS, rows=list(lines),
        empty=_("Nothing is dated in the time and with the filters that are chosen."),
    )  # fmt: skip


def by_month(rows: Iterable[Dated], today: date) -> Iterator[Any]:
    """A heading before each month; what has no day comes last, under its own."""
    before = None
    for row in rows:
        heading = formats.month_da(row.day).capitalize() if row.day is not None else _("Without a stated time")
        if heading != before:
            before = heading
            yield GroupRow(heading)
        yield line_of(row, today)


def line_of(row: Dated, today: date) -> dict[str, Any]:
    plan = row.plan
    named = (plan.short_name or plan.name) if plan is not None and row.kind != "plan" else ""
    return {
        "title": Cell(row.title, row.url, " · ".join(dict.fromkeys(part for part in (row.about, named) if part))),
        "when": row.when,
        "state": row.says(today),
        "kind": title_of(row.kind),
        "lead": row.lead[1],
        "plan": plan.name if plan is not None else "",
        "about": row.about,
        "day": row.day,
        "last": row.last,
    }


def verdict(rows: list[Dated], today: date) -> str:
    """What there is to know in one breath: how much is overdue, and what comes next."""
    late = sum(row.state == State.OVERDUE for row in rows)
    coming = [row for row in rows if row.state == State.AHEAD and row.day is not None]
    parts = []
    if late:
        text = ngettext("%(number)s thing is overdue.", "%(number)s things are overdue.", late)
        parts.append(text % {"number": formats.number(late)})
    elif rows:
        parts.append(_("Nothing is overdue."))
    if coming:
        first = coming[0]
        what = f"{first.title} ({first.about})" if first.about else first.title
        parts.append(_("Next comes: %(title)s, %(when)s.") % {"title": what, "when": first.when})
    return " ".join(parts) or _("Nothing is dated in the time and with the filters that are chosen.")
