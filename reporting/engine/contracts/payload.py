"""The part of a contract's payload that no name is in: codes, numbers, versions. What the hash of a seal covers."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from reporting.engine.contracts import behind, written
from reporting.engine.contracts.evaluate import Result
from reporting.engine.contracts.evidence import Deviation, Evidence, count_of
from reporting.engine.contracts.plan import Plan, window_of
from reporting.engine.payload import ENGINE_VERSION, Payload, plain, to_bytes
from reporting.models import GoalVersion, Statement
from reporting.rules.scoring import Outcome
from reporting.rules.totals import Total, Weighted, weighted
from reporting.rules.values import Absent, Number

BESIDE = ("computed_at", "fresh", "names")
"""What stands beside the figures and may differ when the same is asked again."""


def core(planned: Plan, results: Sequence[Result]) -> Payload:
    """Everything the figures are, exactly repeatable for the same day and place."""
    contract = planned.contract
    total = weighted([_weighted(result) for result in results])
    goals = [goal_payload(planned, result) for result in results]
    numbers = {goal["no"]: goal for goal in goals}
    return {
        "engine": ENGINE_VERSION,
        "contract": contract.pk,
        "period": {"from": contract.starts_on.isoformat(), "to": contract.ends_on.isoformat()},
        "as_of": planned.day.isoformat(),
        "place": planned.as_of.place,
        "total": None if total.value is None else _total(results, total.value),
        "total_step": written.step(total.step),
        "recommended": statement(planned.recommended.get(None)),
        "decided": statement(planned.decided.get(None)),
        "counted": sorted(int(key) for key in total.counted),
        "left_out": [_left_out(numbers[int(key)], str(why)) for key, why in total.left_out],
        "costs": _costs(total, numbers),
        "goals": goals,
    }


def hashed(payload: Payload) -> bytes:
    """The bytes that a seal's hash is taken of: without names, addresses and the clock."""
    kept = {key: value for key, value in payload.items() if key not in BESIDE}
    kept["goals"] = [_without_addresses(goal) for goal in payload["goals"]]
    return to_bytes(kept)


def core_bytes(payload: Payload) -> bytes:
    """What must be the same when the same place is computed again on another day."""
    kept = {key: value for key, value in payload.items() if key not in (*BESIDE, "as_of", "place", "reads")}
    return to_bytes(kept)


def _without_addresses(goal: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **goal,
        "facts": {"count": goal["facts"]["count"]},
        "leaves": [
            {key: value for key, value in leaf.items() if key not in ("url", "page")} for leaf in goal["leaves"]
        ],
    }


def _weighted(result: Result) -> Weighted:
    version = result.goal.version
    return Weighted(
        key=str(result.goal.number),
        weight=version.weight,
        scored=result.scored,
        excluded=result.excluded,
        reason=version.excluded_reason if result.excluded else "",
    )


def _total(results: Iterable[Result], value: Fraction) -> dict[str, str]:
    """The mean as it came about: points times weights over weights."""
    return written.score(value)


def _left_out(goal: Mapping[str, Any], why: str) -> dict[str, Any]:
    excluded = goal["excluded"]
    return {
        "no": goal["no"],
        "why": "excluded" if excluded else goal["outcome"],
        "reason": excluded["reason"] if excluded else why,
        "weight": goal["weight"],
    }


def _costs(total: Total, goals: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which goals cost the points that are missing from 100, the dearest first, and what is missing in them."""
    lost = [(int(key), points) for key, points in total.costs.items() if points]
    return [
        {"no": number, "points": written.score(points), "missing": goals[number]["missing"]}
        for number, points in sorted(lost, key=lambda each: (-each[1], each[0]))
    ]


def goal_payload(planned: Plan, result: Result) -> dict[str, Any]:
    goal, scored, version = result.goal, result.scored, result.goal.version
    step = written.step(scored.step)
    refs = behind.refs_of(step)
    start, end = window_of(planned.contract, version)
    params = version.params
    if result.amendment is not None and result.amendment["params"] is not None:
        params = result.amendment["params"]
    return {
        "no": goal.number,
        "goal": goal.pk,
        "version": version.place,
        "rule": version.rule,
        "params": params,
        "weight": version.weight,
        "score": None if scored.score is None else written.score(scored.score),
        "outcome": str(Outcome.EXCLUDED if result.excluded else scored.outcome),
        "value": written.value(scored.shown_value),
        "unit": _unit(result.evidence),
        "measured_by": version.measured_by,
        "window": {"from": start.isoformat(), "to": end.isoformat()},
        "deadline": written.day(version.deadline),
        "missing_means": version.missing,
        "decimals": version.decimals,
        "least_answers": version.least_answers,
        "excluded": {"reason": version.excluded_reason} if result.excluded else None,
        "recommended": statement(planned.recommended.get(goal.pk)),
        "decided": statement(planned.decided.get(goal.pk)),
        "inputs": [_input(each, version) for each in result.evidence],
        "missing": _missing(result),
        "deviations": [_deviation(each) for evidence in result.evidence for each in evidence.deviations],
        "nearest": [
            {
                "score": written.exact(each.score),
                "threshold": written.exact(each.threshold),
                "difference": written.exact(each.difference),
                "wanted": each.wanted,
            }
            for each in scored.nearest
        ],
        "amended": _amended(result),
        "versions": [_version(each) for each in goal.chain],
        "supplementary": [_beside(each) for each in result.beside],
        "facts": {"count": behind.count_of(refs)},
        "leaves": [
            {"leaf": number, "label": leaf["label"], "measure": leaf["meta"]["measure"], "count": leaf["meta"]["count"]}
            for number, leaf in enumerate(behind.leaves(step))
        ],
        "step": step,
    }


def _unit(evidence: Sequence[Evidence]) -> str:
    """The unit of what is measured, where the rule has one input."""
    units = {each.reading.unit for each in evidence if each.reading is not None}
    return units.pop() if len(units) == 1 else ""


def _input(evidence: Evidence, version: GoalVersion) -> dict[str, Any]:
    source, given, reading = evidence.source, evidence.given, evidence.reading
    return {
        "name": source.name,
        "label": label_of(source.name, version),
        "from": dict(source.spec),
        "value": written.value(given.value),
        "unit": reading.unit if reading is not None else "",
        "on": written.day(given.on),
        "window": {"from": written.day(source.window[0]), "to": written.day(source.window[1])},
        "deadline": written.day(source.deadline),
        "counts": {key: written.exact(number) for key, number in sorted(given.counts.items())},
        "facts": count_of(reading) if reading is not None else 0,
        "used": evidence.used,
        "outside": given.outside,
        "accepted": given.accepted,
        "counts_for_goal": counts_for_goal(evidence),
    }


def label_of(name: str, version: GoalVersion) -> str:
    """What the rule itself calls an input: a deliverable's or a part's name, as the version has it."""
    stem = name.removesuffix(".baseline")
    for listed in ("deliverables", "parts"):
        for each in version.params.get(listed, ()):
            if each.get("key") == stem:
                return str(each.get("name", stem))
    return ""


def counts_for_goal(evidence: Evidence) -> bool:
    """Is there something that the rule may count?"""
    given = evidence.given
    return isinstance(given.value, Number) and (not given.outside or given.accepted)


def _missing(result: Result) -> list[dict[str, Any]]:
    """What was to be delivered or measured and was not, or not so that it counts: late, or outside the window."""
    version = result.goal.version
    delivered = version.rule == GoalVersion.Rule.DELIVERABLES
    missing = []
    for each in result.evidence:
        value = each.given.value
        there = isinstance(value, Number) and (value.value >= 1 or not delivered)
        if there and (not each.given.outside or each.given.accepted):
            continue
        if not there:
            why = "not_delivered" if delivered else str(value.reason) if isinstance(value, Absent) else "failed"
        else:
            late = any(deviation.why == "after_deadline" for deviation in each.deviations)
            why = "after_deadline" if late else "outside_window"
        on = written.day(each.given.on) if there else None
        missing.append({"key": each.source.name, "name": label_of(each.source.name, version), "why": why, "on": on})
    return missing


def _deviation(given: Deviation) -> dict[str, Any]:
    said = given.statement
    return {
        "input": given.name,
        "series": given.series,
        "first_on": given.first_on.isoformat(),
        "last_on": given.last_on.isoformat(),
        "count": given.count,
        "why": given.why,
        "deadline": written.day(given.deadline),
        "accepted": given.counts,
        "statement": said.place if said is not None else None,
        "refused": said is not None and not said.accepted,
        "by": said.by_name if said is not None else "",
        "by_id": said.by_id if said is not None else None,
        "on": written.day(said.said_on) if said is not None else None,
        "text": said.text if said is not None else "",
    }


def _amended(result: Result) -> dict[str, Any] | None:
    if result.amendment is None:
        return None
    gives = [
        {"version": place, "score": None if scored.score is None else written.score(scored.score)}
        for place, scored in result.by_version
    ]
    return {**result.amendment, "gives": gives}


def _version(version: GoalVersion) -> dict[str, Any]:
    return {
        "version": version.place,
        "learnt_on": written.day(version.learnt_on),
        "holds_from": written.day(version.effective_from),
        "amendment": version.amendment,
        "rule": version.rule,
        "params": version.params,
        "weight": version.weight,
        "excluded": version.excluded,
        "withdrawn": version.withdrawn,
    }


def _beside(evidence: Evidence) -> dict[str, Any]:
    spec, measured = evidence.source.spec, evidence.source.kind != "nothing"
    return {
        "name": str(spec.get("name", "")),
        "indicator": spec.get("indicator"),
        "series": spec.get("series"),
        "value": written.value(evidence.given.value) if measured else None,
        "unit": evidence.reading.unit if evidence.reading is not None else str(spec.get("unit", "")),
        "stated": str(spec.get("stated", "")),
        "target": str(spec.get("target", "")),
        "target_max": str(spec.get("target_max", "")),
        "note": str(spec.get("note", "")),
    }


def statement(said: Statement | None) -> dict[str, Any] | None:
    """What a party said, as it was said; None when nothing is known of it."""
    if said is None:
        return None
    return {
        "amount": None if said.amount is None else plain(said.amount),
        "by": said.by_name,
        "by_id": said.by_id,
        "on": said.said_on.isoformat(),
        "text": said.text,
        "source": said.source,
        "statement": said.place,
    }
