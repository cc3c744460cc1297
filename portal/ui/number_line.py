"""A scoring rule as a number line: which values give which score, and where the value lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.charts import INK, LINE, Text, Value, _pct, _rect, _svg, _text, _tick

Tone = Literal["good", "close", "behind", "gap"]
FILL: dict[Tone, str] = {"good": "#e3f1e7", "close": "#fdf3d6", "behind": "#fbe6e4", "gap": "#d9d9d9"}
TOP, TALL, HEIGHT = 22, 26, 84


@dataclass(frozen=True)
class Band:
    """Values from `start` to `end` (None: no limit) give `label`. A gap is a stretch that no rule says anything of."""

    start: Fraction | None
    end: Fraction | None
    label: Text
    tone: Tone


def number_line(title: Text, bands: Sequence[Band], value: Value | None = None, *, told: Text = "") -> SafeString:
    """The bands side by side in order; each boundary has its number, the value a tick. The words say the same."""
    ends = sorted({end for band in bands for end in (band.start, band.end) if end is not None})
    points = [*ends, *([Fraction(value)] if value is not None else [])]
    if not ends:
        return SafeString("")
    low, high = min(points), max(points)
    room = max(high - low, abs(high) / 5, Fraction(1))
    low, high = low - room * Fraction(4, 5), high + room * Fraction(4, 5)
    if min(points) >= 0:
        low = max(low, Fraction(0))
        low = min(low, min(points) - room / 10)

    def at(point: Fraction) -> Fraction:
        return (point - low) / (high - low) * 100

    parts: list[SafeString] = []
    for band in bands:
        start = at(band.start if band.start is not None else low)
        end = at(band.end if band.end is not None else high)
        parts.append(_rect(_pct(start), TOP, _pct(end - start), TALL, FILL[band.tone], stroke=LINE))
        if value is not None and start <= (tick := at(Fraction(value))) <= end:
            # Beside the tick, on the side with more room.
            start, end = (tick, end) if end - tick > tick - start else (start, tick)
        if end - start >= 3 + 2 * len(str(band.label)):
            parts.append(_text(band.label, _pct((start + end) / 2), TOP + 18, "middle"))
    before, row = Fraction(-100), 0
    for end in ends:
        row = 1 - row if at(end) - before < 14 and not row else 0
        parts.append(_text(formats.number(end, 4), _pct(at(end)), TOP + TALL + 16 + 16 * row, "middle"))
        before = at(end)
    if value is not None:
        place = at(Fraction(value))
        parts.append(_tick(_pct(place), TOP - 4, TALL + 8))
        anchor = "start" if place < 12 else "end" if place > 88 else "middle"
        parts.append(_text(formats.number(value, 1), _pct(place), TOP - 7, anchor, bold=True, color=INK))
    said = "; ".join(f"{_range(band)}: {band.label}" for band in bands)
    return _svg(title, told or said, HEIGHT, parts, SafeString(""), "")


def _range(band: Band) -> str:
    low = formats.number(band.start, 4) if band.start is not None else ""
    high = formats.number(band.end, 4) if band.end is not None else ""
    if not low:
        return _("up to %(high)s") % {"high": high}
    if not high:
        return _("from %(low)s") % {"low": low}
    return _("from %(low)s to %(high)s") % {"low": low, "high": high}
