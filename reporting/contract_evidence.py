"""The evidence of a contract file as series and observations. Loaded once, however often the file is loaded."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ui import formats
from reporting import measures
from reporting.models import Observation, ObservationChange, Series
from reporting.observation_rules import Said, problems
from reporting.observations import confirm, make_series, observe, observe_many

KINDS = {
    "answers": measures.ANSWER,
    "measurement": measures.MEASUREMENT,
    "deliverable": measures.DELIVERY,
    "volume": measures.VOLUME,
    "statistic": measures.STATISTIC,
    "assessment": measures.ASSESSMENT,
}
AT_ONCE = 900
MOST = 200_000
"""Facts that one file may come to: a number typed wrongly would otherwise keep the machine busy for hours."""
# Where in a line of evidence a field of an observation stands.
PLACES: Mapping[str, tuple[str, ...]] = {
    "occurred_on": ("on",), "quantity": ("value",), "category": ("answers",), "period_to": ("period", "to"),
}  # fmt: skip
WHOLE_COUNTRY = "000"
Known = Callable[[Mapping[str, Any] | None], date | None]
Wrong = Callable[[Iterable[str | int], str], None]
Find = Callable[[str, tuple[str | int, ...]], Organisation | None]


def invited_key(key: str) -> str:
    """The series of those who were asked stands beside the series of their answers."""
    return f"{key[:69]}-inviterede"


def size(data: Mapping[str, Any]) -> int:
    """How many facts the evidence comes to."""
    return sum(
        sum(each["answers"].values()) + 1 if "answers" in each else 1
        for series in data.get("series", ())
        for each in series.get("evidence", ())
    )


def series_of(key: str) -> Series:
    found = Series.objects.filter(key=key).first()
    if found is None:
        raise ValidationError({"series": _("There is no series with the key %(key)s.") % {"key": key}})
    return found


def make_missing(said: Mapping[str, Any], owner: Organisation, known: date | None) -> int:
    """The series and, of a survey, the one beside it. Returns how many were made."""
    wanted = [(said["key"], said["name"], KINDS[said["kind"]])]
    if said["kind"] == "answers":
        wanted.append((invited_key(said["key"]), _("%(name)s: invited") % {"name": said["name"]}, measures.INVITED))
    made = 0
    for key, name, measure in wanted:
        found = Series.objects.filter(key=key).first()
        if found is None:
            make_series(
                key, name[:240], measure, owner, unit=said.get("unit", ""), question=said.get("question", ""),
                source=said.get("source", ""), learnt_on=known,
            )  # fmt: skip
            made += 1
        elif found.measure_id != measure:
            raise ValidationError({"key": _("There is a series with this key of another kind.")})
    return made


def observe_all(data: Mapping[str, Any], known: Known, wrong: Wrong, find: Find, made: Counter[str]) -> None:
    """All evidence, inside the entry that is open."""
    for step in steps(data, known, wrong, find, made):
        step()


def steps(
    data: Mapping[str, Any], known: Known, wrong: Wrong, find: Find, made: Counter[str]
) -> Iterator[Callable[[], None]]:
    """The evidence that is not there yet, in pieces of which each fits in an entry.

    With one line that is wrong, nothing of its series is written.
    """
    codes = frozenset(Municipality.objects.values_list("code", flat=True))
    for number, said in enumerate(data.get("series", ())):
        rows: dict[str, list[tuple[Said, bool]]] = {}
        faults = 0
        for place, each in enumerate(said.get("evidence", ())):
            where = ("series", number, "evidence", place)
            try:
                found = list(_rows(said, each, _known(said, each, known), where, find))
                for field, texts in _problems(said, found, codes).items():
                    faults += 1
                    wrong((*where, *PLACES.get(field, (field,))), " ".join(texts))
                for key, row, times in found:
                    rows.setdefault(key, []).extend([(row, each.get("confirmed", True))] * times)
            except ValidationError as refused:
                faults += 1
                if hasattr(refused, "error_dict"):
                    for field, texts in refused.message_dict.items():
                        wrong((*where, field), " ".join(texts))
                else:
                    wrong(where, " ".join(refused.messages))
        for key, wanted in rows.items() if not faults else ():
            try:
                waiting = iter(_missing(key, wanted))
            except ValidationError as refused:
                wrong(("series", number, "evidence"), " ".join(refused.messages))
                continue
            while chunk := list(islice(waiting, AT_ONCE)):
                yield _step(key, chunk, ("series", number, "evidence"), wrong, made)


def _known(said: Mapping[str, Any], each: Mapping[str, Any], known: Known) -> date | None:
    """The day a line was learnt: its own, else the file's, but nothing is known before the day it happened."""
    day, happened = known(each), date.fromisoformat(each["on"])
    if day is None or said["kind"] == "statistic":
        return day  # a statistic may be a projection
    if "known_on" in each and day < happened:
        raise ValidationError({"known_on": [_("It cannot be known before the day it happened.")]})
    return max(day, min(happened, ledger.today()))


def _problems(
    said: Mapping[str, Any], found: Iterable[tuple[str, Said, int]], codes: frozenset[str]
) -> dict[str, list[str]]:
    """What is wrong with the observations of one line, by field."""
    wrong: dict[str, list[str]] = {}
    for key, row, _times in found:
        kind = measures.INVITED if said["kind"] == "answers" and key != said["key"] else KINDS[said["kind"]]
        wrong |= problems(Series(measure_id=kind), row)
        if row.municipality is not None and row.municipality not in codes:
            text = _("There is no municipality with the code %(key)s.")
            wrong["municipality"] = [text % {"key": row.municipality}]
    return wrong


def _step(
    key: str, chunk: list[tuple[Said, bool]], where: tuple[str | int, ...], wrong: Wrong, made: Counter[str]
) -> Callable[[], None]:
    def act() -> None:
        try:
            series = series_of(key)
            with ledger.entry():
                if series.measure_id == measures.ASSESSMENT:
                    for row, confirmed in chunk:
                        _assess(series, row, confirmed)
                else:
                    observe_many(series, [row for row, _confirmed in chunk])
        except ValidationError as refused:
            wrong(where, " ".join(refused.messages))
        else:
            made["evidence"] += len(chunk)

    return act


def _assess(series: Series, row: Said, confirmed: bool) -> None:
    observation = observe(series, **row.__dict__)
    if confirmed:
        confirm(observation, None, learnt_on=row.learnt_on)


def _rows(
    said: Mapping[str, Any], each: Mapping[str, Any], known: date | None, where: tuple[str | int, ...], find: Find
) -> Iterator[tuple[str, Said, int]]:
    """What one line of evidence comes to: (series key, observation, how many equal ones)."""
    period = each.get("period")
    organisation = find(each["organisation"], (*where, "organisation")) if "organisation" in each else None
    common: dict[str, Any] = {
        "occurred_on": date.fromisoformat(each["on"]),
        "municipality": each.get("municipality"),
        "organisation": organisation.pk if organisation else None,
        "period": (date.fromisoformat(period["from"]), date.fromisoformat(period["to"])) if period else None,
        "vintage": str(each.get("vintage", "")),
        "qualifier": each.get("qualifier", ""),
        "constructed": each.get("constructed", False),
        "source": each.get("source", ""),
        "note": each.get("note", ""),
        "learnt_on": known,
    }
    key = said["key"]
    if said["kind"] == "answers":
        if "answers" not in each and "invited" not in each:
            raise ValidationError(_("Say how many gave each answer, or how many were invited."))
        for answer, number in each.get("answers", {}).items():
            yield key, Said(**{**common, "category": str(answer)}), number
        if "invited" in each:
            # How many were invited is what the source states, also where the answers are constructed.
            yield invited_key(key), Said(**{**common, "quantity": each["invited"], "constructed": False}), 1
        return
    if "answers" in each or "invited" in each:
        raise ValidationError(_("Only a survey has answers and invited."))
    if said["kind"] != "deliverable" and "value" not in each:
        raise ValidationError(_("Say the value."))
    if said["kind"] == "statistic":
        common["category"] = each.get("municipality") or WHOLE_COUNTRY
    yield key, Said(**{**common, "quantity": Decimal(str(each.get("value", 1)))}), 1


def _missing(key: str, wanted: list[tuple[Said, bool]]) -> list[tuple[Said, bool]]:
    """Those that are not registered yet: equal ones are counted, so loading again adds nothing.

    What was corrected since is known by what it said at first. Raises ValidationError when the series holds something
    else of the same day: the file has been changed since, and the new number would count beside the old one.
    """
    first = _first_said(key)
    there: dict[tuple[Any, ...], list[int]] = {}
    standing: dict[int, tuple[Any, ...]] = {}
    for pk, withdrawn, *said in (
        Observation.objects.filter(series__key=key).order_by("-pk").values_list("pk", "withdrawn_at", *SAME)
    ):
        for same in {tuple(said), first.get(pk, tuple(said))}:
            there.setdefault(same, []).append(pk)
        if withdrawn is None:
            standing[pk] = tuple(said)
    used: set[int] = set()
    missing = []
    for row, confirmed in wanted:
        same = (row.occurred_on, row.category, Decimal(row.quantity), row.vintage, row.municipality)
        waiting = there.get(same, [])
        while waiting and waiting[-1] in used:
            waiting.pop()
        if waiting:
            used.add(waiting.pop())
        else:
            missing.append((row, confirmed))
    others = {(said[0], *said[3:]): said for pk, said in standing.items() if pk not in used}
    for row, _confirmed in missing:
        other = others.get((row.occurred_on, row.vintage, row.municipality))
        if other is not None:
            text = _("The series holds another registration of %(day)s: %(what)s. Correct or withdraw it there first.")
            what = other[1] or formats.number(other[2])
            raise ValidationError(text % {"day": formats.date_da(row.occurred_on), "what": what})
    return missing


SAME = ("occurred_on", "category", "quantity", "vintage", "municipality_id")


def _first_said(key: str) -> dict[int, tuple[Any, ...]]:
    """What the corrected observations of a series said at first."""
    changes = ObservationChange.objects.filter(
        observation__series__key=key, what=ObservationChange.What.CORRECTED
    ).order_by("observation_id", "-revision")
    return {
        each.observation_id: (
            date.fromisoformat(each.before["occurred_on"]), each.before["category"], Decimal(each.before["quantity"]),
            each.before["vintage"], each.before["municipality"],
        )
        for each in changes
    }  # fmt: skip
