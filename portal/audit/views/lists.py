"""The three lists: what was changed, what was opened, what was taken out; as page and as file."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import names, recording, rights
from portal.audit.models import Change, Export, Opening
from portal.audit.openings import opened
from portal.audit.views.filters import ChangeFilters, ExportFilters, LogFilters, OpeningFilters
from portal.audit.withheld import withhold
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Column, Table

PAGE = 25
CHUNK = 2000
TABS = (
    ("audit:changes", gettext_lazy("Changes"), rights.VIEW_HISTORY),
    ("audit:openings", gettext_lazy("Opened records"), rights.VIEW_OPENINGS),
    ("audit:exports", gettext_lazy("Files taken out"), rights.VIEW_OPENINGS),
)


class LogPage(ActionMixin):
    """GET of a log, newest first. `?export=` gives the list as a file."""

    model: ClassVar[type[Change] | type[Opening] | type[Export]]
    filters: ClassVar[type[LogFilters]]
    title: ClassVar[Promise]
    lead: ClassVar[Promise]
    filename: ClassVar[str]
    columns: ClassVar[list[Column]]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = self.filters(request.GET)
        entries = form.narrow(self.model.objects.visible_to(self.actor).select_related("user", "organisation"))
        kind = export.requested(request)
        if kind is not None:
            return self.file(kind, form, entries.order_by("-id"))
        page = keyset(entries, request.GET, ("-id",), PAGE)
        table = Table(
            caption=str(self.title),
            caption_hidden=True,
            columns=self.columns,
            rows=list(self.lines(page.rows)),
            empty=_("Nothing fits. Remove a filter."),
        )
        context = {
            "title": self.title,
            "lead": self.lead,
            "tabs": [
                {"title": title, "url": reverse(name), "here": request.resolver_match.view_name == name}  # type: ignore[union-attr]
                for name, title, action in TABS
                if may(self.actor, action)
            ],
            "filter_form": form,
            "filtering": bool(form.errors) or any(form.cleaned_data.values()),
            "table": table,
            "page": page,
            **self.further(form),
        }
        return render(request, "audit/list.html", context)

    def file(self, kind: Any, form: LogFilters, entries: QuerySet[Any]) -> HttpResponseBase:
        return export.export_response(kind, self.filename, self.columns, self.in_file(entries))

    def in_file(self, entries: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        for chunk in batched(entries.iterator(chunk_size=CHUNK), CHUNK):
            yield from self.lines(chunk)

    def lines(self, entries: list[Any]) -> Iterator[dict[str, Any]]:
        return (self.line(entry) for entry in entries)

    def line(self, entry: Any) -> dict[str, Any]:
        raise NotImplementedError

    def further(self, form: LogFilters) -> dict[str, Any]:
        """More for the template."""
        return {}


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size`."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk


def _who(entry: Any) -> str:
    return entry.user.name if entry.user is not None else str(entry.user_id)


class ChangesPage(LogPage):
    """/historik/"""

    action = rights.VIEW_HISTORY
    model = Change
    filters = ChangeFilters
    title = gettext_lazy("History")
    lead = gettext_lazy(
        "Everything that was written, by whom and when. The database keeps it, and nobody can change it."
    )
    filename = "historik"
    columns = [
        Column("at", gettext_lazy("When"), kind="moment", url=lambda row: reverse("audit:change", args=[row["id"]])),
        Column("kind", gettext_lazy("What was changed")),
        Column("thing", gettext_lazy("Which")),
        Column("operation", gettext_lazy("What happened")),
        Column("summary", gettext_lazy("Fields")),
        Column("who", gettext_lazy("Who")),
        Column("role", gettext_lazy("Database role"), export_only=True),
        Column("source", gettext_lazy("Page or job"), export_only=True),
        Column("request", gettext_lazy("Request"), export_only=True),
    ]

    def lines(self, entries: list[Any]) -> Iterator[dict[str, Any]]:
        return iter(lines_of(entries, self.actor))

    def in_file(self, entries: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        for chunk in batched(entries.iterator(chunk_size=CHUNK), CHUNK):
            for entry, line in zip(chunk, lines_of(chunk, self.actor), strict=True):
                yield {**line, "summary": names.whole_of(entry)}


def lines_of(entries: list[Change], actor: Actor) -> list[dict[str, Any]]:
    """Rows of the list; from here on the entries hold what the reader may read. One query for what they are called."""
    withhold(entries, actor)
    things = names.things_of(entries)
    return [_line_of(entry, things[entry.pk]) for entry in entries]


def _line_of(entry: Change, thing: str) -> dict[str, Any]:
    """To read the trail of a record of people is to open it."""
    kind = recording.people_kind(entry.table)
    if kind:
        opened(kind, entry.row)
    return {
        "id": entry.pk,
        "at": entry.at,
        "kind": names.kind_of(entry.table),
        "thing": thing,
        "operation": entry.get_operation_display(),
        "summary": names.summary_of(entry),
        "who": names.who_of(entry),
        "role": entry.role,
        "source": entry.source,
        "request": entry.request,
    }


class OpeningsPage(LogPage):
    """/historik/opslag/; with `?to=subject` the file for the person a record is about: when and for what, not who."""

    action = rights.VIEW_OPENINGS
    model = Opening
    filters = OpeningFilters
    title = gettext_lazy("Opened records")
    lead = gettext_lazy("Whose records of companies and people were opened, when, by whom and for what.")
    filename = "opslag"
    columns = [
        Column("at", gettext_lazy("When"), kind="moment"),
        Column("kind", gettext_lazy("Kind of record")),
        Column("records", gettext_lazy("Records")),
        Column("purpose", gettext_lazy("Purpose")),
        Column("who", gettext_lazy("Who")),
        Column("organisation", gettext_lazy("For")),
        Column("role", gettext_lazy("Role"), export_only=True),
        Column("source", gettext_lazy("Page"), export_only=True),
        Column("request", gettext_lazy("Request"), export_only=True),
    ]
    for_subject = [
        Column("at", gettext_lazy("When"), kind="moment"),
        Column("kind", gettext_lazy("Kind of record")),
        Column("purpose", gettext_lazy("Purpose")),
        Column("organisation", gettext_lazy("For")),
    ]

    def file(self, kind: Any, form: LogFilters, entries: QuerySet[Any]) -> HttpResponseBase:
        if self.request.GET.get("to") == "subject" and isinstance(form, OpeningFilters) and form.one_record:
            return export.export_response(kind, "opslag-til-den-registrerede", self.for_subject, self.in_file(entries))
        return super().file(kind, form, entries)

    def line(self, entry: Opening) -> dict[str, Any]:
        table = recording.people_kinds().get(entry.kind, "")
        return {
            "at": entry.at,
            "kind": names.kind_of(table) if table else entry.kind,
            "records": ", ".join(entry.keys),
            "purpose": entry.get_purpose_display(),
            "who": _who(entry),
            "organisation": entry.organisation.name if entry.organisation is not None else "",
            "role": entry.get_role_display(),
            "source": entry.source,
            "request": entry.request,
        }

    def further(self, form: LogFilters) -> dict[str, Any]:
        return {"one_record": isinstance(form, OpeningFilters) and form.one_record}


class ExportsPage(LogPage):
    """/historik/udtraek/"""

    action = rights.VIEW_OPENINGS
    model = Export
    filters = ExportFilters
    title = gettext_lazy("Files taken out")
    lead = gettext_lazy("Every list that left the portal as a file: by whom, with which filters, and how many rows.")
    filename = "udtraek"
    columns = [
        Column("at", gettext_lazy("When"), kind="moment"),
        Column("name", gettext_lazy("File")),
        Column("filters", gettext_lazy("Filters")),
        Column("rows", gettext_lazy("Rows")),
        Column("who", gettext_lazy("Who")),
        Column("organisation", gettext_lazy("For")),
        Column("path", gettext_lazy("Page"), export_only=True),
        Column("role", gettext_lazy("Role"), export_only=True),
        Column("request", gettext_lazy("Request"), export_only=True),
    ]

    def line(self, entry: Export) -> dict[str, Any]:
        filters = "; ".join(f"{name}: {_said(value)}" for name, value in sorted(entry.filters.items()))
        return {
            "at": entry.at,
            "name": entry.name,
            "filters": filters or _("none"),
            "rows": _("broken off") if entry.rows is None else str(entry.rows),
            "who": _who(entry),
            "organisation": entry.organisation.name if entry.organisation is not None else "",
            "path": entry.path,
            "role": entry.get_role_display(),
            "request": entry.request,
        }


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
