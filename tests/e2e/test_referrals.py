"""A company is referred, and gets an answer: from the jobcentre's phone to AAU's and back."""

from matching.models import Referral
from tests.e2e.conftest import Visit

COMPANY = "Thy Laboratorium ApS"


def test_from_asking_to_the_companys_answer(visit: Visit) -> None:
    adviser = visit("jobcenter@demo.example")
    adviser.go("/virksomheder/?text=thy+laboratorium")
    adviser.follow(adviser.link(COMPANY, exact=True))
    adviser.follow(adviser.link("Henvis", exact=True))
    assert adviser.heading == f"Henvis {COMPANY}"
    assert adviser.violations() == []
    adviser.press("Send")
    assert "Vælg én, som virksomheden henvises til." in adviser.text
    page = adviser.page
    page.get_by_label("Til hvem?").select_option(label="Aalborg Universitet (AAU)")
    page.get_by_label("Hvad handler det om?").select_option(label="samarbejde med studerende")
    page.get_by_label("Hvad spørges der om?").fill("Søger en studerende til et projekt om prøver.")
    adviser.press("Send")
    assert "Henvisningen er sendt." in adviser.text
    row = Referral.objects.get(company__name=COMPANY)

    partner = visit("partner@demo.example")
    partner.go("/henvisninger/?side=to_us&state=waiting")
    partner.follow(partner.link(COMPANY, exact=True))
    assert "Søger en studerende til et projekt om prøver." in partner.text
    partner.follow(partner.link("Svar", exact=True))
    assert partner.violations() == []
    partner.page.get_by_label("møde holdt").check()
    partner.page.get_by_label("Svar til afsenderen").fill("Vi mødes igen i næste uge.")
    partner.press("Send svaret")
    assert "Henvisningen er besvaret." in partner.text

    adviser.go(f"/henvisninger/{row.pk}/")
    assert "Vi mødes igen i næste uge." in adviser.text
    adviser.follow(adviser.link("Virksomheden har fået svar", exact=True))
    adviser.press("Notér det")
    assert "afsluttet" in adviser.text.lower()
    row.refresh_from_db()
    assert (row.status, row.company_answered_on) == ("closed", row.answered_on)
    assert visit("raadgiver@demo.example").go(f"/henvisninger/{row.pk}/") == 404
