"""Indicators in words and tables, for pages and files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import ledger
from portal.ledger import registry
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, GroupRow, Table
from reporting import indicator_values as values
from reporting import rule_words
from reporting.explanation import EMPTY, Node, Telling, value_text
from reporting.filter_words import FilterNames, Labels, filter_text
from reporting.indicator_values import Period, Shown
from reporting.models import Indicator, IndicatorVersion, TargetVersion
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Failed, Number, Value

Kind, Over = IndicatorVersion.Kind, IndicatorVersion.Over
Row = dict[str, Any]

LIST_COLUMNS = [
    Column("name", gettext_lazy("Indicator")),
    Column("group", gettext_lazy("Group"), export_only=True),
    Column("programme", gettext_lazy("Programme"), export_only=True),
    Column("value", gettext_lazy("Value"), kind="number", lead=True),
    Column("unit", gettext_lazy("Unit")),
    Column("period", gettext_lazy("Period")),
    Column("missing", gettext_lazy("Missing")),
    Column("key", gettext_lazy("Key"), export_only=True),
    Column("owner", gettext_lazy("Responsible"), export_only=True),
    Column("kind", gettext_lazy("Kind"), export_only=True),
    Column("cadence", gettext_lazy("Cadence"), export_only=True),
    Column("verification", gettext_lazy("verification"), export_only=True),
    Column("source", gettext_lazy("source"), export_only=True),
    Column("accuracy", gettext_lazy("accuracy"), export_only=True),
    Column("limitation", gettext_lazy("limitation"), export_only=True),
    Column("mitigation", gettext_lazy("what is done about it"), export_only=True),
]


def lines(indicators: Sequence[Indicator], as_of: ledger.AsOf | None) -> Iterator[Row]:
    """The rows of the list: the values of all of them are read at once."""
    versions = values.newest_versions(indicators, as_of)
    found = values.current_readings(indicators, versions, as_of)
    for indicator in indicators:
        version = versions.get(indicator.pk)
        period, reading = found[indicator.key]
        yield {
            "name": Cell(indicator.name, reverse("reporting:indicator", args=[indicator.key])),
            "key": indicator.key,
            "group": indicator.group,
            "programme": indicator.programme.name if indicator.programme else "",
            "owner": indicator.owner.name,
            "value": table_value(reading.value),
            "unit": version.unit if version else "",
            "period": period.text,
            "kind": version.get_kind_display() if version else "",
            "cadence": version.get_cadence_display() if version else "",
            "missing": missing(version),
            **{name: getattr(version, name) if version else "" for name in values.QUALITY},
        }


def missing(version: IndicatorVersion | None) -> str:
    """What stops the value, else how many of the fields that say what it is worth nobody has filled in."""
    if version is None:
        return ""
    if version.withdrawn:
        return _("Withdrawn")
    if version.kind == Kind.OPEN:
        return version.open_question
    number = len(values.missing_quality(version))
    return (
        ngettext("%(number)s field is not described", "%(number)s fields are not described", number)
        % {"number": number}
        if number
        else ""
    )


def grouped(rows: Iterable[Row]) -> Iterator[Row | GroupRow]:
    """The rows below a heading for each programme and group they come to."""
    before = ""
    for row in rows:
        heading = " · ".join(part for part in (row["programme"], row["group"]) if part)
        if heading != before:
            yield GroupRow(heading or _("Without a programme"))
        before = heading
        yield row


def table_value(value: Value) -> Any:
    """A value for a column of figures: rounded where it is shown, or why there is none."""
    if isinstance(value, Number):
        return value_text(value) if value.qualifier else _rounded(value.value)
    if isinstance(value, Absent):
        return EMPTY[value.reason]
    return value_text(value)


def _rounded(value: Fraction) -> Decimal:
    return formats.rounded(value, 1)


def tone(value: Value) -> str:
    return "behind" if isinstance(value, Failed) else "neutral"


def facts_url(indicator: Indicator, period: Period, kept: Mapping[str, str], **more: str) -> str:
    said = {"from": period.start.isoformat(), "to": period.end.isoformat(), **more, **kept}
    return f"{reverse('reporting:indicator_facts', args=[indicator.key])}?{urlencode(said)}"


def tree(
    step: Step, names: Mapping[str, str], indicator: Indicator, period: Period, kept: Mapping[str, str]
) -> list[Node]:
    """How the value came about, each figure a way to its registrations."""
    from reporting.engine.indicators.behind import leaves_of

    leaves = [{"page": facts_url(indicator, period, kept, leaf=str(n))} for n in range(len(leaves_of(step)))]
    goal: Row = {"leaves": leaves, "params": {}, "rule": "", "score": None, "inputs": []}
    measures = {each.key: str(each.name) for each in registry.all_measures()}
    return [Telling(goal, {"indicators": names, "series": {}, "measures": measures}).tell(step)]


def survey_note(counts: Mapping[str, Fraction]) -> str:
    invited, answered = counts.get("invited"), counts.get("answered")
    if not invited or answered is None:
        return ""
    return _("%(invited)s invited, response rate %(rate)s") % {
        "invited": formats.number(invited),
        "rate": formats.percent(answered / invited, 0),
    }


def definition(version: IndicatorVersion, names: Mapping[str, str], chosen: FilterNames) -> Table:
    """What the indicator says, in words."""
    rows = [{"what": what, "said": said} for what, said in _definition(version, names, chosen) if said]
    return _facts_of(_("Definition"), rows)


def _facts_of(caption: str, rows: list[Row]) -> Table:
    columns = [Column("what", _("What")), Column("said", _("Said"))]
    return Table(caption=caption, caption_hidden=True, columns=columns, rows=rows)


def _label(field: str) -> str:
    return values.label(field).capitalize()


def _definition(version: IndicatorVersion, names: Mapping[str, str], chosen: FilterNames) -> Iterator[tuple[str, str]]:
    yield _label("kind"), str(version.get_kind_display())
    yield _label("measure"), measure_name(version)
    yield _label("aggregate"), str(version.get_aggregate_display()) if version.aggregate else ""
    measure = str(version.measure_id)
    yield _label("share_of"), ", ".join(chosen.labels.category(measure, each) for each in version.share_of)
    yield _label("filter"), filter_text(version, chosen)
    yield _label("formula"), version.formula
    yield _("In words"), formula_words(version, names)
    yield _label("open_question"), version.open_question
    for field in ("unit", "direction", "over_time", "over_place", "accumulation"):
        shown = getattr(version, f"get_{field}_display", None)
        yield _label(field), str(shown() if shown else getattr(version, field))
    yield _label("disaggregation"), ", ".join(version.disaggregation)
    yield _label("data_owner"), version.data_owner
    yield _label("cadence"), str(version.get_cadence_display())
    lag = version.publication_lag_days
    yield _label("publication_lag_days"), "" if lag is None else str(lag)
    yield _label("note"), version.note


def measure_name(version: IndicatorVersion) -> str:
    if not version.measure_id:
        return ""
    try:
        return str(registry.get(str(version.measure_id)).name)
    except ledger.Undeclared:
        return str(version.measure_id)


def formula_words(version: IndicatorVersion, names: Mapping[str, str]) -> str:
    """The formula with the indicators' names for their keys."""
    import re

    return re.sub(r"[a-z][a-z0-9_]*", lambda found: f"“{names[found[0]]}”" if found[0] in names else found[0],
                  version.formula)  # fmt: skip


def quality_table(version: IndicatorVersion) -> Table:
    """The five fields that say how far a figure can be trusted; what nobody has filled in is named as missing."""
    rows = [
        {"what": _label(name), "said": getattr(version, name).strip() or str(EmptyValue.NOT_REPORTED.label)}
        for name in values.QUALITY
    ]
    return _facts_of(_("Quality of the data"), rows)


def lines_table(
    indicator: Indicator, shown: Shown, version: IndicatorVersion, kept: Mapping[str, str], *, years: bool
) -> Table:
    """Values by year or municipality, and together where they may be added up."""
    rows = []
    for line in shown.years if years else shown.municipalities:
        period = values.year_of(int(line.code)) if years else shown.period
        more = {} if years else {"municipality": line.code}
        url = facts_url(indicator, period, kept, **more) if isinstance(line.reading.value, Number) else ""
        rows.append({"name": line.name, "value": Cell(table_value(line.reading.value), url)})
    together = shown.sum_of_years(version) if years else shown.sum_of_municipalities(version)
    over = version.over_time if years else version.over_place
    title = _("The last one") if over == Over.LAST else _("In all")
    total = {"name": title, "value": _("cannot be added up") if together is None else table_value(together)}
    caption = _("Year by year") if years else _("By municipality, %(period)s") % {"period": shown.period.text}
    columns = [Column("name", _("Year") if years else _("Municipality")), Column("value", _("Value"), kind="number")]
    return Table(caption=caption, columns=columns, rows=rows, total=total)


VERSIONED = (
    "kind", "measure_id", "aggregate", "filter", "share_of", "formula", "open_question", "unit", "direction",
    "over_time", "over_place", "accumulation", "cadence", "publication_lag_days", "data_owner", "note", "withdrawn",
    "reason", *values.QUALITY,
)  # fmt: skip


def versions_table(versions: Sequence[IndicatorVersion], chosen: FilterNames) -> Table:
    """Versions side by side, the newest first: what is the same in all of them is left out."""
    columns = [Column("what", _("What"))]
    rows: list[Row] = [{"what": _("Known from")}]
    for version in versions:
        name = f"v{version.place}"
        columns.append(Column(name, _("Version %(place)s") % {"place": version.place}))
        rows[0][name] = formats.date_da(version.learnt_on)
    for field in VERSIONED:
        said = {f"v{version.place}": _said(version, field, chosen) for version in versions}
        if len(set(said.values())) > 1:
            rows.append({"what": _label(field.removesuffix("_id")), **said})
    return Table(caption=_("Versions side by side"), caption_hidden=True, columns=columns, rows=rows)


def _said(version: IndicatorVersion, field: str, chosen: FilterNames) -> str:
    if field == "filter":
        return filter_text(version, chosen) or "–"
    if field == "measure_id":
        return measure_name(version) or "–"
    shown = getattr(version, f"get_{field}_display", None)
    value = shown() if shown else getattr(version, field)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return "–" if value in (None, "") else str(value)


def targets_table(versions: Iterable[TargetVersion]) -> Table:
    rows = [
        {
            "name": version.target.name,
            "programme": version.target.programme.name,
            "said": version.stated or _amount(version),
            "rule": rule_words.sentence(version.rule, version.params) if version.rule else "",
            "commitment": str(version.get_commitment_display()),
            "by": version.deadline or version.counted_to,
        }
        for version in sorted(versions, key=lambda each: (each.target.order, each.target.key))
    ]
    columns = [
        Column("name", _("Target")),
        Column("said", _("Number")),
        Column("rule", _("How it is judged")),
        Column("commitment", _("Commitment")),
        Column("by", _("To be reached by"), kind="date"),
        Column("programme", _("Programme")),
    ]
    return Table(caption=_("Targets"), caption_hidden=True, columns=columns, rows=rows)


def _amount(version: TargetVersion) -> str:
    if version.amount is None:
        return str(version.get_form_display())
    number = formats.number(version.amount)
    if version.amount_to is not None:
        number = f"{number}–{formats.number(version.amount_to)}"
    return f"{number} {version.unit}".strip()


def where_text(start: date | None, end: date | None, municipality: str | None) -> str:
    said = [Period(start, end).text] if start and end else []
    return ", ".join([*said, municipality] if municipality else said)


def cells_table(cells: list[Row], places: Mapping[str, str], measures: list[str], labels: Labels) -> Table:
    """What every reader may see of open measures: by month, kind and municipality, added up where that is allowed."""
    summed = len(measures) == 1 and registry.get(measures[0]).kind in ("flow", "answer")
    rows = [
        {
            "month": cell["month"],
            "what": str(registry.get(cell["measure"]).name),
            "category": labels.category(cell["measure"], cell["category"]),
            "municipality": places.get(cell["municipality"] or "", ""),
            "facts": cell["facts"],
            "value": Decimal(cell["quantity"]),
        }
        for cell in cells
    ]
    total: Row = {"month": _("In all"), "what": "", "category": "", "municipality": "",
                  "facts": sum(cell["facts"] for cell in cells)}  # fmt: skip
    if summed:
        total["value"] = sum((Decimal(cell["quantity"]) for cell in cells), Decimal(0))
    columns = [
        Column("month", _("Month"), kind="month"),
        *([Column("what", _("Kind"))] if len(measures) > 1 else []),
        Column("category", _("Answer or area")),
        Column("municipality", _("Municipality")),
        Column("facts", _("Registrations"), kind="number", decimals=0),
        *([Column("value", _("Counts"), kind="number")] if summed else []),
    ]
    caption = _("The registrations by month")
    return Table(caption=caption, caption_hidden=True, columns=columns, rows=rows, total=total if rows else None)
