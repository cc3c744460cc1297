"""Courses of guidance over the API: the rows and rules of the pages, but for Early Warning, which no answer holds."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching.api.serializers import CompanyNameSerializer
from matching.guidance import steps
from matching.guidance.courses import register_course
from matching.guidance.entries import CourseEntry
from matching.guidance.rights import REGISTER, VIEW
from matching.models import EvaluationBy, GuidanceCourse, GuidanceStage, GuidanceType, PrivateReferral, Theme
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.ui import etags
from portal.ui.api import (
    MAX_ID,
    ChangesListView,
    CodeFilter,
    DayFilter,
    FlagFilter,
    IdFilter,
    MunicipalityFilter,
    RecordView,
)
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_views import ONCE, Writing, changes, makes
from programmes.api.serializers import MunicipalitySerializer, OrganisationSerializer

TYPES = [kind for kind in GuidanceType.values if kind != GuidanceType.EARLY_WARNING]
NO_EARLY_WARNING = (
    "Early Warning is in no answer, whoever asks: it is seen by its team on the pages alone, and counted with the "
    "short courses."
)
WRITE_DAY = gettext_lazy("Write the date as YYYY-MM-DD.")


def day(**given: Any) -> serializers.DateField:
    messages: dict[str, Any] = dict.fromkeys(("invalid", "datetime"), WRITE_DAY)
    return serializers.DateField(input_formats=["%Y-%m-%d"], error_messages=messages, **given)


class PrivateReferralSerializer(serializers.ModelSerializer[PrivateReferral]):
    area = serializers.ChoiceField(choices=Theme.values)
    firm = serializers.CharField()

    class Meta:
        model = PrivateReferral
        fields = ("id", "referred_on", "area", "firm")


class GuidedCompanySerializer(CompanyNameSerializer):
    class Meta(CompanyNameSerializer.Meta):
        pass


class GuidanceCourseSerializer(serializers.ModelSerializer[GuidanceCourse]):
    """A company that is guided one to one."""

    hub = OrganisationSerializer()
    company = GuidedCompanySerializer()
    type = serializers.ChoiceField(choices=TYPES)
    main_theme = serializers.ChoiceField(choices=Theme.values)
    other_themes = serializers.ListField(child=serializers.ChoiceField(choices=Theme.values))
    stage = serializers.ChoiceField(choices=GuidanceStage.values)
    municipality = MunicipalitySerializer(help_text="Of the place of work.")
    production_unit = serializers.CharField(
        source="production_unit.number", allow_null=True, default=None, help_text="The P-number, ten digits."
    )
    adviser = serializers.CharField(source="adviser.name")
    returning = serializers.BooleanField(help_text="Whether the erhvervshus had guided the company before.")
    evaluation_by = serializers.ChoiceField(choices=["", *EvaluationBy.values])
    referrals = PrivateReferralSerializer(many=True, help_text="To private advisers.")

    def to_representation(self, instance: GuidanceCourse) -> Any:
        opened("guidance_course", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = GuidanceCourse
        fields = (
            "id", "hub", "company", "type", "main_theme", "other_themes", "started_on", "ended_on", "stage",
            "next_step_on", "municipality", "production_unit", "adviser", "returning", "evaluation_invited_on",
            "evaluation_by", "referrals", "note", "registered_at", "withdrawn_at", "withdrawn_reason", "fictional",
            "updated_at",
        )  # fmt: skip


def with_everything(rows: Any) -> "QuerySet[GuidanceCourse]":
    """Two queries for any number of courses."""
    referrals = PrivateReferral.objects.filter(withdrawn_at=None)
    found: QuerySet[GuidanceCourse] = rows.with_names().prefetch_related(Prefetch("referrals", referrals))
    return found


def course_now(pk: int) -> Any:
    return GuidanceCourseSerializer(with_everything(GuidanceCourse.objects.filter(pk=pk)).get()).data


class GuidanceFilters(django_filters.FilterSet):
    type = CodeFilter(field_name="type", codes=lambda: TYPES, label="growth, operation or short.")
    theme = CodeFilter(field_name="main_theme", codes=lambda: list(Theme.values), label="The main theme.")
    municipality = MunicipalityFilter(field_name="municipality_id", label="Of the place of work, four digits.")
    company = IdFilter(field_name="company_id", label="The company's id.")
    stage = CodeFilter(field_name="stage", codes=lambda: list(GuidanceStage.values), label="How far it has come.")
    returning = FlagFilter(field_name="returning", label="Whether the company had been guided before.")
    started_from = DayFilter(field_name="started_on", lookup_expr="gte", label="Started on this day or later.")
    started_to = DayFilter(field_name="started_on", lookup_expr="lte", label="Started on this day or earlier.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it has been undone. Both when left out.")

    def filter_withdrawn(self, rows: Any, name: str, withdrawn: bool) -> Any:
        return rows.filter(withdrawn_at__isnull=not withdrawn)


class GuidanceEntrySerializer(StrictSerializer):
    """A course to register. What is missing is said by the rules, all at once and in words."""

    company = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="The company's id.")
    type = serializers.ChoiceField(choices=TYPES)
    main_theme = serializers.ChoiceField(choices=Theme.values)
    other_themes = serializers.ListField(
        child=serializers.ChoiceField(choices=Theme.values), required=False, max_length=len(Theme.values)
    )
    started_on = day()
    ended_on = day(required=False, allow_null=True, help_text="Of a course that is over.")
    next_step_on = day(required=False, allow_null=True)
    municipality = serializers.CharField(
        required=False, allow_null=True, max_length=10, help_text="Four digits; left out, the company's own."
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    another_course = serializers.BooleanField(
        required=False,
        help_text="Say true when it is not the course of the same type with the company that began within 30 days.",
    )


class GuidanceEndSerializer(StrictSerializer):
    """How the course ended. It then has no next step."""

    day = day()
    broken_off = serializers.BooleanField(required=False, default=False)
    remark = serializers.CharField(required=False, allow_blank=True, max_length=300)


class PrivateReferralEntrySerializer(StrictSerializer):
    """The company was led on to a private adviser. Name the firm, not a person."""

    firm = serializers.CharField(max_length=160)
    area = serializers.ChoiceField(choices=Theme.values, required=False, help_text="Left out, the main theme.")
    day = day()


class GuidanceCourseList(ChangesListView, Writing):
    rights = {"GET": VIEW, "POST": REGISTER}
    queryset = GuidanceCourse.objects.none()
    serializer_class = GuidanceCourseSerializer
    filterset_class = GuidanceFilters
    ordering = ("-started_on", "-pk")

    def visible(self) -> "QuerySet[GuidanceCourse]":
        return with_everything(GuidanceCourse.objects.visible_to(self.actor).without_early_warning())

    @extend_schema(
        summary="List courses of guidance",
        description=f"Those of the caller's own erhvervshus, newest first, also undone ones. {NO_EARLY_WARNING}",
        operation_id="guidance_courses_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a course of guidance",
        description=f"The caller becomes its adviser. Counts from the moment of the answer. {ONCE} {NO_EARLY_WARNING}",
        operation_id="guidance_courses_create",
        request=GuidanceEntrySerializer,
        **makes("the course", GuidanceCourseSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        said = self.read(GuidanceEntrySerializer)
        entry = CourseEntry(
            **{name: value for name, value in said.items() if value is not None}
            | {"other_themes": tuple(said.get("other_themes", ()))}
        )
        pk, now = self.once(
            "api-guidance-course",
            entry.content(),
            lambda written: register_course(self.actor, entry, written=written).pk,
        )
        return self.made(course_now(pk), reverse("api_guidance_course", args=[pk]), now)


@extend_schema(summary="A course of guidance")
class GuidanceCourseRecord(RecordView):
    rights = {"GET": VIEW}
    queryset = GuidanceCourse.objects.none()
    serializer_class = GuidanceCourseSerializer

    def visible(self) -> "QuerySet[GuidanceCourse]":
        return with_everything(GuidanceCourse.objects.visible_to(self.actor).without_early_warning())


class OfCourse(Writing):
    rights = {"POST": REGISTER}

    def course(self, pk: int) -> GuidanceCourse:
        rows = GuidanceCourse.objects.visible_to(self.actor).without_early_warning()
        return get_object_or_404(rows, pk=min(pk, MAX_ID))


class GuidanceCourseEnd(OfCourse):
    @extend_schema(
        summary="End a course of guidance",
        operation_id="guidance_courses_end",
        request=GuidanceEndSerializer,
        **changes(GuidanceCourseSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        course = self.course(pk)
        if_match = etags.IfMatch(request)
        said = self.read(GuidanceEndSerializer)

        def act(written: Written) -> int:
            return steps.end_course(
                self.actor, course, said["day"], broken_off=said["broken_off"], remark=said.get("remark", ""),
                seen=lambda: if_match.check(course_now(pk)), written=written,
            ).pk  # fmt: skip

        _pk, now = self.once("api-guidance-end", {**said, "day": str(said["day"]), "course": pk}, act)
        return self.done(course_now(pk), reverse("api_guidance_course", args=[pk]), now)


class GuidanceReferralList(OfCourse):
    @extend_schema(
        summary="Say that the company was led on to a private adviser",
        description=f"Answers with the course. {ONCE}",
        operation_id="guidance_courses_refer",
        request=PrivateReferralEntrySerializer,
        **makes("the referral", GuidanceCourseSerializer, address=False),
    )
    def post(self, request: Request, pk: int) -> Response:
        course = self.course(pk)
        said = self.read(PrivateReferralEntrySerializer)
        referral = steps.Referral(said["firm"], said.get("area", ""))
        content = {**said, "day": str(said["day"]), "course": pk}
        _pk, now = self.once(
            "api-guidance-referral",
            content,
            lambda written: steps.refer(self.actor, course, referral, said["day"], written=written).pk,
        )
        return self.noted(course_now(pk), now)
