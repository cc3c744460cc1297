"""Times as plans write them."""

from datetime import date

import pytest

from programmes.dated_words import read


@pytest.mark.parametrize(
    ("words", "precision", "day"),
    [
        ("primo 2023", "part", date(2023, 1, 1)),
        ("medio 2020", "part", date(2020, 7, 1)),
        ("Ultimo 2023", "part", date(2023, 12, 31)),
        ("medio juni 2023", "part", date(2023, 6, 15)),
        ("ultimo februar 2024", "part", date(2024, 2, 29)),
        ("juni 2023", "month", date(2023, 6, 1)),
        ("2023", "year", date(2023, 1, 1)),
        ("15.03.2023", "day", date(2023, 3, 15)),
        ("uprimo 2023 (sic)", "not_stated", None),
        ("31. august, år ikke oplyst i kilden (2022 udledt)", "not_stated", None),
        ("når midlerne er fundet", "not_stated", None),
        ("", "not_stated", None),
        ("0001", "not_stated", None),
    ],
)
def test_words_are_kept_and_dated_where_they_say_when(words: str, precision: str, day: date | None) -> None:
    found = read(words)
    assert (found.words, found.precision, found.day) == (words, precision, day)
