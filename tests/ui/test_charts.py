"""Charts: valid, without style or script, and all that is drawn is also said."""

from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui import charts
from portal.ui.charts import Bar, Series

NUMBERS = st.one_of(st.integers(0, 10**9), st.fractions(0, 10**6), st.decimals(0, 10**6, places=2))
LABELS = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cn")), max_size=12)


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


def parsed(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("role") in ("img", "group")
    assert root.get("aria-label")
    assert next(root.iter("{http://www.w3.org/2000/svg}title")).text
    for element in root.iter():
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag.rpartition("}")[2] not in ("script", "style", "foreignObject")
    return root


def words(svg: str) -> str:
    return " ".join(parsed(svg).itertext())


def test_bars_say_labels_and_values() -> None:
    svg = charts.bars("Match", [Bar("Aalborg", 1310, expected=78), Bar("Læsø", 0, note="uden for fordelingen")])
    for text in ("Aalborg", "1.310", "Læsø", "uden for fordelingen"):
        assert text in words(svg)
    assert parsed(svg).get("role") == "img"
    assert "Aalborg 1.310" in str(parsed(svg).get("aria-label"))


def test_bars_with_links_can_be_reached() -> None:
    svg = charts.bars("Match", [Bar("Aalborg", 1, url="/tal/?a=1&b=2")])
    assert parsed(svg).get("role") == "group"
    assert '<a href="/tal/?a=1&amp;b=2">' in svg


def test_a_line_ends_where_the_facts_end() -> None:
    svg = charts.line(
        "Samlet", ["jan.", "feb.", "mar."], [Series("match", [1, 2, None]), Series("plan", [1, 2, 3], dashed=True)]
    )
    points = [line.get("points", "").split() for line in parsed(svg).iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(line) for line in points] == [2, 3]
    assert "stroke-dasharray" in svg


def test_a_target_bar_says_the_plan() -> None:
    text = words(charts.target_bar(5, 53, 8, title="Morsø: 5 af 53"))
    assert "Morsø: 5 af 53" in text
    assert "Efter planen skulle det være 8 nu" in text


def test_the_same_chart_is_the_same_text() -> None:
    items = [Bar("Aalborg", 3)]
    assert charts.bars("Match", items, pattern="stripes") == charts.bars("Match", items, pattern="stripes")


@given(st.lists(st.builds(Bar, LABELS, NUMBERS, expected=st.none() | NUMBERS), max_size=8))
def test_any_bars_are_valid(items: list[Bar]) -> None:
    with translation.override("da"):
        for pattern in charts.PATTERNS:
            parsed(charts.bars("T", items, pattern=pattern))
            parsed(charts.columns("T", items, pattern=pattern))


@given(st.lists(NUMBERS | st.none(), max_size=12), st.lists(NUMBERS | st.none(), max_size=12))
def test_any_lines_are_valid(first: list[int | Fraction | None], second: list[int | Fraction | None]) -> None:
    count = max(len(first), len(second))
    with translation.override("da"):
        parsed(charts.line("T", [str(place) for place in range(count)], [Series("a", first), Series("b", second)]))


@given(NUMBERS, NUMBERS, st.none() | NUMBERS)
def test_any_target_bar_is_valid(value: int, target: int, expected: int | None) -> None:
    with translation.override("da"):
        parsed(charts.target_bar(value, target, expected))
