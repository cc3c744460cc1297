"""An initiative's page: its sheet, its time, how it came to where it is, and what other parts of programmes add."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table
from programmes import rights
from programmes.headings import by_number
from programmes.initiatives import may_report
from programmes.models import Initiative, InitiativeItem, Milestone, Recommendation
from programmes.plans import may_edit
from programmes.views.body_pages import body_url, url
from programmes.views.finding import visible_initiative
from programmes.views.sections import SECTIONS, Section, section
from programmes.views.shown import area_url, initiative_url, initiatives_table, lead_text, lines_table, plan_url


class InitiativePage(ActionMixin):
    """/initiativer/<pk>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        initiative = visible_initiative(self.actor, pk)
        sections = [made for make in SECTIONS if (made := make(initiative, self.actor)) is not None]
        context = {
            "initiative": initiative,
            "plan": initiative.programme,
            "sections": sections,
            "may_edit": may_edit(self.actor, initiative.programme),
            "may_report": may_report(self.actor, initiative),
        }
        return render(request, "programmes/initiative.html", context)


@section
def sheet(initiative: Initiative, actor: Actor) -> Section:
    links = list(initiative.area_links.select_related("focus_area").order_by("-primary", "focus_area__order", "pk"))
    lines = [(_("Plan"), Cell(initiative.programme.name, plan_url(initiative.programme)))]
    if initiative.parent is not None:
        lines.append((_("Part of"), Cell(str(initiative.parent), initiative_url(initiative.parent))))
    first = _("counted here") if len(links) > 1 else ""
    lines += [
        (link.focus_area.kind.capitalize(), Cell(str(link.focus_area), area_url(link.focus_area),
                                                 note=first if link.primary else ""))
        for link in links
    ]  # fmt: skip
    lines += [
        (_("Lead"), Cell(lead_text(initiative))),
        (_("Target group"), Cell(initiative.target_group)),
        (_("Precondition"), Cell(initiative.precondition)),
    ]
    table = lines_table(_("The sheet"), [(label, cell) for label, cell in lines if cell.value])
    return Section(_("The sheet"), text=initiative.text, table=table)


@section
def parts(initiative: Initiative, actor: Actor) -> Section | None:
    rows = list(initiative.parts.select_related("lead_organisation").order_by(*by_number()))
    return Section(_("Sub-initiatives"), table=initiatives_table(rows, _("Sub-initiatives"), "")) if rows else None


@section
def partners(initiative: Initiative, actor: Actor) -> Section | None:
    rows = list(initiative.partners.select_related("organisation").order_by("order", "pk"))
    if not rows:
        return None
    columns = [Column("name", _("Partner"))]
    if any(each.role for each in rows):
        columns.append(Column("role", _("Role")))
    lines = [{"name": str(each), "role": each.role} for each in rows]
    return Section(_("Partners"), table=Table(caption=_("Partners"), caption_hidden=True, columns=columns, rows=lines))


@section
def time(initiative: Initiative, actor: Actor) -> Section | None:
    rows = sorted(initiative.milestones.all(), key=_in_time)
    if not rows:
        return None
    lines = [
        {
            "when": each.words or str(Milestone.Precision.NOT_STATED.label),
            "what": each.name or str(each.get_kind_display()).capitalize(),
            "reached": each.reached_on or "",
        }
        for each in rows
    ]
    columns = [Column("when", _("When")), Column("what", _("What")), Column("reached", _("Reached"), kind="date")]
    table = Table(caption=_("Schedule and milestones"), caption_hidden=True, columns=columns, rows=lines)
    return Section(_("Schedule and milestones"), table=table)


def _in_time(milestone: Milestone) -> tuple[date, int]:
    """What has no day stands last; but a beginning comes first whatever its source says of when."""
    start = milestone.kind == Milestone.Kind.START
    return milestone.day or (date.min if start else date.max), milestone.pk


@section
def lists(initiative: Initiative, actor: Actor) -> Section | None:
    rows = list(initiative.items.order_by("kind", "order", "pk"))
    if not rows:
        return None
    order = {kind: place for place, kind in enumerate(InitiativeItem.Kind.values)}
    lines = [
        {
            "kind": each.get_kind_display(),
            "text": Cell(each.text, each.link),
            "settled": formats.date_da(each.settled_on) if each.settled_on else "",
        }
        for each in sorted(rows, key=lambda each: order[each.kind])
    ]
    columns = [Column("text", _("Text")), Column("kind", _("Kind")), Column("settled", _("Delivered or answered"))]
    heading = _("Deliverables, questions and documents")
    return Section(heading, table=Table(caption=heading, caption_hidden=True, columns=columns, rows=lines))


@section
def recommended(initiative: Initiative, actor: Actor) -> Section | None:
    """Which recommendations of bodies the initiative came of."""
    rows = Recommendation.objects.visible_to(actor).filter(initiative=initiative).select_related("body")
    lines = [
        {"text": Cell(str(each), url("recommendation", each.pk)), "body": Cell(each.body.name, body_url(each.body))}
        for each in rows.order_by("pk")
    ]
    if not lines:
        return None
    columns = [Column("text", _("Recommendation")), Column("body", _("Body"))]
    table = Table(caption=_("Recommended by"), caption_hidden=True, columns=columns, rows=lines)
    return Section(_("Recommended by"), table=table)


@section
def history(initiative: Initiative, actor: Actor) -> Section:
    rows = initiative.history.select_related("by", "organisation").order_by("-pk")
    lines = [
        {
            "on": each.on,
            "status": each.get_status_display(),
            "why": each.reason,
            "who": ", ".join(
                part for part in (each.by.name if each.by else "", each.organisation.name if each.organisation else "")
                if part
            ),
        }
        for each in rows
    ]  # fmt: skip
    columns = [
        Column("on", _("From"), kind="date"), Column("status", _("Status")), Column("why", _("Why")),
        Column("who", _("Who said it")),
    ]  # fmt: skip
    table = Table(
        caption=_("Status history"), caption_hidden=True, columns=columns, rows=lines,
        empty=_("Nothing is said of its status yet."),
    )  # fmt: skip
    return Section(_("Status history"), table=table)
