"""Why a series has no value: what was said of it, where somebody has said it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal import ledger
from reporting.engine.indicators.leaves import Answer
from reporting.engine.indicators.plan import Leaf
from reporting.engine.indicators.read import Cut
from reporting.models import Absence
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Empty

NOTHING = Absent(Empty.NOT_REPORTED)
Reasons = Mapping[int, list[Absence]]
"""By the heading of the series: what is known not to be there, the newest day last."""


def unexplained(leaf: Leaf, answer: Answer) -> bool:
    return leaf.of_series and answer.value == NOTHING


def reasons(leaves: Iterable[Leaf], as_of: ledger.AsOf) -> Reasons:
    """Of each cell what was said last, unless it was taken back. One query."""
    headings = {span.heading for leaf in leaves for span in leaf.spans or ()}
    newest: dict[tuple[Any, ...], Absence] = {}
    rows = Absence.objects.known(as_of).filter(series__heading__in=headings).select_related("series")
    for row in rows.order_by("learnt_on", "place"):
        newest[tuple(getattr(row, name) for name in Absence.CELL)] = row
    found: dict[int, list[Absence]] = {}
    for row in sorted(newest.values(), key=lambda each: (each.occurred_on, each.place)):
        if not row.withdrawn:
            found.setdefault(row.series.heading_id, []).append(row)
    return found


def explained(leaf: Leaf, cut: Cut, answer: Answer, known: Reasons) -> Answer:
    """The answer with the reason that was given for its cell, if one was."""
    for span in leaf.spans or ():
        for row in reversed(known.get(span.heading, [])):
            if _about(row, leaf, cut):
                value = Absent(Empty(row.why))
                step = replace(answer.step, value=value)
                if step.children:  # a share of nothing does not say why; what was said of it does
                    step = Step("absent", value, (), step.label, {"on": row.occurred_on.isoformat(), "note": row.note})
                return replace(answer, value=value, step=step)
    return answer


def _about(row: Absence, leaf: Leaf, cut: Cut) -> bool:
    """Does what was said speak of the window, and of the place, kind and vintage that are asked for?"""
    return (
        (_in_window(row, cut) or _around(row, cut))
        and row.municipality_id in (None, cut.municipality)
        and (not row.category or leaf.categories is None or row.category in leaf.categories)
        and (not row.vintage or not cut.vintage or row.vintage == cut.vintage)
    )


def _in_window(row: Absence, cut: Cut) -> bool:
    return (cut.start is None or row.occurred_on >= cut.start) and (cut.end is None or row.occurred_on <= cut.end)


def _around(row: Absence, cut: Cut) -> bool:
    """What was said of a whole year holds for its quarters too."""
    if not (row.period_from and row.period_to and cut.start and cut.end):
        return False
    return row.period_from <= cut.start and cut.end <= row.period_to
