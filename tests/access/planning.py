"""Scenarios, co-financing with a registration, and eligibility, for every address of them.

The plan is the KKR's, the sources too; the partner is the jobcentre, whose adviser registers.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from programmes.cofinancing import Planned, decide_entry, plan_contribution, register_entry
from programmes.eligibility import say_eligibility
from programmes.models import Contribution, ContributionEntry, FundingSource, Initiative, Programme, ScenarioSet
from programmes.scenario_sets import Said, Tried, Wanted, make_set
from programmes.sources import make_source

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Planning:
    programme: Programme
    source: FundingSource
    scenarios: ScenarioSet
    contribution: Contribution
    entry: ContributionEntry

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of planning; None for any other."""
        if name in ("programmes:cofinancing_source", "programmes:contribution_new"):
            return {"key": self.source.key}
        if name in ("programmes:contribution_entry", "api_contribution_decide"):
            return {"pk": self.entry.pk}
        if name in ("programmes:scenarios_new", "programmes:scenario_list"):
            return {}
        if name.startswith("programmes:scenarios") or name == "api_scenario_set":
            return {"pk": self.scenarios.pk}
        if name.startswith("programmes:contribution") or name in ("api_contribution", "api_contribution_entries"):
            return {"pk": self.contribution.pk}
        return None


def build(own: dict[Role, User], programme: Programme) -> Planning:
    initiative = Initiative.objects.filter(programme=programme).select_related("programme__owner").earliest("pk")
    source = make_source(
        None, programme.owner, name="Prøvetilskud", kind="grant", status="granted", granted=Decimal(5_000_000),
        rate_of=50, rate_in=100, asks_timesheets=True,
    )  # fmt: skip
    scenarios = a_set(initiative, source, "Prøvescenarier")
    jobcentre = Organisation.objects.get(name="Jobcenter Aalborg")
    contribution = plan_contribution(
        None, initiative, source, form="hours", partner=jobcentre,
        years=[Planned(timezone.localdate().year, hours=Decimal(100), hourly_rate=Decimal(400))],
    )  # fmt: skip
    adviser = actor_for(own[Role.ADVISER])
    day = timezone.localdate() - timedelta(days=7)
    entry = register_entry(adviser, contribution, occurred_on=day, days=week(), hourly_rate=Decimal(400))
    say(initiative, source)
    return Planning(programme, source, scenarios, contribution, entry)


def a_set(initiative: Initiative, source: FundingSource, name: str) -> ScenarioSet:
    return make_set(None, initiative, Said(
        name=name, unit="pilots", years=3, grant=source,
        costs=[Wanted("Forløb", "per_unit", Decimal(100_000)), Wanted("Ledelse", "per_unit", Decimal(46_000))],
        financing=[
            Wanted("Tilskud", "rate", rate=HALF, funding_source=source),
            Wanted("Virksomheder", "per_unit", Decimal(50_000)),
            Wanted("Resten", "remainder"),
        ],
        tried=[Tried("150", 150), Tried("225", 225)],
    ))  # fmt: skip


def week() -> list[Decimal]:
    return [Decimal("7.5"), *[Decimal(0)] * 6]


def say(initiative: Initiative, source: FundingSource) -> None:
    say_eligibility(None, initiative, source, "eligible", note="Prøve", said_by="KKR", said_on=timezone.localdate())


def grow(own: dict[Role, User], planning: Planning, made: int, number: int) -> None:
    """More sets, sources, contributions and registrations in every state, and more that was said."""
    today = timezone.localdate()
    initiatives = list(
        Initiative.objects.filter(programme=planning.programme).select_related("programme__owner").order_by("pk")
    )
    adviser, lead = actor_for(own[Role.ADVISER]), actor_for(own[Role.PROGRAMME_LEAD])
    for turn in range(made, made + number):
        initiative = initiatives[turn % len(initiatives)]
        source = make_source(
            None, planning.programme.owner, name=f"Prøvetilskud {turn}", kind="grant", granted=Decimal(1000), rate_of=1,
            rate_in=3,
        )  # fmt: skip
        a_set(initiative, source, f"Prøvescenarier {turn}")
        for beside in (source, planning.source):
            plan_contribution(
                None, initiative, beside, form="cash", partner_name=f"Virksomhed {turn}",
                years=[Planned(today.year, quantity=Decimal(1000))],
            )  # fmt: skip
            say(initiative, beside)
        day = today - timedelta(weeks=turn + 2)
        entry = register_entry(adviser, planning.contribution, occurred_on=day, days=week(), hourly_rate=Decimal(400))
        if turn % 3:
            decide_entry(lead, entry, turn % 3 == 1, "Prøve")
