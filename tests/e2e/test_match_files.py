"""A partner's own spreadsheet, on a phone: columns asked once, the good rows in, the rest back as a file."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from tests.e2e.conftest import Visit
from tests.e2e.world import Area


def workbook(area: Area, mark: str) -> bytes:
    """As people keep it: a title, headings of their own, days as text, a sum below; the third row is wrong."""
    day = area.running.counted_from
    rows: list[list[Any]] = [
        ["Jobcentrets match, efterår"], [],
        # A heading of each run's own: what was said of files with the other's is not filled in here.
        ["Virksomhedens navn", "Matchtype", "Aftalt den", "Kommune", f"Bemærkning {mark}"],
        [f"Bageri Solsort {mark}", "løntilskud", f"{day.day}/{day.month}-{day.year}", "Ålborg"],
        [f"Tømrer Musvit {mark}", "Fast job", day.strftime("%d.%m.%Y"), "851"],
        ["Café Drossel", "praktik", day.strftime("%d.%m.%Y"), "Aalborg Kommune"],
        ["I alt", "", 3],
    ]  # fmt: skip
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


@pytest.mark.parametrize("script", [False, True])
def test_a_list_of_ones_own(visit: Visit, area: Area, script: bool) -> None:
    adviser = visit("jobcenter@demo.example", width=360, script=script)
    adviser.go("/match/")
    adviser.follow(adviser.link("Indlæs fra en fil"))
    file = {
        "name": "match.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": workbook(area, "Øst" if script else "Vest"),
    }
    adviser.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    adviser.press("Se rækkerne")
    adviser.press("Se rækkerne")
    assert "Vælg kolonnen med arbejdsområdet eller ét for hele filen." in adviser.text
    adviser.page.get_by_label("Arbejdsområde for hele filen").select_option("other")
    adviser.press("Se rækkerne")
    assert "1 række kan ikke registreres." in adviser.text
    assert "“praktik” er ikke en matchtype." in adviser.text
    if script:
        assert adviser.violations() == []
    adviser.press("Registrer 2 rækker")
    assert "2 match er registreret i" in adviser.text
    with adviser.page.expect_download() as download:
        adviser.page.get_by_role("link", name="CSV-fil").click()
    rest = download.value.path().read_text(encoding="utf-8-sig")
    assert "Café Drossel" in rest
    assert "er ikke en matchtype" in rest
    # The next file with these headings: all is filled in, and nothing of it is registered twice.
    adviser.go("/match/fra-fil/")
    adviser.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    adviser.press("Se rækkerne")
    assert adviser.page.get_by_label("Arbejdsområde for hele filen").input_value() == "other"
    adviser.press("Se rækkerne")
    assert "Allerede registreret af jer 2" in adviser.text
