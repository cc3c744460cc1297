"""Fields whose choices the form shows and the rule judges, in its own words."""

from typing import Any

from django import forms

UNKNOWN = -1
"""The id of a choice that is no number: no row has it, so the rule refuses it in its own words."""


class ChoiceText(forms.CharField):
    """One of a list, as text; whether it may be chosen is the rule's to say."""

    widget = forms.Select

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


def must_choose(field: Any, message: Any) -> None:
    """One has to be chosen, so its label does not say otherwise, and it is asked for with the other fields."""
    field.required, field.error_messages["required"] = True, message


class ChoiceId(ChoiceText):
    """The id of one of a list, or None."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        return _id(text)


class ChoiceIds(forms.Field):
    """The ids of several of a list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> tuple[int, ...]:
        return tuple(_id(text) for text in value or ())


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else UNKNOWN
