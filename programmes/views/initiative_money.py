"""What an initiative costs: amounts as stated, its budget year by year, and what was planned and said of its money."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import amount_words as words
from programmes import rights
from programmes.balance import Balance, balances, summed
from programmes.models import Amount, FundingSource, Initiative, ScenarioSet
from programmes.views.budget import decimals_of
from programmes.views.cofinancing_parts import cofinancing_table
from programmes.views.eligibility import eligibility_table
from programmes.views.finding import visible_initiative
from programmes.views.sections import SECTIONS, Section

COLUMNS = ("corrected", "bound", "spent", "expected", "left")


def budget_of(initiative: Initiative) -> dict[int, list[tuple[str, Balance]]]:
    """Year → (the source's key, its balance), in order. Three questions."""
    found: dict[int, list[tuple[str, Balance]]] = defaultdict(list)
    for key, balance in sorted(balances(ledger.AsOf.now(), Q(heading=initiative.heading_id)).items()):
        found[key.year].append((key.source, balance))
    return dict(sorted(found.items()))


def money(initiative: Initiative, actor: Actor) -> Section | None:
    """One sentence on the initiative's page, and the way to the rest."""
    if not permissions.may(actor, rights.VIEW_MONEY):
        return None
    year = ledger.today().year
    this = summed(balance for _source, balance in budget_of(initiative).get(year, []))
    said = {
        "year": year,
        "corrected": formats.money(this.corrected),
        "spent": formats.money(this.spent),
        "left": formats.money(this.left),
    }
    text = _("In %(year)s the budget is %(corrected)s; %(spent)s is spent and %(left)s is left.") % said
    if not (this.corrected or this.spent or this.bound):
        text = _("Nothing is appropriated to it in %(year)s.") % said
    if this.overspent:
        text += " " + _("More is spent than was appropriated: %(over)s.") % {"over": formats.money(this.overspent)}
    address = reverse("programmes:initiative_money", args=[initiative.pk])
    return Section(_("Money"), text=text, links=((_("Amounts, budget and decisions"), address),))


SECTIONS.insert(1, money)  # right after the sheet


class InitiativeMoney(ActionMixin):
    """/initiativer/<pk>/penge/"""

    action = rights.VIEW_MONEY

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        initiative = visible_initiative(self.actor, pk)
        amounts = list(
            Amount.objects.standing()
            .filter(initiative=initiative)
            .select_related("funding_source", "comes_from__funding_source", "decision__body", "initiative")
            .prefetch_related("lines")
            .order_by("stated_on", "pk")
        )
        scenarios = ScenarioSet.objects.filter(initiative=initiative).order_by("pk")
        context = {
            "initiative": initiative,
            "plan": initiative.programme,
            "amounts": amounts_table(amounts),
            "budget": self.budget(initiative),
            "scenarios": [(str(each), reverse("programmes:scenarios", args=[each.pk])) for each in scenarios],
            "eligibility": eligibility_table(initiative, self.actor),
            "cofinancing": cofinancing_table(initiative),
        }
        return render(request, "programmes/initiative_money.html", context)

    def budget(self, initiative: Initiative) -> Table:
        """A row for each year and source; every number opens to what it is made of."""
        by_year = budget_of(initiative)
        keys = {source for rows in by_year.values() for source, _balance in rows}
        sources = {row.key: row for row in FundingSource.objects.filter(key__in=keys).select_related("owner")}
        every = [getattr(each, name) for found in by_year.values() for _key, each in found for name in COLUMNS]
        shown = decimals_of(every)
        rows: list[Any] = []
        for year, found in by_year.items():
            rows.append(GroupRow(str(year)))
            for key, balance in found:
                source = sources[key]
                rows.append({
                    "source": Cell(source.name, reverse("programmes:source", args=[key])),
                    **{
                        name: Cell(_number(getattr(balance, name)), figure_address(source, initiative, year, name))
                        for name in COLUMNS
                    },
                    "note": _("overspent by %(over)s") % {"over": formats.money(balance.overspent)}
                    if balance.overspent
                    else "",
                })  # fmt: skip
        titles = {
            "corrected": _("Corrected budget"),
            "bound": _("Committed"),
            "spent": _("Spent"),
            "expected": _("Expected outturn"),
            "left": _("Left"),
        }
        return Table(
            caption=_("Budget year by year"),
            caption_hidden=True,
            columns=[
                Column("source", _("Funding source")),
                *(Column(name, titles[name], kind="money", decimals=shown, lead=name == "left") for name in COLUMNS),
                Column("note", _("Note")),
            ],
            rows=rows,
            empty=_("Nothing is appropriated to it yet."),
        )


def _number(value: Any) -> Any:
    return EmptyValue.NOT_REPORTED if value is None else value


def figure_address(source: FundingSource, initiative: Initiative, year: int, name: str) -> str:
    """The page of what the number is made of."""
    asked = {
        "what": name,
        "owner": source.owner_id,
        "source": source.key,
        "year": year,
        "heading": initiative.heading_id,
    }
    return f"{reverse('programmes:budget_figure')}?{urlencode(asked)}"


def amounts_table(amounts: list[Amount]) -> Table:
    """Every amount that is stated of the initiative, with its step, and what it comes from: one krone is never two."""
    rows = [
        {
            "amount": Cell(words.how_much(each), reverse("programmes:amount", args=[each.pk]), note=each.note),
            "years": words.which_years(each),
            "step": str(each.get_step_display()),
            "source": Cell(each.funding_source.name, reverse("programmes:source", args=[each.funding_source.key]))
            if each.funding_source is not None
            else "",
            "from": str(each.comes_from.funding_source or "") if each.comes_from is not None else "",
            "decision": Cell(str(each.decision), reverse("programmes:decision", args=[each.decision.pk]))
            if each.decision is not None
            else "",
        }
        for each in amounts
    ]
    return Table(
        caption=_("Amounts"),
        caption_hidden=True,
        columns=[
            Column("amount", _("Amount")),
            Column("years", _("Years")),
            Column("step", _("Step")),
            Column("source", _("Funding source")),
            Column("from", _("Comes from")),
            Column("decision", _("Decision")),
        ],
        rows=rows,
        empty=_("Nothing is said of its money."),
    )
