"""What the controls of a form would send, and how it reads: for any form, from its widgets alone."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal.drafts.versions import Raw
from portal.ui.dates import PARTS
from portal.ui.fields import DateParts, DatePartsWidget

TICKED = "on"


def fields_of(form: forms.BaseForm) -> Iterator[forms.BoundField]:
    """The fields that a person sees."""
    return (bound for bound in form if not bound.is_hidden)


def sent_by(bound: forms.BoundField) -> Raw:
    """What the field of an unbound form would send if nobody touched it; every control of it is named."""
    widget: Any = bound.field.widget
    value, name = bound.value(), bound.html_name
    if isinstance(widget, DatePartsWidget):
        parts = DateParts.of(value)
        return {f"{name}_{part}": [getattr(parts, part)] for part in PARTS}
    if isinstance(widget, forms.CheckboxInput):
        return {name: [TICKED] if widget.check_test(value) else []}
    if isinstance(widget, forms.widgets.ChoiceWidget):
        chosen = [str(each) for each in widget.format_value(value)]
        options = [each for each, _label in _options(widget.choices)]
        known = [each for each in chosen if each in options]
        if not known and type(widget) is forms.Select and options:
            known = options[:1]  # a browser sends the first
        return {name: known}
    shown = widget.format_value(value)
    return {name: ["" if shown is None else str(shown)]}


def posted_by(bound: forms.BoundField, data: MultiValueDict[str, str]) -> Raw:
    """What came of the field."""
    name = bound.html_name
    names = [f"{name}_{part}" for part in PARTS] if isinstance(bound.field.widget, DatePartsWidget) else [name]
    if len(names) > 1 and name in data:
        names = [name]
    return {each: [str(value) for value in data.getlist(each)] for each in names if each in data}


def same(one: Raw, other: Raw) -> bool:
    """Do they say the same? How lines end, and in which order ticks come, is the browser's."""
    return _normal(one) == _normal(other)


def _normal(raw: Raw) -> dict[str, list[str]]:
    told = {name: sorted(value.replace("\r\n", "\n").strip() for value in values) for name, values in raw.items()}
    return {name: values for name, values in told.items() if any(values)}


def said(raw: Raw) -> bool:
    """Does it say anything?"""
    return any(value.strip() for values in raw.values() for value in values)


def reads(bound: forms.BoundField, raw: Raw) -> str:
    """The value in words."""
    widget: Any = bound.field.widget
    values = [value for values in raw.values() for value in values if value.strip()]
    if isinstance(widget, forms.CheckboxInput):
        return _("yes") if values else _("no")
    if not values:
        return _("(empty)")
    if isinstance(widget, DatePartsWidget):
        return ".".join(values)
    if isinstance(widget, forms.widgets.ChoiceWidget):
        labels = dict(_options(widget.choices))
        return ", ".join(str(labels.get(value, value)) for value in values)
    return "\n".join(values)


def label_of(form: forms.BaseForm, bound: forms.BoundField) -> str:
    """The field's label, with the words over it where several share one (`label_of` of the form)."""
    more: Any = getattr(form, "label_of", None)
    return str(more(bound.name) if more else bound.label)


def filled(form: forms.BaseForm, data: MultiValueDict[str, str]) -> None:
    """Put what was typed into an unbound form, without judging it."""
    for name, field in form.fields.items():
        widget = field.widget
        if isinstance(widget, forms.HiddenInput | forms.FileInput | forms.PasswordInput):
            continue
        form.initial[name] = widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
        form._bound_fields_cache.pop(name, None)  # type: ignore[attr-defined]  # one may have been asked already


def as_data(raw: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in raw.items():
        data.setlist(name, values)
    return data


def _options(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _options(label)
        else:
            yield str(value), str(label)
