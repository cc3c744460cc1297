"""Highly educated people: the list, as page and as file, and one with what they agreed to and their matches."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from matching.companies import tidy
from matching.models import Match, Person
from matching.models.people import PeopleQuerySet
from matching.people import KEEP, VIEW, may_keep, may_restrict, theirs
from matching.people_forms import PeopleListForm
from matching.people_words import Words, contact_shown
from matching.views.people_tables import COLUMNS, consents_table, details_of, file_row_of, matches_table, row_of
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Table

ORDER = ("sort_key", "id")
PAGE = 25
NEWEST = 20
AT_ONCE = 500


def filtered(people: PeopleQuerySet, chosen: dict[str, Any]) -> PeopleQuerySet:
    """Those that the filters leave; `chosen` is the cleaned data of PeopleListForm, or the API's."""
    plain = {name: chosen.get(name) for name in ("status", "level", "field")}
    people = people.filter(**{name: value for name, value in plain.items() if value})
    if competence := chosen.get("competence"):
        people = people.filter(competences__contains=[competence])
    if code := chosen.get("municipality"):
        ways = Q(residence=code) | Q(reach=Person.Reach.AREA) | Q(reach_places__contains=[code])
        people = people.filter(ways)
    if day := chosen.get("available"):
        people = people.filter(Q(available_from=None) | Q(available_from__lte=day))
    for word in fold(tidy(chosen.get("text") or "")).split():
        people = people.filter(folded_name__contains=word)
    return people


def whose(people: PeopleQuerySet, actor: Actor, chosen: str) -> PeopleQuerySet:
    """Our own, or those that partners show us."""
    return people.exclude(owner_id__in=actor.organisation_ids) if chosen == "shared" else people.of(actor)


class PeopleList(ActionMixin):
    """/hoejtuddannede/?text=&whose=&status=&level=&field=&competence=&municipality=&available="""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = PeopleListForm(request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        shared = chosen.get("whose") == "shared"
        seen = whose(Person.objects.listed_to(self.actor), self.actor, chosen.get("whose") or "")
        rows = filtered(seen, chosen).select_related("owner", "field")
        words = Words()
        kind = export.requested(request)
        if kind is not None:
            lines = _lines(rows.order_by(*ORDER), self.actor, words)
            return export.export_response(kind, _("highly-educated"), COLUMNS, lines)
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Highly educated people"),
                columns=COLUMNS if shared else [column for column in COLUMNS if column.key != "owner"],
                rows=[row_of(person, words) for person in page.rows],
                caption_hidden=True,
                empty=_("Nobody fits. Remove a filter."),
            ),
            "page": page,
            "filtering": any(chosen.values()) or bool(form.errors),
            # Of others' people nobody is told how many there are.
            "number": None if shared else rows.order_by().count(),
            "may_keep": rights.may(self.actor, KEEP),
        }
        return render(request, "matching/people/list.html", context)


def _lines(people: PeopleQuerySet, actor: Actor, words: Words) -> Iterator[dict[str, Any]]:
    rows = people.iterator(chunk_size=AT_ONCE)
    while portion := list(islice(rows, AT_ONCE)):
        contact = contact_shown(actor, portion)
        for person in portion:
            yield file_row_of(person, words, own=theirs(actor, person), contact=person.pk in contact)


def visible_person(actor: Actor, pk: int) -> Person:
    """Raises Http404 for one that the actor does not see, whyever."""
    rows = Person.objects.visible_to(actor).select_related("owner", "field")
    found: Person = get_object_or_404(rows, pk=pk)
    return found


class PersonPage(ActionMixin):
    """/hoejtuddannede/<pk>/"""

    action = VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        actor, person = self.actor, visible_person(self.actor, pk)
        own = theirs(actor, person)
        keeps = own and rights.may(actor, KEEP)
        contact = person.pk in contact_shown(actor, [person])
        matches = list(Match.objects.visible_to(actor).filter(people__person=person).with_line()[:NEWEST])
        context = {
            "person": person,
            "own": own,
            "contact": contact,
            "details": details_of(person, Words(), own=own, contact=contact),
            "consents": _consents(actor, person, bool(keeps)) if own else None,
            "matches": matches_table(matches),
            "may_see_matches": rights.may(actor, "matching.view_matches"),
            "keeps": keeps,
            "may_keep": may_keep(actor, person),
            "may_restrict": may_restrict(actor, person),
        }
        return render(request, "matching/people/person.html", context)


def _consents(actor: Actor, person: Person, keeps: bool) -> Table:
    rows = person.consents.select_related("programme").order_by("-given_on", "-pk")
    return consents_table(actor, rows, may_keep=keeps)
