"""A membership, an invitation, a deputy and a support view, for every address of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.members import invite
from portal.identity.models import Deputy, Membership, Organisation, SupportView, User
from portal.identity.roles import Role
from tests.memberships import member


@dataclass(frozen=True)
class Staff:
    member: int
    """The hub's adviser."""
    invitation: int
    token: str
    deputy: int

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of members; None for any other."""
        return {
            "member": {"pk": self.member},
            "member_change": {"pk": self.member},
            "member_end": {"pk": self.member},
            "member_reset_app": {"pk": self.member},
            "invitation": {"token": self.token},
            "invitation_again": {"pk": self.invitation},
            "invitation_withdraw": {"pk": self.invitation},
            "deputy_end": {"pk": self.deputy},
        }.get(name)


def build(own: dict[Role, User]) -> Staff:
    """The hub invites somebody; in the KKR the programme lead stands in for the secretariat."""
    today = timezone.localdate()
    admin = actor_for(own[Role.ADMINISTRATOR])
    hub = Organisation.objects.get(name=people.HUB)
    asked, token = invite.invite(admin, hub, "ny@demo.example", "Ny", [Role.HUB_ADVISER], today)
    principal = Membership.objects.get(user=own[Role.KKR_SECRETARIAT])
    deputy = Deputy.objects.create(
        principal=principal, deputy=Membership.objects.get(user=own[Role.PROGRAMME_LEAD]),
        valid_from=today, valid_to=today + timedelta(days=30), given_by=principal.user,
    )  # fmt: skip
    adviser = Membership.objects.get(user=own[Role.HUB_ADVISER])
    now = timezone.now()
    SupportView.objects.create(
        by=admin.user, person=adviser.user, membership=adviser, reason="Prøve", until=now + timedelta(minutes=5),
        started_at=now, ended_at=now,
    )  # fmt: skip
    return Staff(adviser.pk, asked.pk, token, deputy.pk)


def grow(own: dict[Role, User], made: int, number: int) -> None:
    """More members with former roles, more invitations, deputies and support views."""
    today, now = timezone.localdate(), timezone.now()
    kkr = Organisation.objects.get(name=people.KKR)
    hub = Organisation.objects.get(name=people.HUB)
    aalborg = Organisation.objects.get(name="Aalborg Kommune")
    admin = own[Role.ADMINISTRATOR]
    principal = Membership.objects.get(user=own[Role.KKR_SECRETARIAT])
    for turn in range(made, made + number):
        user = User.objects.create_user(f"medlem-{turn}@demo.example", f"Medlem {turn}")
        adviser = member(user, hub, Role.HUB_ADVISER)
        deputy = member(user, kkr, Role.PROGRAMME_LEAD)
        member(user, aalborg, Role.MUNICIPAL_OFFICER)
        Deputy.objects.create(
            principal=principal, deputy=deputy, valid_from=today, valid_to=today, given_by=principal.user
        )
        for viewed, by in ((adviser, admin), (Membership.objects.get(user=own[Role.HUB_ADVISER]), admin)):
            SupportView.objects.create(
                by=by, person=viewed.user, membership=viewed, reason="Prøve", until=now + timedelta(minutes=5),
                started_at=now, ended_at=now,
            )  # fmt: skip
        for organisation in (hub, kkr):
            organisation.invitations.create(
                email=f"ny-{turn}@demo.example", name="Ny", roles=[Role.PROGRAMME_LEAD.value], valid_from=today,
                invited_by=admin, expires_at=now, digest=f"{organisation.pk}-{turn}",
            )  # fmt: skip
