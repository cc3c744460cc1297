"""How seats, meetings, decisions, recommendations and follow-up are shown: the tables that several pages have."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import ledger
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from programmes.models import Appointment, Body, Decision, FollowUp, Meeting, Recommendation, Seat
from programmes.models.bodies import holds_on
from programmes.views.body_pages import body_url, url

State = FollowUp.State


def seats_of(body: Body, day: date) -> list[Seat]:
    """The seats of that day with who holds them, the chair first."""
    holders = Appointment.objects.on(day).select_related("person").order_by("pk")
    rows = body.seats.filter(holds_on(day)).select_related("appointing_organisation", "appointing_body")
    return list(rows.prefetch_related(Prefetch("appointments", holders, to_attr="holders")).order_by("order", "pk"))


def shown_day(body: Body) -> date:
    """Today, or the last day of a body that has ended."""
    today = ledger.today()
    return body.valid_to if body.valid_to is not None and body.valid_to < today else today


def holder_of(seat: Seat) -> Appointment | None:
    return next(iter(vars(seat)["holders"]), None)


def is_vacant(seat: Seat) -> bool:
    return holder_of(seat) is None and not seat.holder_not_stated


def holder_cell(seat: Seat) -> Any:
    held = holder_of(seat)
    if held is None:
        return EmptyValue.NOT_IN_SOURCE if seat.holder_not_stated else Cell(_("vacant"))
    return Cell(held.person.name, url("person", held.person_id), held.background or held.person.background)


def seats_table(seats: list[Seat], keeps: bool) -> Table:
    """A vacant seat is a line like any other. Columns in which nothing stands are left out."""
    columns = [Column("holder", _("Who")), Column("role", _("Role"))]
    if any(seat.in_right_of for seat in seats):
        columns.append(Column("for", _("Sits for")))
    if any(seat.appointer for seat in seats):
        columns.append(Column("by", _("Appointed by")))
    if keeps:
        columns.append(Column("change", _("Appointment")))
    return Table(
        caption=_("Seats and who holds them"),
        caption_hidden=True,
        columns=columns,
        rows=[
            {
                "holder": holder_cell(seat),
                "role": Cell(seat.get_role_display(), url("seat_change", seat.pk) if keeps else ""),
                "for": seat.in_right_of,
                "by": seat.appointer,
                "change": change_cell(seat),
            }
            for seat in seats
        ],
        empty=_("No seat is registered yet."),
    )


def change_cell(seat: Seat) -> Cell:
    """Whoever holds it leaves; a seat that nobody holds is filled."""
    held = holder_of(seat)
    if held is None:
        return Cell(_("Appoint"), url("appoint", seat.pk))
    return Cell(_("Change or end it"), url("appointment_change", held.pk))


def with_counts(rows: "QuerySet[Any]", today: date) -> "QuerySet[Any]":
    """Decisions, meetings or recommendations with how many follow-ups of each are open, overdue and settled."""
    open_ = Q(follow_ups__state=State.OPEN)
    found: QuerySet[Any] = rows.annotate(
        followed=Count("follow_ups", distinct=True),
        still_open=Count("follow_ups", filter=open_, distinct=True),
        late=Count("follow_ups", filter=open_ & Q(follow_ups__due__lt=today), distinct=True),
    )
    return found


def follow_up_words(row: Any) -> str:
    """What came of it so far, of a row of `with_counts`."""
    number, still, late = (vars(row)[name] for name in ("followed", "still_open", "late"))
    if not number:
        return ""
    said = ngettext("%(number)s follow-up", "%(number)s follow-ups", number) % {"number": formats.number(number)}
    if late:
        rest = _("%(number)s overdue") % {"number": formats.number(late)}
    elif still:
        rest = ngettext("%(number)s open", "%(number)s still open", still) % {"number": formats.number(still)}
    else:
        rest = _("all settled")
    return f"{said}, {rest}"


def meetings_table(meetings: Iterable[Any], *, with_body: bool = False) -> Table:
    """Of rows with `decided`, how many decisions each has."""
    columns = [Column("day", _("Meeting"))]
    if with_body:
        columns.append(Column("body", _("Body")))
    columns += [Column("status", _("Status")), Column("where", _("Where")), Column("decided", _("Decisions"), "number")]
    return Table(
        caption=_("Meetings"), caption_hidden=True, columns=columns,
        rows=[meeting_line(each) for each in meetings], empty=_("No meeting is registered yet."),
    )  # fmt: skip


def meeting_name(meeting: Meeting) -> str:
    day = formats.date_da(meeting.day)
    return f"{day} {meeting.title}" if meeting.title else day


def meeting_line(meeting: Any) -> dict[str, Any]:
    return {
        "day": Cell(meeting_name(meeting), url("meeting", meeting.pk), _("Constructed.") if meeting.fictional else ""),
        "body": Cell(meeting.body.name, body_url(meeting.body)),
        "status": meeting.get_status_display(),
        "where": meeting.place,
        "decided": vars(meeting)["decided"],
    }


def decisions_table(decisions: Iterable[Decision], caption: str, empty: str) -> Table:
    """Decisions of `with_counts`, and what came of each."""
    rows = [
        {
            "title": Cell(each.title, url("decision", each.pk), each.agenda_item and _("item %(item)s")
                          % {"item": each.agenda_item}),
            "outcome": each.get_outcome_display(),
            "day": each.decided_on or "",
            "came": follow_up_words(each),
        }
        for each in decisions
    ]  # fmt: skip
    columns = [
        Column("title", _("About")), Column("day", _("Decided"), kind="date"), Column("outcome", _("Outcome")),
        Column("came", _("What came of it")),
    ]  # fmt: skip
    return Table(caption=caption, caption_hidden=True, columns=columns, rows=rows, empty=empty)


def recommendations_table(rows: Iterable[Recommendation]) -> Table:
    return Table(
        caption=_("Recommendations"),
        caption_hidden=True,
        columns=[
            Column("text", _("Recommendation")),
            Column("to", _("To whom")),
            Column("status", _("What came of it")),
        ],
        rows=[
            {
                "text": Cell(str(each), url("recommendation", each.pk), _("Constructed.") if each.fictional else ""),
                "to": each.addressed_to,
                "status": Cell(each.get_status_display(), note=follow_up_words(each)),
            }
            for each in rows
        ],
        empty=_("No recommendation is registered yet."),
    )


FOLLOW_UP_COLUMNS = [
    Column("what", gettext_lazy("What")),
    Column("who", gettext_lazy("Responsible")),
    Column("due", gettext_lazy("Due"), kind="date"),
    Column("state", gettext_lazy("State")),
    Column("body", gettext_lazy("Body")),
    Column("about", gettext_lazy("Follows up")),
    Column("settled_on", gettext_lazy("Done or dropped on"), kind="date", export_only=True),
    Column("note", gettext_lazy("Note"), export_only=True),
    Column("document", gettext_lazy("Link to the documentation"), export_only=True),
]


def follow_ups() -> "QuerySet[FollowUp]":
    """With all that a line of them says."""
    return FollowUp.objects.select_related("body", "responsible", "meeting", "decision", "recommendation")


def origin_of(row: FollowUp) -> tuple[str, str]:
    """Title and address of what is followed up."""
    if row.meeting is not None:
        return _("Meeting %(name)s") % {"name": meeting_name(row.meeting)}, url("meeting", row.meeting_id)
    if row.decision is not None:
        return row.decision.title, url("decision", row.decision_id)
    return str(row.recommendation), url("recommendation", row.recommendation_id)


def state_words(row: FollowUp, today: date) -> str:
    if row.is_overdue(today):
        return _("overdue")
    return str(row.get_state_display())


def follow_up_line(row: FollowUp, today: date) -> dict[str, Any]:
    title, address = origin_of(row)
    note = formats.date_da(row.settled_on) if row.settled_on else ""
    return {
        "what": Cell(row.what, url("follow_up", row.pk), _("Constructed.") if row.fictional else ""),
        "who": row.who,
        "due": row.due or "",
        "state": Cell(state_words(row, today), note=note),
        "body": Cell(row.body.name, body_url(row.body)),
        "about": Cell(title, address),
        "settled_on": row.settled_on or "",
        "note": row.note,
        "document": row.document,
    }


def follow_ups_table(rows: Iterable[FollowUp], today: date, *, without: tuple[str, ...] = (), empty: str = "") -> Table:
    return Table(
        caption=_("Follow-up"),
        caption_hidden=True,
        columns=[column for column in FOLLOW_UP_COLUMNS if column.key not in without],
        rows=[follow_up_line(row, today) for row in rows],
        empty=empty or _("Nothing is to be followed up."),
    )


def in_time(rows: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """What is open first, the earliest due first; then what is settled, the latest first."""
    return rows.order_by(F("settled_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
