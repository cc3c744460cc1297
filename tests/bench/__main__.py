"""`make bench`: each figure beside its budget and its yardstick in the same run; writes bench.json.

Works on an empty database that may be thrown away (DATABASE_URL the runtime role's, DATABASE_OWNER_URL the owner's),
migrated already. Nothing here is a test: a budget that is not held is printed as such, and the exit code stays 0.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from portal.ledger import audit  # noqa: E402
from reporting.engine import buckets  # noqa: E402
from tests.bench import duplicates, freshness, goals, ledger, long_files, pages, seed  # noqa: E402
from tests.bench.rows import Row  # noqa: E402
from tests.bench.rows import row as row_of  # noqa: E402

FACTS = 1_000_000
PARTS: dict[str, Any] = {
    "pages": pages,
    "freshness": freshness,
    "ledger": ledger,
    "duplicates": duplicates,
    "long_files": long_files,
}
HEAD = ("figure", "value", "spread", "budget", "yardstick", "ratio", "held")


def table(rows: list[Row]) -> str:
    lines = [HEAD]
    for row in rows:
        said = [row["name"], f"{row['value']:g} {row['unit']}"]
        said.append("" if row["spread"] is None else "{:g} - {:g}".format(*row["spread"]))
        said += ["" if row[key] is None else f"{row[key]:g}" for key in ("budget", "yardstick", "ratio")]  # type: ignore[literal-required]
        lines.append((*said, {None: "", True: "yes", False: "NO"}[row["held"]]))  # type: ignore[arg-type]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if not column else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def seeded(facts: int) -> list[Row]:
    """The rows of the seeded region, and how long it took to make it."""
    begin = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        programme = seed.build(owner.cursor(), seed.Size.of(facts))
        owner.commit()
        goals.make(programme)
        built = time.perf_counter() - begin
        buckets.fold()
        folded = time.perf_counter() - begin - built
        owner.autocommit = True
        seed.tidy(owner.cursor())
    found = audit.differences()
    if found:
        raise AssertionError(f"records and ledger differ: {[str(each) for each in found[:5]]}")
    return [
        row_of(f"region of {facts} facts with records, made", built, "s"),
        row_of("buckets of it, counted anew", folded, "s"),
        *pages.seeded_rows(),
        *goals.rows(),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--facts", type=int, default=FACTS, help="size of the seeded region; 0 leaves it out")
    arguments.add_argument("--only", choices=PARTS, help="one part alone, and no seeded region")
    arguments.add_argument("--file-rows", type=int, default=long_files.ROWS, help="rows of the long file")
    asked = arguments.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    # 50 clients in one process: each has a connection of its own, as it would have in a web server of its own.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    call_command("collectstatic", "--no-input", verbosity=0)
    call_command("load_demo")
    rows: list[Row] = []
    for name, part in PARTS.items():
        if asked.only in (None, name):
            rows += part.rows(asked.file_rows) if part is long_files else part.rows()
    if asked.facts and not asked.only:
        rows += seeded(asked.facts)
    Path("bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{table(rows)}\n\nAlso in bench.json.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
