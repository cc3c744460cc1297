"""That the benchmark runs, not how fast it is."""

import os

import pytest

from tests.bench import ledger


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("DATABASE_OWNER_URL" not in os.environ, reason="needs the owner's address")
def test_the_benchmark_gives_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "CLIENTS", 4)
    rows = ledger.rows(seconds=0.2, runs=1)
    assert [row["unit"] for row in rows] == ["per second", "ms"]
    assert all(row["value"] > 0 and (row["yardstick"] or 0) > 0 for row in rows)
