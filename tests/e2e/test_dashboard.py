"""A minute with the figures: the verdict, a figure opened, another day, and what has not been counted yet."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.jobs.sweep import run_sweep
from portal.ui.formats import date_da
from tests.e2e.conftest import Visit
from tests.e2e.test_log import ADVISER, choose, fill
from tests.e2e.world import IN_ALL, LOTS, Area

KKR, OFFICER, ADMINISTRATOR, JOBCENTRE_ADVISER = (
    f"{name}@demo.example" for name in ("kkr", "kommune", "admin", "jobcenter")
)
TARGET = 2000
VERDICT = re.compile(r"Der er registreret ([\d.]+) af 2.000 match")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_politician_reads_the_verdict_and_opens_it_down_to_the_cells(visit: Visit, area: Area, width: int) -> None:
    politician = visit(KKR, width=width)
    politician.go("/")
    assert politician.heading == area.running.name
    assert VERDICT.search(politician.text), politician.text[:400]
    assert politician.text.index("Der er registreret") < politician.text.index("Kommunerne")

    politician.follow(politician.link("Vækst Via Viden 2.0"))
    # The period is over: 32 of 2,000.
    missing = f"{TARGET - IN_ALL:,}".replace(",", ".")
    said = f"og måltallet er ikke nået. Der er registreret {IN_ALL} af 2.000 match. Der mangler {missing}."
    assert said in politician.text

    politician.follow(politician.page.locator(".verdict").get_by_role("link", name=str(IN_ALL), exact=True))
    table = politician.page.get_by_role("table")
    # Aalborg 12 + 7 + 3, Hjørring 8, Læsø 2.
    for name, number in (("Aalborg", 22), ("Hjørring", 8), ("Læsø", 2)):
        row = table.get_by_role("row").filter(has=politician.page.get_by_role("rowheader", name=name, exact=True))
        assert row.get_by_role("link").inner_text() == str(number)
        if name == "Aalborg":
            opened = row
    politician.follow(opened.get_by_role("link"))
    # One step further down comes the type by itself: 12 student projects, 7 ordinary jobs, 3 placements.
    numbers = [link.inner_text() for link in table.get_by_role("link").all()]
    assert sorted(map(int, numbers)) == [3, 7, 12]
    assert "I din rolle ser du tal, ikke enkelte registreringer." in politician.text
    assert "/match/" not in [link.get_attribute("href") for link in politician.page.locator("main a").all()]


def test_a_municipal_officer_meets_the_own_municipality_first(visit: Visit) -> None:
    officer = visit(OFFICER)
    officer.go("/")
    assert "Din kommune står først." in officer.text
    rows = officer.page.get_by_role("table", name="Match efter kommune for arbejdsstedet").get_by_role("rowheader")
    names = rows.all_inner_texts()
    assert names[0].startswith("Aalborg")
    assert [name.split()[0] for name in names[1:3]] == ["Brønderslev", "Frederikshavn"]


def test_an_adviser_opens_a_figure_down_to_the_match(visit: Visit, area: Area) -> None:
    adviser = visit(JOBCENTRE_ADVISER)
    adviser.go(f"/programmer/{area.past.slug}/")
    creators = adviser.page.get_by_role("table", name="Match efter, hvem der har skabt dem")
    row = creators.get_by_role("row").filter(has_text="Jobcenter Aalborg")
    adviser.follow(row.get_by_role("link"))
    assert "Der er 7 registreringer, og du kan åbne dem alle." in adviser.text
    adviser.follow(adviser.page.get_by_role("table", name="Registreringerne bag tallet").get_by_role("link").first)
    assert adviser.heading.startswith("Ordinært job, ")
    assert "20.01.2021" in adviser.text


def test_as_registered_on_a_day(visit: Visit, area: Area) -> None:
    """3 matches of January were learnt of in March, 2 were of February: on 31 January 12 + 8 + 7 were known."""
    politician = visit(KKR)
    politician.go(f"/programmer/{area.past.slug}/")
    politician.page.get_by_label("Som registreret pr.").fill("31.01.2021")
    politician.press("Vis")
    known = sum(lot.number for lot in LOTS if (lot.learnt_on or lot.agreed_on).isoformat() <= "2021-01-31")
    assert known == 12 + 8 + 7
    assert "Som registreret pr. 31.01.2021" in politician.text
    # 5 of 34 months have passed: 2,000 * 5 / 34 = 294.1.
    said = f"Bagud. Der er registreret {known} af 2.000 match efter 5 af 34 måneder. Efter planen skulle der være 294."
    assert said in politician.text
    # What is opened from there is of that day too.
    politician.follow(politician.page.locator(".verdict").get_by_role("link", name=str(known), exact=True))
    assert politician.page.locator(".vb-opened").inner_text().startswith(str(known))
    politician.page.go_back(wait_until="load")
    politician.follow(politician.link("Vis tallene, som de er nu"))
    assert f"Der er registreret {IN_ALL} af" in politician.text


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_day_that_has_not_come_is_refused_at_the_field(visit: Visit, area: Area, script: bool) -> None:
    politician = visit(KKR, script=script)
    politician.go("/")
    tomorrow = date_da(timezone.localdate() + timedelta(days=1))
    politician.page.get_by_label("Som registreret pr.").fill(tomorrow)
    politician.press("Vis")
    refusal = "Den dag er ikke kommet endnu. Vælg i dag eller en tidligere dag."
    assert politician.text.count(refusal) == 2, "in the summary and at the field"
    assert politician.page.get_by_label("Som registreret pr.").input_value() == tomorrow
    politician.page.locator(".vb-error-summary").get_by_role("link").click()
    if script:
        assert politician.focus == "id_as_of"
    assert VERDICT.search(politician.text), "the figures of today are still there"


def test_a_match_is_counted_by_the_next_sweep(visit: Visit) -> None:
    adviser = visit(ADVISER)
    run_sweep()
    adviser.go("/")
    before = count(adviser.text)
    assert "alle registreringer er talt med" in adviser.text
    adviser.go("/match/ny/")
    choose(adviser, "him", "Himmerland Bogføring I/S")
    fill(adviser, "Studiepraktik")
    adviser.press("Registrér")
    adviser.follow(adviser.link("Se, hvordan"))
    assert "Nye registreringer er ikke talt med endnu" in adviser.text
    assert count(adviser.text) == before
    assert run_sweep() >= 1
    adviser.page.reload(wait_until="load")
    assert "alle registreringer er talt med" in adviser.text
    assert count(adviser.text) == before + 1


def count(text: str) -> int:
    found = VERDICT.search(text)
    assert found is not None, text[:400]
    return int(found[1].replace(".", ""))


def test_an_administrator_sees_the_operation_and_is_refused_the_matches_with_the_reason(visit: Visit) -> None:
    administrator = visit(ADMINISTRATOR)
    assert administrator.go("/drift/") == 200
    assert administrator.heading == "Drift"
    for address in ("/match/", "/match/ny/"):
        assert administrator.go(address) == 403
        assert administrator.heading == "Det har du ikke adgang til"
    assert "Match registreres af rådgivere og parter." in administrator.text
