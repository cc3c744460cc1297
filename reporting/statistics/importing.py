"""A file of published statistics becomes facts of a vintage. The same file again changes nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.jobs.locks import only_one
from portal.tabular.numbers import DecimalMark
from reporting import measures
from reporting.absences import absent
from reporting.models import Absence, Observation, Series, StatisticTable, Vintage
from reporting.observation_rules import Said
from reporting.observations import make_series, observe_many
from reporting.rights import IMPORT_STATISTICS
from reporting.statistics import csvtable, jsonstat
from reporting.statistics.areas import Areas
from reporting.statistics.choosing import Choice, Chosen, Value, choose
from reporting.statistics.cube import Cube, StatisticsError

ABSENT_AT_ONCE = 500


@dataclass(frozen=True)
class Source:
    """What the importer says of the file: the table it comes from and which publication of it this is."""

    table: str
    vintage: str
    published_on: date
    title: str = ""
    publisher: str = "Danmarks Statistik"
    unit: str = ""
    constructed: bool = False


@dataclass(frozen=True)
class Imported:
    """`values` and `missing` are what was written now; both 0 when the file had been imported before."""

    vintage: Vintage
    series: tuple[Series, ...]
    values: int
    missing: int

    @property
    def already(self) -> bool:
        return not self.values and not self.missing


def read(content: bytes, name: str = "", mark: DecimalMark | None = None) -> Cube:
    """By what the content is, not by what the file is called. Raises StatisticsError."""
    if not content.strip():
        raise StatisticsError("empty", _("The file is empty."))
    if content[:4] == b"PK\x03\x04":
        raise StatisticsError("excel", _("Save the Excel file as CSV, or download the table as JSON-stat."), name)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return jsonstat.read(content)
    return csvtable.read(content, mark)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def plan(cube: Cube, table: str, choice: Choice) -> list[Chosen]:
    """The series and values that an import of the choice writes. Raises StatisticsError."""
    return choose(cube, table, choice, Areas())


def check(source: Source, digest: str) -> Vintage | None:
    """The vintage if this very file was imported as it; raises ValidationError if another file was."""
    if not source.table.strip() or not source.vintage.strip():
        raise ValidationError({"vintage": [_("Say the table and the vintage.")]})
    there = Vintage.objects.filter(table__code=source.table, key=source.vintage).select_related("table").first()
    if there is not None and there.sha256 != digest:
        text = _(
            "Vintage %(vintage)s of %(table)s has been imported from another file. What is published anew is a new "
            "vintage: give it another name."
        )
        raise ValidationError({"vintage": [text % {"vintage": source.vintage, "table": source.table}]})
    if there is not None and there.published_on != source.published_on:
        raise ValidationError({"published_on": [_("The vintage stands with another day of publication.")]})
    return there


def import_statistics(
    content: bytes,
    source: Source,
    choice: Choice,
    *,
    name: str = "",
    actor: Actor | None = None,
    owner: Organisation | None = None,
    mark: DecimalMark | None = None,
    history: ledger.History | None = None,
    learnt_on: date | None = None,
) -> Imported:
    """Write the chosen values of the file. Interrupted, the same call goes on where it stopped.

    Figures computed with an older vintage stand: each fact names its vintage. Raises Refused, StatisticsError and
    ValidationError. In a history batch `learnt_on` is the day it was published, or later.
    """
    if actor is not None:
        rights.require(actor, IMPORT_STATISTICS)
    owner = owner or (actor.organisation if actor else None)
    if owner is None:
        raise ValidationError([_("Say which organisation is responsible for the series.")])
    digest = sha256(content)
    chosen = plan(read(content, name, mark), source.table, choice)
    check(source, digest)
    with only_one(f"statistics {source.table}") as mine:
        if mine is None:
            raise ValidationError([_("Somebody is importing this table at this moment. Try again in a minute.")])
        return _write(chosen, source, digest, name, actor, owner, history, learnt_on)


def _write(
    chosen: Sequence[Chosen],
    source: Source,
    digest: str,
    name: str,
    actor: Actor | None,
    owner: Organisation,
    history: ledger.History | None,
    learnt_on: date | None,
) -> Imported:
    vintage = _vintage(source, digest, name, actor)
    made, values, missing = [], 0, 0
    for each in chosen:
        series = _series(each, source, vintage.table, owner, history, learnt_on)
        made.append(series)
        values += _observe(series, each.values, source, vintage, actor, history, learnt_on)
        missing += _absent(series, each.values, vintage, history, learnt_on)
    Vintage.objects.filter(pk=vintage.pk).update(
        values_imported=Observation.objects.filter(
            series__table=vintage.table, vintage=vintage.key, withdrawn_at=None
        ).count()
    )
    vintage.refresh_from_db()
    return Imported(vintage, tuple(made), values, missing)


def _vintage(source: Source, digest: str, name: str, actor: Actor | None) -> Vintage:
    with transaction.atomic():
        table, _made = StatisticTable.objects.get_or_create(
            code=source.table,
            defaults={
                "title": (source.title or source.table)[:300],
                "publisher": source.publisher[:160],
                "unit": source.unit[:80],
            },
        )
        vintage, made = Vintage.objects.get_or_create(
            table=table,
            key=source.vintage,
            defaults={
                "published_on": source.published_on,
                "file_name": name[:200],
                "sha256": digest,
                "imported_by": actor.user if actor else None,
            },
        )
        if not made:
            check(source, digest)  # somebody else was importing it at this moment
    return vintage


def _series(
    chosen: Chosen,
    source: Source,
    table: StatisticTable,
    owner: Organisation,
    history: ledger.History | None,
    learnt_on: date | None,
) -> Series:
    series = Series.objects.filter(key=chosen.key).select_related("owner").first()
    if series is not None:
        if series.table_id != table.pk or series.selection != dict(chosen.selection):
            text = _("The key %(key)s belongs to another series. Choose the values one at a time.")
            raise ValidationError([text % {"key": chosen.key}])
        if series.owner_id != owner.pk:
            text = _("%(owner)s is responsible for the series %(name)s and imports it.")
            raise ValidationError([text % {"owner": series.owner, "name": series.name}])
        return series
    with ledger.entry(history=history):
        return make_series(
            chosen.key,
            chosen.name,
            measures.STATISTIC,
            owner,
            unit=source.unit[:40],
            source=f"{table.publisher}, {table.code}"[:300],
            table=table,
            selection=chosen.selection,
            learnt_on=learnt_on,
        )


def _observe(
    series: Series,
    values: Iterable[Value],
    source: Source,
    vintage: Vintage,
    actor: Actor | None,
    history: ledger.History | None,
    learnt_on: date | None,
) -> int:
    there = set(
        Observation.objects.filter(series=series, vintage=vintage.key)
        .order_by()
        .values_list("category", "period_from", "period_to")
    )
    rows = [
        Said(
            occurred_on=each.days[1],
            quantity=each.value,
            category=each.area.category,
            municipality=each.area.municipality,
            period=each.days,
            vintage=vintage.key,
            constructed=source.constructed,
            note=each.mark,
            source=f"{vintage.table.publisher}, {vintage.table.code}"[:300],
            learnt_on=learnt_on,
        )
        for each in values
        if each.value is not None and (each.area.category, *each.days) not in there
    ]
    return observe_many(series, rows, registered_by=actor.user if actor else None, history=history)


def _absent(
    series: Series,
    values: Sequence[Value],
    vintage: Vintage,
    history: ledger.History | None,
    learnt_on: date | None,
) -> int:
    there = set(
        Absence.objects.filter(series=series, vintage=vintage.key)
        .order_by()
        .values_list("category", "period_from", "period_to")
    )
    new = [each for each in values if each.value is None and (each.area.category, *each.days) not in there]
    for start in range(0, len(new), ABSENT_AT_ONCE):
        with ledger.entry(history=history):
            for each in new[start : start + ABSENT_AT_ONCE]:
                absent(
                    series,
                    each.days[1],
                    each.why,
                    category=each.area.category,
                    municipality=each.area.municipality,
                    period=each.days,
                    vintage=vintage.key,
                    note=each.mark,
                    learnt_on=learnt_on,
                )
    return len(new)
