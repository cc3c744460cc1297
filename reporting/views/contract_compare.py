"""Two moments beside each other, and why they differ."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.identity.rights import may
from portal.ledger import registry
from portal.ledger.models import Fact, FactRecord
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.tables import Cell, Column, Table
from reporting import attainment_words, rights
from reporting.engine.contracts import compare
from reporting.engine.contracts.comparison import NotInOrder
from reporting.engine.payload import Payload, fraction_of
from reporting.models import Goal
from reporting.views.contract_asking import ContractPage


class CompareForm(PortalForm):
    """Two days that have come; the second is now when it is left empty."""

    first = SmartDateField(
        label=gettext_lazy("As registered on"), help_text=gettext_lazy("The earlier day, such as 31.01.2021.")
    )
    second = SmartDateField(
        label=gettext_lazy("Compared with"),
        required=False,
        help_text=gettext_lazy("The later day. Empty is now."),
    )
    first_place = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    second_place = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.moments: tuple[ledger.AsOf, ledger.AsOf] | None = None
        if self.errors:
            return cleaned
        found = []
        for name in ("first", "second"):
            try:
                found.append(ledger.AsOf.at(cleaned.get(name), cleaned.get(f"{name}_place")))
            except ledger.FutureDate:
                self.add_error(name, _("That day has not come yet. Choose today or an earlier day."))
            except ledger.UnknownPlace:
                self.add_error(None, _("The ledger has not come to that place yet. Check the address."))
        if not self.errors:
            self.moments = (found[0], found[1])
        return cleaned


class ComparePage(ContractPage):
    """/kontrakter/<slug>/sammenlign/?first=…&second=…"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = CompareForm(request.GET) if "first" in request.GET else CompareForm()
        found: Payload | None = None
        if form.is_bound and form.is_valid() and form.moments is not None:
            try:
                found = compare(self.contract, *form.moments)
            except NotInOrder:
                form.add_error("second", _("Choose a second day after the first."))
        context = {
            "contract": self.contract,
            "contract_url": f"/kontrakter/{self.contract.slug}/",
            "title": _("What has changed"),
            "form": form,
            "found": None if found is None else self._told(found),
        }
        status = 400 if form.is_bound and form.errors else 200
        return render(request, "reporting/contract_compare.html", context, status=status)

    def _told(self, found: Payload) -> dict[str, Any]:
        names = dict(Goal.objects.filter(contract=self.contract).order_by("number").values_list("number", "name"))
        return {
            "first": found["first"],
            "second": found["second"],
            "first_total": attainment_words.points(found["first"]["total"]),
            "second_total": attainment_words.points(found["second"]["total"]),
            "difference": attainment_words.signed_points(found["difference"]),
            "causes": _causes(found),
            "rounded_apart": rounded_apart(found),
            "goals": _goals(found, names),
            "facts": self._facts(found),
        }

    def _facts(self, found: Payload) -> Table | None:
        """The registrations that came between, by cause; the first of each that the reader may open."""
        if not may(self.actor, rights.VIEW_FACTS):
            return None
        places = {place: cause for cause, those in found["facts"].items() for place in those}
        came = Fact.objects.filter(place__in=sorted(places)).order_by()
        measures = came.values_list("measure", flat=True).distinct()
        rows = list(came.filter(ledger.openable(measures, self.actor)).select_related("record").order_by("place"))
        if not rows:
            return None
        described: dict[int, Any] = {}
        for measure in sorted({str(fact.measure_id) for fact in rows}):
            records: list[FactRecord] = [
                fact.record for fact in rows if fact.measure_id == measure and hasattr(fact, "record")
            ]
            described |= registry.get(measure).describe(records, self.actor) if records else {}
        return Table(
            caption=_("Registrations that have come"),
            caption_hidden=True,
            columns=[
                Column("name", _("Registration")),
                Column("cause", _("Cause")),
                Column("on", _("Day"), kind="date"),
                Column("learnt", _("Known from"), kind="date"),
                Column("value", _("Number"), kind="number"),
            ],
            rows=[_fact_row(fact, places[fact.place], described.get(fact.place)) for fact in rows],
        )


def _fact_row(fact: Fact, cause: str, about: Any) -> dict[str, Any]:
    title = str(about.title) if about else _("Erased")
    url = about.url if about and about.url else ""
    return {
        "name": Cell(title, url, str(about.reason) if about and about.reason else ""),
        "cause": str(attainment_words.CAUSES[cause]),
        "on": fact.occurred_on,
        "learnt": fact.learnt_on,
        "value": fact.quantity,
    }


def rounded_apart(found: Payload) -> bool:
    """Do the causes as they are shown come to something else than the whole as it is shown?"""
    differences = [each["difference"] for each in found["causes"]]
    if found["difference"] is None or None in differences:
        return False
    shown = sum(formats.rounded(fraction_of(each), 2) for each in differences)
    return shown != formats.rounded(fraction_of(found["difference"]), 2)


def _causes(found: Payload) -> Table:
    return Table(
        caption=_("The difference by cause"),
        caption_hidden=True,
        columns=[
            Column("cause", _("Cause")),
            Column("facts", _("Registrations"), kind="number", decimals=0),
            Column("difference", _("Points"), kind="number"),
        ],
        rows=[
            {
                "cause": str(attainment_words.CAUSES[each["cause"]]),
                "facts": each["facts"],
                "difference": attainment_words.signed_points(each["difference"]),
            }
            for each in found["causes"]
        ],
        total={
            "cause": _("In all"),
            "facts": sum(each["facts"] for each in found["causes"]),
            "difference": attainment_words.signed_points(found["difference"]),
        },
    )


def _goals(found: Payload, names: dict[int, str]) -> Table:
    rows = []
    for goal in found["goals"]:
        if not goal["causes"]:
            continue
        told = [
            f"{attainment_words.CAUSES[each['cause']]}: {attainment_words.signed_points(each['difference'])}"
            for each in goal["causes"]
        ]
        rows.append(
            {
                "name": f"{goal['no']}. {names.get(goal['no'], '')}",
                "first": _score(goal["first"]),
                "second": _score(goal["second"]),
                "causes": "; ".join(told),
            }
        )
    return Table(
        caption=_("The goals that have changed"),
        caption_hidden=True,
        columns=[
            Column("name", _("Goal")),
            Column("first", _("Before")),
            Column("second", _("After")),
            Column("causes", _("Cause")),
        ],
        rows=rows,
    )


def _score(goal: Payload | None) -> str:
    if goal is None:
        return _("not in the contract")
    if goal["score"] is None or goal["excluded"]:
        return str(attainment_words.OUTCOMES[goal["outcome"]])
    return attainment_words.points(goal["score"])
