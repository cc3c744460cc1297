"""Defining indicators: everything is checked before anything is written, and nothing is overwritten."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.ledger import registry
from portal.ledger.models import Measure
from reporting.indicators import newest, set_indicator, withdraw_indicator
from reporting.models import Indicator, IndicatorVersion
from tests.reporting.conftest import make_user
from tests.reporting.indicator_world import Indicators, _measure, measures, number

SHORT = {"yes": "Ja", "no": "Nej"}
LABELLED = _measure("try_labelled", "answer", dimensions={"category": registry.Dimension("Svar", labels=lambda: SHORT)})


@pytest.fixture
def world(db: None) -> Iterator[Indicators]:
    with measures(), registry.registered(LABELLED):
        Measure.objects.create(key=LABELLED.key, **LABELLED.as_row())
        yield Indicators.build()


def define(world: Indicators, key: str = "visits", **said: Any) -> Indicator:
    said = {"unit": "stk.", **said}
    if not {"kind", "formula", "open_question"} & set(said):
        said = {"kind": "measure", "measure": "try_visits", "aggregate": "sum", **said}
    elif "kind" not in said:
        said["kind"] = "formula" if "formula" in said else "open"
    return set_indicator(key, name=said.pop("name", key), owner=said.pop("owner", world.owner), **said)


def refused(world: Indicators, field: str, **said: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        define(world, **said)
    assert field in caught.value.message_dict, caught.value.message_dict
    assert not IndicatorVersion.objects.filter(indicator__key=said.get("key", "visits")).exists()
    return " ".join(caught.value.message_dict[field])


def test_a_change_is_a_new_version_with_its_reason_and_the_same_again_is_nothing(world: Indicators) -> None:
    define(world)
    define(world)
    assert IndicatorVersion.objects.count() == 1
    with pytest.raises(ValidationError) as caught:
        define(world, unit="kr.")
    assert "reason" in caught.value.message_dict
    define(world, unit="kr.", reason="Enheden var forkert.")
    assert [each.unit for each in IndicatorVersion.objects.order_by("place")] == ["stk.", "kr."]
    found = newest("visits")
    assert found is not None
    assert found.reason == "Enheden var forkert."


@pytest.mark.parametrize(
    ("measure", "aggregate"),
    [
        ("try_stock", "sum"), ("try_stock", "distinct"), ("try_stock", "nps"),
        ("try_rank", "sum"), ("try_rank", "share"),
        ("try_visits", "last"), ("try_visits", "share"),
        ("try_answer", "last"),
    ],
)  # fmt: skip
def test_counting_against_the_kind_is_refused(world: Indicators, measure: str, aggregate: str) -> None:
    said: dict[str, Any] = {"share_of": ["yes"]} if aggregate == "share" else {}
    refused(world, "aggregate", measure=measure, aggregate=aggregate, kind="measure", **said)


def test_what_may_be_added_up_follows_from_how_it_is_counted(world: Indicators) -> None:
    """Row 59: a distinct count, a share and a level over time cannot be declared summable."""
    world.series("rank", "try_rank")
    said: dict[str, dict[str, Any]] = {
        "visits": {},
        "companies": {"aggregate": "distinct"},
        "stock": {"measure": "try_stock", "aggregate": "last"},
        "rank": {"measure": "try_rank", "aggregate": "last", "filter": {"series": ["rank"]}},
        "share": {"measure": "try_answer", "aggregate": "share", "share_of": ["yes"]},
        "ratio": {"formula": "visits / companies"},
    }
    for key, fields in said.items():
        define(world, key, **fields)
    found = {each.indicator.key: (each.over_time, each.over_place) for each in IndicatorVersion.objects.all()}
    assert found == {
        "visits": ("sum", "sum"), "companies": ("none", "none"), "stock": ("last", "sum"), "rank": ("last", "none"),
        "share": ("none", "none"), "ratio": ("none", "none"),
    }  # fmt: skip
    refused(world, "over_time", key="x", **said["companies"], over_time="sum")
    refused(world, "over_place", key="x", **said["share"], over_place="sum")
    refused(world, "over_time", key="x", **said["stock"], over_time="sum")
    refused(world, "over_place", key="x", **said["rank"], over_place="sum")
    refused(world, "over_place", key="x", **said["ratio"], over_place="sum")
    refused(world, "over_place", key="x", formula="visits + companies", over_place="sum")
    define(world, "twice", formula="visits + visits", over_place="sum")


def test_everything_named_must_exist_and_be_of_the_right_kind(world: Indicators) -> None:
    world.series("camp", "try_visits")
    assert "no_such" in refused(world, "measure", measure="no_such")
    refused(world, "measure", measure="try_secret")
    assert "lejr" in refused(world, "filter", filter={"series": ["lejr"]})
    refused(world, "filter", filter={"series": ["camp"]}, measure="try_answer")
    assert "0999" in refused(world, "filter", filter={"municipalities": ["0999", "0851"]})
    refused(world, "filter", filter={"headings": [10**9]})
    refused(world, "filter", filter={"organisations": [10**9]})
    refused(world, "filter", filter={"colour": ["red"]})
    refused(world, "filter", filter={"series": "camp"})
    refused(world, "filter", measure="try_rank", aggregate="last", kind="measure")  # of which series?
    labelled = {"kind": "measure", "measure": "try_labelled", "aggregate": "share"}
    assert "maybe" in refused(world, "share_of", **labelled, share_of=["maybe"])
    refused(world, "filter", **labelled, share_of=["yes"], filter={"categories": ["yes", "maybe"]})
    refused(world, "share_of", **labelled, share_of=["yes"], filter={"categories": ["no"]})
    refused(world, "key", key="Æble")
    define(world, "ok", **labelled, share_of=["yes"], filter={"categories": ["yes", "no"]})


def test_formulas_are_read_before_they_are_saved(world: Indicators) -> None:
    define(world)
    refused(world, "formula", key="x", formula="visits +")
    assert "visitors" in refused(world, "formula", key="x", formula="visits / visitors")
    refused(world, "formula", key="x", formula="x + 1")
    define(world, "a", formula="visits + 1")
    define(world, "b", formula="a + 1")
    with pytest.raises(ValidationError) as caught:
        define(world, "a", formula="b + 1", reason="Ny")
    assert "formula" in caught.value.message_dict
    with pytest.raises(ValidationError):
        withdraw_indicator(Indicator.objects.get(key="visits"), reason="Bruges ikke")
    withdraw_indicator(Indicator.objects.get(key="b"), reason="Bruges ikke")
    with pytest.raises(ValidationError):
        define(world, "c", formula="b + 1")


def test_what_is_defined_earlier_in_the_same_entry_is_there(world: Indicators) -> None:
    with ledger.entry():
        define(world)
        define(world, "double", formula="visits * 2")
        with pytest.raises(ValidationError):
            define(world, unit="kr.")  # a change without a reason, also of what is only just said
    world.post("try_visits", 4)
    assert number("double") == 8


def test_a_definition_of_history_is_known_from_the_day_it_was_learnt(world: Indicators) -> None:
    with ledger.entry(history=ledger.History("Gammel strategi", origin="test")):
        define(world, learnt_on=date(2019, 1, 1))
    assert IndicatorVersion.objects.known(ledger.AsOf.at(date(2019, 1, 1))).count() == 1


def test_only_the_owner_defines_and_only_in_a_role_that_may(world: Indicators) -> None:
    other = Organisation.objects.create(name="Et andet hus", kind=OrganisationKind.HUB)
    lead = actor_for(make_user(Role.PROGRAMME_LEAD, world.owner))
    viewer = actor_for(make_user(Role.KKR_VIEWER, world.owner))
    define(world, actor=lead)
    with pytest.raises(Refused):
        define(world, actor=viewer, unit="kr.", reason="x")
    with pytest.raises(Refused):
        define(world, "other", actor=lead, owner=other)
    define(world, "other", owner=other)
    with pytest.raises(Refused):  # taking over another's
        define(world, "other", actor=lead, unit="kr.", reason="x")
    assert IndicatorVersion.objects.count() == 2
