"""The demo area's deputy, invitation and support view: what the members' pages show."""

from datetime import timedelta

from django.utils import timezone

from portal.identity import demo
from portal.identity.models import Deputy, Invitation, Membership, Organisation, SupportView
from portal.identity.roles import Role


def load() -> str:
    """Make what is missing; returns a line for the log. A deputy that has run out is named anew."""
    today, now = timezone.localdate(), timezone.now()
    kkr = Membership.objects.on(today).filter(organisation__name=demo.KKR)
    secretariat, lead = kkr.get(role=Role.KKR_SECRETARIAT), kkr.get(role=Role.PROGRAMME_LEAD)
    if not Deputy.objects.on(today).filter(principal=secretariat, deputy=lead).exists():
        Deputy.objects.create(
            principal=secretariat, deputy=lead, valid_from=today, valid_to=today + timedelta(days=90),
            given_by=secretariat.user,
        )  # fmt: skip
    hub = Organisation.objects.get(name=demo.HUB)
    admin = Membership.objects.on(today).get(organisation=hub, role=Role.ADMINISTRATOR)
    # Its link was never sent to anybody: the administrator sends it again.
    Invitation.objects.get_or_create(
        organisation=hub, email="nina@demo.example", accepted_at=None, withdrawn_at=None,
        defaults={
            "name": "Nina Nyansat", "roles": [Role.HUB_ADVISER.value], "valid_from": today,
            "invited_by": admin.user, "sent_at": now, "sendings": 1,
            "expires_at": now + timedelta(days=14), "digest": "demo",
        },
    )  # fmt: skip
    advisers = Membership.objects.on(today).filter(organisation=hub, role=Role.HUB_ADVISER)
    adviser = advisers.get(user__email="raadgiver@demo.example")
    if not SupportView.objects.filter(person=adviser.user).exists():
        SupportView.objects.create(
            by=admin.user, person=adviser.user, membership=adviser, reason="Kan ikke finde sine egne match",
            started_at=now, until=now + timedelta(minutes=10), ended_at=now + timedelta(minutes=4),
        )  # fmt: skip
    return "a deputy, an invitation and a support view"
