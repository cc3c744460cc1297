"""When every measure is protected, no number of it is left: on no page, in no file, in no answer of the API.

Generated from the URL map. Planted in the ledger are numbers that nothing else has, so that finding one is a leak. That
they are found while the measures are open shows that the search would find them.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.test import TestCase

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.roles import Role
from portal.ledger import registry
from portal.ledger.disclosure import class_of, set_class
from portal.ledger.models import FactRecord
from reporting.engine import buckets
from reporting.engine.contracts import cache
from reporting.models import Series
from reporting.observations import observe
from tests.access.matrix import RULES
from tests.access.world import World, build_world
from tests.ring import LONG, wider

PLANTED, ANSWERS = 791_919_190, 610_610_100
"""Nine digits: no key, place in an address or other number of the tests is so by chance."""
HJOERRING = "0860"
# The other facts of the tests add a few to what is planted (tests/access/world.py).
TELLING = re.compile(r"\b(791[.,]?919[.,]?19|610[.,]?610[.,]?10)[0-9]\b")
READERS = (Role.KKR_VIEWER, Role.AUDITOR, Role.MUNICIPAL_OFFICER, Role.ADVISER, Role.DATA_PROTECTION_OFFICER)
SHOWING = {
    "reporting:dashboard", "reporting:figure", "home", "api_figures", "api_figure", "reporting:indicator",
    "reporting:indicators", "api_indicator", "reporting:series", "api_observations", "audit:changes",
}  # fmt: skip
"""Addresses that show a planted number while all is open: some of them all, and of every kind."""
PRINTED = {
    "sealed_figure": "keeps what it printed",
}
FILES = ("reporting:dashboard", "reporting:figure", "reporting:programme_targets", "reporting:contract",
         "reporting:series", "reporting:indicators", "reporting:key_split", "audit:changes")  # fmt: skip
WAYS: dict[str, tuple[str, ...]] = {
    "reporting:figure": ("by=municipality", f"municipality={HJOERRING}", "figure=attainment&target=matches",
                         "target=municipal-part", "part=neither", "until=2026-12"),
    "api_figure": ("by=municipality", f"municipality={HJOERRING}", "part=neither"),
    "reporting:indicator": (f"municipality={HJOERRING}",),
    "reporting:contract_facts": ("leaf=0",),
}  # fmt: skip


def readers(name: str) -> tuple[Role, ...]:
    """All where a number is known to stand, and in the long ring; else two of them, in turn from address to address."""
    if LONG or name in SHOWING or name in WAYS or name in FILES:
        return READERS
    first = sorted(RULES).index(name)
    return tuple(READERS[(first + step) % len(READERS)] for step in range(2))


@wider
class TestNothingIsLeft(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        programme = cls.world.programme
        with ledger.entry():
            ledger.post(
                measure="match_registered", occurred_on=programme.counted_from.replace(day=1), source="match",
                source_id="999999", quantity=Decimal(PLANTED), municipality=HJOERRING,
                organisation=cls.world.match.created_by_id, heading=programme.heading_id,
                subject=FactRecord.objects.filter(measure="match_registered").get().fact.subject,
                category="ordinary_job", subcategory="other",
            )  # fmt: skip
        observe(cls.world.evidence.series, date(2020, 4, 1), ANSWERS, category="Ja")
        for series in Series.objects.filter(measure__in=["volume", "delivery"], key__startswith="resultat")[:3]:
            observe(series, date(2020, 6, 1), PLANTED)
        for series in cls.of_contract():
            observe(series, date(2020, 6, 1), ANSWERS, category="10" if "nps" in series.key else "Ja")
        buckets.fold()
        cache.refresh()

    @classmethod
    def of_contract(cls) -> list[Series]:
        """Series of answers that a goal of the contract counts."""
        named = {
            str(spec["series"])
            for version in cls.world.contract.goals.filter(versions__isnull=False).values_list(
                "versions__inputs", flat=True
            )
            for spec in version.values()
            if isinstance(spec, dict) and "series" in spec
        }
        return list(Series.objects.filter(key__in=named, measure="survey_answer").order_by("key"))

    def found(self, asked: set[str] | None = None) -> list[str]:
        """Where a planted number stands, by reader and address; `asked` are the only addresses to ask."""
        world, places = self.world, []
        world.clients.clear()
        for name, rule in sorted(RULES.items()):
            if rule.method != "get" or name in PRINTED or (asked is not None and name not in asked):
                continue
            ways = ["", *WAYS.get(name, ())] + (["export=csv"] if name in FILES else [])
            for role in readers(name):
                for way in ways:
                    answer = world.ask(name, "get", world.own[role], way)
                    if TELLING.search(text_of(answer)):
                        places.append(f"{role} {name}?{way}")
        return places

    def test_no_number_of_a_protected_measure_is_left(self) -> None:
        seen = {place.split()[1].partition("?")[0] for place in self.found(SHOWING)}
        assert seen == SHOWING, "the search finds what is there"
        officer = actor_for(self.world.own[Role.DATA_PROTECTION_OFFICER])
        for measure in registry.all_measures():
            if class_of(measure.key) != "people":
                set_class(officer, measure.key, "people", "Prøve")
        # Nothing has been folded or computed since: it holds at once, whatever is stored.
        assert self.found(SHOWING) == []
        buckets.fold()
        cache.refresh()
        assert self.found() == []


def text_of(answer: Any) -> str:
    """What a person or a program reads."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace").replace("\N{NO-BREAK SPACE}", " "))
