"""How courses of guidance are shown: the columns of many, and the lines of one."""

from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.guidance.courses import may_register
from matching.guidance.rights import VIEW
from matching.models import Company, GuidanceCourse, Theme
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table

COLUMNS = [
    Column("company", gettext_lazy("Company"), url=lambda row: reverse("matching:guidance_course", args=[row["pk"]])),
    Column("cvr", gettext_lazy("CVR number"), kind="id", export_only=True),
    Column("type", gettext_lazy("Type of course")),
    Column("theme", gettext_lazy("Main theme")),
    Column("others", gettext_lazy("Other themes"), export_only=True),
    Column("started_on", gettext_lazy("Started on"), kind="date"),
    Column("ended_on", gettext_lazy("Ended on"), kind="date", export_only=True),
    Column("state", gettext_lazy("How far")),
    Column("municipality", gettext_lazy("Municipality")),
    Column("adviser", gettext_lazy("Adviser")),
    Column("returning", gettext_lazy("New or guided before")),
    Column("referrals", gettext_lazy("Referrals to private advisers"), kind="number", export_only=True),
    Column("invited_on", gettext_lazy("Invited to evaluate on"), kind="date", export_only=True),
]


def themes_of(course: GuidanceCourse) -> str:
    words = dict(Theme.choices)
    return formats.join_and(str(words[code]) for code in course.other_themes)


def state_of(course: GuidanceCourse) -> str:
    if course.withdrawn_at is not None:
        return _("Undone %(day)s") % {"day": formats.date_da(course.withdrawn_at)}
    words = str(capfirst(course.get_stage_display()))
    if course.ended_on is not None:
        return _("%(state)s %(day)s") % {"state": words, "day": formats.date_da(course.ended_on)}
    return words


def before_words(course: GuidanceCourse) -> str:
    return _("Guided before") if course.returning else _("New")


def line_of(course: GuidanceCourse) -> dict[str, Any]:
    """A line of the list; that it was shown is noted. Needs `with_line`."""
    opened("guidance_course", course.pk)
    return {
        "pk": course.pk,
        "company": course.company.name,
        "type": capfirst(course.get_type_display()),
        "theme": capfirst(course.get_main_theme_display()),
        "started_on": course.started_on,
        "state": state_of(course),
        "municipality": course.municipality.name,
        "adviser": course.adviser.name,
        "returning": before_words(course),
    }


def file_line_of(course: GuidanceCourse) -> dict[str, Any]:
    """A line of the file, which has more columns. Needs `referred`, the number of referrals."""
    return {
        "pk": course.pk,
        "company": course.company.name,
        "cvr": course.company.cvr or "",
        "type": course.get_type_display(),
        "theme": course.get_main_theme_display(),
        "others": themes_of(course),
        "started_on": course.started_on,
        "ended_on": course.ended_on or "",
        "state": state_of(course),
        "municipality": course.municipality.name,
        "adviser": course.adviser.name,
        "returning": before_words(course),
        "referrals": vars(course)["referred"],
        "invited_on": course.evaluation_invited_on or "",
    }


def details_of(course: GuidanceCourse) -> Table:
    """Everything that was registered, as two columns. Needs `with_names`."""
    company = course.company
    opened("guidance_course", course.pk)
    company_line = company.name if not company.cvr else f"{company.name}, CVR {company.shown_cvr}"
    lines: list[tuple[str, Any]] = [
        (_("Company"), Cell(company_line, reverse("matching:company", args=[company.pk]))),
        (_("Type of course"), capfirst(course.get_type_display())),
        (_("Main theme"), capfirst(course.get_main_theme_display())),
        (_("Other themes"), capfirst(themes_of(course))),
        (_("Started on"), formats.date_da(course.started_on)),
        (_("Ended on"), formats.date_da(course.ended_on) if course.ended_on else ""),
        (_("Next step"), formats.date_da(course.next_step_on) if course.next_step_on else ""),
        (_("Municipality"), course.municipality.name),
    ]
    if course.production_unit is not None:
        unit = course.production_unit
        lines.append((_("Place of work"), f"{unit.name or company.name}, {unit.shown_address}"))
    if course.contact is not None:
        contact = course.contact
        opened("contact_person", contact.pk)
        said = ", ".join(part for part in (contact.name, contact.title, contact.phone, contact.email) if part)
        lines.append((_("Contact person"), said or _("Erased")))
    lines += [
        (_("Adviser"), course.adviser.name),
        (_("New or guided before"), before_words(course)),
        (_("Evaluation"), _evaluation(course)),
        (_("Note"), course.note),
        (
            _("Registered"),
            _("%(moment)s by %(name)s")
            % {"moment": formats.moment_da(course.registered_at), "name": course.registered_by.name},
        ),
        (_("Why it was undone"), course.withdrawn_reason),
    ]
    return Table(
        caption=_("What was registered"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines if value],
        caption_hidden=True,
    )


def _evaluation(course: GuidanceCourse) -> str:
    if course.evaluation_invited_on is None:
        return ""
    text = _("Invited %(day)s: %(how)s")
    return text % {
        "day": formats.date_da(course.evaluation_invited_on),
        "how": course.get_evaluation_by_display(),
    }


def referrals_table(course: GuidanceCourse, *, may_change: bool) -> Table:
    """To whom the company was led on. One query."""
    rows = course.referrals.filter(withdrawn_at=None)
    return Table(
        caption=_("Referrals to private advisers"),
        caption_hidden=True,
        columns=[
            Column("firm", _("Private adviser")),
            Column("area", _("Area")),
            Column("day", _("Day"), kind="date"),
            *([Column("take_back", _("If it is wrong"))] if may_change else []),
        ],
        rows=[
            {
                "firm": row.firm,
                "area": capfirst(row.get_area_display()),
                "day": row.referred_on,
                "take_back": Cell(_("Take back"), reverse("matching:guidance_unrefer", args=[row.pk])),
            }
            for row in rows
        ],
        empty=_("The company has not been led on to a private adviser."),
    )


def history_of(course: GuidanceCourse) -> Table:
    """What has happened with the course, in the order in which it was said. One query."""
    rows = course.transitions.select_related("registered_by").order_by("pk")
    return Table(
        caption=_("What has happened"),
        caption_hidden=True,
        columns=[
            Column("kind", _("What")),
            Column("day", _("Day"), kind="date"),
            Column("why", _("Why")),
            Column("by", _("Registered by")),
            Column("registered_at", _("Registered"), kind="moment"),
        ],
        rows=[
            {
                "kind": capfirst(row.get_kind_display()),
                "day": row.day,
                "why": row.reason,
                "by": row.registered_by.name,
                "registered_at": row.registered_at,
            }
            for row in rows
        ],
    )


def of_company(actor: Actor, company: Company) -> Table | None:
    """On the company's page: the own erhvervshus's courses with their links; to others of the area, that it guides the
    company and since when, and nothing of Early Warning. One query; None where there is nothing to show."""
    own = GuidanceCourse.objects.visible_to(actor)
    told = GuidanceCourse.objects.told_to(actor)
    seen = GuidanceCourse.objects.filter(company=company)
    rows = seen.filter(pk__in=own.order_by().values("pk")) | seen.filter(pk__in=told.order_by().values("pk"))
    opening = actor.organisation_ids if may(actor, VIEW) else frozenset()
    lines = []
    for course in rows.standing().select_related("hub").order_by("-started_on", "-pk")[:20]:
        mine = course.hub_id in opening
        if mine:
            opened("guidance_course", course.pk)
        lines.append(
            {
                "hub": Cell(course.hub.name, reverse("matching:guidance_course", args=[course.pk]) if mine else ""),
                "started_on": course.started_on,
                "what": f"{capfirst(course.get_type_display())}, {state_of(course).lower()}" if mine else "",
            }
        )
    if not lines:
        return None
    columns = [Column("hub", _("Guided by")), Column("started_on", _("Started on"), kind="date")]
    if opening:
        columns.append(Column("what", _("Type of course")))
    return Table(caption=_("Guidance"), caption_hidden=True, columns=columns, rows=lines)


def on_company_page(actor: Actor, company: Company) -> dict[str, Any]:
    """What the company's page is given."""
    return {"guidance": of_company(actor, company), "may_guide": company.in_use and may_register(actor)}
