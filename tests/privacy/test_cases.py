"""Whoever asks is found, told and answered; and nobody else is named to them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import contacts
from matching.errors import Invalid
from matching.merging import merge
from matching.models import Company
from portal.drafts.models import FormDraft
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.privacy import cases, registry
from portal.privacy.models import PrivacyCase
from portal.privacy.report import report
from tests.identity.helpers import signed_in
from tests.matching.conftest import TODAY, World
from tests.privacy.conftest import officer_of
from tests.waits import waits

NAME = "Limfjord Køleteknik A/S"


@pytest.fixture
def client(officer: Actor) -> Client:
    return signed_in(Client(), officer.user)


@pytest.fixture
def case(world: World, officer: Actor) -> PrivacyCase:
    company = world.companies[NAME]
    world.register(different_reason="En anden end Jens Jensen")
    kind = registry.subjects()["company"]
    return cases.open_case(officer, asks="access", kind=kind, pk=company.pk, received_on=TODAY)


@pytest.mark.parametrize(
    ("received", "answered_by"),
    [
        (date(2021, 1, 31), date(2021, 2, 28)),
        (date(2020, 1, 30), date(2020, 2, 29)),
        (date(2021, 12, 15), date(2022, 1, 15)),
        (date(2021, 3, 31), date(2021, 4, 30)),
    ],
)
def test_a_month_is_to_the_same_day_or_the_last(received: date, answered_by: date) -> None:
    assert cases.due(received) == answered_by


def test_found_by_name_and_number_and_a_case_opened_on_the_pages(world: World, client: Client) -> None:
    company = world.companies[NAME]
    for text in ("limfjord", "99 00 00 31"):
        found = client.get(reverse("privacy:cases"), {"who": "company", "text": text}).content.decode()
        assert NAME in found
        assert reverse("privacy:case_new", args=["company", company.pk]) in found
    address = reverse("privacy:case_new", args=["company", company.pk])
    sent = {"asks": "access", "received_on_day": "30", "received_on_month": "1", "received_on_year": "2021"}
    answer = client.post(address, {**sent, "received_on_year": "2022"})
    assert answer.status_code == 400
    assert client.post(address, sent).status_code == 302
    case = PrivacyCase.objects.get()
    assert (case.due_on, case.subject_name) == (date(2021, 2, 28), NAME)


def test_each_controller_has_cases_of_its_own(world: World, case: PrivacyCase) -> None:
    """Those of one organisation are not told to another's officer, who lies in the same area."""
    other = officer_of(world["AAU"], "aau")
    client = signed_in(Client(), other.user)
    assert list(PrivacyCase.objects.visible_to(other)) == []
    for name in ("case", "report", "case_answer", "case_erase"):
        assert client.get(reverse(f"privacy:{name}", args=[case.pk])).status_code == 404, name


def test_what_others_have_written_they_answer_for_themselves(world: World, case: PrivacyCase, officer: Actor) -> None:
    company = world.companies[NAME]
    for who in ("office", "AAU"):
        contacts.register_contact(
            world.actor(who), company, contacted_on=TODAY, kind="visit", themes=["sales"], text=f"Sagt til {who}"
        )
    told = {
        who: str(report(registry.subjects()["company"], company.pk, world.actor(who).organisation_ids))
        for who in ("office", "AAU", "hub")
    }
    assert {who: [by for by in ("office", "AAU") if f"Sagt til {by}" in text] for who, text in told.items()} == {
        "office": ["office"], "AAU": ["AAU"], "hub": [],
    }  # fmt: skip
    other = officer_of(world["AAU"], "aau")
    world.register("AAU", created_by=world["AAU"].pk, match_type="internship")  # so that its officer finds the company
    theirs = cases.open_case(
        other, asks="erasure", kind=registry.subjects()["company"], pk=company.pk, received_on=TODAY
    )
    with pytest.raises(Refused, match="Andre organisationer"):
        cases.erase(other, theirs)
    client = signed_in(Client(), other.user)
    assert "Andre organisationer" in client.get(reverse("privacy:case_erase", args=[theirs.pk])).content.decode()
    company.refresh_from_db()
    assert company.name == NAME
    cases.erase(officer, case)
    company.refresh_from_db()
    assert company.erased_at is not None


def test_of_whom_one_may_not_find_nothing_is_told(world: World, officer: Actor, client: Client) -> None:
    """A case about somebody who is found no more (here: no such row) is not there, before anything is read or gone."""
    case = PrivacyCase.objects.create(
        kind="erasure", subject_kind="person", subject_id=4711, subject_name="Ida", received_on=TODAY,
        due_on=cases.due(TODAY), organisation=world["hub"], opened_by=officer.user,
    )  # fmt: skip
    for name in ("case", "report", "case_erase"):
        assert client.get(reverse(f"privacy:{name}", args=[case.pk])).status_code == 404, name


def test_the_report_tells_the_company_and_nobody_else(world: World, case: PrivacyCase, client: Client) -> None:
    world.client("hub").get(reverse("matching:company", args=[case.subject_id]))
    said = report(registry.subjects()["company"], case.subject_id, {world["hub"].pk})
    text = str(said)
    assert NAME in text
    assert "99000031" in text
    for other in ("Jens Jensen", "Kattegat", world.actor("hub").user.name + " ", "hub@"):
        assert other not in text, other
    assert all(section["purpose"] and section["kept"] for section in said["holdings"])
    # The page showed the company and its match: one line each.
    assert {each["record"] for each in said["lookups"]} == {"Virksomhed", "Match"}
    assert {(each["organisation"], bool(each["purpose"])) for each in said["lookups"]} == {(world["hub"].name, True)}
    page = client.get(reverse("privacy:report", args=[case.pk])).content.decode()
    assert NAME in page
    told = client.get(reverse("privacy:report", args=[case.pk]), {"as": "json"}).json()
    assert told["holdings"]
    assert told["answered_by"] == world["hub"].name


def test_a_report_joins_what_it_shows_and_nothing_else(world: World) -> None:
    """The rows that a section shows and those that tell whose it is: none needs eight. Joined with every table within
    five steps, the planner worked for minutes."""
    with CaptureQueriesContext(connection) as asked:
        report(registry.subjects()["user"], world.actor("hub").user.pk, {world["hub"].pk})
    assert max(question["sql"].count(" JOIN ") for question in asked) <= 8


def test_a_case_about_a_merged_company_stops_it_until_it_is_lifted(
    world: World, case: PrivacyCase, officer: Actor
) -> None:
    company, absorbed = world.companies[NAME], world.companies["Randers Reb A/S"]
    asks = {"asks": "restriction", "kind": registry.subjects()["company"], "received_on": TODAY}
    other = cases.open_case(officer, pk=absorbed.pk, **asks)
    merge(world.actor("steward"), company, absorbed)
    for each in (case, other):
        cases.restrict(officer, each, stopped=True)
    cases.restrict(officer, case, stopped=False)
    company.refresh_from_db()
    assert company.restricted_at is not None


def test_a_colleague_is_not_told_whom_somebody_was_typing_about(world: World) -> None:
    """That there is a draft is about the colleague; its words are about others, who have rights of their own."""
    actor = world.actor("hub")
    FormDraft.objects.create(
        user=actor.user, membership=actor.membership, form="/a/", title=f"Besøg hos {NAME}",
        fields={"text": ["Ida Æresen er syg"]},
    )  # fmt: skip
    said = str(report(registry.subjects()["user"], actor.user.pk, {world["hub"].pk}))
    assert "Kladde" in said
    assert NAME not in said
    assert "Ida" not in said


def test_a_case_waits_and_is_answered_once(world: World, case: PrivacyCase, officer: Actor, client: Client) -> None:
    assert [row.due for row in waits(officer, "privacy.cases")] == [date(2021, 2, 28)]
    assert waits(world.actor("hub"), "privacy.cases") == []
    with pytest.raises(ValidationError):
        cases.answer(officer, case, text=" ")
    cases.answer(officer, case, text="Sendt som brev")
    assert waits(officer, "privacy.cases") == []
    with pytest.raises(Refused, match="allerede besvaret"):
        cases.answer(officer, case, text="Igen")


def test_late_is_said(world: World, case: PrivacyCase, client: Client) -> None:
    PrivacyCase.objects.filter(pk=case.pk).update(
        received_on=TODAY - timedelta(days=60), due_on=TODAY - timedelta(days=30)
    )
    assert "Fristen er overskredet" in client.get(reverse("privacy:case", args=[case.pk])).content.decode()


def test_the_use_of_a_company_is_stopped_and_allowed_again(world: World, case: PrivacyCase, officer: Actor) -> None:
    company = world.companies[NAME]
    cases.restrict(officer, case, stopped=True)
    company.refresh_from_db()
    assert company.restricted_at is not None
    assert company not in Company.objects.outreach()
    with pytest.raises(Invalid, match="Virksomheden har bedt om"):
        world.register("office", match_type="internship")
    cases.restrict(officer, case, stopped=False)
    company.refresh_from_db()
    world.register("office", match_type="internship")


def test_erased_on_the_page_after_it_was_shown_what_goes(
    world: World, case: PrivacyCase, client: Client, officer: Actor
) -> None:
    address = reverse("privacy:case_erase", args=[case.pk])
    page = client.get(address)
    assert page.status_code == 200
    fields: dict[str, Any] = {"version": _version(page.content.decode())}
    assert client.post(address, fields).status_code == 400
    assert client.post(address, {**fields, "sure": "on"}).status_code == 302
    assert NAME not in client.get(reverse("privacy:case", args=[case.pk])).content.decode()
    refused = client.get(reverse("privacy:report", args=[case.pk]))
    assert refused.status_code == 403


def _version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def test_the_register_is_read_by_everybody_and_taken_out_by_the_officer(world: World, client: Client) -> None:
    address = reverse("privacy:register")
    reader = world.client("kkr")
    assert reader.get(address).status_code == 200
    assert reader.get(address, {"export": "csv"}).status_code == 403
    file = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    lines = file.strip().splitlines()
    assert len(lines) == 1 + len(registry.holdings())
