"""For whom a person acts: the one answer that pages, API and rules share."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import cached_property

from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role


@dataclass(frozen=True)
class Actor:
    """A signed-in person with the membership the person acts by; without one there is nothing to do or see."""

    user: User
    membership: Membership | None
    on: date

    @property
    def role(self) -> Role | None:
        return Role(self.membership.role) if self.membership else None

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations whose records are the actor's own: a municipality's are also its parts' (one query)."""
        if self.organisation is None:
            return frozenset()
        own = {self.organisation.pk}
        if self.organisation.kind == OrganisationKind.MUNICIPALITY:
            own.update(Organisation.objects.filter(parent=self.organisation).values_list("pk", flat=True))
        return frozenset(own)

    @property
    def municipality_code(self) -> str | None:
        return self.organisation.municipality_id if self.organisation else None


def actor_for(user: User, membership_id: int | None = None) -> Actor:
    """The actor of `user` today: by the chosen membership if it still holds, else by the first that does."""
    today = timezone.localdate()
    memberships = list(
        Membership.objects.on(today)
        .filter(user=user)
        .select_related("organisation__municipality", "organisation__area")
        .order_by("pk")
    )
    chosen = next((entry for entry in memberships if entry.pk == membership_id), None)
    return Actor(user=user, membership=chosen or (memberships[0] if memberships else None), on=today)
