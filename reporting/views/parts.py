"""The tables and the chart of a programme's first page, made from its payload and nothing else."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui import charts, formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from portal.ui.templatetags.ui import figure as linked
from portal.ui.templatetags.ui import status as light
from reporting import words
from reporting.engine.evaluate import NO_CODE
from reporting.engine.payload import Payload, fraction_of
from reporting.engine.query import FigureQuery
from reporting.rules.status import Status
from reporting.views.asking import Links

Row = dict[str, Any]


def outside_distribution() -> str:
    return _("outside the distribution")


def name_of(payload: Payload, kind: str, code: str) -> str:
    """The name of a code in the payload; words for facts that have none."""
    if code == NO_CODE:
        return _("Not given")
    return str(payload["names"][kind].get(code, code))


def _bar(value: Decimal, whole: Decimal) -> SafeString:
    text = _("%(value)s of %(whole)s matches") % {"value": formats.number(value), "whole": formats.number(whole)}
    return charts.target_bar(value, whole, title=text) if whole > 0 else SafeString("")


def municipalities(payload: Payload, links: Links, own: str | None) -> Table:
    """A row for each municipality; the reader's own first and marked.

    Where the target is divided, a bar shows how far the municipality is towards its own, and the plan stands beside it.
    No light: a municipality is heard before others see a verdict of it.
    """
    whole = Decimal(payload["whole"]["value"])
    divided = any(each["target"] for each in payload["municipalities"])
    rows = []
    for each in payload["municipalities"]:
        value = Decimal(each["value"])
        row = {
            "code": each["code"],
            "name": name_of(payload, "municipalities", each["code"]),
            "bar": _own_bar(payload, each) if divided else _bar(value, whole),
            "value": Cell(value, links.count(municipality=each["code"])),
            "target": _place_target(payload, each, links),
        }
        rows.append(row | ({"expected": _place_expected(payload, each, links)} if divided else {}))
    rows.sort(key=lambda row: row["code"] != own)
    total = {
        "name": _("In all"),
        "bar": SafeString(""),
        "value": Cell(whole, links.count()),
        "target": Cell(_target_cell(payload, payload["whole"]["target"], links), note=_divided_note(payload)),
    }
    return Table(
        caption=_("Matches by municipality of the place of work"),
        caption_hidden=True,
        columns=[
            Column("name", _("Municipality")),
            Column("bar", _("Towards the target") if divided else _("Share of all matches"), kind="chart"),
            Column("value", _("Matches"), kind="number", decimals=0),
            Column("target", _("Target"), kind="number", decimals=0),
            *([Column("expected", _("By the plan"), kind="number", decimals=0)] if divided else []),
        ],
        rows=rows,
        total=total | ({"expected": ""} if divided else {}),
        tone=lambda row: "own" if row["code"] == own else "",
    )


def _own_bar(payload: Payload, place: dict[str, Any]) -> SafeString:
    """How far a municipality is towards its own target, with a tick where the plan says it should be."""
    target = words.target_of(payload, place["target"])
    if target is None or target["amount"] is None or len(target["municipalities"]) > 1:
        return SafeString("")
    expected = None if target["expected"] is None else fraction_of(target["expected"])
    return charts.target_bar(Decimal(place["value"]), Decimal(target["amount"]), expected)


def _place_expected(payload: Payload, place: dict[str, Any], links: Links) -> Any:
    target = words.target_of(payload, place["target"])
    if target is None or target["expected"] is None:
        return ""
    expected = words.shown_expected(Decimal(place["value"]), fraction_of(target["expected"]))
    return linked(expected, links.count(kind="expected", target=target["key"]))


def _divided_note(payload: Payload) -> str:
    """What the municipalities' own targets come to where that is not the whole; else the column seems not to add up."""
    keys = {each["target"] for each in payload["municipalities"]} - {None}
    targets = [words.target_of(payload, key) for key in sorted(keys)]
    amounts = [Decimal(target["amount"]) for target in targets if target is not None and target["amount"] is not None]
    whole = words.target_of(payload, payload["whole"]["target"])
    if not amounts or whole is None or whole["amount"] is None or sum(amounts) == Decimal(whole["amount"]):
        return ""
    return _("%(amount)s divided between the municipalities") % {"amount": formats.number(sum(amounts))}


def _place_target(payload: Payload, place: dict[str, Any], links: Links) -> Any:
    """A municipality's own target; where several share one, with whom; else why there is none."""
    if place["target_missing"] == "outside_distribution":
        return outside_distribution()
    target = words.target_of(payload, place["target"])
    if target is None:
        return EmptyValue.NOT_IN_SOURCE
    others = [name_of(payload, "municipalities", code) for code in target["municipalities"] if code != place["code"]]
    note = _("together with %(names)s") % {"names": formats.join_and(others)} if others else ""
    return Cell(_target_cell(payload, place["target"], links), note=note)


def _target_cell(payload: Payload, key: str | None, links: Links) -> Any:
    target = words.target_of(payload, key)
    if target is None or target["amount"] is None:
        return EmptyValue.NOT_IN_SOURCE
    return linked(formats.number(Decimal(target["amount"])), links.count(kind="target", target=target["key"]))


def divided(
    payload: Payload,
    links: Links,
    rows: list[dict[str, Any]],
    *,
    names: str,
    dimension: str,
    title: str,
    caption: str,
    total: str = "",
) -> Table:
    """A table of one dimension: name, bar and number; `total` names the whole at the foot."""
    whole = Decimal(payload["whole"]["value"])
    return Table(
        caption=caption,
        caption_hidden=True,
        columns=[
            Column("name", title),
            Column("bar", _("Share of all matches"), kind="chart"),
            Column("value", _("Matches"), kind="number", decimals=0),
        ],
        rows=[
            {
                "name": name_of(payload, names, each["code"]),
                "bar": _bar(Decimal(each["value"]), whole),
                "value": Cell(Decimal(each["value"]), links.count(**{dimension: each["code"]})),
            }
            for each in rows
        ],
        total={"name": total, "bar": SafeString(""), "value": Cell(whole, links.count())} if total else None,
    )


def account(payload: Payload, links: Links) -> Table | None:
    """The måltalsregnskab: the parts, what counts twice, and the different matches they come to."""
    result = payload["account"]
    if result is None:
        return None
    rows: list[Row] = []
    for part, title in (("municipal", _("In the municipalities' part")), ("partner", _("In the other partners' part"))):
        key = result[f"{part}_target"]
        rows.append(
            {
                "name": _with_target(payload, key, title, links),
                "value": Cell(Decimal(result[part]), links.count(target=key)),
            }
        )
    both, neither = Decimal(result["both"]), Decimal(result["neither"])
    if both:
        number = formats.MINUS + formats.number(both)
        rows.append({"name": _("Counts in both parts"), "value": Cell(number, links.count(part="both"))})
    if neither:
        number = f"+{formats.number(neither)}"
        rows.append({"name": _("Counts in neither part"), "value": Cell(number, links.count(part="neither"))})
    return Table(
        caption=_("Måltalsregnskab"),
        caption_hidden=True,
        columns=[Column("name", _("Part")), Column("value", _("Matches"), kind="number", decimals=0)],
        rows=rows,
        total={
            "name": _with_target(payload, result["whole_target"], _("Different matches"), links),
            "value": Cell(Decimal(result["whole"]), links.count()),
        },
    )


def _with_target(payload: Payload, key: str | None, title: str, links: Links) -> str:
    """A part's name with its target and how much of it has been reached."""
    target = words.target_of(payload, key)
    if target is None or target["amount"] is None:
        return title
    amount = linked(formats.number(Decimal(target["amount"])), links.count(kind="target", target=target["key"]))
    note = format_html(_("target {amount}"), amount=amount)
    if target["attainment"]:
        share = words.shown_percent(fraction_of(target["attainment"]))
        reached = linked(share, links.count(kind="attainment", target=target["key"]))
        note = format_html(_("target {amount}, {share} reached"), amount=amount, share=reached)
    return format_html('{}<span class="vb-note">{}</span>', title, note)


def months(payload: Payload, links: Links) -> charts.Chart:
    """All matches month by month against the expected path, with the figures as a table."""
    whole = words.target_of(payload, payload["whole"]["target"])
    rows = payload["months"]
    reached = [None if row["cumulative"] is None else Decimal(row["cumulative"]) for row in rows]
    expected = [None if row["expected"] is None else fraction_of(row["expected"]) for row in rows]
    series = [charts.Series(_("Registered"), reached)]
    legend = [charts.LegendEntry(_("Registered"), charts.swatch("line"))]
    has_path = whole is not None and any(value is not None for value in expected)
    if has_path:
        series.append(charts.Series(_("By the plan"), expected, dashed=True))
        legend.append(charts.LegendEntry(_("By the plan"), charts.swatch("expected")))
    points = [formats.month_short(_month(row["month"])) for row in rows]
    columns = [
        Column("month", _("Month"), kind="month"),
        Column("value", _("Matches"), kind="number", decimals=0),
        Column("cumulative", _("In all until then"), kind="number", decimals=0),
    ]
    if has_path:
        columns.append(Column("expected", _("By the plan"), kind="number", decimals=0))
    table_rows = []
    for row, path in zip(rows, expected, strict=True):
        if row["cumulative"] is None:
            continue
        shown: Row = {
            "month": _month(row["month"]),
            "value": Cell(Decimal(row["value"]), links.count(month=row["month"])),
            "cumulative": Cell(Decimal(row["cumulative"]), links.count(until=row["month"])),
        }
        if has_path and path is not None and whole is not None:
            query = FigureQuery(kind="expected", target=whole["key"], until=row["month"])
            shown["expected"] = Cell(path, links.figure(query))
        table_rows.append(shown)
    conclusion = words.months_conclusion(payload)
    return charts.Chart(
        svg=charts.line(_("Matches in all, month by month"), points, series, description=conclusion),
        table=Table(caption=_("Matches month by month"), columns=columns, rows=table_rows, caption_hidden=True),
        source=words.source(payload),
        conclusion=conclusion,
        legend=legend,
    )


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def activities(payload: Payload, links: Links) -> Table | None:
    """Activities with figures or targets; None when the programme has none of either."""
    rows: list[Row] = []
    for each in payload["activities"]:
        targets = [target for target in payload["targets"] if target["key"] in each["targets"]]
        if not targets and not Decimal(each["value"]):
            continue
        name = f"{each['number']} {name_of(payload, 'activities', str(each['heading']))}"
        count = Cell(Decimal(each["value"]), links.count(heading=str(each["heading"])))
        if not targets:
            rows.append({"name": name, "value": count, "target": _("none"), "expected": "", "status": ""})
        rows.extend(_activity_row(payload, name, target, links, alone=len(targets) == 1) for target in targets)
    if not rows:
        return None
    return Table(
        caption=_("Activities and their targets"),
        caption_hidden=True,
        columns=[
            Column("name", _("Activity")),
            Column("value", _("Matches"), kind="number", decimals=0),
            Column("target", _("Target"), kind="number", decimals=0),
            Column("expected", _("By the plan"), kind="number", decimals=0),
            Column("status", _("Status")),
        ],
        rows=rows,
    )


def _activity_row(payload: Payload, name: str, target: dict[str, Any], links: Links, *, alone: bool) -> Row:
    """A target of an activity; its own name is told where the activity has several."""
    key, status = target["key"], Status(target["status"])
    title = payload["names"]["targets"][key]
    amount: Any = EmptyValue.NOT_IN_SOURCE
    if target["amount"] is not None:
        amount = Cell(Decimal(target["amount"]), links.count(kind="target", target=key))
    expected: Any = EmptyValue.NOT_RELEVANT
    if target["expected"] is not None:
        expected = Cell(fraction_of(target["expected"]), links.count(kind="expected", target=key))
    return {
        "name": Cell(name, note="" if alone else title),
        "value": Cell(Decimal(target["value"] or 0), links.count(target=key)),
        "target": amount,
        "expected": expected,
        "status": light(words.TONE[status], words.STATUS[status]),
    }


EXPORT_COLUMNS = ("division", "code", "name", "value", "target", "expected", "as_of", "place")


def export_columns() -> list[Column]:
    """The page's figures as one list: what is divided, by which code, and the number."""
    return [
        Column("division", _("Division")),
        Column("code", _("Code"), kind="id"),
        Column("name", _("Name")),
        Column("value", _("Matches"), kind="number"),
        Column("target", _("Target"), kind="number"),
        Column("expected", _("By the plan"), kind="number", decimals=2),
        Column("as_of", _("As registered on"), kind="date"),
        Column("place", _("Facts until"), kind="number"),
    ]


def export_rows(payload: Payload) -> Iterator[Row]:
    """Every number of the page, in its order; the same numbers, from the same payload."""
    common = {"as_of": date.fromisoformat(payload["as_of"]), "place": payload["place"]}

    def row(division: str, code: str, name: str, value: str | None, **more: Any) -> Row:
        number = EmptyValue.SETTLED_LATER if value is None else Decimal(value)
        return {"division": division, "code": code, "name": name, "value": number, "target": "", "expected": ""} | {
            **common,
            **more,
        }

    for target in payload["targets"]:
        yield row(
            _("Target"),
            target["key"],
            payload["names"]["targets"][target["key"]],
            target["value"],
            target=EmptyValue.NOT_IN_SOURCE if target["amount"] is None else Decimal(target["amount"]),
            expected="" if target["expected"] is None else fraction_of(target["expected"]),
        )
    for each in payload["municipalities"]:
        own = words.target_of(payload, each["target"])
        outside = each["target_missing"] == "outside_distribution"
        amount: Any = outside_distribution() if outside else EmptyValue.NOT_IN_SOURCE
        if own is not None and own["amount"] is not None:
            amount = Decimal(own["amount"])
        name = name_of(payload, "municipalities", each["code"])
        yield row(_("Municipality"), each["code"], name, each["value"], target=amount)
    if payload["account"]:
        for part, title in (("both", _("Counts in both parts")), ("neither", _("Counts in neither part"))):
            yield row(_("Måltalsregnskab"), part, title, payload["account"][part])
    for division, names, title in (
        ("categories", "categories", _("Match type")),
        ("organisations", "organisations", _("Created by")),
    ):
        for each in payload[division]:
            yield row(title, each["code"], name_of(payload, names, each["code"]), each["value"])
    for each in payload["months"]:
        if each["cumulative"] is not None:
            expected = "" if each["expected"] is None else fraction_of(each["expected"])
            yield row(
                _("Month"), each["month"], formats.month_da(_month(each["month"])), each["value"], expected=expected
            )
    for each in payload["activities"]:
        name = name_of(payload, "activities", str(each["heading"]))
        yield row(_("Activity"), each["number"], name, each["value"])
