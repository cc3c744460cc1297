"""How long a session lasts, what ends it, and that what was typed is not lost with it."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from portal.identity.models import ExternalIdentity, SignInEvent, User
from portal.identity.signin.nightly import sign_in_sweep

pytestmark = pytest.mark.django_db
PASSWORD = "en-lang-adgangskode"
NOON = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ida@demo.example", "Ida", PASSWORD)


def sign_in(client: Client, user: User, **more: str) -> object:
    return client.post("/log-ind/", {"username": user.email, "password": PASSWORD, **more})


def inside(client: Client) -> bool:
    return client.get("/min-konto/").status_code == 200


def test_it_ends_after_an_hour_without_a_page(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    clock.shift(timedelta(minutes=59))
    assert inside(client)
    clock.shift(timedelta(minutes=59, seconds=59))
    assert inside(client)
    clock.shift(timedelta(minutes=60))
    answer = client.get("/min-konto/?x=1")
    assert answer.headers["Location"] == "/log-ind/?next=%2Fmin-konto%2F%3Fx%3D1&slut=1"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Du blev logget af" in page
    assert sign_in(client, user, next="/min-konto/?x=1").headers["Location"] == "/min-konto/?x=1"  # type: ignore[attr-defined]


def test_it_ends_after_eight_hours_whatever_happens(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    for _turn in range(15):
        clock.shift(timedelta(minutes=32))
        assert inside(client) is (_turn < 14)  # 15 times 32 minutes are 8 hours
    assert not inside(client)


def test_sign_in_rotates_the_session(client: Client, user: User) -> None:
    client.get("/ny-adgangskode/1/1-x/")  # a session from before
    before = client.session.session_key
    sign_in(client, user)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_it_is_written_once_a_minute_and_never_in_the_reading(
    client: Client, user: User, clock: time_machine.Traveller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, user)

    def written() -> bool:
        with django_assert_max_num_queries(40) as asked:
            assert inside(client)
        return any("UPDATE" in each["sql"] for each in asked.captured_queries)

    assert not written()
    clock.shift(timedelta(seconds=59))
    assert not written()
    clock.shift(timedelta(seconds=1))
    assert written()
    assert not written()


def test_the_pages_own_clock_asks_without_extending(client: Client, user: User, clock: time_machine.Traveller) -> None:
    assert client.get("/log-ind/status/").json()["left"] == 0
    sign_in(client, user)
    clock.shift(timedelta(minutes=50))
    for _turn in range(2):
        state = client.get("/log-ind/status/").json()
        assert (state["left"], state["extendable"]) == (600, True)
    assert client.get("/log-ind/status/").headers["Cache-Control"] == "private, no-store"
    assert client.post("/log-ind/bliv/").json()["left"] == 3600
    clock.shift(timedelta(minutes=61))
    assert client.get("/log-ind/status/").json()["left"] == 0
    assert client.post("/log-ind/bliv/").status_code == 401


def test_near_its_whole_length_it_cannot_be_extended(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    for _turn in range(8):
        clock.shift(timedelta(minutes=57))
        client.post("/log-ind/bliv/")
    # 456 of 480 minutes have passed.
    state = client.get("/log-ind/status/").json()
    assert (state["left"], state["extendable"]) == (24 * 60, False)


def test_another_persons_state_is_told_apart(client: Client, user: User) -> None:
    sign_in(client, user)
    other = User.objects.create_user("bo@demo.example", "Bo", PASSWORD)
    stranger = Client()
    sign_in(stranger, other)
    assert client.get("/log-ind/status/").json()["person"] != stranger.get("/log-ind/status/").json()["person"]


def test_what_was_sent_too_late_is_kept_and_sent_after_the_sign_in(user: User, clock: time_machine.Traveller) -> None:
    client = Client(enforce_csrf_checks=True)

    def token(page: str) -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]

    def post(path: str, page: str, **fields: object) -> object:
        return client.post(path, {"csrfmiddlewaretoken": token(page), **fields})

    page = client.get("/log-ind/").content.decode()
    post("/log-ind/", page, username=user.email, password=PASSWORD)
    page = client.get("/min-konto/").content.decode()
    clock.shift(timedelta(hours=2))
    late = post("/match/ny/?fra=her", page, note="\nto\nlinjer & <b>", tal=["1", "2"], password="hemmelig")
    assert late.status_code == 403  # type: ignore[attr-defined]
    kept_page = late.content.decode()  # type: ignore[attr-defined]
    assert "Det, du skrev, følger med" in kept_page
    kept = html.unescape(re.search(r'name="resume" value="([^"]+)"', kept_page)[1])  # type: ignore[index]
    # A wrong password in between loses nothing.
    wrong = post("/log-ind/", kept_page, username=user.email, password="forkert-kode", resume=kept).content.decode()  # type: ignore[attr-defined]
    assert kept in html.unescape(wrong)
    done = post("/log-ind/", wrong, username=user.email, password=PASSWORD, resume=kept)
    page = done.content.decode()  # type: ignore[attr-defined]
    assert 'action="/match/ny/?fra=her"' in page
    typed = [
        (name, html.unescape(text))
        for name, text in re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    ]
    assert typed == [("note", "\nto\nlinjer & <b>"), ("tal", "1"), ("tal", "2")]
    # Sent now: the page itself answers (here: a person without a role), not the end of a session.
    answer = post("/match/ny/?fra=her", page, note="x")
    assert "Du har ikke nogen rolle" in answer.content.decode()  # type: ignore[attr-defined]


def test_what_was_kept_is_shown_to_nobody_else(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    clock.shift(timedelta(hours=2))
    page = client.post("/match/ny/", {"note": "mit"}).content.decode()
    kept = html.unescape(re.search(r'name="resume" value="([^"]+)"', page)[1])  # type: ignore[index]
    other = User.objects.create_user("bo@demo.example", "Bo", PASSWORD)
    stranger = Client()
    assert sign_in(stranger, other, resume=kept).headers["Location"] == "/"  # type: ignore[attr-defined]
    assert sign_in(Client(), user, resume=kept[:-2] + "xx").headers["Location"] == "/"  # type: ignore[attr-defined]


def test_a_part_of_a_page_is_told_by_its_status(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    clock.shift(timedelta(hours=2))
    assert client.get("/match/virksomheder/", headers={"HX-Request": "true"}).status_code == 401


def test_log_off_everywhere_else(client: Client, user: User) -> None:
    others = [Client(), Client()]
    for each in (client, *others):
        sign_in(each, user)
    assert client.post("/min-konto/log-af-andre/").headers["Location"] == "/min-konto/"
    assert inside(client)
    assert [inside(each) for each in others] == [False, False]


def test_logging_off_clears_what_the_browser_kept_and_an_end_does_not(
    client: Client, user: User, clock: time_machine.Traveller
) -> None:
    sign_in(client, user)
    answer = client.post("/log-af/")
    assert answer.headers["Location"] == "/logget-af/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    page = client.get("/logget-af/").content.decode()
    assert "Du er logget af" in page
    assert "Kladder, som denne browser gemte, er slettet" in page
    sign_in(client, user)
    clock.shift(timedelta(hours=2))
    assert "Clear-Site-Data" not in client.get("/min-konto/").headers
    # Whoever presses "log off" when it is over already has logged off.
    sign_in(client, user)
    clock.shift(timedelta(hours=2))
    assert client.post("/log-af/").headers["Location"] == "/logget-af/"


def test_my_log_ins_shows_the_last_twenty_in_words(client: Client, user: User) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/132.0"
    for _turn in range(12):
        client.post("/log-ind/", {"username": user.email, "password": PASSWORD}, headers={"User-Agent": agent})
        client.post("/log-af/", headers={"User-Agent": agent})
    sign_in(client, user)
    page = client.get("/min-konto/").content.decode()
    assert SignInEvent.objects.filter(user=user).count() == 25
    assert page.count("Firefox, Windows") == 19
    assert page.count("ukendt enhed") == 1


def test_the_night_sweeps(client: Client, user: User, clock: time_machine.Traveller) -> None:
    sign_in(client, user)
    clock.shift(timedelta(days=181))
    outcome = sign_in_sweep(None)  # type: ignore[arg-type]
    assert outcome.result == {"attempts": 2, "events": 1, "renewed": 0}
    assert not Session.objects.exists()


@override_settings(SESSION_IDLE=0)
def test_a_removed_idle_limit_would_be_seen(client: Client, user: User) -> None:
    sign_in(client, user)
    assert not inside(client)


def test_an_identity_elsewhere_belongs_to_one(user: User) -> None:
    given = {"issuer": "https://login.example", "subject": "4711"}
    ExternalIdentity.objects.create(user=user, **given)
    other = ExternalIdentity(user=User.objects.create_user("bo@demo.example", "Bo"), **given)
    with pytest.raises(Exception, match="allerede"):
        other.full_clean()
