"""An invitation: who may send it, what the link does, and what it tells nobody."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.members import accept, invite
from portal.identity.models import Invitation, Membership, Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import ROLES_OF, OrganisationKind, Role
from tests.identity.members.conftest import PASSWORD, Make, acting, client_of

pytestmark = pytest.mark.django_db


def test_from_the_form_to_the_first_page(make: Make, hub: Organisation, today: date) -> None:
    admin = client_of(make(hub, Role.ADMINISTRATOR).user)
    form = {
        "name": "Nina Ny", "email": "Nina@Demo.Example", "organisation": hub.pk, "roles": ["hub_adviser"],
        "valid_from_day": today.day, "valid_from_month": today.month, "valid_from_year": today.year,
    }  # fmt: skip
    assert admin.post("/medlemmer/inviter/", form).status_code == 302
    letter = mail.outbox[0]
    assert letter.to == ["nina@demo.example"]
    assert letter.subject == "Invitation til Vækstbro fra Erhvervshus Nordjylland"
    assert "rådgiver i erhvervshuset" in letter.body or "erhvervshus" in letter.body
    link = re.search(r"http://testserver(/invitation/[^/\s]+/)", letter.body)
    assert link is not None
    token = link[1].split("/")[2]
    asked = Invitation.objects.get()
    assert token not in str(vars(asked)), "only its hash is kept"

    invited = Client()
    page = invited.get(link[1])
    assert page.status_code == 200
    assert "Erhvervshus Nordjylland inviterer dig" in page.content.decode()
    assert invited.get(link[1]).status_code == 200, "reading it uses nothing up"
    weak = invited.post(link[1], {"name": "Nina Ny", "password": "kort", "again": "kort"})
    assert weak.status_code == 400
    assert not User.objects.filter(email="nina@demo.example").exists()
    done = invited.post(link[1], {"name": "Nina Ny", "password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/log-ind/"
    actor = actor_for(User.objects.get(email="nina@demo.example"))
    assert (actor.role, actor.organisation) == (Role.HUB_ADVISER, hub)
    assert invited.login(username="nina@demo.example", password=PASSWORD)

    again = Client().post(link[1], {"name": "X", "password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 410, "it works once"
    assert Membership.objects.filter(organisation=hub, role=Role.HUB_ADVISER).count() == 1


def test_two_who_accept_at_once_get_one_membership(make: Make, hub: Organisation, today: date) -> None:
    admin = acting(make(hub, Role.ADMINISTRATOR))
    asked, _token = invite.invite(admin, hub, "ny@demo.example", "Ny", [Role.HUB_ADVISER], today)
    stale = Invitation.objects.get(pk=asked.pk)
    accept.accept_with_password(asked, "Ny", PASSWORD)
    with pytest.raises(ValidationError, match="besvaret"):
        accept.accept_as(stale, User.objects.get(email="ny@demo.example"))


def test_the_link_runs_out_and_says_what_to_do(make: Make, hub: Organisation, today: date) -> None:
    admin = acting(make(hub, Role.ADMINISTRATOR))
    asked, token = invite.invite(admin, hub, "ny@demo.example", "Ny", [Role.HUB_ADVISER], today)
    assert asked.expires_at - timezone.now() > timedelta(days=13, hours=23)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = Client().get(f"/invitation/{token}/")
    assert page.status_code == 410
    assert "sende den igen" in page.content.decode()
    refused = Client().post(f"/invitation/{token}/", {"name": "Ny", "password": PASSWORD, "again": PASSWORD})
    assert refused.status_code == 410
    assert not User.objects.filter(email="ny@demo.example").exists()
    newer = invite.send_again(admin, asked)
    assert Client().get(f"/invitation/{token}/").status_code == 404, "the older link is no more"
    assert Client().get(f"/invitation/{newer}/").status_code == 200
    invite.withdraw(admin, asked)
    assert Client().get(f"/invitation/{newer}/").status_code == 410
    with pytest.raises(ValidationError, match="trukket tilbage"):
        invite.send_again(admin, asked)


def test_nobody_learns_whether_an_address_has_an_account(make: Make, hub: Organisation, kkr: Organisation) -> None:
    """The administrator is told the same of a stranger and of somebody who has an account elsewhere."""
    make(kkr, Role.KKR_VIEWER, "kendt")
    admin = client_of(make(hub, Role.ADMINISTRATOR).user)
    today = timezone.localdate()
    answers = []
    for email in ("kendt@demo.example", "fremmed@demo.example"):
        form = {"name": "Nn", "email": email, "organisation": hub.pk, "roles": ["hub_adviser"],
                "valid_from": today.isoformat()}  # fmt: skip
        answer = admin.post("/medlemmer/inviter/", form, follow=True)
        text = answer.content.decode().replace(email, "")
        answers.append((answer.redirect_chain, len(mail.outbox[-1].body), "Invitationen er sendt" in text))
    assert answers[0] == answers[1]


def test_somebody_with_an_account_signs_in_to_accept(make: Make, hub: Organisation, kkr: Organisation) -> None:
    known = make(kkr, Role.KKR_VIEWER, "kendt").user
    admin = acting(make(hub, Role.ADMINISTRATOR))
    asked, token = invite.invite(admin, hub, known.email, "Kendt", [Role.HUB_ADVISER], timezone.localdate())
    with pytest.raises(ValidationError):  # a password cannot be set for somebody by a link
        accept.accept_with_password(asked, "Tyv", "et-andet-kodeord-1")
    assert known.check_password(PASSWORD)
    assert Client().post(f"/invitation/{token}/")["Location"].startswith("/log-ind/?next=/invitation/")
    other = client_of(make(kkr, Role.PROGRAMME_LEAD).user)
    assert "Log af" in other.get(f"/invitation/{token}/").content.decode()
    assert other.post(f"/invitation/{token}/").status_code == 403
    own = client_of(known)
    home = own.post(f"/invitation/{token}/", follow=True)
    assert "Du handler nu som" in home.content.decode()
    assert home.wsgi_request.actor.organisation == hub
    assert len(actor_for(known).choices) == 2


def test_nothing_outside_the_own_organisation(
    make: Make, hub: Organisation, kkr: Organisation, municipality: Organisation, jobcentre: Organisation, today: date
) -> None:
    make(kkr, Role.ADMINISTRATOR, "kkr-admin")
    own = acting(make(municipality, Role.ADMINISTRATOR, "kim"))
    invite.invite(own, jobcentre, "a@demo.example", "A", [Role.ADVISER], today)  # a part of the municipality
    with pytest.raises(Refused, match="sin egen administrator"):
        invite.invite(own, kkr, "b@demo.example", "B", [Role.KKR_VIEWER], today)
    with pytest.raises(ValidationError, match="har ikke rollen"):
        invite.invite(own, municipality, "c@demo.example", "C", [Role.HUB_CONTROLLER], today)
    with pytest.raises(Refused):
        invite.invite(acting(make(municipality, Role.BUDGET_OFFICER)), municipality, "d@demo.example", "D",
                      [Role.MUNICIPAL_OFFICER], today)  # fmt: skip
    part = acting(make(jobcentre, Role.ADMINISTRATOR, "jette"))
    with pytest.raises(Refused):  # a part does not administer the whole
        invite.invite(part, municipality, "e@demo.example", "E", [Role.MUNICIPAL_OFFICER], today)


def test_the_operator_invites_the_first_administrator_of_an_organisation(
    make: Make, hub: Organisation, kkr: Organisation, today: date
) -> None:
    admin = acting(make(hub, Role.ADMINISTRATOR))
    with pytest.raises(ValidationError, match="første administrator"):
        invite.invite(admin, kkr, "a@demo.example", "A", [Role.KKR_VIEWER], today)
    asked, _token = invite.invite(admin, kkr, "a@demo.example", "A", [Role.ADMINISTRATOR], today)
    accept.accept_with_password(asked, "A", PASSWORD)
    with pytest.raises(Refused):  # from now on it administers itself
        invite.invite(admin, kkr, "b@demo.example", "B", [Role.ADMINISTRATOR], today)


def test_an_auditor_is_invited_for_a_time(make: Make, hub: Organisation, today: date) -> None:
    admin = acting(make(hub, Role.ADMINISTRATOR))
    for end in (None, today + timedelta(days=366)):
        with pytest.raises(ValidationError, match="højst et år"):
            invite.invite(admin, hub, "r@demo.example", "R", [Role.AUDITOR], today, end)
    asked, _token = invite.invite(admin, hub, "r@demo.example", "R", [Role.AUDITOR], today, today + timedelta(days=365))
    accept.accept_with_password(asked, "R", PASSWORD)
    assert Membership.objects.get(role=Role.AUDITOR).valid_to == today + timedelta(days=365)
    for end in (None, today + timedelta(days=366)):
        with pytest.raises(IntegrityError, match="membership_of_an_auditor_is_short"), transaction.atomic():
            Membership.objects.filter(role=Role.AUDITOR).update(valid_to=end)


def test_letters_are_few(make: Make, hub: Organisation, today: date) -> None:
    admin = acting(make(hub, Role.ADMINISTRATOR))
    for turn in range(30):
        invite.invite(admin, hub, f"ny-{turn}@demo.example", "Ny", [Role.HUB_ADVISER], today)
    with pytest.raises(ValidationError, match="30 invitationer"):
        invite.invite(admin, hub, "ny-31@demo.example", "Ny", [Role.HUB_ADVISER], today)
    Invitation.objects.update(made_at=timezone.now() - timedelta(hours=2))
    asked, _token = invite.invite(admin, hub, "ny-31@demo.example", "Ny", [Role.HUB_ADVISER], today)
    with pytest.raises(ValidationError, match="allerede en åben invitation"):
        invite.invite(admin, hub, "NY-31@demo.example", "Ny", [Role.HUB_CONTROLLER], today)
    Invitation.objects.filter(pk=asked.pk).update(sendings=5)
    with pytest.raises(ValidationError, match="fem gange"):
        invite.send_again(admin, asked)


def test_every_kind_of_organisation_has_roles_and_can_be_administered() -> None:
    assert set(ROLES_OF) == set(OrganisationKind)
    assert all(Role.ADMINISTRATOR in roles for roles in ROLES_OF.values())
    assert set().union(*ROLES_OF.values()) == set(Role), "a role that nobody can be given"


def test_the_first_administrator_comes_in_by_a_command(hub: Organisation) -> None:
    printed = StringIO()
    call_command("first_administrator", hub.name, "Anne@Demo.Example", "Anne", stdout=printed)
    link = printed.getvalue().strip()
    assert not User.objects.get().is_active
    assert Client().get(link).status_code == 200
    assert Client().post(link, {"name": "Anne", "password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert actor_for(User.objects.get(email="anne@demo.example", is_active=True)).role == Role.ADMINISTRATOR
    with pytest.raises(CommandError, match="has an administrator"):
        call_command("first_administrator", hub.name, "bo@demo.example", "Bo")
    assert User.objects.count() == 1
