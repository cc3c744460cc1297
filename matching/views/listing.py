"""The list of matches one may see, as page and as file, and one match."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from matching.companies import tidy
from matching.corrections import may_correct
from matching.course import may_report
from matching.duplicates import undone_as_duplicate
from matching.forms import ListForm
from matching.match_people import may_link, people_of
from matching.matches import may_undo
from matching.models import Company, Match
from matching.models.matches import MatchQuerySet
from matching.samples import was_assured
from matching.views.people_tables import opened_person
from matching.views.receipt import visible_match
from matching.views.shown import COLUMNS, details_of, file_line_of, history_of, line_of, state_of
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.cvr import clean_cvr
from portal.ui.pagination import keyset
from portal.ui.tables import Table

SORTS: dict[str, tuple[str, ...]] = {
    "-agreed": ("-agreed_on", "-id"),
    "agreed": ("agreed_on", "id"),
    "-registered": ("-registered_at", "-id"),
    "registered": ("registered_at", "id"),
}
DEFAULT_SORT = "-agreed"
PAGE = 25
"""Folded on a phone this is some ten screens."""
COUNTED_TO = 10_000
"""A longer list is "more than 10,000": nobody reads on, and counting a million would keep everybody waiting."""


def filtered(matches: MatchQuerySet, chosen: dict[str, Any]) -> MatchQuerySet:
    """Those matches that the filters leave; `chosen` is the cleaned data of ListForm."""
    plain = {
        "programme__slug": chosen.get("programme"),
        "municipality": chosen.get("municipality"),
        "match_type": chosen.get("match_type"),
        "created_by": chosen.get("created_by"),
        "work_area": chosen.get("work_area"),
        "agreed_on__gte": chosen.get("agreed_from"),
        "agreed_on__lte": chosen.get("agreed_to"),
        "stage": chosen.get("stage"),
    }
    matches = matches.filter(**{name: value for name, value in plain.items() if value not in (None, "")})
    if event := tidy(chosen.get("event") or ""):
        # The second part names the index: few matches are of an event.
        matches = matches.filter(event__icontains=event).exclude(event="")
    if chosen.get("stage"):
        matches = matches.standing()  # what was undone is not to be followed up
    text = tidy(chosen.get("text") or "")
    if text:
        named = Q()
        for word in fold(text).split():
            named &= Q(folded_name__contains=word)
        digits = clean_cvr(text)
        if digits.isascii() and digits.isdigit():
            named |= Q(cvr__startswith=digits)
        matches = matches.filter(company__in=Company.objects.filter(named).order_by().values("pk"))
    return matches


class MatchList(ActionMixin):
    action = "matching.view_matches"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        form = ListForm(self.actor, request.GET, offer=kind is None)
        form.is_valid()
        sort = request.GET.get("sort", "")
        sort = sort if sort in SORTS else DEFAULT_SORT
        matches = filtered(Match.objects.visible_to(self.actor), form.cleaned_data)
        if kind is not None:
            return export.export_response(kind, _("matches"), COLUMNS, _lines(matches.order_by(*SORTS[sort])))
        page = keyset(matches.with_line(), request.GET, SORTS[sort], size=PAGE)
        number = matches.order_by().values("pk")[: COUNTED_TO + 1].count()
        table = Table(
            caption=_("Matches"),
            columns=COLUMNS,
            rows=[line_of(match) for match in page.rows],
            caption_hidden=True,
            sort=sort,
            empty=_("No match fits. Remove a filter, or register the first one."),
        )
        context = {
            "filter_form": form,
            "table": table,
            "page": page,
            "filtering": any(value for value in form.cleaned_data.values()) or bool(form.errors),
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "may_register": rights.may(self.actor, "matching.register_match"),
        }
        return render(request, "matching/list.html", context)


def _lines(matches: MatchQuerySet) -> Iterator[dict[str, Any]]:
    for match in matches.with_names_at_once().prefetch_related("assists__organisation").iterator(chunk_size=2000):
        yield file_line_of(match)


class MatchDetail(ActionMixin):
    action = "matching.view_matches"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        match = visible_match(self.actor, pk)
        context = {
            "match": match,
            "details": details_of(match),
            "state": state_of(match),
            "may_undo": may_undo(self.actor, match),
            "may_report": may_report(self.actor, match),
            "may_correct": may_correct(self.actor, match),
            "history": history_of(match),
            "own": match.registered_by_user_id == self.actor.user.pk,
            "duplicate": undone_as_duplicate(match),
            "assured": was_assured(match),
            "people": [opened_person(person) for person in people_of(self.actor, match)],
            "may_link": may_link(self.actor, match),
        }
        return render(request, "matching/detail.html", context)
