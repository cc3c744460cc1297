"""Files of statistics: what was written is what is read, in three formats; faults are named where they are."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.tabular.numbers import decimal_mark, exact, is_mark
from reporting.statistics import csvtable, jsonstat
from reporting.statistics.cube import Cell, Cube, StatisticsError
from reporting.statistics.periods import days_of

# As Danmarks Statistik sends it (population by municipality, trimmed).
FOLK = {
    "dataset": {
        "dimension": {
            "OMRÅDE": {
                "label": "region",
                "category": {"index": {"101": 0, "851": 1}, "label": {"101": "Copenhagen", "851": "Aalborg"}},
            },
            "ContentsCode": {
                "label": "Indhold",
                "category": {"index": {"FOLK1A": 0}, "label": {"FOLK1A": "Population at the first day of the quarter"}},
            },
            "Tid": {"label": "time", "category": {"index": {"2026K3": 0}, "label": {"2026K3": "2026Q3"}}},
            "id": ["OMRÅDE", "ContentsCode", "Tid"],
            "size": [2, 1, 1],
            "role": {"geo": ["OMRÅDE"], "metric": ["ContentsCode"], "time": ["Tid"]},
        },
        "label": "Population",
        "source": "Statistics Denmark",
        "updated": "2026-08-10T06:00:00Z",
        "value": [670389, None],
        "status": {"1": ".."},
    }
}


def as_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_as_danmarks_statistik_sends_it() -> None:
    cube = jsonstat.read(as_bytes(FOLK))
    assert [each.role for each in cube.dimensions] == ["geo", "metric", "time"]
    assert cube.dimensions[0].values == {"101": "Copenhagen", "851": "Aalborg"}
    assert cube.cells == {
        ("101", "FOLK1A", "2026K3"): Cell(Decimal(670389)),
        ("851", "FOLK1A", "2026K3"): Cell(None, ".."),
    }
    assert (cube.title, cube.source) == ("Population", "Statistics Denmark")


# --------------------------------------------------------------------------------------------- written and read again
CODES = st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=6)
NUMBERS = st.decimals(Decimal("-99999999"), Decimal("99999999"), places=3)


@st.composite
def cubes(draw: Any) -> tuple[list[list[str]], dict[tuple[str, ...], Decimal | None]]:
    dimensions = draw(st.lists(st.lists(CODES, min_size=1, max_size=4, unique=True), min_size=1, max_size=4))
    keys = list(product(*dimensions))
    values = draw(st.lists(st.none() | NUMBERS, min_size=len(keys), max_size=len(keys)))
    return dimensions, dict(zip(keys, values, strict=True))


def written(values: Mapping[tuple[str, ...], Decimal | None], sparse: bool) -> str:
    """By hand, so that no decimal goes through a float."""
    if sparse:
        pairs = (f'"{at}": {value}' for at, value in enumerate(values.values()) if value is not None)
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join("null" if value is None else str(value) for value in values.values()) + "]"


def json_stat(dimensions: list[list[str]], values: Mapping[tuple[str, ...], Decimal | None], old: bool, sparse: bool,
              listed: bool) -> bytes:  # fmt: skip
    ids = [f"d{number}" for number in range(len(dimensions))]
    sizes = [len(each) for each in dimensions]
    body: dict[str, Any] = {
        name: {"category": {"index": codes if listed else {code: at for at, code in reversed(list(enumerate(codes)))}}}
        for name, codes in zip(ids, dimensions, strict=True)
    }
    if old:
        text = json.dumps({"dataset": {"dimension": {**body, "id": ids, "size": sizes}, "value": "@"}})
    else:
        text = json.dumps(
            {"version": "2.0", "class": "dataset", "id": ids, "size": sizes, "dimension": body, "value": "@"}
        )
    return text.replace('"@"', written(values, sparse)).encode()


def values_of(cube: Cube) -> dict[tuple[str, ...], Decimal | None]:
    return {key: cell.value for key, cell in cube.cells.items()}


@settings(max_examples=200, deadline=None)
@given(cubes(), st.booleans(), st.booleans(), st.booleans())
def test_json_stat_of_both_versions_says_what_was_written(cube: Any, old: bool, sparse: bool, listed: bool) -> None:
    dimensions, values = cube
    read = jsonstat.read(json_stat(dimensions, values, old, sparse, listed))
    assert values_of(read) == values
    assert [list(each.values) for each in read.dimensions] == dimensions


@settings(max_examples=200, deadline=None)
@given(cubes(), st.sampled_from([";", ",", "\t"]), st.sampled_from([",", "."]), st.booleans(), st.booleans())
def test_csv_says_what_was_written(cube: Any, separator: str, mark: str, grouped: bool, bom: bool) -> None:
    dimensions, values = cube
    lines = [[f"d{number}" for number in range(len(dimensions))] + ["INDHOLD"]]
    for key, value in values.items():
        text = ".." if value is None else f"{value:,.3f}" if grouped else f"{value:.3f}"
        if mark == "," and value is not None:
            text = text.translate(str.maketrans(",.", ".,"))
        lines.append([*key, f'"{text}"' if separator in text else text])
    content = "\r\n".join(separator.join(line) for line in lines).encode("utf-8-sig" if bom else "utf-8")
    read = csvtable.read(content, mark)  # type: ignore[arg-type]
    assert values_of(read) == values
    unmarked = next((cell.value for cell in read.cells.values() if cell.mark == ".."), "none")
    assert unmarked in (None, "none")


# -------------------------------------------------------------------------------------------------- marks and numbers
def test_zero_and_the_marks_are_different_things() -> None:
    cube = csvtable.read("OMRÅDE;TID;INDHOLD\n851;2020;0\n860;2020;..\n825;2020;-\n840;2020;.\n773;2020;\n".encode())
    assert list(cube.cells.values()) == [
        Cell(Decimal(0)), Cell(None, ".."), Cell(None, "-"), Cell(None, "."), Cell(None, ""),
    ]  # fmt: skip


def test_windows_letters_and_codes_with_their_texts() -> None:
    cube = csvtable.read(
        'OMRÅDE;TID;INDHOLD\r\n"851 Aalborg";2020K1;1.234,5\r\n825 Læsø;2020K1;12,25\r\n'.encode("cp1252")
    )
    assert cube.dimensions[0].code == "OMRÅDE"
    assert cube.dimensions[0].values == {"851": "Aalborg", "825": "Læsø"}
    assert [cell.value for cell in cube.cells.values()] == [Decimal("1234.5"), Decimal("12.25")]


ACROSS = {("Aalborg", "2019"): Decimal("1234"), ("Aalborg", "2020"): Decimal("1300.5"),
          ("Læsø", "2019"): None, ("Læsø", "2020"): Decimal("16")}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "område;2019;2020\nAalborg;1234;1300,5\nLæsø;..;16\n",
        # As the bank of statistics writes it: a title, and where it comes from below.
        '"Arbejdssteder efter område, branche og tid"\r\n\r\n"område";"2019";"2020"\r\n"Aalborg";1.234;1.300,5\r\n'
        '"Læsø";..;16\r\n\r\n"Kilde: Danmarks Statistik"\r\n',
        "sep=;\r\nområde;2019;2020\r\nAalborg;1234*;1300,5 p\r\nLæsø;..;16\r\n",
    ],
)
def test_a_table_with_its_periods_across(text: str) -> None:
    for content in (text.encode(), text.encode("cp1252"), text.encode("utf-16")):
        cube = csvtable.read(content)
        assert [each.code for each in cube.dimensions] == ["område", "tid"]
        assert values_of(cube) == ACROSS


def test_several_things_across_are_told_apart() -> None:
    cube = csvtable.read("område;Mænd 2019;Mænd 2020;Kvinder 2019;Kvinder 2020\nAalborg;1;2;3;4\n".encode())
    assert values_of(cube) == {
        ("Aalborg", "Mænd", "2019"): 1, ("Aalborg", "Mænd", "2020"): 2,
        ("Aalborg", "Kvinder", "2019"): 3, ("Aalborg", "Kvinder", "2020"): 4,
    }  # fmt: skip


def test_the_csv_of_eurostat() -> None:
    cube = csvtable.read(
        b"DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        b"ESTAT:X(1.0),01/01/24 11:00:00,A,DK05,2020,71.2,e\n"
        b"ESTAT:X(1.0),01/01/24 11:00:00,A,DK,2020,,c\n"
    )
    assert [each.code for each in cube.dimensions] == ["freq", "geo", "TIME_PERIOD"]
    assert cube.cells == {("A", "DK05", "2020"): Cell(Decimal("71.2"), "e"), ("A", "DK", "2020"): Cell(None, "")}


def test_a_quarter_with_a_space_is_no_year() -> None:
    """ "2020 K1" was read as the code 2020 with the text K1, so the first quarter stood as the whole year."""
    cube = csvtable.read(b"OMR;TID;ANTAL\n851;2020 K1;5\n851;2020 K2;6\n")
    assert values_of(cube) == {("851", "2020 K1"): 5, ("851", "2020 K2"): 6}


def test_a_heading_without_lines_is_no_table() -> None:
    with pytest.raises(StatisticsError) as error:
        csvtable.read(b"OMR;TID;ANTAL\n")
    assert error.value.code == "empty"


@pytest.mark.parametrize("bad", ["a\\u0000b", "a\\ud800b"])
@pytest.mark.parametrize("good", ["Population", "101", "Copenhagen"])
def test_text_that_cannot_be_kept_is_refused(good: str, bad: str) -> None:
    content = as_bytes(FOLK).replace(good.encode(), bad.encode())
    with pytest.raises(StatisticsError) as error:
        jsonstat.read(content)
    assert error.value.code == "shape"


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1.234", "12,5"], ","), (["1,234", "12.5"], "."), (["1.234"], None), (["1.234.567"], ","), (["7", ".."], ","),
        (["0.5"], "."), (["1.234", "1,5"], ","), (["1,234,567"], "."), ([], ","),
    ],
)  # fmt: skip
def test_which_sign_is_the_decimal_one(texts: list[str], mark: str | None) -> None:
    assert decimal_mark(texts) == mark


def test_numbers_are_exact_and_grouped_in_threes() -> None:
    assert exact("1.234.567,891", ",") == Decimal("1234567.891")
    assert exact("-1 234,50", ",") == Decimal("-1234.50")
    assert exact("12.34", ",") is None
    assert exact("1,2,3", ".") is None
    assert exact("tolv", ",") is None
    assert is_mark("..")
    assert not is_mark("0")


def test_what_cannot_be_told_is_asked() -> None:
    content = b"OMR;TID;INDHOLD\n851;2020;1.234\n"
    with pytest.raises(StatisticsError) as error:
        csvtable.read(content)
    assert error.value.code == "decimal_mark"
    assert values_of(csvtable.read(content, ",")) == {("851", "2020"): 1234}
    assert values_of(csvtable.read(content, ".")) == {("851", "2020"): Decimal("1.234")}


# -------------------------------------------------------------------------------------------------------------- time
@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020K1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020M02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020M12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020H1", date(2020, 1, 1), date(2020, 6, 30)),
        ("2020 H2", date(2020, 7, 1), date(2020, 12, 31)),
        ("2020Å", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-S2", date(2020, 7, 1), date(2020, 12, 31)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("4. kvt. 2020", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020 2. kvartal", date(2020, 4, 1), date(2020, 6, 30)),
        ("februar 2020", date(2020, 2, 1), date(2020, 2, 29)),
    ],
)
def test_periods(code: str, first: date, last: date) -> None:
    assert days_of(code) == (first, last)


@pytest.mark.parametrize(
    "code",
    ["", "20", "2020K5", "2020M13", "2020H0", "2020U12", "2020-13", "i alt", "januar", "5. kvartal 2020", "0000"],
)
def test_what_is_no_period(code: str) -> None:
    assert days_of(code) is None


@settings(max_examples=300)
@given(st.text(max_size=12))
def test_any_text_is_a_period_or_none(text: str) -> None:
    span = days_of(text)
    assert span is None or span[0] <= span[1]


# ------------------------------------------------------------------------------------------------------------- faults
def changed(path: str, value: Any) -> bytes:
    root = json.loads(json.dumps(FOLK))
    at = root
    *before, last = path.split("/")
    for name in before:
        at = at[name]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return as_bytes(root)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"{", "not_json", "line 1"),
        (b"[1]", "shape", ""),
        (b'{"a": 1}', "not_jsonstat", ""),
        (b'{"class": "collection", "link": {}}', "collection", "class"),
        (b'{"class": "dimension"}', "class", "class"),
        (b'{"class": "dataset", "class": "dataset"}', "shape", "class"),
        (b"[" * 100_000, "not_json", ""),
        (changed("dataset/value", [1]), "shape", "dataset.value"),
        (changed("dataset/value", ["1", 2]), "number", "dataset.value[0]"),
        (changed("dataset/value", [True, 2]), "number", "dataset.value[0]"),
        (changed("dataset/value", {"2": 1}), "shape", "dataset.value.2"),
        (changed("dataset/value", {"x": 1}), "shape", "dataset.value.x"),
        (changed("dataset/value", [10**15, 2]), "number", "dataset.value[0]"),
        (changed("dataset/dimension/size", [2, 1]), "shape", "dataset.dimension.size"),
        (changed("dataset/dimension/size", [2, 1, -1]), "shape", "dataset.dimension.size[2]"),
        (changed("dataset/dimension/size", [10**6, 2, 1]), "too_large", ""),
        (changed("dataset/dimension/Tid", ...), "shape", "dataset.dimension.Tid"),
        (changed("dataset/dimension/Tid/category/index", {"2026K3": 1}), "shape", "dataset.dimension.Tid"),
        (changed("dataset/dimension/OMRÅDE/category/index", {"101": 0}), "shape", "dataset.dimension.OMRÅDE"),
        (changed("dataset/dimension/OMRÅDE/category/index", ["101", "101"]), "shape", "dataset.dimension.OMRÅDE"),
        (b'{"dataset": {"dimension": {}, "value": [NaN]}}', "number", "NaN"),
    ],
)
def test_faults_of_json_stat_are_named_where_they_are(content: bytes, code: str, place: str) -> None:
    with pytest.raises(StatisticsError) as error:
        jsonstat.read(content)
    assert error.value.code == code
    assert error.value.place.startswith(place)
    assert str(error.value.message)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"x", "shape", "line 1"),
        (b"a;a;b\n1;2;3", "shape", "line 1"),
        (b"a;b\n1;2;3", "shape", "line 2"),
        (b"a;b\n1;to", "number", "line 2, b"),
        (b"a;b\n1;2\n1;3", "twice", "line 3"),
        (b"a;b\n;3", "shape", "line 2, a"),
        (b'a;b\n"1;3', "not_csv", ""),
        (b"a;b\n1;\x00", "not_csv", ""),
        (b"a;b\n1;9999999999999999", "number", "line 2, b"),
    ],
)
def test_faults_of_csv_are_named_where_they_are(content: bytes, code: str, place: str) -> None:
    with pytest.raises(StatisticsError) as error:
        csvtable.read(content)
    assert (error.value.code, error.value.place.startswith(place)) == (code, True)


def refusal(reader: Callable[[bytes], Cube], content: bytes) -> str | None:
    """Why it was refused, None if it was read."""
    try:
        reader(content)
    except StatisticsError as error:
        return str(error.message)
    return None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused_with_a_reason(content: bytes) -> None:
    for reader in (jsonstat.read, csvtable.read):
        assert refusal(reader, content) != ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "size", "dimension", "value", "category", "index", "label", "status",
                                       "role", "a", "0"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "size", "dimension", "value", "status", "role", "label"]), JSON))
def test_any_json_is_read_or_refused_with_a_reason(root: Any) -> None:
    for whole in ({"dataset": root}, {"class": "dataset", **root}):
        assert refusal(jsonstat.read, as_bytes(whole)) != ""


@pytest.mark.parametrize("module", [jsonstat, csvtable])
def test_a_file_that_is_too_large_is_not_read(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    with pytest.raises(StatisticsError) as error:
        module.read(b"a;b\n1;2\n1;3\n")
    assert error.value.code == "too_large"
