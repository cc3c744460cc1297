"""Price indices: the factors that carry amounts from the prices of one year to those of the next."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ledger import today
from portal.ui.export import export_response, requested
from portal.ui.fields import SmartDateField
from portal.ui.tables import Column, Table
from programmes.models import PriceIndex
from programmes.prices import add_factor
from programmes.rights import KEEP_PRICES, VIEW_MONEY
from programmes.views.budget_editing import MakeMoney, OnceForm, Steps

COLUMNS = [
    Column("year", gettext_lazy("To the prices of"), kind="id"),
    Column("kind", gettext_lazy("Kind of expense")),
    Column("factor", gettext_lazy("Factor"), kind="number", decimals=6),
    Column("valid_from", gettext_lazy("Known from"), kind="date"),
    Column("source", gettext_lazy("Source")),
]


class PriceIndexList(ActionMixin):
    """/oekonomi/prisindeks/"""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = [
            {
                "year": str(each.year),
                "kind": each.kind or _("general"),
                "factor": each.factor,
                "valid_from": each.valid_from,
                "source": each.source,
            }
            for each in PriceIndex.objects.order_by("-year", "kind", "-valid_from", "-pk")
        ]
        kind = requested(request)
        if kind is not None:
            return export_response(kind, _("price-indices"), COLUMNS, rows)
        table = Table(
            caption=_("Price indices"),
            caption_hidden=True,
            columns=COLUMNS,
            rows=rows,
            empty=_("No factor is known, so amounts are shown in the prices in which they were decided."),
        )
        context = {"table": table, "may_keep": permissions.may(self.actor, KEEP_PRICES)}
        return render(request, "programmes/budget/price_indices.html", context)


class FactorForm(OnceForm):
    year = forms.IntegerField(label=gettext_lazy("To the prices of"), min_value=1990, max_value=2099)
    factor = forms.DecimalField(
        label=gettext_lazy("Factor"),
        max_digits=9,
        decimal_places=6,
        localize=True,
        help_text=gettext_lazy("From the prices of the year before: 1,035 is 3.5 percent more."),
    )
    kind = forms.CharField(
        label=gettext_lazy("Kind of expense"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Empty is the general factor, which the budget is carried by."),
    )
    valid_from = SmartDateField(label=gettext_lazy("Known from"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say where the factor is from.")},
    )


class MakeFactor(MakeMoney):
    """/oekonomi/prisindeks/opret/"""

    action = KEEP_PRICES
    kind = "price_index"
    title = gettext_lazy("Register a price index")
    lead = gettext_lazy("A later one replaces it from its day on; figures of earlier days keep theirs.")
    done = gettext_lazy("The factor is registered.")

    def form(self, data: Any = None) -> FactorForm:
        return FactorForm(data, initial={"valid_from": today()})

    def steps(self) -> Steps:
        return [
            (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
            (gettext_lazy("Price indices"), reverse("programmes:price_indices")),
        ]

    def make(self, form: FactorForm, written: Written) -> int:
        said = form.said()
        return add_factor(self.actor, written=written, **said).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:price_indices")
