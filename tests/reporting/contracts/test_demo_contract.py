"""The contract of 2020 as the demo area loads it: its page, its file, and what happens when an observation changes."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import User
from reporting import contracts, demo_contract
from reporting.engine.contracts import compute
from reporting.engine.contracts.comparison import compare_versions
from reporting.engine.payload import fraction_of
from reporting.models import Contract, GoalVersion, Observation, Series, Statement
from reporting.observations import correct, observe
from tests.once import Once

DAY = date(2021, 3, 31)
ADDRESS = "/kontrakter/resultatkontrakt-2020/"


def load() -> None:
    people.load()
    demo_contract.load()


@pytest.fixture(scope="module")
def loaded(once: Once) -> None:
    once(load)


@pytest.fixture
def contract(loaded: None, db: None) -> Contract:
    return Contract.objects.get(slug="resultatkontrakt-2020")


def scores(contract: Contract, day: date | None = DAY) -> dict[int, str]:
    payload = compute(contract, ledger.AsOf.at(day))
    return {goal["no"]: goal["score"]["shown"] for goal in payload["goals"]}


def page(path: str, email: str = "kkr@demo.example") -> Any:
    client = Client()
    user = User.objects.get(email=email)
    user.language = "en"
    user.save()
    client.force_login(user)
    return client.get(path, headers={"Accept-Language": "en"})


def test_nine_goals_and_97(contract: Contract) -> None:
    payload = compute(contract, ledger.AsOf.at(DAY))
    assert [scores(contract)[number] for number in range(1, 10)] == ["100"] * 5 + ["75"] + ["100"] * 3
    # 875/9 = 97.2222222222…
    assert payload["total"]["exact"] == "97.2222222222"
    assert payload["total"]["shown"] == "97"
    assert payload["recommended"]["amount"] == "97"
    assert payload["decided"]["amount"] is None
    nps = next(goal for goal in payload["goals"] if goal["no"] == 1)
    # 140 promoters less 10 detractors of 181: 100 * 130 / 181
    assert Fraction(nps["value"]["value"]) == Fraction(13000, 181)
    assert nps["inputs"][0]["counts"]["invited"] == "315"
    effect = next(goal for goal in payload["goals"] if goal["no"] == 2)
    assert Fraction(effect["value"]["value"]) == Fraction(17600, 181)


def test_the_page_explains_its_total(contract: Contract) -> None:
    text = page(f"{ADDRESS}?as_of=2021-03-31").content.decode()
    assert "97\u00a0%" in text
    assert "ErhvervsCAMP 2020" in text
    assert "Erhvervshus Nordjylland: 97\u00a0%" in text
    assert "97,2222" in text or "97.2222" in text
    rows = b"".join(page(f"{ADDRESS}?as_of=2021-03-31&export=csv").streaming_content).decode("utf-8-sig")
    assert len(rows.splitlines()) == 1 + 9 + 1
    assert "97,2222" in rows.splitlines()[-1]


@pytest.mark.parametrize("number", range(1, 10))
def test_every_goal_has_its_page_and_its_aside(contract: Contract, number: int) -> None:
    assert page(f"{ADDRESS}maal/{number}/?as_of=2021-03-31").status_code == 200
    assert page(f"{ADDRESS}?as_of=2021-03-31&goal={number}").status_code == 200


def test_what_was_not_known_yet(contract: Contract) -> None:
    """On the last day of the year no answer had come, so nothing of the survey is scored."""
    payload = compute(contract, ledger.AsOf.at(date(2020, 12, 31)))
    assert payload["goals"][0]["score"] is None
    assert payload["goals"][0]["outcome"] == "not_measured"


def test_the_constructed_contract_has_a_goal_amended(contract: Contract) -> None:
    """400 of 500 is 80, weight 3, beside 100, weight 1: 85. Of 420 it is 95.24, weight 2: (190.48 + 100) / 3."""
    made = Contract.objects.get(slug="konstrueret-kontrakt-2021")
    assert made.fictional
    first, second = GoalVersion.objects.filter(goal__contract=made, goal__number=1).order_by("learnt_on", "place")
    found = compare_versions(made, first, second, ledger.AsOf.now())
    totals = [fraction_of(found[name]["total"]) for name in ("first", "second")]
    assert totals == [Fraction(85), (2 * Fraction(400, 420) * 100 + 100) / 3]


def test_loading_again_adds_nothing(contract: Contract) -> None:
    def there() -> list[int]:
        return [model.objects.count() for model in (Observation, Series, GoalVersion, Statement, Contract)]

    before = there()
    demo_contract.load()
    assert there() == before


def answer(category: str, number: int) -> None:
    """`number` promoters give another answer, corrected today."""
    rows = Observation.objects.filter(series__key="brugerevaluering-2020-anbefaling", category="10")
    with ledger.entry():
        for observation in rows.order_by("pk")[:number]:
            correct(observation, None, "Rettet svar", category=category)


@pytest.mark.parametrize(
    ("changed", "nps", "score"),
    [
        (1, Fraction(100 * (139 - 10), 181), "100"),  # 71.27
        (22, Fraction(100 * (118 - 10), 181), "50"),  # 59.67
        (40, Fraction(100 * (100 - 10), 181), "0"),  # 49.72
    ],
)
def test_changed_answers(contract: Contract, changed: int, nps: Fraction, score: str) -> None:
    answer("8", changed)
    goal = compute(contract, None)["goals"][0]
    assert Fraction(goal["value"]["value"]) == nps
    assert goal["score"]["shown"] == score
    assert scores(contract)[1] == "100", "as known on that day nothing has changed"


def test_the_camp_held_in_time_gives_100_in_all(contract: Contract) -> None:
    observe(Series.objects.get(key="2020-6-camp"), date(2020, 9, 17))
    payload = compute(contract, None)
    assert payload["total"]["exact"] == "100.0000000000"


def test_the_late_camp_counts_only_by_a_decision(contract: Contract) -> None:
    assert scores(contract, None)[6] == "75"
    goal = contract.goals.get(number=6)
    contracts.accept_evidence(goal, Series.objects.get(key="2020-6-camp"), text="Holdt digitalt")
    assert scores(contract, None)[6] == "100"
    assert scores(contract)[6] == "75", "as known before the decision"


def test_goal_four_counts_by_the_recorded_decision(contract: Contract) -> None:
    goal = next(each for each in compute(contract, ledger.AsOf.at(DAY))["goals"] if each["no"] == 4)
    assert [each["accepted"] for each in goal["deviations"]] == [True] * 5
    assert "kilden" in goal["deviations"][0]["text"]
