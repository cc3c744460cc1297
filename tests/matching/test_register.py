"""Registering: the record and its fact, who stands as what, and every message."""

from datetime import date
from typing import Any

import pytest

from matching.companies import NewCompany
from matching.matches import Invalid, register_match
from matching.models import Company, Match
from portal.identity.rights import Refused
from portal.ledger.models import Fact, FactRecord
from tests.matching.conftest import SAID, World


def names(match: Match) -> list[str]:
    return sorted(assist.organisation.name for assist in match.assists.select_related("organisation"))


def refusal(world: World, actor: str = "hub", **changes: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        world.register(actor, **changes)
    assert not Match.objects.exists()
    assert not Fact.objects.exists()
    return caught.value.errors


def test_a_match_is_a_record_and_a_fact(world: World) -> None:
    match = world.register(activity=world.activity.pk).match
    assert (match.municipality_id, match.agreed_on) == ("0851", date(2021, 1, 31))
    assert match.created_by == world["BusinessAalborg"]
    assert match.registered_by == world["hub"]
    assert match.registered_by_user == world.actors["hub"].user
    assert names(match) == ["Erhvervshus Nordjylland"]
    assert match.counts
    fact = Fact.objects.get()
    assert fact.measure_id == "match_registered"
    assert fact.occurred_on == date(2021, 1, 1), "about a person: the month, not the day"
    assert (fact.municipality_id, fact.organisation_id) == ("0851", world["BusinessAalborg"].pk)
    assert fact.heading_id == world.activity.heading_id
    assert (fact.category, fact.subcategory, fact.quantity) == ("student_job", "sales_marketing", 1)
    assert fact.subject == match.subject
    record = FactRecord.objects.get()
    assert (record.source, record.source_id, record.revision) == ("match", str(match.pk), 0)


def test_without_an_activity_the_fact_lies_under_the_programme(world: World) -> None:
    world.register()
    assert Fact.objects.get().heading_id == world.programme.heading_id


def test_a_creator_gets_its_own_organisation_filled_in(world: World) -> None:
    match = world.register("AAU", created_by=None).match
    assert match.created_by == world["AAU"]
    assert names(match) == []


def test_a_creator_that_logs_anothers_match_assists(world: World) -> None:
    assert names(world.register("AAU").match) == ["Aalborg Universitet (AAU)"]


def test_a_partner_that_creates_no_matches_assists(world: World) -> None:
    assert names(world.register("Magistrene").match) == ["Magistrenes A-kasse"]


def test_a_municipality_stands_neither_as_creator_nor_as_assisting(world: World) -> None:
    match = world.register("municipal adviser").match
    assert match.created_by == world["BusinessAalborg"]
    assert names(match) == []


def test_a_municipality_logs_with_its_own_parts(world: World) -> None:
    errors = refusal(world, "municipal adviser", created_by=world["Jobcenter Rebild"].pk)
    assert list(errors) == ["created_by"]


def test_on_behalf_of_and_others(world: World) -> None:
    match = world.register(
        created_by=world["AAU"].pk,
        on_behalf_of=world["AAU"].pk,
        more=SAID,
        assisted_by=(world["UCN"].pk, world["AAU"].pk, world["UCN"].pk),
    ).match
    assert match.on_behalf_of == world["AAU"]
    assert names(match) == ["Erhvervshus Nordjylland", "Professionshøjskolen UCN"], "the creator never also assists"


def test_before_the_counting_begins_it_is_saved_but_does_not_count(world: World) -> None:
    match = world.register(agreed_on=date(2020, 8, 31)).match
    assert (match.counts, match.not_counted_reason) == (False, "before_counting")
    assert not Fact.objects.exists()
    assert world.register(agreed_on=date(2020, 9, 1), match_type="internship").match.counts
    assert Fact.objects.count() == 1


def test_who_may_not_register(world: World) -> None:
    for actor in ("kkr", "municipality", "steward"):
        with pytest.raises(Refused) as caught:
            world.register(actor)
        assert "Matches are registered by" in str(caught.value) or "Match registreres" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "changes", "says"),
    [
        ("programme", {"programme": None}, "Choose the programme"),
        ("company", {"company": None}, "name or CVR number"),
        ("match_type", {"match_type": ""}, "Choose the type of match"),
        ("match_type", {"match_type": "marriage"}, "Choose the type of match"),
        ("work_area", {"work_area": ""}, "Choose the area"),
        ("agreed_on", {"agreed_on": None}, "Enter the day"),
        ("agreed_on", {"agreed_on": date(2020, 6, 30)}, "from 01.07.2020 to 30.06.2023"),
        ("agreed_on", {"agreed_on": date(2023, 7, 1)}, "from 01.07.2020 to 30.06.2023"),
        ("agreed_on", {"agreed_on": date(2021, 2, 1)}, "01.02.2021 has not come yet"),
        ("municipality", {"municipality": "9999"}, "no municipality with the code 9999"),
        ("municipality", {"municipality": "0461"}, "Odense is outside Vækst Via Viden 2.0"),
        ("municipality", {"municipality": "0411"}, "Christiansø is not a municipality"),
        ("created_by", {"created_by": None}, "Choose who created"),
        ("created_by", {"created_by": -1}, "Choose who created"),
        ("activity", {"activity": -1}, "programme's activities"),
        ("on_behalf_of", {"on_behalf_of": -1}, "programme's partners"),
        ("assisted_by", {"assisted_by": (-1,)}, "programme's partners"),
        ("company_name", {"company": NewCompany(" ", "0851")}, "Enter the company's name"),
        ("company_municipality", {"company": NewCompany("Ny")}, "Choose the company's municipality"),
        ("company_municipality", {"company": NewCompany("Ny", "9999")}, "Choose the company's municipality"),
        ("company_cvr", {"company": NewCompany("Ny", "0851", "99000032")}, "99\xa000\xa000\xa032 is not a CVR number"),
        ("company_cvr", {"company": NewCompany("Ny", "0851", "9900003")}, "8 digits"),
    ],
)
def test_each_message_stands_at_its_field(
    world: World, field: str, changes: dict[str, Any], says: str, english: None
) -> None:
    errors = refusal(world, **changes)
    assert list(errors) == [field]
    assert says in errors[field][0]


@pytest.fixture
def english() -> Any:
    from django.utils import translation

    with translation.override("en"):
        yield


def test_who_was_no_creator_on_that_day(world: World, english: None) -> None:
    errors = refusal(world, created_by=world["UCN"].pk, agreed_on=date(2020, 9, 30))
    assert (
        "Professionshøjskolen UCN did not create matches in Vækst Via Viden 2.0 on 30.09.2020"
        in errors["created_by"][0]
    )
    assert "Erhvervshus Nordjylland did not" in refusal(world, created_by=world["hub"].pk)["created_by"][0]
    assert world.register(created_by=world["UCN"].pk, agreed_on=date(2020, 10, 1)).created


def test_a_company_outside_the_area_needs_a_place_of_work(world: World, english: None) -> None:
    errors = refusal(world, company=world.companies["Randers Reb A/S"])
    assert "The company lies in Randers" in errors["municipality"][0]
    assert (
        world.register(company=world.companies["Randers Reb A/S"], municipality="0840").match.municipality.name
        == "Rebild"
    )


def test_every_message_comes_at_once(world: World) -> None:
    errors = refusal(
        world,
        company=None,
        match_type="",
        work_area="",
        agreed_on=date(2025, 1, 1),
        created_by=None,
        municipality="0461",
    )
    assert set(errors) == {"company", "match_type", "work_area", "agreed_on", "created_by", "municipality"}


def test_a_programme_of_another_area_cannot_be_chosen(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        register_match(world.actor("odense"), world.entry())
    assert list(caught.value.errors) == ["programme"]


def test_a_company_without_cvr_number_is_added_once(world: World) -> None:
    new = NewCompany("  Hansens   Smedje ", "0851")
    first = world.register(company=new).match
    assert (first.company.name, first.company.cvr, first.company.municipality_id) == ("Hansens Smedje", None, "0851")
    second = world.register(company=NewCompany("HANSENS SMEDJE", "0851"), match_type="internship").match
    assert second.company == first.company
    elsewhere = world.register(company=NewCompany("Hansens Smedje", "0840")).match
    assert elsewhere.company != first.company


def test_a_company_with_an_unknown_number_is_added_with_its_name(world: World) -> None:
    # 81 + 2*9 + 0*... : 99000090 -> 81 + 18 + 0 = 99 = 9*11
    match = world.register(company=NewCompany("Ny ApS", "0851", "DK 99 00 00 90")).match
    assert (match.company.cvr, match.company.name) == ("99000090", "Ny ApS")
    known = world.register(company=NewCompany("Limfjord", "0851", "99000031"), match_type="internship").match
    assert known.company == world.companies["Limfjord Køleteknik A/S"], "a number that is here is that company"


def test_nothing_is_left_of_a_refused_registration(world: World) -> None:
    before = Company.objects.count()
    refusal(world, company=NewCompany("Hansens Smedje", "0851"), work_area="")
    assert Company.objects.count() == before
