"""Money over the API: what is registered, by whom, once, and as it was seen; what is wrong stands at its field."""

from decimal import Decimal
from typing import Any

import pytest

from portal.identity.tokens import issue
from portal.ledger.audit import differences
from programmes.models import (
    Amount,
    BudgetChange,
    Commitment,
    Decision,
    Delegation,
    FundingSource,
    Voucher,
    YearClosing,
)
from programmes.sources import make_source
from tests.api.conftest import World
from tests.api.money import FAR_AWAY, NEIGHBOUR, OFFICER, Api, build
from tests.programmes.money import DAY, YEAR

STRANGER = "fremmed"


@pytest.fixture
def api(world: World) -> Api:
    return build(world)


# ---------------------------------------------------------------------------------------------------- who sees what
LISTS = (
    "funding-sources", "amounts", "decisions", "bodies", "budget-changes", "expected-outturns",
    "reconciliations", "year-closings",
)  # fmt: skip


def fill(api: Api) -> None:
    """Something in every list."""
    decision = api.money.decision().pk
    stated = {"step": "recommended", "form": "one_off", "lines": [{"year": YEAR, "quantity": "1.00"}]}
    made = [
        api.post("amounts/", {"funding_source": api.money.pool.key, "stated_on": DAY.isoformat(), **stated}),
        api.bind("100000.00", kind="grant", decision=decision),
        api.post("vouchers/", {"vouchers": [api.voucher()]}),
        api.post("expected-outturns/", api.place(quantity="450000.00", stated_on=DAY.isoformat())),
        api.post("reconciliations/", {"year": YEAR, "month": 12, "system_total": "40000.00"}),
        api.post("year-closings/", {"year": 2024}),
    ]
    assert [(each.status, each.body) for each in made if each.status != 201] == []


def test_the_area_sees_the_money_and_the_keeper_who_was_paid(api: Api) -> None:
    fill(api)
    for path in LISTS:
        assert api.get(f"{path}/").body["results"], path
        assert api.get(f"{path}/", "kkr").body["results"], path
        assert api.get(f"{path}/", STRANGER).body["results"] == [], path
    for path in ("commitments", "vouchers"):
        (row,) = api.get(f"{path}/").body["results"]
        assert api.get(f"{path}/{row['id']}/").body == row
        assert api.get(f"{path}/", NEIGHBOUR).body["results"] == []
        assert api.get(f"{path}/{row['id']}/", NEIGHBOUR).status == 404
        assert api.get(f"{path}/", "kkr").status == 403
    assert api.get("budget/", STRANGER).body["rows"] == []
    assert api.get("budget/", "kkr").body == api.get("budget/").body
    assert api.get(f"funding-sources/{api.money.pool.key}/balance/", STRANGER).status == 404


def test_money_is_text(api: Api) -> None:
    fill(api)
    (row,) = api.get("commitments/").body["results"]
    assert row["quantity"] == "100000.00"
    for wrong in (100000, 100000.5, "100.000,00", "1e5", " 5", "", None, True, "0x5", "1000000000000.00", "-1.00"):
        answer = api.bind(wrong)  # type: ignore[arg-type]
        assert (answer.status, list(answer.errors)) == (400, ["quantity"]), wrong


def test_who_does_not_keep_the_money_is_told(api: Api) -> None:
    fill(api)
    change = BudgetChange.objects.order_by("pk")[0].pk
    amount, pool = Amount.objects.get().pk, api.money.pool.key
    said = api.place(quantity="1.00", committed_on=DAY.isoformat(), counterpart="A")
    line = api.place(quantity="1.00")
    decision = Decision.objects.order_by("pk")[0].pk
    owner, adopt = {"owner": api.money.owner.pk}, {"kind": "original", "decision": decision, "title": "A"}
    refused = [
        api.post("commitments/", said, NEIGHBOUR),
        api.post("vouchers/", {"vouchers": [api.voucher()]}, NEIGHBOUR),
        api.post(f"funding-sources/{pool}/", {"name": "Min"}, NEIGHBOUR, If_Match="*"),
        api.post(f"amounts/{amount}/withdraw/", {"reason": "Fejl"}, NEIGHBOUR, If_Match="*"),
        api.post(f"decisions/{decision}/", {"title": "Min"}, NEIGHBOUR, If_Match="*"),
        api.post(f"budget-changes/{change}/take-back/", {"decision": decision, "reason": "Fejl"}, NEIGHBOUR),
        api.post("budget-changes/", {**adopt, "lines": [line]}, NEIGHBOUR),
        api.post("expected-outturns/", api.place(quantity="1.00", stated_on=DAY.isoformat()), NEIGHBOUR),
        api.post("year-closings/", {**owner, "year": YEAR}, NEIGHBOUR),
        api.post("reconciliations/", {**owner, "year": YEAR, "month": 1, "system_total": "0.00"}, NEIGHBOUR),
        api.post("funding-sources/", {**owner, "name": "A", "kind": "pool"}, NEIGHBOUR),
    ]  # fmt: skip
    assert [each.status for each in refused] == [403] * len(refused)
    assert all(len(each.body["detail"]) > 20 for each in refused)
    # Somebody of another area does not even learn that it is there.
    for path in (f"amounts/{amount}/withdraw/", f"budget-changes/{change}/take-back/", f"decisions/{decision}/"):
        assert api.post(path, {"reason": "Fejl"}, FAR_AWAY, If_Match="*").status == 404


def test_roles_and_scopes(api: Api) -> None:
    assert api.post("year-closings/", {"year": YEAR}, "kommune").status == 403  # an officer, but no budget officer
    assert api.post("commitments/", {}, "kkr").status == 403
    membership = api.money.officer.membership
    assert membership is not None
    token = issue(membership, name="Kun læse", scopes=["read"])
    bearer = {"Authorization": f"Bearer {token}"}
    assert api.get("budget/", **bearer).status == 200
    assert api.get("commitments/", **bearer).body["scope"] == "records:read"
    assert api.post("commitments/", {}, **bearer).body["scope"] == "money:write"


# ------------------------------------------------------------------------------------------------- funding sources
def test_a_source_is_made_and_changed(api: Api) -> None:
    said = {
        "name": "Vækstpuljen", "kind": "grant", "status": "sought", "sought": "2000000.00", "rate_of": 50,
        "rate_in": 100, "parent": api.money.pool.key, "way": "application",
    }  # fmt: skip
    made = api.post("funding-sources/", said)
    assert (made.status, made.body["key"], made.body["sought"]) == (201, "vaekstpuljen", "2000000.00")
    assert made.body["owner"]["id"] == api.money.owner.pk
    path = "funding-sources/vaekstpuljen/"
    assert made.headers["Location"].endswith(f"/api/v1/{path}")
    assert api.get(path).headers["ETag"] == made.headers["ETag"]
    changed = api.post(path, {"status": "granted", "granted": "1500000.00"}, If_Match=made.headers["ETag"])
    assert changed.status == 200
    assert (changed.body["status"], changed.body["granted"], changed.body["rate_of"]) == ("granted", "1500000.00", 50)
    assert api.post(path, {"status": "closed"}, If_Match=made.headers["ETag"]).status == 412
    assert api.post(path, {"status": "closed"}).status == 428
    assert api.post(path, {"key": "x", "owner": 1}, If_Match="*").errors.keys() == {"key", "owner"}
    assert api.post(path, {"parent": "vaekstpuljen"}, If_Match="*").errors.keys() == {"parent"}
    assert api.post(path, {"rate_of": 101}, If_Match="*").errors.keys() == {"rate_of"}
    assert api.post(path, {"status": "refused"}, If_Match="*").errors.keys() == {"granted"}
    assert api.post(path, {"name": ""}, If_Match="*").errors.keys() == {"name"}


def test_sources_are_found(api: Api) -> None:
    make_source(None, api.money.owner, name="Ældre ramme", kind="own_frame", status="closed")
    for query, names in (
        ("text=aeldre", ["Ældre ramme"]), ("kind=pool", ["Erhvervspuljen"]), ("status=closed", ["Ældre ramme"]),
        (f"owner={api.money.owner.pk}", ["Erhvervspuljen", "Ældre ramme"]), ("owner=999999", []),
    ):  # fmt: skip
        assert [row["name"] for row in api.get(f"funding-sources/?{query}").body["results"]] == names, query
    for query in ("kind=x", "text=a", "owner=x", "ukendt=1", "status="):
        assert api.get(f"funding-sources/?{query}").status == 400, query


# --------------------------------------------------------------------------------------------------------- amounts
def state(api: Api, **said: Any) -> Any:
    body = {
        "funding_source": api.money.pool.key, "step": "set_aside", "form": "one_off",
        "lines": [{"year": YEAR, "quantity": "500000.00"}], "stated_on": DAY.isoformat(), **said,
    }  # fmt: skip
    return api.post("amounts/", body)


def test_an_amount_comes_from_another_and_is_withdrawn(api: Api) -> None:
    frame = state(api)
    assert (frame.status, frame.body["total"]) == (201, "500000.00")
    part = state(api, step="released", initiative=api.money.first.pk, comes_from=frame.body["id"],
                 lines=[{"year": YEAR, "quantity": "300000.00"}])  # fmt: skip
    assert (part.status, part.body["comes_from"], part.body["initiative"]["number"]) == (201, frame.body["id"], "1")
    too_much = state(api, step="released", comes_from=frame.body["id"], lines=[{"year": YEAR, "quantity": "200000.01"}])
    assert too_much.errors.keys() == {"comes_from"}
    path = f"amounts/{frame.body['id']}/"
    assert api.post(f"{path}withdraw/", {"reason": "Fejl"}, If_Match="*").errors.keys() == {"general"}
    done = api.post(f"amounts/{part.body['id']}/withdraw/", {"reason": "Fejl"}, If_Match=part.headers["ETag"])
    assert (done.status, done.body["withdrawn_reason"]) == (200, "Fejl")
    assert api.post(f"{path}withdraw/", {"reason": ""}, If_Match="*").errors.keys() == {"reason"}
    assert [row["id"] for row in api.get("amounts/?withdrawn=false").body["results"]] == [frame.body["id"]]
    assert differences() == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"funding_source": "ukendt"}, "funding_source"),
        ({"funding_source": None}, "funding_source"),
        ({"initiative": 999999}, "initiative"),
        ({"comes_from": 999999}, "comes_from"),
        ({"decision": 999999}, "decision"),
        ({"step": "spist"}, "step"),
        ({"form": "frame", "lines": [{"quantity": "1.00"}]}, "last_year"),
        ({"first_year": 2021}, "first_year"),
        ({"form": "yearly", "lines": []}, "lines"),
        ({"lines": [{"year": 1800, "quantity": "1.00"}]}, "lines.0.year"),
        ({"lines": [{"year": YEAR, "quantity": "0.00"}]}, "lines"),
        ({"form": "yearly", "lines": [{"year": 2027, "quantity": "1.00"}] * 2}, "lines.1.year"),
        ({"stated_on": "i dag"}, "stated_on"),
        ({"ukendt": 1}, "ukendt"),
    ],
)
def test_what_is_wrong_with_an_amount_stands_at_its_field(api: Api, said: dict[str, Any], field: str) -> None:
    answer = state(api, **said)
    assert (answer.status, list(answer.errors)) == (400, [field])
    assert not Amount.objects.exists()


# ------------------------------------------------------------------------------------------------------- decisions
def test_a_decision_waits_and_is_taken(api: Api) -> None:
    waits = api.post("decisions/", {"body": api.money.council.pk, "title": "Budget 2027", "recommended": "At …"})
    assert (waits.status, waits.body["outcome"], waits.body["decided_on"]) == (201, "pending", None)
    path = f"decisions/{waits.body['id']}/"
    taken = {"outcome": "as_recommended", "decided_on": "2026-10-08"}
    assert api.post(path, taken, If_Match=waits.headers["ETag"]).errors.keys() == {"agenda_item"}
    done = api.post(path, {**taken, "agenda_item": "14"}, If_Match=waits.headers["ETag"])
    assert (done.status, done.body["recommended"]) == (200, "At …")
    assert api.post(path, {**taken, "agenda_item": "14"}, If_Match=waits.headers["ETag"]).status == 412
    assert api.post("decisions/", {"body": 999999, "title": "A"}).errors.keys() == {"body"}
    assert api.post("decisions/", {"body": api.money.council.pk, "title": ""}).errors.keys() == {"title"}


def test_what_money_rests_on_stays_decided(api: Api) -> None:
    decision = BudgetChange.objects.get().decision_id
    answer = api.post(f"decisions/{decision}/", {"outcome": "refused"}, If_Match="*")
    assert answer.errors.keys() == {"general"}


def test_who_may_decide_what_is_data(api: Api) -> None:
    rows = api.get("bodies/?kind=committee").body["results"]
    assert [row["delegations"] for row in rows] == [[{"what": "transfer", "up_to": "250000.00"}]]


# --------------------------------------------------------------------------------------------------------- budget
def transfer(api: Api, kroner: str, back: str, **more: Any) -> Any:
    lines = [
        api.place(quantity=f"-{kroner}"),
        api.place(quantity=back) | {"initiative": api.money.first.pk},
    ]
    decision = more.pop("decision", api.money.decision()).pk
    headers = {"Idempotency_Key": more.pop("key")} if "key" in more else {}
    return api.post("budget-changes/", {"kind": "transfer", "decision": decision, "title": "Omplacering",
                                        "lines": lines, **more}, **headers)  # fmt: skip


def test_a_transfer_sums_to_zero_and_takes_what_is_there(api: Api) -> None:
    done = transfer(api, "200000.00", "200000.00")
    assert done.status == 201
    assert [(line["quantity"], line["initiative"] and line["initiative"]["number"]) for line in done.body["lines"]] == [
        ("-200000.00", None), ("200000.00", "1"),
    ]  # fmt: skip
    assert transfer(api, "1.00", "2.00").errors.keys() == {"lines"}
    too_much = transfer(api, "300000.01", "300000.01")  # 500.000 - 200.000 are left
    assert too_much.errors.keys() == {"lines.0"}
    assert "300.000,00" in too_much.errors["lines.0"][0]
    committee = api.money.decision(api.money.committee)
    assert transfer(api, "250000.01", "250000.01", decision=committee).errors.keys() == {"decision"}
    assert differences() == []


def test_a_change_is_taken_back_once(api: Api) -> None:
    done = transfer(api, "200000.00", "200000.00")
    path = f"budget-changes/{done.body['id']}/"
    decision = api.money.decision().pk
    assert api.post(f"{path}take-back/", {"decision": decision, "reason": ""}).errors.keys() == {"reason"}
    assert api.post(f"{path}take-back/", {"decision": 999999, "reason": "Fejl"}).errors.keys() == {"decision"}
    back = api.post(f"{path}take-back/", {"decision": decision, "reason": "Fejl"})
    assert (back.status, back.body["reverses"]) == (201, done.body["id"])
    assert [line["quantity"] for line in back.body["lines"]] == ["200000.00", "-200000.00"]
    assert api.get(path).body["reversed_by"] == back.body["id"]
    assert api.post(f"{path}take-back/", {"decision": decision, "reason": "Igen"}).errors.keys() == {"general"}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"funding_source": "ukendt"}, "lines.0.funding_source"),
        ({"initiative": 999999}, "lines.0.initiative"),
        ({"comes_from": 999999}, "lines.0.comes_from"),
        ({"year": 1900}, "lines.0.year"),
        ({"quantity": "0.00"}, "lines.0"),
        ({"quantity": 5}, "lines.0.quantity"),
    ],
)
def test_what_is_wrong_with_a_line_stands_at_it(api: Api, line: dict[str, Any], field: str) -> None:
    said = {"kind": "original", "decision": api.money.decision().pk, "title": "Budget",
            "lines": [api.place(quantity="1.00") | line]}  # fmt: skip
    answer = api.post("budget-changes/", said)
    assert (answer.status, list(answer.errors)) == (400, [field])


def test_nothing_comes_of_a_withdrawn_amount(api: Api) -> None:
    amount = state(api).body["id"]
    assert api.post(f"amounts/{amount}/withdraw/", {"reason": "Fejl"}, If_Match="*").status == 200
    said = {"kind": "original", "decision": api.money.decision().pk, "title": "Budget",
            "lines": [api.place(quantity="1.00", comes_from=amount)]}  # fmt: skip
    assert api.post("budget-changes/", said).errors.keys() == {"lines"}


# ----------------------------------------------------------------------------------------------------- commitments
def test_a_refused_commitment_says_what_is_left(api: Api) -> None:
    assert api.bind("300000.00").status == 201
    refused = api.bind("200000.01")
    assert (refused.status, list(refused.errors)) == (400, ["quantity"])
    assert "200.000,00" in refused.errors["quantity"][0]
    assert api.bind("200000.00").status == 201


def test_a_commitment_is_changed_and_closed_as_it_was_seen(api: Api) -> None:
    made = api.bind("100000.00", reference="O-1")
    path = f"commitments/{made.body['id']}/"
    assert api.post(path, {"quantity": "500000.01"}, If_Match="*").errors.keys() == {"quantity"}
    changed = api.post(path, {"quantity": "120000.00"}, If_Match=made.headers["ETag"])
    assert (changed.body["quantity"], changed.body["reference"]) == ("120000.00", "O-1")
    assert api.post(f"{path}close/", {"reason": "Færdig"}, If_Match=made.headers["ETag"]).status == 412
    assert api.post(f"{path}close/", {"reason": "Færdig"}).status == 428
    assert api.post(f"{path}close/", {"reason": ""}, If_Match="*").errors.keys() == {"reason"}
    api.post("vouchers/", {"vouchers": [api.voucher("30000.00", commitment=made.body["id"])]})
    # What is booked on it changes no version.
    closed = api.post(f"{path}close/", {"reason": "Færdig"}, If_Match=changed.headers["ETag"])
    assert (closed.status, closed.body["quantity"], closed.body["closed_reason"]) == (200, "30000.00", "Færdig")
    assert api.post(path, {"text": "A"}, If_Match="*").errors.keys() == {"general"}
    assert [row["id"] for row in api.get("commitments/?closed=true").body["results"]] == [made.body["id"]]
    assert differences() == []


def test_more_is_committed_only_as_far_as_who_decided_may(api: Api) -> None:
    Delegation.objects.create(body=api.money.committee, what="commitment", up_to=Decimal(100_000))
    decision = api.money.decision(api.money.committee).pk
    assert api.bind("100000.01", decision=decision).errors.keys() == {"decision"}
    made = api.bind("100000.00", decision=decision)
    path = f"commitments/{made.body['id']}/"
    assert api.post(path, {"quantity": "100000.01"}, If_Match="*").errors.keys() == {"quantity"}
    assert api.post(path, {"quantity": "90000.00"}, If_Match="*").status == 200


def test_nothing_is_committed_in_a_closed_year(api: Api) -> None:
    assert api.post("year-closings/", {"year": YEAR}).status == 201
    assert api.bind("1.00").errors.keys() == {"year"}
    assert api.post("year-closings/", {"year": YEAR}).errors.keys() == {"year"}
    late = api.post("vouchers/", {"vouchers": [api.voucher()]})
    assert late.body["booked"] == 1
    assert Voucher.objects.get().late


# -------------------------------------------------------------------------------------------------------- vouchers
def test_vouchers_are_booked_all_or_none_and_once(api: Api) -> None:
    lines = [api.voucher("100.00"), api.voucher("100.00"), api.voucher("-20.00") | {"number": "B-2"}]
    wrong = [*lines, api.voucher("1.00") | {"funding_source": "ukendt"}, api.voucher("0.00")]
    answer = api.post("vouchers/", {"vouchers": wrong})
    assert answer.errors.keys() == {"vouchers.4.quantity"}
    assert api.post("vouchers/", {"vouchers": wrong[:4]}).errors.keys() == {"vouchers.3.funding_source"}
    assert not Voucher.objects.exists()
    first = api.post("vouchers/", {"vouchers": lines})
    assert (first.status, first.body["booked"]) == (201, 3)  # two that agree in everything are two
    assert [each["there_already"] for each in first.body["vouchers"]] == [False, False, False]
    more = api.post("vouchers/", {"vouchers": [*lines, api.voucher("7.00") | {"number": " B-3 "}]})
    assert (more.status, more.body["booked"]) == (201, 1)
    assert [each["there_already"] for each in more.body["vouchers"]] == [True, True, True, False]
    assert [each["id"] for each in more.body["vouchers"][:3]] == [each["id"] for each in first.body["vouchers"]]
    again = api.post("vouchers/", {"vouchers": [api.voucher("7.00") | {"number": "B-3"}]})
    assert again.body == {"booked": 0, "vouchers": [{"id": more.body["vouchers"][3]["id"], "there_already": True}]}
    assert Voucher.objects.count() == 4
    assert differences() == []


def test_at_most_400_at_once(api: Api) -> None:
    lines = [api.voucher("1.00") | {"number": f"B-{number}"} for number in range(401)]
    assert api.post("vouchers/", {"vouchers": lines}).errors.keys() == {"vouchers"}
    assert api.post("vouchers/", {"vouchers": lines[:400]}).body["booked"] == 400


def test_a_voucher_is_withdrawn_as_it_was_seen(api: Api) -> None:
    voucher = api.booked()
    path = f"vouchers/{voucher.pk}/"
    tag = api.get(path).headers["ETag"]
    assert api.post(f"{path}withdraw/", {"reason": "Fejl"}, If_Match='"andet"').status == 412
    done = api.post(f"{path}withdraw/", {"reason": "Fejl"}, If_Match=tag)
    assert (done.status, done.body["withdrawn_reason"]) == (200, "Fejl")
    assert api.get("vouchers/?withdrawn=false").body["results"] == []
    assert differences() == []


def test_what_other_vouchers_rest_on_is_not_withdrawn_under_them(api: Api) -> None:
    """100 bound; 60 paid, 20 back, 60 paid: 100 drawn. Without the 20 it would be 120, without the two 60 -20."""
    bound = api.commitment()
    rows = []
    for number, kroner in enumerate(("60000.00", "-20000.00", "60000.00")):
        line = api.voucher(kroner, commitment=bound.pk) | {"number": f"B-{number}"}
        rows.append(api.post("vouchers/", {"vouchers": [line]}).body["vouchers"][0]["id"])
    assert [Voucher.objects.get(pk=pk).drawn for pk in rows] == [60_000, -20_000, 60_000]
    assert api.post(f"vouchers/{rows[1]}/withdraw/", {"reason": "Fejl"}, If_Match="*").errors.keys() == {"general"}
    assert api.post(f"vouchers/{rows[2]}/withdraw/", {"reason": "Fejl"}, If_Match="*").status == 200
    assert api.post(f"vouchers/{rows[0]}/withdraw/", {"reason": "Fejl"}, If_Match="*").errors.keys() == {"general"}
    assert differences() == []


def test_a_closed_commitment_foresees_nothing_more(api: Api) -> None:
    """40 of 100 paid, closed; 10 paid back: nothing is bound again, and 500 - 30 are left."""
    bound = api.commitment()
    api.post("vouchers/", {"vouchers": [api.voucher("40000.00", commitment=bound.pk)]})
    api.post(f"commitments/{bound.pk}/close/", {"reason": "Færdig"}, If_Match="*")
    api.post("vouchers/", {"vouchers": [api.voucher("-10000.00", commitment=bound.pk)]})
    (row,) = api.get("budget/").body["rows"]
    assert (row["bound"], row["spent"], row["left"]) == ("0.00", "30000.00", "470000.00")


# ------------------------------------------------------------------------------------------------------------ once
def test_with_a_key_it_counts_once(api: Api) -> None:
    decision = api.money.decision().pk
    posts: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
        ("funding-sources/", {"name": "Ny", "kind": "pool"}, {"name": "Anden"}, FundingSource),
        ("amounts/", {"funding_source": api.money.pool.key, "step": "released", "form": "one_off",
                      "lines": [{"year": YEAR, "quantity": "1.00"}], "stated_on": DAY.isoformat()},
         {"note": "Andet"}, Amount),
        ("decisions/", {"body": api.money.council.pk, "title": "A"}, {"title": "B"}, Decision),
        ("budget-changes/", {"kind": "original", "decision": decision, "title": "A",
                             "lines": [api.place(quantity="1.00")]}, {"title": "B"}, BudgetChange),
        ("commitments/", api.place(quantity="1.00", committed_on=DAY.isoformat(), counterpart="A"),
         {"quantity": "2.00"}, Commitment),
        ("vouchers/", {"vouchers": [api.voucher()]}, {"vouchers": [api.voucher("5.00")]}, Voucher),
        ("year-closings/", {"year": 2023}, {"year": 2022}, YearClosing),
    ]  # fmt: skip
    for path, body, other, model in posts:
        first = api.post(path, body, Idempotency_Key="k1")
        assert first.status == 201, (path, first.body)
        count = model.objects.count()
        again = api.post(path, body, Idempotency_Key="k1")
        assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
        if path == "vouchers/":
            assert again.body["vouchers"] == [first.body["vouchers"][0] | {"there_already": True}]
        else:
            assert again.body == first.body
        assert model.objects.count() == count
        assert api.post(path, body | other, Idempotency_Key="k1").status == 409, path


def test_a_change_with_a_key_counts_once(api: Api) -> None:
    made = api.bind("100.00")
    path, tag = f"commitments/{made.body['id']}/", made.headers["ETag"]
    first = api.post(path, {"quantity": "90.00"}, If_Match=tag, Idempotency_Key="k")
    again = api.post(path, {"quantity": "90.00"}, If_Match=tag, Idempotency_Key="k")
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    for path, body in (
        (f"commitments/{made.body['id']}/close/", {"reason": "Færdig"}),
        (f"vouchers/{api.booked().pk}/withdraw/", {"reason": "Fejl"}),
        (f"amounts/{state(api).body['id']}/withdraw/", {"reason": "Fejl"}),
        (f"funding-sources/{api.money.pool.key}/", {"funder": "Staten"}),
        (f"decisions/{api.money.decision().pk}/", {"title": "Andet"}),
    ):
        first = api.post(path, body, If_Match="*", Idempotency_Key="k")
        again = api.post(path, body, If_Match="*", Idempotency_Key="k")
        assert (first.status, again.status, again.body) == (200, 200, first.body), path


def test_a_refused_commitment_uses_no_key_up(api: Api) -> None:
    assert api.bind("500000.01", key="k").status == 400
    assert api.bind("500000.00", key="k").status == 201
    assert Commitment.objects.get().quantity == Decimal(500_000)
    assert api.get("commitments/", OFFICER).status == 200
