"""GET of programmes: those of the caller's area."""

from typing import Any

import django_filters
from django.db.models import OuterRef, Q, QuerySet, Subquery
from drf_spectacular.utils import extend_schema

from portal.identity.actor import Actor
from portal.ui.api import ChangesListView, DayFilter, RecordView
from programmes.api.serializers import ProgrammeRecordSerializer, ProgrammeSerializer
from programmes.models import Programme


class ProgrammeFilters(django_filters.FilterSet):
    running_on = DayFilter(method="filter_running", label="Programmes whose period holds this day.")

    def filter_running(self, rows: QuerySet[Programme], name: str, day: Any) -> QuerySet[Programme]:
        return rows.filter(Q(starts_on__lte=day), Q(ends_on__gte=day))


def programmes_of(actor: Actor) -> QuerySet[Programme]:
    """Those that the caller sees, with the address of the plan each carries out where the caller sees that too."""
    seen = Programme.objects.visible_to(actor)
    parent = seen.filter(pk=OuterRef("parent_id")).order_by().values("slug")
    return seen.select_related("owner", "area").annotate(parent_slug=Subquery(parent))


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
        return programmes_of(self.actor)


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
        return programmes_of(self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "today": self.actor.on}
