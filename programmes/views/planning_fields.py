"""Fields and forms that the pages of planning share."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.tabular.numbers import exact
from portal.ui import formats

RATIO = re.compile(r"(\d{1,7})/(\d{1,7})")


def read_percent(text: str) -> Fraction:
    """50, 33,3 %, 33.3 or 1/3 as a share. Raises ValidationError with what to write."""
    written = re.sub(r"[\s\u00a0%]", "", text)
    if (ratio := RATIO.fullmatch(written)) and int(ratio[2]):
        share = Fraction(int(ratio[1]), int(ratio[2]))
    else:
        number = exact(written, ",") if "," in written else exact(written, ".")
        if number is None:
            raise ValidationError(_("Write a percent, for example 50 or 33,3."), code="percent")
        share = Fraction(number) / 100
    if not 0 <= share <= 1:
        raise ValidationError(_("A share is between 0 and 100 percent."), code="share")
    if share.denominator > 1_000_000:
        raise ValidationError(_("Write the share with at most four decimals."), code="decimals")
    return share


def percent_text(share: Fraction) -> str:
    """As `read_percent` reads it back, exactly: 33,3 or 1/3."""
    decimals = formats.number(share * 100, 4)
    whole = exact(decimals, "," if formats.language() == "da" else ".")
    return decimals if whole is not None and Fraction(whole) == share * 100 else str(share)


class PercentField(forms.CharField):
    """A share in percent; the cleaned value is a Fraction or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, **kwargs})
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "input-char-11"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return read_percent(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return percent_text(value) if isinstance(value, Fraction) else value


class HoursField(forms.CharField):
    """Hours with at most two decimals: 7,5. The cleaned value is a Decimal or None."""

    def __init__(self, *, most: int = 100_000, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**{"max_length": 20, **kwargs})
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "input-char-11"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        hours = exact(text, ",") if "," in text else exact(text, ".")
        if hours is None or hours < 0 or hours != formats.rounded(hours, 2):
            raise ValidationError(_("Write hours with at most two decimals, for example 7,5."), code="hours")
        if hours > self.most:
            raise ValidationError(
                _("Write at most %(most)s hours."), code="most", params={"most": formats.number(self.most)}
            )
        return hours

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value) if isinstance(value, Decimal) else value
