"""How far a figure opens: the auditor comes from 97 per cent to single answers, a KKR member to allowed cells only."""

import re

import pytest

from portal.identity.roles import Role
from portal.identity.tokens import issue_token
from reporting import demo_protected
from reporting.models import Observation
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area

KKR, AUDITOR, OFFICER = (f"{name}@demo.example" for name in ("kkr", "revisor", "dpo"))
CONTRACT = "/kontrakter/resultatkontrakt-2020/"
NUMBERS = f"/serier/{demo_protected.KEY}/tal/"


def follow_97(reader: Visitor) -> None:
    """From the attainment to what goal 1 counts: of 181 answers 140 said 9 or 10 and 10 said 0-6, and
    (140 - 10) / 181 = 71.8 is the 72 of the source (KKR Nordjylland 2021, item 3.3)."""
    reader.go(f"{CONTRACT}?as_of=31.03.2021")
    reader.page.get_by_role("main").get_by_role("link", name=re.compile(r"^97\s%$")).click()
    assert reader.page.url.endswith("#samlet")
    reader.follow(reader.link("100", exact=True).first)
    reader.follow(reader.link("140", exact=True).first)
    assert "140 registreringer ligger bag." in reader.text


def test_the_auditor_follows_97_per_cent_to_an_answer(visit: Visit) -> None:
    auditor = visit(AUDITOR)
    follow_97(auditor)
    table = auditor.page.get_by_role("table", name="Registreringerne bag tallet")
    auditor.follow(table.get_by_role("link").first)
    assert "/serier/brugerevaluering-2020-anbefaling/" in auditor.page.url
    answer = auditor.page.get_by_role("row").filter(has=auditor.page.get_by_role("rowheader", name="Svar", exact=True))
    assert answer.get_by_role("cell").inner_text() in ("9", "10")
    # Within rights: of matches an auditor sees numbers.
    auditor.go("/programmer/vaekst-via-viden-2/tal/")
    assert "/match/" not in [link.get_attribute("href") for link in auditor.page.locator("main a").all()]
    assert auditor.go("/match/") == 403


def test_a_kkr_member_follows_97_per_cent_to_allowed_cells(visit: Visit) -> None:
    politician = visit(KKR)
    follow_97(politician)
    assert "I din rolle ser du tal, ikke enkelte registreringer." in politician.text
    assert politician.page.get_by_role("table", name="Registreringerne bag tallet").count() == 0
    months = politician.page.get_by_role("table", name="Registreringerne pr. måned")
    assert months.locator("tfoot").get_by_role("cell").last.inner_text().split()[-1] == "140"
    answer = Observation.objects.filter(series__key="brugerevaluering-2020-anbefaling").latest("pk")
    assert politician.go(f"/serier/brugerevaluering-2020-anbefaling/{answer.pk}/") == 404
    politician.go("/serier/brugerevaluering-2020-anbefaling/")
    assert "I din rolle ser du, hvor mange der svarede hvad, ikke de enkelte svar." in politician.text
    summary = politician.page.get_by_role("table", name="Kort sagt")
    assert "181" in summary.inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_kkr_member_opens_a_protected_series_to_the_allowed_cells(visit: Visit, width: int) -> None:
    politician = visit(KKR, width=width, script=False)
    politician.go("/serier/")
    politician.follow(politician.link("Ledige højtuddannede i forløb"))
    assert politician.page.locator("main table").count() == 0, "no single observations"
    politician.follow(politician.link("De offentliggjorte tal"))
    in_all = sum(sum(each) for quarters in demo_protected.STARTED.values() for each in quarters)
    assert f"{in_all} i alt, som det var kendt 30.06.2021." in politician.text
    # Læsø has 2 persons in all.
    row = politician.page.get_by_role("row").filter(
        has=politician.page.get_by_role("rowheader", name="Læsø", exact=True)
    )
    assert row.get_by_role("cell").inner_text() == "skjult"
    assert "Skjult betyder, at tallet er fra 1 til 4" in politician.text
    politician.follow(politician.link("Gruppe af personer").first)
    politician.follow(politician.page.get_by_label("Krydset med").get_by_role("link", name="Måned"))
    assert "by=category&across=month" in politician.page.url
    politician.follow(politician.link("31.03.2021"))
    first = sum(sum(quarters[0]) for quarters in demo_protected.STARTED.values())
    assert f"{first} i alt" in politician.text


def test_an_undeclared_crossing_is_refused_with_a_reason(visit: Visit, area: Area) -> None:
    politician = visit(KKR)
    assert politician.go(f"{NUMBERS}?by=municipality&across=month") == 400
    assert "kan ikke vises sammen, så ingen kan genkendes" in politician.text
    assert politician.go(f"{NUMBERS}?as_of=2021-05-01") == 400
    assert "30.06.2021, 31.03.2021" in politician.text
    token = issue_token(area.access.own[Role.KKR_VIEWER])
    api = politician.context.request
    headers = {"Authorization": f"Bearer {token}"}
    address = f"/api/v1/series/{demo_protected.KEY}/numbers/"
    refused = api.get(f"{address}?by=municipality&across=month", headers=headers)
    assert refused.status == 400
    assert "kan ikke vises sammen" in str(refused.json()["errors"])
    assert api.get(f"{address}?by=municipality", headers=headers).status == 200


def test_the_data_protection_officer_decides_and_everybody_reads_why(visit: Visit) -> None:
    """Companies in volumes: strict, then open again, so that the other journeys find what they left."""
    officer, politician = visit(OFFICER, script=False), visit(KKR)
    for label, reason in (
        ("Virksomheder", "Få virksomheder pr. kommune"),
        ("Åben", "Tallene er offentlige i forvejen"),
    ):
        officer.go("/beskyttelse/volume/")
        officer.page.get_by_label(label, exact=True).check()
        officer.press("Sæt klassen")
        assert "Skriv, hvorfor klassen er sat sådan." in officer.text
        officer.page.get_by_label("Begrundelse").fill(reason)
        officer.press("Sæt klassen")
        assert "Klassen er sat." in officer.text
        politician.go("/beskyttelse/volume/")
        assert reason in politician.text
        assert politician.page.get_by_role("button", name="Sæt klassen").count() == 0
