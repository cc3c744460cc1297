"""The list of plans, and one plan with its tree, what it expects, what it argues from and its initiatives."""

from collections import Counter
from operator import itemgetter
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.geography.danish import SortKey
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import rights
from programmes.effects import effects_of
from programmes.headings import by_number
from programmes.models import Body, ExperimentScheme, FocusArea, Initiative, PartnerRole, Programme
from programmes.plans import may_edit
from programmes.views.finding import visible_plan
from programmes.views.sections import PLAN_LINKS
from programmes.views.shown import (
    effects_table,
    facts_table,
    initiatives_table,
    lines_table,
    period_of,
    plan_url,
    tree_of,
)


class PlanList(ActionMixin):
    """/planer/: those of the own area, and those of the whole country."""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        plans = Programme.objects.visible_to(self.actor).select_related("owner").running_first(self.actor.on)
        numbers = {"areas": Count("focus_areas", distinct=True), "parts": Count("initiatives", distinct=True)}
        rows = [
            {
                "name": Cell(plan.name, plan_url(plan), note=_("Fictional.") if plan.fictional else ""),
                "kind": plan.get_kind_display(),
                "owner": plan.owner.name,
                "period": period_of(plan),
                "status": plan.get_status_display(),
                "areas": vars(plan)["areas"],
                "initiatives": vars(plan)["parts"],
            }
            for plan in plans.annotate(**numbers)
        ]
        columns = [
            Column("name", _("Plan")),
            Column("kind", _("Kind")),
            Column("owner", _("Owner")),
            Column("period", _("Period")),
            Column("status", _("Status")),
            Column("areas", _("Areas"), kind="number"),
            Column("initiatives", _("Initiatives"), kind="number", lead=True),
        ]
        if kind := export.requested(request):
            return export.export_response(kind, _("plans"), columns, rows)
        context = {
            "table": Table(caption=_("Plans"), caption_hidden=True, columns=columns, rows=rows),
            "may_make": permissions.may(self.actor, rights.EDIT_PLANS),
        }
        return render(request, "programmes/plans.html", context)


class PlanPage(ActionMixin):
    """/planer/<slug>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        plan = visible_plan(self.actor, slug)
        areas = list(plan.focus_areas.order_by("order", "pk"))
        numbers, grouped = initiatives_by_area(plan, areas)
        effects = effects_of(plan)
        facts = list(plan.background_facts.select_related("focus_area").order_by("order", "pk"))
        for fact in facts:
            # Its own area is shown without the plan, which is the same for all of them.
            if fact.focus_area is not None:
                fact.focus_area.programme = plan
        context = {
            "plan": plan,
            "links": [link(plan) for link in PLAN_LINKS],
            "details": details_of(plan, self.actor),
            "tree": tree_of(areas, numbers),
            "effects": effects_table(effects) if effects.areas else None,
            "facts": facts_table(facts) if facts else None,
            "initiatives": grouped if numbers or grouped.rows else None,
            "has_matrix": len({area.kind for area in areas}) > 1,
            "may_edit": may_edit(self.actor, plan),
        }
        return render(request, "programmes/plan.html", context)


def initiatives_by_area(plan: Programme, areas: list[FocusArea]) -> tuple[Counter[int], Table]:
    """How many initiatives each area has, and all of them under their first area. One query."""
    rows = (
        plan.initiatives.select_related("lead_organisation")
        .annotate(
            first=ArrayAgg("area_links__focus_area", filter=Q(area_links__primary=True), default=[]),
            every=ArrayAgg("area_links__focus_area", filter=Q(area_links__focus_area__isnull=False), default=[]),
        )
        .order_by(*by_number())
    )
    numbers: Counter[int] = Counter()
    below: dict[int, list[Initiative]] = {}
    for initiative in rows:
        numbers.update(vars(initiative)["every"])
        below.setdefault(next(iter(vars(initiative)["first"]), 0), []).append(initiative)
    lines: list[Any] = list(below.get(0, []))
    for area in areas:
        if area.pk in below:
            lines += [GroupRow(str(area)), *below[area.pk]]
    return numbers, initiatives_table(lines, _("Initiatives"), _("The plan has no initiatives yet."))


def details_of(plan: Programme, actor: Actor) -> Table:
    """Other plans are named when the person sees them."""
    seen = Programme.objects.visible_to(actor)
    above = seen.in_bulk([pk for pk in (plan.replaces_id, plan.parent_id) if pk is not None])
    lines: list[tuple[str, Any]] = [
        (_("Kind"), plan.get_kind_display()),
        (_("Owner"), plan.owner.name),
        (_("Period"), period_of(plan)),
        (_("Status"), plan.get_status_display()),
        (_("Version"), plan.version if plan.version > 1 or plan.replaces_id else ""),
    ]
    related = [(_("Replaces"), above.get(plan.replaces_id or 0)), (_("Carries out"), above.get(plan.parent_id or 0))]
    related += [(_("Carried out by"), child) for child in seen.filter(parent=plan).order_by("name")]
    lines += [(label, Cell(other.name, plan_url(other))) for label, other in related if other is not None]
    return lines_table(_("About the plan"), lines + beside(plan, actor))


def beside(plan: Programme, actor: Actor) -> list[tuple[str, Any]]:
    """The plan's political partners, joint experiments and the bodies that steer it. One query."""
    said = ("of", "name", "pk", "sorted")
    political = PartnerRole.objects.filter(programme=plan, role=PartnerRole.Role.POLITICAL).order_by()
    names = political.annotate(of=Value(" ", TextField()), sorted=F("organisation__sort_key"))
    schemes = ExperimentScheme.objects.visible_to(actor).filter(programme=plan)
    bodies = Body.objects.visible_to(actor).filter(programme=plan)
    rows = schemes.order_by().annotate(of=Value("", TextField()), sorted=SortKey("name")).values_list(*said)
    more = bodies.order_by().annotate(of=Cast("kind", TextField()), sorted=SortKey("name")).values_list(*said)
    every = rows.union(more, names.values_list("of", "organisation__name", "pk", "sorted"), all=True)
    lines = sorted(every, key=itemgetter(0, 3, 2))
    partners = ", ".join(name for kind, name, _pk, _key in lines if kind == " ")
    found: list[tuple[str, Any]] = [(_("Political partners"), partners)]
    for kind, name, pk, _key in [line for line in lines if line[0] != " "]:
        page = "body" if kind else "scheme"
        label = capfirst(str(Body.Kind(kind).label)) if kind else _("Joint experiments")
        found.append((label, Cell(name, reverse(f"programmes:{page}", args=[pk]))))
    return found


def matrix_url(plan: Programme) -> str:
    return reverse("programmes:plan_matrix", args=[plan.slug])
