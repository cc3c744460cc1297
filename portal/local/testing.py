"""`make test`: pytest on servers of its own, in a real browser. Its exit code is ours."""

from __future__ import annotations

import os
import shlex
import sys
import time

from portal.local import browser, services
from portal.local.place import ROOT, passing_place
from portal.local.process import Stopped, Trouble, crew, say


def main() -> int:
    begin = time.monotonic()
    found = browser.find()
    say(f"Browser: {found.path if isinstance(found, browser.Browser) else 'none, ' + found.reason}")
    # A class stays on one worker, so that its world is made once. ARGS last: pytest takes the last of two, so
    # ARGS="-n 0 --pdb" works.
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadscope", "-p", "portal.local.report"]
    if os.environ.get("CI"):
        command += ["--durations=20"]
    command += shlex.split(os.environ.get("ARGS", ""))
    try:
        with passing_place("test") as place, crew() as people:
            addresses = services.start(people, place, lasting=False)
            env = {**addresses.env("portal.settings.test"), **browser.exports()}
            env.setdefault("VAEKSTBRO_RING", "short")
            say(f"Servers ready after {time.monotonic() - begin:.1f} s; the {env['VAEKSTBRO_RING']} ring.")
            return people.follow(command, env, ROOT)
    except Stopped as reason:
        say(f"Stopped ({reason}).")
        return 130
    except Trouble as error:
        say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
