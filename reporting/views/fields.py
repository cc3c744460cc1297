"""Form fields that several pages of reporting share."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui import formats
from portal.ui.dates import DateError, parse_date

GROUPED = {"da": re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"), "en": re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")}
MOST_DIGITS = 15


class NumberField(forms.CharField):
    """A number as people write it in the language of the page: 1.400 or 0,5 in Danish. Exact; no sign, no exponent."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, whole: bool = False, **kwargs: Any) -> None:
        self.whole = whole
        super().__init__(**{"max_length": 40, **kwargs})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return None if text == "" else read_number(text, whole=self.whole)

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value, 6) if isinstance(value, Decimal | int) else value


def read_number(text: str, *, whole: bool = False) -> Decimal:
    """Raises ValidationError with what to write."""
    written = re.sub(r"[\s\u00a0]", "", text)
    danish = formats.language() != "en"
    if GROUPED["da" if danish else "en"].fullmatch(written):
        written = written.replace("." if danish else ",", "")
    if danish:
        written = written.replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    plain = re.fullmatch(r"\d+(\.\d+)?", written) is not None and len(written) <= MOST_DIGITS
    if not plain or not number.is_finite():
        raise forms.ValidationError(_("Write a number, for example 1400."), code="number")
    if whole and number != number.to_integral_value():
        raise forms.ValidationError(_("Write a whole number, for example 1400."), code="whole")
    return number


class LinesField(forms.CharField):
    """Lines of "what: number", as (text, number); unless a number is `needed`, also "what" alone, as (text, None)."""

    widget = forms.Textarea(attrs={"rows": 3})
    needed = True

    def clean(self, value: Any) -> list[tuple[str, Decimal | None]]:
        lines: list[tuple[str, Decimal | None]] = []
        for line in str(super().clean(value)).splitlines():
            if not line.strip():
                continue
            name, colon, number = line.rpartition(":")
            if not self.needed and not (colon and number.strip()):
                lines.append((line.strip().rstrip(":").strip(), None))
                continue
            if not colon or not name.strip():
                raise forms.ValidationError(_("Write one on each line, with a colon before the number."), code="line")
            lines.append((name.strip(), read_number(number)))
        return lines


class MilestonesField(LinesField):
    """Lines of "31.01.2021: 300", as a target stores them."""

    def clean(self, value: Any) -> Any:
        found = []
        for text, number in super().clean(value):
            try:
                day: date = parse_date(text)
            except DateError as problem:
                raise forms.ValidationError(str(problem), code="date") from problem
            found.append({"by": day.isoformat(), "amount": f"{number:f}"})
        return found


class AlternativesField(LinesField):
    """Lines of "name: number", as a target stores them; the source may state no number of an alternative."""

    needed = False

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return [{"name": name, "amount": None if number is None else f"{number:f}"} for name, number in found]


class WeightsField(forms.CharField):
    """Twelve whole numbers, January first."""

    def clean(self, value: Any) -> Any:
        words = str(super().clean(value)).replace(",", " ").replace(";", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words) or len(words) not in (0, 12):
            raise forms.ValidationError(_("Give twelve whole numbers, January first."), code="weights")
        return [int(word) for word in words]
