"""The pages of API keys: made and shown once, listed without their secret, revoked by oneself and the administrator."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.identity import demo as people
from portal.identity.models import ApiToken, Membership, User
from portal.identity.scopes import Scope
from portal.identity.token_jobs import token_warnings
from portal.identity.tokens import digest, issue_token
from tests.api.conftest import World, build
from tests.identity.helpers import signed_in

URL = "/api-noegler/"
GIVEN = {"name": "Natlig kopi", "scopes": ["read", "records:read"], "days": "30"}


@pytest.fixture
def world(db: None) -> World:
    return build()


def client(who: str) -> Client:
    return signed_in(Client(), User.objects.get(email=f"{who}@demo.example"))


def token_in(page: str) -> str:
    found = re.search(r'value="(vb_[\w-]{43})"', page)
    assert found is not None
    return found[1]


def test_a_key_is_made_and_shown_once(world: World) -> None:
    partner = client("partner")
    assert partner.get(f"{URL}ny/").status_code == 200
    made = partner.post(f"{URL}ny/", GIVEN)
    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    token = token_in(made.content.decode())
    row = ApiToken.objects.get()
    assert (row.digest, row.name, row.scopes) == (digest(token), "Natlig kopi", ["read", "records:read"])
    assert row.created_by == world.actor("partner").user
    assert row.expires_at - row.created_at == timedelta(days=30)
    bearer = {"Authorization": f"Bearer {token}"}
    assert world.get("matches/", None, **bearer).status == 200
    assert world.post("matches/", None, world.entry(), **bearer).status == 403
    listed = partner.get(URL).content.decode()
    assert "Natlig kopi" in listed
    assert token not in listed
    assert "aldrig" not in listed  # it has been used by now


def test_the_least_is_chosen_beforehand(world: World) -> None:
    page = client("partner").get(f"{URL}ny/").content.decode()
    ticked = re.findall(r'<input[^>]*name="(scopes|days)"[^>]*checked', page)
    assert ticked == ["scopes", "days"]
    assert re.search(r'value="read"[^>]*checked', page)
    assert re.search(r'value="90"[^>]*checked', page)


def test_only_what_the_role_can_use_is_offered(world: World) -> None:
    page = client("kkr").get(f"{URL}ny/").content.decode()
    assert 'value="read"' in page
    for scope in (Scope.RECORDS_READ, Scope.PEOPLE_READ, Scope.MATCHES_WRITE, Scope.OBSERVATIONS_WRITE):
        assert f'value="{scope.value}"' not in page
    refused = client("kkr").post(f"{URL}ny/", {**GIVEN, "scopes": ["matches:write"]})
    assert refused.status_code == 400
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Giv nøglen et navn, der siger, hvad den bruges til."),
        ({"scopes": []}, "Vælg mindst én ting, nøglen må bruges til."),
        ({"days": "4000"}, "Vælg fra listen."),
        ({"name": "x" * 81}, "højst 80 tegn"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(world: World, changed: dict[str, Any], said: str) -> None:
    answer = client("partner").post(f"{URL}ny/", {**GIVEN, **changed})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "name" in changed or 'value="Natlig kopi"' in page
    assert not ApiToken.objects.exists()


def test_sent_twice_it_is_made_once(world: World) -> None:
    partner = client("partner")
    partner.post(f"{URL}ny/", GIVEN)
    again = partner.post(f"{URL}ny/", GIVEN)
    assert again.status_code == 400
    assert "Du har allerede en nøgle med det navn." in again.content.decode()
    assert ApiToken.objects.count() == 1


def test_one_revokes_ones_own(world: World) -> None:
    token = world.token("partner")
    row = ApiToken.objects.get()
    partner = client("partner")
    assert partner.get(f"{URL}{row.pk}/tilbagekald/").status_code == 200
    assert world.get("programmes/").status == 200
    assert partner.post(f"{URL}{row.pk}/tilbagekald/").status_code == 302
    assert world.get("programmes/", None, Authorization=f"Bearer {token}").status == 401
    row.refresh_from_db()
    assert row.revoked_by == world.actor("partner").user
    when = row.revoked_at
    partner.post(f"{URL}{row.pk}/tilbagekald/")
    row.refresh_from_db()
    assert row.revoked_at == when
    assert "tilbagekaldt" in partner.get(URL).content.decode()


def test_an_administrator_revokes_those_of_the_own_organisation(world: World) -> None:
    """admin@ and raadgiver@ are the erhvervshus's; partner@ is the university's."""
    issue_token(world.actor("raadgiver").user, "Husets kopi")
    issue_token(world.actor("partner").user, "Universitetets kopi")
    admin = client("admin")
    page = admin.get(URL).content.decode()
    assert "Husets kopi" in page
    assert "Rikke Rådgiver" in page
    assert "Universitetets kopi" not in page
    own, other = ApiToken.objects.get(name="Husets kopi"), ApiToken.objects.get(name="Universitetets kopi")
    assert admin.post(f"{URL}{other.pk}/tilbagekald/").status_code == 404
    assert admin.post(f"{URL}{own.pk}/tilbagekald/").status_code == 302
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.revoked_at is None, other.revoked_at is None) == (False, True)


def test_nobody_else_sees_or_revokes_a_key(world: World) -> None:
    issue_token(world.actor("raadgiver").user, "Husets kopi")
    row = ApiToken.objects.get()
    for who in ("controller", "dpo", "partner", "kkr"):  # two of them of the same organisation
        assert client(who).get(f"{URL}{row.pk}/tilbagekald/").status_code == 404
        assert client(who).post(f"{URL}{row.pk}/tilbagekald/").status_code == 404
        assert "Husets kopi" not in client(who).get(URL).content.decode()
    row.refresh_from_db()
    assert row.revoked_at is None


def test_who_has_no_role_makes_no_key(world: World) -> None:
    Membership.objects.filter(user__email="partner@demo.example").delete()
    answer = client("partner").get(f"{URL}ny/")
    assert answer.status_code == 403


def test_the_page_is_a_link_away(world: World) -> None:
    assert f'href="{URL}"' in client("kkr").get("/min-konto/").content.decode()
    assert f'href="{URL}"' not in Client().get("/log-ind/").content.decode()


# -------------------------------------------------------------------------------------------------------- in time
class Run:
    name, period = "token_warnings", "2026-11-27"

    def progress(self, done: int, total: int) -> None: ...


def test_it_is_said_14_days_before_and_once(world: World) -> None:
    now = timezone.now()
    for name, days in (("snart", 13), ("senere", 15)):
        issue_token(world.actor("partner").user, name)
        ApiToken.objects.filter(name=name).update(expires_at=now + timedelta(days=days))
    assert token_warnings(Run()).result == {"said": 1, "failed": 0}
    assert [(message.to, "snart" in message.subject) for message in mail.outbox] == [(["partner@demo.example"], True)]
    assert "udløber" in mail.outbox[0].subject
    assert token_warnings(Run()).result == {"said": 0, "failed": 0}
    assert len(mail.outbox) == 1


def test_it_is_said_in_the_language_of_the_person(world: World) -> None:
    user = world.actor("partner").user
    User.objects.filter(pk=user.pk).update(language="en")
    issue_token(user, "copy")
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=2))
    token_warnings(Run())
    assert "expires" in mail.outbox[0].subject


def test_nothing_is_said_of_a_key_that_has_stopped(world: World) -> None:
    soon, yesterday = timezone.now() + timedelta(days=2), timezone.localdate() - timedelta(days=1)
    for who in ("partner", "kkr", "kommune"):
        issue_token(world.actor(who).user)
    ApiToken.objects.update(expires_at=soon)
    ApiToken.objects.filter(membership__user__email="partner@demo.example").update(revoked_at=timezone.now())
    Membership.objects.filter(user__email="kkr@demo.example").update(valid_to=yesterday)
    User.objects.filter(email="kommune@demo.example").update(is_active=False)
    assert token_warnings(Run()).result == {"said": 0, "failed": 0}


def test_a_mail_that_cannot_be_sent_is_tried_again(world: World, settings: Any) -> None:
    issue_token(world.actor("partner").user)
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=2))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    outcome = token_warnings(Run())
    assert (outcome.result, outcome.alert) == ({"said": 0, "failed": 1}, True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert token_warnings(Run()).result == {"said": 1, "failed": 0}


def test_a_key_says_in_which_role_it_acts(world: World) -> None:
    issue_token(world.actor("partner").user, "kopi")
    assert people.AAU in client("partner").get(URL).content.decode()
