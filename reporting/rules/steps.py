"""How a value came about, as a tree: each step follows from its children's values and its own `meta`, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Truth, Value

LEAVES = frozenset({"facts", "literal", "absent"})


@dataclass(frozen=True)
class Step:
    """One node. `op` names what was done, `label` whose figure it is, `meta` is plain data: the numbers of the rule."""

    op: str
    value: Value
    children: tuple["Step", ...] = ()
    label: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def as_payload(self) -> dict[str, Any]:
        return {
            "op": self.op,
            "value": value_payload(self.value),
            "label": self.label,
            "meta": dict(self.meta),
            "children": [child.as_payload() for child in self.children],
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Step":
        return cls(
            payload["op"],
            value_of(payload["value"]),
            tuple(cls.from_payload(child) for child in payload["children"]),
            payload["label"],
            payload["meta"],
        )


def leaf(value: Value, label: str = "", **meta: Any) -> Step:
    """A value that is simply given."""
    return Step("literal" if isinstance(value, Number | Truth) else "absent", value, (), label, meta)


def value_payload(value: Value) -> dict[str, Any]:
    """A value as plain data; exact numbers are text such as 97 or 875/9."""
    match value:
        case Number():
            counts = {"numerator": value.numerator, "denominator": value.denominator}
            return {
                "kind": "number",
                "value": str(value.value),
                **{name: None if count is None else str(count) for name, count in counts.items()},
                "qualifier": value.qualifier,
            }
        case Truth():
            return {"kind": "truth", "value": value.value}
        case Absent():
            return {"kind": "absent", "reason": str(value.reason)}
        case Failed():
            return {"kind": "failed", "fault": str(value.fault), "detail": value.detail}


def value_of(payload: Mapping[str, Any]) -> Value:
    """What `value_payload` gave, as a value again."""
    match payload["kind"]:
        case "number":
            counts = (payload["numerator"], payload["denominator"])
            numerator, denominator = (None if count is None else Fraction(count) for count in counts)
            return Number(Fraction(payload["value"]), numerator, denominator, payload["qualifier"])
        case "truth":
            return Truth(payload["value"])
        case "absent":
            return Absent(Empty(payload["reason"]))
        case "failed":
            return Failed(Fault(payload["fault"]), payload["detail"])
    raise ValueError(f"no kind of value: {payload['kind']}")
