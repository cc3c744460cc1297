"""Forms in the markup of Det Fælles Designsystem: label, hint, error and control in this order, and an error summary.

Any Django form is drawn this way (the renderer is the project's FORM_RENDERER); PortalForm and PortalModelForm add what
a renderer cannot know. Fields of our own are in portal.ui.fields and can be imported from here.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.http import QueryDict
from django.template import loader
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.ui import cpr_in_forms
from portal.ui.fields import CvrField, DateField, DateParts, MoneyField, SmartDateField

__all__ = [
    "CvrField",
    "DateField",
    "DateParts",
    "MoneyField",
    "OnceForm",
    "PortalForm",
    "PortalModelForm",
    "PortalRenderer",
    "SmartDateField",
    "errors_of",
    "say",
    "sent_before",
    "summary_of",
]

Shape = Literal["control", "group", "tick", "date", "hidden"]

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-checkbox"),  # before its parent RadioSelect
    (forms.RadioSelect, "form-radio"),
    (forms.CheckboxInput, "form-checkbox"),
    (forms.Select, "form-select"),
    (forms.Textarea, "form-input"),
    (forms.widgets.Input, "form-input"),
)


MOST_TICKS = 8
"""More than these in a list that may stay empty are folded away."""


class PortalBoundField(BoundField):
    """A field with what its markup needs: which shape it has, its ids, and where a link to its error leads."""

    @cached_property
    def shape(self) -> Shape:
        widget = self.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "tick"
        return "date" if widget.use_fieldset else "control"

    @property
    def folded(self) -> bool:
        """A long list of ticks that may all stay empty is opened by who wants it: a form is a page, not a register."""
        if not self.optional or self.errors or not isinstance(self.field.widget, forms.CheckboxSelectMultiple):
            return False
        return len(self.subwidgets) > MOST_TICKS and not self.value()

    @property
    def template(self) -> str:
        return f"ui/fields/{self.shape}.html"

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def message(self) -> str:
        """What is wrong, as one text; the error summary says the same words."""
        return " ".join(str(error) for error in self.errors)

    @property
    def optional(self) -> bool:
        return not self.field.required

    @property
    def described_by(self) -> str:
        ids = [self.hint_id] if self.help_text else []
        return " ".join([*ids, self.error_id] if self.errors else ids)

    @property
    def aria_describedby(self) -> str | None:
        return None if self.field.widget.attrs.get("aria-describedby") else self.described_by

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """Of a date: the boxes to look at."""
        found: list[str] = []
        for error in self.errors.as_data() if self.errors else ():
            found.extend(part for part in (error.params or {}).get("parts", ()) if part not in found)
        return tuple(found) or (("day", "month", "year") if self.errors else ())

    @property
    def first_id(self) -> str:
        """The id of the control that a link in the error summary moves to."""
        if self.shape == "group":
            return f"{self.auto_id}_0"
        if self.shape == "date" and self.wrong_parts:
            return f"{self.auto_id}_{self.wrong_parts[0]}"
        return self.id_for_label or self.auto_id

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        own = next((name for kind, name in CLASSES if isinstance(widget, kind)), "")
        given = f"{widget.attrs.get('class', '')} {built.get('class', '')}".split()
        if own and not widget.is_hidden:
            built["class"] = " ".join(dict.fromkeys([own, *given]))
        if self.shape == "group" or self.shape == "date":
            built.pop("aria-invalid", None)  # said by the fieldset's description; not allowed on radio buttons
        elif self.field.required and not widget.is_hidden and not isinstance(widget, forms.CheckboxInput):
            built.setdefault("aria-required", "true")
        if self.shape == "date" and self.errors:
            built["data-wrong-parts"] = " ".join(self.wrong_parts)
        return built


class PortalRenderer(TemplatesSetting):
    """Field templates from templates/ui, Django's own widgets from Django."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = PortalBoundField

    @cached_property
    def django(self) -> DjangoTemplates:
        return DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self.django.get_template(template_name)
        return loader.get_template(template_name)


class _PortalFormMixin:
    # The browser's own bubbles would come before our messages, in the browser's language.
    use_required_attribute = False
    error_css_class = "form-error"

    def full_clean(self) -> None:
        # Here and not when the form is made: some fields are added, and some labels set, after that.
        for field in self.fields.values():  # type: ignore[attr-defined]
            say_what_to_do(field)
        super().full_clean()  # type: ignore[misc]
        cpr_in_forms.look(self)


def say_what_to_do(field: forms.Field) -> None:
    """Give the field words of ours where it has only Django's own: "This field is required" tells nobody what to do."""
    stock: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            stock |= vars(kind).get("default_error_messages", {})
    ours: dict[str, Any] = {
        "invalid_choice": _("Choose from the list."),
        "max_length": _("Write at most %(limit_value)s characters. There are %(show_value)s."),
        "min_value": _("Write a number that is not below %(limit_value)s."),
        "max_value": _("Write a number that is not above %(limit_value)s."),
        "null_characters_not_allowed": _("The text has a character that cannot be read. Write it again."),
    }
    if isinstance(field, forms.BooleanField):
        ours["required"] = _Labelled(_("Tick: %(label)s"), field)
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        ours["required"] = _Labelled(_("Choose %(label)s"), field)
        ours["invalid_list"] = ours["invalid_pk_value"] = ours["invalid_choice"]
    elif isinstance(field, forms.FileField):
        ours["required"] = _Labelled(_("Choose %(label)s"), field)
        ours["empty"] = _("The file is empty. Choose another.")
    else:
        ours["required"] = _Labelled(_("Fill in %(label)s"), field)
    if type(field) is forms.IntegerField:
        ours["invalid"] = _("Write a whole number, for example 1400.")
    for code, text in ours.items():
        given = field.error_messages.get(code)
        if given is None or str(given) == str(stock.get(code)):
            field.error_messages[code] = text


class _Labelled:
    """A lazy message with the field's label in lower case; the label may be set after the form is made."""

    def __init__(self, text: Any, field: forms.Field) -> None:
        self.text, self.field = text, field

    def __str__(self) -> str:
        label = str(self.field.label or "")
        lower = label[:1].lower() + label[1:] if label[1:2].islower() else label
        return str(self.text) % {"label": lower}


class PortalForm(_PortalFormMixin, forms.Form):
    """The base of every form page: no browser bubbles, messages that say what to do."""


class PortalModelForm(_PortalFormMixin, forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """PortalForm for a model."""


class OnceForm(PortalForm):
    """A form that makes something: the same sent twice is the first one's receipt."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4().hex

    @property
    def key(self) -> str:
        """Under which the submission is known; valid forms only."""
        return str(self.cleaned_data["token"]) or uuid.uuid4().hex

    def content(self) -> dict[str, Any]:
        """What was sent, for the receipt: the same again is the same."""
        data: Any = self.data
        kept = sorted(name for name in data if name not in ("csrfmiddlewaretoken", "token", "draft_page"))
        return {name: data.getlist(name) for name in kept}


def errors_of(refused: ValidationError) -> dict[str, list[str]]:
    """A rule's messages by field; "" for what concerns the whole."""
    found = refused.message_dict if hasattr(refused, "error_dict") else {"": list(refused.messages)}
    return {name: [str(text) for text in texts] for name, texts in found.items()}


def say(form: forms.BaseForm, refused: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """What a rule refused stands at its field, or over the form where that has none.

    `names` is the rule's field → the form's; a form may know better and have a method `field_of(name)`.
    """
    field_of = getattr(form, "field_of", None) or (lambda name: (names or {}).get(name, name))
    for name, texts in errors_of(refused).items():
        field = field_of(name)
        form.add_error(field if field in form.fields else None, texts)


def sent_before(form: forms.BaseForm) -> None:
    """The browser's back button, then something changed: what is typed stays, and is sent if the person says so."""
    form.add_error(
        None,
        _("This page has been sent before with something else in it, and that is saved. Press again to send this too."),
    )
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["token"] = uuid.uuid4().hex
    form.data = data


def summary_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """The lines of the error summary: text and the id of the first wrong control ("" when about the whole form)."""
    if not form.is_bound or not form.errors:
        return []
    lines = [{"text": str(error), "id": ""} for error in form.non_field_errors()]
    for bound in form:
        if bound.errors:
            target = bound.first_id if isinstance(bound, PortalBoundField) else bound.id_for_label
            lines.append({"text": " ".join(str(error) for error in bound.errors), "id": target})
    return lines
