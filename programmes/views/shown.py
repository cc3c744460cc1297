"""How plans, areas and initiatives are shown: the tables that several pages have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes.effects import Effects
from programmes.models import BackgroundFact, ExpectedEffect, FocusArea, Initiative, Programme

State = ExpectedEffect.State
DECIMALS = 6


def plan_url(plan: Programme) -> str:
    return reverse("programmes:plan", args=[plan.slug])


def area_url(area: FocusArea) -> str:
    return reverse("programmes:area", args=[area.pk])


def initiative_url(initiative: Initiative) -> str:
    return reverse("programmes:initiative", args=[initiative.pk])


def period_of(plan: Programme) -> str:
    return f"{formats.date_da(plan.starts_on)}–{formats.date_da(plan.ends_on)}"


def lines_table(caption: str, lines: Iterable[tuple[str, Any]], hidden: bool = True) -> Table:
    """Title and content a line each; lines without content are left out."""
    return Table(
        caption=caption,
        caption_hidden=hidden,
        columns=[Column("label", _("About")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value not in ("", None)],
    )


@dataclass
class Node:
    """An area with those below it, for the tree."""

    area: FocusArea
    initiatives: int = 0
    below: list["Node"] = field(default_factory=list)


def tree_of(areas: Iterable[FocusArea], numbers: Mapping[int, int]) -> list[Node]:
    """The areas as they lie below each other, in their order. `numbers`: initiatives by area."""
    nodes = {area.pk: Node(area, numbers.get(area.pk, 0)) for area in areas}
    top: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.area.parent_id or 0)
        (above.below if above is not None else top).append(node)
    return top


def effects_table(effects: Effects) -> Table:
    """Areas down, effects across, and the sums of what is expected. What is not stated is said, and is no zero."""
    names = {sum_.indicator.pk: f"i{sum_.indicator.pk}" for sum_ in effects.sums}
    rows = [
        {
            "area": Cell(str(area), area_url(area)),
            **{name: effect_text(effects.cells.get((area.pk, pk))) for pk, name in names.items()},
        }
        for area in effects.areas
    ]
    total = {"area": _("Sum of expectations")} | {
        names[each.indicator.pk]: EmptyValue.NOT_IN_SOURCE
        if each.total is None
        else Cell(each.total, note=_("of %(stated)s areas") % {"stated": formats.number(each.stated)})
        for each in effects.sums
    }
    return Table(
        caption=_("Expected effects"),
        caption_hidden=True,
        columns=[
            Column("area", _("Area")),
            *(
                Column(names[each.indicator.pk], f"{each.indicator.name} ({each.indicator.unit})", kind="number")
                for each in effects.sums
            ),
        ],
        rows=rows,
        total=total,
    )


def effect_text(effect: ExpectedEffect | None) -> Any:
    if effect is None or effect.state == State.NOT_STATED:
        return str(State.NOT_STATED.label)
    return str(State.DASH.label) if effect.state == State.DASH else effect.value


def facts_table(facts: Iterable[BackgroundFact]) -> Table:
    """Background facts as their source prints them; columns in which nothing stands are left out."""
    rows = [
        {
            "name": each.name,
            "value": f"{value_text(each.value, each.value_to, each.qualifier)} {each.unit}".strip(),
            "geography": each.geography,
            "period": each.period,
            "area": Cell(str(each.focus_area), area_url(each.focus_area)) if each.focus_area is not None else "",
            "source": each.source,
        }
        for each in facts
    ]
    titles = {
        "name": _("What"), "value": _("Number"), "geography": _("Where"), "period": _("Year"), "area": _("Area"),
        "source": _("Source"),
    }  # fmt: skip
    shown = [name for name in titles if name in ("name", "value") or any(row[name] for row in rows)]
    columns = [Column(name, titles[name]) for name in shown]
    return Table(caption=_("Background facts"), caption_hidden=True, columns=columns, rows=rows)


def value_text(value: Decimal, value_to: Decimal | None, qualifier: str) -> str:
    number = formats.number(value, DECIMALS)
    if value_to is not None:
        number = f"{number}–{formats.number(value_to, DECIMALS)}"
    return f"{qualifier} {number}".strip()


def initiatives_table(initiatives: Iterable[Any], caption: str, empty: str) -> Table:
    """Initiatives, or group rows between them."""
    return Table(
        caption=caption,
        caption_hidden=True,
        columns=[
            Column("name", _("Initiative")),
            Column("status", _("Status")),
            Column("lead", _("Lead")),
        ],
        rows=[initiative_line(each) if isinstance(each, Initiative) else each for each in initiatives],
        empty=empty,
    )


def initiative_line(initiative: Initiative) -> dict[str, Any]:
    return {
        "name": Cell(str(initiative), initiative_url(initiative)),
        "status": initiative.get_status_display(),
        "lead": lead_text(initiative),
    }


def lead_text(initiative: Initiative) -> str:
    """Who leads; where nobody is fixed, that, and until when it is to be decided."""
    who = initiative.lead or (initiative.lead_organisation.name if initiative.lead_organisation is not None else "")
    if who and initiative.lead_status in (Initiative.LeadStatus.FIXED, Initiative.LeadStatus.NOT_STATED):
        return who
    said = str(initiative.get_lead_status_display())
    if initiative.lead_deadline is not None:
        said = _("%(status)s by %(day)s") % {"status": said, "day": formats.date_da(initiative.lead_deadline)}
    return f"{who} ({said})" if who else said
