"""Registering the rows of a file: counted as if typed, once, and what is left comes back as a file."""

import csv as csv_module
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from matching.files import reading, writing
from matching.files.fields import FIELDS, PURPOSE
from matching.files.lines import Fixed
from matching.models import Company, Match
from portal.identity.rights import Refused
from portal.ledger.models import Fact
from portal.tabular import uploads
from portal.tabular.mapping import Chosen, guess, open_table
from tests.matching.conftest import KATTEGAT, LIMFJORD, World
from tests.matching.files.test_reading import csv, more_csv

pytestmark = pytest.mark.django_db

ROWS = [
    f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;",
    f"{KATTEGAT};;Ordinært job;5.1.2021;Hjørring;Salg og markedsføring",
    ";Helt Ny Bogføring;Løntilskud;6.1.2021;Aalborg;",
    f"{LIMFJORD};;Studiejob;i går;Aalborg;",
]


def fixed(world: World) -> Fixed:
    return Fixed(world.programme, world["BusinessAalborg"].pk, "other")


def brought(world: World, content: bytes, actor: str = "office") -> writing.Imported:
    """The file as the pages bring it: kept, read, registered."""
    person, table = world.actor(actor), open_table(content, FIELDS)
    columns = guess(FIELDS, table)
    file = uploads.keep(person, PURPOSE, content, "match.csv", columns=columns, decimal=",")
    found = reading.read(person, table, Chosen(columns), fixed(world))
    return writing.import_file(person, file, found, fixed(world))


def test_the_ledger_holds_the_accepted_rows(world: World) -> None:
    done = brought(world, csv(*ROWS))
    assert (done.number, done.waiting) == (3, 0)
    rest = done.rest
    counted = Fact.objects.filter(measure="match_registered").order_by("place")
    assert sorted(counted.values_list("municipality", "category", "subcategory", "occurred_on", "quantity")) == [
        ("0851", "student_job", "other", date(2021, 1, 1), 1),
        ("0851", "wage_subsidy", "other", date(2021, 1, 1), 1),
        ("0860", "ordinary_job", "sales_marketing", date(2021, 1, 1), 1),
    ]
    match = Match.objects.get(company__cvr=LIMFJORD)
    assert (match.registered_by, match.created_by, match.registered_by_user.name) == (
        world["BusinessAalborg"], world["BusinessAalborg"], "office",
    )  # fmt: skip
    assert Company.objects.get(cvr=None, name="Helt Ny Bogføring").municipality_id == "0851"
    assert rest is not None
    (heading, left) = list(csv_module.reader(StringIO(uploads.content_of(rest).decode("utf-8-sig")), delimiter=";"))
    assert heading[0] == "Række"
    assert heading[-1] == "Fejl"
    assert left[0] == "5"
    assert left[4] == "i går"
    assert "i går er ikke en dato" in left[-1]


def test_what_else_a_row_says_is_kept(world: World) -> None:
    row = f"{LIMFJORD};Studieprojekt;4.1.2021;Aalborg;11.1.2021;30.6.2021;4;Lang;Innobooster;S-17;;;"
    content = more_csv(row)
    table = open_table(content, FIELDS)
    person, whole = world.actor("office"), replace(fixed(world), source_system="VITAS")
    file = uploads.keep(person, PURPOSE, content, "match.csv")
    found = reading.read(person, table, Chosen(guess(FIELDS, table)), whole)
    assert writing.import_file(person, file, found, whole).number == 1
    match = Match.objects.get()
    assert (match.starts_on, match.students, match.scheme_id) == (date(2021, 1, 11), 4, "innobooster")
    assert (match.source_system, match.external_key, match.stage) == ("VITAS", "S-17", "started")
    assert list(match.transitions.order_by("pk").values_list("kind", flat=True)) == ["agreed", "started"]


def test_the_same_file_again_registers_nothing(world: World) -> None:
    assert brought(world, csv(*ROWS[:3])).number == 3
    with pytest.raises(ValidationError, match="ingen rækker"):
        brought(world, csv(*ROWS[:3]))
    assert Match.objects.count() == 3


def test_alike_lines_of_one_file_in_two_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason makes them two matches, also when the first is committed before the second is looked at again."""
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    line = f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;;"
    content = csv(line + "To grupper", line + "To grupper").replace(b"\n", b";Begrundelse\n", 1)
    assert brought(world, content).number == 2
    assert Match.objects.filter(different_reason="To grupper").count() == 2


def test_who_registers_in_the_meantime_is_seen(world: World) -> None:
    """Between the look and the press AAU registers the same one: the row is left, with AAU's name and month."""
    person, content = world.actor("office"), csv(*ROWS[:2])
    table = open_table(content, FIELDS)
    columns = guess(FIELDS, table)
    file = uploads.keep(person, PURPOSE, content, "match.csv", columns=columns, decimal=",")
    found = reading.read(person, table, Chosen(columns), fixed(world))
    world.register("AAU", created_by=world["AAU"].pk, agreed_on=date(2021, 1, 10))
    done = writing.import_file(person, file, found, fixed(world))
    assert done.number == 1
    assert done.rest is not None
    assert "AAU, januar 2021" in uploads.content_of(done.rest).decode("utf-8-sig")
    assert Match.objects.filter(company__cvr=LIMFJORD).count() == 1


def test_a_long_file_goes_on_when_it_is_pressed_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row at a time, and no time: three presses, and what is wrong comes back when all is done."""
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    person, content = world.actor("office"), csv(*ROWS)
    table = open_table(content, FIELDS)
    columns = guess(FIELDS, table)
    file = uploads.keep(person, PURPOSE, content, "match.csv", columns=columns, decimal=",")
    seen = []
    for _press in range(3):
        found = reading.read(person, table, Chosen(columns), fixed(world))
        done = writing.import_file(person, file, found, fixed(world), seconds=-1)
        seen.append((done.number, done.waiting, done.rest is not None, len(found.there)))
    assert seen == [(1, 2, False, 0), (1, 1, False, 1), (1, 0, True, 2)]
    file.refresh_from_db()
    assert (file.rows_imported, file.content) == (3, None)
    assert Match.objects.count() == 3


def test_only_who_registers_matches(world: World) -> None:
    with pytest.raises(Refused):
        brought(world, csv(*ROWS), actor="kkr")


def test_the_pages(world: World) -> None:
    client = world.client("office")
    content = csv(*ROWS)
    answer = send(client, content)
    columns = answer["Location"]
    asked = client.get(columns).content.decode()
    assert "Arbejdsområde for hele filen" in asked
    wrong = client.post(columns, {"column_match_type": "type", "column_agreed_on": "dato", "decimal_sign": ","})
    assert wrong.status_code == 400
    assert "Vælg kolonnen med virksomhedens navn eller den med CVR-nummeret." in wrong.content.decode()
    assert "Vælg kolonnen med arbejdsområdet eller ét for hele filen." in wrong.content.decode()
    chosen = {
        "column_cvr": "cvr-nr.",
        "column_company": "virksomhed",
        "column_match_type": "type",
        "column_agreed_on": "dato",
        "column_municipality": "kommune",
        "column_work_area": "fagområde",
        "programme": world.programme.slug,
        "created_by": str(world["BusinessAalborg"].pk),
        "work_area": "other",
    }
    preview = client.post(columns, chosen)["Location"]
    shown = client.get(preview).content.decode()
    assert "1 række kan ikke registreres." in shown
    assert "1 virksomhed findes ikke her endnu" in shown
    assert "Registrer 3 rækker" in shown
    file = client.get(f"{preview}?export=csv")
    assert "i går er ikke en dato" in b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    after = client.post(preview, follow=True)
    assert "3 match er registreret i" in after.content.decode()
    assert "Resten blev ikke registreret" in after.content.decode()
    assert Match.objects.count() == 3
    again = client.post(preview, follow=True)
    assert "Intet blev registreret to gange." in again.content.decode()
    assert Match.objects.count() == 3


def send(client: Client, content: bytes) -> HttpResponse:
    return client.post(reverse("matching:file_upload"), {"file": SimpleUploadedFile("match.csv", content)})
