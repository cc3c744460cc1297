"""Lists of highly educated people that partners bring."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.models import Person
from portal.tabular.models import UploadedTable
from tests.matching.conftest import World
from tests.matching.test_people import LIST, page

pytestmark = pytest.mark.django_db
HEAD = "Navn;Studienummer;Status;Niveau;Fagområde;Uddannelse;Afsluttet;Kompetencer;Kommune;Må deles"
ROWS = [
    "Ane Aabenraa;20190001;Studerende;BACH;Samfundsvidenskab;HA;06.2021;Salg, It og programmering, skiløb;Ålborg;ja",
    "Bo Bysted;20190002;Ledig;LVU;H7059;cand.polyt.;januar 2021;;Rebild Kommune;nej",
    "Cia Forkert;20190003;Ukendt;LVU;;;;;;nej",
    "Dan Datofejl;20190004;Ledig;LVU;;;i går;;Atlantis;måske",
]


def upload(world: World, lines: list[str], who: str = "AAU") -> Any:
    content = "\n".join([HEAD, *lines]).encode()
    file = SimpleUploadedFile("studerende.csv", content, content_type="text/csv")
    return world.client(who).post(f"{LIST}fra-fil/", {"file": file})


def imported(world: World, lines: list[str]) -> str:
    answer = upload(world, lines)
    assert answer.status_code == 302, answer.content.decode()
    columns = answer["Location"]
    if not columns.endswith("kolonner/"):
        columns += "kolonner/"
    names = ["name", "external_key", "status", "level", "field", "education", "completed_on", "competences",
             "residence", "share"]  # fmt: skip
    keys = [each.casefold() for each in HEAD.split(";")]
    said = {f"column_{name}": key for name, key in zip(names, keys, strict=True)}
    said |= {"basis": "consent", "given_on": "04.01.2021", "how": "Skema ved studiestart", "programme": "vvv",
             "institution": "Aalborg Universitet", "status": "", "level": ""}  # fmt: skip
    client = world.client("AAU")
    assert client.post(columns, {**said, "programme": ""}).status_code == 400
    chosen = client.post(columns, said)
    assert chosen.status_code == 302, chosen.content.decode()
    return str(chosen["Location"])


def test_a_list_is_imported_and_the_rest_comes_back_in_words(world: World) -> None:
    preview = imported(world, ROWS)
    text = page(world, "AAU", preview)
    for words in ("“Ukendt” er ikke en status", "Skriv måneden som 06.2025", "Der er ingen kommune",
                  "Skriv ja eller nej", "Registrer 2 personer"):  # fmt: skip
        assert words in text, words
    assert world.client("AAU").post(preview).status_code == 302
    ane, bo = Person.objects.order_by("sort_key")
    assert (ane.name, ane.level, ane.field_id, ane.competences, ane.competence_words, ane.residence_id) == (
        "Ane Aabenraa", "H60", "39", ["it", "sales"], "skiløb", "0851",
    )  # fmt: skip
    assert (bo.field_id, bo.completed_on, bo.institution) == ("59", date(2021, 1, 1), "Aalborg Universitet")
    assert sorted(ane.consents.values_list("purpose", "given_on")) == [
        ("find_match", date(2021, 1, 4)), ("share", date(2021, 1, 4)),
    ]  # fmt: skip
    assert [each.purpose for each in bo.consents.all()] == ["find_match"]
    page(world, "UCN", f"{LIST}{ane.pk}/")
    page(world, "UCN", f"{LIST}{bo.pk}/", 404)
    # Brought again, whoever is there is passed over, also one whose key is not in the list.
    again = imported(world, [ROWS[0], ROWS[1], "Eva Ny;20190009;Ledig;LVU;;;;;;nej"])
    assert "Registrer 1 person" in page(world, "AAU", again)
    assert world.client("AAU").post(again).status_code == 302
    assert Person.objects.count() == 3


def test_a_longer_list_asks_the_database_no_more(world: World) -> None:
    """Three people, then nine."""
    asked = []
    for begin, number in ((100, 3), (200, 9)):
        preview = imported(world, [f"Gry nr. {key};{key};Ledig;LVU;;;;;;nej" for key in range(begin, begin + number)])
        with CaptureQueriesContext(connection) as queries:
            assert world.client("AAU").post(preview).status_code == 302
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Person.objects.count() == 12


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Ane;010190-1234;Ledig;LVU;;;;;;nej"], "Række 2 har noget i “Studienummer”, der ligner et CPR-nummer"),
        (["Ane;1;Ledig;LVU;;født 0101901234;;;;nej"], "Række 2 har noget i “Uddannelse”"),
    ],
)
def test_a_file_with_cpr_numbers_is_not_even_kept(world: World, lines: list[str], words: str) -> None:
    answer = upload(world, lines)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not UploadedTable.objects.exists()
