"""`make manage CMD="…"`, `make api-token EMAIL=…`: a management command on the local servers.

    python -m portal.local.manage COMMAND [ARGUMENT…]

On the database of `make run`, running or not: the running servers are used, else ours are started for the command and
stopped after it.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

from portal.local import services
from portal.local.place import ROOT, Place
from portal.local.process import Crew, Stopped, Trouble, crew, say
from portal.local.services import Addresses
from portal.local.stack import SETTINGS, manage, succeed

AS_OWNER = {"migrate", "flush", "sqlflush", "sqlmigrate", "showmigrations", "optimizemigration"}
"""Commands that change or ask for what only the owner may; every other runs as the portal itself does."""
NEED_TABLES = {"api_token", "demo_users", "load_demo"}


@contextlib.contextmanager
def servers(people: Crew) -> Iterator[tuple[Addresses, bool]]:
    """Addresses to work on, and whether these servers were started by and for us."""
    named = services.given()
    if named.database and named.broker:
        yield named, False
        return
    place = Place.make()
    with place.hold() as alone:
        if alone:
            try:
                yield services.start(people, place, lasting=True), True
            finally:
                people.stop()  # before the place is given up
            return
    end = time.monotonic() + 300
    while not (note := place.read_note()).get("ready"):
        # A first `make run` is still preparing the database.
        if time.monotonic() > end:
            raise Trouble("`make run` in this folder holds the database but does not get ready.")
        people.look()
    yield Addresses(note["database"], note["owner"], note["broker"]), False


def main(arguments: list[str]) -> int:
    command = arguments
    if not command:
        say('Name a command: make manage CMD="showmigrations"')
        return 2
    try:
        with crew() as people, servers(people) as (addresses, fresh):
            if fresh and command[0] in NEED_TABLES:
                owner = addresses.env(SETTINGS, as_owner=True)
                succeed(people, manage(people, "migrate", ["migrate", "--no-input"], owner))
            if fresh and command[0] == "api_token":
                succeed(people, manage(people, "load_demo", ["load_demo", "--skip-checks"], addresses.env(SETTINGS)))
            env = addresses.env(SETTINGS, as_owner=command[0] in AS_OWNER)
            return people.follow([sys.executable, "manage.py", *command], env, ROOT)
    except Stopped:
        return 130
    except Trouble as error:
        say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
