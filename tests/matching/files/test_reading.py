"""A spreadsheet of matches as people make it, row by row."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from pytest_django import DjangoAssertNumQueries

from matching.companies import NewCompany
from matching.entries import More
from matching.files import reading
from matching.files.fields import FIELDS
from matching.files.lines import Fixed, Line, Reading
from matching.models import Company, Match, ProductionUnit
from portal.tabular.mapping import Chosen, guess, open_table
from tests.matching.conftest import LIMFJORD, TODAY, World

pytestmark = pytest.mark.django_db

HEADINGS = ["CVR-nr.", "Virksomhed", "Type", "Dato", "Kommune", "Fagområde"]


def workbook(*rows: list[Any]) -> bytes:
    """An Excel file with real dates and numbers."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd-mm-yyyy", "in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def read(world: World, content: bytes, actor: str = "office", **fixed: Any) -> Reading:
    table = open_table(content, FIELDS)
    chosen = Chosen(guess(FIELDS, table))
    usual: dict[str, Any] = {"work_area": "other", "created_by": world["BusinessAalborg"].pk}
    return reading.read(world.actor(actor), table, chosen, Fixed(world.programme, **(usual | fixed)))


def csv(*rows: str) -> bytes:
    return "\n".join([";".join(HEADINGS), *rows]).encode()


def one(found: Reading) -> Line:
    (line,) = found.lines
    return line


def faults(line: Line) -> list[tuple[str, str]]:
    return [(fault.column, fault.text) for fault in line.read.faults]


def test_a_sheet_with_titles_odd_headings_and_a_sum_below(world: World) -> None:
    content = workbook(
        ["Match 2021 – BusinessAalborg"],
        [],
        ["CVR nr", "Navn på virksomhed", "Matchtype", "Dato for match", "Kommune", "Medvirkende"],
        ["DK 99 00 00 31", "Limfjord Køleteknik", "studiejob", date(2021, 1, 4), "Ålborg", "AAU; UCN"],
        [99000023, "Kattegat Software ApS", "Ordinær ansættelse", "5/1-2021", "Hjørring Kommune", ""],
        ["", "Helt Ny Bogføring", "Løntilskud", "06.01.2021", "851", "AAU, UCN"],
        ["I alt", "", "", 3],
    )
    found = read(world, content)
    assert found.notes == 1
    assert [faults(line) for line in found.lines] == [[], [], []]
    first, second, third = [line.entry for line in found.lines]
    assert first is not None
    assert second is not None
    assert third is not None
    assert isinstance(first.company, Company)
    assert isinstance(second.company, Company)
    assert (first.company.cvr, first.match_type, first.agreed_on, first.municipality) == (
        LIMFJORD, "student_job", date(2021, 1, 4), "0851",
    )  # fmt: skip
    assert first.assisted_by == (world["AAU"].pk, world["UCN"].pk)
    assert (second.match_type, second.agreed_on, second.municipality) == ("ordinary_job", date(2021, 1, 5), "0860")
    assert third.company == NewCompany("Helt Ny Bogføring", "0851")
    assert (third.match_type, third.work_area, third.assisted_by) == ("wage_subsidy", "other", first.assisted_by)
    assert [company.name for company in found.companies] == ["Helt Ny Bogføring"]
    assert len(found.new) == 3


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        ("99000032;;Studiejob;4.1.2021;Aalborg;", "CVR-nr.", "er ikke et CVR-nummer. Tjek, om et ciffer er byttet om"),
        ("9900003;;Studiejob;4.1.2021;Aalborg;", "CVR-nr.", "8 cifre"),
        (f"{LIMFJORD};Jensens VVS;Studiejob;4.1.2021;;", "CVR-nr.", "er Limfjord Køleteknik A/S, men rækken siger"),
        (";;Studiejob;4.1.2021;Aalborg;", "Virksomhed", "Skriv virksomhedens navn eller CVR-nummer."),
        (f"{LIMFJORD};;praktik;4.1.2021;;", "Type", "“praktik” er ikke en matchtype. Typerne er: "),
        (f"{LIMFJORD};;;4.1.2021;;", "Type", "Her mangler noget."),
        (f"{LIMFJORD};;Studiejob;i går;;", "Dato", "i går er ikke en dato"),
        (f"{LIMFJORD};;Studiejob;4.1.2031;;", "Dato", "løber fra"),
        (f"{LIMFJORD};;Studiejob;1.2.2021;;", "Dato", "er ikke kommet endnu"),
        (f"{LIMFJORD};;Studiejob;4.1.2021;Odense;", "Kommune", "Odense er uden for Vækst Via Viden 2.0"),
        (f"{LIMFJORD};;Studiejob;4.1.2021;Langtbortistan;", "Kommune", "ingen kommune, der hedder “Langtbortistan”"),
        (f"{LIMFJORD};;Studiejob;4.1.2021;;Trylleri", "Fagområde", "“Trylleri” er ikke et arbejdsområde"),
    ],
)
def test_what_is_wrong_stands_at_its_column_in_words(world: World, row: str, column: str, text: str) -> None:
    line = one(read(world, csv(row)))
    assert [at for at, _words in faults(line)] == [column]
    assert text in faults(line)[0][1]
    assert not line.counts


def test_a_name_without_a_number_is_the_company_of_that_name(world: World) -> None:
    """Also without its legal form, where it is the only one in the municipality."""
    for name in ("limfjord køleteknik a/s", "Limfjord Køleteknik", "LIMFJORD  KØLETEKNIK APS"):
        entry = one(read(world, csv(f";{name};Studiejob;4.1.2021;Aalborg;"))).entry
        assert entry is not None
        assert entry.company == world.companies["Limfjord Køleteknik A/S"], name
    elsewhere = one(read(world, csv(";Limfjord Køleteknik;Studiejob;4.1.2021;Hjørring;"))).entry
    assert elsewhere is not None
    assert elsewhere.company == NewCompany("Limfjord Køleteknik", "0860")


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("Nordhavn Holding", "Nordhavn Holding ApS"),
        ("Nordhavn Holding ApS", "NORDHAVN HOLDING"),
        ("Nordhavn Holding A/S", "Nordhavn Holding ApS"),
        ("Nordhavn a.m.b.a.", "Nordhavn a.m.b.a. ApS"),
        ("Søg og Find a.m.b.a. ApS", "SØG OG FIND A.M.B.A. ApS"),
        ("Nordhavn Á/S", "Nordhavn Á/S"),
    ],
)
def test_a_name_with_two_legal_forms(world: World, known: str, said: str, numbered: bool) -> None:
    """99000058: 81 + 2 * 5 + 8 = 99, a multiple of 11."""
    company = Company.objects.create(name=known, municipality_id="0851", cvr="99000058" if numbered else None)
    entry = one(read(world, csv(f";{said};Studiejob;4.1.2021;Aalborg;"))).entry
    assert entry is not None
    assert entry.company == company


def test_two_spellings_of_a_company_that_is_not_here_yet_are_one(world: World) -> None:
    """As they would be in two files: the second finds the one that the first has added."""
    names = ("Nordhavn Holding ApS", "Nordhavn Holding", "NORDHAVN HOLDING A/S")
    rows = [
        f";{name};{kind};4.1.2021;Aalborg;"
        for name, kind in zip(names, ("Studiejob", "Ordinært job", "Løntilskud"), strict=True)
    ]
    found = read(world, csv(*rows, ";Nordhavn Holding;Studiejob;4.1.2021;Hjørring;"))
    assert found.companies == [NewCompany("Nordhavn Holding ApS", "0851"), NewCompany("Nordhavn Holding", "0860")]


def test_a_company_and_the_one_that_holds_it_are_two(world: World) -> None:
    Company.objects.create(name="Nordhavn ApS", municipality_id="0851")
    entry = one(read(world, csv(";Nordhavn Holding;Studiejob;4.1.2021;Aalborg;"))).entry
    assert entry is not None
    assert entry.company == NewCompany("Nordhavn Holding", "0851")


def test_what_is_registered_already_is_not_again(world: World) -> None:
    """The organisation's own match, the same in everything; a second line like it is another, and asked about."""
    world.register("office", agreed_on=date(2021, 1, 4), work_area="other")
    row = f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;"
    found = read(world, csv(row))
    assert (len(found.there), len(found.new), len(found.asked)) == (1, 0, 0)
    found = read(world, csv(row, row))
    assert (len(found.there), len(found.new), len(found.asked)) == (1, 0, 1)


def test_another_partners_match_is_asked_about_and_told_by_partner_and_month(world: World) -> None:
    world.register("AAU", created_by=world["AAU"].pk, agreed_on=date(2021, 1, 10))
    (line,) = read(world, csv(f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;")).asked
    assert line.twins == ("AAU, januar 2021",)
    assert not line.counts
    # 32 days before the 10th of January is the 9th of December: no longer near. 31 days before is.
    assert read(world, csv(f"{LIMFJORD};;Studiejob;9.12.2020;Aalborg;")).asked == []
    assert len(read(world, csv(f"{LIMFJORD};;Studiejob;10.12.2020;Aalborg;")).asked) == 1
    assert read(world, csv(f"{LIMFJORD};;Ordinært job;4.1.2021;Aalborg;")).asked == []
    said = read(world, csv(f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;"), different_reason="To studerende")
    assert len(said.new) == 1


def test_two_rows_of_the_file_may_be_one_match(world: World) -> None:
    rows = ["Nyt Firma;Studiejob;4.1.2021;Aalborg;", "Nyt firma;Studiejob;20.1.2021;Aalborg;"]
    found = read(world, csv(*(f";{row}" for row in rows)))
    assert [line.twins for line in found.lines] == [(), ("række 2 i filen",)]


MORE = (
    "CVR-nr.;Type;Dato;Kommune;Starter;Slutter;Antal studerende;Niveau;Brugt ordning;Sagsnummer;På vegne af;Oplyst af;"
    "Oplyst den"
)


def more_csv(*rows: str) -> bytes:
    return "\n".join([MORE, *rows]).encode()


def test_a_row_may_say_the_place_of_work(world: World) -> None:
    company = Company.objects.get(name="Limfjord Køleteknik A/S")
    ProductionUnit.objects.create(company=company, number="1005408410", municipality_id="0840")
    rows = [f"{LIMFJORD};Ordinært job;4.1.2021;{p_number}" for p_number in ("1005408410", "1005 408 410", "12")]
    lines = read(world, "\n".join(["CVR-nr.;Matchtype;Aftaledato;P-nr.", *rows]).encode()).lines
    places = [line.checked.municipality.code if line.checked else None for line in lines]
    assert places == ["0840", "0840", None]
    assert [fault.column for fault in lines[2].read.faults] == ["P-nr."]


def test_what_else_a_row_may_say(world: World) -> None:
    course = "11.1.2021;30.6.2021;4;Lang;Innobooster;S-17"
    row = f"{LIMFJORD};Studieprojekt;4.1.2021;Aalborg;{course};AAU;Karrierecentret;5.1.2021"
    line = one(read(world, more_csv(row), source_system="VITAS"))
    assert faults(line) == []
    assert line.entry is not None
    more = line.entry.more
    assert (more.starts_on, more.ends_on, more.students) == (date(2021, 1, 11), date(2021, 6, 30), 4)
    assert (more.education_level, more.scheme) == ("lvu", "innobooster")
    assert (more.source_system, more.external_key) == ("VITAS", "S-17")
    assert (more.attested_by, more.attested_on) == ("Karrierecentret", date(2021, 1, 5))
    assert line.entry.on_behalf_of == world["AAU"].pk


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        ("Ordinært job;4.1.2021;;;;4;;;;;;", "Antal studerende", "Kun et studiematch"),
        ("Studiejob;4.1.2021;;;;mange;;;;;;", "Antal studerende", "Skriv et helt tal."),
        ("Studiejob;4.1.2021;;1.1.2021;;;;;;;;", "Starter", "aftalt 04.01.2021"),
        ("Studiejob;4.1.2021;;;3.1.2021;;;;;;;", "Slutter", "før"),
        ("Studiejob;4.1.2021;;;;;høj;;;;;", "Niveau", "Skriv KVU, MVU eller LVU."),
        ("Studiejob;4.1.2021;;;;;;Lotto;;;;", "Brugt ordning", "“Lotto” er ikke en ordning"),
        ("Studiejob;4.1.2021;;;;;;;;AAU;;5.1.2021", "Oplyst af", "Skriv"),
    ],
)
def test_what_else_is_wrong(world: World, row: str, column: str, text: str) -> None:
    line = one(read(world, more_csv(f"{LIMFJORD};{row}")))
    assert [at for at, _words in faults(line)] == [column]
    assert text in faults(line)[0][1]


def test_a_key_is_of_one_match(world: World) -> None:
    """Brought again it is there; with other content, or twice in a file, it is refused at its column."""
    world.register(
        "office", agreed_on=date(2021, 1, 4), work_area="other", more=More(source_system="VITAS", external_key="S-17")
    )
    same = f"{LIMFJORD};Studiejob;4.1.2021;Aalborg;;;;;;S-17;;;"
    assert len(read(world, more_csv(same), source_system="VITAS").there) == 1
    other = f"{LIMFJORD};Ordinært job;4.1.2021;Aalborg;;;;;;S-17;;;"
    ((at, text),) = faults(one(read(world, more_csv(other), source_system="VITAS")))
    assert at == "Sagsnummer"
    assert "VITAS S-17 er allerede registreret med et andet indhold" in text
    # Another system's S-17 is another key; the match itself is the organisation's own, and there.
    assert len(read(world, more_csv(same), source_system="JobTeaser").there) == 1
    rows = [f"{LIMFJORD};{kind};4.1.2021;Aalborg;;;;;;S-18;;;" for kind in ("Ordinært job", "Løntilskud")]
    found = read(world, more_csv(*rows), source_system="VITAS")
    assert [faults(line) for line in found.lines] == [[], [("Sagsnummer", "Række 2 har den samme nøgle.")]]


def test_rows_make_no_questions(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """The rules are those of one match, read once: as many queries for three rows as for three hundred."""
    world.register("AAU", created_by=world["AAU"].pk, agreed_on=date(2020, 9, 1))
    actor, table = world.actor("office"), {}
    for number in (3, 300):
        rows = [f"{LIMFJORD};;Studiejob;{1 + each % 28}.{9 + each % 4}.2020;Aalborg;" for each in range(number)]
        rows += [f";Firma {each};Studiejob;4.1.2021;Hjørring;" for each in range(number)]
        table[number] = open_table(csv(*rows), FIELDS)
    for number, opened in table.items():
        chosen, fixed = (
            Chosen(guess(FIELDS, opened)),
            Fixed(world.programme, world["BusinessAalborg"].pk, "other"),
        )
        # Roles, area, municipalities, types, work areas, schemes, activities, companies by number and by name, those of
        # the same names without a number, which of the companies have matches, which matches are beside the rows, and
        # what is told of them.
        with django_assert_num_queries(13):
            assert len(reading.read(actor, opened, chosen, fixed, TODAY).lines) == 2 * number


def test_the_guess_of_the_columns(world: World) -> None:
    table = open_table(csv(f"{LIMFJORD};;Studiejob;4.1.2021;Aalborg;"), FIELDS)
    found = {name: table.by_key[key].title for name, key in guess(FIELDS, table).items()}
    assert found == {
        "cvr": "CVR-nr.", "company": "Virksomhed", "match_type": "Type", "agreed_on": "Dato",
        "municipality": "Kommune", "work_area": "Fagområde",
    }  # fmt: skip
    assert not Match.objects.exists()


def test_a_key_of_ten_digits_is_a_key(world: World) -> None:
    """What is in the field is the other system's; with a hyphen in it, it is a CPR number there too."""
    headings = [*HEADINGS, "Sagsnummer", "Arrangement"]
    row = [LIMFJORD, "", "studiejob", "04-01-2021", "Aalborg", ""]
    for key, event, wrong in (
        ("0101901234", "", []),
        ("010190-1234", "", ["Sagsnummer"]),
        ("", "0101901234", ["Arrangement"]),
    ):
        line = one(read(world, "\n".join([";".join(headings), ";".join([*row, key, event])]).encode()))
        assert [column for column, text in faults(line) if "CPR" in text] == wrong, (key, event)
