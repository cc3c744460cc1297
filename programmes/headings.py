"""The headings that a plan's parts have in the ledger: made with them, moved with them, and what they are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Func, QuerySet, TextField

from portal import ledger
from portal.ledger.models import Heading, HeadingParent
from programmes.models import FocusArea, Initiative, Programme


def new_heading(parent: Heading | None = None, learnt_on: date | None = None) -> Heading:
    """A heading always below `parent`. Inside an entry; `learnt_on` in a history batch and only there.

    Raises EntryRefused outside.
    """
    heading = Heading.objects.create()
    ledger.define(HeadingParent(heading=heading, parent=parent, valid_from=None), learnt_on=learnt_on)
    return heading


def move(heading: Heading, parent: Heading) -> None:
    """The heading has always belonged below `parent`: what was counted before is shown there too. Inside an entry."""
    ledger.define(HeadingParent(heading=heading, parent=parent, valid_from=None))


@dataclass(frozen=True)
class Headed:
    """A part of a programme that facts are counted under: an initiative or a focus area."""

    heading_id: int
    number: str
    name: str
    programme_id: int

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


COLUMNS = ("heading_id", "number", "name", "programme_id")


def parts_of(programmes: Iterable[Programme] | QuerySet[Programme, Any]) -> list[Headed]:
    """All that the programmes are divided into, by number. One query."""
    given = programmes.order_by().values("pk") if isinstance(programmes, QuerySet) else [each.pk for each in programmes]
    return _read(*(model.objects.filter(programme__in=given) for model in (Initiative, FocusArea)))


def parts_called(headings: Iterable[int]) -> list[Headed]:
    """The parts with these headings, by number. One query."""
    wanted = list(headings)
    return _read(*(model.objects.filter(heading__in=wanted) for model in (Initiative, FocusArea)))


def _read(*parts: QuerySet[Any, Any]) -> list[Headed]:
    first, *others = (each.order_by().values_list(*COLUMNS) for each in parts)
    found = [Headed(*row) for row in first.union(*others, all=True)]
    return sorted(found, key=lambda each: (each.number, each.heading_id))


class NumberKey(Func):
    """Sorts 2 before 10, and 1.2 before 1.10: every number in the text is filled up with zeros."""

    template = r"regexp_replace(regexp_replace(%(expressions)s, '(\d+)', '0000000\1', 'g'), '\d*(\d{8})', '\1', 'g')"
    arity = 1
    output_field = TextField()


def by_number(prefix: str = "") -> list[Any]:
    """For order_by: numbers as people count, then the order in which they were made."""
    return [NumberKey(F(f"{prefix}number")), f"{prefix}pk"]
