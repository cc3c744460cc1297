"""What waits on the caller, over the API: the same lines as on the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.identity import my_day
from portal.identity.day_rights import VIEW_DAY
from portal.ui.api import PortalAPIView, check_parameters


class WaitingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    since = serializers.DateField(help_text="From which day it has waited.")
    due = serializers.DateField(allow_null=True, help_text="null: no day is set.")
    overdue = serializers.BooleanField()
    action = serializers.CharField(help_text="The next step, in words.")
    url = serializers.CharField(help_text="The page of the next step, a path of the portal.")


class WaitingSourceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(help_text="The kind of thing that waits.")
    title = serializers.CharField()
    number = serializers.IntegerField(help_text="How many there are.")
    url = serializers.CharField(allow_blank=True, help_text="The page that lists all of them; empty: there is none.")
    lines = WaitingSerializer(many=True, help_text="The first of them: by due day, then the oldest; at most 5.")


class MyDaySerializer(serializers.Serializer):  # type: ignore[type-arg]
    today = serializers.DateField()
    results = WaitingSourceSerializer(many=True)


class MyDay(PortalAPIView):
    rights = {"GET": VIEW_DAY}

    @extend_schema(
        summary="What waits on the caller",
        description="What waits on the token's person in its role, by kind, each with the page of the next step. "
        "Kinds that the token may not be used to read are left out.",
        operation_id="my_day_retrieve",
        responses=MyDaySerializer,
    )
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        scopes = request.api_token.scopes  # type: ignore[attr-defined]  # set by BearerAuthentication
        sections = my_day.waiting_for(self.actor, scopes)
        content = {"today": self.actor.on, "results": [self.said(section) for section in sections]}
        return Response(MyDaySerializer(content).data)

    def said(self, section: my_day.Section) -> dict[str, Any]:
        lines = [
            {
                "title": line.title,
                "detail": line.detail,
                "since": line.since,
                "due": line.due,
                "overdue": line.due is not None and line.due < self.actor.on,
                "action": str(line.action),
                "url": line.url,
            }
            for line in section.lines
        ]
        return {
            "key": section.source.key,
            "title": str(section.source.title),
            "number": section.number,
            "url": section.all_url,
            "lines": lines,
        }
