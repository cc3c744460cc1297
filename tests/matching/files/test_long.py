"""A long file: looked through and registered by the worker in portions, with the same outcome as a short one."""

import csv as csv_module
import gc
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django import Settings

from matching.counting_rules import lock_period
from matching.files import long as worker
from matching.files import reading
from matching.files.fields import FIELDS, PURPOSE
from matching.files.writing import import_file
from matching.models import Company, Match
from portal.identity.models import Membership
from portal.jobs.waiting import run_waiting
from portal.ledger import audit
from portal.ledger.models import Fact
from portal.tabular import limits, long, mapping, pages, uploads
from portal.tabular.blocks import Block
from portal.tabular.mapping import Chosen, ReadRow, guess, open_start
from portal.tabular.models import UploadedPortion, UploadedTable
from programmes.models import PartnerRole
from tests.matching.conftest import LIMFJORD, World
from tests.matching.files.test_reading import HEADINGS, csv, workbook
from tests.matching.files.test_writing import send

pytestmark = pytest.mark.django_db

Phase = UploadedTable.Phase


@pytest.fixture(autouse=True)
def scaled_down(settings: Settings) -> None:
    """More than 20 rows are long, 10 of them a portion."""
    settings.LONG_FILE_ROWS, settings.LONG_FILE_PORTION = 20, 10


def new(number: int, day: str = "4.1.2021") -> str:
    return f";Firma nummer {number};Studiejob;{day};Aalborg;"


WRONG = ";Café Drossel;Tryllejob;4.1.2021;Aalborg;"
FILE = csv(*(new(each) for each in range(24)), WRONG, new(3, "9.1.2021"), *(new(each) for each in range(24, 50)))
"""52 rows below the headings: 50 to register, one wrong, and one that may be row 5 of the file."""


def brought(world: World, content: bytes = FILE, actor: str = "office", **state: Any) -> UploadedTable:
    person, table = world.actor(actor), open_start(content, FIELDS, long.first_rows())
    said = {"columns": guess(FIELDS, table), "decimal": ",", "programme": world.programme.slug}
    said |= {"created_by": world["BusinessAalborg"].pk, "work_area": "other"}
    file = uploads.keep(person, PURPOSE, content, "match.csv", **{**said, **state})
    assert table.cut
    long.ask_look(file, person, table)
    return file


def worked(file: UploadedTable, time_left: Callable[[], bool] = lambda: True) -> UploadedTable:
    long.work(file.pk, time_left)
    file.refresh_from_db()
    return file


def counted() -> int:
    return Fact.objects.filter(measure="match_registered").count()


def rest_of(file: UploadedTable) -> list[list[str]]:
    rest = UploadedTable.objects.get(pk=file.found["rest"])
    return list(csv_module.reader(StringIO(uploads.content_of(rest).decode("utf-8-sig")), delimiter=";"))


def test_a_file_is_looked_through_and_registered_in_portions(world: World) -> None:
    file = worked(brought(world))
    assert (file.phase, file.rows_done, file.message) == (Phase.LOOKED, 52, "")
    said = {name: file.found[name] for name in ("new", "there", "asked", "wrong", "companies", "notes")}
    assert said == {"new": 50, "there": 0, "asked": 1, "wrong": 1, "companies": 50, "notes": 0}
    assert file.found["suspected"] == [{"row": 27, "company": "Firma nummer 3", "twins": "række 5 i filen"}]
    portions = [part.rows for part in file.portions.order_by("place")]
    assert (sum(portions), max(portions)) == (52, 10)
    assert not Match.objects.exists()
    long.ask_import(file, world.actor("office"))
    one = worked(file, lambda: False)
    assert (one.phase, one.rows_imported, one.rows_done) == (Phase.IMPORT, 10, 10)
    assert (Match.objects.count(), counted()) == (10, 10)
    done = worked(file)
    assert (done.phase, done.rows_imported, done.content, done.portions.count()) == (Phase.DONE, 50, None, 0)
    assert (Match.objects.count(), counted(), Company.objects.filter(name__startswith="Firma").count()) == (50, 50, 50)
    heading, *left = rest_of(done)
    assert [row[0] for row in left] == ["26", "27"]
    assert "“Tryllejob” er ikke en matchtype" in left[0][-1]
    assert "række 5 i filen" in left[1][-1]
    assert heading[0] == "Række"


def test_what_is_remembered_of_a_wrong_row_keeps_no_other(world: World) -> None:
    """A fault is said again of the next row that is wrong so; with it, its portion would stay in memory."""
    wrong = [
        WRONG,
        f"{LIMFJORD};;Studiejob;i går;Aalborg;",
        f"{LIMFJORD};;Studiejob;4.1.2030;Aalborg;",
        "99000024;;;;;",
    ]
    content = csv(*wrong, *(new(each) for each in range(50)))
    table = open_start(content, FIELDS, long.first_rows())
    file = brought(world, content)
    looking = worker.Look(world.actor("office"), file, table)
    (looked,) = looking.look([Block.of(table.rows)])
    assert looked.kinds[:4] == ["wrong"] * 4
    gc.collect()
    # By its type: isinstance would wake whatever is lazy.
    assert [each for each in gc.get_objects() if type(each) is ReadRow] == []


def test_it_comes_to_what_a_short_file_comes_to(world: World, settings: Settings) -> None:
    """Row for row the same kinds and words, whatever the portions."""
    world.register("AAU", created_by=world["AAU"].pk, agreed_on=date(2021, 1, 10))
    rows = [f"{LIMFJORD};;Studiejob;{1 + each % 28}.1.2021;Aalborg;" for each in range(40)] + [WRONG, new(1), new(1)]
    content = csv(*rows, "I alt;43;;;;")
    file = worked(brought(world, content))
    settings.LONG_FILE_ROWS = 1000
    table = open_start(content, FIELDS, long.first_rows())
    fixed = worker.fixed_of(world.actor("office"), file)
    assert fixed is not None
    short = reading.read(world.actor("office"), table, Chosen(file.state["columns"]), fixed)
    looked = [(row.number, row.kind) for row in long.left_of(file, ("new", "asked", "wrong"))]
    assert looked == [(line.read.number, line.kind) for line in short.lines]
    assert file.found["notes"] == short.notes == 1


def test_interrupted_it_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection: the portion's note stands in the transaction that registers it."""
    file = worked(brought(world))
    long.ask_import(file, world.actor("office"))
    write, calls = worker.Write.write, []

    def breaking(self: worker.Write, rows: Any, before: Any) -> long.Wrote:
        wrote = write(self, rows, before)
        calls.append(wrote.number)
        if len(calls) == 3:
            raise RuntimeError("the database is gone")
        return wrote

    monkeypatch.setattr(worker.Write, "write", breaking)
    broken = worked(file)
    assert (broken.rows_imported, Match.objects.count(), broken.stopped, broken.attempts) == (20, 20, False, 1)
    assert broken.error.startswith("RuntimeError")
    assert file.pk not in long.ready(), "it rests before it is tried again"
    done = worked(file)
    assert (done.phase, done.rows_imported, Match.objects.count(), counted()) == (Phase.DONE, 50, 50, 50)


def test_what_fails_each_time_stops_and_says_so_to_everybody_concerned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = worked(brought(world))
    long.ask_import(file, world.actor("office"))
    with monkeypatch.context() as patch:
        patch.setattr(worker.Write, "write", lambda *given: 1 / 0)
        for _each in range(long.MOST_ATTEMPTS):
            assert not file.stopped
            worked(file)
    assert file.stopped
    assert "ZeroDivisionError" in file.error
    client, address = world.client("office"), reverse("matching:file_preview", args=[file.pk])
    shown = client.get(address).content.decode()
    assert "Noget gik galt" in shown
    assert "Fortsæt" in shown
    (line,) = long.lines()
    assert "ZeroDivisionError" in line.state
    assert run_waiting() == 0, "a file that stopped waits for a person"
    client.post(address, {"go_on": "1"})
    assert worked(file).phase == Phase.DONE
    assert counted() == 50


def test_a_worker_that_dies_each_time_is_not_killed_for_ever(world: World) -> None:
    file = brought(world)
    UploadedTable.objects.filter(pk=file.pk).update(attempts=long.MOST_ATTEMPTS)
    assert worked(file).stopped
    assert file.message


def test_rules_and_companies_that_change_meanwhile_decide(world: World) -> None:
    """Who creates matches, whose row somebody has registered in the meantime, and a company that got a number."""
    file = worked(brought(world))
    long.ask_import(file, world.actor("office"))
    worked(file, lambda: False)
    Company.objects.create(name="Firma nummer 12", municipality_id="0851")
    theirs = Company.objects.get(name="Firma nummer 12")
    world.register("AAU", company=theirs, created_by=world["AAU"].pk, agreed_on=date(2021, 1, 4))
    worked(file, lambda: False)
    assert file.rows_imported == 19
    roles = PartnerRole.objects.filter(organisation=world["BusinessAalborg"], programme=world.programme)
    roles.update(valid_to=date(2020, 12, 31))
    done = worked(file)
    assert (done.phase, done.rows_imported) == (Phase.DONE, 19)
    texts = [row[-1] for row in rest_of(done)[1:]]
    assert len(texts) == 33
    assert "AAU, januar 2021" in texts[0]
    assert "skabte ikke match" in texts[-1]


def test_whoever_may_no_more_is_told_and_a_colleague_goes_on(world: World) -> None:
    file = worked(brought(world))
    long.ask_import(file, world.actor("office"))
    Membership.objects.filter(user=world.actor("office").user).update(valid_to=date(2021, 1, 30))
    assert worked(file).stopped
    assert "kollega" in file.message
    assert not Match.objects.exists()
    assert not UploadedTable.objects.visible_to(world.actor("jobcentre")).exists()


def test_equal_rows_in_different_portions_are_as_many_matches(world: World) -> None:
    """With a reason; also when a worker that has forgotten the first ones reads the last."""
    row = f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;"
    file = worked(brought(world, csv(*[row] * 45)))
    assert (file.found["new"], file.found["asked"]) == (1, 44)
    told = {row["row"]: row["twins"] for row in file.found["suspected"]}
    assert told[3] == "række 2 i filen"
    # Five are named: what a row is like a hundred times would else fill the file.
    assert told[22] == told[8] == "; ".join([*(f"række {row} i filen" for row in range(2, 7)), "og flere"])
    long.ask_import(file, world.actor("office"), different_reason="45 studerende, hver sin aftale")
    while worked(file, lambda: False).phase == Phase.IMPORT:
        assert file.attempts == 0
    assert (file.rows_imported, counted()) == (45, 45)
    again = worked(brought(world, csv(*[row] * 45)))
    assert again.found["there"] == 45


REASONS = "CVR-nr.;Virksomhed;Type;Dato;Kommune;Fagområde;Begrundelse"


@pytest.mark.parametrize("long_rows", [20, 1000])
def test_one_that_stands_already_is_not_taken_for_another_that_is_meant(
    world: World, settings: Settings, long_rows: int
) -> None:
    """Of two equal rows the first is there already, the second says why it is another one. Also portions apart."""
    company = Company.objects.get(cvr=LIMFJORD)
    own = {"company": company, "created_by": world["BusinessAalborg"].pk, "work_area": "other"}
    world.register("office", **own, agreed_on=date(2021, 1, 4))
    row = f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;;"
    content = "\n".join([REASONS, row, *(f"{new(each)};" for each in range(48)), f"{row}En anden studerende"]).encode()
    file = worked(brought(world, content))
    assert (file.found["there"], file.found["new"], file.found["asked"]) == (1, 49, 0)
    settings.LONG_FILE_ROWS = long_rows
    if long_rows > 50:
        table = open_start(content, FIELDS, long.first_rows())
        fixed = worker.fixed_of(world.actor("office"), file)
        assert fixed is not None
        found = reading.read(world.actor("office"), table, Chosen(file.state["columns"]), fixed)
        assert import_file(world.actor("office"), file, found, fixed).number == 49
    else:
        long.ask_import(file, world.actor("office"))
        assert worked(file).rows_imported == 49
    reasons = Match.objects.filter(company=company).order_by("pk").values_list("different_reason", flat=True)
    assert list(reasons) == ["", "En anden studerende"]


def test_look_and_import_agree_on_a_company_that_gets_its_number(world: World) -> None:
    """The portal has it without a CVR number, with a match that this may be: the look says so, as when one is typed."""
    Company.objects.create(name="Fjord Byg", municipality_id="0851")
    world.register("AAU", company=Company.objects.get(name="Fjord Byg"), created_by=world["AAU"].pk,
                   agreed_on=date(2021, 1, 10))  # fmt: skip
    file = worked(brought(world, csv("99000058;Fjord Byg;Studiejob;4.1.2021;Aalborg;", *map(new, range(45)),
                                     ";Havn Syd;Studiejob;4.1.2021;Aalborg;",
                                     "99000066;Havn Syd;Studiejob;5.1.2021;Aalborg;")))  # fmt: skip
    assert [(row["row"], row["twins"]) for row in file.found["suspected"]] == [
        (2, "AAU, januar 2021"), (49, "række 48 i filen"),
    ]  # fmt: skip
    long.ask_import(file, world.actor("office"))
    done = worked(file)
    assert (done.rows_imported, [row[0] for row in rest_of(done)[1:]]) == (46, ["2", "49"])
    assert not Company.objects.filter(cvr__in=["99000058", "99000066"]).exists()


def test_a_period_that_is_locked_meanwhile_refuses_no_match(world: World) -> None:
    """A lock freezes rules and targets; what is registered after it counts as late."""
    file = worked(brought(world))
    long.ask_import(file, world.actor("office"))
    worked(file, lambda: False)
    lock_period(world.actor("steward"), world.programme, until=date(2021, 1, 30), reason="Status til KKR")
    assert worked(file).rows_imported == 50


def test_pressed_twice_and_columns_chosen_too_late(world: World) -> None:
    file = worked(brought(world))
    office = world.actor("office")
    long.ask_import(file, office)
    with pytest.raises(ValidationError):
        long.ask_import(file, office)
    with pytest.raises(ValidationError):
        long.ask_look(file, office, open_start(FILE, FIELDS, long.first_rows()))


def test_an_older_asking_comes_to_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns are chosen again while the worker looks: only the newer look is kept."""
    file, look = brought(world), worker.Look.look

    def meanwhile(self: worker.Look, rows: Any) -> Any:
        UploadedTable.objects.filter(pk=file.pk).update(turn=7)
        return look(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(worker.Look, "look", meanwhile)
        worked(file)
    assert (file.phase, UploadedPortion.objects.count()) == (Phase.LOOK, 0)
    assert worked(file).phase == Phase.LOOKED


def test_the_pages_from_the_upload_to_the_receipt(world: World) -> None:
    client = world.client("office")
    columns = send(client, FILE)["Location"]
    assert columns.endswith("/kolonner/")
    chosen = {
        "column_cvr": "cvr-nr.", "column_company": "virksomhed", "column_match_type": "type",
        "column_agreed_on": "dato",
        "column_municipality": "kommune", "column_work_area": "fagområde", "programme": world.programme.slug,
        "created_by": str(world["BusinessAalborg"].pk), "work_area": "other",
    }  # fmt: skip
    preview = client.post(columns, chosen)["Location"]
    waiting = client.get(preview).content.decode()
    assert "Rækkerne bliver set igennem" in waiting
    assert "Opdater" in waiting
    file = UploadedTable.objects.get()
    part = reverse("matching:file_progress", args=[file.pk])
    assert f'hx-get="{part}"' in waiting
    assert run_waiting() == 1
    assert "Se, hvad der blev fundet" in client.get(part, headers={"HX-Request": "true"}).content.decode()
    shown = client.get(preview).content.decode()
    assert "1 række kan ikke registreres." in shown
    assert "Registrer 50 rækker" in shown
    left = b"".join(client.get(f"{preview}?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Tryllejob" in left
    assert len(left.splitlines()) == 3
    assert "Matchene bliver registreret" in client.post(preview, follow=True).content.decode()
    client.post(preview)
    assert run_waiting() == 1
    receipt = client.get(preview).content.decode()
    assert "50 rækker i filen er registreret" in receipt
    assert "2 rækker blev ikke registreret" in receipt
    assert counted() == 50
    assert "Intet blev registreret to gange." in client.post(preview, follow=True).content.decode()
    rest = reverse("matching:file_preview", args=[UploadedTable.objects.get(imported_at=None).pk])
    assert rest in receipt
    assert "er ikke en matchtype" in client.get(rest).content.decode()


def test_a_spreadsheet_that_is_too_long_is_refused_at_the_field(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small = limits.Limits(30, 1024 * 1024, 1024 * 1024)
    monkeypatch.setattr(pages, "LONG", small)
    monkeypatch.setattr(mapping, "LONG", small)
    answer = send(world.client("office"), FILE)
    assert answer.status_code == 400
    assert "flere end 30 rækker" in answer.content.decode()


KINDS = (("Studiejob", "student_job"), ("Ordinært job", "ordinary_job"), ("Løntilskud", "wage_subsidy"),
         ("Studieprojekt", "student_project"), ("Virksomhedspraktik", "company_placement"))  # fmt: skip


@pytest.mark.parametrize("number", [3_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_the_ledger_holds_the_accepted_rows_of_an_excel_file_of_that_size(
    committed_world: World, settings: Settings, number: int
) -> None:
    """One row in a hundred is wrong, one in fifty stands there twice. Each company has five rows of five types."""
    settings.LONG_FILE_ROWS, settings.LONG_FILE_PORTION = 2000, 1000
    rows: list[list[Any]] = []
    left, accepted = [], Counter[tuple[str, date]]()
    again: list[Any] = []
    for place in range(number):
        company, (name, code) = place % (number // 5), KINDS[place // (number // 5)]
        day = date(2020, 10, 1) + timedelta(days=place % 100)
        row: list[Any] = [None, f"Firma nummer {company}", name, day, "Aalborg", None]
        if place % 100 == 98:
            rows.append([*row[:2], "Tryllejob", *row[3:]])
        elif place % 50 == 49:
            rows.append(again)
        else:
            rows.append(row)
            again = row
            accepted[code, day.replace(day=1)] += 1
            continue
        left.append(str(place + 2))
    file = worked(brought(committed_world, workbook(HEADINGS, *rows)))
    assert (file.found["new"], file.found["asked"], file.found["wrong"]) == (
        number - number // 100 - number // 50, number // 50, number // 100,
    )  # fmt: skip
    long.ask_import(file, committed_world.actor("office"))
    done = worked(file)
    assert (done.phase, done.rows_imported) == (Phase.DONE, accepted.total())
    told = Fact.objects.filter(measure="match_registered").order_by().values_list("category", "occurred_on")
    assert Counter(told) == accepted
    assert audit.differences() == []
    assert [row[0] for row in rest_of(done)[1:]] == left
