"""The numbers of a protected measure, as far as they have been published: of a series, and of a programme."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from reporting import protected_words as words
from reporting import rights
from reporting.engine.protected import NotPublished, Published, is_protected, published
from reporting.engine.query import Unanswerable
from reporting.views.series import visible_series


@dataclass(frozen=True)
class Shown:
    """Which part of what has been published the address asks for."""

    found: Published
    by: str
    across: str
    address: str
    day: date | None
    kept: dict[str, str] = field(default_factory=dict)

    @classmethod
    def asked(cls, request: HttpRequest, measure: str, heading: int, address: str) -> "Shown":
        """Raises BadRequest with the reason for a day or a crossing that is not shown."""
        given = request.GET
        try:
            day = date.fromisoformat(given["as_of"]) if given.get("as_of") else None
        except ValueError:
            raise BadRequest(_("Write the date as YYYY-MM-DD.")) from None
        try:
            found = published(measure, heading, day)
            dimensions = _dimensions(found)
            across = given.get("across", "")
            by = given.get("by") or next(name for name in dimensions if name != across)
            found.check(frozenset({by, across} - {""}))
        except (NotPublished, Unanswerable) as refused:
            raise BadRequest(str(refused)) from refused
        return cls(found, by, "" if across == by else across, address, day)

    def link(self, **words_: str) -> str:
        said = {"by": self.by, "across": self.across, "as_of": self.day.isoformat() if self.day else "", **words_}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{self.address}?{query}" if query else self.address

    def context(self) -> dict[str, Any]:
        found = self.found
        together = {name for pair in found.pairs if self.by in pair for name in pair} - {self.by}
        return {
            "conclusion": words.conclusion(found),
            "rule": words.rule(found),
            "class_name": words.CLASSES[found.disclosure],
            "table": words.table(found, self.by, self.across) if found.publication is not None else None,
            "divisions": [self._choice(name, by=name, across="") for name in _dimensions(found)],
            "crossings": [
                {"title": _("not crossed"), "url": self.link(across=""), "current": not self.across},
                *(self._choice(name, across=name) for name in _dimensions(found) if name in together),
            ],
            "dates": [
                {
                    "title": formats.date_da(day),
                    "url": self.link(as_of=day.isoformat()),
                    "current": found.publication is not None and found.publication.as_of == day,
                }
                for day in found.dates
            ],
            "measure_url": reverse("reporting:disclosure_measure", args=[found.measure]),
        }

    def _choice(self, name: str, **words_: str) -> dict[str, Any]:
        current = name == (self.across if words_.get("across") else self.by)
        return {
            "title": words.dimension_name(self.found.measure, name),
            "url": self.link(**words_),
            "current": current,
        }

    def file(self, kind: Any, name: str) -> HttpResponseBase:
        columns = words.file_columns(self.found.measure, self.by, self.across)
        return export_response(kind, name, columns, words.file_rows(self.found, self.by, self.across))


def _dimensions(found: Published) -> list[str]:
    order: list[str] = []
    for pair in found.pairs:
        order.extend(name for name in pair if name not in order)
    return order


class SeriesNumbers(ActionMixin):
    """/serier/<key>/tal/?by=…&across=…&as_of=…"""

    action = rights.VIEW_SERIES

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        series = visible_series(self.actor, key)
        if not is_protected(series.measure_id):
            raise Http404
        address = reverse("reporting:series_numbers", args=[series.key])
        asked = Shown.asked(request, str(series.measure_id), series.heading_id, address)
        if kind := requested(request):
            return asked.file(kind, f"{series.key}-tal")
        context = {**asked.context(), "title": series.name, "series": series, "question": series.question}
        return render(request, "reporting/protected.html", context)


def programme_numbers(request: HttpRequest, programme: Any, measure: str) -> HttpResponseBase:
    """A programme's first page where its measure is protected: what has been published of it."""
    address = reverse("reporting:dashboard", args=[programme.slug])
    asked = Shown.asked(request, measure, programme.heading_id, address)
    if kind := requested(request):
        return asked.file(kind, programme.slug)
    return render(request, "reporting/protected.html", {**asked.context(), "title": programme.name, "series": None})
