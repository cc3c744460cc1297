"""How people are shown: the columns of many, the lines of one, what they agreed to, and their matches."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.consents import state_words
from matching.models import Consent, Match, Person
from matching.people import KIND
from matching.people_words import Words, capital, level_words, month_words
from matching.views.shown import line_of
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

COLUMNS = [
    Column("name", gettext_lazy("Name")),
    Column("number", gettext_lazy("Number"), kind="id", export_only=True),
    Column("status", gettext_lazy("Status")),
    Column("education", gettext_lazy("Education")),
    Column("level", gettext_lazy("Level of education"), export_only=True),
    Column("length", gettext_lazy("KVU, MVU or LVU"), export_only=True),
    Column("field", gettext_lazy("Field of education"), export_only=True),
    Column("disced", gettext_lazy("DISCED code"), kind="id", export_only=True),
    Column("institution", gettext_lazy("Place of education"), export_only=True),
    Column("completed_on", gettext_lazy("Completed or expected to be, month"), export_only=True),
    Column("competences", gettext_lazy("Competences")),
    Column("languages", gettext_lazy("Languages"), export_only=True),
    Column("residence", gettext_lazy("Municipality of residence"), export_only=True),
    Column("reach", gettext_lazy("Can work in")),
    Column("available_from", gettext_lazy("Available from"), kind="date"),
    Column("unemployed_since", gettext_lazy("Unemployed since"), kind="date", export_only=True),
    Column("email", gettext_lazy("E-mail"), export_only=True),
    Column("phone", gettext_lazy("Telephone"), export_only=True),
    Column("external_key", gettext_lazy("Key in your own system"), kind="id", export_only=True),
    Column("owner", gettext_lazy("Organisation")),
]


def person_url(pk: int) -> str:
    return reverse("matching:person", args=[pk])


def opened_person(person: Person) -> Person:
    """The person, whose opening is noted: for a page that shows little else."""
    opened(KIND, person.pk)
    return person


def row_of(person: Person, words: Words) -> dict[str, Any]:
    """A row of the page. Asks nothing when field and owner were selected."""
    opened(KIND, person.pk)
    note = _("restricted") if person.restricted else ""
    return {
        "name": Cell(person.name, person_url(person.pk), note=note),
        "status": capital(str(person.get_status_display())),
        "education": Cell(person.education or level_words(person), note=person.institution),
        "competences": words.competences_of(person),
        "reach": words.reach_of(person),
        "available_from": person.available_from,
        "owner": person.owner.short_name or person.owner.name,
    }


def file_row_of(person: Person, words: Words, *, own: bool, contact: bool) -> dict[str, Any]:
    """A row of a file. What is the organisation's own of a person stays with it; contact only where it is agreed."""
    return row_of(person, words) | {
        "number": person.pk,
        "education": person.education,
        "level": level_words(person),
        "length": person.length.upper(),
        "field": person.field.label if person.field else "",
        "disced": person.disced,
        "institution": person.institution,
        "completed_on": month_words(person.completed_on),
        "languages": person.language_note,
        "residence": words.residence_of(person),
        "unemployed_since": person.unemployed_since if own else None,
        "email": person.email if contact else "",
        "phone": person.phone if contact else "",
        "external_key": person.external_key if own else "",
        "owner": person.owner.name,
    }


def details_of(person: Person, words: Words, *, own: bool, contact: bool) -> Table:
    """What is known; lines that say nothing are left out."""
    opened(KIND, person.pk)
    length = f" ({person.length.upper()})" if person.length and person.level in ("H60", "H80") else ""
    lines: list[tuple[str, Any]] = [
        (_("Status"), capital(str(person.get_status_display()))),
        (_("Unemployed since"), formats.date_da(person.unemployed_since) if own and person.unemployed_since else ""),
        (_("Education"), person.education),
        (_("Level of education"), level_words(person) + length),
        (_("Field of education"), f"{person.field.label} ({person.disced})" if person.field else ""),
        (_("Place of education"), person.institution),
        (_("Completed or expected to be, month"), capital(month_words(person.completed_on))),
        (_("Competences"), words.competences_of(person)),
        (_("Languages"), person.language_note),
        (_("Municipality of residence"), words.residence_of(person)),
        (_("Can work in"), words.reach_of(person)),
        (_("Available from"), formats.date_da(person.available_from) if person.available_from else ""),
        (_("E-mail"), Cell(person.email, f"mailto:{person.email}") if contact and person.email else ""),
        (_("Telephone"), person.phone if contact else ""),
        (_("Key in your own system"), person.external_key if own else ""),
        (_("Data controller"), person.owner.name),
        (_("Last activity"), formats.date_da(person.last_active_on) if own else ""),
    ]
    return Table(
        caption=_("What is known of the person"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value],
        caption_hidden=True,
    )


def consents_table(actor: Actor, consents: Iterable[Consent], *, may_keep: bool) -> Table:
    """What the person agreed to, with a link to take back what holds."""
    rows = []
    for each in consents:
        holds = each.holds(actor.on)
        url = reverse("matching:consent_withdraw", args=[each.pk]) if may_keep and holds else ""
        rows.append(
            {
                "purpose": Cell(
                    capital(str(each.get_purpose_display())), note=each.programme.name if each.programme else ""
                ),
                "basis": capital(str(each.get_basis_display())),
                "given": Cell(formats.date_da(each.given_on), note=each.how),
                "state": capital(state_words(each, actor.on)),
                "withdraw": Cell(_("Withdraw"), url) if url else "",
            }
        )
    columns = [
        Column("purpose", _("To what")),
        Column("basis", _("Legal basis")),
        Column("given", _("Given on")),
        Column("state", _("Status")),
    ]
    if may_keep:
        columns.append(Column("withdraw", _("Withdrawal")))
    return Table(
        caption=_("What the person agreed to"),
        caption_hidden=True,
        columns=columns,
        rows=rows,
        empty=_("Nothing is registered that the person agreed to."),
    )


def matches_table(matches: Iterable[Match]) -> Table:
    return Table(
        caption=_("Matches"),
        caption_hidden=True,
        columns=[
            Column("company", _("Company"), url=lambda row: reverse("matching:detail", args=[row["pk"]])),
            Column("match_type", _("Match type")),
            Column("agreed_on", _("Agreed on"), kind="date"),
            Column("stage", _("How far")),
            Column("state", _("Status")),
        ],
        rows=[line_of(match) for match in matches],
        empty=_("There is no match with the person that you may see."),
    )
