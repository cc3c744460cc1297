"""Reading what has been published: a number, or the cells below it. Filtering is looking up, never counting anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.ledger.disclosure import STRICTER, class_of
from portal.ui import formats
from reporting.engine.payload import Payload
from reporting.engine.protected.counting import shown_pairs
from reporting.engine.protected.payload import Cell, Codes, Dimensions, shown_in
from reporting.engine.query import Unanswerable
from reporting.models import Publication
from reporting.rules.disclosure import SMALLEST_SHOWN


class NotPublished(Unanswerable):
    """Nothing has been published of that day; the message says of which days something has."""


@dataclass(frozen=True)
class Published:
    """What a reader who may not open the records sees of a measure below a heading.

    `publication` None: nothing has been published yet, and every number is hidden. `dates` are the days that can be
    asked for, the newest first.
    """

    measure: str
    disclosure: str
    publication: Publication | None
    dates: Sequence[date]

    @property
    def smallest(self) -> int:
        return SMALLEST_SHOWN[self.disclosure]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return shown_pairs(self.measure)

    @cached_property
    def _shown(self) -> Mapping[tuple[Dimensions, Codes], Cell]:
        return {} if self.publication is None else shown_in(self.publication.payload)

    @cached_property
    def _tables(self) -> frozenset[Dimensions]:
        if self.publication is None:
            return frozenset()
        payload: Payload = self.publication.payload
        return frozenset(
            [
                (),
                *((name,) for name in payload["margins"]),
                *(tuple(each["dimensions"]) for each in payload["crossings"]),
            ]
        )

    def cell(self, fixed: Mapping[str, str]) -> Cell:
        """The number of what is fixed to codes: none, one or two dimensions. What is not published is hidden."""
        dimensions, codes = self._ordered(fixed)
        if dimensions not in self._tables:
            return Cell(None)
        return self._shown.get((dimensions, codes), Cell(Decimal(0)))

    def codes(self, dimension: str) -> list[str]:
        """The codes that have a number of their own, hidden or not."""
        return sorted(codes[0] for dimensions, codes in self._shown if dimensions == (dimension,))

    def cells(self, fixed: Mapping[str, str], by: str) -> dict[str, Cell]:
        """The numbers that what is fixed is divided into, by their codes; the zeros are left out."""
        found = {code: self.cell({**fixed, by: code}) for code in self.codes(by)}
        return {code: cell for code, cell in found.items() if cell.hidden or cell.value}

    def check(self, names: frozenset[str]) -> None:
        """Raises Unanswerable unless the dimensions are shown, and shown together."""
        together = [frozenset(pair) for pair in self.pairs]
        unknown = sorted(names - frozenset().union(*together))
        if unknown:
            raise Unanswerable(
                _("These numbers are protected and not shown by %(what)s.") % {"what": ", ".join(unknown)}
            )
        if len(names) > 1 and names not in together:
            raise Unanswerable(
                _("These cannot be shown together, so that nobody can be recognised: %(what)s.")
                % {"what": ", ".join(sorted(names))}
            )

    def _ordered(self, fixed: Mapping[str, str]) -> tuple[Dimensions, Codes]:
        names = frozenset(fixed)
        dimensions = next((pair for pair in self.pairs if frozenset(pair) == names), tuple(sorted(names)))
        return dimensions, tuple(fixed[name] for name in dimensions)


def published(measure: str, heading: int, day: date | None) -> Published:
    """The newest publication, or that of `day`. Raises NotPublished for a day that has none. One query.

    A publication made when the measure was of a less strict class is not shown any more.
    """
    disclosure = class_of(measure)
    strict_enough = STRICTER[max(1, STRICTER.index(disclosure)) :]
    rows = Publication.objects.filter(measure=measure, heading=heading, disclosure__in=strict_enough)
    found = list(rows.order_by("-as_of", "-pk"))
    dates = sorted({each.as_of for each in found}, reverse=True)
    if day is None:
        return Published(measure, disclosure, found[0] if found else None, dates)
    for each in found:
        if each.as_of == day:
            return Published(measure, disclosure, each, dates)
    if not dates:
        raise NotPublished(_("These numbers are protected, and none have been published yet."))
    raise NotPublished(
        _("These numbers are protected. They can be seen as published on: %(dates)s.")
        % {"dates": ", ".join(formats.date_da(each) for each in dates)}
    )
