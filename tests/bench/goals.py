"""The contracts of the seeded region: 200 goals in contracts of twelve, and what it costs to compute them.

full recompute of all goals   beside the same aggregates as hand-written SQL, and beside a query per indicator
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Sum

from matching.matches import MEASURE
from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from portal.ledger.models import Fact
from programmes.models import Initiative, Programme
from reporting.contracts import Party, make_contract, set_goal
from reporting.engine.contracts.attained import compute
from reporting.engine.contracts.cache import stored_payloads
from reporting.indicators import set_indicator
from reporting.measures import ANSWER, VOLUME
from reporting.models import Contract, Indicator, Series
from reporting.rules.distribution import Unit, distribute
from tests.bench.rows import Row, row
from tests.bench.seed import HISTORY

GOALS, PER_CONTRACT = 200, 12
RUNS = 5
PREFIX = "bench-kontrakt-"


@dataclass(frozen=True)
class Counted:
    """What one goal needs of the facts."""

    measure: str
    aggregate: str
    heading: int
    first: date
    last: date


def make(programme: Programme, goals: int = GOALS) -> None:
    """An indicator and a goal each, of six kinds by turns; every contract is about one year."""
    owner, hub = programme.owner, Organisation.objects.get(name=people.HUB)
    activities = list(Initiative.objects.filter(programme=programme).order_by("pk"))
    series: dict[str, list[Series]] = {measure: [] for measure in (ANSWER, VOLUME)}
    for each in Series.objects.filter(key__startswith="bench-").order_by("pk"):
        series[each.measure_id].append(each)
    contract: Contract | None = None
    for number in range(goals):
        if number % PER_CONTRACT == 0:
            year = programme.starts_on.year + 1 + number // PER_CONTRACT % 4
            parties = [Party(owner.name, owner, decides=True), Party(hub.name, hub, reports=True)]
            contract = make_contract(
                name=f"Bench: kontrakt {number // PER_CONTRACT}", slug=f"{PREFIX}{number // PER_CONTRACT}",
                starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), owner=owner, parties=parties,
                groups=["Fælles"], fictional=True,
            )  # fmt: skip
        assert contract is not None
        indicator, rule, params, name = _kind(number, activities, series)
        with ledger.entry(history=HISTORY):
            set_indicator(f"bench_{number}", name=f"Bench {number}", owner=owner, kind="measure",
                          learnt_on=programme.starts_on, **indicator)  # fmt: skip
        with ledger.entry(history=HISTORY):
            set_goal(contract, number % PER_CONTRACT + 1, name=f"Mål {number}", group="Fælles", rule=rule,
                     params=params, inputs={name: {"indicator": f"bench_{number}"}}, weight=1 + number % 3,
                     learnt_on=programme.starts_on)  # fmt: skip


def _kind(
    number: int, activities: list[Initiative], series: dict[str, list[Series]]
) -> tuple[dict[str, Any], str, dict[str, Any], str]:
    """Fields of the indicator, rule, its numbers, and the name of what it is given."""
    heading = {"headings": [activities[number % len(activities)].heading_id]}
    asked = {"series": [series[ANSWER][number // 6 % len(series[ANSWER])].key]}
    counted = {"series": [series[VOLUME][number // 6 % len(series[VOLUME])].key]}
    tiers = {"tiers": [{"from": "60", "score": "100"}, {"from": "20", "score": "50"}], "else": "0"}
    return (
        ({"measure": MEASURE, "aggregate": "sum", "filter": heading, "unit": "match"},
         "at_least", {"threshold": "500", "partial": True}, "value"),
        ({"measure": MEASURE, "aggregate": "distinct", "filter": heading, "unit": "virksomheder"},
         "tiers", {"direction": "higher", **tiers}, "value"),
        ({"measure": ANSWER, "aggregate": "nps", "filter": asked, "unit": "NPS"},
         "survey", {"kind": "nps", **tiers}, "answers"),
        ({"measure": ANSWER, "aggregate": "share", "filter": asked, "share_of": ["9", "10"], "unit": "pct."},
         "survey", {"kind": "share", **tiers}, "answers"),
        ({"measure": VOLUME, "aggregate": "sum", "filter": counted, "unit": "stk."},
         "linear", {"from": {"value": "0", "score": "0"}, "to": {"value": "5000", "score": "100"}, "capped": True},
         "value"),
        ({"measure": VOLUME, "aggregate": "sum", "filter": counted, "unit": "stk."},
         "within", {"from": "10", "to": "100000"}, "value"),
    )[number % 6]  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- rows


def rows() -> list[Row]:
    contracts = list(Contract.objects.filter(slug__startswith=PREFIX).order_by("pk"))
    now = ledger.AsOf.now()
    then = ledger.AsOf(contracts[0].ends_on, now.place)
    few = _asked(contracts[:1])
    every = _asked(contracts)
    by_hand = _median(lambda: by_hand_written_sql(every, now))
    one, one_spread = _timed(lambda: compute(contracts[0], then))
    whole, whole_spread = _timed(lambda: stored_payloads(contracts, now))
    simple, simple_spread = _timed(lambda: by_orm(every, now))
    return [
        row("contract of 12 goals, as known on a date", one, "ms", budget=150.0, spread=one_spread,
            yardstick=_median(lambda: by_hand_written_sql(few, then))),
        row("all goals recomputed", whole, "ms", budget=1.5 * by_hand, yardstick=by_hand, spread=whole_spread),
        row("the same with a query per indicator", simple, "ms", yardstick=by_hand, spread=simple_spread),
        _distribution(),
    ]  # fmt: skip


def _timed(work: Callable[[], object]) -> tuple[float, tuple[float, float]]:
    """Milliseconds: the median of five after one that warms up, and the least and the greatest."""
    work()
    times = []
    for _turn in range(RUNS):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), (min(times), max(times))


def _median(work: Callable[[], object]) -> float:
    return _timed(work)[0]


def _asked(contracts: list[Contract]) -> list[Counted]:
    """The aggregates that the contracts' goals need, said by the definitions and not by the engine."""
    series = {each.key: each.heading_id for each in Series.objects.all()}
    found = []
    for contract in contracts:
        for goal in contract.goals.all():
            version = goal.versions.latest("place")
            key = next(iter(version.inputs.values()))["indicator"]
            said = Indicator.objects.get(key=key).versions.latest("place")
            heading = said.filter["headings"][0] if "headings" in said.filter else series[said.filter["series"][0]]
            found.append(Counted(said.measure_id, said.aggregate, heading, contract.starts_on, contract.ends_on))
    return found


ASKED = """
    WITH RECURSIVE asked AS MATERIALIZED (
        SELECT * FROM unnest(%(goals)s::int[], %(measures)s::text[], %(headings)s::bigint[], %(firsts)s::date[],
                             %(lasts)s::date[]) AS a (goal, measure, heading, first, last)),
    spans AS MATERIALIZED (SELECT * FROM ledger_heading_spans(%(day)s, %(place)s)),
    tree AS (
        SELECT DISTINCT heading AS root, heading, '-infinity'::date AS valid_from, 'infinity'::date AS valid_to
          FROM asked
        UNION
        SELECT t.root, s.heading, greatest(t.valid_from, s.valid_from), least(t.valid_to, s.valid_to)
          FROM tree t JOIN spans s ON s.parent = t.heading
         WHERE greatest(t.valid_from, s.valid_from) < least(t.valid_to, s.valid_to)),
    wanted AS MATERIALIZED (
        SELECT a.goal, a.measure, t.heading, greatest(a.first, t.valid_from) AS first,
               least(a.last, t.valid_to - 1) AS last
          FROM asked a JOIN tree t ON t.root = a.heading)
"""
SUMS = f"""{ASKED}
    SELECT w.goal, f.category, sum(f.quantity)
      FROM wanted w
      JOIN ledger_fact f ON f.measure_id = w.measure AND f.heading_id = w.heading
       AND f.occurred_on BETWEEN w.first AND w.last
     WHERE f.place <= %(place)s AND (%(day)s::date IS NULL OR f.learnt_on <= %(day)s)
     GROUP BY w.goal, f.category
"""
DISTINCT = f"""{ASKED},
    roots AS MATERIALIZED (SELECT * FROM ledger_subject_roots(%(day)s, %(place)s))
    SELECT goal, count(*) FROM (
        SELECT w.goal, coalesce(r.root, f.subject) AS who
          FROM wanted w
          JOIN ledger_fact f ON f.measure_id = w.measure AND f.heading_id = w.heading
           AND f.occurred_on BETWEEN w.first AND w.last
          LEFT JOIN roots r ON r.subject = f.subject
         WHERE f.place <= %(place)s AND (%(day)s::date IS NULL OR f.learnt_on <= %(day)s)
         GROUP BY w.goal, who HAVING sum(f.quantity) > 0) whoever
     GROUP BY goal
"""


def by_hand_written_sql(asked: list[Counted], as_of: ledger.AsOf) -> dict[int, Any]:
    """Two statements for all the goals, as somebody would write them who knows what is asked."""
    answer: dict[int, Any] = {}
    for statement, chosen in (
        (SUMS, [(number, each) for number, each in enumerate(asked) if each.aggregate != "distinct"]),
        (DISTINCT, [(number, each) for number, each in enumerate(asked) if each.aggregate == "distinct"]),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                {
                    "goals": [number for number, _each in chosen],
                    "measures": [each.measure for _number, each in chosen],
                    "headings": [each.heading for _number, each in chosen],
                    "firsts": [each.first for _number, each in chosen],
                    "lasts": [each.last for _number, each in chosen],
                    "day": as_of.day,
                    "place": as_of.place,
                },
            )
            for goal, *found in cursor.fetchall():
                answer.setdefault(goal, []).append(found)
    return answer


def by_orm(asked: list[Counted], as_of: ledger.AsOf) -> list[Any]:
    """A query per indicator and period: how it is written when nobody thinks of the number of queries."""
    found: list[Any] = []
    for each in asked:
        where = ledger.under(each.heading, as_of)
        facts = Fact.objects.known(as_of).filter(
            where, measure=each.measure, occurred_on__range=(each.first, each.last)
        )
        if each.aggregate == "distinct":
            found.append(facts.order_by().values("subject").annotate(net=Sum("quantity")).filter(net__gt=0).count())
        elif each.aggregate == "sum":
            found.append(facts.order_by().aggregate(total=Sum("quantity"))["total"] or Decimal(0))
        else:
            found.append(list(facts.order_by().values("category").annotate(total=Sum("quantity"))))
    return found


def _distribution(units: int = 11, targets: int = 40) -> Row:
    """Forty targets shared among eleven municipalities; the yardstick is sharing them out and rounding, wrongly."""
    draw = random.Random(1)
    values = [[Fraction(draw.randint(1, 10**6)) for _unit in range(units)] for _target in range(targets)]
    totals = [draw.randint(100, 5000) for _target in range(targets)]

    def shared() -> None:
        for total, each in zip(totals, values, strict=True):
            distribute(total, [Unit(str(number), value) for number, value in enumerate(each)], "largest_remainder")

    def rounded() -> None:
        for total, each in zip(totals, values, strict=True):
            [round(total * value / sum(each)) for value in each]

    value, spread = _timed(shared)
    return row("40 targets shared among 11", value, "ms", budget=20.0, yardstick=_median(rounded), spread=spread)
