"""What the parties say of a contract: recommend, decide, and accept evidence that came outside its time."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts.versions import settle, thing_of
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from reporting import reasons, rights
from reporting.contract_guard import State, locked, not_to_come, require_party, require_state
from reporting.models import Contract, Goal, GoalVersion, Series, Statement

Kind = Statement.Kind
MOST = Decimal(1000)


def thing(contract: Contract, goal: Goal | None) -> str:
    """What is said of a goal or of the whole, as forms and edits name it."""
    return thing_of("said", f"{contract.pk}:{goal.pk if goal else 0}")


def mark(contract: Contract, goal: Goal | None) -> str:
    """What tells its versions apart: the newest statement, and what the goal (or the contract) says. Two queries."""
    last = Statement.objects.filter(contract=contract, goal=goal).aggregate(last=Max("place"))["last"]
    says = GoalVersion.objects.filter(goal__contract=contract)
    newest = (says if goal is None else says.filter(goal=goal)).aggregate(last=Max("place"))["last"]
    return f"{last or 0}:{newest or 0}"


def takes_the_place(contract: Contract, kind: str, goal: Goal | None) -> bool:
    """Is there a figure already that a new statement would take the place of? One query."""
    return bool(Statement.objects.filter(contract=contract, kind=kind, goal=goal).exists())


def recommend(contract: Contract, amount: Decimal | None, *, goal: Goal | None = None, **said: Any) -> Statement:
    """The reporting party's indstilling, of a goal or (goal None) of the whole. A later one takes its place."""
    return _state(contract, Kind.RECOMMENDATION, goal, amount, **said)


def decide(contract: Contract, amount: Decimal | None, *, goal: Goal | None = None, **said: Any) -> Statement:
    """The deciding party's beslutning. A loader may say that there is one whose number the source does not state."""
    return _state(contract, Kind.DECISION, goal, amount, **said)


def accept_evidence(goal: Goal, series: Series, *, text: str, accepted: bool = True, **said: Any) -> Statement:
    """A decision that evidence from outside the window or after the deadline counts all the same (or does not).

    It is about what had happened up to `said_on`: what comes later is late again.
    """
    if not text.strip():
        raise ValidationError({"text": _("Say why the evidence counts, or why it does not.")})
    return _state(goal.contract, Kind.EVIDENCE, goal, None, series=series, accepted=accepted, text=text, **said)


def _state(
    contract: Contract,
    kind: Statement.Kind,
    goal: Goal | None,
    amount: Decimal | None,
    *,
    actor: Actor | None = None,
    said_on: date | None = None,
    text: str = "",
    source: str = "",
    by: Organisation | None = None,
    by_name: str = "",
    series: Series | None = None,
    accepted: bool = True,
    reason_code: str = "",
    learnt_on: date | None = None,
    seen: str | None = None,
) -> Statement:
    with ledger.entry():
        contract = locked(contract)
        part, action = ("reports", rights.RECOMMEND) if kind == Kind.RECOMMENDATION else ("decides", rights.DECIDE)
        require_party(contract, actor, part, action)  # type: ignore[arg-type]
        if goal is not None and goal.contract_id != contract.pk:
            raise ValidationError({"goal": _("The goal is not one of this contract's.")})
        if actor is not None:
            require_state(contract, State.SIGNED, State.AMENDED)
            if amount is None and kind != Kind.EVIDENCE:
                raise ValidationError({"amount": _("Write the attainment in per cent.")})
            by, by_name = actor.organisation, actor.organisation.name if actor.organisation else ""
        settle(actor, thing(contract, goal), seen=seen, now=mark(contract, goal))
        if kind == Kind.EVIDENCE or takes_the_place(contract, kind, goal):
            reason_code = reasons.stated(actor, reason_code, reasons.STATEMENT, text=text)
        said_on = said_on or ledger.today()
        not_to_come(said_on, "said_on")
        if amount is not None and not 0 <= amount <= MOST:
            raise ValidationError({"amount": _("Write the attainment in per cent, from 0.")})
        statement = Statement(
            contract=contract, goal=goal, kind=kind, amount=amount, series=series, accepted=accepted,
            by=by, by_name=by_name or (by.name if by else ""), said_on=said_on, text=text, source=source,
            user=actor.user if actor else None, as_deputy_for=actor.as_deputy_for if actor else "",
            reason_code=reason_code,
        )  # fmt: skip
        statement.clean_fields(exclude=["place", "recorded_at", "learnt_on", "batch", "goal", "series", "by", "user"])
        statement.validate_constraints()
        ledger.define(statement, learnt_on=learnt_on)
    return statement
