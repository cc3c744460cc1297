"""The arithmetic of scenarios. Expected values are those of the project description and its later report."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from programmes.scenarios import Line, largest_remainder, outcome, per_year, units_paid, with_rate

HALF = Fraction(1, 2)
COSTS = [Line("Pilotforløb", "per_unit", Decimal(100_000)), Line("Ledelse mv.", "per_unit", Decimal(46_000))]
DEB = Line("DEB", "rate", rate=HALF, limit=HALF)
COMPANIES = Line("Virksomheder", "per_unit", Decimal(50_000))
REST = Line("Resten", "remainder")
PAYING = [DEB, COMPANIES, REST]


def amounts(units: int, financing: list[Line] = PAYING) -> list[int]:
    return [int(part.amount) for part in outcome(units, COSTS, financing).financing]


def test_150_and_225_pilots() -> None:
    # 150 × (100.000 + 46.000) = 21.900.000; half of it; 150 × 50.000; what is left.
    assert outcome(150, COSTS, PAYING).total == 21_900_000
    assert amounts(150) == [10_950_000, 7_500_000, 3_450_000]
    assert outcome(225, COSTS, PAYING).total == 32_850_000
    assert amounts(225) == [16_425_000, 11_250_000, 5_175_000]


def test_shares_of_the_total() -> None:
    # 73.000, 50.000 and 23.000 of 146.000: 50,0 %, 34,2 % and 15,8 %.
    for units in (150, 225):
        shares = [part.share for part in outcome(units, COSTS, PAYING).financing]
        assert shares == [Fraction(1, 2), Fraction(50, 146), Fraction(23, 146)]


def test_a_rate_of_40_percent() -> None:
    lower = with_rate(PAYING, Fraction(40, 100))
    assert amounts(150, lower) == [8_760_000, 7_500_000, 5_640_000]
    assert amounts(225, lower) == [13_140_000, 11_250_000, 8_460_000]
    assert PAYING[0].rate == HALF  # nothing is changed by asking


def test_a_rate_above_the_sources_is_marked_and_computed() -> None:
    marked = [part.above_limit for part in outcome(150, COSTS, with_rate(PAYING, Fraction(51, 100))).financing]
    assert marked == [True, False, False]
    assert not any(part.above_limit for part in outcome(150, COSTS, PAYING).financing)


def test_a_share_that_is_rounded_up_is_not_above_the_limit() -> None:
    # A third of 100 is 33,33…; of three the first is 34, which is more than a third of 100.
    third = Line("A", "rate", rate=Fraction(1, 3), limit=Fraction(1, 3))
    computed = outcome(1, [Line("Alt", "fixed", Decimal(100))], [third, third, third])
    assert [part.amount for part in computed.financing] == [34, 33, 33]
    assert not any(part.above_limit for part in computed.financing)


def test_the_older_project() -> None:
    """98 pilots, ca. 14,3 mio. kr.; the rest was 2.336.567 = 1.050.000 + 1.006.556 + 280.011."""
    group = "Resterende finansieringsbehov"
    older = [
        Line("BRN", "fixed", Decimal(1_050_000), group=group),
        Line("STAY", "fixed", Decimal(1_006_556), group=group),
        Line("Væksthus", "fixed", Decimal(280_011), group=group),
        Line("Øvrige", "remainder"),
    ]
    computed = outcome(98, COSTS, older)
    assert computed.total == 14_308_000  # 98 × 146.000
    assert computed.groups() == [(group, Decimal(2_336_567))]
    assert computed.financing[3].amount == 14_308_000 - 2_336_567
    assert computed.missing == 0


def test_the_case_platform() -> None:
    # 100.000 once and 15.000 in each of three years.
    costs = [Line("Udvikling", "fixed", Decimal(100_000)), Line("Vedligehold", "per_unit", Decimal(15_000))]
    assert outcome(3, costs, [REST]).total == 145_000


def test_how_many_units_the_grant_really_won_pays() -> None:
    # 5.000.000 / (50 % of 146.000) = 5.000.000 / 73.000 = 68,49: 68 pilots cost DEB 4.964.000, and 36.000 is left.
    paid = units_paid(Decimal(5_000_000), DEB, COSTS, PAYING)
    assert paid is not None
    assert (paid.units, paid.each, paid.used, paid.left) == (68, 73_000, 4_964_000, 36_000)
    assert paid.exact == Fraction(5_000_000, 73_000)
    # With a fixed expense of 1.000.000, half of which is the grant's: (5.000.000 − 500.000) / 73.000 = 61,6.
    fixed = units_paid(Decimal(5_000_000), DEB, [*COSTS, Line("Fast", "fixed", Decimal(1_000_000))], PAYING)
    assert fixed is not None
    assert fixed.units == 61
    # A grant that does not reach the fixed expense pays none; a fixed line pays no number of units.
    small = units_paid(Decimal(100), DEB, [*COSTS, Line("Fast", "fixed", Decimal(1_000_000))], PAYING)
    assert small is not None
    assert small.units == 0
    assert units_paid(Decimal(1), REST, COSTS, PAYING) is None


def test_who_pays_too_much_or_nothing_is_seen() -> None:
    nobody = outcome(10, COSTS, [DEB])
    assert (nobody.missing, nobody.overpaid) == (730_000, False)
    much = outcome(1, COSTS, [Line("Gave", "fixed", Decimal(200_000)), REST])
    assert much.financing[1].amount == -54_000  # 146.000 − 200.000
    assert much.overpaid
    assert outcome(0, COSTS, PAYING).financing[0].share is None  # no share of nothing


def test_whole_kroner_stay_whole_and_ore_stay_ore() -> None:
    third = Line("Tilskud", "rate", rate=Fraction(1, 3))
    # A third of 146.000 is 48.666,67 in øre; in whole kroner it and the rest, 97.333,33, are 48.667 and 97.333.
    assert [part.amount for part in outcome(1, COSTS, [third, REST]).financing] == [48_667, 97_333]
    # Of 100,01 the half is 50,005: the first line gets the øre.
    ore = outcome(1, [Line("Alt", "fixed", Decimal("100.01"))], [DEB, DEB])
    assert [part.amount for part in ore.financing] == [Decimal("50.01"), Decimal("50.00")]


def test_per_year() -> None:
    assert per_year(Decimal(21_900_000), 3) == [7_300_000] * 3
    assert per_year(Decimal(10_000), 3) == [3_334, 3_333, 3_333]
    assert per_year(Decimal("0.05"), 2) == [Decimal("0.03"), Decimal("0.02")]


@given(
    st.integers(0, 5_000),
    st.integers(0, 10**9),
    st.lists(st.fractions(0, 1, max_denominator=1_000), min_size=1, max_size=5),
)
def test_parts_sum_to_the_total_and_none_moves_a_whole_krone(units: int, price: int, rates: list[Fraction]) -> None:
    lines = [*(Line(str(place), "rate", rate=rate) for place, rate in enumerate(rates)), REST]
    computed = outcome(units, [Line("Pris", "per_unit", Decimal(price))], lines)
    assert sum(part.amount for part in computed.financing) == computed.total == units * price
    for part in computed.financing[:-1]:
        assert abs(Fraction(part.amount) - part.line.rate * Fraction(computed.total)) < 1
        assert part.amount == part.amount.to_integral_value()


@given(st.lists(st.fractions(-(10**6), 10**6, max_denominator=997), max_size=8))
def test_largest_remainder(exact: list[Fraction]) -> None:
    rounded = largest_remainder(exact, Decimal(1))
    assert abs(Fraction(sum(rounded)) - sum(exact)) <= Fraction(1, 2)
    assert all(abs(Fraction(whole) - part) <= 1 for whole, part in zip(rounded, exact, strict=True))
