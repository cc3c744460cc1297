"""How the register's dates, codes and words are read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from matching.models import Company
from matching.register.files import _danish_day
from matching.register.keeping import keep
from matching.register.said import (
    cvr_of,
    day_of,
    employees_of,
    industry_of,
    listed,
    moment_of,
    municipality_of,
    status_of,
    unit_number_of,
    version_of,
)
from matching.register.system import newest, read, street_of
from tests.matching.register_documents import LIMFJORD, company, unit


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2015-07-01", date(2015, 7, 1)),
        ("1901-01-01", None),  # nobody knows
        ("1899-12-31", None),
        (None, None),
        ("", None),
        ("some day", None),
        ("2019-12-31T23:00:00Z", date(2020, 1, 1)),  # midnight in Copenhagen, in winter
        ("2015-06-30T22:00:00.000000Z", date(2015, 7, 1)),  # and in summer
        ("2015-07-01T00:00:00.000+02:00", date(2015, 7, 1)),
    ],
)
def test_days(given: Any, day: date | None) -> None:
    assert day_of(given) == day


def test_moments_in_both_forms_are_the_same() -> None:
    wanted = datetime(2021, 1, 5, 9, tzinfo=UTC)
    assert moment_of("2021-01-05T10:00:00.000+01:00") == moment_of("2021-01-05T09:00:00Z") == wanted
    assert moment_of("2021-01-05T10:00:00") == wanted
    assert moment_of("yesterday") is None


@pytest.mark.parametrize(
    ("since", "until", "version"),
    [
        (date(2001, 1, 1), date(2007, 12, 31), "DB03"),
        (date(2008, 1, 1), None, "DB07"),
        (date(2024, 12, 31), None, "DB07"),
        (date(2025, 1, 1), None, "DB25"),
        (None, date(2007, 12, 31), "DB03"),
        (None, None, ""),
        (date(2005, 1, 1), None, "DB03"),
    ],
)
def test_the_list_of_a_code_follows_from_its_period(since: date | None, until: date | None, version: str) -> None:
    assert version_of("889910", since, until) == version
    assert version_of("", since, until) == ""


def test_from_which_day_codes_are_db25s_is_a_setting(settings: Any) -> None:
    settings.CVR_DB25_FROM = date(2026, 7, 1)
    assert version_of("620100", date(2026, 6, 30), None) == "DB07"
    assert version_of("620100", date(2026, 7, 1), None) == "DB25"


def test_codes_with_dots_or_without_the_nought() -> None:
    assert industry_of("01.11.10", "Korn", date(2010, 1, 1), None).code == "011110"
    assert industry_of(11110, "Korn", None, None).code == "011110"
    assert industry_of("x", "Korn", None, None).code == ""


@pytest.mark.parametrize(
    ("interval", "number", "said"),
    [
        ("ANTAL_0_0", None, "0_0"),
        ("ANTAL_1_1", None, "1_1"),
        ("ANTAL_50_99", None, "50_99"),
        ("ANTAL_1000_999999", None, "1000_999999"),
        ("ANTAL_1000_", None, "1000_999999"),
        ("1.000+", None, "1000_999999"),
        ("2-4", None, "2_4"),
        (None, 0, "0_0"),
        (None, 7, "5_9"),
        (None, 1000, "1000_999999"),
        (None, None, ""),
        ("many", None, ""),
    ],
)
def test_employees(interval: Any, number: Any, said: str) -> None:
    assert employees_of(interval, number) == said


@pytest.mark.parametrize(
    ("words", "lives", "status"),
    [
        ("Aktiv", True, "active"),
        ("NORMAL", None, "active"),
        ("AKTIV", False, "ceased"),  # its life has an end
        ("UNDERKONKURS", True, "winding_up"),
        ("UNDER_TVANGSOPLOSNING", True, "winding_up"),
        ("UNDER_FRIVILLIG_LIKVIDATION", True, "winding_up"),
        ("UNDERREKONSTRUKTION", True, "active"),
        ("OPLØSTEFTERKONKURS", None, "ceased"),
        ("OPHOERT", None, "ceased"),
        ("SLETTET", None, "ceased"),
        ("noget nyt", True, "unknown"),
        ("", True, "active"),
        ("", None, "unknown"),
    ],
)
def test_status(words: str, lives: bool | None, status: str) -> None:
    assert status_of(words, lives) == status


def test_numbers() -> None:
    assert (cvr_of(1234567), cvr_of("99000031"), cvr_of(None), cvr_of("x")) == ("01234567", "99000031", "", "")
    assert (municipality_of(851), municipality_of("0851"), municipality_of(0)) == ("0851", "0851", None)
    assert unit_number_of(1005408410) == "1005408410"


def test_which_entry_stands() -> None:
    ended = {"navn": "A", "periode": {"gyldigFra": "2020-01-01", "gyldigTil": "2021-01-01"}}
    standing = {"navn": "B", "periode": {"gyldigFra": "2010-01-01", "gyldigTil": None}}
    later = {"navn": "C", "periode": {"gyldigFra": "2019-01-01", "gyldigTil": "2022-01-01"}}
    assert newest([ended, standing, None])["navn"] == "B"
    assert newest([later, ended])["navn"] == "A"  # none stands: the one that began last
    assert newest(None) == {} == newest([])
    assert listed("text") == []


def test_a_street() -> None:
    assert street_of({"vejnavn": "Nibevej", "husnummerFra": 3, "husnummerTil": 5}) == "Nibevej 3-5"
    assert street_of({"vejnavn": "Algade", "husnummerFra": 1, "bogstavFra": "B", "etage": "st"}) == "Algade 1B, st."
    assert street_of({}) == ""


def test_danish_days_of_answers() -> None:
    assert _danish_day("29/12 - 1997") == date(1997, 12, 29)
    assert _danish_day("1997-12-29") == _danish_day("29.12.1997") == date(1997, 12, 29)
    assert _danish_day(None) is None


JUNK = [
    None, [], {}, "x", 5, -1, 10**30, True, [None], ["x"], [{}], [{"periode": None}], {"periode": "x"},
    [{"periode": {"gyldigFra": 5, "gyldigTil": "x"}}],
    [{"navn": "X", "periode": {"gyldigFra": "2020-02-02", "gyldigTil": "2019-01-01"}}],
    [{"aar": 10**9, "antalAnsatte": "x", "kvartal": 99}], [{"aar": 2020, "intervalKodeAntalAnsatte": ["x"]}],
    [{"navn": {"a": 1}, "branchekode": {}, "virksomhedsformkode": 10**9, "kommune": [], "husnummerFra": {}}],
    "\0", {"x": {}},
]  # fmt: skip


@pytest.mark.django_db
def test_nonsense_in_any_field_of_a_document_stops_nothing() -> None:
    """The register is not ours: a document that is not as described must not end a round."""
    Company.objects.create(cvr=LIMFJORD, name="Limfjord")
    for hit, root in ((company(LIMFJORD), "Vrvirksomhed"), (unit(1005408411, LIMFJORD), "VrproduktionsEnhed")):
        for name in hit["_source"][root]:
            keep(read([{"_source": {root: {**hit["_source"][root], name: junk}}} for junk in JUNK]))
    for junk in JUNK:
        assert read([{"_source": junk}]) == []
        assert read([{"_source": {"Vrvirksomhed": junk, "VrproduktionsEnhed": junk}}]) == []
