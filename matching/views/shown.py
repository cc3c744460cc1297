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
    if match.event:
        lines.append((_("Event"), match.event))
    lines += _more_lines(match)
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


def _more_lines(match: Match) -> list[tuple[str, Any]]:
    """What else was said of it, as far as it was. One query where it grew out of another."""
    said: list[tuple[str, Any]] = [(_("How far"), _capital(match.get_stage_display()))]
    for label, day in (
        (_("Starts on"), match.starts_on), (_("Ends on"), match.ends_on), (_("Broken off on"), match.broken_off_on),
    ):  # fmt: skip
        if day is not None:
            said.append((label, formats.date_da(day)))
    said += [
        (label, value)
        for label, value in (
            (_("Why it was broken off"), match.broken_off_reason.label if match.broken_off_reason else ""),
            (_("P-number"), match.p_number),
            (_("Number of students"), formats.number(match.students) if match.students is not None else ""),
            (_("Education level"), match.get_education_level_display()),
            (_("Scheme used"), match.scheme.label if match.scheme else ""),
        )
        if value
    ]
    if match.attested_on is not None:
        text = _("%(who)s, %(day)s") % {"who": match.attested_by, "day": formats.date_da(match.attested_on)}
        said.append((_("Who said so"), text))
    if match.follows is not None:
        said.append((_("Grew out of"), _("A match agreed %(day)s") % {"day": formats.date_da(match.follows.agreed_on)}))
    if match.external_key:
        said.append((_("Key in another system"), f"{match.source_system} {match.external_key}"))
    if match.counts and match.counted_on is not None:
        said.append((_("Counts on"), formats.date_da(match.counted_on)))
    if match.counts and match.counted_as != 1:
        said.append((_("Counts as"), formats.number(match.counted_as)))
    return said


def history_of(match: Match) -> Table:
    """What has happened with the match, in the order in which it was said. One query."""
    rows = match.transitions.select_related("break_reason", "organisation", "registered_by").order_by("pk")
    return Table(
        caption=_("What has happened"),
        columns=[
            Column("kind", _("What")),
            Column("day", _("Day"), kind="date"),
            Column("why", _("Why")),
            Column("by", _("Registered by")),
            Column("registered_at", _("Registered"), kind="moment"),
        ],
        rows=[
            {
                "kind": _capital(each.get_kind_display()),
                "day": each.day,
                "why": ": ".join(part for part in (each.break_reason and each.break_reason.label, each.reason) if part),
                "by": f"{each.registered_by.name}, {each.organisation.name}",
                "registered_at": each.registered_at,
            }
            for each in rows
        ],
        caption_hidden=True,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


COLUMNS = [
    Column("company", gettext_lazy("Company"), url=lambda row: reverse("matching:detail", args=[row["pk"]])),
    Column("number", gettext_lazy("Match number"), kind="id", export_only=True),
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
    Column("stage", gettext_lazy("How far")),
    Column("state", gettext_lazy("Status")),
    Column("starts_on", gettext_lazy("Starts on"), kind="date", export_only=True),
    Column("ends_on", gettext_lazy("Ends on"), kind="date", export_only=True),
    Column("broken_off_on", gettext_lazy("Broken off on"), kind="date", export_only=True),
    Column("broken_off_reason", gettext_lazy("Why it was broken off"), export_only=True),
    Column("p_number", gettext_lazy("P-number"), kind="id", export_only=True),
    Column("students", gettext_lazy("Number of students"), kind="number", export_only=True),
    Column("education_level", gettext_lazy("Education level"), export_only=True),
    Column("scheme", gettext_lazy("Scheme used"), export_only=True),
    Column("event", gettext_lazy("Event"), export_only=True),
    Column("attested_by", gettext_lazy("Who said so"), export_only=True),
    Column("attested_on", gettext_lazy("Said on"), kind="date", export_only=True),
    Column("follows", gettext_lazy("Grew out of match number"), kind="id", export_only=True),
    Column("source_system", gettext_lazy("System it comes from"), export_only=True),
    Column("external_key", gettext_lazy("Key in that system"), kind="id", export_only=True),
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
        "stage": _capital(match.get_stage_display()),
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
        "number": match.pk,
        "starts_on": match.starts_on or "",
        "ends_on": match.ends_on or "",
        "broken_off_on": match.broken_off_on or "",
        "broken_off_reason": match.broken_off_reason.label if match.broken_off_reason else "",
        "p_number": match.p_number,
        "students": match.students if match.students is not None else "",
        "education_level": match.get_education_level_display(),
        "scheme": match.scheme.label if match.scheme else "",
        "event": match.event,
        "attested_by": match.attested_by,
        "attested_on": match.attested_on or "",
        "follows": match.follows_id or "",
        "source_system": match.source_system,
        "external_key": match.external_key,
    }
