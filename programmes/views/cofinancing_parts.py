"""Tables of co-financing: by source, its contributions, what is registered on one."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes import cofinancing
from programmes.cofinancing import Standing
from programmes.models import Contribution, ContributionEntry, FundingSource, Initiative
from programmes.views.cofinancing_forms import DAYS, week_of

SUMS = [
    Column("planned", gettext_lazy("Planned"), kind="money"),
    Column("registered", gettext_lazy("Registered"), kind="money"),
    Column("approved", gettext_lazy("Approved"), kind="money", lead=True),
]
SOURCES = [
    Column("name", gettext_lazy("Funding source")),
    Column("owner", gettext_lazy("Kept by")),
    Column("needed", gettext_lazy("Needed by the rule"), kind="money"),
    *SUMS,
    Column("missing", gettext_lazy("Missing"), kind="money"),
]
CONTRIBUTIONS = [
    Column("partner", gettext_lazy("Partner")),
    Column("initiative", gettext_lazy("Initiative")),
    Column("form", gettext_lazy("Form")),
    *SUMS,
    Column("hours", gettext_lazy("Hours approved"), kind="number"),
]
ENTRIES = [
    Column("when", gettext_lazy("When")),
    Column("hours", gettext_lazy("Hours"), kind="number"),
    Column("quantity", gettext_lazy("Kroner"), kind="money", lead=True),
    Column("text", gettext_lazy("About")),
    Column("status", gettext_lazy("Status")),
]


def sums_of(standing: Standing) -> dict[str, Decimal]:
    return {name: getattr(standing, name) for name in ("planned", "registered", "approved")}


def by_source(sources: Iterable[FundingSource]) -> list[dict[str, Any]]:
    """The sources with what is needed beside each, and how it stands. Three queries."""
    found = list(sources)
    rows = list(Contribution.objects.standing().filter(funding_source__in=[each.pk for each in found]))
    standing = cofinancing.standings(rows)
    sums = {each.pk: Standing() for each in found}
    for row in rows:
        sums[row.funding_source_id] += standing[row.pk]
    lines = []
    for each in found:
        needed = cofinancing.needed(each)
        missing: Any = EmptyValue.NOT_IN_SOURCE if needed is None else max(needed - sums[each.pk].approved, Decimal(0))
        lines.append({
            "name": Cell(each.name, reverse("programmes:cofinancing_source", args=[each.key])),
            "owner": each.owner.name,
            "needed": EmptyValue.NOT_IN_SOURCE if needed is None else needed,
            **sums_of(sums[each.pk]),
            "missing": missing,
        })  # fmt: skip
    return lines


def lines_of(rows: list[Contribution]) -> list[dict[str, Any]]:
    """Contributions as a table has them. Two queries."""
    standing = cofinancing.standings(rows)
    return [
        {
            "partner": Cell(row.partner_said, reverse("programmes:contribution", args=[row.pk])),
            "initiative": str(row.initiative),
            "form": row.get_form_display(),
            **sums_of(standing[row.pk]),
            "hours": standing[row.pk].approved_hours
            if row.form == Contribution.Form.HOURS
            else EmptyValue.NOT_RELEVANT,
        }
        for row in rows
    ]


def cofinancing_table(initiative: Initiative) -> Table:
    """What others contribute to an initiative, over all sources: a section of the initiative's page."""
    rows = Contribution.objects.standing().filter(initiative=initiative).select_related("partner", "funding_source")
    found = list(rows)
    for row in found:
        row.initiative = initiative
    names = {f"{row.pk}": row.funding_source.name for row in found}
    lines = [{**line, "source": names[str(row.pk)]} for row, line in zip(found, lines_of(found), strict=True)]
    columns = [Column("partner", _("Partner")), Column("source", _("Funding source")), *CONTRIBUTIONS[2:]]
    return Table(_("Co-financing"), columns, lines, empty=_("No contribution is planned yet."))


def entry_line(entry: ContributionEntry) -> dict[str, Any]:
    """`when` leads to where it is decided."""
    monday = entry.occurred_on - timedelta(days=3)
    sunday = monday + timedelta(days=6)
    when = formats.date_da(entry.occurred_on)
    note = ""
    if entry.days is not None:
        when, note = week_of(entry.occurred_on), f"{formats.date_da(monday)}–{formats.date_da(sunday)}"
    return {
        "when": Cell(when, reverse("programmes:contribution_entry", args=[entry.pk]), note=note),
        "hours": entry.hours if entry.hours is not None else EmptyValue.NOT_RELEVANT,
        "quantity": entry.quantity,
        "text": entry.text,
        "status": Cell(entry.get_status_display(), note=entry.decided_reason),
    }


def years_table(row: Contribution) -> Table:
    columns = [Column("year", _("Year"))]
    if row.form == Contribution.Form.HOURS:
        columns += [
            Column("hours", _("Hours"), kind="number"),
            Column("hourly_rate", _("Kroner an hour"), kind="money"),
        ]
    columns.append(Column("quantity", _("Kroner"), kind="money", lead=True))
    empty = _("No amount is planned.")
    return Table(_("Planned"), columns, list(row.years.all()), empty=empty)


def days_table(entry: ContributionEntry) -> Table | None:
    if entry.days is None:
        return None
    rows = [{"day": name, "hours": hours} for name, hours in zip(DAYS, entry.days, strict=True)]
    columns = [Column("day", _("Day")), Column("hours", _("Hours"), kind="number")]
    return Table(_("Hours of the week"), columns, rows, total={"day": _("In all"), "hours": entry.hours})
