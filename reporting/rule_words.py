"""A scoring rule told: in a sentence, and as the bands of a number line."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui import formats
from portal.ui.number_line import Band, Tone
from reporting.models.rules import Ruled
from reporting.rules.scoring.deliverables import shares_of

Rule = Ruled.Rule
Params = Mapping[str, Any]


def exact(text: Any) -> Fraction:
    """A number of a rule: "34.7", "60" or, after an amendment inside the period, "100900/183"."""
    return Fraction(str(text))


def shown(value: Any, decimals: int = 2) -> str:
    try:
        return formats.number(exact(value), decimals)
    except (ValueError, ZeroDivisionError):
        return str(value)


def percent(value: Any) -> str:
    return _("%(number)s per cent") % {"number": shown(value)}


def sentence(rule: str, params: Params) -> str:
    """How the goal is scored, in one sentence. Of a rule that is not finished, as much as is there."""
    try:
        return str(_SENTENCES[rule](params))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, InvalidOperation):
        return str(Rule(rule).label) if rule in Rule.values else ""


def _tiers(params: Params) -> str:
    said = []
    for tier in params["tiers"]:
        how = _("at least %(limit)s") if "from" in tier else _("at most %(limit)s")
        limit = shown(tier["from"] if "from" in tier else tier["to"])
        said.append(_("%(how)s gives %(score)s") % {"how": how % {"limit": limit}, "score": percent(tier["score"])})
    otherwise = _("otherwise %(score)s") % {"score": percent(params.get("else", "0"))}
    return ", ".join([*said, otherwise])


def _survey(params: Params) -> str:
    what = _("Net promoter score") if params.get("kind") == "nps" else _("Share of the answers, in per cent")
    return f"{what}: {_tiers(params)}"


def _linear(params: Params) -> str:
    start, end = params["from"], params["to"]
    text = _("%(from)s gives %(low)s and %(to)s gives %(high)s; between them the score follows a straight line") % {
        "from": shown(start["value"]),
        "low": percent(start["score"]),
        "to": shown(end["value"]),
        "high": percent(end["score"]),
    }
    return text if not params.get("capped", True) else _("%(text)s, and never beyond them") % {"text": text}


def _deliverables(params: Params) -> str:
    number = len(params["deliverables"])
    if number == 1:
        return _("one deliverable, delivered")
    if params.get("required") == "all":
        return _("all of the %(number)s deliverables") % {"number": number}
    if any(each.get("share") for each in params["deliverables"]):
        return _("%(number)s deliverables, each with its own share") % {"number": number}
    return _("%(number)s deliverables with equal shares") % {"number": number}


def _limit(text: Any) -> Any:
    def said(params: Params) -> str:
        told = str(text() % {"limit": shown(params["threshold"])})
        return _("%(told)s; the ratio is the score") % {"told": told} if params.get("partial") else told

    return said


def _within(params: Params) -> str:
    return _("from %(from)s to %(to)s") % {"from": shown(params["from"]), "to": shown(params["to"])}


def _growth(params: Params) -> str:
    by, share = exact(params["by"]), params.get("unit", "pct") == "pct"
    if not by:
        how = _("more") if params.get("strict") else _("at least as much")
    elif by > 0:
        how = _("%(by)s per cent more") if share else _("%(by)s more")
    else:
        how = _("%(by)s per cent less") if share else _("%(by)s less")
    if by:
        limit = _("over %(limit)s") if params.get("strict") else _("at least %(limit)s")
        how = limit % {"limit": how % {"by": shown(abs(by))}}
    over = _("than the period before") if params.get("over") == "period_before" else _("than the baseline")
    return f"{how} {over}"


def _every_part(params: Params) -> str:
    counting = [part for part in params["parts"] if part.get("counts", True)]
    if params.get("all", True):
        return _("an improvement in each of %(number)s measurements") % {"number": len(counting)}
    return _("the share of %(number)s measurements that have improved") % {"number": len(counting)}


def _benchmark(params: Params) -> str:
    compare = {
        ">=": _("at least the benchmark"),
        ">": _("above the benchmark"),
        "<=": _("at most the benchmark"),
        "within": _("within %(margin)s of the benchmark") % {"margin": shown(params.get("margin", "0"))},
    }
    return compare[params["compare"]]


_SENTENCES: dict[str, Any] = {
    Rule.TIERS: _tiers,
    Rule.SURVEY: _survey,
    Rule.LINEAR: _linear,
    Rule.DELIVERABLES: _deliverables,
    Rule.AT_LEAST: _limit(lambda: _("at least %(limit)s")),
    Rule.AT_MOST: _limit(lambda: _("at most %(limit)s")),
    Rule.WITHIN: _within,
    Rule.GROWTH: _growth,
    Rule.EVERY_PART: _every_part,
    Rule.BENCHMARK: _benchmark,
    Rule.ASSESSED: lambda _params: _("assessed by one and confirmed by another"),
}


def precision(decimals: int | None) -> str:
    """How the value is compared."""
    if decimals is None:
        return _("compared unrounded")
    return ngettext("compared with one decimal", "compared with %(number)s decimals", decimals) % {"number": decimals}


def parts(rule: str, params: Params) -> list[str]:
    """What a rule of several parts has in it, a line each; of a rule that is not finished, nothing."""
    try:
        return _PARTS[rule](params) if rule in _PARTS else []
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return []


def _deliverable_lines(params: Params) -> list[str]:
    listed = params["deliverables"]
    found = []
    for each, share in zip(listed, shares_of(listed), strict=True):
        line = str(each.get("name") or each["key"])
        if params.get("required", "share") != "all":
            line = _("%(name)s: counts %(share)s") % {"name": line, "share": percent(share)}
        if each.get("deadline"):
            day = formats.date_da(date.fromisoformat(each["deadline"]))
            line = _("%(line)s, by %(day)s at the latest") % {"line": line, "day": day}
        found.append(line)
    return found


def _part_lines(params: Params) -> list[str]:
    found = []
    for each in params["parts"]:
        how = _("lower than its baseline") if each.get("direction") == "lower" else _("higher than its baseline")
        line = f"{each.get('name') or each['key']}: {how}"
        found.append(line if each.get("counts", True) else _("%(line)s (shown, does not count)") % {"line": line})
    return found


_PARTS: dict[str, Any] = {Rule.DELIVERABLES: _deliverable_lines, Rule.EVERY_PART: _part_lines}


def bands(rule: str, params: Params) -> list[Band]:
    """The rule as stretches of a number line; empty for rules that are not about one number."""
    try:
        drawn = _BANDS[rule](params) if rule in _BANDS else []
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return []
    return [band for band in drawn if band.start is None or band.end is None or band.start < band.end]


def _tone(score: Fraction) -> Tone:
    return "good" if score >= 100 else "behind" if score <= 0 else "close"


def _band(start: Fraction | None, end: Fraction | None, score: Any) -> Band:
    return Band(start, end, percent(score), _tone(exact(score)))


def _tier_bands(params: Params) -> list[Band]:
    lower = "to" in params["tiers"][0]
    limits = sorted((exact(tier["to" if lower else "from"]), tier["score"]) for tier in params["tiers"])
    otherwise = params.get("else", "0")
    found = []
    if lower:
        start = None
        for limit, score in limits:
            found.append(_band(start, limit, score))
            start = limit
        return [*found, _band(start, None, otherwise)]
    found.append(_band(None, limits[0][0], otherwise))
    for place, (limit, score) in enumerate(limits):
        end = limits[place + 1][0] if place + 1 < len(limits) else None
        found.append(_band(limit, end, score))
    return found


def _linear_bands(params: Params) -> list[Band]:
    low, high = sorted((params["from"], params["to"]), key=lambda end: exact(end["value"]))
    start, end = exact(low["value"]), exact(high["value"])
    between = Band(start, end, _("in proportion"), "close")
    return [_band(None, start, low["score"]), between, _band(end, None, high["score"])]


def _limit_bands(at_least: bool) -> Any:
    def drawn(params: Params) -> list[Band]:
        limit = exact(params["threshold"])
        above: tuple[Fraction | None, Fraction | None] = (limit, None)
        below: tuple[Fraction | None, Fraction | None] = (None, limit)
        (start, end), (out, until) = (above, below) if at_least else (below, above)
        other = Band(out, until, _("in proportion"), "close") if params.get("partial") else _band(out, until, "0")
        return sorted([_band(start, end, "100"), other], key=lambda band: band.start is not None)

    return drawn


def _within_bands(params: Params) -> list[Band]:
    low, high = exact(params["from"]), exact(params["to"])
    return [_band(None, low, "0"), _band(low, high, "100"), _band(high, None, "0")]


_BANDS: dict[str, Any] = {
    Rule.TIERS: _tier_bands,
    Rule.SURVEY: _tier_bands,
    Rule.LINEAR: _linear_bands,
    Rule.AT_LEAST: _limit_bands(at_least=True),
    Rule.AT_MOST: _limit_bands(at_least=False),
    Rule.WITHIN: _within_bands,
}


def decimal_text(value: Any) -> str:
    """What a person typed, as the rule's exact text: "34,7" is "34.7". Raises ValueError."""
    text = str(value).strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(text) from problem
    if not number.is_finite():
        raise ValueError(text)
    return format(number, "f")
