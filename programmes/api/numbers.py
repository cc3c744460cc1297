"""Exact numbers over the API."""

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "2"})
class NumberField(serializers.DecimalField):
    """An exact number as text."""

    def __init__(self, **options: Any) -> None:
        fault = gettext_lazy("Write a number as text, for example 1400 or 0.5.")
        codes = ("invalid", "max_digits", "max_decimal_places", "max_whole_digits", "max_string_length")
        options.setdefault("error_messages", dict.fromkeys(codes, fault))
        super().__init__(max_digits=15, decimal_places=6, **options)

    def to_representation(self, value: Any) -> Any:
        return None if value is None else format(value.normalize(), "f")
