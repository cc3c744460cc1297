"""Series over the API: what is observed, and by whom. Their observations are in `reporting.api.observations`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.ui.api import ChangesListView, CodeFilter
from programmes.scope import owned_in_area
from reporting import measures
from reporting.models import Series
from reporting.rights import VIEW_SERIES


class SeriesFilters(django_filters.FilterSet):
    kind = CodeFilter(field_name="measure_id", codes=lambda: measures.KINDS, label="The key of the measure.")
    name = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", min_length=2, max_length=80, label="Part of the name."
    )


class SeriesSerializer(serializers.ModelSerializer[Series]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(source="measure_id", help_text="The key of the measure that its facts are of.")
    heading = serializers.IntegerField(source="heading_id", help_text="Its heading in the ledger.")
    owner = serializers.IntegerField(source="owner_id", help_text="The organisation that is responsible for it.")
    table = serializers.CharField(source="table.code", allow_null=True, default=None, help_text="Of a statistic.")
    selection = serializers.DictField(help_text="Of a statistic: what is fixed in the table, column to code.")

    class Meta:
        model = Series
        fields = (
            "key", "name", "kind", "heading", "owner", "unit", "question", "source", "table", "selection",
            "updated_at",
        )  # fmt: skip


class SeriesList(ChangesListView):
    rights = {"GET": VIEW_SERIES}
    queryset = Series.objects.none()
    serializer_class = SeriesSerializer
    filterset_class = SeriesFilters
    ordering = ("key",)

    def visible(self) -> QuerySet[Series]:
        return owned_in_area(Series.objects.select_related("table"), self.actor)

    @extend_schema(summary="List series", description="The series of the caller's area.", operation_id="series_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)
