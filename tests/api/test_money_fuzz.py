"""Bodies that would succeed, with one field made wrong: never a 5xx, and every answer as the description has it.

What schemathesis makes up (test_fuzz.py) names no source and no decision that is there, so it stops at the first look;
these go on to the rules and the database. The seed is printed; VAEKSTBRO_SEED=… repeats a run.
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from portal.ledger.audit import differences
from tests.api.conftest import World
from tests.api.money import Api, build
from tests.programmes.money import DAY, YEAR

SEED = int(os.environ.get("VAEKSTBRO_SEED", "20261127"))
FEW = 3
ODD: list[Any] = [
    None, "", " ", "x" * 1000, "\u0000", "\ud800", "é😀", 0, -1, 2**31, 2**63, 10**400, 1.5, True, [], [[]], {},
    {"a": 1}, "2026-13-45", "0001-01-01", "9999-12-31", "99999999999.99", "-99999999999.99", "1000000000000.00",
    "0.00", "0.001", "NaN", "1e3", "1", 1, YEAR, 1990, 2099,
]  # fmt: skip


def bodies(api: Api) -> list[tuple[str, dict[str, Any]]]:
    """Address → a body that the rules take; those of changes with the record that they are of."""
    decision, day = api.money.decision().pk, DAY.isoformat()
    pool, initiative = api.money.pool.key, api.money.first.pk
    stated = {"step": "set_aside", "form": "yearly", "stated_on": day, "price_year": YEAR, "note": "A", "source": "B"}
    amount = api.post("amounts/", {"funding_source": pool, "lines": [{"year": YEAR, "quantity": "9.00"}], **stated})
    commitment = api.commitment().pk
    change = api.post(
        "budget-changes/",
        {"kind": "original", "decision": decision, "title": "A", "lines": [api.place(quantity="1.00")]},
    )
    place = api.place(initiative=None)
    source = {
        "name": "Ny", "kind": "grant", "status": "sought", "way": "tender", "parent": pool, "funder": "A",
        "starts_on": day, "ends_on": "2027-01-01", "sought": "1.00", "granted": "1.00", "deadline": day,
        "answered_on": day, "eligibility": "A", "rate_of": 1, "rate_in": 2, "co_financing": "A",
        "asks_timesheets": True, "price_year": YEAR, "source": "A",
    }  # fmt: skip
    decided = {
        "outcome": "changed", "decided_on": day, "agenda_item": "1", "title": "A", "recommended": "A", "decided": "A",
        "document": "https://www.example.dk/referat",
    }  # fmt: skip
    bound = {"quantity": "1.00", "counterpart": "A", "reference": "A", "text": "A"}
    line = {**place, "quantity": "1.00", "comes_from": amount.body["id"]}
    voucher = api.voucher("1.00", commitment=commitment, account="06", text="A", ordinal=1)
    return [
        ("funding-sources/", {"owner": api.money.owner.pk, **source}),
        (f"funding-sources/{pool}/", {**source, "parent": None}),
        ("amounts/", {"funding_source": pool, "initiative": initiative, "comes_from": amount.body["id"],
                      "decision": decision, "first_year": None, "last_year": None,
                      "lines": [{"year": YEAR, "quantity": "1.00"}], **stated}),
        (f"amounts/{amount.body['id']}/withdraw/", {"reason": "Fejl"}),
        ("decisions/", {"body": api.money.council.pk, **decided}),
        (f"decisions/{decision}/", decided),
        ("budget-changes/", {"kind": "supplementary", "decision": decision, "title": "A", "lines": [line],
                             "financing": "A", "price_year": YEAR, "note": "A"}),
        (f"budget-changes/{change.body['id']}/take-back/", {"decision": decision, "reason": "Fejl"}),
        ("commitments/", {**place, **bound, "kind": "grant", "committed_on": day, "decision": decision}),
        (f"commitments/{commitment}/", bound),
        (f"commitments/{commitment}/close/", {"reason": "Færdig"}),
        ("vouchers/", {"vouchers": [voucher]}),
        (f"vouchers/{api.booked().pk}/withdraw/", {"reason": "Fejl"}),
        ("expected-outturns/", {**place, "quantity": "1.00", "stated_on": day, "note": "A"}),
        ("reconciliations/", {"owner": api.money.owner.pk, "funding_source": pool, "year": YEAR, "month": 1,
                              "system_total": "1.00", "explanation": "A"}),
        ("year-closings/", {"owner": api.money.owner.pk, "year": 2020, "note": "A"}),
    ]  # fmt: skip


def changed(body: Any, odd: Any) -> Iterator[Any]:
    """The body with each of its values, at any depth, in turn replaced by the odd one."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield {**body, name: odd}
            for inner in changed(value, odd):
                yield {**body, name: inner}
    elif isinstance(body, list):
        for number, value in enumerate(body):
            for inner in changed(value, odd):
                yield [*body[:number], inner, *body[number + 1 :]]


def ask(api: Api, most: int) -> int:
    chance = random.Random(SEED)
    print(f"seed {SEED}")  # noqa: T201  # to repeat it
    asked = 0
    for path, body in bodies(api):
        tried = [each for odd in ODD for each in changed(body, odd)]
        fields = len(tried) // len(ODD)
        for each in chance.sample(tried, min(len(tried), fields * most)):
            answer = api.post(path, each, If_Match="*")
            asked += 1
            assert answer.status < 500, (path, each, answer.body)
    assert differences() == []
    return asked


@override_settings(API_REQUESTS_A_MINUTE=10**9)
def test_one_wrong_value(world: World) -> None:
    assert ask(build(world), FEW) > 250


@pytest.mark.slow
@override_settings(API_REQUESTS_A_MINUTE=10**9)
def test_every_wrong_value(world: World) -> None:
    assert ask(build(world), len(ODD)) > 2500
