"""Passwords: long and not guessable, with reasons in words; changed with the one before, or set by a link."""

import hashlib
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone, translation

from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Organisation, SignInEvent, User
from portal.identity.signin import guessable, links, passwords

pytestmark = pytest.mark.django_db
OLD, NEW = "en-lang-adgangskode", "grøn cykel på loftet"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ida@demo.example", "Ida Iversen", OLD)


# What may be chosen


@pytest.mark.parametrize(
    "password", [NEW, "kort hest batteri klamme", "xk7 vandkande ribs", "a" * 5 + "bqwmzrtygkl", "æøå ribs på taget"]
)
def test_what_may_be_chosen(password: str) -> None:
    passwords.check(password, None)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kort", "for kort: den er på 4 tegn"),
        ("elleve tegn", "for kort: den er på 11 tegn"),
        ("x1y2" * 40, "for lang: den er på 160 tegn"),
        ("Sommer2026!!", "”sommer”"),
        ("s0mm3r 2031 !", "”s0mm3r”"),
        ("P@ssw0rd1453", "”p@ssw0rd”"),
        ("Vækstbro12345", "”vækstbro”"),
        ("vaekstbro-2031", "”vaekstbro”"),
        ("JanuarFebruar1", "”februar”"),
        ("qwertyuiop 9!", "”qwertyuiop”"),
        ("poiuytrewq77", "”poiuytrewq”"),
        ("123456789012", "”123456789"),
        ("aaaaaaaaaaaaaa", "”aaaaaa”"),
        ("abcxabcxabcx", "”abcxab”"),
        ("Hjørring99999", "”hjørring”"),
        ("hjoerring 2031", "”hjoerring”"),
        (DEMO_PASSWORD, "kendes fra læk"),
    ],
)
def test_what_may_not(password: str, why: str) -> None:
    with override_settings(DEMO_AREA=False), translation.override("da"), pytest.raises(ValidationError) as caught:
        passwords.check(password, None)
    assert why in " ".join(caught.value.messages)


def test_the_organisations_names_are_tried_first() -> None:
    assert guessable.made_of("Himmerlands 2031") == ""
    Organisation.objects.create(name="Himmerlands Erhvervsråd", kind="association")
    assert guessable.made_of("Himmerlands 2031") == "himmerlands"


def test_the_persons_own_name_is_refused(user: User) -> None:
    with pytest.raises(ValidationError):
        passwords.check("ida@demo.example1", user)


def test_a_letter_written_in_two_ways_is_one_letter() -> None:
    user = User.objects.create_user("å@demo.example", "Å", "på-loftet-står-cyklen")
    assert user.check_password("pa\u030a-loftet-sta\u030ar-cyklen")


# The file of leaks


def leaks(folder: Path, words: list[str], ending: str = "\n", cut: int = 40) -> Path:
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper()[:cut] for word in words)
    file = folder / "leaks.txt"
    file.write_bytes("".join(f"{digest}:{number + 1}{ending}" for number, digest in enumerate(hashes)).encode())
    return file


@pytest.mark.parametrize("number", [1, 2, 3, 500])
@pytest.mark.parametrize(("ending", "cut"), [("\n", 40), ("\r\n", 40), ("\n", 20)])
def test_every_line_of_the_file_is_found_and_no_other(tmp_path: Path, number: int, ending: str, cut: int) -> None:
    words = [f"ord {place}" for place in range(number)]
    with override_settings(LEAKED_PASSWORDS_FILE=str(leaks(tmp_path, words, ending, cut))):
        assert [word for word in words if not guessable.leaked(word)] == []
        assert [word for word in (f"andet {place}" for place in range(300)) if guessable.leaked(word)] == []


def test_a_file_that_is_not_there_is_said_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(LEAKED_PASSWORDS_FILE=str(tmp_path / "mangler.txt")):
        passwords.check(NEW, None)
    assert "cannot be read" in caplog.text
    assert NEW not in caplog.text


def test_a_leaked_password_must_be_changed_at_the_next_sign_in(client: Client, user: User, tmp_path: Path) -> None:
    with override_settings(LEAKED_PASSWORDS_FILE=str(leaks(tmp_path, [OLD]))):
        client.post("/log-ind/", {"username": user.email, "password": OLD, "next": "/privatliv/"})
        assert client.get("/min-konto/")["Location"] == "/min-konto/adgangskode/?next=%2Fmin-konto%2F"
        page = client.get("/min-konto/adgangskode/").content.decode()
        assert "kendes fra læk" in page
        client.post("/min-konto/adgangskode/", {"password": OLD, "new_password": NEW})
        assert client.get("/min-konto/").status_code == 200


# Changing it


def test_it_is_changed_with_the_one_before_and_ends_the_other_sessions(client: Client, user: User) -> None:
    other = Client()
    for each in (client, other):
        each.post("/log-ind/", {"username": user.email, "password": OLD})
    before = client.session.session_key
    refused = client.post("/min-konto/adgangskode/", {"password": "forkert-her", "new_password": NEW})
    assert refused.status_code == 400
    assert "Det er ikke din adgangskode" in refused.content.decode()
    assert client.post("/min-konto/adgangskode/", {"password": OLD, "new_password": NEW}).status_code == 302
    assert client.get("/min-konto/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/min-konto/")["Location"].startswith("/log-ind/?next=")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert SignInEvent.objects.filter(user=user, kind="password_changed").exists()


def test_the_one_before_cannot_be_guessed_there(client: Client, user: User) -> None:
    client.post("/log-ind/", {"username": user.email, "password": OLD})
    form = {"password": "forkert-her", "new_password": NEW}
    statuses = [client.post("/min-konto/adgangskode/", form).status_code for _turn in range(6)]
    assert statuses == [400, 400, 400, 400, 429, 429]


# By a link


def letters(number: int) -> list[mail.EmailMessage]:
    """The letters are sent by a thread of their own."""
    for _turn in range(100):
        if len(mail.outbox) >= number:
            break
        time.sleep(0.05)
    return mail.outbox


def test_a_forgotten_password(client: Client, user: User) -> None:
    answer = client.post("/glemt-adgangskode/", {"email": "IDA@demo.example"})
    assert answer["Location"] == "/glemt-adgangskode/sendt/"
    (letter,) = letters(1)
    assert letter.to == ["ida@demo.example"]
    assert "Kære Ida Iversen" in letter.body
    found = re.search(r"http://testserver(/ny-adgangskode/\S+)", letter.body)
    assert found is not None
    opened = client.get(found[1], follow=True)
    assert opened.redirect_chain == [("/ny-adgangskode/", 302)]  # the token stands in no address any more
    weak = client.post("/ny-adgangskode/", {"new_password": "Sommer2026!!"})
    assert weak.status_code == 400
    assert client.post("/ny-adgangskode/", {"new_password": NEW})["Location"] == "/log-ind/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(found[1], follow=True).status_code == 410


def test_an_unknown_address_gets_the_same_answer_and_no_letter(client: Client, user: User) -> None:
    known = client.post("/glemt-adgangskode/", {"email": user.email})
    unknown = client.post("/glemt-adgangskode/", {"email": "ingen@demo.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(letters(1)) == 1
    time.sleep(0.2)
    assert len(mail.outbox) == 1


def test_links_are_limited(client: Client, user: User) -> None:
    answers = [client.post("/glemt-adgangskode/", {"email": user.email}) for _turn in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert 'value="ida@demo.example"' in answers[-1].content.decode()
    assert len(letters(3)) == 3


def parts(user: User, valid: timedelta = links.FORGOTTEN) -> tuple[str, str]:
    _empty, _page, owner, token, _end = links.password_link(user, valid).split("/")
    return owner, token


def test_a_link_ends_by_time_use_and_sign_in(user: User, client: Client) -> None:
    owner, token = parts(user)
    assert links.owner_of(owner, token) == user
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=2)), pytest.raises(links.Gone):
        links.owner_of(owner, token)
    invited = parts(user, links.INVITED)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert links.owner_of(*invited) == user
    client.post("/log-ind/", {"username": user.email, "password": OLD})
    for link in ((owner, token), invited):
        with pytest.raises(links.Gone):
            links.owner_of(*link)


def test_a_link_cannot_be_made_longer_or_another_persons(user: User) -> None:
    other = User.objects.create_user("bo@demo.example", "Bo", OLD)
    owner, token = parts(user)
    until, _separator, mark = token.partition("-")
    for wrong in (
        (parts(other)[0], token),
        (owner, f"z{until}-{mark}"),
        (owner, f"{until}-{mark[:-1]}"),
        ("", ""),
        ("-", "-"),
    ):
        with pytest.raises(links.Gone):
            links.owner_of(*wrong)


def test_a_link_opens_the_account_that_was_closed_by_strangers(client: Client, user: User) -> None:
    for _turn in range(6):
        Client().post("/log-ind/", {"username": user.email, "password": "forkert-kode"})
    client.get(links.password_link(user), follow=True)
    client.post("/ny-adgangskode/", {"new_password": NEW})
    assert client.post("/log-ind/", {"username": user.email, "password": NEW})["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_uses_the_link() -> None:
    user = User.objects.create_user("ida@demo.example", "Ida", OLD)
    owner, token = parts(user)
    results: list[str] = []
    start = threading.Barrier(2)

    def use(password: str) -> None:
        try:
            start.wait()
            links.set_by_link(owner, token, password, None)
            results.append("set")
        except links.Gone:
            results.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"{NEW} {number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["gone", "set"]
