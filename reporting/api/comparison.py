"""Two moments of a result contract beside each other, and why they differ: what the engine gives, as it is."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.ui.api import check_parameters
from portal.ui.problems import invalid
from reporting.api.contract_shapes import ScoreSerializer
from reporting.api.contracts import OfContract
from reporting.api.moments import as_of_in
from reporting.api.shapes import ShapeSerializer
from reporting.engine.contracts import compare
from reporting.engine.contracts.comparison import CAUSES, NotInOrder

DAY, PLACE = {"type": "string", "format": "date"}, {"type": "integer", "minimum": 0}


class MomentSerializer(ShapeSerializer):
    as_of = serializers.DateField()
    place = serializers.IntegerField()
    total = ScoreSerializer(allow_null=True)


class CauseSerializer(ShapeSerializer):
    """`difference` in points; the causes add up to the whole difference."""

    cause = serializers.ChoiceField(choices=CAUSES)
    difference = ScoreSerializer(allow_null=True)


class CauseOfTotalSerializer(CauseSerializer):
    facts = serializers.IntegerField(help_text="How many facts came for this cause.")


class GoalThenSerializer(ShapeSerializer):
    score = ScoreSerializer(allow_null=True)
    outcome = serializers.CharField()
    value = serializers.DictField(help_text="What was measured: kind number, truth, absent or failed.")
    version = serializers.IntegerField(help_text="The place of the version that held.")
    excluded = serializers.DictField(allow_null=True)


class GoalComparedSerializer(ShapeSerializer):
    no = serializers.IntegerField(help_text="The goal's number in the contract.")
    first = GoalThenSerializer(allow_null=True, help_text="Null: the goal was not in the contract.")
    second = GoalThenSerializer(allow_null=True)
    difference = ScoreSerializer(allow_null=True)
    causes = CauseSerializer(many=True)


class ComparisonSerializer(ShapeSerializer):
    contract = serializers.IntegerField()
    first = MomentSerializer()
    second = MomentSerializer()
    difference = ScoreSerializer(allow_null=True, help_text="Of the total, in points.")
    order = serializers.ListField(
        child=serializers.ChoiceField(choices=CAUSES), help_text="The order in which the causes are exchanged."
    )
    causes = CauseOfTotalSerializer(many=True)
    goals = GoalComparedSerializer(many=True)
    facts = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="The places of the facts that came, by cause; the first 100 of each.",
    )


class Comparison(OfContract):
    @extend_schema(
        summary="What has changed between two moments",
        description=(
            "The difference of the total and of each goal, by cause: facts that came, corrections, late facts, "
            "imported history, new vintages, new versions of indicators and goals, decisions about evidence. The "
            "causes are exchanged one at a time in the order that is given, so they add up exactly. Without `to`: now."
        ),
        operation_id="contract_comparison_retrieve",
        parameters=[
            OpenApiParameter("from", DAY, required=True, description="As known at the end of this day."),
            OpenApiParameter("to", DAY, description="Compared with the end of this day; now when left out."),
            OpenApiParameter("from_place", PLACE, description="As known at this place of the ledger."),
            OpenApiParameter("to_place", PLACE, description="As known at this place of the ledger."),
        ],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request, contract: str) -> Response:
        given = request.query_params
        check_parameters(given, ("from", "to", "from_place", "to_place"))
        found = self.contract()
        if "from" not in given:
            raise invalid({"from": _("Say from which day on: YYYY-MM-DD.")})
        first = as_of_in(given, "from", "from_place")
        second = as_of_in(given, "to", "to_place") or ledger.AsOf.now()
        if first is None:
            raise AssertionError("from is given")
        try:
            return Response(compare(found, first, second))
        except NotInOrder:
            raise invalid({"to": _("Choose a second day after the first.")}) from None
