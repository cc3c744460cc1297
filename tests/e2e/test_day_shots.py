"""An adviser's day on a phone: what waits, one step away; and the matches of a job fair in one table."""

import re

from matching.models import Match
from portal.ui.formats import date_da
from tests.e2e.conftest import Visit
from tests.e2e.test_log import ADVISER, PARTNER, sign_in
from tests.e2e.world import Area


def test_what_waits_is_one_step_away(visit: Visit, area: Area) -> None:
    adviser = visit(width=360)
    sign_in(adviser, ADVISER)
    assert adviser.heading == "Min dag"
    # The world's follow-ups are the hub's, due the day before.
    assert re.search(r"Der venter \d+ ting på dig\. 2 af dem", adviser.text)
    assert "Overskredet: fristen var" in adviser.text
    assert "for 1 dag siden" in adviser.text
    assert adviser.violations() == []
    adviser.page.screenshot(path="/tmp/day_e2e_a.png", full_page=True)
    task = adviser.page.locator("li", has_text="Opgave 0")
    adviser.follow(task.get_by_role("link", name="Sig, hvor langt det er"))
    assert "Opgave 0" in adviser.text
    assert adviser.page.get_by_role("button", name="Gem").count() == 1
    adviser.go("/")
    assert adviser.heading != "Min dag", "the figures are a step away"


def test_the_matches_of_a_fair_in_one_table(visit: Visit, area: Area) -> None:
    partner = visit(PARTNER, width=360)
    partner.go("/match/fra-arrangement/")
    page = partner.page
    page.get_by_label("Arrangement", exact=True).fill("Karrieredag i Aalborghallen")
    page.get_by_label("Matchtype for alle").select_option(label="Studiepraktik")
    page.get_by_label("Arbejdsområde for alle").select_option(label="It og digitalisering")
    first, second = (page.get_by_role("group", name=f"Række {number}", exact=True) for number in (1, 2))
    first.get_by_label("Virksomhed").fill("99 88 00 07")
    first.get_by_label("Studerende").fill("3")
    second.get_by_label("Virksomhed").fill("Xylofonfabrikken")
    partner.press("Registrér alle")
    assert "Række 2: " in partner.text
    page.screenshot(path="/tmp/day_e2e_b.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.screenshot(path="/tmp/day_e2e_c.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 800})
    assert "Registerprøven A/S" in partner.text, "the page says which company the number is"
    assert first.get_by_label("Studerende").input_value() == "3"
    assert partner.violations() == []
    assert not Match.objects.filter(event="Karrieredag i Aalborghallen").exists()

    second.get_by_label("Arbejdssted").select_option(label="Hjørring")
    partner.press("Registrér alle")
    assert partner.heading == "Matchene er registreret"
    assert "2 match er registreret. 2 tæller med." in partner.text
    page.screenshot(path="/tmp/day_e2e_d.png", full_page=True)
    assert f"Karrieredag i Aalborghallen, {area.running.name}" in partner.text
    one, two = Match.objects.filter(event="Karrieredag i Aalborghallen").order_by("pk")
    assert (one.students, two.company.name, two.municipality_id) == (3, "Xylofonfabrikken", "0860")
    assert date_da(one.agreed_on) in partner.text
    assert partner.violations() == []
