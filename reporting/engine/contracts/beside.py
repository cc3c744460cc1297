"""What stands beside the figures: names, and the addresses of the facts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reporting.engine.contracts.evaluate import Result
from reporting.engine.contracts.plan import Plan
from reporting.engine.payload import Payload
from reporting.models import Contract, Goal

Names = dict[str, Any]


def names_of(planned: Plan, results: Sequence[Result]) -> Names:
    """Names to codes, from what has been read anyway. No query."""
    indicators: dict[str, str] = {}
    for result in results:
        for evidence in (*result.evidence, *result.beside):
            if evidence.source.kind == "indicator" and evidence.reading is not None:
                indicators[evidence.source.key] = evidence.reading.name
    said = [*planned.recommended.values(), *planned.decided.values(), *planned.accepted.values()]
    return {
        **goal_names(result.goal.goal for result in results),
        "indicators": indicators,
        "series": {key: row.name for key, row in planned.series.items()},
        "organisations": {str(each.by_id): each.by.name for each in said if each.by is not None},
    }


def goal_names(goals: Iterable[Goal]) -> Names:
    """The goals' names and groups; the goals come with their group."""
    groups: dict[int, dict[str, Any]] = {}
    names = {}
    for goal in goals:
        names[str(goal.number)] = {"name": goal.name, "group": goal.group_id}
        group = groups.setdefault(
            goal.group_id, {"id": goal.group_id, "name": goal.group.name, "order": goal.group.order, "goals": []}
        )
        group["goals"].append(goal.number)
    return {"goals": names, "groups": sorted(groups.values(), key=lambda each: (each["order"], each["id"]))}


def complete(payload: Payload, contract: Contract, names: Mapping[str, Any]) -> Payload:
    """The payload with its names and addresses. The addresses ask for the same day and place."""
    asked = {"as_of": payload["as_of"], "place": str(payload["place"])}
    api = reverse("api_contract_facts", args=[contract.pk])
    page = reverse("reporting:contract_facts", args=[contract.slug])

    def addresses(**words: Any) -> dict[str, str]:
        query = urlencode({**words, **asked})
        return {"url": f"{api}?{query}", "page": f"{page}?{query}"}

    goals = []
    for goal in payload["goals"]:
        number = goal["no"]
        goals.append(
            {
                **goal,
                "facts": {**goal["facts"], **addresses(goal=number)},
                "leaves": [{**leaf, **addresses(goal=number, leaf=leaf["leaf"])} for leaf in goal["leaves"]],
            }
        )
    return {
        **payload,
        "goals": goals,
        "names": {"contract": {"slug": contract.slug, "name": contract.name}, **names},
    }
