"""A focus area with all its parts as the API gives it, and each part as it is written."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.identity.actor import Actor
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import day_field, identifier, text_field, whole_field
from programmes.api.numbers import NumberField
from programmes.api.serializers import BackgroundFactSerializer, OrganisationSerializer
from programmes.api.shapes import FocusAreaSerializer, whole_list
from programmes.effects import Stated
from programmes.focus_areas import Known, Link
from programmes.models import (
    Cluster,
    Criterion,
    EffectIndicator,
    ExpectedEffect,
    FocusArea,
    FocusAreaLink,
)

State = ExpectedEffect.State


class ClusterSerializer(serializers.ModelSerializer[Cluster]):
    organisation = OrganisationSerializer(allow_null=True)
    valid_to = serializers.DateField(allow_null=True, help_text="The last day; null where no end is set.")

    class Meta:
        model = Cluster
        fields = ("id", "name", "organisation", "publicly_financed", "valid_from", "valid_to")


class ExpectedEffectSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """An effect of the plan's table. What is not stated is no zero."""

    effect = serializers.CharField(help_text="Its key in the plan.")
    name = serializers.CharField()
    unit = serializers.CharField()
    state = serializers.ChoiceField(choices=State.values)
    value = NumberField(allow_null=True)


class AreaLinkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A link, with the area at its other end, which may be of another plan."""

    area = serializers.IntegerField()
    programme = serializers.CharField(help_text="The slug of its plan.")
    name = serializers.CharField(help_text="With its number.")
    starred = serializers.BooleanField(help_text="Particularly promising.")
    note = serializers.CharField()


class CriterionScoreSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A criterion that the plan appoints such areas by, and the score where one is given."""

    criterion = serializers.IntegerField()
    name = serializers.CharField()
    score = serializers.IntegerField(allow_null=True, help_text="1 to 5; null: none is given.")
    justification = serializers.CharField()


class FocusAreaRecordSerializer(FocusAreaSerializer):
    """A focus area with its parts. `actor` of the context decides which links are seen."""

    expected_effects = serializers.SerializerMethodField(help_text="Every effect that the plan has a row for.")
    links = serializers.SerializerMethodField(help_text="The areas that it supports, among those the caller sees.")
    linked_from = serializers.SerializerMethodField(help_text="The areas that support it, likewise.")
    scores = serializers.SerializerMethodField(help_text="The plan's criteria for what it is appointed as.")
    background_facts = BackgroundFactSerializer(many=True)
    clusters = ClusterSerializer(many=True)

    class Meta(FocusAreaSerializer.Meta):
        fields = (
            *FocusAreaSerializer.Meta.fields, "expected_effects", "links", "linked_from", "scores", "background_facts",
            "clusters",
        )  # type: ignore[assignment]  # fmt: skip

    @extend_schema_field(ExpectedEffectSerializer(many=True))
    def get_expected_effects(self, area: FocusArea) -> Any:
        there = {each.indicator_id: each for each in area.expected_effects.all()}
        lines = []
        for indicator in EffectIndicator.objects.filter(programme=area.programme_id).order_by("order", "pk"):
            effect = there.get(indicator.pk)
            state, value = (effect.state, effect.value) if effect is not None else (State.NOT_STATED, None)
            said = {"effect": indicator.key, "name": indicator.name, "unit": indicator.unit}
            lines.append({**said, "state": str(state), "value": value})
        return ExpectedEffectSerializer(lines, many=True).data

    @extend_schema_field(AreaLinkSerializer(many=True))
    def get_links(self, area: FocusArea) -> Any:
        rows = FocusAreaLink.objects.filter(area=area, to__in=self._seen()).select_related("to__programme")
        return AreaLinkSerializer([_link(each, each.to) for each in rows.order_by("to_id")], many=True).data

    @extend_schema_field(AreaLinkSerializer(many=True))
    def get_linked_from(self, area: FocusArea) -> Any:
        rows = FocusAreaLink.objects.filter(to=area, area__in=self._seen()).select_related("area__programme")
        return AreaLinkSerializer([_link(each, each.area) for each in rows.order_by("area_id")], many=True).data

    @extend_schema_field(CriterionScoreSerializer(many=True))
    def get_scores(self, area: FocusArea) -> Any:
        given = {each.criterion_id: each for each in area.scores.all()}
        lines = []
        for criterion in criteria_of(area):
            score = given.get(criterion.pk)
            number, why = (score.score, score.justification) if score is not None else (None, "")
            lines.append({"criterion": criterion.pk, "name": criterion.name, "score": number, "justification": why})
        return CriterionScoreSerializer(lines, many=True).data

    def _seen(self) -> QuerySet[FocusArea, Any]:
        actor: Actor = self.context["actor"]
        return FocusArea.objects.visible_to(actor).order_by().values("pk")


def criteria_of(area: FocusArea) -> QuerySet[Criterion]:
    """Those that the plan appoints such an area by; none for an area that is not appointed."""
    return Criterion.objects.filter(programme=area.programme_id, appointed=area.appointed).order_by("order", "pk")


def _link(link: FocusAreaLink, other: FocusArea) -> dict[str, Any]:
    said = {"area": other.pk, "programme": other.programme.slug, "name": str(other)}
    return {**said, "starred": link.starred, "note": link.note}


# --------------------------------------------------------------------------------------------------------- written
class EffectLineSerializer(StrictSerializer):
    effect = serializers.CharField(max_length=60, help_text="Its key in the plan.")
    state = serializers.ChoiceField(choices=State.values)
    value = NumberField(required=False, allow_null=True, help_text="Where the state is `stated`, and only there.")

    def validate(self, attrs: Any) -> Any:
        if (attrs["state"] == State.STATED) is not (attrs.get("value") is not None):
            raise serializers.ValidationError({"value": [_("Write a number, or say that there is none.")]})
        return attrs


class EffectsPartSerializer(StrictSerializer):
    expected_effects = whole_list(EffectLineSerializer)


class LinkLineSerializer(StrictSerializer):
    area = identifier(help_text="The id of the area that it supports.")
    starred = serializers.BooleanField(required=False)
    note = text_field(300)


class LinksPartSerializer(StrictSerializer):
    links = whole_list(LinkLineSerializer)


class ScoreLineSerializer(StrictSerializer):
    criterion = identifier()
    score = whole_field(1, 5, allow_null=True, help_text="Null as when the criterion is left out: none is given.")
    justification = text_field(1000, help_text="Needed with a score.")

    def validate(self, attrs: Any) -> Any:
        if attrs["score"] is not None and not attrs.get("justification", "").strip():
            raise serializers.ValidationError({"justification": [_("Say why the score is given.")]})
        return attrs


class ScoresPartSerializer(StrictSerializer):
    scores = whole_list(ScoreLineSerializer)


class BackgroundLineSerializer(StrictSerializer):
    name = text_field(300, required=True)
    qualifier = serializers.RegexField(
        r"^[^\d\-–]*$", max_length=40, required=False, allow_blank=True, help_text="Such as ca. or knap.",
        error_messages={"invalid": gettext_lazy("Write a word without digits, such as ca. or knap.")},
    )  # fmt: skip
    value = NumberField()
    value_to = NumberField(required=False, allow_null=True, help_text="The higher number of an interval.")
    unit = text_field(60, required=True)
    geography = text_field(120)
    period = text_field(60)
    source: Any = text_field(300)


class BackgroundPartSerializer(StrictSerializer):
    background_facts = whole_list(BackgroundLineSerializer)


class ClusterEntrySerializer(StrictSerializer):
    """A cluster effort of the area. Of those publicly financed, one at a time."""

    name = text_field(160, required=True)
    organisation = identifier(required=False, allow_null=True, help_text="An organisation of the portal, by its id.")
    publicly_financed = serializers.BooleanField()
    valid_from = day_field()
    valid_to = day_field(required=False, allow_null=True, help_text="The last day; left out or null: no end is set.")


# ------------------------------------------------------------------------------------------------------------ read
def effects_said(area: FocusArea, lines: list[dict[str, Any]]) -> dict[EffectIndicator, Stated]:
    """What the rule is told: an effect that is left out is not stated any more. Raises ValidationError."""
    known = {each.key: each for each in EffectIndicator.objects.filter(programme=area.programme_id)}
    _once("expected_effects", "effect", [line["effect"] for line in lines], known, _("The plan has no such effect."))
    said: dict[EffectIndicator, Stated] = {
        each.indicator: State.NOT_STATED for each in area.expected_effects.select_related("indicator")
    }
    for line in lines:
        said[known[line["effect"]]] = line["value"] if line["state"] == State.STATED else State(line["state"])
    return said


def links_said(actor: Actor, area: FocusArea, lines: list[dict[str, Any]]) -> list[Link]:
    named = [line["area"] for line in lines]
    known = {each.pk: each for each in FocusArea.objects.visible_to(actor).filter(pk__in=named).exclude(pk=area.pk)}
    _once("links", "area", named, known, _("There is no other area with this id."))
    return [Link(known[line["area"]], line.get("starred", False), line.get("note", "")) for line in lines]


def scores_said(area: FocusArea, lines: list[dict[str, Any]]) -> dict[Criterion, tuple[int, str]]:
    known = {each.pk: each for each in criteria_of(area)}
    fault = _("The criterion is not one that this area is appointed by.")
    _once("scores", "criterion", [line["criterion"] for line in lines], known, fault)
    return {
        known[line["criterion"]]: (line["score"], line["justification"]) for line in lines if line["score"] is not None
    }


def facts_said(lines: list[dict[str, Any]]) -> list[Known]:
    wrong = {
        f"background_facts.{number}.value_to": [_("The second number of an interval is the higher one.")]
        for number, line in enumerate(lines)
        if line.get("value_to") is not None and line["value_to"] <= line["value"]
    }
    if wrong:
        raise ValidationError(wrong)
    return [Known(**line) for line in lines]


def _once(part: str, field: str, named: list[Any], known: Any, fault: str) -> None:
    """Each line names one that is known, and none twice. Raises ValidationError with every line that does not."""
    wrong = {}
    for number, each in enumerate(named):
        if each not in known:
            wrong[f"{part}.{number}.{field}"] = [fault]
        elif each in named[:number]:
            wrong[f"{part}.{number}.{field}"] = [_("It stands there twice.")]
    if wrong:
        raise ValidationError(wrong)
