"""Two versions of a goal's rule beside each other: what each says, and what each gives over the same facts."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.tables import Column, Table
from reporting import attainment_words, goal_words, reasons, version_words
from reporting.engine.contracts.comparison import compare_versions
from reporting.engine.payload import Payload
from reporting.models import Goal, GoalVersion
from reporting.views.contract_asking import ContractPage


class VersionsForm(PortalForm):
    """Two versions, and the day up to which registrations are counted: now when it is left empty."""

    first = forms.TypedChoiceField(
        label=gettext_lazy("Version"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose a version."),
            "invalid_choice": gettext_lazy("The goal has no such version. Choose one of the list."),
        },
    )
    second = forms.TypedChoiceField(
        label=gettext_lazy("Compared with"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose the version to compare with."),
            "invalid_choice": gettext_lazy("The goal has no such version. Choose one of the list."),
        },
    )
    as_of = SmartDateField(
        label=gettext_lazy("As registered on"),
        required=False,
        help_text=gettext_lazy("The registrations that are counted under both. Empty is now."),
    )

    def __init__(self, versions: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = versions  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.moment: ledger.AsOf | None = None
        if "first" in cleaned and cleaned["first"] == cleaned.get("second"):
            self.add_error("second", _("Choose another version than the first."))
        if not self.errors:
            try:
                self.moment = ledger.AsOf.at(cleaned.get("as_of"))
            except ledger.FutureDate:
                self.add_error("as_of", _("That day has not come yet. Choose today or an earlier day."))
        return cleaned


class CompareVersions(ContractPage):
    """/kontrakter/<slug>/maal/<number>/versioner/?first=…&second=… (places in the ledger)"""

    @cached_property
    def goal(self) -> Goal:
        for version in self.versions.values():
            return version.goal
        raise Http404

    @cached_property
    def versions(self) -> dict[int, GoalVersion]:
        """By place, in the order they were learnt. One query, with the goal."""
        rows = GoalVersion.objects.filter(
            goal__contract=self.contract, goal__number=self.kwargs["number"], withdrawn=False
        ).select_related("goal")
        return {row.place: row for row in rows.order_by("learnt_on", "place")}

    def titles(self) -> dict[int, str]:
        return {place: _("Version %(number)s") % {"number": at} for at, place in enumerate(self.versions, 1)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.asked()
        places = (form.cleaned_data["first"], form.cleaned_data["second"]) if self.found_in(form) else None
        context = {
            "contract": self.contract,
            "goal": self.goal,
            "goal_url": reverse("reporting:goal", args=[self.contract.slug, self.goal.number]),
            "contract_url": reverse("reporting:contract", args=[self.contract.slug]),
            "form": form,
            "several": len(self.versions) > 1,
            "found": self.told(places, form.moment) if places is not None and form.moment is not None else None,
        }
        status = 400 if form.is_bound and form.errors else 200
        return render(request, "reporting/contracts/versions.html", context, status=status)

    def asked(self) -> VersionsForm:
        titles = self.titles()
        choices = [(place, f"{titles[place]}, {holds(version)}") for place, version in self.versions.items()]
        if "first" in self.request.GET:
            return VersionsForm(choices, self.request.GET)
        last = list(titles)[-2:]
        return VersionsForm(choices, initial={"first": last[0], "second": last[-1]} if last else {})

    def found_in(self, form: VersionsForm) -> bool:
        return form.is_bound and form.is_valid()

    def told(self, places: tuple[int, int], as_of: ledger.AsOf) -> dict[str, Any]:
        first, second = (self.versions[place] for place in places)
        names = version_words.Names.of([first, second])
        said = version_words.differences(first, second, names)
        found = compare_versions(self.contract, first, second, as_of)
        goal = next(each for each in found["goals"] if each["no"] == self.goal.number)
        titles = self.titles()
        heads = (titles[places[0]], titles[places[1]])
        return {
            "first": heads[0],
            "second": heads[1],
            "first_score": _score(goal["first"]),
            "second_score": _score(goal["second"]),
            "first_total": attainment_words.points(found["first"]["total"]),
            "second_total": attainment_words.points(found["second"]["total"]),
            "difference": attainment_words.signed_points(found["difference"]),
            "same": goal["first"]["score"] == goal["second"]["score"] and not _moved(found["difference"]),
            "amendments": [
                {"title": title, "text": reasons.told(version.reason_code, version.amendment)}
                for title, version in zip(heads, (first, second), strict=True)
                if version.amendment
            ],
            "gives": _gives(goal, found, heads),
            "causes": _causes(found),
            "says": _says(said, heads),
        }


def holds(version: GoalVersion) -> str:
    if version.effective_from is None:
        return _("known from %(day)s") % {"day": formats.date_da(version.learnt_on)}
    return _("holds from %(day)s") % {"day": formats.date_da(version.effective_from)}


def _score(goal: Payload) -> str:
    if goal["score"] is None or goal["excluded"]:
        return str(attainment_words.OUTCOMES[goal["outcome"]])
    return _percent(goal["score"])


def _percent(score: Payload | None) -> str:
    return _("%(number)s per cent") % {"number": attainment_words.points(score)} if score else "–"


def _moved(difference: Payload | None) -> bool:
    return difference is not None and difference["numerator"] != "0"


def _columns(heads: tuple[str, str]) -> list[Column]:
    return [Column("what", _("What")), Column("first", heads[0]), Column("second", heads[1])]


def _gives(goal: Payload, found: Payload, heads: tuple[str, str]) -> Table:
    first, second = goal["first"], goal["second"]
    total = [_percent(found[name]["total"]) for name in ("first", "second")]
    return Table(
        caption=_("What each version gives"),
        caption_hidden=True,
        columns=_columns(heads),
        rows=[
            {"what": _("The value"), "first": goal_words.value(first["value"], 2),
             "second": goal_words.value(second["value"], 2)},
            {"what": _("The goal's attainment"), "first": _score(first), "second": _score(second)},
            {"what": _("The total of the contract"), "first": total[0], "second": total[1]},
        ],
    )  # fmt: skip


def _causes(found: Payload) -> Table:
    """What the difference of the total is made of; exact, since one thing is exchanged at a time."""
    return Table(
        caption=_("Why the total changes"),
        caption_hidden=True,
        columns=[Column("cause", _("Cause")), Column("difference", _("Points of the total"))],
        rows=[
            {
                "cause": str(attainment_words.CAUSES[each["cause"]]),
                "difference": attainment_words.signed_points(each["difference"]),
            }
            for each in found["causes"]
        ],
        total={"cause": _("In all"), "difference": attainment_words.signed_points(found["difference"])},
    )


def _says(said: list[version_words.Said], heads: tuple[str, str]) -> Table:
    return Table(
        caption=_("What the versions say differently"),
        caption_hidden=True,
        columns=_columns(heads),
        rows=[{"what": each.title, "first": each.first, "second": each.second} for each in said],
    )
