"""Yesterday's dump, restored, does not know today's erasure: the file says it, and then the copy knows it too."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.deletion import ProtectedError

from matching.match_people import add_person
from matching.models import Company, ContactPerson
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.ledger.models import ErasureLog
from portal.privacy import cases, erasure, registry
from portal.privacy.replay import replay
from tests.ledger.test_restore import restored as restored
from tests.matching.conftest import TODAY, World
from tests.matching.conftest import committed_world as committed_world
from tests.matching.test_people import ida
from tests.privacy.conftest import officer_of

ROOT = Path(__file__).resolve().parents[2]
NAME = "Limfjord Køleteknik A/S"
FIGURES = """
SELECT measure_id, place, occurred_on, municipality_id, organisation_id, subject, quantity
  FROM ledger_fact ORDER BY place
"""


def in_copy(*command: str, name: str) -> str:
    """A management command in the restored database, as the runtime role."""
    given = connection.settings_dict
    address = f"postgres://{given['USER']}:{given['PASSWORD']}@{quote(given['HOST'], safe='')}:{given['PORT']}/{name}"
    env = {**os.environ, "DATABASE_OWNER_URL": address, "PGOPTIONS": f"-c role={settings.RUNTIME_ROLE}"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *command],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def said(copy: Any) -> str:
    tables = copy.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").fetchall()
    return "\n".join(
        copy.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t").fetchone()[0]
        for (table,) in tables
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_restored_dump_forgets_what_was_erased_since(
    committed_world: World, restored: Any, erasure_file: Path
) -> None:
    world = committed_world
    company = world.companies[NAME]
    match = world.register().match
    person = ida(world, "hub")
    add_person(world.actor("hub"), match, person)
    elsewhere = next(each for name, each in world.companies.items() if name != NAME)
    talked_with = ContactPerson.objects.create(company=elsewhere, name="Karla Kontakt")
    ContactPerson.objects.create(company=company, name="Jens Jensen")
    leaver = User.objects.create_user("sofie.solgt@test.example", "Sofie Solgt")
    role = leaver.memberships.create(
        organisation=world["hub"], role="hub_adviser", valid_from=date(2019, 1, 1), valid_to=None
    )
    officer = officer_of(world["hub"])
    with restored() as copy:
        before = copy.execute(FIGURES).fetchall()
        name = copy.info.dbname
        # Only now, after the dump: erased are the company, whom a match brought there, and somebody at another company;
        # the employee leaves and is erased too.
        gone = (("company", company.pk), ("person", person.pk), ("contact_person", talked_with.pk), ("user", leaver.pk))
        for kind, pk in gone:
            role.valid_to = date(2021, 1, 30)
            role.save()
            case = cases.open_case(officer, asks="erasure", kind=registry.subjects()[kind], pk=pk, received_on=TODAY)
            cases.erase(officer, case)
        assert NAME in said(copy)
        assert "Ida Ærøskøbing" in said(copy)
        copy.rollback()
        assert "Erased again: 4." in in_copy("replay_erasures", str(erasure_file), name=name)
        assert "Erased again: 0." in in_copy("replay_erasures", str(erasure_file), name=name)
        text = said(copy)
        for word in (NAME, "99000031", "Jens", "Sofie", "sofie.solgt", "Ida Ærøskøbing", "ida@test.example", "Karla"):
            assert word not in text, word
        assert copy.execute(FIGURES).fetchall() == before
        logged = copy.execute("SELECT id, measure, places, subject FROM ledger_erasure_log").fetchall()
        assert logged == list(ErasureLog.objects.values_list("id", "measure", "places", "subject"))
        copy.rollback()
        in_copy("audit_ledger", name=name)


@pytest.mark.django_db
def test_what_the_database_does_not_have_is_passed_over(world: World, erasure_file: Path) -> None:
    lines = [
        '{"v": 1, "at": "2021-01-30", "kind": "company", "key": "6f1b1fa0-5a0e-4b0e-9d0f-000000000000", "log": []}',
        '{"v": 1, "at": "2021-01-30", "kind": "spejder", "key": "6f1b1fa0-5a0e-4b0e-9d0f-000000000000", "log": []}',
    ]
    erasure_file.write_text("\n".join(lines), encoding="utf-8")
    done = replay(erasure_file)
    assert (done.erased, done.not_there, done.unknown) == (0, 1, 1)


@pytest.mark.django_db
def test_a_line_that_cannot_be_done_stops_no_other(
    world: World, erasure_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number where a key should be, and something that is kept and points at what should go."""
    company, other = world.companies[NAME], next(each for name, each in world.companies.items() if name != NAME)
    keys = dict(Company.objects.values_list("pk", "key"))
    lines = [
        '{"v": 1, "at": "2021-01-30", "kind": "company", "key": "17", "log": []}',
        f'{{"v": 1, "at": "2021-01-30", "kind": "company", "key": "{keys[company.pk]}", "log": []}}',
        f'{{"v": 1, "at": "2021-01-30", "kind": "company", "key": "{keys[other.pk]}", "log": []}}',
    ]
    erasure_file.write_text("\n".join(lines), encoding="utf-8")
    erase = erasure.erase

    def in_the_way(kind: registry.SubjectKind, pk: int, **how: Any) -> Any:
        if pk == company.pk:
            raise ProtectedError("kept", {world.register().match})
        return erase(kind, pk, **how)

    monkeypatch.setattr(erasure, "erase", in_the_way)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 lines could not be done"):
        call_command("replay_erasures", str(erasure_file), stdout=out, stderr=err)
    assert "Erased again: 1." in out.getvalue()
    assert "company 17: " in err.getvalue()
    assert f"company {keys[company.pk]}: " in err.getvalue()
    other.refresh_from_db()
    assert other.erased_at is not None


@pytest.mark.django_db
def test_a_line_of_a_later_version_stops_it(world: World, erasure_file: Path) -> None:
    erasure_file.write_text('{"v": 2}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        replay(erasure_file)


@pytest.mark.django_db
def test_replayed_where_the_role_still_stands(world: World, erasure_file: Path) -> None:
    """In the older database the membership had not ended yet: the erasure is decided, so it goes all the same."""
    adviser = world.actor("hub2").user
    key = User.objects.values_list("key", flat=True).get(pk=adviser.pk)
    erasure_file.write_text(
        f'{{"v": 1, "at": "2021-01-30", "kind": "user", "key": "{key}", "log": []}}\n', encoding="utf-8"
    )
    assert replay(erasure_file).erased == 1
    assert not Company.objects.filter(erased_at__isnull=False).exists()
    adviser.refresh_from_db()
    assert adviser.name == "Slettet bruger"
    assert actor_for(adviser).user.is_active is False
