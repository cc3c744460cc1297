"""Who may decide what, and registering what was recommended and decided."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes.models import Body, Decision, Delegation, Meeting
from programmes.rights import DECIDE

Outcome = Decision.Outcome


def locked(decision: Decision) -> Decision:
    """The decision as it is now; nobody changes it until the entry ends. Locked after the cells, by everybody."""
    rows = Decision.objects.select_for_update(no_key=True, of=("self",)).select_related("body")
    found: Decision = rows.get(pk=decision.pk)
    return found


def resting(decision: Decision, what: str) -> Decimal:
    """Kroner of that kind that rest on the decision already: changes that stand, or commitments."""
    if what == Delegation.What.COMMITMENT:
        return decision.commitments.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    whole = Decimal(0)
    for change in decision.budget_changes.filter(kind=what, reversed_by=None).prefetch_related("lines"):
        whole += whole_of(line.quantity for line in change.lines.all())
    return whole


def whole_of(quantities: Iterable[Decimal]) -> Decimal:
    """How much a change is about: what goes in, or what goes out where that is more."""
    amounts = list(quantities)
    into = sum((each for each in amounts if each > 0), Decimal(0))
    return max(into, into - sum(amounts, Decimal(0)))


def may_decide(
    decision: Decision, owner: Organisation, what: str, whole: Decimal, already: Decimal = Decimal(0)
) -> list[str]:
    """Why the decision does not give `whole` kroner of what is meant besides what rests on it `already`; empty when it
    does. `what` is one of Delegation.What: who may decide is data.
    """
    body = decision.body
    if body.organisation_id != owner.pk:
        return [_("%(body)s does not decide for %(owner)s.") % {"body": body, "owner": owner}]
    if not decision.gives or decision.decided_on is None:
        return [_("This has not been decided. Choose a decision that says yes, with its day.")]
    said = {"body": body, "what": str(Delegation.What(what).label), "day": formats.date_da(decision.decided_on)}
    if not _exists_on(body, decision.decided_on):
        return [_("%(body)s did not exist on %(day)s.") % said]
    delegation = Delegation.objects.filter(body=body, what=what).first()
    if delegation is None:
        others = Delegation.objects.filter(body__organisation=owner, what=what).select_related("body").order_by("pk")
        who = formats.join_and(each.body for each in others)
        if not who:
            return [_("%(body)s may not decide this: %(what)s. Nobody has been named who may.") % said]
        return [_("%(body)s may not decide this: %(what)s. That is for %(who)s.") % {**said, "who": who}]
    if delegation.up_to is not None and already + whole > delegation.up_to:
        limit = {**said, "limit": formats.money(delegation.up_to), "whole": formats.money(already + whole)}
        if already:
            limit |= {"already": formats.money(already)}
            text = _("%(body)s may decide this up to %(limit)s in one decision. %(already)s rest on it; it would be")
            return [f"{text % limit} {limit['whole']}"]
        return [_("%(body)s may decide this up to %(limit)s, and it is %(whole)s.") % limit]
    return []


def _exists_on(body: Body, day: date) -> bool:
    return (body.valid_from is None or body.valid_from <= day) and (body.valid_to is None or body.valid_to >= day)


def may_register(actor: Actor, body: Body) -> Verdict:
    verdict = rights.may(actor, DECIDE)
    if verdict and body.organisation_id not in actor.organisation_ids:
        text = _("%(body)s decides for another organisation, which registers it.")
        return Verdict(False, text % {"body": body})
    if verdict and not body.decides:
        text = _("%(body)s recommends and does not decide. Register a recommendation instead.")
        return Verdict(False, text % {"body": body})
    return verdict


def _checked(actor: Actor | None, row: Decision) -> None:
    if actor is not None:
        verdict = may_register(actor, row.body)
        if not verdict:
            raise Refused(verdict.reason)
    wrong: dict[str, str] = {}
    if not row.title.strip():
        wrong["title"] = _("Say what the decision is about.")
    decided = row.outcome not in (Outcome.PENDING, Outcome.POSTPONED)
    wrong |= _at_its_meeting(row, decided)
    if decided and row.decided_on is None and "meeting" not in wrong:
        wrong["decided_on"] = _("Write the day it was decided.")
    if decided and row.decided_on is not None and row.decided_on > ledger.today():
        wrong["decided_on"] = _("The day has not come yet.")
    if not decided and row.decided_on is not None:
        wrong["decided_on"] = _("What still waits has no day of decision. Leave it empty, or choose the outcome.")
    if decided and row.body.asks_agenda_item and not row.agenda_item.strip():
        text = _("%(body)s decides on an agenda. Write the number of the item.")
        wrong["agenda_item"] = text % {"body": row.body}
    if wrong:
        raise ValidationError(wrong)


def _at_its_meeting(row: Decision, decided: bool) -> dict[str, str]:
    """What is decided at a meeting has its body and its day, which need not be typed twice."""
    meeting = row.meeting
    if meeting is None:
        return {}
    if meeting.body_id != row.body_id:
        return {"meeting": _("Choose a meeting of %(body)s.") % {"body": row.body}}
    if not decided:
        return {}
    if meeting.status != Meeting.Status.HELD:
        return {"meeting": _("Say first that the meeting was held; then what it decided.")}
    if row.decided_on is None:
        row.decided_on = meeting.day
    if row.decided_on != meeting.day:
        day = formats.date_da(meeting.day)
        return {"decided_on": _("The meeting was on %(day)s. Write that day, or leave it empty.") % {"day": day}}
    return {}


def register_decision(actor: Actor | None, body: Body, *, written: Written | None = None, **said: Any) -> Decision:
    """`said`: outcome, decided_on, agenda_item, title, recommended, decided, document, meeting. Raises
    ValidationError."""
    row = Decision(body=body, registered_by=actor.user if actor is not None else None, **said)
    _checked(actor, row)
    row.noted_on = row.decided_on if actor is None else _noted(row)
    with transaction.atomic():
        row.save()
        if written is not None:
            written(row.pk)
    return row


def change_decision(
    actor: Actor | None,
    decision: Decision,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Decision:
    """What money rests on keeps its body, its day and that it says yes. Raises ValidationError, Changed."""
    with transaction.atomic():
        row = Decision.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=decision.pk)
        versions.settle(actor, versions.thing_of("decision", row.pk), seen=seen, now=mark(row))
        before, said_before = (row.gives, row.decided_on), (row.outcome, row.decided_on)
        for name, value in said.items():
            setattr(row, name, value)
        _checked(actor, row)
        if (
            before[0]
            and (row.gives, row.decided_on) != before
            and (
                row.budget_changes.exists()
                or row.commitments.exists()
                or row.amounts.filter(withdrawn_at=None).exists()
            )
        ):
            raise ValidationError(
                _("Money rests on this decision. Its day and its yes stay: take the money back first.")
            )
        if (row.outcome, row.decided_on) != said_before:
            row.noted_on = _noted(row)
        row.save()
        if written is not None:
            written(row.pk)
    return row


def _noted(row: Decision) -> date | None:
    """The day on which the outcome became known here; what still waits has none."""
    return None if row.decided_on is None else ledger.today()


def mark(decision: Decision) -> str:
    """What tells versions of a decision apart."""
    return str(decision.updated_at.isoformat())
