"""One change, field by field, with what was written together with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.audit import names, rights
from portal.audit.models import Change
from portal.audit.views.lists import lines_of
from portal.identity.views import ActionMixin
from portal.ui.tables import Column, Table

TOGETHER = 50
"""The most others of the same transaction on the page; the list has them all."""


class ChangePage(ActionMixin):
    """/historik/<id>/"""

    action = rights.VIEW_HISTORY

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Change.objects.visible_to(self.actor).select_related("user", "organisation")
        change = get_object_or_404(visible, pk=pk)
        together = visible.filter(transaction=change.transaction).exclude(pk=change.pk).order_by("id")[:TOGETHER]
        line, *others = lines_of([change, *together], self.actor)
        of_row = urlencode({"table": change.table, "row": change.row})
        context = {
            "change": change,
            "line": line,
            "fields": _fields(change),
            "together": _others(others),
            "about": _about(change),
            "row_url": f"{reverse('audit:changes')}?{of_row}",
            "request_url": f"{reverse('audit:changes')}?{urlencode({'request': change.request})}",
        }
        return render(request, "audit/change.html", context)


def _fields(change: Change) -> Table:
    old, new = change.old or {}, change.new or {}
    known = names.names_in(change)
    columns = [Column("field", _("Field"))]
    if change.operation != Change.Operation.INSERT:
        columns.append(Column("old", _("Before")))
    if change.operation != Change.Operation.DELETE:
        columns.append(Column("new", _("After")))
    rows: list[dict[str, Any]] = [
        {
            "field": names.column_name(change.table, column),
            "old": names.value_text(change.table, column, old.get(column), known),
            "new": names.value_text(change.table, column, new.get(column), known),
        }
        for column in names.columns_of(change)
    ]
    return Table(
        caption=_("Field by field"),
        columns=columns,
        rows=rows,
        empty=_("What it said has been erased. Who and when is kept."),
    )


def _about(change: Change) -> Table:
    said = [(_("Page or job"), change.source), (_("Request"), change.request), (_("Database role"), change.role)]
    return Table(
        caption=_("How it was written"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in said],
    )


def _others(rows: list[dict[str, Any]]) -> Table | None:
    if not rows:
        return None
    return Table(
        caption=_("Written at the same time"),
        columns=[
            Column("kind", _("What was changed"), url=lambda row: reverse("audit:change", args=[row["id"]])),
            Column("thing", _("Which")),
            Column("operation", _("What happened")),
            Column("summary", _("Fields")),
        ],
        rows=rows,
    )
