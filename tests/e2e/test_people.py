"""Highly educated people on a phone: a partner registers one, who agrees to be shown, and takes it back."""

from tests.e2e.conftest import Visit
from tests.e2e.world import Area


def test_registered_shown_and_taken_back(visit: Visit, area: Area) -> None:
    partner = visit("partner@demo.example", width=360)
    partner.go("/hoejtuddannede/")
    partner.follow(partner.link("Registrer en person"))
    partner.page.locator("#id_name").fill("Signe Prøvesen")
    partner.page.get_by_label("Studerende", exact=True).check()
    partner.page.locator("#id_phone").fill("010190-1234")
    partner.page.locator("#id_level").select_option("H70")
    partner.page.get_by_label("Eget medlem eller egen studerende").check()
    partner.page.locator("#id_how").fill("Tilmeldt på karrieredagen")
    partner.press("Gem")
    assert "ligner et CPR-nummer" in partner.text
    assert partner.page.locator("#id_name").input_value() == "Signe Prøvesen"
    partner.page.locator("#id_phone").fill("99 12 34 56")
    partner.press("Gem")
    assert "Personen er registreret." in partner.text
    assert partner.violations() == []
    here = partner.page.url
    adviser = visit("jobcenter@demo.example", width=1280)
    assert adviser.go(here) == 404
    partner.follow(partner.link("Registrer et ja"))
    partner.page.get_by_label("uden e-mail og telefon").check()
    partner.page.locator("#id_programme").select_option(area.running.slug)
    partner.page.locator("#id_how").fill("Sagde ja i mail")
    partner.press("Gem")
    assert partner.violations() == []
    adviser.go("/hoejtuddannede/?whose=shared")
    adviser.follow(adviser.link("Signe Prøvesen"))
    assert "99 12 34 56" not in adviser.text
    assert adviser.violations() == []
    partner.follow(partner.link("Træk tilbage").first)
    partner.press("Træk tilbage")
    assert adviser.go(here) == 404
