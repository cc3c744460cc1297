"""Our own PostgreSQL and broker: the roles, and getting up again after every way of falling."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.local.place import Place, default_home, passing_place
from portal.local.postgres import Postgres
from tests.local.helpers import PYTHON, alive, end, start, wait_for

# A launcher that starts both servers in a place, says so, and looks on.
LAUNCHER = """
import sys
from pathlib import Path
from portal.local import services
from portal.local.place import Place
from portal.local.process import Stopped, Trouble, crew
place = Place.make(Path(sys.argv[1]))
try:
    with place.hold() as alone, crew() as people:
        assert alone
        try:
            addresses = services.start(people, place, lasting=True)
            print("up", addresses.owner, addresses.database, *[c.process.pid for c in people.children], flush=True)
            while True:
                people.look()
        except Stopped:
            pass
except Trouble as trouble:
    print("trouble", trouble, flush=True)
    sys.exit(1)
"""


class Servers:
    """The servers of one folder, started as often as a test wants."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder = folder
        self.logs = logs
        self.runs: list[subprocess.Popen[bytes]] = []

    def up(self) -> tuple[subprocess.Popen[bytes], str, str, list[int]]:
        """Starts them; gives the launcher, the owner's and the runtime role's address, and their process ids."""
        process, log = self.begin()
        wait_for(lambda: "up " in log.read_text() or process.poll() is not None, 60, "servers up")
        said = log.read_text()
        assert "up " in said, said
        owner, runtime, *pids = said.split("up ", 1)[1].split()
        return process, owner, runtime, [int(pid) for pid in pids]

    def begin(self) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.logs / f"{len(self.runs)}.log"
        process = start([PYTHON, "-c", LAUNCHER, str(self.folder)], log)
        self.runs.append(process)
        return process, log

    @property
    def data(self) -> Path:
        return next(path for path in (self.folder / "postgres").iterdir() if path.name.isdigit())


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    # Not below tmp_path: as root the servers' user may not enter there.
    with passing_place("pytest") as place:
        folder = Servers(place.path / "state", tmp_path)
        yield folder
        for run in folder.runs:
            end(run)


def write(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(statement)


def test_two_roles_of_which_one_owns_nothing(servers: Servers) -> None:
    _process, owner, runtime, _pids = servers.up()
    write(owner, "CREATE TABLE kept (n int)")
    write(owner, "CREATE EXTENSION btree_gist")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(runtime, "CREATE TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(runtime, "SELECT * FROM kept")
    with psycopg.connect(owner) as database:
        database.execute("SET ROLE vaekstbro")  # as the tests work
        shown = database.execute("SELECT current_setting('random_page_cost'), current_setting('fsync')").fetchone()
        assert shown == ("1.1", "on")
        row = database.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'vaekstbro_owner'").fetchone()
        assert row == (False,)


def test_data_outlives_a_tidy_end_and_kill_9_and_a_killed_server(servers: Servers) -> None:
    process, owner, _runtime, pids = servers.up()
    write(owner, "CREATE TABLE kept (n int)")
    write(owner, "INSERT INTO kept VALUES (1)")
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(30) == 0
    assert alive(pids) == set()

    process, owner, _runtime, pids = servers.up()
    write(owner, "INSERT INTO kept VALUES (2)")
    os.kill(process.pid, signal.SIGKILL)  # the launcher: the kernel tells the servers
    wait_for(lambda: not alive(pids), 30, "servers gone with their launcher")

    process, owner, _runtime, pids = servers.up()
    write(owner, "INSERT INTO kept VALUES (3)")
    os.kill(pids[0], signal.SIGKILL)  # the server itself, mid-air
    assert process.wait(30) == 1

    _process, owner, _runtime, _pids = servers.up()
    with psycopg.connect(owner) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (3,)


def test_a_process_id_that_now_is_somebody_elses(servers: Servers) -> None:
    process, _owner, _runtime, pids = servers.up()
    os.kill(pids[0], signal.SIGKILL)
    process.wait(30)
    file = servers.data / "postmaster.pid"
    lines = file.read_text().splitlines() if file.exists() else ["", str(servers.data)]
    # Ours: alive, and no PostgreSQL. The server alone would refuse to start.
    file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    shutil.chown(file, servers.data.stat().st_uid, servers.data.stat().st_gid)
    servers.up()


def test_a_server_left_behind_is_ended_first(servers: Servers) -> None:
    process, owner, _runtime, _pids = servers.up()
    write(owner, "CREATE TABLE kept (n int)")
    os.kill(process.pid, signal.SIGTERM)
    process.wait(30)
    # As another launcher without our leash would have left it.
    place = Place.make(servers.folder)
    postgres = Postgres(place, lasting=True)
    command = [str(postgres.binaries / "postgres"), "-D", str(servers.data), "-k", str(postgres.sockets)]
    rights = {} if place.account is None else {"user": place.account.uid, "group": place.account.gid}
    leftover = subprocess.Popen(
        [*command, "-c", "listen_addresses="], cwd=servers.data, stderr=subprocess.DEVNULL, **rights
    )
    try:
        wait_for((servers.data / "postmaster.pid").exists, 60, "leftover up")
        wait_for(lambda: (postgres.sockets / ".s.PGSQL.5432").exists(), 60, "leftover up")
        _process, owner, _runtime, _pids = servers.up()
        assert leftover.wait(10) == 0
        write(owner, "INSERT INTO kept VALUES (1)")
    finally:
        leftover.kill()
        leftover.wait()


def test_an_interrupted_first_start_is_begun_again(servers: Servers) -> None:
    half = servers.folder / "postgres" / "18.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    servers.up()


def test_wrong_rights_are_told_in_words(servers: Servers) -> None:
    process, *_ = servers.up()
    os.kill(process.pid, signal.SIGTERM)
    process.wait(30)
    servers.data.chmod(0o755)
    process, log = servers.begin()
    assert process.wait(30) == 1
    assert f"chmod 700 {servers.data}" in log.read_text()
    servers.data.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(servers.data, 0, 0)
        process, log = servers.begin()
        assert process.wait(30) == 1
        assert "chown -R" in log.read_text()


def test_what_killed_runs_left_behind_is_cleared_away() -> None:
    old = default_home() / "run-killed-test"
    (old / "socket").mkdir(parents=True, exist_ok=True)
    with passing_place("pytest") as place:
        assert not old.exists()
        assert place.path.exists()
    assert not place.path.exists()
