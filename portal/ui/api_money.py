"""Amounts over the API: text such as "250000.00", never a number, which a reader may turn into a float."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.ui.amounts import MOST_DIGITS

OERE = Decimal("0.01")
PATTERN = rf"^-?(0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})(\.[0-9]{{1,2}})?$"


@extend_schema_field({"type": "string", "pattern": PATTERN, "example": "250000.00"})
class MoneyAmountField(serializers.Field):  # type: ignore[type-arg]
    """Kroner: a Decimal with two decimals inside, text with a point and at most two decimals outside."""

    default_error_messages = {
        "invalid": _('Write the amount in kroner as text, such as "250000.00".'),
        "negative": _("The amount must not be negative."),
        "zero": _("The amount must not be 0."),
    }

    def __init__(self, *, allow_negative: bool = False, allow_zero: bool = True, **kwargs: Any) -> None:
        self.allow_negative, self.allow_zero = allow_negative, allow_zero
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(PATTERN.removesuffix("$") + r"\Z", data):
            self.fail("invalid")
        amount = Decimal(data).quantize(OERE)
        if amount < 0 and not self.allow_negative:
            self.fail("negative")
        if amount == 0 and not self.allow_zero:
            self.fail("zero")
        return abs(amount) if amount == 0 else amount

    def to_representation(self, value: Decimal | int) -> str:
        """Raises ValueError rather than rounding."""
        exact = Decimal(value)
        shown = exact.quantize(OERE)
        if shown != exact:
            raise ValueError(f"{value} has more than two decimals")
        return str(shown)
