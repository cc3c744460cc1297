"""Closing a budget year, and saying what each place of it will have cost."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.identity import rights as permissions
from portal.ledger import today
from portal.ui import formats
from portal.ui.fields import MoneyField, SmartDateField
from portal.ui.tables import Column, Table
from programmes import closing
from programmes.balance import Balance, balances
from programmes.budget_figures import Asked
from programmes.cells import left_in, require_keeper, work_name
from programmes.models import BudgetCell, ExpectedOutturn, FundingSource, Reconciliation
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.places import places_left
from programmes.rights import CHANGE_BUDGET, CLOSE_YEAR
from programmes.views.budget import decimals_of
from programmes.views.budget_change_forms import OwnerForm
from programmes.views.budget_editing import AlterMoney, MakeMoney, OnceForm, Steps


class CloseForm(OnceForm):
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


class CloseYear(OwnerForm, MakeMoney):
    """/oekonomi/aar/<year>/luk/?owner="""

    action = CLOSE_YEAR
    kind = "year_closing"
    title: ClassVar[str | Promise] = gettext_lazy("Close the year")
    button = gettext_lazy("Close the year")
    done = gettext_lazy("The year is closed.")
    template = "programmes/budget/close_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        permissions.require(self.actor, self.action)
        if not FIRST_YEAR <= int(kwargs["year"]) <= LAST_YEAR:
            raise Http404
        if not self.owners:
            return render(request, "programmes/budget/nothing.html", {"title": self.title, "own": True})
        return super().dispatch(request, *args, **kwargs)

    def steps(self) -> Steps:
        return [
            (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
            (str(self.kwargs["year"]), f"{self.address(0)}"),
        ]

    def form(self, data: Any = None) -> CloseForm:
        return CloseForm(data)

    def make(self, form: CloseForm, written: Written) -> int:
        year = self.kwargs["year"]
        return closing.close_year(self.actor, self.owner, year, note=form.cleaned_data["note"], written=written).pk

    def address(self, pk: int) -> str:
        return f"{reverse('programmes:budget_year', args=[self.kwargs['year']])}?owner={self.owner.pk}"

    def more(self, form: Any) -> dict[str, Any]:
        places = [each for each in places_left(self.owner, [self.kwargs["year"]]) if each.left]
        months = Reconciliation.objects.filter(owner=self.owner, year=self.kwargs["year"])
        return {
            "owner": self.owner,
            "year": self.kwargs["year"],
            "places": places,
            "open": sum((each.left for each in places if each.left > 0), Decimal(0)),
            "over": [each for each in places if each.left < 0],
            "reconciled": months.order_by("-month").first(),
        }


class ExpectedForm(OnceForm):
    stated_on = SmartDateField(label=gettext_lazy("As expected on"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(
        self, cells: list[BudgetCell], newest: dict[int, ExpectedOutturn], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.cells, self.newest = cells, newest
        for cell in cells:
            said = newest.get(cell.pk)
            self.fields[f"expected_{cell.pk}"] = MoneyField(
                label=work_name(cell.initiative),
                required=False,
                help_text=self.hint(said),
                initial=said.quantity if said else None,
            )

    @staticmethod
    def hint(said: ExpectedOutturn | None) -> str:
        if said is None:
            return _("Nothing has been said yet.")
        return _("Said on %(day)s.") % {"day": formats.date_da(said.stated_on)}

    @property
    def place_fields(self) -> list[Any]:
        return [self[f"expected_{cell.pk}"] for cell in self.cells]

    def changed(self) -> dict[Any, Decimal]:
        """Initiative → what is said anew; what stands as it stood is not said again."""
        found = {}
        for cell in self.cells:
            kroner, said = self.cleaned_data.get(f"expected_{cell.pk}"), self.newest.get(cell.pk)
            if kroner is not None and (said is None or said.quantity != kroner):
                found[cell.initiative] = kroner
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for cell in self.cells:
            name = f"expected_{cell.pk}"
            if cell.pk in self.newest and cleaned.get(name) is None and name not in self.errors:
                self.add_error(
                    name, _("What has been said is not taken away. Write the new amount, also when it is 0.")
                )
        return cleaned


class Expected(AlterMoney):
    """/oekonomi/kilder/<key>/forventet/<year>/: one form for all places of a source in a year."""

    action = CHANGE_BUDGET
    title: ClassVar[str | Promise] = gettext_lazy("Expected outturn")
    lead = gettext_lazy("What each place will have cost when the year is over, as you see it now.")
    done = gettext_lazy("The expectations are saved.")
    template = "programmes/budget/expected_form.html"
    draft_title = gettext_lazy("Expected outturn")

    @cached_property
    def source(self) -> FundingSource:
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        source = get_object_or_404(rows, key=self.kwargs["key"])
        require_keeper(self.actor, source, CHANGE_BUDGET)
        if not FIRST_YEAR <= self.kwargs["year"] <= LAST_YEAR:
            raise Http404
        return source

    @cached_property
    def cells(self) -> list[BudgetCell]:
        rows = BudgetCell.objects.filter(funding_source=self.source, year=self.kwargs["year"])
        return list(rows.select_related("initiative", "funding_source").order_by("initiative__number", "pk"))

    @cached_property
    def newest(self) -> dict[int, ExpectedOutturn]:
        return closing.newest_outturns(self.source, self.kwargs["year"])

    def steps(self) -> Steps:
        year = reverse("programmes:budget_year", args=[self.kwargs["year"]])
        return [
            (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
            (str(self.kwargs["year"]), f"{year}?owner={self.source.owner_id}"),
        ]

    def thing(self) -> str:
        return closing.outturns_thing(self.source, self.kwargs["year"])

    def mark(self) -> str:
        return closing.outturns_mark(self.source, self.kwargs["year"])

    def thing_name(self) -> str:
        return f"{self.source} {self.kwargs['year']}"

    def fresh(self) -> ExpectedForm:
        return ExpectedForm(self.cells, self.newest, initial={"stated_on": today()})

    def form(self, data: Any) -> ExpectedForm:
        return ExpectedForm(self.cells, self.newest, data)

    def save(self, form: ExpectedForm) -> None:
        said = form.cleaned_data
        closing.expect_all(
            self.actor, self.source, self.kwargs["year"], form.changed(), stated_on=said["stated_on"],
            note=said["note"], seen=self.seen,
        )  # fmt: skip

    def more(self, form: Any) -> dict[str, Any]:
        left = left_in(self.cells)
        found = balances_of(self.source, self.kwargs["year"])
        rows = []
        for cell in self.cells:
            balance = found.get(cell.heading_id, Balance())
            rows.append(
                {
                    "name": work_name(cell.initiative),
                    "corrected": balance.corrected,
                    "spent": balance.spent,
                    "bound": balance.bound,
                    "left": left[cell.pk],
                }
            )
        shown = decimals_of(value for row in rows for value in row.values() if isinstance(value, Decimal))
        titles = {
            "corrected": _("Corrected budget"),
            "spent": _("Spent"),
            "bound": _("Committed"),
            "left": _("Left of the budget"),
        }
        columns = [Column(what, title, kind="number", decimals=shown) for what, title in titles.items()]
        return {
            "source": self.source,
            "year": self.kwargs["year"],
            "table": Table(
                caption=_("As it stands now, kroner"),
                columns=[Column("name", _("Initiative")), *columns],
                rows=rows,
                empty=_("The funding source has no money in this year."),
            ),
        }


def balances_of(source: FundingSource, year: int) -> dict[int, Balance]:
    """Heading → balance of a source in a year, as it stands now."""
    asked = Asked(source.owner, year=year, source=source)
    return {key.heading: balance for key, balance in balances(ledger.AsOf.now(), asked.where()).items()}
