"""Registering a course of guidance, correcting and undoing it: right, rules, record and facts in one transaction."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import require_in_use
from matching.guidance import facts, team
from matching.guidance.entries import Checking, CourseEntry, types_for
from matching.guidance.rights import REGISTER
from matching.models import (
    Company,
    ContactPerson,
    GuidanceCourse,
    GuidanceStage,
    GuidanceTransition,
    GuidanceType,
)
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import OrganisationKind
from portal.ui import formats

Kind = GuidanceTransition.Kind
TWIN_WITHIN = timedelta(days=30)

__all__ = [
    "CourseEntry",
    "correct_course",
    "may_change",
    "may_register",
    "register_course",
    "types_for",
    "undo_course",
]


def thing(course: GuidanceCourse) -> str:
    """The course as forms and edits name it."""
    return versions.thing_of("guidance_course", course.pk)


def mark(course: GuidanceCourse) -> str:
    """What tells its versions apart: when the database last changed it."""
    return str(course.updated_at.isoformat())


def note_down(course: GuidanceCourse, kind: Kind, day: Any, actor: Actor, reason: str = "") -> None:
    """One row more of what happened, and by whom."""
    GuidanceTransition.objects.create(course=course, kind=kind, day=day, reason=reason, registered_by=actor.user)


def may_register(actor: Actor) -> Verdict:
    verdict = rights.may(actor, REGISTER)
    if verdict and (actor.organisation is None or actor.organisation.kind != OrganisationKind.HUB):
        return Verdict(False, _("Courses of guidance are registered by an erhvervshus."))
    return verdict


def may_change(actor: Actor, course: GuidanceCourse) -> Verdict:
    """May this person say how the course goes on and correct it, and if not, why?"""
    verdict = may_register(actor)
    if not verdict:
        return verdict
    if course.hub_id not in actor.organisation_ids:
        return Verdict(False, _("The erhvervshus that guides the company says how it goes."))
    if course.type == GuidanceType.EARLY_WARNING and not team.is_in(actor):
        return Verdict(False, _("The erhvervshus that guides the company says how it goes."))
    if course.withdrawn:
        return Verdict(False, _("The course has been undone. Register it again if it stands after all."))
    return verdict


def undone_without_reason(actor: Actor, course: GuidanceCourse) -> bool:
    """One's own, while nobody has built on it: on the day it was registered."""
    return course.registered_by_id == actor.user.pk and course.registered_on == timezone.localdate()


def lock_company(pk: int) -> Company:
    """Everybody who writes about a company's courses locks it first, so that two do not both find it new."""
    company: Company = Company.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    return company


def lock_course(course: GuidanceCourse) -> GuidanceCourse:
    """The course as it stands; its company is locked before it."""
    lock_company(course.company_id)
    rows = GuidanceCourse.objects.select_for_update(no_key=True, of=("self",)).select_related("hub", "adviser")
    return rows.get(pk=course.pk)


def had_before(hub: int, company: int, kind: str, besides: GuidanceCourse | None = None) -> bool:
    """Had the erhvervshus a standing course with the company by then? Early Warning is asked about by its own courses
    alone: a growth course that said "guided before" of a company without any other course would tell of it.

    `besides`: as it was when that course was registered, in the order of registering."""
    rows = GuidanceCourse.objects.filter(hub=hub, company=company)
    if besides is None:
        rows = rows.standing()
    else:
        stood = Q(withdrawn_at=None) | Q(withdrawn_at__gte=besides.registered_at)
        rows = rows.filter(stood, pk__lt=besides.pk)
    if kind != GuidanceType.EARLY_WARNING:
        rows = rows.without_early_warning()
    return rows.exists()


def ask_about_twin(hub: int, said: dict[str, Any]) -> None:
    """Two who register the same course count it twice. Raises ValidationError where a standing one of the type, which
    whoever chose the type may see, began within 30 days."""
    near = (said["started_on"] - TWIN_WITHIN, said["started_on"] + TWIN_WITHIN)
    rows = GuidanceCourse.objects.standing().filter(hub=hub, company=said["company"], type=said["type"])
    twin = rows.filter(started_on__range=near).order_by("-started_on", "-pk").first()
    if twin is not None:
        text = _(
            "The erhvervshus has a course of this type with the company already, begun on %(day)s. Tick that it is "
            "another course, or go on with that one."
        )
        raise ValidationError({"another_course": [text % {"day": formats.date_da(twin.started_on)}]})


def register_course(actor: Actor, entry: CourseEntry, *, written: Written | None = None) -> GuidanceCourse:
    """Register a course: the record, its fact and perhaps a contact person. Raises Refused, ValidationError."""
    verdict = may_register(actor)
    if not verdict:
        raise Refused(verdict.reason)
    hub = actor.organisation
    assert hub is not None  # may_register has asked
    with ledger.entry():
        said = Checking(actor, entry, None).columns()
        company = lock_company(said["company"].pk)
        require_in_use(company)
        if not entry.another_course:
            ask_about_twin(hub.pk, said)
        said["contact"] = kept(said["contact"])
        course = GuidanceCourse(
            **said,
            hub=hub,
            subject=ledger.subject_for("company", company.pk),
            stage=GuidanceStage.ENDED if said["ended_on"] else GuidanceStage.RUNNING,
            returning=had_before(hub.pk, company.pk, said["type"]),
            registered_by=actor.user,
            fictional=company.fictional,
        )
        course.save()
        note_down(course, Kind.STARTED, course.started_on, actor)
        if course.ended_on is not None:
            note_down(course, Kind.ENDED, course.ended_on, actor)
        content = facts.said(course)
        assert content is not None  # it has just been made
        facts.post(course, content)
        if written is not None:
            written(course.pk)
    return course


def kept(contact: ContactPerson | None) -> ContactPerson | None:
    """A new one is saved; one of the same name at the company is that one."""
    if contact is None or not contact._state.adding:
        return contact
    same = ContactPerson.objects.filter(company=contact.company, name=contact.name, erased=False).first()
    if same is not None:
        return same
    contact.save()
    return contact


def correct_course(
    actor: Actor,
    course: GuidanceCourse,
    entry: CourseEntry,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> GuidanceCourse:
    """The course says what the entry says; who registered it, and when, stays.

    Raises Refused, Changed, ValidationError by field ("reason" among them).
    """
    with ledger.entry():
        wrong: dict[str, list[str]] = {}
        reason = reason.strip()
        if not reason:
            wrong["reason"] = [_("Write why the course is corrected.")]
        elif len(reason) > 300:
            wrong["reason"] = [_("Write at most 300 characters.")]
        # The company it is to be about and the one it was about, in one order.
        for pk in sorted({course.company_id, *_known(entry)}):
            lock_company(pk)
        course = lock_course(course)
        require_change(actor, course)
        versions.settle(actor, thing(course), seen=seen, now=mark(course))
        try:
            said = Checking(actor, entry, course).columns()
        except ValidationError as refused:
            raise ValidationError({**wrong, **refused.message_dict}) from None
        if not wrong and course.evaluation_invited_on is not None and said["ended_on"] > course.evaluation_invited_on:
            wrong["ended_on"] = [_("The company was invited to evaluate before that day.")]
        earliest = course.referrals.filter(withdrawn_at=None).order_by("referred_on").first()
        if earliest is not None and said["started_on"] > earliest.referred_on:
            wrong["started_on"] = [_("The company was referred to a private adviser before that day.")]
        contact = said["contact"]
        if contact is not None and contact.company_id != said["company"].pk:
            wrong["contact"] = [_("Choose one of the company's contact people.")]
        if wrong:
            raise ValidationError(wrong)
        _write(course, said)
        note_down(course, Kind.CORRECTED, timezone.localdate(), actor, reason)
        if written is not None:
            written(course.pk)
    return course


def _known(entry: CourseEntry) -> list[int]:
    pk = entry.company if isinstance(entry.company, int) else 0
    return list(Company.objects.filter(pk=pk).values_list("pk", flat=True))


def _write(course: GuidanceCourse, said: dict[str, Any]) -> None:
    was = facts.before(course)
    company, hidden = course.company_id, course.type == GuidanceType.EARLY_WARNING
    said["contact"] = kept(said["contact"])
    for name, value in said.items():
        setattr(course, name, value)
    if course.company_id != company:
        course.subject = ledger.subject_for("company", course.company_id)
    if course.company_id != company or hidden != (course.type == GuidanceType.EARLY_WARNING):
        course.returning = had_before(course.hub_id, course.company_id, course.type, course)
    if course.stage == GuidanceStage.RUNNING and course.ended_on is not None:
        course.stage = GuidanceStage.ENDED
    facts.settle(course, was)
    course.save()
    if hidden != (course.type == GuidanceType.EARLY_WARNING):
        for pk in sorted({company, course.company_id}):
            _say_anew(course, pk)


def _say_anew(course: GuidanceCourse, company: int) -> None:
    """It became Early Warning, or is no longer: those registered after it would tell of it by "guided before", the one
    of a course that nobody sees, or by "new" beside one that everybody does."""
    rows = GuidanceCourse.objects.without_early_warning().filter(hub=course.hub_id, company=company, pk__gt=course.pk)
    for later in rows.select_for_update(no_key=True).order_by("pk"):
        returning = had_before(later.hub_id, company, later.type, later)
        if returning != later.returning:
            was = facts.before(later)
            later.returning = returning
            facts.settle(later, was)
            later.save(update_fields=["returning", "revision"])


def require_change(actor: Actor, course: GuidanceCourse) -> None:
    verdict = may_change(actor, course)
    if not verdict:
        raise Refused(verdict.reason)


def undo_course(
    actor: Actor,
    course: GuidanceCourse,
    reason: str = "",
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> GuidanceCourse:
    """Withdraw a course that should not have been registered, with what was said of referrals: reversals, no deletion.

    Undoing again changes nothing. Raises Refused with the reason, Changed, ValidationError by field (reason).
    """
    with ledger.entry():
        course = lock_course(course)
        if not (course.withdrawn and course.withdrawn_by_id == actor.user.pk):
            require_change(actor, course)
            versions.settle(actor, thing(course), seen=seen, now=mark(course))
            reason = reason.strip()
            if len(reason) > 300 or not (reason or undone_without_reason(actor, course)):
                raise ValidationError({"reason": [_("Say why, in a few words.")]})
            was = facts.before(course)
            course.withdrawn_at, course.withdrawn_by = timezone.now(), actor.user
            course.withdrawn_reason = reason
            facts.settle(course, was)
            course.save()
            note_down(course, Kind.WITHDRAWN, timezone.localdate(), actor, course.withdrawn_reason)
        if written is not None:
            written(course.pk)
    return course
