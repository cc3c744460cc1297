"""What waits on an adviser: a next step that is due, and a company to invite to evaluate."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.guidance.rights import REGISTER
from matching.models import EarlyWarningMember, GuidanceCourse, GuidanceStage, GuidanceType
from matching.models.guidance import GuidanceCourseQuerySet
from portal.audit.openings import opened
from portal.identity import rights, waiting
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.models import Membership
from portal.identity.roles import Role
from portal.identity.waiting import Question, Row, Text, Waiting, WaitingSource, question

STAYS = _("They are the erhvervshus's: its advisers are told that another one is to be chosen.")
Rows = Callable[[Actor], GuidanceCourseQuerySet]


def _standing(actor: Actor) -> GuidanceCourseQuerySet:
    rows: GuidanceCourseQuerySet = GuidanceCourse.objects.visible_to(actor).standing()
    return rows


def steps_due(actor: Actor) -> GuidanceCourseQuerySet:
    return _standing(actor).filter(adviser=actor.user, next_step_on__lte=timezone.localdate())


def _not_invited() -> Q:
    ended = Q(stage=GuidanceStage.ENDED, evaluation_invited_on=None)
    return ended if settings.EARLY_WARNING_EVALUATION else ended & ~Q(type=GuidanceType.EARLY_WARNING)


def to_invite(actor: Actor) -> GuidanceCourseQuerySet:
    return _standing(actor).filter(_not_invited(), adviser=actor.user)


def left_alone(actor: Actor) -> GuidanceCourseQuerySet:
    """Those something is still to be done with, whose adviser is no adviser of the erhvervshus today, or of Early
    Warning not in its team: they wait on nobody else."""
    there = Membership.objects.on(timezone.localdate()).filter(
        user=OuterRef("adviser"), organisation=OuterRef("hub"), role=Role.HUB_ADVISER, user__is_active=True
    )
    team = EarlyWarningMember.objects.standing().filter(hub=OuterRef("hub"), user=OuterRef("adviser"))
    not_in_team = Q(type=GuidanceType.EARLY_WARNING) & ~Exists(team.order_by())
    rows = _standing(actor).filter(Q(stage=GuidanceStage.RUNNING) | _not_invited())
    return rows.filter(~Exists(there.order_by()) | not_in_team)


def _asked(rows: Rows, since: str, due: str | None = None) -> Callable[[Actor], Question | None]:
    def asked(actor: Actor) -> Question | None:
        if not rights.may(actor, REGISTER):
            return None
        said: dict[str, Any] = {"company": "company__name", "type": "type"}
        return question(rows(actor), since=since, due=due, **said)

    return asked


def _line(address: str, action: Text) -> Callable[[Row], Waiting]:
    def line(row: Row) -> Waiting:
        opened("guidance_course", row.pk)
        kind = str(GuidanceType(row.said["type"]).label)
        return Waiting(
            row.said["company"], reverse(f"matching:{address}", args=[row.pk]), action, row.since, row.due, kind
        )

    return line


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
            asked=_asked(steps_due, "next_step_on", "next_step_on"),
            line=_line("guidance_course", _("Go on")),
            all_url=_list,
            order=40,
        )
    )
    waiting.register(
        WaitingSource(
            "matching.guidance_left",
            _("Courses of guidance whose adviser has left"),
            asked=_asked(left_alone, "started_on"),
            line=_line("guidance_plan", _("Choose another adviser")),
            order=41,
        )
    )
    waiting.register(
        WaitingSource(
            "matching.guidance_evaluations",
            _("Companies to invite to evaluate"),
            asked=_asked(to_invite, "ended_on"),
            line=_line("guidance_invite", _("Invite")),
            order=70,
        )
    )
    tasks.register(tasks.TaskSource("matching.guidance", _("Courses of guidance that are running"), _open, stays=STAYS))
