"""Measures of every kind, and short ways to post facts and define indicators, for the tests of the indicators."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal import ledger
from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger import registry
from portal.ledger.models import Alias, Heading, HeadingParent, Measure
from reporting.engine.indicators import Ask, Reading, read_indicators
from reporting.models import Indicator, IndicatorVersion, Series
from reporting.rules.values import Number

YEAR = (date(2020, 1, 1), date(2020, 12, 31))
AALBORG, HJOERRING = "0851", "0860"
ALL = frozenset({"municipality", "organisation", "heading", "subject"})
NO_ROWS = "SELECT 1 WHERE false"


def _measure(key: str, kind: Any, **more: Any) -> registry.MeasureDefinition:
    return registry.MeasureDefinition(
        **{
            "key": key,
            "name": key,
            "unit": "stk.",
            "kind": kind,
            "disclosure": "open",
            "about_person": False,
            "dimensions": {name: registry.Dimension(name) for name in registry.COLUMN_DIMENSIONS},
            "nullable": ALL,
            "expected": lambda period: NO_ROWS,
            "describe": lambda records, actor: {},
            "visible": lambda actor: None,
            **more,
        }
    )


MEASURES = [
    _measure("try_visits", "flow"),
    _measure("try_stock", "level"),
    _measure("try_rank", "published"),
    _measure("try_answer", "answer"),
    _measure("try_month", "flow", about_person=True),
    _measure("try_secret", "flow", disclosure="companies"),
]


@contextmanager
def measures() -> Iterator[None]:
    with registry.registered(*MEASURES):
        for each in MEASURES:
            Measure.objects.get_or_create(key=each.key, defaults=each.as_row())
        yield


@dataclass
class Indicators:
    owner: Organisation
    sources: int = 0
    headings: dict[str, Heading] = field(default_factory=dict)

    @classmethod
    def build(cls) -> "Indicators":
        area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Nordjylland")
        owner, _made = Organisation.objects.get_or_create(
            name="KKR Nordjylland", defaults={"kind": OrganisationKind.KKR, "area": area}
        )
        return cls(owner)

    def post(self, measure: str, quantity: Any = 1, *, learnt_on: date | None = None, **said: Any) -> str:
        """One fact; its source id."""
        self.sources += 1
        history = ledger.History("Historik", origin="test") if learnt_on else None
        if "series" in said:
            said["heading"] = Series.objects.get(key=said.pop("series")).heading_id
        with ledger.entry(history=history):
            ledger.post(
                **{
                    "measure": measure,
                    "occurred_on": said.pop("on", date(2020, 6, 1)),
                    "source": "test",
                    "source_id": str(self.sources),
                    "quantity": Decimal(str(quantity)),
                    "learnt_on": learnt_on,
                    **said,
                }
            )
        return str(self.sources)

    def post_all(self, measure: str, rows: list[dict[str, Any]]) -> None:
        with ledger.entry():
            for row in rows:
                self.sources += 1
                said = {"occurred_on": date(2020, 6, 1), "source": "test", "source_id": str(self.sources), **row}
                ledger.post(measure=measure, **said)

    def reverse(self, measure: str, source_id: str) -> None:
        with ledger.entry():
            ledger.reverse(measure=measure, source="test", source_id=source_id)

    def heading(self, name: str, parent: str = "", valid_from: date | None = None) -> int:
        """A heading below another; asked for again with another parent it moves there."""
        with ledger.entry():
            if name not in self.headings:
                self.headings[name] = Heading.objects.create()
            above = self.headings[parent] if parent else None
            ledger.define(HeadingParent(heading=self.headings[name], parent=above, valid_from=valid_from))
        return self.headings[name].pk

    def series(self, key: str, measure: str) -> Series:
        self.heading(key)
        return Series.objects.create(
            key=key, name=key, owner=self.owner, heading=self.headings[key], measure_id=measure
        )

    def define(self, key: str, *, learnt_on: date | None = None, **said: Any) -> IndicatorVersion:
        """A version as it stands in the table, without the checks of `set_indicator`."""
        indicator, _made = Indicator.objects.get_or_create(key=key, defaults={"name": key.title(), "owner": self.owner})
        said.setdefault("kind", "formula" if "formula" in said else "open" if "open_question" in said else "measure")
        version = IndicatorVersion(indicator=indicator, **{"unit": "stk.", "reason_code": "error", **said})
        history = ledger.History("Definitioner", origin="test") if learnt_on else None
        with ledger.entry(history=history):
            ledger.define(version, learnt_on=learnt_on)
        return version

    def merge(self, subject: Any, into: Any) -> None:
        with ledger.entry():
            ledger.define(Alias(subject=subject, into_subject=into, reason="test"))


def read(key: str, window: tuple[date | None, date | None] = YEAR, as_of: Any = None, **more: Any) -> Reading:
    ask = Ask(key, *window, **more)
    return read_indicators([ask], as_of)[ask]


def number(key: str, window: tuple[date | None, date | None] = YEAR, **more: Any) -> Fraction:
    value = read(key, window, **more).value
    assert isinstance(value, Number), value
    return value.value
