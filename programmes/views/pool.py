"""The page of one funding source: what it is, its money step by step and year by year, and who waits."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity import rights as permissions
from portal.ui import formats
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import amount_words as words
from programmes import rights
from programmes.balance import Balance, Key, balances, summed
from programmes.cells import may_keep
from programmes.models import Account, Amount, FundingSource, Initiative
from programmes.views.eligibility import eligibility_table
from programmes.views.money_pages import trail, two_columns
from programmes.views.source_forms import rate_text
from programmes.views.sources import SourceBase

ZERO = Decimal(0)
MOST_AMOUNTS = 200


class SourcePage(SourceBase):
    """/oekonomi/kilder/<key>/"""

    action = rights.VIEW_MONEY

    @cached_property
    def amounts(self) -> list[Amount]:
        rows = Amount.objects.filter(funding_source=self.source).select_related(
            "initiative", "funding_source", "comes_from__funding_source", "comes_from__initiative", "decision__body"
        )
        later = Prefetch("leads_to", Amount.objects.select_related("funding_source"))
        fetched = rows.prefetch_related("lines", later, "appropriated")
        return list(fetched.order_by("initiative__number", "initiative_id", "stated_on", "pk"))

    @cached_property
    def standing(self) -> list[Amount]:
        return [amount for amount in self.amounts if amount.withdrawn_at is None]

    @cached_property
    def balances(self) -> dict[Key, Balance]:
        return balances(ledger.AsOf.now(), Q(subcategory=self.source.key))

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        source = self.source
        waiting = words.waiting(self.standing)
        keeps = may_keep(self.actor, source, rights.MANAGE_SOURCES)
        opens = may_keep(self.actor, source, rights.VIEW_VOUCHERS)
        context = {
            "source": source,
            "trail": trail((_("Funding sources"), reverse("programmes:sources")), (source.name, "")),
            "details": details(source),
            "steps": steps_table(self.standing, self.balances),
            "once": counted_elsewhere(self.standing),
            "places": places_table(source, self.balances, link=bool(opens)),
            "overspent": summed_overspent(self.balances),
            "waiting": waiting_table(waiting) if waiting else None,
            "waiting_words": self.waiting_words(waiting),
            "amounts": amounts_table(self.amounts[:MOST_AMOUNTS]) if self.amounts else None,
            "more": max(len(self.amounts) - MOST_AMOUNTS, 0),
            "accounts": self.accounts(keeps=bool(keeps)),
            "eligibility": eligibility_table(source, self.actor),
            "keeps": keeps,
            "may": {
                "amount": bool(permissions.may(self.actor, rights.STATE_AMOUNTS)) and bool(keeps),
                "commit": bool(permissions.may(self.actor, rights.COMMIT)) and bool(keeps),
            },
        }
        return render(request, "programmes/source.html", context)

    def waiting_words(self, waiting: Sequence[Amount]) -> str:
        """How much waits beside how much is left, in one sentence."""
        if not waiting:
            return ""
        total = sum((words.total_of(amount) or ZERO for amount in waiting), ZERO)
        unsaid = sum(words.total_of(amount) is None for amount in waiting)
        own = [balance for key, balance in self.balances.items() if key.heading == self.source.heading_id]
        said = {
            "number": formats.number(len(waiting)),
            "total": formats.money(total),
            "left": formats.money(summed(own).left),
            "unsaid": formats.number(unsaid),
        }
        texts = [_("%(number)s recommended amounts wait, in all %(total)s; %(left)s is not released yet.") % said]
        if unsaid:
            texts.append(_("%(unsaid)s of them have no number.") % said)
        return " ".join(texts)

    def accounts(self, *, keeps: bool) -> Table:
        rows = Account.objects.filter(funding_source=self.source).select_related("initiative").order_by("digits")
        remove = Column("remove", _("Remove")) if keeps else None
        return Table(
            caption=_("Accounts"),
            caption_hidden=True,
            columns=[
                Column("account", _("Account"), kind="id"),
                Column("name", _("Name")),
                Column("initiative", _("Counts for")),
                *([remove] if remove else []),
            ],
            rows=[
                {
                    "account": row.written,
                    "name": row.name,
                    "initiative": str(row.initiative) if row.initiative is not None else _("the source itself"),
                    "remove": Cell(
                        _("Remove %(account)s") % {"account": row.written},
                        reverse("programmes:account_remove", args=[self.source.key, row.pk]),
                    ),
                }
                for row in rows
            ],
            empty=_("No account is booked on it yet. Lines of a file are then given a source by hand."),
        )


def details(source: FundingSource) -> Table:
    """What it is, who gives it, and its rules."""
    period = ""
    if source.starts_on or source.ends_on:
        period = f"{formats.date_da(source.starts_on) if source.starts_on else ''}–"
        period += formats.date_da(source.ends_on) if source.ends_on else ""
    lines: list[tuple[str, Any]] = [
        (_("Kind"), source.get_kind_display()),
        (_("Status"), source.get_status_display()),
        (_("Kept by"), source.owner.name),
        (_("Who gives it"), source.funder),
        (_("Part of"), _linked(source.parent)),
        (_("Period"), period),
        (_("How it was had"), source.get_way_display() if source.way else ""),
        (_("Deadline for applying"), formats.date_da(source.deadline) if source.deadline else ""),
        (_("Sought"), formats.money(source.sought) if source.sought is not None else ""),
        (_("Answered"), formats.date_da(source.answered_on) if source.answered_on else ""),
        (_("Granted"), formats.money(source.granted) if source.granted is not None else ""),
        (_("What it may be used for"), source.eligibility),
        (_("Support rate"), _("at most %(rate)s of the costs") % {"rate": rate} if (rate := rate_text(source)) else ""),
        (_("Rules for co-financing"), source.co_financing),
        (_("Timesheets"), _("The funder asks for them.") if source.asks_timesheets else ""),
        (_("Prices of the year"), str(source.price_year) if source.price_year else ""),
        (_("Source"), source.source),
    ]
    return two_columns(_("What it is"), lines, _("Field"), _("Content"))


def _linked(source: FundingSource | None) -> Any:
    return Cell(source.name, reverse("programmes:source", args=[source.key])) if source is not None else ""


def steps_table(standing: Sequence[Amount], found: dict[Key, Balance]) -> Table:
    """Steps down, years across; a frame for several years and what has no year are columns of their own."""
    stated = words.by_step(standing)
    by_year: dict[int, list[Balance]] = {}
    for key, balance in found.items():
        by_year.setdefault(key.year, []).append(balance)
    years = {year: summed(rows) for year, rows in by_year.items()}
    used = {column for sums in stated.values() for column in sums} | {words.Column(year, year) for year in years}
    columns = sorted(used, key=lambda column: column.order)
    rows: list[dict[str, Any]] = []
    for step in Amount.Step:
        sums = stated[step]
        unsaid = [str(each.get_form_display()) for each in standing if each.step == step and not each.lines.all()]
        note = ", ".join(f"{text}: {unsaid.count(text)}" for text in dict.fromkeys(unsaid))
        row: dict[str, Any] = {_name(column): sums.get(column, "") for column in columns}
        total: Any = sum(sums.values(), ZERO) if sums else _("none registered") if not unsaid else "–"
        rows.append({**row, "step": str(step.label).capitalize(), "total": Cell(total, note=note)})
    for title, attribute in (
        (_("Appropriated"), "appropriated"),
        (_("Corrected budget"), "corrected"),
        (_("Committed, not spent yet"), "bound"),
        (_("Spent"), "spent"),
        (_("Left"), "left"),
    ):
        row = {_name(column): "" for column in columns}
        values = {year: _value(balance, attribute) for year, balance in years.items()}
        row |= {_name(words.Column(year, year)): value for year, value in values.items()}
        total = sum(values.values(), ZERO) if values else _("none registered")
        rows.append({**row, "step": title, "total": Cell(total)})
    whole = all(not isinstance(value, Decimal) or value == int(value) for row in rows for value in row.values())
    decimals = 0 if whole else 2
    return Table(
        caption=_("Kroner, step by step. The sums are computed by us."),
        columns=[
            Column("step", _("Step")),
            *(Column(_name(column), column.title, kind="number", decimals=decimals) for column in columns),
            Column("total", _("In all (our sum)"), kind="number", decimals=decimals, lead=True),
        ],
        rows=rows,
        compact=len(columns) > 4,
    )


def _value(balance: Balance, attribute: str) -> Decimal:
    if attribute == "appropriated":
        return balance.original + balance.supplementary
    value: Decimal = getattr(balance, attribute)
    return value


def _name(column: words.Column) -> str:
    return f"{column.first}_{column.last}"


def counted_elsewhere(standing: Sequence[Amount]) -> list[tuple[str, str, str]]:
    """Where a chain leads to another source: (text, name, address). The same krone stands on both pages."""
    found = []
    for amount in standing:
        origin = amount.comes_from
        if origin is not None and origin.funding_source_id != amount.funding_source_id:
            text = _("%(much)s (%(step)s) comes from") % _much(amount)
            found.append((text, origin))
        for later in amount.leads_to.all():
            if later.withdrawn_at is None and later.funding_source_id != amount.funding_source_id:
                text = _("Of %(much)s (%(step)s) something has gone on to") % _much(amount)
                found.append((text, later))
    sources = [(text, other.funding_source) for text, other in found]
    return [(text, s.name, reverse("programmes:source", args=[s.key])) for text, s in sources if s is not None]


def _much(amount: Amount) -> dict[str, str]:
    return {"much": words.how_much(amount), "step": str(amount.get_step_display())}


def places_table(source: FundingSource, found: dict[Key, Balance], *, link: bool) -> Table:
    """Balance by year and initiative; the sums lead to the commitments and vouchers, for those who may open them."""
    headings = {key.heading for key in found}
    initiatives = {each.heading_id: each for each in Initiative.objects.filter(heading__in=headings)}
    rows: list[Any] = []
    for year in sorted({key.year for key in found}):
        rows.append(GroupRow(str(year)))
        keys = [key for key in found if key.year == year]
        for key in sorted(keys, key=lambda key: _order(initiatives.get(key.heading))):
            initiative = initiatives.get(key.heading)
            name = str(initiative) if initiative is not None else _("not released to an initiative")
            asked = {"source": source.pk, "year": year, "initiative": initiative.pk if initiative else "none"}
            rows.append(_line(name, found[key], asked if link else None))
    total = {**_line(_("In all (our sum)"), summed(found.values()), None)} if found else None
    return Table(
        caption=_("Balance by year and initiative"),
        caption_hidden=True,
        columns=[
            Column("name", _("Where the money stands")),
            Column("corrected", _("Corrected budget"), kind="money"),
            Column("bound", _("Committed, not spent yet"), kind="money"),
            Column("spent", _("Spent"), kind="money"),
            Column("left", _("Left"), kind="money", lead=True),
        ],
        rows=rows,
        total=total,
        empty=_("Nothing is appropriated from it yet."),
    )


def _order(initiative: Initiative | None) -> tuple[bool, str, int]:
    return initiative is not None, initiative.number if initiative else "", initiative.pk if initiative else 0


def _line(name: str, balance: Balance, asked: dict[str, Any] | None) -> dict[str, Any]:
    def to(url_name: str) -> str:
        return f"{reverse(url_name)}?{urlencode(asked)}" if asked is not None else ""

    over = balance.overspent
    return {
        "name": name,
        "corrected": balance.corrected,
        "bound": Cell(balance.bound, to("programmes:commitments") if balance.committed else ""),
        "spent": Cell(balance.spent, to("programmes:vouchers") if balance.spent else ""),
        "left": Cell(balance.left, note=_("overspent by %(over)s") % {"over": formats.money(over)} if over else ""),
    }


def summed_overspent(found: dict[Key, Balance]) -> Decimal:
    """How much the places that are overspent are so, in all."""
    return sum((balance.overspent for balance in found.values()), ZERO)


def waiting_table(rows: Sequence[Amount]) -> Table:
    return Table(
        caption=_("Who waits"),
        caption_hidden=True,
        columns=[
            Column("whose", _("Initiative")),
            Column("much", _("Recommended"), lead=True),
            Column("years", _("Years")),
            Column("stated_on", _("Stated"), kind="date"),
            Column("source", _("Source")),
        ],
        rows=[
            {
                "whose": Cell(words.whose(amount), reverse("programmes:amount", args=[amount.pk])),
                "much": words.how_much(amount),
                "years": words.which_years(amount),
                "stated_on": amount.stated_on,
                "source": amount.source,
            }
            for amount in rows
        ],
    )


def amounts_table(rows: Sequence[Amount], caption: str = "") -> Table:
    """Amounts with their chain."""
    return Table(
        caption=caption or _("Amounts"),
        caption_hidden=not caption,
        columns=[
            Column("whose", _("Initiative")),
            Column("step", _("Step")),
            Column("much", _("Amount"), lead=True),
            Column("years", _("Years")),
            Column("from", _("Comes from")),
            Column("to", _("Became")),
        ],
        rows=[_amount_line(amount) for amount in rows],
    )


def _amount_line(amount: Amount) -> dict[str, Any]:
    state = _("withdrawn") if amount.withdrawn_at is not None else amount.note
    origin = amount.comes_from
    return {
        "whose": Cell(words.whose(amount), reverse("programmes:amount", args=[amount.pk]), note=state),
        "step": str(amount.get_step_display()),
        "much": words.how_much(amount),
        "years": words.which_years(amount),
        "from": Cell(
            origin.get_step_display(),
            reverse("programmes:amount", args=[origin.pk]),
            note=_elsewhere(amount, origin),
        )
        if origin is not None
        else "",
        "to": _became(amount),
    }


def _became(amount: Amount) -> str:
    steps = [
        f"{later.get_step_display()}{f' ({note})' if (note := _elsewhere(amount, later)) else ''}"
        for later in amount.leads_to.all()
        if later.withdrawn_at is None
    ]
    if amount.appropriated.all():
        steps.append(_("appropriated"))
    return ", ".join(dict.fromkeys(steps))


def _elsewhere(amount: Amount, other: Amount) -> str:
    """The other's source, where it is another one."""
    return words.source_of(other) if other.funding_source_id != amount.funding_source_id else ""
