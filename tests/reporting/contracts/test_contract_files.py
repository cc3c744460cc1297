"""Contracts from files: one with every kind of rule that nobody has seen before, and files with something wrong."""

from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.identity import demo as people
from reporting import contract_loading
from reporting.contract_files import ContractFileError, read
from reporting.contract_loading import load
from reporting.engine.contracts import compute
from reporting.models import Contract, LibraryGoal, Observation, Series

FRAME = """
format: 1
contract: {name: Prøvekontrakt, owner: KKR Nordjylland, period: {from: 2023-01-01, to: 2023-12-31}}
parties:
  - {name: KKR, organisation: KKR Nordjylland, decides: true}
  - {name: Huset, organisation: Erhvervshus Nordjylland, reports: true}
groups: [Første, Anden]
"""
EVERY_RULE = (
    FRAME
    + """
library:
  - {key: provemaal, name: Fra biblioteket, rule: {kind: at_least, threshold: 5}, inputs: {value: {number: 7}}}
series:
  - {key: prove-volumen, name: Vejledte, kind: volume, evidence: [{on: 2023-05-01, value: 40}, {on: 2023-06-01,
     value: 20}]}
  - {key: prove-svar, name: Svar, kind: answers, evidence: [{on: 2023-06-01, invited: 20, answers: {ja: 9, nej: 1}}]}
  - {key: prove-maaling, name: Måling, kind: measurement,
     evidence: [{on: 2022-06-01, value: 30.5}, {on: 2023-06-01, value: 40.25}]}
  - {key: prove-levering, name: Rapport, kind: deliverable, evidence: [{on: 2023-03-01}]}
  - {key: prove-vurdering, name: Vurdering, kind: assessment, evidence: [{on: 2023-09-01, value: 80}]}
indicators:
  - {key: prove_dobbelt, name: Dobbelt, unit: pct., kind: formula, formula: "prove_maal * 2"}
  - {key: prove_maal, name: Målt, unit: pct., kind: measure, measure: measurement, aggregate: last,
     over_time: last, over_place: none, filter: {series: [prove-maaling]}}
goals:
  - {number: 1, group: Første, name: Trin, rule: {kind: tiers, tiers: [{from: 80, score: 100}, {from: 50,
     score: 40}], else: 0},
     inputs: {value: {number: 60}}}
  - {number: 2, group: Første, name: Linje, rule: {kind: linear, from: {value: 12, score: 0}, to: {value: 4,
     score: 100}, capped: true},
     inputs: {value: {number: 6}}}
  - {number: 3, group: Første, name: Leverancer, rule: {kind: deliverables, required: share,
     deliverables: [{key: rapport, name: Rapport, share: 60}, {key: model, name: Model, share: 40}]},
     inputs: {rapport: prove-levering}}
  - {number: 4, group: Første, name: Mindst, rule: {kind: at_least, threshold: 120, partial: true},
     inputs: {value: prove-volumen}}
  - {number: 5, group: Anden, name: Højst, rule: {kind: at_most, threshold: 20}, inputs: {value: {number: 21}}}
  - {number: 6, group: Anden, name: Inden for, rule: {kind: within, from: 1.5, to: 2.5},
     inputs: {value: {number: "2.5"}}}
  - {number: 7, group: Anden, name: Vækst, rule: {kind: growth, by: 10, unit: pct, over: baseline},
     inputs: {value: {number: 1375}, baseline: {number: 1250, source: Danmarks Statistik}}}
  - {number: 8, group: Anden, name: Hver del, rule: {kind: every_part, all: true, parts: [{key: kendskab,
     name: Kendskab, direction: higher, counts: true}]},
     inputs: {kendskab: prove-maaling, kendskab.baseline: {series: prove-maaling, from: 2022-01-01, to: 2022-12-31}}}
  - {number: 9, group: Anden, name: Benchmark, rule: {kind: benchmark, compare: ">=", margin: 0},
     inputs: {value: {number: 71.2}, benchmark: {number: 71.2}}}
  - {number: 10, group: Anden, name: Svar, rule: {kind: survey, of: share, tiers: [{from: 90, score: 100}], else: 0},
     inputs: {answers: {series: prove-svar, share_of: [ja]}}, least_answers: 10}
  - {number: 11, group: Anden, name: Vurderet, rule: {kind: assessed}, inputs: {assessment: prove-vurdering}, weight: 2}
  - {number: 12, group: Anden, library: provemaal}
  - {number: 13, group: Anden, name: Undtaget, excluded: Udskudt af parterne, rule: {kind: at_least, threshold: 1},
     inputs: {value: {number: 0}}}
statements:
  - {kind: recommendation, amount: 70, by: Huset}
"""
)


@pytest.fixture(autouse=True)
def organisations(db: None) -> None:
    people.load()


def file(tmp_path: Path, text: str, name: str = "kontrakt.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_kind_of_rule(tmp_path: Path) -> None:
    loaded = load(read(file(tmp_path, EVERY_RULE)))
    assert loaded.contract is not None
    payload = compute(loaded.contract, None)
    found = {goal["no"]: goal["score"] and Fraction(goal["score"]["numerator"]) / Fraction(goal["score"]["denominator"])
             for goal in payload["goals"]}  # fmt: skip
    # 2: (12 - 6) of (12 - 4) is 75. 3: the report is 60 of 100. 4: 60 of 120 is 50. 7: 1250 + 10 % is 1375.
    assert found | {13: None} == {
        1: 40, 2: 75, 3: 60, 4: 50, 5: 0, 6: 100, 7: 100, 8: 100, 9: 100, 10: 100, 11: 80, 12: 100, 13: None,
    }  # fmt: skip
    # 11 weighs two: (40 + 75 + 60 + 50 + 0 + 100 * 6 + 2 * 80) / 13 = 985 / 13; the twelfth goal gives 100 too.
    assert Fraction(payload["total"]["numerator"]) / Fraction(payload["total"]["denominator"]) == Fraction(985, 13)
    assert [each["no"] for each in payload["left_out"]] == [13]
    assert LibraryGoal.objects.get().goals.get().number == 12


def test_json_is_read_too_and_again_changes_nothing(tmp_path: Path) -> None:
    load(read(file(tmp_path, EVERY_RULE)))
    before = Observation.objects.count(), Series.objects.count()
    again = load(read(file(tmp_path, EVERY_RULE)))
    assert sum(again.made.values()) == 0
    assert (Observation.objects.count(), Series.objects.count()) == before
    path = file(tmp_path, '{"format": 1, "goals": []}', "kontrakt.json")
    with pytest.raises(ContractFileError) as refused:
        read(path)
    assert {problem.place for problem in refused.value.problems} == {(), ("goals",)}


@pytest.mark.parametrize(
    ("change", "place", "line"),
    [
        (("threshold: 20}", "treshold: 20}"), ("goals", 4, "rule"), None),
        (("{from: 50,", "{from: 90,"), ("goals", 0, "rule", "tiers", 1, "from"), None),
        (("to: 2023-12-31", "to: 2023-02-30"), ("contract", "period", "to"), 3),
        (("share: 40}", "share: 30}"), ("goals", 2, "rule", "deliverables"), None),
        (("assessment: prove-vurdering", "assessment: findes-ikke"), ("goals", 10, "inputs", "assessment"), None),
        (("group: Anden, name: Højst", "group: Tredje, name: Højst"), ("goals", 4, "group"), None),
        (("by: Huset}", "by: Huset, goal: 99}"), ("statements", 0, "goal"), None),
        (("organisation: KKR Nordjylland", "organisation: Ingen"), ("parties", 0, "organisation"), 5),
        (("kind: volume", "kind: volumen"), ("series", 0, "kind"), None),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    tmp_path: Path, change: tuple[str, str], place: tuple[str | int, ...], line: int | None
) -> None:
    text = EVERY_RULE.replace(*change, 1)
    assert text != EVERY_RULE
    with pytest.raises(ContractFileError) as refused:
        load(read(file(tmp_path, text)))
    places = [problem.place for problem in refused.value.problems]
    assert any(each[: len(place)] == place for each in places), places
    assert all(problem.line for problem in refused.value.problems)
    if line is not None:
        assert refused.value.problems[0].line == line
    assert not Contract.objects.exists()
    assert not Series.objects.exists(), "all or nothing"


def test_check_writes_nothing(tmp_path: Path) -> None:
    load(read(file(tmp_path, EVERY_RULE)), check=True)
    assert not Contract.objects.exists()
    with pytest.raises(CommandError, match="tiers"):
        call_command("load_contract", str(file(tmp_path, EVERY_RULE.replace("from: 50", "from: 90", 1))), "--check")


def test_a_file_larger_than_an_entry_says_what_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract_loading, "MOST_AT_ONCE", 10)
    wrong = EVERY_RULE.replace("{on: 2023-09-01, value: 80}", "{on: 2023-09-01, value: 180}")
    with pytest.raises(ContractFileError) as refused:
        load(read(file(tmp_path, wrong)))
    assert refused.value.stands
    assert Contract.objects.get().state == "draft"
    loaded = load(read(file(tmp_path, EVERY_RULE)))
    assert loaded.made["evidence"] == 1, "only what was missing"
