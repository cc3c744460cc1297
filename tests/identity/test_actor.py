"""For whom a person acts, and what that allows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.identity import rights
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("Ida@Demo.Example ", "Ida")


def organisation(name: str, kind: OrganisationKind, **fields: object) -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, **fields)


def member(user: User, of: Organisation, role: Role, start: date, end: date | None = None) -> Membership:
    return Membership.objects.create(user=user, organisation=of, role=role, valid_from=start, valid_to=end)


def test_a_membership_counts_on_its_days_only(user: User) -> None:
    today = timezone.localdate()
    hub = organisation("Hub", OrganisationKind.HUB)
    member(user, hub, Role.HUB_ADVISER, today - timedelta(days=9), today - timedelta(days=1))
    member(user, hub, Role.HUB_CONTROLLER, today + timedelta(days=1))
    assert actor_for(user).role is None
    member(user, hub, Role.ADMINISTRATOR, today, today)
    assert actor_for(user).role == Role.ADMINISTRATOR


def test_the_chosen_membership_holds_while_it_is_ones_own(user: User) -> None:
    today = timezone.localdate()
    hub = organisation("Hub", OrganisationKind.HUB)
    first, second = (member(user, hub, role, today) for role in (Role.HUB_ADVISER, Role.HUB_CONTROLLER))
    stranger = member(User.objects.create_user("x@demo.example", "X"), hub, Role.ADMINISTRATOR, today)
    assert actor_for(user).membership == first
    assert actor_for(user, second.pk).membership == second
    assert actor_for(user, stranger.pk).membership == first


def test_a_municipality_acts_for_its_parts_and_a_part_only_for_itself(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today = timezone.localdate()
    whole = organisation("Aalborg Kommune", OrganisationKind.MUNICIPALITY, municipality_id="0851")
    part = organisation("Jobcenter", OrganisationKind.JOBCENTRE, municipality_id="0851", parent=whole)
    other = organisation("Andet jobcenter", OrganisationKind.JOBCENTRE, municipality_id="0860")
    member(user, whole, Role.MUNICIPAL_OFFICER, today)
    with django_assert_num_queries(1):  # the parts come along with the membership
        assert actor_for(user).organisation_ids == {whole.pk, part.pk}
    alone = Actor(user, Membership.objects.get(user=user), today)
    assert alone.organisation_ids == {whole.pk, part.pk}
    adviser = User.objects.create_user("j@demo.example", "J")
    member(adviser, part, Role.ADVISER, today)
    assert actor_for(adviser).organisation_ids == {part.pk}
    assert other.pk not in actor_for(user).organisation_ids


def test_a_refusal_says_why(user: User) -> None:
    action = "jobs.view_operations"
    verdict = rights.may(actor_for(user), action)
    assert not verdict
    assert "administrator" in verdict.reason
    member(user, organisation("KKR", OrganisationKind.KKR), Role.KKR_VIEWER, timezone.localdate())
    verdict = rights.may(actor_for(user), action)
    assert not verdict
    assert verdict.reason == str(rights.actions()[action].refusal)
    with pytest.raises(rights.Refused, match=verdict.reason.split(".")[0]):
        rights.require(actor_for(user), action)
    with pytest.raises(KeyError):
        rights.may(actor_for(user), "nobody.registered_this")


def test_every_action_has_a_reason_and_a_role() -> None:
    assert [key for key, action in rights.actions().items() if not action.roles or len(str(action.refusal)) < 20] == []
