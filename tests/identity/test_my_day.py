"""What waits, in words and in order; sources asked together; and where a log-in leads."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portal.identity import my_day, waiting
from portal.identity.actor import actor_for
from portal.identity.day_words import due_words, since_words
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.identity.waiting import Row, Waiting, WaitingSource, question
from tests.memberships import member

TODAY = date(2021, 1, 31)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "siden i dag"),
        (date(2021, 1, 30), "siden i går"),
        (date(2021, 1, 19), "siden 19. januar 2021, 12 dage"),
    ],
)
def test_since_when(day: date, words: str) -> None:
    assert since_words(day, TODAY) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, ""),
        (TODAY, "frist i dag"),
        (date(2021, 2, 1), "frist i morgen"),
        (date(2021, 2, 10), "frist 10. februar 2021"),
        (date(2021, 1, 30), "overskredet: fristen var 30. januar 2021, for 1 dag siden"),
        (date(2021, 1, 19), "overskredet: fristen var 19. januar 2021, for 12 dage siden"),
    ],
)
def test_due_when_is_said_in_words(day: date | None, words: str) -> None:
    assert due_words(day, TODAY) == words


@pytest.fixture
def person(db: None) -> User:
    user = User.objects.create_user("dag@demo.example", "Dag Dagsen", password=DEMO_PASSWORD)
    hub = Organisation.objects.create(name="Erhvervshuset", kind=OrganisationKind.HUB)
    member(user, hub, Role.HUB_ADVISER)
    return user


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> dict[str, WaitingSource]:
    """No sources but those of the test."""
    sources: dict[str, WaitingSource] = {}
    monkeypatch.setattr(waiting, "_sources", sources)
    return sources


def of_organisations(key: str, order: int, prefix: str) -> WaitingSource:
    return WaitingSource(
        key, key, order=order,
        asked=lambda actor: question(
            Organisation.objects.filter(name__startswith=prefix), since="valid_from", due="valid_to", name="name"
        ),
        line=lambda row: Waiting(row.said["name"], f"/{row.pk}/", "Svar", row.since, row.due),
    )  # fmt: skip


def test_all_sources_asked_in_sql_are_one_query(
    person: User, only: dict[str, WaitingSource], django_assert_num_queries: object
) -> None:
    for turn in range(8):
        # The later, the older; the third is due.
        Organisation.objects.create(
            name=f"A{turn}", kind=OrganisationKind.STATE_AGENCY, valid_from=date(2021, 1, 20 - turn),
            valid_to=date(2021, 3, 1) if turn == 3 else None,
        )  # fmt: skip
    Organisation.objects.create(name="B", kind=OrganisationKind.STATE_AGENCY, valid_from=date(2020, 1, 1))
    for source in (of_organisations("b", 2, "B"), of_organisations("a", 1, "A"), of_organisations("none", 3, "X")):
        waiting.register(source)
    waiting.register(WaitingSource("nobody", "nobody", asked=lambda _actor: None, line=_line))
    actor = actor_for(person)
    with django_assert_num_queries(1):  # type: ignore[operator]
        first, second = my_day.waiting_for(actor)
    assert [line.title for line in first.lines] == ["A3", "A7", "A6", "A5", "A4"]
    assert (first.number, first.more, second.number, second.more) == (8, True, 1, False)
    assert first.lines[0].due == date(2021, 3, 1)
    assert second.lines[0].since == date(2020, 1, 1)


def _line(row: Row) -> Waiting:
    raise AssertionError("nobody is asked")


def test_the_page_leads_to_all_of_more_than_five(person: User, only: dict[str, WaitingSource]) -> None:
    for turn in range(9):
        Organisation.objects.create(name=f"A{turn}", kind=OrganisationKind.STATE_AGENCY, valid_from=date(2021, 1, 1))
    waiting.register(replace(of_organisations("a", 1, "A"), all_url=lambda _actor: "/alle/"))
    (section,) = my_day.waiting_for(actor_for(person))
    assert (len(section.lines), section.number, section.more) == (5, 9, True)
    client = Client()
    client.force_login(person)
    page = client.get("/min-dag/").content.decode()
    assert "Se alle 9" in page
    assert 'href="/alle/"' in page


def test_a_role_that_ends_is_told_in_time(person: User, only: dict[str, WaitingSource]) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from portal.identity.day_sources import register_waiting

    register_waiting()
    membership = person.memberships.get()
    today = timezone.localdate()
    for days, told in ((31, 0), (30, 1), (1, 1)):
        membership.valid_to = today + timedelta(days=days)
        membership.save()
        sections = my_day.waiting_for(actor_for(person))
        assert [section.lines[0].due for section in sections] == [membership.valid_to] * told, days


def sign_in(address: str, email: str) -> str:
    return str(Client().post(address, {"username": email, "password": DEMO_PASSWORD}).headers["Location"])


def test_where_a_log_in_leads(person: User) -> None:
    """Whose work comes from others is led to it; a politician to the figures; whoever asked for a page, to that."""
    politician = User.objects.create_user("kkr@demo.example", "Karl", password=DEMO_PASSWORD)
    member(politician, Organisation.objects.create(name="KKR", kind=OrganisationKind.KKR), Role.KKR_VIEWER)
    assert sign_in("/log-ind/", "dag@demo.example") == reverse("my_day")
    assert sign_in("/log-ind/?next=/", "dag@demo.example") == reverse("my_day")
    assert sign_in("/log-ind/?next=/kladder/", "dag@demo.example") == "/kladder/"
    assert sign_in("/log-ind/", "kkr@demo.example") == reverse("home")


def test_nothing_waits(person: User, only: dict[str, WaitingSource]) -> None:
    client = Client()
    client.force_login(person)
    page = client.get("/min-dag/").content.decode()
    assert "Der venter ikke noget på dig." in page
    assert "Registrér match" in page
