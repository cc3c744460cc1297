"""Files from the systems that partners use: their columns are found, the system is filled in, and all is remembered."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from matching.files.fields import FIELDS
from matching.files.profiles import PROFILES, profile_of, system_named
from matching.models import Match
from portal.tabular.mapping import guess, open_table
from portal.tabular.models import UploadedTable
from tests.matching.conftest import World

pytestmark = pytest.mark.django_db

ESCRM = """CVR;Virksomhedsnavn;Type;Aftaledato;Ansvarlig;Organisation;JournalNummer;Kommune
99000031;Limfjord Køleteknik A/S;Studiejob;04-01-2021;Bente Bager;BusinessAalborg;J-17;Aalborg
"""
VITAS = """Ansøgningsnummer;Tilbudstype;Ansættelsessted;CVR-nummer;Bevilget;Startdato;Slutdato;Kommune
V-204;Virksomhedspraktik;Limfjord Køleteknik A/S;99000031;04-01-2021;11-01-2021;05-02-2021;Aalborg
"""
JOBTEASER = """Offer ID,Company,CVR,Contract type,Published on,Hired on,Start date,City
8812,Limfjord Køleteknik A/S,99000031,Student internship,2020-12-01,2021-01-04,2021-02-01,Aalborg
"""
# Which column is which, read off the three headings above.
COLUMNS = {
    "ESCRM": {
        "cvr": "cvr", "company": "virksomhedsnavn", "match_type": "type", "agreed_on": "aftaledato",
        "created_by": "organisation", "external_key": "journalnummer", "municipality": "kommune",
    },
    "VITAS": {
        "external_key": "ansøgningsnummer", "match_type": "tilbudstype", "company": "ansættelsessted",
        "cvr": "cvr-nummer", "agreed_on": "bevilget", "starts_on": "startdato", "ends_on": "slutdato",
        "municipality": "kommune",
    },
    "JobTeaser": {
        "external_key": "offer id", "company": "company", "cvr": "cvr", "match_type": "contract type",
        "agreed_on": "hired on", "starts_on": "start date", "municipality": "city",
    },
}  # fmt: skip
FILES = {"ESCRM": ESCRM, "VITAS": VITAS, "JobTeaser": JOBTEASER}
TYPES = {"ESCRM": "student_job", "VITAS": "company_placement", "JobTeaser": "internship"}
KEYS = {"ESCRM": "J-17", "VITAS": "V-204", "JobTeaser": "8812"}


def upload(client: Client, system: str, content: str, name: str = "") -> Any:
    file = SimpleUploadedFile(name or f"Udtræk_{system}_2021.csv", content.encode())
    return client.post(reverse("matching:file_upload"), {"file": file}, follow=True)


def filled_in(page: Any) -> dict[str, Any]:
    """What the page's form sends when nothing is changed."""
    fields = page.context["form"]
    return {field.name: value for field in fields if (value := field.value()) not in (None, "")}


@pytest.mark.parametrize("system", FILES)
def test_a_file_of_the_system_is_read_without_a_choice(world: World, system: str) -> None:
    client = world.client("office")
    page = upload(client, system, FILES[system])
    assert f"Filen ser ud til at komme fra {system}." in page.content.decode()
    said = filled_in(page)
    assert {name.removeprefix("column_"): key for name, key in said.items() if name.startswith("column_")} == COLUMNS[
        system
    ]
    assert said["source_system"] == system
    rest = len(FIELDS) - len(COLUMNS[system])  # every field that must have a column has one
    assert f"{rest} felter mere, hvis filen har dem" in page.content.decode()
    left_open = {field.name for field in page.context["form"].without_column}
    assert left_open == {f"column_{each.name}" for each in FIELDS} - set(said)
    preview = client.post(
        page.redirect_chain[-1][0], said | {"programme": world.programme.slug, "work_area": "other"}, follow=True
    )
    assert preview.context["faults"] is None, list(preview.context["faults"].rows)
    assert "Registrer 1 række" in preview.content.decode()
    client.post(preview.redirect_chain[-1][0])
    match = Match.objects.get()
    assert (match.source_system, match.external_key, match.match_type_id) == (system, KEYS[system], TYPES[system])
    assert match.agreed_on.isoformat() == "2021-01-04"


def test_what_was_said_once_is_filled_in_for_the_next_file(world: World) -> None:
    client = world.client("office")
    page = upload(client, "VITAS", VITAS)
    mine = {
        "programme": world.programme.slug,
        "work_area": "it_digital",
        "created_by": str(world["AAU"].pk),
        "source_system": "Jobcentrets liste",
    }
    client.post(page.redirect_chain[-1][0], filled_in(page) | mine)
    again = filled_in(upload(client, "VITAS", VITAS.replace("V-204", "V-205"), "en anden måned.csv"))
    assert {name: str(again[name]) for name in mine} == mine
    others = filled_in(upload(world.client("hub"), "VITAS", VITAS, "en anden måned.csv"))
    assert "source_system" not in others
    assert str(others.get("created_by")) != mine["created_by"]


def test_a_system_is_told_by_whole_words_and_written_one_way(world: World) -> None:
    table = open_table(VITAS.encode(), FIELDS)
    told = {name: profile_of(name, table) for name in ("Navitas 2021.csv", "VITAS-udtræk.csv", "match.csv")}
    assert {name: each.system if each else None for name, each in told.items()} == {
        "Navitas 2021.csv": None, "VITAS-udtræk.csv": "VITAS", "match.csv": None,
    }  # fmt: skip
    headed = open_table(b"VITAS-id;Virksomhed;Type\n7;Limfjord;Studiejob\n", FIELDS)
    found = profile_of("liste.csv", headed)
    assert found is not None
    assert guess(found.fields(FIELDS), headed)["external_key"] == "vitas-id"
    assert [system_named(text) for text in (" Vitas", "Graduateland", "vores  egen")] == [
        "VITAS", "JobTeaser", "vores egen",
    ]  # fmt: skip


def test_a_profile_names_fields_that_there_are() -> None:
    names = {each.name for each in FIELDS}
    assert {name for profile in PROFILES for name in profile.headings} <= names


def test_a_list_with_a_column_of_cpr_numbers_is_not_even_kept(world: World) -> None:
    content = VITAS.replace("Slutdato", "CPR-nr.").replace("05-02-2021", "0101901234")
    page = upload(world.client("office"), "VITAS", content)
    assert page.status_code == 400
    assert "Kolonnen “CPR-nr.” har CPR-numre." in page.content.decode()
    assert not UploadedTable.objects.exists()
