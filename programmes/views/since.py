"""What changed since the last meeting: the page, on paper and as a file."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import ledger
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes.models import Programme
from programmes.rights import VIEW_PROGRAMMES
from programmes.since import Group, Since, changes_since, usual_since
from programmes.since_window import KINDS, TROUBLE, Change, plans_of

COLUMNS = [
    Column("text", gettext_lazy("What")),
    Column("kind", gettext_lazy("Kind")),
    Column("quantity", gettext_lazy("Kroner"), kind="number", decimals=0),
    Column("when", gettext_lazy("When")),
]
FILE_COLUMNS = [
    Column("plan", gettext_lazy("Plan")),
    Column("kind", gettext_lazy("Kind")),
    Column("about", gettext_lazy("About")),
    Column("text", gettext_lazy("What")),
    Column("quantity", gettext_lazy("Kroner"), kind="number", decimals=2),
    Column("happened", gettext_lazy("Happened"), kind="date"),
    Column("known", gettext_lazy("Became known"), kind="date"),
]


MOST = 200
"""So many changes of a plan stand on the page; the file has all."""


OF_A_THING = frozenset({"overspent", "status", "budget", "amount", "withdrawn", "commitment"})


class SinceForm(PortalForm):
    """The names are the address's: `siden` is what others link to."""

    siden = SmartDateField(label=gettext_lazy("Since"), required=False)
    til = SmartDateField(label=gettext_lazy("Until"), required=False)
    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)

    def __init__(self, plans: list[Programme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(plan.slug, plan.short_name or plan.name) for plan in plans]
        self.fields["plan"].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        today, since, until = ledger.today(), said.get("siden"), said.get("til")
        for name, day in (("siden", since), ("til", until)):
            if day is not None and day > today:
                self.add_error(name, _("That day has not come yet."))
        if since is not None and until is not None and until < since:
            self.add_error("til", _("The end must not be before the beginning."))
        return said


class SincePage(ActionMixin):
    """/siden-sidst/?siden=&til=&plan="""

    action = VIEW_PROGRAMMES

    @cached_property
    def plans(self) -> dict[int, Programme]:
        return plans_of(self.actor)

    @cached_property
    def form(self) -> SinceForm:
        given = self.request.GET.copy()
        if not given.get("siden", "").strip():  # the day that is meant stands in the box
            given["siden"] = formats.date_da(usual_since(self.actor, ledger.today()))
        form = SinceForm(list(self.plans.values()), given)
        form.is_valid()
        return form

    @cached_property
    def since(self) -> Since:
        """What was asked for; of a day that is wrong the usual one, and the page says what is wrong."""
        said, today = self.form.cleaned_data, ledger.today()
        until = said.get("til") or today
        since = min(said.get("siden") or usual_since(self.actor, today), until)
        return changes_since(self.actor, since, until, said.get("plan") or None, plans=self.plans)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        found = self.since
        if not self.form.errors and (kind := export.requested(request)):
            return export.export_response(kind, _("changes"), FILE_COLUMNS, file_lines(found))
        context = {
            "form": self.form,
            "since": found.since,
            "until": found.until,
            "whole": found.until == ledger.today(),
            "words": words(found),
            "tone": "behind" if any(found.count(kind) for kind in TROUBLE) else "neutral",
            "groups": [
                {
                    "title": title_of(group),
                    "url": url_of(group),
                    "table": table_of(group),
                    "more": max(len(group.changes) - MOST, 0),
                }
                for group in found.groups
            ],
        }
        return render(request, "programmes/calendar/since.html", context, status=400 if self.form.errors else 200)


def title_of(group: Group) -> str:
    return group.plan.name if group.plan is not None else _("Common to several plans, or of none")


def url_of(group: Group) -> str:
    return reverse("programmes:plan", args=[group.plan.slug]) if group.plan is not None else ""


def table_of(group: Group) -> Table:
    wanted = {"quantity"} if any(change.quantity is not None for change in group.changes) else set()
    return Table(
        caption=title_of(group),
        caption_hidden=True,
        columns=[column for column in COLUMNS if column.key != "quantity" or wanted],
        rows=[line_of(change) for change in group.changes[:MOST]],
    )


def line_of(change: Change) -> dict[str, Any]:
    """What it is about heads the line, and is its link, where many lines of a kind would read alike."""
    of_thing = change.kind in OF_A_THING and change.about
    shown = (change.about, change.url, change.text) if of_thing else (change.text, change.url, change.about)
    return {
        "text": Cell(*shown),
        "kind": str(KINDS[change.kind]),
        "quantity": "" if change.quantity is None else change.quantity,
        "when": change.when,
    }


def file_lines(found: Since) -> Iterator[dict[str, Any]]:
    for group in found.groups:
        for change in group.changes:
            yield {
                "plan": group.plan.name if group.plan is not None else "",
                "kind": str(KINDS[change.kind]),
                "about": change.about,
                "text": change.text,
                "quantity": "" if change.quantity is None else change.quantity,
                "happened": change.happened,
                "known": change.known,
            }


def words(found: Since) -> str:
    """How much of each kind, in one sentence; that nothing has changed is said as it is."""
    counted = {kind: number for kind in KINDS if (number := found.count(kind))}
    if not counted:
        return _("No changes.")
    said = []
    for kind, number in counted.items():
        said.append(counted_words(kind, number) % {"number": formats.number(number)})
    return _("%(list)s.") % {"list": formats.join_and(said)}


def counted_words(kind: str, number: int) -> str:
    return {
        "overspent": ngettext("%(number)s overspending", "%(number)s overspendings", number),
        "missed": ngettext(
            "%(number)s milestone not reported as reached", "%(number)s milestones not reported as reached", number
        ),
        "late": ngettext("%(number)s follow-up overdue", "%(number)s follow-ups overdue", number),
        "settled": ngettext("%(number)s follow-up done or dropped", "%(number)s follow-ups done or dropped", number),
        "reached": ngettext("%(number)s milestone reached", "%(number)s milestones reached", number),
        "status": ngettext("%(number)s changed status", "%(number)s changed statuses", number),
        "initiative": ngettext("%(number)s new initiative", "%(number)s new initiatives", number),
        "decision": ngettext("%(number)s decision", "%(number)s decisions", number),
        "budget": ngettext("%(number)s budget change", "%(number)s budget changes", number),
        "amount": ngettext("%(number)s registered amount", "%(number)s registered amounts", number),
        "withdrawn": ngettext("%(number)s withdrawn amount", "%(number)s withdrawn amounts", number),
        "commitment": ngettext("%(number)s sum of commitments", "%(number)s sums of commitments", number),
        "plan": ngettext("%(number)s change of a plan", "%(number)s changes of plans", number),
        "area": ngettext("%(number)s new focus area", "%(number)s new focus areas", number),
    }[kind]
