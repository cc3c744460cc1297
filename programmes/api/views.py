"""GET of programmes: those of the caller's area."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema

from portal.ui.api import ChangesListView, DayFilter, RecordView
from programmes.api.serializers import ProgrammeRecordSerializer, ProgrammeSerializer
from programmes.models import Programme


class ProgrammeFilters(django_filters.FilterSet):
    running_on = DayFilter(method="filter_running", label="Programmes whose period holds this day.")

    def filter_running(self, rows: QuerySet[Programme], name: str, day: Any) -> QuerySet[Programme]:
        return rows.filter(Q(starts_on__lte=day), Q(ends_on__gte=day))


@extend_schema(
    summary="List programmes",
    description="The programmes of the caller's area, oldest registration first.",
)
class ProgrammeList(ChangesListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Programme]:
        return Programme.objects.visible_to(self.actor).select_related("owner")


@extend_schema(
    summary="A programme",
    description="With its partners, activities and municipalities: the ids and codes that a match is registered with.",
)
class ProgrammeRecord(RecordView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = Programme.objects.none()
    serializer_class = ProgrammeRecordSerializer
    lookup_field = "slug"

    def visible(self) -> QuerySet[Programme]:
        return Programme.objects.visible_to(self.actor).select_related("owner", "area")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "today": self.actor.on}
