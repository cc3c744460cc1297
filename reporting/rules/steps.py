"""One node of an explanation: what was done, with what, and what came out.

A value inside the tree follows from its children's values and its own `meta` alone, so that anybody can work it out
again; leaves are facts, literals and things that are absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Truth, Value

Payload = dict[str, Any]


@dataclass(frozen=True)
class Step:
    op: str
    value: Value
    children: tuple[Step, ...] = ()
    label: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def as_payload(self) -> Payload:
        """JSON-able, exact: fractions are text such as 500/181."""
        return {
            "op": self.op,
            "value": value_payload(self.value),
            "children": [child.as_payload() for child in self.children],
            "label": self.label,
            "meta": dict(self.meta),
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Step:
        return cls(
            op=payload["op"],
            value=value_from(payload["value"]),
            children=tuple(cls.from_payload(child) for child in payload["children"]),
            label=payload["label"],
            meta=dict(payload["meta"]),
        )


def value_payload(value: Value) -> Payload:
    if isinstance(value, Number):
        said: Payload = {"number": str(value.value)}
        if value.numerator is not None and value.denominator is not None:
            said |= {"numerator": str(value.numerator), "denominator": str(value.denominator)}
        if value.qualifier:
            said["qualifier"] = value.qualifier
        return said
    if isinstance(value, Truth):
        return {"truth": value.value}
    if isinstance(value, Absent):
        return {"absent": str(value.reason)}
    return {"failed": str(value.fault), "detail": value.detail}


def value_from(payload: Mapping[str, Any]) -> Value:
    if "number" in payload:
        ratio = [Fraction(payload[name]) if name in payload else None for name in ("numerator", "denominator")]
        return Number(Fraction(payload["number"]), *ratio, qualifier=payload.get("qualifier", ""))
    if "truth" in payload:
        return Truth(bool(payload["truth"]))
    if "absent" in payload:
        return Absent(Empty(payload["absent"]))
    return Failed(Fault(payload["failed"]), payload.get("detail", ""))
