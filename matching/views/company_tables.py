"""How companies are shown: the columns of many, the lines of one, its places of work, its history and its matches."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.company_forms import ANSWERS, answer_of
from matching.models import Company, Employees, Match, ProductionUnit, RegisterEntry
from matching.register.said import version_of
from matching.views.shown import line_of
from portal.audit.openings import opened
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

Attribute = RegisterEntry.Attribute

COLUMNS = [
    Column("name", gettext_lazy("Company")),
    Column("cvr", gettext_lazy("CVR number"), kind="id"),
    Column("municipality", gettext_lazy("Municipality")),
    Column("address", gettext_lazy("Address"), export_only=True),
    Column("postal_code", gettext_lazy("Postal code"), kind="id", export_only=True),
    Column("city", gettext_lazy("City"), export_only=True),
    Column("industry", gettext_lazy("Industry")),
    Column("industry_code", gettext_lazy("Industry code"), kind="id", export_only=True),
    Column("industry_version", gettext_lazy("List of the code"), export_only=True),
    Column("form", gettext_lazy("Company form"), export_only=True),
    Column("employees", gettext_lazy("Employees")),
    Column("status", gettext_lazy("Status")),
    Column("protected", gettext_lazy("Protected against advertising"), export_only=True),
    Column("first", gettext_lazy("First highly educated employee"), export_only=True),
    Column("fetched_on", gettext_lazy("Fetched from the register"), kind="date", export_only=True),
]


def company_url(pk: int) -> str:
    return reverse("matching:company", args=[pk])


def look_up_url(company: Company) -> str:
    """The register's own page; a fictional company has none."""
    return settings.CVR_PAGE.format(cvr=company.cvr) if company.cvr and not company.fictional else ""


def answer_words(value: bool | None) -> str:
    return str(dict(ANSWERS)[answer_of(value)])


def state_words(company: Company) -> str:
    """What the reader must know before anything is done with the company."""
    if company.cvr is None:
        words = _("Without a CVR number")
    else:
        words = company.get_status_display() if company.status != "unknown" else company.status_text or _("not known")
    if company.advertising_protected:
        words = _("%(status)s, protected against advertising") % {"status": words}
    if company.use_stopped:
        words = _("%(status)s, restricted: its data must not be used") % {"status": words}
    return words


def row_of(company: Company) -> dict[str, Any]:
    """A row of the page. Asks nothing when the municipality was selected."""
    opened("company", company.pk)
    return {
        "name": Cell(company.name, company_url(company.pk)),
        "cvr": company.shown_cvr,
        "municipality": company.municipality.name if company.municipality else "",
        "industry": company.industry,
        "employees": company.get_employees_display() if company.employees else "",
        "status": state_words(company),
    }


def file_row_of(company: Company) -> dict[str, Any]:
    return row_of(company) | {
        "cvr": company.cvr or "",
        "address": company.address,
        "postal_code": company.postal_code,
        "city": company.city,
        "industry_code": company.industry_code,
        "industry_version": company.industry_version,
        "form": company.form,
        "protected": _("Yes") if company.advertising_protected else _("No"),
        "first": answer_words(company.first_highly_educated),
        "fetched_on": company.fetched_on,
    }


def industry_words(code: str, version: str, text: str) -> str:
    told = f"{code} ({version})" if code and version else code
    return ", ".join(each for each in (text, told) if each)


def details_of(company: Company) -> Table:
    """What the register says, and what is ours; lines that say nothing are left out."""
    lines: list[tuple[str, Any]] = [
        (_("CVR number"), company.shown_cvr or _("not known yet")),
        (_("Status"), company.get_status_display() if company.status != "unknown" else ""),
        (_("In the register's words"), company.status_text),
        (_("Ceased"), formats.date_da(company.ceased_on) if company.ceased_on else ""),
        (_("Address"), company.shown_address),
        (_("Municipality"), company.municipality.name if company.municipality else ""),
        (_("Industry"), industry_words(company.industry_code, company.industry_version, company.industry)),
        (_("Company form"), company.form),
        (_("Employees"), company.get_employees_display() if company.employees else ""),
        (_("Protected against advertising"), _("Yes") if company.advertising_protected else ""),
        (_("Also called"), formats.join_and(company.secondary_names) if company.other_names else ""),
        (_("First highly educated employee"), answer_words(company.first_highly_educated)),
        (_("Changed in the register"), _moment(company.register_updated_at)),
        (_("Fetched from the register"), formats.date_da(company.fetched_on) if company.fetched_on else ""),
    ]
    return Table(
        caption=_("What is known of the company"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value],
        caption_hidden=True,
    )


def _moment(moment: Any) -> str:
    return formats.moment_da(moment) if moment else ""


def units_table(company: Company) -> Table:
    """One query."""
    units = list(company.production_units.select_related("municipality").order_by("-head", "ceased_on", "number"))
    return Table(
        caption=_("Places of work"),
        caption_hidden=True,
        columns=[
            Column("name", _("Place of work")),
            Column("number", _("P-number"), kind="id"),
            Column("address", _("Address")),
            Column("municipality", _("Municipality")),
            Column("industry", _("Industry")),
        ],
        rows=[_unit_row(company, unit) for unit in units],
        empty=_("No places of work are known."),
    )


def _unit_row(company: Company, unit: ProductionUnit) -> dict[str, Any]:
    note = _("head unit") if unit.head else ""
    if unit.ceased_on:
        note = _("ceased %(day)s") % {"day": formats.date_da(unit.ceased_on)}
    return {
        "name": Cell(unit.name or company.name, note=note),
        "number": unit.number,
        "address": unit.shown_address,
        "municipality": unit.municipality.name if unit.municipality else "",
        "industry": industry_words(unit.industry_code, unit.industry_version, unit.industry),
    }


def history_table(company: Company) -> Table:
    """What the register says and has said, also what we knew before; one query."""
    entries = list(company.register_entries.order_by("attribute", "-valid_from", "-known_from", "-pk"))
    return Table(
        caption=_("What the register has said"),
        caption_hidden=True,
        columns=[
            Column("what", _("What")),
            Column("value", _("Content")),
            Column("period", _("Period")),
            Column("known", _("Known to us")),
        ],
        rows=[
            {
                "what": entry.get_attribute_display(),
                "value": entry_words(entry),
                "period": _period(entry),
                "known": _known(entry),
            }
            for entry in entries
        ],
        empty=_("Nothing has been fetched from the register yet."),
    )


def entry_words(entry: RegisterEntry) -> str:
    if entry.attribute == Attribute.EMPLOYEES:
        return str(dict(Employees.choices).get(entry.code, entry.code))
    if entry.attribute == Attribute.ADVERTISING:
        return _("Yes") if entry.code == "true" else _("No")
    if entry.attribute == Attribute.INDUSTRY:
        return industry_words(entry.code, version_of(entry.code, entry.valid_from, entry.valid_to), entry.value)
    return entry.value


def _period(entry: RegisterEntry) -> str:
    if entry.valid_from is None and entry.valid_to is None:
        return ""
    since = formats.date_da(entry.valid_from) if entry.valid_from else ""
    return f"{since} – {formats.date_da(entry.valid_to) if entry.valid_to else ''}".strip()


def _known(entry: RegisterEntry) -> str:
    since = formats.date_da(timezone.localdate(entry.known_from))
    if entry.known_to is None:
        return _("since %(day)s") % {"day": since}
    until = formats.date_da(timezone.localdate(entry.known_to))
    return _("%(since)s to %(until)s") % {"since": since, "until": until}


def matches_table(matches: list[Match]) -> Table:
    rows = [line_of(match) for match in matches]
    return Table(
        caption=_("Matches"),
        caption_hidden=True,
        columns=[
            Column("match_type", _("Match type"), url=lambda row: reverse("matching:detail", args=[row["pk"]])),
            Column("agreed_on", _("Agreed on"), kind="date"),
            Column("municipality", _("Place of work")),
            Column("created_by", _("Created by")),
            Column("state", _("Status")),
        ],
        rows=rows,
        empty=_("There is no match with the company that you may see."),
    )
