"""The pages and the API of indicators: what an officer sees, defines and changes without code."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import issue_token
from reporting.engine import buckets
from reporting.indicators import set_indicator
from reporting.models import Indicator, IndicatorVersion
from tests.forms import send
from tests.reporting.conftest import make_user
from tests.reporting.indicator_world import AALBORG, HJOERRING, Indicators, measures

YEAR = ledger.today().year


@pytest.fixture
def world(db: None) -> Iterator[Indicators]:
    with measures():
        yield Indicators.build()


@pytest.fixture
def client(world: Indicators) -> Client:
    client = Client()
    client.force_login(make_user(Role.PROGRAMME_LEAD, world.owner))
    return client


def visits(world: Indicators, **said: Any) -> Indicator:
    fields = {
        "kind": "measure",
        "measure": "try_visits",
        "aggregate": "sum",
        "unit": "besøg",
        "cadence": "yearly",
        **said,
    }
    return set_indicator("visits", name="Virksomhedsbesøg", owner=world.owner, **fields)


def page(client: Client, name: str, key: str = "", **query: str) -> str:
    answer = client.get(reverse(name, args=[key] if key else []), query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_the_list_names_the_value_and_what_is_missing(world: Indicators, client: Client) -> None:
    visits(world, verification="Stikprøver", source="Egen registrering", accuracy="Fuldt talt")
    set_indicator("seats", name="Lærepladser", owner=world.owner, kind="open", unit="pct.", group="Kompetencer",
                  open_question="Nævneren er ikke besluttet", filter={"empty": "undecided"})  # fmt: skip
    world.post("try_visits", 1234, on=date(YEAR, 1, 1))
    text = page(client, "reporting:indicators")
    assert "1.234" in text
    assert "Nævneren er ikke besluttet" in text
    assert "uafklaret" in text
    assert "Virksomhedsbesøg" not in page(client, "reporting:indicators", group="Kompetencer")
    assert "Lærepladser" not in page(client, "reporting:indicators", text="besøg")
    assert "Lærepladser" in page(client, "reporting:indicators", kind="open")
    file = client.get(reverse("reporting:indicators"), {"export": "csv"})
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 3
    assert "seats" in lines[1] or "seats" in lines[2]


def test_one_indicator_shows_value_years_places_quality_and_versions(world: Indicators, client: Client) -> None:
    visits(world)
    for on, place, number in ((YEAR, AALBORG, 3), (YEAR, HJOERRING, 4), (YEAR - 1, AALBORG, 5)):
        world.post("try_visits", number, on=date(on, 1, 1), municipality=place)
    visits(world, unit="stk.", reason="Enheden hedder noget andet")
    text = page(client, "reporting:indicator", "visits")
    assert "Enheden hedder noget andet" in text
    assert "Hjørring" in text
    assert str(YEAR - 1) in text
    assert "12" in text  # the years together: a flow may be added up


def test_a_value_that_is_not_there_has_no_unit(world: Indicators, client: Client) -> None:
    visits(world)
    shown = page(client, "reporting:indicator", "visits")
    assert "ikke indberettet" in shown
    assert not re.search(r"ikke indberettet(<[^>]*>)*\s*(</strong>)?\s*besøg", shown)


def test_what_cannot_be_added_up_says_so(world: Indicators, client: Client) -> None:
    set_indicator("companies", name="Virksomheder", owner=world.owner, kind="measure", measure="try_visits",
                  aggregate="distinct", unit="virksomheder")  # fmt: skip
    text = page(client, "reporting:indicator", "companies")
    assert text.count("kan ikke summeres") + text.count("cannot be added up") == 4  # years, places, definition


def test_the_value_as_it_was_known_then(world: Indicators, client: Client) -> None:
    with ledger.entry(history=ledger.History("Historik", origin="test")):
        visits(world, learnt_on=date(YEAR - 1, 1, 1))
    world.post("try_visits", 17, on=date(YEAR - 1, 2, 1), learnt_on=date(YEAR - 1, 2, 2))
    world.post("try_visits", 26, on=date(YEAR - 1, 2, 1), learnt_on=date(YEAR - 1, 9, 1))
    then = page(client, "reporting:indicator", "visits", as_of=f"31.03.{YEAR - 1}")
    assert ">17<" in then.replace("</a>", "<")
    assert client.get(reverse("reporting:indicator", args=["visits"]), {"as_of": "31.12.2999"}).status_code == 400
    early = page(client, "reporting:indicator", "visits", as_of=f"01.06.{YEAR - 2}")
    assert "var ikke defineret" in early or "was not defined" in early


def test_the_registrations_behind_add_up(world: Indicators, client: Client) -> None:
    visits(world)
    world.post("try_visits", 3, on=date(YEAR, 1, 5), municipality=AALBORG)
    world.post("try_visits", 4, on=date(YEAR, 1, 6), municipality=AALBORG)
    text = page(client, "reporting:indicator_facts", "visits", **{"from": f"{YEAR}-01-01", "to": f"{YEAR}-12-31"})
    assert "<strong>7</strong>" in text
    url = reverse("reporting:indicator_facts", args=["visits"])
    assert client.get(url, {"from": "i går"}).status_code == 400
    assert client.get(url, {"leaf": "99"}).status_code == 404


def test_another_areas_indicator_is_not_there(world: Indicators, client: Client) -> None:
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    other = Organisation.objects.create(name="KKR Sjælland", kind=OrganisationKind.KKR, area=area)
    set_indicator("theirs", name="Deres", owner=other, kind="open", unit="stk.", open_question="?")
    assert client.get(reverse("reporting:indicator", args=["theirs"])).status_code == 404
    assert client.get(reverse("reporting:indicator_change", args=["theirs"])).status_code == 404
    assert "Deres" not in page(client, "reporting:indicators")


FORM = {
    "key": "visits", "name": "Virksomhedsbesøg", "unit": "besøg", "direction": "higher", "accumulation": "period",
    "cadence": "yearly", "aggregate": "sum", "programme": "", "group": "",
}  # fmt: skip


def test_an_officer_defines_looks_at_the_draft_saves_and_changes(world: Indicators, client: Client) -> None:
    world.post("try_visits", 41, on=date(YEAR - 1, 5, 1))
    new = reverse("reporting:indicator_new")
    assert "try_secret" not in client.get(new).content.decode()
    assert client.get(new, {"count": "try_secret"}).status_code == 400
    assert client.get(new, {"count": "try_visits"}).status_code == 200
    draft = client.post(f"{new}?count=try_visits", {**FORM, "preview": "1"})
    assert draft.status_code == 200
    assert "41" in draft.content.decode()
    assert not Indicator.objects.exists()
    for _again in range(2):  # a nervous finger
        assert client.post(f"{new}?count=try_visits", FORM).status_code == 302
    assert IndicatorVersion.objects.count() == 1
    change = reverse("reporting:indicator_change", args=["visits"])
    assert client.get(change).status_code == 200
    silent = send(client, change, {**FORM, "unit": "stk."})
    assert silent.status_code == 400  # no reason
    assert (
        send(client, change, {**FORM, "unit": "stk.", "reason": "Bedre ord", "reason_code": "error"}).status_code == 302
    )
    assert IndicatorVersion.objects.count() == 2
    withdraw = reverse("reporting:indicator_withdraw", args=["visits"])
    assert send(client, withdraw, {"reason": ""}).status_code == 400
    assert send(client, withdraw, {"reason": "Tælles ikke mere", "reason_code": "decision"}).status_code == 302
    assert "Tælles ikke mere" in page(client, "reporting:indicator", "visits")


def test_a_new_indicator_never_changes_one_that_is_there(world: Indicators, client: Client) -> None:
    new = f"{reverse('reporting:indicator_new')}?count=try_visits"
    assert client.post(new, FORM).status_code == 302
    for other in ({"name": "Noget helt andet"}, {"unit": "stk."}):
        refused = client.post(new, FORM | other)
        assert refused.status_code == 400
        text = refused.content.decode()
        assert text.count("Nøglen er optaget. Vælg en anden.") == 2, "in the summary and at the field"
        assert str(next(iter(other.values()))) in text
    assert Indicator.objects.get().name == "Virksomhedsbesøg"
    assert IndicatorVersion.objects.get().unit == "besøg"


def test_the_short_name_is_made_of_the_name(world: Indicators, client: Client) -> None:
    new = f"{reverse('reporting:indicator_new')}?count=try_visits"
    answer = client.post(new, FORM | {"key": "", "name": "Besøg på øer, i år"})
    assert answer["Location"] == reverse("reporting:indicator", args=["besoeg_paa_oeer_i_aar"])


def test_only_what_some_organisations_registered(world: Indicators, client: Client) -> None:
    """Ticked in the form, counted in the draft and the value, named on the page."""
    hub, office = (
        Organisation.objects.get_or_create(name=name, defaults={"kind": kind, **place})[0]
        for name, kind, place in (
            ("Erhvervshus Nordjylland", OrganisationKind.HUB, {"area": world.owner.area}),
            ("Hjørring Erhvervskontor", OrganisationKind.BUSINESS_OFFICE, {"municipality_id": HJOERRING}),
        )
    )
    elsewhere = Organisation.objects.create(
        name="Odense Erhvervskontor", kind=OrganisationKind.BUSINESS_OFFICE, municipality_id="0461"
    )
    for organisation, number in ((hub, 3), (office, 5), (elsewhere, 100)):
        world.post("try_visits", number, on=date(YEAR - 1, 5, 1), organisation=organisation.pk)
    new = f"{reverse('reporting:indicator_new')}?count=try_visits"
    offered = dict(client.get(new).context["form"].fields["organisations"].choices)
    assert {str(hub.pk), str(office.pk)} <= set(offered)
    assert str(elsewhere.pk) not in offered, "another area's"
    said = {**FORM, "organisations": [str(hub.pk), str(office.pk)]}
    draft = client.post(new, {**said, "preview": "1"})
    # 3 of the hub's and 5 of the office's.
    assert [row["draft"] for row in draft.context["preview"].rows] == [0, 8, 0]
    wrong = client.post(new, {**FORM, "organisations": [str(elsewhere.pk)]})
    assert wrong.status_code == 400
    assert wrong.context["form"].has_error("organisations")
    assert client.post(new, said).status_code == 302
    version = IndicatorVersion.objects.get()
    assert version.filter == {"organisations": [hub.pk, office.pk]}
    text = page(client, "reporting:indicator", "visits")
    assert "Erhvervshus Nordjylland, Hjørring Erhvervskontor" in text
    change = reverse("reporting:indicator_change", args=["visits"])
    assert client.get(change).context["form"]["organisations"].value() == [str(hub.pk), str(office.pk)]
    fewer = {**FORM, "organisations": [str(office.pk)], "reason": "Kun kontoret", "reason_code": "measuring"}
    assert send(client, change, fewer).status_code == 302
    newest = IndicatorVersion.objects.order_by("place").last()
    assert newest is not None
    assert newest.filter == {"organisations": [office.pk]}


def test_a_formula_and_one_that_waits_are_defined_too(world: Indicators, client: Client) -> None:
    visits(world)
    new = reverse("reporting:indicator_new")
    common = {name: value for name, value in FORM.items() if name != "aggregate"} | {
        "over_time": "none",
        "over_place": "none",
    }
    wrong = client.post(f"{new}?count=formula", {**common, "key": "double", "formula": "visits * nonsense"})
    assert wrong.status_code == 400
    assert "nonsense" in wrong.content.decode()
    assert client.post(f"{new}?count=formula", {**common, "key": "double", "formula": "visits * 2"}).status_code == 302
    assert "visits" in page(client, "reporting:indicator_change", "double")
    waits = {**common, "key": "later", "open_question": "Kilden kommer i 2027"}
    assert client.post(f"{new}?count=open", waits).status_code == 302
    assert "Kilden kommer i 2027" in page(client, "reporting:indicator", "later")


def test_the_api_gives_the_value_with_its_explanation(world: Indicators, client: Client) -> None:
    visits(world)
    world.post("try_visits", 3, on=date(YEAR, 1, 5), municipality=AALBORG)
    world.post("try_visits", 4, on=date(YEAR, 1, 6), municipality=HJOERRING)
    buckets.fold()
    token = issue_token(make_user(Role.KKR_VIEWER, world.owner))
    api = Client(headers={"Authorization": f"Bearer {token}"})
    listed = api.get("/api/v1/indicators/").json()
    assert [each["key"] for each in listed["results"]] == ["visits"]
    found = api.get("/api/v1/indicators/visits/").json()
    assert found["value"]["exact"] == "7.0000000000"
    assert found["value"]["shown"] == "7"
    assert found["facts"]["count"] == 2
    assert found["missing"] == ["verification", "source", "accuracy", "limitation", "mitigation"]
    assert found["step"]["op"] == "facts"
    aalborg = api.get("/api/v1/indicators/visits/", {"municipality": AALBORG, "place": found["place"]}).json()
    assert aalborg["value"]["exact"] == "3.0000000000"
    world.post("try_visits", 100, on=date(YEAR, 1, 7))
    assert api.get("/api/v1/indicators/visits/", {"place": found["place"]}).json()["value"] == found["value"]
    assert api.get("/api/v1/indicators/nothing/").status_code == 404
    assert api.get("/api/v1/indicators/visits/", {"from": "i går"}).status_code == 400
    assert api.get("/api/v1/indicators/visits/", {"colour": "red"}).status_code == 400
