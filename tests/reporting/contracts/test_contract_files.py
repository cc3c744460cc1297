"""Contracts from files: one with every kind of rule that nobody has seen before, and files with something wrong."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from portal.identity import demo as people
from portal.ledger.models import Fact
from reporting import contract_evidence, contract_loading, yaml_text
from reporting.contract_files import ContractFileError, read
from reporting.contract_loading import load
from reporting.engine.contracts import compute
from reporting.models import Contract, LibraryGoal, Observation, Series
from reporting.observations import correct
from tests.once import Once

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


@pytest.fixture(scope="module", autouse=True)
def organisations(once: Once) -> None:
    once(people.load)


@pytest.fixture(autouse=True)
def in_a_savepoint(db: None) -> None:
    """Every test works on the database."""


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
    assert not refused.value.stands, "what is wrong is seen before the first step"
    assert not Contract.objects.exists()

    def fails(*_said: object) -> None:
        raise ValidationError("Afbrudt")

    with monkeypatch.context() as patch:
        patch.setattr(contract_evidence, "_assess", fails)
        with pytest.raises(ContractFileError) as refused:
            load(read(file(tmp_path, EVERY_RULE)))
    assert refused.value.stands
    assert Contract.objects.get().state == "draft"
    loaded = load(read(file(tmp_path, EVERY_RULE)))
    assert loaded.made["evidence"] == 1, "only what was missing"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        # A name twice: the first would be lost without a word.
        (("name: Højst,", "name: Højst, name: Mindst,"), ()),
        # What YAML reads as 8, 31 and 90.
        (("value: 20}", "value: 0x1F}"), ("series", 0, "evidence", 1, "value")),
        (("value: 20}", "value: 1:30}"), ("series", 0, "evidence", 1, "value")),
        # The line of evidence is told, not only its series.
        (("on: 2023-06-01,\n     value: 20}", "on: 2099-06-01,\n     value: 20}"), ("series", 0, "evidence", 1, "on")),
        (("value: 20}", 'value: 20, municipality: "9999"}'), ("series", 0, "evidence", 1, "municipality")),
        (("value: 40}", "value: 40, source: " + "x" * 301 + "}"), ("series", 0, "evidence", 0, "source")),
        (("ja: 9, nej: 1", "ja: 9000000000, nej: 1"), ("series",)),
        (("key: prove-svar, name: Svar", "key: prove-volumen, name: Svar"), ("series", 1, "key")),
        (("name: Vejledte,", "unit: " + "x" * 41 + ", name: Vejledte,"), ("series", 0, "unit")),
        (("name: Vejledte,", 'name: "Vejledte\\0",'), ("series", 0, "name")),
        (("name: Vejledte,", 'name: "Vejledte\\ud800",'), ("series", 0, "name")),
        (("name: Vejledte,", "name: Vejl\x07edte,"), ()),
        (("groups: [Første, Anden]", "groups: [Første, Anden, " + "x" * 161 + "]"), ("groups", 2)),
        (("from: 2023-01-01, to: 2023-12-31", "from: 2023-01-01, to: 9999-12-31"), ("contract", "period", "to")),
        (("inputs: {value: prove-volumen}}", 'inputs: {value: {series: prove-volumen, municipality: "0001"}}}'),
         ("goals", 3, "inputs", "value")),
        (("[{key: rapport, name: Rapport, share: 60}", "[{key: rapport, name: [x], share: 60}"),
         ("goals", 2, "rule", "deliverables", 0, "name")),
        (("[{key: rapport, name: Rapport, share: 60}, {key: model, name: Model, share: 40}]", "null"),
         ("goals", 2, "rule", "deliverables")),
        (("{key: model, name: Model, share: 40}", "{key: å, name: Model, share: 40}"),
         ("goals", 2, "rule", "deliverables", 1, "key")),
        (("over: baseline}", "over: baseline, base_year: 20190}"), ("goals", 6, "rule", "base_year")),
        # What signing and the amendments ask for is seen before anything stands.
        (("owner: KKR Nordjylland,", "owner: KKR Nordjylland, signed_on: 2099-01-01,"), ("contract", "signed_on")),
        (("statements:", "amendments: [{goal: 5, text: Lettet, rule: {kind: at_most, threshold: 30}}]\nstatements:"),
         ("amendments", 0)),
        (("statements:", "amendments: [{goal: 99, text: Lettet}]\nstatements:"), ("amendments", 0, "goal")),
        (("statements:\n", "statements:\n  - {kind: decision, amount: 1, by: Huset, said_on: 2099-01-01}\n"),
         ("statements", 0, "said_on")),
    ],
)  # fmt: skip
def test_files_of_strangers_are_refused_where_they_are_wrong_and_nothing_stands(
    tmp_path: Path, change: tuple[str, str], place: tuple[str | int, ...]
) -> None:
    text = EVERY_RULE.replace(*change, 1)
    assert text != EVERY_RULE
    with pytest.raises(ContractFileError) as refused:
        load(read(file(tmp_path, text)))
    assert refused.value.problems[0].place == place
    assert refused.value.problems[0].line
    assert not refused.value.stands
    assert not Contract.objects.exists()
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tom.yaml", b""),
        ("kun-noter.yaml", b"# intet\n"),
        ("liste.yaml", b"- a\n- b\n"),
        ("windows.yaml", EVERY_RULE.encode("cp1252")),
        ("tabulator.yaml", EVERY_RULE.replace("  - {number: 2,", "\t- {number: 2,").encode()),
        ("dyb.yaml", b"a: " + b"[" * 20_000),
        ("dyb.json", b'{"a": ' + b"[" * 200_000),
        ("langt-tal.json", b'{"format": ' + b"9" * 5000 + b"}"),
        ("to-gange.json", b'{"format": 1, "format": 2}'),
        ("sig-selv.yaml", b"a: &a [*a]\n"),
        ("bombe.yaml", b"a0: &a0 [x, x]\n" + b"".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n".encode() for n in range(1, 9)
        )),
    ],
)  # fmt: skip
def test_what_is_no_contract_file_is_refused_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("load_contract", str(path))
    assert "Intet er indlæst." in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2


def test_numbers_and_names_are_the_text_that_was_written(tmp_path: Path) -> None:
    """010 is ten, not YAML's eight; 0773 is Morsø, not 507; an answer written 9 is the answer "9"."""
    path = file(tmp_path, "tal: 010\nkommune: 0773\nsvar: {9: 5}\ndag: 2022-05-01\nandel: 34.7\n")
    with pytest.raises(ContractFileError):
        read(path)
    data, _nodes = yaml_text.parse(path.read_text(encoding="utf-8"))
    assert data == {"tal": "010", "kommune": "0773", "svar": {"9": 5}, "dag": "2022-05-01", "andel": "34.7"}


def test_nothing_is_known_before_it_happened(tmp_path: Path) -> None:
    """The file is known from 2023-02-01; what it tells of May and June was known from its own day on."""
    history = "history: {name: Prøve, origin: Prøve, known_on: 2023-02-01}\ngroups:"
    text = EVERY_RULE.replace("groups:", history, 1)
    load(read(file(tmp_path, text)))
    rows = Fact.objects.filter(measure="volume").order_by("occurred_on").values_list("learnt_on", flat=True)
    assert list(rows) == [date(2023, 5, 1), date(2023, 6, 1)]


# ---------------------------------------------------------------------------------------------- the file is changed
def test_a_changed_number_is_never_counted_beside_the_old_one(tmp_path: Path) -> None:
    """40 that becomes 25 would have counted as 65: it is corrected where it stands, with its reason."""
    load(read(file(tmp_path, EVERY_RULE)))
    changed = file(tmp_path, EVERY_RULE.replace("value: 40}", "value: 25}", 1))
    with pytest.raises(ContractFileError) as refused:
        load(read(changed))
    assert refused.value.problems[0].place == ("series", 0, "evidence")
    assert "40" in str(refused.value)
    observation = Observation.objects.get(quantity=40)
    correct(observation, None, reason="Talt forkert", quantity=Decimal(25))
    for text in (EVERY_RULE, changed.read_text(encoding="utf-8")):
        # The file that was loaded first is still there; the one that says 25 says what the series says.
        assert not load(read(file(tmp_path, text))).made["evidence"]
    rows = Observation.objects.filter(series__key="prove-volumen").order_by("quantity")
    assert list(rows.values_list("quantity", flat=True)) == [20, 25]


def test_a_goal_that_leaves_the_file_leaves_the_draft_and_comes_back(tmp_path: Path) -> None:
    """Goal 5 gives 0: without it the total is 985 / 12, with it 985 / 13."""
    load(read(file(tmp_path, EVERY_RULE)))
    start, end = EVERY_RULE.index("  - {number: 5,"), EVERY_RULE.index("  - {number: 6,")
    less = EVERY_RULE[:start] + EVERY_RULE[end:]
    for text, total in ((less, Fraction(985, 12)), (EVERY_RULE, Fraction(985, 13))):
        loaded = load(read(file(tmp_path, text)))
        assert loaded.contract is not None
        found = compute(loaded.contract, None)["total"]
        assert Fraction(found["numerator"]) / Fraction(found["denominator"]) == total
    signed = EVERY_RULE.replace("owner: KKR Nordjylland,", "owner: KKR Nordjylland, signed_on: 2023-01-01,", 1)
    load(read(file(tmp_path, signed)))
    with pytest.raises(ContractFileError) as refused:
        load(
            read(file(tmp_path, signed[: signed.index("  - {number: 5,")] + signed[signed.index("  - {number: 6,") :]))
        )
    assert refused.value.problems[0].place == ("goals",)


def test_what_stands_beside_a_goal_must_be_there(tmp_path: Path) -> None:
    text = EVERY_RULE.replace("{number: 5,", "{number: 5, beside: [{name: Ved siden af, series: findes-ikke}],", 1)
    with pytest.raises(ContractFileError) as refused:
        load(read(file(tmp_path, text)))
    assert refused.value.problems[0].place == ("goals", 4, "beside", 0)
