"""A plan's areas of one kind against areas of another kind, of its own or of another plan: where they meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.forms import PortalForm
from portal.ui.tables import Column, Table
from programmes import rights
from programmes.models import FocusArea, FocusAreaLink, InitiativeArea, Programme
from programmes.views.finding import visible_plan
from programmes.views.shown import area_url


class MatrixForm(PortalForm):
    """Which areas stand down and which across; those across may be of another plan."""

    rows = forms.ChoiceField(label=gettext_lazy("Down"), required=False)
    other = forms.ChoiceField(label=gettext_lazy("Plan across"), required=False)
    columns = forms.ChoiceField(label=gettext_lazy("Across"), required=False)


@dataclass
class Meeting:
    """What stands where two areas meet: the links between them, and the initiatives that are in both."""

    links: list[str] = field(default_factory=list)
    initiatives: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        said = list(dict.fromkeys(self.links))
        if self.initiatives:
            number = len(self.initiatives)
            said.append(
                ngettext("%(shown)s initiative", "%(shown)s initiatives", number) % {"shown": formats.number(number)}
            )
        return "; ".join(said)


class MatrixPage(ActionMixin):
    """/planer/<slug>/matrix/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        plan = visible_plan(self.actor, slug)
        plans = {each.slug: each for each in Programme.objects.visible_to(self.actor).order_by("name")}
        other = plans.get(request.GET.get("other", ""), plan)
        own = list(plan.focus_areas.order_by("order", "pk"))
        across = own if other == plan else list(other.focus_areas.order_by("order", "pk"))
        links = list(
            FocusAreaLink.objects.filter(area__programme=plan, to__programme=other)
            .select_related("area", "to")
            .order_by("area__order", "to__order", "pk")
        )
        rows, columns = _kinds(request, own, across, links)
        form = MatrixForm({"rows": rows, "other": other.slug, "columns": columns})
        for name, choices in (
            ("rows", _named(own)),
            ("other", [(each.slug, each.short_name or each.name) for each in plans.values()]),
            ("columns", _named(across)),
        ):
            form.fields[name].choices = choices  # type: ignore[attr-defined]
        form.is_valid()
        down = [area for area in own if area.kind == rows]
        right = [area for area in across if area.kind == columns and area not in down]
        table = matrix_table(down, right, meetings(own, down, right, links))
        if kind := export.requested(request):
            return export.export_response(kind, f"matrix-{plan.slug}", table.columns, table.rows)
        context = {"plan": plan, "filter_form": form, "table": table, "empty": not (down and right)}
        return render(request, "programmes/matrix.html", context)


def _named(areas: list[FocusArea]) -> list[tuple[str, str]]:
    return [(kind, kind) for kind in dict.fromkeys(area.kind for area in areas)]


def _kinds(
    request: HttpRequest, own: list[FocusArea], across: list[FocusArea], links: list[FocusAreaLink]
) -> tuple[str, str]:
    """The kinds that are asked for; else those of the links, the whole that they are parts of where there is one;
    else the first two that the plan has."""
    known, others = [name for name, _title in _named(own)], [name for name, _title in _named(across)]
    by_pk = {area.pk: area for area in own}
    row, column = request.GET.get("rows", ""), request.GET.get("columns", "")
    if column not in others:
        column = links[0].to.kind if links else next((kind for kind in others if kind != row), "")
    if row not in known:
        linking = by_pk.get(links[0].area_id) if links else None
        above = by_pk.get(linking.parent_id or 0, linking) if linking is not None else None
        row = above.kind if above is not None else next((kind for kind in known if kind != column), "")
    return row, column


def meetings(
    own: list[FocusArea], down: list[FocusArea], right: list[FocusArea], links: list[FocusAreaLink]
) -> Mapping[tuple[int, int], Meeting]:
    """(area down, area across) → where they meet. A link of an area counts for those that it lies under."""
    found: dict[tuple[int, int], Meeting] = {}
    above = {area.pk: area.parent_id for area in own}
    wanted = {area.pk for area in down}
    for link in links:
        at: int | None = link.area_id
        while at is not None and at not in wanted:
            at = above.get(at)
        if at is not None:
            text = _("yes") if at == link.area_id else link.area.name
            said = _("%(name)s (particularly promising)") % {"name": text} if link.starred else text
            found.setdefault((at, link.to_id), Meeting()).links.append(said)
    pairs = (
        InitiativeArea.objects.filter(
            focus_area__in=[area.pk for area in down],
            initiative__area_links__focus_area__in=[area.pk for area in right],
        )
        .order_by()
        .values_list("focus_area", F("initiative__area_links__focus_area"), "initiative")
    )
    for first, second, initiative in pairs:
        found.setdefault((first, second), Meeting()).initiatives.add(initiative)
    return found


def matrix_table(down: list[FocusArea], right: list[FocusArea], found: Mapping[tuple[int, int], Meeting]) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "area": str(area),
            "url": area_url(area),
            **{f"a{each.pk}": str(found.get((area.pk, each.pk), "")) for each in right},
        }
        for area in down
    ]
    return Table(
        caption=_("Where the areas meet"),
        columns=[
            Column("area", _("Area"), url=lambda row: str(row["url"])),
            *(Column(f"a{each.pk}", str(each)) for each in right),
        ],
        rows=rows,
        caption_hidden=True,
    )
