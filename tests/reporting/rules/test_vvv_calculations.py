"""The arithmetic of the project description "Vækst Via Viden 2.0" (KKR Nordjylland, November 2019), written out.

The period is "medio 2020 - medio 2023", read as 01.07.2020-30.06.2023: 36 months, 1,095 days.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from portal.ui import formats
from reporting.rules.account import Part, account, share
from reporting.rules.path import linear, milestones, months_in, months_passed

START, END = date(2020, 7, 1), date(2023, 6, 30)
HALFWAY = date(2021, 12, 31)

# Match that activities are to bring: AAU's and UCN's børser, UCN's local events, its Meet & Greet and morning meetings,
# and Akademikernes' talent attraction.
AAU, UCN_BOERSER, UCN_LOCAL, UCN_MEETINGS, AKADEMIKERNE = 450, 375, 45, 150, 90
WHOLE, MUNICIPAL, PARTNERS = 2000, 1400, 600


@pytest.fixture(autouse=True)
def danish() -> object:
    with translation.override("da"):
        yield


def test_what_activities_bring_is_more_than_the_partners_part_and_less_than_the_whole() -> None:
    """C11: a warning and no error: activities are included in the whole and never added on top."""
    activities = AAU + UCN_BOERSER + UCN_LOCAL + UCN_MEETINGS + AKADEMIKERNE
    assert activities == 1110  # 450 + 375 + 45 + 150 + 90
    assert UCN_BOERSER + UCN_LOCAL + UCN_MEETINGS == 570
    assert activities - PARTNERS == 510, "so many must count for a municipality too"
    assert WHOLE - activities == 890, "so many are tied to no activity"
    assert MUNICIPAL + PARTNERS == WHOLE
    # 1,110 by the partners, of which 510 in municipalities' part, and 890 by municipalities themselves.
    partner, place = 7, "0851"
    cells = [(place, partner, Decimal(510)), (None, partner, Decimal(600)), (place, 1, Decimal(890))]
    result = account(cells, Part(municipalities=frozenset({place})), Part(organisations=frozenset({partner})))
    assert (result.whole, result.municipal, result.partner, result.both) == (2000, 1400, 1110, 510)
    assert result.whole == result.municipal + result.partner - result.both + result.neither  # 1,400 + 1,110 - 510


@pytest.mark.parametrize(
    ("actual", "target", "shown"), [(1872, 1000, "187,2 %"), (1625, 1500, "108,3 %"), (613, 500, "122,6 %")]
)
def test_how_far_the_targets_of_the_first_programme_were_met(actual: int, target: int, shown: str) -> None:
    """C14: actual / target."""
    part = share(Decimal(actual), Decimal(target))
    assert part == Fraction(actual, target)
    assert formats.percent(part or 0).replace("\xa0", " ") == shown


def test_the_part_that_was_helped_is_a_lower_bound() -> None:
    """C15: the central unit helped at least 250 of 613; 40 % of 613 lay outside Aalborg."""
    helped = formats.share(250, 613)
    assert helped is not None
    assert formats.decimal(helped * 100, 1) == "40,8"
    assert formats.number(Fraction(40, 100) * 613, 0) == "245"  # 245.2


@pytest.mark.parametrize(("amount", "expected"), [(WHOLE, 1000), (MUNICIPAL, 700), (PARTNERS, 300)])
def test_half_of_the_months_half_of_the_number(amount: int, expected: int) -> None:
    """C16: the portal's path goes by whole months; after 18 of 36 it is half."""
    assert (months_passed(START, END, HALFWAY), months_in(START, END)) == (18, 36)
    assert linear(Decimal(amount), START, END, HALFWAY).value == expected


def test_by_days_it_is_three_more() -> None:
    """C17: 549 of 1,095 days have passed at the end of 31.12.2021. A path over agreed milestones goes by days."""
    assert ((HALFWAY - START).days + 1, (END - START).days + 1) == (549, 1095)
    by_days = milestones(Decimal(WHOLE), START, END, HALFWAY, []).value
    assert by_days == Fraction(549 * 2000, 1095)
    assert formats.number(by_days, 0) == "1.003"  # 1,002.7
    assert by_days != linear(Decimal(WHOLE), START, END, HALFWAY).value


def test_how_many_a_month_are_needed() -> None:
    """C18: 850 after 18 months leave (2,000 - 850) / 18 a month."""
    left = months_in(START, END) - months_passed(START, END, HALFWAY)
    needed = formats.share(WHOLE - 850, left)
    assert needed == Fraction(1150, 18)
    assert formats.decimal(needed, 1) == "63,9"
