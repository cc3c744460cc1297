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
from portal.identity.models import Organisation
from reporting import measures
from reporting.models import Observation, Series
from reporting.observation_rules import Said
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
    """The evidence that is not there yet, in pieces of which each fits in an entry."""
    for number, said in enumerate(data.get("series", ())):
        rows: dict[str, list[tuple[Said, bool]]] = {}
        for place, each in enumerate(said.get("evidence", ())):
            where = ("series", number, "evidence", place)
            try:
                for key, row in _rows(said, each, known(each), where, find):
                    rows.setdefault(key, []).append((row, each.get("confirmed", True)))
            except ValidationError as refused:
                wrong(where, " ".join(refused.messages))
        for key, wanted in rows.items():
            waiting = iter(_missing(key, wanted))
            while chunk := list(islice(waiting, AT_ONCE)):
                yield _step(key, chunk, ("series", number, "evidence"), wrong, made)


def _step(
    key: str, chunk: list[tuple[Said, bool]], where: tuple[str | int, ...], wrong: Wrong, made: Counter[str]
) -> Callable[[], None]:
    def act() -> None:
        series = series_of(key)
        try:
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
) -> Iterator[tuple[str, Said]]:
    """What one line of evidence comes to: (series key, observation)."""
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
            for _time in range(number):
                yield key, Said(**{**common, "category": str(answer)})
        if "invited" in each:
            # How many were invited is what the source states, also where the answers are constructed.
            yield invited_key(key), Said(**{**common, "quantity": each["invited"], "constructed": False})
        return
    if "answers" in each or "invited" in each:
        raise ValidationError(_("Only a survey has answers and invited."))
    if said["kind"] != "deliverable" and "value" not in each:
        raise ValidationError(_("Say the value."))
    if said["kind"] == "statistic":
        common["category"] = each.get("municipality") or WHOLE_COUNTRY
    yield key, Said(**{**common, "quantity": Decimal(str(each.get("value", 1)))})


def _missing(key: str, wanted: list[tuple[Said, bool]]) -> Iterator[tuple[Said, bool]]:
    """Those that are not registered yet: equal ones are counted, so loading again adds nothing."""
    rows = Observation.objects.filter(series__key=key).order_by()
    there: Counter[tuple[Any, ...]] = Counter(
        rows.values_list("occurred_on", "category", "quantity", "vintage", "municipality_id")
    )
    for row, confirmed in wanted:
        same = (row.occurred_on, row.category, Decimal(row.quantity), row.vintage, row.municipality)
        if there[same] > 0:
            there[same] -= 1
        else:
            yield row, confirmed
