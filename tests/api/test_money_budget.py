"""The budget over the API is what the ledger's facts come to, now and as known before, and it can be followed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from portal.ledger.models import Fact
from tests.api.conftest import World
from tests.api.money import Api, build
from tests.programmes.money import DAY, YEAR

NOBODY_SAID = {
    "supplementary": None, "transfer": None, "carry_over": None, "committed": None, "bound": None, "spent": None,
    "expected": None,
}  # fmt: skip


@pytest.fixture
def api(world: World) -> Api:
    return build(world)


def numbers(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("funding_source", "initiative", "year")}


def test_what_nobody_has_said_is_null_and_never_0(api: Api) -> None:
    body = api.get("budget/").body
    (row,) = body["rows"]
    assert (row["funding_source"], row["initiative"], row["year"]) == (api.money.pool.key, None, YEAR)
    assert numbers(row) == {
        "original": "500000.00", "corrected": "500000.00", "left": "500000.00", "overspent": "0.00", **NOBODY_SAID,
    }  # fmt: skip
    assert body["total"] == numbers(row)
    # Spent where there is no budget: no number stands for the budget, and all of it is too much.
    api.post("vouchers/", {"vouchers": [api.voucher("300.00") | {"year": 2027}]})
    late = api.get("budget/?year=2027").body["rows"][0]
    assert (late["original"], late["corrected"], late["spent"]) == (None, None, "300.00")
    assert (late["left"], late["overspent"]) == ("-300.00", "300.00")


def a_year(api: Api) -> None:
    """500.000 adopted; 50.000 more; 200.000 moved to the first initiative; 100.000 of those bound, 120.000 paid."""
    first, decision = api.money.first.pk, api.money.decision().pk
    change = {"decision": decision, "title": "En ændring"}
    more = [api.place(quantity="50000.00")]
    moved = [api.place(quantity="-200000.00"), api.place(quantity="200000.00", initiative=first)]
    carried = [api.place(quantity="-30000.00"), api.place(quantity="30000.00", year=YEAR + 1)]
    answers = [
        api.post("budget-changes/", {**change, "kind": "supplementary", "financing": "Kassen", "lines": more}),
        api.post("budget-changes/", {**change, "kind": "transfer", "lines": moved}),
        api.post("budget-changes/", {**change, "kind": "carry_over", "lines": carried}),
        api.bind("100000.00", initiative=first),
    ]
    lines = [api.voucher("120000.00", initiative=first, commitment=answers[-1].body["id"])]
    answers += [
        api.post("vouchers/", {"vouchers": lines}),
        api.post("expected-outturns/", api.place(quantity="180000.00", stated_on=DAY.isoformat(), initiative=first)),
    ]
    assert [answer.body for answer in answers if answer.status != 201] == []


def test_a_year_by_hand(api: Api) -> None:
    a_year(api)
    body = api.get("budget/").body
    none, first, after = body["rows"][0], body["rows"][2], body["rows"][1]
    assert [none["initiative"], after["initiative"], first["initiative"]["number"]] == [None, None, "1"]
    assert numbers(none) == {
        **NOBODY_SAID, "original": "500000.00", "supplementary": "50000.00", "transfer": "-200000.00",
        "carry_over": "-30000.00", "corrected": "320000.00", "left": "320000.00", "overspent": "0.00",
    }  # fmt: skip
    assert numbers(first) == {
        "original": None, "supplementary": None, "transfer": "200000.00", "carry_over": None,
        "corrected": "200000.00", "committed": "100000.00", "bound": "0.00", "spent": "120000.00",
        "expected": "180000.00", "left": "80000.00", "overspent": "0.00",
    }  # fmt: skip
    assert [(each["year"], each["corrected"]) for each in body["years"]] == [
        (YEAR, "520000.00"), (YEAR + 1, "30000.00"),
    ]  # fmt: skip
    assert body["total"]["corrected"] == "550000.00"  # adopted and supplemented: moving adds nothing
    assert body["total"]["left"] == "430000.00"  # 550.000 - 120.000


def test_every_total_equals_the_ledgers_facts(api: Api) -> None:
    """Asked of the facts by themselves, not by way of the module that the grid is made with."""
    a_year(api)

    def facts(measure: str, **more: Any) -> str:
        found = Fact.objects.filter(measure=measure, **more).aggregate(total=Sum("quantity"))["total"]
        return str(found.quantize(Decimal("0.01")))

    body = api.get("budget/").body
    for name in ("original", "supplementary", "transfer", "carry_over"):
        assert body["total"][name] == facts("budget", category=name)
    assert body["total"]["corrected"] == facts("budget")
    assert body["total"]["committed"] == facts("commitment")
    assert body["total"]["spent"] == facts("spending")
    for name in ("corrected", "committed", "spent", "left"):
        rows = sum((Decimal(row[name] or 0) for row in body["rows"]), Decimal(0))
        years = sum((Decimal(row[name] or 0) for row in body["years"]), Decimal(0))
        assert rows == years == Decimal(body["total"][name])
    balance = api.get(f"funding-sources/{api.money.pool.key}/balance/").body
    assert {**body, "funding_source": api.money.pool.key} == balance


def test_it_is_narrowed(api: Api) -> None:
    a_year(api)
    for query, wanted in (
        (f"year={YEAR + 1}", [(None, YEAR + 1)]),
        (f"initiative={api.money.first.pk}", [("1", YEAR)]),
        (f"source={api.money.pool.key}&year={YEAR}", [(None, YEAR), ("1", YEAR)]),
        (f"owner={api.money.owner.pk}&year={YEAR + 1}", [(None, YEAR + 1)]),
        ("source=ukendt", []), ("owner=999999", []), ("initiative=999999", []),
    ):  # fmt: skip
        rows = api.get(f"budget/?{query}").body["rows"]
        found = [(row["initiative"] and row["initiative"]["number"], row["year"]) for row in rows]
        assert found == wanted, query
    for query in ("year=x", "year=1800", "owner=x", "ukendt=1", "year=2026&year=2027", "as_of=i-dag", "place=-1"):
        assert api.get(f"budget/?{query}").status == 400, query


def test_it_is_answered_as_it_was_known(api: Api) -> None:
    before = api.get("budget/").body
    a_year(api)
    then = api.get(f"budget/?place={before['place']}").body
    assert then == before
    assert api.get("budget/").body["total"]["spent"] == "120000.00"
    assert api.get(f"budget/?as_of={timezone.localdate().isoformat()}").body["total"]["spent"] == "120000.00"
    early = api.get("budget/?as_of=2020-01-01").body
    assert (early["rows"], early["total"]["original"], early["as_of"]) == ([], None, "2020-01-01")
    closed = api.post("year-closings/", {"year": YEAR}).body
    api.post("vouchers/", {"vouchers": [api.voucher("1.00")]})
    as_closed = api.get(f"budget/?year={YEAR}&place={closed['place']}").body
    assert as_closed["total"]["spent"] == "120000.00"


def test_changes_are_followed_by_place(api: Api) -> None:
    first = api.get("budget-changes/").body
    assert len(first["results"]) == 1
    assert api.get(f"budget-changes/?after={first['place']}").body["results"] == []
    a_year(api)
    rows, address = [], f"budget-changes/?after={first['place']}&page_size=2"
    while address:
        page = api.get(address).body
        rows += page["results"]
        address = page["next"]
    assert [row["kind"] for row in rows] == ["carry_over", "transfer", "supplementary"]
    assert api.get(f"budget-changes/?after={page['place']}").body["results"] == []
    assert api.get(f"budget-changes/?place={first['place']}").body["results"] == first["results"]
    for query in ("after=x", "place=x", f"place={page['place'] + 1000}"):
        assert api.get(f"budget-changes/?{query}").status == 400, query


def test_changes_are_narrowed(api: Api) -> None:
    a_year(api)
    for query, kinds in (
        ("kind=transfer", ["transfer"]), (f"year={YEAR + 1}", ["carry_over"]),
        (f"initiative={api.money.first.pk}", ["transfer"]), ("funding_source=ukendt", []),
        (f"funding_source={api.money.pool.key}", ["carry_over", "transfer", "supplementary", "original"]),
    ):  # fmt: skip
        assert [row["kind"] for row in api.get(f"budget-changes/?{query}").body["results"]] == kinds, query


def test_an_expectation_of_the_same_day_is_corrected(api: Api) -> None:
    for kroner in ("1.00", "-2.00"):
        made = api.post("expected-outturns/", api.place(quantity=kroner, stated_on=DAY.isoformat()))
        assert made.status == 201
    (row,) = api.get("expected-outturns/").body["results"]
    assert (row["quantity"], row["revision"]) == ("-2.00", 1)
    assert api.get("budget/").body["total"]["expected"] == "-2.00"
    tomorrow = date.fromordinal(timezone.localdate().toordinal() + 1).isoformat()
    answer = api.post("expected-outturns/", api.place(quantity="1.00", stated_on=tomorrow))
    assert list(answer.errors) == ["stated_on"]


def test_a_difference_is_explained(api: Api) -> None:
    api.post("vouchers/", {"vouchers": [api.voucher("40000.00")]})
    said = {"year": YEAR, "month": 1, "system_total": "40500.00", "funding_source": api.money.pool.key}
    refused = api.post("reconciliations/", said)
    assert list(refused.errors) == ["explanation"]
    assert "40.000,00" in refused.errors["explanation"][0]
    done = api.post("reconciliations/", {**said, "explanation": "Bilag B-2 er ikke hentet endnu"})
    assert (done.body["our_total"], done.body["difference"]) == ("40000.00", "500.00")
    assert list(api.post("reconciliations/", {**said, "month": 13}).errors) == ["month"]


def test_lists_of_what_changes_are_followed(api: Api) -> None:
    for path in ("funding-sources", "amounts", "decisions", "commitments", "vouchers", "expected-outturns"):
        assert "updated_until" in api.get(f"{path}/?updated_since=2000-01-01").body
    for path in ("budget-changes", "reconciliations", "year-closings", "bodies"):
        assert api.get(f"{path}/?updated_since=2000-01-01").status == 400
