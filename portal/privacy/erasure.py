"""Erasing somebody: what is held goes or is emptied as its declaration says, in one transaction, and figures stand.

The order: everything that is about them is found; what the kind itself does (its keys in the ledger); rows are emptied
or deleted; the trail forgets what they said; the erasure log says which facts lost their record; the file outside the
database gets its line; then it is committed. Facts are never touched. The view log keeps its numbers: they lead to rows
that tell nothing, and whoever asks has a right to know when they were looked up.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts.models import FormDraft
from portal.identity.rights import Refused
from portal.ledger.models import ErasureLog, Fact, FactRecord, SubjectMap
from portal.privacy import registry, words
from portal.privacy.erasure_file import append
from portal.privacy.forgetting import forget_trail
from portal.privacy.models import PrivacyCase
from portal.privacy.registry import Blank, Delete, Holding, Keep, SubjectKind
from portal.ui.counting import counts

SHORTEST_WORD = 4
"""A shorter name says nothing of whom a draft is about."""
LogIds = Mapping[tuple[str, str], str]
"""(measure, subject) → the id of the row of the erasure log, as the file has it."""


@dataclass
class Erased:
    """What was done. `log` goes into the file: random keys and numbers."""

    counts: dict[str, int] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    key: str = ""
    also: list[str] = field(default_factory=list)
    """The keys of those who went along."""


@dataclass(frozen=True)
class Line:
    """One table in the preview."""

    table: str
    number: int
    goes: bool
    treated: str


def kind_of(key: str) -> SubjectKind:
    return registry.subjects()[key]


def same_as(kind: SubjectKind, pk: int) -> list[int]:
    """It and whoever is the same as it: the companies that were merged into a company."""
    own = (held.rows(pk).order_by() for held in registry.holdings(kind.key) if held.model is kind.model)
    return list(dict.fromkeys([pk, *(key for rows in own for key in rows.values_list("pk", flat=True))]))


def others_hold(kind: SubjectKind, pk: int, organisations: Collection[int]) -> bool:
    """Does anybody but these organisations answer for a row about them?"""
    return any(
        held.rows(pk).exclude(held.own(organisations)).exists() for held in registry.holdings(kind.key) if held.whose
    )


def in_the_way(kind: SubjectKind, pk: int) -> str:
    return str(kind.in_the_way(pk)) if kind.in_the_way is not None else ""


def is_erased(kind: SubjectKind, pk: int) -> bool:
    return kind.erased is not None and kind.erased(pk)


def preview(kind: SubjectKind, pk: int) -> list[Line]:
    """What would go and what would stay, and why. Nothing is written."""
    held_of = registry.holdings(kind.key)
    found = list(zip(held_of, counts([held.rows(pk) for held in held_of]), strict=True))
    return [
        Line(words.table_name(held), number, not isinstance(held.erasure, Keep), words.treated(held))
        for held, number in found
        if number
    ]


def key_of(kind: SubjectKind, pk: int) -> str:
    if kind.key_of is not None:
        return kind.key_of(pk)
    row: Any = kind.model._default_manager.get(pk=pk)
    return str(row.key)


def find(kind: SubjectKind, key: str) -> int | None:
    """The row that the file names; None when the backup does not have it."""
    if kind.find is not None:
        return kind.find(key)
    return kind.model._default_manager.filter(key=uuid.UUID(key)).order_by().values_list("pk", flat=True).first()


def erase(
    kind: SubjectKind,
    pk: int,
    *,
    also: Collection[int] = (),
    to_file: bool = True,
    ids: LogIds | None = None,
    decided: bool = False,
    before_file: "Callable[[Erased], None] | None" = None,
) -> Erased:
    """All of it, in an entry of its own. Raises Refused with what stands in the way, and CannotWrite. `decided`: it was
    erased before, and comes from a backup; only being erased already stands in the way. `also`: those who went along.

    The line is written as the last thing before the commit. Should the commit fail after it, the file names somebody
    who is still there: erasing them anew is what was wanted in any case.
    """
    with ledger.entry():
        done = _erase(kind, pk, also, ids or {}, decided)
        if before_file is not None:
            before_file(done)
        if to_file:
            at = timezone.now().isoformat()
            append({"at": at, "kind": kind.key, "key": done.key, "also": done.also, "log": done.log})
    return done


def _erase(kind: SubjectKind, pk: int, also: Collection[int], ids: LogIds, decided: bool) -> Erased:
    kind.model._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if is_erased(kind, pk):
        raise Refused(_("It has been erased already."))
    if not decided and (reason := in_the_way(kind, pk)):
        raise Refused(reason)
    held = registry.holdings(kind.key)
    named = [pk, *also]
    rows = {each: _keys(each, named) for each in held}
    # Whoever is the same as they (a company that was merged into it) goes along.
    own = list(dict.fromkeys([pk, *(key for each in held if each.model is kind.model for key in rows[each])]))
    subjects = list(
        SubjectMap.objects.filter(kind=kind.ledger, object_id__in=[str(key) for key in own]).values_list(
            "subject", flat=True
        )
        if kind.ledger
        else []
    )
    done = Erased(key=key_of(kind, pk), also=[key_of(kind, each) for each in own if each != pk])
    _forget_drafts([word for each in named for word in _words(kind, each)], done)
    places = _records(rows)
    if kind.erase is not None:
        for each in named:
            kind.erase(each)
    treat(rows, done.counts)
    _write_log(subjects, places, ids, done)
    _empty_cases(kind, own)
    return done


def _keys(held: Holding, named: Collection[int]) -> list[Any]:
    """Each row once, though it tells of several of them."""
    return list(dict.fromkeys(key for each in named for key in held.rows(each).order_by().values_list("pk", flat=True)))


def treat(rows: "Mapping[Holding, list[Any]]", counts: dict[str, int]) -> None:
    """As each holding says; emptied before deleted, so that nothing points at what goes. The trail forgets it."""
    for held, keys in rows.items():
        if isinstance(held.erasure, Blank) and keys:
            values = {name: each() if callable(each) else each for name, each in held.erasure.columns.items()}
            _of(held, keys).update(**values)
    _delete({held: keys for held, keys in rows.items() if isinstance(held.erasure, Delete) and keys})
    for held, keys in rows.items():
        if keys and not isinstance(held.erasure, Keep):
            forget_trail(held.model, keys)
            counts[held.model._meta.label] = len(keys)


def _of(held: Holding, keys: list[Any]) -> Any:
    return held.model._default_manager.filter(pk__in=keys).order_by()


def _delete(waiting: "dict[Holding, list[Any]]") -> None:
    """Each when nothing points at it any more. Raises ProtectedError when something that stays does."""
    while waiting:
        stuck: dict[Holding, list[Any]] = {}
        for held, keys in waiting.items():
            try:
                with transaction.atomic():
                    _of(held, keys).delete()
            except ProtectedError:
                stuck[held] = keys
        if len(stuck) == len(waiting):
            for held, keys in stuck.items():
                _of(held, keys).delete()
        waiting = stuck


def _records(rows: "Mapping[Holding, list[Any]]") -> dict[str, list[int]]:
    """measure → places of the facts whose record is deleted: their way back to it goes with it. A record that stays,
    emptied, keeps its facts."""
    found: dict[str, list[int]] = {}
    for held, keys in rows.items():
        if not isinstance(held.erasure, Delete) or not held.source or not keys:
            continue
        gone = FactRecord.objects.filter(source=held.source, source_id__in=[str(key) for key in keys])
        for place, measure in gone.values_list("pk", "measure"):
            found.setdefault(measure, []).append(place)
        gone.delete()
    return found


def _write_log(subjects: list[uuid.UUID], places: dict[str, list[int]], ids: LogIds, done: Erased) -> None:
    """That the subject's key leads nowhere now, by measure; and which facts have lost their record."""
    about = Fact.objects.filter(subject__in=subjects).order_by().values_list("measure", "subject", "place")
    found: dict[tuple[str, uuid.UUID | None], list[int]] = {}
    without = {place for gone in places.values() for place in gone}
    for measure, subject, place in about:
        of_subject = found.setdefault((measure, subject), [])
        if place in without:
            of_subject.append(place)
            without.discard(place)
    for measure, gone in places.items():
        rest = [place for place in gone if place in without]
        if rest:
            found[measure, None] = rest
    for (measure, subject), of_it in sorted(found.items(), key=str):
        known = ids.get((measure, str(subject or "")))
        row = ErasureLog(
            id=uuid.UUID(known) if known else uuid.uuid4(),
            erased_at=timezone.now(),
            measure=measure,
            places=sorted(of_it),
            subject=subject,
        )
        if not ErasureLog.objects.filter(pk=row.pk).exists():
            row.save(force_insert=True)
        done.log.append(
            {"id": str(row.pk), "measure": measure, "places": row.places, "subject": str(subject) if subject else ""}
        )


def _words(kind: SubjectKind, pk: int) -> list[str]:
    return [word for word in (kind.words(pk) if kind.words is not None else []) if len(word) >= SHORTEST_WORD]


def _forget_drafts(said: list[str], done: Erased) -> None:
    """Drafts of anybody in which a name or number of theirs is typed."""
    if not said:
        return
    wanted = Q()
    for word in said:
        wanted |= Q(typed__icontains=word)
    drafts = FormDraft.objects.annotate(typed=Cast("fields", TextField())).filter(wanted)
    number = FormDraft.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))).delete()[0]
    if number:
        done.counts[FormDraft._meta.label] = number


def _empty_cases(kind: SubjectKind, own: list[int]) -> None:
    """The cases stay, without the name: that somebody asked, and was answered in time."""
    cases = PrivacyCase.objects.filter(subject_kind=kind.key, subject_id__in=own)
    keys = list(cases.values_list("pk", flat=True))
    cases.update(subject_name="")
    forget_trail(PrivacyCase, keys)


def explain(problem: ProtectedError) -> str:
    """Something that nobody declared still points at what should go."""
    names = sorted({str(each._meta.verbose_name_plural) for each in problem.protected_objects})
    return _("Something that is kept still points at it: %(names)s.") % {"names": ", ".join(names)}
