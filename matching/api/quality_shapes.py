"""What possible duplicates and samples look like over the API, and what is read of them."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.api.serializers import CompanyNameSerializer
from matching.duplicates import reason_word
from matching.models import Match, Ruling, Sample, SampleItem, Suspicion
from portal.audit.openings import opened
from portal.ui.api import CodeFilter, DayFilter, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes.api.serializers import OrganisationSerializer

SAY_WHY = gettext_lazy("Say why, in a few words.")
TEXT = gettext_lazy("Write a text.")


class PairCompanySerializer(CompanyNameSerializer):
    class Meta(CompanyNameSerializer.Meta):
        pass


class PairMatchSerializer(serializers.ModelSerializer[Match]):
    """One of the two. The rest is at /matches/<id>/."""

    company = PairCompanySerializer()
    match_type = serializers.CharField(source="match_type_id")
    work_area = serializers.CharField(source="work_area_id")
    created_by = OrganisationSerializer()
    different_reason = serializers.CharField(help_text="Why the one who registered it says that it is another match.")
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Match) -> Any:
        opened("match", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = Match
        fields = (
            "id", "company", "match_type", "work_area", "agreed_on", "created_by", "registered_at", "different_reason",
            "withdrawn_at",
        )  # fmt: skip


class ReasonSerializer(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.ChoiceField(choices=Suspicion.Reason.values)
    words = serializers.CharField(help_text="In the language of the request: same company, 4 days apart.")


class RulingSerializer(serializers.ModelSerializer[Ruling]):
    outcome = serializers.ChoiceField(choices=Ruling.Outcome.values)
    organisation = OrganisationSerializer()

    class Meta:
        model = Ruling
        fields = ("outcome", "reason", "ruled_at", "organisation")


class DuplicateSerializer(serializers.ModelSerializer[Suspicion]):
    """Two matches that may be one: the earlier was registered first."""

    programme = serializers.CharField(source="programme.slug")
    earlier = PairMatchSerializer()
    later = PairMatchSerializer()
    reasons = serializers.SerializerMethodField()
    score = serializers.IntegerField(help_text="How alike they are, of 100.")
    status = serializers.ChoiceField(choices=Suspicion.Status.values)
    waits = serializers.BooleanField(help_text="Nobody has said what they are, and both stand.")
    rulings = RulingSerializer(many=True, help_text="What was said of them, the newest first.")

    class Meta:
        model = Suspicion
        fields = (
            "id", "programme", "earlier", "later", "reasons", "days", "score", "status", "waits", "rulings", "found_at",
            "updated_at",
        )  # fmt: skip

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, row: Suspicion) -> Any:
        return [{"code": code, "words": reason_word(code, row.days)} for code in row.reasons]


class RulingEntrySerializer(StrictSerializer):
    """`same`: the later match is undone; `different`: both count, and one that was undone by a ruling stands again."""

    outcome = serializers.ChoiceField(
        choices=Ruling.Outcome.values,
        error_messages={"invalid_choice": gettext_lazy("Say whether it is the same match or two matches.")},
    )
    reason = serializers.CharField(
        max_length=300, error_messages={"required": SAY_WHY, "blank": SAY_WHY, "invalid": TEXT}
    )


class DuplicateFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The programme's slug.")
    status = CodeFilter(field_name="status", codes=lambda: Suspicion.Status.values, label="open, same or different.")
    created_by = IdFilter(method="filter_partner", label="The match creator of either, by id.")
    score_from = IdFilter(field_name="score", lookup_expr="gte", label="A score of so much or more.")

    def filter_partner(self, rows: Any, name: str, partner: int) -> Any:
        return rows.filter(Q(earlier__created_by=partner) | Q(later__created_by=partner))


class SampleMatchSerializer(PairMatchSerializer):
    class Meta(PairMatchSerializer.Meta):
        pass


class SampleItemSerializer(serializers.ModelSerializer[SampleItem]):
    """A match in a sample, and what the check showed."""

    sample = serializers.IntegerField(source="sample_id")
    match = SampleMatchSerializer()
    outcome = serializers.ChoiceField(choices=["", *SampleItem.Outcome.values], help_text="Empty: not checked yet.")
    undid = serializers.BooleanField(help_text="The match was undone because of what the check showed.")

    class Meta:
        model = SampleItem
        fields = ("id", "sample", "order", "match", "outcome", "note", "checked_at", "undid", "updated_at")


class SampleSerializer(serializers.ModelSerializer[Sample]):
    """Matches drawn to be checked."""

    programme = serializers.CharField(source="programme.slug")
    origin = serializers.ChoiceField(choices=Sample.Origin.values)
    seed = serializers.CharField(help_text="Drawn again with it, at the same place, the sample is the same.")
    drawn = serializers.IntegerField(help_text="How many matches it has.")
    confirmed = serializers.IntegerField()
    wrong = serializers.IntegerField()
    uncheckable = serializers.IntegerField()

    class Meta:
        model = Sample
        fields = (
            "id", "programme", "period_from", "period_to", "origin", "size", "among", "seed", "place", "drawn_at",
            "drawn", "confirmed", "wrong", "uncheckable",
        )  # fmt: skip


class OutcomeEntrySerializer(StrictSerializer):
    """What the check showed. `wrong` and `uncheckable` say why in `note`."""

    outcome = serializers.ChoiceField(
        choices=SampleItem.Outcome.values,
        error_messages={"invalid_choice": gettext_lazy("Say what the check showed.")},
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, error_messages={"invalid": TEXT})


class SampleFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The programme's slug.")
    period_from = DayFilter(field_name="period_from", lookup_expr="gte", label="Of a period from this day on.")


class SampleItemFilters(django_filters.FilterSet):
    sample = IdFilter(field_name="sample_id", label="The sample's id.")
    outcome = CodeFilter(field_name="outcome", codes=lambda: SampleItem.Outcome.values, label="What the check showed.")
