"""Changing a budget: every refusal in its words, the arithmetic over any sequence, and the database's last word."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from programmes import amounts, budget, cells, decisions
from programmes.amounts import state_amount
from programmes.balance import Balance, Key, balances
from programmes.bodies import body_mark, set_body
from programmes.budget import Line, take_back
from programmes.closing import close_year
from programmes.commitments import close_commitment, commit
from programmes.decisions import change_decision, register_decision
from programmes.models import Body, BudgetCell, BudgetChange, BudgetLine, Delegation, Initiative
from programmes.sources import make_source
from programmes.spending import Entry, book, withdraw_voucher
from tests.programmes.money import DAY, YEAR, Money


def refused(act: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as problem:
        act()
    error = problem.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def left(money: Money, initiative: Initiative | None = None, year: int = YEAR) -> Decimal:
    heading = (initiative or money.pool).heading_id
    return balances(ledger.AsOf.now()).get(Key(money.pool.key, heading, year), Balance()).left


# ------------------------------------------------------------------------------------------------ refusals, in words
def test_what_is_missing_is_said_at_its_field(money: Money) -> None:
    lines = [money.line(100)]
    assert refused(lambda: money.change("gift", lines)) == {"kind": ["Vælg, hvad det er for en ændring."]}
    assert refused(lambda: money.change("original", lines, title=" ")) == {"title": ["Skriv, hvad det handler om."]}
    assert refused(lambda: money.change("supplementary", lines)) == {
        "financing": ["Skriv, hvad tillægsbevillingen finansieres af."]
    }
    assert refused(lambda: money.change("original", [])) == {"lines": ["Skriv mindst ét beløb."]}
    assert refused(lambda: money.change("original", [money.line(0)])) == {
        "lines.0": ["Skriv et beløb, der ikke er nul."]
    }
    twice = refused(lambda: money.change("original", [money.line(1), money.line(2)]))
    assert twice == {"lines.1": ["Erhvervspuljen, ikke udmøntet, 2026 står der to gange. Skriv ét beløb."]}
    for year in (1989, 2100):
        wrong = refused(lambda year=year: money.change("original", [money.line(1, year=year)]))
        assert wrong == {"lines.0": ["Skriv et år mellem 1990 og 2099."]}
    assert BudgetChange.objects.count() == 0
    assert BudgetLine.objects.count() == 0


def test_a_change_has_a_most_of_lines(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_LINES", 1)
    wrong = refused(lambda: money.change("original", [money.line(1), money.line(1, year=YEAR + 1)]))
    assert wrong == {"lines": ["En ændring har højst 1 linjer."]}


def test_a_transfer_sums_to_zero_in_each_year(money: Money) -> None:
    money.adopt(500)
    money.adopt(500, year=YEAR + 1)
    wrong = refused(lambda: money.change("transfer", [money.line(-300), money.line(250, money.first)]))
    assert wrong == {"lines": ["En omplacering skal gå i nul. I 2026 er der 50,00\xa0kr. for lidt."]}
    wrong = refused(lambda: money.change("transfer", [money.line(-300), money.line(300, money.first, YEAR + 1)]))
    assert wrong["lines"] == [
        "En omplacering skal gå i nul. I 2026 er der 300,00\xa0kr. for lidt.",
        "En omplacering skal gå i nul. I 2027 er der 300,00\xa0kr. for meget.",
    ]


def test_what_is_carried_over_stays_with_its_initiative(money: Money) -> None:
    money.adopt(500, money.first)
    lines = [money.line(-300, money.first), money.line(300, money.second, YEAR + 1)]
    assert refused(lambda: money.change("carry_over", lines))["lines"] == [
        "Det, der overføres mellem år, skal gå i nul. For 1 Iværksætteri er der 300,00\xa0kr. for lidt.",
        "Det, der overføres mellem år, skal gå i nul. For 2 Detailhandel er der 300,00\xa0kr. for meget.",
    ]
    money.change("carry_over", [money.line(-300, money.first), money.line(300, money.first, YEAR + 1)])
    assert (left(money, money.first), left(money, money.first, YEAR + 1)) == (200, 300)


def test_no_more_is_taken_than_is_left(money: Money) -> None:
    """500 adopted, 200 committed: 300 can be moved, and of 301 one krone is too much."""
    money.adopt(500)
    commit(
        money.officer, funding_source=money.pool, initiative=None, year=YEAR, quantity=Decimal(200),
        committed_on=DAY, counterpart="A",
    )  # fmt: skip
    wrong = refused(lambda: money.change("transfer", [money.line(-301), money.line(301, money.first)]))
    place = "Erhvervspuljen, ikke udmøntet, 2026"
    assert wrong == {
        "lines.0": [f"{place} har 300,00\xa0kr. tilbage, og dette er 301,00\xa0kr.: 1,00\xa0kr. for meget."]
    }
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(350))])
    wrong = refused(lambda: money.change("transfer", [money.line(-1), money.line(1, money.first)]))
    assert wrong == {"lines.0": [f"{place} har et merforbrug på 50,00\xa0kr., så der kan ikke tages mere fra den."]}


def test_a_closed_year_only_gives_to_another(money: Money) -> None:
    money.adopt(500)
    close_year(money.officer, money.owner, YEAR)
    wrong = refused(lambda: money.adopt(1))
    assert wrong == {"lines": ["Året 2026 er lukket. Det, der er tilbage, kan overføres til et andet år."]}
    money.change("carry_over", [money.line(-500), money.line(500, year=YEAR + 1)])
    assert (left(money), left(money, year=YEAR + 1)) == (0, 500)


def test_who_may_decide_is_data(money: Money) -> None:
    money.adopt(1_000_000)
    moved = [money.line(-300_000), money.line(300_000, money.first)]
    by_committee = money.decision(money.committee)
    assert refused(lambda: money.change("transfer", moved, decision=by_committee)) == {
        "decision": ["Erhvervsudvalget kan beslutte dette op til 250.000,00\xa0kr., og det er 300.000,00\xa0kr."]
    }
    assert refused(lambda: money.change("original", [money.line(1)], decision=by_committee)) == {
        "decision": ["Erhvervsudvalget kan ikke beslutte dette: vedtage et budget. Det er op til Byrådet."]
    }
    Delegation.objects.filter(what="original").delete()
    assert refused(lambda: money.change("original", [money.line(1)], decision=by_committee)) == {
        "decision": ["Erhvervsudvalget kan ikke beslutte dette: vedtage et budget. Der er ikke angivet nogen, der kan."]
    }
    waits = money.decision(outcome="pending", decided_on=None)
    refusal = money.decision(outcome="refused")
    for decision in (waits, refusal):
        assert refused(lambda decision=decision: money.change("transfer", moved, decision=decision)) == {
            "decision": ["Det er ikke besluttet. Vælg en beslutning, der siger ja, med dens dato."]
        }
    before = Body.objects.create(organisation=money.owner, name="Før", kind="council", valid_to=date(2020, 1, 1))
    Delegation.objects.create(body=before, what="transfer")
    late = money.decision(before)
    assert refused(lambda: money.change("transfer", moved, decision=late)) == {
        "decision": ["Før fandtes ikke den 15.01.2026."]
    }
    moved[:] = [money.line(-250_000), money.line(250_000, money.first)]
    money.change("transfer", moved, decision=by_committee)
    assert left(money, money.first) == 250_000


def test_another_organisations_money_is_not_changed(money: Money) -> None:
    other = User.objects.get(email="controller@demo.example")
    foreign = make_source(None, actor_for(other).organisation, name="Husets pulje", kind="pool")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="forvalter disse penge"):
        money.change("original", [money.line(1, source=foreign)])
    wrong = refused(lambda: money.change("original", [money.line(1, source=foreign)], actor=None))
    assert wrong == {"lines.0": ["Husets pulje forvaltes af en anden organisation."]}
    body = Body.objects.create(organisation=foreign.owner, name="Bestyrelsen", kind="board")
    decision = register_decision(None, body, outcome="as_recommended", decided_on=DAY, agenda_item="1", title="Budget")
    assert refused(lambda: money.change("original", [money.line(1)], decision=decision)) == {
        "decision": ["Bestyrelsen beslutter ikke for Aalborg Kommune."]
    }


def test_an_officer_who_keeps_no_budget_is_refused(money: Money) -> None:
    kirsten = actor_for(User.objects.get(email="kommune@demo.example"))
    with pytest.raises(Refused, match="Budgettet ændres af budgetmedarbejdere"):
        money.change("original", [money.line(1)], actor=kirsten)


def test_a_krone_comes_once_from_its_amount(money: Money) -> None:
    frame = state_amount(
        money.officer, funding_source=money.pool, initiative=None, step="set_aside", form="one_off",
        lines={YEAR: Decimal(100)}, stated_on=DAY,
    )  # fmt: skip
    money.change("original", [money.line(60, comes_from=frame)])
    wrong = refused(lambda: money.change("original", [money.line(41, money.first, comes_from=frame)]))
    assert "40,00\xa0kr. tilbage" in wrong["lines"][0]
    money.change("original", [money.line(40, money.first, comes_from=frame)])


def test_a_change_is_taken_back_once(money: Money) -> None:
    change = money.adopt(500)
    assert refused(lambda: take_back(money.officer, change, decision=money.decision(), reason=" ")) == {
        "note": ["Skriv, hvorfor det trækkes tilbage."]
    }
    back = take_back(money.officer, change, decision=money.decision(), reason="Fejl")
    assert (back.title, back.reverses_id, left(money)) == ("Taget tilbage: En ændring", change.pk, 0)
    again = {"": ["Det er allerede taget tilbage."]}
    for each in (change, back):
        assert refused(lambda each=each: take_back(money.officer, each, decision=money.decision(), reason="x")) == again
    assert differences() == []


def test_what_is_committed_of_it_is_not_taken_back(money: Money) -> None:
    change = money.adopt(500)
    commit(
        money.officer, funding_source=money.pool, initiative=None, year=YEAR, quantity=Decimal(1),
        committed_on=DAY, counterpart="A",
    )  # fmt: skip
    wrong = refused(lambda: take_back(money.officer, change, decision=money.decision(), reason="Fejl"))
    assert wrong["lines.0"][0].endswith("1,00\xa0kr. for meget.")


def test_a_decision_that_money_rests_on_keeps_its_day_and_its_yes(money: Money) -> None:
    decision = money.adopt(500).decision
    for changes in ({"decided_on": date(2026, 1, 14)}, {"outcome": "refused"}):
        wrong = refused(lambda changes=changes: change_decision(money.officer, decision, **changes))
        assert wrong[""][0].startswith("Der hviler penge på denne beslutning.")
    assert change_decision(money.officer, decision, title="Budget 2026").title == "Budget 2026"


def test_a_body_and_how_far_it_may_go(money: Money) -> None:
    given: dict[str, Decimal | None] = {"transfer": Decimal(50_000), "commitment": None}
    said: dict[str, Any] = {"name": "Chefen", "kind": "management", "asks_agenda_item": False}
    body = set_body(money.officer, money.owner, given, **said)
    assert {(row.what, row.up_to) for row in body.delegations.all()} == {("transfer", 50_000), ("commitment", None)}
    mark = body_mark(body)
    set_body(money.officer, money.owner, {"transfer": Decimal(60_000)}, body=body, seen=mark, **said)
    assert [(row.what, row.up_to) for row in body.delegations.all()] == [("transfer", 60_000)]
    with pytest.raises(decisions.versions.Changed):
        set_body(money.officer, money.owner, given, body=body, seen=mark, **said)
    wrong = refused(lambda: set_body(None, money.owner, {"transfer": Decimal(0)}, **{**said, "name": "Byrådet"}))
    assert set(wrong) == {"name", "up_to_transfer"}
    wrong = refused(lambda: set_body(None, money.owner, {}, **{**said, "name": "", "kind": "council"}))
    assert set(wrong) == {"name", "asks_agenda_item"}
    stranger = actor_for(User.objects.get(email="controller@demo.example"))
    with pytest.raises(Refused):
        set_body(stranger, money.owner, given, **said)


# ------------------------------------------------------------------------------------------------ any sequence
PLACES = [(which, year) for which in range(3) for year in (YEAR, YEAR + 1)]
place = st.sampled_from(PLACES)
kroner = st.integers(1, 300)
signed = st.integers(-300, 300).filter(bool)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("adopt"), place, kroner),
        st.tuples(st.just("supplement"), place, signed),
        st.tuples(st.just("transfer"), st.integers(0, 2), st.integers(0, 2), st.sampled_from([YEAR, YEAR + 1]), kroner),
        st.tuples(st.just("carry"), st.integers(0, 2), kroner),
        st.tuples(st.just("commit"), place, kroner),
        st.tuples(st.just("close"), st.integers(0, 20)),
        st.tuples(st.just("pay"), place, signed),
        st.tuples(st.just("draw"), st.integers(0, 20), signed),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
        st.tuples(st.just("take back"), st.integers(0, 20)),
    ),
    max_size=14,
)
numbers = count(1)


@dataclass
class Kept:
    """The test's own arithmetic of one place."""

    budget: int = 0
    bound: int = 0
    spent: int = 0

    @property
    def left(self) -> int:
        return self.budget - self.bound - self.spent


@dataclass
class Bound:
    row: Any
    place: tuple[int, int]
    whole: int
    open: bool = True
    drawn: dict[Any, int] = field(default_factory=dict)
    """Voucher → what it drew."""


@dataclass
class Book:
    """A pool of its own, written to through the rules and counted along by hand."""

    money: Money
    pool: Any
    kept: dict[tuple[int, int], Kept] = field(default_factory=lambda: defaultdict(Kept))
    changes: list[tuple[Any, list[tuple[tuple[int, int], int]]]] = field(default_factory=list)
    commitments: list[Bound] = field(default_factory=list)
    vouchers: list[tuple[Any, tuple[int, int], int, Bound | None]] = field(default_factory=list)

    def work(self, which: int) -> Initiative | None:
        return (None, self.money.first, self.money.second)[which]

    def change(self, kind: str, parts: list[tuple[tuple[int, int], int]], **more: Any) -> None:
        lines = [Line(self.pool, self.work(which), year, Decimal(by)) for (which, year), by in parts]
        fits = all(by > 0 or self.kept[where].left + by >= 0 for where, by in parts)
        if not fits:
            assert any(name.startswith("lines.") for name in refused(lambda: self.money.change(kind, lines, **more)))
            return
        self.changes.append((self.money.change(kind, lines, **more), parts))
        self.add(parts)

    def add(self, parts: list[tuple[tuple[int, int], int]]) -> None:
        for where, by in parts:
            self.kept[where].budget += by

    def take_back(self, number: int) -> None:
        if not self.changes:
            return
        change, parts = self.changes.pop(number % len(self.changes))
        undone = [(where, -by) for where, by in parts]
        act = lambda: take_back(self.money.officer, change, decision=self.money.decision(), reason="Fejl")  # noqa: E731
        if all(by > 0 or self.kept[where].left + by >= 0 for where, by in undone):
            act()
            self.add(undone)
        else:
            refused(act)
            self.changes.append((change, parts))

    def commit(self, where: tuple[int, int], by: int) -> None:
        act = lambda: commit(  # noqa: E731
            self.money.officer, funding_source=self.pool, initiative=self.work(where[0]), year=where[1],
            quantity=Decimal(by), committed_on=DAY, counterpart="A",
        )  # fmt: skip
        if by > self.kept[where].left:
            assert set(refused(act)) == {"quantity"}
            return
        self.commitments.append(Bound(act(), where, by))
        self.kept[where].bound += by

    def close(self, number: int) -> None:
        opened = [each for each in self.commitments if each.open]
        if opened:
            bound = opened[number % len(opened)]
            close_commitment(self.money.officer, bound.row, "Slut")
            self.kept[bound.place].bound -= bound.whole - sum(bound.drawn.values())
            bound.whole, bound.open = sum(bound.drawn.values()), False

    def pay(self, where: tuple[int, int], by: int, bound: Bound | None = None) -> None:
        entry = Entry(
            self.pool, self.work(where[0]), where[1], f"B{next(numbers)}", DAY, Decimal(by),
            commitment=bound.row if bound else None,
        )  # fmt: skip
        (row,) = book(self.money.officer, self.money.owner, [entry])
        self.vouchers.append((row, where, by, bound))
        self.kept[where].spent += by
        if bound is not None:
            drawn = sum(bound.drawn.values())
            now = min(by, bound.whole - drawn) if by > 0 else -min(-by, drawn)
            bound.drawn[row.pk] = now
            self.kept[where].bound -= now

    def draw(self, number: int, by: int) -> None:
        if self.commitments:
            bound = self.commitments[number % len(self.commitments)]
            self.pay(bound.place, by, bound)

    def withdraw(self, number: int) -> None:
        if not self.vouchers:
            return
        row, where, by, bound = self.vouchers.pop(number % len(self.vouchers))
        others = 0 if bound is None else sum(bound.drawn.values()) - bound.drawn[row.pk]
        if bound is not None and not 0 <= others <= bound.whole:
            assert refused(lambda: withdraw_voucher(self.money.officer, row, "Fejl"))[""] != []
            self.vouchers.append((row, where, by, bound))
            return
        withdraw_voucher(self.money.officer, row, "Fejl")
        self.kept[where].spent -= by
        if bound is not None:
            now = bound.drawn.pop(row.pk)
            if bound.open:
                self.kept[where].bound += now
            else:
                bound.whole = others  # a closed one holds no more than is spent of it

    def step(self, what: str, *given: Any) -> None:
        if what == "adopt":
            self.change("original", [(given[0], given[1])])
        elif what == "supplement":
            self.change("supplementary", [(given[0], given[1])], financing="Kassen")
        elif what == "transfer" and given[0] != given[1]:
            start, end, year, by = given
            self.change("transfer", [((start, year), -by), ((end, year), by)])
        elif what == "carry":
            which, by = given
            self.change("carry_over", [((which, YEAR), -by), ((which, YEAR + 1), by)])
        elif what != "transfer":
            getattr(self, what.replace(" ", "_"))(*given)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(steps=STEPS)
def test_after_any_sequence_the_balance_is_the_arithmetic(money: Money, steps: list[tuple[Any, ...]]) -> None:
    """Every refusal is foreseen by the test's own sums; what is written equals them, in the ledger and in the rows."""
    written = Book(money, make_source(None, money.owner, name=f"Pulje {next(numbers)}", kind="pool"))
    for step in steps:
        written.step(*step)
    found = balances(ledger.AsOf.now(), Q(subcategory=written.pool.key))
    for (which, year), kept in written.kept.items():
        work = written.work(which)
        heading = (work or written.pool).heading_id
        balance = found.get(Key(written.pool.key, heading, year), Balance())
        assert (balance.corrected, balance.bound, balance.spent, balance.left) == (
            kept.budget, kept.bound, kept.spent, kept.left
        )  # fmt: skip
        assert balance.overspent == max(kept.spent - kept.budget, 0)
        rows = BudgetCell.objects.filter(funding_source=written.pool, initiative=work, year=year)
        assert cells.left_in(rows) == {row.pk: kept.left for row in rows}
    assert differences() == []


# ------------------------------------------------------------------------------------------------ the last word
def constraint(act: Any) -> str:
    with pytest.raises(IntegrityError) as problem:
        act()
    return str(problem.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.fixture
def unlooked(money: Money, monkeypatch: pytest.MonkeyPatch) -> Money:
    """The looks before are taken away: what then stops it is the database."""
    monkeypatch.setattr(budget, "_faults", lambda *given: {})
    monkeypatch.setattr(budget, "_left", lambda *given: None)
    return money


def test_the_database_lets_no_line_take_more_than_is_left(unlooked: Money) -> None:
    unlooked.adopt(100)
    act = lambda: unlooked.change("supplementary", [unlooked.line(-101)], financing="x")  # noqa: E731
    assert constraint(act) == "budget_line_leaves_enough"


def test_the_database_lets_nothing_into_a_closed_year(unlooked: Money) -> None:
    close_year(unlooked.officer, unlooked.owner, YEAR)
    assert constraint(lambda: unlooked.adopt(100)) == "budget_line_in_an_open_year"


def test_the_database_lets_no_transfer_leave_a_krone_over(unlooked: Money) -> None:
    unlooked.adopt(100)
    lines = [unlooked.line(-50), unlooked.line(51, unlooked.first)]
    assert constraint(lambda: unlooked.change("transfer", lines)) == "transfer_sums_to_zero"


def test_the_database_lets_nothing_be_carried_to_another_initiative(unlooked: Money) -> None:
    unlooked.adopt(100)
    lines = [unlooked.line(-50), unlooked.line(50, unlooked.first, YEAR + 1)]
    assert constraint(lambda: unlooked.change("carry_over", lines)) == "carry_over_sums_to_zero"


def test_the_database_keeps_a_change_within_one_organisation(unlooked: Money) -> None:
    other = actor_for(User.objects.get(email="controller@demo.example")).organisation
    foreign = make_source(None, other, name="Husets pulje", kind="pool")  # type: ignore[arg-type]
    act = lambda: unlooked.change("original", [unlooked.line(1, source=foreign)], actor=None)  # noqa: E731
    assert constraint(act) == "budget_change_of_one_organisation"


def test_the_database_takes_a_change_back_whole(unlooked: Money) -> None:
    change = unlooked.adopt(100)
    act = lambda: unlooked.change("original", [unlooked.line(-40)], reverses=change, note="Fejl")  # noqa: E731
    assert constraint(act) == "budget_change_taken_back_whole"


def test_the_database_gives_no_krone_twice_from_an_amount(unlooked: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amounts, "room_in", lambda *given: "")
    frame = state_amount(
        unlooked.officer, funding_source=unlooked.pool, initiative=None, step="set_aside", form="one_off",
        lines={YEAR: Decimal(100)}, stated_on=DAY,
    )  # fmt: skip
    act = lambda: unlooked.change("original", [unlooked.line(101, comes_from=frame)])  # noqa: E731
    assert constraint(act) == "amount_within_what_it_comes_from"


def test_the_database_wants_a_supplementary_appropriation_financed_once_a_place_and_not_zero(unlooked: Money) -> None:
    lines = [unlooked.line(1)]
    assert constraint(lambda: unlooked.change("supplementary", lines)) == "supplementary_names_its_financing"
    assert constraint(lambda: unlooked.change("original", [*lines, unlooked.line(2)])) == "budget_line_once_a_cell"
    assert constraint(lambda: unlooked.change("original", [unlooked.line(0)])) == "budget_line_not_zero"


def test_the_looks_before_are_what_was_taken_away(money: Money) -> None:
    """The same with them in place: refused in words, and the database is not asked."""
    money.adopt(100)
    wrong = refused(lambda: money.change("transfer", [money.line(-50), money.line(51, money.first)]))
    assert set(wrong) == {"lines"}


def test_no_change_without_a_line(money: Money) -> None:
    """The lines are checked when they are written; a change without one has no statement that would be checked, so the
    rule's own refusal is all there is."""
    assert refused(lambda: money.change("original", [])) == {"lines": ["Skriv mindst ét beløb."]}
