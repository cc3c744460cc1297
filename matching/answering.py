"""What the receiver does with a referral: takes it on, answers it, passes it on; and that the company has its answer.

A referral to somebody outside is answered here by the one who sent it, who has asked.
"""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import Referral, ReferralNote, ReferralOutcome, ReferralStatus
from matching.referrals import Kind, NewReferral, lock, lock_company, make, mark, note_step, thing, waiting_status
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats

ANSWER = "matching.answer_referral"
LONGEST, LONGEST_ALTERNATIVES, LONGEST_NOTE = 2000, 1000, 1000


def answers(actor: Actor, referral: Referral) -> bool:
    """Does the answer lie with the actor's organisation?"""
    own = actor.organisation_ids
    if referral.to_organisation_id is None:
        return referral.registered_by_id in own
    return referral.to_organisation_id in own


def may_answer(actor: Actor, referral: Referral) -> Verdict:
    """May this person take the referral on, answer it or pass it on, and if not, why?"""
    verdict = rights.may(actor, ANSWER)
    if not verdict:
        return verdict
    if not answers(actor, referral):
        return Verdict(False, _("A referral is answered by the organisation that received it."))
    if gone := _gone(referral):
        return Verdict(False, gone)
    if not referral.waits:
        return Verdict(False, _("The referral has been answered."))
    return Verdict(True)


def may_answer_company(actor: Actor, referral: Referral) -> Verdict:
    """May this person note that the company has had its answer? Either of the two parties may: who told it knows."""
    verdict = rights.may(actor, ANSWER)
    if not verdict:
        return verdict
    parties = {referral.from_organisation_id, referral.to_organisation_id, referral.registered_by_id}
    if not parties & actor.organisation_ids:
        return Verdict(False, _("That the company has its answer is noted by one of the two parties."))
    if referral.company_answered_on is not None:
        return Verdict(False, _("It is noted already that the company has had its answer."))
    if gone := _gone(referral):
        return Verdict(False, gone)
    return Verdict(True)


def may_pass_on(actor: Actor, referral: Referral) -> Verdict:
    verdict = may_answer(actor, referral)
    if verdict and referral.to_organisation_id is None:
        return Verdict(False, _("It has been sent to somebody outside. Send a new referral instead."))
    if verdict and (actor.organisation is None or referral.to_organisation_id != actor.organisation.pk):
        return Verdict(False, _("A referral is passed on by the unit that received it."))
    return verdict


def may_reopen(actor: Actor, referral: Referral) -> Verdict:
    """May this person take back what was noted as answered? The answer whoever gave it may; that the company has its
    answer, also whoever noted it."""
    verdict = rights.may(actor, ANSWER)
    if not verdict:
        return verdict
    if gone := _gone(referral):
        return Verdict(False, gone)
    if referral.answered_on is None and referral.company_answered_on is None:
        return Verdict(False, _("The referral has not been answered."))
    if not _gave_answer(actor, referral) and referral.company_answered_by_id not in actor.organisation_ids:
        return Verdict(False, _("An answer is taken back by the organisation that gave it."))
    return Verdict(True)


def _gave_answer(actor: Actor, referral: Referral) -> bool:
    return referral.answered_on is not None and answers(actor, referral)


def _gone(referral: Referral) -> str:
    """Why nobody answers it here any more; "" where somebody does."""
    if referral.status == ReferralStatus.WITHDRAWN:
        return _("The referral has been withdrawn.")
    return _("The referral has been passed on.") if referral.status == ReferralStatus.PASSED_ON else ""


def may_note(actor: Actor) -> Verdict:
    """May this person note something for the own organisation, of a referral that it sees?"""
    return rights.may(actor, ANSWER)


def take_on(actor: Actor, referral: Referral, *, seen: versions.Seen | None = None) -> Referral:
    """The sender sees that somebody has it in hand. Taken on again, it is the newest one's."""
    with ledger.entry():
        row = _locked(actor, referral, may_answer, seen)
        first = row.status == ReferralStatus.SENT
        row.status, row.taken_on_by = ReferralStatus.TAKEN_ON, actor.user
        row.save(update_fields=["status", "taken_on_by"])
        note_step(row, Kind.TAKEN_ON if first else Kind.HANDED_OVER, timezone.localdate(), actor)
        row.refresh_from_db()
    return row


def answer(
    actor: Actor,
    referral: Referral,
    outcome: str,
    text: str,
    *,
    day: date | None,
    alternatives: str = "",
    company_told_on: date | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Referral:
    """Answer the sender; with `company_told_on` the company too has had its answer, and the referral is closed.

    When the company asked itself, the answer is to the company and its day is asked for.
    """
    with ledger.entry():
        row = _locked(actor, referral, may_answer, seen)
        if row.from_company and company_told_on is None:
            company_told_on = day
        wrong = _wrong_answer(row, outcome, text, day, alternatives)
        if company_told_on is not None and (message := _wrong_company_day(row, company_told_on)):
            wrong["company_told_on"] = [message]
        if wrong:
            raise ValidationError(wrong)
        assert day is not None  # _wrong_answer has asked
        row.status, row.outcome, row.answered_on = ReferralStatus.ANSWERED, outcome, day
        row.answer, row.alternatives = text.strip(), alternatives.strip()
        row.save(update_fields=["status", "outcome", "answered_on", "answer", "alternatives"])
        note_step(row, Kind.ANSWERED, day, actor)
        if company_told_on is not None and row.company_answered_on is None:
            _company_answered(actor, row, company_told_on)
        _close(actor, row)
        if written is not None:
            written(row.pk)
        row.refresh_from_db()
    return row


def answer_company(
    actor: Actor,
    referral: Referral,
    day: date | None,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Referral:
    """Note that the company has had its answer. One that the sender has been answered too is closed by it."""
    with ledger.entry():
        row = _locked(actor, referral, may_answer_company, seen)
        message = (
            _("Enter the day on which the company had its answer.") if day is None else _wrong_company_day(row, day)
        )
        if message:
            raise ValidationError({"day": [message]})
        assert day is not None  # for the type checker: without one there is a message
        _company_answered(actor, row, day)
        _close(actor, row)
        if written is not None:
            written(row.pk)
        row.refresh_from_db()
    return row


def reopen(actor: Actor, referral: Referral, reason: str, *, seen: versions.Seen | None = None) -> Referral:
    """What was noted was wrong. Who answered takes back all of it: the company waits again too. The other party takes
    back its own note that the company has its answer."""
    with ledger.entry():
        row = _locked(actor, referral, may_reopen, seen)
        if not reason.strip():
            raise ValidationError({"reason": [_("Say why, in a few words.")]})
        row.company_answered_on = row.company_answered_by = None
        if _gave_answer(actor, row):
            row.status = waiting_status(row)
            row.answered_on, row.outcome, row.answer, row.alternatives = None, "", "", ""
        elif row.status == ReferralStatus.CLOSED:
            row.status = ReferralStatus.ANSWERED
        row.save()
        note_step(row, Kind.REOPENED, timezone.localdate(), actor, reason.strip()[:300])
        row.refresh_from_db()
    return row


def pass_on(
    actor: Actor,
    referral: Referral,
    said: NewReferral,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Referral:
    """Refer the company on to somebody who can help; returns the new referral, in which the company waits since it
    first asked. Raises Refused, Changed and ValidationError by field."""
    with ledger.entry():
        lock_company(said.company)
        row = _locked(actor, referral, may_pass_on, seen)
        new = make(actor, said, follows=row)
        row.status = ReferralStatus.PASSED_ON
        row.save(update_fields=["status"])
        note_step(row, Kind.PASSED_ON, new.asked_on, actor)
        if written is not None:
            written(new.pk)
    return new


def add_note(actor: Actor, referral: Referral, text: str, *, written: Written | None = None) -> ReferralNote:
    """What the own organisation notes for itself; the other side never sees it."""
    rights.require(actor, ANSWER)
    if not Referral.objects.visible_to(actor).filter(pk=referral.pk).exists() or actor.organisation is None:
        raise Refused(_("Notes are written by the parties of the referral."))
    if not text.strip():
        raise ValidationError({"text": [_("Write the note.")]})
    if len(text.strip()) > LONGEST_NOTE:
        raise ValidationError({"text": [_("Write at most %(most)s characters.") % {"most": LONGEST_NOTE}]})
    with ledger.entry():
        row: ReferralNote = ReferralNote.objects.create(
            referral=referral, organisation=actor.organisation, text=text.strip(), written_by=actor.user
        )
        if written is not None:
            written(row.pk)
    return row


def _locked(
    actor: Actor, referral: Referral, may: Callable[[Actor, Referral], Verdict], seen: versions.Seen | None
) -> Referral:
    """The row as it stands, if it may be done and is as it was seen."""
    row = lock(referral.pk)
    verdict = may(actor, row)
    if not verdict:
        raise Refused(verdict.reason)
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    return row


def _company_answered(actor: Actor, row: Referral, day: date) -> None:
    row.company_answered_on, row.company_answered_by = day, actor.organisation
    row.save(update_fields=["company_answered_on", "company_answered_by"])
    note_step(row, Kind.COMPANY_ANSWERED, day, actor)


def _close(actor: Actor, row: Referral) -> None:
    if row.status == ReferralStatus.ANSWERED and row.company_answered_on is not None:
        row.status = ReferralStatus.CLOSED
        row.save(update_fields=["status"])
        note_step(row, Kind.CLOSED, timezone.localdate(), actor)


def _wrong_answer(row: Referral, outcome: str, text: str, day: date | None, alternatives: str) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if outcome not in ReferralOutcome.values:
        wrong["outcome"] = [_("Choose what came of it.")]
    if outcome == ReferralOutcome.NO_MATCH and not alternatives.strip():
        wrong["alternatives"] = [_("Write which other possibilities the company was told of.")]
    for name, said, most in (("answer", text, LONGEST), ("alternatives", alternatives, LONGEST_ALTERNATIVES)):
        if len(said.strip()) > most:
            wrong[name] = [_("Write at most %(most)s characters.") % {"most": most}]
    if day is None:
        wrong["day"] = [_("Enter the day of the answer.")]
    elif message := _wrong_day(row.asked_on, day):
        wrong["day"] = [message]
    return wrong


def _wrong_company_day(row: Referral, day: date) -> str:
    return _wrong_day(row.first_asked_on, day)


def _wrong_day(first: date, day: date) -> str:
    if day > timezone.localdate():
        return _("The day has not come yet.")
    if day < first:
        return _("Enter %(first)s or a later day: before that nobody had asked.") % {"first": formats.date_da(first)}
    return ""
