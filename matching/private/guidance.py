"""What courses of guidance hold about people: whom one talks with at a company, companies that are one person's, and
the advisers who wrote it down.

Told to somebody who asks is of every course alike which erhvervshus and when: who answers is no member of the Early
Warning team, and type, theme and note would show which courses are its. The team itself tells the company the rest.
"""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import (
    EarlyWarningMember,
    GuidanceCourse,
    GuidanceExpectation,
    GuidanceTransition,
    PrivateReferral,
)
from portal.privacy.registry import Activity, Blank, Holding, Keep, Retention, activity, holding

ACTIVITY = "matching.guidance"
SETTING = "guidance"
"""In RETENTION_DAYS."""
NO_WORDS = "–"
WROTE = _("Who registered it is kept with what was registered, as in any record of an authority.")
UNTOLD = _("It would show which courses are Early Warning; the team tells the company itself.")
WITH_COURSE = _("Goes with the course of guidance.")

activity(
    Activity(
        key=ACTIVITY,
        title=_("Guidance of companies"),
        purpose=_("To guide companies one to one, among them companies in difficulties (Early Warning)."),
        basis=_("Public task (GDPR article 6(1)(e)): the business promotion act on the tasks of the erhvervshuse."),
        of_whom=_("Contact people of companies, and companies that are one person's."),
        what=_("Company, contact person, type and themes of the course, notes, and to which firms it was led on."),
        recipients=_(
            "The erhvervshus; of Early Warning its team alone. The others of the area are told that the erhvervshus "
            "guides the company, and since when, but nothing of Early Warning."
        ),
    )
)


def _over(last_day: date) -> "QuerySet[GuidanceCourse]":
    """Courses that had ended, or were undone, on that day or before."""
    return GuidanceCourse.objects.filter(Q(ended_on__lte=last_day) | Q(withdrawn_at__date__lte=last_day))


def due(last_day: date) -> "QuerySet[Any]":
    """Those that still say something."""
    return _over(last_day).exclude(note="", contact=None, withdrawn_reason="")


def due_steps(last_day: date) -> "QuerySet[Any]":
    """What was said on the way of courses that are over."""
    courses = _over(last_day).order_by().values("pk")
    return GuidanceTransition.objects.filter(course__in=courses).exclude(reason__in=("", NO_WORDS))


SHOWN = ("hub", "started_on", "ended_on")
WORDS = {"note": "", "contact": None, "withdrawn_reason": ""}

# A company's places of work go with it.
for _subject, _column in (("contact_person", "contact"), ("company", "company")):
    holding(
        Holding(
            model=GuidanceCourse,
            subject=_subject,
            whose=("hub",),
            activity=ACTIVITY,
            rows=lambda pk, column=_column: GuidanceCourse.objects.filter(**{column: pk}),  # type: ignore[misc]
            shows=SHOWN,
            erasure=Blank(WORDS if _subject == "contact_person" else {**WORDS, "production_unit": None}),
            retention=Retention(SETTING, due),
            rest=UNTOLD,
        )
    )
    holding(
        Holding(
            model=GuidanceTransition,
            subject=_subject,
            whose=("course__hub",),
            activity=ACTIVITY,
            rows=lambda pk, column=_column: GuidanceTransition.objects.filter(  # type: ignore[misc]
                **{f"course__{column}": pk}
            ).exclude(reason=""),
            shows=("registered_at",),
            erasure=Blank({"reason": NO_WORDS}),
            retention=Retention(SETTING, due_steps) if _subject == "company" else WITH_COURSE,
            rest=UNTOLD,
        )
    )
holding(
    Holding(
        model=PrivateReferral,
        subject="company",
        whose=("course__hub",),
        activity=ACTIVITY,
        rows=lambda pk: PrivateReferral.objects.filter(course__company=pk),
        shows=("referred_on",),
        erasure=Keep(_("Names a firm, which is counted; whom it was about is gone with the company.")),
        retention=WITH_COURSE,
        rest=UNTOLD,
    )
)
_BY: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (GuidanceCourse, "adviser", ("registered_at",)),
    (GuidanceTransition, "registered_by", ("registered_at",)),
    (PrivateReferral, "registered_by", ("registered_at",)),
    (EarlyWarningMember, "user", ("hub", "added_at", "removed_at")),
    (GuidanceExpectation, "set_by", ("year",)),
)
for _model, _column, _shows in _BY:
    holding(
        Holding(
            model=_model,
            subject="user",
            activity=ACTIVITY,
            rows=lambda pk, model=_model, column=_column: model.objects.filter(**{column: pk}),  # type: ignore[misc]
            shows=_shows,
            erasure=Keep(WROTE),
            retention=WITH_COURSE,
            rest=_("What was written is the company's."),
        )
    )
