"""The budget of an organisation: a year by source and initiative, and several years side by side."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as permissions
from portal.ledger import today
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.export import export_response, requested
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import budget_grid, prices
from programmes.balance import Balance, balances, summed
from programmes.budget_figures import Asked
from programmes.budget_grid import Group
from programmes.models import BudgetChange
from programmes.rights import CHANGE_BUDGET
from programmes.views.budget_asking import BudgetForm, MoneyPage

Row = dict[str, Any]
Kind = BudgetChange.Kind
AMOUNTS = {
    "original": gettext_lazy("Original budget"),
    "supplementary": gettext_lazy("Supplementary"),
    "transfer": gettext_lazy("Transferred"),
    "carry_over": gettext_lazy("Carried over"),
    "corrected": gettext_lazy("Corrected budget"),
    "bound": gettext_lazy("Committed"),
    "spent": gettext_lazy("Spent"),
    "expected": gettext_lazy("Expected outturn"),
    "left": gettext_lazy("Left of the budget"),
}
"""The columns of a budget year: attributes of a Balance."""
CHANGES = ("original", "supplementary", "transfer", "carry_over")
YEARS_SHOWN = 4
"""A budget year and the next three."""


def decimals_of(values: Iterable[Any]) -> int:
    """Øre are shown where there are any; what is no number (a value that is missing) has none."""
    return 2 if any(isinstance(value, Decimal | Fraction) and value % 1 for value in values) else 0


def remarks(balance: Balance, missing: int = 0) -> str:
    """What a budget officer must be told in words."""
    found = []
    if balance.overspent:
        found.append(_("Overspent by %(over)s") % {"over": formats.money(balance.overspent)})
    elif balance.left < 0:
        found.append(_("Committed %(over)s above the budget") % {"over": formats.money(-balance.left)})
    if balance.expected is not None and not missing and balance.expected > balance.corrected:
        over = formats.money(balance.expected - balance.corrected)
        found.append(_("Expected to be overspent by %(over)s") % {"over": over})
    return "; ".join(found)


class Grid(MoneyPage):
    """/oekonomi/?owner=&year=&source=&programme=&heading="""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": _("Budget and accounts")})
        groups = budget_grid.read(self.asked, self.moment, self.sources, self.place_name)
        kind = requested(request)
        if kind is not None:
            self.require_a_readable_date()
            name = "-".join((_("budget"), self.owner.name, str(self.asked.year)))
            return export_response(kind, name, self.file_columns(), self.file_rows(groups))
        context = {
            **self.page_context(),
            "filter_form": self.filter_form(),
            "asked": self.asked,
            "table": self.table(groups),
            "overspent": [
                {"name": f"{group.source}, {self.place_name(place.heading)}", "url": self.url("overspent", place),
                 "over": place.balance.overspent}
                for group in groups for place in group.places if place.balance.overspent
            ],
            "whole": budget_grid.whole(groups),
            "urls": {what: self.figure_url(what) for what in ("corrected", "spent", "bound", "left")},
            "keeps": self.owner.pk in self.actor.organisation_ids,
            "may_change": permissions.may(self.actor, CHANGE_BUDGET),
        }  # fmt: skip
        return render(request, "programmes/budget/grid.html", context, status=self.status)

    def url(self, what: str, place: budget_grid.Place) -> str:
        return self.figure_url(what, self.asked.narrowed(source=place.source, heading=place.heading))

    def table(self, groups: list[Group]) -> Table:
        shown = [value for group in groups for place in group.places for value in _amounts(place.balance).values()]
        return Table(
            caption=_("Budget %(year)s, kroner") % {"year": str(self.asked.year)},
            columns=_columns(decimals_of(shown)),
            rows=list(self.rows(groups)),
            total=self.row(_("In all"), [place.balance for group in groups for place in group.places], self.asked)
            if groups
            else None,
            compact=True,
            empty=_("There is no money in this budget year. Choose another year, or remove a filter."),
        )

    def rows(self, groups: list[Group]) -> Iterator[Row | GroupRow]:
        for group in groups:
            address = reverse("programmes:source", args=[group.source.key])
            yield GroupRow(format_html('<a href="{}">{}</a>', address, group.source.name))
            of_source = self.asked.narrowed(source=group.source)
            for place in group.places:
                of_place = of_source.narrowed(heading=place.heading)
                yield self.row(self.place_name(place.heading), [place.balance], of_place)
            if len(group.places) > 1:
                sum_of = _("%(source)s in all") % {"source": group.source}
                yield self.row(sum_of, [place.balance for place in group.places], of_source)

    def row(self, name: str, of: list[Balance], asked: Asked) -> Row:
        """A place, or a sum of places; every number leads to what it is made of."""
        balance = summed(of)
        missing = sum(1 for each in of if each.expected is None)
        row: Row = {"name": name}
        for what, value in _amounts(balance).items():
            if value is None:
                row[what] = EmptyValue.NOT_REPORTED
            else:
                row[what] = Cell(value, self.figure_url(what, asked) if value or what not in CHANGES else "")
        if missing and balance.expected is not None:
            note = _("not reported for %(number)s of %(all)s places") % {"number": missing, "all": len(of)}
            row["expected"] = Cell(balance.expected, self.figure_url("expected", asked), note)
        if words := remarks(balance, missing):
            row["left"] = Cell(balance.left, self.figure_url("left", asked), words)
        return row

    def file_columns(self) -> list[Column]:
        """The columns of the page and those that a table of rows needs besides."""
        money = [Column(what, title, kind="money") for what, title in AMOUNTS.items()]
        return [
            Column("source", _("Funding source")),
            Column("name", _("Initiative")),
            Column("year", _("Budget year"), kind="number"),
            *money,
            Column("overspent", _("Overspent"), kind="money"),
            Column("as_of", _("As registered on"), kind="date"),
            Column("place", _("Facts until"), kind="number"),
        ]

    def file_rows(self, groups: list[Group]) -> Iterator[Row]:
        common = {"as_of": self.moment.day or today(), "place": self.moment.place, "year": self.asked.year}
        for group in groups:
            for place in group.places:
                amounts = {
                    what: EmptyValue.NOT_REPORTED if value is None else value
                    for what, value in _amounts(place.balance).items()
                }
                yield {
                    "source": group.source.name,
                    "name": self.place_name(place.heading),
                    **amounts,
                    "overspent": place.balance.overspent,
                    **common,
                }


def _amounts(balance: Balance) -> dict[str, Decimal | None]:
    return {what: getattr(balance, what) for what in AMOUNTS}


def _columns(decimals: int) -> list[Column]:
    return [
        Column("name", _("Initiative")),
        *(
            Column(what, title, kind="number", decimals=decimals, lead=what == "left")
            for what, title in AMOUNTS.items()
        ),
    ]


class Years(MoneyPage):
    """/oekonomi/flere-aar/?year=&prices=: the corrected budget of a budget year and the next three, in columns.

    As it was decided, or carried to the prices of one year: then what cannot be carried is left out, and said.
    """

    filters = ("owner", "year", "source", "programme", "heading", "prices")

    @cached_property
    def asked(self) -> Asked:
        return super().asked.narrowed(years=YEARS_SHOWN)

    @cached_property
    def price_year(self) -> int | None:
        return price_year_of(self.request.GET.get("prices", ""))

    @property
    def shown_years(self) -> list[int]:
        first = self.asked.year or self.actor.on.year
        return list(range(first, first + YEARS_SHOWN))

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": _("Budget and the next three years")})
        rows = list(self.priced() if self.price_year is not None else self.decided())
        kind = requested(request)
        if kind is not None:
            self.require_a_readable_date()
            name = "-".join((_("budget"), self.owner.name, str(self.shown_years[0])))
            return export_response(kind, name, self.columns(rows, 2), rows)
        shown = decimals_of(
            cell.value for row in rows for year in self.shown_years if isinstance(cell := row[str(year)], Cell)
        )
        context = {
            **self.page_context(),
            "filter_form": self.filter_form(),
            "table": Table(
                caption=self.caption(),
                columns=self.columns(rows, shown),
                rows=rows[:-1],
                total=rows[-1] if len(rows) > 1 else None,
                empty=_("There is no budget in these years."),
            ),
            "price_year": self.price_year,
            "factors": self.factor_words() if self.price_year else [],
        }
        return render(request, "programmes/budget/years.html", context, status=self.status)

    def caption(self) -> str:
        if self.price_year is None:
            return _("Corrected budget, kroner, in the prices each amount was decided in")
        return _("Corrected budget, kroner, in prices of %(year)s") % {"year": self.price_year}

    def columns(self, rows: list[Row], decimals: int) -> list[Column]:
        years = [Column(str(year), str(year), kind="number", decimals=decimals) for year in self.shown_years]
        return [Column("source", _("Funding source")), Column("name", _("Initiative")), *years]

    def decided(self) -> Iterator[Row]:
        found = {key: balance.corrected for key, balance in balances(self.moment, self.asked.where()).items()}
        yield from self.lines(found, lambda value: (value, ""))

    def priced(self) -> Iterator[Row]:
        """Carried exactly, rounded when it is shown."""
        year = self.price_year or 0
        found = prices.corrected_by_price_year(self.moment, self.asked.where())

        def carry(amounts: prices.ByPriceYear) -> tuple[Any, str]:
            value, left_out = prices.carried(amounts, self.factors, year)
            if not left_out:
                return value, ""
            words = _("without %(kroner)s whose prices are not known") % {"kroner": formats.money(left_out)}
            return (value, words) if value else (EmptyValue.NOT_IN_SOURCE, words)

        yield from self.lines(found, carry)

    def lines(self, found: dict[Any, Any], shown: Callable[[Any], tuple[Any, str]]) -> Iterator[Row]:
        """A row a place and, last, the sum."""
        names = {source.key: source.name for source in self.sources}
        places = {(key.source, key.heading): self.place_name(key.heading) for key in found}
        by_key = {source.key: source for source in self.sources}
        for (source, heading), name in sorted(places.items(), key=lambda each: (names[each[0][0]], each[1])):
            row: Row = {"source": names[source], "name": name}
            for year in self.shown_years:
                of_place = self.asked.narrowed(year=year, years=1, source=by_key[source], heading=heading)
                amounts = [value for key, value in found.items() if key == (source, heading, year)]
                row[str(year)] = self.cell(amounts, shown, of_place)
            yield row
        if places:
            total: Row = {"source": _("In all"), "name": ""}
            for year in self.shown_years:
                amounts = [value for key, value in found.items() if key.year == year]
                total[str(year)] = self.cell(amounts, shown, self.asked.narrowed(year=year, years=1))
            yield total

    def cell(self, amounts: list[Any], shown: Callable[[Any], tuple[Any, str]], asked: Asked) -> Cell:
        if not amounts:
            return Cell(Decimal(0))
        value, words = shown(_added(amounts))
        prices_of = {} if self.price_year is None else {"prices": str(self.price_year)}
        return Cell(value, self.figure_url("corrected", asked, **prices_of), words)

    @cached_property
    def factors(self) -> dict[int, Any]:
        return prices.known_factors(self.moment.day or today())

    def factor_words(self) -> list[str]:
        """The factors on the way between the years shown and the year of the prices."""
        wanted = sorted({*self.shown_years, self.price_year or 0})
        return [
            _("To prices of %(year)s: %(factor)s (%(source)s)")
            % {"year": year, "factor": formats.number(row.factor, 6), "source": row.source}
            for year, row in self.factors.items()
            if wanted[0] - YEARS_SHOWN < year <= wanted[-1]
        ]

    def filter_form(self) -> BudgetForm:
        form = super().filter_form()
        as_decided = _("as decided")
        years = range(self.shown_years[0] - 2, self.shown_years[-1] + 1)
        form.offer("prices", ((year, _("prices of %(year)s") % {"year": year}) for year in years), as_decided)
        form.data = {**form.data, "prices": self.request.GET.get("prices", "")}
        return form


def price_year_of(text: str) -> int | None:
    """The year of an address's prices; None is as decided."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def _added(amounts: list[Any]) -> Any:
    """Kroner added; kroner by price year added by price year."""
    if not isinstance(amounts[0], dict):
        return sum(amounts, Decimal(0))
    total: prices.ByPriceYear = {}
    for each in amounts:
        for year, kroner in each.items():
            total[year] = total.get(year, Decimal(0)) + kroner
    return total
