"""Registering a match and undoing it: permission, rules, record and fact in one transaction."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import facts, standing, suspecting
from matching.checks import Checked, check
from matching.companies import NewCompany, find_or_add, use_stopped
from matching.companies import standing as standing_company
from matching.counting import Rules, count
from matching.course import note_first
from matching.entries import MatchEntry
from matching.errors import Invalid, LikelyTwin, Twin
from matching.facts import MEASURE, SOURCE
from matching.models import Company, Match, MatchAssist
from matching.record_checks import stage_of
from matching.rulebook import Rulebook
from matching.twins import likely_twins, lock_alike, lock_match, twins_of
from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict

__all__ = [
    "MEASURE",
    "SOURCE",
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
    "write_match",
]

SUBMISSION = "match"


@dataclass(frozen=True)
class Receipt:
    """The match, and whether this call made it (False: the same came before, by its form, key or external key)."""

    match: Match
    created: bool


def register_match(actor: Actor, entry: MatchEntry, *, key: str | None = None) -> Receipt:
    """Register a match: the record, the companies it may add and its fact, all or nothing.

    `key` is the form's token or the caller's Idempotency-Key: the same one gives the first receipt. Raises Refused,
    Invalid (errors by field), LikelyTwin (unless `entry.different_reason` says why it is another one) and
    submissions.OtherContent (the key was used for something else).
    """
    rights.require(actor, "matching.register_match")

    before: list[int] = []

    def act(written: Written) -> int:
        with ledger.entry():
            match, made = write_match(actor, entry)
            written(match.pk)
            if not made:
                before.append(match.pk)
        return match.pk

    if key is None:
        match_id, created = act(lambda _match_id: None), True
    else:
        match_id, created = submissions.once(actor.user, SUBMISSION, key, entry.content(), act)
    created = created and match_id not in before
    return Receipt(Match.objects.with_names().get(pk=match_id), created)


def was_submitted(actor: Actor, key: str) -> bool:
    """Has this key led to a match already?"""
    return submissions.accepted(actor.user, SUBMISSION, key)


def write_match(
    actor: Actor, entry: MatchEntry, *, book: Rulebook | None = None, at: datetime | None = None
) -> tuple[Match, bool]:
    """The match, and whether it was made now: one with the same external key and content is there already.

    Call it inside `ledger.entry()`, of somebody who may. `book`: what the rules ask of the programme, where the caller
    has read it for several; `at`: when it was registered.
    """
    checked = check(actor, entry, book=book)
    company = settled_company(entry, checked)
    alike = lock_alike(company)
    known = _same_key(actor, entry, checked, company)
    if known is not None:
        return known, False
    twins = twins_of(alike, checked.programme.pk, checked.match_type.code, checked.agreed_on)
    reason = entry.different_reason.strip()
    if twins and not reason:
        raise LikelyTwin(twins)
    may_follow(checked, company)
    match = Match(
        registered_by_user=actor.user,
        different_reason=reason if twins else "",
        fictional=checked.programme.fictional,
        stage=stage_of(entry.more, timezone.localdate()),
        registered_at=at or timezone.now(),
        **columns(checked, company),
    )
    count(match, checked.programme, Rules(checked.programme).deciding(checked.agreed_on))
    try:
        with transaction.atomic() if match.external_key else nullcontext():
            match.save()
    except IntegrityError:
        # Somebody else registered the same key in the same moment: by now it can be seen.
        known = _same_key(actor, entry, checked, company)
        if known is None:
            raise
        return known, False
    MatchAssist.objects.bulk_create(
        [MatchAssist(match=match, organisation=organisation) for organisation in checked.assisted_by]
    )
    note_first([match])
    content = facts.said(match, checked.programme, checked.activity)
    if content is not None:
        facts.post(match, content, fresh=True)
    suspecting.find([match.pk])
    return match, True


def settled_company(entry: MatchEntry, checked: Checked) -> Company:
    company = entry.company
    if isinstance(company, NewCompany):
        company = find_or_add(company, fictional=checked.programme.fictional)
    company = standing_company(company)
    if not isinstance(company, Company):  # check() has refused it
        raise Invalid({"company": [_("Choose the company.")]})
    if not company.in_use:
        raise Invalid({"company": [use_stopped()]})
    return company


def columns(checked: Checked, company: Company) -> Mapping[str, Any]:
    """What the record's columns say, of an entry that is right."""
    return {
        "programme": checked.programme,
        "company": company,
        "subject": ledger.subject_for("company", company.pk),
        "match_type": checked.match_type,
        "municipality": checked.municipality,
        "agreed_on": checked.agreed_on,
        "created_by": checked.created_by,
        "registered_by": checked.registered_by,
        "on_behalf_of": checked.on_behalf_of,
        "activity": checked.activity,
        "work_area": checked.work_area,
        "follows": checked.more.follows,
        **checked.more.values,
    }


def may_follow(checked: Checked, company: Company, match: Match | None = None) -> None:
    """The match it grew out of: same company, agreed earlier or the same day, in no circle. Raises Invalid."""
    earlier = checked.more.follows
    if earlier is None:
        return
    text = ""
    if earlier.withdrawn and (match is None or match.follows_id != earlier.pk):
        text = _("The match it grew out of has been undone. Choose another, or none.")
    elif earlier.company_id != company.pk:
        text = _("The match it grew out of is with another company. Choose one with the same company, or none.")
    elif earlier.agreed_on > checked.agreed_on:
        text = _("The match it grew out of was agreed later. Choose one agreed earlier or the same day, or none.")
    seen: Match | None = earlier
    while seen is not None and match is not None and not text:
        if seen.pk == match.pk:
            text = _("That match grew out of this one, so this one cannot have grown out of it.")
        seen = seen.follows
    if text:
        raise Invalid({"follows": [text]})


def _same_key(actor: Actor, entry: MatchEntry, checked: Checked, company: Company) -> Match | None:
    """The standing match under the entry's key in its source system, if it says the same. Raises Invalid if not."""
    found = other_with_key(checked)
    if found is None:
        return None
    names = {"system": found.source_system, "key": found.external_key}
    if not Match.objects.visible_to(actor).filter(pk=found.pk).exists():
        text = _("%(system)s %(key)s is registered already, by another organisation. Look at the key.")
        raise Invalid({"external_key": [text % names]})
    now = dict(columns(checked, company))
    if found.transitions.filter(registered_at__gt=found.registered_at).exists():
        # How it went on has been reported here; the other system goes on telling what was planned.
        for name in ("starts_on", "ends_on", "broken_off_on", "broken_off_reason"):
            del now[name]
    assisting = set(found.assists.values_list("organisation_id", flat=True))
    same = all(getattr(found, name) == value for name, value in now.items())
    if not same or assisting != {each.pk for each in checked.assisted_by}:
        text = _("%(system)s %(key)s is registered already with other content. Correct that match, or look at the key.")
        raise Invalid({"external_key": [text % names]})
    return found


def other_with_key(checked: Checked, besides: int | None = None) -> Match | None:
    key = checked.more.values["external_key"]
    if not key:
        return None
    rows = Match.objects.standing().filter(
        programme=checked.programme, source_system=checked.more.values["source_system"], external_key=key
    )
    return rows.exclude(pk=besides or 0).first()


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
    """What tells its versions apart: when the database last changed it."""
    moment: datetime = match.updated_at
    return moment.isoformat()


def undo_match(actor: Actor, match: Match, reason: str = "", *, seen: versions.Seen | None = None) -> Match:
    """Withdraw one's own match on the day it was registered: a reversal, not a deletion.

    Undoing again changes nothing. Raises Refused with the reason, Changed when it is not as it was `seen`.
    """
    with ledger.entry():
        match = lock_match(match)
        if match.withdrawn and match.withdrawn_by_id == actor.user.pk:
            return match
        verdict = may_undo(actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(match), seen=seen, now=mark(match))
        standing.take_out(match, actor, reason)
    return match
