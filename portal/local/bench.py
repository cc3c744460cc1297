"""`make bench`: the budgets of speed, measured on new servers with the demo area, as durable as `make run`'s.

tests/bench prints the table and writes bench.json. Its exit code is ours.
"""

from __future__ import annotations

import os
import shlex
import sys

from portal.local import services
from portal.local.place import ROOT, passing_place
from portal.local.process import Stopped, Trouble, crew, say
from portal.local.stack import manage, succeed

SETTINGS = "portal.settings.bench"


def main() -> int:
    try:
        with passing_place("bench") as place, crew() as people:
            addresses = services.start(people, place, lasting=True)
            say("Preparing a database for the benchmark …")
            owner = addresses.env(SETTINGS, as_owner=True)
            succeed(people, manage(people, "migrate", ["migrate", "--no-input"], owner))
            succeed(people, manage(people, "load_demo", ["load_demo", "--skip-checks"], addresses.env(SETTINGS)))
            command = [sys.executable, "-m", "tests.bench", *shlex.split(os.environ.get("ARGS", ""))]
            return people.follow(command, addresses.env(SETTINGS), ROOT)
    except Stopped:
        return 130
    except Trouble as error:
        say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
