"""The calendar and what changed since a day over the API: the same rows as on the pages."""

from datetime import timedelta
from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.ui.api import CodeFilter, DayFilter, FlagFilter, IdFilter, PortalAPIView, StrictFilterBackend
from portal.ui.problems import invalid
from programmes.api.money_shapes import SumField
from programmes.dates_ahead import KINDS, Asked, Chosen, Dated, State, dates
from programmes.models import Programme
from programmes.rights import VIEW_PROGRAMMES
from programmes.since import Since, changes_since, usual_since
from programmes.since_window import KINDS as CHANGES

LONGEST = timedelta(days=366)
"""The longest time that one answer of changes is about."""


class IgnoredFilters(django_filters.FilterSet):
    """Read into a question; the queryset is not looked at."""

    def ignore(self, rows: Any, name: str, value: Any) -> Any:
        return rows


class CalendarFilters(IgnoredFilters):
    programme = django_filters.CharFilter(method="ignore", max_length=60, label="The slug of a plan.")
    kind = CodeFilter(method="ignore", codes=lambda: KINDS, label="The kind of thing.")
    lead = IdFilter(method="ignore", label="The id of the organisation that is to act.")
    mine = FlagFilter(method="ignore", label="Only what the caller's organisation has to do with.")
    since = DayFilter(method="ignore", label="From this day. Without it the last 31 days, and what is overdue.")
    until = DayFilter(method="ignore", label="To this day, included. Without it all that comes.")


class ChangesSinceFilters(IgnoredFilters):
    programme = django_filters.CharFilter(method="ignore", max_length=60, label="The slug of a plan.")
    since = DayFilter(method="ignore", label="From this day, included. Without it the last meeting, or 31 days ago.")
    until = DayFilter(method="ignore", label="To this day, included, at most 366 days on. Without it today.")


class ActingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField(allow_null=True, help_text="null: said in words only.")
    name = serializers.CharField(allow_blank=True)


class DatedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Something dated. A day in words is never a day that somebody has said: `words` then says what the source says."""

    key = serializers.CharField(help_text="The same for the same thing, whatever its date.")
    kind = serializers.ChoiceField(choices=[*KINDS])
    title = serializers.CharField()
    about = serializers.CharField(allow_blank=True, help_text="The initiative, source, plan or organisation.")
    day = serializers.DateField(allow_null=True, help_text="Sorts. null: no time is stated.")
    last = serializers.DateField(allow_null=True, help_text="The last day that the words can mean.")
    words = serializers.CharField(allow_blank=True, help_text="The source's words; empty where the day is exact.")
    state = serializers.ChoiceField(choices=[state.value for state in State])
    done_on = serializers.DateField(allow_null=True)
    programme = serializers.CharField(allow_null=True, help_text="The plan's slug.")
    lead = ActingSerializer()
    mine = serializers.BooleanField(help_text="Has the caller's organisation to do with it?")
    url = serializers.CharField(help_text="The page of the thing, a path of the portal.")


class CalendarSerializer(serializers.Serializer):  # type: ignore[type-arg]
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    today = serializers.DateField()
    results = DatedSerializer(many=True)


class ChangeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A change. `known_on` is when it became known, `happened_on` when it happened, where that is another thing."""

    kind = serializers.ChoiceField(choices=[*CHANGES])
    text = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    quantity = SumField(allow_null=True, help_text="Kroner; null: no amount, or none that the source states.")
    known_on = serializers.DateField()
    happened_on = serializers.DateField(allow_null=True)
    url = serializers.CharField(help_text="The page of the thing, a path of the portal.")


class ChangesOfPlanSerializer(serializers.Serializer):  # type: ignore[type-arg]
    programme = serializers.CharField(allow_null=True, help_text="The plan's slug; null: of none, or of several.")
    changes = ChangeSerializer(many=True)


class ChangesSinceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    since = serializers.DateField()
    until = serializers.DateField()
    groups = ChangesOfPlanSerializer(many=True)


class Asking(PortalAPIView):
    """Parameters that are read into a question."""

    rights = {"GET": VIEW_PROGRAMMES}
    filterset_class: type[IgnoredFilters]
    filter_backends = [StrictFilterBackend]

    def said(self, request: Request) -> dict[str, Any]:
        """The parameters as they were understood. Raises a 400 at the name of what is wrong."""
        nothing = Programme.objects.none()
        StrictFilterBackend().filter_queryset(request, nothing, self)
        chosen = self.filterset_class(request.query_params, queryset=nothing)
        chosen.is_valid()
        said: dict[str, Any] = chosen.form.cleaned_data
        since, until = said["since"], said["until"]
        if since is not None and until is not None and until < since:
            raise invalid({"until": _("The end must not be before the beginning.")})
        return said


class Calendar(Asking):
    filterset_class = CalendarFilters

    @extend_schema(
        summary="What is dated ahead",
        description=(
            "Milestones, deadlines and periods of the plans and the money that the caller sees, by day. All of them "
            "in one answer."
        ),
        operation_id="calendar_retrieve",
        responses=CalendarSerializer,
    )
    def get(self, request: Request) -> Response:
        said = self.said(request)
        asked = Asked.usual(self.actor, said["since"], said["until"])
        chosen = Chosen(said["programme"], said["kind"], str(said["lead"] or ""), bool(said["mine"]))
        content = {
            "since": asked.since,
            "until": asked.until,
            "today": asked.today,
            "results": [dated(row) for row in dates(asked, chosen)],
        }
        return Response(CalendarSerializer(content).data)


def dated(row: Dated) -> dict[str, Any]:
    same = ("key", "kind", "title", "about", "day", "last", "words", "state", "done_on", "mine", "url")
    lead = dict(zip(("id", "name"), row.lead, strict=True))
    return {name: getattr(row, name) for name in same} | {
        "programme": row.plan.slug if row.plan else None,
        "lead": lead,
    }


class ChangesSince(Asking):
    filterset_class = ChangesSinceFilters

    @extend_schema(
        summary="What changed since a day",
        description=(
            "What became known from one day to another, both included: new initiatives, areas and plans, statuses, "
            "milestones, decisions, amounts, budget changes, sums of commitments and overspending that appeared. By "
            "plan, in words, as on the page."
        ),
        operation_id="changes_since_retrieve",
        responses=ChangesSinceSerializer,
    )
    def get(self, request: Request) -> Response:
        said, today = self.said(request), ledger.today()
        late = {name: _("That day has not come yet.") for name in ("since", "until") if (said[name] or today) > today}
        if late:
            raise invalid(late)
        until = said["until"] or today
        since = said["since"] or min(usual_since(self.actor, today), until)
        if until - since > LONGEST:
            raise invalid({"since": _("Ask for a year at most at a time.")})
        return Response(content_of(changes_since(self.actor, since, until, said["programme"] or None)))


def content_of(found: Since) -> Any:
    groups = [
        {
            "programme": group.plan.slug if group.plan is not None else None,
            "changes": [
                {
                    "kind": each.kind, "text": each.text, "about": each.about, "quantity": each.quantity,
                    "known_on": each.known, "happened_on": each.happened, "url": each.url,
                }
                for each in group.changes
            ],
        }
        for group in found.groups
    ]  # fmt: skip
    return ChangesSinceSerializer({"since": found.since, "until": found.until, "groups": groups}).data
