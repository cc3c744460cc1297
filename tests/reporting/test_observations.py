"""Observations: records and facts tell the same, corrections and withdrawals are reversals, assessments need two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import ledger
from portal.geography.models import Area
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.ledger.audit import differences
from portal.ledger.models import Fact, FactRecord
from reporting import measures
from reporting.absences import absences, absent
from reporting.engine import buckets
from reporting.models import Absence, Observation, ObservationChange, Series
from reporting.observation_rules import Said
from reporting.observations import (
    confirm,
    correct,
    make_series,
    may_confirm,
    may_write,
    observe,
    observe_many,
    withdraw,
)
from tests.reporting.conftest import make_user

DAY = date(2020, 3, 12)
AALBORG, HJOERRING = "0851", "0860"


@pytest.fixture
def hub(db: None) -> Organisation:
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    return Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB, area=area)


@pytest.fixture
def controller(hub: Organisation) -> Actor:
    return actor_for(make_user(Role.HUB_CONTROLLER, hub))


@pytest.fixture
def secretariat(hub: Organisation) -> Actor:
    return actor_for(make_user(Role.KKR_SECRETARIAT))


def series(hub: Organisation, kind: str, key: str = "") -> Series:
    return make_series(key or kind.replace("_", "-"), f"Serie {kind}", kind, hub)


GIVEN: dict[str, dict[str, Any]] = {
    measures.ANSWER: {"category": "Enig", "quantity": 2},
    measures.INVITED: {"quantity": 315},
    measures.MEASUREMENT: {"quantity": Decimal("34.7"), "vintage": "2018", "qualifier": "ca."},
    measures.STATISTIC: {"category": AALBORG, "vintage": "2019", "quantity": 9},
    measures.DELIVERY: {},
    measures.VOLUME: {"quantity": Decimal("12.5")},
    measures.ASSESSMENT: {"quantity": 75},
}


def make_all(hub: Organisation, actor: Actor | None = None) -> dict[str, Observation]:
    made = {}
    for kind, said in GIVEN.items():
        made[kind] = observe(
            series(hub, kind), DAY, municipality=AALBORG, organisation=hub, actor=actor,
            period=(date(2020, 1, 1), date(2020, 12, 31)), **said,
        )  # fmt: skip
    return made


def test_every_kind_posts_one_fact_and_agrees(hub: Organisation) -> None:
    made = make_all(hub)
    assert Fact.objects.count() == 6  # the assessment waits
    confirm(made[measures.ASSESSMENT], None)
    assert Fact.objects.count() == 7
    fact = Fact.objects.get(measure=measures.MEASUREMENT)
    assert (fact.quantity, fact.subcategory, fact.qualifier) == (Decimal("34.7"), "2018", "ca.")
    assert (fact.period.lower, fact.period.upper) == (date(2020, 1, 1), date(2021, 1, 1))
    assert fact.heading_id == made[measures.MEASUREMENT].series.heading_id
    assert differences() == []


def test_a_change_past_the_ledger_is_named(hub: Organisation) -> None:
    for kind, observation in make_all(hub).items():
        if kind == measures.ASSESSMENT:
            observation = confirm(observation, None)
        for change in (
            {"municipality_id": HJOERRING},
            {"organisation_id": None},
            {"quantity": 3},
            {"category": "Uenig"},
            {"vintage": "2099"},
            {"qualifier": ">"},
            {"occurred_on": date(2020, 3, 13)},
            {"period_to": date(2020, 11, 30)},
            {"revision": 2},
            {"confirmed_at": None} if kind == measures.ASSESSMENT else {"subject": uuid4()},
        ):  # fmt: skip
            before = {name: getattr(observation, name) for name in change}
            Observation.objects.filter(pk=observation.pk).update(**change)
            found = differences([kind])
            assert found, (kind, change)
            assert str(observation.pk) in str(found[0]), (kind, change)
            Observation.objects.filter(pk=observation.pk).update(**before)
    assert differences() == []


def test_correcting_is_a_reversal_and_the_next_revision(hub: Organisation, controller: Actor) -> None:
    answer = observe(series(hub, measures.ANSWER), DAY, category="Enig", actor=controller)
    corrected = correct(answer, controller, "Tastefejl", reason_code="error", category="Uenig", quantity=3)
    assert (corrected.pk, corrected.revision) == (answer.pk, 2)
    said = [(fact.category, fact.quantity) for fact in Fact.objects.order_by("place")]
    assert said == [("Enig", 1), ("Enig", -1), ("Uenig", 3)]
    change = ObservationChange.objects.get()
    assert (change.revision, change.reason, change.before["category"]) == (1, "Tastefejl", "Enig")
    assert change.changed_by == controller.user
    with pytest.raises(ValidationError):
        correct(corrected, controller, "Igen", reason_code="error", quantity=3)
    with pytest.raises(ValidationError):
        correct(corrected, controller, "  ", quantity=4)
    assert differences() == []


def test_a_day_of_another_century_is_a_slip(hub: Organisation, controller: Actor) -> None:
    counted = series(hub, measures.VOLUME)
    with pytest.raises(ValidationError) as error:
        observe(counted, date(1899, 12, 31), 4, actor=controller)
    assert list(error.value.message_dict) == ["occurred_on"]
    assert observe(counted, date(1900, 1, 1), 4, actor=controller).quantity == 4


def test_withdrawing_keeps_the_record(hub: Organisation, controller: Actor) -> None:
    answer = observe(series(hub, measures.ANSWER), DAY, category="Enig", actor=controller)
    withdraw(answer, controller, "Talt to gange", reason_code="error")
    withdraw(answer, controller, "Talt to gange", reason_code="error")
    assert sum(fact.quantity for fact in Fact.objects.all()) == 0
    assert Fact.objects.count() == 2
    with pytest.raises(ValidationError):
        correct(answer, controller, "For sent", reason_code="error", category="Uenig")
    assert differences() == []


def test_an_assessment_needs_another_than_the_one_who_entered_it(
    hub: Organisation, controller: Actor, secretariat: Actor
) -> None:
    assessment = observe(series(hub, measures.ASSESSMENT), DAY, 75, actor=controller)
    assert not Fact.objects.exists()
    with pytest.raises(Refused):
        confirm(assessment, controller)
    # Nor a deputy in the place of the one who entered it, or who entered it before standing in for another.
    with pytest.raises(Refused):
        confirm(assessment, replace(controller, user=secretariat.user, deputy_id=1))
    with pytest.raises(Refused):
        confirm(assessment, replace(secretariat, user=controller.user, deputy_id=1))
    confirmed = confirm(assessment, secretariat)
    assert (confirmed.confirmed_by, confirmed.confirmed_as_deputy_for) == (secretariat.user, "")
    assert [fact.quantity for fact in Fact.objects.all()] == [75]
    again = correct(confirmed, controller, "Bilag manglede", reason_code="error", quantity=50)
    assert again.confirmed_at is None
    assert [fact.quantity for fact in Fact.objects.order_by("place")] == [75, -75]
    assert differences() == []
    confirm(again, secretariat)
    assert [fact.quantity for fact in Fact.objects.order_by("place")] == [75, -75, 50]
    assert differences() == []
    assert not may_confirm(controller, again)


def test_only_the_responsible_organisation_writes(hub: Organisation, controller: Actor, secretariat: Actor) -> None:
    volume = series(hub, measures.VOLUME)
    assert may_write(controller, volume)
    verdict = may_write(secretariat, volume)
    assert not verdict
    assert "Erhvervshus Nordjylland" in verdict.reason
    adviser = actor_for(make_user(Role.HUB_ADVISER, hub))
    for actor in (secretariat, adviser):
        with pytest.raises(Refused):
            observe(volume, DAY, 3, actor=actor)
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("kind", "said", "at"),
    [
        (measures.ANSWER, {}, "category"),
        (measures.ANSWER, {"category": "Enig", "quantity": Decimal("1.5")}, "quantity"),
        (measures.ANSWER, {"category": "Enig", "qualifier": "ca."}, "qualifier"),
        (measures.INVITED, {"quantity": -1}, "quantity"),
        (measures.MEASUREMENT, {"category": "x"}, "category"),
        (measures.STATISTIC, {"category": "0851"}, "vintage"),
        (measures.DELIVERY, {"quantity": 0}, "quantity"),
        (measures.DELIVERY, {"vintage": "2020"}, "vintage"),
        (measures.VOLUME, {"quantity": -3}, "quantity"),
        (measures.ASSESSMENT, {"quantity": 101}, "quantity"),
        (measures.VOLUME, {"occurred_on": date(2999, 1, 1)}, "occurred_on"),
        (measures.VOLUME, {"period": (date(2020, 2, 1), date(2020, 1, 1))}, "period_to"),
    ],
)
def test_what_does_not_fit_the_kind_is_said_at_the_field(
    hub: Organisation, kind: str, said: dict[str, Any], at: str
) -> None:
    given = {"occurred_on": DAY, **said}
    with pytest.raises(ValidationError) as error:
        observe(series(hub, kind), **given)
    assert list(error.value.message_dict) == [at]
    assert not Observation.objects.exists()


def test_nothing_invited_is_zero_and_not_absent(hub: Organisation) -> None:
    invited = series(hub, measures.INVITED)
    observe(invited, DAY, 0)
    assert [fact.quantity for fact in Fact.objects.all()] == [0]
    absent(invited, date(2020, 6, 1), "later")
    now = ledger.AsOf.now()
    assert [row.why for row in absences(invited, now)] == ["later"]
    absent(invited, date(2020, 6, 1), "not_relevant")
    absent(invited, date(2020, 7, 1), "not_reported")
    absent(invited, date(2020, 7, 1), "not_reported", withdrawn=True)
    assert [row.why for row in absences(invited, ledger.AsOf.now())] == ["not_relevant"]
    assert [row.why for row in absences(invited, now)] == ["later"]  # as it was known then
    assert Absence.objects.count() == 4
    assert differences() == []


def test_many_go_in_entries_of_a_thousand_with_their_history(hub: Organisation) -> None:
    answers = series(hub, measures.ANSWER)
    rows = (Said(DAY, category="Enig" if number % 3 else "Uenig", learnt_on=DAY) for number in range(1001))
    progress: list[int] = []
    history = ledger.History("Gammel undersøgelse", origin="test")
    assert observe_many(answers, rows, history=history, done=progress.append) == 1001
    assert progress == [1000, 1001]
    assert Fact.objects.count() == Observation.objects.count() == 1001
    assert set(Fact.objects.values_list("learnt_on", flat=True)) == {DAY}
    assert differences() == []


def test_flows_are_counted_ahead_and_agree(hub: Organisation) -> None:
    make_all(hub)
    buckets.fold()
    assert buckets.differences() == []
    assert {row.measure_id for row in buckets.Bucket.objects.all()} == {
        measures.INVITED, measures.DELIVERY, measures.VOLUME,
    }  # fmt: skip


def test_nestable_and_in_history(hub: Organisation) -> None:
    with ledger.entry(history=ledger.History("Indlæsning", origin="test")):
        made = make_series("nested", "Nested", measures.VOLUME, hub, learnt_on=DAY)
        observe(made, DAY, 4, learnt_on=DAY)
    fact = Fact.objects.get()
    assert (fact.learnt_on, fact.quantity) == (DAY, 4)
    observation = Observation.objects.get()
    with ledger.entry(history=ledger.History("Indlæsning", origin="test")):
        correct(observation, None, "Ny opgørelse", quantity=5, learnt_on=date(2020, 4, 1))
    assert sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf(DAY, ledger.head()))) == 4
    assert sum(fact.quantity for fact in Fact.objects.all()) == 5
    assert differences() == []


def test_described_for_those_of_the_area_only(hub: Organisation, controller: Actor) -> None:
    observe(series(hub, measures.DELIVERY), DAY, constructed=True)
    records = list(FactRecord.objects.all())
    stranger = Organisation.objects.create(name="Fremmed", kind=OrganisationKind.HUB)
    foreign = actor_for(make_user(Role.HUB_CONTROLLER, stranger))
    own = measures.describe(records, controller)[records[0].place]
    assert own.url
    assert "konstrueret" in own.title or "constructed" in own.title
    other = measures.describe(records, foreign)[records[0].place]
    assert other.url is None
    assert other.reason
    assert list(measures.visible(controller) or []) == [records[0].source_id]
    assert list(measures.visible(foreign) or []) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from("ocw"), st.integers(0, 5), st.integers(1, 9)), max_size=12))
def test_whatever_is_done_the_standing_quantities_are_the_records(db: None, steps: list[Any]) -> None:
    """observe, correct and withdraw in any order: the ledger holds what the records say, and nets to it."""
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    owner, _made = Organisation.objects.get_or_create(
        name="Erhvervshus Nordjylland", defaults={"kind": OrganisationKind.HUB, "area": area}
    )
    counted = make_series(f"p-{Series.objects.count()}", "P", measures.VOLUME, owner)
    model: list[int | None] = []
    records: list[Observation] = []
    for what, which, number in steps:
        if what == "o" or not records:
            records.append(observe(counted, DAY, number))
            model.append(number)
            continue
        at = which % len(records)
        act: Callable[[], Any] = (
            (lambda at=at, number=number: correct(records[at], None, "x", quantity=number))  # type: ignore[misc]
            if what == "c"
            else (lambda at=at: withdraw(records[at], None, "x"))  # type: ignore[misc]
        )
        if what == "c" and (model[at] is None or model[at] == number):
            with pytest.raises(ValidationError):
                act()
            continue
        act()
        model[at] = number if what == "c" else None
    net = sum(fact.quantity for fact in Fact.objects.filter(heading=counted.heading))
    assert net == sum(number or 0 for number in model)
    assert differences([measures.VOLUME]) == []
