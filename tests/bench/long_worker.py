"""One turn of a worker with a long file, in a process of its own: how long it took, and how much memory at most."""

import json
import resource
import sys
import time

import django

django.setup()

from portal.tabular import long  # noqa: E402


def main() -> None:
    begin = time.perf_counter()
    long.work(int(sys.argv[1]), lambda: True)
    taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": taken, "rss": peak}))


if __name__ == "__main__":
    main()
