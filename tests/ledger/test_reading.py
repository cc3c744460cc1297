"""Reading as known on a day and at a place."""

from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from portal import ledger
from portal.ledger.models import Alias, Fact, HeadingParent
from tests.ledger.helpers import HISTORY, post, posted, reversed_

pytestmark = pytest.mark.django_db


def below(heading: int, parent: int | None, valid_from: date | None = None, learnt_on: date | None = None) -> None:
    row = HeadingParent(heading_id=heading, parent_id=parent, valid_from=valid_from)
    with ledger.entry(HISTORY if learnt_on else None):
        ledger.define(row, learnt_on=learnt_on)


def same(subject: UUID, into: UUID, learnt_on: date | None = None) -> None:
    with ledger.entry(HISTORY if learnt_on else None):
        ledger.define(Alias(subject=subject, into_subject=into, reason="one company"), learnt_on=learnt_on)


# ------------------------------------------------------------------------------------------ known and standing
def test_known_is_limited_by_day_and_by_place(measures: None) -> None:
    with ledger.entry(HISTORY):
        post("1", learnt_on=date(2021, 5, 1))
    first = ledger.head()
    posted("2")
    with ledger.entry(HISTORY):
        post("3", learnt_on=date(2021, 4, 1))
    head = ledger.head()

    def known(day: date | None, place: int) -> int:
        return Fact.objects.known(ledger.AsOf(day, place)).count()

    assert [known(None, place) for place in (first, first + 1, head)] == [1, 2, 3]
    assert [known(date(2021, 4, 30), place) for place in (first, head)] == [0, 1]
    assert [known(date(2021, 5, 1), place) for place in (first, head)] == [1, 2]
    assert known(ledger.today(), head) == 3


def test_a_reversal_learnt_later_leaves_the_past_as_it_was_known(measures: None) -> None:
    place = posted(measure="test_answer", category="a")
    before = ledger.AsOf.now()
    reversed_(measure="test_answer")
    assert [fact.place for fact in Fact.objects.standing(before)] == [place]
    assert list(Fact.objects.standing(ledger.AsOf.now())) == []


# ------------------------------------------------------------------------------------------ sums and kinds
def test_sums_are_grouped_and_reversals_added(world: SimpleNamespace) -> None:
    first, second = world.municipalities
    posted("1", municipality=first, quantity=5)
    posted("2", municipality=first, quantity=7, occurred_on=date(2026, 4, 1))
    posted("3", municipality=second, quantity=11)
    reversed_("1")
    as_of = ledger.AsOf.now()
    assert list(ledger.sums("test_flow", as_of, ("municipality", "month"))) == [
        {"municipality": second, "month": date(2026, 3, 1), "total": 11},
        {"municipality": first, "month": date(2026, 3, 1), "total": 0},
        {"municipality": first, "month": date(2026, 4, 1), "total": 7},
    ]
    assert ledger.total("test_flow", as_of) == 18
    assert ledger.total("test_flow", as_of, Q(municipality=first)) == 7
    assert ledger.total("test_flow", ledger.AsOf(None, 0)) == 0


def test_sums_against_the_kind_are_refused(measures: None) -> None:
    as_of = ledger.AsOf.now()
    for measure in ("test_level", "test_published"):
        with pytest.raises(ledger.AgainstKind):
            ledger.sums(measure, as_of)
    ledger.sum_allowed("test_flow", "time")
    ledger.sum_allowed("test_answer", "time")
    ledger.sum_allowed("test_level", "place")
    for measure, over in (("test_level", "time"), ("test_published", "time"), ("test_published", "place")):
        with pytest.raises(ledger.AgainstKind):
            ledger.sum_allowed(measure, over)  # type: ignore[arg-type]
    with pytest.raises(ledger.Undeclared):
        ledger.sum_allowed("unheard_of", "time")


def test_of_a_level_the_last_of_the_period_holds(world: SimpleNamespace) -> None:
    place, _ = world.municipalities
    for number, (day, quantity) in enumerate([(5, 10), (20, 30), (20, 20), (12, 99)]):
        posted(str(number), measure="test_level", occurred_on=date(2026, 3, day), quantity=quantity, municipality=place)
    as_of = ledger.AsOf.now()
    rows = ledger.latest("test_level", as_of)
    assert [(row["municipality"], row["month"], row["quantity"]) for row in rows] == [(place, date(2026, 3, 1), 20)]
    reversed_("2", measure="test_level")
    assert [row["quantity"] for row in ledger.latest("test_level", ledger.AsOf.now())] == [30]
    assert [row["quantity"] for row in ledger.latest("test_level", as_of)] == [20]
    assert [
        row["quantity"] for row in ledger.latest("test_level", as_of, (), Q(occurred_on__lt=date(2026, 3, 13)))
    ] == [99]


# ------------------------------------------------------------------------------------------ subjects
def test_distinct_is_net_and_never_a_sum_of_parts(world: SimpleNamespace) -> None:
    first, second = world.municipalities
    one, two = uuid4(), uuid4()
    posted("1", subject=one, municipality=first)
    posted("2", subject=one, municipality=second)
    posted("3", subject=two, municipality=second)
    posted("4", municipality=first)  # about nobody
    reversed_("3")
    as_of = ledger.AsOf.now()
    assert ledger.distinct_subjects("test_flow", as_of) == [{"subjects": 1}]
    assert ledger.distinct_subjects("test_flow", as_of, ("municipality",)) == [
        {"municipality": second, "subjects": 1},
        {"municipality": first, "subjects": 1},
    ]
    assert ledger.distinct_subjects("test_flow", as_of, (), Q(subject=two)) == [{"subjects": 0}]


def test_merged_subjects_count_as_one_as_known_then(measures: None) -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    for number, subject in enumerate((a, b, c)):
        posted(str(number), subject=subject)

    def distinct(as_of: ledger.AsOf) -> int:
        return int(ledger.distinct_subjects("test_flow", as_of)[0]["subjects"])

    places = [ledger.AsOf.now()]
    for subject, into in ((a, b), (b, c), (a, a)):
        same(subject, into)
        places.append(ledger.AsOf.now())
    assert [distinct(as_of) for as_of in places] == [3, 2, 1, 2]
    assert [distinct(as_of) for as_of in places] == [3, 2, 1, 2]  # repeatable


def test_a_merge_learnt_earlier_does_not_overrule_one_learnt_later(measures: None) -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    with ledger.entry(HISTORY):
        for number, subject in enumerate((a, b, c)):
            post(str(number), subject=subject, learnt_on=date(2020, 1, 1))
    same(a, b)
    same(a, a, learnt_on=date(2021, 1, 1))  # recorded after, but what was thought in 2021
    assert ledger.distinct_subjects("test_flow", ledger.AsOf.now()) == [{"subjects": 2}]
    assert ledger.distinct_subjects("test_flow", ledger.AsOf.at(date(2021, 6, 1))) == [{"subjects": 3}]


# ------------------------------------------------------------------------------------------ headings
def test_a_fact_rolls_up_to_the_parent_of_its_day(world: SimpleNamespace) -> None:
    top, other, low = world.headings
    below(low, top)
    below(low, other, date(2026, 7, 1))
    posted("1", heading=low, occurred_on=date(2026, 6, 30))
    posted("2", heading=low, occurred_on=date(2026, 7, 1))
    posted("3", heading=top)
    as_of = ledger.AsOf.now()
    assert ledger.headings_under(top, as_of) == [
        ledger.Span(top, None, None),
        ledger.Span(low, None, date(2026, 7, 1)),
    ]
    assert ledger.headings_under(other, as_of) == [
        ledger.Span(other, None, None),
        ledger.Span(low, date(2026, 7, 1), None),
    ]
    assert ledger.total("test_flow", as_of, ledger.under(top, as_of)) == 2
    assert ledger.total("test_flow", as_of, ledger.under(other, as_of)) == 1
    assert ledger.total("test_flow", as_of, ledger.under(low, as_of)) == 2


def test_the_tree_is_read_as_known_then(world: SimpleNamespace) -> None:
    top, middle, low = world.headings
    below(low, middle, learnt_on=date(2021, 1, 1))
    posted("1", heading=low)
    before = ledger.AsOf.now()
    below(middle, top)
    after = ledger.AsOf.now()

    def total(as_of: ledger.AsOf) -> int:
        return int(ledger.total("test_flow", ledger.AsOf(None, as_of.place), ledger.under(top, as_of)))

    assert [total(before), total(after)] == [0, 1]
    assert total(ledger.AsOf(date(2021, 6, 1), after.place)) == 0
    below(middle, None)  # moved out: the newer version for the same start holds
    assert [total(before), total(after), total(ledger.AsOf.now())] == [0, 1, 0]


def test_a_parent_learnt_earlier_does_not_overrule_one_learnt_later(world: SimpleNamespace) -> None:
    top, other, low = world.headings
    posted("1", heading=low)
    below(low, top)
    below(low, other, learnt_on=date(2021, 1, 1))  # recorded after, but what was thought in 2021
    as_of = ledger.AsOf.now()
    assert [ledger.total("test_flow", as_of, ledger.under(heading, as_of)) for heading in (top, other)] == [1, 0]


def test_spans_narrow_on_the_way_down(world: SimpleNamespace) -> None:
    top, middle, low = world.headings
    below(middle, top, date(2026, 1, 1))
    below(middle, None, date(2026, 12, 1))
    below(low, middle, date(2026, 3, 1))
    below(low, middle, date(2026, 5, 1))  # the same again, from later: one span, not two
    assert ledger.headings_under(top, ledger.AsOf.now()) == [
        ledger.Span(top, None, None),
        ledger.Span(middle, date(2026, 1, 1), date(2026, 12, 1)),
        ledger.Span(low, date(2026, 3, 1), date(2026, 12, 1)),
    ]


def test_the_number_of_queries_does_not_grow(world: SimpleNamespace) -> None:
    top, middle, low = world.headings
    below(middle, top)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_of = ledger.AsOf.at(ledger.today())
            list(ledger.sums("test_flow", as_of, ("municipality", "month"), ledger.under(top, as_of)))
            ledger.distinct_subjects("test_flow", as_of, ("municipality",), ledger.under(top, as_of))
            ledger.batches_known(as_of, "test_flow", top)
        return len(captured)

    few = queries()
    below(low, middle)
    for number in range(30):
        posted(str(number), heading=low, municipality=world.municipalities[number % 2], subject=uuid4())
    assert queries() == few == 7
