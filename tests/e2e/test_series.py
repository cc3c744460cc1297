"""Answers from a file, on a phone: what is wrong is said, the rest counts, and one of them is corrected."""

from pathlib import Path

from portal.identity.roles import Role
from portal.ui.formats import number
from reporting.models import Observation
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area

ANSWERS = "Dag;Svar;Kommune\n01.02.2021;Helt enig;Aalborg\n02.02.2021;Delvis enig;Hjørring\n31.02.2021;Enig;Aalborg\n"


def well(visitor: Visitor) -> None:
    assert visitor.violations() == []


def test_upload_answers_and_correct_one(visit: Visit, area: Area, tmp_path: Path) -> None:
    series = area.access.evidence.series
    visitor = visit(area.access.own[Role.KKR_SECRETARIAT].email)
    before = Observation.objects.filter(series=series).count()
    file = tmp_path / "telefonrunde.csv"
    file.write_text(ANSWERS, encoding="cp1252")

    visitor.go(f"/serier/{series.key}/indlaes/")
    visitor.page.locator("input[type=file]").set_input_files(file)
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_url("**/indlaes/*/")
    assert "31.02.2021" in visitor.text
    assert "Helt enig" in visitor.text
    well(visitor)
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_url(f"**/serier/{series.key}/")
    assert Observation.objects.filter(series=series).count() == before + 2
    assert "Helt enig" in visitor.text
    well(visitor)

    made = Observation.objects.get(series=series, category="Helt enig")
    visitor.go(f"/serier/{series.key}/{made.pk}/ret/")
    visitor.page.locator("#id_category").fill("Helt uenig")
    visitor.page.get_by_role("button", name="Ret", exact=True).click()
    # The reason is missing: nothing is lost, and nothing is changed.
    assert visitor.page.locator("#id_category").input_value() == "Helt uenig"
    assert Observation.objects.get(pk=made.pk).category == "Helt enig"
    well(visitor)
    visitor.page.locator("#id_reason").fill("Læst forkert op")
    visitor.page.get_by_label("En fejl rettes").check()
    visitor.page.get_by_role("button", name="Ret", exact=True).click()
    visitor.page.wait_for_url(f"**/serier/{series.key}/{made.pk}/")
    assert "Læst forkert op" in visitor.text
    assert "Helt enig" in visitor.text  # what it said before
    made.refresh_from_db()
    assert (made.category, made.revision, number(made.quantity)) == ("Helt uenig", 2, "1")
    well(visitor)
