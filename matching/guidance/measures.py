"""What guidance counts: `guidance_course`, one fact for each course, and `guidance_referral`, one for each time a
company was led on to a private adviser. Unique companies are the distinct subjects of the first."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.guidance import team
from matching.guidance.facts import COMBINED, MEASURE, REFERRAL_MEASURE, REFERRAL_SOURCE, SOURCE
from matching.models import GuidanceCourse, GuidanceGroup, PrivateReferral, Theme
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.ledger import registry

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

CROSSINGS = [
    ("organisation", "category"),
    ("organisation", "month"),
    ("category", "month"),
    ("category", "subcategory"),
    ("category", "municipality"),
    ("organisation", "category", "month"),
]

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
EXPECTED = """
    SELECT 'guidance_course' AS source, c.id::text AS source_id, c.revision AS revision,
           date_trunc('month', c.started_on)::date AS occurred_on,
           CASE WHEN c.type IN ('growth', 'operation') THEN c.municipality_id END AS municipality,
           c.hub_id AS organisation, NULL::bigint AS heading, c.subject AS subject,
           CASE WHEN c.type IN ('growth', 'operation') THEN 'growth_operation' ELSE 'short_early_warning' END
             AS category,
           CASE WHEN c.type IN ('growth', 'operation') THEN c.main_theme ELSE '' END AS subcategory,
           1::numeric AS quantity, jsonb_build_object('returning', c.returning) AS dims
      FROM matching_guidancecourse c
     WHERE c.withdrawn_at IS NULL
"""
EXPECTED_REFERRALS = """
    SELECT 'guidance_referral' AS source, r.id::text AS source_id, r.revision AS revision,
           date_trunc('month', r.referred_on)::date AS occurred_on,
           CASE WHEN c.type IN ('growth', 'operation') THEN c.municipality_id END AS municipality,
           c.hub_id AS organisation, NULL::bigint AS heading, c.subject AS subject,
           CASE WHEN c.type IN ('growth', 'operation') THEN 'growth_operation' ELSE 'short_early_warning' END
             AS category,
           CASE WHEN c.type IN ('growth', 'operation') THEN r.area ELSE '' END AS subcategory,
           1::numeric AS quantity
      FROM matching_privatereferral r
      JOIN matching_guidancecourse c ON c.id = r.course_id
     WHERE r.withdrawn_at IS NULL AND c.withdrawn_at IS NULL
"""


def expecting(rows: str, day: str) -> registry.Expected:
    def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
        if period is None:
            return rows, []
        return f"{rows} AND {day} >= %s AND {day} < %s", [period.start, period.end]

    return expected


def courses_to_open(actor: Actor) -> QuerySet[GuidanceCourse]:
    """Those whose fact the actor may open. Of the published group that holds Early Warning only its team opens any
    fact: were the short courses opened one by one, what is left would be the others."""
    rows = GuidanceCourse.objects.visible_to(actor)
    return rows if team.is_in(actor) else rows.exclude(type__in=COMBINED)


def _ids(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.order_by().annotate(source_id=Cast("pk", TextField()))
    return found.values_list("source_id", flat=True)


def visible(actor: Actor) -> QuerySet[Any, Any] | None:
    return _ids(courses_to_open(actor))


def visible_referrals(actor: Actor) -> QuerySet[Any, Any] | None:
    return _ids(PrivateReferral.objects.filter(course__in=courses_to_open(actor).order_by().values("pk")))


def describing(source: str, courses_of: Callable[[set[int], Actor], Mapping[int, GuidanceCourse]]) -> Any:
    def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
        """Title and address of each course the actor may open, one reason for all others. Few queries for the page."""
        ids = {record.place: int(record.source_id) for record in records if record.source == source}
        courses = courses_of(set(ids.values()), actor)
        reason = _("You see that it counts. Courses of guidance are opened by the erhvervshus alone.")
        described = {}
        for place, pk in ids.items():
            course = courses.get(pk)
            if course is None:
                described[place] = registry.Described(_("A course of guidance"), reason=reason)
                continue
            opened("guidance_course", course.pk)
            title = f"{course.company.name}, {course.municipality.name}"
            described[place] = registry.Described(title, url=reverse("matching:guidance_course", args=[course.pk]))
        return described

    return describe


def _courses(pks: set[int], actor: Actor) -> Mapping[int, GuidanceCourse]:
    rows = courses_to_open(actor).filter(pk__in=pks).select_related("company", "municipality")
    return {course.pk: course for course in rows}


def _of_referrals(pks: set[int], actor: Actor) -> Mapping[int, GuidanceCourse]:
    rows = PrivateReferral.objects.filter(pk__in=pks, course__in=courses_to_open(actor).order_by().values("pk"))
    return {row.pk: row.course for row in rows.select_related("course__company", "course__municipality")}


def group_labels() -> dict[str, Any]:
    return dict(GuidanceGroup.choices)


def theme_labels() -> dict[str, Any]:
    return {"": gettext_lazy("not stated"), **dict(Theme.choices)}


registry.register(
    registry.MeasureDefinition(
        key=MEASURE,
        name=gettext_lazy("Courses of guidance"),
        unit="forløb",
        kind="flow",
        disclosure="open",
        about_person=True,
        dimensions={
            "category": registry.Dimension(gettext_lazy("Type of course"), labels=group_labels, required=True),
            "subcategory": registry.Dimension(gettext_lazy("Main theme"), labels=theme_labels),
            "returning": registry.Dimension(gettext_lazy("Guided before"), type="flag", required=True),
        },
        crossings=CROSSINGS,
        nullable=frozenset({"municipality", "heading"}),
        expected=expecting(EXPECTED, "c.started_on"),
        describe=describing(SOURCE, _courses),
        visible=visible,
    )
)
registry.register(
    registry.MeasureDefinition(
        key=REFERRAL_MEASURE,
        name=gettext_lazy("Referrals to private advisers"),
        unit="henvisning",
        kind="flow",
        disclosure="open",
        about_person=True,
        dimensions={
            "category": registry.Dimension(gettext_lazy("Type of course"), labels=group_labels, required=True),
            "subcategory": registry.Dimension(gettext_lazy("Area"), labels=theme_labels),
        },
        crossings=CROSSINGS,
        nullable=frozenset({"municipality", "heading"}),
        expected=expecting(EXPECTED_REFERRALS, "r.referred_on"),
        describe=describing(REFERRAL_SOURCE, _of_referrals),
        visible=visible_referrals,
    )
)
