"""The export log. A line before the file leaves, and its number of rows when it has left whole."""

from typing import Any

from django.http import HttpRequest

from portal.audit.models import Export
from portal.identity.actor import Actor
from portal.ui.export import Exported
from portal.ui.request_id import request_id

NOT_FILTERS = frozenset({"export", "sort", "after", "before", "page"})


def begin(request: HttpRequest, actor: Actor, exported: Exported) -> int:
    """The line's id."""
    line = Export.objects.create(
        user=actor.person,
        organisation=actor.organisation,
        role=actor.role or "",
        name=exported.filename,
        path=request.path_info[:300],
        filters=_filters(request),
        request=request_id(request),
    )
    return int(line.pk)


def end(line: int, rows: int) -> None:
    Export.objects.filter(pk=line, rows=None).update(rows=rows)


def _filters(request: HttpRequest) -> dict[str, Any]:
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in request.GET.lists()
        if name not in NOT_FILTERS and any(values)
    }
