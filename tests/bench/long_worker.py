"""One turn of a worker with a long file, in a process of its own: how long it took, and how much memory at most."""

import json
import sys
import time
from pathlib import Path

import django

django.setup()

from portal.tabular import long  # noqa: E402


def main() -> None:
    begin = time.perf_counter()
    long.work(int(sys.argv[1]), lambda: True)
    taken = time.perf_counter() - begin
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024  # getrusage would tell of whoever started this too
    sys.stdout.write(json.dumps({"seconds": taken, "rss": peak}))


if __name__ == "__main__":
    main()
