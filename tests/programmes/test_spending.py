"""Spending: always accepted, never twice, drawing on what was committed; and the database's last word."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from portal import ledger
from portal.ledger.audit import differences
from programmes import spending
from programmes.balance import Balance, Key, balances
from programmes.closing import close_year, reconcile, spent_until
from programmes.commitments import close_commitment, commit
from programmes.models import Commitment, Voucher
from programmes.spending import Entry, book, withdraw_voucher
from tests.programmes.money import DAY, YEAR, Money


def entry(money: Money, kroner: int | str, number: str = "1", **more: Any) -> Entry:
    given = {"initiative": None, "year": YEAR, "booked_on": DAY, **more}
    return Entry(money.pool, number=number, quantity=Decimal(kroner), **given)


def booked(money: Money, *entries: Entry) -> list[Voucher]:
    return book(money.officer, money.owner, list(entries))


def bound(money: Money, kroner: int) -> Commitment:
    return commit(
        money.officer, funding_source=money.pool, initiative=None, year=YEAR, quantity=Decimal(kroner),
        committed_on=DAY, counterpart="A",
    )  # fmt: skip


def balance(money: Money) -> Balance:
    return balances(ledger.AsOf.now())[Key(money.pool.key, money.pool.heading_id, YEAR)]


def test_more_than_the_budget_is_taken_and_shown_as_overspent(money: Money) -> None:
    """Budget 100, spent 130: 30 over, and 30 below zero left."""
    money.adopt(100)
    booked(money, entry(money, 130))
    assert (balance(money).overspent, balance(money).left) == (30, -30)
    assert differences() == []


def test_the_same_line_is_booked_once(money: Money) -> None:
    line = entry(money, 10)
    assert len(booked(money, line)) == 1
    assert booked(money, line) == []
    assert booked(money, line, entry(money, 11)) != []
    assert balance(money).spent == 21


def test_equal_lines_of_one_voucher_are_told_apart_by_their_number(money: Money) -> None:
    lines = [entry(money, 10, ordinal=number) for number in (1, 2)]
    assert len(booked(money, *lines)) == 2
    assert booked(money, *lines) == []
    assert balance(money).spent == 20


def test_a_voucher_by_mistake_is_withdrawn_and_may_come_again(money: Money) -> None:
    (row,) = booked(money, entry(money, 10))
    withdraw_voucher(money.officer, row, "Forkert kilde")
    with pytest.raises(ValidationError):
        withdraw_voucher(money.officer, row, "Igen")
    assert balance(money).spent == 0
    assert len(booked(money, entry(money, 10))) == 1
    assert differences() == []


def test_what_is_paid_back_is_bound_again(money: Money) -> None:
    """Bound 100; 100 spent, 30 paid back: 70 drawn, 30 bound again."""
    money.adopt(100)
    what = bound(money, 100)
    booked(money, entry(money, 100, commitment=what), entry(money, -30, "2", commitment=what))
    assert (balance(money).drawn, balance(money).bound, balance(money).left) == (70, 30, 0)
    assert differences() == []


def test_a_closed_commitment_holds_no_more_than_what_stands_on_it(money: Money) -> None:
    """Bound 100, spent 60, closed: 60. The voucher withdrawn: 0, and all 100 are free."""
    money.adopt(100)
    what = bound(money, 100)
    (row,) = booked(money, entry(money, 60, commitment=what))
    close_commitment(money.officer, what, "Færdig")
    withdraw_voucher(money.officer, row, "Hører til et andet år")
    what.refresh_from_db()
    assert (what.quantity, balance(money).left) == (0, 100)
    assert differences() == []


def test_a_commitment_of_another_place_is_refused_at_its_field(money: Money) -> None:
    money.adopt(100)
    with pytest.raises(ValidationError) as refused:
        booked(money, entry(money, 10, initiative=money.first, commitment=bound(money, 100)))
    assert list(refused.value.message_dict) == ["commitment"]


def test_what_comes_after_the_year_is_closed_is_taken_and_late(money: Money) -> None:
    money.adopt(100)
    close_year(money.officer, money.owner, YEAR)
    (row,) = booked(money, entry(money, 10))
    assert row.late
    assert balance(money).spent == 10


def test_a_month_is_reconciled_and_a_difference_explained(money: Money) -> None:
    """Booked 40 in January and 60 in February: 40 until January, 100 until February. The system says 90."""
    booked(money, entry(money, 40, booked_on=date(YEAR, 1, 31)), entry(money, 60, "2", booked_on=date(YEAR, 2, 1)))
    now = ledger.AsOf.now()
    assert [spent_until(money.owner, money.pool, YEAR, month, now) for month in (1, 2, 12)] == [40, 100, 100]
    asked: dict[str, Any] = {"funding_source": None, "year": YEAR, "month": 2, "system_total": Decimal(90)}
    with pytest.raises(ValidationError) as refused:
        reconcile(money.officer, money.owner, **asked)
    text = refused.value.message_dict["explanation"][0]
    assert "100,00" in text
    assert "10,00" in text
    row = reconcile(money.officer, money.owner, **asked, explanation="Et bilag mangler")
    assert (row.our_total, row.difference) == (100, -10)


def constraint(problem: IntegrityError) -> str:
    return str(problem.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_the_database_has_the_last_word_on_lines_booked_twice(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spending, "known", lambda owner, entries: set())
    booked(money, entry(money, 10))
    with pytest.raises(IntegrityError) as refused:
        booked(money, entry(money, 10))
    assert constraint(refused.value) == "voucher_line_once"


@pytest.mark.parametrize(
    ("kroner", "drawn", "rule"),
    [
        (60, 61, "voucher_draws_at_most_itself"),
        (60, -1, "voucher_draws_at_most_itself"),
        (101, 101, "voucher_within_its_commitment"),
    ],
)
def test_the_database_has_the_last_word_on_what_is_drawn(
    money: Money, monkeypatch: pytest.MonkeyPatch, kroner: int, drawn: int, rule: str
) -> None:
    money.adopt(100)
    what = bound(money, 100)
    monkeypatch.setattr(spending, "_draw", lambda bound, entry: Decimal(drawn))
    with pytest.raises(IntegrityError) as refused:
        booked(money, entry(money, kroner, commitment=what))
    assert constraint(refused.value) == rule


def test_the_database_keeps_a_voucher_in_the_cell_of_its_commitment(
    money: Money, monkeypatch: pytest.MonkeyPatch
) -> None:
    money.adopt(100)
    what = bound(money, 100)
    monkeypatch.setattr(spending, "faults", lambda entry: {})
    with pytest.raises(IntegrityError) as refused:
        booked(money, entry(money, 10, initiative=money.first, commitment=what))
    assert constraint(refused.value) == "voucher_in_the_cell_of_its_commitment"
