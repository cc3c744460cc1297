"""What of referrals waits on a person: to answer, to tell the company, and what has waited too long elsewhere."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Referral, ReferralStatus, ReferralStep
from matching.rights import REGISTERING
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from portal.identity.waiting import Waiting, WaitingSource, register

Rows = Callable[[Actor], "QuerySet[Referral]"]


def to_answer(actor: Actor) -> "QuerySet[Referral]":
    """The receiver's: those whose answer lies with the actor's organisation."""
    rows = Referral.objects.visible_to(actor).waiting().received_by(actor.organisation_ids)
    return rows if actor.role in REGISTERING else rows.none()


def to_tell(actor: Actor) -> "QuerySet[Referral]":
    """The sender has its answer, and nobody has noted that the company has."""
    rows = Referral.objects.visible_to(actor).filter(status=ReferralStatus.ANSWERED, company_answered_on=None)
    rows = rows.filter(registered_by_id__in=actor.organisation_ids)
    return rows if actor.role in REGISTERING else rows.none()


def late_of_ours(actor: Actor) -> "QuerySet[Referral]":
    """What the actor's organisation has sent to another one, and the day of the answer has passed."""
    rows = Referral.objects.visible_to(actor).waiting().filter(due_on__lt=actor.on)
    rows = rows.filter(from_organisation_id__in=actor.organisation_ids, to_organisation__isnull=False)
    return rows if actor.role in REGISTERING else rows.none()


def late_in_programmes(actor: Actor) -> "QuerySet[Referral]":
    """Those that have waited longer than anybody should, for whoever leads the programme: no company is named."""
    last = actor.on - timedelta(days=settings.REFERRAL_DUE_DAYS)
    return Referral.objects.led_by(actor).waiting().filter(asked_on__lt=last)


def _line(title: str | Promise, url_name: str, action: str | Promise) -> Callable[[Referral], Waiting]:
    def line(row: Referral) -> Waiting:
        opened("referral", row.pk)
        words = {"company": row.company.name, "kind": row.get_kind_display(), "sender": row.sender}
        words |= {"receiver": row.receiver}
        url = reverse(f"matching:{url_name}", args=[row.pk])
        return Waiting(str(title) % words, url, action, row.first_asked_on, row.due_on, row.programme.name)

    return line


def _led(row: Referral) -> Waiting:
    title = _("Referral no. %(number)s to %(receiver)s, from %(sender)s")
    sender = _("a company") if row.from_company else row.sender
    words = {"number": row.pk, "receiver": row.receiver, "sender": sender}
    return Waiting(
        title % words, reverse("matching:unanswered"), gettext_lazy("See"), row.asked_on, row.due_on, row.programme.name
    )


def _source(
    key: str, title: str | Promise, found: Rows, line: Callable[[Referral], Waiting], all_url: str, order: int
) -> WaitingSource:
    def rows(actor: Actor, most: int) -> Sequence[Waiting]:
        if not concerns(actor):
            return []
        return [line(row) for row in found(actor).with_names().order_by("asked_on", "pk")[:most]]  # type: ignore[attr-defined]

    def concerns(actor: Actor) -> bool:
        return actor.role in REGISTERING or (found is late_in_programmes and actor.role == Role.PROGRAMME_LEAD)

    return WaitingSource(
        key,
        title,
        rows,
        lambda actor: found(actor).count() if concerns(actor) else 0,
        lambda actor: f"{reverse('matching:referrals')}{all_url}" if all_url else reverse("matching:unanswered"),
        order,
    )


def _taken_on(membership: Membership) -> "QuerySet[Referral]":
    """What the person has taken on, for that organisation."""
    rows = Referral.objects.waiting().received_by({membership.organisation_id})
    return rows.filter(taken_on_by=membership.user_id)


def _hand_over(membership: Membership, to: Membership, by: User) -> int:
    rows = list(_taken_on(membership).select_for_update(no_key=True, of=("self",)))
    Referral.objects.filter(pk__in=[row.pk for row in rows]).update(taken_on_by=to.user_id)
    ReferralStep.objects.bulk_create(
        [
            ReferralStep(
                referral=row,
                kind=ReferralStep.Kind.HANDED_OVER,
                day=timezone.localdate(),
                registered_by=by,
                organisation_id=membership.organisation_id,
            )
            for row in rows
        ]
    )
    return len(rows)


def _since(membership: Membership) -> date | None:
    oldest: date | None = _taken_on(membership).order_by().aggregate(oldest=Min("asked_on"))["oldest"]
    return oldest


def register_sources() -> None:
    sources: list[tuple[str, Any, Rows, Callable[[Referral], Waiting], str, int]] = [
        (
            "matching.referrals_to_answer",
            gettext_lazy("Referrals to answer"),
            to_answer,
            _line(gettext_lazy("%(company)s: %(kind)s, from %(sender)s"), "referral_answer", gettext_lazy("Answer")),
            "?side=to_us&state=waiting",
            10,
        ),
        (
            "matching.referrals_to_tell",
            gettext_lazy("Companies to tell what became of it"),
            to_tell,
            _line(
                gettext_lazy("%(company)s: %(kind)s, answered by %(receiver)s"),
                "referral_company",
                gettext_lazy("Note it"),
            ),
            "?state=answered",
            11,
        ),
        (
            "matching.referrals_late",
            gettext_lazy("Referrals you sent that have waited too long"),
            late_of_ours,
            _line(gettext_lazy("%(company)s: %(kind)s, sent to %(receiver)s"), "referral", gettext_lazy("See")),
            "?side=from_us&state=late",
            12,
        ),
        (
            "matching.referrals_led",
            gettext_lazy("Referrals in your programmes that have waited too long"),
            late_in_programmes,
            _led,
            "",
            13,
        ),
    ]
    for key, title, found, line, all_url, order in sources:
        register(_source(key, title, found, line, all_url, order))
    tasks.register(
        tasks.TaskSource(
            "matching.referrals",
            gettext_lazy("Referrals taken on and not answered yet"),
            hand_over=_hand_over,
            since=_since,
            rows=_taken_on,
        )
    )
