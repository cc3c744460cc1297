"""The filters of the API's lists: what is not one of ours is refused at its name, never passed over."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_ID = 2**63 - 1


class IdFilter(django_filters.Filter):
    """An id of ours; `shape` is the filter's schema in the OpenAPI document, here and below."""

    shape = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = gettext_lazy("Write a whole number.")
        kwargs.setdefault("error_messages", dict.fromkeys(("invalid", "min_value", "max_value"), message))
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)


class DayFilter(django_filters.DateFilter):
    shape = {"type": "string", "format": "date"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Write the date as YYYY-MM-DD.")})
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class MonthField(forms.CharField):
    """YYYY-MM, read as the first of the month."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return parse_month(text) if text else None


def parse_month(text: str) -> date:
    """The first of the month written YYYY-MM. Raises ValidationError."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValidationError(_("Write the month as YYYY-MM.")) from None


class MonthFilter(django_filters.Filter):
    shape = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
    field_class = MonthField


class MunicipalityFilter(django_filters.Filter):
    """A municipality by its four-digit code."""

    shape = {"type": "string", "pattern": "^[0-9]{4}$"}
    field_class = forms.RegexField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages", {"invalid": gettext_lazy("Write the municipality's code of four digits, such as 0851.")}
        )
        super().__init__(*args, regex=r"^[0-9]{4}\Z", **kwargs)


class FlagFilter(django_filters.Filter):
    """true or false, and nothing that looks like them."""

    shape = {"type": "boolean"}
    field_class = forms.TypedChoiceField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid_choice": gettext_lazy("Write true or false.")})
        super().__init__(
            *args,
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            empty_value=None,
            **kwargs,
        )


class CodeFilter(django_filters.Filter):
    """One of the codes of a list that lies in the database (or another callable): an unknown code is refused."""

    shape = {"type": "string"}
    field_class = forms.CharField

    def __init__(self, *args: Any, codes: Callable[[], Iterable[str]], **kwargs: Any) -> None:
        def known(value: str) -> None:
            possible = sorted(codes())
            if value not in possible:
                raise ValidationError(_("Choose one of: %(names)s.") % {"names": ", ".join(possible)})

        super().__init__(*args, validators=[known], **kwargs)
