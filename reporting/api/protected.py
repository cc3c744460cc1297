"""The published numbers of a protected series over the API."""

import re
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.ui.api import PortalAPIView, check_parameters
from portal.ui.problems import invalid
from programmes.scope import owned_in_area
from reporting.api.shapes import ProtectionSerializer, ShapeSerializer
from reporting.engine.figures import protection
from reporting.engine.protected import Cell, NotPublished, Published, is_protected, published
from reporting.engine.query import DIMENSIONS, Unanswerable
from reporting.models import Series
from reporting.rights import VIEW_SERIES

PARAMETERS = ("by", "across", "as_of")


class NumberSerializer(ShapeSerializer):
    codes = serializers.DictField(child=serializers.CharField(), help_text="Dimension and code; empty: the whole.")
    value = serializers.CharField(allow_null=True, help_text="Exact, as text; null when hidden.")
    hidden = serializers.BooleanField(help_text="Small, or something small could be worked out from it.")
    last = serializers.CharField(required=False, help_text="Of a hidden number: what it was when it was last shown.")
    last_on = serializers.DateField(required=False)


class NumbersSerializer(ShapeSerializer):
    """What has been published of a protected series."""

    series = serializers.CharField()
    protected = ProtectionSerializer()
    numbers = NumberSerializer(many=True)


class SeriesNumbers(PortalAPIView):
    rights = {"GET": VIEW_SERIES}

    @extend_schema(
        summary="The published numbers of a protected series",
        description=(
            "The number in all and, with `by`, divided along one dimension; with `across` along a second one too, if "
            "the two are shown together. Numbers that could tell of somebody are null and `hidden`. Zeros are left "
            "out. 404 for a series that is open: its observations are listed as they are."
        ),
        operation_id="series_numbers_retrieve",
        tags=["series"],
        parameters=[
            OpenApiParameter("by", str, enum=list(DIMENSIONS)),
            OpenApiParameter("across", str, enum=list(DIMENSIONS)),
            OpenApiParameter(
                "as_of",
                {"type": "string", "format": "date"},
                description="A day that was published, YYYY-MM-DD; left out: the newest.",
            ),
        ],
        responses=NumbersSerializer,
    )
    def get(self, request: Request, key: str) -> Response:
        given = request.query_params
        check_parameters(given, PARAMETERS)
        rows = owned_in_area(Series.objects.order_by(), self.actor)
        series = get_object_or_404(rows, key=key)
        if not is_protected(series.measure_id):
            raise Http404
        by, across = given.get("by", ""), given.get("across", "")
        try:
            found = published(str(series.measure_id), series.heading_id, _day(given.get("as_of")))
        except NotPublished as refused:
            raise invalid({"as_of": str(refused)}) from refused
        try:
            found.check(frozenset({by, across} - {""}))
        except Unanswerable as refused:
            raise invalid({"across" if across else "by": str(refused)}) from refused
        return Response({"series": series.key, "protected": protection(found), "numbers": _numbers(found, by, across)})


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise invalid({"as_of": _("Write the date as YYYY-MM-DD.")}) from None


def _numbers(found: Published, by: str, across: str) -> list[dict[str, Any]]:
    def one(codes: dict[str, str], cell: Cell) -> dict[str, Any]:
        return {"codes": codes, "hidden": cell.hidden, **cell.as_payload()}

    numbers = [one({}, found.cell({}))]
    for code in found.codes(by) if by else []:
        numbers.append(one({by: code}, found.cell({by: code})))
        if across and across != by:
            cells = found.cells({by: code}, across)
            numbers += [one({by: code, across: other}, cell) for other, cell in cells.items()]
    return numbers
