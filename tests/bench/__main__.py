"""`make bench`: each figure beside its budget and its yardstick in the same run; writes bench.json.

Works on an empty database that may be thrown away (DATABASE_URL the runtime role's, DATABASE_OWNER_URL the owner's),
migrated already. Nothing here is a test: a budget that is not held is printed as such, and the exit code stays 0.
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tests.bench import freshness, ledger, pages  # noqa: E402
from tests.bench.rows import Row  # noqa: E402

HEAD = ("figure", "value", "budget", "yardstick", "ratio", "held")


def table(rows: list[Row]) -> str:
    lines = [HEAD]
    for row in rows:
        said = [row["name"], f"{row['value']:g} {row['unit']}"]
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


def main() -> int:
    settings.ALLOWED_HOSTS = ["*"]
    # 50 clients in one process: each has a connection of its own, as it would have in a web server of its own.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    call_command("collectstatic", "--no-input", verbosity=0)
    call_command("load_demo")
    rows: list[Row] = []
    for part in (pages, freshness, ledger):
        rows += part.rows()
    Path("bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{table(rows)}\n\nAlso in bench.json.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
