"""Ending and changing memberships: the last administrator stays, open work is handed over, the account closes."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.members import invite, nightly, offboard, tasks
from portal.identity.members.accept import accept_with_password
from portal.identity.members.deputise import give
from portal.identity.models import Deputy, Membership, Organisation, SignInEvent, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.tokens import TokenRefused, issue, token_of
from reporting.models import EvidenceFile
from tests.forms import hidden, reads
from tests.identity.members.conftest import PASSWORD, Make, acting, client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_at_once_closes_session_token_and_account(make: Make, hub: Organisation, today: date) -> None:
    admin, adviser = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER)
    token, client = issue(adviser), client_of(adviser.user)
    assert client.get("/mine-oplysninger/").status_code == 200
    assert token_of(token, today).membership == adviser
    offboard.end(acting(admin), adviser)
    with pytest.raises(TokenRefused):  # it would act by a membership that holds no longer
        token_of(token, today)
    assert client.get("/mine-oplysninger/").status_code == 302, "signed out"
    assert not Client().login(username=adviser.user.email, password=PASSWORD)
    adviser.refresh_from_db()
    assert adviser.valid_to == today
    assert list(Membership.objects.on(today).filter(pk=adviser.pk)) == []
    assert list(Membership.objects.on(today - DAY).filter(pk=adviser.pk)) == [adviser], "yesterday it held"
    with pytest.raises(ValidationError, match="allerede slut"):
        offboard.end(acting(admin), adviser)


def test_a_new_invitation_opens_the_account_again_the_same_day(make: Make, hub: Organisation, today: date) -> None:
    admin, adviser = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER, valid_from=timezone.localdate())
    user = adviser.user
    offboard.end(acting(admin), adviser)
    asked, _token = invite.invite(acting(admin), hub, user.email, "Nyt navn", [Role.HUB_ADVISER], today)
    accept_with_password(asked, "Nyt navn", "et-helt-nyt-kodeord-7")
    user.refresh_from_db()
    assert user.is_active
    assert user.name == "Hub-Adviser", "the name that stands with what was done"
    assert actor_for(user).role == Role.HUB_ADVISER
    assert Membership.objects.filter(user=user).count() == 1, "begun and stopped on one day, it goes on"


def test_after_a_day_it_holds_to_the_end_of_that_day(make: Make, hub: Organisation, today: date) -> None:
    admin, adviser = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER)
    with pytest.raises(ValidationError, match="før i dag"):
        offboard.end(acting(admin), adviser, today - DAY)
    offboard.end(acting(admin), adviser, today)
    assert actor_for(adviser.user).role == Role.HUB_ADVISER
    assert not Membership.objects.on(today + DAY).filter(pk=adviser.pk).exists()
    # The night after, the account closes; whoever has a membership to come is left alone.
    make(hub, Role.HUB_CONTROLLER, "kommer", valid_from=today + DAY)
    Membership.objects.filter(pk=adviser.pk).update(valid_from=today - 2 * DAY, valid_to=today - DAY)
    User.objects.create_user("uden@demo.example", "Uden")
    outcome = nightly.close_accounts(None)  # type: ignore[arg-type]  # it asks the run nothing
    assert outcome.result == {"closed": 1}
    assert not User.objects.get(pk=adviser.user_id).is_active


def test_the_last_administrator_stays(make: Make, hub: Organisation, today: date) -> None:
    first, second = make(hub, Role.ADMINISTRATOR, "anne"), make(hub, Role.ADMINISTRATOR, "bo")
    offboard.end(acting(first), second, today + 5 * DAY)
    for last_day in (None, today, today + 4 * DAY, today + 5 * DAY, today + 9 * DAY):  # nobody would be left after 5
        with pytest.raises(ValidationError, match="skal have en administrator"):
            offboard.end(acting(first), first, last_day)
    with pytest.raises(ValidationError, match="skal have en administrator"):
        offboard.change(acting(first), first, Role.HUB_ADVISER, None)
    with pytest.raises(ValidationError, match="skal have en administrator"):
        offboard.change(acting(first), first, Role.ADMINISTRATOR, today + 9 * DAY)
    offboard.end(acting(first), second)  # the first stays


def test_an_administrator_to_come_leaves_no_gap(make: Make, hub: Organisation, today: date) -> None:
    first = make(hub, Role.ADMINISTRATOR, "anne")
    make(hub, Role.ADMINISTRATOR, "bo", valid_from=today + 5 * DAY)
    with pytest.raises(ValidationError):
        offboard.end(acting(first), first, today + 3 * DAY)
    offboard.end(acting(first), first, today + 4 * DAY)


def test_a_closed_administrator_is_none(make: Make, hub: Organisation) -> None:
    first, second = make(hub, Role.ADMINISTRATOR, "anne"), make(hub, Role.ADMINISTRATOR, "bo")
    User.objects.filter(pk=second.user_id).update(is_active=False)
    with pytest.raises(ValidationError):
        offboard.end(acting(first), first)


def test_a_part_may_lean_on_the_whole(make: Make, municipality: Organisation, jobcentre: Organisation) -> None:
    whole, part = make(municipality, Role.ADMINISTRATOR, "kim"), make(jobcentre, Role.ADMINISTRATOR, "jette")
    offboard.end(acting(whole), part)
    with pytest.raises(ValidationError):
        offboard.end(acting(whole), whole)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_take_each_other_off_one_stays(make: Make, hub: Organisation, today: date) -> None:
    """Both have looked before either has written; without `lock` both would be gone."""
    pair = [make(hub, Role.ADMINISTRATOR, "anne"), make(hub, Role.ADMINISTRATOR, "bo")]
    start, told = threading.Barrier(2), []

    def take_off(by: Membership, other: Membership) -> None:
        try:
            actor = acting(by)
            start.wait()
            offboard.end(actor, other)
            told.append("done")
        except (ValidationError, Refused) as problem:
            told.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_off, args=turned) for turned in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["ValidationError", "done"]
    assert Membership.objects.on(today).filter(role=Role.ADMINISTRATOR).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_held_by_the_one_who_is_first(make: Make, hub: Organisation) -> None:
    """The protection itself: while one changes members, another waits at the organisation's row."""
    first, second = make(hub, Role.ADMINISTRATOR, "anne"), make(hub, Role.ADMINISTRATOR, "bo")
    waited = []

    def other() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        try:
            offboard.end(acting(second), first)
        except Exception as problem:
            waited.append(type(problem).__name__)
        finally:
            connection.close()

    with transaction.atomic():
        offboard.end(acting(first), second, timezone.localdate())
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert waited == ["OperationalError"]


def test_open_work_goes_to_a_colleague(make: Make, hub: Organisation) -> None:
    admin, leaving, staying = (
        make(hub, role) for role in (Role.ADMINISTRATOR, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD)
    )
    auditor = make(hub, Role.AUDITOR)
    file = EvidenceFile.objects.create(name="tal.csv", sha256="0" * 64, content=b"x", uploaded_by=leaving.user)
    assert [(task.source.key, task.number) for task in tasks.open_tasks(leaving)] == [("reporting.uploads", 1)]
    for nobody in (None, auditor, leaving):
        with pytest.raises(ValidationError, match="Vælg en kollega"):
            offboard.end(acting(admin), leaving, to=nobody)
    assert Membership.objects.get(pk=leaving.pk).valid_to is None, "nothing half done"
    offboard.end(acting(admin), leaving, to=staying)
    file.refresh_from_db()
    assert file.uploaded_by == staying.user


def test_deputies_end_with_the_membership(make: Make, kkr: Organisation, today: date) -> None:
    make(kkr, Role.ADMINISTRATOR, "kkr-admin")
    principal, deputy = make(kkr, Role.KKR_SECRETARIAT), make(kkr, Role.PROGRAMME_LEAD)
    give(acting(principal), principal, deputy, today, today + 9 * DAY)
    assert len(actor_for(deputy.user).choices) == 2
    admin = acting(Membership.objects.get(role=Role.ADMINISTRATOR))
    offboard.end(admin, principal, today + DAY)
    assert len(actor_for(deputy.user).choices) == 2
    offboard.end(admin, principal)
    assert len(actor_for(deputy.user).choices) == 1
    assert Deputy.objects.get().ended_at is not None


def test_another_role_is_another_membership(make: Make, hub: Organisation, today: date) -> None:
    admin, adviser = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER)
    begun = offboard.change(acting(admin), adviser, Role.HUB_CONTROLLER, today + 9 * DAY)
    adviser.refresh_from_db()
    assert (adviser.role, adviser.valid_to, begun.valid_from) == (Role.HUB_ADVISER, today, today)
    assert actor_for(adviser.user).role == Role.HUB_CONTROLLER
    assert [choice.membership for choice in actor_for(adviser.user).choices] == [begun]
    with pytest.raises(ValidationError, match="Intet er ændret"):
        offboard.change(acting(admin), begun, Role.HUB_CONTROLLER, today + 9 * DAY)
    longer = offboard.change(acting(admin), begun, Role.HUB_CONTROLLER, None)
    assert longer.pk == begun.pk, "the same role from the same day is the same membership"
    with pytest.raises(ValidationError, match="højst et år"):
        offboard.change(acting(admin), begun, Role.AUDITOR, None)
    with pytest.raises(ValidationError, match="har ikke rollen"):
        offboard.change(acting(admin), begun, Role.KKR_SECRETARIAT, None)


def test_a_stranger_cannot_be_taken_off(make: Make, hub: Organisation, kkr: Organisation) -> None:
    """Also the operator's administrator has no hand in other organisations."""
    admin, other = make(hub, Role.ADMINISTRATOR), make(kkr, Role.KKR_VIEWER)
    for act in (lambda: offboard.end(acting(admin), other),
                lambda: offboard.change(acting(admin), other, Role.ADMINISTRATOR, None)):  # fmt: skip
        with pytest.raises(Refused, match="sin egen administrator"):
            act()
    assert client_of(admin.user).get(f"/medlemmer/{other.pk}/").status_code == 404


def test_of_two_administrators_the_second_is_shown_what_the_first_said(
    make: Make, hub: Organisation, today: date
) -> None:
    first, adviser = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER)
    second = client_of(make(hub, Role.ADMINISTRATOR, "nora").user)
    address = f"/medlemmer/{adviser.pk}/afslut/"
    frame = hidden(second.get(address))
    offboard.end(acting(first), adviser, today + 10 * DAY)
    answer = second.post(address, {**frame, "when": "now"})
    assert answer.status_code == 409
    assert first.user.name in reads(answer)
    adviser.refresh_from_db()
    assert adviser.valid_to == today + 10 * DAY, "nothing of the second is written"
    assert second.post(address, {**hidden(answer), "when": "now"}).status_code == 302
    adviser.refresh_from_db()
    assert adviser.valid_to == today


def test_who_has_left_keeps_the_app(make: Make, hub: Organisation, kkr: Organisation) -> None:
    """The app is the person's, wherever they work now: a former employer's administrator has no hand in it."""
    admin, former = make(hub, Role.ADMINISTRATOR), make(hub, Role.HUB_ADVISER)
    make(kkr, Role.KKR_VIEWER, "hub-adviser")
    client, address = client_of(admin.user), f"/medlemmer/{former.pk}/nulstil-app/"
    offboard.end(acting(admin), former)
    answer = client.post(address, {"reason": "Mistet telefon; ringet op"})
    assert answer.status_code == 400
    assert "allerede slut" in answer.content.decode()
    assert not SignInEvent.objects.filter(kind="factor_reset").exists()
