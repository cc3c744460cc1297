"""A pool of Aalborg Kommune with all that hangs on one, made by its budget officer, for every address of money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from programmes.amounts import state_amount
from programmes.budget import Line, change_budget
from programmes.closing import close_year, expect, reconcile
from programmes.commitments import commit
from programmes.decisions import register_decision
from programmes.models import (
    Account,
    Amount,
    Body,
    BudgetChange,
    Commitment,
    Decision,
    Delegation,
    FundingSource,
    Initiative,
    PriceIndex,
    Voucher,
)
from programmes.sources import add_account, make_source
from programmes.spending import Entry, book

OWNER = "Aalborg Kommune"


@dataclass(frozen=True)
class Money:
    owner: Organisation
    source: FundingSource
    initiative: Initiative
    account: Account
    body: Body
    decision: Decision
    amount: Amount
    change: BudgetChange
    commitment: Commitment
    voucher: Voucher
    index: PriceIndex
    year: int

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of money; None for any other."""
        year = {"year": self.year}
        return {
            "api_funding_source": {"key": self.source.key},
            "api_funding_source_balance": {"key": self.source.key},
            "api_source_accounts": {"key": self.source.key},
            "api_account_remove": {"key": self.source.key, "pk": self.account.pk},
            "api_amount": {"pk": self.amount.pk},
            "api_amount_withdraw": {"pk": self.amount.pk},
            "api_decision": {"pk": self.decision.pk},
            "api_budget_change": {"pk": self.change.pk},
            "api_budget_change_take_back": {"pk": self.change.pk},
            "api_commitment": {"pk": self.commitment.pk},
            "api_commitment_close": {"pk": self.commitment.pk},
            "api_voucher": {"pk": self.voucher.pk},
            "api_voucher_withdraw": {"pk": self.voucher.pk},
            "programmes:source": {"key": self.source.key},
            "programmes:amount": {"pk": self.amount.pk},
            "programmes:commitment": {"pk": self.commitment.pk},
            "programmes:voucher": {"pk": self.voucher.pk},
            "programmes:budget_change": {"pk": self.change.pk},
            "programmes:budget_take_back": {"pk": self.change.pk},
            "programmes:decision": {"pk": self.decision.pk},
            "programmes:decision_change": {"pk": self.decision.pk},
            "programmes:budget_year": year,
            "programmes:half_year": year,
            "programmes:year_close": year,
            "programmes:expected": {"key": self.source.key, "year": self.year},
        }.get(name)


def build(own: dict[Role, User]) -> Money:
    """A council that decides, a pool of 500.000, of which 100.000 are committed and 40.000 of those spent."""
    today = timezone.localdate()
    officer = actor_for(own[Role.BUDGET_OFFICER])
    owner = Organisation.objects.get(name=OWNER)
    initiative = Initiative.objects.filter(programme__slug="vaekst-via-viden-fortsaettelse").order_by("pk")[0]
    body = Body.objects.create(organisation=owner, name="Byrådet", kind="council")
    for what in Delegation.What.values:
        Delegation.objects.create(body=body, what=what)
    decision = _decision(body, "Budget")
    source = make_source(officer, owner, name="Adgangspuljen", kind="pool")
    account = add_account(officer, source, "06.48.67.1.0.001")
    amount = state_amount(
        officer, funding_source=source, initiative=initiative, step="set_aside", form="one_off",
        lines={today.year: Decimal(500_000)}, stated_on=today, decision=decision,
    )  # fmt: skip
    change = change_budget(
        officer, "original", owner=owner, decision=decision, title="Budget",
        lines=[Line(source, initiative, today.year, Decimal(500_000), comes_from=amount)],
    )  # fmt: skip
    commitment = _commit(own, source, initiative, "Adgang ApS", 100_000)
    voucher = _book(own, source, initiative, "B-1", 40_000, commitment)
    _expect(own, source, initiative, 450_000)
    reconcile(officer, owner, funding_source=source, year=today.year, month=today.month, system_total=Decimal(40_000))
    index = PriceIndex.objects.create(
        year=today.year, factor=Decimal("1.03"), source="Prøve", valid_from=today.replace(month=1, day=1)
    )
    return Money(
        owner, source, initiative, account, body, decision, amount, change, commitment, voucher, index, today.year
    )


def grow(money: Money, own: dict[Role, User], made: int, number: int) -> None:
    """More sources, decisions, changes, commitments and vouchers; more of the one source too."""
    today = timezone.localdate()
    officer = actor_for(own[Role.BUDGET_OFFICER])
    initiatives = list(Initiative.objects.filter(programme=money.initiative.programme).order_by("pk")[:5])
    for turn in range(made, made + number):
        body = Body.objects.create(organisation=money.owner, name=f"Udvalg {turn}", kind="committee")
        Delegation.objects.create(body=body, what="transfer", up_to=Decimal(250_000))
        decision = _decision(money.body, f"Beslutning {turn}")
        source = make_source(officer, money.owner, name=f"Pulje {turn}", kind="pool")
        add_account(officer, source, f"06.48.67.1.0.{turn + 100}")
        initiative = initiatives[turn % len(initiatives)]
        lines = [
            Line(source, initiative, today.year, Decimal(1000)),
            Line(source, None, today.year + 1, Decimal(500)),
            Line(money.source, initiative, today.year + 1 + turn, Decimal(1000)),
        ]
        for each in (source, money.source):
            state_amount(
                officer, funding_source=each, initiative=initiative, step="recommended", form="one_off",
                lines={today.year: Decimal(1000)}, stated_on=today, decision=decision,
            )  # fmt: skip
        change_budget(officer, "original", owner=money.owner, decision=decision, title=f"Ændring {turn}", lines=lines)
        for each, where in ((source, initiative), (money.source, money.initiative)):
            bound = _commit(own, each, where, f"Leverandør {turn}", 100)
            _book(own, each, where, f"B-{turn}-{each.pk}", 50, bound)
            _book(own, each, where, f"C-{turn}-{each.pk}", 10, None)
        _expect(own, source, initiative, 900)
        for each in (source, money.source):
            reconcile(
                officer, money.owner, funding_source=each, year=today.year, month=today.month,
                system_total=Decimal(1), explanation="Prøve",
            )  # fmt: skip
        close_year(officer, money.owner, 1990 + turn)
        PriceIndex.objects.create(
            year=2050 + turn, factor=Decimal("1.02"), source="Prøve", valid_from=today.replace(month=1, day=1)
        )


def _decision(body: Body, title: str) -> Decision:
    return register_decision(
        None, body, outcome="as_recommended", decided_on=timezone.localdate(), agenda_item="7", title=title
    )


def _commit(
    own: dict[Role, User], source: FundingSource, initiative: Initiative, counterpart: str, kroner: int
) -> Commitment:
    today = timezone.localdate()
    return commit(
        actor_for(own[Role.BUDGET_OFFICER]), funding_source=source, initiative=initiative, year=today.year,
        quantity=Decimal(kroner), committed_on=today, counterpart=counterpart,
    )  # fmt: skip


def _book(
    own: dict[Role, User],
    source: FundingSource,
    initiative: Initiative,
    number: str,
    kroner: int,
    commitment: Commitment | None,
) -> Voucher:
    today = timezone.localdate()
    entry = Entry(
        source, initiative, today.year, number, today, Decimal(kroner), supplier="Adgang ApS", commitment=commitment
    )
    return book(actor_for(own[Role.BUDGET_OFFICER]), source.owner, [entry])[0]


def _expect(own: dict[Role, User], source: FundingSource, initiative: Initiative, kroner: int) -> None:
    today = timezone.localdate()
    expect(
        actor_for(own[Role.BUDGET_OFFICER]), funding_source=source, initiative=initiative, year=today.year,
        quantity=Decimal(kroner), stated_on=today,
    )  # fmt: skip
