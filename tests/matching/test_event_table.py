"""Many matches of one event in one table: the rules of one match, all rows or none, once however often it is sent."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Company, Match
from portal.audit.models import Opening
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import KATTEGAT, TODAY, World

ADDRESS = "/match/fra-arrangement/"
HEAD = {
    "programme": "vvv", "event": "Karrieredag", "day_day": "30", "day_month": "1", "day_year": "2021",
    "all_type": "internship", "all_area": "it_digital", "rows": "10",
}  # fmt: skip


def table(world: World, **rows: str) -> dict[str, str]:
    """What the form sends: the head, created by BusinessAalborg, and the rows' fields."""
    return HEAD | {"token": "t", "created_by": str(world["BusinessAalborg"].pk)} | rows


def send(client: Client, data: dict[str, str]) -> Any:
    return client.post(ADDRESS, data)


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ").replace("&quot;", '"')


def test_the_empty_table_has_ten_rows_and_what_is_known(world: World) -> None:
    page = text(world.client("office").get(ADDRESS))
    assert page.count('class="vb-event-row') == 10
    assert 'name="r10_company"' in page
    assert f'<option value="{world["BusinessAalborg"].pk}" selected>' in page
    assert "eller ingen" in page


def test_more_rows_without_losing_what_is_typed(world: World) -> None:
    page = text(send(world.client("office"), table(world, r3_company="Limf", more="1")))
    assert page.count('class="vb-event-row') == 20
    assert 'value="Limf"' in page
    assert "error-summary" not in page


def test_rows_become_matches_with_what_they_have_in_common(world: World) -> None:
    data = table(
        world, r1_company="Limfjord Køleteknik A/S", r1_students="4", r2_company=KATTEGAT, r2_match_type="ordinary_job",
        r2_work_area="sales_marketing", r2_agreed_on="31.1.2021", r4_company="Nyt Firma", r4_municipality="0851",
        activity=str(world.activity.pk),
    )  # fmt: skip
    answer = send(world.client("office"), data)
    first, second, third = Match.objects.order_by("pk")
    assert answer.status_code == 302
    assert answer.url == reverse("matching:event_receipt", args=[first.pk])
    assert {each.event for each in (first, second, third)} == {"Karrieredag"}
    assert {each.activity_id for each in (first, second, third)} == {world.activity.pk}
    assert (first.company.name, first.students, first.match_type_id, first.agreed_on.isoformat()) == (
        "Limfjord Køleteknik A/S", 4, "internship", "2021-01-30",
    )  # fmt: skip
    assert (second.company.cvr, second.match_type_id, second.work_area_id, second.agreed_on) == (
        KATTEGAT, "ordinary_job", "sales_marketing", TODAY,
    )  # fmt: skip
    assert (second.municipality_id, third.company.name, third.company.cvr) == ("0840", "Nyt Firma", None)
    assert Fact.objects.count() == 3
    assert differences() == []


def test_the_receipt_lists_what_each_counts_towards_and_the_same_table_twice_is_one(world: World) -> None:
    office = world.client("office")
    data = table(world, r1_company="Limfjord Køleteknik A/S", r2_company="Kattegat Ærøkål ApS")
    first = send(office, data)
    again = send(office, data)
    assert again.url == f"{first.url}?again=1"
    assert Match.objects.count() == 2
    receipt = text(office.get(again.url))
    assert "2 match er registreret" in receipt
    assert "1 match for Vækst Via Viden 2.0, Aalborg og BusinessAalborg" in receipt
    assert "1 match for Vækst Via Viden 2.0, Rebild og BusinessAalborg" in receipt
    assert "to gange" in receipt
    assert Opening.objects.filter(kind="match").exists()
    # Another organisation that has no part in it sees nothing.
    assert world.client("UCN").get(first.url).status_code == 404
    other = send(office, data | {"r3_company": "Randers Reb A/S", "r3_municipality": "0851"})
    assert other.status_code == 400
    assert "allerede registreret match med denne side" in text(other)


def test_a_table_with_a_new_company_is_also_registered_once(world: World) -> None:
    office, data = world.client("office"), table(world, r1_company="Nyt Firma", r1_municipality="0851")
    first = send(office, data)
    assert send(office, data).url == f"{first.url}?again=1"
    assert (Match.objects.count(), Company.objects.filter(name="Nyt Firma").count()) == (1, 1)


def test_one_wrong_row_holds_all_back_and_nothing_typed_is_lost(world: World) -> None:
    data = table(
        world, r1_company="Limfjord Køleteknik A/S", r2_company="Kattegat Ærøkål ApS", r2_agreed_on="31.2.2021",
        r3_company="99000099", r5_company="Randers Reb A/S", r6_students="2",
    )  # fmt: skip
    answer = send(world.client("office"), data)
    page = text(answer)
    assert answer.status_code == 400
    assert not Match.objects.exists()
    for told in ("Række 2: ", "Række 3: ", "Række 5: ", "Række 6: "):
        assert told in page, told
    assert "Række 1: " not in page
    for kept in ("Kattegat Ærøkål ApS", "31.2.2021", "99000099", "Karrieredag"):
        assert kept in page, kept


def test_a_name_that_is_not_known_is_chosen_or_said_to_be_new(world: World) -> None:
    office = world.client("office")
    page = text(send(office, table(world, r1_company="Limfjord", r1_municipality="0851")))
    limfjord = world.companies["Limfjord Køleteknik A/S"]
    assert f'<option value="{limfjord.pk}">' in page
    assert "En ny virksomhed: Limfjord" in page
    chosen = table(world, r1_company="Limfjord", r1_municipality="0851", r1_pick_for="Limfjord")
    assert send(office, chosen | {"r1_pick": str(limfjord.pk)}).status_code == 302
    assert Match.objects.get().company == limfjord
    new = chosen | {"token": "u", "r1_pick": "new"}
    assert send(office, new | {"r1_pick_for": "Limfjords"}).status_code == 400  # offered for another text
    assert send(office, new).status_code == 302
    assert Company.objects.filter(name="Limfjord", municipality_id="0851", cvr=None).count() == 1


def test_likely_twins_are_asked_about_row_by_row(world: World) -> None:
    office = world.client("office")
    world.register("AAU", created_by=world["AAU"].pk, match_type="internship")
    data = table(
        world, r1_company="Limfjord Køleteknik A/S", r2_company="Kattegat Ærøkål ApS", r3_company="Kattegat Ærøkål ApS"
    )
    answer = send(office, data)
    page = text(answer)
    assert answer.status_code == 400
    assert Match.objects.count() == 1
    assert "et match fra AAU, januar 2021, studiepraktik" in page
    assert "række 2 ovenfor" in page
    assert page.count("eller tøm rækken") == 4  # in the summary and at the field of each
    told = data | {"r1_different_reason": "En anden studerende", "r3_different_reason": "To praktikanter"}
    assert send(office, told).status_code == 302
    assert list(Match.objects.order_by("pk").values_list("different_reason", flat=True)[1:]) == [
        "En anden studerende", "", "To praktikanter",
    ]  # fmt: skip


def test_what_is_wrong_with_the_head_is_said_once(world: World) -> None:
    rows = {"r1_company": "Limfjord Køleteknik A/S", "r2_company": "Kattegat Ærøkål ApS"}
    page = text(send(world.client("office"), table(world, **rows) | {"event": "", "created_by": ""}))
    assert page.count("Skriv, hvad arrangementet hedder.") == 2
    wrong = table(world, **rows) | {"created_by": str(world["Odense"].pk)}
    page = text(send(world.client("office"), wrong))
    assert page.count("Odense Kommune skabte ikke match") == 2  # in the summary and at the field
    empty = text(send(world.client("office"), table(world)))
    assert "Udfyld mindst én række" in empty
    assert not Match.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("hub", 200), ("municipality", 403), ("steward", 403)])
def test_who_may(world: World, name: str, status: int) -> None:
    assert world.client(name).get(ADDRESS).status_code == status


def test_the_hub_stands_as_assisting_in_every_row(world: World) -> None:
    rows = {"r1_company": "Limfjord Køleteknik A/S", "r2_company": "Kattegat Ærøkål ApS"}
    data = table(world, **rows) | {"assisted_by": str(world["UCN"].pk)}
    assert send(world.client("hub"), data).status_code == 302
    for match in Match.objects.all():
        assert {each.organisation.short_name for each in match.assists.all()} == {"hub", "UCN"}


def test_the_event_filters_the_list_and_stands_on_the_page_and_in_the_file(world: World) -> None:
    office = world.client("office")
    send(office, table(world, r1_company="Limfjord Køleteknik A/S"))
    world.register("office", company=world.companies["Kattegat Ærøkål ApS"])
    page = text(office.get("/match/?event=karriere"))
    assert "Limfjord" in page
    assert "Kattegat" not in page
    assert "Karrieredag" in text(office.get(reverse("matching:detail", args=[Match.objects.earliest("pk").pk])))
    lines = b"".join(office.get("/match/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert lines.splitlines()[0].split(";").index("Arrangement") > 0
    assert "Karrieredag" in lines
