"""Logging a match in a browser without JavaScript: whatever goes wrong, nothing typed is lost."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.history import import_matches
from matching.models import Company, Match
from portal import ledger
from tests import forms
from tests.budgets.test_queries import READS
from tests.matching.conftest import LIMFJORD, World
from tests.matching.test_audit import historic

LOG = "/match/ny/"


def text_of(response: HttpResponse) -> str:
    """The page as a person reads it: no tags, single spaces."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def fields_of(response: HttpResponse) -> dict[str, Any]:
    """What a browser would send from the log form as it stands."""
    page = response.content.decode()
    form = page[page.index('id="match-form"') : page.index("</form>", page.index('id="match-form"'))]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = attributes.get("type", "text"), attributes.get("name")
        if name is None or name == "csrfmiddlewaretoken":
            continue
        if kind in ("radio", "checkbox") and not re.search(r"\schecked(?=[\s>=])", tag):
            continue
        sent.setdefault(name, html.unescape(attributes.get("value", "")))
    for name, body in re.findall(r'(?s)<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', body)
        first = re.search(r'<option value="([^"]*)"', body)
        sent[name] = chosen[1] if chosen else first[1] if first else ""
    return sent


def send(client: Client, page: HttpResponse, **typed: Any) -> HttpResponse:
    return client.post(LOG, fields_of(page) | typed)


def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "company_text": LIMFJORD,
        "match_type": "student_job",
        "created_by": str(world["BusinessAalborg"].pk),
        "work_area": "sales_marketing",
    } | changes


def test_from_an_empty_page_to_a_receipt_in_four_fields(world: World) -> None:
    client = world.client("hub")
    page = client.get(LOG)
    assert "Aftalt i dag, 31.01.2021, i virksomhedens kommune, Vækst Via Viden 2.0" in text_of(page)
    assert "Erhvervshus Nordjylland står som medvirkende" in text_of(page)
    answer = send(client, page, **typed(world))
    match = Match.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("matching:receipt", args=[match.pk])
    receipt = text_of(client.get(answer["Location"]))
    for words in ("Matchet er registreret", "Det tæller med.", "Vækst Via Viden 2.0", "Aalborg", "BusinessAalborg"):
        assert words in receipt
    assert (match.municipality_id, match.company.cvr) == ("0851", LIMFJORD)


def test_a_creators_own_organisation_is_filled_in(world: World) -> None:
    client = world.client("AAU")
    page = client.get(LOG)
    assert fields_of(page)["created_by"] == str(world["AAU"].pk)
    fields = typed(world)
    del fields["created_by"]
    send(client, page, **fields)
    assert Match.objects.get().created_by == world["AAU"]


def test_only_creators_are_offered(world: World) -> None:
    page = world.client("hub").get(LOG).content.decode()
    select = re.search(r'(?s)<select[^>]*name="created_by".*?</select>', page)
    assert select is not None
    assert set(re.findall(r">([^<>]+)</option>", select[0])) - {"Vælg"} == {
        "Aalborg Universitet (AAU)",
        "Professionshøjskolen UCN",
        "BusinessAalborg",
        "Jobcenter Aalborg",
        "Jobcenter Rebild",
    }


def test_a_name_gives_a_list_to_choose_from_and_nothing_is_lost(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="køl"))
    assert not Match.objects.exists()
    assert "Der er problemer" in text_of(page)
    assert "Vælg virksomheden fra listen, eller tilføj den" in text_of(page)
    assert "Limfjord Køleteknik A/S CVR 99 00 00 31" in text_of(page).replace("\xa0", " ")
    kept = fields_of(page)
    assert (kept["company_text"], kept["match_type"], kept["work_area"]) == ("køl", "student_job", "sales_marketing")
    chosen = world.companies["Limfjord Køleteknik A/S"].pk
    answer = send(client, page, company=str(chosen))
    assert answer.status_code == 302
    assert Match.objects.get().company_id == chosen


def test_a_null_in_the_name_is_a_space(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Findes\0ikke"))
    assert page.status_code == 400
    assert fields_of(page)["company_text"] == "Findes ikke"


def test_a_choice_does_not_survive_another_text(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), company_text="limfjord køleteknik a/s")
    assert fields_of(page)["company"] == str(world.companies["Limfjord Køleteknik A/S"].pk)
    send(client, page, **typed(world, company_text="99 00 00 23"))
    assert Match.objects.get().company.name == "Kattegat Ærøkål ApS"


def test_find_judges_nothing_else(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), company_text="køl", find="1")
    assert "Der er problemer" not in text_of(page)
    assert "Hvilken virksomhed?" in text_of(page)
    # Enter in the field does the same while nothing else has been chosen.
    assert "Der er problemer" not in text_of(send(client, client.get(LOG), company_text="køl"))


def test_a_company_without_a_number(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Hansens Smedje"))
    assert "Ingen virksomhed hedder “Hansens Smedje”" in text_of(page)
    assert fields_of(page)["company_name"] == "Hansens Smedje"
    page = send(client, page)
    assert "Vælg virksomhedens kommune" in text_of(page)
    answer = send(client, page, company_municipality="0851")
    assert answer.status_code == 302
    company = Match.objects.get().company
    assert (company.name, company.cvr, company.municipality_id) == ("Hansens Smedje", None, "0851")


def test_a_number_that_is_not_here_yet(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="DK 99 00 00 90"))
    assert "CVR-nummer 99 00 00 90 er her ikke endnu" in text_of(page).replace("\xa0", " ")
    answer = send(client, page, company_name="Ny ApS", company_municipality="0851")
    assert answer.status_code == 302
    assert Match.objects.get().company.cvr == "99000090"


def test_nearly_the_same_name_is_asked_about(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Køleværket"))
    page = send(client, page, company="new", company_name="Limfjords Køleteknik", company_municipality="0851")
    assert "næsten samme navn" in text_of(page)
    assert "Limfjord Køleteknik A/S" in text_of(page)
    assert not Match.objects.exists()
    answer = send(client, page, company="new")
    assert answer.status_code == 302
    assert Match.objects.get().company.name == "Limfjords Køleteknik"


def test_a_new_companys_number_may_belong_to_another(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Hansens Smedje"))
    page = send(client, page, company="new", company_cvr=LIMFJORD, company_municipality="0851")
    assert "Nummeret hører til Limfjord Køleteknik A/S" in text_of(page)
    assert not Match.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"company_text": "99 00 00 32"}, "company_text", "99 00 00 32 er ikke et CVR-nummer"),
        ({"company_text": "9900003"}, "company_text", "Et CVR-nummer har 8 cifre"),
        ({"company_text": ""}, "company_text", "Skriv virksomhedens navn eller CVR-nummer"),
        ({"match_type": ""}, "match_type", "Vælg matchtype"),
        ({"work_area": ""}, "work_area", "Vælg det arbejdsområde"),
        ({"created_by": ""}, "created_by", "Vælg, hvem der har skabt matchet"),
        ({"agreed_on_year": "2024"}, "agreed_on", "løber fra 01.07.2020 til 30.06.2023"),
        ({"agreed_on_day": "", "agreed_on_month": "", "agreed_on_year": ""}, "agreed_on", "Skriv den dag"),
        ({"municipality": "0461"}, "municipality", "Odense er uden for"),
        ({"municipality": "9999"}, "municipality", "Der er ingen kommune med koden 9999"),
        ({"programme": "findes-ikke"}, "programme", "Vælg det projekt"),
    ],
)
def test_a_mistake_is_said_twice_and_nothing_is_lost(
    world: World, changes: dict[str, str], field: str, message: str
) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, on_behalf_of=str(world["AAU"].pk), **changes))
    assert not Match.objects.exists()
    body = page.content.decode().replace("\xa0", " ")
    assert f'href="#id_{field}' in body, "the summary leads to the field"
    assert text_of(page).replace("\xa0", " ").count(message) >= 2, "in the summary and at the field"
    assert "<title>Fejl: " in body
    kept = fields_of(page)
    for name, value in (typed(world) | changes | {"on_behalf_of": str(world["AAU"].pk)}).items():
        if name not in ("programme", "municipality") and value:
            assert kept[name] == value, name


def test_all_types_are_shown_when_a_hidden_one_is_chosen_or_none(world: World) -> None:
    client = world.client("hub")
    folded = '<details class="details vb-more">'
    assert folded in client.get(LOG).content.decode()
    assert (
        folded
        not in send(
            client, client.get(LOG), **typed(world, match_type="growth_pilot_job", work_area="")
        ).content.decode()
    )
    assert folded not in send(client, client.get(LOG), **typed(world, match_type="")).content.decode()


def test_the_two_most_used_types_come_first(world: World) -> None:
    world.register(match_type="wage_subsidy")
    world.register("hub2", match_type="wage_subsidy", company=world.companies["Aalborg Køl I/S"])
    world.register("hub2", match_type="ordinary_job")
    world.register("AAU", match_type="internship")
    page = world.client("hub").get(LOG).content.decode()
    assert re.findall(r'name="match_type" value="(\w+)"', page)[:3] == [
        "wage_subsidy",
        "ordinary_job",
        "student_project",
    ]


def test_a_company_outside_asks_for_the_place_of_work(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Randers Reb A/S"))
    assert "Virksomheden ligger i Randers" in text_of(page)
    assert '<details class="details vb-agreed" id="agreed" open' in page.content.decode()
    assert send(client, page, municipality="0840").status_code == 302
    assert Match.objects.get().municipality_id == "0840"


def test_the_same_form_twice_gives_the_first_receipt(world: World) -> None:
    client = world.client("hub")
    page = client.get(LOG)
    first, second = send(client, page, **typed(world)), send(client, page, **typed(world))
    assert second["Location"] == f"{first['Location']}?again=1"
    assert "Du sendte den samme formular to gange" in text_of(client.get(second["Location"]))
    assert Match.objects.count() == 1


def test_a_new_company_sent_twice_is_one_match(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), **typed(world, company_text="Hansens Smedje"))
    for _attempt in range(2):
        assert send(client, page, company_municipality="0851").status_code == 302
    assert Match.objects.count() == 1
    assert Company.objects.filter(name="Hansens Smedje").count() == 1


def test_back_and_changed_asks_before_one_more(world: World) -> None:
    client = world.client("hub")
    page = client.get(LOG)
    send(client, page, **typed(world))
    again = send(client, page, **typed(world, match_type="ordinary_job"))
    assert "Du har allerede registreret et match fra denne side" in text_of(again)
    assert Match.objects.count() == 1
    assert send(client, again).status_code == 302
    assert Match.objects.count() == 2


def twin_page(world: World, client: Client) -> HttpResponse:
    world.register("UCN", created_by=world["UCN"].pk, work_area="it_digital")
    return send(client, client.get(LOG), **typed(world))


def test_a_twin_is_a_warning(world: World) -> None:
    client = world.client("hub")
    page = twin_page(world, client)
    assert "Ligner et match fra UCN, januar 2021, studiejob" in text_of(page)
    assert "It og digitalisering" not in text_of(page).split("Registrér match")[0]
    assert Match.objects.count() == 1
    page = send(client, page, twin="other")
    assert "Skriv kort, hvorfor det er et andet match" in text_of(page)
    answer = send(client, page, twin="other", different_reason="To studerende")
    assert answer.status_code == 302
    assert Match.objects.get(different_reason="To studerende").registered_by == world["hub"]


def test_a_twin_that_is_the_same_is_not_registered(world: World) -> None:
    client = world.client("hub")
    page = send(client, twin_page(world, client), twin="same")
    assert "Intet er registreret" in text_of(page)
    assert "UCN, januar 2021, studiejob" in text_of(page)
    assert Match.objects.count() == 1


def test_one_more_keeps_what_stays_the_same(world: World) -> None:
    client = world.client("hub")
    receipt = client.get(send(client, client.get(LOG), **typed(world))["Location"])
    link = re.search(r'href="(/match/ny/\?[^"]+)"', receipt.content.decode())
    assert link is not None
    kept = fields_of(client.get(html.unescape(link[1])))
    assert (kept["created_by"], kept["match_type"], kept["programme"]) == (
        str(world["BusinessAalborg"].pk), "student_job", "vvv",
    )  # fmt: skip
    assert (kept["agreed_on_day"], kept["agreed_on_month"], kept["agreed_on_year"]) == ("31", "1", "2021")
    assert kept["company_text"] == ""


def test_undo_from_the_receipt(world: World) -> None:
    client = world.client("hub")
    receipt = send(client, client.get(LOG), **typed(world))["Location"]
    undo = reverse("matching:undo", args=[Match.objects.get().pk])
    assert undo in client.get(receipt).content.decode()
    assert "Vil du fortryde matchet?" in text_of(client.get(undo))
    assert not Match.objects.get().withdrawn, "asking is not doing"
    answer = forms.send(client, undo, {"reason": "Forkert"})
    detail = text_of(client.get(answer["Location"]))
    assert "Annulleret 31.01.2021" in detail
    assert client.post(undo).status_code == 302, "again changes nothing"


def test_undo_is_refused_with_the_reason(world: World) -> None:
    match = world.register().match
    for actor, status in (("hub2", 403), ("office", 403), ("AAU", 404)):
        client = world.client(actor)
        undo = reverse("matching:undo", args=[match.pk])
        assert client.get(undo).status_code == client.post(undo).status_code == status
    assert "Kun den, der har registreret et match" in text_of(world.client("hub2").get(undo))
    assert not Match.objects.get().withdrawn


def test_what_does_not_count_says_why(world: World) -> None:
    client = world.client("hub")
    parts = {"agreed_on_day": "15", "agreed_on_month": "7", "agreed_on_year": "2020"}
    receipt = client.get(send(client, client.get(LOG), **typed(world, **parts))["Location"])
    assert "Det tæller ikke med." in text_of(receipt)
    assert "tæller fra 01.09.2020" in text_of(receipt)


def test_a_programme_that_is_over_asks_for_the_day(world: World) -> None:
    client = world.client("hub")
    page = client.get(LOG, {"programme": "vvv1"})
    assert fields_of(page)["agreed_on_day"] == ""
    assert "Hvornår er det aftalt?" in text_of(page)


def test_who_may_not_register_is_told_why(world: World) -> None:
    for actor in ("kkr", "municipality", "steward"):
        answer = world.client(actor).get(LOG)
        assert answer.status_code == 403
        assert "Match registreres af rådgivere og parter" in text_of(answer)


def test_suggestions_while_typing(world: World) -> None:
    client = world.client("hub")
    address = reverse("matching:company_search")
    assert text_of(client.get(address, {"company_text": "kø"})).strip() == ""
    found = text_of(client.get(address, {"company_text": "aal"}))
    assert "Aalborg Køl I/S" in found
    assert "Tilføj “aal” som ny virksomhed" in found
    assert "er ikke et CVR-nummer" in text_of(client.get(address, {"company_text": "99000032"}))


def test_choosing_a_suggestion_fills_in_what_follows(world: World) -> None:
    company = world.companies["Kattegat Ærøkål ApS"]
    answer = world.client("hub").get(
        reverse("matching:company_search"),
        {"company_text": "kat", "company": company.pk, "programme": "vvv", "agreed_on_day": "31",
         "agreed_on_month": "1", "agreed_on_year": "2021"},
    )  # fmt: skip
    page = answer.content.decode()
    assert "Aftalt i dag, 31.01.2021, i Rebild" in text_of(answer)
    assert f'name="company" value="{company.pk}"' in page
    assert "Virksomhedens kommune (Rebild)" in page
    assert '<optgroup label="Rebild">' in page, "the creators of the company's municipality come first"
    assert page.count('hx-swap-oob="true"') == 4


def test_the_page_costs_the_same_whatever_there_is(world: World) -> None:
    client = world.client("hub")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LOG).status_code == 200
        return sum(bool(READS.match(query["sql"])) for query in captured.captured_queries)

    before = cost()
    Company.objects.bulk_create(Company(name=f"Køl {n}", municipality_id="0851") for n in range(30))
    rows = [historic(world, day=1 + n % 28, registered_by=world["hub"]) for n in range(30)]
    import_matches(world.programme, rows, ledger.History("H", "test"))
    assert cost() == before <= 15


def test_a_local_advisers_new_company_lies_at_home(world: World) -> None:
    client = world.client("office")
    page = send(client, client.get(LOG), **typed(world, company_text="Hansens Smedje"))
    assert fields_of(page)["company_municipality"] == "0851"
    assert send(client, page).status_code == 302, "no more to type"
    live = client.get(reverse("matching:company_search"), {"company": "new", "company_text": "Ny", "programme": "vvv"})
    assert re.search(r'<option value="0851" selected', live.content.decode())
    assert 'value="Ny"' in live.content.decode()


def test_a_place_chosen_for_another_company_does_not_stay(world: World) -> None:
    """The script asks for the company's part again: the place of work follows the new company."""
    address = reverse("matching:company_search")
    for company in (str(world.companies["Limfjord Køleteknik A/S"].pk), "new"):
        asked = {"company": company, "company_text": "x", "programme": "vvv", "municipality": "0840"}
        answer = world.client("hub").get(address, asked).content.decode()
        assert not re.search(r'<option value="0840" selected', answer.split('id="agreed"')[1])


def test_a_programme_that_is_over_says_when_it_ran(world: World) -> None:
    client = world.client("hub")
    page = send(client, client.get(LOG), programme="vvv1", find="1")
    assert "Vækst Via Viden løber fra 01.01.2016 til 31.12.2019." in text_of(page)
    assert '<details class="details vb-agreed" id="agreed" open' in page.content.decode()


def test_the_page_has_no_inline_script_or_style(world: World) -> None:
    page = world.client("hub").get(LOG).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", page)
