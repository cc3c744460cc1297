"""Companies over the API: the same rows, filters and rules as on the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from matching import changing
from matching.api.filters import CompanyFilters
from matching.api.serializers import CompanySerializer
from matching.models import Company, ProductionUnit
from portal.audit.submissions import Written
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, RecordView
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_views import ONCE, Writing, changes


def with_units(companies: "QuerySet[Company]") -> "QuerySet[Company]":
    """Two queries for any number of companies."""
    units = ProductionUnit.objects.select_related("municipality").order_by("-head", "number")
    return companies.select_related("municipality").prefetch_related(Prefetch("production_units", units))


@extend_schema(
    summary="List companies",
    description=(
        "All companies in the portal, in the order in which they came into it. `outreach=true` leaves out those that "
        "are protected against advertising or have ceased: only the others may be approached unasked. One that turned "
        "out to be another company names it in `merged_into`."
    ),
)
class CompanyList(ChangesListView):
    rights = {"GET": "matching.view_companies"}
    queryset = Company.objects.none()
    serializer_class = CompanySerializer
    filterset_class = CompanyFilters

    def visible(self) -> QuerySet[Company]:
        return with_units(Company.objects.visible_to(self.actor).filter(erased_at=None))


@extend_schema(summary="A company")
class CompanyRecord(RecordView):
    rights = {"GET": "matching.view_companies"}
    queryset = Company.objects.none()
    serializer_class = CompanySerializer

    def visible(self) -> QuerySet[Company]:
        return with_units(Company.objects.visible_to(self.actor).filter(erased_at=None))


def company_now(pk: int) -> Any:
    return CompanySerializer(with_units(Company.objects.filter(pk=pk)).get()).data


class CompanyChangeSerializer(StrictSerializer):
    """What is left out stays. Name, municipality and number are the register's once it has been asked."""

    name = serializers.CharField(required=False, max_length=400)
    municipality = serializers.CharField(
        required=False, allow_null=True, max_length=4, help_text="The four-digit code of the company's municipality."
    )
    cvr = serializers.CharField(required=False, allow_null=True, max_length=30, help_text="Eight digits.")
    first_highly_educated = serializers.BooleanField(
        required=False, allow_null=True, help_text="As the company answered; null while nobody has asked."
    )
    another = serializers.BooleanField(
        required=False, help_text="Say true when companies of nearly the same name are other ones."
    )


class CompanyChange(Writing):
    rights = {"POST": changing.CHANGE}

    @extend_schema(
        summary="Change what is ours of a company",
        description=(
            "Of one that was typed in also name, municipality and number. A name that is nearly another company's is "
            f"refused at `another` until it says true. {ONCE}"
        ),
        operation_id="companies_change",
        request=CompanyChangeSerializer,
        **changes(CompanySerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        if pk > MAX_ID:
            raise Http404
        company = get_object_or_404(Company.objects.visible_to(self.actor), pk=pk)
        if_match = etags.IfMatch(request)
        content = self.read(CompanyChangeSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(company_now(pk))  # noqa: E731
            return changing.change_company(self.actor, company, seen=seen, written=written, **content).pk

        _pk, now = self.once("api-company-change", {**content, "company": pk}, act)
        return self.done(company_now(pk), reverse("api_company", args=[pk]), now)
