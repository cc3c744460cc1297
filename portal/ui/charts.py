"""Charts as SVG text: no script, no inline style, sharp in print, and as wide as the page gives.

Lengths along the chart are percentages and text is in ordinary pixels, so letters keep their size at 360 px and at
1280 px. What colour says, pattern and text say too. A Chart carries its table, source line and conclusion, and
`{% chart c %}` shows all of them; a bare SVG is for the inside of a table or a text that says the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.tables import Table

Value = int | Decimal | Fraction
Text = str | Promise
Pattern = Literal["solid", "stripes", "dots", "open"]
PATTERNS: tuple[Pattern, ...] = ("solid", "stripes", "dots", "open")
BLUE, INK, LINE, PAPER, GREY = "#1f4e8c", "#1a1a1a", "#bfbfbf", "#ffffff", "#f2f3f5"
# Presentation attributes, not style: they also hold where our style sheet is not (paper, Word).
FONT = mark_safe('font-family="IBM Plex Sans, sans-serif" font-size="14"')


@dataclass(frozen=True)
class Bar:
    """One bar. `note` stands after the value; `expected` draws a tick where the value should be."""

    label: Text
    value: Value
    note: Text = ""
    expected: Value | None = None
    url: str = ""


@dataclass(frozen=True)
class Series:
    """One line: a value per point of the axis, None where there is none (yet)."""

    label: Text
    values: Sequence[Value | None]
    dashed: bool = False


@dataclass(frozen=True)
class LegendEntry:
    label: Text
    swatch: SafeString


@dataclass
class Chart:
    """What a page shows: the drawing, its conclusion in words, its source and its figures as a table."""

    svg: SafeString
    table: Table
    source: Text
    conclusion: Text
    heading: Text = ""
    legend: list[LegendEntry] = field(default_factory=list)


def bars(
    title: Text, items: Sequence[Bar], *, description: Text = "", unit: Text = "", pattern: Pattern = "solid"
) -> SafeString:
    """Horizontal bars, label above each. At most ten are readable; the caller groups the rest."""
    values = [item.value for item in items] + [item.expected for item in items if item.expected is not None]
    top = max((_f(value) for value in values), default=Fraction(0))
    key = _key("bars", title, items)
    row_height = 46
    rows = []
    for place, item in enumerate(items):
        y = place * row_height
        parts = [
            _text(item.label, "0", y + 15),
            _text(
                f"{formats.number(item.value)} {item.note}".strip(), "100%", y + 15, "end", "vb-chart-value", bold=True
            ),
            _rect("0", y + 22, "100%", 14, GREY),
            _rect("0", y + 22, _width(item.value, top), 14, _fill(pattern, key), stroke=BLUE, css="vb-bar"),
        ]
        if item.expected is not None:
            parts.append(_tick(_width(item.expected, top), y + 18, 22))
        row = format_html_join("", "{}", ((part,) for part in parts))
        rows.append(format_html('<a href="{}">{}</a>', item.url, row) if item.url else row)
    said = "; ".join(f"{item.label} {formats.number(item.value)} {item.note}".strip() for item in items)
    # A picture is one thing to a screen reader; links in it are reached only when it is a group.
    role = "group" if any(item.url for item in items) else "img"
    height = max(1, len(items)) * row_height
    return _svg(title, description or said, height, rows, _defs(key, [pattern]), unit, role=role)


def columns(
    title: Text, items: Sequence[Bar], *, description: Text = "", unit: Text = "", pattern: Pattern = "solid"
) -> SafeString:
    """Vertical bars, for months and years. With many, every second label gives way on a narrow screen."""
    top = max((_f(item.value) for item in items), default=Fraction(0))
    key = _key("columns", title, items)
    height, foot, head = 220, 26, 22
    step = Fraction(100, max(1, len(items)))
    rows: list[SafeString] = []
    for place, item in enumerate(items):
        tall = int(_f(item.value) / top * (height - foot - head)) if top else 0
        middle = _pct(step * place + step / 2)
        thin = " vb-thin" if len(items) > 7 and place % 2 else ""
        start = height - foot - tall
        rows += [
            _rect(
                _pct(step * place + step / 8), start, _pct(step * 3 / 4), tall, _fill(pattern, key),
                stroke=BLUE, css="vb-bar",
            ),
            _text(formats.number(item.value), middle, start - 6, "middle", f"vb-chart-value{thin}"),
            _text(item.label, middle, height - 6, "middle", f"vb-chart-label{thin}"),
        ]  # fmt: skip
    rows.append(_level_line(height - foot))
    said = "; ".join(f"{item.label} {formats.number(item.value)}" for item in items)
    return _svg(title, description or said, height, rows, _defs(key, [pattern]), unit)


@dataclass(frozen=True)
class _Plot:
    """Where points of a line chart lie: across in percent of the width, down in pixels."""

    top: Fraction
    count: int
    height: int = 240
    foot: int = 26
    head: int = 16
    right: int = 14
    """Percent of the width kept for the values at the ends."""

    def x(self, place: int) -> Fraction:
        return Fraction(place * (100 - self.right), max(1, self.count - 1))

    def y(self, value: Value) -> Fraction:
        room = self.height - self.foot - self.head
        return self.head + room - _f(value) / self.top * room


def line(
    title: Text, points: Sequence[Text], series: Sequence[Series], *, description: Text = "", unit: Text = ""
) -> SafeString:
    """Lines over the same points (months), from zero: what happened against the expected path. A dashed series is
    the expected one. The last value of each is written at its end."""
    highest = max((_f(value) for each in series for value in each.values if value is not None), default=Fraction(1))
    plot = _Plot(top=_round_top(max(highest, Fraction(1))), count=len(points))
    edge = _pct(Fraction(100 - plot.right))
    parts: list[SafeString] = []
    for level in (Fraction(0), plot.top / 2, plot.top):
        at = int(plot.y(level))
        parts.append(_level_line(at, edge))
        if level:
            parts.append(_text(formats.number(level, 0), "2", at - 4, css="vb-chart-axis", color="#454545"))
    parts.extend(_polyline(each, plot) for each in series)
    ends = [_last(each) for each in series]
    for each, end, y in zip(series, ends, _label_heights(ends, plot), strict=True):
        if end is None:
            continue
        place, value = end
        x = _pct(plot.x(place))
        if not each.dashed:
            parts.append(format_html('<circle cx="{}" cy="{}" r="5" fill="{}"/>', x, int(plot.y(value)), BLUE))
        parts.append(_text(formats.number(value, 0), x, int(y), css="vb-chart-value", bold=not each.dashed, dx=9))
    for place, anchor in _axis_places(len(points)):
        parts.append(_text(points[place], _pct(plot.x(place)), plot.height - 6, anchor))
    said = "; ".join(
        f"{each.label}: {formats.number(end[1], 0)}" for each, end in zip(series, ends, strict=True) if end is not None
    )
    return _svg(title, description or said, plot.height, parts, SafeString(""), unit)


def target_bar(value: Value, target: Value, expected: Value | None = None, *, title: Text = "") -> SafeString:
    """How far towards a target, in one line; the tick is where the plan says it should be now."""
    top = max(_f(value), _f(target), _f(expected or 0), Fraction(1, 10**6))
    text = title or _("%(value)s of %(target)s") % {"value": formats.number(value), "target": formats.number(target)}
    told = _("The plan says %(expected)s now") % {"expected": formats.number(expected)} if expected is not None else ""
    parts = [
        _rect("0", 5, _width(target, top), 12, GREY, stroke=LINE),
        _rect("0", 5, _width(value, top), 12, BLUE, css="vb-bar"),
    ]
    if expected is not None:
        parts.append(_tick(_width(expected, top), 1, 20))
    return _svg(text, told, 22, parts, SafeString(""), "", css="vb-target-bar")


def swatch(kind: Literal["bar", "line", "expected", "tick"]) -> SafeString:
    """The little drawing in a legend."""
    inner = {
        "bar": f'<rect x="0" y="3" width="18" height="10" fill="{BLUE}"/>',
        "line": f'<line x1="0" x2="18" y1="8" y2="8" stroke="{BLUE}" stroke-width="3"/>',
        "tick": f'<line x1="9" x2="9" y1="0" y2="16" stroke="{INK}" stroke-width="3"/>',
        "expected": f'<line x1="0" x2="18" y1="8" y2="8" stroke="{INK}" stroke-width="2" stroke-dasharray="6 5"/>',
    }[kind]
    opening = '<svg class="vb-swatch" width="18" height="16" aria-hidden="true" focusable="false">'
    return mark_safe(f"{opening}{inner}</svg>")  # noqa: S308  # only our own constants


def _svg(
    title: Text,
    description: Text,
    height: int,
    parts: Sequence[SafeString],
    defs: SafeString,
    unit: Text,
    css: str = "vb-svg",
    role: str = "img",
) -> SafeString:
    name = f"{title} ({unit})" if unit else str(title)
    # Named by attribute as well as by <title>: ids would have to be unique among many small charts on a page.
    label = f"{name}. {description}" if description else name
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{}" role="{}" aria-label="{}" width="100%" height="{}"'
        ' focusable="false"><title>{}</title><desc>{}</desc>{}{}</svg>',
        css, role, label, height, name, description, defs, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _text(
    text: Text,
    x: str,
    y: int,
    anchor: str = "start",
    css: str = "vb-chart-label",
    *,
    bold: bool = False,
    color: str = INK,
    dx: int = 0,
) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" dx="{}" text-anchor="{}" font-weight="{}" fill="{}" {}>{}</text>',
        css, x, y, dx, anchor, 600 if bold else 400, color, FONT, text,
    )  # fmt: skip


def _rect(x: str, y: int, width: str, height: int, fill: str, *, stroke: str = "none", css: str = "") -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>',
        css, x, y, width, height, fill, stroke,
    )  # fmt: skip


def _polyline(each: Series, plot: _Plot) -> SafeString:
    """A drawing inside the drawing, which is stretched to the page's width; its strokes are not."""
    path = " ".join(
        f"{float(plot.x(place)):.2f},{float(plot.y(value)):.2f}"
        for place, value in enumerate(each.values)
        if value is not None
    )
    return format_html(
        '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">'
        '<polyline class="vb-line" points="{1}" fill="none" stroke="{2}" stroke-width="{3}" stroke-dasharray="{4}"'
        ' vector-effect="non-scaling-stroke"/></svg>',
        plot.height, path, INK if each.dashed else BLUE, 2 if each.dashed else 3, "6 5" if each.dashed else "none",
    )  # fmt: skip


def _last(each: Series) -> tuple[int, Value] | None:
    known = [(place, value) for place, value in enumerate(each.values) if value is not None]
    return known[-1] if known else None


def _label_heights(ends: Sequence[tuple[int, Value] | None], plot: _Plot) -> list[Fraction]:
    """How far down the end values are written: beside each end, moved apart when they would cover each other."""
    placed: list[tuple[Fraction, Fraction]] = []
    for end in ends:
        if end is None:
            placed.append((Fraction(-100), Fraction(0)))
            continue
        x, y = plot.x(end[0]), plot.y(end[1]) + 5
        for other_x, other_y in placed:
            if abs(other_x - x) < 12 and abs(other_y - y) < 16:
                y = other_y - 16 if y <= other_y else other_y + 16
        placed.append((x, max(Fraction(plot.head), min(y, Fraction(plot.height - plot.foot - 4)))))
    return [y for _x, y in placed]


def _round_top(highest: Fraction) -> Fraction:
    """The end of the axis: a round number not far above the highest value."""
    power = 10 ** max(0, len(str(int(highest))) - 1)
    steps = (10, 12, 16, 20, 30, 40, 50, 60, 80, 100)
    return next(Fraction(step * power, 10) for step in steps if step * power >= highest * 10)


def _axis_places(count: int) -> list[tuple[int, str]]:
    """Which points get a label: first, middle and last, which fit on any screen."""
    if count <= 1:
        return [(0, "start")] * count
    if count < 5:
        return [(0, "start"), (count - 1, "middle")]
    return [(0, "start"), ((count - 1) // 2, "middle"), (count - 1, "middle")]


def _tick(x: str, y: int, height: int) -> SafeString:
    drawn = '<line class="vb-tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{3}" stroke-width="3"/>'
    return format_html(drawn, x, y, y + height, INK)


def _level_line(y: int, end: str = "100%") -> SafeString:
    return format_html('<line x1="0" x2="{0}" y1="{1}" y2="{1}" stroke="{2}" stroke-width="1"/>', end, y, LINE)


def _fill(pattern: Pattern, key: str) -> str:
    return BLUE if pattern == "solid" else PAPER if pattern == "open" else f"url(#{key}-{pattern})"


def _defs(key: str, patterns: Sequence[Pattern]) -> SafeString:
    drawn = {
        "stripes": f'<rect width="6" height="6" fill="{PAPER}"/><path d="M0 6 6 0" stroke="{BLUE}" stroke-width="2"/>',
        "dots": f'<rect width="6" height="6" fill="{PAPER}"/><circle cx="3" cy="3" r="1.6" fill="{BLUE}"/>',
    }
    found = [
        f'<pattern id="{key}-{name}" width="6" height="6" patternUnits="userSpaceOnUse">{drawn[name]}</pattern>'
        for name in patterns
        if name in drawn
    ]
    return mark_safe(f"<defs>{''.join(found)}</defs>" if found else "")  # noqa: S308  # only our own constants


def _key(kind: str, title: Text, items: Sequence[Bar]) -> str:
    text = "|".join([kind, str(title), *(f"{item.label}={item.value}" for item in items)])
    return f"c{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _f(value: Value) -> Fraction:
    return max(Fraction(0), Fraction(value))


def _width(value: Value, top: Fraction) -> str:
    return _pct(_f(value) / top * 100 if top else Fraction(0))


def _pct(value: Fraction) -> str:
    return f"{float(value):.2f}%"
