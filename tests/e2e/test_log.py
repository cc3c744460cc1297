"""An adviser on the road: from log-in to receipt on a phone, and whatever can go wrong on the way."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Match
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Organisation
from portal.ui.formats import date_da
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import JOBCENTRE, OFFICE, WRONG_NUMBER, Area

ADVISER, PARTNER = "raadgiver@demo.example", "partner@demo.example"


def sign_in(visitor: Visitor, email: str) -> None:
    """As a person does it, on the page."""
    visitor.go("/")
    assert visitor.heading == "Log ind"
    visitor.page.get_by_label("E-mailadresse").fill(email)
    visitor.page.get_by_label("Adgangskode").fill(DEMO_PASSWORD)
    visitor.page.locator("main").get_by_role("button", name="Log ind").click()
    visitor.page.wait_for_url("**/")


def choose(visitor: Visitor, letters: str, company: str) -> None:
    """Type, take the suggestion, and stand on what came: from there the form goes on."""
    visitor.page.get_by_label("Virksomhed", exact=True).press_sequentially(letters)
    visitor.page.locator(".vb-pick", has_text=company).click()
    visitor.page.locator("#company-card:focus").wait_for()


def fill(
    visitor: Visitor, match_type: str = "Studiejob", creator: str | None = OFFICE, work_area: str = "Andet"
) -> None:
    if not visitor.page.get_by_label(match_type, exact=True).is_visible():
        visitor.page.get_by_text("Vis alle 7").click()
    visitor.page.get_by_label(match_type, exact=True).check()
    if creator is not None:
        visitor.page.get_by_label("Skabt af").select_option(label=creator)
    visitor.page.get_by_label("Arbejdsområde").select_option(label=work_area)


def standing(company: str) -> int:
    return (
        Match.objects.standing()
        .filter(company__name=company)
        .exclude(registered_by_user__email="datasteward@demo.example")
        .count()
    )


def test_from_log_in_to_receipt_and_undone_the_same_day(visit: Visit, area: Area) -> None:
    adviser = visit()
    sign_in(adviser, ADVISER)
    adviser.page.locator("details.vb-menu summary").click()
    adviser.follow(adviser.link("Registrér match").filter(visible=True).first)
    assert f"Aftalt i dag, {date_da(timezone.localdate())}, i virksomhedens kommune" in adviser.text
    assert "Erhvervshus Nordjylland står som medvirkende" in adviser.text
    choose(adviser, "han", "Hanherred Møbler ApS")
    assert "i Aalborg" in adviser.page.locator("#agreed summary").inner_text()
    fill(adviser)
    adviser.press("Registrér")

    assert adviser.heading == "Matchet er registreret"
    counted = f"Det tæller med. Ét match for {area.running.name}, for Aalborg og for {OFFICE}."
    assert counted in adviser.text
    assert standing("Hanherred Møbler ApS") == 1

    adviser.follow(adviser.link("Fortryd"))
    assert adviser.heading == "Vil du fortryde matchet?"
    assert standing("Hanherred Møbler ApS") == 1, "asking is not doing"
    adviser.page.get_by_label("Hvorfor?").fill("Forkert virksomhed")
    adviser.press("Ja, fortryd")
    assert "Matchet er annulleret. Det tæller ikke længere med." in adviser.text
    assert f"Annulleret {date_da(timezone.localdate())}" in adviser.text
    assert standing("Hanherred Møbler ApS") == 0


def test_without_javascript_the_company_is_found_by_sending(visit: Visit) -> None:
    adviser = visit(script=False)
    sign_in(adviser, ADVISER)
    adviser.go("/match/ny/")
    adviser.page.get_by_label("Virksomhed", exact=True).fill("vil")
    adviser.press("Find")
    assert "Hvilken virksomhed?" in adviser.text
    adviser.page.get_by_label(re.compile("Vildmose Software A/S")).check()
    fill(adviser)
    adviser.press("Registrér")
    assert adviser.heading == "Matchet er registreret"
    assert "Det tæller med." in adviser.text
    adviser.follow(adviser.link("Fortryd"))
    adviser.press("Ja, fortryd")
    assert standing("Vildmose Software A/S") == 0


def test_mistakes_are_said_at_the_field_and_nothing_is_lost(visit: Visit, area: Area) -> None:
    adviser = visit(ADVISER)
    adviser.go("/match/ny/")
    fill(adviser, "Løntilskud (privat)", work_area="It og digitalisering")
    adviser.page.get_by_label("Virksomhed", exact=True).fill(WRONG_NUMBER)
    too_early = area.running.starts_on - timedelta(days=1)
    adviser.page.locator("#agreed summary").click()
    for part, value in zip(("day", "month", "year"), (too_early.day, too_early.month, too_early.year), strict=True):
        adviser.page.locator(f"#id_agreed_on_{part}").fill(str(value))
    adviser.press("Registrér")

    summary = adviser.page.locator(".vb-error-summary")
    assert adviser.page.title().startswith("Fejl: ")
    assert adviser.page.evaluate("document.activeElement.className").find("vb-error-summary") >= 0
    links = [link.inner_text().replace("\xa0", " ") for link in summary.get_by_role("link").all()]
    assert len(links) == 2
    assert links[0].startswith("99 00 00 32 er ikke et CVR-nummer")
    runs = f"løber fra {date_da(area.running.starts_on)} til {date_da(area.running.ends_on)}"
    assert runs in links[1]
    for link in links:
        assert adviser.text.replace("\xa0", " ").count(link) == 2, "in the summary and at the field"

    summary.get_by_role("link").nth(1).click()
    assert adviser.focus == "id_agreed_on_day"
    summary.get_by_role("link").nth(0).click()
    assert adviser.focus == "id_company_text"
    assert adviser.page.get_by_label("Virksomhed", exact=True).input_value() == WRONG_NUMBER
    assert adviser.page.get_by_label("Løntilskud (privat)").is_checked()
    assert adviser.page.get_by_label("Arbejdsområde").input_value() == "it_digital"
    creator = Organisation.objects.get(name=OFFICE)
    assert adviser.page.get_by_label("Skabt af").input_value() == str(creator.pk)
    assert adviser.page.locator("#id_agreed_on_year").input_value() == str(too_early.year)
    assert adviser.violations() == []


def test_the_same_page_sent_twice_gives_the_first_receipt(visit: Visit) -> None:
    adviser = visit(ADVISER)
    adviser.go("/match/ny/")
    choose(adviser, "kat", "Kattegat Havneservice ApS")
    fill(adviser)
    sent: list[str] = []
    adviser.page.on("request", lambda asked: sent.append(asked.post_data or "") if asked.method == "POST" else None)
    adviser.press("Registrér")
    receipt = adviser.page.url
    # A bad connection: the browser sends again what it has sent.
    answer = adviser.context.request.post(
        "/match/ny/", data=sent[0], headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.url == f"{receipt}?again=1"
    adviser.go(answer.url)
    assert "Du sendte den samme formular to gange. Den er registreret én gang; her er kvitteringen." in adviser.text
    assert standing("Kattegat Havneservice ApS") == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_likely_twin_is_a_warning_and_a_reason_overrides_it(visit: Visit, script: bool) -> None:
    company = "Nordhav Stål A/S" if script else "Thy Laboratorium ApS"
    for _time in range(2):
        adviser = visit(ADVISER, script=script)
        adviser.go("/match/ny/")
        if script:
            choose(adviser, company[:3], company)
        else:
            adviser.page.get_by_label("Virksomhed", exact=True).fill(company)
        fill(adviser, "Ordinært job", JOBCENTRE)
        adviser.press("Registrér")
    assert f"Ligner et match fra {JOBCENTRE}" in adviser.text
    assert "Intet er registreret endnu." in adviser.text
    if script:
        assert adviser.focus == "twin"
        assert adviser.violations() == []
    assert standing(company) == 1

    adviser.press("Det er et andet")
    assert "Skriv kort, hvorfor det er et andet match" in adviser.text
    adviser.page.get_by_label("Hvorfor er det et andet match?").fill("To ansættelser samme måned")
    adviser.press("Det er et andet")
    assert adviser.heading == "Matchet er registreret"
    assert "To ansættelser samme måned" in adviser.text
    assert standing(company) == 2


def test_a_creators_own_adviser_gets_the_own_organisation_filled_in(visit: Visit) -> None:
    partner = visit(PARTNER)
    partner.go("/match/ny/")
    aau = Organisation.objects.get(short_name="AAU")
    assert partner.page.get_by_label("Skabt af").input_value() == str(aau.pk)
    choose(partner, "ska", "Skagerrak Energi A/S")
    assert partner.page.get_by_label("Skabt af").input_value() == str(aau.pk), "also after the company is chosen"
    fill(partner, "Ordinært job", creator=None)
    partner.press("Registrér")
    assert "og for Aalborg Universitet (AAU)." in partner.text


@pytest.mark.parametrize("width", [1280])
def test_an_adviser_at_a_desk_adds_a_company_without_a_number(visit: Visit, width: int) -> None:
    adviser = visit(ADVISER, width=width)
    adviser.go("/match/ny/")
    adviser.page.get_by_label("Virksomhed", exact=True).press_sequentially("Hansens Smedje")
    adviser.page.get_by_role("button", name="Tilføj “Hansens Smedje” som ny virksomhed").click()
    adviser.page.get_by_label("Virksomhedens kommune").select_option(label="Hjørring")
    fill(adviser)
    adviser.press("Registrér")
    assert "for Hjørring og for BusinessAalborg" in adviser.text
