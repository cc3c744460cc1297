"""How contacts, needs and the people at a company are shown: lines of lists, files and pages."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.contact_forms import capital
from matching.models import CompanyContact, ContactPerson, ContactTheme, Need
from portal.audit.openings import opened
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

Labels = dict[str, str]


def labels_of(model: type[Model]) -> Labels:
    """code -> label of a list of reference. One query."""
    rows: Any = model._default_manager.all()
    return {row.code: row.label for row in rows}


def said_with(codes: Iterable[str], labels: Labels) -> str:
    return ", ".join(labels.get(code, code) for code in codes)  # the labels have an "and" of their own


def contact_url(row: Any) -> str:
    return reverse("matching:contact", args=[row["pk"]])


def need_url(row: Any) -> str:
    return reverse("matching:need", args=[row["pk"]])


CONTACT_COLUMNS = [
    Column("company", gettext_lazy("Company"), url=contact_url),
    Column("cvr", gettext_lazy("CVR number"), kind="id", export_only=True),
    Column("contacted_on", gettext_lazy("Day"), kind="date"),
    Column("organisation", gettext_lazy("Organisation")),
    Column("registered_by", gettext_lazy("Who had it"), export_only=True),
    Column("kind", gettext_lazy("How")),
    Column("themes", gettext_lazy("About")),
    Column("first", gettext_lazy("First contact")),
    Column("next_step", gettext_lazy("Next step")),
    Column("next_step_on", gettext_lazy("Next step by"), kind="date", export_only=True),
    Column("next_step_by", gettext_lazy("Who takes the next step"), export_only=True),
    Column("next_step_done_on", gettext_lazy("Next step taken on"), kind="date", export_only=True),
    Column("contact_person", gettext_lazy("Contact person"), export_only=True),
    Column("text", gettext_lazy("What was said"), export_only=True),
]


def contact_line(contact: CompanyContact, labels: Labels) -> dict[str, Any]:
    """A row of the page; the contact was read `visible_to` and `with_first`, with company and organisation."""
    opened("company_contact", contact.pk)
    opened("company", contact.company_id)
    return {
        "pk": contact.pk,
        "company": contact.company.name,
        "contacted_on": contact.contacted_on,
        "organisation": contact.organisation.name,
        "kind": capital(contact.get_kind_display()),
        "themes": said_with(contact.themes, labels),
        "first": _("Yes") if contact.first else _("No"),  # type: ignore[attr-defined]
        "next_step": Cell(contact.next_step, note=step_state(contact)) if contact.next_step else "",
    }


def contact_file_line(contact: CompanyContact, labels: Labels) -> dict[str, Any]:
    """A row of a file: what was said, and with whom, where the reader may read it."""
    readable = vars(contact)["readable"]
    return contact_line(contact, labels) | {
        "cvr": contact.company.cvr or "",
        "registered_by": contact.registered_by.name,
        "next_step": contact.next_step,
        "next_step_on": contact.next_step_on or "",
        "next_step_by": contact.next_step_by.name if contact.next_step_by else "",
        "next_step_done_on": contact.next_step_done_on or "",
        "contact_person": contact.contact_person.name if contact.contact_person and readable else "",
        "text": contact.text if readable else "",
    }


def step_state(contact: CompanyContact) -> str:
    """By when it is to be taken, or that it was."""
    if contact.next_step_on is None:
        return ""
    if contact.next_step_done_on is not None:
        return _("done %(day)s") % {"day": formats.date_da(contact.next_step_done_on)}
    day = formats.date_da(contact.next_step_on)
    late = contact.next_step_on < timezone.localdate()
    return (_("late: by %(day)s") if late else _("by %(day)s")) % {"day": day}


def contact_details(contact: CompanyContact) -> Table:
    """Everything that was registered, as far as the reader may read it. One query (the themes)."""
    readable = vars(contact)["readable"]
    opened("company_contact", contact.pk)
    opened("company", contact.company_id)
    lines: list[tuple[str, Any]] = [
        (_("Company"), Cell(contact.company.name, reverse("matching:company", args=[contact.company_id]))),
        (_("Day"), formats.date_da(contact.contacted_on)),
        (_("How"), capital(contact.get_kind_display())),
        (_("Organisation"), contact.organisation.name),
        (_("Who had it"), contact.registered_by.name),
        (_("About"), said_with(contact.themes, labels_of(ContactTheme))),
        (_("First contact"), _("Yes") if contact.first else _("No")),  # type: ignore[attr-defined]
    ]
    if contact.unasked is not None:
        lines.append((_("Had the company asked for it?"), _("No") if contact.unasked else _("Yes")))
    if contact.contact_person is not None and readable:
        lines.append((_("With whom"), person_cell(contact.contact_person)))
    if contact.text:
        hidden = _("Only %(organisation)s reads what was said.") % {"organisation": contact.organisation.name}
        lines.append((_("What was said"), contact.text if readable else hidden))
    if contact.next_step:
        who = contact.next_step_by.name if contact.next_step_by else ""
        lines.append((_("Next step"), Cell(contact.next_step, note=f"{who}, {step_state(contact)}")))
    return two_columns(_("What was registered"), lines)


def two_columns(caption: str, lines: list[tuple[str, Any]]) -> Table:
    return Table(
        caption=caption,
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value not in (None, "")],
        caption_hidden=True,
    )


def person_cell(person: ContactPerson) -> Any:
    if person.erased:
        return _("erased")
    opened("contact_person", person.pk)
    reached = ", ".join(part for part in (person.title, person.phone, person.email) if part)
    return Cell(person.name, note=reached)


NEED_COLUMNS = [
    Column("company", gettext_lazy("Company"), url=need_url),
    Column("cvr", gettext_lazy("CVR number"), kind="id", export_only=True),
    Column("municipality", gettext_lazy("Municipality"), export_only=True),
    Column("found_on", gettext_lazy("Found on"), kind="date"),
    Column("organisation", gettext_lazy("Found by")),
    Column("kind", gettext_lazy("Kind")),
    Column("competences", gettext_lazy("Competences wanted")),
    Column("status", gettext_lazy("Status")),
    Column("candidates", gettext_lazy("Candidates presented"), kind="number"),
    Column("stepped_on", gettext_lazy("Last step"), kind="date"),
    Column("responsible", gettext_lazy("Who takes care of it"), export_only=True),
    Column("wish", gettext_lazy("What the company wishes"), export_only=True),
    Column("tasks", gettext_lazy("Tasks"), export_only=True),
    Column("growth", gettext_lazy("Growth potential"), export_only=True),
    Column("potential", gettext_lazy("The potential"), export_only=True),
    Column("work_area", gettext_lazy("Work area"), export_only=True),
    Column("education_level", gettext_lazy("Education level"), export_only=True),
    Column("match_types", gettext_lazy("Match types that could do"), export_only=True),
    Column("number_wanted", gettext_lazy("How many are wanted"), kind="number", export_only=True),
    Column("start_month", gettext_lazy("Start wanted"), kind="month", export_only=True),
    Column("visibility", gettext_lazy("Who may see it"), export_only=True),
    Column("closed_on", gettext_lazy("Closed on"), kind="date", export_only=True),
    Column("close_reason", gettext_lazy("Why it came to no match"), export_only=True),
]


def need_line(need: Need, labels: Labels) -> dict[str, Any]:
    """A row of the page; company and organisation were read with it."""
    opened("need", need.pk)
    opened("company", need.company_id)
    return {
        "pk": need.pk,
        "company": need.company.name,
        "found_on": need.found_on,
        "organisation": need.organisation.name,
        "kind": capital(need.get_kind_display()),
        "competences": said_with(need.competences, labels),
        "status": capital(need.get_status_display()),
        "candidates": need.candidates,
        "stepped_on": need.stepped_on,
    }


def need_file_line(need: Need, labels: Labels, types: Labels) -> dict[str, Any]:
    return need_line(need, labels) | {
        "cvr": need.company.cvr or "",
        "municipality": need.company.municipality.name if need.company.municipality else "",
        "responsible": need.responsible.name,
        "wish": need.wish,
        "tasks": need.tasks,
        "growth": need.get_growth_display() if need.growth else "",
        "potential": need.potential,
        "work_area": need.work_area.label if need.work_area else "",
        "education_level": need.get_education_level_display() if need.education_level else "",
        "match_types": said_with(need.match_types, types),
        "number_wanted": need.number_wanted,
        "start_month": need.start_month or "",
        "visibility": need.get_visibility_display(),
        "closed_on": need.closed_on or "",
        "close_reason": need.close_reason.label if need.close_reason else "",
    }


def need_details(need: Need, competences: Labels, types: Labels, *, person: bool) -> Table:
    """Everything that is known of it; `person`: whom to ask at the company too."""
    opened("need", need.pk)
    opened("company", need.company_id)
    lines: list[tuple[str, Any]] = [
        (_("Company"), Cell(need.company.name, reverse("matching:company", args=[need.company_id]))),
        (_("Kind"), capital(need.get_kind_display())),
        (_("Found on"), formats.date_da(need.found_on)),
        (_("Found by"), need.organisation.name),
        (_("Who takes care of it"), need.responsible.name),
        (_("What the company wishes"), need.wish),
        (_("Growth potential"), capital(need.get_growth_display()) if need.growth else ""),
        (_("The potential"), need.potential),
        *wanted_lines(need, competences, types),
        (_("Candidates presented"), formats.number(need.candidates)),
        (_("Last step"), formats.date_da(need.stepped_on)),
        (_("Who may see it"), capital(need.get_visibility_display())),
    ]
    if need.contact_person is not None and person:
        lines.append((_("Contact person"), person_cell(need.contact_person)))
    if need.closed_on is not None:
        lines.append((_("Closed on"), formats.date_da(need.closed_on)))
    if need.close_reason is not None:
        lines.append((_("Why it came to no match"), Cell(need.close_reason.label, note=need.close_note)))
    return two_columns(_("What was registered"), lines)


def wanted_lines(need: Need, competences: Labels, types: Labels) -> list[tuple[str, Any]]:
    """Whom the company wants: what stands on the printed profile too."""
    return [
        (_("Tasks"), need.tasks),
        (_("Work area"), need.work_area.label if need.work_area else ""),
        (_("Competences wanted"), said_with(need.competences, competences)),
        (_("Education level"), capital(need.get_education_level_display()) if need.education_level else ""),
        (_("Match types that could do"), said_with(need.match_types, types)),
        (_("How many are wanted"), formats.number(need.number_wanted)),
        (_("Start wanted"), capital(formats.month_da(need.start_month)) if need.start_month else ""),
    ]
