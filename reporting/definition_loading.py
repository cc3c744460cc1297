"""Loading series, indicators and targets from a file: all of it or nothing, and the same file again changes nothing.

What a definition said stays; one that says something else is a new version with its reason. What a file does not
name is left as it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from programmes.headings import parts_of
from programmes.models import Programme
from reporting import definition_fields as fields_of
from reporting import indicators, targets
from reporting.contract_files import ContractFileError, Document, Place, Problem
from reporting.contract_files import read as read_file
from reporting.contract_guard import rule_problems
from reporting.models import Indicator, IndicatorVersion, Series, Target, TargetVersion
from reporting.observations import make_series
from reporting.reasons import Reason

SCHEMA = Path(__file__).parent / "definitions" / "definition-file.schema.json"
MOST = 1000
"""What one entry of the ledger holds: a file is one entry."""
SERIES_SAYS = ("name", "unit", "question", "source")


class _Undone(Exception):
    """Only a check: what was written in the entry goes with it."""


def read(path: Path) -> Document:
    """The file as data. Raises ContractFileError with every problem of its form."""
    return read_file(path, SCHEMA)


def load(document: Document, *, check: bool = False) -> Counter[str]:
    """Load the file, or with `check` only look. Returns how many of each were written.

    Raises ContractFileError with every problem; nothing of the file stands then.
    """
    work = _Work(document)
    try:
        with ledger.entry(history=work.history) as opened:
            if work.programme_is_there():
                _series(work)
                _indicators(work)
                _targets(work)
            if not work.problems and opened.collected() > MOST:
                work.wrong((), _("A file holds at most %(number)s definitions. Divide it.") % {"number": MOST})
            if work.problems:
                raise ContractFileError(work.problems)
            if check:
                raise _Undone
    except _Undone:
        pass
    except ledger.TooManyFacts as problem:
        text = _("A file holds at most %(number)s definitions. Divide it.") % {"number": MOST}
        raise ContractFileError([Problem((), text)]) from problem
    return work.made


@dataclass
class _Work:
    """A file that is being loaded, what is wrong with it so far, and what was written."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)

    @property
    def data(self) -> dict[str, Any]:
        return self.document.data

    @property
    def history(self) -> ledger.History | None:
        said = self.data.get("history")
        return ledger.History(said["name"], origin=said["origin"]) if said else None

    @property
    def known(self) -> date | None:
        """The day it was learnt; None outside a history batch, where that is today."""
        return date.fromisoformat(self.data["history"]["known_on"]) if "history" in self.data else None

    @property
    def source(self) -> str:
        return str(self.data.get("source", ""))

    def wrong(self, place: Iterable[str | int], message: str) -> None:
        problem = self.document.problem(place, message)
        if problem not in self.problems:
            self.problems.append(problem)

    @contextmanager
    def at(self, what: str, number: int, fields: Mapping[str, Place] | None = None) -> Iterator[None]:
        """One thing of the file: refused, it becomes a problem at its place and the next is looked at."""
        try:
            with ledger.entry() as opened:
                yield
        except ValidationError as refused:
            for name, texts in _by_field(refused):
                self.wrong((what, number, *_in_file(name, fields or {})), " ".join(texts))
        else:
            self.made[what] += len(opened.items)

    def each(self, what: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The things of a list, each with the file's defaults; a key may stand once."""
        seen: set[str] = set()
        defaults = self.data.get("defaults", {}).get(what, {})
        for number, said in enumerate(self.data.get(what, ())):
            whole = {**defaults, **said}
            if what == "targets" and "key" not in whole:
                whole["key"] = fields_of.series_key(whole["indicator"]) if "indicator" in whole else ""
            if whole["key"] in seen:
                text = _("The key %(key)s stands twice in the file.") % {"key": whole["key"]}
                self.wrong((what, number, "key"), text)
            else:
                seen.add(whole["key"])
                yield number, whole

    @cached_property
    def programme(self) -> Programme | None:
        return Programme.objects.filter(slug=self.data.get("programme", "")).select_related("owner").first()

    def programme_is_there(self) -> bool:
        if "programme" in self.data and self.programme is None:
            text = _("There is no programme with the address %(slug)s.") % {"slug": self.data["programme"]}
            self.wrong(("programme",), text)
        elif self.data.get("targets") and self.programme is None:
            self.wrong(("programme",), _("Name the programme that has the targets."))
        return not self.problems

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        found: dict[str, Organisation] = {}
        for each in Organisation.objects.order_by("pk"):
            found[each.name] = each
            if each.short_name:
                found.setdefault(each.short_name, each)
        return found

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(Municipality.objects.values_list("code", flat=True))

    @cached_property
    def activities(self) -> dict[str, int]:
        """Number, or number and name where a number repeats, → heading. A number that repeats alone names nothing."""
        found: dict[str, int] = {}
        numbers: Counter[str] = Counter()
        for part in parts_of([self.programme]) if self.programme is not None else ():
            numbers[part.number] += 1
            found[part.number] = found[str(part)] = part.heading_id
        return {name: heading for name, heading in found.items() if numbers[name] < 2}

    def owner(self, said: Mapping[str, Any], place: Place) -> Organisation | None:
        """Who is responsible: named at the thing, else by the file, else the programme's owner."""
        name = said.get("owner") or self.data.get("owner")
        if name is None:
            if self.programme is not None:
                return self.programme.owner
            self.wrong(place, _("Name the organisation that is responsible."))
            return None
        found = self.organisations.get(name)
        if found is None:
            self.wrong(("owner",) if "owner" not in said else place, _no_organisation(name))
        return found

    def finder(self, *place: str | int) -> fields_of.Find:
        """Organisations by name, activities by number and municipalities by code; what is not there becomes a problem
        at its place."""

        def find(what: str, name: str, number: int) -> int | str | None:
            if what in ("municipalities", "outside"):
                if name not in self.codes:
                    text = _("There is no municipality with the code %(key)s.") % {"key": name}
                    self.wrong((*place, what, number), text)
                return name
            if what == "organisations":
                organisation = self.organisations.get(name)
                if organisation is None:
                    self.wrong((*place, what, number), _no_organisation(name))
                return organisation.pk if organisation else None
            heading = self.activities.get(name)
            if heading is None:
                text = _("The programme has no one activity called %(name)s.") % {"name": name}
                self.wrong((*place, what, number), text)
            return heading

        return find


def _no_organisation(name: str) -> str:
    return _("There is no organisation called %(name)s.") % {"name": name}


# ------------------------------------------------------------------------------------------------------ series
def _series(work: _Work) -> None:
    there = {each.key: each for each in Series.objects.order_by("key")}
    for number, said in work.each("series"):
        owner = work.owner(said, ("series", number, "owner"))
        with work.at("series", number):
            if owner is not None:
                _one_series(work, said, owner, there.get(said["key"]))
    for number, said in work.each("indicators"):
        # Said again where the indicators are made, so a key that stands twice is told once.
        if "observed" not in said:
            continue
        owner = work.owner(said, ("indicators", number, "owner"))
        brought: dict[str, Any] = {
            "key": fields_of.series_key(said["key"]),
            "name": said["name"],
            "kind": said["observed"],
            **{name: said[name] for name in ("unit", "question") if name in said},
            "source": str(said.get("source", work.source))[:300],
        }
        with work.at("indicators", number):
            if owner is not None:
                _one_series(work, brought, owner, there.get(str(brought["key"])))


def _one_series(work: _Work, said: Mapping[str, Any], owner: Organisation, found: Series | None) -> None:
    """The series, made when it is not there. One that is there keeps what it says: its figures were made under it."""
    wanted = {name: said.get(name, "") for name in SERIES_SAYS}
    if "source" not in said:
        wanted["source"] = work.source[:300]
    measure = fields_of.MEASURE_OF[said["kind"]]
    if found is None:
        make_series(said["key"], measure=measure, owner=owner, learnt_on=work.known, **wanted)
        return
    if found.measure_id != measure or found.owner_id != owner.pk:
        raise ValidationError({"key": _("There is a series with this key of another kind, or another's.")})
    if found.unit != wanted["unit"]:
        text = _("The series is there already, in %(unit)s. Figures of another unit need a series of their own.")
        raise ValidationError({"unit": text % {"unit": found.unit or "–"}})
    # Its wording is no part of a figure.
    if any(getattr(found, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(found, name, value)
        found.clean_fields()
        found.save(update_fields=list(wanted))


# -------------------------------------------------------------------------------------------------- indicators
def _indicators(work: _Work) -> None:
    wanted: list[tuple[int, dict[str, Any], Organisation, dict[str, Any]]] = []
    pending: dict[str, IndicatorVersion] = {}
    for number, said in work.each("indicators"):
        owner = work.owner(said, ("indicators", number, "owner"))
        said_fields = fields_of.indicator_fields(said, work.source, work.finder("indicators", number, "filter"))
        if "unit" not in said:
            work.wrong(("indicators", number), _("lacks %(names)s") % {"names": "unit"})
        elif owner is not None:
            with work.at("indicators", number):
                pending[said["key"]] = indicators.draft(said["key"], name=said["name"], owner=owner, **said_fields)
                wanted.append((number, said, owner, said_fields))
    groups = work.data.get("groups")
    newest = _newest_indicators(pending)
    for number, said, owner, said_fields in wanted:
        with work.at("indicators", number):
            group = said.get("group", "")
            if groups is not None and group and group not in groups:
                raise ValidationError({"group": _("The file's groups do not name it.")})
            order = said.get("order", work.data.get("order_from", 0) + number)
            frame = {"name": said["name"], "owner": owner, "programme": work.programme, "group": group, "order": order}
            before = newest.get(said["key"])
            if before is not None and _same(before, pending[said["key"]], frame):
                continue
            indicators.set_indicator(
                said["key"],
                reason=_reason(work, said),
                reason_code=_code(work, said),
                learnt_on=work.known,
                pending=pending,
                **frame,
                **said_fields,
            )


def _newest_indicators(pending: Mapping[str, IndicatorVersion]) -> dict[str, IndicatorVersion]:
    rows = IndicatorVersion.objects.filter(indicator__key__in=pending).order_by("learnt_on", "place")
    return {each.indicator.key: each for each in rows.select_related("indicator__owner", "indicator__programme")}


def _same(before: IndicatorVersion, version: IndicatorVersion, frame: Mapping[str, Any]) -> bool:
    indicator = before.indicator
    return indicators.content(before) == indicators.content(version) and all(
        getattr(indicator, name) == value for name, value in frame.items()
    )


def _reason(work: _Work, said: Mapping[str, Any]) -> str:
    return str(said.get("reason") or work.data.get("reason", ""))


def _code(work: _Work, said: Mapping[str, Any]) -> str:
    """What a file says anew without a code is the source's revision."""
    return str(said.get("reason_code") or work.data.get("reason_code") or Reason.SOURCE)


# ----------------------------------------------------------------------------------------------------- targets
IN_FILE: dict[str, Place] = {
    "params": ("rule",),
    "counted_from": ("from",),
    "counted_to": ("to",),
    "excluded_municipalities": ("outside",),
    "headings": ("activities",),
    "window_from": ("window", "from"),
    "window_to": ("window", "to"),
}


def _targets(work: _Work) -> None:
    programme = work.programme
    if programme is None:
        return
    there = {each.key: each for each in Target.objects.filter(programme=programme)}
    newest = _newest_of(programme)
    own = {each.key: each for each in Indicator.objects.order_by("key")}
    for number, said in work.each("targets"):
        with work.at("targets", number, IN_FILE):
            fields = fields_of.target_fields(said, programme, work.source, work.finder("targets", number))
            if not fields["commitment"]:
                raise ValidationError({"commitment": _("Say how binding it is.")})
            if not said["key"]:
                raise ValidationError({"key": _("Give the target a key.")})
            counted = _counted(said, own)
            if fields["rule"]:
                problems = rule_problems(fields["rule"], fields["params"], fields["inputs"], own)
                if problems:
                    raise ValidationError(problems)
            target = there.get(said["key"])
            frame = _frame(work, said, number, there, counted)
            if target is not None:
                _follow(target, frame, counted)
                before = newest.get(target.pk)
                if before is not None and all(getattr(before, name) == value for name, value in fields.items()):
                    continue
                fields["reason"], fields["reason_code"] = _reason(work, said), _code(work, said)
                if before is not None and not fields["reason"].strip():
                    raise ValidationError({"reason": _("Say why the target is changed.")})
            there[said["key"]] = targets.set_target(
                programme, said["key"], learnt_on=work.known, **frame, **counted, **fields
            )


def _newest_of(programme: Programme) -> dict[int, TargetVersion]:
    rows = TargetVersion.objects.filter(target__programme=programme).order_by("learnt_on", "place")
    return {version.target_id: version for version in rows}


def _counted(said: Mapping[str, Any], own: Mapping[str, Indicator]) -> dict[str, Any]:
    """The indicator, or the measure, that the target is for."""
    if ("indicator" in said) == ("measure" in said):
        raise ValidationError({"indicator": _("A target is for a measure or for an indicator.")})
    if "measure" in said:
        return {"measure": said["measure"]}
    if said["indicator"] not in own:
        raise ValidationError({"indicator": _("There is no indicator called %(what)s.") % {"what": said["indicator"]}})
    return {"indicator": own[said["indicator"]]}


def _frame(
    work: _Work, said: Mapping[str, Any], number: int, there: Mapping[str, Target], counted: Mapping[str, Any]
) -> dict[str, Any]:
    parent = there.get(said["parent"]) if "parent" in said else None
    if "parent" in said and parent is None:
        text = _("No target above this one in the file, and none of the programme's, has the key %(key)s.")
        raise ValidationError({"parent": text % {"key": said["parent"]}})
    name = said.get("name") or (counted["indicator"].name if "indicator" in counted else "")
    if not name or len(name) > 160:
        raise ValidationError({"name": _("Give the target a name of at most 160 characters.")})
    order = said.get("order", work.data.get("order_from", 0) + number)
    return {"name": name, "order": order, "parent": parent}


def _follow(target: Target, frame: Mapping[str, Any], counted: Mapping[str, Any]) -> None:
    """Name and place in the list follow the file; what is counted does not: that is another target."""
    indicator = counted.get("indicator")
    if (target.indicator_id, target.measure_id) != (indicator.pk if indicator else None, counted.get("measure")):
        raise ValidationError({"indicator": _("The target is for something else. Give this one a key of its own.")})
    if any(getattr(target, name) != value for name, value in frame.items()):
        for name, value in frame.items():
            setattr(target, name, value)
        target.save(update_fields=list(frame))


# ---------------------------------------------------------------------------------------------------- problems
def _by_field(refused: ValidationError) -> list[tuple[str, list[str]]]:
    if hasattr(refused, "error_dict"):
        return list(refused.message_dict.items())
    return [("", list(refused.messages))]


def _in_file(name: str, fields: Mapping[str, Place]) -> Place:
    """Where in the file the field of an action stands: "params.tiers.0.from" is rule, tiers, 0, from."""
    if name in ("", "__all__"):
        return ()
    first, *rest = name.split(".")
    return (*fields.get(first, (first,)), *(int(step) if step.isdigit() else step for step in rest))
