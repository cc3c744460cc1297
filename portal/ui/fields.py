"""Form fields that know Danish dates, amounts of money and company numbers. Their messages say what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ui import formats
from portal.ui.amounts import AmountError, format_amount, read_amount
from portal.ui.cvr import clean_cvr, clean_p_number, cvr_problem
from portal.ui.dates import PARTS, DateError, date_of_parts, parse_date


@dataclass(frozen=True)
class DateParts:
    """What stands in the three boxes, kept as it was typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def of(cls, value: object) -> "DateParts":
        if isinstance(value, DateParts):
            return value
        if isinstance(value, date):
            return cls(str(value.day), str(value.month), str(value.year))
        return cls(day=str(value)) if value else cls()

    @property
    def blank(self) -> bool:
        return not (self.day.strip() or self.month.strip() or self.year.strip())

    def read(self) -> date:
        """The date. A whole date pasted into the first box is read too. Raises DateError."""
        if not self.month.strip() and not self.year.strip() and len(self.day.strip()) > 2:
            return parse_date(self.day)
        return date_of_parts(self.day, self.month, self.year)


class DatePartsWidget(forms.Widget):
    """Three boxes, <name>_day, <name>_month and <name>_year; also reads a whole date sent as <name>."""

    template_name = "ui/widgets/date_parts.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = DateParts.of(value)
        base = context["widget"]["attrs"].get("id", f"id_{name}")
        wrong = str(context["widget"]["attrs"].pop("data-wrong-parts", "")).split()
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        context["widget"]["boxes"] = [
            {
                "part": part,
                "name": f"{name}_{part}",
                "id": f"{base}_{part}",
                "label": labels[part],
                "value": getattr(parts, part),
                "wrong": part in wrong,
                "required": self.is_required,
                "disabled": bool(context["widget"]["attrs"].get("disabled")),
            }
            for part in PARTS
        ]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> DateParts:
        if name in data:
            return DateParts(day=str(data[name]))
        return DateParts(*(str(data.get(f"{name}_{part}", "")) for part in PARTS))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and all(f"{name}_{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else id_


class _DateMixin:
    """Earliest and latest day, with messages that name the day."""

    min_date: date | None
    max_date: date | None

    def within(self, day: date) -> date:
        for limit, wrong, message in (
            (self.min_date, self.min_date is not None and day < self.min_date, _("The date must be %(day)s or later")),
            (
                self.max_date,
                self.max_date is not None and day > self.max_date,
                _("The date must be %(day)s or earlier"),
            ),
        ):
            if wrong and limit is not None:
                raise ValidationError(message, code="range", params={"day": formats.date_da(limit), "parts": PARTS})
        return day


class DateField(_DateMixin, forms.Field):
    """A date in three boxes. `min_date` and `max_date` are included; cleaned value is a date or None."""

    widget = DatePartsWidget
    default_error_messages = {"required": _("Enter a date like 31.01.2021")}

    def __init__(self, *, min_date: date | None = None, max_date: date | None = None, **kwargs: Any) -> None:
        self.min_date, self.max_date = min_date, max_date
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        if isinstance(value, date):
            return self.within(value)
        parts = DateParts.of(value)
        if parts.blank:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required", params={"parts": PARTS})
            return None
        try:
            day = self.within(parts.read())
        except DateError as problem:
            raise ValidationError(
                problem.message.replace("%", "%%"), code="invalid", params={"parts": problem.parts}
            ) from None
        self.run_validators(day)
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return DateParts.of(initial) != DateParts.of(data) and (
                initial != (None if DateParts.of(data).blank else DateParts.of(data).read())
            )
        except DateError:
            return True


class SmartDateField(_DateMixin, forms.Field):
    """A date in one box, for filters and "as registered on": 31.01.2021, 31-1-2021, 31/1-2021, 2021-01-31."""

    widget = forms.TextInput
    default_error_messages = {"required": _("Enter a date like 31.01.2021")}

    def __init__(self, *, min_date: date | None = None, max_date: date | None = None, **kwargs: Any) -> None:
        self.min_date, self.max_date = min_date, max_date
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("class", "input-char-11")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except DateError as problem:
            raise ValidationError(problem.message, code="invalid") from None

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        return None if day is None else self.within(day)

    def prepare_value(self, value: Any) -> Any:
        return formats.date_da(value) if isinstance(value, date) else value


class PNumberField(forms.CharField):
    """The number of a place of work, without spaces; the rule says whether it is one. Its ten digits are no CPR."""

    other_numbers = True

    def to_python(self, value: Any) -> str:
        return clean_p_number(super().to_python(value) or "")


class CvrField(forms.CharField):
    """A CVR number, typed in any usual way; cleaned value is eight digits."""

    default_error_messages = {
        "required": _("Enter the CVR number"),
        "length": _("A CVR number has 8 digits. Check that none is missing or too many"),
        "check_digit": _("This is not a CVR number. Check whether two digits have changed places"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("class", "input-char-11")
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        number = clean_cvr(text)
        if problem := cvr_problem(number):
            raise ValidationError(self.error_messages[problem], code=problem)
        return number


class MoneyField(forms.Field):
    """An amount of money in one box, as people write it; the cleaned value is kroner as a Decimal with two decimals.

    Its hint says how an amount may be written, if the form has none of its own.
    """

    widget = forms.TextInput
    default_error_messages = {"required": _("Write an amount, for example 250.000 or 12,5 mio. kr.")}

    def __init__(self, *, allow_negative: bool = False, allow_zero: bool = True, **kwargs: Any) -> None:
        self.allow_negative, self.allow_zero = allow_negative, allow_zero
        kwargs.setdefault("help_text", _("In kroner, for example 250.000 or 12,5 mio. kr."))
        super().__init__(**kwargs)
        # Phones show digits and a comma; where there may be a minus, they would lack it.
        self.widget.attrs.setdefault("inputmode", "text" if allow_negative else "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return read_amount(value, allow_negative=self.allow_negative, allow_zero=self.allow_zero).kroner
        except AmountError as problem:
            raise ValidationError(str(problem), code=problem.code) from None

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value) if isinstance(value, int | Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
