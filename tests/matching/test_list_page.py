"""The match list: what it shows, its filters, its files, and what it costs."""

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching.history import import_matches
from matching.matches import undo_match
from matching.models import Match
from portal import ledger
from tests.matching.conftest import World
from tests.matching.test_audit import historic
from tests.matching.test_log_page import text_of

LIST = "/match/"


@pytest.fixture
def client(world: World) -> Client:
    """The hub's adviser, with four matches: one of them undone, one that does not count."""
    world.register()
    world.register(match_type="internship", agreed_on=date(2020, 8, 1), company=world.companies["Aalborg Køl I/S"])
    undo_match(world.actor("hub"), world.register(match_type="ordinary_job").match)
    world.register(
        match_type="wage_subsidy",
        company=world.companies["Kattegat Ærøkål ApS"],
        created_by=world["UCN"].pk,
        agreed_on=date(2020, 12, 24),
        work_area="it_digital",
    )
    return world.client("hub")


def rows(answer: HttpResponse) -> list[str]:
    """The lines of the list, as text, one for each match."""
    body = answer.content.decode().split("<tbody", 1)[1].split("</tbody>")[0]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("<tr ")[1:] if "/match/" in row
    ]


def test_newest_agreement_first_with_its_state(client: Client) -> None:
    found = rows(client.get(LIST))
    assert ["Kattegat" in row for row in found] == [False, False, True, False]
    assert "Annulleret 31.01.2021" in found[0]
    assert "Tæller med" in found[1]
    assert "24.12.2020" in found[2]
    assert "Tæller ikke med: aftalt, før projektet begyndte at tælle" in found[3]
    assert "4 match" in text_of(client.get(LIST))


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 4),
        ({"programme": "vvv"}, 4),
        ({"programme": "vvv1"}, 0),
        ({"municipality": "0840"}, 1),
        ({"match_type": "internship"}, 1),
        ({"work_area": "sales_marketing"}, 3),
        ({"agreed_from": "24.12.2020"}, 3),
        ({"agreed_to": "2020-12-24"}, 2),
        ({"agreed_from": "1-8-2020", "agreed_to": "1/8-2020"}, 1),
        ({"text": "limfjord"}, 2),
        ({"text": "køl"}, 3),
        ({"text": "koel aalborg"}, 1),
        ({"text": "99 00 00 23"}, 1),
        ({"created_by": "0"}, 0),
        ({"created_by": "x"}, 0),
        ({"municipality": "nonsense"}, 0),
        ({"text": "køl", "match_type": "internship"}, 1),
    ],
)
def test_filters(client: Client, query: dict[str, str], number: int) -> None:
    answer = client.get(LIST, query)
    assert len(rows(answer)) == number
    assert f"{number} match" in text_of(answer)
    assert len(read_csv(client.get(LIST, query | {"export": "csv"}))) == number, "the file is that list"


def test_a_date_nobody_can_read_is_said(client: Client) -> None:
    answer = client.get(LIST, {"agreed_from": "i går"})
    assert answer.status_code == 200
    assert "Skriv en dato" in text_of(answer)
    assert 'value="i går"' in answer.content.decode()


def test_sorting(client: Client) -> None:
    ascending = rows(client.get(LIST, {"sort": "agreed"}))
    assert ascending == rows(client.get(LIST))[2:][::-1] + ascending[2:]
    assert "01.08.2020" in ascending[0]
    assert len(rows(client.get(LIST, {"sort": "-registered"}))) == 4
    assert rows(client.get(LIST, {"sort": "drop table"})) == rows(client.get(LIST))


def test_a_filter_and_a_sort_stay_together(client: Client) -> None:
    page = client.get(LIST, {"text": "køl", "sort": "agreed"}).content.decode()
    assert '<input type="hidden" name="sort" value="agreed">' in page
    assert "text=k%C3%B8l&amp;sort=agreed&amp;export=csv" in page


def read_csv(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_says_everything(world: World, client: Client) -> None:
    line = read_csv(client.get(LIST, {"match_type": "wage_subsidy", "export": "csv"}))[0]
    number = Match.objects.get(match_type="wage_subsidy").pk
    empty = (
        "Starter", "Slutter", "Afbrudt den", "Hvorfor det blev afbrudt", "Antal studerende", "Uddannelsesniveau",
        "Brugt ordning", "Hvem har sagt det", "Sagt den", "Vokset ud af matchnummer", "System, det kommer fra",
        "Nøgle i det system", "P-nummer", "Arrangement",
    )  # fmt: skip
    assert line == dict.fromkeys(empty, "") | {
        "Matchnummer": str(number),
        "Hvor langt": "Aftalt, ikke startet",
        "Virksomhed": "Kattegat Ærøkål ApS",
        "CVR-nummer": "99000023",
        "Aftalt den": "24.12.2020",
        "Matchtype": "Løntilskud (privat)",
        "Arbejdsområde": "It og digitalisering",
        "Arbejdssted": "Rebild",
        "Skabt af": "Professionshøjskolen UCN",
        "Medvirkende": "Erhvervshus Nordjylland",
        "På vegne af": "",
        "Projekt": "Vækst Via Viden 2.0",
        "Aktivitet": "",
        "Registreret": "31.01.2021",
        "Registreret af": "Erhvervshus Nordjylland",
        "Status": "Tæller med",
    }
    answer = client.get(LIST, {"export": "xlsx"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:  # type: ignore[attr-defined]
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 5


def test_a_file_holds_what_its_reader_may_see(world: World, client: Client) -> None:
    assert len(read_csv(world.client("UCN").get(LIST, {"export": "csv"}))) == 1
    assert world.client("kkr").get(LIST, {"export": "csv"}).status_code == 403


def test_the_number_of_queries_does_not_grow(world: World, client: Client) -> None:
    steward = world.client("steward")

    def cost(address: str, **query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = steward.get(address, query)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.status_code == 200
        # What it reads: the limits of a file's transaction and the line in the log are no questions.
        return sum(entry["sql"].lstrip(" (").startswith(("SELECT", "WITH")) for entry in captured.captured_queries)

    def add(number: int, name: str) -> None:
        import_matches(
            world.programme, [historic(world, day=1 + n % 28) for n in range(number)], ledger.History(name, "test")
        )

    add(20, "N")
    before = cost(LIST), cost(LIST, text="kat", municipality="0840"), cost(LIST, export="csv")
    add(40, "3N")
    assert before == (cost(LIST), cost(LIST, text="kat", municipality="0840"), cost(LIST, export="csv"))
    assert max(before) <= 15, before


def test_pages(world: World) -> None:
    import_matches(world.programme, [historic(world, day=1 + n % 28) for n in range(60)], ledger.History("H", "test"))
    steward = world.client("steward")
    first = steward.get(LIST)
    assert len(rows(first)) == 25
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following is not None
    assert len(rows(steward.get(LIST + following[1].replace("&amp;", "&")))) == 25
    assert steward.get(LIST, {"after": "rubbish"}).status_code == 400
