"""The matches of one event in one table: typed, registered all at once, and the receipt that lists them."""

import uuid
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.entries import MatchEntry
from matching.event_forms import MORE_ROWS, ROWS, EventForm, rows_of
from matching.event_table import MOST_ROWS, SUBMISSION, RowsRefused, checked_rows, register_rows
from matching.models import Match
from matching.rulebook import Rulebook
from matching.views.shown import state_of
from portal.audit import submissions
from portal.audit.openings import opened
from portal.audit.submissions import OtherContent
from portal.drafts import controls
from portal.drafts.pages import DraftPage
from portal.identity import rights
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table


class EventMatches(DraftPage):
    """/match/fra-arrangement/"""

    action = "matching.register_match"
    draft_title: ClassVar[str | Promise] = gettext_lazy("Matches of an event")

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.draft_used and self.draft_kept is not None:
            data = controls.as_data(self.draft_kept.fields)
            data["token"] = uuid.uuid4().hex
            return self.page(EventForm(self.actor, data, quiet=True))
        return self.page(EventForm(self.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        data = request.POST.copy()
        data["token"] = str(data.get("token") or uuid.uuid4().hex)
        if "more" in data:
            data["rows"] = str(min(rows_of(data, ROWS) + MORE_ROWS, MOST_ROWS))
        if "more" in data or "look" in data:
            return self.page(EventForm(self.actor, data, quiet=True))
        form = EventForm(self.actor, data)
        return self.register(form, data)

    def register(self, form: EventForm, data: QueryDict) -> HttpResponse:
        user, key, content = self.actor.user, str(data["token"]), content_of(data)
        try:
            known = submissions.find(user, SUBMISSION, key, submissions.fingerprint(content))
            if known is not None:
                return redirect(f"{reverse('matching:event_receipt', args=[known])}?again=1")
            return self.write(form, key, content)
        except OtherContent:
            form.add_error(
                None, _("You have already registered matches with this page. Press Register again if these are more.")
            )
            form.data = data.copy()
            form.data["token"] = uuid.uuid4().hex
        return self.page(form, 400)

    def write(self, form: EventForm, key: str, content: dict[str, Any]) -> HttpResponse:
        form.is_valid()
        entries = form.entries()
        if form.in_programme is None and "programme" not in form.errors:
            form.add_error("programme", _("Choose the programme that the matches belong to."))
        if not entries:
            form.add_error(None, _("Fill in at least one row."))
        if form.in_programme is None or not entries or form.errors:
            self.judge(form, entries)
            return self.page(form, 400)
        try:
            first, created = register_rows(self.actor, form.in_programme, entries, key=key, content=content)
        except RowsRefused as refused:
            self.say(form, refused)
            return self.page(form, 400)
        address = reverse("matching:event_receipt", args=[first.pk])
        return redirect(address if created else f"{address}?again=1")

    def judge(self, form: EventForm, entries: dict[int, MatchEntry]) -> None:
        """Something is wrong already: the rules' messages are told too, so that a person meets all at once."""
        if form.in_programme is not None:
            self.say(form, checked_rows(self.actor, Rulebook(form.in_programme), entries))

    def say(self, form: EventForm, refused: RowsRefused) -> None:
        shared: dict[str, str] = {}
        for number, errors in sorted(refused.errors.items()):
            for name, texts in errors.items():
                if name in SHARED:
                    shared.setdefault(name, " ".join(texts))
                else:
                    form.wrong(number, name, " ".join(texts))
        for name, text in shared.items():
            if name not in form.errors:
                form.add_error(name, text)
        for number, twins in refused.twins.items():
            form.twins[number] = twins
            form.wrong(number, "different_reason", _("Write in a few words why it is another match, or empty the row."))

    def page(self, form: EventForm, status: int = 200) -> HttpResponse:
        return render(self.request, "matching/event.html", {"form": form}, status=status)


def content_of(data: QueryDict) -> dict[str, Any]:
    """What was typed."""
    ours = ("csrfmiddlewaretoken", "token", "draft_page")
    return {name: data.getlist(name) for name in sorted(data) if name not in ours}


SHARED = {"programme", "created_by", "assisted_by", "activity", "on_behalf_of", "event"}
"""Said once for all rows: what is wrong with it is said once too."""

COLUMNS = [
    Column("company", gettext_lazy("Company")),
    Column("match_type", gettext_lazy("Match type")),
    Column("students", gettext_lazy("Students"), kind="number"),
    Column("municipality", gettext_lazy("Place of work")),
    Column("work_area", gettext_lazy("Work area")),
    Column("agreed_on", gettext_lazy("Agreed on"), kind="date"),
    Column("state", gettext_lazy("Counts towards")),
]


class EventReceipt(ActionMixin):
    """/match/<pk>/fra-arrangement/: what was registered with one press, the first of it being <pk>."""

    action = "matching.view_matches"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Match.objects.visible_to(self.actor).with_names()
        first = get_object_or_404(visible, pk=pk)
        same = {"registered_by_user": first.registered_by_user_id, "registered_at": first.registered_at}
        same |= {"registered_by": first.registered_by_id, "event": first.event}
        matches = list(visible.filter(**same).order_by("pk")[:MOST_ROWS])
        counted = sum(each.counted_as for each in matches if each.counts and not each.withdrawn)
        context = {
            "first": first,
            "table": Table(caption=_("The matches"), columns=COLUMNS, rows=[_line(each) for each in matches]),
            "number": len(matches),
            "counted": counted,
            "again": "again" in request.GET,
            "may_register": rights.may(self.actor, "matching.register_match"),
            "list_url": f"{reverse('matching:list')}?{urlencode({'event': first.event})}",
        }
        return render(request, "matching/event_receipt.html", context)


def _line(match: Match) -> dict[str, Any]:
    opened("match", match.pk)
    return {
        "company": Cell(match.company.name, reverse("matching:detail", args=[match.pk])),
        "match_type": match.match_type.label,
        "students": match.students if match.students is not None else "",
        "municipality": match.municipality.name,
        "work_area": match.work_area.label,
        "agreed_on": match.agreed_on,
        "state": counts_towards(match),
    }


def counts_towards(match: Match) -> str:
    """For whom it counts, or why it does not."""
    if match.withdrawn or not match.counts:
        return state_of(match)
    towards = [match.programme.name, match.municipality.name, match.created_by.name]
    if match.activity is not None:
        towards.append(str(match.activity))
    number = ngettext("%(number)s match for %(whom)s", "%(number)s matches for %(whom)s", match.counted_as)
    return number % {"number": formats.number(match.counted_as), "whom": formats.join_and(towards)}
