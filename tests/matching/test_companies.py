"""Finding companies: three letters or a number, however æ, ø and å are written."""

from typing import Any

import pytest

from matching.companies import NewCompany, core, find_or_add, looks_like_cvr, near, search, tidy
from matching.finding import Typed, resolve
from matching.models import Company
from matching.models.companies import CORE
from portal import ledger
from portal.geography.danish import fold
from tests.matching.conftest import KATTEGAT, LIMFJORD, World


def names(text: str) -> list[str]:
    return [company.name for company in search(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lim", "Limfjord Køleteknik A/S"),
        ("LIMFJORD", "Limfjord Køleteknik A/S"),
        ("koeleteknik", "Limfjord Køleteknik A/S"),
        ("køleteknik limfjord", "Limfjord Køleteknik A/S"),
        ("limfjrd køletek", "Limfjord Køleteknik A/S"),
        ("ålborg", "Aalborg Køl I/S"),
        ("aal", "Aalborg Køl I/S"),
        ("aeroekaal", "Kattegat Ærøkål ApS"),
        ("ærøkål", "Kattegat Ærøkål ApS"),
        (KATTEGAT, "Kattegat Ærøkål ApS"),
        ("DK 99 00 00 23", "Kattegat Ærøkål ApS"),
        ("9900-0031", "Limfjord Køleteknik A/S"),
        ("  aalborg   køl ", "Aalborg Køl I/S"),
    ],
)
def test_what_people_type(world: World, text: str, first: str) -> None:
    assert names(text)[0] == first


@pytest.mark.parametrize("text", ["", " ", "a", "%", "__", "zzz", "123456", "'; drop table"])
def test_what_finds_nothing(world: World, text: str) -> None:
    assert names(text) == []


def test_the_beginning_of_the_name_comes_first(world: World) -> None:
    Company.objects.create(name="Nordens Køl", municipality_id="0851")
    Company.objects.create(name="Køl og Frys", municipality_id="0851")
    Company.objects.create(name="Frostkøl", municipality_id="0851")
    # Then those in which a word begins so, in Danish order; then the rest.
    assert names("køl") == [
        "Køl og Frys",
        "Limfjord Køleteknik A/S",
        "Nordens Køl",
        "Aalborg Køl I/S",
        "Frostkøl",
    ]


def test_few_queries_whatever_there_is(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert [company.shown_address for company in search("køl")] != []
    with django_assert_num_queries(3):
        assert search("limfjrd") != []
    Company.objects.bulk_create(Company(name=f"Køl {n}", municipality_id="0851") for n in range(50))
    with django_assert_num_queries(1):
        assert len([company.shown_address for company in search("køl", limit=8)]) == 8


def test_near_names(world: World) -> None:
    assert core("Limfjord Køleteknik A/S") == core("LIMFJORD  KØLETEKNIK ApS") == "limfjord køleteknik"
    assert [company.name for company in near("Limfjords Køleteknik")] == ["Limfjord Køleteknik A/S"]
    assert near("Hansens Smedje") == []
    assert near("A/S") == []


BEGINNINGS = ("Aalborg Køl", "ÆRØ  Ål", "A/S", "Café Ü", "Bil & Båd.", "Søg-Find", "3F", "a.m.b.a", "株式")
FORMS = ("", " A/S", " ApS.", " aps", "ApS", " i/s", " A.M.B.A.", " a.m.b.a", " AMBA", " Á/S", " Holding", " p/s.")


def test_the_name_without_its_form_is_the_same_in_the_index(world: World) -> None:
    """Python asks by what Postgres has indexed: each name with two forms behind it, or one, or none."""
    said = (f"{name}{form}{last}" for name in BEGINNINGS for form in FORMS for last in FORMS)
    once = {fold(tidy(name)): tidy(name) for name in said}
    companies = Company.objects.bulk_create(Company(name=name, municipality_id="0825") for name in once.values())
    ids = [company.pk for company in companies]
    indexed = Company.objects.filter(pk__in=ids).annotate(indexed=CORE).values_list("name", "indexed")
    assert {name: core(name) for name, _indexed in indexed} == dict(indexed)
    assert len(set(dict(indexed).values())) < len(indexed), "some forms are taken off"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("99000031", True),
        ("DK99000031", True),
        ("99 00 00 31", True),
        ("990000", True),
        ("3F", False),
        ("2021", False),
        ("", False),
    ],
)
def test_is_it_a_number(text: str, number: bool) -> None:
    assert looks_like_cvr(text) is number


def test_the_finding_settles_what_can_be_settled(world: World) -> None:
    def company(text: str, **more: Any) -> Any:
        found = resolve(Typed(text, **more)).company
        return found.name if found is not None else None

    assert company(LIMFJORD) == "Limfjord Køleteknik A/S"
    assert company("aalborg koel i/s") == "Aalborg Køl I/S"
    assert company("køl") is None
    chosen = str(world.companies["Aalborg Køl I/S"].pk)
    assert company("køl", chosen=chosen, searched="køl") == "Aalborg Køl I/S"
    assert company("lim", chosen=chosen, searched="køl") is None
    assert company("køl", chosen="999999999", searched="køl") is None
    assert company("Ny", chosen="new", searched="Ny", new=NewCompany("Ny", "0851")) == "Ny"


def test_who_finds_or_adds(world: World) -> None:
    with ledger.entry():
        added = find_or_add(NewCompany("Ny ApS", "0851"), fictional=True)
        assert added.fictional
        assert find_or_add(NewCompany("ny  aps", "0851")) == added
        assert find_or_add(NewCompany("Hvad som helst", cvr=LIMFJORD)).name == "Limfjord Køleteknik A/S"
        real = find_or_add(NewCompany("Rigtig", "0851", "47458714"), fictional=True)
    assert not real.fictional, "a number of the register's is no fiction, also in a fictional programme"
