"""A deputy approves in a colleague's place, for a time, and four eyes stay four."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.identity import rights
from portal.identity.actor import Actor, actor_for
from portal.identity.members import deputise, offboard
from portal.identity.models import Deputy, Membership, Organisation
from portal.identity.rights import Refused
from portal.identity.roles import Role
from reporting.rights import APPROVE_KEY, DECIDE, MAKE_CONTRACT, MANAGE_TARGETS, SIGN_CONTRACT, VIEW_CONTRACTS
from tests.identity.members.conftest import Make, acting, client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pair(make: Make, kkr: Organisation) -> tuple[Membership, Membership]:
    """The secretariat, and a member of KKR who approves nothing."""
    return make(kkr, Role.KKR_SECRETARIAT, "susanne"), make(kkr, Role.KKR_VIEWER, "karl")


def as_deputy(deputy: Membership) -> Actor:
    choice = next(choice for choice in actor_for(deputy.user).choices if choice.deputy_id)
    return actor_for(deputy.user, choice.key)


def test_a_deputy_reads_and_approves_and_nothing_else(pair: tuple[Membership, Membership], today: date) -> None:
    principal, deputy = pair
    assert not rights.may(acting(deputy), DECIDE)
    deputise.give(acting(principal), principal, deputy, today, today + DAY)
    assert actor_for(deputy.user).role == Role.KKR_VIEWER, "the own role comes first"
    actor = as_deputy(deputy)
    assert (actor.user, actor.role, actor.deputy_for) == (deputy.user, Role.KKR_SECRETARIAT, principal.user)
    may = {key: bool(rights.may(actor, key)) for key in (VIEW_CONTRACTS, APPROVE_KEY, DECIDE, SIGN_CONTRACT)}
    assert may == {VIEW_CONTRACTS: True, APPROVE_KEY: True, DECIDE: True, SIGN_CONTRACT: True}
    for key in (MAKE_CONTRACT, MANAGE_TARGETS):
        assert rights.may(acting(principal), key)
        assert "stedfortræder for Susanne" in rights.may(actor, key).reason


def test_only_for_a_time(pair: tuple[Membership, Membership], today: date) -> None:
    principal, deputy = pair
    given = deputise.give(acting(principal), principal, deputy, today + DAY, today + 3 * DAY)
    assert len(actor_for(deputy.user).choices) == 1, "not yet"
    for start, end, holds in ((0, 0, True), (-3, -1, False), (-3, 0, True), (1, 2, False)):
        Deputy.objects.filter(pk=given.pk).update(valid_from=today + start * DAY, valid_to=today + end * DAY)
        assert (len(actor_for(deputy.user).choices) == 2) is holds, (start, end)
    with pytest.raises(IntegrityError, match="deputy_for_a_time"), transaction.atomic():
        Deputy.objects.filter(pk=given.pk).update(valid_from=today, valid_to=today + 184 * DAY)
    with pytest.raises(ValidationError, match="højst et halvt år"):
        deputise.give(acting(principal), principal, deputy, today + 9 * DAY, today + 300 * DAY)
    deputise.end(acting(deputy), given)
    Deputy.objects.filter(pk=given.pk).update(valid_from=today, valid_to=today)
    assert len(actor_for(deputy.user).choices) == 1, "ended is ended"


def test_both_must_be_members_of_the_same_organisation(
    pair: tuple[Membership, Membership], make: Make, hub: Organisation, kkr: Organisation, today: date
) -> None:
    principal, deputy = pair
    stranger, auditor = make(hub, Role.HUB_CONTROLLER), make(kkr, Role.AUDITOR)
    own_other_role = make(kkr, Role.DATA_STEWARD, "susanne")
    for wrong in (stranger, auditor, own_other_role, principal):
        with pytest.raises(ValidationError, match="Vælg en kollega"):
            deputise.give(acting(principal), principal, wrong, today, today)
    for wrong in (stranger, own_other_role):  # the database holds it too
        with pytest.raises(IntegrityError, match="colleague"), transaction.atomic():
            Deputy.objects.create(
                principal=principal, deputy=wrong, valid_from=today, valid_to=today, given_by=principal.user
            )
    deputise.give(acting(principal), principal, deputy, today, today)
    with pytest.raises(ValidationError, match="allerede stedfortræder"):
        deputise.give(acting(principal), principal, deputy, today, today)


def test_who_may_name_one(
    pair: tuple[Membership, Membership], make: Make, hub: Organisation, kkr: Organisation, today: date
) -> None:
    principal, deputy = pair
    for other in (deputy, make(kkr, Role.DATA_STEWARD), make(hub, Role.ADMINISTRATOR)):
        with pytest.raises((Refused, ValidationError)):
            deputise.give(acting(other), principal, make(kkr, Role.PROGRAMME_LEAD, f"p{other.pk}"), today, today)
    admin = make(kkr, Role.ADMINISTRATOR, "karen")
    given = deputise.give(acting(admin), principal, deputy, today, today)
    with pytest.raises(ValidationError, match="godkender ikke noget"):
        deputise.give(acting(admin), deputy, principal, today, today)
    with pytest.raises(Refused):  # a deputy does not pass it on
        deputise.give(as_deputy(deputy), principal, admin, today, today)
    with pytest.raises(Refused):
        deputise.end(acting(make(kkr, Role.KKR_VIEWER, "anden")), given)
    offboard.end(acting(admin), deputy)
    assert deputise.visible_deputies(acting(principal)).get().ended_at is not None


def test_four_eyes_count_a_deputy_and_the_principal_as_one_pair(
    pair: tuple[Membership, Membership], today: date
) -> None:
    principal, deputy = pair
    deputise.give(acting(principal), principal, deputy, today, today)
    assert as_deputy(deputy).person_ids == {principal.user_id, deputy.user_id}
    assert acting(deputy).person_ids == {deputy.user_id}


def test_the_page_says_for_whom(pair: tuple[Membership, Membership], today: date) -> None:
    principal, deputy = pair
    deputise.give(acting(principal), principal, deputy, today, today)
    client = client_of(deputy.user)
    page = client.get("/mine-oplysninger/").content.decode()
    assert "som stedfortræder for Susanne" in page
    assert '<strong class="vb-small">som stedfortræder for Susanne' not in page
    client.post("/skift-rolle/", {"choice": as_deputy(deputy).key})
    page = client.get("/mine-oplysninger/").content.decode()
    assert '<strong class="vb-small">som stedfortræder for Susanne' in page
