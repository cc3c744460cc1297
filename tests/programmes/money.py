"""A municipality with a pool, two initiatives, a council, a committee and a budget officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal import ledger
from portal.geography.models import Area, Municipality
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from programmes.budget import Line, change_budget
from programmes.decisions import register_decision
from programmes.headings import new_heading
from programmes.models import (
    Body,
    BudgetChange,
    Decision,
    Delegation,
    FundingSource,
    Initiative,
    Programme,
)
from programmes.sources import make_source
from tests.memberships import member

YEAR = 2026
DAY = date(2026, 1, 15)


@dataclass
class Money:
    owner: Organisation
    officer: Actor
    pool: FundingSource
    first: Initiative
    second: Initiative
    council: Body
    committee: Body

    def decision(self, body: Body | None = None, **said: Any) -> Decision:
        fields = {"outcome": "as_recommended", "decided_on": DAY, "agenda_item": "7", "title": "Budget", **said}
        return register_decision(None, body or self.council, **fields)

    def line(self, kroner: int | str, initiative: Initiative | None = None, year: int = YEAR, **more: Any) -> Line:
        return Line(more.pop("source", self.pool), initiative, year, Decimal(kroner), **more)

    def change(self, kind: str, lines: Sequence[Line], **more: Any) -> BudgetChange:
        given: dict[str, Any] = {"actor": self.officer, "decision": None, "title": "En ændring", **more}
        decision = given.pop("decision") or self.decision()
        return change_budget(given.pop("actor"), kind, owner=self.owner, decision=decision, lines=lines, **given)

    def adopt(self, kroner: int | str, initiative: Initiative | None = None, year: int = YEAR) -> BudgetChange:
        return self.change("original", [self.line(kroner, initiative, year)])


def build() -> Money:
    people.load()
    owner = Organisation.objects.get(name="Aalborg Kommune")
    officer = actor_for(User.objects.get(email="budget@demo.example"))
    with ledger.entry():
        programme = Programme.objects.create(
            slug="erhvervsplan",
            name="Erhvervsplan",
            kind=Programme.Kind.BUSINESS_PLAN,
            heading=new_heading(),
            owner=owner,
            area=Area.objects.get(kind=Area.Kind.KKR, name=people.KKR),
            starts_on=date(2024, 1, 1),
            ends_on=date(2029, 12, 31),
            counted_from=date(2024, 1, 1),
        )
        first, second = (
            Initiative.objects.create(
                programme=programme, number=number, name=name, heading=new_heading(programme.heading)
            )
            for number, name in (("1", "Iværksætteri"), ("2", "Detailhandel"))
        )
    council = Body.objects.create(organisation=owner, name="Byrådet", kind="council")
    for what in Delegation.What.values:
        Delegation.objects.create(body=council, what=what)
    committee = Body.objects.create(organisation=owner, name="Erhvervsudvalget", kind="committee")
    Delegation.objects.create(body=committee, what="transfer", up_to=Decimal(250_000))
    pool = make_source(None, owner, name="Erhvervspuljen", kind="pool")
    return Money(owner, officer, pool, first, second, council, committee)


def stranger() -> Actor:
    """An officer of a municipality in another area."""
    organisation = Organisation.objects.create(
        name="Aarhus Kommune (prøve)", kind="municipality", municipality=Municipality.objects.get(name="Aarhus")
    )
    user = User.objects.create_user("langt-vaek@demo.example", "Anna Andetsteds")
    member(user, organisation, Role.MUNICIPAL_OFFICER)
    return actor_for(user)
