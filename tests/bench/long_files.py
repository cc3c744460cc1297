"""A long file of matches: looked through beside the bare reading of it, registered beside the bare INSERT … SELECT of
the same rows into the same tables, with the memory of each and what one person's save waits meanwhile. No statistics
are gathered before: the first long file comes when there are none.

Each look and each import is a process of its own, as a worker is, so that its memory is its own.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from matching.entries import MatchEntry
from matching.files.fields import FIELDS, PURPOSE
from matching.matches import register_match
from matching.models import Company, Match, MatchTransition
from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from portal.tabular import long, uploads
from portal.tabular.mapping import guess, open_start
from portal.tabular.models import UploadedTable
from portal.ui.cvr import WEIGHTS
from programmes.demo import CONTINUATION
from programmes.models import Programme
from tests.bench.rows import Row, p95, row

ROWS = 100_000
SHARE = 5
"""A fifth of the rows has a company of its own; each is named so many times, with as many types."""
TYPES = ("Studiejob", "Ordinært job", "Løntilskud", "Studieprojekt", "Virksomhedspraktik")
SYLLABLES = (
    "lim", "fjor", "vend", "kat", "ska", "thy", "han", "mors", "ran", "ged", "bo", "sted", "lund", "holm", "dal", "vig",
    "næs", "kær", "ørs", "åby",
)  # fmt: skip
WRONG_EACH, TWICE_EACH = 100, 50
"""One row in a hundred is wrong, one in fifty is a second time the one before it."""
HEADINGS = ["CVR-nr.", "Virksomhed", "Type", "Dato", "Kommune", "Fagområde"]
BARE = """
DO $$
DECLARE taken record; done bigint := 0; wanted bigint;
BEGIN
    INSERT INTO matching_match ({match}) SELECT {match_new} FROM matching_match m JOIN bench_new n ON n.old = m.id;
    INSERT INTO matching_matchtransition ({step}) SELECT {step_new}
      FROM matching_matchtransition t JOIN bench_new n ON n.old = t.match_id;
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT count(*) INTO wanted FROM bench_new;
    WHILE done < wanted LOOP
        SELECT * INTO taken FROM ledger_take(least(1000, wanted - done)::integer);
        INSERT INTO ledger_fact (place, recorded_at, learnt_on, measure_id, occurred_on, municipality_id,
               organisation_id, heading_id, subject, category, subcategory, dims, quantity, qualifier)
        SELECT taken.first_place + n.number - done - 1, taken.at, (taken.at AT TIME ZONE 'Europe/Copenhagen')::date,
               f.measure_id, f.occurred_on, f.municipality_id, f.organisation_id, f.heading_id, f.subject, f.category,
               f.subcategory, f.dims, f.quantity, f.qualifier
          FROM bench_new n JOIN ledger_fact f ON f.place = n.place
         WHERE n.number > done AND n.number <= done + 1000;
        INSERT INTO ledger_fact_record (place, measure, source, source_id, revision, reversal)
        SELECT taken.first_place + n.number - done - 1, 'match_registered', 'match', n.new::text, 0, false
          FROM bench_new n WHERE n.number > done AND n.number <= done + 1000;
        done := done + 1000;
    END LOOP;
END $$
"""


def rows(number: int = ROWS) -> list[Row]:
    actor = actor_for(User.objects.get(email="jobcenter@demo.example"))
    programme = Programme.objects.get(slug=CONTINUATION)
    _companies(number // SHARE)
    with tempfile.TemporaryDirectory() as folder:
        small = _child(_bring(actor, programme, _file(Path(folder), number // 10, programme, begin=7)))
        content = _file(Path(folder), number, programme)
    bare = statistics.median(_calamine(content) for _each in range(3))
    file = _bring(actor, programme, content)
    look = _child(file)
    long.ask_import(UploadedTable.objects.get(pk=file), actor)
    newest = Match.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    process = subprocess.Popen(_command(file), stdout=subprocess.PIPE)
    saved = list(_saves(actor, programme, process))
    written = json.loads(process.communicate()[0])
    imported = UploadedTable.objects.get(pk=file)
    if imported.phase != "done":
        raise AssertionError(f"the file is not imported: {imported.message} {imported.error}")
    insert = _bare_insert(newest)
    said = f"{number} rows from Excel"
    return [
        row(f"{said}: preview", look["seconds"], "s", budget=4 * bare, yardstick=bare),
        row(f"{said}: memory of it, beside a tenth of the rows", look["rss"], "MB", yardstick=small["rss"]),
        row(f"{said}: registered ({imported.rows_imported} rows)", written["seconds"], "s",
            budget=2 * insert, yardstick=insert),
        row(f"{said}: memory of that", written["rss"], "MB", yardstick=small["rss"]),
        row("one match saved meanwhile, p95", p95(saved), "ms", budget=1000.0, spread=(min(saved), max(saved))),
    ]  # fmt: skip


def _numbers(number: int) -> Iterator[str]:
    """Fictional CVR numbers that hold: 99 and a check digit of their own."""
    found, base = 0, 9_900_100
    while found < number:
        base += 1
        digit = -sum(weight * int(sign) for weight, sign in zip(WEIGHTS, str(base), strict=False)) % 11
        if digit < 10:
            found += 1
            yield f"{base}{digit}"


def _name(place: int) -> str:
    """Names as unlike each other as people's are."""
    spread = place * 7919 % 1_000_003
    parts = [SYLLABLES[spread // 20**power % 20] for power in range(5)]
    return f"{parts[0]}{parts[1]}{parts[2]} {parts[3]}{parts[4]} A/S".capitalize()


def _companies(number: int) -> None:
    with ledger.entry():
        Company.objects.bulk_create(
            (Company(cvr=cvr, name=_name(place), municipality_id="0851", fictional=True)
             for place, cvr in enumerate(_numbers(number))),
            ignore_conflicts=True, batch_size=5000,
        )  # fmt: skip


def _file(folder: Path, number: int, programme: Programme, begin: int = 0) -> bytes:
    path = folder / "match.xlsx"
    companies, days = list(_numbers(number // SHARE)), (timezone.localdate() - programme.counted_from).days
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd-mm-yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        last: list[Any] = []
        for place in range(number):
            company, kind = place % len(companies), TYPES[place // len(companies) % len(TYPES)]
            day = programme.counted_from + timedelta(days=(begin + place * 7) % days)
            values = [int(companies[company]), _name(company), kind, day, "Aalborg", "Andet"]
            if place % TWICE_EACH == TWICE_EACH - 1:
                values = last
            if place % WRONG_EACH == WRONG_EACH - 2:
                values = [*values[:2], "Tryllejob", *values[3:]]
            else:
                last = values
            sheet.write_row(place + 1, 0, values)
    return path.read_bytes()


def _bring(actor: Actor, programme: Programme, content: bytes) -> int:
    table = open_start(content, FIELDS, long.first_rows())
    file = uploads.keep(
        actor, PURPOSE, content, "match.xlsx", columns=guess(FIELDS, table), decimal=",",
        programme=programme.slug, created_by=actor.organisation.pk if actor.organisation else None, work_area="other",
    )  # fmt: skip
    long.ask_look(file, actor, table)
    return file.pk


def _calamine(content: bytes) -> float:
    begin = time.perf_counter()
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return time.perf_counter() - begin


def _command(file: int) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "tests.bench.long_worker", str(file)]


def _child(file: int) -> dict[str, float]:
    done = subprocess.run(_command(file), stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _saves(actor: Actor, programme: Programme, process: "subprocess.Popen[bytes]") -> Iterator[float]:
    """One person registers a match five times a second for as long as the import goes on; milliseconds each took."""
    companies = Company.objects.filter(cvr__startswith="9900").order_by("pk")[:5000:37]
    number = 0
    while process.poll() is None:
        entry = MatchEntry(
            programme=programme, company=companies[number % len(companies)], match_type="student_job",
            agreed_on=programme.counted_from, work_area="other", created_by=actor.organisation.pk if actor.organisation
            else None, different_reason="Målt, mens en fil bliver registreret",
        )  # fmt: skip
        begin = time.perf_counter()
        register_match(actor, entry)
        yield (time.perf_counter() - begin) * 1000
        number += 1
        time.sleep(0.2)


def _bare_insert(newest: int) -> float:
    """All that was registered since, once more: into the same tables, past every trigger and key, and undone again."""
    match = [field.column for field in Match._meta.local_concrete_fields if field.column not in ("id", "updated_at")]
    steps = MatchTransition._meta.local_concrete_fields
    step = [field.column for field in steps if field.column not in ("id", "match_id")]
    statement = BARE.format(
        match=", ".join(["id", *match]), match_new=", ".join(["n.new", *(f"m.{name}" for name in match)]),
        step=", ".join(["match_id", *step]), step_new=", ".join(["n.new", *(f"t.{name}" for name in step)]),
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE bench_new ON COMMIT DROP AS
            SELECT row_number() OVER (ORDER BY m.id) AS number, m.id AS old, r.place,
                   nextval(pg_get_serial_sequence('matching_match', 'id')) AS new
              FROM matching_match m
              JOIN ledger_fact_record r ON r.source = 'match' AND r.source_id = m.id::text AND r.measure =
                   'match_registered' AND NOT r.reversal
             WHERE m.id > %s AND m.external_key = '' ORDER BY m.id
            """,
            [newest],
        )
        cursor.execute("ANALYZE bench_new")
        begin = time.perf_counter()
        cursor.execute(statement)
        taken = time.perf_counter() - begin
        transaction.set_rollback(True)
    return taken
