"""Highly educated people over the API: the same rows, filters and rules as on the pages. Each reading is noted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from matching import people
from matching.companies import SHORTEST, tidy
from matching.models import Competence, Consent, EducationField, Level, Person
from matching.people_register import register_person
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.geography.danish import fold
from portal.identity.actor import Actor
from portal.identity.api import actor_of
from portal.ui import etags
from portal.ui.api import (
    MAX_ID,
    ChangesListView,
    CodeFilter,
    DayFilter,
    ListView,
    MunicipalityFilter,
    RecordView,
    parse_month,
)
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_views import ONCE, Writing, changes, makes

MONTH = "YYYY-MM"


class EducationFieldSerializer(serializers.ModelSerializer[EducationField]):
    """A field of education: the two digits that follow the level in DISCED-15."""

    label = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = EducationField
        fields = ("code", "label")


class CompetenceSerializer(serializers.ModelSerializer[Competence]):
    label = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Competence
        fields = ("code", "label", "active", "constructed")


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """What the person agreed to, or another basis; it never changes but that it is withdrawn."""

    purpose = serializers.ChoiceField(choices=Consent.Purpose.values)
    basis = serializers.ChoiceField(choices=Consent.Basis.values)
    programme = serializers.CharField(source="programme.slug", default=None, allow_null=True)

    class Meta:
        model = Consent
        fields = ("id", "purpose", "basis", "programme", "given_on", "how", "expires_on", "withdrawn_at")


class OwnerSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    name = serializers.CharField()


class HighlyEducatedSerializer(serializers.ModelSerializer[Person]):
    """A highly educated person. Of a partner's person whom one may see, e-mail and telephone stand here only where the
    person agreed to that; `unemployed_since`, `external_key` and `consents` stay with the organisation."""

    owner = OwnerSerializer(help_text="The organisation that answers for the data.")
    status = serializers.ChoiceField(choices=Person.Status.values)
    level = serializers.ChoiceField(choices=Level.values, help_text="The level of DISCED-15.")
    length = serializers.CharField(help_text="kvu, mvu or lvu: what programmes count by.")
    field = EducationFieldSerializer(allow_null=True)
    disced = serializers.CharField(help_text="Level and field as DISCED-15 writes them: H7039.")
    completed_on = serializers.DateField(format="%Y-%m", allow_null=True, help_text=MONTH)
    competences = serializers.ListField(child=serializers.CharField(), help_text="Codes of /competences/.")
    residence = serializers.CharField(source="residence_id", allow_null=True, help_text="The municipality's code.")
    reach = serializers.ChoiceField(
        choices=Person.Reach.values, help_text="Where the person can work; empty when it is not stated."
    )
    reach_places = serializers.ListField(child=serializers.CharField(), help_text="Codes of municipalities.")
    email = serializers.CharField()
    consents = ConsentSerializer(many=True)

    class Meta:
        model = Person
        fields = (
            "id", "owner", "name", "email", "phone", "status", "level", "length", "field", "disced", "institution",
            "education", "completed_on", "competences", "competence_words", "language_note", "residence", "reach",
            "reach_places", "may_move", "available_from", "unemployed_since", "external_key", "restricted", "consents",
            "fictional", "updated_at",
        )  # fmt: skip

    def to_representation(self, instance: Person) -> Any:
        opened(people.KIND, instance.pk)
        said = super().to_representation(instance)
        actor: Actor = self.context["actor"]
        if not people.theirs(actor, instance):
            said |= {"unemployed_since": None, "external_key": "", "consents": []}
            if not vars(instance).get("contact_agreed"):
                said |= {"email": "", "phone": ""}
        return said


def with_everything(rows: "QuerySet[Person]", actor: Actor) -> "QuerySet[Person]":
    """Two queries for any number of people."""
    agreed = Consent.objects.showing_to(actor).filter(person=OuterRef("pk"), purpose=Consent.Purpose.SHARE_CONTACT)
    consents = Consent.objects.select_related("programme").order_by("pk")
    annotated: QuerySet[Person] = rows.annotate(contact_agreed=Exists(agreed.order_by()))
    return annotated.select_related("owner", "field").prefetch_related(Prefetch("consents", consents))


def context_of(context: Mapping[str, Any], view: Any) -> dict[str, Any]:
    """With whom it is said to; the OpenAPI document is written for nobody."""
    return {**context, "actor": None if getattr(view, "swagger_fake_view", False) else view.actor}


def person_now(pk: int, actor: Actor) -> Any:
    row = with_everything(Person.objects.filter(pk=pk), actor).get()
    return HighlyEducatedSerializer(row, context={"actor": actor}).data


def field_codes() -> list[str]:
    return list(EducationField.objects.values_list("code", flat=True))


def competence_codes() -> list[str]:
    return list(Competence.objects.values_list("code", flat=True))


class PeopleFilters(django_filters.FilterSet):
    name = django_filters.CharFilter(
        method="filter_name",
        min_length=SHORTEST,
        max_length=120,
        label="Part of the name, at least two characters; capitals, accents and aa/å, ae/æ, oe/ø are all the same.",
    )
    status = CodeFilter(field_name="status", codes=lambda: list(Person.Status.values), label="What the person is.")
    level = CodeFilter(field_name="level", codes=lambda: list(Level.values), label="The level of DISCED-15.")
    field = CodeFilter(field_name="field_id", codes=field_codes, label="A code of /education-fields/.")
    competence = CodeFilter(method="filter_competence", codes=competence_codes, label="A code of /competences/.")
    municipality = MunicipalityFilter(method="filter_municipality", label="Can work in this municipality, four digits.")
    available = DayFilter(method="filter_available", label="Available by this day.")
    external_key = django_filters.CharFilter(
        method="filter_external_key", max_length=120, label="The key in the own system."
    )

    def filter_name(self, rows: QuerySet[Person], name: str, text: str) -> QuerySet[Person]:
        for word in fold(tidy(text)).split():
            rows = rows.filter(folded_name__contains=word)
        return rows

    def filter_competence(self, rows: QuerySet[Person], name: str, code: str) -> QuerySet[Person]:
        return rows.filter(competences__contains=[code])

    def filter_municipality(self, rows: QuerySet[Person], name: str, code: str) -> QuerySet[Person]:
        return rows.filter(Q(residence=code) | Q(reach=Person.Reach.AREA) | Q(reach_places__contains=[code]))

    def filter_available(self, rows: QuerySet[Person], name: str, day: date) -> QuerySet[Person]:
        return rows.filter(Q(available_from=None) | Q(available_from__lte=day))

    def filter_external_key(self, rows: QuerySet[Person], name: str, key: str) -> QuerySet[Person]:
        """Of the own people alone: the key is shown of nobody else, and guessed of nobody."""
        actor = actor_of(self.request)
        return rows.filter(owner_id__in=actor.organisation_ids, external_key=key)


class PersonEntrySerializer(StrictSerializer):
    """What is left out is not stated."""

    name = serializers.CharField(max_length=120)
    status = serializers.ChoiceField(choices=Person.Status.values)
    level = serializers.ChoiceField(choices=Level.values, help_text="The level of DISCED-15, from H40.")
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    field = serializers.CharField(
        required=False, allow_null=True, max_length=40, help_text="A code of /education-fields/."
    )
    institution = serializers.CharField(required=False, allow_blank=True, max_length=120)
    education = serializers.CharField(required=False, allow_blank=True, max_length=160)
    completed_on = serializers.CharField(
        required=False, allow_null=True, max_length=7, help_text=f"{MONTH}: completed, or expected to be."
    )
    competences = serializers.ListField(
        required=False, max_length=50, child=serializers.CharField(max_length=40), help_text="Codes of /competences/."
    )
    competence_words = serializers.CharField(required=False, allow_blank=True, max_length=300)
    language_note = serializers.CharField(required=False, allow_blank=True, max_length=200)
    residence = serializers.CharField(
        required=False, allow_null=True, max_length=4, help_text="The municipality's code of four digits."
    )
    reach = serializers.ChoiceField(required=False, allow_blank=True, choices=Person.Reach.values)
    reach_places = serializers.ListField(
        required=False, max_length=98, child=serializers.CharField(max_length=4), help_text="When reach is named."
    )
    may_move = serializers.BooleanField(required=False)
    available_from = serializers.DateField(required=False, allow_null=True)
    unemployed_since = serializers.DateField(required=False, allow_null=True)
    external_key = serializers.CharField(
        required=False, allow_blank=True, max_length=120, help_text="Never a CPR number."
    )

    def validate_completed_on(self, text: str | None) -> date | None:
        if text is None:
            return None
        try:
            return parse_month(text)
        except ValidationError as refused:
            raise serializers.ValidationError(list(refused.messages)) from None


class NewPersonSerializer(PersonEntrySerializer):
    """Besides: on what basis the organisation looks for a match."""

    basis = serializers.ChoiceField(choices=Consent.Basis.values)
    given_on = serializers.DateField(required=False, help_text="Today when it is left out.")
    how = serializers.CharField(max_length=200, help_text="How it was given.")
    expires_on = serializers.DateField(required=False, allow_null=True)


class PeopleList(Writing, ChangesListView):
    rights = {"GET": people.VIEW, "POST": people.KEEP}
    queryset = Person.objects.none()
    serializer_class = HighlyEducatedSerializer
    filterset_class = PeopleFilters

    def visible(self) -> QuerySet[Person]:
        return with_everything(Person.objects.listed_to(self.actor), self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return context_of(super().get_serializer_context(), self)

    @extend_schema(
        summary="List highly educated people",
        description=(
            "Those of the caller's organisation, and those of partners who agreed to be shown to the programmes in "
            "which it takes part. Whoever withdraws, is restricted or anonymised is gone from the list at once: delete "
            "your copy of everybody who is no longer here."
        ),
        operation_id="highly_educated_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a highly educated person",
        description=f"Of the caller's organisation, with the basis on which it looks for a match. {ONCE}",
        operation_id="highly_educated_create",
        request=NewPersonSerializer,
        **makes("the person", HighlyEducatedSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(NewPersonSerializer)
        pk, now = self.once(
            "api-highly-educated",
            content,
            lambda written: register_person(self.actor, written=written, **content).pk,
        )
        found = Person.objects.visible_to(self.actor).filter(pk=pk)
        if not found.exists():
            raise Http404
        return self.made(person_now(pk, self.actor), reverse("api_highly_educated_person", args=[pk]), now)


class PersonRecord(RecordView):
    rights = {"GET": people.VIEW}
    queryset = Person.objects.none()
    serializer_class = HighlyEducatedSerializer

    def visible(self) -> QuerySet[Person]:
        return with_everything(Person.objects.visible_to(self.actor), self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return context_of(super().get_serializer_context(), self)

    @extend_schema(summary="A highly educated person", operation_id="highly_educated_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)


class PersonChange(Writing):
    rights = {"POST": people.KEEP}

    @extend_schema(
        summary="Change a highly educated person",
        description=f"Of the own organisation's. What is left out stays. {ONCE}",
        operation_id="highly_educated_change",
        request=PersonEntrySerializer(partial=True),
        **changes(HighlyEducatedSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        if pk > MAX_ID:
            raise Http404
        person = get_object_or_404(Person.objects.visible_to(self.actor), pk=pk)
        if_match = etags.IfMatch(request)
        content = self.read(PersonEntrySerializer, partial=True)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(person_now(pk, self.actor))  # noqa: E731
            return people.change_person(self.actor, person, seen=seen, written=written, **content).pk

        _pk, now = self.once("api-highly-educated-change", {**content, "person": pk}, act)
        return self.done(person_now(pk, self.actor), reverse("api_highly_educated_person", args=[pk]), now)


@extend_schema(summary="List fields of education")
class EducationFieldList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = EducationField.objects.none()
    serializer_class = EducationFieldSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[EducationField]:
        return EducationField.objects.all()


@extend_schema(summary="List competences")
class CompetenceList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = Competence.objects.none()
    serializer_class = CompetenceSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[Competence]:
        return Competence.objects.all()
