"""Referring from a company's page, answering in one page, the lists, the figures and the API."""

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse

from matching.answering import add_note, answer, pass_on
from matching.merging import merge, undo_merge, unknown_relations
from matching.models import Company, Referral
from matching.needs import register_need
from matching.referral_figures import figures
from matching.referrals import NewReferral, withdraw
from portal.audit.models import Opening
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.identity.tokens import issue_token
from programmes.models import PartnerRole, Programme
from tests.identity.helpers import signed_in
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import lead, offer, outside, refer


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def sent_form(world: World, **changes: str) -> dict[str, str]:
    return {
        "to": f"o{world['AAU'].pk}", "kind": "students", "asked": "En studerende til køling", "asked_on": "31.01.2021",
        "programme": "vvv", "due_on": "", "token": "en",
    } | changes  # fmt: skip


def test_two_actions_from_the_companys_page(world: World) -> None:
    company, client = world.companies["Limfjord Køleteknik A/S"], world.client("rebild")
    address = reverse("matching:referral_new", args=[company.pk])
    assert address in text_of(client.get(reverse("matching:company", args=[company.pk])))
    service = offer(world)
    page = text_of(client.get(address))
    assert f'<option value="s{service.pk}">' in page
    assert "Eksportrådet" in page
    answer = client.post(address, sent_form(world, to=f"s{service.pk}"))
    row = Referral.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/henvisninger/{row.pk}/")
    assert (row.service, row.to_organisation, row.programme) == (service, world["AAU"], world.programme)
    client.post(address, sent_form(world, to=f"s{service.pk}"))
    assert Referral.objects.count() == 1, "sent twice it is one"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to": ""}, "Vælg én, som virksomheden henvises til."),
        ({"to": "o999999"}, "Vælg én, som virksomheden henvises til."),
        ({"asked": ""}, "Skriv, hvad der spørges om."),
        ({"kind": ""}, "Vælg, hvad det handler om."),
        ({"asked_on": "01.02.2021"}, "Dagen er ikke kommet endnu."),
        ({"due_on": "01.12.2021"}, "ingen skal vente længere"),
    ],
)
def test_bad_input_is_told_at_the_field(world: World, changes: dict[str, str], message: str) -> None:
    company, client = world.companies["Limfjord Køleteknik A/S"], world.client("rebild")
    answer = client.post(reverse("matching:referral_new", args=[company.pk]), sent_form(world, **changes))
    assert (answer.status_code, Referral.objects.count()) == (400, 0)
    assert message in text_of(answer)
    assert changes.get("asked") == "" or "En studerende til køling" in text_of(answer), "nothing typed is lost"


def test_noting_that_a_company_has_asked(world: World) -> None:
    company, client = world.companies["Limfjord Køleteknik A/S"], world.client("AAU")
    form = {"who": "company", "kind": "students", "asked": "Ringede", "asked_on": "31.01.2021", "programme": "vvv",
            "token": "en"}  # fmt: skip
    answer = client.post(reverse("matching:referral_asked", args=[company.pk]), form)
    assert answer.status_code == 302
    assert Referral.objects.get().from_company
    answer = client.post(
        reverse("matching:referral_asked", args=[company.pk]), form | {"who": "external", "token": "to"}
    )
    assert answer.status_code == 400
    assert "Vælg den eksterne part, der henviser." in text_of(answer)


def test_answered_in_one_page(world: World) -> None:
    row, client = refer(world), world.client("AAU")
    address = reverse("matching:referral_answer", args=[row.pk])
    page = client.get(address)
    assert "Virksomheden søger en studerende" in text_of(page)
    version = _version(text_of(page))
    form = {"outcome": "no_match", "answer": "Desværre", "day_day": "31", "day_month": "1", "day_year": "2021",
            "version": version}  # fmt: skip
    answer = client.post(address, form)
    assert answer.status_code == 400
    assert "Skriv, hvilke andre muligheder virksomheden har fået anvist." in text_of(answer)
    answer = client.post(address, form | {"alternatives": "UCN"})
    assert (answer.status_code, answer["Location"]) == (302, f"/henvisninger/{row.pk}/")
    row.refresh_from_db()
    assert (row.status, row.answered_on) == ("answered", TODAY)
    assert client.get(address).status_code == 403, "it has been answered"


def _version(page: str) -> str:
    return page.split('name="version" value="', 1)[1].split('"', 1)[0]


def test_others_meet_nothing(world: World) -> None:
    row = refer(world, "jobcentre")
    names = (
        "referral",
        "referral_answer",
        "referral_take_on",
        "referral_company",
        "referral_note",
        "referral_withdraw",
    )
    for actor in ("hub", "office", "Magistrene", "odense"):
        client = world.client(actor)
        assert {client.get(reverse(f"matching:{name}", args=[row.pk])).status_code for name in names} == {404}, actor
    client = signed_in(world.client("hub"), lead(world).user)
    assert client.get(reverse("matching:referral", args=[row.pk])).status_code == 403


def test_the_page_shows_own_notes_alone_and_is_noted(world: World) -> None:
    row = refer(world, "jobcentre")
    add_note(world.actor("jobcentre"), row, "Direktøren er svær")
    add_note(world.actor("AAU"), row, "Spørg instituttet")
    pages = {name: text_of(world.client(name).get(reverse("matching:referral", args=[row.pk])))
             for name in ("jobcentre", "AAU", "municipality")}  # fmt: skip
    assert [name for name, page in pages.items() if "Direktøren er svær" in page] == ["jobcentre", "municipality"]
    assert [name for name, page in pages.items() if "Spørg instituttet" in page] == ["AAU"]
    assert Opening.objects.filter(kind="referral", keys=[str(row.pk)]).count() == 3
    assert "jobcentre, Jobcenter Aalborg" in pages["jobcentre"]
    assert "jobcentre, Jobcenter Aalborg" not in pages["AAU"], "who it was at the other side is not named"


def test_passed_on_inside_a_municipality_the_sender_sees_no_more_than_that(world: World) -> None:
    row = refer(world, "AAU", to_organisation=world["Jobcenter Aalborg"])
    said = NewReferral(
        programme=world.programme, company=row.company, kind="students", asked="Tag den", asked_on=TODAY,
        to_organisation=world["BusinessAalborg"],
    )  # fmt: skip
    new = pass_on(world.actor("jobcentre"), row, said)
    page = text_of(world.client("AAU").get(reverse("matching:referral", args=[row.pk])))
    assert "en anden enhed i kommunen" in page
    assert "BusinessAalborg" not in page
    assert world.client("AAU").get(reverse("matching:referral", args=[new.pk])).status_code == 404
    page = text_of(world.client("jobcentre").get(reverse("matching:referral", args=[row.pk])))
    assert "BusinessAalborg" in page


def test_the_page_says_where_it_went_last(world: World) -> None:
    """Passed on by mistake, withdrawn, and passed on to another one."""
    row = refer(world)
    said = NewReferral(
        programme=world.programme, company=row.company, kind="students", asked="Tag den", asked_on=TODAY,
        to_organisation=world["UCN"],
    )  # fmt: skip
    wrong = pass_on(world.actor("AAU"), row, said)
    page = text_of(world.client("AAU").get(reverse("matching:referral_withdraw", args=[wrong.pk])))
    assert "virksomheden venter igen på jeres svar" in page
    withdraw(world.actor("AAU"), wrong, "Skulle til erhvervshuset")
    page = text_of(world.client("rebild").get(reverse("matching:referral", args=[row.pk])))
    assert "skylder nu" not in page
    assert "videresendelsen blev trukket tilbage" in page


def test_the_sender_hears_what_came_of_one_that_was_passed_on(world: World) -> None:
    """However often it was: from Rebild to AAU, to UCN, to the erhvervshus."""
    row = refer(world)
    last = row
    for sender, receiver in (("AAU", "UCN"), ("UCN", "hub")):
        said = NewReferral(
            programme=world.programme, company=row.company, kind="students", asked="Tag den", asked_on=TODAY,
            to_organisation=world[receiver],
        )  # fmt: skip
        last = pass_on(world.actor(sender), last, said)
    address, client = reverse("matching:referral", args=[row.pk]), world.client("rebild")
    assert "Den er sendt videre til Erhvervshus Nordjylland, som nu skylder" in text_of(client.get(address))
    answer(world.actor("hub"), last, "agreement", "Kun til UCN", day=TODAY, company_told_on=TODAY)
    page = text_of(client.get(address))
    assert "Den er sendt videre til Erhvervshus Nordjylland og besvaret 31.01.2021: aftale indgået." in page
    assert "Virksomheden fik svar 31.01.2021." in page
    assert "Kun til UCN" not in page, "texts are between the two parties"


def test_an_answer_is_taken_back_on_a_page(world: World) -> None:
    row, client = refer(world), world.client("AAU")
    address = reverse("matching:referral_reopen", args=[row.pk])
    assert client.get(address).status_code == 403
    answer(world.actor("AAU"), row, "meeting", "Møde", day=TODAY)
    assert address in text_of(client.get(reverse("matching:referral", args=[row.pk])))
    sent = {"version": _version(text_of(client.get(address)))}
    assert client.post(address, sent).status_code == 400
    assert client.post(address, sent | {"reason": "Forkert virksomhed"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "sent"


def test_the_partners_of_every_programme_are_offered(world: World) -> None:
    """Not of the first alone."""
    Programme.objects.filter(pk=world.other.pk).update(ends_on=date(2022, 12, 31))
    network = Organisation.objects.create(name="Nyt Netværk", short_name="NN", kind=OrganisationKind.HUB)
    PartnerRole.objects.create(
        programme=world.other, organisation=network, role="assistant", valid_from=world.other.starts_on
    )
    page = text_of(world.client("rebild").get(reverse("matching:referral_new", args=[refer(world).company_id])))
    assert "Nyt Netværk" in page
    assert "Professionshøjskolen UCN" in page


def test_each_number_is_that_of_the_list_behind_it(world: World) -> None:
    """Withdrawn ones and those inside the municipality are in neither; a unit's are its own."""
    refer(world, "jobcentre")
    refer(world, "jobcentre", kind="export")
    withdraw(world.actor("jobcentre"), refer(world, "jobcentre"), "Fejl")
    refer(world, "jobcentre", to_organisation=world["BusinessAalborg"])
    refer(world, "office")
    refer(world, "AAU", to_organisation=world["Jobcenter Aalborg"])
    client = world.client("municipality")
    page = client.get(reverse("matching:referral_figures"))
    cells = {
        (row["name"], side): row[side]
        for row in page.context["table"].rows for side in ("sent", "received") if row[side].url
    }  # fmt: skip
    numbers = {key: cell.value for key, cell in cells.items()}
    assert numbers == {
        ("BusinessAalborg", "sent"): 1, ("BusinessAalborg", "received"): 0,
        ("Jobcenter Aalborg", "sent"): 2, ("Jobcenter Aalborg", "received"): 1,
    }  # fmt: skip
    for key, cell in cells.items():
        assert client.get(cell.url).context["number"] == numbers[key], key


def test_the_list_both_ways_and_as_a_file(world: World) -> None:
    refer(world)
    refer(world, "AAU", to_organisation=world["UCN"], company=world.companies["Randers Reb A/S"], kind="guidance")
    client, address = world.client("AAU"), reverse("matching:referrals")
    for query, names in (
        ("", ["Limfjord", "Randers"]), ("side=to_us", ["Limfjord"]), ("side=from_us", ["Randers"]),
        ("kind=guidance", ["Randers"]), ("state=late", []), ("state=company", ["Limfjord", "Randers"]),
        ("text=reb", ["Randers"]), ("asked_to=30.01.2021", []),
    ):  # fmt: skip
        page, file = text_of(client.get(f"{address}?{query}")), text_of(client.get(f"{address}?{query}&export=csv"))
        for found in (page, file):
            assert [name for name in ("Limfjord", "Randers") if f"{name} " in found] == names, query
    assert "Limfjord" not in text_of(world.client("hub").get(address))


def test_companies_without_an_answer_by_age(world: World) -> None:
    """Asked on 11.01. and 21.01.: on 31.01. they have waited 20 and 10 days."""
    old, new = refer(world, asked_on=date(2021, 1, 11)), refer(world, asked_on=date(2021, 1, 21), kind="guidance")
    answer(world.actor("AAU"), refer(world), "meeting", "", day=TODAY, company_told_on=TODAY)
    answer(world.actor("AAU"), old, "meeting", "", day=TODAY)
    client, address = world.client("rebild"), reverse("matching:unanswered")
    lines = text_of(client.get(f"{address}?export=csv")).splitlines()[1:]
    assert [line.split(";")[1] for line in lines] == ["20", "10"]
    assert "Jobcenter Rebild" in lines[0].split(";")[3], "AAU has answered, so the sender tells the company"
    assert "Aalborg Universitet" in lines[1].split(";")[3]
    refer(world, "jobcentre", to_organisation=world["BusinessAalborg"])
    led = text_of(signed_in(world.client("hub"), lead(world).user).get(address))
    assert f"Henvisning nr. {new.pk}" in led
    assert "Limfjord" not in led
    assert "Virksomheden søger" not in led
    assert "BusinessAalborg" not in led, "what goes on inside a municipality is not the lead's"


def test_both_directions_are_counted_in_one_question(world: World, django_assert_num_queries: Any) -> None:
    """AAU receives five: answered after 2, 9, 12 and 21 days, one waits. The median of 2, 9, 12 and 21 is 10.5."""
    for days, day in ((2, 3), (9, 10), (12, 13), (21, 22)):
        row = refer(world, asked_on=date(2021, 1, 1))
        answer(world.actor("AAU"), row, "meeting", "", day=date(2021, 1, day))
        row.refresh_from_db()
        assert (row.answered_on - row.asked_on).days == days  # type: ignore[operator]
    refer(world, to_organisation=world["AAU"])
    withdraw(world.actor("rebild"), refer(world), "Fejl")
    refer(world, "AAU", to_external=outside(), kind="financing")
    refer(world, "AAU", from_company=True)
    refer(world, "jobcentre", to_organisation=world["BusinessAalborg"])
    actor = world.actor("rebild")
    with django_assert_num_queries(1):
        found = figures(actor, [world.programme])
    by_name = {party.name: party for party in found.parties}
    assert set(by_name) == {"Jobcenter Rebild", "Aalborg Universitet (AAU)", "Privat rådgiver"}
    aau = by_name["Aalborg Universitet (AAU)"]
    assert (aau.sent.number, aau.received.number) == (1, 6), "five and the company that asked itself"
    assert (aau.received.answered, aau.received.soon, aau.received.late) == (4, 2, 4)
    assert (aau.received.waiting, aau.received.median) == (2, Fraction(21, 2))
    rebild = by_name["Jobcenter Rebild"]
    assert (rebild.sent.number, rebild.sent.answered, rebild.received.number) == (5, 4, 0)
    assert (by_name["Privat rådgiver"].received.number, found.whole.number, found.internal.number) == (1, 7, 0)
    assert figures(world.actor("municipality"), [world.programme]).internal.number == 1
    assert figures(world.actor("office"), [world.programme]).internal.number == 1
    january = figures(actor, [world.programme], first=date(2021, 1, 2), last=TODAY, kind="students")
    assert january.whole.number == 2


def test_the_figures_page(world: World) -> None:
    row = refer(world, asked_on=date(2021, 1, 1))
    answer(world.actor("AAU"), row, "meeting", "", day=date(2021, 1, 10))
    page = text_of(world.client("rebild").get(reverse("matching:referral_figures")))
    assert "1 henvisning; 1 af dem besvaret inden for 21 dage." in page
    assert "?side=from_us" in page
    assert world.client("kkr").get(reverse("matching:referral_figures")).status_code == 200


def test_merging_companies_takes_their_referrals_along(world: World) -> None:
    assert unknown_relations() == []
    kept, absorbed = (
        world.companies["Limfjord Køleteknik A/S"],
        Company.objects.create(name="Limfjord", municipality_id="0851"),
    )
    row = refer(world, company=absorbed)
    done = merge(world.actor("steward"), kept, absorbed)
    row.refresh_from_db()
    assert row.company == kept
    undo_merge(world.actor("steward"), done)
    row.refresh_from_db()
    assert row.company == absorbed


class Api:
    def __init__(self, world: World, actor: str) -> None:
        self.client, self.token = world.client(actor), issue_token(world.actors[actor].user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )  # fmt: skip


def test_over_the_api_from_sending_to_closing(world: World) -> None:
    body = {"programme": "vvv", "company": world.companies["Randers Reb A/S"].pk, "kind": "students",
            "asked": "En praktikant", "asked_on": "2021-01-31", "to_organisation": world["AAU"].pk}  # fmt: skip
    sender, receiver = Api(world, "rebild"), Api(world, "AAU")
    made = sender.post("referrals/", body, **{"Idempotency-Key": "en"})
    assert made.status_code == 201, made.content
    assert sender.post("referrals/", body, **{"Idempotency-Key": "en"}).status_code == 200
    pk = made.json()["id"]
    assert [row["id"] for row in receiver.get("referrals/?status=sent").json()["results"]] == [pk]
    said = {"outcome": "no_match", "answered_on": "2021-01-31"}
    address = f"referrals/{pk}/answer/"
    assert receiver.post(address, said).status_code == 428
    refused = receiver.post(address, said, **{"If-Match": "*"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["alternatives"])
    done = receiver.post(address, said | {"alternatives": "UCN"}, **{"If-Match": "*"})
    assert (done.status_code, done.json()["status"]) == (200, "answered")
    told = sender.post(f"referrals/{pk}/company-answer/", {"company_answered_on": "2021-01-31"}, **{"If-Match": "*"})
    assert told.json()["status"] == "closed"
    assert Api(world, "hub").get(f"referrals/{pk}/").status_code == 404


def test_services_over_the_api(world: World) -> None:
    body = {"programme": "vvv", "title": "Indgang", "offers": "Finder studerende", "valid_from": "2021-01-01",
            "kinds": ["students"], "match_types": ["internship"],
            "contacts": [{"name": "Stine", "phone": "99 40 00 00"}]}  # fmt: skip
    own, other = Api(world, "AAU"), Api(world, "hub")
    made = own.post("services/", body)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert other.get(f"services/{pk}/").json()["contacts"][0]["name"] == "Stine"
    assert [row["id"] for row in other.get("services/?match_type=internship&kind=students").json()["results"]] == [pk]
    changed = {name: value for name, value in body.items() if name != "programme"} | {"valid_to": "2021-03-01"}
    assert other.post(f"services/{pk}/change/", changed, **{"If-Match": "*"}).status_code == 403
    assert own.post(f"services/{pk}/change/", changed, **{"If-Match": "*"}).json()["valid_to"] == "2021-03-01"


def test_what_a_need_says_stands_in_the_form(world: World) -> None:
    """Of one's own need; another partner's is not told on, and another company's is passed over."""
    company = world.companies["Limfjord Køleteknik A/S"]
    need = register_need(
        world.actor("rebild"), company, found_on=TODAY, kind="student_case", wish="Et projekt om køling", tasks="Måle"
    )
    elsewhere = register_need(
        world.actor("rebild"), world.companies["Kattegat Ærøkål ApS"], found_on=TODAY, kind="job_profile", wish="Andet"
    )
    address = f"/virksomheder/{company.pk}/henvis/"
    assert f'href="{address}?need={need.pk}"' in world.client("rebild").get(f"/behov/{need.pk}/").content.decode()
    page = world.client("rebild").get(f"{address}?need={need.pk}").content.decode()
    assert "Et projekt om køling\nMåle</textarea>" in page
    for who, asked in (("AAU", need.pk), ("rebild", elsewhere.pk), ("rebild", "x")):
        page = world.client(who).get(f"{address}?need={asked}").content.decode()
        assert "Et projekt om køling" not in page
        assert "Andet</textarea>" not in page
