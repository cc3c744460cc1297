"""A small launcher for test_process: two children that would run for ever, one of which has a child of its own.

Prints the process ids of everything it started, then looks on like `make run` does.
"""

import contextlib
import os
import signal
import sys

from portal.local.process import Stopped, Trouble, crew, descendants

PARENT = """
import subprocess
child = subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("here", flush=True)
child.wait()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", flush=True)
time.sleep(600)
"""


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    try:
        with crew(tell) as people:
            try:
                # A grandchild in a session of its own: no group signal finds it.
                people.start("parent", [sys.executable, "-c", PARENT], rank=1)
                people.start("stubborn", [sys.executable, "-c", STUBBORN], rank=0, death_signal=signal.SIGKILL)
                people.until(lambda: len(descendants(os.getpid())) >= 3 and all(c.lines for c in people.children), 20)
                tell(f"started {' '.join(map(str, sorted(descendants(os.getpid()))))}")
                if "talk" in sys.argv:
                    people.start("talker", ["sh", "-c", "while :; do echo word; sleep 0.1; done"])
                if "die" in sys.argv:
                    os.kill(people.children[0].process.pid, signal.SIGKILL)
                while True:
                    people.look()
            except Stopped as reason:
                with contextlib.suppress(BrokenPipeError):
                    tell(f"stopped: {reason}")
            finally:
                people.stop(grace=0.5)
    except Trouble as trouble:
        tell(f"trouble: {trouble}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
