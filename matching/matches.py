"""Registering a match and undoing it: permission, rules, record and fact in one transaction."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from matching.checks import Checked, check
from matching.companies import NewCompany, find_or_add, standing
from matching.entries import MatchEntry
from matching.errors import Invalid, LikelyTwin, Twin
from matching.models import Company, Match, MatchAssist, NotCounted
from matching.twins import likely_twins, lock_alike, twins_of
from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict

__all__ = [
    "Invalid",
    "LikelyTwin",
    "MatchEntry",
    "NewCompany",
    "Receipt",
    "Twin",
    "likely_twins",
    "may_undo",
    "register_match",
    "undo_match",
    "was_submitted",
]

MEASURE = "match_registered"
SOURCE = "match"
SUBMISSION = "match"


@dataclass(frozen=True)
class Receipt:
    """The match, and whether this call made it (False: the same submission came before)."""

    match: Match
    created: bool


def register_match(actor: Actor, entry: MatchEntry, *, key: str | None = None) -> Receipt:
    """Register a match: the record, the companies it may add and its fact, all or nothing.

    `key` is the form's token or the caller's Idempotency-Key: the same one gives the first receipt. Raises Refused,
    Invalid (errors by field), LikelyTwin (unless `entry.different_reason` says why it is another one) and
    submissions.OtherContent (the key was used for something else).
    """
    rights.require(actor, "matching.register_match")

    def act(written: Written) -> int:
        with ledger.entry():
            match = _write(actor, entry)
            written(match.pk)
        return match.pk

    if key is None:
        match_id, created = act(lambda _match_id: None), True
    else:
        match_id, created = submissions.once(actor.user, SUBMISSION, key, entry.content(), act)
    return Receipt(Match.objects.with_names().get(pk=match_id), created)


def was_submitted(actor: Actor, key: str) -> bool:
    """Has this key led to a match already?"""
    return submissions.accepted(actor.user, SUBMISSION, key)


def _write(actor: Actor, entry: MatchEntry) -> Match:
    checked = check(actor, entry)
    company = entry.company
    if isinstance(company, NewCompany):
        company = find_or_add(company, fictional=checked.programme.fictional)
    company = standing(company)
    if not isinstance(company, Company):  # check() has refused it
        raise Invalid({"company": [_("Choose the company.")]})
    twins = twins_of(lock_alike(company), checked.programme.pk, checked.match_type.code, checked.agreed_on)
    reason = entry.different_reason.strip()
    if twins and not reason:
        raise LikelyTwin(twins)
    match = Match.objects.create(
        programme=checked.programme,
        company=company,
        subject=ledger.subject_for("company", company.pk),
        match_type=checked.match_type,
        municipality=checked.municipality,
        agreed_on=checked.agreed_on,
        created_by=checked.created_by,
        registered_by=checked.registered_by,
        registered_by_user=actor.user,
        on_behalf_of=checked.on_behalf_of,
        activity=checked.activity,
        work_area=checked.work_area,
        different_reason=reason if twins else "",
        fictional=checked.programme.fictional,
        **counting(checked.programme.counted_from, checked.agreed_on),
    )
    MatchAssist.objects.bulk_create(
        [MatchAssist(match=match, organisation=organisation) for organisation in checked.assisted_by]
    )
    if match.counts:
        _post(match, checked)
    return match


def counting(counted_from: date, agreed_on: date) -> dict[str, Any]:
    """Whether a match of that day counts and, if not, why; the period itself is checked before."""
    before = agreed_on < counted_from
    return {"counts": not before, "not_counted_reason": NotCounted.BEFORE_COUNTING.value if before else ""}


def _post(match: Match, checked: Checked) -> None:
    subject: uuid.UUID = match.subject
    ledger.post(
        measure=MEASURE,
        occurred_on=match.agreed_on,
        source=SOURCE,
        source_id=str(match.pk),
        revision=match.revision,
        quantity=Decimal(1),
        municipality=match.municipality_id,
        organisation=match.created_by_id,
        heading=(checked.activity or checked.programme).heading_id,
        subject=subject,
        category=match.match_type_id,
        subcategory=match.work_area_id,
    )


def may_undo(actor: Actor, match: Match) -> Verdict:
    """May this person undo this match now, and if not, why?"""
    verdict = rights.may(actor, "matching.undo_match")
    if not verdict:
        return verdict
    if match.registered_by_user_id != actor.user.pk:
        return Verdict(False, _("Only the person who registered a match can undo it."))
    if match.withdrawn:
        return Verdict(False, _("The match has already been undone."))
    if match.registered_on != timezone.localdate():
        text = _("A match can be undone on the day it was registered. Ask the programme's data steward to correct it.")
        return Verdict(False, text)
    return Verdict(True)


def thing(match: Match) -> str:
    """The match as forms and edits name it."""
    return versions.thing_of("match", match.pk)


def mark(match: Match) -> str:
    """What tells its versions apart: the revision, and whether it is undone."""
    return f"{match.revision}{'w' if match.withdrawn else ''}"


def undo_match(actor: Actor, match: Match, reason: str = "", *, seen: versions.Seen | None = None) -> Match:
    """Withdraw one's own match on the day it was registered: a reversal, not a deletion.

    Undoing again changes nothing. Raises Refused with the reason, Changed when it is not as it was `seen`.
    """
    with ledger.entry():
        match = Match.objects.select_for_update(no_key=True).get(pk=match.pk)
        if match.withdrawn and match.withdrawn_by_id == actor.user.pk:
            return match
        verdict = may_undo(actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(match), seen=seen, now=mark(match))
        match.withdrawn_at = timezone.now()
        match.withdrawn_by = actor.user
        match.withdrawn_reason = reason.strip()[:300]
        match.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        if match.counts:
            ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(match.pk), revision=match.revision)
    return match
