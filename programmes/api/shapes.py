"""Initiatives and focus areas as the API gives them, and an initiative as it is written."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.geography.danish import Fold, fold
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.api import MAX_ID, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes.api.serializers import OrganisationSerializer
from programmes.initiatives import Item, Partner, Sheet
from programmes.models import (
    FocusArea,
    Initiative,
    InitiativeItem,
    InitiativePartner,
    InitiativeStatus,
    Milestone,
    Programme,
)
from programmes.portfolio import searched
from programmes.scope import organisations_of_area

MOST_LINES = 200


class FocusAreaSerializer(serializers.ModelSerializer[FocusArea]):
    """A focus area, priority, driver or goal; `kind` is the plan's own word."""

    programme = serializers.SlugRelatedField[Programme](slug_field="slug", read_only=True)
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    number = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    text = serializers.CharField()
    starred = serializers.BooleanField(help_text="Whether the plan gives it priority.")
    appointed = serializers.CharField(help_text="strength, emerging, or empty.")

    class Meta:
        model = FocusArea
        fields = (
            "id", "programme", "parent", "kind", "number", "name", "text", "order", "starred", "star_text",
            "appointed", "cluster_eligible", "cluster_note", "updated_at",
        )  # fmt: skip


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    programme = serializers.SlugRelatedField[Programme](slug_field="slug", read_only=True)
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="The initiative it is a part of."
    )
    number = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Initiative.Status.values)
    lead = serializers.CharField(help_text="In the source's words; empty when it names nobody.")
    lead_status = serializers.ChoiceField(choices=Initiative.LeadStatus.values)
    lead_organisation = OrganisationSerializer(allow_null=True)
    updated_at = serializers.DateTimeField(help_text="When the initiative, its lists or its status last changed.")

    class Meta:
        model = Initiative
        fields = (
            "id", "programme", "parent", "number", "name", "status", "lead", "lead_status", "lead_organisation",
            "lead_deadline", "updated_at",
        )  # fmt: skip


class PartnerOfInitiativeSerializer(serializers.ModelSerializer[InitiativePartner]):
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    name = serializers.SerializerMethodField(help_text="The organisation's, or the source's words.")

    class Meta:
        model = InitiativePartner
        fields = ("organisation", "name", "role")

    def get_name(self, partner: InitiativePartner) -> str:
        return str(partner)


class ItemSerializer(serializers.ModelSerializer[InitiativeItem]):
    kind = serializers.ChoiceField(choices=InitiativeItem.Kind.values)

    class Meta:
        model = InitiativeItem
        fields = ("kind", "text", "link", "settled_on")


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    kind = serializers.ChoiceField(choices=Milestone.Kind.values)
    precision = serializers.ChoiceField(choices=Milestone.Precision.values)
    day = serializers.DateField(allow_null=True, help_text="The day by which it sorts; see `precision`.")

    class Meta:
        model = Milestone
        fields = ("kind", "name", "words", "precision", "day", "reached_on")


class StatusLineSerializer(serializers.ModelSerializer[InitiativeStatus]):
    status = serializers.ChoiceField(choices=Initiative.Status.values)

    class Meta:
        model = InitiativeStatus
        fields = ("status", "on", "reason", "said_at")


class InitiativeRecordSerializer(InitiativeSerializer):
    """An initiative with its sheet, its milestones and its history."""

    areas = serializers.SerializerMethodField(
        help_text="The ids of its focus areas; what is counted of it counts in the first."
    )
    partners = PartnerOfInitiativeSerializer(many=True)
    items = ItemSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    history = StatusLineSerializer(many=True, help_text="The last one holds.")

    class Meta(InitiativeSerializer.Meta):
        fields = (
            *InitiativeSerializer.Meta.fields, "text", "target_group", "precondition", "areas", "partners", "items",
            "milestones", "history",
        )  # type: ignore[assignment]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_areas(self, initiative: Initiative) -> list[int]:
        return [link.focus_area_id for link in initiative.area_links.all()]


class InitiativeFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The plan's address.")
    status = django_filters.ChoiceFilter(choices=Initiative.Status.choices, label="The status.")
    focus_area = IdFilter(method="filter_area", label="Initiatives that belong to this area, first or further.")
    lead_organisation = IdFilter(field_name="lead_organisation_id", label="The organisation that leads.")
    owner = IdFilter(field_name="programme__owner_id", label="The organisation that owns the plan.")
    name = django_filters.CharFilter(method="filter_name", label="A part of the name, as Danish is searched.")

    text = django_filters.CharFilter(
        method="filter_text", label="Words in the number, name, text or lead, as Danish is searched."
    )

    def filter_area(self, rows: QuerySet[Initiative], name: str, area: int) -> QuerySet[Initiative]:
        return rows.filter(area_links__focus_area=area)

    def filter_name(self, rows: QuerySet[Initiative], name: str, text: str) -> QuerySet[Initiative]:
        return rows.annotate(folded=Fold("name")).filter(folded__contains=fold(text))

    def filter_text(self, rows: QuerySet[Initiative], name: str, text: str) -> QuerySet[Initiative]:
        return searched(rows, text)


class FocusAreaFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The plan's address.")


def _text(most: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, max_length=most,
        error_messages={"invalid": gettext_lazy("Write a text.")}, **options,
    )  # fmt: skip


def _day(**options: Any) -> serializers.DateField:
    messages: dict[str, Any] = dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD."))
    return serializers.DateField(
        input_formats=["%Y-%m-%d"], required=False, allow_null=True, error_messages=messages, **options
    )


def _id(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID, **options)


def whole_list(line: Any) -> Any:
    """Lines of a list that is written as a whole."""
    return line(many=True, max_length=MOST_LINES)


class PartnerEntrySerializer(StrictSerializer):
    name = serializers.CharField(max_length=200, help_text="An organisation of the portal by its name, or any words.")
    role = _text(120)


class ItemEntrySerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=InitiativeItem.Kind.values)
    text = serializers.CharField(max_length=500)
    link = _text(500)
    settled_on = _day()


class InitiativeEntrySerializer(StrictSerializer):
    """What an initiative's sheet says. In a change, what is not named stays as it is."""

    number = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=160)
    text = _text(10_000)
    parent = _id(help_text="The initiative it is a part of.")  # type: ignore[assignment]
    areas = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), required=False, max_length=100,
        help_text="Ids of focus areas; the first decides where it is counted.",
    )  # fmt: skip
    lead = _text(300)
    lead_status = serializers.ChoiceField(choices=Initiative.LeadStatus.values, required=False)
    lead_organisation = _id()
    lead_deadline = _day()
    target_group = _text(10_000)
    precondition = _text(10_000)
    partners = PartnerEntrySerializer(many=True, required=False)
    items = ItemEntrySerializer(many=True, required=False)


class InitiativeNewSerializer(InitiativeEntrySerializer):
    programme = serializers.CharField(max_length=60, help_text="The plan's address.")


class InitiativeChangeSerializer(InitiativeEntrySerializer):
    number = serializers.CharField(max_length=20, required=False)
    name = serializers.CharField(max_length=160, required=False)


class MilestoneLineSerializer(StrictSerializer):
    """`words` are the source's; how exact they are and by which day they sort is read from them."""

    words = _text(120, help_text="When: 30.06.2023, medio 2023, 2. kvartal 2024.")
    name = _text(200)
    kind = serializers.ChoiceField(choices=Milestone.Kind.values, required=False)
    reached_on = _day()

    def validate(self, attrs: Any) -> Any:
        if not attrs.get("words", "").strip() and not attrs.get("name", "").strip():
            raise serializers.ValidationError({"words": [_("Say when it is, or what it is.")]})
        return attrs


class MilestonesSerializer(StrictSerializer):
    milestones = whole_list(MilestoneLineSerializer)


class StatusEntrySerializer(StrictSerializer):
    status = serializers.ChoiceField(
        choices=[each for each in Initiative.Status.values if each != Initiative.Status.NOT_STATED]
    )
    on = _day(help_text="From which day; today when left out.")
    reason = serializers.CharField(max_length=300)


def sheet_from(actor: Actor, plan: Programme, said: dict[str, Any], before: Sheet | None = None) -> Sheet:
    """The sheet as a body says it, over `before`. Raises ValidationError at the field for ids that are not there."""
    found: dict[str, Any] = dict(vars(before)) if before is not None else {}
    wrong: dict[str, list[str]] = {}
    found |= {name: value for name, value in said.items() if name in Sheet.__dataclass_fields__}
    if "parent" in said:
        found["parent"] = _one(plan.initiatives.all(), said["parent"], "parent", wrong)
    if "lead_organisation" in said:
        known = Organisation.objects.filter(pk__in=organisations_of_area(actor))
        standing = before.lead_organisation if before is not None else None
        if standing is None or said["lead_organisation"] != standing.pk:
            found["lead_organisation"] = _one(known, said["lead_organisation"], "lead_organisation", wrong)
        else:
            found["lead_organisation"] = standing
    if "areas" in said:
        areas = {each.pk: each for each in plan.focus_areas.filter(pk__in=said["areas"]).select_related("heading")}
        if set(said["areas"]) - set(areas):
            wrong["areas"] = [_("Choose areas of the same plan.")]
        found["areas"] = tuple(areas[pk] for pk in dict.fromkeys(said["areas"]) if pk in areas)
    if "partners" in said:
        found["partners"] = tuple(Partner(each["name"], each.get("role", "")) for each in said["partners"])
    if "items" in said:
        found["items"] = tuple(Item(**each) for each in said["items"])
    if wrong:
        raise ValidationError(wrong)
    return Sheet(**found)


def _one(rows: QuerySet[Any], pk: int | None, name: str, wrong: dict[str, list[str]]) -> Any:
    found = rows.filter(pk=pk).first() if pk is not None else None
    if pk is not None and found is None:
        wrong[name] = [_("There is none with this id that you see.")]
    return found
