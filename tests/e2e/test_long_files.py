"""A file that is too long to wait for: looked through and registered by the worker, while the page tells how far."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area
from tests.jobs.machinery import Machinery

RIGHT, PATIENCE = 60, 60_000
"""Rows that can be registered, beside one that cannot; and milliseconds, for a worker that has just been started."""


@pytest.fixture
def long_from_twenty(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here and in the worker, which is started after this."""
    for name, value in (("LONG_FILE_ROWS", 20), ("LONG_FILE_PORTION", 10)):
        monkeypatch.setenv(name, str(value))
        setattr(settings, name, value)


def csv(area: Area, mark: str) -> bytes:
    day = area.running.counted_from.strftime("%d-%m-%Y")
    rows = [f"Langfil {mark} nr. {number};Løntilskud;{day};Aalborg;Andet" for number in range(RIGHT)]
    rows.insert(7, f"Langfil {mark} forkert;Tryllejob;{day};Aalborg;Andet")
    return "\r\n".join(["Virksomhed;Matchtype;Dato;Kommune;Arbejdsområde", *rows]).encode("utf-8-sig")


def arrives(adviser: Visitor, way_on: str, text: str) -> None:
    """The page says by itself that it is done, and where to go on; without a script a person asks again."""
    link = adviser.page.get_by_role("link", name=way_on)
    if adviser.script:
        expect(link.or_(adviser.page.get_by_text(text)).first).to_be_visible(timeout=PATIENCE)
    for _each in range(PATIENCE // 500):
        if text in adviser.text:
            return
        again = link if link.count() else adviser.link("Opdater")
        adviser.page.wait_for_timeout(500)
        adviser.follow(again)
    raise AssertionError(adviser.text)


@pytest.mark.usefixtures("long_from_twenty")
@pytest.mark.parametrize("script", [False, True])
def test_it_is_looked_through_and_registered_while_one_does_something_else(
    visit: Visit, area: Area, machinery: Machinery, script: bool
) -> None:
    adviser = visit("jobcenter@demo.example", width=360, script=script)
    adviser.go("/match/")
    adviser.follow(adviser.link("Indlæs fra en fil"))
    content = csv(area, "Øst" if script else "Vest")
    file = {"name": "lang.csv", "mimeType": "text/csv", "buffer": content}
    adviser.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    adviser.press("Se rækkerne")
    adviser.press("Se rækkerne")
    assert "Du kan godt forlade siden." in adviser.text
    if script:
        assert adviser.violations() == []
    mine = adviser.page.url
    adviser.go("/min-dag/")
    adviser.go(mine)
    machinery.worker()
    arrives(adviser, "Se, hvad der blev fundet", "Registrer 60 rækker")
    assert "1 række kan ikke registreres." in adviser.text
    assert "“Tryllejob” er ikke en matchtype." in adviser.text
    adviser.press("Registrer 60 rækker")
    arrives(adviser, "Se rækkerne, der er tilbage", "60 rækker i filen er registreret.")
    assert "60 rækker i filen er registreret." in adviser.text
    assert "1 række blev ikke registreret." in adviser.text
    if script:
        assert adviser.violations() == []
        adviser.go("/match/")
        assert "Langfil Øst nr. 59" in adviser.text
    adviser.go(mine)
    adviser.follow(adviser.link("Se rækkerne, der er tilbage"))
    assert "Tryllejob" in adviser.text
