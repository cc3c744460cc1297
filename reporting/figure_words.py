"""One figure in words: what it is, and how it came about."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from reporting import words
from reporting.engine.figures import OWN
from reporting.engine.payload import Payload, fraction_of
from reporting.engine.query import NOT_GIVEN, FigureQuery, month_of

DIVIDED_BY: dict[str, str | Promise] = {
    "municipality": gettext_lazy("Municipality"),
    "category": gettext_lazy("Match type"),
    "organisation": gettext_lazy("Created by"),
    "month": gettext_lazy("Month"),
    "heading": gettext_lazy("Activity"),
    "subcategory": gettext_lazy("Work area"),
}
NAMES = {
    "municipality": "municipalities",
    "category": "categories",
    "organisation": "organisations",
    "heading": "activities",
    "subcategory": "subcategories",
}


def name_of(payload: Payload, dimension: str, code: str) -> str:
    """What a cell's code is called."""
    if code == NOT_GIVEN:
        return _("Not given")
    if dimension == "month":
        return formats.month_da(month_of(code))
    names = payload["names"]
    if dimension == "heading":
        heading = code.removesuffix(OWN)
        alone = code.endswith(OWN)
        if heading == str(payload["programme"]["heading"]):
            return _("Without an activity") if alone else str(names["programme"])
        name = f"{names['numbers'].get(heading, '')} {names['activities'].get(heading, heading)}".strip()
        return _("%(activity)s, itself") % {"activity": name} if alone else name
    return str(names[NAMES[dimension]].get(code, code))


def title(payload: Payload, query: FigureQuery) -> str:
    """What the figure is: "Matches in Aalborg, January 2021"."""
    named = payload["names"]["targets"].get(query.target, "")
    if query.kind == "expected":
        return _("%(target)s: expected by the plan") % {"target": named}
    if query.kind == "target":
        return _("%(target)s: the target") % {"target": named}
    if query.kind == "attainment":
        return _("%(target)s: reached of the target") % {"target": named}
    fixed = [name_of(payload, dimension, code) for dimension, code in query.fixed().items()]
    if query.until:
        fixed.append(_("until the end of %(month)s") % {"month": formats.month_da(month_of(query.until))})
    if query.part:
        start = _("Matches in both parts") if query.part == "both" else _("Matches in neither part")
    else:
        start = _("Matches: %(target)s") % {"target": named} if named else _("Matches")
    return ", ".join([start, *fixed])


def shown_value(payload: Payload, query: FigureQuery) -> str:
    """The figure itself as it is shown, with the words for what is missing."""
    if payload["hidden"]:
        return _("hidden, because it is so small that somebody could be recognised")
    if query.kind == "attainment":
        return words.shown_percent(fraction_of(payload["ratio"]))
    if query.kind == "expected":
        return formats.number(fraction_of(payload["ratio"]), 0)
    return _("not stated in the source") if payload["value"] is None else formats.number(Decimal(payload["value"]))


def explanation(payload: Payload, query: FigureQuery) -> list[str]:
    """How the figure came about, a sentence a line."""
    target = payload["target"]
    if query.kind == "expected":
        return _expected(payload, target, query)
    if query.kind == "target":
        return _target(target)
    if query.kind == "attainment":
        ratio = payload["ratio"]
        return [
            _("%(value)s matches of a target of %(target)s: %(value)s / %(target)s = %(share)s.")
            % {
                "value": formats.number(fraction_of({**ratio, "denominator": "1"})),
                "target": formats.number(fraction_of({"numerator": ratio["denominator"], "denominator": "1"})),
                "share": words.shown_percent(fraction_of(ratio)),
            },
            *_counted_by(payload, target),
        ]
    return _counted(payload, query, target)


def _counted(payload: Payload, query: FigureQuery, target: dict[str, Any] | None) -> list[str]:
    day = {"day": formats.date_da(date.fromisoformat(payload["as_of"])), "programme": payload["names"]["programme"]}
    lines = [
        _("The number of matches registered in %(programme)s, as known on %(day)s. Matches taken back are subtracted.")
        % day
    ]
    if target is not None:
        lines += _counted_by(payload, target)
    if query.part == "both":
        lines.append(
            _("These count in the municipalities' part by place of work, and in the other partners' part by creator.")
        )
    if query.part == "neither":
        lines.append(_("These count in the whole, but in none of the two parts."))
    return lines


def _counted_by(payload: Payload, target: dict[str, Any]) -> list[str]:
    """What decides whether a match counts towards the target."""
    names = payload["names"]
    period = {
        "first": formats.date_da(date.fromisoformat(target["counted_from"])),
        "last": formats.date_da(date.fromisoformat(target["counted_to"])),
    }
    lines = [_("Matches agreed from %(first)s to %(last)s count.") % period]
    if target["organisations"]:
        creators = sorted(names["organisations"][str(pk)] for pk in target["organisations"])
        lines.append(_("Those created by %(creators)s count.") % {"creators": formats.join_and(creators)})
    if target["basis"] == "place_of_work":
        excluded = [names["municipalities"].get(code, code) for code in target["excluded_municipalities"]]
        lines.append(
            _("Those with a place of work in the programme's municipalities count, except %(names)s.")
            % {"names": formats.join_and(excluded)}
            if excluded
            else _("Those with a place of work in the programme's municipalities count.")
        )
    if target["headings"]:
        activities = [name_of(payload, "heading", str(pk)) for pk in target["headings"]]
        lines.append(_("Those registered under %(names)s count.") % {"names": formats.join_and(activities)})
    return lines


def _expected(payload: Payload, target: dict[str, Any], query: FigureQuery) -> list[str]:
    passed, total = payload["months_passed"], payload["months_total"]
    amount = formats.number(Decimal(target["in_all"]))
    if target["path"] != "linear":
        return _other_path(payload, target, amount)
    exact = formats.number(fraction_of(payload["ratio"]), 2)
    return [
        _("The target is divided equally over the %(total)s months from %(first)s to %(last)s.")
        % {
            "total": total,
            "first": formats.date_da(date.fromisoformat(target["counted_from"])),
            "last": formats.date_da(date.fromisoformat(target["counted_to"])),
        },
        _("%(passed)s whole months had passed: %(amount)s × %(passed)s / %(total)s = %(exact)s.")
        % {"passed": passed, "amount": amount, "total": total, "exact": exact},
    ]


def _other_path(payload: Payload, target: dict[str, Any], amount: str) -> list[str]:
    """After the study year: weights passed of all weights. With agreed milestones: the line between them on the day."""
    said = {
        "amount": amount,
        "exact": formats.number(fraction_of(payload["ratio"]), 2),
        "first": formats.date_da(date.fromisoformat(target["counted_from"])),
        "last": formats.date_da(date.fromisoformat(target["counted_to"])),
    }
    if target["path"] == "study_year":
        text = _("The target follows the study year from %(first)s to %(last)s: each month has a share of its own.")
        return [text % said, _("Of %(amount)s, %(exact)s was expected for the whole months that had passed.") % said]
    text = _("The target has agreed milestones from %(first)s to %(last)s, with a straight line by days between them.")
    return [text % said, _("On that day the line stood at %(exact)s of %(amount)s.") % said]


def _target(target: dict[str, Any]) -> list[str]:
    lines = [str(words.COMMITMENT[target["commitment"]])]
    if target["amount_to"]:
        lines.append(_("It goes up to %(amount)s.") % {"amount": formats.number(Decimal(target["amount_to"]))})
    if target["note"]:
        lines.append(target["note"])
    if target["source"]:
        lines.append(_("Source: %(source)s.") % {"source": target["source"].rstrip(".")})
    lines.append(_("Version no. %(place)s of the ledger.") % {"place": formats.number(target["version"])})
    return lines
