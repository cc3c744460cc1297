"""Commitments and the ceiling: the database's last word, and what a person is told before."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections
from django.db.models import Sum

from portal import ledger
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from programmes import cells, commitments
from programmes.balance import Key, balances
from programmes.closing import close_year
from programmes.commitments import change_commitment, close_commitment, commit
from programmes.models import Commitment
from programmes.spending import Entry, book
from tests.ledger.conftest import as_owner
from tests.programmes.money import DAY, YEAR, Money, build


@pytest.fixture
def shared(transactional_db: None) -> Money:
    return build()


def bind(money: Money, kroner: int, initiative: object = None, **more: object) -> Commitment:
    given = {"counterpart": "Leverandør ApS", "committed_on": DAY, "year": YEAR, **more}
    return commit(money.officer, funding_source=money.pool, initiative=initiative, quantity=Decimal(kroner), **given)  # type: ignore[arg-type]


def test_a_commitment_takes_of_what_is_left(money: Money) -> None:
    money.adopt(500_000)
    bind(money, 300_000)
    with pytest.raises(ValidationError) as refused:
        bind(money, 200_001)
    assert "200.000,00" in refused.value.message_dict["quantity"][0]
    assert "1,00" in refused.value.message_dict["quantity"][0]
    bind(money, 200_000)
    balance = balances(ledger.AsOf.now())[Key(money.pool.key, money.pool.heading_id, YEAR)]
    assert (balance.corrected, balance.bound, balance.left) == (500_000, 500_000, 0)


def test_each_initiative_has_its_own_room(money: Money) -> None:
    money.adopt(100_000, money.first)
    with pytest.raises(ValidationError):
        bind(money, 1, money.second)
    bind(money, 100_000, money.first)


@pytest.mark.parametrize("over", [0, 1])
def test_the_database_has_the_last_word(money: Money, monkeypatch: pytest.MonkeyPatch, over: int) -> None:
    """The look before is taken away: the trigger still refuses, and names its rule."""
    monkeypatch.setattr(commitments, "_enough", lambda cell, quantity: None)
    money.adopt(100)
    if not over:
        bind(money, 100)
        return
    with pytest.raises(IntegrityError) as refused:
        bind(money, 100 + over)
    assert refused.value.__cause__.diag.constraint_name == "commitment_within_budget"  # type: ignore[union-attr]


def test_two_hundred_at_once_never_pass_the_frame(shared: Money) -> None:
    """200 commitments of 10.000 in flight against 1.000.000: 100 fit, and each of the others is told why."""
    shared.adopt(1_000_000)
    start = Barrier(20)

    def one(number: int) -> str:
        try:
            if number < 20:
                start.wait(30)
            bind(shared, 10_000, reference=str(number))
        except ValidationError as refused:
            return refused.message_dict["quantity"][0]
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(200)))
    assert answers.count("") == 100
    refused = [answer for answer in answers if answer]
    assert len(refused) == 100
    assert all("0,00" in answer and "10.000,00" in answer for answer in refused)
    assert Commitment.objects.aggregate(total=Sum("quantity"))["total"] == 1_000_000
    assert Fact.objects.filter(measure="commitment").aggregate(total=Sum("quantity"))["total"] == 1_000_000
    assert differences() == []


def test_without_the_lock_the_frame_is_passed(shared: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the lock is for: two that both look before either has written fit, each by itself."""
    shared.adopt(100)
    with ledger.entry():
        unlocked = cells.locked([(shared.pool.pk, None, YEAR)])
    both_have_written = Barrier(2)
    post = commitments._post

    def wait_and_post(row: Commitment, learnt_on: object = None) -> None:
        both_have_written.wait(30)
        post(row)

    def one(_number: int) -> None:
        try:
            bind(shared, 100)
        finally:
            connections.close_all()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('programmes_guard_commitment'::regproc)")
        (guard,) = cursor.fetchone()
    lock = "PERFORM 1 FROM public.programmes_budgetcell WHERE id = NEW.cell_id FOR NO KEY UPDATE;"
    assert lock in guard
    monkeypatch.setattr(cells, "locked", lambda _places: unlocked)
    monkeypatch.setattr(commitments, "_post", wait_and_post)
    try:
        with as_owner() as cursor:
            cursor.execute(guard.replace(lock, ""))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, range(2)))
    finally:
        with as_owner() as cursor:
            cursor.execute(guard)
    assert Commitment.objects.aggregate(total=Sum("quantity"))["total"] == 200


def test_spending_draws_on_its_commitment(money: Money) -> None:
    """Bound 100, invoices of 60 and 70: 60 and 40 were foreseen, 30 are on top. Budget 200: 200 - 130 = 70 left."""
    money.adopt(200)
    bound = bind(money, 100)
    for number, kroner in (("1", 60), ("2", 70)):
        book(
            money.officer, money.owner, [Entry(money.pool, None, YEAR, number, DAY, Decimal(kroner), commitment=bound)]
        )
    balance = balances(ledger.AsOf.now())[Key(money.pool.key, money.pool.heading_id, YEAR)]
    assert (balance.committed, balance.drawn, balance.spent) == (100, 100, 130)
    assert (balance.bound, balance.left) == (0, 70)
    assert differences() == []


def test_closing_lets_go_of_the_rest(money: Money) -> None:
    money.adopt(100)
    bound = bind(money, 100)
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(30), commitment=bound)])
    close_commitment(money.officer, bound, "Sidste faktura er kommet")
    bind(money, 70)
    with pytest.raises(ValidationError):
        close_commitment(money.officer, bound, "Igen")
    assert differences() == []


def test_a_change_is_held_to_what_is_left_and_to_what_is_spent(money: Money) -> None:
    money.adopt(100)
    bound = bind(money, 50)
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(20), commitment=bound)])
    for kroner in (101, 19, 0):
        with pytest.raises(ValidationError):
            change_commitment(money.officer, bound, quantity=Decimal(kroner), counterpart="A")
    changed = change_commitment(money.officer, bound, quantity=Decimal(100), counterpart="A")
    assert changed.revision == 1
    assert differences() == []


def test_nothing_is_committed_in_a_closed_year(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    money.adopt(100)
    close_year(money.officer, money.owner, YEAR)
    with pytest.raises(ValidationError) as refused:
        bind(money, 1)
    assert "2026" in refused.value.message_dict["year"][0]
    monkeypatch.setattr(commitments, "_open_year", lambda cell: None)
    with pytest.raises(IntegrityError):
        bind(money, 1)
