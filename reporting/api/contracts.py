"""Result contracts over the API: what the engine gives, passed on as it is, and the facts that it stands on."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from portal.ui.api import MAX_ID, ChangesListView, ListView, PortalAPIView, check_parameters
from portal.ui.api_paging import PlacedPagination
from portal.ui.problems import invalid
from reporting.api.contract_shapes import AttainmentSerializer
from reporting.api.facts import FactSerializer
from reporting.api.moments import AS_OF, MOMENT, MOMENT_NAMES, PLACE, as_of_in
from reporting.engine.contracts import attainment
from reporting.engine.contracts.facts import BehindGoal, NoSuchFigure
from reporting.models import Contract
from reporting.rights import VIEW_CONTRACTS, VIEW_FACTS
from reporting.scope import visible_contracts


class ContractSerializer(serializers.ModelSerializer[Contract]):
    """A result contract. Its goals and figures are at `attainment`."""

    # The values only: with their labels the description would differ with the language it is written in.
    state = serializers.ChoiceField(choices=Contract.State.values)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    owner = serializers.IntegerField(source="owner_id", help_text="The organisation that is responsible for it.")
    updated_at = serializers.DateTimeField(help_text="When the contract itself last changed; goals and figures apart.")
    attainment = serializers.SerializerMethodField(help_text="The address of its figures.")

    class Meta:
        model = Contract
        fields = (
            "id",
            "slug",
            "name",
            "state",
            "starts_on",
            "ends_on",
            "signed_on",
            "owner",
            "reporting",
            "source",
            "fictional",
            "updated_at",
            "attainment",
        )

    def get_attainment(self, contract: Contract) -> str:
        return f"/api/v1/contracts/{contract.pk}/attainment/"


@extend_schema(
    summary="List result contracts",
    description="The contracts of the caller's area, oldest registration first.",
)
class ContractList(ChangesListView):
    rights = {"GET": VIEW_CONTRACTS}
    queryset = Contract.objects.none()
    serializer_class = ContractSerializer
    ordering = ("pk",)

    def visible(self) -> QuerySet[Contract]:
        return visible_contracts(self.actor)


class OfContract(PortalAPIView):
    """An address below one contract, named by its number or its slug."""

    rights = {"GET": VIEW_CONTRACTS}

    def contract(self) -> Contract:
        named = str(self.kwargs["contract"])
        rows = visible_contracts(self.actor)
        if named.isascii() and named.isdigit():
            if int(named) > MAX_ID:
                raise Http404
            return get_object_or_404(rows, pk=int(named))
        return get_object_or_404(rows, slug=named)


class Attainment(OfContract):
    @extend_schema(
        summary="What a result contract stands at",
        description=(
            "Every goal with its score, value, rule, what was recommended and decided, and how it came about, and the "
            "total. Without `as_of` and `place`: now, as far as the workers have counted (`place` says how far, "
            "`fresh` whether that is everything). An answer's `as_of` and `place`, asked for again, give the same "
            "bytes (`computed_at` apart), whatever has been registered since."
        ),
        operation_id="contract_attainment_retrieve",
        parameters=[*MOMENT],
        responses=AttainmentSerializer,
    )
    def get(self, request: Request, contract: str) -> Response:
        check_parameters(request.query_params, MOMENT_NAMES)
        found = self.contract()
        return Response(attainment(found, as_of_in(request.query_params)))


class ContractFacts(OfContract, ListView):
    """The facts that a goal's figure, or one leaf of its explanation, stands on."""

    rights = {"GET": VIEW_FACTS}
    queryset = Fact.objects.none()
    serializer_class = FactSerializer
    filter_backends: list[Any] = []
    pagination_class = PlacedPagination
    ordering = ("place",)

    @cached_property
    def as_of(self) -> ledger.AsOf:
        return self.behind.as_of

    @cached_property
    def behind(self) -> BehindGoal:
        given = self.request.query_params
        check_parameters(given, ("goal", "leaf", *MOMENT_NAMES, *PlacedPagination.parameters))
        goal, leaf = _number(given, "goal"), _number(given, "leaf")
        if goal is None:
            raise invalid({"goal": _("Say which goal: its number in the contract.")})
        try:
            return BehindGoal.of(self.contract(), goal, leaf, as_of_in(given), self.actor)
        except NoSuchFigure:
            raise Http404 from None

    def visible(self) -> QuerySet[Fact]:
        return self.behind.openable().select_related("record", "batch")

    @extend_schema(
        summary="The facts behind a goal",
        description=(
            "The standing facts that a goal's figure was made of, as far as the caller may open them, in the order of "
            "the ledger; with `leaf` those of one leaf of its explanation. Their quantities add up to the leaf's "
            "value where it is a sum."
        ),
        operation_id="contract_facts_list",
        parameters=[
            OpenApiParameter("goal", int, required=True, description="The goal's number."),
            OpenApiParameter("leaf", int, description="The number of a leaf of the goal's explanation."),
            AS_OF,
            PLACE,
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args and not getattr(self, "swagger_fake_view", False):
            described = self.behind.described(list(args[0]))
            nothing = Described(_("Erased"), None, _("The record behind it has been erased."))
            kwargs["context"] = {
                **self.get_serializer_context(),
                "described": {fact.place: described.get(fact.place, nothing) for fact in args[0]},
            }
            return self.serializer_class(*args, **kwargs)
        return super().get_serializer(*args, **kwargs)


def _number(given: QueryDict, name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise invalid({name: _("Write a whole number.")})
    return int(text)
