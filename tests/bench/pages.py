"""Server time and queries of pages and API lists, warm: the whole Django request without the network.

The yardstick of each is the database's own part of that time in the same run.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.identity.models import User
from portal.identity.tokens import issue_token
from programmes.demo import CONTINUATION, VVV2
from tests.bench.rows import Row, p95, row
from tests.bench.seed import SLUG

WARM, RUNS = 5, 40
PAGE, DASHBOARD, QUERIES = 80.0, 120.0, 15.0

PAGES: list[tuple[str, str, str, float]] = [
    ("dashboard, today", "kkr@demo.example", f"/programmer/{CONTINUATION}/", DASHBOARD),
    ("dashboard, as registered on a date", "kkr@demo.example", f"/programmer/{VVV2}/?as_of=2021-01-31", DASHBOARD),
    ("figure, opened to its cells", "kkr@demo.example", f"/programmer/{VVV2}/tal/?municipality=0851", PAGE),
    ("figure, opened to its registrations", "erhvervskontor@demo.example",
     f"/programmer/{VVV2}/tal/?municipality=0851", PAGE),
    ("log a match, the form", "raadgiver@demo.example", "/match/ny/", PAGE),
    ("company search", "raadgiver@demo.example", "/match/virksomheder/?company=lim", PAGE),
    ("list of matches", "erhvervskontor@demo.example", "/match/", PAGE),
    ("API: matches", "erhvervskontor@demo.example", "/api/v1/matches/", PAGE),
    ("API: companies", "erhvervskontor@demo.example", "/api/v1/companies/", PAGE),
    ("API: figures", "erhvervskontor@demo.example", f"/api/v1/figures/?programme={CONTINUATION}", DASHBOARD),
    ("API: facts", "erhvervskontor@demo.example", f"/api/v1/facts/?programme={CONTINUATION}", PAGE),
]  # fmt: skip


# The same against the seeded region, with the fewer turns that slow pages get.
SEEDED: list[tuple[str, str, str, float]] = [
    ("region: dashboard, today", "kkr@demo.example", f"/programmer/{SLUG}/", DASHBOARD),
    ("region: dashboard, as registered on a date", "kkr@demo.example", f"/programmer/{SLUG}/?as_of={{day}}", DASHBOARD),
    ("region: figure, opened to its cells", "kkr@demo.example", f"/programmer/{SLUG}/tal/?municipality=0851", PAGE),
    ("region: figure, opened to its registrations", "erhvervskontor@demo.example",
     f"/programmer/{SLUG}/tal/?municipality=0851", PAGE),
    ("region: list of matches", "erhvervskontor@demo.example", "/match/", PAGE),
    ("region: company search", "raadgiver@demo.example", "/match/virksomheder/?company=lim", PAGE),
    ("region: API: facts", "erhvervskontor@demo.example", f"/api/v1/facts/?programme={SLUG}", PAGE),
]  # fmt: skip
SEEDED_RUNS = 5


def rows() -> list[Row]:
    return [entry for page in PAGES for entry in _page(*page)]


def seeded_rows() -> list[Row]:
    day = (timezone.localdate().replace(day=1) - timedelta(days=1)).isoformat()
    return [
        entry
        for name, email, address, budget in SEEDED
        for entry in _page(name, email, address.format(day=day), budget, warm=1, runs=SEEDED_RUNS)
    ]


def _page(name: str, email: str, address: str, budget: float, *, warm: int = WARM, runs: int = RUNS) -> list[Row]:
    user = User.objects.get(email=email)
    client, headers = Client(), {}
    if address.startswith("/api/"):
        headers["Authorization"] = f"Bearer {issue_token(user)}"
    else:
        client.force_login(user)
    whole: list[float] = []
    database: list[float] = []
    for number in range(warm + runs):
        with _database_time() as spent:
            begin = time.perf_counter()
            answer = client.get(address, headers=headers)
            taken = (time.perf_counter() - begin) * 1000
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        if number >= warm:
            whole.append(taken)
            database.append(sum(spent))
    with CaptureQueriesContext(connection) as captured:
        client.get(address, headers=headers)
    # Savepoints and the like are statements too, but not questions.
    asked = sum(1 for query in captured if query["sql"].lstrip("( ").upper().startswith(("SELECT", "WITH")))
    return [
        # The 95th of five is the slowest of them: then the median is said, with the spread.
        row(f"{name}, p95", p95(whole), "ms", budget=budget, yardstick=statistics.median(database))
        if runs >= 20
        else row(
            f"{name}, median",
            statistics.median(whole),
            "ms",
            budget=budget,
            yardstick=statistics.median(database),
            spread=(min(whole), max(whole)),
        ),
        row(f"{name}, queries", float(asked), "queries", budget=QUERIES),
    ]


@contextmanager
def _database_time() -> Iterator[list[float]]:
    """Milliseconds of every statement inside."""
    spent: list[float] = []

    def clock(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((time.perf_counter() - begin) * 1000)

    with connection.execute_wrapper(clock):
        yield spent
