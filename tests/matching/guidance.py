"""What the tests of guidance share: an entry that is right, and an Early Warning team of one."""

from dataclasses import replace
from datetime import date
from typing import Any

from matching.guidance.courses import register_course
from matching.guidance.entries import CourseEntry
from matching.models import EarlyWarningMember, GuidanceCourse
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from tests.matching.conftest import World

SECRET = "Kreditforeningen har opsagt engagementet"
"""A note of a course of Early Warning: nobody else may meet these words."""


def team(world: World, name: str = "hub") -> EarlyWarningMember:
    """Let the adviser into the team."""
    user = world.actors[name].user
    found: EarlyWarningMember = EarlyWarningMember.objects.create(
        hub=world["hub"], user=user, added_by=world.actors["steward"].user
    )
    return found


def entry(world: World, **changes: Any) -> CourseEntry:
    """A growth course about digitalisation, begun on the day after the new year; whatever is there, another one."""
    right = CourseEntry(
        company=world.companies["Limfjord Køleteknik A/S"].pk,
        type="growth",
        main_theme="digital",
        other_themes=("green",),
        started_on=date(2021, 1, 2),
        municipality="0851",
        another_course=True,
    )
    return replace(right, **changes)


def guided(world: World, by: str = "hub", **changes: Any) -> GuidanceCourse:
    return register_course(world.actor(by), entry(world, **changes))


def warned(world: World, **changes: Any) -> GuidanceCourse:
    """A course of Early Warning, by the one who is in the team."""
    said = {"type": "early_warning", "main_theme": "finance", "other_themes": (), "note": SECRET, **changes}
    return guided(world, **said)


def of_the_hub(world: World, role: Role) -> User:
    """Another person of the erhvervshus, in that role."""
    user: User = User.objects.create(email=f"{role}@hub.example", name=f"Hus {role.label}")
    Membership.objects.create(user=user, organisation=world["hub"], role=role, valid_from=date(2020, 6, 1))
    return user
