"""Scenarios: the list, a set computed side by side, making one, changing and removing it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import submissions
from portal.drafts.pages import ChangePage, DraftPage
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.forms import PortalForm, sent_before
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import scenario_sets
from programmes.models import ScenarioSet
from programmes.planning import may_plan
from programmes.rights import STATE_AMOUNTS, VIEW_MONEY
from programmes.views import scenario_parts
from programmes.views.planning_fields import errors_of
from programmes.views.scenario_forms import ScenarioFilterForm, SetForm, TryForm, about_of, initial_of

SUBMISSION = "scenarios"
PAGE = 50
COLUMNS = [
    Column("name", gettext_lazy("Scenarios")),
    Column("about", gettext_lazy("Plan or initiative")),
    Column("tried", gettext_lazy("Number of units")),
    Column("total", gettext_lazy("Total")),
    Column("grant", gettext_lazy("Granted")),
]


def line_of(row: ScenarioSet) -> dict[str, Any]:
    """A set in the list, computed."""
    computed = scenario_sets.compare(row)
    numbers = " / ".join(formats.number(each.units) for _name, each in computed.columns)
    grant = row.grant
    return {
        "name": Cell(row.name, reverse("programmes:scenarios", args=[row.pk])),
        "about": str(row.initiative or row.plan),
        "tried": f"{numbers} {row.unit}",
        "total": " / ".join(scenario_parts.money(each.total) for _name, each in computed.columns),
        "grant": scenario_parts.money(grant.granted) if grant is not None and grant.granted is not None else "",
    }


class ScenarioList(ActionMixin):
    """/oekonomi/scenarier/?text=…&plan=…"""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ScenarioFilterForm(self.actor, request.GET)
        form.is_valid()
        rows = scenario_sets.with_lines().filter(pk__in=ScenarioSet.objects.visible_to(self.actor).values("pk"))
        if text := form.cleaned_data.get("text", "").strip():
            rows = rows.filter(Q(name__icontains=text) | Q(unit__icontains=text) | Q(note__icontains=text))
        if plan := form.cleaned_data.get("plan"):
            rows = rows.filter(Q(programme__slug=plan) | Q(initiative__programme__slug=plan))
        if kind := export.requested(request):
            found = rows.order_by("-pk").iterator(chunk_size=500)
            return export.export_response(kind, "scenarier", COLUMNS, (line_of(row) for row in found))
        page = keyset(rows, request.GET, ("-pk",), size=PAGE)
        table = Table(
            _("Scenarios"),
            COLUMNS,
            [line_of(row) for row in page.rows],
            caption_hidden=True,
            empty=_("There are no scenarios. Remove a filter, or make the first ones."),
        )
        context = {
            "filter_form": form,
            "table": table,
            "page": page,
            "may_make": permissions.may(self.actor, STATE_AMOUNTS),
        }
        return render(request, "programmes/scenarios/list.html", context)


class SetBase(ActionMixin):
    @cached_property
    def row(self) -> ScenarioSet:
        visible = ScenarioSet.objects.visible_to(self.actor).values("pk")
        found: ScenarioSet = get_object_or_404(scenario_sets.with_lines(), pk=self.kwargs["pk"], pk__in=visible)
        return found

    def address(self, name: str = "scenarios") -> str:
        return reverse(f"programmes:{name}", args=[self.kwargs["pk"]])

    def require_mine(self) -> None:
        """Raise Refused, with the reason, unless the person may change it."""
        verdict = may_plan(self.actor, self.row.plan, self.row.grant, STATE_AMOUNTS)
        if not verdict:
            raise permissions.Refused(verdict.reason)


class ScenarioPage(SetBase):
    """/oekonomi/scenarier/<pk>/?rate=40&units=100&scenario=…: computed with what is asked for, without saving it."""

    action = VIEW_MONEY

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        form = TryForm(self.row, request.GET if self.asks else None)
        compared = scenario_sets.compare(self.row, **form.asked) if self.asks else scenario_sets.compare(self.row)
        if kind := export.requested(request):
            require_readable(form)
            rows = scenario_parts.file_rows(compared)
            return export.export_response(kind, f"scenarier-{pk}", scenario_parts.FILE, rows)
        context = {
            "row": self.row,
            "form": form,
            "asks": self.asks and form.is_valid(),
            "table": scenario_parts.table(compared),
            "sums": scenario_parts.sums_in_words(compared),
            "unit_cost": scenario_parts.unit_cost_in_words(compared),
            "warnings": scenario_parts.warnings(compared),
            "granted": scenario_parts.granted(compared),
            "may_change": may_plan(self.actor, self.row.plan, self.row.grant, STATE_AMOUNTS),
        }
        status = 400 if form.is_bound and not form.is_valid() else 200
        return render(request, "programmes/scenarios/set.html", context, status=status)

    @property
    def asks(self) -> bool:
        return any(self.request.GET.get(name, "").strip() for name in ("rate", "units", "scenario"))


def require_readable(form: forms.BaseForm) -> None:
    """A file has no field to say it at, and must not hold other numbers than were asked for."""
    if form.is_bound and not form.is_valid():
        raise BadRequest(" ".join(str(text) for texts in form.errors.values() for text in texts))


class NewScenarios(DraftPage):
    """/oekonomi/scenarier/ny/?about=i12"""

    action = STATE_AMOUNTS
    draft_title = gettext_lazy("New scenarios")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.page(SetForm(self.actor, initial={"about": request.GET.get("about", "")}, new=True))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = SetForm(self.actor, request.POST, new=True)
        if not form.is_valid():
            return self.page(form)

        def act(written: Callable[[int], None]) -> int:
            about = about_of(form.cleaned_data["about"])
            return scenario_sets.make_set(self.actor, about, form.said(), written=written).pk

        try:
            pk, _now = submissions.once(self.actor.user, SUBMISSION, form.key, form.content(), act)
        except submissions.OtherContent:
            sent_before(form)
            return self.page(form)
        except ValidationError as problem:
            form.say(errors_of(problem))
            return self.page(form)
        messages.success(request, _("The scenarios are saved."))
        return redirect("programmes:scenarios", pk=pk)

    def page(self, form: SetForm) -> HttpResponse:
        context = {"form": form, "title": _("New scenarios"), "back": reverse("programmes:scenario_list")}
        return render(self.request, "programmes/scenarios/form.html", context)


class OneSet(ChangePage, SetBase):
    action = STATE_AMOUNTS

    def thing(self) -> str:
        return scenario_sets.thing(self.row)

    def thing_name(self) -> str:
        return self.row.name

    def mark(self) -> str:
        return scenario_sets.mark(self.row)


class ChangeScenarios(OneSet):
    """/oekonomi/scenarier/<pk>/ret/"""

    draft_title = gettext_lazy("Change scenarios")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_mine()
        return self.page(self.fresh())

    def fresh(self) -> SetForm:
        return SetForm(self.actor, initial=initial_of(self.row), new=False)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_mine()
        form = SetForm(self.actor, request.POST, new=False)
        if form.is_valid():
            try:
                scenario_sets.change_set(self.actor, self.row, form.said(), seen=self.seen)
            except ValidationError as problem:
                form.say(errors_of(problem))
            else:
                messages.success(request, _("The scenarios are saved."))
                return redirect(self.address())
        return self.page(form)

    def page(self, form: SetForm) -> HttpResponse:
        title = _("Change: %(name)s") % {"name": self.row.name}
        context = {"form": form, "title": title, "back": self.address()}
        return render(self.request, "programmes/scenarios/form.html", context)


class RemoveScenarios(OneSet):
    """/oekonomi/scenarier/<pk>/fjern/"""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_mine()
        return self.page(self.fresh())

    def fresh(self) -> forms.BaseForm:
        return PortalForm()

    def told(self) -> list[tuple[str, str]]:
        line = line_of(self.row)
        return [(str(column.title), str(line[column.key])) for column in COLUMNS[1:]]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_mine()
        scenario_sets.remove_set(self.actor, self.row, seen=self.seen)
        messages.success(request, _("The scenarios are removed."))
        return redirect("programmes:scenario_list")

    def page(self, form: forms.BaseForm) -> HttpResponse:
        context = {"form": form, "row": self.row, "back": self.address()}
        return render(self.request, "programmes/scenarios/remove.html", context)
