"""On the phone, at a company's: a course is registered, and ended with a referral to a private adviser."""

from matching.models import GuidanceCourse, PrivateReferral
from tests.e2e.conftest import Visit
from tests.e2e.test_log import ADVISER
from tests.e2e.world import Area


def test_a_course_from_the_company_to_a_private_adviser(visit: Visit, area: Area) -> None:
    adviser = visit(ADVISER, width=360)
    adviser.go("/vejledning/ny/?text=hanherred")
    adviser.follow(adviser.link("Hanherred Møbler ApS").first)
    adviser.page.get_by_label("Vækstforløb").check()
    adviser.page.get_by_label("Hovedtema").select_option(label="Digitalisering og automatisering")
    adviser.page.get_by_label("Navn på en ny kontaktperson").fill("Mads Møbel")
    adviser.page.get_by_text("Mere: slut, næste skridt").click()
    adviser.page.get_by_label("Bemærkning").fill("Vil automatisere lageret")
    adviser.press("Registrér")
    assert "Forløbet er registreret." in adviser.text
    assert adviser.heading == "Vækstforløb, Hanherred Møbler ApS"
    assert adviser.violations() == []

    adviser.follow(adviser.link("Afslut forløbet"))
    adviser.page.get_by_label("Den private rådgivers navn").fill("Limfjord Automation")
    adviser.press("Afslut forløbet")
    assert "Forløbet er afsluttet." in adviser.text
    assert "Limfjord Automation" in adviser.text
    assert adviser.violations() == []
    course = GuidanceCourse.objects.latest("pk")
    assert (course.stage, course.contact and course.contact.name) == ("ended", "Mads Møbel")
    assert PrivateReferral.objects.get(course=course).area == "digital"
