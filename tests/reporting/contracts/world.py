"""A contract of nine goals of every common kind, and its evidence, written with the portal's own functions."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal import ledger
from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from reporting.contracts import Party, make_contract, set_goal, sign_contract
from reporting.models import Contract, Goal, Observation, Series, Statement
from reporting.observation_rules import Said
from reporting.observations import make_series, observe, observe_many

YEAR = (date(2020, 1, 1), date(2020, 12, 31))
AGREED = date(2020, 1, 15)
TOLD = date(2021, 3, 1)
"""The day from which the evidence was known."""
KKR, HUB = "KKR Nordjylland", "Erhvervshus Nordjylland"
PROMOTERS, PASSIVES, DETRACTORS = 139, 33, 9
"""139 - 9 = 130 of 181 is 71.8: an NPS of 72, as published."""
NPS_TIERS = {"tiers": [{"from": "60", "score": "100"}, {"from": "50", "score": "50"}], "else": "0"}


@dataclass
class World:
    owner: Organisation
    hub: Organisation
    contract: Contract
    goals: dict[int, Goal] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    observed: dict[str, list[Any]] = field(default_factory=dict)
    batches: int = 0

    def history(self) -> AbstractContextManager[ledger.Entry]:
        self.batches += 1
        return ledger.entry(history=ledger.History(f"Historik {self.contract.pk}-{self.batches}", origin="test"))

    def make(self, key: str, measure: str, name: str = "", unit: str = "") -> Series:
        """A series known from the day the contract was agreed."""
        with self.history():
            self.series[key] = make_series(key, name or key, measure, self.owner, unit=unit, learnt_on=AGREED)
        return self.series[key]

    def observe(self, key: str, on: date, quantity: Any = 1, *, learnt_on: date | None = TOLD, **said: Any) -> Any:
        """One observation, known from `learnt_on`; None: registered today."""
        if learnt_on is None:
            made = observe(self.series[key], on, Decimal(quantity), **said)
        else:
            with self.history():
                made = observe(self.series[key], on, Decimal(quantity), learnt_on=learnt_on, **said)
        self.observed.setdefault(key, []).append(made)
        return made

    def answers(self, key: str, answers: Mapping[str, int], on: date, learnt_on: date | None = TOLD) -> None:
        said = [
            Said(occurred_on=on, category=answer, learnt_on=learnt_on)
            for answer, number in answers.items()
            for _turn in range(number)
        ]
        history = None
        if learnt_on is not None:
            self.batches += 1
            history = ledger.History(f"Historik {self.contract.pk}-{self.batches}", origin="test")
        observe_many(self.series[key], said, history=history)
        made = Observation.objects.filter(series=self.series[key]).order_by("-pk")[: len(said)]
        self.observed.setdefault(key, []).extend(reversed(made))

    def goal(self, number: int, rule: str, params: Any, inputs: Any, *, group: str = "Fælles", **said: Any) -> Goal:
        with self.history():
            self.goals[number] = set_goal(
                self.contract, number, name=said.pop("name", f"Mål {number}"), group=group, rule=rule, params=params,
                inputs=inputs, learnt_on=said.pop("learnt_on", AGREED), **said,
            )  # fmt: skip
        return self.goals[number]

    def say(self, kind: str, amount: Any = None, *, goal: int | None = None, on: date = TOLD, **said: Any) -> Statement:
        statement = Statement(
            contract=self.contract, goal=self.goals[goal] if goal else None, kind=kind,
            amount=None if amount is None else Decimal(amount), said_on=on, by=said.pop("by", self.hub),
            by_name=said.pop("by_name", HUB), reason_code=said.pop("reason_code", "decision"), **said,
        )  # fmt: skip
        with self.history():
            ledger.define(statement, learnt_on=on)
        return statement

    def sign(self) -> Contract:
        self.contract = sign_contract(self.contract, signed_on=AGREED)
        return self.contract


def empty_world(slug: str = "resultatkontrakt", period: tuple[date, date] = YEAR, **said: Any) -> World:
    """A contract without goals, between a KKR and its hub."""
    owner, hub = organisations()
    contract = make_contract(
        name=f"Resultatkontrakt {slug}", slug=slug, starts_on=period[0], ends_on=period[1], owner=owner,
        parties=[Party(KKR, owner, decides=True), Party(HUB, hub, reports=True)],
        groups=["Nationale", "Fælles", "Regionale"], **said,
    )  # fmt: skip
    return World(owner, hub, contract)


def organisations() -> tuple[Organisation, Organisation]:
    kkr = Area.objects.get(kind=Area.Kind.KKR, name=KKR)
    owner, _made = Organisation.objects.get_or_create(name=KKR, defaults={"kind": OrganisationKind.KKR, "area": kkr})
    hub, _made = Organisation.objects.get_or_create(
        name=HUB, defaults={"kind": OrganisationKind.HUB, "area": Area.objects.get(kind=Area.Kind.HUB, name=HUB)}
    )
    return owner, hub


def deliver(world: World, number: int, keys: list[str], delivered: list[str], *, group: str = "Fælles") -> None:
    """A goal of deliverables with equal shares; those in `delivered` came in the year."""
    prefix = f"{world.contract.slug}-{number}"
    for key in keys:
        world.make(f"{prefix}-{key}", "delivery", name=f"{key} {number}")
    world.goal(
        number,
        "deliverables",
        {"deliverables": [{"key": key, "name": f"Leverance {key}"} for key in keys], "required": "share"},
        {key: {"series": f"{prefix}-{key}"} for key in keys},
        group=group,
    )
    for key in delivered:
        world.observe(f"{prefix}-{key}", date(2020, 11, 30))


def nine_goals(slug: str = "resultatkontrakt") -> World:
    """The contract that scores 100 nine times but for one 75: three of four deliverables."""
    world = empty_world(slug)
    world.make(f"{slug}-nps", "survey_answer", "Anbefaling")
    world.make(f"{slug}-effect", "survey_answer", "Effekt")
    world.goal(
        1, "survey", {"kind": "nps", **NPS_TIERS}, {"answers": {"series": f"{slug}-nps"}}, group="Nationale",
        name="Tilfredshed",
    )  # fmt: skip
    world.answers(f"{slug}-nps", {"10": PROMOTERS, "8": PASSIVES, "5": DETRACTORS}, date(2020, 12, 1))
    world.goal(
        2,
        "survey",
        {"kind": "share", "tiers": [{"from": "70", "score": "100"}, {"from": "60", "score": "50"}], "else": "0"},
        {"answers": {"series": f"{slug}-effect", "share_of": ["high", "medium"]}},
        group="Nationale",
    )
    world.answers(f"{slug}-effect", {"high": 100, "medium": 75, "low": 6}, date(2020, 12, 1))
    deliver(world, 3, ["identity", "guide", "entrances"], ["identity", "guide", "entrances"], group="Nationale")
    for part, before, after in (("known", "34.7", "54.3"), ("value", "44.2", "71.2"), ("esteem", "82.6", "92.0")):
        world.make(f"{slug}-{part}", "measurement", unit="pct.")
        world.observe(f"{slug}-{part}", date(2020, 2, 15), before)
        world.observe(f"{slug}-{part}", date(2020, 12, 15), after)
    world.goal(
        4,
        "every_part",
        {"parts": [{"key": part, "name": part} for part in ("known", "value", "esteem")], "all": True},
        {
            name: spec
            for part in ("known", "value", "esteem")
            for name, spec in (
                (part, {"series": f"{slug}-{part}"}),
                (f"{part}.baseline", {"series": f"{slug}-{part}", "from": "2020-01-01", "to": "2020-03-31"}),
            )
        },
    )
    deliver(world, 5, ["code", "statistics"], ["code", "statistics"])
    deliver(world, 6, ["agreements", "partners", "analysis", "camp"], ["agreements", "partners", "analysis"])
    deliver(world, 7, ["skills", "events", "finance"], ["skills", "events", "finance"])
    world.make(f"{slug}-assessed", "measurement")
    world.goal(8, "assessed", {}, {"assessment": {"series": f"{slug}-assessed"}}, group="Regionale")
    world.observe(f"{slug}-assessed", date(2020, 12, 31), 100)
    deliver(world, 9, ["contact", "owners", "visits", "people"], ["contact", "owners", "visits", "people"])
    world.say("recommendation", 97)
    for number in range(1, 10):
        world.say("recommendation", 75 if number == 6 else 100, goal=number)
    return world
