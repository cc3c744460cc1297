"""Page, action, record, fact, worker, figure, screen: with a broker and a worker as in production, and nobody sweeps
but they."""

from portal.jobs.sweep import run_sweep
from tests.e2e.conftest import Visit
from tests.e2e.test_dashboard import count
from tests.e2e.test_log import ADVISER, OFFICE, fill
from tests.jobs.machinery import Machinery, until


def test_a_match_logged_on_a_phone_moves_the_dashboard(visit: Visit, machinery: Machinery) -> None:
    machinery.worker()
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
