"""Courses of guidance of the demo area's erhvervshus in 2019-2021, and a few that are running: all fictional, and far
fewer than the result contract tells of, whose figures come from its own observations.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from matching.guidance import facts
from matching.guidance.courses import had_before
from matching.models import (
    Company,
    ContactPerson,
    EarlyWarningMember,
    EvaluationBy,
    GuidanceCourse,
    GuidanceExpectation,
    GuidanceStage,
    GuidanceTransition,
    GuidanceType,
    PrivateReferral,
    Theme,
)
from portal import ledger
from portal.identity import demo as people
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import Role
from programmes.demo import loaded_on

SEED = 20190101
COURSES = 60
Kind = GuidanceTransition.Kind
FIRST, LAST = date(2019, 1, 7), date(2021, 11, 30)
TYPES = {GuidanceType.GROWTH: 24, GuidanceType.OPERATION: 28, GuidanceType.SHORT: 36, GuidanceType.EARLY_WARNING: 12}
THEMES = dict(zip(Theme, (10, 14, 16, 20, 9, 10, 13, 8), strict=True))
FIRMS = [
    "Revision Nord (opdigtet)",
    "Limfjord Consult (opdigtet)",
    "Eksporthuset (opdigtet)",
    "Grønt Regnskab (opdigtet)",
]
NAMES = ["Anne Mark", "Bent Kjær", "Charlotte Bæk", "Dan Holm", "Else Lund", "Frank Skov", "Gitte Dam", "Hans Toft"]
WATCHER = ("earlywarning@demo.example", "Vibeke Varsom")
"""The one in the Early Warning team: whoever else signs in meets none of its courses."""


def load() -> str:
    hub = Organisation.objects.get(name=people.HUB)
    adviser = User.objects.get(email="raadgiver@demo.example")
    controller = User.objects.get(email="controller@demo.example")
    watcher = User.objects.filter(email=WATCHER[0]).first() or User.objects.create_user(*WATCHER, DEMO_PASSWORD)
    Membership.objects.get_or_create(user=watcher, organisation=hub, role=Role.HUB_ADVISER, valid_from=people.SINCE)
    EarlyWarningMember.objects.get_or_create(hub=hub, user=watcher, removed_at=None, defaults={"added_by": controller})
    GuidanceExpectation.objects.get_or_create(
        hub=hub, year=2020,
        defaults={
            "growth_operation": 300, "short_early_warning": 300, "companies": 600, "set_by": controller,
            "source": "Resultatkontrakt 2020, mål 5",
        },
    )  # fmt: skip
    if not GuidanceCourse.objects.filter(hub=hub).exists():
        with ledger.entry(history=ledger.History("Demo: vejledningsforløb", origin="Opdigtede forløb til demoområdet")):
            _courses(hub, adviser, watcher)
    return f"{GuidanceCourse.objects.filter(hub=hub).count()} courses of guidance, all fictional"


def _courses(hub: Organisation, adviser: User, watcher: User) -> None:
    draw = random.Random(SEED)  # noqa: S311  # not a secret: the same demo area everywhere
    companies = list(Company.objects.filter(fictional=True, merged_into=None, cvr__isnull=False).order_by("pk")[:90])
    days = sorted(FIRST + timedelta(days=draw.randrange((LAST - FIRST).days)) for _each in range(COURSES))
    today = loaded_on()
    running = [today - timedelta(days=back) for back in (40, 26, 12)]
    for number, started_on in enumerate([*days, *running]):
        kind = draw.choices(list(TYPES), list(TYPES.values()))[0]
        going_on = number >= COURSES
        if going_on:
            kind = (GuidanceType.GROWTH, GuidanceType.OPERATION, GuidanceType.EARLY_WARNING)[number - COURSES]
        length = draw.randint(0, 10) if kind == GuidanceType.SHORT else draw.randint(40, 200)
        ended_on = None if going_on else started_on + timedelta(days=length)
        _course(
            draw, hub, draw.choice(companies), kind, started_on, ended_on,
            watcher if kind == GuidanceType.EARLY_WARNING else adviser, today,
        )  # fmt: skip


def _course(
    draw: random.Random, hub: Organisation, company: Company, kind: GuidanceType, started_on: date,
    ended_on: date | None, adviser: User, today: date,
) -> None:  # fmt: skip
    """One course with what has happened since, learnt a few days after it began."""
    learnt_on = min(started_on + timedelta(days=draw.randint(0, 9)), today)
    theme = draw.choices(list(THEMES), list(THEMES.values()))[0]
    others = [code for code in Theme if code != theme and draw.random() < 0.12]
    broken = ended_on is not None and draw.random() < 0.06
    evaluated = ended_on is not None and not broken and kind != GuidanceType.EARLY_WARNING
    contact = None
    if draw.random() < 0.6:
        contact, _made = ContactPerson.objects.get_or_create(
            company=company, name=f"{draw.choice(NAMES)} (opdigtet)", defaults={"title": "Direktør"}
        )
    assert company.municipality_id is not None  # as the demo's companies were made
    course = GuidanceCourse.objects.create(
        hub=hub, company=company, subject=ledger.subject_for("company", company.pk), type=kind, main_theme=theme,
        other_themes=others, started_on=started_on, ended_on=ended_on, stage=_stage(ended_on, broken),
        next_step_on=today - timedelta(days=1) if ended_on is None else None, municipality_id=company.municipality_id,
        contact=contact, adviser=adviser, returning=had_before(hub.pk, company.pk, kind), registered_by=adviser,
        registered_at=_noon(learnt_on), fictional=True,
        evaluation_invited_on=ended_on + timedelta(days=7) if evaluated and ended_on else None,
        evaluation_by=EvaluationBy.NATIONAL if evaluated else "",
    )  # fmt: skip
    happened = [(Kind.STARTED, started_on)]
    content = facts.said(course)
    assert content is not None  # it stands
    facts.post(course, content, learnt_on)
    if ended_on is not None:
        happened.append((Kind.BROKEN_OFF if broken else Kind.ENDED, ended_on))
        if not broken and draw.random() < 0.45:
            referral = PrivateReferral.objects.create(
                course=course, referred_on=ended_on, area=theme, firm=draw.choice(FIRMS), registered_by=adviser,
                registered_at=_noon(ended_on),
            )  # fmt: skip
            led_on = facts.referral_said(referral, course)
            assert led_on is not None  # it stands
            facts.post_referral(referral, led_on, ended_on)
            happened.append((Kind.REFERRED, ended_on))
        if evaluated:
            happened.append((Kind.INVITED, ended_on + timedelta(days=7)))
    GuidanceTransition.objects.bulk_create(
        GuidanceTransition(
            course=course, kind=each, day=day, registered_by=adviser, registered_at=_noon(max(day, learnt_on))
        )
        for each, day in happened
    )


def _stage(ended_on: date | None, broken: bool) -> GuidanceStage:
    if ended_on is None:
        return GuidanceStage.RUNNING
    return GuidanceStage.BROKEN_OFF if broken else GuidanceStage.ENDED


def _noon(day: date) -> datetime:
    """An older system's registration has a day and no time: noon in Copenhagen stands for it."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())
