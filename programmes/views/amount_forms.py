"""The form of an amount: how it is stated, and its kroner by year, several years in one form without a script."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.ui.amounts import AmountError, read_years
from portal.ui.fields import MoneyField, SmartDateField
from programmes import amount_words
from programmes.models import Amount
from programmes.views.money_forms import (
    DecisionField,
    Group,
    InitiativeField,
    SourceField,
    TokenForm,
    YearField,
    kept_sources,
    own_decisions,
    visible_initiatives,
)

LINES, MORE, MOST_LINES = 4, 4, 40
MOST_ORIGINS = 300
Form = Amount.Form


class YearsField(forms.CharField):
    """Years as people write them: 2023, or 2023-2026. The cleaned value is a tuple of years, empty for none."""

    def clean(self, value: Any) -> tuple[int, ...]:
        text = super().clean(value)
        if not text:
            return ()
        try:
            return read_years(text)
        except AmountError as problem:
            raise ValidationError(str(problem)) from None


class OriginField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    def label_from_instance(self, obj: Any) -> str:
        return amount_words.title_of(obj)


def origins(actor: Actor) -> QuerySet[Amount]:
    """What an amount may come from: those with numbers that the person sees, of own sources and of others'."""
    rows = Amount.objects.visible_to(actor).standing().exclude(form__in=Amount.WITHOUT_NUMBER)
    return (
        rows.select_related("funding_source", "initiative")
        .prefetch_related("lines")
        .order_by("funding_source__sort_key", "initiative__number", "stated_on", "pk")
    )


class AmountForm(TokenForm):
    funding_source = SourceField(
        required=False,
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("Leave it empty only when no money is needed."),
    )
    initiative = InitiativeField()
    step = forms.ChoiceField(label=gettext_lazy("Step"), choices=Amount.Step.choices)
    form = forms.ChoiceField(
        label=gettext_lazy("How the amount is stated"), choices=Form.choices, widget=forms.RadioSelect
    )
    lines = forms.IntegerField(widget=forms.HiddenInput, required=False)
    comes_from = OriginField(
        Amount.objects.none(),
        label=gettext_lazy("Comes from"),
        required=False,
        empty_label=gettext_lazy("does not come from another amount"),
        help_text=gettext_lazy("The amount that this is a later step of, so that one krone is never counted twice."),
    )
    decision = DecisionField()
    stated_on = SmartDateField(
        label=gettext_lazy("Stated"), help_text=gettext_lazy("The day of the document or the decision.")
    )
    price_year = YearField(label=gettext_lazy("Prices of the year"), required=False)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The document that says so, and the page."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, actor: Actor, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.rows = _rows(data)
        fields: Any = self.fields
        fields["funding_source"].queryset = kept_sources(actor)
        fields["initiative"].queryset = visible_initiatives(actor)
        fields["comes_from"].queryset = origins(actor)
        fields["decision"].queryset = own_decisions(actor)
        fields["lines"].initial = self.rows
        for number in range(1, self.rows + 1):
            fields[f"year_{number}"] = YearsField(
                label=_("Year"),
                required=False,
                max_length=60,
                help_text=YEARS_HELP if number == 1 else "",
                widget=forms.TextInput(attrs={"class": "input-char-11", "autocomplete": "off"}),
            )
            fields[f"quantity_{number}"] = MoneyField(
                label=_("Kroner"), required=False, allow_zero=False, help_text=KRONER_HELP if number == 1 else ""
            )

    def label_of(self, name: str) -> str:
        """The labels of the lines repeat, so their number comes with them."""
        label = str(self.fields[name].label)
        number = name.rpartition("_")[2]
        return f"{label} {number}" if number.isdigit() else label

    def groups(self) -> list[Group]:
        """A year stands beside its kroner."""
        lines = [
            Group([self[f"year_{number}"], self[f"quantity_{number}"]], beside=True)
            for number in range(1, self.rows + 1)
        ]
        before = ("token", "lines", "funding_source", "initiative", "step", "form")
        after = ("comes_from", "decision", "stated_on", "source", "note")
        prices = self["price_year"]
        return [
            Group([self[name] for name in before]),
            *lines,
            Group([self[name] for name in after]),
            Group([prices], _("Prices"), bool(prices.errors or prices.value())),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["first_year"] = cleaned["last_year"] = None
        by_year: dict[int | None, Decimal] = {}
        for number in range(1, self.rows + 1):
            years, quantity = cleaned.pop(f"year_{number}", None), cleaned.pop(f"quantity_{number}", None)
            if years is None or (f"quantity_{number}" in self.errors):
                continue  # it is said already what is wrong with it
            if quantity is None:
                if years:
                    self.add_error(f"quantity_{number}", _("Write the amount of the year, or empty the year."))
                continue
            for year in self._years(cleaned.get("form", ""), number, years, cleaned):
                if year in by_year:
                    self.add_error(f"year_{number}", _("The year stands there twice."))
                by_year[year] = quantity
        cleaned["lines"] = by_year
        return cleaned

    def _years(self, form: str, number: int, years: tuple[int, ...], cleaned: dict[str, Any]) -> tuple[int | None, ...]:
        """Whose year an amount is: each of those written; of a frame they say from when to when."""
        if form == Form.FRAME:
            if len(years) < 2:
                text = _("Write from which year to which the frame runs, as in 2021-2024.")
                self.add_error(f"year_{number}", text)
                return ()
            cleaned["first_year"], cleaned["last_year"] = years[0], years[-1]
            return (None,)
        return years or (None,)


YEARS_HELP = gettext_lazy(
    "A year, or several with the same amount each: 2023-2026. Of a frame: the years it runs, 2021-2024. "
    "Empty when the source states no year, or no amount."
)

KRONER_HELP = gettext_lazy("In kroner, for example 250.000 or 12,5 mio. kr.")


def _rows(data: Any) -> int:
    """How many lines the form has; more when it is asked for more."""
    text = str(data.get("lines", "")) if data is not None else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else LINES
    if data is not None and "more" in data:
        number += MORE
    return max(LINES, min(number, MOST_LINES))
