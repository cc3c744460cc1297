"""The register is asked over HTTP, from a process that answers as the real ones do; what it says is kept."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matching.models import Company, ProductionUnit, RegisterEntry, RegisterProgress
from matching.register import refresh
from matching.register.keeping import keep
from matching.register.system import read
from tests.matching.register_documents import KATTEGAT, LIMFJORD, PERSON, RANDERS, address, company, period, rows, unit
from tests.matching.register_server import KEY, PASSWORD, USER


@dataclass
class Server:
    address: str
    path: Path
    data: dict[str, Any] = field(default_factory=dict)

    def set(self, **data: Any) -> None:
        self.data |= data
        self.path.write_text(json.dumps(self.data))


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    path = tmp_path / "register.json"
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "register_server.py"), str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    served = Server(f"http://127.0.0.1:{process.stdout.readline().strip()}", path)
    served.set(page=2, documents=[], rows={}, quota=None)
    settings.CVR_REGISTER, settings.CVR_ADDRESS = "system", served.address
    settings.CVR_USER, settings.CVR_PASSWORD, settings.CVR_API_KEY = USER, PASSWORD, KEY
    settings.CVR_PAUSE = 0
    yield served
    process.terminate()
    process.wait(10)
    process.stdout.close()


@dataclass
class Told:
    """A run of the night's job, without the machinery."""

    name: str = "register_refresh"
    period: str = "2021-01-31"
    seen: list[tuple[int, int]] = field(default_factory=list)

    def progress(self, done: int, total: int) -> None:
        self.seen.append((done, total))


def typed(cvr: str, name: str = "Limfjord") -> Company:
    """As an adviser types it, with its number."""
    return Company.objects.create(cvr=cvr, name=name)


def written() -> dict[str, Any]:
    """Everything that the register's data stand in, to see whether anything has been written."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in (Company, ProductionUnit, RegisterEntry)
    }


def texts_with(word: str) -> list[str]:
    """Each column of any table of the database in which the word stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        )
        found = []
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{word}%"])
            if cursor.fetchone():
                found.append(f"{table}.{column}")
        return found


@pytest.mark.django_db
def test_what_the_index_says_of_a_company_is_kept_without_its_people(server: Server) -> None:
    known = typed(LIMFJORD)
    server.set(documents=[company(LIMFJORD), unit(1005408411, LIMFJORD), unit(1005408412, LIMFJORD),
                          unit(1005408413, LIMFJORD)])  # fmt: skip
    outcome = refresh.register_refresh(Told())
    assert outcome.result["added"] == 3
    assert outcome.result["changed"] == 1
    assert not outcome.alert
    known.refresh_from_db()
    assert (known.name, known.register_id) == ("Limfjord Køleteknik A/S", 4_000_000_031)
    assert known.secondary_names == ["Limfjord", "Nordisk Frost"]  # as it was typed, and the standing secondary name
    assert (known.address, known.postal_code, known.city, known.municipality_id) == (
        "Havnevej 12A, 2. th", "9000", "Aalborg", "0851",
    )  # fmt: skip
    assert (known.industry_code, known.industry_version, known.industry) == ("620100", "DB07", "Computerprogrammering")
    assert (known.form_code, known.form) == (60, "Aktieselskab")
    assert (known.status, known.status_text, known.ceased_on) == ("active", "NORMAL", None)
    assert known.employees == "10_19"
    # Three documents of places of work, two to a page: the third one came by the scroll.
    assert [each.number for each in known.production_units.order_by("number")] == [
        "1005408411", "1005408412", "1005408413",
    ]  # fmt: skip
    assert {each.municipality_id for each in known.production_units.all()} == {"0846"}
    assert texts_with(PERSON) == []
    assert texts_with("Limfjord Køleteknik") != []  # the search finds what is there


@pytest.mark.django_db
def test_history_is_what_the_register_said_from_when_to_when(server: Server) -> None:
    known = typed(LIMFJORD)
    server.set(documents=[company(LIMFJORD)])
    refresh.register_refresh(Told())

    def said(attribute: str) -> list[Any]:
        rows = known.register_entries.filter(attribute=attribute).order_by("valid_from", "pk")
        return list(rows.values_list("code", "value", "valid_from", "valid_to"))

    # 1901-01-01 is how the register writes that nobody knows.
    assert sorted(said("name"), key=str) == sorted(
        [
            ("", "Gammelt Navn ApS", None, date(2015, 6, 30)),
            ("", "Limfjord Køleteknik A/S", date(2015, 7, 1), None),
        ],
        key=str,
    )
    assert said("industry") == [
        ("853260", "Gammel branche", date(2001, 1, 1), date(2007, 12, 31)),
        ("620100", "Computerprogrammering", date(2008, 1, 1), None),
    ]
    # 2018 and 2019 (seven employees) are one interval.
    assert said("employees") == [
        ("5_9", "", date(2018, 1, 1), date(2019, 12, 31)),
        ("10_19", "", date(2020, 1, 1), None),
    ]


@pytest.mark.django_db
def test_the_same_reply_again_writes_nothing(server: Server) -> None:
    typed(LIMFJORD)
    Company.objects.create(cvr=KATTEGAT, name="K")
    bare = company(KATTEGAT, navne=None, binavne=None, hovedbranche=None, livsforloeb=None, virksomhedMetadata=None,
                   virksomhedsform=[], beliggenhedsadresse=[None], aarsbeskaeftigelse=None)  # fmt: skip
    server.set(documents=[company(LIMFJORD), bare, unit(1005408411, LIMFJORD)])
    refresh.register_refresh(Told())
    before = written()
    kept = keep(read(server.data["documents"]))
    assert (kept.changed, kept.added, kept.same) == (0, 0, 3)
    assert written() == before


@pytest.mark.django_db
def test_an_older_reply_overwrites_nothing_and_a_newer_one_loses_nothing() -> None:
    known = typed(LIMFJORD)
    keep(read([company(LIMFJORD)]))
    older = company(LIMFJORD, sidstOpdateret="2021-01-05T08:59:59Z", reklamebeskyttet=True)
    assert keep(read([older])).older == 1  # a second before 10:00 in Copenhagen
    known.refresh_from_db()
    assert known.advertising_protected is False
    renamed = [
        {"navn": "Limfjord Køleteknik A/S", "periode": period("2015-07-01", "2021-01-31")},
        {"navn": "Fjord Frost A/S", "periode": period("2021-02-01")},
    ]
    keep(read([company(LIMFJORD, navne=renamed, reklamebeskyttet=True, sidstOpdateret="2021-02-01T00:00:00Z")]))
    known.refresh_from_db()
    assert (known.name, known.advertising_protected) == ("Fjord Frost A/S", True)
    assert "Limfjord Køleteknik A/S" in known.secondary_names
    open_name = known.register_entries.get(value="Limfjord Køleteknik A/S", valid_to=None)
    assert open_name.known_to is not None  # we knew it so until today
    assert known.register_entries.filter(value="Limfjord Køleteknik A/S", known_to=None).get().valid_to == date(
        2021, 1, 31
    )
    assert known.register_entries.get(attribute="advertising", known_to=None).code == "true"


@pytest.mark.django_db
def test_what_is_registered_by_mistake_is_left_alone_and_who_ceased_has_ceased() -> None:
    mistaken, ended = typed(LIMFJORD), typed(KATTEGAT)
    gone = company(KATTEGAT, livsforloeb=[{"periode": period("2001-01-01", "2020-03-31")}],
                   virksomhedMetadata={"sammensatStatus": "OPLØSTEFTERKONKURS"})  # fmt: skip
    keep(read([company(LIMFJORD, fejlRegistreret=True), gone]))
    mistaken.refresh_from_db()
    ended.refresh_from_db()
    assert mistaken.fetched_on is None
    assert (ended.status, ended.ceased_on) == ("ceased", date(2020, 3, 31))
    assert not Company.objects.outreach().filter(pk=ended.pk).exists()


@pytest.mark.django_db
def test_a_quota_inside_an_answer_of_200_is_an_error_and_the_round_goes_on_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "AT_ONCE", 1)
    first, second = typed(LIMFJORD), typed(KATTEGAT, "Kattegat")
    documents = [
        company(LIMFJORD),
        company(KATTEGAT, navne=[{"navn": "Kattegat ApS", "periode": period("2001-01-01")}]),
    ]
    # A company takes three requests: its document, the end of the scroll, and its places of work, of which it has none.
    server.set(documents=documents, quota=3)
    told = Told()
    outcome = refresh.register_refresh(told)
    assert outcome.alert
    assert "QUOTA_EXCEEDED" in outcome.result["problem"]
    assert (outcome.result["asked"], outcome.result["left"]) == (1, 1)
    assert told.seen[-1] == (1, 2)
    for row in (first, second):
        row.refresh_from_db()
    assert (first.name, second.name) == ("Limfjord Køleteknik A/S", "Kattegat")
    assert RegisterProgress.objects.get().after == first.pk
    server.set(quota=None)
    outcome = refresh.register_refresh(Told())
    second.refresh_from_db()
    assert (outcome.alert, outcome.result["asked"], second.name) == (False, 1, "Kattegat ApS")
    assert RegisterProgress.objects.get().after == 0


@pytest.mark.django_db
def test_a_wrong_password_and_a_register_that_is_away_are_said_in_words(server: Server, settings: Any) -> None:
    typed(LIMFJORD)
    settings.CVR_PASSWORD = "forkert"
    outcome = refresh.register_refresh(Told())
    assert outcome.alert
    assert "forkert" not in json.dumps(outcome.result)
    settings.CVR_ADDRESS = "http://127.0.0.1:9"
    assert refresh.register_refresh(Told()).alert
    settings.CVR_ADDRESS = "file:///etc/passwd"
    assert refresh.register_refresh(Told()).alert


@pytest.mark.django_db
def test_without_a_register_there_is_nothing_to_do() -> None:
    typed(LIMFJORD)
    outcome = refresh.register_refresh(Told())
    assert (outcome.result, outcome.alert) == ({"register": "off"}, False)


@pytest.mark.django_db
def test_datafordeler_says_the_same_in_rows(server: Server, settings: Any) -> None:
    known = typed(LIMFJORD)
    settings.CVR_REGISTER, settings.CVR_ADDRESS = "datafordeler", f"{server.address}/CVR/v2"
    server.set(rows=rows())
    outcome = refresh.register_refresh(Told())
    assert not outcome.alert, outcome.result
    known.refresh_from_db()
    assert (known.name, known.secondary_names) == ("Limfjord Køleteknik A/S", ["Limfjord", "Nordisk Frost"])
    assert (known.address, known.municipality_id) == ("Havnevej 12A, 2. th", "0851")
    assert (known.industry_code, known.industry_version) == ("620100", "DB07")
    assert (known.form_code, known.status, known.employees) == (60, "active", "10_19")
    assert known.advertising_protected is True
    assert known.production_units.get().municipality_id == "0846"
    names = known.register_entries.filter(attribute="name").values_list("value", flat=True)
    assert set(names) == {"Limfjord Køleteknik A/S", "Gammelt Navn ApS"}  # not the mistake
    assert texts_with(PERSON) == []
    server.set(quota=0, refusal={"errors": [{"message": "DAF-GQL-0010"}], "data": None})
    Company.objects.filter(pk=known.pk).update(fetched_on=None)
    outcome = refresh.register_refresh(Told())
    assert "DAF-GQL-0010" in outcome.result["problem"]


ANSWER = {
    "vat": int(LIMFJORD), "name": "Limfjord Køleteknik A/S", "address": "Havnevej 12", "zipcode": "9000",
    "city": "Aalborg", "protected": True, "startdate": "29/12 - 1997", "enddate": None, "employees": "2-4",
    "industrycode": 620100, "industrydesc": "Computerprogrammering", "companycode": 60, "companydesc": "Aktieselskab",
    "owners": [{"name": f"Per {PERSON}"}], "phone": "12345678",
    "productionunits": [{"pno": 1005408410, "main": True, "name": "Limfjord", "address": "Havnevej 12",
                         "zipcode": "9000", "city": "Aalborg", "industrycode": 620100}],
    "t": 100, "version": 6,
}  # fmt: skip


def command(path: Path, content: str, *options: str) -> str:
    path.write_text(content, encoding="utf-8")
    out = StringIO()
    call_command("read_register", str(path), "--as-of", "2021-01-31T06:00", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_file_of_any_shape(tmp_path: Path) -> None:
    path = tmp_path / "fil"
    assert "2 unknown" in command(path, json.dumps(ANSWER))
    assert not Company.objects.exists()
    assert "2 added" in command(path, json.dumps(ANSWER), "--add")
    known = Company.objects.get(cvr=LIMFJORD)
    assert (known.employees, known.advertising_protected, known.status) == ("2_4", True, "active")
    assert (known.industry_code, known.industry_version) == ("620100", "")  # such an answer does not say which list
    assert known.municipality_id is None  # a postal district lies in several municipalities
    assert known.production_units.get().head is True
    before = written()
    assert "2 same" in command(path, json.dumps([ANSWER]), "--add")
    assert written() == before
    reply = {"hits": {"total": 1, "hits": [company(KATTEGAT)]}}
    assert "1 added" in command(path, json.dumps(reply), "--add")
    head = "CVR-nr;Navn;Adresse;Postnr;By;Kommunekode;Ansatte"
    line = f"{RANDERS};Randers Prøve;Torvet 1;8900;Randers C;730;1.000+"
    assert "1 added" in command(path, f"{head}\n{line}\n", "--add")
    randers = Company.objects.get(cvr=RANDERS)
    assert (randers.municipality_id, randers.employees, randers.name) == ("0730", "1000_999999", "Randers Prøve")
    assert texts_with(PERSON) == []
    with pytest.raises(CommandError, match="QUOTA_EXCEEDED"):
        command(path, json.dumps([ANSWER, {"error": "QUOTA_EXCEEDED"}]))
    for nonsense in ("[1, 2]", "{", '{"some": "thing"}', "a;b\n1;2\n"):
        with pytest.raises(CommandError):
            command(path, nonsense)


@pytest.mark.django_db
def test_a_foreign_address_and_an_unknown_municipality_are_no_error() -> None:
    known = typed(LIMFJORD)
    place = address("Storgatan", 1, 9999, "Malmö", 9999, "2020-01-01")
    keep(read([company(LIMFJORD, beliggenhedsadresse=[{**place, "kommune": None}])]))
    known.refresh_from_db()
    assert (known.municipality_id, known.city) == (None, "Malmö")
