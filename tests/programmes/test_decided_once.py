"""A decision gives what it gives once, an amount its kroner once, and what waits can still be decided."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger.audit import differences
from programmes import amount_words, budget
from programmes.amounts import state_amount
from programmes.budget import take_back
from programmes.commitments import change_commitment, close_commitment, commit
from programmes.decisions import change_decision
from programmes.models import Amount, Commitment, Delegation
from programmes.sources import make_source
from programmes.spending import Entry, book, withdraw_voucher
from tests.programmes.money import DAY, YEAR, Money


def refusal(problem: pytest.ExceptionInfo[ValidationError], field: str) -> str:
    return " ".join(problem.value.message_dict[field]).replace("\N{NO-BREAK SPACE}", " ")


def bound(money: Money, kroner: int, **more: object) -> Commitment:
    given = {"counterpart": "A", "committed_on": DAY, "year": YEAR, "initiative": None, **more}
    return commit(money.officer, funding_source=money.pool, quantity=Decimal(kroner), **given)  # type: ignore[arg-type]


def test_the_limit_is_of_the_decision_not_of_each_act(money: Money) -> None:
    """The committee may move 250.000 in one decision: 200.000, and then 50.000, but not 60.000."""
    money.adopt(1_000_000)
    decision = money.decision(money.committee)
    first = money.change("transfer", [money.line(-200_000), money.line(200_000, money.first)], decision=decision)
    with translation.override("da"), pytest.raises(ValidationError) as refused:
        money.change("transfer", [money.line(-60_000), money.line(60_000, money.second)], decision=decision)
    said = refusal(refused, "decision")
    assert "250.000,00 kr." in said
    assert "200.000,00 kr." in said
    assert "260.000,00 kr." in said
    money.change("transfer", [money.line(-50_000), money.line(50_000, money.second)], decision=decision)
    # Taken back by another decision, it rests on this one no more.
    take_back(money.officer, first, decision=money.decision(), reason="Fejl")
    money.change("transfer", [money.line(-200_000), money.line(200_000, money.first)], decision=decision)
    assert differences() == []


def test_commitments_of_one_decision_are_added_up(money: Money) -> None:
    money.adopt(1_000_000)
    Delegation.objects.create(body=money.committee, what="commitment", up_to=Decimal(100_000))
    decision = money.decision(money.committee)
    first = bound(money, 60_000, decision=decision)
    with pytest.raises(ValidationError):
        bound(money, 40_001, decision=decision)
    bound(money, 40_000, decision=decision)
    with pytest.raises(ValidationError):
        change_commitment(money.officer, first, quantity=Decimal(60_001), counterpart="A")


def test_what_is_taken_out_is_measured_too(money: Money) -> None:
    adopted = money.adopt(10_000_000)
    Delegation.objects.create(body=money.committee, what="original", up_to=Decimal(50_000))
    with pytest.raises(ValidationError) as refused:
        take_back(money.officer, adopted, decision=money.decision(money.committee), reason="Fejl")
    assert "decision" in refused.value.message_dict


def set_aside(money: Money, kroner: int, step: str = "set_aside") -> Amount:
    return state_amount(
        money.officer, funding_source=money.pool, initiative=None, step=step, form="one_off",
        lines={YEAR: Decimal(kroner)}, stated_on=DAY,
    )  # fmt: skip


def test_moving_money_away_gives_its_amount_no_room_again(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    amount = set_aside(money, 1_000_000)
    money.change("original", [money.line(1_000_000, comes_from=amount)])
    away = [money.line(-1_000_000, comes_from=amount), money.line(1_000_000, money.first)]
    with pytest.raises(ValidationError) as refused:
        money.change("transfer", away)
    assert "lines.0" in refused.value.message_dict
    monkeypatch.setattr(budget, "_moved_away", lambda kind, lines, errors: None)
    with pytest.raises(IntegrityError, match="comes from no amount"):
        money.change("transfer", away)


def test_an_amount_of_others_is_not_used_up(money: Money) -> None:
    place = Area.objects.get(kind=Area.Kind.KKR, name="KKR Nordjylland")
    other = Organisation.objects.create(name="En anden", kind=OrganisationKind.KKR, area=place)
    pool = make_source(None, other, name="En andens pulje", kind="pool")
    theirs = state_amount(
        None, funding_source=pool, initiative=None, step="set_aside", form="one_off", lines={YEAR: Decimal(500)},
        stated_on=DAY,
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        money.change("original", [money.line(500, comes_from=theirs)])
    assert "lines.0" in refused.value.message_dict


def test_what_waits_is_decided_although_an_amount_names_it(money: Money) -> None:
    waits = money.decision(outcome="pending", decided_on=None, agenda_item="")
    amount = state_amount(
        money.officer, funding_source=money.pool, initiative=money.first, step="recommended", form="one_off",
        lines={YEAR: Decimal(500_000)}, stated_on=DAY, decision=waits,
    )  # fmt: skip
    taken = change_decision(
        money.officer, waits, outcome="as_recommended", decided_on=date(2026, 2, 1), agenda_item="3"
    )
    assert taken.gives
    with pytest.raises(ValidationError):
        change_decision(money.officer, taken, decided_on=date(2026, 2, 2))
    # It is appropriated, and the appropriation taken back: then it waits again.
    change = money.change("original", [money.line(500_000, money.first, comes_from=amount)])
    rows = Amount.objects.prefetch_related("leads_to", "appropriated")
    assert amount_words.waiting(rows) == []
    take_back(money.officer, change, decision=money.decision(), reason="Fejl")
    assert amount_words.waiting(rows.all()) == [amount]


def test_a_refund_of_a_closed_commitment_is_withdrawn(money: Money) -> None:
    """100 bound and paid, 30 came back, closed at 70; the refund was booked by mistake: 100 are spent of it again."""
    money.adopt(200)
    commitment = bound(money, 100)
    for number, kroner in (("1", 100), ("2", -30)):
        entry = Entry(money.pool, None, YEAR, number, DAY, Decimal(kroner), commitment=commitment)
        (last,) = book(money.officer, money.owner, [entry])
    assert close_commitment(money.officer, commitment, "Slut").quantity == 70
    withdraw_voucher(money.officer, last, "Fejl")
    commitment.refresh_from_db()
    assert commitment.quantity == 100
    assert differences() == []
