"""One area of a plan."""

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes import rights
from programmes.headings import by_number
from programmes.models import Criterion, CriterionScore, FocusArea, FocusAreaLink, Initiative
from programmes.plans import may_edit
from programmes.views.clusters import clusters_table
from programmes.views.finding import visible_area
from programmes.views.shown import area_url, effect_text, facts_table, initiatives_table, lines_table


class AreaPage(ActionMixin):
    """/omraader/<pk>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        area = visible_area(self.actor, pk)
        inside, verdict = initiatives_in(area), may_edit(self.actor, area.programme)
        effects = list(area.expected_effects.select_related("indicator").order_by("indicator__order", "pk"))
        facts = list(area.background_facts.order_by("order", "pk"))
        for fact in facts:
            fact.focus_area = None  # the page is about it
        context = {
            "area": area,
            "plan": area.programme,
            "details": details_of(area),
            "children": area.children.order_by("order", "pk"),
            "initiatives": initiatives_table(inside, _("Initiatives"), _("The area has no initiatives yet.")),
            "effects": _effects(effects) if effects else None,
            "facts": facts_table(facts) if facts else None,
            "links": _links(area, self.actor),
            "scores": _scores(area) if area.appointed else None,
            "clusters": clusters_table(area, may_edit=bool(verdict)),
            "may_edit": verdict,
        }
        return render(request, "programmes/area.html", context)


def initiatives_in(area: FocusArea) -> list[Initiative]:
    rows = Initiative.objects.filter(area_links__focus_area=area).select_related("lead_organisation")
    return list(rows.order_by(*by_number()))


def details_of(area: FocusArea) -> Table:
    lines: list[tuple[str, Any]] = [(_("Kind"), area.kind)]
    if area.parent is not None:
        lines.append((_("Lies under"), Cell(str(area.parent), area_url(area.parent))))
    if area.starred:
        lines.append((_("Given priority"), area.star_text or _("yes")))
    if area.appointed:
        lines.append((_("Appointed as"), area.get_appointed_display()))
        may = _("yes, one at a time") if area.cluster_eligible else _("no")
        lines.append((_("May have a publicly financed cluster"), Cell(may, note=area.cluster_note)))
    return lines_table(_("About the area"), lines)


def _effects(effects: list[Any]) -> Table:
    return Table(
        caption=_("Expected effects"),
        caption_hidden=True,
        columns=[
            Column("effect", _("Effect")),
            Column("value", _("Expected"), kind="number"),
            Column("unit", _("Unit")),
        ],
        rows=[
            {"effect": each.indicator.name, "value": effect_text(each), "unit": each.indicator.unit} for each in effects
        ],
    )


def _links(area: FocusArea, actor: Actor) -> Table | None:
    """What the area supports, and what supports it: areas of plans that the reader sees. One query."""
    seen = FocusArea.objects.visible_to(actor).order_by().values("pk")
    rows = FocusAreaLink.objects.filter(Q(area=area, to__in=seen) | Q(to=area, area__in=seen))
    related = ("area__programme", "to__programme")
    lines = []
    for link in rows.select_related(*related).order_by("area__programme", "area__order", "to__order", "pk"):
        outward = link.area_id == area.pk
        other = link.to if outward else link.area
        lines.append(
            {
                "other": Cell(str(other), area_url(other), note=other.programme.short_name or other.programme.name),
                "direction": _("supports it") if outward else _("is supported by it"),
                "starred": _("yes") if link.starred else "",
                "note": link.note,
            }
        )
    if not lines:
        return None
    columns = [
        Column("other", _("Area")),
        Column("direction", _("How")),
        Column("starred", _("Particularly promising")),
    ]
    if any(line["note"] for line in lines):
        columns.append(Column("note", _("Note")))
    return Table(caption=_("Linked areas"), caption_hidden=True, columns=columns, rows=lines)


def _scores(area: FocusArea) -> Table | None:
    """The plan's criteria for what the area is appointed as, with the scores that are given. One query."""
    scores = Prefetch("scores", CriterionScore.objects.filter(focus_area=area), to_attr="given")
    rows = Criterion.objects.filter(programme=area.programme_id, appointed=area.appointed).prefetch_related(scores)
    lines: list[dict[str, Any]] = []
    for criterion in rows.order_by("order", "pk"):
        given = criterion.given[0] if criterion.given else None
        score = formats.number(given.score) if given else str(EmptyValue.NOT_IN_SOURCE.label)
        lines.append({"name": criterion.name, "score": score, "why": given.justification if given else ""})
    if not lines:
        return None
    columns = [Column("name", _("Criterion")), Column("score", _("Score, 1 to 5")), Column("why", _("Justification"))]
    return Table(caption=_("Criteria"), caption_hidden=True, columns=columns, rows=lines)
