"""The tables and sentences of distribution keys, made from stored versions and the same arithmetic done again."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.members.words import deputised
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes.models import Programme
from reporting import keys, reasons
from reporting.keys import State
from reporting.models import DistributionKey, KeyVersion
from reporting.rules.distribution import rounded_one_by_one

Row = dict[str, Any]
STATUS = {
    "proposed": gettext_lazy("proposal"),
    "approved": gettext_lazy("approved"),
    "rejected": gettext_lazy("rejected"),
}
METHOD = {
    "largest_remainder": gettext_lazy("largest remainder"),
    "sainte_lague": gettext_lazy("Sainte-Laguë"),
    "agreed": gettext_lazy("agreed numbers"),
}
DECIMALS = 4
"""Of a quota on the page; the file has the exact fraction beside it."""


def listed(programme: Programme, found: Sequence[DistributionKey], states: dict[int, State]) -> Table:
    """The programme's keys: what holds of each, and what waits."""
    rows = []
    for key in found:
        state = states[key.pk]
        approved, pending = state.approved, state.pending
        rows.append(
            {
                "name": Cell(key.name, reverse("reporting:key", args=[programme.slug, key.key])),
                "target": key.target.name if key.target else "",
                "approved": _on(approved) if approved else _("nothing yet"),
                "total": Decimal(approved.total) if approved else EmptyValue.SETTLED_LATER,
                "pending": _on(pending) if pending else _("no"),
            }
        )
    return Table(
        caption=_("Distribution keys"),
        caption_hidden=True,
        columns=[
            Column("name", _("Key")),
            Column("target", _("Target")),
            Column("approved", _("Approved")),
            Column("total", _("Distributed"), kind="number", decimals=0),
            Column("pending", _("Proposal that waits")),
        ],
        rows=rows,
        empty=_("The programme has no distribution key yet."),
    )


def _on(version: KeyVersion) -> str:
    day = formats.date_da(version.learnt_on)
    return f"{version.vintage}, {day}" if version.vintage else day


def columns(version: KeyVersion) -> list[Column]:
    quotient = version.method == KeyVersion.Method.LARGEST_REMAINDER
    shown = [
        Column("code", _("Code"), kind="id", export_only=True),
        Column("name", _("Unit")),
        Column("value", _("Value in the key"), kind="number"),
        Column("quota", _("Exact share"), kind="number", decimals=DECIMALS),
        Column("exact", _("Exact share as a fraction"), kind="id", export_only=True),
    ]
    if quotient:
        shown += [
            Column("whole", _("Whole part"), kind="number", decimals=0),
            Column("remainder", _("Remainder"), kind="number", decimals=DECIMALS),
            Column("rank", _("Rank of the remainder"), kind="number", decimals=0),
        ]
    shown += [
        Column("result", _("By the method"), kind="number", decimals=0),
        Column("moved", _("Moved by hand"), kind="number"),
        Column("amount", _("Number"), kind="number", decimals=0, lead=True),
        Column("note", _("Remark")),
    ]
    return shown


def rows(version: KeyVersion) -> Iterator[Row]:
    """A row for each unit: the arithmetic from value to number."""
    found, amounts = keys.result(version), keys.amounts_of(version)
    for unit in version.units:
        code = unit["code"]
        outside = bool(unit["excluded"])
        quota = found.quotas.get(code)
        moved = amounts[code] - found.amounts[code]
        value: Any = EmptyValue.UNRESOLVED if unit["value"] is None else Decimal(unit["value"])
        nothing: Any = EmptyValue.NOT_RELEVANT
        yield {
            "code": code,
            "name": unit["name"],
            "value": value,
            "quota": nothing if quota is None else quota,
            "exact": "" if quota is None else str(quota),
            "whole": nothing if quota is None else int(quota),
            "remainder": found.remainders.get(code, nothing),
            "rank": found.ranks.get(code, nothing if outside else "–"),
            "result": nothing if outside else found.amounts[code],
            "moved": nothing if outside else formats.signed(moved) if moved else "–",
            "amount": nothing if outside else Decimal(amounts[code]),
            "note": _remark(unit),
        }


def _remark(unit: dict[str, Any]) -> str:
    if unit["excluded"]:
        return _("outside the distribution: %(reason)s") % {"reason": unit["excluded"]}
    bounds = []
    if unit["floor"] is not None:
        bounds.append(_("at least %(number)s") % {"number": formats.number(unit["floor"])})
    if unit["cap"] is not None:
        bounds.append(_("at most %(number)s") % {"number": formats.number(unit["cap"])})
    return ", ".join(bounds)


def arithmetic(version: KeyVersion, own: str) -> Table:
    found = keys.result(version)
    known = [Decimal(unit["value"]) for unit in version.units if unit["value"] is not None and not unit["excluded"]]
    number = Decimal(version.total)
    return Table(
        caption=_("From value to number"),
        caption_hidden=True,
        columns=columns(version),
        rows=list(rows(version)),
        total={
            "name": _("In all"),
            "value": sum(known, Decimal(0)),
            "quota": sum(found.quotas.values(), Fraction(0)),
            "whole": sum(int(quota) for quota in found.quotas.values()),
            "remainder": sum(found.remainders.values(), Fraction(0)),
            "rank": "",
            "result": sum(found.amounts.values()),
            "moved": "",
            "amount": number,
            "note": "",
        },
        tone=lambda row: "own" if row.get("code") == own else "",
    )


def sentences(version: KeyVersion) -> list[str]:
    """How the numbers came about, a sentence a line."""
    found = keys.result(version)
    names = {each["code"]: each["name"] for each in version.units}
    said = {"total": formats.number(Decimal(version.total)), "units": formats.number(len(found.quotas))}
    if version.method == KeyVersion.Method.AGREED:
        lines = [_("%(total)s is divided between %(units)s units by agreed numbers.") % said]
    elif version.method == KeyVersion.Method.LARGEST_REMAINDER:
        left = int(version.total) - sum(int(quota) for quota in found.quotas.values())
        lines = [
            _("%(total)s is divided between %(units)s units by their values: value / all values × %(total)s.") % said,
            _("Each gets the whole part. The %(left)s that are left go to the largest remainders.")
            % {"left": formats.number(left)},
        ]
    else:
        lines = [
            _("%(total)s is divided between %(units)s units by Sainte-Laguë.") % said,
            _("One at a time goes to the greatest value / (2 × what the unit has + 1)."),
        ]
    alone = sum(rounded_one_by_one(int(version.total), keys.units_of(version)).values())
    if version.method != KeyVersion.Method.AGREED and alone != version.total:
        lines.append(
            _("Each share rounded by itself would add up to %(alone)s instead of %(total)s.")
            % {**said, "alone": formats.number(alone)}
        )
    for tie in found.ties:
        lines.append(
            _("%(given)s and %(others)s stood alike; the greater value goes first, then the order of the list.")
            % {
                "given": formats.join_and([names[code] for code in tie.given]),
                "others": formats.join_and([names[code] for code in tie.passed_over]),
            }
        )
    texts = {
        "zero_value": _("%(unit)s has the value 0 and gets nothing by it."),
        "at_floor": _("%(unit)s is held up at its floor; the others share the rest by their values."),
        "at_cap": _("%(unit)s is held down at its cap; the others share the rest by their values."),
    }
    lines += [texts[problem.code] % {"unit": names[problem.unit]} for problem in found.problems]
    return lines


def moves(version: KeyVersion) -> Table:
    names = {each["code"]: each["name"] for each in version.units}
    return Table(
        caption=_("Moved by hand"),
        caption_hidden=True,
        columns=[
            Column("from", _("From")),
            Column("to", _("To")),
            Column("number", _("How many"), kind="number", decimals=0),
            Column("reason", _("Why")),
        ],
        rows=[
            {
                "from": names[each["from"]],
                "to": names[each["to"]],
                "number": Decimal(each["number"]),
                "reason": reasons.told(each.get("reason_code", ""), each["reason"]),
            }
            for each in version.moves
        ],
    )


def changes(state: State) -> Table | None:
    """What the proposal that waits would change, unit by unit."""
    if state.pending is None:
        return None
    found = keys.differences(state.pending, state.approved)
    outside = _("outside the distribution")
    return Table(
        caption=_("What the proposal would change"),
        caption_hidden=True,
        columns=[
            Column("name", _("Unit")),
            Column("before", _("Approved today"), kind="number", decimals=0),
            Column("after", _("Proposed"), kind="number", decimals=0),
            Column("difference", _("Difference"), kind="number", lead=True),
        ],
        rows=[
            {
                "name": each.name,
                "before": (outside if state.approved else "–") if each.before is None else each.before,
                "after": outside if each.after is None else each.after,
                "difference": formats.signed(each.difference) if each.difference else "0",
            }
            for each in found
        ],
        total={
            "name": _("In all"),
            "before": Decimal(state.approved.total) if state.approved else "–",
            "after": Decimal(state.pending.total),
            "difference": formats.signed(Decimal(state.pending.total) - Decimal(state.approved.total))
            if state.approved and state.pending.total != state.approved.total
            else "0",
        },
    )


def history(address: str, state: State) -> Table:
    """Every proposal and decision, the newest first."""
    rows = [
        {
            "what": Cell(str(STATUS[each.status]), f"{address}?version={each.place}"),
            "day": each.learnt_on,
            "vintage": each.vintage,
            "method": str(METHOD[each.method]),
            "total": Decimal(each.total),
            "who": deputised(each.by.name if each.by else "", each.as_deputy_for),
            "words": reasons.told(each.reason_code, each.decision),
        }
        for each in state.versions
    ]
    return Table(
        caption=_("Proposals and decisions"),
        caption_hidden=True,
        columns=[
            Column("what", _("What")),
            Column("day", _("Day"), kind="date"),
            Column("vintage", _("Vintage")),
            Column("method", _("Method")),
            Column("total", _("Distributed"), kind="number", decimals=0),
            Column("who", _("Who")),
            Column("words", _("Remark")),
        ],
        rows=rows,
        empty=_("Nothing has been proposed yet."),
    )
