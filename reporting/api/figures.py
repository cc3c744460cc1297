"""Figures over the API: what the engine gives, passed on as it is."""

import re

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.identity.rights import Refused
from portal.ledger import registry
from portal.ui.api import PortalAPIView, check_parameters
from portal.ui.problems import GENERAL, invalid
from reporting.api.moments import MOMENT, MOMENT_NAMES, PROGRAMME, as_of_in, programme_in
from reporting.api.shapes import FigureSerializer, FiguresSerializer
from reporting.engine import dashboard, figure
from reporting.engine.evaluate import Protected
from reporting.engine.query import DIMENSIONS, KINDS, NOT_GIVEN, PARTS, Unanswerable, read_query
from reporting.rights import VIEW_DASHBOARD

WORDS = ("figure", "target", "part", *DIMENSIONS, "until", "by")
CODED = ("category", "subcategory")


class FigureList(PortalAPIView):
    rights = {"GET": VIEW_DASHBOARD}

    @extend_schema(
        summary="The figures of a programme",
        description=(
            "Everything on the programme's first page: the whole, targets, the måltalsregnskab, and the divisions by "
            "municipality, type, creator, month and activity. Without `as_of` and `place`: now, as far as the workers "
            "have counted (`place` says how far). An answer's `as_of` and `place`, asked for again, give the same "
            "bytes (`computed_at` apart), whatever has been registered since. `as_of` alone also takes in history "
            "imported later, which `imported` then names."
        ),
        operation_id="figures_retrieve",
        parameters=[PROGRAMME, *MOMENT],
        responses=FiguresSerializer,
    )
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ("programme", *MOMENT_NAMES))
        programme = programme_in(request.query_params, self.actor)
        try:
            return Response(dashboard(programme, as_of_in(request.query_params), self.actor))
        except Protected as closed:
            raise Refused(
                _("These numbers are protected. Ask for them one by one at /api/v1/figure/, as far as published.")
            ) from closed


class OneFigure(PortalAPIView):
    rights = {"GET": VIEW_DASHBOARD}

    @extend_schema(
        summary="One figure, narrowed and divided",
        description=(
            "A number of registrations, or what is expected, aimed at or reached of a target. The dimensions narrow it "
            "to one value each (`-` is what has none); `by` divides it along one more. Of a measure that is not open, "
            "only declared crossings can be asked for, `as_of` must be a day that was published, and numbers that "
            "could tell of somebody are null and `hidden`; `protected` says which rule holds."
        ),
        operation_id="figure_retrieve",
        tags=["figures"],
        parameters=[
            PROGRAMME,
            *MOMENT,
            OpenApiParameter("figure", str, enum=KINDS, description="What is asked for; a count when left out."),
            OpenApiParameter("target", str, description="A target's key. Without `figure`: the count towards it."),
            OpenApiParameter("part", str, enum=PARTS, description="What counts in both parts, or in neither."),
            OpenApiParameter("municipality", str, description="A four-digit code."),
            OpenApiParameter("category", str, description="A value of the measure's first dimension: a match type."),
            OpenApiParameter("subcategory", str, description="Of its second: a work area."),
            OpenApiParameter("organisation", str, description="An organisation's id: the creator."),
            OpenApiParameter("heading", str, description="An activity's heading."),
            OpenApiParameter("month", str, description="YYYY-MM"),
            OpenApiParameter("until", str, description="The last month that is counted, YYYY-MM."),
            OpenApiParameter("by", str, enum=DIMENSIONS, description="The dimension that `cells` divides it by."),
        ],
        responses=FigureSerializer,
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        check_parameters(given, ("programme", *MOMENT_NAMES, *WORDS))
        for name, possible in (("figure", KINDS), ("part", PARTS), ("by", DIMENSIONS)):
            if given.get(name, possible[0]) not in possible:
                raise invalid({name: _("Choose one of: %(names)s.") % {"names": ", ".join(possible)}})
        if not re.fullmatch(rf"[0-9]{{4}}|{NOT_GIVEN}", given.get("municipality", NOT_GIVEN)):
            raise invalid({"municipality": _("Write the municipality's code of four digits, such as 0851.")})
        programme = programme_in(given, self.actor)
        as_of = as_of_in(given)
        try:
            query = read_query({name: given[name] for name in WORDS if name in given})
            payload = figure(programme, query, as_of, self.actor)
        except Unanswerable as refused:
            raise invalid({_field(given, refused): str(refused)}) from refused
        _check_codes(given, payload["measure"])
        return Response(payload)


def _field(given: QueryDict, refused: Unanswerable) -> str:
    """The parameter to blame: the one whose value the message repeats, where there is exactly one."""
    named = [name for name in WORDS if name in given and str(refused).endswith(f": {given[name]}.")]
    return named[0] if len(named) == 1 else GENERAL


def _check_codes(given: QueryDict, measure: str) -> None:
    """A code that the measure has never declared is a mistake, not a zero."""
    for name in CODED:
        declared = registry.get(measure).dimensions.get(name)
        if name not in given or given[name] == NOT_GIVEN or declared is None or declared.labels is None:
            continue
        codes = declared.labels()
        if given[name] not in codes:
            raise invalid({name: _("Choose one of: %(names)s.") % {"names": ", ".join(codes)}})
