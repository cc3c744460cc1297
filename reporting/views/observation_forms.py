"""The forms of series and observations. They read what was typed; whether it is right is said by the rules."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import address_of
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.tabular.numbers import exact
from portal.tabular.reading import MOST_BYTES
from portal.ui import formats
from portal.ui.cvr import clean_cvr
from portal.ui.fields import CvrField, DateField, SmartDateField
from portal.ui.forms import PortalForm
from portal.ui.upload import Kind, UploadField
from programmes.scope import organisations_of_area
from reporting import measures, reasons
from reporting.models import Observation, Series
from reporting.observation_rules import Said


class QuantityField(forms.CharField):
    """A number as people write it in the language of the page: 1.400, 34,7 or -2. Exact."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "input-width-s"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, **kwargs})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text == "":
            return None
        number = exact(text, "." if formats.language() == "en" else ",")
        if number is None:
            raise forms.ValidationError(_("Write a number, for example 1400."), code="number")
        return number

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value, 10) if isinstance(value, Decimal | int) else value


def kind_choices() -> list[tuple[str, Any]]:
    return [(key, registry.get(key).name) for key in measures.KINDS]


class SeriesFilterForm(PortalForm):
    text = forms.CharField(label=_("Search"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *kind_choices()]  # type: ignore[attr-defined]


class SeriesForm(PortalForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    key = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=69,
        required=False,
        help_text=_("Small letters, digits and hyphens. Empty: it is made from the name. It cannot be changed later."),
        error_messages={"invalid": _("Use only small letters a-z, digits and hyphens.")},
    )
    measure = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    question = forms.CharField(
        label=_("Question"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A statistic is imported; the invited of a survey get their series with the answers'.
        offered = [each for each in kind_choices() if each[0] not in (measures.STATISTIC, measures.INVITED)]
        self.fields["measure"].choices = offered  # type: ignore[attr-defined]

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or address_of(self.cleaned_data.get("name", ""))[:69].rstrip("-")


QUANTITY = {
    measures.ANSWER: _("Number of answers"),
    measures.INVITED: _("Number of invited"),
    measures.MEASUREMENT: _("Value"),
    measures.DELIVERY: _("Number delivered"),
    measures.VOLUME: _("Number"),
    measures.ASSESSMENT: _("Attainment in per cent"),
    measures.PERSONS: _("Number of persons"),
    measures.STATISTIC: _("Value"),
}
SHOWN = {
    measures.ANSWER: ("category", "municipality"),
    measures.INVITED: ("municipality",),
    measures.MEASUREMENT: ("qualifier", "vintage", "period_from", "period_to", "municipality"),
    measures.DELIVERY: ("organisation", "municipality"),
    measures.VOLUME: ("period_from", "period_to", "municipality", "organisation", "company"),
    measures.ASSESSMENT: (),
    measures.STATISTIC: (),
    measures.PERSONS: ("category", "municipality"),
}


class ObservationForm(PortalForm):
    """What it asks depends on the kind of series. `correcting` an observation: what it says, and why it changes."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    category = forms.CharField(label=_("Answer"), max_length=60)
    quantity = QuantityField()
    occurred_on = DateField(label=_("Day"), help_text=_("For example 31 1 2021"))
    qualifier = forms.ChoiceField(
        label=_("Qualifier"),
        required=False,
        choices=[("", _("exact")), ("ca.", "ca."), (">", _("more than")), ("<", _("less than"))],
    )
    vintage = forms.CharField(label=_("Vintage"), required=False, max_length=40)
    period_from = SmartDateField(label=_("About the period from"), required=False)
    period_to = SmartDateField(label=_("to"), required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    company = CvrField(
        label=_("The company's CVR number"),
        required=False,
        help_text=_("Only to count different companies. It is replaced by a random key."),
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=300)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of persons."),
    )  # fmt: skip
    constructed = forms.BooleanField(label=_("Constructed: the number is made up"), required=False)
    reason_code = reasons.field(reasons.OBSERVATION)
    reason = forms.CharField(label=_("Why is it corrected?"), max_length=300)

    def __init__(
        self, actor: Actor, series: Series, data: Any = None, *, correcting: Observation | None = None
    ) -> None:
        self.series, self.correcting = series, correcting
        super().__init__(data, initial=_initial(correcting) if correcting else {"token": uuid.uuid4().hex})
        kind = series.measure_id
        for name in ("category", "qualifier", "vintage", "period_from", "period_to", "municipality", "organisation",
                     "company"):  # fmt: skip
            if name not in SHOWN[kind] or (name == "company" and correcting):
                del self.fields[name]
        if correcting is None:
            del self.fields["reason"], self.fields["reason_code"]
        self.fields["quantity"].label = QUANTITY[kind]
        if kind == measures.PERSONS:
            self.fields["category"].label = _("Group of persons")
        if kind in (measures.ANSWER, measures.DELIVERY, measures.PERSONS) and correcting is None:
            self.fields["quantity"].initial = 1
        if "municipality" in self.fields:
            self.fields["municipality"].choices = [  # type: ignore[attr-defined]
                ("", _("Not stated")),
                *Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).values_list("code", "name"),
            ]
        if "organisation" in self.fields:
            names = Organisation.objects.filter(pk__in=organisations_of_area(actor)).order_by("sort_key")
            self.fields["organisation"].choices = [  # type: ignore[attr-defined]
                ("", _("Not stated")),
                *((str(pk), name) for pk, name in names.values_list("pk", "name")),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("period_from"), cleaned.get("period_to")
        if (start is None) != (end is None) and "period_from" in self.fields and not self.errors:
            self.add_error("period_to" if start else "period_from", _("Say both the first and the last day."))
        return cleaned

    def said(self) -> dict[str, Any]:
        """The fields of reporting.observations.observe, without the company."""
        cleaned = self.cleaned_data
        said: dict[str, Any] = {
            name: cleaned[name]
            for name in ("occurred_on", "quantity", "category", "qualifier", "vintage", "source", "note", "constructed")
            if name in self.fields
        }
        if "municipality" in self.fields:
            said["municipality"] = cleaned["municipality"] or None
        if "organisation" in self.fields:
            said["organisation"] = int(cleaned["organisation"]) if cleaned["organisation"] else None
        if "period_from" in self.fields:
            both = cleaned["period_from"] and cleaned["period_to"]
            said["period"] = (cleaned["period_from"], cleaned["period_to"]) if both else None
        return said

    def company_number(self) -> str:
        return clean_cvr(self.cleaned_data.get("company") or "")

    def say(self, errors: dict[str, list[str]]) -> None:
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def _initial(observation: Observation) -> dict[str, Any]:
    return {
        **{name: getattr(observation, name) for name in Said.__dataclass_fields__ if hasattr(observation, name)},
        "municipality": observation.municipality_id or "",
        "organisation": observation.organisation_id or "",
        "period_from": observation.period_from,
        "period_to": observation.period_to,
        "token": uuid.uuid4().hex,
    }


class ReasonForm(PortalForm):
    reason_code = reasons.field(reasons.OBSERVATION)
    reason = forms.CharField(label=_("Why?"), max_length=300)


class ConfirmForm(PortalForm):
    pass


class UploadForm(PortalForm):
    file = UploadField(
        label=_("File"),
        help_text=_("CSV, Excel (.xlsx) or LibreOffice (.ods), at most 10 MB and 50,000 rows."),
        kinds=(Kind.CSV, Kind.XLSX, Kind.ODS),
        most=MOST_BYTES,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["class"] = "form-input"
