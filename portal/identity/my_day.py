"""What waits on a person now, put together from the sources of all apps in one query, and where a log-in leads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, TextField, Value, Window
from django.db.models.functions import Cast

from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.identity.waiting import Row, Waiting, WaitingSource, sources

SHOWN = 5
"""Lines of a source on the page; its own page has all."""
LANDS_HERE = frozenset(
    {Role.HUB_ADVISER, Role.ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER, Role.DATA_STEWARD}
)
"""Whose work comes from others: they are led to it when they log in. All others see the figures first."""


@dataclass(frozen=True)
class Section:
    """What waits of one source: the first lines, and how many there are."""

    source: WaitingSource
    lines: Sequence[Waiting]
    number: int
    all_url: str

    @property
    def more(self) -> bool:
        return self.number > len(self.lines)


def waiting_for(actor: Actor, scopes: Collection[str] | None = None) -> list[Section]:
    """The sections that have something, in order. One query.

    `scopes`: of the API key that asks; None is a person, who needs none.
    """
    if actor.membership is None:
        return []
    concerned = [each for each in sources() if scopes is None or each.scope in scopes]
    questions = {source.key: source.asked(actor) for source in concerned}
    answers = _answers({key: asked for key, asked in questions.items() if asked is not None})
    sections = []
    for source in concerned:
        if source.key in answers:
            number, rows = answers[source.key]
            sections.append(Section(source, [source.line(row) for row in rows], number, source.all_url(actor)))
    return sections


def _answers(asked: dict[str, Any]) -> dict[str, tuple[int, list[Row]]]:
    """The first rows of each question and how many it has: all questions in one statement."""
    parts = [
        question.annotate(
            waiting_key=Value(key, output_field=TextField()),
            waiting_pk=Cast("pk", TextField()),
            waiting_number=Window(Count("pk")),
        )
        .order_by(F("waiting_due").asc(nulls_last=True), "waiting_since", "pk")
        .values("waiting_key", "waiting_pk", "waiting_since", "waiting_due", "waiting_said", "waiting_number")[:SHOWN]
        for key, question in asked.items()
    ]
    if not parts:
        return {}
    answer = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
    found: dict[str, tuple[int, list[Row]]] = {}
    for each in answer:
        row = Row(int(each["waiting_pk"]), each["waiting_since"], each["waiting_due"], each["waiting_said"])
        found.setdefault(each["waiting_key"], (each["waiting_number"], []))[1].append(row)
    return {key: (number, sorted(rows, key=_order)) for key, (number, rows) in found.items()}


def _order(row: Row) -> tuple[bool, date, date, int]:
    """The soonest due first, then the oldest."""
    return row.due is None, row.due or date.max, row.since, row.pk


def lands_here(actor: Actor) -> bool:
    """Does a log-in lead this person here, rather than to the figures?"""
    return actor.role in LANDS_HERE and actor.support is None
