"""Meetings, recommendations and follow-up: the lists, and one of each."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.views import ActionMixin
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.body_rows import may_keep
from programmes.decisions import may_register
from programmes.meetings import may_report
from programmes.models import Body, FollowUp, Initiative, Meeting, Recommendation
from programmes.rights import VIEW_PROGRAMMES
from programmes.views.body_pages import body_url, url, visible
from programmes.views.body_tables import (
    FOLLOW_UP_COLUMNS,
    decisions_table,
    follow_up_line,
    follow_ups,
    follow_ups_table,
    in_time,
    meeting_line,
    meeting_name,
    origin_of,
    with_counts,
)
from programmes.views.shown import initiative_url

PAGE = 50
LATE = "overdue"
MEETING_COLUMNS = [
    Column("day", gettext_lazy("Meeting")),
    Column("body", gettext_lazy("Body")),
    Column("status", gettext_lazy("Status")),
    Column("where", gettext_lazy("Where")),
    Column("decided", gettext_lazy("Decisions"), kind="number", lead=True),
]


def body_choices(actor: Actor) -> list[tuple[str, Any]]:
    rows = Body.objects.visible_to(actor).order_by("name", "pk").values_list("pk", "name", "organisation__name")
    return [("", _("All")), *((str(pk), f"{name}, {owner}") for pk, name, owner in rows)]


class MeetingFilter(PortalForm):
    body = forms.ChoiceField(label=gettext_lazy("Body"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("All")), *Meeting.Status.choices]
    )
    since = SmartDateField(label=gettext_lazy("From"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = body_choices(actor)  # type: ignore[attr-defined]


class MeetingList(ActionMixin):
    """/organer/moeder/?body=&status=&since="""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = MeetingFilter(self.actor, request.GET)
        form.is_valid()
        said = form.cleaned_data
        rows = Meeting.objects.visible_to(self.actor).select_related("body").annotate(decided=Count("decisions"))
        for name, column in (("body", "body"), ("status", "status"), ("since", "day__gte")):
            if said.get(name):
                rows = rows.filter(**{column: said[name]})
        kind = requested(request)
        if kind is not None:
            found = rows.order_by("-day", "-pk").iterator(chunk_size=1000)
            return export_response(kind, _("meetings"), MEETING_COLUMNS, map(meeting_line, found))
        page = keyset(rows, request.GET, ("-day", "-id"), PAGE)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Meetings"), caption_hidden=True, columns=MEETING_COLUMNS,
                rows=[meeting_line(each) for each in page.rows], empty=_("No meeting fits. Remove a filter."),
            ),
        }  # fmt: skip
        return render(request, "programmes/bodies/meetings.html", context)


class MeetingPage(ActionMixin):
    """/organer/moeder/<pk>/: the agenda with what was decided, and what came of it."""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        meeting: Meeting = visible(Meeting, self.actor, pk, "body__organisation")
        today = ledger.today()
        decisions = list(with_counts(meeting.decisions.all(), today).order_by("agenda_item", "pk"))
        items = list(meeting.items.order_by("order", "pk"))
        ours = Q(meeting=meeting) | Q(decision__meeting=meeting)
        rows = list(in_time(follow_ups().filter(ours)))
        late = sum(each.is_overdue(today) for each in rows)
        context = {
            "meeting": meeting,
            "name": meeting_name(meeting),
            "agenda": agenda_table(items, decisions) if items else None,
            "decisions": decisions_table(decisions, _("Decisions"), _("No decision is registered yet.")),
            "decided": sum(each.decided_on is not None for each in decisions),
            "late": late,
            "open": sum(each.state == FollowUp.State.OPEN for each in rows),
            "follow_ups": follow_ups_table(rows, today, without=("body",)),
            "keeps": may_keep(self.actor, meeting.body.organisation),
            "may_decide": may_register(self.actor, meeting.body),
        }
        return render(request, "programmes/bodies/meeting.html", context)


def agenda_table(items: list[Any], decisions: list[Any]) -> Table:
    """Each item with what was decided of it: decisions name their item by its number."""
    by_number: dict[str, list[Any]] = {}
    for each in decisions:
        by_number.setdefault(each.agenda_item, []).append(each)
    lines = []
    for item in items:
        found = by_number.get(item.number, [])
        first = found[0] if found else None
        lines.append({
            "title": f"{item.number}. {item.title}",
            "decided": Cell(first.get_outcome_display(), url("decision", first.pk)) if first else "",
        })  # fmt: skip
    return Table(
        caption=_("Agenda"), caption_hidden=True,
        columns=[Column("title", _("Item")), Column("decided", _("Outcome"))], rows=lines,
    )  # fmt: skip


class RecommendationPage(ActionMixin):
    """/organer/anbefalinger/<pk>/"""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row: Recommendation = visible(Recommendation, self.actor, pk, "body__organisation", "decision")
        initiative = None
        if row.initiative_id is not None:
            initiative = Initiative.objects.visible_to(self.actor).filter(pk=row.initiative_id).first()
        today = ledger.today()
        rows = list(in_time(follow_ups().filter(recommendation=row)))
        context = {
            "row": row,
            "initiative": initiative,
            "initiative_url": initiative_url(initiative) if initiative is not None else "",
            "follow_ups": follow_ups_table(rows, today, without=("body", "about")),
            "keeps": may_keep(self.actor, row.body.organisation),
        }
        return render(request, "programmes/bodies/recommendation.html", context)


class FollowUpFilter(PortalForm):
    responsible = forms.ChoiceField(label=gettext_lazy("Responsible"), required=False)
    body = forms.ChoiceField(label=gettext_lazy("Body"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), (LATE, gettext_lazy("overdue")), *FollowUp.State.choices],
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = FollowUp.objects.visible_to(actor).order_by().values("responsible")
        rows = Organisation.objects.filter(pk__in=named).order_by("sort_key", "pk").values_list("pk", "name")
        fields: Any = self.fields
        fields["responsible"].choices = [("", _("All")), *((str(pk), name) for pk, name in rows)]
        fields["body"].choices = body_choices(actor)


class FollowUpList(ActionMixin):
    """/organer/opfoelgning/?responsible=&body=&state="""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = FollowUpFilter(self.actor, request.GET)
        form.is_valid()
        today = ledger.today()
        rows = self.filtered(form.cleaned_data)
        kind = requested(request)
        if kind is not None:
            lines = (follow_up_line(each, today) for each in in_time(rows).iterator(chunk_size=1000))
            return export_response(kind, _("follow-up"), FOLLOW_UP_COLUMNS, lines)
        number = FollowUp.objects.visible_to(self.actor).overdue(today).count()
        page = Paginator(in_time(rows), PAGE).get_page(request.GET.get("page"))
        context = {
            "filter_form": form,
            "late": number,
            "page": page,
            "table": follow_ups_table(page.object_list, today, empty=_("No follow-up fits. Remove a filter.")),
        }
        return render(request, "programmes/bodies/follow_ups.html", context)

    def filtered(self, said: dict[str, Any]) -> "QuerySet[FollowUp]":
        rows = follow_ups().filter(pk__in=FollowUp.objects.visible_to(self.actor).order_by().values("pk"))
        for name in ("responsible", "body"):
            if said.get(name):
                rows = rows.filter(**{name: said[name]})
        if said.get("state") == LATE:
            return rows.overdue(ledger.today())  # type: ignore[attr-defined, no-any-return]
        return rows.filter(state=said["state"]) if said.get("state") else rows


class FollowUpPage(ActionMixin):
    """/organer/opfoelgning/<pk>/"""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        related = ("body__organisation", "responsible", "meeting", "decision", "recommendation")
        row: FollowUp = visible(FollowUp, self.actor, pk, *related)
        title, address = origin_of(row)
        context = {
            "row": row,
            "late": row.is_overdue(ledger.today()),
            "about_title": title,
            "about_url": address,
            "body_url": body_url(row.body),
            "keeps": may_keep(self.actor, row.body.organisation),
            "may_report": may_report(self.actor, row),
        }
        return render(request, "programmes/bodies/follow_up.html", context)
