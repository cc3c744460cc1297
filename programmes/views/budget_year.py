"""A budget year of an organisation: its half-year account, what can be carried over, its months, and closing it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as permissions
from portal.ledger import today
from portal.ui.empty import EmptyValue
from portal.ui.export import export_response, requested
from portal.ui.tables import Cell, Column, Table
from programmes import budget_grid
from programmes.balance import Balance, Key, balances, summed
from programmes.budget_figures import Asked
from programmes.models import Reconciliation, YearClosing
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.places import PlaceLeft, places_left
from programmes.rights import CHANGE_BUDGET, CLOSE_YEAR
from programmes.views.budget import decimals_of, remarks
from programmes.views.budget_asking import MoneyPage

Row = dict[str, Any]


class YearBase(MoneyPage):
    filters = ("owner",)

    @property
    def year(self) -> int:
        return int(self.kwargs["year"])

    def year_asked(self) -> int:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise Http404
        return self.year

    @cached_property
    def closing(self) -> YearClosing | None:
        rows = YearClosing.objects.filter(owner=self.owner, year=self.year).select_related("closed_by")
        return rows.first()


class YearPage(YearBase):
    """/oekonomi/aar/<year>/?owner="""

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": str(year)})
        groups = budget_grid.read(self.asked, self.moment, self.sources, self.place_name)
        whole = budget_grid.whole(groups)
        own = self.owner.pk in self.actor.organisation_ids
        context = {
            **self.page_context(),
            "year": year,
            "asked": self.asked,
            "filter_form": self.filter_form(),
            "whole": whole,
            "urls": {what: self.figure_url(what) for what in ("corrected", "spent", "bound", "left")},
            "remarks": remarks(whole, 1),
            "closing": self.closing,
            "sources": self.sources_table(groups),
            "left": self.left_table(),
            "months": self.months_table(),
            "may_close": own and permissions.may(self.actor, CLOSE_YEAR) and self.closing is None
            and year <= today().year,
            "may_change": own and permissions.may(self.actor, CHANGE_BUDGET),
        }  # fmt: skip
        return render(request, "programmes/budget/year.html", context, status=self.status)

    def sources_table(self, groups: list[budget_grid.Group]) -> Table:
        """Each source with the budget and what is expected; where one says it."""
        shown = [getattr(group.balance, what) for group in groups for what in ("corrected", "spent", "expected")]
        own = self.owner is not None and self.owner.pk in self.actor.organisation_ids
        says = own and bool(permissions.may(self.actor, CHANGE_BUDGET))
        rows = []
        for group in groups:
            asked, balance = self.asked.narrowed(source=group.source), group.balance
            said = sum(1 for place in group.places if place.balance.expected is not None)
            note = _("said of %(number)s of %(all)s places") % {"number": said, "all": len(group.places)}
            expected: Any = EmptyValue.NOT_REPORTED
            if balance.expected is not None:
                expected = Cell(balance.expected, self.figure_url("expected", asked), note)
            url = reverse("programmes:expected", args=[group.source.key, self.year]) if says else ""
            rows.append(
                {
                    "name": group.source.name,
                    "corrected": Cell(balance.corrected, self.figure_url("corrected", asked)),
                    "spent": Cell(balance.spent, self.figure_url("spent", asked)),
                    "expected": expected,
                    "say": Cell(_("Say what is expected"), url) if url else "",
                }
            )
        columns = [
            Column("name", _("Funding source")),
            *(
                Column(what, title, kind="number", decimals=decimals_of(shown))
                for what, title in (
                    ("corrected", _("Corrected budget")),
                    ("spent", _("Spent")),
                    ("expected", _("Expected outturn")),
                )
            ),
        ]
        return Table(
            caption=_("Budget, spent and expected by funding source, kroner"),
            caption_hidden=True,
            columns=[*columns, Column("say", _("Estimate"))] if says else columns,
            rows=rows,
            empty=_("There is no money in this budget year."),
        )

    def left_table(self) -> Table:
        places = [each for each in places_left(self.asked.owner, [self.year]) if each.left]
        return Table(
            caption=_("What can be carried over, kroner"),
            caption_hidden=True,
            columns=[
                Column("name", _("Place")),
                Column("left", _("Left"), kind="number", decimals=decimals_of(each.left for each in places)),
            ],
            rows=[self.left_row(each) for each in places],
            empty=_("Nothing is left in this year."),
        )

    def left_row(self, place: PlaceLeft) -> Row:
        cell = place.cell
        asked = self.asked.narrowed(source=cell.funding_source, heading=cell.heading_id)
        note = _("overspent or committed above the budget") if place.left < 0 else ""
        return {"name": place.name, "left": Cell(place.left, self.figure_url("left", asked), note)}

    def months_table(self) -> Table:
        rows = Reconciliation.objects.filter(owner=self.owner, year=self.year).select_related("funding_source")
        found = list(rows.order_by("-month", "-pk")[:200])
        shown = decimals_of(value for row in found for value in (row.system_total, row.our_total))
        money = {"kind": "number", "decimals": shown}
        return Table(
            caption=_("Reconciled months, kroner"),
            caption_hidden=True,
            columns=[
                Column("month", _("Until the end of"), kind="month"),
                Column("source", _("Funding source")),
                Column("system", _("The finance system"), **money),  # type: ignore[arg-type]
                Column("ours", _("Here"), **money),  # type: ignore[arg-type]
                Column("difference", _("Difference"), lead=True, **money),  # type: ignore[arg-type]
                Column("explanation", _("Explanation")),
            ],
            rows=[
                {
                    "month": date(row.year, row.month, 1),
                    "source": str(row.funding_source or _("All")),
                    "system": row.system_total,
                    "ours": row.our_total,
                    "difference": row.difference,
                    "explanation": row.explanation,
                }
                for row in found
            ],
            empty=_("No month of the year is reconciled with the finance system yet."),
        )


HALF_YEAR = {
    "original": gettext_lazy("Original budget"),
    "corrected": gettext_lazy("Corrected budget on 30 June"),
    "spent": gettext_lazy("Spent until 30 June"),
    "expected": gettext_lazy("Expected outturn of the year"),
    "difference": gettext_lazy("Expected less corrected budget"),
}


class HalfYear(YearBase):
    """/oekonomi/aar/<year>/halvaar/: budget and spending until 30 June, and what the whole year is expected to cost.

    What was decided and booked until then counts, as far as it was known on the day that is asked for.
    """

    @cached_property
    def until(self) -> date:
        return date(self.year, 6, 30)

    @cached_property
    def account(self) -> dict[Key, Balance]:
        """Until the day; what is expected is the newest statement known, which often comes in August."""
        known = balances(self.moment, self.asked.narrowed(until=self.until).where())
        newest = balances(self.moment, self.asked.where())
        keys = {*known, *(key for key, balance in newest.items() if balance.expected is not None)}
        return {key: replace(known.get(key, Balance()), expected=newest.get(key, Balance()).expected) for key in keys}

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": _("Half-year account")})
        groups = budget_grid.grouped(self.account, self.sources, self.place_name)
        kind = requested(request)
        if kind is not None:
            self.require_a_readable_date()
            name = "-".join((_("half-year-account"), self.owner.name, str(year)))
            return export_response(kind, name, self.columns(2), self.lines(groups))
        shown = [value for group in groups for place in group.places for value in self.amounts(place.balance).values()]
        context = {
            **self.page_context(),
            "year": year,
            "until": self.until,
            "filter_form": self.filter_form(),
            "whole": budget_grid.whole(groups),
            "table": Table(
                caption=_("Half-year account, kroner"),
                caption_hidden=True,
                columns=self.columns(decimals_of(shown)),
                rows=list(self.lines(groups)),
                total=self.row("", _("In all"), balances_in(groups), self.asked) if groups else None,
                empty=_("There is no money in this budget year."),
            ),
        }  # fmt: skip
        return render(request, "programmes/budget/half_year.html", context, status=self.status)

    @staticmethod
    def columns(decimals: int) -> list[Column]:
        return [
            Column("source", _("Funding source")),
            Column("name", _("Initiative")),
            *(
                Column(what, title, kind="number", decimals=decimals, lead=what == "expected")
                for what, title in HALF_YEAR.items()
            ),
        ]

    @staticmethod
    def amounts(balance: Balance) -> dict[str, Decimal | None]:
        expected = balance.expected
        return {
            "original": balance.original,
            "corrected": balance.corrected,
            "spent": balance.spent,
            "expected": expected,
            "difference": None if expected is None else expected - balance.corrected,
        }

    def lines(self, groups: list[budget_grid.Group]) -> Iterator[Row]:
        for group in groups:
            for place in group.places:
                asked = self.asked.narrowed(source=group.source, heading=place.heading)
                yield self.row(group.source.name, self.place_name(place.heading), [place.balance], asked)

    def row(self, source: str, name: str, of: list[Balance], asked: Asked) -> Row:
        until = asked.narrowed(until=self.until)
        whole = summed(of)
        said = [each.expected is not None for each in of]
        row: Row = {"source": source or name, "name": name if source else ""}
        for what, value in self.amounts(whole).items():
            if value is None:
                row[what] = EmptyValue.NOT_REPORTED
            elif what == "difference":
                # Only where every place has said what it expects does the difference mean anything.
                row[what] = value if all(said) else EmptyValue.NOT_REPORTED
            else:
                row[what] = Cell(value, self.figure_url(what, asked if what == "expected" else until))
        if any(said) and not all(said):
            note = _("not reported for %(number)s of %(all)s places") % {"number": said.count(False), "all": len(of)}
            row["expected"] = Cell(whole.expected, self.figure_url("expected", asked), note)
        return row


def balances_in(groups: list[budget_grid.Group]) -> list[Balance]:
    return [place.balance for group in groups for place in group.places]
