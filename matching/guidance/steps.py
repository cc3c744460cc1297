"""How a course goes on: its next step, its end, referrals to private advisers and the invitation to evaluate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import tidy
from matching.guidance import facts
from matching.guidance.courses import Kind, kept, lock_course, mark, may_change, note_down, require_change, thing
from matching.guidance.entries import Checking, entry_of
from matching.models import EvaluationBy, GuidanceCourse, GuidanceStage, GuidanceType, PrivateReferral, Theme
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats

Wrong = dict[str, list[str]]


@dataclass(frozen=True)
class Referral:
    """To whom, and for what: the name of the firm is the adviser's own words."""

    firm: str
    area: str = ""
    """Empty: the course's main theme."""


def may_end(actor: Actor, course: GuidanceCourse) -> Verdict:
    verdict = may_change(actor, course)
    if verdict and course.over:
        return Verdict(False, _("The course is over. If something about it is wrong, correct it."))
    return verdict


def may_invite(actor: Actor, course: GuidanceCourse) -> Verdict:
    """Once, after the course has ended, and nobody in Early Warning unless that has been decided."""
    verdict = may_change(actor, course)
    if not verdict:
        return verdict
    if course.type == GuidanceType.EARLY_WARNING and not settings.EARLY_WARNING_EVALUATION:
        return Verdict(False, _("Companies in Early Warning are not asked to evaluate."))
    if course.evaluation_invited_on is not None:
        text = _("The company was invited on %(day)s. It is asked once.")
        return Verdict(False, text % {"day": formats.date_da(course.evaluation_invited_on)})
    if course.stage == GuidanceStage.RUNNING:
        return Verdict(False, _("The company is invited to evaluate when the course has ended."))
    if course.stage == GuidanceStage.BROKEN_OFF:
        return Verdict(False, _("The course was broken off, so there is nothing to evaluate."))
    return verdict


def plan_step(
    actor: Actor,
    course: GuidanceCourse,
    *,
    next_step_on: date | None,
    adviser: int | None,
    contact: int | None = None,
    contact_name: str = "",
    note: str = "",
    seen: versions.Seen | None = None,
) -> GuidanceCourse:
    """What changes while a course runs and counts for nothing: next step, adviser, contact person and note.

    Raises Refused, Changed, ValidationError by field.
    """
    with ledger.entry():
        course = lock_course(course)
        require_change(actor, course)
        versions.settle(actor, thing(course), seen=seen, now=mark(course))
        entry = replace(
            entry_of(course), next_step_on=next_step_on, adviser=adviser, contact=contact, contact_name=contact_name,
            note=note,
        )  # fmt: skip
        wrong: Wrong = {}
        if next_step_on is not None and course.over:
            wrong["next_step_on"] = [_("The course is over and has no next step. Leave it empty.")]
            entry = replace(entry, next_step_on=None)
        elif next_step_on is not None and next_step_on < timezone.localdate() and next_step_on != course.next_step_on:
            wrong["next_step_on"] = [_("The day has passed. Enter the day of what comes next.")]
        try:
            said = Checking(actor, entry, course).columns()
        except ValidationError as refused:
            raise ValidationError({**refused.message_dict, **wrong}) from None
        if wrong:
            raise ValidationError(wrong)
        said["contact"] = kept(said["contact"])
        moved = said["next_step_on"] != course.next_step_on and said["next_step_on"] is not None
        names = ["next_step_on", "adviser", "contact", "note"]
        for name in names:
            setattr(course, name, said[name])
        course.save(update_fields=names)
        if moved:
            note_down(course, Kind.PLANNED, said["next_step_on"], actor)
    return course


def end_course(
    actor: Actor,
    course: GuidanceCourse,
    day: date | None,
    *,
    broken_off: bool = False,
    remark: str = "",
    referrals: Sequence[Referral] = (),
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> GuidanceCourse:
    """The course has ended, or came to nothing, and the company was perhaps led on to private advisers.

    Raises Refused, Changed, ValidationError by field (day, remark, firm, area).
    """
    with ledger.entry():
        course = lock_course(course)
        verdict = may_end(actor, course)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(course), seen=seen, now=mark(course))
        wrong = _wrong_day(course, day)
        if len(remark.strip()) > 300:
            wrong["remark"] = [_("Write at most 300 characters.")]
        for referral in referrals:
            wrong |= _wrong_referral(referral)
        if wrong:
            raise ValidationError(wrong)
        assert day is not None  # _wrong_day has asked
        course.stage = GuidanceStage.BROKEN_OFF if broken_off else GuidanceStage.ENDED
        course.ended_on, course.next_step_on = day, None
        course.save(update_fields=["stage", "ended_on", "next_step_on"])
        note_down(course, Kind.BROKEN_OFF if broken_off else Kind.ENDED, day, actor, remark.strip())
        for referral in referrals:
            _refer(actor, course, referral, day)
        if written is not None:
            written(course.pk)
    return course


def refer(
    actor: Actor,
    course: GuidanceCourse,
    referral: Referral,
    day: date | None,
    *,
    written: Written | None = None,
) -> PrivateReferral:
    """The company was led on to a private adviser. Raises Refused, ValidationError by field (firm, area, day)."""
    with ledger.entry():
        course = lock_course(course)
        require_change(actor, course)
        wrong = _wrong_day(course, day) | _wrong_referral(referral)
        if wrong:
            raise ValidationError(wrong)
        assert day is not None  # _wrong_day has asked
        row = _refer(actor, course, referral, day)
        course.save(update_fields=["stage"])  # the course says more now: whoever follows its changes is told
        if written is not None:
            written(row.pk)
    return row


def _refer(actor: Actor, course: GuidanceCourse, referral: Referral, day: date) -> PrivateReferral:
    row = PrivateReferral(
        course=course,
        referred_on=day,
        area=referral.area or course.main_theme,
        firm=tidy(referral.firm),
        registered_by=actor.user,
    )
    row.save()
    content = facts.referral_said(row, course)
    if content is not None:
        facts.post_referral(row, content)
    note_down(course, Kind.REFERRED, day, actor)
    return row


def take_back_referral(
    actor: Actor, referral: PrivateReferral, reason: str, *, seen: versions.Seen | None = None
) -> PrivateReferral:
    """It was registered by mistake. Taking it back again changes nothing. Raises Refused, Changed, ValidationError."""
    with ledger.entry():
        course = lock_course(referral.course)
        require_change(actor, course)
        row = PrivateReferral.objects.select_for_update(no_key=True).get(pk=referral.pk)
        if row.withdrawn_at is not None:
            return row
        versions.settle(actor, versions.thing_of("private_referral", row.pk), seen=seen, now=row.withdrawn_at)
        reason = reason.strip()
        if not reason or len(reason) > 300:
            raise ValidationError({"reason": [_("Say why, in a few words.")]})
        was = facts.referral_said(row, course)
        row.withdrawn_at, row.withdrawn_by = timezone.now(), actor.user
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        facts.settle_referral(row, course, was)
        course.save(update_fields=["stage"])
        note_down(course, Kind.REFERRAL_WITHDRAWN, timezone.localdate(), actor, reason)
    return row


def invite_to_evaluation(
    actor: Actor, course: GuidanceCourse, day: date | None, by: str, *, seen: versions.Seen | None = None
) -> GuidanceCourse:
    """Note that the company was invited, through which system: the answers stay there.

    Raises Refused, Changed, ValidationError by field (day, by).
    """
    with ledger.entry():
        course = lock_course(course)
        verdict = may_invite(actor, course)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(course), seen=seen, now=mark(course))
        wrong = _wrong_day(course, day, first=course.ended_on)
        if by not in EvaluationBy.values:
            wrong["by"] = [_("Choose how the company is asked.")]
        if wrong:
            raise ValidationError(wrong)
        assert day is not None  # _wrong_day has asked
        course.evaluation_invited_on, course.evaluation_by = day, by
        course.save(update_fields=["evaluation_invited_on", "evaluation_by"])
        note_down(course, Kind.INVITED, day, actor)
    return course


def _wrong_day(course: GuidanceCourse, day: date | None, first: date | None = None) -> Wrong:
    first = first or course.started_on
    if day is None:
        return {"day": [_("Enter the day on which it happened.")]}
    if day > timezone.localdate():
        return {"day": [_("The day has not come yet. Enter the day on which it happened.")]}
    if day < first:
        text = _("Enter %(first)s or a later day: before that the course had not come so far.")
        return {"day": [text % {"first": formats.date_da(first)}]}
    return {}


def _wrong_referral(referral: Referral) -> Wrong:
    wrong: Wrong = {}
    if not tidy(referral.firm):
        wrong["firm"] = [_("Write the name of the private adviser.")]
    elif len(tidy(referral.firm)) > 160:
        wrong["firm"] = [_("Write at most 160 characters.")]
    if referral.area and referral.area not in Theme.values:
        wrong["area"] = [_("Choose the area from the list.")]
    return wrong
