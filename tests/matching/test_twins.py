"""A likely twin is a warning that shows partner, month and type; a reason overrides it."""

from datetime import date
from typing import Any

import pytest

from matching.companies import NewCompany
from matching.matches import LikelyTwin, undo_match
from matching.models import Company, Match
from portal.ledger.models import Fact
from tests.matching.conftest import World


def test_the_same_match_by_another_partner(world: World) -> None:
    world.register("UCN", created_by=world["UCN"].pk, agreed_on=date(2021, 1, 3))
    with pytest.raises(LikelyTwin) as caught:
        world.register()
    (twin,) = caught.value.twins
    assert (twin.partner, twin.month, twin.match_type) == ("UCN", date(2021, 1, 1), "Studiejob")
    assert Match.objects.count() == Fact.objects.count() == 1


def test_a_reason_makes_it_another_match(world: World) -> None:
    world.register("UCN", created_by=world["UCN"].pk)
    match = world.register(different_reason=" To studerende ").match
    assert match.different_reason == "To studerende"
    assert Fact.objects.count() == 2


def test_a_reason_without_a_twin_is_not_kept(world: World) -> None:
    assert world.register(different_reason="To studerende").match.different_reason == ""


@pytest.mark.parametrize(
    ("changes", "twin"),
    [
        ({"agreed_on": date(2020, 12, 31)}, True),  # 31 days before
        ({"agreed_on": date(2020, 12, 30)}, False),
        ({"match_type": "internship"}, False),
        ({"work_area": "it_digital"}, True),
        ({"municipality": "0840"}, True),
    ],
)
def test_how_near_is_near(world: World, changes: dict[str, Any], twin: bool) -> None:
    world.register()
    if twin:
        with pytest.raises(LikelyTwin):
            world.register(**changes)
    else:
        assert world.register(**changes).created


def test_another_company_is_no_twin(world: World) -> None:
    world.register()
    assert world.register(company=world.companies["Aalborg Køl I/S"]).created


def test_an_undone_match_is_no_twin(world: World) -> None:
    match = world.register().match
    undo_match(world.actor("hub"), match)
    assert world.register().created


def test_without_a_number_the_name_and_the_municipality_say_it(world: World) -> None:
    world.register(company=NewCompany("Hansens Smedje", "0851"))
    with pytest.raises(LikelyTwin):
        world.register(company=NewCompany("hansens smedje", "0851"))
    # The same smithy, whose number somebody else knew: a name without a number may be that one.
    numbered = Company.objects.create(name="Hansens Smedje", cvr="99000090", municipality_id="0851")
    with pytest.raises(LikelyTwin):
        world.register(company=numbered)
    elsewhere = Company.objects.create(name="Hansens Smedje", cvr="99000112", municipality_id="0840")
    assert world.register(company=elsewhere).created
