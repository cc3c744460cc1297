"""The filters and forms of commitments, vouchers and reconciliations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.fields import MoneyField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.models import BudgetCell, Commitment, FundingSource, Initiative
from programmes.views.money_forms import (
    DecisionField,
    PlaceForm,
    QuestionForm,
    SourceField,
    TokenForm,
    YearField,
    kept_sources,
    own_decisions,
)

ALL = ("", _("All"))
NONE = "none"
"""In the address: money that is not released to any initiative."""


class PlaceFilter(PortalForm):
    """Where the money stands, of the places that the person's organisation has; and a text."""

    text = forms.CharField(label=_("Search"), required=False, max_length=100)
    source = forms.CharField(label=_("Funding source"), required=False, widget=forms.Select)
    initiative = forms.CharField(label=_("Initiative"), required=False, widget=forms.Select)
    year = forms.CharField(label=_("Budget year"), required=False, widget=forms.Select)

    def offer(self, actor: Actor) -> None:
        """One question: the sources, initiatives and years that own money stands in."""
        cells = BudgetCell.objects.filter(funding_source__owner__in=actor.organisation_ids).order_by()
        rows = list(
            cells.values_list(
                "funding_source__sort_key", "funding_source_id", "funding_source__name",
                "initiative__number", "initiative_id", "initiative__name", "year",
            )
        )  # fmt: skip
        sources = sorted({(sort, pk, name) for sort, pk, name, *_rest in rows})
        initiatives = sorted({(number, name, pk) for _s, _p, _n, number, pk, name, _y in rows if pk is not None})
        self._choose("source", [(str(pk), name) for _sort, pk, name in sources])
        named = [(str(pk), f"{number} {name}") for number, name, pk in initiatives]
        self._choose("initiative", [(NONE, _("not released to an initiative")), *named])
        self._choose("year", [(str(year), str(year)) for year in sorted({row[-1] for row in rows}, reverse=True)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].widget.choices = [ALL, *choices]

    def where(self) -> dict[str, Any]:
        """The filter as conditions on rows that have a cell; what is no number fits nothing it could mean."""
        found: dict[str, Any] = {}
        for name, column in (("source", "cell__funding_source"), ("year", "cell__year")):
            if (text := self.cleaned_data.get(name)) and _number(text) is not None:
                found[column] = _number(text)
        text = self.cleaned_data.get("initiative") or ""
        if text == NONE:
            found["cell__initiative"] = None
        elif _number(text) is not None:
            found["cell__initiative"] = _number(text)
        return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class CommitmentFilter(PlaceFilter):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Commitment.Kind.choices])
    state = forms.ChoiceField(
        label=_("Open or closed"), required=False, choices=[ALL, ("open", _("open")), ("closed", _("closed"))]
    )


class VoucherFilter(PlaceFilter):
    state = forms.ChoiceField(
        label=_("Only"),
        required=False,
        choices=[
            ALL,
            ("overspent", _("where more is spent than the budget has")),
            ("late", _("booked after the year was closed")),
            ("withdrawn", _("withdrawn")),
        ],
    )


class CommitmentForm(PlaceForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Commitment.Kind.choices,
        initial=Commitment.Kind.OWN,
        widget=forms.RadioSelect,
        help_text=_("Committed: an order or an agreement. Grant: what is promised to somebody else."),
    )
    quantity = MoneyField(label=_("Kroner"), allow_zero=False)
    counterpart = forms.CharField(label=_("To whom"), max_length=200)
    committed_on = SmartDateField(label=_("Committed"))
    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("The number by which the finance system knows it. Vouchers of a file find it by that."),
    )
    text = forms.CharField(label=_("About"), max_length=300, required=False)
    decision = DecisionField()

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        fields: Any = self.fields
        fields["decision"].queryset = own_decisions(actor)


class CommitmentChangeForm(QuestionForm):
    quantity = MoneyField(label=_("Kroner"), allow_zero=False)
    counterpart = forms.CharField(label=_("To whom"), max_length=200)
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    text = forms.CharField(label=_("About"), max_length=300, required=False)


class CommitmentField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    def label_from_instance(self, obj: Any) -> str:
        opened("commitment", obj.pk)
        parts = [obj.reference, obj.counterpart, formats.money(obj.quantity), obj.cell.funding_source.name]
        return " · ".join(part for part in (*parts, str(obj.cell.year)) if part)


class VoucherForm(PlaceForm):
    number = forms.CharField(label=_("Voucher number"), max_length=40)
    booked_on = SmartDateField(label=_("Booking day"))
    quantity = MoneyField(
        label=_("Kroner"), allow_zero=False, allow_negative=True, help_text=_("Below zero when money came back.")
    )
    supplier = forms.CharField(label=_("Supplier"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), max_length=300, required=False)
    commitment = CommitmentField(
        Commitment.objects.none(),
        label=_("Draws on the commitment"),
        required=False,
        empty_label=_("none"),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        fields: Any = self.fields
        rows = Commitment.objects.visible_to(actor).filter(closed_at=None)
        fields["commitment"].queryset = rows.select_related("cell__funding_source").order_by("-committed_on", "-pk")


class ReconciliationForm(TokenForm):
    year = YearField()
    month = forms.TypedChoiceField(label=_("Until the end of the month"), coerce=int)
    funding_source = SourceField(required=False, empty_label=_("all of the organisation's funding sources"))
    system_total = MoneyField(
        label=_("Spent by the finance system"),
        allow_negative=True,
        help_text=_("From 1 January to the end of the month."),
    )
    explanation = forms.CharField(
        label=_("Explanation of the difference"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only when the two totals differ."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        names = formats.MONTHS[formats.language()]
        fields["month"].choices = [(str(number), name) for number, name in enumerate(names, start=1)]
        fields["funding_source"].queryset = kept_sources(actor)


def place_named(source: FundingSource | None, initiative: Initiative | None, year: int | None) -> dict[str, Any]:
    """The initial values of a PlaceForm."""
    return {
        "funding_source": source.pk if source is not None else None,
        "initiative": initiative.pk if initiative is not None else None,
        "year": year or ledger.today().year,
    }
