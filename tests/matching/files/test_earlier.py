"""What came before in a file, beside the same kept in dictionaries."""

import random
from collections import Counter

import pytest

from matching.files.earlier import Counts, Earlier, EarlierRows
from tests.ring import LONG, wider

TIMES = 5 if LONG else 1


@wider
@pytest.mark.parametrize("keys", [7, 3_000, 10**9])
def test_rows_of_a_key_near_a_day(keys: int) -> None:
    """More than the table has room for at first, many of one key as well as hardly any; days from before our era on."""
    chosen, rows = random.Random(keys), EarlierRows()
    kept: dict[str, list[Earlier]] = {}
    for row in range(12_000 * TIMES):
        key, day = f"key {chosen.randrange(keys)}", chosen.choice((1, 40, 738_000, 738_001, 738_031, 738_032, 738_063))
        if keys > 7 or row < 300:  # the callers keep no more than a few of a key and day
            rows.add(key, row, day)
            kept.setdefault(key, []).append(Earlier(row, day))
        if row % 50 == 0:
            wanted = [each for each in kept.get(key, []) if abs(each.day - day) <= 31]
            assert sorted(rows.near(key, day, 31)) == wanted
            assert sorted(rows.near(key, day)) == [each for each in wanted if each.day == day]
    assert rows.near("another", 738_000, 31) == []


def test_how_often_each_came() -> None:
    chosen, counts, kept = random.Random(1), Counts(), Counter[tuple[int, str]]()
    for _turn in range(20_000):
        key = (chosen.randrange(6_000), "student_job")
        assert counts[key] == kept[key]
        counts.add(key)
        kept[key] += 1
    assert counts[0, "internship"] == 0
