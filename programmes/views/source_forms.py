"""The forms of funding sources and their accounts."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.fields import MoneyField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.models import FundingSource
from programmes.views.money_forms import Group, InitiativeField, SourceField, TokenForm, YearField, visible_initiatives

ALL = [("", _("All"))]
RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
TEXT = forms.Textarea(attrs={"rows": 3})


class SourceFilter(PortalForm):
    text = forms.CharField(label=_("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[*ALL, *FundingSource.Kind.choices])
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[*ALL, *FundingSource.Status.choices])
    owner = forms.CharField(label=_("Kept by"), required=False, widget=forms.Select)

    def offer(self, owners: QuerySet[Organisation]) -> None:
        self.fields["owner"].widget.choices = [("", _("All")), *((each.pk, each.name) for each in owners)]

    def clean_owner(self) -> int | None:
        text = self.cleaned_data["owner"]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class RateField(forms.Field):
    """A share in per cent, as people write it: 50, 50 %, 33,3. The cleaned value is (parts, of) or None."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> tuple[int, int] | None:
        text = str(value or "").replace("%", "").replace(" ", "").replace(",", ".")
        if not text:
            return None
        if not RATE.fullmatch(text):
            raise forms.ValidationError(_("Write the rate in per cent, for example 50 or 33,3."))
        share = Fraction(Decimal(text)) / 100
        if share > 1:
            raise forms.ValidationError(_("A support rate is between 0 and 100 percent."))
        # As it was written: 50 of 100, and not 1 of 2.
        whole = 100
        while whole % share.denominator:
            whole *= 10
        return share.numerator * (whole // share.denominator), whole


def rate_text(source: FundingSource) -> str:
    """ "50 %"; "" where there is none."""
    if source.rate_of is None or not source.rate_in:
        return ""
    return f"{formats.number(Fraction(100 * source.rate_of, source.rate_in), 3)}{formats.NBSP}%"


class SourceForm(TokenForm):
    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As it is called in decisions and accounts."))
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Kept by"), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=FundingSource.Kind.choices)
    status = forms.ChoiceField(label=_("Status"), choices=FundingSource.Status.choices, initial="active")
    funder = forms.CharField(label=_("Who gives it"), max_length=160, required=False)
    parent = SourceField(label=_("Part of"), required=False, empty_label=_("not part of another"))
    starts_on = SmartDateField(label=_("From"), required=False)
    ends_on = SmartDateField(label=_("To"), required=False)
    way = forms.ChoiceField(
        label=_("How it was had"),
        required=False,
        choices=[("", _("not said")), *FundingSource.Way.choices],
    )
    deadline = SmartDateField(label=_("Deadline for applying"), required=False)
    sought = MoneyField(label=_("Sought"), required=False)
    answered_on = SmartDateField(label=_("Answered"), required=False)
    granted = MoneyField(label=_("Granted"), required=False)
    eligibility = forms.CharField(label=_("What it may be used for"), required=False, max_length=4000, widget=TEXT)
    rate = RateField(
        label=_("Support rate, per cent"),
        required=False,
        help_text=_("The highest share of the costs that it pays, for example 50."),
    )
    co_financing = forms.CharField(label=_("Rules for co-financing"), required=False, max_length=4000, widget=TEXT)
    asks_timesheets = forms.BooleanField(
        label=_("The funder asks for timesheets"),
        required=False,
        help_text=_("Hours are registered only then; otherwise own staff is an own frame."),
    )
    price_year = YearField(label=_("Prices of the year"), required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("The document that says so, and the page.")
    )

    def __init__(self, actor: Actor, *args: Any, of: FundingSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if of is None:
            fields["owner"].queryset = Organisation.objects.filter(pk__in=actor.organisation_ids).order_by("sort_key")
            fields["owner"].initial = actor.organisation
        else:
            del fields["owner"], fields["token"]
        parents = FundingSource.objects.visible_to(actor).order_by("sort_key", "pk")
        fields["parent"].queryset = parents.exclude(pk=of.pk) if of is not None else parents

    def groups(self) -> list[Group]:
        shown = []
        for title, names in GROUPS:
            fields = [self[name] for name in names if name in self.fields]
            opened = any(each.errors or each.value() not in (*EMPTY_VALUES, False) for each in fields)
            shown.append(Group(fields, title, opened))
        return shown

    def said(self) -> dict[str, Any]:
        """The fields of the source."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("token", "owner", "rate")}
        said["rate_of"], said["rate_in"] = self.cleaned_data["rate"] or (None, None)
        return said


GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    ("", ("token", "name", "owner", "kind", "status", "funder", "starts_on", "ends_on")),
    (_("Applying: deadline, sought and granted"), ("way", "deadline", "sought", "answered_on", "granted")),
    (
        _("What it may be used for, support rate and co-financing"),
        ("eligibility", "rate", "co_financing", "asks_timesheets"),
    ),
    (_("Part of another source, prices and document"), ("parent", "price_year", "source")),
)


def starting_from(source: FundingSource) -> dict[str, Any]:
    initial = {name: getattr(source, name) for name in SourceForm.base_fields if hasattr(source, name)}
    return {**initial, "rate": rate_text(source).replace(formats.NBSP, "").removesuffix("%")}


class AccountForm(TokenForm):
    account = forms.CharField(
        label=_("Account"),
        max_length=60,
        help_text=_("Main account, main function, function, dranst, ownership and grouping, like 06.48.67.1.0.001."),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    initiative = InitiativeField(
        empty_label=_("the source itself"), help_text=_("What is booked on the account counts for this initiative.")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = visible_initiatives(actor)
