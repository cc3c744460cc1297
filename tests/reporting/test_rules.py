"""The arithmetic of reporting, with no database."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.rules.account import Account, Part, Reason, account, reason, share
from reporting.rules.path import linear, months_in, months_passed
from reporting.rules.status import Commitment, Status, status

START, END = date(2020, 9, 1), date(2023, 6, 30)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
AMOUNTS = st.integers(0, 10**6).map(Decimal)
FULL = Decimal(2000)


def test_the_worked_example_of_the_expected_path() -> None:
    expected = linear(FULL, START, END, date(2021, 1, 31))
    assert (expected.passed, expected.total) == (5, 34)
    assert expected.value == Fraction(2000 * 5, 34)
    assert round(expected.value) == 294


@pytest.mark.parametrize(
    ("day", "passed"),
    [
        (date(2019, 1, 1), 0),
        (date(2020, 9, 1), 0),
        (date(2020, 9, 29), 0),
        (date(2020, 9, 30), 1),
        (date(2021, 1, 30), 4),
        (date(2021, 1, 31), 5),
        (date(2023, 6, 29), 33),
        (date(2023, 6, 30), 34),
        (date(2030, 1, 1), 34),
    ],
)
def test_months_are_passed_when_their_last_day_is_over(day: date, passed: int) -> None:
    assert months_passed(START, END, day) == passed


def test_the_notes_example_at_the_middle_of_three_years() -> None:
    for amount, expected in ((2000, 1000), (1400, 700), (600, 300)):
        assert linear(Decimal(amount), date(2020, 7, 1), date(2023, 6, 30), date(2021, 12, 31)).value == expected


def test_a_period_that_starts_on_the_last_of_a_month() -> None:
    assert months_passed(date(2021, 1, 31), date(2022, 1, 30), date(2021, 2, 27)) == 1
    assert months_in(date(2021, 1, 31), date(2022, 1, 30)) == 12


def test_a_part_of_a_month_at_the_end_is_a_month() -> None:
    assert months_in(date(2021, 1, 1), date(2021, 2, 10)) == 2
    assert months_passed(date(2021, 1, 1), date(2021, 2, 10), date(2021, 2, 9)) == 1
    assert months_passed(date(2021, 1, 1), date(2021, 2, 10), date(2021, 2, 10)) == 2


def test_a_path_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        linear(FULL, END, START, END)


@given(start=DAYS, length=st.integers(0, 4000), offset=st.integers(-500, 5000), amount=AMOUNTS)
def test_the_path_never_falls_and_stays_between_nothing_and_the_target(
    start: date, length: int, offset: int, amount: Decimal
) -> None:
    end = start + timedelta(days=length)
    day = start + timedelta(days=offset)
    now, later = linear(amount, start, end, day), linear(amount, start, end, day + timedelta(days=1))
    assert 0 <= now.value <= later.value <= amount
    assert (now.value == amount) == (amount == 0 or day >= end)
    if day < start:
        assert now.passed == 0


@pytest.mark.parametrize(
    ("value", "given_status"),
    [(294, Status.SLIGHTLY_BEHIND), (295, Status.ON_TRACK), (265, Status.SLIGHTLY_BEHIND), (264, Status.BEHIND)],
)
def test_status_compares_exactly(value: int, given_status: Status) -> None:
    # 294 of 294.12 is not enough, and 90 % of 294.12 is 264.7.
    expected = linear(FULL, START, END, date(2021, 1, 31))
    assert status(Decimal(value), expected, Commitment.INDICATIVE) == given_status


@pytest.mark.parametrize("commitment", [Commitment.PRELIMINARY, Commitment.EXPECTATION, Commitment.APPEAL])
def test_only_indicative_and_binding_targets_have_a_status(commitment: Commitment) -> None:
    expected = linear(FULL, START, END, date(2021, 1, 31))
    assert status(Decimal(0), expected, commitment) == Status.NONE
    assert status(Decimal(0), expected, Commitment.BINDING) == Status.BEHIND


def test_too_early_before_the_first_month_and_settled_after_the_last() -> None:
    first = linear(FULL, START, END, date(2020, 9, 29))
    assert status(Decimal(100), first, Commitment.INDICATIVE) == Status.TOO_EARLY
    over = linear(FULL, START, END, date(2024, 1, 1))
    assert status(Decimal(2000), over, Commitment.INDICATIVE) == Status.REACHED
    assert status(Decimal(1999), over, Commitment.INDICATIVE) == Status.NOT_REACHED


def test_no_path_no_status() -> None:
    assert status(Decimal(1), None, Commitment.INDICATIVE) == Status.NONE


MUNICIPAL = Part(municipalities=frozenset({"0851", "0860"}))
PARTNER = Part(organisations=frozenset({1, 2}))
CELLS = st.lists(
    st.tuples(
        st.sampled_from(["0851", "0860", "0825", None]),
        st.sampled_from([1, 2, 3, None]),
        st.integers(-50, 1000).map(Decimal),
    ),
    max_size=40,
)


def test_the_worked_example_of_the_account() -> None:
    cells = [("0851", 1, Decimal(350)), ("0860", 2, Decimal(250)), ("0851", 3, Decimal(800))]
    result = account(cells, MUNICIPAL, PARTNER)
    assert result == Account(
        whole=Decimal(1400), municipal=Decimal(1400), partner=Decimal(600), both=Decimal(600), neither=Decimal(0)
    )
    assert share(result.municipal, Decimal(1400)) == 1
    assert share(result.partner, Decimal(600)) == 1
    assert share(result.whole, FULL) == Fraction(7, 10)
    assert reason(result, FULL, Decimal(1400), Decimal(600)) == Reason.PARTS_REACHED_WHOLE_NOT


def test_the_sketch_adds_up() -> None:
    cells = [("0851", 1, Decimal(80)), ("0860", 3, Decimal(221)), ("0825", 2, Decimal(17))]
    assert account(cells, MUNICIPAL, PARTNER) == Account(*map(Decimal, (318, 301, 97, 80, 0)))


@given(cells=CELLS)
def test_the_parts_make_the_whole(cells: list[tuple[str | None, int | None, Decimal]]) -> None:
    result = account(cells, MUNICIPAL, PARTNER)
    assert result.whole == result.municipal + result.partner - result.both + result.neither
    assert result.whole == sum((quantity for *_keys, quantity in cells), Decimal(0))


@given(cells=CELLS)
def test_the_order_of_cells_and_how_they_are_split_do_not_matter(
    cells: list[tuple[str | None, int | None, Decimal]],
) -> None:
    halves = [(m, o, q / 2) for m, o, q in cells for _ in range(2)]
    assert account(cells, MUNICIPAL, PARTNER) == account(reversed(halves), MUNICIPAL, PARTNER)


def test_reasons() -> None:
    def of(*cells: tuple[str, int, int]) -> Reason:
        result = account([(m, o, Decimal(q)) for m, o, q in cells], MUNICIPAL, PARTNER)
        return reason(result, Decimal(10), Decimal(5), Decimal(5))

    assert of() == Reason.NOTHING
    assert of(("0851", 3, 2), ("0825", 1, 2)) == Reason.NO_OVERLAP
    assert of(("0851", 1, 2)) == Reason.COUNTED_IN_BOTH
    assert of(("0851", 1, 5)) == Reason.PARTS_REACHED_WHOLE_NOT
    assert of(("0851", 1, 10)) == Reason.COUNTED_IN_BOTH


def test_a_share_of_nothing_is_not_a_number() -> None:
    assert share(Decimal(5), None) is None
    assert share(Decimal(5), Decimal(0)) is None
