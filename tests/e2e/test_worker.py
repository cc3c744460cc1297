"""Page, action, record, fact, worker, figure, screen: with a broker and a worker as in production, and nobody sweeps
but they."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.jobs import wakeup
from portal.jobs.sweep import run_sweep
from portal.local.place import passing_place
from portal.local.process import Trouble
from tests.e2e.conftest import Visit
from tests.e2e.test_dashboard import count
from tests.e2e.test_log import ADVISER, OFFICE, fill
from tests.e2e.world import Area
from tests.jobs.machinery import Machinery, OwnBroker, until


@pytest.fixture
def worker(area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker and a worker of this test's own, and no beat: the wake-up alone must do it."""
    try:
        with passing_place("e2e") as place:
            broker = OwnBroker(place)
            broker.start()
            monkeypatch.setenv("CELERY_BROKER_WRITE_URL", broker.url)
            monkeypatch.setattr(wakeup, "_messenger", wakeup.Messenger())
            machinery = Machinery(broker.url, tmp_path / "celery.log", app="portal.jobs.celery")
            try:
                machinery.worker()
                yield
            finally:
                machinery.end()
                broker.stop()
                print((tmp_path / "celery.log").read_text())  # noqa: T201  # pytest shows it when the test fails
    except Trouble as trouble:
        pytest.skip(str(trouble))


def test_a_match_logged_on_a_phone_moves_the_dashboard(visit: Visit, worker: None) -> None:
    run_sweep()
    adviser = visit(ADVISER)
    adviser.go("/")
    before = count(adviser.text)
    adviser.go("/match/ny/")
    adviser.page.get_by_label("Virksomhed", exact=True).press_sequentially("Ny Fabrik")
    adviser.page.get_by_role("button", name="Tilføj “Ny Fabrik” som ny virksomhed").click()
    adviser.page.get_by_label("Virksomhedens kommune").select_option(label="Rebild")
    fill(adviser, creator=OFFICE)
    adviser.press("Registrér")
    assert "Det tæller med." in adviser.text

    def counted() -> bool:
        adviser.go("/")
        return "alle registreringer er talt med" in adviser.text

    assert until(counted, 60), adviser.text[:300]
    assert count(adviser.text) == before + 1
