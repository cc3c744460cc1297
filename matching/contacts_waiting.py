"""What waits on somebody who works with companies: next steps that are due, and needs that nobody goes on with."""

from collections.abc import Sequence
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
from portal.identity.waiting import Waiting, WaitingSource

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


def _steps(actor: Actor, most: int) -> Sequence[Waiting]:
    if not rights.may(actor, contacts.REGISTER):
        return []
    rows = steps_due(actor).select_related("company").order_by("next_step_on", "pk")[:most]
    found = []
    for row in rows:
        opened("company_contact", row.pk)
        opened("company", row.company_id)
        found.append(
            Waiting(
                title=row.company.name,
                url=reverse("matching:contact", args=[row.pk]),
                action=_("Take the next step"),
                since=row.contacted_on,
                due=row.next_step_on,
                detail=row.next_step,
            )
        )
    return found


def _needs(actor: Actor, most: int) -> Sequence[Waiting]:
    if not rights.may(actor, needs.REGISTER):
        return []
    rows = needs_waiting(actor).select_related("company").order_by("stepped_on", "pk")[:most]
    found = []
    for row in rows:
        opened("need", row.pk)
        opened("company", row.company_id)
        found.append(
            Waiting(
                title=row.company.name,
                url=reverse("matching:need", args=[row.pk]),
                action=_("Go on with the need"),
                since=row.stepped_on,
                detail=str(row.get_kind_display()),
            )
        )
    return found


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
            _steps,
            lambda actor: steps_due(actor).count() if rights.may(actor, contacts.REGISTER) else 0,
            all_url=lambda actor: f"{reverse('matching:contacts')}?step=mine",
            order=30,
        )
    )
    waiting.register(
        WaitingSource(
            "matching.needs",
            _("Needs without a step for three weeks"),
            _needs,
            lambda actor: needs_waiting(actor).count() if rights.may(actor, needs.REGISTER) else 0,
            all_url=lambda actor: f"{reverse('matching:needs')}?status=waiting",
            order=40,
        )
    )
    tasks.register(
        TaskSource(
            "matching.contact_steps",
            _("Next steps with companies"),
            lambda membership: steps_of(membership.user, _there(membership)).count(),
            hand_over=_hand_over_steps,
            since=lambda membership: _since(steps_of(membership.user, _there(membership)), "contacted_on"),
        )
    )
    tasks.register(
        TaskSource(
            "matching.needs",
            _("Needs to take care of"),
            lambda membership: needs_of(membership.user, _there(membership)).count(),
            hand_over=_hand_over_needs,
            since=lambda membership: _since(needs_of(membership.user, _there(membership)), "stepped_on"),
        )
    )
