"""The pages and the API of companies, as their readers meet them."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from matching.changing import change_company
from matching.models import Company, CompanyMerge, ProductionUnit, RegisterEntry
from portal.identity.rights import Refused
from portal.identity.tokens import issue_token
from tests.matching.conftest import World
from tests.matching.test_models import refused

LIMFJORD = "Limfjord Køleteknik A/S"


@pytest.fixture
def typed(world: World) -> Company:
    return Company.objects.create(name="Limfjord Køletekn", municipality_id="0851")


def page(world: World, who: str, address: str) -> str:
    answer = world.client(who).get(address)
    assert answer.status_code == 200, answer.content.decode()
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()


@pytest.mark.django_db
def test_the_list_is_searched_as_people_type_and_filtered(world: World, typed: Company) -> None:
    known = world.companies[LIMFJORD]
    Company.objects.filter(pk=known.pk).update(
        industry_code="620100", industry_version="DB07", industry="Computerprogrammering", employees="10_19",
        status="active", other_names="Nordisk Frost\nÅrhus Is",
    )  # fmt: skip
    for found in ("text=limfjord+koele", "text=aarhus", "text=frost", "industry=62.01", "industry=COMPUTER",
                  "employees=10_19", "status=active", "text=99000031"):  # fmt: skip
        assert LIMFJORD in page(world, "hub", f"/virksomheder/?{found}"), found
    for other in ("text=kattegat", "industry=63", "employees=5_9", "status=ceased", "use=without_cvr"):
        assert LIMFJORD not in page(world, "hub", f"/virksomheder/?{other}"), other
    assert "Limfjord Køletekn<" in page(world, "hub", "/virksomheder/?use=without_cvr")
    assert "Limfjord" in page(world, "hub", "/virksomheder/?text=limfjrd")  # a slip of the finger


@pytest.mark.django_db
def test_a_list_for_outreach_leaves_out_the_protected_and_says_so(world: World) -> None:
    Company.objects.filter(name=LIMFJORD).update(advertising_protected=True, status="active")
    assert LIMFJORD in page(world, "hub", "/virksomheder/?export=csv")
    for address in ("/virksomheder/?use=outreach", "/virksomheder/?use=outreach&export=csv"):
        text = page(world, "hub", address)
        assert LIMFJORD not in text
        assert "1 virksomhed er udeladt: Den er reklamebeskyttet" in text


@pytest.mark.django_db
def test_the_page_of_a_company_says_what_the_register_says_and_the_matches_one_may_see(world: World) -> None:
    known = world.companies[LIMFJORD]
    match = world.register("office", created_by=world["BusinessAalborg"].pk).match
    ProductionUnit.objects.create(company=known, number="1005408410", name="Afdeling Hobro", municipality_id="0846")
    RegisterEntry.objects.create(company=known, attribute="name", value="Fjorden ApS", valid_to=date(2015, 6, 30))
    Company.objects.filter(pk=known.pk).update(
        advertising_protected=True,
        industry_code="620100",
        industry_version="DB07",
        industry="Computerprogrammering",
        fictional=False,  # a fictional company cannot be looked up
    )
    text = page(world, "office", f"/virksomheder/{known.pk}/")
    for words in ("Afdeling Hobro", "Mariagerfjord", "Fjorden ApS", "30.06.2015", "reklamebeskyttet",
                  "Computerprogrammering, 620100 (DB07)", f"/match/{match.pk}/",
                  "https://datacvr.virk.dk/enhed/virksomhed/99000031"):  # fmt: skip
        assert words in text, words
    assert f"/match/{match.pk}/" not in page(world, "rebild", f"/virksomheder/{known.pk}/")


@pytest.mark.django_db
def test_what_is_ours_is_changed_and_a_near_name_is_asked_about_first(world: World, typed: Company) -> None:
    client = world.client("hub")
    address = f"/virksomheder/{typed.pk}/ret/"
    shown = client.get(address)
    form = _sent(shown.content.decode())
    said = {**form, "name": "Limfjord Køleteknik", "municipality": "0851", "cvr": "", "first_highly_educated": "yes"}
    answer = client.post(address, said)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "hedder næsten det samme: Limfjord Køleteknik A/S (" in text
    assert 'value="Limfjord Køleteknik"' in text
    assert 'name="another"' in text
    answer = client.post(address, {**said, "another": "on"})
    assert answer.status_code == 302, answer.content.decode()
    typed.refresh_from_db()
    assert (typed.name, typed.first_highly_educated) == ("Limfjord Køleteknik", True)


def _sent(text: str) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    form = text[text.index('<form method="post" novalidate') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))


@pytest.mark.django_db
def test_what_cannot_be_changed(world: World, typed: Company) -> None:
    actor, known = world.actor("hub"), world.companies[LIMFJORD]
    Company.objects.filter(pk=known.pk).update(fetched_on=date(2021, 1, 1))
    for company, said, field in (
        (typed, {"cvr": "12345678"}, "cvr"),
        (typed, {"cvr": "99000031"}, "cvr"),
        (typed, {"name": " "}, "name"),
        (typed, {"municipality": ""}, "municipality"),
        (typed, {"municipality": "0411"}, "municipality"),
        (known, {"name": "Noget andet"}, "name"),
    ):
        with pytest.raises(ValidationError) as caught:
            change_company(actor, company, **said)
        assert field in caught.value.message_dict
    with pytest.raises(Refused):
        change_company(world.actor("municipality"), typed, name="X")
    change_company(actor, known, first_highly_educated=False)
    change_company(actor, typed, cvr="DK 99 00 00 58")
    typed.refresh_from_db()
    assert typed.cvr == "99000058"


@pytest.mark.django_db
def test_the_queue_offers_the_likely_one_and_settles_it_with_one_press(world: World, typed: Company) -> None:
    steward, known = world.client("steward"), world.companies[LIMFJORD]
    text = steward.get("/virksomheder/uden-cvr/").content.decode()
    assert f"Det er {LIMFJORD}" in text
    start = text.index(f'action="/virksomheder/{typed.pk}/flet/"')
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', text[start : text.index("</form>", start)]))
    answer = steward.post(f"/virksomheder/{typed.pk}/flet/", fields)
    assert answer.status_code == 302, answer.content.decode()
    typed.refresh_from_db()
    assert typed.merged_into == known
    text = page(world, "steward", f"/virksomheder/{known.pk}/")
    assert "Limfjord Køletekn" in text
    row = CompanyMerge.objects.get()
    asked = steward.get(f"/virksomheder/fletninger/{row.pk}/fortryd/").content.decode()
    answer = steward.post(f"/virksomheder/fletninger/{row.pk}/fortryd/", _sent(asked))
    assert answer.status_code == 302
    typed.refresh_from_db()
    assert typed.merged_into is None
    assert f"Det er {LIMFJORD}" not in page(world, "hub", "/virksomheder/uden-cvr/")


@pytest.mark.django_db
def test_merging_shows_first_what_moves(world: World, typed: Company) -> None:
    known = world.companies[LIMFJORD]
    offered = page(world, "steward", f"/virksomheder/{typed.pk}/flet/?text=limfjord")
    assert f"?into={known.pk}" in offered
    text = page(world, "steward", f"/virksomheder/{typed.pk}/flet/?into={known.pk}")
    assert "0 match" in text
    assert "navnet Limfjord Køletekn" in text
    assert "Læg dem sammen den anden vej" in page(world, "steward", f"/virksomheder/{known.pk}/flet/?into={typed.pk}")


@pytest.mark.django_db
def test_the_log_form_offers_a_companys_places_of_work(world: World) -> None:
    known = world.companies[LIMFJORD]
    for number, code in (("1005408410", "0851"), ("1005408411", "0846")):
        ProductionUnit.objects.create(company=known, number=number, address="Algade 3", municipality_id=code)
    text = page(world, "hub", f"/match/virksomheder/?company={known.pk}&company_text=lim")
    assert "Mariagerfjord: Algade 3" in text
    ProductionUnit.objects.filter(number="1005408411").update(ceased_on=date(2020, 1, 1))
    assert "Algade 3" not in page(world, "hub", f"/match/virksomheder/?company={known.pk}&company_text=lim")


def ask(world: World, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    token = issue_token(world.actors[who].user)
    with translation.override(translation.get_language()):  # the API answers in English; the next test is Danish again
        return getattr(Client(), method)(
            f"/api/v1{path}",
            **({"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}),
            headers={"Authorization": f"Bearer {token}", **headers},
        )


@pytest.mark.django_db
def test_the_api_gives_what_the_page_shows_and_changes_what_is_ours(world: World, typed: Company) -> None:
    known = world.companies[LIMFJORD]
    ProductionUnit.objects.create(company=known, number="1005408410", municipality_id="0846", industry_code="620100")
    Company.objects.filter(pk=known.pk).update(
        advertising_protected=True, status="active", industry_code="620100", other_names="Frost"
    )
    said = ask(world, "hub", "get", f"/companies/{known.pk}/").json()
    assert said["production_units"][0]["municipality"]["code"] == "0846"
    assert (said["advertising_protected"], said["other_names"], said["merged_into"]) == (True, ["Frost"], None)
    for query, there in (("industry=6201", True), ("industry=63", False), ("status=active", True), ("name=frost", True),
                         ("outreach=true", False), ("outreach=false", True), ("without_cvr=true", False)):  # fmt: skip
        answer = ask(world, "hub", "get", f"/companies/?{query}")
        assert (known.pk in [row["id"] for row in answer.json()["results"]]) is there, query
    path = f"/companies/{typed.pk}/change/"
    tag = ask(world, "hub", "get", f"/companies/{typed.pk}/")["ETag"]
    assert ask(world, "hub", "post", path, {"first_highly_educated": True}).status_code == 428
    near = ask(world, "hub", "post", path, {"name": "Limfjord Køleteknik"}, **{"If-Match": tag})
    assert near.status_code == 400
    assert "another" in json.dumps(near.json())
    done = ask(world, "hub", "post", path, {"cvr": "99000058", "first_highly_educated": True}, **{"If-Match": tag})
    assert (done.status_code, done.json()["cvr"], done.json()["first_highly_educated"]) == (200, "99000058", True)
    assert ask(world, "hub", "post", path, {"cvr": None}, **{"If-Match": tag}).status_code == 412
    assert ask(world, "kkr", "post", path, {"cvr": None}, **{"If-Match": "*"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"industry_code": "12345"}, "company_industry_six_digits"),
        ({"industry_version": "DB07"}, "company_industry_version_known"),
        ({"industry_code": "620100", "industry_version": "DB99"}, "company_industry_version_known"),
        ({"status": "gone"}, "company_status_known"),
    ],
)
def test_companies_that_cannot_be(fields: dict[str, Any], constraint: str) -> None:
    refused(constraint, lambda: Company.objects.create(name="X", municipality_id="0851", **fields))


@pytest.mark.django_db
def test_places_and_entries_that_cannot_be(typed: Company) -> None:
    def unit(number: str, **fields: Any) -> Any:
        return lambda: ProductionUnit.objects.create(company=typed, number=number, **fields)

    def entry(**fields: Any) -> Any:
        return lambda: RegisterEntry.objects.create(company=typed, **{"attribute": "name", "value": "X", **fields})

    refused("unit_number_ten_digits", unit("12345"))
    unit("1000000001", head=True, register_id=1)()
    refused("unit_one_head", unit("1000000002", head=True))
    refused("unit_register_id_once", unit("1000000003", register_id=1))
    refused("register_entry_attribute_known", entry(attribute="owner"))
    refused("register_entry_period", entry(valid_from=date(2020, 1, 2), valid_to=date(2020, 1, 1)))
    entry()()
    refused("register_entry_once", entry())
    Company.objects.filter(pk=typed.pk).update(register_id=7)
    with pytest.raises(IntegrityError, match="company_register_id_once"), transaction.atomic():
        Company.objects.create(name="Y", municipality_id="0851", register_id=7)
