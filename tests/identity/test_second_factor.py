"""The second factor: who needs one, what opens without, codes used once, recovery codes, and what a reset does."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pyotp
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings

from portal.identity.actor import actor_for
from portal.identity.demo_password import DEMO_PASSWORD, DEMO_SECRET
from portal.identity.models import Membership, Organisation, RecoveryCode, SecondFactor, SignInEvent, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.signin import encryption, second_factor
from portal.local.checks import PRODUCTION, manage
from tests.identity.helpers import signed_in
from tests.memberships import member

pytestmark = pytest.mark.django_db
PASSWORD = "en-lang-adgangskode"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEEING_PEOPLE = {
    "adviser", "hub_adviser", "education_partner", "unemployment_fund_partner", "municipal_officer", "hub_controller",
    "programme_lead", "data_steward", "auditor", "administrator", "data_protection_officer", "kkr_secretariat",
    "budget_officer",
}  # fmt: skip


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def production() -> Iterator[None]:
    """Not a demo area."""
    with override_settings(DEMO_AREA=False):
        yield


def person(role: Role, email: str = "") -> User:
    organisation, _made = Organisation.objects.get_or_create(name="Prøvehuset", kind="hub")
    user = User.objects.create_user(email or f"{role}@demo.example", f"Prøve {role}", PASSWORD)
    member(user, organisation, role)
    return user


def code(secret: str = SECRET, at: datetime | None = None) -> str:
    """Worked out by the library, not by the portal."""
    return pyotp.TOTP(secret).at(at or datetime.now(UTC))


def with_app(user: User) -> list[str]:
    return second_factor.make(user, SECRET, code(), None)


def sign_in(client: Client, user: User, **more: str) -> str:
    return str(client.post("/log-ind/", {"username": user.email, "password": PASSWORD, **more}).headers["Location"])


# Who needs one


def test_who_needs_one_is_read_from_the_rights() -> None:
    assert second_factor.required_roles() == SEEING_PEOPLE
    assert set(Role) - SEEING_PEOPLE == {"kkr_viewer"}


@pytest.mark.parametrize("role", Role)
def test_without_it_only_the_way_to_it_opens(client: Client, production: None, role: Role) -> None:
    sign_in(client, person(role))
    opened = {path: client.get(path) for path in ("/min-konto/", "/match/", "/")}
    if role in SEEING_PEOPLE:
        assert {answer.headers.get("Location", "").partition("?")[0] for answer in opened.values()} == {
            "/min-konto/app/"
        }
        sent = client.post("/match/ny/", {})
        # An auditor sends nothing in any case, which is said first.
        assert sent.status_code == 403 if role == Role.AUDITOR else sent.headers["Location"] == "/min-konto/app/"
        assert client.get("/min-konto/app/").status_code == 200
        assert client.get("/privatliv/").status_code == 200
    else:
        assert opened["/min-konto/"].status_code == 200


def test_in_the_demo_area_the_password_alone_is_enough(client: Client) -> None:
    assert sign_in(client, person(Role.ADVISER)) == "/min-dag/"
    assert client.get("/min-konto/").status_code == 200


def test_production_cannot_be_a_demo_area() -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.production", **PRODUCTION}
    assert manage("check", **settings).returncode == 0
    refused = manage("check", **settings, DEMO_AREA="1")
    assert refused.returncode != 0
    assert "DEMO_AREA" in refused.stderr


def test_who_gets_such_a_role_while_signed_in_is_led_there(client: Client, production: None) -> None:
    user = person(Role.KKR_VIEWER)
    sign_in(client, user)
    assert client.get("/min-konto/").status_code == 200
    Membership.objects.filter(user=user).update(role=Role.DATA_STEWARD)
    assert client.get("/min-konto/").headers["Location"].startswith("/min-konto/app/")


def test_a_session_that_says_nothing_is_asked(client: Client) -> None:
    """As one made by some other way than the log-in page would be."""
    user = person(Role.ADVISER)
    with_app(user)
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/min-konto/").headers["Location"].startswith("/log-ind/kode/")


# Setting up, and signing in with it


def test_from_the_qr_code_to_the_next_sign_in(client: Client, production: None, clock: time_machine.Traveller) -> None:
    user = person(Role.AUDITOR)
    sign_in(client, user, next="/min-konto/")
    before = client.session.session_key
    page = client.get("/min-konto/app/?next=/min-konto/").content.decode()
    assert "<svg" in page
    secret = re.search(r'class="vb-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    wrong = client.post("/min-konto/app/", {"code": "000000", "next": "/min-konto/"})
    assert wrong.status_code == 400
    assert secret == re.search(r'class="vb-key">([A-Z2-7 ]+)<', wrong.content.decode())[1].replace(" ", "")  # type: ignore[index]
    shown = client.post("/min-konto/app/", {"code": code(secret), "next": "/min-konto/"}).content.decode()
    codes = re.findall(r"<li>((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})</li>", shown)
    assert len(set(codes)) == 10
    assert client.session.session_key != before
    assert client.get("/min-konto/").status_code == 200
    assert str(SecondFactor.objects.values_list("secret", flat=True).get()) != secret
    client.post("/log-af/")

    clock.shift(timedelta(seconds=30))
    assert sign_in(client, user, next="/min-konto/") == "/log-ind/kode/?next=%2Fmin-konto%2F"
    assert client.get("/min-konto/").headers["Location"].startswith("/log-ind/?next=")
    assert client.post("/log-ind/kode/", {"code": "123"}).status_code == 400
    done = client.post("/log-ind/kode/", {"code": code(secret), "next": "/min-konto/"})
    assert done.headers["Location"] == "/min-konto/"
    assert client.get("/min-konto/").status_code == 200
    client.post("/log-af/")

    sign_in(client, user)
    again = client.post("/log-ind/kode/", {"code": code(secret)})
    assert again.status_code == 400, "a code is used once"
    used = client.post("/log-ind/genoprettelseskode/", {"code": codes[3].lower().replace("-", " ")})
    assert used.headers["Location"] == "/"
    assert "Du har 9 tilbage" in client.get("/min-konto/").content.decode()
    client.post("/log-af/")
    sign_in(client, user)
    assert client.post("/log-ind/genoprettelseskode/", {"code": codes[3]}).status_code == 400


def test_a_phone_that_is_half_a_minute_wrong_is_understood(clock: time_machine.Traveller) -> None:
    user = person(Role.AUDITOR)
    with_app(user)
    clock.shift(timedelta(minutes=10))
    now = NOON + timedelta(minutes=10)
    for seconds, accepted in ((-60, False), (-30, True), (60, False), (30, True), (0, False), (30, False)):
        assert second_factor.accept(user, code(at=now + timedelta(seconds=seconds))) is accepted, seconds


def test_the_password_must_be_younger_than_ten_minutes(client: Client, clock: time_machine.Traveller) -> None:
    user = person(Role.AUDITOR)
    with_app(user)
    sign_in(client, user)
    clock.shift(timedelta(minutes=10, seconds=1))
    late = client.post("/log-ind/kode/", {"code": code()})
    assert late.headers["Location"] == "/log-ind/"
    assert "_auth_user_id" not in client.session


def test_codes_are_limited_and_the_password_does_not_reset_that(client: Client, clock: time_machine.Traveller) -> None:
    user = person(Role.AUDITOR)
    with_app(user)
    clock.shift(timedelta(minutes=2))
    statuses = []
    for turn in range(6):
        sign_in(client, user)
        path = "/log-ind/kode/" if turn % 2 else "/log-ind/genoprettelseskode/"
        statuses.append(client.post(path, {"code": "000000"}).status_code)
    assert statuses == [400, 400, 400, 400, 429, 429]
    assert client.post("/log-ind/kode/", {"code": code()}).status_code == 429


def test_with_the_password_alone_no_other_app_and_no_other_password_can_be_chosen(client: Client) -> None:
    user = person(Role.AUDITOR)
    with_app(user)
    sign_in(client, user)
    for path in ("/min-konto/app/", "/min-konto/adgangskode/", "/min-konto/genoprettelseskoder/"):
        assert client.get(path).headers["Location"].startswith("/log-ind/")
    client.force_login(User.objects.get(pk=user.pk))
    for path in ("/min-konto/app/", "/min-konto/adgangskode/", "/min-konto/genoprettelseskoder/"):
        assert client.get(path).headers["Location"].startswith("/log-ind/kode/")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_code_one_is_in() -> None:
    user = person(Role.AUDITOR)
    (recovery, *_others) = with_app(user)
    later = datetime.now(UTC) + timedelta(seconds=30)
    for accept in (
        lambda: second_factor.accept(user, code(at=later)),
        lambda: second_factor.accept_recovery(user, recovery, None) is not None,
    ):
        results: list[bool] = []
        start = threading.Barrier(2)

        def attempt(accept=accept, start=start, results=results) -> None:  # type: ignore[no-untyped-def]
            try:
                start.wait()
                results.append(accept())
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt) for _turn in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(results) == [False, True]


# Replacing, new codes, reset


def test_replacing_the_app_needs_the_password_and_ends_other_sessions(client: Client) -> None:
    user = person(Role.AUDITOR)
    old_codes = with_app(user)
    user = User.objects.get(pk=user.pk)
    other = signed_in(Client(), user)
    signed_in(client, user)
    page = client.get("/min-konto/app/").content.decode()
    secret = re.search(r'class="vb-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    assert client.post("/min-konto/app/", {"code": code(secret)}).status_code == 400
    assert client.post("/min-konto/app/", {"code": code(secret), "password": "forkert"}).status_code == 400
    assert client.post("/min-konto/app/", {"code": code(secret), "password": PASSWORD}).status_code == 200
    assert client.get("/min-konto/").status_code == 200
    assert other.get("/min-konto/").headers["Location"].startswith("/log-ind/")
    assert second_factor.accept_recovery(user, old_codes[0], None) is None
    assert SignInEvent.objects.filter(user=user, kind="factor_replaced").count() == 1


def test_new_recovery_codes_end_the_old_ones(client: Client) -> None:
    user = person(Role.AUDITOR)
    old = with_app(user)
    signed_in(client, User.objects.get(pk=user.pk))
    assert client.post("/min-konto/genoprettelseskoder/", {"password": "forkert"}).status_code == 400
    shown = client.post("/min-konto/genoprettelseskoder/", {"password": PASSWORD}).content.decode()
    new = re.findall(r"<li>((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})</li>", shown)
    assert len(new) == 10
    assert second_factor.accept_recovery(user, old[0], None) is None
    assert second_factor.accept_recovery(user, new[0], None) == 9
    stored = str(list(RecoveryCode.objects.values_list("digest", flat=True)))
    assert not any(each in stored for each in new)


def test_an_administrator_resets_with_a_reason(client: Client, production: None) -> None:
    user, admin = person(Role.AUDITOR), person(Role.ADMINISTRATOR)
    with_app(user)
    signed_in(client, User.objects.get(pk=user.pk))
    actor = actor_for(admin)
    with pytest.raises(Refused):
        second_factor.reset_second_factor(actor_for(person(Role.ADVISER)), user, "Mistet telefon")
    for reason in ("", "   "):
        with pytest.raises(ValidationError):
            second_factor.reset_second_factor(actor, user, reason)
    with pytest.raises(ValidationError):
        second_factor.reset_second_factor(actor, admin, "Min egen")
    assert second_factor.has(user)
    second_factor.reset_second_factor(actor, user, "Mistet telefon; ringet op på kendt nummer")
    assert not second_factor.has(user)
    assert not RecoveryCode.objects.exists()
    assert client.get("/min-konto/").headers["Location"].startswith("/log-ind/"), "the session has ended"
    event = SignInEvent.objects.get(kind="factor_reset")
    assert (event.user, event.actor, event.reason) == (user, admin, "Mistet telefon; ringet op på kendt nummer")
    assert sign_in(client, user) == "/"
    assert client.get("/").headers["Location"].startswith("/min-konto/app/")


def test_the_command_resets_too(production: None) -> None:
    user = person(Role.AUDITOR)
    with_app(user)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", user.email, reason=" ", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "ingen@demo.example", reason="x", stdout=StringIO())
    call_command("reset_second_factor", user.email, reason="Ingen administrator kan logge ind", stdout=StringIO())
    assert not second_factor.has(user)


# The secret at rest


def test_the_secret_is_encrypted_and_outlives_a_new_key() -> None:
    user = person(Role.AUDITOR)
    with override_settings(SECRET_KEY="den-gamle"):
        with_app(user)
    later = datetime.now(UTC) + timedelta(seconds=30)
    assert second_factor.accept(user, code(at=later)) is False
    with override_settings(SECRET_KEY="den-nye", SECRET_KEY_FALLBACKS=["den-gamle"]):
        assert second_factor.accept(user, code(at=later)) is True
    with override_settings(SECRET_KEY="den-nye", SECRET_KEY_FALLBACKS=[]):
        stored = SecondFactor.objects.get(user=user).secret
        assert SECRET not in stored
        assert encryption.decrypt(stored) == SECRET, "used once, it is under the new key"


def test_a_sign_in_changes_no_secret_that_is_under_the_newest_key() -> None:
    """The trail would tell of a new app with every sign-in."""
    user = person(Role.AUDITOR)
    with_app(user)
    before = SecondFactor.objects.get(user=user).secret
    assert second_factor.accept(user, code(at=datetime.now(UTC) + timedelta(seconds=30)))
    assert SecondFactor.objects.get(user=user).secret == before


def test_the_night_brings_all_secrets_under_the_new_key() -> None:
    user = person(Role.AUDITOR)
    with override_settings(SECRET_KEY="den-gamle"):
        with_app(user)
    with override_settings(SECRET_KEY="den-nye"):
        with override_settings(SECRET_KEY_FALLBACKS=["en-helt-anden"]):
            assert second_factor.renew_secrets() == 0
        with override_settings(SECRET_KEY_FALLBACKS=["den-gamle"]):
            assert second_factor.renew_secrets() == 1
        assert encryption.decrypt(SecondFactor.objects.get(user=user).secret) == SECRET


# The demo area's two


def test_the_demo_secret_shows_its_code_in_the_demo_area_and_opens_nothing_else(client: Client) -> None:
    user = person(Role.ADMINISTRATOR)
    SecondFactor.objects.create(user=user, secret=encryption.encrypt(DEMO_SECRET), made_at=NOON)
    for _turn in range(2):  # two within the same half minute: the page shows the next code when this one is used
        sign_in(client, user)
        shown = re.search(r"Koden er (\d{6})", client.get("/log-ind/kode/").content.decode())
        assert shown is not None
        assert client.post("/log-ind/kode/", {"code": shown[1]}).headers["Location"] == "/"
        client.post("/log-af/")
    SecondFactor.objects.update(last_step=0)
    with override_settings(DEMO_AREA=False):
        sign_in(client, user)
        assert "Koden er" not in client.get("/log-ind/kode/").content.decode()
        assert client.post("/log-ind/kode/", {"code": code(DEMO_SECRET)}).status_code == 400


def test_the_sign_in_page_says_who_is_asked_for_a_code(client: Client) -> None:
    page = client.get("/log-ind/").content.decode()
    assert "dpo@demo.example" in page
    assert "admin@demo.example" in page
    assert DEMO_PASSWORD not in page
    with override_settings(DEMO_AREA=False):
        assert "admin@demo.example" not in client.get("/log-ind/").content.decode()
