"""How referrals are shown: the columns of many, the lines of one, and what has happened with it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Referral, ReferralStep
from matching.views.contact_tables import person_cell
from portal.audit.openings import opened
from portal.identity import rights
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

COLUMNS = [
    Column("company", gettext_lazy("Company")),
    Column("kind", gettext_lazy("What it is about")),
    Column("sender", gettext_lazy("From")),
    Column("receiver", gettext_lazy("To")),
    Column("asked_on", gettext_lazy("Asked on"), kind="date", sort="asked"),
    Column("due_on", gettext_lazy("Answer due"), kind="date"),
    Column("status", gettext_lazy("Status")),
    Column("outcome", gettext_lazy("Outcome"), export_only=True),
    Column("answered_on", gettext_lazy("Answered on"), kind="date", export_only=True),
    Column("company_answered_on", gettext_lazy("Answer to the company"), kind="date"),
    Column("asked", gettext_lazy("What is asked"), export_only=True),
    Column("programme", gettext_lazy("Programme"), export_only=True),
]


def nav(actor: Actor, here: str) -> list[tuple[str, str, bool]]:
    """Title, address and whether one is there, of the pages about referrals that the reader may open."""
    pages = [
        ("referrals", _("Referrals"), "matching.view_referrals"),
        ("unanswered", _("Companies without an answer"), "matching.view_unanswered"),
        ("referral_figures", _("Referrals in figures"), "matching.view_referral_figures"),
    ]
    return [
        (title, reverse(f"matching:{name}"), name == here) for name, title, action in pages if rights.may(actor, action)
    ]


def sender_words(row: Referral) -> str:
    return _("the company itself") if row.from_company else row.sender


def status_words(row: Referral) -> str:
    if row.overdue:
        return _("%(status)s, the day of the answer has passed") % {"status": row.get_status_display()}
    return row.get_status_display()


def row_of(row: Referral) -> dict[str, Any]:
    """A row of the page. Asks nothing when the names were selected."""
    opened("referral", row.pk)
    note = _("inside the municipality") if row.internal_to_id else ""
    return {
        "company": Cell(row.company.name, reverse("matching:referral", args=[row.pk]), note),
        "kind": row.get_kind_display(),
        "sender": sender_words(row),
        "receiver": row.receiver,
        "asked_on": row.asked_on,
        "due_on": row.due_on,
        "status": status_words(row),
        "company_answered_on": row.company_answered_on or "",
    }


def file_row_of(row: Referral) -> dict[str, Any]:
    return row_of(row) | {
        "company": row.company.name,
        "outcome": row.get_outcome_display() if row.outcome else "",
        "answered_on": row.answered_on or "",
        "asked": row.asked,
        "programme": row.programme.name,
    }


def details_of(row: Referral) -> Table:
    """What both sides see. Needs the names, the service and the contact person selected."""
    lines: list[tuple[str, Any]] = [
        (_("Company"), Cell(row.company.name, reverse("matching:company", args=[row.company_id]))),
        (_("Whom to talk with"), person_cell(row.contact_person) if row.contact_person else ""),
        (_("What it is about"), row.get_kind_display()),
        (_("What is asked"), row.asked),
        (_("From"), sender_words(row)),
        (_("To"), row.receiver),
        (_("Service"), row.service.title if row.service else ""),
        (_("Asked on"), formats.date_da(row.asked_on)),
        (_("First asked on"), formats.date_da(row.first_asked_on) if row.first_asked_on != row.asked_on else ""),
        (_("Answer due"), formats.date_da(row.due_on) if row.waits else ""),
        (_("Taken on by"), row.taken_on_by.name if row.taken_on_by and row.waits else ""),
        (_("Outcome"), row.get_outcome_display() if row.outcome else ""),
        (_("Answered on"), formats.date_da(row.answered_on) if row.answered_on else ""),
        (_("Answer"), row.answer),
        (_("Alternatives offered"), row.alternatives),
        (_("Answer to the company"), company_words(row)),
        (_("Programme"), row.programme.name),
    ]
    return Table(
        caption=_("The referral"),
        caption_hidden=True,
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value],
    )


def company_words(row: Referral) -> str:
    if row.company_answered_on is None:
        return _("not noted yet")
    by = row.company_answered_by.name if row.company_answered_by else ""
    return f"{formats.date_da(row.company_answered_on)}, {by}"


def history_of(row: Referral, actor: Actor) -> Table:
    """Step by step; who it was is named to the own organisation, of the other side its name. One query."""
    steps = row.steps.select_related("registered_by", "organisation")
    return Table(
        caption=_("What has happened"),
        caption_hidden=True,
        columns=[
            Column("what", _("What")),
            Column("day", _("Day"), kind="date"),
            Column("by", _("By")),
            Column("reason", _("Reason")),
        ],
        rows=[_step(step, actor) for step in steps],
    )


def _step(step: ReferralStep, actor: Actor) -> dict[str, Any]:
    own = step.organisation_id in actor.organisation_ids
    by = f"{step.registered_by.name}, {step.organisation.name}" if own else step.organisation.name
    return {"what": step.get_kind_display(), "day": step.day, "by": by, "reason": step.reason}
