"""The library of goals: the list, one goal, keeping a contract's goal in it, and taking one out."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.tables import Cell, Column, Table
from reporting import library, rights, rule_words
from reporting.contract_guard import require_owner
from reporting.models import LibraryGoal
from reporting.views.contract_edit import ChangeGoal, Changing
from reporting.views.contract_forms import DayForm, TakeOutForm


class Library(ActionMixin):
    """/kontrakter/bibliotek/"""

    action = rights.VIEW_CONTRACTS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        found = library.visible_library(self.actor).annotate(used=Count("goals"))[:500]
        table = Table(
            caption=_("Goals in the library"),
            caption_hidden=True,
            columns=[
                Column("name", _("Goal")),
                Column("rule", _("How it is scored")),
                Column("origin", _("Agreed by")),
                Column("year", _("Agreed for"), kind="id"),
                Column("used", _("Used in contracts"), kind="number", decimals=0),
            ],
            rows=[
                {
                    "name": Cell(each.name, reverse("reporting:library_goal", args=[each.key]), owner_of(each)),
                    "rule": rule_words.sentence(each.rule, each.params),
                    "origin": each.origin,
                    "year": str(each.year or ""),
                    "used": each.used,
                }
                for each in found
            ],
            empty=_("The library is empty. On a goal's page you can keep it here."),
        )
        return render(request, "reporting/contracts/library.html", {"table": table})


def owner_of(goal: LibraryGoal) -> str:
    return goal.owner.name if goal.owner else _("national")


class OfLibrary(ActionMixin):
    @cached_property
    def library(self) -> LibraryGoal:
        return get_object_or_404(library.visible_library(self.actor), key=self.kwargs["key"])


class LibraryGoalPage(OfLibrary):
    """/kontrakter/bibliotek/<key>/"""

    action = rights.VIEW_CONTRACTS

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        goal = self.library
        texts = [
            (_("Goal"), goal.goal_text),
            (_("Method"), goal.method_text),
            (_("Rationale"), goal.rationale_text),
            (_("Reporting of the goal"), goal.reporting_text),
            (_("Attainment"), goal.attainment_text),
            (_("Who measures"), goal.measured_by),
        ]
        context = {
            "goal": goal,
            "owner": owner_of(goal),
            "rows": [(title, text) for title, text in texts if text],
            "sentence": rule_words.sentence(goal.rule, goal.params).removesuffix("."),
            "parts": rule_words.parts(goal.rule, goal.params),
            "drafts": [
                {"name": each.name, "url": f"{reverse('reporting:contract_new_goal', args=[each.slug])}?library={key}"}
                for each in library.drafts_of(self.actor)[:50]
            ],
            "may_take_out": library.may_take_out(self.actor, goal),
        }
        return render(request, "reporting/contracts/library_goal.html", context)


class TakeOut(OfLibrary, Changing):
    """/kontrakter/bibliotek/<key>/tag-ud/"""

    action, kind = rights.MAKE_CONTRACT, "take-out"

    def allow(self) -> None:
        verdict = library.may_take_out(self.actor, self.library)
        if not verdict:
            raise Refused(verdict.reason)

    def title(self) -> str:
        return _("Take the goal out of the library?")

    def lead(self) -> str:
        return _("Nobody can begin with it any more. Contracts that have taken it over do not change.")

    def button(self) -> str:
        return _("Yes, take it out")

    def back(self) -> str:
        return reverse("reporting:library_goal", args=[self.library.key])

    def steps(self) -> list[dict[str, str]]:
        return [
            {"title": _("Result contracts"), "url": reverse("reporting:contracts")},
            {"title": _("The library"), "url": reverse("reporting:library")},
            {"title": self.library.name, "url": self.back()},
            {"title": self.title(), "url": ""},
        ]

    def thing(self) -> str:
        return library.thing(self.library)

    def thing_name(self) -> str:
        return self.library.name

    def mark(self) -> str:
        return library.mark(self.library)

    def told(self) -> list[tuple[str, str]]:
        goal = self.library
        said = [(_("Name"), goal.name), (_("Goal"), goal.goal_text)]
        return [*said, (_("How it is scored"), rule_words.sentence(goal.rule, goal.params))]

    def make_form(self, data: Any = None) -> forms.Form:
        return TakeOutForm(data, initial=self.token())

    def act(self, form: Any) -> tuple[int, str, str]:
        said = {name: form.cleaned_data[name] for name in ("reason", "reason_code")}
        library.take_out(self.library, actor=self.actor, seen=self.seen, **said)
        return self.library.pk, _("The goal is taken out of the library."), reverse("reporting:library")


class KeepForm(DayForm):
    name = forms.CharField(label=gettext_lazy("Name in the library"), max_length=240)
    origin = forms.CharField(
        label=gettext_lazy("Agreed by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example KKR Nordjylland, 20 November 2026, item 5"),
    )


class KeepGoal(ChangeGoal):
    """/kontrakter/<slug>/maal/<number>/bibliotek/"""

    action, kind = rights.MAKE_CONTRACT, "keep"

    def allow(self) -> None:
        require_owner(self.contract, self.actor)

    def title(self) -> str:
        return _("Keep the goal in the library")

    def lead(self) -> str:
        return _(
            "Its texts, rule and sources as they are now. The next contract can begin with it and changes only its own."
        )

    def button(self) -> str:
        return _("Keep it")

    def make_form(self, data: Any = None) -> forms.Form:
        return KeepForm(data, initial={"name": self.goal.name, "origin": self.contract.name, **self.token()})

    def act(self, form: Any) -> tuple[int, str, str]:
        said = form.cleaned_data
        name, origin = said["name"], said["origin"]
        kept = library.save_to_library(self.goal, name=name, origin=origin, actor=self.actor, seen=self.seen)
        return kept.pk, _("The goal is in the library."), reverse("reporting:library_goal", args=[kept.key])
