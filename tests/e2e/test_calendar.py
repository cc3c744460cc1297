"""Before a meeting, on a phone: what is overdue, what changed, and the calendar taken along to the phone's own."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from portal.ui import formats
from tests.e2e.conftest import Visit

POLITICIAN = "kkr@demo.example"


@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_before_a_meeting(visit: Visit, width: int, script: bool) -> None:
    person = visit(POLITICIAN, width=width, script=script)
    assert person.go("/kalender/") == 200
    late = person.page.get_by_role("heading", name="Over tiden")
    months = person.page.get_by_role("heading", name="Måned for måned")
    late_at, months_at = late.bounding_box(), months.bounding_box()
    assert late_at is not None
    assert months_at is not None
    assert late_at["y"] < months_at["y"]
    if script:
        assert person.violations() == []

    # What changed: the day is in the box, another is typed, and a line opens to its thing.
    person.follow(person.link("Hvad er ændret siden sidste møde?"))
    day = formats.date_da(timezone.localdate() - timedelta(days=5))
    person.page.get_by_label("Siden").fill("32.01.2026")
    person.press("Vis")
    assert person.page.title().startswith("Fejl: ")
    person.page.get_by_label("Siden").fill(day)
    person.press("Vis")
    assert "nye initiativer" in person.text
    if script:
        assert person.violations() == []
    first = person.page.locator("main table a").first
    person.follow(first)
    assert "/siden-sidst/" not in person.page.url

    # Taken along: the plan's part only, at an address that opens without logging in.
    person.go("/kalender/?plan=adgangsplan")
    person.follow(person.link("Abonnér i din kalender"))
    person.follow(person.link("Lav en adresse"))
    person.page.get_by_label("Navn").fill(f"Telefon {width}")
    person.press("Lav adressen")
    address = person.page.get_by_label("Adressen", exact=True).input_value()
    if script:
        assert person.violations() == []
    parts = urlsplit(address)
    answer = Client().get(f"{parts.path}?{parts.query}")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert any("Kommer" in str(event["summary"]) for event in events)
    assert all("Adgangsplan" in str(event["description"]) for event in events)

    person.follow(person.link("Jeg har kopieret den: til mine kalenderadresser"))
    row = person.page.get_by_role("row", name=f"Telefon {width}")
    person.follow(row.get_by_role("link", name="Tilbagekald"))
    person.press("Ja, tilbagekald")
    assert "er tilbagekaldt" in person.text
    assert Client().get(parts.path).status_code == 404
