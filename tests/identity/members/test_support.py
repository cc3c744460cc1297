"""A support view: reads what the other sees but no records of people, for a short time, written down, told to both."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.drafts.models import FormDraft
from portal.identity import acting as acting_module
from portal.identity.members import support
from portal.identity.models import Deputy, Membership, Organisation, SupportPage, SupportView, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from tests.identity.members.conftest import Make, acting, client_of

pytestmark = pytest.mark.django_db
FORM = {"email": "hub-adviser@demo.example", "reason": "Kan ikke finde et match", "minutes": "20"}


@pytest.fixture
def admin(make: Make, hub: Organisation) -> Membership:
    return make(hub, Role.ADMINISTRATOR, "anne")


@pytest.fixture
def adviser(make: Make, hub: Organisation) -> Membership:
    return make(hub, Role.HUB_ADVISER)


def begun(admin: Membership) -> Client:
    client = client_of(admin.user)
    assert client.post("/supportvisning/", FORM).status_code == 302
    return client


def test_what_is_seen_and_what_not(admin: Membership, adviser: Membership) -> None:
    client = begun(admin)
    page = client.get("/mine-oplysninger/")
    text = page.content.decode()
    assert page.wsgi_request.actor.user == adviser.user
    assert "Anne ser portalen som Hub-Adviser." in text
    assert "Slut supportvisningen" in text
    assert "Kan ikke finde et match" in text, "the person's own list of who has looked"
    for path in ("/match/", "/match/ny/"):
        refused = client.get(path)
        if refused.status_code != 404:
            assert refused.status_code == 403
            assert "vises ikke i en supportvisning" in refused.content.decode()
    assert client.get("/drift/").status_code == 403, "the helper's own rights are left at the door"


def test_what_the_person_has_typed_and_not_sent_is_not_seen(admin: Membership, adviser: Membership) -> None:
    address = "/serier/tilfredshed/registrer/"
    FormDraft.objects.create(user=adviser.user, membership=adviser, form=address, title="Halvt skrevet", fields={})
    assert "Halvt skrevet" in client_of(adviser.user).get("/kladder/").content.decode()
    assert "Halvt skrevet" not in begun(admin).get("/kladder/").content.decode()


def test_nothing_can_be_sent(admin: Membership, adviser: Membership) -> None:
    client = begun(admin)
    for path in ("/sprog/", "/skift-rolle/", "/match/ny/", "/supportvisning/", "/medlemmer/inviter/"):
        answer = client.post(path, {"language": "en"})
        assert answer.status_code in (403, 404), path
        if answer.status_code == 403:
            assert "Intet er gemt" in answer.content.decode(), path
    adviser.user.refresh_from_db()
    assert adviser.user.language == "da"
    assert client.post("/supportvisning/slut/").status_code == 302
    assert client.get("/mine-oplysninger/").wsgi_request.actor.user == admin.user
    assert SupportView.objects.get().ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_too(
    admin: Membership, adviser: Membership, make: Make, hub: Organisation, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the refusal in front taken away, what a view would write meets a read-only transaction."""
    principal, deputy = make(hub, Role.HUB_CONTROLLER), make(hub, Role.PROGRAMME_LEAD)
    given = Deputy.objects.create(
        principal=principal, deputy=deputy, valid_from=today, valid_to=today, given_by=principal.user
    )
    client = client_of(admin.user)
    assert client.post("/supportvisning/", {**FORM, "email": principal.user.email}).status_code == 302
    monkeypatch.setattr("portal.identity.middleware.check_sent", lambda request, view: None)
    with pytest.raises(DatabaseError, match="read-only transaction"):
        client.post(f"/stedfortraedere/{given.pk}/afslut/")
    assert Deputy.objects.get().ended_at is None
    assert acting_module.check_sent is not None


def test_it_is_written_down_and_told_to_both(admin: Membership, adviser: Membership) -> None:
    client = begun(admin)
    client.get("/mine-oplysninger/?q=hemmeligt")
    view = SupportView.objects.get()
    assert (view.by, view.person, view.reason) == (admin.user, adviser.user, "Kan ikke finde et match")
    assert view.until - view.started_at == timedelta(minutes=20)
    assert [page.path for page in SupportPage.objects.all()] == ["/mine-oplysninger/"], "not what was searched for"
    assert [letter.to for letter in mail.outbox] == [[adviser.user.email], [admin.user.email]]
    assert "Anne ser Vækstbro som dig" in mail.outbox[0].subject
    assert "Kan ikke finde et match" in mail.outbox[0].body


def test_it_ends_by_itself(admin: Membership, adviser: Membership, today: date) -> None:
    client = begun(admin)
    SupportView.objects.update(until=timezone.now())
    page = client.get("/mine-oplysninger/")
    assert page.wsgi_request.actor.user == admin.user
    assert "Supportvisningen er slut" in page.content.decode()
    for wrong in (timedelta(minutes=30, seconds=1), timedelta(0)):
        end = SupportView.objects.get().started_at + wrong
        with pytest.raises(IntegrityError, match="support_view_is_short"), transaction.atomic():
            SupportView.objects.update(until=end)


@pytest.mark.parametrize("what", ["the other leaves", "the helper loses the role"])
def test_it_ends_with_the_memberships(admin: Membership, adviser: Membership, what: str, make: Make) -> None:
    client = begun(admin)
    who = adviser if what == "the other leaves" else admin
    Membership.objects.filter(pk=who.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    if who == admin:
        make(admin.organisation, Role.HUB_ADVISER, "anne", valid_from=timezone.localdate())
    assert client.get("/mine-oplysninger/").wsgi_request.actor.user == admin.user


def test_as_whom_nobody_looks(admin: Membership, make: Make, hub: Organisation, kkr: Organisation) -> None:
    for role in (Role.AUDITOR, Role.DATA_PROTECTION_OFFICER):
        with pytest.raises(Refused, match="holder øje med"):
            support.begin(acting(admin), make(hub, role), "Hjælp", 10)
    with pytest.raises(ValidationError):
        support.begin(acting(admin), admin, "Hjælp", 10)
    elsewhere = make(kkr, Role.ADMINISTRATOR, "karen")
    viewer = make(kkr, Role.KKR_VIEWER)
    with pytest.raises(Refused, match="driver portalen"):  # not an administrator of the organisation that runs it
        support.begin(acting(elsewhere), viewer, "Hjælp", 10)
    with pytest.raises(ValidationError):
        support.begin(acting(admin), viewer, "  ", 10)
    assert support.begin(acting(admin), viewer, "Hjælp", 10).person == viewer.user


def test_somebody_with_two_roles_is_asked_about(admin: Membership, make: Make, hub: Organisation) -> None:
    make(hub, Role.HUB_ADVISER)
    controller = make(hub, Role.HUB_CONTROLLER, "hub-adviser")
    client = client_of(admin.user)
    asked = client.post("/supportvisning/", FORM)
    assert asked.status_code == 400
    assert "Som hvilken rolle" in asked.content.decode()
    assert client.post("/supportvisning/", {**FORM, "membership": controller.pk}).status_code == 302
    assert SupportView.objects.get().membership == controller
    assert User.objects.count() == 2
