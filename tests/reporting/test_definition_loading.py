"""Loading definitions from a file nobody has seen: what it makes, what it refuses and where, and what a change is."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal import ledger
from reporting.contract_files import ContractFileError, Document
from reporting.definition_loading import load, read
from reporting.engine.indicator_targets import indicator_targets
from reporting.models import Indicator, IndicatorVersion, Series, Target, TargetVersion
from reporting.observations import observe
from reporting.rules.values import Number
from tests.reporting.conftest import World

pytestmark = pytest.mark.django_db

FILE: dict[str, Any] = {
    "format": 1,
    "programme": "vvv",
    "source": "Havneplan 2021",
    "groups": ["Havnen", "Byen"],
    "defaults": {"targets": {"commitment": "binding"}, "indicators": {"cadence": "quarterly"}},
    "indicators": [
        {"key": "havn_anloeb", "name": "Skibsanløb", "group": "Havnen", "observed": "volume", "unit": "anløb"},
        {"key": "havn_gods", "name": "Gods", "group": "Havnen", "observed": "volume", "unit": "ton"},
        {
            "key": "havn_gods_pr_anloeb", "name": "Gods pr. anløb", "group": "Havnen", "unit": "ton",
            "formula": "havn_gods / havn_anloeb",
        },
        {"key": "byen_ro", "name": "Ro i byen", "group": "Byen", "unit": "-", "open_question": "Hvad er ro?"},
    ],
    "targets": [
        {"indicator": "havn_anloeb", "amount": 400, "per": "year", "rule": "at_least"},
        {"indicator": "havn_gods_pr_anloeb", "amount": "52.5", "rule": "at_least", "activities": ["5.2.2 a"]},
        {"key": "gods-aau", "name": "AAU's gods", "indicator": "havn_gods", "organisations": ["AAU"],
         "basis": "creator", "parent": "havn-anloeb", "stated": "meget"},
    ],
}  # fmt: skip


def file(**changes: Any) -> Document:
    return Document(deepcopy(FILE) | changes)


def changed(where: tuple[Any, ...], value: Any) -> Document:
    """The file with one thing in it changed."""
    data = deepcopy(FILE)
    inner: Any = data
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value
    return Document(data)


def refused(document: Document) -> str:
    with pytest.raises(ContractFileError) as error:
        load(document)
    return "\n".join(str(problem) for problem in error.value.problems)


def test_a_file_nobody_has_seen(world: World) -> None:
    assert sum(load(file()).values()) == 2 + 4 + 3
    assert set(Series.objects.values_list("key", "owner__name")) == {
        ("havn-anloeb", "KKR Nordjylland"), ("havn-gods", "KKR Nordjylland"),
    }  # fmt: skip
    kinds = dict(IndicatorVersion.objects.values_list("indicator__key", "kind"))
    assert kinds == {
        "havn_anloeb": "measure", "havn_gods": "measure", "havn_gods_pr_anloeb": "formula", "byen_ro": "open",
    }  # fmt: skip
    assert set(IndicatorVersion.objects.values_list("cadence", "source")) == {("quarterly", "Havneplan 2021")}
    said = {each.target.key: each for each in TargetVersion.objects.filter(target__indicator__isnull=False)}
    ships, cargo, aau = said["havn-anloeb"], said["havn-gods-pr-anloeb"], said["gods-aau"]
    assert (ships.form, ships.params, ships.inputs) == (
        "frequency", {"threshold": "400"}, {"value": {"indicator": "havn_anloeb"}},
    )  # fmt: skip
    assert (cargo.amount, cargo.basis, cargo.commitment) == (Decimal("52.5"), "activity", "binding")
    assert cargo.headings == [world.activities["5.2.2 a"].heading_id]
    assert (aau.organisations, aau.form, aau.target.parent) == (
        [world.organisations["AAU"].pk], "not_stated", ships.target,
    )  # fmt: skip

    for key, quantity in (("havn-anloeb", 8), ("havn-gods", 434)):
        observe(Series.objects.get(key=key), date(2020, 10, 1), quantity)
    found = {each.version.target.key: each for each in indicator_targets(world.programme, None)}
    value = found["havn-gods-pr-anloeb"].reading.value
    assert isinstance(value, Number)
    assert value.value == Decimal("54.25")
    assert found["havn-gods-pr-anloeb"].reached
    assert not found["havn-anloeb"].reached


def test_again_writes_nothing(world: World) -> None:
    load(file())
    head = ledger.head()
    assert sum(load(file()).values()) == 0
    assert ledger.head() == head


def test_a_change_is_a_new_version_and_needs_a_reason(world: World) -> None:
    load(file())
    amount = changed(("targets", 0, "amount"), 450)
    assert "targets[1].reason" in refused(amount)
    unit = changed(("indicators", 3, "open_question"), "Hvad er larm?")
    assert "indicators[4].reason" in refused(unit)
    amount.data["reason"] = "Besluttet den 3. maj"
    assert load(amount)["targets"] == 1
    versions = TargetVersion.objects.filter(target__key="havn-anloeb").order_by("place")
    assert [(each.amount, each.reason) for each in versions] == [(400, ""), (450, "Besluttet den 3. maj")]
    assert Target.objects.filter(indicator__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("where", "value", "place"),
    [
        (("programme",), "findes-ikke", "programme"),
        (("owner",), "Ingen", "owner"),
        (("indicators", 2, "formula"), "havn_gods / ", "indicators[3].formula"),
        (("indicators", 2, "formula"), "havn_gods / findes_ikke", "indicators[3].formula"),
        (("indicators", 2, "formula"), "havn_gods_pr_anloeb + 1", "indicators[3].formula"),
        (("indicators", 0, "group"), "Landet", "indicators[1].group"),
        (("indicators", 1, "key"), "havn_anloeb", "indicators[2].key"),
        (("targets", 1, "activities"), ["5.2.2 a", "9.9"], "targets[2].activities[2]"),
        (("targets", 2, "organisations"), ["Findes ikke"], "targets[3].organisations[1]"),
        (("targets", 2, "municipalities"), ["0851", "9999"], "targets[3].municipalities[2]"),
        (("targets", 2, "parent"), "findes-ikke", "targets[3].parent"),
        (("targets", 0, "indicator"), "findes_ikke", "targets[1].indicator"),
        (("targets", 0, "rule"), {"kind": "at_least", "threshold": "mange"}, "targets[1].rule.threshold"),
        (("targets", 0, "rule"), {"kind": "benchmark", "compare": ">"}, "targets[1].inputs.benchmark"),
        (("targets", 0, "inputs"), {"value": "findes_ikke"}, "targets[1].inputs.value"),
        (("targets", 0, "to"), "2019-01-01", "targets[1]"),
        (("defaults",), {}, "targets[1].commitment"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_stands(
    world: World, where: tuple[Any, ...], value: Any, place: str
) -> None:
    head = ledger.head()
    text = refused(changed(where, value))
    assert any(line.startswith(f"{place}:") for line in text.splitlines()), text
    assert not Indicator.objects.exists()
    assert not Series.objects.exists()
    assert not Target.objects.filter(indicator__isnull=False).exists()
    assert ledger.head() == head


def test_everything_that_is_wrong_is_told_at_once(world: World) -> None:
    data = deepcopy(FILE)
    data["indicators"][2]["formula"] = "1 +"
    data["targets"][1]["activities"] = ["9.9"]
    assert len(refused(Document(data)).splitlines()) >= 2


def test_the_form_of_the_file_is_checked_by_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("format: 1\nindicators:\n  - key: Ikke En Noegle\n    name: X\n    unti: stk\n", encoding="utf-8")
    with pytest.raises(ContractFileError) as error:
        read(path)
    text = [str(problem) for problem in error.value.problems]
    assert any("3" in each and "indicators[1].key" in each for each in text), text
    assert any("5" in each and "indicators[1].unti" in each for each in text), text


def test_the_command_checks_loads_and_says_so(world: World, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    head = ledger.head()
    call_command("load_definitions", str(path), "--check", stdout=StringIO())
    assert ledger.head() == head
    assert not Series.objects.exists()
    call_command("load_definitions", str(path), stdout=StringIO())
    assert Target.objects.filter(indicator__isnull=False).count() == 3
    path.write_text(json.dumps(FILE | {"programme": "findes-ikke"}), encoding="utf-8")
    with pytest.raises(CommandError, match="programme"):
        call_command("load_definitions", str(path), stdout=StringIO())


def test_history_is_known_from_its_day(world: World) -> None:
    history = {"name": "Havneplan", "origin": "Havneplan 2021", "known_on": "2021-02-01"}
    load(file(history=history))
    assert set(IndicatorVersion.objects.values_list("learnt_on", flat=True)) == {date(2021, 2, 1)}
    assert indicator_targets(world.programme, ledger.AsOf.at(date(2021, 1, 31))) == []
    assert len(indicator_targets(world.programme, ledger.AsOf.at(date(2021, 2, 1)))) == 3


def test_a_series_keeps_its_unit(world: World) -> None:
    load(file())
    assert "indicators[1].unit" in refused(changed(("indicators", 0, "unit"), "skibe"))
