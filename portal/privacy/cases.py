"""What the data protection officer does for whoever asks: open a case, answer it, stop the use, erase."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ledger.asof import today
from portal.privacy import erasure, registry
from portal.privacy.models import PrivacyCase
from portal.privacy.registry import SubjectKind
from portal.privacy.rights import KEEP_CASES

MOST_FOUND = 30
SHORTEST = 2


def due(received: date) -> date:
    """A month later: the same day of the next month, or its last."""
    year, month = received.year + received.month // 12, received.month % 12 + 1
    for day in range(received.day, received.day - 4, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(received)


def kinds() -> list[SubjectKind]:
    """Those that can be looked up."""
    return [each for each in registry.subjects().values() if each.look_up is not None]


def found(actor: Actor, kind: SubjectKind, text: str) -> "QuerySet[Any]":
    """Whom the reader may find by that name, address or number."""
    assert kind.look_up is not None
    return kind.look_up(actor, text.strip())


def one(actor: Actor, kind: SubjectKind, pk: int) -> Any:
    """The row itself, where the reader may find it; None otherwise."""
    return found(actor, kind, "").filter(pk=pk).first() if kind.look_up is not None else None


def thing(case: PrivacyCase) -> str:
    return versions.thing_of("privacy_case", case.pk)


def mark(case: PrivacyCase) -> str:
    return f"{case.answered_on} {case.erased_at} {case.restricted_at}"


def open_case(
    actor: Actor, *, asks: str, kind: SubjectKind, pk: int, received_on: date, written: Written | None = None
) -> PrivacyCase:
    """Somebody has asked. Raises Refused and ValidationError by field."""
    rights.require(actor, KEEP_CASES)
    row = one(actor, kind, pk)
    if row is None or actor.organisation is None:
        raise Refused(_("Find the person or company first."))
    if asks not in PrivacyCase.Kind.values:
        raise ValidationError({"asks": [_("Choose what is asked.")]})
    if received_on > today():
        raise ValidationError({"received_on": [_("That day has not come yet.")]})
    with transaction.atomic():
        case = PrivacyCase.objects.create(
            kind=asks,
            subject_kind=kind.key,
            subject_id=pk,
            subject_name=str(row)[:160],
            received_on=received_on,
            due_on=due(received_on),
            organisation=actor.organisation,
            opened_by=actor.user,
        )
        if written is not None:
            written(case.pk)
    return case


def _locked(case: PrivacyCase) -> PrivacyCase:
    found: PrivacyCase = PrivacyCase.objects.select_for_update(no_key=True).get(pk=case.pk)
    if found.answered_on is not None:
        raise Refused(_("The case has been answered already."))
    return found


def answer(actor: Actor, case: PrivacyCase, *, text: str, seen: versions.Seen | None = None) -> PrivacyCase:
    """What was done and told. Raises Refused, Changed and ValidationError."""
    rights.require(actor, KEEP_CASES)
    if not text.strip():
        raise ValidationError({"answer": [_("Say what was done.")]})
    with transaction.atomic():
        row = _locked(case)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.answered_on, row.answered_by, row.answer = today(), actor.user, text.strip()[:500]
        row.save(update_fields=["answered_on", "answered_by", "answer"])
    return row


def stopped_by_a_case(kind: str, pk: int) -> bool:
    """Has a case, of whatever organisation, stopped the use of what is held of them?"""
    return any(case.restricted_at is not None for case in _cases_of(kind, pk))


def _cases_of(kind: str, pk: int) -> QuerySet[PrivacyCase]:
    """All about them and those who are the same."""
    own = erasure.same_as(erasure.kind_of(kind), pk)
    return PrivacyCase.objects.filter(subject_kind=kind, subject_id__in=own).order_by("pk")


def restrict(actor: Actor, case: PrivacyCase, *, stopped: bool, seen: versions.Seen | None = None) -> PrivacyCase:
    """Stop the use of what is held, or allow it again: where no other case has stopped it too. Raises Refused where the
    kind has no such mark."""
    rights.require(actor, KEEP_CASES)
    kind = erasure.kind_of(case.subject_kind)
    if kind.restrict is None:
        raise Refused(_("The use of this cannot be stopped by a mark. Mend or erase it instead."))
    with transaction.atomic():
        # All of them are locked: of two that are lifted at once, the later one finds that it is the last.
        cases = {each.pk: each for each in _cases_of(kind.key, case.subject_id).select_for_update(no_key=True)}
        row = cases.pop(case.pk)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if stopped or not any(each.restricted_at is not None for each in cases.values()):
            kind.restrict(row.subject_id, stopped)
        row.restricted_at = timezone.now() if stopped else None
        row.save(update_fields=["restricted_at"])
    return row


def in_the_way(actor: Actor, kind: SubjectKind, pk: int) -> str:
    """Why the actor cannot erase them now; "" when nothing is. Where others answer for some of it, who runs the portal
    erases, for all."""
    if not rights.runs_the_portal(actor.organisation) and erasure.others_hold(kind, pk, actor.organisation_ids):
        return _(
            "Other organisations hold something about them too. Ask the data protection officer of the organisation "
            "that runs the portal to erase all of it."
        )
    return erasure.in_the_way(kind, pk)


def erase(actor: Actor, case: PrivacyCase, *, seen: versions.Seen | None = None) -> PrivacyCase:
    """All of it goes; the case is answered. Raises Refused (with what stands in the way, or that the file of erasures
    cannot be written) and Changed."""
    from portal import ledger

    rights.require(actor, KEEP_CASES)
    kind = erasure.kind_of(case.subject_kind)
    try:
        with ledger.entry():
            row = _locked(case)
            versions.settle(actor, thing(row), seen=seen, now=mark(row))
            if reason := in_the_way(actor, kind, row.subject_id):
                raise Refused(reason)
            row.answered_on, row.answered_by = today(), actor.user
            row.answer = _("Erased.")
            row.erased_at = timezone.now()
            row.save(update_fields=["answered_on", "answered_by", "answer", "erased_at"])
            # The last thing in the entry: the line is in the file before the commit, and nothing can fail after it.
            done = erasure.erase(kind, row.subject_id, before_file=lambda done: _note(row, done.counts))
    except ProtectedError as problem:
        raise Refused(erasure.explain(problem)) from problem
    row.done, row.subject_name = done.counts, ""
    return row


def _note(case: PrivacyCase, counts: dict[str, int]) -> None:
    PrivacyCase.objects.filter(pk=case.pk).update(done=counts)
