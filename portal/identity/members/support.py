"""Looking at the portal as somebody else sees it, to help: only reading, for a time, written down, told to both."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.members import mails
from portal.identity.members.rights import SEE_AS_MEMBER
from portal.identity.models import Membership, SupportPage, SupportView, User
from portal.identity.rights import Refused
from portal.identity.roles import Role

SESSION_KEY = "support_view"
NEVER = frozenset({Role.DATA_PROTECTION_OFFICER, Role.AUDITOR})
"""They watch the administrators, so no administrator looks over their shoulder."""


def seen(actor: Actor) -> QuerySet[Membership]:
    """The memberships the portal can be seen as: everybody's that hold today, but the own and those of NEVER."""
    if not rights.may(actor, SEE_AS_MEMBER):
        return Membership.objects.none()
    return (
        Membership.objects.on(actor.on)
        .filter(user__is_active=True)
        .exclude(user=actor.user)
        .exclude(role__in=NEVER)
        .select_related("user", "organisation__municipality", "organisation__area")
        .order_by("user__name", "pk")
    )


def begin(actor: Actor, membership: Membership, reason: str, minutes: int) -> SupportView:
    """Begin, and write to both. Raises Refused and ValidationError."""
    rights.require(actor, SEE_AS_MEMBER)
    if membership.role in NEVER:
        raise Refused(
            _("Nobody sees the portal as a data protection officer or an auditor: they watch the administrators.")
        )
    if not seen(actor).filter(pk=membership.pk).exists():
        raise ValidationError(_("The membership has ended already."))
    now = timezone.now()
    view = SupportView(
        by=actor.user, person=membership.user, membership=membership, reason=reason.strip(),
        started_at=now, until=now + timedelta(minutes=minutes),
    )  # fmt: skip
    view.full_clean()
    view.save()
    for person in (view.person, view.by):
        mails.send("support_view", person.email, person.language, view=view, own=person == view.by)
    return view


def end(view: SupportView) -> None:
    SupportView.objects.filter(pk=view.pk, ended_at=None).update(ended_at=timezone.now())


def actor_in(user: User, pk: int) -> Actor | None:
    """The actor of the support view that the person has open, or None when it is over (two queries).

    It is over when its time is up, when the other's membership is, and when the person may no longer help.
    """
    view = (
        SupportView.objects.filter(pk=pk, by=user, ended_at=None, until__gt=timezone.now())
        .select_related("by", "membership__user", "membership__organisation__municipality")
        .select_related("membership__organisation__area")
        .first()
    )
    if view is None:
        return None
    today = timezone.localdate()
    helpers = Membership.objects.on(today).filter(user=user, role=Role.ADMINISTRATOR).select_related("organisation")
    if not any(rights.runs_the_portal(entry.organisation) for entry in helpers):
        return None
    if not Membership.objects.on(today).filter(pk=view.membership_id, user__is_active=True).exists():
        return None
    return Actor(view.membership.user, view.membership, today, support=view)


def opened(actor: Actor, path: str) -> None:
    """Write down a page that was opened, without what was searched for."""
    if actor.support is not None:
        SupportPage.objects.create(view=actor.support, path=path[:300])


def views_of(user: User) -> QuerySet[SupportView]:
    """Who has looked at the portal as this person, newest first."""
    return SupportView.objects.filter(person=user).select_related("by").order_by("-started_at", "-pk")
