"""What the company's page shows of contacts, needs and people: a fixed number of queries, whatever there is."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from matching import contact_people, contacts, needs
from matching.changing import CHANGE
from matching.models import Company, CompanyContact, Competence, ContactPerson, ContactTheme, Need
from matching.views.contact_tables import contact_line, contact_url, labels_of, need_line, need_url
from portal.audit.openings import opened
from portal.identity import rights
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

NEWEST = 5
"""So many contacts and needs stand on the company's page; the lists have all."""


def of_company(actor: Actor, company: Company) -> dict[str, Any]:
    """Five queries: people, contacts and their themes, needs and their competences."""
    seen = CompanyContact.objects.visible_to(actor).standing().filter(company=company).with_first(actor)
    newest = list(seen.select_related("company", "organisation")[: NEWEST + 1])
    found = list(
        Need.objects.visible_to(actor).filter(company=company).select_related("company", "organisation")[: NEWEST + 1]
    )
    found_by = urlencode({"text": company.cvr or company.name})
    return {
        "people": people_table(actor, company),
        "contacts": _contacts(newest[:NEWEST]),
        "all_contacts": f"{reverse('matching:contacts')}?{found_by}" if len(newest) > NEWEST else "",
        "needs": _needs(found[:NEWEST]),
        "all_needs": f"{reverse('matching:needs')}?{found_by}" if len(found) > NEWEST else "",
        "may_register_contact": company.in_use and rights.may(actor, contacts.REGISTER),
        "may_register_need": company.in_use and rights.may(actor, needs.REGISTER),
    }


def people_table(actor: Actor, company: Company) -> Table:
    people = list(contact_people.visible_to(actor).filter(company=company).order_by("-left_on", "sort_key", "pk"))
    people.sort(key=lambda person: person.left_on is not None)
    may_change = rights.may(actor, CHANGE)
    columns = [
        Column("name", _("Name"), url=(lambda row: row["url"]) if may_change else None),
        Column("title", _("Job title")),
        Column("phone", _("Telephone")),
        Column("email", _("E-mail")),
    ]
    return Table(
        caption=_("Contact people"),
        caption_hidden=True,
        columns=columns,
        rows=[_person_row(person) for person in people],
        empty=_("Nobody has written whom to talk with yet."),
    )


def _person_row(person: ContactPerson) -> dict[str, Any]:
    opened("contact_person", person.pk)
    left = _("left %(day)s") % {"day": formats.date_da(person.left_on)} if person.left_on else ""
    address = reverse("matching:contact_person_change", args=[person.company_id, person.pk])
    reached = "tel:" + "".join(sign for sign in person.phone if sign.isdigit() or sign == "+")
    return {
        "name": Cell(person.name, note=left),
        "url": address,
        "title": person.title,
        "phone": Cell(person.phone, reached) if person.phone else "",
        "email": Cell(person.email, f"mailto:{person.email}") if person.email else "",
    }


def _contacts(rows: list[CompanyContact]) -> Table:
    labels = labels_of(ContactTheme)
    return Table(
        caption=_("Contacts"),
        caption_hidden=True,
        columns=[
            Column("contacted_on", _("Day"), kind="date", url=contact_url),
            Column("organisation", _("Organisation")),
            Column("kind", _("How")),
            Column("themes", _("About")),
            Column("next_step", _("Next step")),
        ],
        rows=[contact_line(row, labels) for row in rows],
        empty=_("No contact with the company has been registered yet."),
    )


def _needs(rows: list[Need]) -> Table:
    labels = labels_of(Competence)
    return Table(
        caption=_("Needs"),
        caption_hidden=True,
        columns=[
            Column("kind", _("Kind"), url=need_url),
            Column("found_on", _("Found on"), kind="date"),
            Column("organisation", _("Found by")),
            Column("competences", _("Competences wanted")),
            Column("status", _("Status")),
        ],
        rows=[need_line(row, labels) for row in rows],
        empty=_("No need that you may see has been registered."),
    )
