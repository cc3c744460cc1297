"""A number of the budget opened: how it is added up, and the facts behind it as far as the reader may see them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.ledger import registry
from portal.ledger.disclosure import class_of
from portal.ledger.models import Fact
from portal.ui import formats
from portal.ui.dates import day_of_iso
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import budget, closing, commitments, prices, spending
from programmes.budget_figures import PARTS, Asked, Figure, Part, Share
from programmes.models import BudgetChange, BudgetLine, PriceIndex
from programmes.views.budget import AMOUNTS, decimals_of, price_year_of
from programmes.views.budget_asking import MoneyPage
from programmes.views.decision_words import said_by

PAGE = 25
TITLES = {**AMOUNTS, "overspent": gettext_lazy("Overspent")}
HOW = {
    "original": gettext_lazy("What was adopted before the year, decided as original budget."),
    "supplementary": gettext_lazy("What was granted later, each with what it is financed by."),
    "transfer": gettext_lazy("What was moved to here less what was moved from here in the same year."),
    "carry_over": gettext_lazy("What was carried over to this year less what was carried over from it."),
    "corrected": gettext_lazy("Original budget, supplementary appropriations, transfers and what was carried over."),
    "bound": gettext_lazy("What is committed, less what of it is spent by now."),
    "spent": gettext_lazy("What the finance system has booked. It is always taken, also above the budget."),
    "left": gettext_lazy("Corrected budget, less what is committed and not spent yet, less what is spent."),
    "overspent": gettext_lazy("What is spent, less the corrected budget. It is overspent when that is above zero."),
    "expected": gettext_lazy("The newest statement for each place of what it will have cost when the year is over."),
}


def part_name(part: Part) -> str:
    if part.measure == budget.MEASURE:
        return str(BudgetChange.Kind(part.category).label).capitalize()
    names = {
        commitments.MEASURE: _("Committed in all"),
        spending.DRAWN: _("Spent of what was committed"),
        spending.MEASURE: _("Spent"),
        closing.MEASURE: _("Expected outturn"),
    }
    return names[part.measure]


class FigurePage(MoneyPage):
    """/oekonomi/tal/?owner=&year=&source=&programme=&heading=&until=&what=left"""

    @property
    def default_year(self) -> int | None:
        """An address without a year asks about all of them."""
        return None

    @cached_property
    def asked(self) -> Asked:
        asked, until = super().asked, self.request.GET.get("until", "")
        return asked.narrowed(until=self.read_day(until)) if until else asked

    def read_day(self, text: str) -> date:
        try:
            return day_of_iso(text)
        except ValueError:
            raise Http404 from None

    def get(self, request: HttpRequest) -> HttpResponseBase:
        what = request.GET.get("what", "corrected")
        if what not in PARTS:
            raise Http404
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": _("A figure of the budget")})
        figure = Figure(self.asked, what, self.moment, self.actor)
        shares = figure.shares()
        page = keyset(figure.listed(), request.GET, ("-place",), PAGE)
        total = sum((share.total for share in shares), Decimal(0))
        openable = sum((share.openable for share in shares), Decimal(0))
        context = {
            **self.page_context(),
            "title": TITLES[what],
            "where": self.place_words(),
            "value": total,
            "how": HOW[what],
            "shares": self.shares_table(shares, total),
            "one_part": len(shares) < 2,
            "page": page,
            "facts": self.facts_table(figure, page.rows),
            "openable": openable,
            "others": total - openable,
            "hidden": [
                {"name": part_name(share.part), "value": share.total - share.openable}
                for share in shares
                if share.total != share.openable
            ],
            "back": self.back(),
            "carried": self.carried(what),
        }
        return render(request, "programmes/budget/figure.html", context, status=self.status)

    def carried(self, what: str) -> dict[str, Any] | None:
        """The corrected budget in the prices of a year: each price year's kroner, its factor and what comes of it."""
        year = price_year_of(self.request.GET.get("prices", ""))
        if what != "corrected" or year is None:
            return None
        amounts: prices.ByPriceYear = {}
        for by_year in prices.corrected_by_price_year(self.moment, self.asked.where()).values():
            for start, kroner in by_year.items():
                amounts[start] = amounts.get(start, Decimal(0)) + kroner
        factors = prices.known_factors(self.moment.day or ledger.today())
        value, left_out = prices.carried(amounts, factors, year)
        return {"year": year, "value": value, "left_out": left_out, "table": carried_table(amounts, factors, year)}

    def back(self) -> str:
        given = self.request.GET
        names = ("owner", "year", "source", "programme", "as_of", "place")
        kept = "&".join(f"{name}={given[name]}" for name in names if given.get(name))
        return f"{reverse('programmes:budget')}?{kept}" if kept else reverse("programmes:budget")

    def place_words(self) -> str:
        """Whose, which year, which source and initiative, until when."""
        asked = self.asked
        named = [str(asked.owner)]
        named += [str(asked.year)] if asked.year else [_("all years")]
        named += [str(each) for each in (asked.source, asked.programme) if each is not None]
        named += [self.place_name(asked.heading)] if asked.heading is not None else []
        named += [_("until %(day)s") % {"day": formats.date_da(asked.until)}] if asked.until else []
        return " · ".join(named)

    def shares_table(self, shares: list[Share], total: Decimal) -> Table:
        shown = decimals_of(share.total for share in shares)
        rows = []
        for share in shares:
            narrower = share.part.category if share.part.measure == budget.MEASURE else ""
            narrower = narrower or ("spent" if share.part.measure == spending.MEASURE else "")
            url = self.figure_url(narrower, self.asked) if narrower and len(shares) > 1 else ""
            rows.append({"name": part_name(share.part), "value": Cell(share.total, url)})
        return Table(
            caption=_("How the figure is added up"),
            caption_hidden=True,
            columns=[Column("name", _("Part")), Column("value", _("Kroner"), kind="number", decimals=shown)],
            rows=rows,
            total={"name": self.total_name(), "value": total},
            empty=_("Nothing has been registered, so the figure is 0."),
        )

    def total_name(self) -> str:
        return str(TITLES[self.request.GET.get("what", "corrected")])

    def facts_table(self, figure: Figure, facts: list[Fact]) -> Table:
        described = figure.described(facts)
        decided = self.decisions(facts)
        shown = decimals_of(fact.quantity for fact in facts)
        names = {source.key: source.name for source in self.sources}
        rows = []
        for fact in facts:
            source = names.get(fact.subcategory, fact.subcategory)
            about = described.get(fact.place)
            title: Any = about.title if about else _("Erased")
            notes = [str(about.reason)] if about and about.reason else []
            notes += [decided[fact.place]] if fact.place in decided else []
            if fact.reverses_id is not None:
                notes.insert(0, _("Takes no. %(place)s back.") % {"place": formats.number(fact.reverses_id)})
            elif fact.undone:  # type: ignore[attr-defined]  # annotated
                notes.insert(0, _("Taken back."))
                title = format_html("<del>{}</del>", title)
            period: Any = fact.period
            rows.append(
                {
                    "name": Cell(title, about.url if about and about.url else "", " ".join(notes)),
                    "kind": str(registry.get(fact.measure_id).name),
                    "where": f"{source}, {self.place_name(fact.heading_id or 0)}",
                    "year": str(period.lower.year),
                    "day": fact.occurred_on,
                    "place": fact.place,
                    "value": figure.sign_of(fact) * fact.quantity,
                }
            )
        return Table(
            caption=_("Registrations behind the figure"),
            caption_hidden=True,
            columns=[
                Column("name", _("Registration")),
                Column("kind", _("Kind")),
                Column("where", _("Where")),
                Column("year", _("Budget year"), kind="id"),
                Column("day", _("Day"), kind="date"),
                Column("place", _("No."), kind="number", decimals=0),
                Column("value", _("Kroner"), kind="number", decimals=shown, lead=True),
            ],
            rows=rows,
            empty=_("There is nothing that you can open."),
        )

    def decisions(self, facts: list[Fact]) -> dict[int, str]:
        """Place of a fact of the budget → who decided it and when. One query."""
        keys = {
            fact.place: int(fact.record.source_id)
            for fact in facts
            if fact.measure_id == budget.MEASURE and hasattr(fact, "record")
        }
        if not keys:
            return {}
        rows = BudgetLine.objects.filter(pk__in=keys.values()).select_related("change__decision__body")
        found = {row.pk: said_by(row.change.decision) for row in rows}
        return {place: found[pk] for place, pk in keys.items() if pk in found}


def carried_table(amounts: prices.ByPriceYear, factors: Mapping[int, PriceIndex], year: int) -> Table:
    rows = []
    for start, kroner in sorted(amounts.items(), key=lambda each: each[0] or 0):
        factor = None if start is None else prices.factor_between(factors, start, year)
        rows.append(
            {
                "prices": _("not stated") if start is None else str(start),
                "kroner": kroner,
                "factor": _("not known") if factor is None else factor,
                "carried": _("left out") if factor is None else Fraction(kroner) * factor,
            }
        )
    return Table(
        caption=_("From the prices of each amount"),
        caption_hidden=True,
        columns=[
            Column("prices", _("Prices of the year")),
            Column("kroner", _("Kroner"), kind="number", decimals=decimals_of(amounts.values())),
            Column("factor", _("Factor"), kind="number", decimals=6),
            Column("carried", _("Kroner in prices of %(year)s") % {"year": year}, kind="number", decimals=2, lead=True),
        ],
        rows=rows,
    )


class CostPerMatch(MoneyPage):
    """/oekonomi/pris-pr-match/: what each initiative has cost beside the matches that it has made."""

    filters = ("owner", "source", "programme")

    @property
    def default_year(self) -> int | None:
        return None

    def get(self, request: HttpRequest) -> HttpResponseBase:
        title = _("Cost per match")
        if self.owner is None:
            return render(request, "programmes/budget/nothing.html", {"title": title})
        counted = matches_by_heading(self.moment, list(self.initiatives))
        context = {
            **self.page_context(),
            "title": title,
            "filter_form": self.filter_form(),
            "table": None if counted is None else self.table(counted),
        }
        return render(request, "programmes/budget/cost_per_match.html", context, status=self.status)

    def table(self, counted: dict[int, Decimal]) -> Table:
        where = self.asked.where()
        spent = {
            row["heading"]: row["total"]
            for row in ledger.sums(spending.MEASURE, self.moment, ("heading",), where)
            if row["heading"] in self.initiatives
        }
        rows = []
        for heading, kroner in sorted(spent.items(), key=lambda each: str(self.initiatives[each[0]])):
            number = counted.get(heading, Decimal(0))
            of_place = self.asked.narrowed(heading=heading)
            share = formats.share(kroner, number)
            rows.append(
                {
                    "name": Cell(str(self.initiatives[heading]), note=self.initiatives[heading].programme.name),
                    "spent": Cell(kroner, self.figure_url("spent", of_place)),
                    "matches": number,
                    "cost": _("no match yet") if share is None else share,
                }
            )
        return Table(
            caption=_("Spent and matches by initiative"),
            caption_hidden=True,
            columns=[
                Column("name", _("Initiative")),
                Column("spent", _("Spent, kroner (numerator)"), kind="number", decimals=decimals_of(spent.values())),
                Column("matches", _("Matches (denominator)"), kind="number", decimals=0),
                Column("cost", _("Kroner per match"), kind="number", decimals=0, lead=True),
            ],
            rows=rows,
            empty=_("Nothing is spent on initiatives yet."),
        )


MATCHES = "match_registered"
"""The measure is another app's: read by its key where it is registered and open."""


def matches_by_heading(as_of: ledger.AsOf, headings: list[int]) -> dict[int, Decimal] | None:
    """Heading → matches counted on it; None where matches are not counted here, or are not shown as they are."""
    if all(each.key != MATCHES for each in registry.all_measures()) or class_of(MATCHES) != "open":
        return None
    rows = ledger.sums(MATCHES, as_of, ("heading",), Q(heading__in=headings))
    return {row["heading"]: row["total"] for row in rows}
