"""Funding sources and the accounts that are booked on them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.drafts.versions import Changed
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from programmes import sources
from programmes.models import Account, FundingSource
from programmes.sources import add_account, change_source, make_source, parts_of, remove_account
from programmes.views.sources import filtered
from tests.programmes.money import Money


def test_the_key_is_made_of_the_name_and_stays(money: Money) -> None:
    first = make_source(money.officer, money.owner, name="Pulje til grøn omstilling", kind="pool")
    hub = Organisation.objects.get(name="Erhvervshus Nordjylland")
    second = make_source(None, hub, name="Pulje til grøn omstilling", kind="pool")
    assert (first.key, second.key) == ("pulje-til-groen-omstilling", "pulje-til-groen-omstilling-2")
    assert change_source(money.officer, first, name="Grøn pulje").key == first.key


def test_a_source_called_new_does_not_take_the_address_of_the_form(money: Money) -> None:
    assert make_source(money.officer, money.owner, name="Ny", kind="pool").key == "ny-2"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Erhvervspuljen"}, "name"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "ends_on"),
        ({"rate_of": 51, "rate_in": 50}, "rate_of"),
        ({"rate_of": 50}, "rate_of"),
        ({"status": "refused", "granted": 5}, "granted"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(money: Money, said: dict[str, Any], field: str) -> None:
    from datetime import date

    given = {name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in said.items()}
    with pytest.raises(ValidationError) as refused:
        make_source(money.officer, money.owner, **{"name": "En kilde", "kind": "grant", **given})
    assert list(refused.value.message_dict) == [field]


def test_a_source_is_no_part_of_itself(money: Money) -> None:
    part = make_source(money.officer, money.owner, name="Delpulje", kind="pool", parent=money.pool)
    with pytest.raises(ValidationError) as refused:
        change_source(money.officer, money.pool, parent=part)
    assert "parent" in refused.value.message_dict


def test_only_the_keeper_changes_it(money: Money) -> None:
    controller = actor_for(User.objects.get(email="controller@demo.example"))
    with pytest.raises(Refused) as refused:
        change_source(controller, money.pool, name="Min")
    assert "Aalborg Kommune" in str(refused.value)
    with pytest.raises(Refused):
        make_source(controller, money.owner, name="Deres", kind="pool")
    with pytest.raises(Changed):
        change_source(money.officer, money.pool, name="Ny", seen="en anden version")


def test_danish_folding_finds_the_name(money: Money) -> None:
    make_source(money.officer, money.owner, name="Ærø-puljen for Ålborg", kind="pool")
    for text in ("aeroe", "ærø ÅLBORG", "Aalborg", "puljen aalborg"):
        found = filtered(FundingSource.objects.filter(owner=money.owner), {"text": text})
        assert [row.name for row in found] == ["Ærø-puljen for Ålborg"], text


@pytest.mark.parametrize("written", ["06.48.67.1.0.001", "0648671 0 001", "06-48-67-1-0-001", "06486710001"])
def test_an_account_is_the_same_however_it_is_written(money: Money, written: str) -> None:
    account = add_account(money.officer, money.pool, written)
    account.refresh_from_db()
    assert (account.digits, account.written) == ("06486710001", "06.48.67.1.0.001")
    with pytest.raises(ValidationError) as refused:
        add_account(money.officer, money.pool, "06.48.67.1.0.001")
    assert "Erhvervspuljen" in refused.value.message_dict["account"][0]


@pytest.mark.parametrize("written", ["", "06.48", "konto", "06.48.6x", "06.48.67.1.0.001x"])
def test_what_is_no_account_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        parts_of(written)


def test_an_account_belongs_to_one_source_by_the_database_too(money: Money) -> None:
    add_account(money.officer, money.pool, "06.48.67")
    other = make_source(money.officer, money.owner, name="En anden", kind="pool")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(owner=money.owner, funding_source=other, **parts_of("06.48.67"))


def test_removing_an_account_leaves_what_was_booked(money: Money) -> None:
    account = add_account(money.officer, money.pool, "06.48.67")
    account.refresh_from_db()
    with pytest.raises(Changed):
        remove_account(money.officer, account, seen="en anden")
    remove_account(money.officer, account, seen=sources.account_mark(account))
    assert not Account.objects.exists()
    with pytest.raises(Changed):  # somebody else was quicker
        remove_account(money.officer, account, seen=sources.account_mark(account))
