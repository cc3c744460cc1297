"""`updated_since`: a copy elsewhere follows what changes, and misses nothing whatever is being written meanwhile."""

import random
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from matching.models import Company, Match
from portal.identity import demo as people
from portal.ui import api_changes
from portal.ui.api_changes import horizon, moment_text
from programmes.models import Programme
from reporting import measures
from reporting.indicators import set_indicator
from reporting.models import Contract, Indicator, Observation, Series
from reporting.observations import correct, make_series, observe, withdraw
from tests.api.conftest import World, companies
from tests.api.document import FILE

LONG_AGO = "2000-01-01"


def walk(world: World, path: str, since: str, who: str = "partner", size: int = 3) -> tuple[list[dict[str, Any]], str]:
    """Every row of a walk, and where the next one begins."""
    joint = "&" if "?" in path else "?"
    address: str | None = f"{path}{joint}updated_since={since.replace('+', '%2B')}&page_size={size}"
    rows, until = [], None
    while address:
        answer = world.get(address, who)
        assert answer.status == 200, answer.body
        assert until in (None, answer.body["updated_until"])  # the same on every page of a walk
        until = answer.body["updated_until"]
        rows += answer.body["results"]
        address = answer.body["next"]
    assert until is not None
    return rows, until


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


# ------------------------------------------------------------------------------------------------- what is in a walk
def test_only_what_is_new_or_changed_in_the_order_of_the_changes(committed_world: World) -> None:
    world = committed_world
    companies(5)
    rows, until = walk(world, "companies/", LONG_AGO)
    assert names(rows) == [f"Virksomhed 000{number}" for number in range(5)]
    assert walk(world, "companies/", until)[0] == []
    companies(1, start=5)
    Company.objects.filter(name="Virksomhed 0003").update(city="Aalborg")  # without save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matching_company SET city = 'Hobro' WHERE name = 'Virksomhed 0001'")
    rows, until = walk(world, "companies/", until)
    assert names(rows) == ["Virksomhed 0005", "Virksomhed 0003", "Virksomhed 0001"]
    assert walk(world, "companies/", until)[0] == []


def test_without_it_the_list_is_as_it_was(world: World) -> None:
    companies(2)
    answer = world.get("companies/")
    assert "updated_until" not in answer.body
    assert [row["id"] for row in answer.body["results"]] == sorted(row["id"] for row in answer.body["results"])


def test_filters_hold_in_a_walk(committed_world: World) -> None:
    companies(3)
    Company.objects.filter(name="Virksomhed 0001").update(municipality_id="0860")
    assert names(walk(committed_world, "companies/?municipality=0860", LONG_AGO)[0]) == ["Virksomhed 0001"]


def test_the_window_is_half_open(committed_world: World) -> None:
    companies(2)
    first, second = Company.objects.order_by("updated_at").values_list("updated_at", flat=True)
    assert first < second
    assert names(walk(committed_world, "companies/", moment_text(second))[0]) == ["Virksomhed 0001"]
    later = moment_text(second + timedelta(microseconds=1))
    assert walk(committed_world, "companies/", later)[0] == []


def test_a_page_goes_back_too(committed_world: World) -> None:
    companies(5)
    first = committed_world.get(f"companies/?updated_since={LONG_AGO}&page_size=2")
    second = committed_world.get(first.body["next"])
    assert committed_world.get(second.body["previous"]).body["results"] == first.body["results"]


def test_a_day_begins_in_copenhagen(committed_world: World) -> None:
    companies(1)
    when = Company.objects.get().updated_at
    today = timezone.localdate(when)
    assert len(walk(committed_world, "companies/", today.isoformat())[0]) == 1
    with time_machine.travel(when + timedelta(days=2)):
        assert walk(committed_world, "companies/", (today + timedelta(days=1)).isoformat())[0] == []
    # 1 January begins at 23:00 of the day before in UTC.
    day = api_changes.moment_in("2020-01-01", "updated_since")
    assert day == datetime(2019, 12, 31, 23, tzinfo=UTC)


# ---------------------------------------------------------------------------------------------- every list that changes
def test_an_undone_match_is_seen(committed_world: World) -> None:
    world = committed_world
    match = world.register()
    rows, until = walk(world, "matches/", LONG_AGO)
    assert [row["withdrawn_at"] for row in rows] == [None]
    assert world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*").status == 200
    (row,), _until = walk(world, "matches/", until)
    assert row["id"] == match.pk
    assert row["withdrawn_at"] is not None


def test_observations_are_followed_through_their_life(committed_world: World) -> None:
    world = committed_world
    series = make_series("tilfredshed", "Tilfredshed", measures.ANSWER, world.organisation(people.HUB))
    path = "series/tilfredshed/observations/"
    _rows, until = walk(world, path, LONG_AGO, "controller")
    made = observe(series, date(2020, 3, 12), category="Enig")
    rows, until = walk(world, path, until, "controller")
    assert [(row["id"], row["revision"]) for row in rows] == [(made.pk, 1)]
    made = correct(made, None, "Tastefejl", category="Uenig")
    rows, until = walk(world, path, until, "controller")
    assert [(row["category"], row["revision"]) for row in rows] == [("Uenig", 2)]
    withdraw(made, None, "Talt to gange")
    rows, until = walk(world, path, until, "controller")
    assert [row["withdrawn_reason"] for row in rows] == ["Talt to gange"]


def test_programmes_series_and_contracts_are_followed(committed_world: World) -> None:
    world = committed_world
    hub = world.organisation(people.HUB)
    make_series("vejledte", "Vejledte", measures.VOLUME, hub)
    Contract.objects.create(
        slug="kontrakt", name="Kontrakt", owner=hub, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)
    )
    ways: list[tuple[str, type[Any], dict[str, Any], dict[str, Any]]] = [
        ("programmes/", Programme, {"slug": world.programme.slug}, {"description": "Ny"}),
        ("series/", Series, {"key": "vejledte"}, {"source": "Ny"}),
        ("contracts/", Contract, {"slug": "kontrakt"}, {"reporting": "Ny"}),
    ]
    for path, model, one, change in ways:
        rows, until = walk(world, path, LONG_AGO, "kkr")
        assert rows
        model.objects.filter(**one).update(**change)
        rows, until = walk(world, path, until, "kkr")
        assert [{name: row[name] for name in one} for row in rows] == [one]
        assert walk(world, path, until, "kkr")[0] == []


def test_an_indicator_changes_when_what_it_says_does(committed_world: World) -> None:
    world = committed_world
    said: dict[str, Any] = {"owner": world.programme.owner, "unit": "match", "programme": world.programme}
    count: dict[str, Any] = {"kind": "measure", "measure": "match_registered", "aggregate": "sum"}
    for key in ("alle_match", "andre_match"):
        set_indicator(key, name=key, **count, **said)
    rows, until = walk(world, "indicators/", LONG_AGO, "kkr", size=1)
    assert [row["key"] for row in rows] == ["alle_match", "andre_match"]
    set_indicator("alle_match", name="alle_match", kind="formula", formula="andre_match * 2", reason="Ny", **said)
    rows, until = walk(world, "indicators/", until, "kkr", size=1)
    assert [row["key"] for row in rows] == ["alle_match"]
    Indicator.objects.filter(key="andre_match").update(group="Match")
    rows, until = walk(world, "indicators/", until, "kkr", size=1)
    assert [row["key"] for row in rows] == ["andre_match"]


def test_facts_are_followed_by_their_place(committed_world: World) -> None:
    world = committed_world
    path = f"facts/?programme={world.programme.slug}"
    match = world.register()
    first = world.get(path).body
    assert len(first["results"]) == 1
    assert world.get(f"{path}&after={first['place']}").body["results"] == []
    world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*")
    (reversal,) = world.get(f"{path}&after={first['place']}").body["results"]
    assert reversal["reverses"] == first["results"][0]["place"]
    assert reversal["quantity"] == "-1"
    since = world.get(f"{path}&updated_since={reversal['recorded_at'].replace('+', '%2B')}").body["results"]
    assert since == [reversal]
    assert list(world.get(f"{path}&after=x").errors) == ["after"]


# ----------------------------------------------------------------------------------------------- refused, in words
@pytest.mark.parametrize(
    "text",
    [
        "i går", "2020", "2020-13-01", "2020-02-30", "2020-01-01T10:00:00", "2020-01-01T25:00:00Z", "2020-01-01 10:00",
        "2020-01-01T10:00:00 01:00", "2999-01-01", "2999-01-01T00:00:00Z", "0001-01-01", "0001-01-01T00:00:00%2B10:00",
        "9999-12-31T23:59:59-10:00", "20200101", "2020-W01-1",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(world: World, text: str) -> None:
    said = []
    for language in ("da", "en"):
        answer = world.get(f"companies/?updated_since={text}", Accept_Language=language)
        assert (answer.status, list(answer.errors)) == (400, ["updated_since"])
        said.append(answer.errors)
    assert said[0] != said[1]


def test_where_a_walk_ends_is_not_the_callers(world: World) -> None:
    assert list(world.get("companies/?updated_until=2020-01-01").errors) == ["updated_until"]
    assert list(world.get(f"companies/?updated_since={LONG_AGO}&updated_until=x").errors) == ["updated_until"]
    assert list(world.get("match-types/?updated_since=2020-01-01").errors) == ["updated_since"]


def test_a_cursor_of_the_other_order_is_refused(world: World) -> None:
    companies(4)
    cursor = world.get("companies/?page_size=1").body["next"].split("cursor=")[1].split("&")[0]
    assert list(world.get(f"companies/?updated_since={LONG_AGO}&cursor={cursor}").errors) == ["cursor"]


# ------------------------------------------------------------------------------------- while somebody else is writing
def held_open(name: str) -> tuple[threading.Event, threading.Event, threading.Thread]:
    """A company written in a transaction that stays open until the second event is set."""
    written, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Company.objects.create(name=name, municipality_id="0851")
                written.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    return written, go_on, thread


def missed(world: World) -> bool:
    """Written before a walk, committed after it: is it in neither this walk nor the next?"""
    written, go_on, thread = held_open("Sen ApS")
    try:
        assert written.wait(30)
        companies(1)  # written later, committed at once
        first, until = walk(world, "companies/", LONG_AGO)
    finally:
        go_on.set()
        thread.join()
    second, _until = walk(world, "companies/", until)
    assert Company.objects.filter(name="Sen ApS").exists()
    return "Sen ApS" not in names(first + second)


def test_what_is_committed_after_a_reading_is_in_the_next(committed_world: World) -> None:
    assert not missed(committed_world)


def test_by_the_clock_alone_it_would_be_missed(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The protection is the horizon: with the database's clock in its place the row is lost for ever."""

    def clock() -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            found: datetime = cursor.fetchone()[0]
        return found

    monkeypatch.setattr(api_changes, "horizon", clock)
    assert missed(committed_world)


def test_the_horizon_waits_for_writers_only(committed_world: World) -> None:
    before = horizon()
    written, go_on, thread = held_open("Sen ApS")
    try:
        assert written.wait(30)
        stands = horizon()
        assert horizon() == stands  # it does not move past the writer, however late it gets
        assert stands > before
    finally:
        go_on.set()
        thread.join()
    assert horizon() > stands


def test_a_horizon_that_would_overlook_writers_is_refused(committed_world: World) -> None:
    """Where the owner is no member of the role that writes, it cannot see when that role's transactions began."""
    params = connection.get_connection_params()
    place = {name: params[name] for name in ("host", "port", "dbname") if name in params}
    stranger = {**place, "user": "horizon_stranger", "password": "horizon"}
    login = {"user": params["user"], "password": params.get("password")}
    with psycopg.connect(**place, **login, autocommit=True) as owner:
        owner.execute("CREATE ROLE horizon_stranger LOGIN PASSWORD 'horizon'")
        try:
            with psycopg.connect(**stranger) as asking:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="GRANT"):
                    asking.execute("SELECT portal_horizon()")
                asking.rollback()
                owner.execute("GRANT horizon_stranger TO CURRENT_USER")
                assert asking.execute("SELECT portal_horizon() <= clock_timestamp()").fetchone() == (True,)
        finally:
            owner.execute("DROP ROLE horizon_stranger")


def test_a_copy_that_follows_is_the_same_in_the_end(committed_world: World) -> None:
    """Two write (some transactions short, some slow, some rolled back), one follows with small pages."""
    world = committed_world
    seed = 20261127
    companies(20)
    stop = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(seed + number)
        own = [f"Virksomhed {index:04}" for index in range(20) if index % 2 == number]
        try:
            for turn in range(60):
                try:
                    with transaction.atomic():
                        if turn % 3 == 0:
                            Company.objects.create(name=f"Ny {number}-{turn}", municipality_id="0851")
                        Company.objects.filter(name=chance.choice(own)).update(city=f"By {turn}")
                        if chance.random() < 0.3:
                            stop.wait(chance.random() / 20)
                        if chance.random() < 0.1:
                            raise InterruptedError
                except InterruptedError:
                    continue
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    copy: dict[int, dict[str, Any]] = {}
    until, walks = LONG_AGO, 0
    while any(thread.is_alive() for thread in threads) or walks == 0:
        rows, until = walk(world, "companies/", until, size=4)
        copy |= {row["id"]: row for row in rows}
        walks += 1
    for thread in threads:
        thread.join()
    rows, until = walk(world, "companies/", until, size=4)
    copy |= {row["id"]: row for row in rows}
    assert walks > 3
    now = {company.pk: (company.name, company.city) for company in Company.objects.all()}
    assert len(now) > 40
    assert {pk: (row["name"], row["city"]) for pk, row in copy.items()} == now


def test_the_example_of_the_documentation_follows(committed_world: World) -> None:
    """The lines of docs/api.md, run as they stand there."""
    world = committed_world
    text = (FILE.parent / "api.md").read_text(encoding="utf-8")
    example = text.partition("```python\n")[2].partition("```")[0]
    assert "updated_since" in example

    def get(address: str, **query: str) -> Any:
        return world.get(f"{address}?{urlencode({**query, 'page_size': 1})}" if query else address).body

    kept: dict[str, str] = {}
    copy: dict[int, Any] = {}

    def follow() -> list[int]:
        exec(example, {"get": get, "kept": kept, "copy": copy})
        return sorted(copy)

    first, second = world.register(), world.register()
    assert follow() == [first.pk, second.pk]
    third = world.register()
    world.post(f"matches/{first.pk}/undo/", "partner", If_Match="*")
    assert follow() == [first.pk, second.pk, third.pk]
    assert [copy[pk]["withdrawn_at"] is None for pk in sorted(copy)] == [False, True, True]


def test_every_table_that_is_followed_has_the_trigger(db: None) -> None:
    """Without it `updated_at` would be what the code remembers to write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'portal_touch' AND tgenabled <> 'D'"
        )
        touched = {row[0] for row in cursor.fetchall()}
    models: Iterator[Any] = iter((Company, Match, Programme, Indicator, Contract, Series, Observation))
    assert touched >= {model._meta.db_table for model in models}
