"""Sharing out a whole number: worked examples to the digit, and what must hold of every key."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.rules.distribution import (
    AGREED,
    LARGEST_REMAINDER,
    SAINTE_LAGUE,
    DistributionError,
    Move,
    Tie,
    Unit,
    distribute,
    moved,
    rounded_one_by_one,
    within,
)

WORKPLACES = [177900, 143600, 130300, 99300, 188600, 104100, 18700, 22000, 136900, 46300, 113000]
ELEVEN = [Unit(str(place), Fraction(value)) for place, value in enumerate(WORKPLACES, start=1)]
METHODS = [LARGEST_REMAINDER, SAINTE_LAGUE]


def numbers(total: int, method: str) -> list[int]:
    return list(distribute(total, ELEVEN, method).amounts.values())


def units(*values: int | None, **more: object) -> list[Unit]:
    return [
        Unit(chr(65 + place), None if value is None else Fraction(value), **more) for place, value in enumerate(values)
    ]  # type: ignore[arg-type]


def test_eleven_units_and_2000_by_every_method() -> None:
    assert sum(WORKPLACES) == 1_180_700
    alone = list(rounded_one_by_one(2000, ELEVEN).values())
    assert alone == [301, 243, 221, 168, 319, 176, 32, 37, 232, 78, 191]
    assert sum(alone) == 1998, "why nobody rounds one by one"
    assert numbers(2000, LARGEST_REMAINDER) == [301, 243, 221, 168, 320, 176, 32, 37, 232, 79, 191]
    assert numbers(2000, SAINTE_LAGUE) == [301, 243, 221, 168, 320, 176, 32, 37, 232, 78, 192]


def test_one_more_takes_one_from_the_tenth_by_remainder_and_from_nobody_by_sainte_lague() -> None:
    before, after = numbers(2000, LARGEST_REMAINDER), numbers(2001, LARGEST_REMAINDER)
    assert (before[9], after[9]) == (79, 78)
    assert sum(after) == 2001
    grown = [b - a for a, b in zip(numbers(2000, SAINTE_LAGUE), numbers(2001, SAINTE_LAGUE), strict=True)]
    assert grown == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert numbers(2001, SAINTE_LAGUE)[0] == 302


def test_the_quotas_are_exact_and_ranked() -> None:
    found = distribute(2000, ELEVEN, LARGEST_REMAINDER)
    assert found.quotas["10"] == Fraction(2000 * 46300, 1_180_700)
    assert sum(found.quotas.values()) == 2000
    assert found.shares == found.quotas
    given_one = {code for code, amount in found.amounts.items() if amount > int(found.quotas[code])}
    left = 2000 - sum(int(quota) for quota in found.quotas.values())
    assert {code for code, rank in found.ranks.items() if rank <= left} == given_one


def test_a_tie_goes_to_the_greater_value_then_to_the_first() -> None:
    # 3 by 1 : 1 : 2 is 0.75, 0.75, 1.5: two are left for 0.75, 0.75. 5 by 1 : 1 is 2.5 and 2.5.
    found = distribute(5, units(1, 1), LARGEST_REMAINDER)
    assert found.amounts == {"A": 3, "B": 2}
    assert found.ties == [Tie(("A",), ("B",))]
    # 2 by 1 : 3 is 0.5 and 1.5: the greater value gets it.
    assert distribute(2, units(1, 3), LARGEST_REMAINDER).amounts == {"A": 0, "B": 2}
    # 1 : 3 with 1 and 2 given: claims 1/1 and 3/3 are alike.
    assert distribute(2, units(1, 3), SAINTE_LAGUE).amounts == {"A": 0, "B": 2}
    assert distribute(2, units(1, 3), SAINTE_LAGUE).ties == [Tie(("B",), ("A",))]
    assert distribute(4, units(1, 3), SAINTE_LAGUE).ties == []


@pytest.mark.parametrize("method", METHODS)
def test_outside_the_distribution_gets_nothing_and_is_told_from_zero(method: str) -> None:
    three = [
        Unit("A", Fraction(3)),
        Unit("B", None, excluded="uafklaret"),
        Unit("C", Fraction(0)),
        Unit("D", Fraction(1)),
    ]
    found = distribute(8, three, method)
    assert found.amounts == {"A": 6, "B": 0, "C": 0, "D": 2}
    assert "B" not in found.quotas
    assert [(problem.code, problem.unit) for problem in found.problems] == [("zero_value", "C")]


@pytest.mark.parametrize("method", METHODS)
def test_a_cap_sends_the_rest_to_the_others_by_their_values(method: str) -> None:
    # 100 by 50 : 30 : 20, the first at most 20: 80 by 30 : 20 is 48 and 32.
    capped = [Unit("A", Fraction(50), cap=20), Unit("B", Fraction(30)), Unit("C", Fraction(20))]
    assert distribute(100, capped, method).amounts == {"A": 20, "B": 48, "C": 32}
    assert [(p.code, p.unit) for p in distribute(100, capped, LARGEST_REMAINDER).problems] == [("at_cap", "A")]


def test_a_floor_takes_from_the_others_by_their_values() -> None:
    # 100 by 90 : 9 : 1, the last at least 10: 90 by 90 : 9 is 81.8181 and 8.1818.
    floored = [Unit("A", Fraction(90)), Unit("B", Fraction(9)), Unit("C", Fraction(1), floor=10)]
    found = distribute(100, floored, LARGEST_REMAINDER)
    assert found.amounts == {"A": 82, "B": 8, "C": 10}
    assert found.quotas["A"] == Fraction(900, 11)
    assert found.shares["C"] == 1
    # A unit without a value takes its floor.
    assert distribute(10, [Unit("A", Fraction(0), floor=3), Unit("B", Fraction(1))], SAINTE_LAGUE).amounts == {
        "A": 3,
        "B": 7,
    }


def test_a_cap_can_bring_a_second_unit_to_its_cap() -> None:
    # 90 by 1 : 1 : 1 with caps 10, 35 and none: 10, then 80 by 1 : 1 would be 40 and 40, so 35 and 45.
    three = [Unit("A", Fraction(1), cap=10), Unit("B", Fraction(1), cap=35), Unit("C", Fraction(1))]
    for method in METHODS:
        assert distribute(90, three, method).amounts == {"A": 10, "B": 35, "C": 45}


@pytest.mark.parametrize(
    ("total", "key", "code", "meant"),
    [
        (10, units(1, None), "unknown_value", ("B",)),
        (10, units(0, 0), "no_basis", ()),
        (10, units(1, -1), "negative_value", ("B",)),
        (10, units(1, 1, floor=6), "floors_too_high", ()),
        (10, units(1, 1, cap=4), "caps_too_low", ()),
        (10, units(1, 1, floor=4, cap=3), "floor_above_cap", ("A", "B")),
        (10, units(1, 2, excluded="x"), "no_units", ()),
        (-1, units(1), "bad_total", ()),
        (10, [*units(1), *units(1)], "twice", ("A",)),
    ],
)
def test_what_is_impossible_is_said(total: int, key: list[Unit], code: str, meant: tuple[str, ...]) -> None:
    for method in METHODS:
        with pytest.raises(DistributionError) as problem:
            distribute(total, key, method)
        assert (problem.value.code, problem.value.units) == (code, meant)
        assert len(str(problem.value)) > 20


def test_nothing_to_distribute_is_nothing() -> None:
    for method in METHODS:
        assert distribute(0, units(0, 0), method).amounts == {"A": 0, "B": 0}


def test_agreed_numbers_must_make_the_whole() -> None:
    assert distribute(5, units(2, 3), AGREED).amounts == {"A": 2, "B": 3}
    with pytest.raises(DistributionError) as problem:
        distribute(6, units(2, 3), AGREED)
    assert problem.value.code == "not_the_whole"
    with pytest.raises(DistributionError) as problem:
        distribute(3, [Unit("A", Fraction(3, 2)), Unit("B", Fraction(3, 2))], AGREED)
    assert problem.value.code == "not_whole"


def test_moves_keep_the_sum_and_the_bounds() -> None:
    key = [Unit("A", Fraction(1), floor=2), Unit("B", Fraction(1), cap=8), Unit("C", None, excluded="udenfor")]
    before = {"A": 5, "B": 5, "C": 0}
    assert moved(before, [Move("A", "B", 2), Move("B", "A", 1)], key) == {"A": 4, "B": 6, "C": 0}
    for move, code in (
        (Move("A", "B", 4), "below_floor"),
        (Move("B", "A", 6), "too_much"),
        (Move("A", "C", 1), "outside"),
        (Move("A", "A", 1), "same_unit"),
        (Move("A", "B", 0), "nothing_moved"),
    ):
        with pytest.raises(DistributionError) as problem:
            moved(before, [move], key)
        assert problem.value.code == code
    with pytest.raises(DistributionError) as problem:
        moved({"A": 6, "B": 7, "C": 0}, [Move("A", "B", 2)], key)
    assert problem.value.code == "above_cap"


def test_the_second_level_makes_each_unit() -> None:
    first = distribute(2000, ELEVEN, LARGEST_REMAINDER)
    inner = {unit.code: units(3, 2, 2) for unit in ELEVEN}
    for method in METHODS:
        second = within(first.amounts, inner, method)
        assert {code: sum(found.amounts.values()) for code, found in second.items()} == first.amounts
    # 301 by 3 : 2 : 2 is 129, 86, 86.
    assert list(within(first.amounts, inner, LARGEST_REMAINDER)["1"].amounts.values()) == [129, 86, 86]


def test_a_thousand_random_keys_make_the_whole() -> None:
    import random

    chance = random.Random(2127)
    for _turn in range(1000):
        total = chance.randint(0, 5000)
        key = [
            Unit(
                str(place),
                Fraction(chance.randint(0, 10**6), chance.randint(1, 50)),
                excluded=chance.choice(["", "", "x"]),
            )
            for place in range(chance.randint(1, 15))
        ]
        if not any(unit.value and not unit.excluded for unit in key):
            continue
        for method in METHODS:
            found = distribute(total, key, method)
            assert sum(found.amounts.values()) == total
            assert all(amount >= 0 for amount in found.amounts.values())
            assert not any(found.amounts[unit.code] for unit in key if unit.excluded)
        close = distribute(total, key, LARGEST_REMAINDER)
        assert all(abs(close.amounts[code] - quota) < 1 for code, quota in close.quotas.items())


BOUNDED = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 6), st.one_of(st.none(), st.integers(0, 20))), min_size=1, max_size=6
)


def naive_sainte_lague(total: int, key: list[Unit]) -> dict[str, int]:
    """The definition, one at a time from the floors."""
    amounts = {unit.code: unit.floor or 0 for unit in key}
    for _turn in range(total - sum(amounts.values())):
        best = max(
            (unit for unit in key if unit.value and (unit.cap is None or amounts[unit.code] < unit.cap)),
            key=lambda unit: (Fraction(unit.value or 0) / (2 * amounts[unit.code] + 1), unit.value, -key.index(unit)),
        )
        amounts[best.code] += 1
    return amounts


@given(BOUNDED, st.integers(0, 80))
def test_bounds_hold_and_nobody_loses_by_sainte_lague(rows: list[tuple[int, int, int | None]], total: int) -> None:
    key = [
        Unit(str(place), Fraction(value), floor=floor, cap=None if cap is None else floor + cap)
        for place, (value, floor, cap) in enumerate(rows)
    ]
    try:
        by_remainder = distribute(total, key, LARGEST_REMAINDER)
    except DistributionError:
        for method in METHODS:
            with pytest.raises(DistributionError):
                distribute(total, key, method)
        return
    found = distribute(total, key, SAINTE_LAGUE)
    assert found.amounts == naive_sainte_lague(total, key)
    for amounts in (by_remainder.amounts, found.amounts):
        assert sum(amounts.values()) == total
        for unit in key:
            assert amounts[unit.code] >= (unit.floor or 0)
            assert unit.cap is None or amounts[unit.code] <= unit.cap
    assert sum(by_remainder.quotas.values()) == total
    try:
        more = distribute(total + 1, key, SAINTE_LAGUE)
    except DistributionError:
        return
    assert all(more.amounts[code] >= amount for code, amount in found.amounts.items())


def test_a_great_total_is_not_counted_one_by_one() -> None:
    found = distribute(10**9, ELEVEN, SAINTE_LAGUE)
    assert sum(found.amounts.values()) == 10**9
    assert all(abs(found.amounts[code] - quota) < 1 for code, quota in found.quotas.items())
