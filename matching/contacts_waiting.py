"""What waits on somebody who works with companies: next steps that are due, and needs that nobody goes on with."""

from datetime import date, timedelta

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching import contacts, needs
from matching.models import CompanyContact, Need
from portal.audit.openings import opened
from portal.identity import rights, waiting
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.members.tasks import TaskSource
from portal.identity.models import Membership, User
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question

AHEAD_DAYS = 7
"""A next step is told so many days before it is due."""


def steps_of(user: User, organisations: frozenset[int]) -> "QuerySet[CompanyContact]":
    """All next steps that the person is to take there."""
    own = CompanyContact.objects.filter(next_step_by=user, organisation_id__in=organisations)
    return own.steps_open()


def needs_of(user: User, organisations: frozenset[int]) -> "QuerySet[Need]":
    """All needs that the person takes care of there."""
    return Need.objects.filter(responsible=user, organisation_id__in=organisations).waiting()


def steps_due(actor: Actor) -> "QuerySet[CompanyContact]":
    return steps_of(actor.user, actor.organisation_ids).filter(
        next_step_on__lte=timezone.localdate() + timedelta(days=AHEAD_DAYS)
    )


def needs_waiting(actor: Actor) -> "QuerySet[Need]":
    """Those without a step for three weeks."""
    last = timezone.localdate() - timedelta(days=needs.WAITS_DAYS)
    return needs_of(actor.user, actor.organisation_ids).filter(stepped_on__lte=last)


def _steps(actor: Actor) -> Question | None:
    if not rights.may(actor, contacts.REGISTER):
        return None
    said = {"company": "company_id", "name": "company__name", "step": "next_step"}
    return question(steps_due(actor), since="contacted_on", due="next_step_on", **said)


def _step(row: Row) -> Waiting:
    opened("company_contact", row.pk)
    opened("company", row.said["company"])
    url = reverse("matching:contact", args=[row.pk])
    return Waiting(row.said["name"], url, _("Take the next step"), row.since, row.due, row.said["step"])


def _needs(actor: Actor) -> Question | None:
    if not rights.may(actor, needs.REGISTER):
        return None
    said = {"company": "company_id", "name": "company__name", "kind": "kind"}
    return question(needs_waiting(actor), since="stepped_on", **said)


def _need(row: Row) -> Waiting:
    opened("need", row.pk)
    opened("company", row.said["company"])
    kind = str(Need.Kind(row.said["kind"]).label)
    url = reverse("matching:need", args=[row.pk])
    return Waiting(row.said["name"], url, _("Go on with the need"), row.since, detail=kind)


def _hand_over_steps(membership: Membership, to: Membership, by: User) -> int:
    """Next steps not taken yet become the colleague's."""
    return steps_of(membership.user, _there(membership)).update(next_step_by=to.user)


def _hand_over_needs(membership: Membership, to: Membership, by: User) -> int:
    return needs_of(membership.user, _there(membership)).update(responsible=to.user)


def _there(membership: Membership) -> frozenset[int]:
    return frozenset({membership.organisation_id})


def _since(rows: "QuerySet[CompanyContact] | QuerySet[Need]", column: str) -> date | None:
    found: date | None = rows.order_by().aggregate(oldest=Min(column))["oldest"]
    return found


def register() -> None:
    waiting.register(
        WaitingSource(
            "matching.contact_steps",
            _("Next steps with companies"),
            asked=_steps,
            line=_step,
            all_url=lambda actor: f"{reverse('matching:contacts')}?step=mine",
            order=30,
        )
    )
    waiting.register(
        WaitingSource(
            "matching.needs",
            _("Needs without a step for three weeks"),
            asked=_needs,
            line=_need,
            all_url=lambda actor: f"{reverse('matching:needs')}?status=waiting",
            order=40,
        )
    )
    tasks.register(
        TaskSource(
            "matching.contact_steps",
            _("Next steps with companies"),
            rows=lambda membership: steps_of(membership.user, _there(membership)),
            hand_over=_hand_over_steps,
            since=lambda membership: _since(steps_of(membership.user, _there(membership)), "contacted_on"),
        )
    )
    tasks.register(
        TaskSource(
            "matching.needs",
            _("Needs to take care of"),
            rows=lambda membership: needs_of(membership.user, _there(membership)),
            hand_over=_hand_over_needs,
            since=lambda membership: _since(needs_of(membership.user, _there(membership)), "stepped_on"),
        )
    )
