"""Why a value is not there, said by hand: on the series and the indicator, where the value would be, and taken back."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import ledger
from portal.geography.models import Area
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from reporting import measures
from reporting.absences import absences, absent, say_absent, take_back
from reporting.indicators import set_indicator
from reporting.models import Absence, Series
from reporting.observations import make_series, observe
from tests.budgets.test_queries import READS
from tests.forms import send
from tests.identity.helpers import signed_in
from tests.reporting.conftest import AALBORG, HJOERRING, make_user
from tests.reporting.indicator_world import read
from tests.reporting.test_pages import text_of

pytestmark = pytest.mark.django_db
YEAR = ledger.today().year - 1
WHOLE = (date(YEAR, 1, 1), date(YEAR, 12, 31))
QUARTER = (date(YEAR, 4, 1), date(YEAR, 6, 30))


@pytest.fixture
def hub() -> Organisation:
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    return Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB, area=area)


@pytest.fixture
def series(hub: Organisation) -> Series:
    made = make_series("camp", "ErhvervsCAMP", measures.VOLUME, hub)
    set_indicator("camp", name="Deltagere", owner=hub, kind="measure", measure=measures.VOLUME, aggregate="sum",
                  unit="deltagere", cadence="yearly", filter={"series": ["camp"]})  # fmt: skip
    return made


@pytest.fixture
def person(hub: Organisation) -> User:
    return make_user(Role.HUB_CONTROLLER, hub)


@pytest.fixture
def controller(person: User) -> Client:
    client = Client()
    signed_in(client, person)
    return client


def typed(**more: str) -> dict[str, str]:
    return {"token": "t1", "back": "", "why": "later", "period_from": f"01.01.{YEAR}", "period_to": f"31.12.{YEAR}",
            "municipality": "", "note": "Campen er flyttet til foråret", **more}  # fmt: skip


def reason(**more: Any) -> str:
    value: Any = read("camp", more.pop("window", WHOLE), **more).value
    return str(getattr(value, "reason", value))


def test_said_shown_where_the_value_would_be_and_taken_back(series: Series, controller: Client, person: User) -> None:
    page, indicator = reverse("reporting:series", args=["camp"]), reverse("reporting:indicator", args=["camp"])
    say = reverse("reporting:absence_say", args=["camp"])
    assert say in controller.get(page).content.decode()
    assert f"{say}?from=" in controller.get(indicator).content.decode()
    assert reason() == "not_reported"
    before = ledger.AsOf.now()
    for _turn in range(2):  # a nervous finger
        answer = controller.post(say, typed(back="camp"))
        assert (answer.status_code, answer["Location"]) == (302, indicator)
    row = Absence.objects.get()
    assert (row.why, row.occurred_on, row.period_from, row.period_to) == ("later", WHOLE[1], *WHOLE)
    assert (row.note, row.by) == ("Campen er flyttet til foråret", person)
    assert reason() == "later"
    assert reason(window=QUARTER) == "later", "what was said of the year holds for its quarters"
    assert reason(window=(date(YEAR - 1, 1, 1), date(YEAR - 1, 12, 31))) == "not_reported"
    assert reason(as_of=before) == "not_reported", "as it was known then"
    for address in (page, indicator):
        text = text_of(controller.get(address))
        assert "opgøres senere" in text
        assert "Campen er flyttet til foråret" in text
        assert person.name in text
    back = reverse("reporting:absence_take_back", args=["camp", row.place])
    assert back in controller.get(page).content.decode()
    empty = send(controller, back, {"reason": ""})
    assert empty.status_code == 400
    assert 'href="#id_reason"' in empty.content.decode()
    assert send(controller, back, {"reason": "Den blev holdt alligevel", "reason_code": "error"}).status_code == 302
    assert reason() == "not_reported"
    assert controller.get(back).status_code == 404
    assert absences(series, ledger.AsOf.now()) == []
    taken = Absence.objects.order_by("place").last()
    assert taken is not None
    assert (taken.withdrawn, taken.note, taken.by) == (True, "Den blev holdt alligevel", person)


@pytest.mark.parametrize("why", Absence.Why.values)
def test_each_reason_is_its_own_and_of_one_municipality(series: Series, person: User, why: str) -> None:
    actor = actor_for(person)
    say_absent(actor, series, why, WHOLE, "Det ved vi", municipality=AALBORG)
    assert reason(municipality=AALBORG) == why
    assert reason(municipality=HJOERRING) == reason() == "not_reported"


def test_two_periods_with_the_same_last_day_are_two(series: Series, person: User) -> None:
    actor = actor_for(person)
    year = say_absent(actor, series, "later", WHOLE, "Året")
    last = (date(YEAR, 10, 1), WHOLE[1])
    say_absent(actor, series, "not_relevant", last, "Kvartalet")
    assert len(absences(series, ledger.AsOf.now())) == 2
    take_back(actor, year, "Tallet kommer ikke", reason_code="known")
    assert [row.note for row in absences(series, ledger.AsOf.now())] == ["Kvartalet"]
    with pytest.raises(ValidationError):
        take_back(actor, year, "Igen", reason_code="known")


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(series: Series, controller: Client) -> None:
    say = reverse("reporting:absence_say", args=["camp"])
    for changes, field in (
        ({"why": ""}, "why"),
        ({"why": "sometime"}, "why"),
        ({"note": " "}, "note"),
        ({"period_from": "i går"}, "period_from"),
        ({"period_from": ""}, "period_from"),
        ({"period_to": f"31.12.{YEAR - 1}"}, "period_to"),
        ({"municipality": "9999"}, "municipality"),
    ):
        answer = controller.post(say, typed(**changes))
        assert answer.status_code == 400, changes
        assert answer.context["form"].has_error(field), changes
        if field != "note":
            assert "Campen er flyttet til foråret" in answer.content.decode()
    assert not Absence.objects.exists()
    prefilled = controller.get(say, {"from": f"{YEAR}-01-01", "to": "i går", "municipality": AALBORG}).context["form"]
    assert prefilled["period_from"].value() == f"01.01.{YEAR}"
    assert prefilled["municipality"].value() == AALBORG


def test_where_a_value_is_there_none_is_missing(series: Series, controller: Client) -> None:
    """Zero is a value."""
    observe(series, date(YEAR, 5, 1), 0, municipality=AALBORG)
    say = reverse("reporting:absence_say", args=["camp"])
    for where in ("", AALBORG):
        answer = controller.post(say, typed(municipality=where))
        assert answer.status_code == 400
        assert "Der er registreret en værdi i perioden" in answer.content.decode()
    assert controller.post(say, typed(municipality=HJOERRING)).status_code == 302
    assert controller.post(say, typed(token="t2", period_from=f"01.06.{YEAR}")).status_code == 302


def test_only_who_registers_in_the_series(series: Series, hub: Organisation) -> None:
    row = absent(series, WHOLE[1], "later", period=WHOLE)
    say = reverse("reporting:absence_say", args=["camp"])
    back = reverse("reporting:absence_take_back", args=["camp", row.place])

    def refused(actor: Actor) -> None:
        with pytest.raises(Refused):
            say_absent(actor, series, "later", WHOLE, "x")
        with pytest.raises(Refused):
            take_back(actor, row, "x", reason_code="error")

    for user in (make_user(Role.HUB_ADVISER, hub), make_user(Role.KKR_SECRETARIAT)):
        client = Client()
        client.force_login(user)
        for address in (say, back):
            assert client.get(address).status_code == 403
            assert client.post(address, typed(reason="x")).status_code == 403
        for shown in ("series", "indicator"):
            page = client.get(reverse(f"reporting:{shown}", args=["camp"])).content.decode()
            assert say not in page
            assert back not in page
        refused(actor_for(user))
    assert Absence.objects.count() == 1


def test_the_indicators_page_asks_as_much_whatever_is_missing(series: Series, controller: Client) -> None:
    """At most 15 questions that read, also where the filter names places and organisations besides the series."""
    narrow = {"series": ["camp"], "organisations": [series.owner_id], "municipalities": [AALBORG]}
    set_indicator("camp", name="Deltagere", owner=series.owner, kind="measure", measure=measures.VOLUME,
                  aggregate="sum", unit="deltagere", cadence="yearly", reason="Smallere", filter=narrow)  # fmt: skip
    address = reverse("reporting:indicator", args=["camp"])
    asked = []
    for turn in (1, 5):
        for month in range(turn):
            absent(series, date(YEAR, month + 1, 1), "later", municipality=AALBORG)
        controller.get(address)
        with CaptureQueriesContext(connection) as caught:
            controller.get(address)
        asked.append(len([each for each in caught if READS.match(each["sql"])]))
    assert asked[0] == asked[1] <= 15
    assert "organisationer: Erhvervshus Nordjylland" in text_of(controller.get(address))
