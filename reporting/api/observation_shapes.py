"""What an observation looks like over the API, what lists of them are narrowed by, and what is read from a body."""

from typing import Any

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.api import MAX_ID, DayFilter, FlagFilter, MunicipalityFilter
from portal.ui.api_writing import StrictSerializer
from portal.ui.cvr import clean_cvr, cvr_problem
from programmes.scope import organisations_of_area
from reporting import measures, reasons
from reporting.engine.payload import plain
from reporting.models import Observation, ObservationChange

MOST = 500
"""Observations registered at once."""


class QuantitySerializer(serializers.Serializer):  # type: ignore[type-arg]
    exact = serializers.CharField(help_text="The number as it was registered, with a decimal point.")
    shown = serializers.CharField(help_text="As the pages show it, in the language of the request.")


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """One answer, measurement, delivery, volume, assessment or published value."""

    quantity = serializers.SerializerMethodField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    category = serializers.CharField(help_text="Of answers the answer, of statistics the area.")
    company = serializers.UUIDField(source="subject", allow_null=True, help_text="A random key of the company.")
    withdrawn_reason_code = serializers.CharField(
        help_text="The kind of reason: error, source or other; empty when it is not stated."
    )
    counts = serializers.SerializerMethodField(help_text="False when withdrawn, and while confirmation is awaited.")

    class Meta:
        model = Observation
        fields = (
            "id", "occurred_on", "period_from", "period_to", "municipality", "organisation", "category", "vintage",
            "company", "quantity", "qualifier", "constructed", "source", "note", "revision", "counts",
            "registered_at", "confirmed_at", "withdrawn_at", "withdrawn_reason",
            "withdrawn_reason_code", "updated_at",
        )  # fmt: skip

    @extend_schema_field(QuantitySerializer)
    def get_quantity(self, observation: Observation) -> dict[str, str]:
        return {"exact": plain(observation.quantity), "shown": formats.number(observation.quantity, 10)}

    def get_counts(self, observation: Observation) -> bool:
        waiting = observation.series.measure_id == measures.ASSESSMENT and observation.confirmed_at is None
        return observation.withdrawn_at is None and not waiting


def observations() -> QuerySet[Observation]:
    """With the kind of reason of those that are withdrawn."""
    withdrawn = ObservationChange.objects.filter(
        observation=OuterRef("pk"), what=ObservationChange.What.WITHDRAWN
    ).order_by("-pk")
    code = Coalesce(Subquery(withdrawn.values("reason_code")[:1]), Value(""))
    return Observation.objects.select_related("series").annotate(withdrawn_reason_code=code)


class ObservationFilters(django_filters.FilterSet):
    municipality = MunicipalityFilter(field_name="municipality_id", label="Four digits.")
    category = django_filters.CharFilter(max_length=60, label="The answer, or the area of a statistic.")
    vintage = django_filters.CharFilter(max_length=40, label="The vintage.")
    occurred_from = DayFilter(field_name="occurred_on", lookup_expr="gte", label="On this day or later.")
    occurred_to = DayFilter(field_name="occurred_on", lookup_expr="lte", label="On this day or earlier.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it was withdrawn. Both when left out.")

    def filter_withdrawn(self, rows: QuerySet[Observation], name: str, withdrawn: bool) -> QuerySet[Observation]:
        return rows.filter(withdrawn_at__isnull=not withdrawn)


def _day(**options: Any) -> serializers.DateField:
    messages: dict[str, Any] = dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD."))
    return serializers.DateField(input_formats=["%Y-%m-%d"], error_messages=messages, **options)


def _text(most: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, max_length=most,
        error_messages={"invalid": gettext_lazy("Write a text.")}, **options,
    )  # fmt: skip


class ObservationEntrySerializer(StrictSerializer):
    """An observation to register. What the kind of the series does not know is refused at its field."""

    occurred_on = _day()
    quantity = serializers.DecimalField(
        max_digits=25,
        decimal_places=10,
        required=False,
        help_text="A number or a text; 1 when left out.",
        error_messages={"invalid": gettext_lazy("Write a number.")},
    )
    category = _text(60, help_text="Of answers the answer.")
    vintage = _text(40)
    period_from = _day(required=False, allow_null=True)
    period_to = _day(required=False, allow_null=True, help_text="The last day, which belongs to the period.")
    municipality = serializers.CharField(required=False, allow_null=True, max_length=4, help_text="Four digits.")
    organisation = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    cvr = _text(30, help_text="Of a volume: the company's number. It is replaced by a random key.")
    qualifier = serializers.ChoiceField(required=False, choices=["", "ca.", ">", "<"])
    constructed = serializers.BooleanField(required=False, help_text="Whether the number is made up.")
    source = _text(300)  # type: ignore[assignment]  # a field called source, as the column is
    note = _text(2000, help_text="No names of persons.")


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(
        max_length=300,
        error_messages={
            "required": gettext_lazy("Write the reason."),
            "blank": gettext_lazy("Write the reason."),
            "invalid": gettext_lazy("Write a text."),
        },
    )
    reason_code = serializers.ChoiceField(
        choices=[code.value for code in reasons.OBSERVATION],
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose what kind of reason it is.")),
        help_text="An error is corrected, the source has been revised, or another reason.",
    )


class CorrectionSerializer(ObservationEntrySerializer, ReasonSerializer):
    """What is to be different, and why. What is left out stays as it is."""

    occurred_on = _day(required=False)
    cvr = None  # type: ignore[assignment]  # whose it is cannot be corrected: withdraw it and register another


class WithdrawalSerializer(ReasonSerializer):
    """Why it should never have counted."""


class ManySerializer(StrictSerializer):
    """Observations of one series, all or none."""

    observations = serializers.ListField(
        child=ObservationEntrySerializer(),
        allow_empty=False,
        max_length=MOST,
        error_messages={
            "empty": gettext_lazy("Send at least one observation."),
            "not_a_list": gettext_lazy("Write a list."),
            "required": gettext_lazy("Send at least one observation."),
            "max_length": gettext_lazy("Send at most {max_length} observations at a time."),
        },
    )


class ManyReceiptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    registered = serializers.IntegerField(help_text="How many were registered.")


class Reader:
    """Turns what stands in a body into the arguments of the rule functions, as one person may."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def municipalities(self) -> set[str]:
        return set(Municipality.objects.values_list("code", flat=True))

    @cached_property
    def organisations(self) -> set[int]:
        return set(Organisation.objects.filter(pk__in=organisations_of_area(self.actor)).values_list("pk", flat=True))

    def said(self, read: dict[str, Any]) -> tuple[dict[str, Any], str, dict[str, str]]:
        """The arguments of `observe`, the company's number, and what is wrong by field."""
        wrong: dict[str, str] = {}
        said = dict(read)
        start, end = said.pop("period_from", None), said.pop("period_to", None)
        if (start is None) != (end is None):
            wrong["period_to" if start else "period_from"] = _("Say both the first and the last day.")
        cvr = clean_cvr(said.pop("cvr", ""))
        if cvr and cvr_problem(cvr):
            wrong["cvr"] = _("A CVR number has eight digits; check this one: %(number)s.") % {"number": cvr}
        if said.get("organisation") is not None and said["organisation"] not in self.organisations:
            wrong["organisation"] = _("There is no organisation with this id.")
        if said.get("municipality") is not None and said["municipality"] not in self.municipalities:
            wrong["municipality"] = _("There is no municipality with this code.")
        if "period_from" in read or "period_to" in read:
            said["period"] = (start, end) if start and end else None
        return said, cvr, wrong
