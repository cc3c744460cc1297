"""What is to be computed for a programme: every definition, read before anything is summed.

The number of queries does not depend on how many targets, municipalities, partners or activities there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.functional import cached_property

from portal import ledger
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.ledger.disclosure import beside, classes_beside
from programmes.headings import Headed
from programmes.models import Programme
from reporting.engine.moment import Moment, moment_of
from reporting.engine.read import Group, Spans
from reporting.models import Target, TargetVersion
from reporting.rules.account import Part
from reporting.rules.path import Expected, expected_by, in_all

MATCHES = "match_registered"
"""What a programme counts when no target says otherwise."""


@dataclass(frozen=True)
class Goal:
    """A target with the version that is known as of the moment."""

    target: Target
    version: TargetVersion

    @property
    def key(self) -> str:
        return self.target.key

    @property
    def amount(self) -> Decimal | None:
        amount: Decimal | None = self.version.amount
        return amount

    @property
    def window(self) -> tuple[date, date]:
        return self.version.counted_from, self.version.counted_to

    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that decide what counts towards the goal, besides measure and window.

        Months come with headings: a heading lies below another from a day to a day.
        """
        version = self.version
        named = {
            "heading": bool(version.headings),
            "month": bool(version.headings),
            "municipality": bool(version.municipalities or version.excluded_municipalities)
            or version.basis == TargetVersion.Basis.PLACE_OF_WORK,
            "organisation": bool(version.organisations),
        }
        return tuple(sorted(name for name, needed in named.items() if needed))

    def part(self, municipalities: frozenset[str]) -> Part:
        """Whose matches count, when `municipalities` are those of the programme. Headings are the tree's to say."""
        version = self.version
        places: frozenset[str] | None = None
        if "municipality" in self.dimensions():
            chosen = frozenset(version.municipalities) or municipalities
            places = chosen - frozenset(version.excluded_municipalities)
        return Part(places, frozenset(version.organisations) or None)

    def expected(self, day: date) -> Expected | None:
        """What was expected by the end of `day`; None where the target has no path (no number, a maximum)."""
        return expected_by(self.version, day)

    @property
    def in_all(self) -> Decimal | None:
        """The number of the whole counting; of a target per year or quarter the number per period times the periods."""
        return in_all(self.version)


@dataclass(frozen=True)
class Tree:
    """What lies below the programme and each of its activities, with the days it lay there, as known at the moment."""

    below: Mapping[int, Spans]

    def holds(self, root: int, heading: int | None, month: date) -> bool:
        """Did `heading` lie below `root` (or is it the root itself) in that month?"""
        return any(
            span.heading == heading
            and (span.valid_from is None or span.valid_from <= month)
            and (span.valid_to is None or month < span.valid_to)
            for span in self.below.get(root, ())
        )

    @cached_property
    def _above(self) -> Mapping[int, list[tuple[int, date, date]]]:
        """For each heading the roots it lay below, with the days."""
        above: dict[int, list[tuple[int, date, date]]] = {}
        for root, spans in self.below.items():
            for span in spans:
                days = (span.valid_from or date.min, span.valid_to or date.max)
                above.setdefault(span.heading, []).append((root, *days))
        return above

    def totals(self, cells: Mapping[tuple[Any, ...], Decimal]) -> dict[int, Decimal]:
        """Cells by (heading, month) added up for every root they lay below in that month: one pass for all roots."""
        added: dict[int, Decimal] = {}
        for (heading, month), quantity in cells.items():
            # A heading that left and came back has two spans below a root; no month lies in both.
            for root in {root for root, first, end in self._above.get(heading, ()) if first <= month < end}:
                added[root] = added.get(root, Decimal(0)) + quantity
        return added

    def parts(self, root: int) -> list[int]:
        """The headings next below `root`, of those that are asked for by themselves."""
        inside = {span.heading for span in self.below.get(root, ())} - {root}
        known = [heading for heading in self.below if heading in inside]
        deeper = {span.heading for heading in known for span in self.below[heading] if span.heading != heading}
        return [heading for heading in known if heading not in deeper]


@dataclass(frozen=True)
class Plan:
    """Everything that the figures of a programme are computed from, as known at one moment."""

    programme: Programme
    measure: str
    moment: Moment
    goals: tuple[Goal, ...]
    tree: Tree
    municipalities: tuple[Municipality, ...]
    activities: tuple[Headed, ...]
    """Focus areas are among them."""

    @cached_property
    def _labels(self) -> dict[str, Mapping[str, str]]:
        return {}

    def labels(self, dimension: str) -> Mapping[str, str]:
        """The labels of a dimension's values as the measure declares them, asked for once; empty where it has none."""
        if dimension not in self._labels:
            declared = registry.get(self.measure).dimensions.get(dimension)
            found = declared.labels() if declared is not None and declared.labels is not None else {}
            self._labels[dimension] = {str(code): str(label) for code, label in found.items()}
        return self._labels[dimension]

    @property
    def window(self) -> tuple[date, date]:
        """The days inside which something counts: the whole's, else the programme's."""
        return self.whole.window if self.whole else (self.programme.counted_from, self.programme.ends_on)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(each.code for each in self.municipalities)

    @property
    def whole(self) -> Goal | None:
        return self._first(TargetVersion.Basis.WHOLE)

    @property
    def municipal(self) -> Goal | None:
        return self._first(TargetVersion.Basis.PLACE_OF_WORK)

    @property
    def partner(self) -> Goal | None:
        """The part of the other partners: counted by creator, and not by an activity besides."""
        return self._first(TargetVersion.Basis.CREATOR)

    def goal(self, key: str) -> Goal | None:
        return next((goal for goal in self.goals if goal.key == key), None)

    def group(
        self,
        window: tuple[date, date] | None = None,
        below: tuple[Spans, ...] = (),
        where: Q | None = None,
        columns: frozenset[str] = frozenset(),
    ) -> Group:
        """All that is counted in the programme, narrowed by `where`, which speaks of `columns`."""
        spans = self.tree.below[self.programme.heading_id]
        return Group(self.measure, (spans, *below), window or self.window, where or Q(), columns)

    def unit_goals(self, parent: Goal) -> tuple[Goal, ...]:
        """The goals that share out another: parts of it that count by the same basis (as a distribution key makes)."""
        return tuple(
            goal
            for goal in self.goals
            if goal.target.parent_id == parent.target.pk and goal.version.basis == parent.version.basis
        )

    def _first(self, basis: str) -> Goal | None:
        """The first target of the basis that is not itself a share of another of the same basis."""
        bases = {goal.target.pk: goal.version.basis for goal in self.goals}
        return next(
            (
                goal
                for goal in self.goals
                if goal.version.basis == basis
                and goal.target.measure_id == self.measure
                and bases.get(goal.target.parent_id or 0) != basis
            ),
            None,
        )


def plan(programme: Programme, as_of: ledger.AsOf | None) -> Plan:
    """Read the definitions of `programme` as known at `as_of` (None is now): four queries.

    The day at which municipalities belong to the programme's area is the moment's, inside the programme's period.
    """
    moment = moment_of(as_of)
    # Targets of indicators are read by reporting.engine.indicator_targets: they count other things than matches.
    counting = {"target__programme": programme, "target__measure__isnull": False}
    newest = TargetVersion.objects.known(moment.as_of).filter(**counting).select_related("target")
    newest = newest.order_by("target_id", "-place").distinct("target_id")
    versions = list(newest.annotate(said=beside()))
    if versions:
        # Whoever shows the figures asks next which class the measure has.
        classes_beside(versions[0].said)
    goals = [Goal(version.target, version) for version in versions if not version.withdrawn]
    goals.sort(key=lambda goal: (goal.target.order, goal.key))
    activities, tree = _tree(programme, moment.as_of)
    whole = next((goal for goal in goals if goal.version.basis == TargetVersion.Basis.WHOLE), None)
    inside = min(max(moment.day, programme.starts_on), programme.ends_on)
    return Plan(
        programme=programme,
        measure=str(whole.target.measure_id) if whole else MATCHES,
        moment=moment,
        goals=tuple(goals),
        tree=tree,
        municipalities=tuple(programme.municipalities(inside)),
        activities=activities,
    )


# As ledger_headings_under() does it for one heading, for all of them in one walk: asked by itself for each of 300
# activities it takes 0.2 s.
TREE = """
    WITH RECURSIVE parts AS MATERIALIZED (
        SELECT heading_id, number, name FROM programmes_activity WHERE programme_id = %s
        UNION ALL SELECT heading_id, number, name FROM programmes_focusarea WHERE programme_id = %s),
    roots AS (
        SELECT %s::bigint AS heading_id
        UNION SELECT heading_id FROM parts),
    spans AS MATERIALIZED (SELECT * FROM ledger_heading_spans(%s, %s)),
    tree AS (
        SELECT r.heading_id AS root, r.heading_id AS heading, '-infinity'::date AS valid_from,
               'infinity'::date AS valid_to
          FROM roots r
        UNION
        SELECT t.root, s.heading, greatest(t.valid_from, s.valid_from), least(t.valid_to, s.valid_to)
          FROM tree t JOIN spans s ON s.parent = t.heading
         WHERE greatest(t.valid_from, s.valid_from) < least(t.valid_to, s.valid_to))
    SELECT p.number, p.name, t.root, t.heading,
           nullif(t.valid_from, '-infinity') AS from_day, nullif(t.valid_to, 'infinity') AS to_day
      FROM tree t LEFT JOIN parts p ON p.heading_id = t.root
     ORDER BY p.number NULLS FIRST, p.heading_id NULLS FIRST, t.heading, t.valid_from
"""


def _tree(programme: Programme, as_of: ledger.AsOf) -> tuple[tuple[Headed, ...], Tree]:
    """The programme's activities and focus areas by number, and what lies below it and each of them: one query."""
    activities: dict[int, Headed] = {}
    below: dict[int, list[ledger.Span]] = {programme.heading_id: []}
    with connection.cursor() as cursor:
        cursor.execute(TREE, [programme.pk, programme.pk, programme.heading_id, as_of.day, as_of.place])
        found = cursor.fetchall()
    for number, name, root, heading, from_day, to_day in found:
        if number is not None:
            activities.setdefault(root, Headed(root, number, name, programme.pk))
        below.setdefault(root, []).append(ledger.Span(heading, from_day, to_day))
    return tuple(activities.values()), Tree({root: tuple(spans) for root, spans in below.items()})


def organisation_names(ids: set[int]) -> dict[str, str]:
    """Names by id as text, for organisations that have figures; short names where there are any. One query."""
    found = Organisation.objects.filter(pk__in=ids).values_list("pk", "name").order_by("pk")
    return {str(pk): name for pk, name in found}
