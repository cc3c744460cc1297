"""A protected measure: what a reader without access to the records gets on page, in file and over the API."""

import csv
import dataclasses
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, SupportView, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import issue_token
from portal.ledger import registry
from portal.ledger.disclosure import class_of, set_class
from portal.ledger.models import DisclosureVersion, Measure
from reporting import demo_protected, measures
from reporting.engine import FigureQuery, buckets, figure
from reporting.engine.evaluate import Protected, dashboard
from reporting.engine.protected import NothingToPublish, publish
from reporting.engine.query import Unanswerable
from reporting.models import Publication, Series
from reporting.observations import make_series, observe
from reporting.targets import set_target
from reporting.tasks import protected_published
from tests.forms import hidden, send
from tests.identity.helpers import signed_in
from tests.reporting.conftest import (
    AALBORG,
    DEFINITION,
    HJOERRING,
    LAESOE,
    MEASURE,
    OPENABLE,
    World,
    build_world,
    make_user,
    portals_officer,
)

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2021, 1, 31), date(2021, 2, 28)


@pytest.fixture
def officer(world: World) -> Actor:
    return portals_officer()


@pytest.fixture
def reader(world: World) -> Actor:
    return actor_for(make_user(Role.KKR_VIEWER))


@pytest.fixture
def people(world: World, officer: Actor) -> World:
    """4 matches at Hjørring, 7 at Aalborg, 20 at Læsø, known in January; the measure is among people."""
    world.post(4, municipality=HJOERRING, learnt_on=date(2021, 1, 10), history="Januar H")
    world.post(7, learnt_on=date(2021, 1, 10), history="Januar A")
    world.post(20, municipality=LAESOE, category="internship", learnt_on=date(2021, 1, 10), history="Januar L")
    buckets.fold()
    set_class(officer, MEASURE, "people", "Prøve")
    return world


def numbers(payload: dict[str, Any]) -> dict[str, str | None]:
    return {row["code"]: row["value"] for row in payload["cells"]["rows"]}


def browser(user: User) -> Client:
    return signed_in(Client(), user)


def test_before_anything_is_published_every_number_is_hidden(people: World, reader: Actor) -> None:
    payload = figure(people.programme, FigureQuery(by="municipality"), None, reader)
    assert (payload["value"], payload["hidden"], payload["cells"]) == (None, True, None)
    assert payload["protected"]["dates"] == []


def test_what_is_published_hides_the_small_and_a_companion(people: World, reader: Actor) -> None:
    """4 is small; the 7 beside it would give it away, and 4 + 7 is at least 5, so 20 may stay."""
    publish(people.programme, FIRST)
    payload = figure(people.programme, FigureQuery(by="municipality"), None, reader)
    assert (payload["value"], payload["as_of"]) == ("31", "2021-01-31")
    assert numbers(payload) == {HJOERRING: None, AALBORG: None, LAESOE: "20"}
    small = figure(people.programme, FigureQuery(municipality=HJOERRING), None, reader)
    assert (small["value"], small["hidden"]) == (None, True)


def test_a_filtered_figure_is_looked_up_in_the_whole_table(people: World, reader: Actor) -> None:
    """Læsø by type would by itself be 20 of one type; the rows of hidden municipalities hide their types too."""
    publish(people.programme, FIRST)
    laesoe = figure(people.programme, FigureQuery(municipality=LAESOE, by="category"), None, reader)
    assert numbers(laesoe) == {"internship": "20"}
    aalborg = figure(people.programme, FigureQuery(municipality=AALBORG, by="category"), None, reader)
    assert set(numbers(aalborg).values()) == {None}
    the_other_way = figure(people.programme, FigureQuery(category="ordinary_job", by="municipality"), None, reader)
    assert numbers(the_other_way) == {HJOERRING: None, AALBORG: None}
    assert the_other_way["value"] == "11"


@pytest.mark.parametrize(
    "query",
    [
        FigureQuery(category="internship", by="organisation"),  # would make a circle with the municipality
        FigureQuery(municipality=LAESOE, category="internship", by="month"),
        FigureQuery(until="2020-10"),
        FigureQuery(target="matches"),
        FigureQuery(part="both"),
        FigureQuery(kind="attainment", target="matches"),
        FigureQuery(by="heading"),
        FigureQuery(heading="1"),
    ],
)
def test_what_is_not_declared_is_refused(people: World, reader: Actor, query: FigureQuery) -> None:
    publish(people.programme, FIRST)
    with pytest.raises(Unanswerable):
        figure(people.programme, query, None, reader)


def test_only_published_days_can_be_asked_for(people: World, reader: Actor) -> None:
    publish(people.programme, FIRST)
    known = figure(people.programme, FigureQuery(), ledger.AsOf.at(FIRST), reader)
    assert known["value"] == "31"
    with pytest.raises(Unanswerable, match=r"31\.01\.2021"):
        figure(people.programme, FigureQuery(), ledger.AsOf.at(FIRST - timedelta(days=1)), reader)
    with pytest.raises(Unanswerable):
        figure(people.programme, FigureQuery(), ledger.AsOf(None, known["place"]), reader)


def test_few_more_are_not_published_and_many_move_only_what_may_move(people: World, reader: Actor) -> None:
    publish(people.programme, FIRST)
    people.post(1, municipality=LAESOE, category="internship", learnt_on=date(2021, 2, 5), history="Februar 1")
    with pytest.raises(NothingToPublish):
        publish(people.programme, date(2021, 2, 10))
    people.post(6, learnt_on=date(2021, 2, 12), history="Februar 2")
    publish(people.programme, SECOND)
    payload = figure(people.programme, FigureQuery(by="municipality"), None, reader)
    # 31 + 1 + 6. Læsø moved by 1 alone, so it keeps what it said; Hjørring is small still.
    assert payload["value"] == "38"
    rows = {row["code"]: row for row in payload["cells"]["rows"]}
    assert rows[LAESOE] == {
        "code": LAESOE, "value": None, "hidden": True, "last": "20", "last_on": "2021-01-31",
    }  # fmt: skip
    assert rows[HJOERRING]["hidden"]


def test_what_was_published_never_changes_and_no_earlier_day_comes_after(people: World) -> None:
    first = publish(people.programme, SECOND)
    assert publish(people.programme, SECOND).pk == first.pk
    with pytest.raises(NothingToPublish):
        publish(people.programme, FIRST)
    for statement in ("UPDATE reporting_publication SET payload = '{}'", "DELETE FROM reporting_publication"):
        with pytest.raises(Exception, match=r"append-only|permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


def test_no_hidden_number_is_stored(people: World) -> None:
    stored = json.dumps(publish(people.programme, FIRST).payload)
    assert '"4"' not in stored
    assert '"7"' not in stored


def test_who_may_open_every_record_sees_them_as_they_are(people: World, reader: Actor) -> None:
    OPENABLE.update(people.posted)
    payload = figure(people.programme, FigureQuery(by="municipality"), None, reader)
    assert numbers(payload) == {HJOERRING: "4", AALBORG: "7", LAESOE: "20"}
    OPENABLE.discard(people.posted[0])
    assert figure(people.programme, FigureQuery(by="municipality"), None, reader)["hidden"]


def test_the_first_page_is_what_was_published(people: World, reader: Actor) -> None:
    with pytest.raises(Protected):
        dashboard(people.programme, None, reader)
    publish(people.programme, FIRST)
    client = browser(reader.user)
    address = reverse("reporting:dashboard", args=[people.programme.slug])
    page = client.get(address, {"by": "municipality"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "31 i alt" in text
    assert text.count("skjult") >= 2
    # Refused with the reason: an undeclared crossing, and a day that was not published.
    refused = client.get(address, {"by": "category", "across": "organisation"})
    assert refused.status_code == 400
    assert "kan ikke vises sammen" in refused.content.decode()
    assert client.get(address, {"as_of": "2021-01-30"}).status_code == 400
    assert client.get(address, {"as_of": "i går"}).status_code == 400


def test_files_and_the_api_say_hidden_and_never_zero(people: World, reader: Actor) -> None:
    publish(people.programme, FIRST)
    client = browser(reader.user)
    file = client.get(
        reverse("reporting:dashboard", args=[people.programme.slug]), {"by": "municipality", "export": "csv"}
    )
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert {row[0]: row[2] for row in rows[1:]} == {"": "31", HJOERRING: "skjult", AALBORG: "skjult", LAESOE: "20"}
    file = client.get(
        reverse("reporting:figure", args=[people.programme.slug]), {"by": "municipality", "export": "csv"}
    )
    assert b"".join(file.streaming_content).decode().count("skjult") == 2
    headers = {"Authorization": f"Bearer {issue_token(reader.user)}"}
    named = {"programme": people.programme.slug}
    answer = client.get("/api/v1/figure/", {**named, "by": "municipality"}, headers=headers).json()
    assert {row["code"]: (row["value"], row["hidden"]) for row in answer["cells"]["rows"]} == {
        HJOERRING: (None, True), AALBORG: (None, True), LAESOE: ("20", False),
    }  # fmt: skip
    assert answer["protected"]["smallest"] == 5
    whole = client.get("/api/v1/figures/", named, headers=headers)
    assert whole.status_code == 403
    assert "beskyttede" in whole.json()["detail"]
    crossed = client.get("/api/v1/figure/", {**named, "by": "category", "organisation": "1"}, headers=headers)
    assert crossed.status_code == 400


# ------------------------------------------------------------------------------------------------------- the class
def test_only_the_data_protection_officer_sets_a_class_and_says_why(world: World, officer: Actor) -> None:
    for role in Role:
        if role != Role.DATA_PROTECTION_OFFICER:
            with pytest.raises(Refused):
                set_class(actor_for(make_user(role)), MEASURE, "people", "Fordi")
    # Every organisation may name an officer of its own; a class holds for everybody's numbers.
    elsewhere = Organisation.objects.create(name="Foreningen", kind=OrganisationKind.ASSOCIATION)
    with pytest.raises(Refused, match="driver portalen"):
        set_class(actor_for(make_user(Role.DATA_PROTECTION_OFFICER, elsewhere)), MEASURE, "people", "Fordi")
    for disclosure, reason, field in (
        ("people", "  ", "reason"),
        ("secret", "x", "disclosure"),
        ("open", "x", "disclosure"),
    ):
        with pytest.raises(ValidationError) as refused:
            set_class(officer, MEASURE, disclosure, reason)
        assert field in refused.value.message_dict
    assert class_of(MEASURE) == "open"
    set_class(officer, MEASURE, "companies", "Få virksomheder")
    set_class(officer, MEASURE, "people", "Det er dog personer")
    assert class_of(MEASURE) == "people"
    versions = DisclosureVersion.objects.order_by("place").values_list("disclosure", "reason", "set_by__name")
    assert list(versions) == [
        ("companies", "Få virksomheder", officer.user.name),
        ("people", "Det er dog personer", officer.user.name),
    ]
    with pytest.raises((IntegrityError, Exception), match=r"append-only|permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_disclosureversion SET disclosure = 'open'")


def test_what_is_divided_by_what_a_person_is_stays_among_people(officer: Actor) -> None:
    with pytest.raises(ValidationError, match="bliver i klassen personer"):
        set_class(officer, measures.PERSONS, "companies", "Nemmere")
    with pytest.raises(ValueError, match="people"), registry.registered(
        registry.MeasureDefinition(
            key="by_age", name="x", unit="x", kind="flow", disclosure="open", about_person=True,
            expected=lambda period: "", describe=lambda records, actor: {}, visible=lambda actor: None,
            dimensions={"category": registry.Dimension("Alder", personal=True)},
        )
    ):  # fmt: skip
        pass


def test_a_stricter_class_takes_what_was_published_under_a_milder_one_away(
    world: World, officer: Actor, reader: Actor
) -> None:
    """4 may be shown of companies; when they are people, that publication is shown no more."""
    world.post(4, municipality=HJOERRING, learnt_on=date(2021, 1, 10), history="H")
    world.post(20, learnt_on=date(2021, 1, 10), history="A")
    set_class(officer, MEASURE, "companies", "Virksomheder")
    publish(world.programme, FIRST)
    query = FigureQuery(by="municipality")
    assert numbers(figure(world.programme, query, None, reader)) == {HJOERRING: "4", AALBORG: "20"}
    set_class(officer, MEASURE, "people", "Enkeltmandsvirksomheder er personer")
    assert figure(world.programme, query, None, reader)["hidden"]
    publish(world.programme, SECOND)
    assert numbers(figure(world.programme, query, None, reader)) == {HJOERRING: None, AALBORG: None}


def test_the_page_of_the_data_protection_officer(world: World, officer: Actor, reader: Actor) -> None:
    world.post(20, learnt_on=date(2021, 1, 10), history="A")
    address = reverse("reporting:disclosure_measure", args=[MEASURE])
    politician, client = browser(reader.user), browser(officer.user)
    assert "Databeskyttelsesrådgiveren bestemmer" in politician.get(address).content.decode()
    assert politician.post(address, {"disclosure": "people", "reason": "x"}).status_code == 403
    opened = hidden(client.get(address))
    missing = client.post(address, {**opened, "disclosure": "people", "reason": ""})
    assert missing.status_code == 400
    assert "Skriv, hvorfor klassen er sat sådan." in missing.content.decode()
    assert send(client, address, {"disclosure": "people", "reason": "Få pr. kommune"}).status_code == 302
    # A form from before that decision does not undo it unseen.
    late = client.post(address, {**opened, "disclosure": "companies", "reason": "Kun virksomheder"})
    assert late.status_code == 409
    assert "Kun virksomheder" in late.content.decode()
    assert class_of(MEASURE) == "people"
    for page in (address, reverse("reporting:disclosure")):
        text = politician.get(page).content.decode()
        assert "Få pr. kommune" in text
        assert officer.user.name in text
    publishing = reverse("reporting:disclosure_publish", args=[MEASURE])
    assert client.post(publishing, {"day": "i morgen"}).status_code == 400
    assert client.post(publishing, {"day": ledger.today().isoformat()}).status_code == 400
    assert client.post(publishing, {"day": "31.01.2021"}).status_code == 302
    assert Publication.objects.get(measure=MEASURE).made_by == officer.user
    assert client.get(reverse("reporting:disclosure_measure", args=["findes-ikke"])).status_code == 404


def test_a_part_of_an_open_measure_is_hidden_where_the_rest_is_small(officer: Actor, reader: Actor) -> None:
    """Of 40 matches at Aalborg 38 are checked, of 30 at Hjørring 20, of 25 at Læsø 10. That 2 are not, is not told."""
    checked = dataclasses.replace(DEFINITION, key="test_checked", part_of=MEASURE, name="Kontrolleret")
    with registry.registered(checked):
        Measure.objects.create(key=checked.key, **checked.as_row())
        world = build_world(targets=False, slug="kontrol")
        with ledger.entry():
            set_target(
                world.programme, "checked", name="Kontrolleret", basis="whole", amount=100, measure=checked.key,
                commitment="indicative",
            )  # fmt: skip
        for place, done, number in ((AALBORG, 38, 40), (HJOERRING, 20, 30), (LAESOE, 10, 25)):
            world.post(number, municipality=place)
            with ledger.entry():
                for turn in range(done):
                    ledger.post(
                        measure=checked.key, occurred_on=date(2020, 9, 15), source="test",
                        source_id=f"{place}-{turn}", quantity=Decimal(1), municipality=place,
                        organisation=world.organisations["Jobcenter Aalborg"].pk, heading=world.programme.heading_id,
                        category="ordinary_job", subcategory="it",
                    )  # fmt: skip
        set_class(officer, checked.key, "people", "Mangler siger noget om personer")
        publish(world.programme, ledger.today())
        payload = figure(world.programme, FigureQuery(by="municipality"), None, reader)
        assert payload["value"] == "68"
        shown = numbers(payload)
        assert shown[AALBORG] is None
        assert sorted(shown.values(), key=str).count(None) == 2


# ------------------------------------------------------------------------------------------------------- series
def test_the_demo_series_is_seen_as_published_and_its_observations_by_who_registers(world: World) -> None:
    owner = actor_for(make_user(Role.KKR_SECRETARIAT))
    reader = actor_for(make_user(Role.KKR_VIEWER))
    demo_protected.load()
    key, counted = demo_protected.KEY, measures.PERSONS
    politician, secretariat = browser(reader.user), browser(owner.user)
    in_all = {
        day: sum(sum(quarters[place]) for quarters in demo_protected.STARTED.values())
        for place, day in enumerate((demo_protected.FIRST, demo_protected.SECOND))
    }
    page = politician.get(reverse("reporting:series_numbers", args=[key]), {"across": "municipality"}).content.decode()
    assert f"{sum(in_all.values())} i alt" in page
    assert "skjult" in page
    assert "De enkelte observationer ses af dem" in politician.get(f"/serier/{key}/").content.decode()
    pk = measures.Observation.objects.filter(series__key=key).order_by("pk").values_list("pk", flat=True)[0]
    one = reverse("reporting:observation", args=[key, pk])
    assert politician.get(one).status_code == 404
    assert secretariat.get(one).status_code == 200
    headers = {"Authorization": f"Bearer {issue_token(reader.user)}"}
    listed = politician.get(reverse("api_observations", args=[key]), headers=headers)
    assert listed.status_code == 403
    assert politician.get(reverse("api_observation", args=[key, pk]), headers=headers).status_code == 404
    api = reverse("api_series_numbers", args=[key])
    answer = politician.get(api, {"as_of": "2021-03-31"}, headers=headers).json()
    assert answer["numbers"] == [{"codes": {}, "value": str(in_all[demo_protected.FIRST]), "hidden": False}]
    both = politician.get(api, {"by": "category", "across": "municipality"}, headers=headers).json()
    seen = {tuple(sorted(each["codes"].values())): each for each in both["numbers"] if len(each["codes"]) == 2}
    for municipality, quarters in demo_protected.STARTED.items():
        for place, education in enumerate(demo_protected.EDUCATIONS):
            cell = seen.get(tuple(sorted((education, municipality))))
            true = quarters[0][place] + quarters[1][place]
            if cell is not None and not cell["hidden"]:
                assert cell["value"] == str(true)
                assert true == 0 or true >= 5
            elif cell is None:
                assert true == 0
    for wrong in ({"by": "municipality", "across": "month"}, {"as_of": "2021-04-01"}, {"by": "heading"}):
        assert politician.get(api, wrong, headers=headers).status_code == 400
    assert counted in {each.measure_id for each in Publication.objects.all()}


def test_who_helps_in_a_support_view_sees_what_everybody_sees(world: World) -> None:
    owner = actor_for(make_user(Role.KKR_SECRETARIAT))
    demo_protected.load()
    series = Series.objects.get(key=demo_protected.KEY)
    helper = dataclasses.replace(owner, support=SupportView(by=make_user(Role.ADMINISTRATOR)))
    assert measures.may_open_observations(owner, series)
    assert measures.visible_observations(owner).filter(series=series).exists()
    assert not measures.may_open_observations(helper, series)
    assert not measures.visible_observations(helper).filter(series=series).exists()


def test_programs_write_in_a_protected_series_as_on_the_pages_and_read_nothing_else(world: World) -> None:
    owner, reader = actor_for(make_user(Role.KKR_SECRETARIAT)), actor_for(make_user(Role.KKR_VIEWER))
    auditor = actor_for(make_user(Role.AUDITOR))
    demo_protected.load()
    key = demo_protected.KEY
    listed, many = reverse("api_observations", args=[key]), reverse("api_observations_many", args=[key])
    said = {"occurred_on": "2021-06-01", "category": "Teknik", "quantity": "3", "municipality": LAESOE}
    token = {each: f"Bearer {issue_token(each.user)}" for each in (owner, reader, auditor)}

    def ask(actor: Actor, address: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": token[actor], **{name.replace("_", "-"): text for name, text in headers.items()}}
        if body is None:
            return Client().get(address, headers=sent)
        return Client().post(address, json.dumps(body), content_type="application/json", headers=sent)

    made = ask(owner, listed, said)
    assert made.status_code == 201
    assert made.json()["quantity"]["exact"] == "3"
    one = reverse("api_observation", args=[key, made.json()["id"]])
    assert ask(owner, one).status_code == 200
    assert made.json()["id"] in [
        each["id"] for each in ask(owner, f"{listed}?occurred_from=2021-06-01").json()["results"]
    ]
    assert ask(owner, many, {"observations": [said]}).status_code == 201
    for other in (reader, auditor):
        assert ask(other, one).status_code == 404
        assert ask(other, f"{listed}?updated_since=2020-01-01").status_code == 403
        assert ask(other, many, {"observations": [said]}).status_code == 403
        # What it says is not told by whether a tag fits, either: to those it is not there.
        for name in ("correct", "withdraw"):
            address = reverse(f"api_observation_{name}", args=[key, made.json()["id"]])
            answer = ask(other, address, {"reason": "x", "reason_code": "error"}, If_Match=str(made["ETag"]))
            assert answer.status_code in (403, 404)


def test_a_series_of_people_registered_today_is_published_by_the_quarter(world: World) -> None:
    owner = actor_for(make_user(Role.KKR_SECRETARIAT))
    assert owner.organisation is not None
    series = make_series("kurser", "Kurser", measures.PERSONS, owner.organisation, actor=owner)
    with pytest.raises(ValidationError):
        observe(series, date(2026, 1, 5), Decimal("1.5"), category="Teknik", actor=owner)
    with pytest.raises(ValidationError):
        observe(series, date(2026, 1, 5), 7, actor=owner)
    observe(series, date(2026, 1, 5), 7, category="Teknik", municipality=AALBORG, actor=owner)

    class Run:
        name, period = "protected_published", ""

        def progress(self, done: int, total: int) -> None: ...

    run = Run()
    quarter = ledger.today().replace(day=1)
    run.period = f"{quarter.year + 1}-02"
    done = protected_published(run)
    assert done is not None
    assert done.result == {"published": 0}
    run.period = f"{quarter.year}-01"
    done = protected_published(run)
    assert done is not None
    # Nobody was known then: nothing, which is no small number.
    assert done.result == {"published": 1, "unchanged": 0}
    assert Publication.objects.get().payload == {
        "total": "0",
        "margins": {"municipality": {}, "category": {}, "month": {}},
        "crossings": [
            {"dimensions": ["municipality", "category"], "cells": []},
            {"dimensions": ["category", "month"], "cells": []},
        ],
    }
