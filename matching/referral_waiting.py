"""What of referrals waits on a person: to answer, to tell the company, and what has waited too long elsewhere."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Referral, ReferralKind, ReferralStatus, ReferralStep
from matching.rights import REGISTERING
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register

Rows = Callable[[Actor], "QuerySet[Referral]"]


def to_answer(actor: Actor) -> "QuerySet[Referral]":
    """The receiver's: those whose answer lies with the actor's organisation."""
    return Referral.objects.visible_to(actor).waiting().received_by(actor.organisation_ids)


def to_tell(actor: Actor) -> "QuerySet[Referral]":
    """The sender has its answer, and nobody has noted that the company has."""
    rows = Referral.objects.visible_to(actor).filter(status=ReferralStatus.ANSWERED, company_answered_on=None)
    return rows.filter(registered_by_id__in=actor.organisation_ids)


def late_of_ours(actor: Actor) -> "QuerySet[Referral]":
    """What the actor's organisation has sent to another one, and the day of the answer has passed."""
    rows = Referral.objects.visible_to(actor).waiting().filter(due_on__lt=actor.on)
    return rows.filter(from_organisation_id__in=actor.organisation_ids, to_organisation__isnull=False)


def late_in_programmes(actor: Actor) -> "QuerySet[Referral]":
    """Companies that have waited longer than anybody should, for whoever leads the programme: none is named. They wait
    since they first asked, whoever it was passed on to, and until they are told."""
    last = actor.on - timedelta(days=settings.REFERRAL_DUE_DAYS)
    return Referral.objects.led_by(actor).company_waits().filter(first_asked_on__lt=last)


def _name(side: str) -> Coalesce:
    """Of a partner or somebody outside; empty when it was the company."""
    return Coalesce(f"{side}_organisation__name", f"{side}_external__name", Value(""))


SAID: dict[str, Any] = {
    "kind": "kind",
    "sender": _name("from"),
    "receiver": _name("to"),
    "programme": "programme__name",
    "company": "company__name",
    "status": "status",
}


def _asked(found: Rows, roles: Collection[str], since: str, due: str | None) -> Callable[[Actor], Question | None]:
    def asked(actor: Actor) -> Question | None:
        return question(found(actor), since=since, due=due, **SAID) if actor.role in roles else None

    return asked


def _line(title: str | Promise, url_name: str, action: str | Promise) -> Callable[[Row], Waiting]:
    def line(row: Row) -> Waiting:
        opened("referral", row.pk)
        words = row.said | {"kind": ReferralKind(row.said["kind"]).label}
        words["sender"] = words["sender"] or words["company"]
        url = reverse(f"matching:{url_name}", args=[row.pk])
        return Waiting(str(title) % words, url, action, row.since, row.due, row.said["programme"])

    return line


def _led(row: Row) -> Waiting:
    title = _("Referral no. %(number)s to %(receiver)s, from %(sender)s")
    said = row.said
    words = {"number": row.pk, "receiver": said["receiver"], "sender": said["sender"] or _("a company")}
    due = row.since + timedelta(days=settings.REFERRAL_DUE_DAYS)
    told = said["programme"]
    if said["status"] == ReferralStatus.ANSWERED:
        told = _("%(programme)s. The sender has its answer, the company has not.") % {"programme": told}
    return Waiting(title % words, reverse("matching:unanswered"), gettext_lazy("See"), row.since, due, told)


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
    sources: list[tuple[str, Any, Rows, Callable[[Row], Waiting], str]] = [
        (
            "matching.referrals_to_answer",
            gettext_lazy("Referrals to answer"),
            to_answer,
            _line(gettext_lazy("%(company)s: %(kind)s, from %(sender)s"), "referral_answer", gettext_lazy("Answer")),
            "?side=to_us&state=waiting",
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
        ),
        (
            "matching.referrals_late",
            gettext_lazy("Referrals you sent that have waited too long"),
            late_of_ours,
            _line(gettext_lazy("%(company)s: %(kind)s, sent to %(receiver)s"), "referral", gettext_lazy("See")),
            "?side=from_us&state=late",
        ),
    ]
    for order, (key, title, found, line, query) in enumerate(sources, start=10):
        register(
            WaitingSource(
                key,
                title,
                asked=_asked(found, REGISTERING, "first_asked_on", "due_on"),
                line=line,
                all_url=lambda _actor, query=query: reverse("matching:referrals") + query,  # type: ignore[misc]
                order=order,
            )
        )
    register(
        WaitingSource(
            "matching.referrals_led",
            gettext_lazy("Referrals in your programmes that have waited too long"),
            asked=_asked(late_in_programmes, {Role.PROGRAMME_LEAD}, "first_asked_on", None),
            line=_led,
            all_url=lambda _actor: reverse("matching:unanswered"),
            order=13,
        )
    )
    tasks.register(
        tasks.TaskSource(
            "matching.referrals",
            gettext_lazy("Referrals taken on and not answered yet"),
            hand_over=_hand_over,
            since=_since,
            rows=_taken_on,
        )
    )
