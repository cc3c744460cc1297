"""Indicators over facts: each kind counted its own way, the same number of queries for any number of asks."""

import random
import uuid
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Fact
from reporting.absences import absent
from reporting.engine.indicators import Ask, facts_behind, read_indicators
from reporting.models import Indicator, IndicatorVersion
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Empty, Failed, Fault, Number
from tests.reporting.indicator_world import AALBORG, HJOERRING, MEASURES, YEAR, Indicators, measures, number, read
from tests.reporting.rules.recheck import disagreements

Q1 = (date(2020, 1, 1), date(2020, 3, 31))


@pytest.fixture
def world(db: None) -> Iterator[Indicators]:
    with measures():
        yield Indicators.build()


def test_a_flow_is_added_up_in_its_window_and_its_municipality(world: Indicators) -> None:
    world.define("visits", measure_id="try_visits", aggregate="sum")
    for on, municipality, quantity in (
        (date(2020, 1, 1), AALBORG, 2),  # both ends of a window belong to it
        (date(2020, 3, 31), HJOERRING, 3),
        (date(2020, 4, 1), AALBORG, 5),
        (date(2019, 12, 31), AALBORG, 7),
    ):
        world.post("try_visits", quantity, on=on, municipality=municipality)
    assert number("visits") == 10
    assert number("visits", Q1) == 5
    assert number("visits", Q1, municipality=AALBORG) == 2
    assert number("visits", (None, None)) == 17
    assert read("visits", Q1).days == (date(2020, 1, 1), date(2020, 3, 31))
    assert read("visits", Q1).unit == "stk."


def test_a_negative_correction_reduces_the_total(world: Indicators) -> None:
    """T7: value views that drop negative numbers."""
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.post("try_visits", 10)
    world.post("try_visits", -3)
    assert number("visits") == 7


def test_zero_is_a_value_and_nothing_observed_is_not(world: Indicators) -> None:
    """T1: 0 stored as blank. Registrations are complete, so none is 0; a series nobody observed is not reported."""
    world.series("camp", "try_visits")
    world.define("all", measure_id="try_visits", aggregate="sum")
    world.define("camp", measure_id="try_visits", aggregate="sum", filter={"series": ["camp"]})
    assert read("all").value == Number(Fraction(0))
    assert read("camp").value == Absent(Empty.NOT_REPORTED)
    made = world.post("try_visits", 0, series="camp")
    assert read("camp").value == Number(Fraction(0))
    world.reverse("try_visits", made)
    assert read("camp").value == Absent(Empty.NOT_REPORTED)


def test_a_reversed_fact_is_neither_counted_nor_behind_the_value(world: Indicators) -> None:
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.post("try_visits", 4, on=date(2020, 2, 1))
    world.reverse("try_visits", world.post("try_visits", 100, on=date(2020, 11, 1)))
    reading = read("visits")
    assert reading.value == Number(Fraction(4))
    assert reading.days == (date(2020, 2, 1), date(2020, 2, 1))
    assert reading.facts is not None
    assert reading.facts.count == 1 == facts_behind(reading.facts, ledger.AsOf.now()).count()


def test_windows_that_overlap_touch_or_lie_apart_are_read_together_and_nothing_counts_twice(world: Indicators) -> None:
    world.series("camp", "try_visits")
    kept = {"series": ["camp"]}
    world.define("all", measure_id="try_visits", aggregate="sum", filter=kept)
    world.define("companies", measure_id="try_visits", aggregate="distinct", filter=kept)
    company = uuid.uuid4()
    for on, quantity, subject in (
        (date(2020, 1, 1), 1, company),
        (date(2020, 3, 31), 2, uuid.uuid4()),
        (date(2020, 4, 1), 4, company),
        (date(2020, 7, 1), 8, uuid.uuid4()),
        (date(2020, 12, 31), 16, uuid.uuid4()),
        (date(2021, 6, 1), 32, company),
    ):
        world.post("try_visits", quantity, on=on, series="camp", subject=subject)
    windows: list[tuple[date | None, date | None, int, int]] = [
        (date(2020, 1, 1), date(2020, 3, 31), 1 + 2, 2),
        (date(2020, 3, 15), date(2020, 4, 30), 2 + 4, 2),  # overlaps the one before
        (date(2020, 4, 1), date(2020, 4, 1), 4, 1),  # inside it, and touching the first
        (date(2020, 7, 1), date(2020, 7, 31), 8, 1),  # apart from all others
        (date(2020, 7, 2), date(2020, 7, 31), 0, 0),
        (date(2020, 12, 31), None, 16 + 32, 2),
        (None, date(2020, 3, 30), 1, 1),
        (None, None, 63, 4),
    ]
    for asked in (windows[:6], windows):  # with the last two everything is one long window
        asks = {Ask(key, first, last) for first, last, *_expected in asked for key in ("all", "companies")}
        found = read_indicators(asks, None)
        for first, last, total, companies in asked:
            nothing = Absent(Empty.NOT_REPORTED)
            given = found[Ask("all", first, last)].value, found[Ask("companies", first, last)].value
            expected = (Number(Fraction(total)), Number(Fraction(companies))) if total else (nothing, nothing)
            assert given == expected, (first, last)


def test_levels_take_the_last_and_are_added_over_municipalities_only_if_they_may(world: Indicators) -> None:
    for on, municipality, quantity in (
        (date(2020, 1, 31), AALBORG, 10),
        (date(2020, 6, 30), AALBORG, 12),
        (date(2020, 2, 28), HJOERRING, 5),
    ):
        world.post("try_stock", quantity, on=on, municipality=municipality)
    world.define("stock", measure_id="try_stock", aggregate="last", over_time="last", over_place="sum")
    world.define("one", measure_id="try_stock", aggregate="last", over_time="last", over_place="none")
    assert number("stock") == 17  # never 27
    assert number("stock", Q1) == 15
    assert number("stock", municipality=HJOERRING) == 5
    assert number("one") == 12


def test_a_published_value_is_the_last_standing_of_the_vintage_named(world: Indicators) -> None:
    world.define("rank", measure_id="try_rank", aggregate="last")
    world.post("try_rank", 21, subcategory="2021-02")
    wrong = world.post("try_rank", 99, subcategory="2021-03")
    world.post("try_rank", 19, subcategory="2021-08", qualifier="ca.")
    world.reverse("try_rank", wrong)
    assert read("rank").value == Number(Fraction(19), qualifier="ca.")
    assert read("rank", vintage="2021-02").value == Number(Fraction(21))
    assert read("rank", vintage="2021-03").value == Absent(Empty.NOT_REPORTED)
    assert read("rank").step.meta["vintage"] == "2021-08"


def test_distinct_companies_are_net_and_merged_and_never_a_sum_of_sub_counts(world: Indicators) -> None:
    world.define("companies", measure_id="try_visits", aggregate="distinct")
    world.define("formula", formula="companies + 0")
    first, second, third = (uuid.uuid4() for _ in range(3))
    world.post("try_visits", subject=first, municipality=AALBORG)
    world.post("try_visits", subject=first, municipality=HJOERRING)
    world.post("try_visits", subject=second, municipality=AALBORG)
    world.post("try_visits", municipality=AALBORG)  # nobody known
    taken_back = world.post("try_visits", subject=third, municipality=AALBORG)
    assert number("companies") == 3
    world.reverse("try_visits", taken_back)
    assert number("companies") == 2
    assert number("companies", municipality=AALBORG) == 2
    assert number("companies", municipality=HJOERRING) == 1  # 2 + 1 is not the 2 of the whole
    before = ledger.AsOf.now()
    world.merge(second, first)
    assert number("companies") == 1 == number("formula")
    assert number("companies", as_of=before) == 2


def test_a_share_of_a_region_is_divided_after_the_counts_were_added(world: Indicators) -> None:
    """T3 and row 58: 1 of 4 and 2 of 4 is 37.5 %, whatever way it is asked; 1 of 1 and 0 of 9 is 10 %, not 50."""
    world.series("new", "try_answer")
    world.define("share", measure_id="try_answer", aggregate="share", share_of=["yes"], filter={"series": ["new"]})
    assert read("share").value == Absent(Empty.NOT_REPORTED)  # an empty denominator is no data, never 0
    answers = [(AALBORG, "yes", 1), (AALBORG, "no", 3), (HJOERRING, "yes", 2), (HJOERRING, "no", 2)]
    for municipality, answer, times in answers:
        for _ in range(times):
            world.post("try_answer", series="new", municipality=municipality, category=answer)
    reading = read("share")
    assert reading.value == Number(Fraction(300, 8), numerator=Fraction(3), denominator=Fraction(8))
    assert number("share", municipality=AALBORG) == 25
    assert number("share", municipality=HJOERRING) == 50
    assert reading.counts["answered"] == 8
    assert [child.value for child in reading.step.children] == [Number(Fraction(3)), Number(Fraction(8))]


def test_a_net_promoter_score_of_a_region_is_not_the_average(world: Indicators) -> None:
    world.series("nps", "try_answer")
    world.define("nps", measure_id="try_answer", aggregate="nps", filter={"series": ["nps"]})
    for municipality, answer, times in (
        (AALBORG, "10", 6),
        (AALBORG, "8", 2),
        (HJOERRING, "6", 1),
        (HJOERRING, "9", 1),
    ):
        for _ in range(times):
            world.post("try_answer", series="nps", municipality=municipality, category=answer)
    assert number("nps", municipality=AALBORG) == 75
    assert number("nps", municipality=HJOERRING) == 0
    assert number("nps") == Fraction(100 * (7 - 1), 10)  # 60; the average is 37.5
    assert read("nps").counts == {"promoters": 7, "detractors": 1, "answers": 10, "answered": 10}


def test_a_formula_divides_sums_and_explains_itself_to_the_facts(world: Indicators) -> None:
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.define("companies", measure_id="try_visits", aggregate="distinct")
    world.define("each", formula="visits / companies")
    for municipality, times in ((AALBORG, 5), (HJOERRING, 1)):
        subject = uuid.uuid4()
        for _ in range(times):
            world.post("try_visits", subject=subject, municipality=municipality)
    assert number("each") == 3
    assert number("each", municipality=AALBORG) == 5
    leaves = [step for step in _all_steps(read("each").step) if step.op == "facts"]
    assert sorted(leaf.label for leaf in leaves) == ["companies", "visits"]


def _all_steps(step: Any) -> Iterator[Any]:
    yield step
    for child in step.children:
        yield from _all_steps(child)


def test_one_that_fails_stops_no_other_and_each_says_why(world: Indicators) -> None:
    """T17 and row 57."""
    world.define("good", measure_id="try_visits", aggregate="sum")
    world.define("zero", formula="good / (good - good)")
    world.define("first", formula="second + good")
    world.define("second", formula="first + 1")
    world.define("outside", formula="first + 1")
    world.define("gone", measure_id="try_visits", aggregate="sum", withdrawn=True)
    world.define("later", open_question="Kilden mangler.", filter={"empty": "undecided"})
    world.define("secret", measure_id="try_secret", aggregate="sum")
    world.define("nowhere", formula="not_there + 1")
    world.define("lost", measure_id="try_visits", aggregate="sum", filter={"series": ["no_such"]})
    world.post("try_visits", 4)
    keys = ["good", "zero", "first", "second", "outside", "gone", "later", "secret", "nowhere", "lost", "unheard"]
    found = {
        ask.indicator: reading.value for ask, reading in read_indicators([Ask(k, *YEAR) for k in keys], None).items()
    }
    assert found["good"] == Number(Fraction(4))
    faults = {key: value.fault for key, value in found.items() if isinstance(value, Failed)}
    assert faults == {
        "zero": Fault.DIVISION_BY_ZERO, "first": Fault.CYCLIC, "second": Fault.CYCLIC, "outside": Fault.CYCLIC,
        "secret": Fault.FORBIDDEN, "nowhere": Fault.UNKNOWN, "lost": Fault.UNKNOWN, "unheard": Fault.UNKNOWN,
    }  # fmt: skip
    assert found["later"] == Absent(Empty.UNDECIDED)
    assert isinstance(found["gone"], Absent)


def test_the_version_and_the_facts_known_then_answer(world: Indicators) -> None:
    world.define("visits", measure_id="try_visits", aggregate="sum", learnt_on=date(2020, 1, 1))
    world.post("try_visits", 2, on=date(2020, 2, 1), learnt_on=date(2020, 2, 2))
    world.post("try_visits", 3, on=date(2020, 2, 1), learnt_on=date(2020, 9, 1))
    world.define("visits", formula="1 + 1", learnt_on=date(2020, 10, 1))
    day = ledger.AsOf.at(date(2020, 8, 1))
    assert number("visits", as_of=day) == 2
    assert number("visits", as_of=ledger.AsOf.at(date(2020, 9, 1))) == 5
    assert read("visits", as_of=ledger.AsOf.at(date(2019, 1, 1))).value == Failed(Fault.UNKNOWN, "visits")
    assert number("visits") == 2
    assert read("visits", as_of=day).facts is not None


def test_headings_below_count_on_the_days_they_lay_there(world: Indicators) -> None:
    """Row 60: three levels are what the flat sum is; a heading that moved counts where it lay."""
    top, middle = world.heading("top"), world.heading("middle", "top")
    leaf = world.heading("leaf", "middle")
    other = world.heading("other")
    world.define("below", measure_id="try_visits", aggregate="sum", filter={"headings": [top]})
    world.define("companies", measure_id="try_visits", aggregate="distinct", filter={"headings": [top, leaf]})
    for heading, on in ((top, 1), (middle, 2), (leaf, 3), (leaf, 9), (other, 4)):
        world.post("try_visits", heading=heading, on=date(2020, on, 15), subject=uuid.uuid4())
    assert number("below") == 4
    assert number("companies") == 4
    world.heading("leaf", "other", valid_from=date(2020, 6, 1))
    assert number("below") == 3
    assert number("below", (date(2020, 7, 1), None)) == 0
    assert number("companies") == 4  # the leaf itself is asked for as well
    reading = read("below")
    assert reading.facts is not None
    assert facts_behind(reading.facts, ledger.AsOf.now()).count() == 3


def test_cumulative_counts_from_the_beginning_and_persons_by_month(world: Indicators) -> None:
    world.define("all", measure_id="try_visits", aggregate="sum", accumulation="cumulative")
    world.define("month", measure_id="try_month", aggregate="sum")
    world.post("try_visits", 2, on=date(2018, 1, 1))
    world.post("try_visits", 3)
    world.post("try_month", 1, on=date(2020, 3, 31))  # kept as the first of its month
    assert number("all") == 5
    assert number("month", (date(2020, 3, 20), date(2020, 4, 1))) == 1


def test_drafts_are_read_in_place_of_what_is_stored(world: Indicators) -> None:
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.define("double", formula="visits * 2")
    world.post("try_visits", 3, category="a")
    world.post("try_visits", 4, category="b")
    draft = IndicatorVersion(
        indicator=Indicator.objects.get(key="visits"), kind="measure", measure_id="try_visits", aggregate="sum",
        filter={"categories": ["a"]}, unit="stk.",
    )  # fmt: skip
    asks = [Ask("double", *YEAR)]
    assert read_indicators(asks, None, {"visits": draft})[asks[0]].value == Number(Fraction(6))
    assert number("double") == 14


def test_a_figure_can_be_asked_for_without_some_registrations(world: Indicators) -> None:
    """What the comparison of two moments tells the causes apart by; a reversal left out gives its fact back."""
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.post("try_visits", 3)
    made = world.post("try_visits", 4)
    ask = Ask("visits", *YEAR)
    last = ledger.head()
    assert read_indicators([ask], None, without=[last])[ask].value == Number(Fraction(3))
    world.reverse("try_visits", made)
    assert read_indicators([ask], None)[ask].value == Number(Fraction(3))
    assert read_indicators([ask], None, without=[last + 1])[ask].value == Number(Fraction(7))


def test_every_reading_agrees_with_the_facts_behind_it(world: Indicators) -> None:
    world.series("s", "try_answer")
    world.define("visits", measure_id="try_visits", aggregate="sum", filter={"municipalities": [AALBORG, HJOERRING]})
    world.define("a_only", measure_id="try_visits", aggregate="sum", filter={"categories": ["a"]})
    world.define("stock", measure_id="try_stock", aggregate="last", over_place="sum")
    for index in range(12):
        where = {"municipality": (AALBORG, HJOERRING)[index % 2], "on": date(2020, 1 + index, 3)}
        world.post("try_visits", index, category="ab"[index % 2], **where)
        world.post("try_stock", index, **where)
    asks = [
        Ask(key, start, end, municipality)
        for key in ("visits", "a_only", "stock")
        for start, end in (YEAR, Q1, (None, date(2020, 5, 3)))
        for municipality in (None, AALBORG)
    ]
    now = ledger.AsOf.now()
    for ask, reading in read_indicators(asks, now).items():
        assert reading.facts is not None
        rows = list(facts_behind(reading.facts, now))
        assert len(rows) == reading.facts.count, ask
        assert isinstance(reading.value, Number), ask
        assert sum(Fraction(row.quantity) for row in rows) == reading.value.value, ask


@pytest.mark.parametrize("municipalities", [1, 3])
def test_the_number_of_queries_is_the_same_for_10_50_and_200(world: Indicators, municipalities: int) -> None:
    """Row 49: indicators of every kind, formulas over formulas, windows and municipalities."""
    world.heading("top")
    world.series("s", "try_answer")
    kinds: list[dict[str, Any]] = [
        {"measure_id": "try_visits", "aggregate": "sum", "filter": {"headings": [world.headings["top"].pk]}},
        {"measure_id": "try_visits", "aggregate": "distinct"},
        {"measure_id": "try_stock", "aggregate": "last"},
        {"measure_id": "try_answer", "aggregate": "nps", "filter": {"series": ["s"]}},
        {"measure_id": "try_month", "aggregate": "sum"},
    ]
    with ledger.entry():
        for index in range(200):
            indicator = Indicator.objects.create(key=f"i{index}", name=f"I {index}", owner=world.owner)
            said = kinds[index % 5] | {"kind": "measure"}
            if index >= 10 and index % 5 == 4:
                said = {"kind": "formula", "formula": f"i{index - 5} + i{index - 1}"}
            ledger.define(IndicatorVersion(indicator=indicator, unit="stk.", **said))
    queries = {}
    places = [None, AALBORG, HJOERRING][:municipalities]
    for asked, windows in ((10, 1), (50, 4), (200, 12)):
        asks = [
            Ask(f"i{index}", date(2020, 1 + month, 1), date(2020, 12, 31), place)
            for index in range(asked) for month in range(windows) for place in places
        ]  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert len(read_indicators(asks, None)) == len(asks)
        queries[asked] = len(caught)
    assert len(set(queries.values())) == 1, queries
    assert queries[10] <= 8


def test_every_kind_of_measure_is_tried() -> None:
    assert {each.kind for each in MEASURES} == {"flow", "level", "published", "answer"}
    assert registry.MeasureDefinition


def test_a_series_without_a_value_says_why_where_somebody_said_so(world: Indicators) -> None:
    """Row 40: zero, not reported, not relevant and settled later are different things, as they were known then."""
    series = world.series("camp", "try_visits")
    world.define("camp", measure_id="try_visits", aggregate="sum", filter={"series": ["camp"]})
    before = ledger.AsOf.now()
    absent(series, date(2020, 6, 1), "later")
    assert read("camp").value == Absent(Empty.LATER)
    assert read("camp", Q1).value == Absent(Empty.NOT_REPORTED)  # nothing was said of the first quarter
    assert read("camp", as_of=before).value == Absent(Empty.NOT_REPORTED)
    absent(series, date(2020, 6, 1), "later", withdrawn=True)
    absent(series, date(2020, 6, 1), "undecided", municipality=AALBORG)
    assert read("camp").value == Absent(Empty.NOT_REPORTED)
    assert read("camp", municipality=AALBORG).value == Absent(Empty.UNDECIDED)
    world.post("try_visits", 0, series="camp", municipality=AALBORG)
    assert number("camp", municipality=AALBORG) == 0


def test_random_facts_are_counted_as_a_slow_reader_would(world: Indicators) -> None:
    """Against a reader that looks at every fact by itself: any filter, window, place and reversal."""
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    subjects = [uuid.uuid4() for _ in range(5)]
    for _ in range(120):
        made = world.post(
            "try_visits", rng.randint(1, 4), on=date(2020, rng.randint(1, 12), rng.randint(1, 28)),
            municipality=rng.choice([AALBORG, HJOERRING, None]), category=rng.choice("abc"),
            subject=rng.choice(subjects),
        )  # fmt: skip
        if rng.random() < 0.3:
            world.reverse("try_visits", made)
    filters = {
        "any": {}, "a_or_b": {"categories": ["a", "b"]}, "aalborg": {"municipalities": [AALBORG]},
        "both": {"categories": ["c"], "municipalities": [HJOERRING]},
    }  # fmt: skip
    for name, said in filters.items():
        world.define(f"s_{name}", measure_id="try_visits", aggregate="sum", filter=said)
        world.define(f"d_{name}", measure_id="try_visits", aggregate="distinct", filter=said)
    asks = []
    for _ in range(60):
        start, end = sorted(date(2020, rng.randint(1, 12), rng.randint(1, 28)) for _ in range(2))
        key = rng.choice("sd") + "_" + rng.choice(list(filters))
        asks.append(Ask(key, start, end, rng.choice([None, AALBORG])))
    now = ledger.AsOf.now()
    standing = list(Fact.objects.standing(now))
    for ask, reading in read_indicators(asks, now).items():
        said = filters[ask.indicator[2:]]
        assert ask.start is not None
        assert ask.end is not None
        rows = [
            fact for fact in standing
            if ask.start <= fact.occurred_on <= ask.end
            and (ask.municipality is None or fact.municipality_id == ask.municipality)
            and ("categories" not in said or fact.category in said["categories"])
            and ("municipalities" not in said or fact.municipality_id in said["municipalities"])
        ]  # fmt: skip
        expected = len({fact.subject for fact in rows}) if ask.indicator[0] == "d" else sum(f.quantity for f in rows)
        assert reading.value == Number(Fraction(expected)), (seed, ask)
        assert reading.facts is not None
        assert {fact.place for fact in facts_behind(reading.facts, now)} == {fact.place for fact in rows}, (seed, ask)


def test_every_explanation_can_be_worked_out_again(world: Indicators) -> None:
    """By an evaluator of its own, from the leaves alone: shares, scores, levels and formulas over them."""
    world.series("s", "try_answer")
    world.define("share", measure_id="try_answer", aggregate="share", share_of=["9", "10"], filter={"series": ["s"]})
    world.define("nps", measure_id="try_answer", aggregate="nps", filter={"series": ["s"]})
    world.define("visits", measure_id="try_visits", aggregate="sum")
    world.define("stock", measure_id="try_stock", aggregate="last", over_place="sum")
    world.define("silent", measure_id="try_visits", aggregate="sum", filter={"series": ["t"]})
    world.series("t", "try_visits")
    world.define("mixed", formula="if(visits > 2; round(100 * visits / stock; 1); 0) + value_or(silent; 7)")
    world.define("ratio", formula="share(visits; stock) - nps")
    world.define("broken", formula="visits / (visits - visits)")
    for answer in ("10", "9", "8", "3"):
        world.post("try_answer", series="s", category=answer)
    world.post("try_visits", 5)
    world.post("try_stock", 8, municipality=AALBORG)
    for key in ("share", "nps", "visits", "stock", "silent", "mixed", "ratio", "broken"):
        reading = read(key)
        assert disagreements(reading.step) == [], key
        assert reading.step.value == reading.value, key
        assert Step.from_payload(reading.step.as_payload()) == reading.step, key
    assert number("mixed") == Fraction(125, 2) + 7
    assert number("ratio") == Fraction(125, 2) - 25
