"""What waits on an adviser: a next step that is due, and a company to invite to evaluate."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.guidance.rights import REGISTER
from matching.models import GuidanceCourse, GuidanceStage, GuidanceType
from matching.models.guidance import GuidanceCourseQuerySet
from portal.audit.openings import opened
from portal.identity import rights, waiting
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.models import Membership
from portal.identity.roles import Role
from portal.identity.waiting import Text, Waiting, WaitingSource

STAYS = _("They are the erhvervshus's: on each course's page another adviser is chosen.")
Rows = Callable[[Actor], GuidanceCourseQuerySet]


def _own(actor: Actor) -> GuidanceCourseQuerySet:
    rows: GuidanceCourseQuerySet = GuidanceCourse.objects.visible_to(actor).standing()
    return rows.filter(adviser=actor.user)


def steps_due(actor: Actor) -> GuidanceCourseQuerySet:
    return _own(actor).filter(next_step_on__lte=timezone.localdate()).order_by("next_step_on", "pk")


def to_invite(actor: Actor) -> GuidanceCourseQuerySet:
    rows = _own(actor).filter(stage=GuidanceStage.ENDED, evaluation_invited_on=None)
    if not settings.EARLY_WARNING_EVALUATION:
        rows = rows.exclude(type=GuidanceType.EARLY_WARNING)
    return rows.order_by("ended_on", "pk")


def _waits(rows: Rows, column: str, address: str, action: Text) -> Callable[[Actor, int], Sequence[Waiting]]:
    def lines(actor: Actor, most: int) -> Sequence[Waiting]:
        if not rights.may(actor, REGISTER):
            return []
        found = []
        for course in rows(actor).select_related("company")[:most]:
            opened("guidance_course", course.pk)
            day = getattr(course, column)
            found.append(
                Waiting(
                    title=course.company.name,
                    url=reverse(address, args=[course.pk]),
                    action=action,
                    since=day,
                    due=day if column == "next_step_on" else None,
                    detail=course.get_type_display(),
                )
            )
        return found

    return lines


def _number(rows: Rows) -> Callable[[Actor], int]:
    return lambda actor: rows(actor).order_by().count() if rights.may(actor, REGISTER) else 0


def _list(actor: Actor) -> str:
    return f"{reverse('matching:guidance')}?adviser={actor.user.pk}&stage=running"


def _open(membership: Membership) -> int:
    """Whoever takes somebody off is no member of the Early Warning team: its courses are not in the number, and stay
    with the team, where they are seen."""
    if membership.role != Role.HUB_ADVISER:
        return 0
    rows = GuidanceCourse.objects.standing().without_early_warning()
    return rows.filter(hub=membership.organisation_id, adviser=membership.user_id, stage="running").count()


def register() -> None:
    waiting.register(
        WaitingSource(
            "matching.guidance_steps",
            _("Next steps in courses of guidance"),
            rows=_waits(steps_due, "next_step_on", "matching:guidance_course", _("Go on")),
            number=_number(steps_due),
            all_url=_list,
            order=40,
        )
    )
    waiting.register(
        WaitingSource(
            "matching.guidance_evaluations",
            _("Companies to invite to evaluate"),
            rows=_waits(to_invite, "ended_on", "matching:guidance_invite", _("Invite")),
            number=_number(to_invite),
            order=70,
        )
    )
    tasks.register(tasks.TaskSource("matching.guidance", _("Courses of guidance that are running"), _open, stays=STAYS))
