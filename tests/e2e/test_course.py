"""After a match is agreed: more is said of it on the phone, the list follows up, it starts, a slip is corrected."""

from datetime import timedelta

from django.utils import timezone

from matching.models import Match
from tests.e2e.conftest import Visit
from tests.e2e.test_log import ADVISER, choose, fill
from tests.e2e.world import Area


def test_a_match_is_followed_from_agreement_to_start(visit: Visit, area: Area) -> None:
    adviser = visit(ADVISER)
    adviser.go("/match/ny/")
    choose(adviser, "han", "Hanherred Møbler ApS")
    fill(adviser, "Studieprojektsamarbejde")
    adviser.page.get_by_text("Mere: start og slut, studerende, ordning, tidligere match").click()
    adviser.page.get_by_label("Antal studerende").fill("3")
    adviser.page.get_by_label("Brugt ordning").select_option(label="Innobooster")
    ends_on = timezone.localdate() + timedelta(days=60)
    adviser.page.get_by_label("Slutter").fill(f"{ends_on:%d.%m.%Y}")
    adviser.press("Registrér")
    assert adviser.heading == "Matchet er registreret"
    match = Match.objects.latest("pk")
    assert (match.students, match.scheme_id, match.ends_on) == (3, "innobooster", ends_on)

    adviser.go("/match/?stage=agreed")
    adviser.follow(adviser.link("Hanherred Møbler ApS").first)
    adviser.follow(adviser.link("Skriv, hvordan det går"))
    adviser.page.get_by_label("Det er startet").check()
    today = timezone.localdate()
    for part, value in (("day", today.day), ("month", today.month), ("year", today.year)):
        adviser.page.locator(f"#id_day_{part}").fill(str(value))
    adviser.press("Gem")
    assert "Det er noteret." in adviser.text
    assert "Startet" in adviser.text

    adviser.follow(adviser.link("Ret").filter(visible=True).first)
    assert adviser.heading == "Ret matchet"
    adviser.page.get_by_label("Antal studerende").fill("4")
    adviser.page.get_by_label("Hvorfor rettes det?").fill("En mere kom med")
    adviser.press("Gem rettelsen")
    assert "Matchet er rettet." in adviser.text
    assert "En mere kom med" in adviser.text
    match.refresh_from_db()
    assert (match.students, match.stage, match.revision) == (4, "started", 0)
