"""What reporting counts: the eight kinds of observation. One fact for each observation that holds.

A statistic's `occurred_on` is the last day of the period it is about, not the day of publication: an indicator reads it
in the window of what it measures, and the newest value is that of the newest period.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.rights import Verdict, may
from portal.ledger import registry
from portal.ledger.disclosure import class_of, classes
from portal.ui import formats
from programmes.scope import organisations_of_area
from reporting import rights
from reporting.models import Observation, Series

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

SOURCE = "observation"

ANSWER = "survey_answer"
INVITED = "survey_invited"
MEASUREMENT = "measurement"
STATISTIC = "statistic"
DELIVERY = "delivery"
VOLUME = "volume"
ASSESSMENT = "assessment"
PERSONS = "person_group"
KINDS = (ANSWER, INVITED, MEASUREMENT, STATISTIC, DELIVERY, VOLUME, ASSESSMENT, PERSONS)

ONE_BY_ONE = frozenset({ANSWER})
"""What others have said, without their names. Read one by one by those who open registrations at all; whoever does not
sees how many said what. The other kinds are statements about a programme, each made to be read."""

GROUPED_BY = ("municipality", "organisation", "heading", "category", "month")

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
EXPECTED = """
    SELECT 'observation' AS source, o.id::text AS source_id, o.revision AS revision, o.occurred_on AS occurred_on,
           o.municipality_id AS municipality, o.organisation_id AS organisation, s.heading_id AS heading,
           o.subject AS subject, o.category AS category, o.vintage AS subcategory, o.quantity AS quantity,
           o.qualifier AS qualifier,
           CASE WHEN o.period_from IS NOT NULL THEN daterange(o.period_from, o.period_to, '[]') END AS period
      FROM reporting_observation o JOIN reporting_series s ON s.id = o.series_id
     WHERE s.measure_id = %s AND o.withdrawn_at IS NULL
       AND (s.measure_id <> 'assessment' OR o.confirmed_at IS NOT NULL)
"""


def expected_of(measure: str) -> Callable[[registry.Period | None], tuple[str, Sequence[Any]]]:
    def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
        if period is None:
            return EXPECTED, [measure]
        return f"{EXPECTED} AND o.occurred_on >= %s AND o.occurred_on < %s", [measure, period.start, period.end]

    return expected


def may_open_observations(actor: Actor, series: Series) -> Verdict:
    """May the person, who sees the series, read its single observations? As `visible_observations` says."""
    if _registers(actor) and series.owner_id in actor.organisation_ids:
        return Verdict(True)
    if class_of(str(series.measure_id)) != "open":
        return Verdict(False, _("The series is protected: others see the published numbers only."))
    if series.measure_id in ONE_BY_ONE and not may(actor, rights.VIEW_FACTS):
        return Verdict(False, _("In your role you see how many answered what, not the single answers."))
    return Verdict(True)


def _registers(actor: Actor) -> bool:
    """Whoever helps in a support view registers nothing, and sees of a protected measure what everybody sees."""
    return bool(may(actor, rights.REGISTER_OBSERVATION)) and actor.support is None


def visible_observations(actor: Actor) -> "QuerySet[Observation]":
    """Those of the series of the person's own area: of protected measures those that the person registers in, and so of
    answers for whoever does not open registrations."""
    if not may(actor, rights.VIEW_SERIES):
        return Observation.objects.none()
    return Observation.objects.filter(_readable(actor, "series__"))


def readable_series(actor: Actor) -> "QuerySet[Series]":
    """Those of whose observations the person may read each: as `visible_observations` says."""
    if not may(actor, rights.VIEW_SERIES):
        return Series.objects.none()
    return Series.objects.filter(_readable(actor, ""))


def _readable(actor: Actor, series: str) -> Q:
    """`series`: the way to it, "" from the series itself."""
    closed = {measure for measure, disclosure in classes().items() if disclosure != "open"}
    if not may(actor, rights.VIEW_FACTS):
        closed |= ONE_BY_ONE
    readable = ~Q(**{f"{series}measure__in": closed})
    if _registers(actor):
        readable |= Q(**{f"{series}owner__in": actor.organisation_ids})
    return readable & Q(**{f"{series}owner__in": organisations_of_area(actor)})


def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    """Title and address of each observation the actor may open. One query for the page."""
    ids = {record.place: int(record.source_id) for record in records if record.source == SOURCE}
    found = {
        observation.pk: observation
        for observation in visible_observations(actor)
        .filter(pk__in=set(ids.values()))
        .order_by()
        .select_related("series", "municipality")
    }
    reason = _("A protected series or one of another area. You see that it counts, not what it says.")
    described = {}
    for place, pk in ids.items():
        observation = found.get(pk)
        if observation is None:
            described[place] = registry.Described(_("An observation"), reason=reason)
            continue
        url = reverse("reporting:observation", args=[observation.series.key, pk])
        described[place] = registry.Described(title(observation), url=url)
    return described


def title(observation: Observation) -> str:
    """Series, answer or area, day; and that it is constructed when it is."""
    said = [
        observation.series.name,
        str(observation.municipality) if observation.municipality_id else observation.category,
        formats.date_da(observation.occurred_on),
        _("constructed") if observation.constructed else "",
    ]
    return ", ".join(part for part in said if part)


def visible(actor: Actor) -> QuerySet[Observation, Any] | None:
    """The ids, as text, of the observations the actor may open."""
    if not may(actor, rights.VIEW_SERIES):
        return None
    return (
        visible_observations(actor)
        .order_by()
        .annotate(source_id=Cast("pk", TextField()))
        .values_list("source_id", flat=True)
    )


def _register(
    key: str,
    name: Any,
    unit: str,
    kind: registry.Kind,
    nullable: set[str],
    disclosure: registry.Disclosure = "open",
    crossings: Sequence[tuple[str, ...]] = (),
    **dimensions: Any,
) -> None:
    columns = [column for column in GROUPED_BY if column != "category" or "category" in dimensions]
    registry.register(
        registry.MeasureDefinition(
            key=key,
            name=name,
            unit=unit,
            kind=kind,
            disclosure=disclosure,
            about_person=disclosure == "people",
            dimensions=dimensions,
            # Open in every crossing: an answer names nobody, and a series is its owner's to publish.
            crossings=crossings or [*combinations(columns, 2), *combinations(columns, 3)],
            nullable=frozenset(nullable | {"municipality", "organisation"}),
            expected=expected_of(key),
            describe=describe,
            visible=visible,
        )
    )


_vintage = registry.Dimension(gettext_lazy("Vintage"))
_register(
    ANSWER,
    gettext_lazy("Survey answers"),
    "answer",
    "answer",
    {"subject"},
    category=registry.Dimension(gettext_lazy("Answer"), required=True),
)
_register(INVITED, gettext_lazy("Invited to answer"), "invitation", "flow", {"subject"})
_register(MEASUREMENT, gettext_lazy("Measurements"), "value", "published", {"subject"}, subcategory=_vintage)
_register(
    STATISTIC,
    gettext_lazy("Published statistics"),
    "value",
    "published",
    {"subject"},
    category=registry.Dimension(gettext_lazy("Area"), required=True),
    subcategory=registry.Dimension(gettext_lazy("Vintage"), required=True),
)
_register(DELIVERY, gettext_lazy("Deliveries"), "delivery", "flow", {"subject"})
_register(VOLUME, gettext_lazy("Volumes"), "unit", "flow", {"subject"})
_register(ASSESSMENT, gettext_lazy("Confirmed assessments"), "percent", "published", {"subject"})
_register(
    PERSONS,
    gettext_lazy("Persons by group"),
    "person",
    "flow",
    {"subject"},
    disclosure="people",
    crossings=[("category", "municipality"), ("category", "month")],
    category=registry.Dimension(gettext_lazy("Group of persons"), required=True, personal=True),
)
