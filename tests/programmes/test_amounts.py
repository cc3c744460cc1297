"""Amounts at their steps: every form a document states one in, one krone counted once, and the database's last word."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from programmes import amount_words, amounts
from programmes.amount_words import Column
from programmes.amounts import counted_once, state_amount, taken_from, withdraw_amount
from programmes.models import Amount
from programmes.sources import make_source
from tests.programmes.money import DAY, Money


def state(money: Money, lines: dict[int | None, int], form: str = "yearly", **more: Any) -> Amount:
    given: dict[str, Any] = {
        "funding_source": money.pool, "initiative": money.first, "step": "set_aside", "stated_on": DAY, **more
    }  # fmt: skip
    return state_amount(
        given.pop("actor", money.officer), form=form, lines={year: Decimal(n) for year, n in lines.items()}, **given
    )


def facts(measure: str) -> Decimal:
    return Fact.objects.filter(measure=measure).aggregate(total=Sum("quantity"))["total"] or Decimal(0)


FORMS = [
    ("yearly", {2023: 250_000, 2024: 250_000}, {}, "2023, 2024"),
    ("one_off", {2023: 100}, {}, "2023"),
    ("frame", {None: 1000}, {"first_year": 2021, "last_year": 2024}, "ramme 2021–2024"),
    ("year_not_stated", {None: 250_000}, {}, "uden år"),
    ("settled_elsewhere", {}, {}, ""),
    ("not_stated", {}, {}, ""),
    ("none", {}, {}, ""),
]


@pytest.mark.parametrize(("form", "lines", "more", "years"), FORMS)
def test_every_form_is_kept_as_it_is_said(
    money: Money, form: str, lines: dict[int | None, int], more: dict[str, int], years: str
) -> None:
    amount = state(money, lines, form, **more)
    assert amount_words.which_years(amount) == years
    assert facts("amount_set_aside") == sum(lines.values())
    if not lines:
        assert amount_words.total_of(amount) is None
        assert not any(char.isdigit() for char in amount_words.how_much(amount)), "nothing that looks like zero"
    assert differences() == []


@pytest.mark.parametrize(
    ("form", "lines", "more"),
    [
        ("yearly", {}, {}),
        ("yearly", {None: 1}, {}),
        ("one_off", {2023: 1, 2024: 1}, {}),
        ("one_off", {None: 1}, {}),
        ("frame", {None: 1}, {}),
        ("frame", {None: 1}, {"first_year": 2024, "last_year": 2021}),
        ("frame", {2021: 1}, {"first_year": 2021, "last_year": 2024}),
        ("year_not_stated", {2023: 1}, {}),
        ("settled_elsewhere", {2023: 1}, {}),
        ("none", {None: 1}, {}),
        ("yearly", {2023: 0}, {}),
        ("yearly", {1889: 5}, {}),
        ("strange", {}, {}),
    ],
)
def test_what_does_not_fit_its_form_is_refused(
    money: Money, form: str, lines: dict[int | None, int], more: dict[str, int]
) -> None:
    with pytest.raises(ValidationError):
        state(money, lines, form, **more)
    assert not Amount.objects.exists()


def test_one_krone_is_counted_once(money: Money) -> None:
    """A frame of 500.000 a year of a budget agreement, released through the pool: 2 x 500.000, not 4 x."""
    agreement = make_source(None, money.owner, name="Budgetforlig 2023", kind="agreement")
    frame = state(money, {2023: 500_000, 2024: 500_000}, funding_source=agreement)
    through = state(money, {2023: 500_000, 2024: 500_000}, step="released", comes_from=frame)
    chain = [frame, through]
    total = sum((amount_words.total_of(each) or Decimal(0) for each in counted_once(chain)), Decimal(0))
    assert total == 1_000_000
    assert taken_from(frame) == {2023: 500_000, 2024: 500_000}
    assert facts("amount_set_aside") == facts("amount_released") == 1_000_000


def test_a_chain_within_a_step_is_counted_at_its_beginning(money: Money) -> None:
    """The pool's own frame of 300, of which 100 are set aside for an initiative: 300, not 400."""
    frame = state(money, {2023: 300}, initiative=None)
    state(money, {2023: 100}, comes_from=frame)
    found = amount_words.by_step(Amount.objects.prefetch_related("lines"))
    assert found["set_aside"] == {Column(2023, 2023): 300}


def test_no_year_and_a_frame_are_never_spread_over_years(money: Money) -> None:
    state(money, {2023: 100})
    state(money, {None: 40}, "year_not_stated")
    state(money, {None: 60}, "frame", first_year=2021, last_year=2024)
    found = amount_words.by_step(Amount.objects.prefetch_related("lines"))["set_aside"]
    assert found == {Column(2023, 2023): 100, Column(2021, 2024): 60, Column(None, None): 40}
    assert [column.title for column in sorted(found, key=lambda column: column.order)] == [
        "2023", "ramme 2021–2024", "Uden år",
    ]  # fmt: skip


def test_more_than_the_frame_has_is_refused_and_told(money: Money) -> None:
    frame = state(money, {2023: 100, 2024: 100})
    state(money, {2023: 60}, step="released", comes_from=frame)
    with pytest.raises(ValidationError) as refused:
        state(money, {2023: 41}, step="released", comes_from=frame)
    text = refused.value.message_dict["comes_from"][0]
    assert "40,00" in text
    assert "2023" in text
    assert "41,00" in text
    with pytest.raises(ValidationError):
        state(money, {2024: 141}, step="released", comes_from=frame)
    state(money, {2023: 40, 2024: 100}, step="released", comes_from=frame)


def test_a_recommendation_is_advice(money: Money) -> None:
    asked = state(money, {2023: 100}, step="recommended")
    state(money, {2023: 150}, comes_from=asked)
    assert amount_words.waiting(Amount.objects.prefetch_related("leads_to", "appropriated")) == []


def test_who_waits_is_recommended_and_not_followed(money: Money) -> None:
    waits = state(money, {2023: 100}, step="recommended")
    followed = state(money, {2023: 100}, step="recommended")
    later = state(money, {2023: 100}, comes_from=followed)
    state(money, {}, "none", step="recommended")
    rows = Amount.objects.prefetch_related("leads_to", "appropriated")
    assert amount_words.waiting(rows) == [waits]
    withdraw_amount(money.officer, later, "Forkert beløb")
    assert amount_words.waiting(rows.all()) == [waits, followed]


def test_withdrawing_reverses_and_waits_for_what_came_of_it(money: Money) -> None:
    frame = state(money, {2023: 100})
    later = state(money, {2023: 100}, step="released", comes_from=frame)
    with pytest.raises(ValidationError):
        withdraw_amount(money.officer, frame, "Fejl")
    with pytest.raises(ValidationError):
        withdraw_amount(money.officer, later, "  ")
    withdraw_amount(money.officer, later, "Fejl")
    withdraw_amount(money.officer, frame, "Fejl")
    with pytest.raises(ValidationError):
        withdraw_amount(money.officer, frame, "Igen")
    assert facts("amount_set_aside") == facts("amount_released") == 0
    assert differences() == []


def test_what_needs_no_money_has_no_source(money: Money) -> None:
    """Only that: and the owner of the plan says it."""
    assert state(money, {}, "none", funding_source=None).funding_source is None
    for form, lines in (("not_stated", {}), ("one_off", {2023: 1})):
        with pytest.raises(ValidationError) as refused:
            state(money, lines, form, funding_source=None)  # type: ignore[arg-type]
        assert "funding_source" in refused.value.message_dict


def test_others_money_is_not_theirs_to_state(money: Money) -> None:
    neighbour = actor_for(User.objects.get(email="controller@demo.example"))
    with pytest.raises(Refused):
        state(money, {2023: 1}, actor=neighbour)


def test_the_chain_is_told_up_and_down(money: Money) -> None:
    first = state(money, {2023: 100}, step="recommended")
    second = state(money, {2023: 100}, comes_from=first)
    third = state(money, {2023: 60}, step="released", comes_from=second)
    other = state(money, {2023: 40}, step="released", comes_from=second)
    above, below = amount_words.chain_of(second, money.officer)
    assert (above, below) == ([first], [(1, third), (1, other)])
    assert amount_words.chain_of(first, money.officer) == ([], [(1, second), (2, third), (2, other)])


def constraint(problem: IntegrityError) -> str:
    return str(problem.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_the_database_has_the_last_word_on_the_frame(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = state(money, {2023: 100})
    monkeypatch.setattr(amounts, "room_in", lambda amount, taken: "")
    with pytest.raises(IntegrityError) as refused:
        state(money, {2023: 101}, step="released", comes_from=frame)
    assert constraint(refused.value) == "amount_within_what_it_comes_from"


@pytest.mark.parametrize(
    ("form", "lines"), [("one_off", {2023: 1, 2024: 1}), ("yearly", {None: 1}), ("not_stated", {2023: 1})]
)
def test_the_database_has_the_last_word_on_forms(
    money: Money, monkeypatch: pytest.MonkeyPatch, form: str, lines: dict[int | None, int]
) -> None:
    monkeypatch.setattr(amounts, "_line_faults", lambda form, lines: [])
    with pytest.raises(IntegrityError) as refused:
        state(money, lines, form)
    assert constraint(refused.value) == "amount_lines_fit_its_form"


def test_the_database_lets_nothing_be_withdrawn_under_what_came_of_it(money: Money) -> None:
    frame = state(money, {2023: 100})
    state(money, {2023: 100}, step="released", comes_from=frame)
    with pytest.raises(IntegrityError) as refused:
        Amount.objects.filter(pk=frame.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Uden om reglen")
    assert constraint(refused.value) == "amount_withdrawn_before_what_comes_of_it"


def test_an_amount_with_facts_is_not_changed(money: Money) -> None:
    amount = state(money, {2023: 100})
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Amount.objects.filter(pk=amount.pk).update(step="released")
    assert constraint(refused.value) == "amount_is_not_changed"
    assert ledger.total("amount_set_aside", ledger.AsOf.now()) == 100
