"""`make audit`: is a hole known in what the locks name? Asked of OSV, which covers PyPI and npm.

Exit code 1 when one is known, 0 when none is. Where the data cannot be had, that is said and the code is 0, for nothing
was found out; with AUDIT_STRICT=1 it is 2, for a machine that must not go on without an answer.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

from portal.local.sbom import npm_components, python_components

SOURCE = "https://api.osv.dev/v1/querybatch"
PATIENCE = 20
"""Seconds."""


class NoData(Exception):
    """Why the source did not answer."""


def ask(source: str, purls: list[str]) -> list[tuple[str, list[str]]]:
    """(purl, the names of its known holes) for each. Raises NoData."""
    body = json.dumps({"queries": [{"package": {"purl": purl}} for purl in purls]}).encode()
    request = urllib.request.Request(source, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            results: list[dict[str, Any]] = json.loads(answer.read())["results"]
        found = [[str(hole["id"]) for hole in result.get("vulns", [])] for result in results]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        reason = problem.reason if isinstance(problem, urllib.error.URLError) else problem
        raise NoData(f"{type(problem).__name__}: {reason}") from problem
    if len(found) != len(purls):
        raise NoData("it answered about other packages than it was asked about")
    return list(zip(purls, found, strict=True))


def main() -> int:
    source, strict = os.environ.get("AUDIT_SOURCE", SOURCE), bool(os.environ.get("AUDIT_STRICT", ""))
    purls = sorted({str(each["purl"]) for each in (*python_components("requirements-dev.lock"), *npm_components())})
    try:
        holes = [(purl, names) for purl, names in ask(source, purls) if names]
    except NoData as reason:
        print(f"NO DATA: {source} could not be asked ({reason}). Nothing is known about {len(purls)} packages.")
        return 2 if strict else 0
    for purl, names in holes:
        print(f"{purl}: {', '.join(names)}")
    print(f"{len(purls)} packages asked about, {len(holes)} with known holes.")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
