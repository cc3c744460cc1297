"""The words of the access matrix: which roles may, and what a foreign organisation meets."""

from dataclasses import dataclass
from typing import Literal

from portal.identity.roles import Role

EVERYBODY = frozenset(Role)
REGISTERING = frozenset({Role.HUB_ADVISER, Role.ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER})
READING = REGISTERING | {Role.MUNICIPAL_OFFICER, Role.HUB_CONTROLLER, Role.DATA_STEWARD, Role.PROGRAMME_LEAD}
MANAGING = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER})
HISTORY = frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR})
LOGS = frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER})
OPERATING = frozenset({Role.ADMINISTRATOR})
SEEING_MEMBERS = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR})
# Whose organisation is another than the KKR's, in which the deputy of the test stands in.
OUTSIDE_KKR = EVERYBODY - {
    Role.KKR_VIEWER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD, Role.AUDITOR
}  # fmt: skip
OBSERVING = frozenset({Role.HUB_CONTROLLER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD})
# Answers one by one: who opens registrations, and who registers them (the series is the KKR's).
READING_ANSWERS = READING | {Role.AUDITOR, Role.KKR_SECRETARIAT}
CONTRACTING = frozenset({Role.KKR_SECRETARIAT})
RECOMMENDING = frozenset({Role.HUB_CONTROLLER})
STEWARDING = frozenset({Role.DATA_STEWARD})
PROTECTING = frozenset({Role.DATA_PROTECTION_OFFICER})

# Money: its officers register it, its budget officers change budgets and book; who was paid is the keeper's to see.
# See the municipality's money, and are told that it is the municipality's.
COUNTING = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD})
KEEP_OTHER_MONEY = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER})
MONEY = frozenset(
    {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER}
)
NOT_KKR_MONEY = MONEY - {Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD}
BUDGETING = frozenset({Role.BUDGET_OFFICER, Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER})
SEEING_VOUCHERS = MONEY | {Role.AUDITOR}
# The pool is Aalborg Kommune's.
NOT_THE_KEEPER = SEEING_VOUCHERS - {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER}
CONTRIBUTING = MONEY | REGISTERING
# Neither the partner's own (the jobcentre, and the municipality it is a part of) nor the plan's (the KKR).
OUTSIDE_ENTRY = frozenset({
    Role.HUB_CONTROLLER, Role.HUB_ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER
})  # fmt: skip
DEFINING = frozenset({Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD, Role.MUNICIPAL_OFFICER})

NOT_LEADING = REGISTERING - {Role.HUB_ADVISER} | {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER}
LEADING = DEFINING | REGISTERING | {Role.BUDGET_OFFICER}

# The programme lead has the right to read matches, but sees those of the own organisation only, as everybody does.
NO_PART = frozenset({Role.PROGRAMME_LEAD})

Scope = Literal["any", "programme", "record", "operator"]


@dataclass(frozen=True)
class Rule:
    """`answers` are the statuses of somebody who may; `anonymous` those of somebody who has not signed in."""

    roles: frozenset[Role] = EVERYBODY
    scope: Scope = "any"
    method: str = "get"
    answers: tuple[int, ...] = (200,)
    anonymous: tuple[int, ...] = (302,)
    # Roles that have the right but whose own organisation has no part in the record.
    no_part: frozenset[Role] = frozenset()
    # Roles that see the place, and are told why they do not see what is in it.
    told: frozenset[Role] = frozenset()
    query: str = ""


def public(**given: object) -> Rule:
    return Rule(anonymous=(200,), **given)  # type: ignore[arg-type]


def api(**given: object) -> Rule:
    return Rule(anonymous=(401,), **given)  # type: ignore[arg-type]
