"""What joint experiments and catalogues of measures look like over the API, and what lists are narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.ui.api import CodeFilter, IdFilter, MunicipalityFilter
from portal.ui.api_writing import StrictSerializer
from programmes import catalogue, experiment_register
from programmes.api.money_shapes import day_field, identifier, text_field, whole_field
from programmes.api.numbers import NumberField
from programmes.api.serializers import OrganisationSerializer
from programmes.models import (
    CatalogueMeasure,
    CatalogueTheme,
    EffectClaim,
    Experiment,
    ExperimentCase,
    ExperimentScheme,
    MeasureCatalogue,
    SchemeLetter,
    SchemeMunicipality,
)

LONG = 10_000
MOST_LIST = 200


class TakingSerializer(serializers.ModelSerializer[SchemeMunicipality]):
    code = serializers.CharField(source="municipality_id", help_text="Four digits.")
    name = serializers.CharField(source="municipality.name")

    class Meta:
        model = SchemeMunicipality
        fields = ("code", "name", "valid_from", "valid_to")


class LetterSerializer(serializers.ModelSerializer[SchemeLetter]):
    source = serializers.CharField()  # type: ignore[assignment]  # a field called source, as the column is
    kind = serializers.ChoiceField(choices=SchemeLetter.Kind.values)

    class Meta:
        model = SchemeLetter
        fields = ("kind", "sent_on", "sent_to", "sent_by", "asked", "answer", "answered_on", "source")


class SchemeSerializer(serializers.ModelSerializer[ExperimentScheme]):
    """A scheme; how many experiments its source states stands beside how many are registered."""

    owner = OrganisationSerializer()
    programme = serializers.SerializerMethodField(help_text="The slug of the plan it belongs to, when you see it.")
    municipalities = TakingSerializer(source="participants", many=True)
    letters = LetterSerializer(many=True)
    registered_experiments = serializers.IntegerField(
        source="registered", help_text="Counted when you ask: another experiment does not move `updated_at`."
    )
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = ExperimentScheme
        fields = (
            "id", "owner", "programme", "name", "ministry", "theme", "purpose", "starts", "ends",
            "stated_municipalities", "municipalities", "stated_experiments", "registered_experiments", "letters",
            "note", "source", "updated_at",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_programme(self, row: ExperimentScheme) -> Any:
        return vars(row).get("plan_slug")


class EffectSerializer(serializers.ModelSerializer[EffectClaim]):
    """What somebody says has come of it. Never add two of them."""

    value = NumberField(allow_null=True, help_text="Null: said without a number.")
    value_to = NumberField(allow_null=True)
    basis = serializers.ChoiceField(choices=EffectClaim.Basis.values)

    class Meta:
        model = EffectClaim
        fields = ("what", "qualifier", "value", "value_to", "unit", "basis", "said_by", "document", "said_on")


class CaseSerializer(serializers.ModelSerializer[ExperimentCase]):
    class Meta:
        model = ExperimentCase
        fields = ("text", "link")


class ExperimentSerializer(serializers.ModelSerializer[Experiment]):
    scheme = serializers.IntegerField(source="scheme_id")
    municipalities = serializers.SerializerMethodField(help_text="Codes; empty: all of the scheme's take part.")
    effects = EffectSerializer(many=True)
    cases = CaseSerializer(many=True)
    source = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=Experiment.Status.values)

    class Meta:
        model = Experiment
        fields = (
            "id", "scheme", "title", "text", "rule", "status", "status_when", "starts", "ends", "municipalities",
            "effects", "cases", "source", "updated_at",
        )  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_municipalities(self, row: Experiment) -> list[str]:
        return [each.municipality_id for each in row.participants.all()]


class ExperimentFilters(django_filters.FilterSet):
    scheme = IdFilter(field_name="scheme_id", label="Of this scheme.")
    status = CodeFilter(codes=lambda: Experiment.Status.values, label="With this status.")
    municipality = MunicipalityFilter(method="filter_municipality", label="In which this municipality takes part.")
    text = django_filters.CharFilter(method="filter_text", max_length=100, label="Words in title, text or rule.")

    def filter_municipality(self, rows: QuerySet[Experiment], name: str, code: str) -> QuerySet[Experiment]:
        return experiment_register.in_municipality(rows, code)

    def filter_text(self, rows: QuerySet[Experiment], name: str, text: str) -> QuerySet[Experiment]:
        return experiment_register.searched(rows, text)


# -------------------------------------------------------------------------------------------------------- bodies
def _code(**options: Any) -> serializers.RegexField:
    fault = gettext_lazy("Write the municipality's code of four digits, such as 0851.")
    return serializers.RegexField(r"^[0-9]{4}\Z", error_messages={"invalid": fault}, **options)


class TakingWriteSerializer(StrictSerializer):
    code = _code()
    valid_from = day_field(required=False, allow_null=True)
    valid_to = day_field(required=False, allow_null=True)


class LetterWriteSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=SchemeLetter.Kind.values)
    sent_on = day_field(required=False, allow_null=True)
    sent_to = text_field(200, required=True, help_text="An office or a committee, no person's name.")
    sent_by = text_field(200)
    asked = text_field(LONG, required=True)
    answer = text_field(LONG)
    answered_on = day_field(required=False, allow_null=True)
    source = text_field(300)  # type: ignore[assignment]


class SchemeEntrySerializer(StrictSerializer):
    """A scheme. In a change, what is not named stays as it is; a list that is named is the whole list."""

    name = text_field(160, required=True)
    programme = serializers.CharField(
        required=False, allow_null=True, max_length=60, help_text="The slug of the plan it belongs to."
    )
    ministry = text_field(160)
    theme = text_field(300)
    purpose = text_field(LONG)
    starts = text_field(60, help_text="In the source's words.")
    ends = text_field(60)
    stated_experiments = whole_field(0, 10_000, required=False, allow_null=True)
    stated_municipalities = whole_field(0, 1000, required=False, allow_null=True)
    municipalities = TakingWriteSerializer(many=True, required=False)
    letters = LetterWriteSerializer(many=True, required=False)
    note = text_field(LONG)
    source = text_field(300)  # type: ignore[assignment]


class EffectWriteSerializer(StrictSerializer):
    what = text_field(300, required=True)
    qualifier = text_field(40)
    value = NumberField(required=False, allow_null=True)
    value_to = NumberField(required=False, allow_null=True)
    unit = text_field(60)
    basis = serializers.ChoiceField(choices=EffectClaim.Basis.values)
    said_by = text_field(160, required=True, help_text="A body or an organisation, no person's name.")
    document = text_field(300)
    said_on = day_field(required=False, allow_null=True)


class CaseWriteSerializer(StrictSerializer):
    text = text_field(500, required=True)
    link = text_field(500)


class ExperimentWriteSerializer(StrictSerializer):
    """In a change, what is not named stays as it is; a list that is named is the whole list."""

    title = text_field(200, required=True)
    text = text_field(LONG)
    rule = text_field(300)
    status = serializers.ChoiceField(choices=Experiment.Status.values)
    status_when = text_field(60)
    starts = text_field(60, help_text="In the source's words.")
    ends = text_field(60)
    municipalities = serializers.ListField(
        child=_code(), required=False, max_length=MOST_LIST, help_text="Codes; empty: all of the scheme's."
    )
    effects = EffectWriteSerializer(many=True, required=False)
    cases = CaseWriteSerializer(many=True, required=False)
    source = text_field(300)  # type: ignore[assignment]


class ExperimentEntrySerializer(ExperimentWriteSerializer):
    scheme = identifier(help_text="The scheme's id.")


# ------------------------------------------------------------------------------------------------------ catalogues
class ThemeSerializer(serializers.ModelSerializer[CatalogueTheme]):
    class Meta:
        model = CatalogueTheme
        fields = ("id", "name")


class CatalogueSerializer(serializers.ModelSerializer[MeasureCatalogue]):
    """A catalogue with its themes in order."""

    owner = OrganisationSerializer()
    themes = ThemeSerializer(many=True)
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = MeasureCatalogue
        fields = ("id", "owner", "name", "theme_area", "dated", "themes", "note", "source", "updated_at")


class CatalogueEntrySerializer(StrictSerializer):
    """A catalogue. In a change, what is not named stays as it is; themes that are named are all of them, in order."""

    name = text_field(160, required=True)
    theme_area = text_field(160)
    dated = text_field(60, help_text="In the source's words.")
    themes = serializers.ListField(child=text_field(200, required=True), max_length=MOST_LIST)
    note = text_field(LONG)
    source = text_field(300)  # type: ignore[assignment]


class MeasureSerializer(serializers.ModelSerializer[CatalogueMeasure]):
    catalogue = serializers.IntegerField(source="theme.catalogue_id")
    theme = ThemeSerializer()
    municipality = serializers.CharField(
        source="municipality_id", allow_null=True, help_text="Its code; null: the source names none."
    )
    source = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=CatalogueMeasure.Status.values)

    class Meta:
        model = CatalogueMeasure
        fields = (
            "id", "catalogue", "theme", "title", "text", "partners", "municipality", "status", "source", "updated_at",
        )  # fmt: skip


class MeasureFilters(django_filters.FilterSet):
    catalogue = IdFilter(field_name="theme__catalogue_id", label="Of this catalogue.")
    theme = IdFilter(field_name="theme_id", label="Of this theme.")
    status = CodeFilter(codes=lambda: CatalogueMeasure.Status.values, label="With this status.")
    municipality = MunicipalityFilter(field_name="municipality_id", label="Of this municipality.")
    text = django_filters.CharFilter(method="filter_text", max_length=100, label="Words in title, text or partners.")

    def filter_text(self, rows: QuerySet[CatalogueMeasure], name: str, text: str) -> QuerySet[CatalogueMeasure]:
        return catalogue.searched(rows, text)


class MeasureEntrySerializer(StrictSerializer):
    """A measure under a theme. In a change, what is not named stays as it is."""

    theme = identifier(help_text="The theme's id.")
    title = text_field(300, required=True)
    text = text_field(LONG)
    partners = text_field(300)
    municipality = _code(required=False, allow_null=True, help_text="Its code; null: the source names none.")
    status = serializers.ChoiceField(choices=CatalogueMeasure.Status.values)
    source = text_field(300)  # type: ignore[assignment]
