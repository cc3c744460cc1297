"""Defining indicators. Everything is checked first; nothing is overwritten: a change is a new version with a reason.

What may be added up follows from the kind of measure and cannot be said otherwise; see `ALLOWED`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import fingerprint
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, require
from portal.ledger import registry
from portal.ledger.disclosure import class_of
from portal.ledger.models import Heading
from reporting import reasons, rights
from reporting.measures import ANSWER, INVITED
from reporting.models import Indicator, IndicatorVersion, Series
from reporting.rules import formula
from reporting.rules.formula import nodes

Kind, Aggregate, Over = IndicatorVersion.Kind, IndicatorVersion.Aggregate, IndicatorVersion.Over
Type = Literal["number", "truth"]

ALLOWED: Mapping[str, frozenset[str]] = {
    "flow": frozenset({Aggregate.SUM, Aggregate.DISTINCT}),
    "level": frozenset({Aggregate.LAST}),
    "published": frozenset({Aggregate.LAST}),
    "answer": frozenset({Aggregate.SUM, Aggregate.SHARE, Aggregate.NPS, Aggregate.DISTINCT}),
}
"""How facts of each kind may be counted."""
FILTERS = ("series", "headings", "municipalities", "organisations", "categories", "subcategories")
GIVEN_BY_LEDGER = ["place", "recorded_at", "learnt_on", "batch", "indicator"]
NOT_CONTENT = {"place", "recorded_at", "learnt_on", "batch", "indicator", "reason", "reason_code"}
CONTENT = tuple(field.attname for field in IndicatorVersion._meta.concrete_fields if field.name not in NOT_CONTENT)

Pending = Mapping[str, IndicatorVersion]
"""Versions that are about to be written: a file of definitions may speak of what stands further down in it."""


TAKEN = {"key": gettext_lazy("This key is taken. Choose another.")}


def set_indicator(
    key: str,
    *,
    name: str,
    owner: Organisation,
    actor: Actor | None = None,
    reason: str = "",
    reason_code: str = "",
    learnt_on: date | None = None,
    pending: Pending | None = None,
    new: bool = False,
    seen: str | None = None,
    **said: Any,
) -> Indicator:
    """Make the indicator if it is not there, and define what it says from now on.

    `said`: fields of IndicatorVersion, and programme, group and order of Indicator. The same again writes nothing; a
    change needs a reason. `new`: somebody means to make one, so another with this key is refused, not changed.
    `actor` None is a loader; `seen` is the `mark` on the screen. In a history entry `learnt_on` is the day it
    was known. Raises ValidationError with the messages at the fields, Refused where the actor may not.
    """
    _may_edit(actor, owner)
    shown = {field: said.pop(field) for field in ("programme", "group", "order") if field in said}
    with ledger.entry() as opened:
        indicator = Indicator.objects.select_for_update(no_key=True, of=("self",)).filter(key=key).first()
        if indicator is not None and indicator.owner_id != owner.pk:
            if new:
                raise ValidationError(TAKEN)
            _may_edit(actor, indicator.owner)
        collected = _collected(opened)
        before = collected.get(key) or newest(key)
        version = draft(key, name=name, owner=owner, indicator=indicator, **said)
        check(version, {**(pending or {}), **collected})
        changed = before is None or content(before) != content(version)
        if new and indicator is not None and (changed or indicator.name != name):
            raise ValidationError(TAKEN)
        if before is not None and changed and not reason.strip():
            raise ValidationError({"reason": _("Say why the indicator is changed.")})
        if before is not None and indicator is not None:
            versions.settle(actor, thing(indicator), seen=seen, now=mark(indicator, before))
            if changed:
                version.reason_code = reasons.stated(actor, reason_code, reasons.INDICATOR, text=reason)
        if indicator is None:
            indicator = Indicator(key=key, name=name, owner=owner, **shown)
        else:
            indicator.name, indicator.owner = name, owner
            for field, value in shown.items():
                setattr(indicator, field, value)
        _clean(indicator, exclude=[])
        indicator.save()
        if changed:
            version.indicator, version.reason = indicator, reason.strip()
            if version.reason and not version.reason_code:
                version.reason_code = reason_code or reasons.Reason.SOURCE  # words about what is new
            ledger.define(version, learnt_on=learnt_on)
    return indicator


def withdraw_indicator(
    indicator: Indicator,
    *,
    actor: Actor | None = None,
    reason: str,
    reason_code: str = "",
    learnt_on: date | None = None,
    seen: str | None = None,
) -> None:
    """From now on the indicator does not hold. What was known before stays known."""
    _may_edit(actor, indicator.owner)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the indicator is withdrawn.")})
    with ledger.entry():
        row = Indicator.objects.select_for_update(no_key=True, of=("self",)).get(pk=indicator.pk)
        before = newest(indicator.key)
        if before is None or before.withdrawn:
            raise ValidationError(_("The indicator is withdrawn already."))
        versions.settle(actor, thing(row), seen=seen, now=mark(row, before))
        using = sorted(key for key, names in _references_of(_stored()).items() if indicator.key in names)
        if using:
            raise ValidationError(
                _("Other indicators are computed from this one: %(which)s. Change them first.")
                % {"which": ", ".join(using)}
            )
        code = reasons.stated(actor, reason_code, reasons.INDICATOR, text=reason)
        said = {field: getattr(before, field) for field in CONTENT}
        said |= {"withdrawn": True, "reason": reason.strip(), "reason_code": code}
        ledger.define(IndicatorVersion(indicator=indicator, **said), learnt_on=learnt_on)


def thing(indicator: Indicator) -> str:
    """The indicator as forms and edits name it."""
    return versions.thing_of("indicator", indicator.pk)


def mark(indicator: Indicator, version: IndicatorVersion) -> str:
    """What tells its versions apart: the place of the newest, and the frame, which has no versions."""
    frame = {name: getattr(indicator, name) for name in ("name", "owner_id", "programme_id", "group", "order")}
    return f"{version.place}:{fingerprint(frame)[:16]}"


def _collected(opened: ledger.Entry) -> dict[str, IndicatorVersion]:
    """The versions that wait for the end of the entry: it writes them together."""
    found: dict[str, IndicatorVersion] = {}
    entry: ledger.Entry | None = opened
    while entry is not None:
        for item in reversed(entry.items):
            version = getattr(item, "instance", None)
            if isinstance(version, IndicatorVersion):
                found.setdefault(version.indicator.key, version)
        entry = entry.outer
    return found


def draft(
    key: str, *, name: str = "", owner: Organisation | None = None, indicator: Indicator | None = None, **said: Any
) -> IndicatorVersion:
    """An unsaved version, with what follows from its aggregate filled in; for `check` and for a preview."""
    if indicator is None:
        indicator = Indicator(key=key, name=name, owner=owner)
    unknown = set(said) - set(CONTENT) - {"measure"}
    if unknown:
        raise ValidationError(_("An indicator has no field called %(what)s.") % {"what": ", ".join(sorted(unknown))})
    measure = said.pop("measure", None)
    if measure is not None:
        said["measure_id"] = getattr(measure, "pk", measure)
    time, place = _adds_up(said.get("kind", ""), str(said.get("measure_id") or ""), said.get("aggregate", ""))
    return IndicatorVersion(**{"over_time": time, "over_place": place, "indicator": indicator, **said})


def newest(key: str) -> IndicatorVersion | None:
    """What the indicator says now."""
    found = IndicatorVersion.objects.filter(indicator__key=key).order_by("-learnt_on", "-place")
    version: IndicatorVersion | None = found.select_related("indicator__owner", "indicator__programme").first()
    return version


def content(version: IndicatorVersion) -> dict[str, Any]:
    """What a version says, for comparison."""
    return {field: getattr(version, field) for field in CONTENT}


def check(version: IndicatorVersion, pending: Pending | None = None) -> None:
    """Raises ValidationError with everything that is wrong with a version that is about to be written."""
    problems: dict[str, list[Any]] = {}
    try:
        version.clean_fields(exclude=[*GIVEN_BY_LEDGER, "measure"])
        version.validate_constraints(exclude=GIVEN_BY_LEDGER)
    except ValidationError as error:
        problems = dict(error.update_error_dict({}))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", version.indicator.key):
        problems.setdefault("key", []).append(
            _("The key is small letters a-z, digits and underscores, beginning with a letter.")
        )
    for field, message in _problems(version, pending or {}):
        problems.setdefault(field, []).append(message)
    if problems:
        raise ValidationError(problems)


def _problems(version: IndicatorVersion, pending: Pending) -> Iterable[tuple[str, str]]:
    if version.kind == Kind.MEASURE:
        yield from _problems_of_measure(version)
    elif version.kind == Kind.FORMULA:
        yield from _problems_of_formula(version, pending)
    elif version.kind == Kind.OPEN and set(version.filter) - {"empty"}:
        yield "filter", _("What cannot be computed yet has no filter.")
    if version.aggregate != Aggregate.SHARE and version.share_of:
        yield "share_of", _("Only a share says which answers count.")


def _problems_of_measure(version: IndicatorVersion) -> Iterable[tuple[str, str]]:
    try:
        measure = registry.get(str(version.measure_id or ""))
    except ledger.Undeclared:
        yield "measure", _("There is no measure called %(what)s.") % {"what": version.measure_id or "–"}
        return
    if class_of(measure.key) != "open":
        yield "measure", _("This measure is protected and cannot be used in an indicator.")
    if version.aggregate and version.aggregate not in ALLOWED[measure.kind]:
        yield "aggregate", against_kind(measure)
    time, place = _adds_up(version.kind, measure.key, version.aggregate)
    if version.over_time == Over.SUM and time != Over.SUM:
        yield "over_time", _("This cannot be added up over time: the same would be counted more than once.")
    if version.over_place == Over.SUM and place != Over.SUM:
        yield (
            "over_place",
            _("This cannot be added up over municipalities: add the counts first, then divide."),
        )
    yield from _problems_of_filter(version, measure)


def against_kind(measure: registry.MeasureDefinition) -> str:
    """Why the measure cannot be counted that way."""
    return {
        "flow": _("Registrations are added up, or the different companies are counted."),
        "level": _("A level is never added up over time: the last one holds."),
        "published": _("A published value stands alone: it is never added up or averaged. The last one holds."),
        "answer": _("Answers are counted, or they give a share or a net promoter score."),
    }[measure.kind]


def _adds_up(kind: str, measure: str, aggregate: str) -> tuple[str, str]:
    """Over time and over municipalities: what follows from how something is counted."""
    if kind != Kind.MEASURE or aggregate in (Aggregate.DISTINCT, Aggregate.SHARE, Aggregate.NPS):
        return Over.NONE, Over.NONE
    if aggregate == Aggregate.LAST:
        level = any(each.key == measure and each.kind == "level" for each in registry.all_measures())
        return Over.LAST, Over.SUM if level else Over.NONE
    return Over.SUM, Over.SUM


def _problems_of_filter(version: IndicatorVersion, measure: registry.MeasureDefinition) -> Iterable[tuple[str, str]]:
    said: dict[str, Any] = version.filter if isinstance(version.filter, dict) else {}
    unknown = sorted(set(said) - set(FILTERS))
    if unknown or said is not version.filter:
        yield "filter", _("The filter cannot say %(what)s.") % {"what": ", ".join(unknown) or "–"}
    if not all(isinstance(said[name], list) for name in said if name in FILTERS):
        yield "filter", _("Each part of the filter is a list.")
        return
    yield from _problems_of_series(said.get("series", []), measure)
    for name, model, column in (
        ("headings", Heading, "id"),
        ("organisations", Organisation, "id"),
        ("municipalities", Municipality, "code"),
    ):
        missing = _missing(model, column, said[name]) if said.get(name) else []
        if missing:
            yield "filter", _("These do not exist: %(what)s.") % {"what": ", ".join(missing)}
    yield from _problems_of_categories(version, said, measure)


def _problems_of_series(keys: list[str], measure: registry.MeasureDefinition) -> Iterable[tuple[str, str]]:
    found = {each.key: each for each in Series.objects.filter(key__in=keys).order_by("key")}
    # The invitations of a survey are a series of their own, named beside that of the answers.
    fitting = {measure.key, INVITED} if measure.key == ANSWER else {measure.key}
    for key in keys:
        if key not in found:
            yield "filter", _("There is no series called %(what)s.") % {"what": key}
        elif found[key].measure_id not in fitting:
            yield "filter", _("The series %(what)s is of another kind than the measure.") % {"what": key}
    if measure.kind == "published" and len(keys) != 1:
        yield "filter", _("Name the one series whose published value it is.")


def _problems_of_categories(
    version: IndicatorVersion, said: Mapping[str, Any], measure: registry.MeasureDefinition
) -> Iterable[tuple[str, str]]:
    chosen, counting = said.get("categories", []), list(version.share_of)
    for name, values, field in (
        ("category", chosen, "filter"),
        ("category", counting, "share_of"),
        ("subcategory", said.get("subcategories", []), "filter"),
    ):
        declared = measure.dimensions.get(name)
        if values and declared is None:
            yield field, _("The measure has no such division.")
        elif values and declared is not None and declared.labels is not None:
            missing = sorted(set(values) - {str(each) for each in declared.labels()})
            if missing:
                yield field, _("These do not exist: %(what)s.") % {"what": ", ".join(missing)}
    if chosen and set(counting) - set(chosen):
        yield "share_of", _("The answers that count must be among those that are asked about.")


def _missing(model: Any, column: str, values: list[Any]) -> list[str]:
    try:
        wanted = {model._meta.get_field(column).to_python(value) for value in values}
    except ValidationError:
        return [str(value) for value in values]
    found = set(model.objects.filter(**{f"{column}__in": wanted}).order_by().values_list(column, flat=True))
    return sorted(str(value) for value in wanted - found)


def _problems_of_formula(version: IndicatorVersion, pending: Pending) -> Iterable[tuple[str, str]]:
    key = version.indicator.key
    try:
        node = formula.parse(version.formula)
    except formula.FormulaError as error:
        yield "formula", formula_message(error)
        return
    stored = _stored() | dict(pending) | {key: version}
    there = {name for name, each in stored.items() if not each.withdrawn}
    unknown = sorted(formula.references(node) - there)
    if unknown:
        yield "formula", _("There is no indicator called %(what)s.") % {"what": ", ".join(unknown)}
        return
    formulas = _nodes(stored)
    circle = formula.cycle(formulas)
    if circle:
        if key in circle:
            yield "formula", _("The formula leads back to itself: %(path)s.") % {"path": " → ".join(circle)}
        return
    try:
        _types(key, formulas)
    except formula.FormulaError as error:
        yield "formula", formula_message(error)
    if (version.over_time == Over.SUM or version.over_place == Over.SUM) and not _additive(version, stored):
        field = "over_time" if version.over_time == Over.SUM else "over_place"
        yield field, _("This formula cannot be added up: only sums and differences of what may be added up can.")


def formula_message(error: formula.FormulaError) -> str:
    """What is wrong with a formula, and where."""
    return _("%(what)s (at character %(position)s)") % {"what": error.message, "position": error.position + 1}


def _stored() -> dict[str, IndicatorVersion]:
    """The newest version of every indicator, with what formulas need of it."""
    rows = IndicatorVersion.objects.order_by("indicator_id", "-learnt_on", "-place").distinct("indicator_id")
    wanted = ("kind", "formula", "over_time", "over_place", "withdrawn", "indicator__key", "aggregate")
    return {each.indicator.key: each for each in rows.select_related("indicator").only(*wanted)}


def _nodes(versions: Mapping[str, IndicatorVersion]) -> dict[str, formula.Node]:
    found = {}
    for key, version in versions.items():
        if version.kind == Kind.FORMULA and not version.withdrawn:
            try:
                found[key] = formula.parse(version.formula)
            except formula.FormulaError:
                continue  # said where that one is saved
    return found


def _references_of(versions: Mapping[str, IndicatorVersion]) -> dict[str, frozenset[str]]:
    return {key: formula.references(node) for key, node in _nodes(versions).items()}


def _types(key: str, formulas: Mapping[str, formula.Node]) -> Type:
    """Whether an indicator is a number or true/false, through its formula. There is no circle. Raises FormulaError."""
    if key not in formulas:
        return "number"
    types: dict[str, Type] = {name: _types(name, formulas) for name in sorted(formula.references(formulas[key]))}
    return formula.check(formulas[key], types)


def _additive(version: IndicatorVersion, stored: Mapping[str, IndicatorVersion]) -> bool:
    """Sums and differences, also by a fixed factor, of indicators that may be added up where this one says it may."""

    def adds(node: formula.Node) -> bool:
        if isinstance(node, nodes.Name):
            part = stored[node.key]
            return (version.over_time != Over.SUM or part.over_time == Over.SUM) and (
                version.over_place != Over.SUM or part.over_place == Over.SUM
            )
        if not isinstance(node, nodes.Apply):
            return False
        if node.op in ("+", "-", "neg"):
            return all(adds(part) for part in node.args)
        fixed = [part for part in node.args if isinstance(part, nodes.Literal)]
        others = [part for part in node.args if not isinstance(part, nodes.Literal)]
        if node.op == "/":
            return isinstance(node.args[1], nodes.Literal) and adds(node.args[0])
        return node.op == "*" and bool(fixed) and len(others) == 1 and adds(others[0])

    return adds(formula.parse(version.formula))


def _clean(indicator: Indicator, exclude: list[str]) -> None:
    indicator.full_clean(exclude=exclude, validate_unique=False)


def _may_edit(actor: Actor | None, owner: Organisation) -> None:
    if actor is None:
        return
    require(actor, rights.EDIT_INDICATORS)
    if owner.pk not in actor.organisation_ids:
        raise Refused(_("%(owner)s is responsible for this indicator and changes it.") % {"owner": owner.name})
