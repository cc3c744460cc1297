"""How a match is shown: the lines of one, and the columns of many."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Match
from portal.audit.openings import opened
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table


def assisting(match: Match) -> list[Organisation]:
    """Those who assisted, in Danish order. One query unless `assists__organisation` was fetched before."""
    return sorted((assist.organisation for assist in match.assists.all()), key=lambda entry: (entry.sort_key, entry.pk))


def state_of(match: Match) -> str:
    """Whether it counts, in words; with the reason when not."""
    if match.withdrawn_at is not None:
        return _("Undone %(day)s") % {"day": formats.date_da(match.withdrawn_at)}
    if not match.counts:
        return _("Does not count: %(reason)s") % {"reason": match.get_not_counted_reason_display()}
    return _("Counts")


def details_of(match: Match) -> Table:
    """Everything that was registered, as two columns. One query (who assisted)."""
    company = match.company
    opened("match", match.pk)
    company_line = company.name if not company.cvr else f"{company.name}, CVR {company.shown_cvr}"
    helpers = list(match.assists.select_related("organisation").order_by("organisation__sort_key"))
    lines: list[tuple[str, Any]] = [
        (_("Company"), Cell(company_line, reverse("matching:company", args=[company.pk]))),
        (_("Match type"), match.match_type.label),
        (_("Work area"), match.work_area.label),
        (_("Agreed on"), formats.date_da(match.agreed_on)),
        (_("Place of work"), match.municipality.name),
        (_("Created by"), match.created_by.name),
    ]
    if helpers:
        lines.append((_("Assisted by"), formats.join_and(entry.organisation.name for entry in helpers)))
    if match.on_behalf_of is not None:
        lines.append((_("On behalf of"), match.on_behalf_of.name))
    lines.append((_("Programme"), match.programme.name))
    if match.activity is not None:
        lines.append((_("Activity"), str(match.activity)))
    if match.different_reason:
        lines.append((_("Why it is another match"), match.different_reason))
    registered = _("%(moment)s by %(organisation)s") % {
        "moment": formats.moment_da(match.registered_at),
        "organisation": match.registered_by.name,
    }
    lines.append((_("Registered"), registered))
    if match.withdrawn_reason:
        lines.append((_("Why it was undone"), match.withdrawn_reason))
    return Table(
        caption=_("What was registered"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines],
        caption_hidden=True,
    )


COLUMNS = [
    Column("company", gettext_lazy("Company"), url=lambda row: reverse("matching:detail", args=[row["pk"]])),
    Column("cvr", gettext_lazy("CVR number"), kind="id", export_only=True),
    Column("agreed_on", gettext_lazy("Agreed on"), kind="date", sort="agreed"),
    Column("match_type", gettext_lazy("Match type")),
    Column("work_area", gettext_lazy("Work area"), export_only=True),
    Column("municipality", gettext_lazy("Place of work")),
    Column("created_by", gettext_lazy("Created by")),
    Column("assisted_by", gettext_lazy("Assisted by"), export_only=True),
    Column("on_behalf_of", gettext_lazy("On behalf of"), export_only=True),
    Column("programme", gettext_lazy("Programme"), export_only=True),
    Column("activity", gettext_lazy("Activity"), export_only=True),
    Column("registered_at", gettext_lazy("Registered"), kind="date", sort="registered"),
    Column("registered_by", gettext_lazy("Registered by"), export_only=True),
    Column("state", gettext_lazy("Status")),
]


def line_of(match: Match) -> dict[str, Any]:
    """A row of the page. Asks nothing when the match was read `with_line`."""
    opened("match", match.pk)
    return {
        "pk": match.pk,
        "company": match.company.name,
        "agreed_on": match.agreed_on,
        "match_type": match.match_type.label,
        "municipality": match.municipality.name,
        "created_by": match.created_by.name,
        "registered_at": match.registered_on,
        "state": state_of(match),
    }


def file_line_of(match: Match) -> dict[str, Any]:
    """A row of a file: also the columns that a page has no room for. The match was read `with_names`."""
    return line_of(match) | {
        "cvr": match.company.cvr or "",
        "work_area": match.work_area.label,
        "assisted_by": ", ".join(entry.name for entry in assisting(match)),
        "on_behalf_of": match.on_behalf_of.name if match.on_behalf_of else "",
        "programme": match.programme.name,
        "activity": str(match.activity) if match.activity else "",
        "registered_by": match.registered_by.name,
    }
