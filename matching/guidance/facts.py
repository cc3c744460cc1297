"""What the facts of a course say: that a company is guided, and that it was led on to a private adviser.

They never tell Early Warning apart. Its courses count as short ones do, under one published group; and of that group a
fact says neither place nor theme, for whoever may see the short courses could take those away from the sum and be left
with where, and with what, a company is in difficulties.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from matching.models import GuidanceCourse, GuidanceGroup, GuidanceType, PrivateReferral
from portal import ledger

MEASURE, SOURCE = "guidance_course", "guidance_course"
REFERRAL_MEASURE, REFERRAL_SOURCE = "guidance_referral", "guidance_referral"
COMBINED = (GuidanceType.SHORT, GuidanceType.EARLY_WARNING)


@dataclass(frozen=True)
class Said:
    """What the fact of a course says. Of persons, and a company may be one, the ledger keeps the month alone."""

    month: date
    hub: int
    subject: uuid.UUID
    group: str
    municipality: str | None
    theme: str
    returning: bool


def group_of(kind: str) -> GuidanceGroup:
    return GuidanceGroup.SHORT_EARLY_WARNING if kind in COMBINED else GuidanceGroup.GROWTH_OPERATION


def said(course: GuidanceCourse) -> Said | None:
    """What its fact says; None when it has none."""
    if course.withdrawn:
        return None
    group = group_of(course.type)
    apart = group == GuidanceGroup.GROWTH_OPERATION
    return Said(
        month=course.started_on.replace(day=1),
        hub=course.hub_id,
        subject=course.subject,
        group=group,
        municipality=course.municipality_id if apart else None,
        theme=course.main_theme if apart else "",
        returning=course.returning,
    )


def referral_said(referral: PrivateReferral, course: GuidanceCourse) -> Said | None:
    """Of a referral: its own month, and the area it was for in place of the theme."""
    whole = said(course)
    if whole is None or referral.withdrawn_at is not None:
        return None
    return Said(
        month=referral.referred_on.replace(day=1),
        hub=whole.hub,
        subject=whole.subject,
        group=whole.group,
        municipality=whole.municipality,
        theme=referral.area if whole.theme else "",
        returning=False,
    )


def post(course: GuidanceCourse, content: Said, learnt_on: date | None = None) -> None:
    ledger.post(
        measure=MEASURE,
        occurred_on=content.month,
        source=SOURCE,
        source_id=str(course.pk),
        revision=course.revision,
        municipality=content.municipality,
        organisation=content.hub,
        subject=content.subject,
        category=content.group,
        subcategory=content.theme,
        dims={"returning": content.returning},
        learnt_on=learnt_on,
    )


def post_referral(referral: PrivateReferral, content: Said, learnt_on: date | None = None) -> None:
    ledger.post(
        measure=REFERRAL_MEASURE,
        occurred_on=content.month,
        source=REFERRAL_SOURCE,
        source_id=str(referral.pk),
        revision=referral.revision,
        municipality=content.municipality,
        organisation=content.hub,
        subject=content.subject,
        category=content.group,
        subcategory=content.theme,
        learnt_on=learnt_on,
    )


@dataclass(frozen=True)
class Before:
    """What the facts of a course and of its referrals say, before the record is changed."""

    course: Said | None
    referrals: dict[int, Said | None]


def before(course: GuidanceCourse) -> Before:
    return Before(said(course), {each.pk: referral_said(each, course) for each in course.referrals.all()})


def settle(course: GuidanceCourse, was: Before) -> None:
    """After the record was changed and before it is saved: the ledger says what it says now, under the next revision.

    Where a fact would be the same, nothing is written. Inside `ledger.entry()`, by whoever holds the course's lock.
    """
    now = said(course)
    if now != was.course:
        if was.course is not None:
            ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(course.pk), revision=course.revision)
        course.revision += 1
        if now is not None:
            post(course, now)
    for referral in course.referrals.order_by("pk"):
        settle_referral(referral, course, was.referrals.get(referral.pk))


def settle_referral(referral: PrivateReferral, course: GuidanceCourse, was: Said | None) -> None:
    """The same of a referral, which is saved where its revision moves."""
    now = referral_said(referral, course)
    if now == was:
        return
    if was is not None:
        ledger.reverse(
            measure=REFERRAL_MEASURE, source=REFERRAL_SOURCE, source_id=str(referral.pk), revision=referral.revision
        )
    referral.revision += 1
    if now is not None:
        post_referral(referral, now)
    referral.save(update_fields=["revision"])
