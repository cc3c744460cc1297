"""JSON-stat read into a cube: 1.x (a bundle of one dataset, id and size inside `dimension`) and 2.0 (class dataset).

The format: https://json-stat.org/full/. Values lie in row-major order, the last dimension fastest, in a list or in an
object by position; so do the statuses, of which a single text is meant for every value.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.statistics.cube import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_DIMENSIONS,
    Cell,
    Cube,
    Dimension,
    StatisticsError,
    fits,
)


def read(content: bytes) -> Cube:
    """Raises StatisticsError that says what is wrong and where."""
    if len(content) > MOST_BYTES:
        raise StatisticsError("too_large", _("The file is larger than 20 MB. Ask the source for fewer values."))
    dataset, where = _dataset(_parsed(content))
    dimension = _object(dataset.get("dimension"), f"{where}dimension")
    # 2.0 has id and size at the top, 1.x inside dimension; some sources mix them.
    holder, inside = (dataset, where) if "id" in dataset else (dimension, f"{where}dimension.")
    ids = _list(holder.get("id"), f"{inside}id")
    sizes = _list(holder.get("size"), f"{inside}size")
    if len(ids) != len(sizes) or not ids:
        raise StatisticsError("shape", _("id and size must name the same dimensions."), f"{inside}size")
    if len(ids) > MOST_DIMENSIONS:
        raise StatisticsError("too_large", _("The table has too many dimensions."), f"{inside}id")
    if len({str(each) for each in ids}) != len(ids):
        raise StatisticsError("shape", _("A dimension is named twice."), f"{inside}id")
    for number, size in enumerate(sizes):
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise StatisticsError("shape", _("A size is a whole number from 1."), f"{inside}size[{number}]")
    count = prod(sizes)
    if count > MOST_CELLS:
        raise StatisticsError("too_large", _("The table has more than a million cells. Choose fewer values."), where)
    roles = _roles(dataset.get("role", dimension.get("role")), f"{inside}role")
    dimensions = tuple(
        _dimension(str(code), size, dimension.get(str(code)), roles.get(str(code), ""), f"{where}dimension.{code}")
        for code, size in zip(ids, sizes, strict=True)
    )
    values = _positions(dataset.get("value"), count, f"{where}value")
    statuses = _statuses(dataset.get("status"), count, f"{where}status")
    keys = product(*(each.values for each in dimensions))
    cells = {
        key: _cell(values.get(number), statuses(number), f"{where}value[{number}]") for number, key in enumerate(keys)
    }
    return Cube(dimensions, cells, _text(dataset, "label"), _text(dataset, "source"), _text(dataset, "updated"))


def _parsed(content: bytes) -> Mapping[str, Any]:
    def no_constant(name: str) -> Any:
        raise StatisticsError("number", _("NaN and Infinity are no numbers."), name)

    try:
        read = json.loads(
            content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=no_constant, object_pairs_hook=_once
        )
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise StatisticsError("not_json", _("The file is not JSON that can be read."), place) from None
    return _object(read, "")


def _fit(text: str, place: str) -> str:
    """Text that can be kept: a database holds no zero byte, and half a pair of surrogates is no character."""
    if any(each == "\x00" or "\ud800" <= each <= "\udfff" for each in text):
        raise StatisticsError("shape", _("The text holds a character that is no text."), place)
    return text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice in an object would be lost without a word."""
    read = dict(pairs)
    if len(read) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise StatisticsError("shape", _("A name is given twice."), twice)
    return read


def _dataset(root: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    kind = root.get("class")
    if kind == "dataset":
        return root, ""
    if kind == "collection":
        raise StatisticsError(
            "collection", _("This is a collection of tables. Download the one table you need."), "class"
        )
    if kind is not None:
        raise StatisticsError("class", _("This is JSON-stat of another kind than a table of values."), "class")
    if "dataset" in root:
        return _object(root["dataset"], "dataset"), "dataset."
    if "dimension" in root and "value" in root:
        return root, ""
    # A 1.x bundle may call its datasets anything.
    found = [
        name for name, each in root.items() if isinstance(each, Mapping) and "dimension" in each and "value" in each
    ]
    if len(found) == 1:
        return _object(root[found[0]], found[0]), f"{found[0]}."
    if found:
        raise StatisticsError(
            "collection", _("The file holds several tables. Download the one table you need."), ", ".join(found)
        )
    raise StatisticsError("not_jsonstat", _("This is JSON, but no table of statistics (JSON-stat)."))


def _dimension(code: str, size: int, given: Any, role: str, place: str) -> Dimension:
    body = _object(given, place)
    category = _object(body.get("category"), f"{place}.category")
    labels = category.get("label", {})
    if not isinstance(labels, Mapping):
        raise StatisticsError("shape", _("The labels must be an object."), f"{place}.category.label")
    order = _order(category.get("index"), labels, size, f"{place}.category.index")
    if len(order) != size:
        raise StatisticsError(
            "shape",
            _("The dimension does not have as many values as its size says."),
            f"{place}.category.index",
        )
    values = {_fit(key, place): _fit(str(labels.get(key) or key), place) for key in order}
    return Dimension(_fit(code, place), _fit(str(body.get("label") or code), place), values, role)


def _order(index: Any, labels: Mapping[str, Any], size: int, place: str) -> list[str]:
    """The codes in order; the index may be left out where there is one value only."""
    if index is None:
        if size == 1 and len(labels) == 1:
            return [str(key) for key in labels]
        raise StatisticsError("shape", _("The order of the values is missing."), place)
    if isinstance(index, list):
        order = [str(key) for key in index]
    else:
        positions = _object(index, place)
        if any(not isinstance(at, int) or isinstance(at, bool) for at in positions.values()):
            raise StatisticsError("shape", _("A position is a whole number."), place)
        if sorted(positions.values()) != list(range(len(positions))):
            raise StatisticsError("shape", _("The positions must run from 0 without a gap."), place)
        order = sorted(positions, key=lambda key: positions[key])
    if len(set(order)) != len(order):
        raise StatisticsError("shape", _("A value is named twice."), place)
    return order


def _roles(given: Any, place: str) -> dict[str, str]:
    if given is None:
        return {}
    return {
        str(code): role
        for role, codes in _object(given, place).items()
        for code in (codes if isinstance(codes, list) else [])
    }


def _positions(given: Any, count: int, place: str) -> Mapping[int, Any]:
    """Position → value; what is left out of an object is missing, what a list lacks is an error."""
    if isinstance(given, list):
        if len(given) != count:
            raise StatisticsError(
                "shape", _("The number of values is not the product of the sizes."), f"{place} ({len(given)}, {count})"
            )
        return dict(enumerate(given))
    found = {}
    for key, value in _object(given, place).items():
        if not (key.isascii() and key.isdigit()) or len(key) > 9 or int(key) >= count:
            raise StatisticsError("shape", _("This position is outside the table."), f"{place}.{key[:20]}")
        found[int(key)] = value
    return found


def _statuses(given: Any, count: int, place: str) -> Any:
    if given is None:
        return lambda _number: ""
    if isinstance(given, str):
        mark = _fit(given, place)
        return lambda _number: mark
    if isinstance(given, list) and len(given) == 1 and count > 1:
        mark = _fit(str(given[0] or ""), place)
        return lambda _number: mark
    at = _positions(given, count, place)
    return lambda number: _fit(str(at.get(number) or ""), place)


def _cell(value: Any, status: str, place: str) -> Cell:
    if value is None:
        return Cell(None, status)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise StatisticsError("number", _("A value must be a number or null."), place)
    exact = Decimal(value)
    if not fits(exact):
        raise StatisticsError("number", _("Write a number with at most 15 digits and 10 decimals."), place)
    return Cell(exact, status)


def _object(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise StatisticsError("shape", _("Something is missing here, or is no object."), place)
    return given


def _list(given: Any, place: str) -> Sequence[Any]:
    if not isinstance(given, list):
        raise StatisticsError("shape", _("Something is missing here, or is no list."), place)
    return given


def _text(dataset: Mapping[str, Any], name: str) -> str:
    value = dataset.get(name)
    return _fit(value.strip()[:300], name) if isinstance(value, str) else ""
