"""What lists of companies and matches can be narrowed by. An unknown parameter or a bad value is refused."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from matching.companies import SHORTEST, cvr_message, tidy
from matching.models import Company, Employees, Match, MatchType, Scheme, Stage, Status, WorkArea
from portal.geography.danish import Fold, fold
from portal.ui.api import CodeFilter, DayFilter, FlagFilter, IdFilter, MonthFilter, MunicipalityFilter
from portal.ui.cvr import clean_cvr


class CvrField(forms.CharField):
    """A CVR number, typed in any usual way."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        number = clean_cvr(text)
        if text and (message := cvr_message(number)):
            raise ValidationError(message)
        return number


class CvrFilter(django_filters.Filter):
    shape = {"type": "string", "example": "99000007"}
    field_class = CvrField


def match_type_codes() -> list[str]:
    return list(MatchType.objects.values_list("code", flat=True))


def work_area_codes() -> list[str]:
    return list(WorkArea.objects.values_list("code", flat=True))


def scheme_codes() -> list[str]:
    return list(Scheme.objects.values_list("code", flat=True))


class CompanyFilters(django_filters.FilterSet):
    cvr = CvrFilter(label="The company with this CVR number.")
    name = django_filters.CharFilter(
        method="filter_name",
        min_length=SHORTEST,
        max_length=160,
        label="Part of the name, at least two characters; capitals, accents and aa/å, ae/æ, oe/ø are all the same.",
    )
    municipality = MunicipalityFilter(field_name="municipality_id", label="The company's municipality, four digits.")
    industry = django_filters.CharFilter(
        field_name="industry_code",
        lookup_expr="startswith",
        max_length=6,
        label="The first digits of the industry code.",
    )
    employees = CodeFilter(field_name="employees", codes=lambda: list(Employees.values), label="The interval.")
    status = CodeFilter(field_name="status", codes=lambda: list(Status.values), label="Our reading of the status.")
    without_cvr = FlagFilter(method="filter_without_cvr", label="Whether it waits to be matched with the register.")
    outreach = FlagFilter(method="filter_outreach", label="Whether it may be approached unasked.")

    def filter_name(self, rows: QuerySet[Company], name: str, text: str) -> QuerySet[Company]:
        rows_with_others: Any = rows.annotate(folded_others=Fold("other_names"))
        folded = fold(tidy(text))
        found: QuerySet[Company] = rows_with_others.filter(
            Q(folded_name__contains=folded) | Q(folded_others__contains=folded)
        )
        return found

    def filter_without_cvr(self, rows: QuerySet[Company], name: str, wanted: bool) -> QuerySet[Company]:
        return rows.filter(cvr=None, merged_into=None) if wanted else rows.filter(cvr__isnull=False)

    def filter_outreach(self, rows: QuerySet[Company], name: str, wanted: bool) -> QuerySet[Company]:
        may = Company.objects.outreach().order_by().values("pk")
        return rows.filter(pk__in=may) if wanted else rows.exclude(pk__in=may)


class MatchFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The programme's slug.")
    municipality = MunicipalityFilter(field_name="municipality_id", label="The place of work, four digits.")
    match_type = CodeFilter(field_name="match_type_id", codes=match_type_codes, label="A code of /match-types/.")
    work_area = CodeFilter(field_name="work_area_id", codes=work_area_codes, label="A code of /work-areas/.")
    created_by = IdFilter(field_name="created_by_id", label="The match creator's id.")
    company = IdFilter(field_name="company_id", label="The company's id.")
    cvr = CvrFilter(field_name="company__cvr", label="The company's CVR number.")
    agreed_from = DayFilter(field_name="agreed_on", lookup_expr="gte", label="Agreed on this day or later.")
    agreed_to = DayFilter(field_name="agreed_on", lookup_expr="lte", label="Agreed on this day or earlier.")
    month = MonthFilter(method="filter_month", label="Agreed in this month, YYYY-MM.")
    counts = FlagFilter(field_name="counts", label="Whether it counts.")
    stage = CodeFilter(
        field_name="stage", codes=lambda: list(Stage.values), label="How far: agreed, started, ended or broken_off."
    )
    scheme = CodeFilter(field_name="scheme_id", codes=scheme_codes, label="A code of /match-schemes/.")
    event = django_filters.CharFilter(max_length=160, label="The event where they met, as it is written.")
    source_system = django_filters.CharFilter(max_length=60, label="The system it comes from.")
    external_key = django_filters.CharFilter(max_length=120, label="Its key in that system.")
    follows = IdFilter(field_name="follows_id", label="The id of the match it grew out of.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it has been undone. Both when left out.")

    def filter_month(self, rows: QuerySet[Match], name: str, month: date) -> QuerySet[Match]:
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        return rows.filter(agreed_on__gte=month, agreed_on__lt=following)

    def filter_withdrawn(self, rows: QuerySet[Match], name: str, withdrawn: bool) -> QuerySet[Match]:
        return rows.filter(withdrawn_at__isnull=not withdrawn)
