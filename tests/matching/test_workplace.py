"""Where a match is counted follows from the P-number, as far as the register knows it."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from matching.corrections import correct_match, entry_of
from matching.entries import More
from matching.matches import Invalid
from matching.models import Match, ProductionUnit
from tests.matching.conftest import World

HERE = "1005408410"


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def unit(world: World) -> ProductionUnit:
    """Limfjord Køleteknik lies in Aalborg and has a place of work in Rebild."""
    company = world.companies["Limfjord Køleteknik A/S"]
    return ProductionUnit.objects.create(company=company, number=HERE, municipality_id="0840", head=False)


def test_the_municipality_is_that_of_the_place_of_work(world: World, unit: ProductionUnit) -> None:
    company = world.companies["Limfjord Køleteknik A/S"]
    assert company.municipality_id == "0851"
    match = world.register(company=company, municipality=None, more=More(p_number="1005 408 410")).match
    assert (match.p_number, match.municipality_id) == (HERE, "0840")


def test_a_number_that_the_register_does_not_know_is_kept_as_it_was_said(world: World) -> None:
    company = world.companies["Limfjord Køleteknik A/S"]
    match = world.register(company=company, municipality=None, more=More(p_number="1099999999")).match
    assert (match.p_number, match.municipality_id) == ("1099999999", "0851"), "the company's own municipality"


def test_what_is_wrong_is_said_at_its_field(world: World, unit: ProductionUnit, english: None) -> None:
    own = world.companies["Limfjord Køleteknik A/S"]
    other = next(company for company in world.companies.values() if company != own)
    for company, number, municipality, at, text in (
        (own, "12345", None, "p_number", "ten digits"),
        (other, HERE, None, "p_number", "Limfjord Køleteknik A/S's"),
        (own, HERE, "0851", "municipality", "lies in Rebild"),
    ):
        with pytest.raises(Invalid) as refused:
            world.register(company=company, municipality=municipality, more=More(p_number=number))
        assert list(refused.value.errors) == [at]
        assert text in refused.value.errors[at][0]


def test_a_match_stays_where_it_was_when_the_place_has_moved(world: World, unit: ProductionUnit) -> None:
    match = world.register(company=unit.company, municipality=None, more=More(p_number=HERE)).match
    ProductionUnit.objects.filter(pk=unit.pk).update(municipality_id="0851")
    corrected = correct_match(world.actor("hub"), match, entry_of(match), "Stavefejl")
    assert corrected.municipality_id == "0840"


def test_the_database_holds_ten_digits(world: World) -> None:
    match = world.register().match
    with pytest.raises(IntegrityError, match="match_p_number_ten_digits"), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(p_number="12345")
