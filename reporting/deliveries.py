"""The series that a goal's deliverables are registered in, made when there is none yet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import ledger
from reporting.models import Contract, Series
from reporting.observations import make_series


def delivery_inputs(
    contract: Contract,
    number: int,
    params: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    learnt_on: date | None = None,
) -> dict[str, Any]:
    """The inputs of a goal of deliverables: those it has, and a series of its own for each new deliverable."""
    made: dict[str, Any] = {}
    with ledger.entry():
        for deliverable in params.get("deliverables", []):
            if not isinstance(deliverable, Mapping) or not deliverable.get("key"):
                continue  # said by the rule's own check
            name = str(deliverable["key"])
            if name in inputs:
                made[name] = inputs[name]
                continue
            key = f"{contract.slug[:40]}-{number}-{name}".replace("_", "-")[:80].rstrip("-")
            if not Series.objects.filter(key=key).exists():
                make_series(key, deliverable.get("name") or name, "delivery", contract.owner, learnt_on=learnt_on)
            made[name] = {"series": key}
    return made
