"""For whom a person acts: the one answer that pages, API and rules share."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.identity.models import Membership, Organisation, SupportView, User
from portal.identity.roles import OrganisationKind, Role


@dataclass(frozen=True)
class Choice:
    """One of those for whom a person may act: an own membership, or a colleague's as deputy.

    `key` stands in session and forms: "12" is an own membership, "12d5" the same by the deputy relation 5.
    """

    membership: Membership
    deputy_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.membership.pk}d{self.deputy_id}" if self.deputy_id else str(self.membership.pk)

    @property
    def title(self) -> str:
        """The role, and for whom when it is a colleague's."""
        role = str(Role(self.membership.role).label)
        if self.deputy_id is None:
            return role
        return _("%(role)s (as deputy for %(name)s)") % {"role": role, "name": self.membership.user.name}


@dataclass(frozen=True)
class Actor:
    """A signed-in person with the membership the person acts by; without one there is nothing to do or see.

    A deputy acts by a colleague's membership: `user` is the deputy, `deputy_for` the colleague. In a support view
    `user` is the one whose pages are seen, and `support.by` the one who sees them.
    """

    user: User
    membership: Membership | None
    on: date
    deputy_id: int | None = None
    support: SupportView | None = None
    by_key: bool = False
    """A program asks, with a key that the person has made."""
    choices: tuple[Choice, ...] = field(default=(), compare=False, repr=False)

    @property
    def person(self) -> User:
        """Who sits there: in a support view the one who sees, not the one whose pages are seen."""
        return self.support.by if self.support is not None else self.user

    @property
    def role(self) -> Role | None:
        return Role(self.membership.role) if self.membership else None

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None

    @property
    def deputy_for(self) -> User | None:
        """The colleague for whom the person acts as deputy."""
        return self.membership.user if self.membership and self.deputy_id else None

    @property
    def as_deputy_for(self) -> str:
        """The colleague's name, as it is kept with what the deputy approves; empty for oneself."""
        return self.deputy_for.name if self.deputy_for else ""

    @property
    def person_ids(self) -> frozenset[int]:
        """Whose eyes these are where four are asked for: a deputy's and the colleague's count as one pair."""
        return frozenset({self.user.pk} | ({self.deputy_for.pk} if self.deputy_for else set()))

    @property
    def key(self) -> str:
        """The key of the choice in use; empty without a membership."""
        return Choice(self.membership, self.deputy_id).key if self.membership else ""

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations whose records are the actor's own: a municipality's are also its parts'.

        No query for a membership from `choices_of`, which brings the parts along; else one.
        """
        if self.membership is None or self.organisation is None:
            return frozenset()
        if self.organisation.kind != OrganisationKind.MUNICIPALITY:
            return frozenset({self.organisation.pk})
        parts = vars(self.membership).get("parts")
        if parts is None:
            parts = Organisation.objects.filter(parent=self.organisation).order_by().values_list("pk", flat=True)
        return frozenset({self.organisation.pk, *parts})

    @property
    def municipality_code(self) -> str | None:
        return self.organisation.municipality_id if self.organisation else None


def actor_for(user: User, chosen: int | str | None = None) -> Actor:
    """The actor of `user` today: by the choice with that key if it still holds, else by the first that does."""
    today = timezone.localdate()
    choices = choices_of(user, today)
    first = choices[0] if choices else None
    picked = next((choice for choice in choices if choice.key == str(chosen)), first)
    if picked is None:
        return Actor(user=user, membership=None, on=today)
    return Actor(user, picked.membership, today, deputy_id=picked.deputy_id, choices=choices)


# Who the person stands in for: as Deputy.objects.on, of memberships that Membership.objects.on holds. Every page asks
# it, and to have it composed by the ORM took a quarter of a page's time.
STANDS_IN = """
FROM identity_deputy d JOIN identity_membership own ON own.id = d.deputy_id
WHERE d.ended_at IS NULL AND %s BETWEEN d.valid_from AND d.valid_to
  AND own.user_id = %s AND own.valid_from <= %s AND (own.valid_to IS NULL OR own.valid_to >= %s)
  AND (own.stopped_at IS NULL OR own.valid_to > %s)
"""
PRINCIPALS = f"SELECT d.principal_id {STANDS_IN}"
BY_DEPUTY = f"SELECT min(d.id) {STANDS_IN} AND d.principal_id = identity_membership.id"
PARTS = (
    "ARRAY(SELECT part.id FROM identity_organisation part WHERE part.parent_id = identity_membership.organisation_id)"
)


def choices_of(user: User, on: date) -> tuple[Choice, ...]:
    """For whom the person may act on that day, the own memberships first (one query)."""
    given = [on, user.pk, on, on, on]
    principals = RawSQL(PRINCIPALS, given)  # noqa: S611  what is given are parameters
    found = (
        Membership.objects.on(on)
        .filter(Q(user=user) | Q(pk__in=principals, user__is_active=True))
        .annotate(
            by_deputy=RawSQL(BY_DEPUTY, given, output_field=BigIntegerField()),  # noqa: S611
            parts=RawSQL(PARTS, [], output_field=ArrayField(BigIntegerField())),  # noqa: S611
        )
        .select_related("user", "organisation__municipality", "organisation__area")
        .order_by("pk")
    )
    choices = [Choice(entry, None if entry.user_id == user.pk else vars(entry)["by_deputy"]) for entry in found]
    return tuple(sorted(choices, key=lambda choice: choice.deputy_id is not None))
