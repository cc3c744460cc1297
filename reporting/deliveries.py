"""The series that a goal's deliverables are registered in, made when there is none yet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

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
        rows = params.get("deliverables")
        for place, deliverable in enumerate(rows if isinstance(rows, list) else ()):
            said = deliverable if isinstance(deliverable, Mapping) else {}
            if not said.get("key") or not isinstance(said.get("name", ""), str):
                continue  # said by the rule's own check
            name = str(said["key"])
            if name in inputs:
                made[name] = inputs[name]
                continue
            key = f"{contract.slug[:40]}-{number}-{name}".replace("_", "-")[:80].rstrip("-")
            if not Series.objects.filter(key=key).exists():
                try:
                    make_series(key, said.get("name") or name, "delivery", contract.owner, learnt_on=learnt_on)
                except ValidationError as refused:
                    told = {
                        f"params.deliverables.{place}.{field}": texts for field, texts in refused.message_dict.items()
                    }
                    raise ValidationError(told) from refused
            made[name] = {"series": key}
    return made
