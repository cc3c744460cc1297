"""What the page of scenarios says: the table of them side by side, the sentences, and the file."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes.models import FundingSource
from programmes.scenario_sets import Compared
from programmes.scenarios import Line, Outcome, Part, Pays, per_year


def money(amount: Decimal) -> str:
    """Whole kroner without decimals, øre with two."""
    return formats.money(amount, 0 if amount == amount.to_integral_value() else 2)


def rule_text(line: Line, unit: str) -> str:
    if line.rule == "fixed":
        return _("fixed amount")
    if line.rule == "per_unit":
        return _("%(amount)s for each of %(unit)s") % {"amount": money(line.quantity), "unit": unit}
    if line.rule == "rate":
        return _("%(percent)s of the total") % {"percent": percent(line.rate)}
    return _("the rest")


def percent(share: Fraction) -> str:
    """50 % without decimals where it has none."""
    whole = share * 100
    return formats.percent(share, 0 if whole.denominator == 1 else 1)


def _side_by_side(compared: Compared, place: int, side: str) -> list[Any]:
    found: list[Any] = []
    for _name, each in compared.columns:
        part: Part = getattr(each, side)[place]
        notes = [formats.percent(part.share)] if part.share is not None and side == "financing" else []
        if part.above_limit and part.line.limit is not None:
            notes.append(_("above the source's highest rate, %(limit)s") % {"limit": percent(part.line.limit)})
        found.append(Cell(money(part.amount), note=", ".join(notes)))
    return found


def table(compared: Compared) -> Table:
    """Rows are lines, columns scenarios; on a phone each line is a heading with the scenarios under it."""
    unit = compared.row.unit
    rows: list[Any] = [_row(_("Number of units"), "", [formats.number(each.units) for _name, each in compared.columns])]
    rows.append(GroupRow(_("Expenses")))
    for place, line in enumerate(compared.costs):
        rows.append(_row(line.name, rule_text(line, unit), _side_by_side(compared, place, "costs")))
    rows.append(_row(_("Total"), "", [money(each.total) for _name, each in compared.columns]))
    rows.append(GroupRow(_("Who pays")))
    for place, line in enumerate(compared.financing):
        words = [rule_text(line, unit), line.who or _("who pays is open")]
        rows.append(_row(line.name, " · ".join(words), _side_by_side(compared, place, "financing")))
    if compared.columns:
        for place, (name, _amount) in enumerate(compared.columns[0][1].groups()):
            sums = [money(each.groups()[place][1]) for _name, each in compared.columns]
            rows.append(_row(_("Sum: %(heading)s") % {"heading": name}, "", sums))
    if any(each.missing for _name, each in compared.columns):
        rows.append(_row(_("Nobody pays yet"), "", [money(each.missing) for _name, each in compared.columns]))
    rows += _yearly(compared)
    return Table(_("Scenarios side by side"), _columns(compared), rows, caption_hidden=True)


def _yearly(compared: Compared) -> list[Any]:
    years = compared.row.years
    if not years:
        return []
    rows: list[Any] = [GroupRow(_("For each of %(years)s project years") % {"years": years})]
    units = [_spread(Decimal(each.units), years, formats.number) for _name, each in compared.columns]
    rows.append(_row(_("Number of units a year"), "", units))
    totals = [_spread(each.total, years, money) for _name, each in compared.columns]
    rows.append(_row(_("Total a year"), "", totals))
    for place, line in enumerate(compared.financing):
        amounts = [_spread(each.financing[place].amount, years, money) for _name, each in compared.columns]
        rows.append(_row(_("%(name)s, a year") % {"name": line.name}, "", amounts))
    return rows


def _spread(amount: Decimal, years: int, say: Any) -> Cell:
    """One number; where the years differ, by a krone or a unit, all of them under it."""
    parts = per_year(amount, years)
    alike = len(set(parts)) == 1
    return Cell(
        say(parts[0]), note="" if alike else _("year by year: %(parts)s") % {"parts": ", ".join(map(say, parts))}
    )


def _columns(compared: Compared) -> list[Column]:
    return [
        Column("what", _("What")),
        *(Column(f"s{place}", name, kind="money") for place, (name, _each) in enumerate(compared.columns)),
    ]


def _row(what: str, note: str, values: list[Any]) -> dict[str, Any]:
    return {"what": Cell(what, note=note), **{f"s{place}": value for place, value in enumerate(values)}}


def sums_in_words(compared: Compared) -> list[str]:
    """How each scenario's total comes about: 150 × 146.000 kr. = 21.900.000 kr."""
    each_cost = sum((line.quantity for line in compared.costs if line.rule == "per_unit"), Decimal(0))
    fixed = sum((line.quantity for line in compared.costs if line.rule == "fixed"), Decimal(0))
    found = []
    for name, each in compared.columns:
        product = f"{formats.number(each.units)} × {money(each_cost)}"
        left = f"{money(fixed)} + {product}" if fixed else product
        found.append(f"{name}: {left} = {money(each.total)}")
    return found


def unit_cost_in_words(compared: Compared) -> str:
    """100.000 kr. + 46.000 kr. = 146.000 kr.; "" where only one expense is for each unit."""
    amounts = [line.quantity for line in compared.costs if line.rule == "per_unit"]
    if len(amounts) < 2:
        return ""
    return f"{' + '.join(money(amount) for amount in amounts)} = {money(sum(amounts, Decimal(0)))}"


def warnings(compared: Compared) -> list[str]:
    """What somebody should look at. Marked, not refused: scenarios are thoughts."""
    found = []
    for name, part in compared.above:
        said = {"scenario": name, "line": part.line.name, "share": formats.percent(part.share or Fraction(0))}
        limit = {"limit": percent(part.line.limit or Fraction(0))}
        text = _("%(scenario)s: %(line)s would pay %(share)s of the total. The funding source pays at most %(limit)s.")
        found.append(text % {**said, **limit})
    for name, each in compared.columns:
        if each.overpaid:
            found.append(_("%(scenario)s: more is paid than it costs.") % {"scenario": name})
    return found


def granted(compared: Compared) -> dict[str, Any] | None:
    """What was really granted, beside the scenarios; None where no grant is named."""
    source = compared.row.grant
    if source is None:
        return None
    status = FundingSource.Status(source.status).label
    if source.granted is None:
        return {"source": source, "amount": "", "status": status, "table": None, "steps": [], "pays": None}
    return {
        "source": source,
        "amount": money(source.granted),
        "status": status,
        "table": _beside(compared, source),
        "steps": _steps(compared.pays, compared.row.unit) if compared.pays is not None else [],
        "pays": compared.pays,
    }


def _beside(compared: Compared, source: FundingSource) -> Table | None:
    """Each scenario's share of the grant against what was granted; None where no line is the grant's."""
    if compared.pays is None or source.granted is None:
        return None
    place = next(number for number, line in enumerate(compared.financing) if line is compared.pays.line)
    columns = [*compared.columns, (_("What the grant pays"), compared.pays.outcome)]
    rows = [
        {
            "name": name,
            "units": each.units,
            "total": money(each.total),
            "wanted": money(each.financing[place].amount),
            "difference": money(source.granted - each.financing[place].amount),
        }
        for name, each in columns
    ]
    return Table(
        _("Beside what was granted"),
        [
            Column("name", _("Scenario")),
            Column("units", compared.row.unit[:1].upper() + compared.row.unit[1:], kind="number"),
            Column("total", _("Total"), kind="money"),
            Column("wanted", compared.pays.line.name, kind="money", lead=True),
            Column("difference", _("Granted, less that"), kind="money"),
        ],
        rows,
    )


def _steps(pays: Pays, unit: str) -> list[str]:
    """The arithmetic of how many units the grant pays."""
    steps = []
    if pays.line.rule == "rate":
        left = f"{percent(pays.line.rate)} × {money(pays.unit_cost)} = {formats.money(pays.each, _decimals(pays.each))}"
        steps.append(_("The grant's part of one unit: %(sum)s") % {"sum": left})
    rest = Fraction(pays.granted)
    if pays.line.rule == "rate" and pays.fixed:
        first = pays.line.rate * Fraction(pays.fixed)
        rest -= first
        shown = f"{percent(pays.line.rate)} × {money(pays.fixed)} = {formats.money(first, _decimals(first))}"
        steps.append(_("The grant's part of the fixed expenses: %(sum)s") % {"sum": shown})
    amount = formats.money(rest, _decimals(rest))
    division = f"{amount} / {formats.money(pays.each, _decimals(pays.each))} = {formats.decimal(pays.exact, 2)}"
    steps.append(
        _("%(sum)s, so the grant pays %(units)s whole (%(unit)s)")
        % {"sum": division, "units": formats.number(pays.units), "unit": unit}
    )
    steps.append(
        _("They use %(used)s of the grant; %(left)s is left.") % {"used": money(pays.used), "left": money(pays.left)}
    )
    return steps


def _decimals(amount: Fraction) -> int:
    return 0 if amount.denominator == 1 else 2


FILE = [
    Column("scenario", gettext_lazy("Scenario")),
    Column("units", gettext_lazy("Number of units"), kind="number"),
    Column("side", gettext_lazy("Side")),
    Column("line", gettext_lazy("Line")),
    Column("who", gettext_lazy("Who pays")),
    Column("rule", gettext_lazy("How it is computed")),
    Column("amount", gettext_lazy("Kroner"), kind="money", decimals=2),
    Column("share", gettext_lazy("Share of the total"), kind="percent"),
    Column("above", gettext_lazy("Above the source's highest rate")),
]


def file_rows(compared: Compared) -> Iterator[dict[str, Any]]:
    """A line for each line of each scenario, and one for each total."""
    for name, each in compared.columns:
        for side, parts in ((_("expense"), each.costs), (_("financing"), each.financing)):
            for part in parts:
                yield _file_row(compared, name, each, side, part)
        total = {"side": _("total"), "line": _("Total"), "who": "", "rule": "", "amount": each.total}
        whole: Any = Fraction(1) if each.total else EmptyValue.NOT_RELEVANT
        yield {"scenario": name, "units": each.units, **total, "share": whole, "above": ""}


def _file_row(compared: Compared, name: str, each: Outcome, side: str, part: Part) -> dict[str, Any]:
    return {
        "scenario": name,
        "units": each.units,
        "side": side,
        "line": part.line.name,
        "who": part.line.who,
        "rule": rule_text(part.line, compared.row.unit),
        "amount": part.amount,
        "share": part.share if part.share is not None else EmptyValue.NOT_RELEVANT,
        "above": _("yes") if part.above_limit else "",
    }
