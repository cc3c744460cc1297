"""What a definition file says of an indicator or a target, as the fields of the models. No database."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from programmes.models import Programme
from reporting import measures
from reporting.models import IndicatorVersion, TargetVersion
from reporting.rules.scoring import KINDS

Fields = dict[str, Any]
Find = Callable[[str, str, int], Any]
"""(what, its name in the file, its position in the list) → the id it has here, None when there is none."""

Aggregate, Kind = IndicatorVersion.Aggregate, IndicatorVersion.Kind
MEASURE_OF = {
    "answers": measures.ANSWER,
    "measurement": measures.MEASUREMENT,
    "deliverable": measures.DELIVERY,
    "volume": measures.VOLUME,
    "statistic": measures.STATISTIC,
    "assessment": measures.ASSESSMENT,
}
COUNTED_AS = {
    measures.ANSWER: Aggregate.SUM,
    measures.MEASUREMENT: Aggregate.LAST,
    measures.DELIVERY: Aggregate.SUM,
    measures.VOLUME: Aggregate.SUM,
    measures.STATISTIC: Aggregate.LAST,
    measures.ASSESSMENT: Aggregate.LAST,
}
INDICATOR_ONLY = (
    "key",
    "name",
    "owner",
    "group",
    "order",
    "reason",
    "reason_code",
    "observed",
    "question",
    "empty",
    "filter",
)
TEXTS = ("unit", "stated", "measured_by", "undecided_by", "note", "source")


def series_key(indicator: str) -> str:
    """The key of the series that an indicator brings with it."""
    return indicator.replace("_", "-")


def indicator_fields(said: Mapping[str, Any], source: str, find: Find) -> Fields:
    """The fields of an IndicatorVersion, key, name and owner apart."""
    fields: Fields = {"source": source, **{name: said[name] for name in said if name not in INDICATOR_ONLY}}
    kept = dict(said.get("filter", {}))
    if "observed" in said:
        fields.setdefault("measure", MEASURE_OF[said["observed"]])
        kept.setdefault("series", [series_key(said["key"])])
    if "share_of" in said:
        fields["share_of"] = [str(each) for each in said["share_of"]]
    if "kind" not in fields:
        fields["kind"] = _kind_of(said)
    if fields["kind"] == Kind.MEASURE and not fields.get("aggregate"):
        shared = fields.get("measure") == measures.ANSWER and fields.get("share_of")
        fields["aggregate"] = Aggregate.SHARE if shared else COUNTED_AS.get(fields.get("measure", ""), Aggregate.SUM)
    if "activities" in kept:
        kept["headings"] = _found(find, "activities", kept.pop("activities"))
    if "organisations" in kept:
        kept["organisations"] = _found(find, "organisations", kept["organisations"])
    if "empty" in said:
        kept["empty"] = said["empty"]
    return {**fields, "filter": kept}


def _kind_of(said: Mapping[str, Any]) -> str:
    if "formula" in said:
        return str(Kind.FORMULA)
    if "open_question" in said and "observed" not in said and "measure" not in said:
        return str(Kind.OPEN)
    return str(Kind.MEASURE)


def target_fields(said: Mapping[str, Any], programme: Programme, source: str, find: Find) -> Fields:
    """The fields of a TargetVersion: all of them, so that what the file leaves out is the default and not what was."""
    window = said.get("window", {})
    rule, params = _rule(said)
    return {
        **{name: said.get(name, "") for name in TEXTS},
        "source": said.get("source", source),
        "amount": _decimal(said.get("amount")),
        "amount_to": _decimal(said.get("amount_to")),
        "form": said.get("form") or _form_of(said, rule),
        "basis": said.get("basis", "activity" if said.get("activities") else "whole"),
        "commitment": said.get("commitment", ""),
        "path": said.get("path", "linear"),
        "per": said.get("per", ""),
        "counted_from": _day(said.get("from")) or programme.counted_from,
        "counted_to": _day(said.get("to")) or programme.ends_on,
        "municipalities": _found(find, "municipalities", said.get("municipalities", ())),
        "excluded_municipalities": sorted(_found(find, "outside", said.get("outside", ()))),
        "organisations": _found(find, "organisations", said.get("organisations", ())),
        "headings": _found(find, "activities", said.get("activities", ())),
        "rule": rule,
        "params": params,
        "inputs": _inputs(said, rule, params),
        "decimals": said.get("decimals"),
        "missing": said.get("missing", TargetVersion.Missing.NOT_COUNTED),
        "least_answers": said.get("least_answers"),
        "window_from": _day(window.get("from")),
        "window_to": _day(window.get("to")),
        "deadline": _day(said.get("deadline")),
        "milestones": exact(said.get("milestones", [])),
        "profile": list(said.get("profile", ())),
        "alternatives": exact(said.get("alternatives", [])),
        "undecided_until": _day(said.get("undecided_until")),
        "withdrawn": said.get("withdrawn", False),
    }


def _form_of(said: Mapping[str, Any], rule: str) -> str:
    form = TargetVersion.Form
    if "amount" not in said:
        found = form.NOT_STATED
    elif "amount_to" in said:
        found = form.INTERVAL
    elif said.get("per"):
        found = form.FREQUENCY
    elif rule == TargetVersion.Rule.AT_MOST:
        found = form.MAXIMUM
    elif rule == TargetVersion.Rule.AT_LEAST:
        found = form.MINIMUM
    else:
        found = form.ABSOLUTE
    return str(found)


def _rule(said: Mapping[str, Any]) -> tuple[str, Fields]:
    """`rule: at_least` alone takes its threshold from the amount."""
    rule = said.get("rule", "")
    if isinstance(rule, str):
        return rule, {"threshold": str(said["amount"])} if rule and "amount" in said else {}
    params = {name: exact(value) for name, value in rule.items() if name != "kind"}
    if rule["kind"] == TargetVersion.Rule.SURVEY and "of" in params:
        # In the file "kind" is the rule's; which kind of survey it is, is told by "of".
        params["kind"] = params.pop("of")
    return rule["kind"], params


def _inputs(said: Mapping[str, Any], rule: str, params: Mapping[str, Any]) -> Fields:
    """What the rule is given; what it measures is the target's own indicator unless the file says otherwise."""
    inputs: Fields = {
        name: {"indicator": value} if isinstance(value, str) else exact(value)
        for name, value in said.get("inputs", {}).items()
    }
    if rule in KINDS and "indicator" in said:
        own = [name for name in wanted(rule, params) if name in ("value", "answers", "assessment")]
        for name in own:
            inputs.setdefault(name, {"indicator": said["indicator"]})
    return inputs


def wanted(rule: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what a rule is given; none when its numbers are wrong, which is said where they are checked."""
    kind = KINDS[rule]
    return () if list(kind.check(params)) else tuple(kind.inputs(params))


def exact(value: Any) -> Any:
    """Numbers of rules are text, read exactly."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return {name: exact(inner) for name, inner in value.items()}
    return [exact(inner) for inner in value] if isinstance(value, list) else value


def _found(find: Find, what: str, names: Iterable[str]) -> list[Any]:
    found = [find(what, name, number) for number, name in enumerate(names)]
    return [each for each in found if each is not None]


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
