"""An adviser on the road: the visit is noted, the need that was found, and the match that meets it, on a phone."""

from datetime import timedelta

from django.utils import timezone

from matching.models import CompanyContact, Match, Need, NeedMatch
from portal.ui.formats import date_da
from tests.e2e.conftest import Visit
from tests.e2e.test_log import ADVISER, PARTNER
from tests.e2e.visitor import Visitor
from tests.e2e.world import OFFICE, Area

COMPANY = "Anden registerprøve A/S"


def sound(visitor: Visitor) -> None:
    assert visitor.violations() == [], visitor.page.url
    assert visitor.shift() < 0.05, visitor.moved


def test_from_visit_to_need_to_match(visit: Visit, area: Area) -> None:
    adviser, today = visit(ADVISER), timezone.localdate()
    adviser.go("/virksomheder/?text=anden+register")
    adviser.follow(adviser.link(COMPANY).first)
    sound(adviser)
    adviser.follow(adviser.link("Registrér kontakt"))
    assert adviser.heading == "Registrér kontakt"
    assert adviser.page.get_by_label("Besøg").is_checked()
    assert adviser.page.get_by_label("Dag", exact=True).input_value() == str(today.day)
    adviser.page.locator("#id_person_name").fill("Lene Laborant")
    adviser.page.locator("#id_text").fill("Mangler en til salg i Tyskland")
    adviser.page.locator("summary", has_text="Næste skridt").click()
    adviser.page.locator("#id_next_step").fill("Send profiler")
    due = today + timedelta(days=5)
    adviser.page.locator("#id_next_step_on").fill(f"{due:%d.%m.%Y}")
    sound(adviser)
    adviser.press("Registrér")
    assert "Kontakten er registreret." in adviser.text
    assert "Lene Laborant" in adviser.text
    assert f"senest {date_da(due)}" in adviser.text
    sound(adviser)

    adviser.follow(adviser.link("Registrér behov"))
    adviser.page.locator("#id_wish").fill("En sælger, der kan tysk")
    adviser.page.get_by_label("Programmets partnere").check()
    adviser.page.locator("summary", has_text="Mere om behovet").click()
    adviser.page.locator("#id_work_area").select_option(label="Andet")
    adviser.page.get_by_label("Studiejob").check()
    sound(adviser)
    adviser.press("Registrér")
    assert adviser.heading == f"Jobprofil, {COMPANY}"
    sound(adviser)

    adviser.follow(adviser.link("Registrér match"))
    assert COMPANY in adviser.page.locator("#company-card").inner_text()
    assert adviser.page.get_by_label("Studiejob", exact=True).is_checked()
    adviser.page.get_by_label("Skabt af").select_option(label=OFFICE)
    adviser.press("Registrér")
    assert adviser.heading == "Matchet er registreret"
    need, match = Need.objects.get(company__name=COMPANY), Match.objects.latest("pk")
    assert NeedMatch.objects.get(need=need).match == match
    adviser.go(f"/behov/{need.pk}/")
    assert "Opfyldt · Erhvervshus Nordjylland" in adviser.text

    # The partner sees that somebody was there, and the need; not what was said.
    partner, contact = visit(PARTNER), CompanyContact.objects.get(company__name=COMPANY)
    partner.go(f"/virksomhedskontakter/{contact.pk}/")
    assert "Send profiler" in partner.text
    assert "Mangler en til salg" not in partner.text
    assert "Lene Laborant" not in partner.text
    partner.go(f"/behov/{need.pk}/profil/")
    assert "Hvem virksomheden søger" in partner.text
    sound(partner)
