"""The Early Warning team of an erhvervshus: who is in it, and letting somebody in and out."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.guidance.rights import KEEP_TEAM
from matching.models import EarlyWarningMember
from matching.models.guidance import may_be_in_team
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Membership, Organisation, User
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import OrganisationKind, Role


def is_in(actor: Actor) -> bool:
    """Does somebody of the team of the own erhvervshus look, for oneself? One query where it can be."""
    if not may_be_in_team(actor):
        return False
    return EarlyWarningMember.objects.standing().filter(hub=actor.organisation, user=actor.user).exists()


def advisers_of(hub: Organisation | None) -> QuerySet[User]:
    """The advisers the erhvervshus has today, by name."""
    members = Membership.objects.on(timezone.localdate()).filter(organisation=hub, role=Role.HUB_ADVISER)
    return User.objects.filter(pk__in=members.order_by().values("user"), is_active=True).order_by("name", "pk")


def standing_of(actor: Actor) -> set[int]:
    """Who is in the team of the own erhvervshus."""
    rows = EarlyWarningMember.objects.standing().filter(hub=actor.organisation)
    return set(rows.order_by().values_list("user_id", flat=True))


def may_keep(actor: Actor) -> Verdict:
    verdict = rights.may(actor, KEEP_TEAM)
    if verdict and (actor.organisation is None or actor.organisation.kind != OrganisationKind.HUB):
        return Verdict(False, _("Only an erhvervshus has an Early Warning team."))
    return verdict


def _require(actor: Actor) -> Organisation:
    verdict = may_keep(actor)
    if not verdict:
        raise Refused(verdict.reason)
    assert actor.organisation is not None  # may_keep has asked
    return actor.organisation


def add(actor: Actor, user: int | None, *, written: Written | None = None) -> EarlyWarningMember:
    """Let an adviser in; nobody lets oneself in, for the team sees what nobody else does.

    Raises Refused, ValidationError.
    """
    hub = _require(actor)
    with transaction.atomic():
        person = advisers_of(hub).filter(pk=user or 0).first()
        if person is None:
            raise ValidationError({"user": [_("Choose one of the advisers of the erhvervshus.")]})
        if person.pk in actor.person_ids:
            raise ValidationError({"user": [_("Nobody adds oneself to the Early Warning team. Ask a colleague.")]})
        # Whoever adds the same person at the same time waits here.
        Organisation.objects.select_for_update(no_key=True).get(pk=hub.pk)
        if EarlyWarningMember.objects.standing().filter(hub=hub, user=person).exists():
            raise ValidationError({"user": [_("The person is in the team already.")]})
        member: EarlyWarningMember = EarlyWarningMember.objects.create(hub=hub, user=person, added_by=actor.user)
        if written is not None:
            written(member.pk)
    return member


def remove(actor: Actor, member: EarlyWarningMember, *, seen: versions.Seen | None = None) -> EarlyWarningMember:
    """Let somebody out; the row stays. Raises Refused, Changed."""
    hub = _require(actor)
    with transaction.atomic():
        row = EarlyWarningMember.objects.select_for_update(no_key=True).get(pk=member.pk, hub=hub)
        if row.removed_at is not None:
            return row
        versions.settle(actor, versions.thing_of("early_warning_member", row.pk), seen=seen, now=row.removed_at)
        row.removed_at, row.removed_by = timezone.now(), actor.user
        row.save(update_fields=["removed_at", "removed_by"])
    return row
