"""Scenarios, co-financing and eligibility over the API: computed as on the pages, once, as it was seen."""

from decimal import Decimal
from typing import Any

import pytest

from portal.identity import demo as people
from portal.identity.models import Organisation
from portal.ledger.audit import differences
from programmes.models import ContributionEntry, FundingSource, ScenarioSet
from programmes.sources import make_source
from tests.api.conftest import World
from tests.api.money import FAR_AWAY, NEIGHBOUR, Api, build


@pytest.fixture
def api(world: World) -> Api:
    return build(world)


@pytest.fixture
def grant(api: Api) -> FundingSource:
    return make_source(
        None, api.money.owner, name="Tilskuddet", kind="grant", status="granted", granted=Decimal(5_000_000),
        rate_of=50, rate_in=100, asks_timesheets=True,
    )  # fmt: skip


def body(grant: FundingSource, **more: Any) -> dict[str, Any]:
    return {
        "name": "Vækstpilot",
        "unit": "vækstpiloter",
        "grant": grant.key,
        "costs": [{"name": "Alt", "rule": "per_unit", "quantity": "146000.00"}],
        "financing": [
            {"name": "DEB", "rule": "rate", "rate_of": 1, "rate_in": 2, "funding_source": grant.key},
            {"name": "Virksomheder", "rule": "per_unit", "quantity": "50000.00"},
            {"name": "Resten", "rule": "remainder"},
        ],
        "scenarios": [{"name": "150", "units": 150}],
        **more,
    }


def test_scenarios_are_made_computed_and_changed(api: Api, grant: FundingSource) -> None:
    said = {**body(grant), "initiative": api.money.first.pk}
    made = api.post("scenario-sets/", said, Idempotency_Key="k")
    assert made.status == 201, made.body
    (scenario,) = made.body["scenarios"]
    assert scenario["total"] == "21900000.00"
    assert [part["kroner"] for part in scenario["financing"]] == ["10950000.00", "7500000.00", "3450000.00"]
    assert [part["share"] for part in scenario["financing"]] == ["1/2", "25/73", "23/146"]
    assert made.body["granted"] == "5000000.00"
    again = api.post("scenario-sets/", said, Idempotency_Key="k")
    assert (again.status, again.body, ScenarioSet.objects.count()) == (200, made.body, 1)
    path = f"scenario-sets/{made.body['id']}/"
    assert api.get(path).body == made.body == api.get("scenario-sets/").body["results"][0]
    assert api.get(path, "kkr").body == made.body
    assert api.get(path, FAR_AWAY).status == 404
    assert api.post(path, body(grant), NEIGHBOUR, If_Match="*").status == 403
    more = [{"name": "225", "units": 225}]
    changed = api.post(path, body(grant, scenarios=more), If_Match=made.headers["ETag"])
    assert changed.body["scenarios"][0]["total"] == "32850000.00"
    assert api.post(path, body(grant), If_Match=made.headers["ETag"]).status == 412


def test_what_is_wrong_with_scenarios_stands_at_its_field(api: Api, grant: FundingSource) -> None:
    rest = {"name": "Resten", "rule": "remainder"}
    for more, field in (
        ({"financing": [rest, rest]}, "financing.1.rule"),
        ({"financing": [{"name": "A", "rule": "rate", "rate_of": 1}]}, "financing.0.rate_of"),
        ({"financing": [{**rest, "funding_source": "findes-ikke"}]}, "financing.0.funding_source"),
        ({"scenarios": []}, "tried"),
        ({"initiative": None, "programme": "findes-ikke"}, "programme"),
    ):
        given = {"initiative": api.money.first.pk, **body(grant), **more}
        answer = api.post("scenario-sets/", {name: value for name, value in given.items() if value is not None})
        assert answer.status == 400, more
        assert field in answer.body["errors"], answer.body


def test_a_week_is_registered_by_the_partner_and_approved_by_another(api: Api, grant: FundingSource) -> None:
    university = Organisation.objects.get(name=people.AAU)
    planned = api.post("co-financing/", {
        "funding_source": grant.key, "initiative": api.money.first.pk, "partner": university.pk, "form": "hours",
        "years": [{"year": 2026, "hours": "100", "hourly_rate": "400.00"}],
    })  # fmt: skip
    assert planned.status == 201, planned.body
    assert planned.body["years"][0]["quantity"] == "40000.00"
    entries = f"co-financing/{planned.body['id']}/entries/"
    week = {"occurred_on": "2026-01-05", "days": ["7.5", "0.5", "0", "0", "0", "0", "0"], "hourly_rate": "400.00"}
    assert api.post(entries, week).status == 403  # the officer is not the partner
    made = api.post(entries, week, "partner")
    assert (made.status, made.body["quantity"], made.body["status"]) == (201, "3200.00", "waiting")
    assert made.body["occurred_on"] == "2026-01-08"  # its Thursday
    assert api.post(entries, week, "partner").status == 400
    assert api.get(entries, "partner").body["results"] == api.get(entries).body["results"] == [made.body]
    assert api.get(entries, NEIGHBOUR).status == 403
    decide = f"co-financing/entries/{made.body['id']}/decide/"
    assert api.post(decide, {"approved": True}, "partner", If_Match="*").status == 403
    assert api.post(decide, {"approved": False}, If_Match="*").status == 400
    assert api.post(decide, {"approved": True}, If_Match="*").body["status"] == "approved"
    assert ContributionEntry.objects.get().status == "approved"
    assert api.get(f"co-financing/{planned.body['id']}/").body["approved"] == "3200.00"
    assert differences() == []


def test_eligibility_is_said_and_narrowed(api: Api, grant: FundingSource) -> None:
    said = {
        "funding_source": grant.key, "initiative": api.money.first.pk, "verdict": "not", "note": "Fordi",
        "said_by": "KKR", "said_on": "2020-01-01",
    }  # fmt: skip
    made = api.post("eligibility/", said)
    assert made.status == 201, made.body
    assert api.get("eligibility/?verdict=not").body["results"] == [made.body]
    assert api.get("eligibility/?verdict=eligible").body["results"] == []
    assert api.get("eligibility/?verdict=maybe").status == 400
    assert api.get("eligibility/", FAR_AWAY).body["results"] == []
    assert api.post("eligibility/", {**said, "said_on": "2099-01-01"}).status == 400
    assert api.post("eligibility/", said, NEIGHBOUR).status == 403
