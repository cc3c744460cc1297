"""How often one may try: counted in the database, per account and network address; closed for a while and no more."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from portal.identity.models import Attempts, SignInEvent, User
from portal.identity.signin import attempts, devices, events
from portal.identity.signin.attempts import TooMany, failed, forget, give_back, take

pytestmark = pytest.mark.django_db
KIND, KEY = "account", "k" * 64
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RIGHT = "en-lang-adgangskode"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ida@demo.example", "Ida", RIGHT)


def wrong(number: int) -> None:
    for _turn in range(number):
        take(KIND, KEY)
        failed(KIND, KEY)


def closed(how: object = take) -> TooMany:
    with pytest.raises(TooMany) as caught:
        how(KIND, KEY)  # type: ignore[operator]
    return caught.value


# The rules, by the clock


def test_the_fifth_wrong_one_closes_for_fifteen_minutes(clock: time_machine.Traveller) -> None:
    wrong(4)
    take(KIND, KEY)
    assert closed(failed).until == NOON + timedelta(minutes=15)
    clock.shift(timedelta(minutes=14, seconds=59))
    assert closed().seconds == 1
    clock.shift(timedelta(seconds=1))
    take(KIND, KEY)


def test_each_closing_is_twice_as_long_up_to_an_hour(clock: time_machine.Traveller) -> None:
    lengths = []
    for _turn in range(4):
        wrong(4)
        take(KIND, KEY)
        until = closed(failed).until
        lengths.append((until - timezone.now()).total_seconds() / 60)
        clock.move_to(until)
    assert lengths == [15, 30, 60, 60]


def test_after_a_day_without_attempts_it_is_short_again(clock: time_machine.Traveller) -> None:
    for minutes in (15, 30):
        wrong(4)
        take(KIND, KEY)
        assert closed(failed).until == timezone.now() + timedelta(minutes=minutes)
        clock.shift(timedelta(minutes=minutes))
    clock.shift(timedelta(days=1))
    wrong(4)
    take(KIND, KEY)
    assert closed(failed).until == timezone.now() + timedelta(minutes=15)


def test_attempts_while_it_is_closed_do_not_make_it_longer(clock: time_machine.Traveller) -> None:
    wrong(4)
    take(KIND, KEY)
    until = closed(failed).until
    clock.shift(timedelta(minutes=10))
    assert [closed().until for _turn in range(20)] == [until] * 20


def test_wrong_ones_are_forgotten_after_fifteen_minutes(clock: time_machine.Traveller) -> None:
    wrong(4)
    clock.shift(timedelta(minutes=15))
    wrong(4)


def test_what_goes_well_does_not_count() -> None:
    for _turn in range(20):
        take(KIND, KEY)
        give_back(KIND, KEY)
    wrong(4)
    forget(KIND, KEY)
    wrong(4)


def test_what_is_old_is_swept(clock: time_machine.Traveller) -> None:
    take(KIND, KEY)
    clock.shift(timedelta(days=1))
    take("origin", KEY)
    clock.shift(timedelta(days=1, seconds=1))
    assert attempts.sweep() == 1
    assert [row.kind for row in Attempts.objects.all()] == ["origin"]


# Many at once, on a real database


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_five_are_let_through() -> None:
    """Counted before it is looked at and under a lock: without either, all twelve would be let through."""
    through, turned = [], []
    start = threading.Barrier(12)

    def attempt() -> None:
        try:
            start.wait()
            take(KIND, KEY)
            through.append(1)
        except TooMany:
            turned.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _turn in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(through), len(turned)) == (5, 7)


# The page


def sign_in(client: Client, password: str, email: str = "ida@demo.example", **more: str) -> object:
    return client.post("/log-ind/", {"username": email, "password": password}, **more)


def test_the_page_says_when_and_keeps_the_address(client: Client, user: User, clock: time_machine.Traveller) -> None:
    statuses = [sign_in(client, "forkert-adgangskode").status_code for _turn in range(5)]  # type: ignore[attr-defined]
    assert statuses == [400, 400, 400, 400, 429]
    answer = sign_in(client, RIGHT)
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert answer["Retry-After"] == "900"  # type: ignore[index]
    page = answer.content.decode()  # type: ignore[attr-defined]
    # 12:00 in UTC is 13:00 in Copenhagen in March; a quarter of an hour later it opens.
    assert "Prøv igen kl. 13:15 (om 15 minutter)" in page
    assert 'value="ida@demo.example"' in page
    assert "forkert" not in page
    clock.shift(timedelta(minutes=15))
    assert sign_in(client, RIGHT).status_code == 302  # type: ignore[attr-defined]
    kinds = list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["refused"] * 5 + ["closed", "signed_in"]


def test_an_unknown_address_is_closed_like_a_known_one(client: Client, user: User) -> None:
    answers = {}
    for email in ("ida@demo.example", "ingen@demo.example"):
        answers[email] = [sign_in(client, "forkert-kode", email).status_code for _turn in range(6)]  # type: ignore[attr-defined]
    assert answers["ida@demo.example"] == answers["ingen@demo.example"] == [400, 400, 400, 400, 429, 429]


def test_an_office_with_one_address_signs_in_all_morning(user: User) -> None:
    assert {sign_in(Client(), RIGHT).status_code for _turn in range(35)} == {302}  # type: ignore[attr-defined]


def test_one_network_address_is_closed_after_thirty(user: User) -> None:
    for number in range(30):
        sign_in(Client(), "forkert-kode", f"nr{number}@demo.example")
    assert sign_in(Client(), RIGHT).status_code == 429  # type: ignore[attr-defined]
    assert sign_in(Client(), RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 302  # type: ignore[attr-defined]


def test_a_stranger_cannot_keep_the_person_out_of_their_own_browser(client: Client, user: User) -> None:
    assert sign_in(client, RIGHT).status_code == 302  # type: ignore[attr-defined]
    client.post("/log-af/")
    for _turn in range(40):
        sign_in(Client(), "forkert-kode")
    assert sign_in(Client(), RIGHT).status_code == 429  # type: ignore[attr-defined]
    assert sign_in(client, RIGHT).status_code == 302  # type: ignore[attr-defined]


def test_a_known_browser_is_limited_too(client: Client, user: User) -> None:
    sign_in(client, RIGHT)
    client.post("/log-af/")
    answers = [sign_in(client, "forkert-kode").status_code for _turn in range(6)]  # type: ignore[attr-defined]
    assert answers == [400, 400, 400, 400, 429, 429]


def test_letters_give_one_count_and_not_one_each(user: User) -> None:
    """Whoever reads the person's letters asks for one after the other, each in a new browser."""
    keys = set()
    for _turn in range(3):
        request, response = RequestFactory().get("/"), HttpResponse()
        devices.remember(request, response, user, by_letter=True)
        request.COOKIES[devices.COOKIE] = response.cookies[devices.COOKIE].value
        keys.add(devices.attempts_key(request, user.email))
    assert len(keys) == 1
    devices.remember(request, response, user)  # the person has signed in
    request.COOKIES[devices.COOKIE] = response.cookies[devices.COOKIE].value
    assert devices.attempts_key(request, user.email) not in keys


def test_a_browser_known_to_somebody_else_counts_as_a_stranger(client: Client, user: User) -> None:
    User.objects.create_user("bo@demo.example", "Bo", RIGHT)
    sign_in(client, RIGHT, "bo@demo.example")
    client.post("/log-af/")
    for _turn in range(5):
        sign_in(Client(), "forkert-kode")
    assert sign_in(client, RIGHT).status_code == 429  # type: ignore[attr-defined]


@override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0", REDIS_URL="redis://127.0.0.1:1/0")
def test_without_the_broker_it_is_open_and_still_counted(client: Client, user: User) -> None:
    for _turn in range(5):
        sign_in(Client(), "forkert-kode")
    assert sign_in(Client(), RIGHT).status_code == 429  # type: ignore[attr-defined]
    assert sign_in(client, RIGHT, REMOTE_ADDR="192.0.2.9").status_code == 429  # type: ignore[attr-defined]
    Attempts.objects.all().delete()
    assert sign_in(client, RIGHT).status_code == 302  # type: ignore[attr-defined]


def test_no_address_stands_in_the_tables_or_in_the_log(
    client: Client, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    for _turn in range(6):
        sign_in(client, "en-forkert-kode", REMOTE_ADDR="192.0.2.44")
    rows = [*Attempts.objects.values_list(), *SignInEvent.objects.values_list()]
    for secret in ("ida@demo.example", "192.0.2.44", "en-forkert-kode"):
        assert secret not in str(rows) + caplog.text


# Events


def test_events_are_kept_half_a_year_and_never_changed(user: User, clock: time_machine.Traveller) -> None:
    event = events.record(SignInEvent.Kind.SIGNED_IN, user)
    clock.shift(timedelta(days=180))
    events.record(SignInEvent.Kind.SIGNED_OFF, user)
    assert events.sweep() == 0
    clock.shift(timedelta(seconds=1))
    assert events.sweep() == 1
    assert not SignInEvent.objects.filter(pk=event.pk).exists()
    with pytest.raises(Exception, match="identity_signinevent"):
        SignInEvent.objects.update(kind=SignInEvent.Kind.REFUSED)
