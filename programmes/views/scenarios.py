"""Scenarios: the list, a set computed side by side, making one, changing and removing it."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.forms import PortalForm, errors_of
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import scenario_sets
from programmes.models import ScenarioSet
from programmes.planning import may_plan
from programmes.rights import STATE_AMOUNTS, VIEW_MONEY
from programmes.views import scenario_parts
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

    def page(self, name: str = "scenarios") -> str:
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


class NewScenarios(MakePage):
    """/oekonomi/scenarier/ny/?about=i12"""

    action = STATE_AMOUNTS
    title = gettext_lazy("New scenarios")
    draft_title = gettext_lazy("New scenarios")
    kind = SUBMISSION
    done = gettext_lazy("The scenarios are saved.")
    template = "programmes/scenarios/form.html"

    def steps(self) -> Steps:
        return [(_("Scenarios"), reverse("programmes:scenario_list"))]

    def form(self, data: Any = None) -> SetForm:
        return SetForm(self.actor, data, initial={"about": self.request.GET.get("about", "")}, new=True)

    def make(self, form: SetForm, written: Written) -> int:
        about = about_of(form.cleaned_data["about"])
        return scenario_sets.make_set(self.actor, about, form.said(), written=written).pk

    def say(self, form: SetForm, refused: ValidationError) -> None:
        form.say(errors_of(refused))

    def address(self, pk: int) -> str:
        return reverse("programmes:scenarios", args=[pk])


class OneSet(SetBase, AlterPage):
    action = STATE_AMOUNTS

    def allow(self) -> None:
        self.require_mine()

    def steps(self) -> Steps:
        own = reverse("programmes:scenarios", args=[self.row.pk])
        return [(_("Scenarios"), reverse("programmes:scenario_list")), (self.row.name, own)]

    def thing(self) -> str:
        return scenario_sets.thing(self.row)

    def thing_name(self) -> str:
        return self.row.name

    def mark(self) -> str:
        return scenario_sets.mark(self.row)


class ChangeScenarios(OneSet):
    """/oekonomi/scenarier/<pk>/ret/"""

    title = gettext_lazy("Change scenarios")
    draft_title = gettext_lazy("Change scenarios")
    done = gettext_lazy("The scenarios are saved.")
    template = "programmes/scenarios/form.html"

    def fresh(self) -> SetForm:
        return SetForm(self.actor, initial=initial_of(self.row), new=False)

    def form(self, data: Any) -> SetForm:
        return SetForm(self.actor, data, new=False)

    def save(self, form: SetForm) -> None:
        scenario_sets.change_set(self.actor, self.row, form.said(), seen=self.seen)

    def say(self, form: SetForm, refused: ValidationError) -> None:
        form.say(errors_of(refused))

    def more(self, form: SetForm) -> dict[str, Any]:
        return {"title": _("Change: %(name)s") % {"name": self.row.name}}


class RemoveScenarios(OneSet):
    """/oekonomi/scenarier/<pk>/fjern/"""

    title = gettext_lazy("Remove the scenarios?")
    lead = gettext_lazy("They are gone from the lists. What they said is still in the history.")
    button = gettext_lazy("Yes, remove")
    done = gettext_lazy("The scenarios are removed.")
    template = "programmes/form.html"

    def fresh(self) -> forms.BaseForm:
        return PortalForm()

    def form(self, data: Any) -> forms.BaseForm:
        return PortalForm(data)

    def told(self) -> list[tuple[str, str]]:
        line = line_of(self.row)
        return [(str(column.title), str(line[column.key])) for column in COLUMNS[1:]]

    def save(self, form: forms.BaseForm) -> None:
        scenario_sets.remove_set(self.actor, self.row, seen=self.seen)

    def back(self) -> str:
        # Cancel leads to them; once they are removed, to the list.
        return reverse("programmes:scenario_list") if self.request.method == "POST" else super().back()
