"""What every part of the API of money has in common: kroner and years, filters, and reading what a body names."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui.api import MAX_ID
from portal.ui.api_money import MoneyAmountField
from portal.ui.api_writing import StrictSerializer
from programmes.models import (
    Amount,
    Body,
    Commitment,
    Decision,
    FundingSource,
    Initiative,
    Meeting,
    Programme,
    Recommendation,
)
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.scope import organisations_of_area

DIGITS = 12
"""Digits of whole kroner that the columns hold."""
YEAR_FAULT = gettext_lazy("Write a year between 1990 and 2099.")
WHOLE_FAULT = gettext_lazy("Write a whole number.")
Wrong = dict[str, str]
M = TypeVar("M", bound=Model)


@extend_schema_field(
    {"type": "string", "pattern": rf"^-?(0|[1-9][0-9]{{0,{DIGITS - 1}}})(\.[0-9]{{1,2}})?$", "example": "250000.00"}
)
class KronerField(MoneyAmountField):
    """Kroner as text, as large as a column holds."""

    default_error_messages = {"too_large": gettext_lazy("Write an amount below a thousand billion kroner.")}

    def to_internal_value(self, data: Any) -> Any:
        amount = super().to_internal_value(data)
        if abs(amount) >= 10**DIGITS:
            self.fail("too_large")
        return amount


@extend_schema_field({"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)\.[0-9]{2}$", "example": "250000.00"})
class SumField(MoneyAmountField):
    """A sum or a difference, which may be larger than what a column holds. It is never read."""


def text_field(most: int, **options: Any) -> serializers.CharField:
    """A text that may be left out; with `required=True` it must say something."""
    needed = options.pop("required", False)
    return serializers.CharField(
        required=needed, allow_blank=not needed, max_length=most,
        error_messages={"invalid": gettext_lazy("Write a text.")}, **options,
    )  # fmt: skip


def reason_field(fault: Any) -> serializers.CharField:
    return serializers.CharField(
        max_length=300,
        error_messages={"required": fault, "blank": fault, "invalid": gettext_lazy("Write a text.")},
    )


def day_field(**options: Any) -> serializers.DateField:
    messages: dict[str, Any] = dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD."))
    return serializers.DateField(input_formats=["%Y-%m-%d"], error_messages=messages, **options)


def _whole(least: int, most: int, fault: Any, **options: Any) -> serializers.IntegerField:
    messages = dict.fromkeys(("invalid", "min_value", "max_value", "max_string_length"), fault)
    return serializers.IntegerField(min_value=least, max_value=most, error_messages=messages, **options)


def identifier(**options: Any) -> serializers.IntegerField:
    return _whole(1, MAX_ID, WHOLE_FAULT, **options)


def year_field(**options: Any) -> serializers.IntegerField:
    return _whole(FIRST_YEAR, LAST_YEAR, YEAR_FAULT, **options)


def whole_field(least: int, most: int, **options: Any) -> serializers.IntegerField:
    return _whole(least, most, WHOLE_FAULT, **options)


def source_key(**options: Any) -> serializers.CharField:
    options.setdefault("help_text", "A funding source's key.")
    return serializers.CharField(max_length=60, error_messages={"invalid": gettext_lazy("Write a text.")}, **options)


def initiative_id(**options: Any) -> serializers.IntegerField:
    return identifier(
        required=False,
        allow_null=True,
        help_text="An initiative's id; left out: not released to any.",
        **options,
    )


class YearFilter(django_filters.Filter):
    shape = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), YEAR_FAULT)
        super().__init__(*args, min_value=FIRST_YEAR, max_value=LAST_YEAR, error_messages=messages, **kwargs)


class InitiativeNameSerializer(serializers.ModelSerializer[Initiative]):
    """An initiative by its id, its number and name, and its programme's slug."""

    programme = serializers.CharField(source="programme.slug")
    number = serializers.CharField()
    name = serializers.CharField()

    class Meta:
        model = Initiative
        fields = ("id", "programme", "number", "name")


class PlaceSerializer(StrictSerializer):
    """Where money stands: a source, an initiative (or none yet) and a budget year."""

    funding_source = source_key()
    initiative = initiative_id()
    year = year_field()


class MoneyReasonSerializer(StrictSerializer):
    """Why it should not stand."""

    reason = reason_field(gettext_lazy("Write the reason."))


class Named:
    """Finds what a body names among what the caller sees. What is not there is said at its field, in `wrong`.

    However many rows a body has, a kind of thing is asked for once.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.wrong: Wrong = {}

    def pick(self, rows: Mapping[Any, M], named: Any, field: str, fault: str) -> M | None:
        if named is None:
            return None
        if named not in rows:
            self.wrong[field] = fault
        return rows.get(named)

    def _by(self, rows: "QuerySet[M]", column: str, named: Iterable[Any]) -> dict[Any, M]:
        wanted = {each for each in named if each is not None}
        if not wanted:
            return {}
        return {getattr(row, column): row for row in rows.filter(**{f"{column}__in": wanted})}

    def sources(self, keys: Iterable[str | None]) -> dict[Any, FundingSource]:
        return self._by(FundingSource.objects.visible_to(self.actor).select_related("owner"), "key", keys)

    def source(self, key: str | None, field: str = "funding_source") -> FundingSource | None:
        return self.pick_source(self.sources([key]), key, field)

    def pick_source(
        self, rows: Mapping[Any, FundingSource], key: str | None, field: str = "funding_source"
    ) -> FundingSource | None:
        return self.pick(rows, key, field, _("There is no funding source with this key."))

    def initiatives(self, ids: Iterable[int | None]) -> dict[Any, Initiative]:
        seen = Programme.objects.visible_to(self.actor).order_by().values("pk")
        rows = Initiative.objects.filter(programme__in=seen).select_related("programme__owner")
        return self._by(rows, "pk", ids)

    def initiative(self, pk: int | None, field: str = "initiative") -> Initiative | None:
        return self.pick_initiative(self.initiatives([pk]), pk, field)

    def pick_initiative(
        self, rows: Mapping[Any, Initiative], pk: int | None, field: str = "initiative"
    ) -> Initiative | None:
        return self.pick(rows, pk, field, _("There is no initiative with this id."))

    def decision(self, pk: int | None) -> Decision | None:
        rows = Decision.objects.visible_to(self.actor).select_related("body__organisation")
        return self.pick(self._by(rows, "pk", [pk]), pk, "decision", _("There is no decision with this id."))

    def body(self, pk: int | None) -> Body | None:
        rows = Body.objects.visible_to(self.actor).select_related("organisation")
        return self.pick(self._by(rows, "pk", [pk]), pk, "body", _("There is no body with this id."))

    def meeting(self, pk: int | None) -> Meeting | None:
        rows = Meeting.objects.visible_to(self.actor).select_related("body__organisation")
        return self.pick(self._by(rows, "pk", [pk]), pk, "meeting", _("There is no meeting with this id."))

    def recommendation(self, pk: int | None) -> Recommendation | None:
        rows = Recommendation.objects.visible_to(self.actor).select_related("body__organisation")
        fault = _("There is no recommendation with this id.")
        return self.pick(self._by(rows, "pk", [pk]), pk, "recommendation", fault)

    def amounts(self, ids: Iterable[int | None]) -> dict[Any, Amount]:
        return self._by(Amount.objects.visible_to(self.actor), "pk", ids)

    def amount(self, pk: int | None, field: str = "comes_from") -> Amount | None:
        return self.pick_amount(self.amounts([pk]), pk, field)

    def pick_amount(self, rows: Mapping[Any, Amount], pk: int | None, field: str) -> Amount | None:
        return self.pick(rows, pk, field, _("There is no amount with this id."))

    def commitments(self, ids: Iterable[int | None]) -> dict[Any, Commitment]:
        return self._by(Commitment.objects.visible_to(self.actor).select_related("cell"), "pk", ids)

    def owner(self, pk: int | None) -> Organisation | None:
        """The organisation named; left out, the caller's own."""
        if pk is None:
            return self.actor.organisation
        rows = Organisation.objects.filter(pk__in=organisations_of_area(self.actor))
        return self.pick(self._by(rows, "pk", [pk]), pk, "owner", _("There is no organisation with this id."))
