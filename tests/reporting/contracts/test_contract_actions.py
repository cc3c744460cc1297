"""What may be done with a contract, when, and by whom."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from reporting import contracts
from reporting.contracts import Party
from reporting.engine.contracts import compute
from reporting.models import Contract, GoalVersion, Statement
from tests.once import Once

RULE: dict[str, Any] = {"rule": "at_least", "params": {"threshold": "10"}, "inputs": {"value": {"number": "12"}}}


def acting(name: str) -> Actor:
    return actor_for(User.objects.get(email=f"{name}@demo.example"))


def build() -> Contract:
    people.load()
    kkr, hub = (Organisation.objects.get(name=name) for name in (people.KKR, people.HUB))
    made = contracts.make_contract(
        name="Aftale for året", starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31), groups=["Mål"],
        parties=[Party("KKR", kkr, decides=True), Party("Huset", hub, reports=True)], actor=acting("sekretariat"),
    )  # fmt: skip
    contracts.set_goal(made, 1, name="Et mål", group="Mål", actor=acting("sekretariat"), **RULE)
    return made


@pytest.fixture(scope="module")
def built(once: Once) -> Contract:
    made: Contract = once(build)
    return made


@pytest.fixture
def contract(built: Contract, db: None) -> Contract:
    return deepcopy(built)


def test_a_draft_is_signed_amended_and_closed(contract: Contract) -> None:
    secretariat = acting("sekretariat")
    goal = contract.goals.get()
    with pytest.raises(ValidationError):
        contracts.amend_goal(goal, amendment="For tidligt", reason_code="agreement", actor=secretariat)
    with pytest.raises(ValidationError):
        contracts.close_contract(contract, actor=secretariat)
    contracts.sign_contract(contract, actor=secretariat)
    with pytest.raises(ValidationError):
        contracts.set_goal(contract, 1, actor=secretariat, weight=2)
    with pytest.raises(ValidationError):
        contracts.sign_contract(contract, actor=secretariat)
    with pytest.raises(ValidationError):
        contracts.amend_goal(goal, amendment=" ", actor=secretariat, weight=2)
    goal.refresh_from_db()
    contracts.amend_goal(goal, amendment="Dobbelt vægt", reason_code="agreement", actor=secretariat, weight=2)
    contract.refresh_from_db()
    assert contract.state == "amended"
    contracts.close_contract(contract, actor=secretariat)
    goal = type(goal).objects.get()
    for refused in (
        lambda: contracts.amend_goal(goal, amendment="For sent", reason_code="agreement", actor=secretariat),
        lambda: contracts.recommend(Contract.objects.get(), Decimal(100), actor=acting("controller")),
    ):
        with pytest.raises(ValidationError):
            refused()
    assert [version.weight for version in GoalVersion.objects.order_by("place")] == [1, 2]


def test_who_recommends_and_who_decides(contract: Contract) -> None:
    contracts.sign_contract(contract, actor=acting("sekretariat"))
    contract.refresh_from_db()
    with pytest.raises(Refused):
        contracts.recommend(contract, Decimal(97), actor=acting("sekretariat"))
    with pytest.raises(Refused):
        contracts.decide(contract, Decimal(97), actor=acting("controller"))
    with pytest.raises(Refused):
        contracts.sign_contract(contract, actor=acting("controller"))
    contracts.recommend(contract, Decimal(97), actor=acting("controller"))
    contracts.decide(contract, Decimal("96.5"), actor=acting("sekretariat"), text="Et fradrag")
    payload = compute(contract, None)
    assert (payload["recommended"]["amount"], payload["recommended"]["by"]) == ("97", people.HUB)
    assert (payload["decided"]["amount"], payload["decided"]["by"]) == ("96.5", people.KKR)
    assert payload["total"]["shown"] == "100", "what is said changes no computed figure"
    assert Statement.objects.count() == 2


def test_a_rule_that_cannot_be_computed_is_refused_at_its_field(contract: Contract) -> None:
    tiers = {"tiers": [{"from": "60", "score": "100"}, {"from": "70", "score": "50"}], "else": "0"}
    with pytest.raises(ValidationError) as refused:
        contracts.set_goal(contract, 2, name="Trin", group="Mål", rule="tiers", params=tiers, inputs={})
    assert list(refused.value.message_dict) == ["params.tiers.1.from"]
    with pytest.raises(ValidationError) as refused:
        contracts.set_goal(contract, 2, name="Uden", group="Mål", **{**RULE, "inputs": {"value": {"series": "ukendt"}}})
    assert list(refused.value.message_dict) == ["inputs.value"]
    assert not contract.goals.filter(number=2).exists()


def test_an_excluded_goal_is_listed_with_its_reason(contract: Contract) -> None:
    contracts.set_goal(contract, 2, name="Andet", group="Mål", **{**RULE, "inputs": {"value": {"number": "0"}}})
    assert compute(contract, None)["total"]["shown"] == "50"
    with pytest.raises(ValidationError):
        contracts.exclude_goal(contract.goals.get(number=2), reason="")
    contracts.exclude_goal(contract.goals.get(number=2), reason="Udgår efter aftale")
    payload = compute(contract, None)
    assert payload["total"]["shown"] == "100"
    assert [(each["no"], each["reason"]) for each in payload["left_out"]] == [(2, "Udgår efter aftale")]


def test_an_amendment_on_the_first_of_july_counts_by_days(contract: Contract) -> None:
    contracts.sign_contract(contract)
    goal = contract.goals.get()
    params = {"threshold": "14"}
    contracts.amend_goal(goal, amendment="Højere", effective_from=date(2023, 7, 1), params=params)
    amended = compute(contract, None)["goals"][0]["amended"]
    # 181 days until 30 June, 184 days from 1 July.
    assert amended["days"] == [181, 184]
    blended = Fraction(compute(contract, None)["goals"][0]["params"]["threshold"])
    assert blended == Fraction(10 * 181 + 14 * 184, 365)


def test_next_years_draft(contract: Contract) -> None:
    params = {"required": "share", "deliverables": [{"key": "rapport", "name": "Rapport", "deadline": "2023-12-01"}]}
    contracts.set_goal(
        contract, 2, name="Rapport", group="Mål", rule="deliverables", params=params,
        inputs={"rapport": {"number": "1"}}, window_from=date(2023, 2, 1),
    )  # fmt: skip
    contracts.sign_contract(contract)
    made = contracts.copy_contract(
        contract, name="Aftale for næste år", starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31),
        actor=acting("sekretariat"),
    )  # fmt: skip
    assert made.state == "draft"
    version = GoalVersion.objects.get(goal__contract=made, goal__number=2)
    assert version.params["deliverables"][0]["deadline"] == "2024-12-01"
    assert version.window_from == date(2024, 2, 1)
    assert version.inputs["rapport"]["series"].startswith(made.slug)
    assert [party.name for party in made.parties.all()] == ["KKR", "Huset"]
