"""The definitions that asks lead to, as known at the moment.

Three queries at most, whatever is asked; one more where nothing but drafts without series is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from portal import ledger
from portal.ledger import registry
from portal.ledger.disclosure import beside, classes, classes_beside
from reporting.models import IndicatorVersion, Series
from reporting.rules import formula
from reporting.rules.values import Absent, Empty, Failed, Fault

Kind, Aggregate = IndicatorVersion.Kind, IndicatorVersion.Aggregate


class Span(NamedTuple):
    """The days [first, after) on which a heading belongs; None is no limit."""

    heading: int
    first: date | None
    after: date | None


@dataclass(frozen=True)
class Leaf:
    """What a version that counts facts counts. None in a filter: it does not narrow."""

    key: str
    measure: str
    aggregate: str
    spans: tuple[Span, ...] | None = None
    municipalities: frozenset[str] | None = None
    organisations: frozenset[int] | None = None
    categories: frozenset[str] | None = None
    subcategories: frozenset[str] | None = None
    share_of: frozenset[str] = frozenset()
    of_series: bool = False
    """It names series: nothing observed is then "not reported". Registrations are complete, so there none is zero."""
    last_of_each_place: bool = False
    """A level that may be added up over municipalities: the last of each."""
    since: date | None = None
    cumulative: bool = False

    def window(self, start: date | None, end: date | None) -> tuple[date | None, date | None]:
        """The days of facts inside an ask: a cumulative one starts at the beginning, persons' facts carry the month."""
        if self.cumulative:
            start = self.since
        if start is not None and registry.get(self.measure).about_person:
            start = start.replace(day=1)
        return start, end


@dataclass(frozen=True)
class Defined:
    """An indicator as it was known: a leaf, a formula, or the reason why it has no value."""

    key: str
    name: str
    unit: str
    version: int | None
    leaf: Leaf | None = None
    node: Any = None
    references: frozenset[str] = frozenset()
    nothing: Absent | Failed | None = None


Definitions = Mapping[str, Defined]


# Every word of a formula may be a key; those that are none lead nowhere. UNION ends a circle.
CLOSURE = """
    WITH RECURSIVE wanted(key) AS (
        SELECT unnest(%s::text[])
        UNION
        SELECT word[1]
          FROM wanted
          JOIN reporting_indicator i ON i.key = wanted.key
          JOIN reporting_indicatorversion v ON v.indicator_id = i.id AND v.place <= %s AND v.formula <> '',
               LATERAL regexp_matches(v.formula, '[a-z][a-z0-9_]*', 'g') AS found(word))
    SELECT key FROM wanted
"""


def plan(keys: Iterable[str], as_of: ledger.AsOf, drafts: Mapping[str, IndicatorVersion] | None = None) -> Definitions:
    """Every definition that `keys` lead to, through formulas. `drafts` stand for what is stored under their keys."""
    drafts = drafts or {}
    asked = set(keys)
    drafted = {name for key, draft in drafts.items() for name in _references(draft.formula)}
    # Older versions of a formula may lead to more; that does no harm.
    first = sorted((asked | drafted) - set(drafts))
    closure = RawSQL(CLOSURE, [first, as_of.place])  # noqa: S611  the keys are parameters
    found = IndicatorVersion.objects.known(as_of).filter(indicator__key__in=closure)
    newest = found.order_by("indicator_id", "-learnt_on", "-place").distinct("indicator_id").annotate(said=beside())
    stored = {each.indicator.key: each for each in newest.select_related("indicator__programme")}
    versions = stored | dict(drafts)
    wanted = _reached(asked, versions)
    counted = [version for key in wanted if (version := versions.get(key)) is not None and version.kind == Kind.MEASURE]
    series, said = _series({key for each in counted for key in each.filter.get("series", ())})
    trees = _trees({int(pk) for each in counted for pk in each.filter.get("headings", ())}, as_of)
    if stored:
        said = (next(iter(stored.values())).said,)
    held = classes_beside(said[0]) if said else classes()
    defined = {}
    for key in wanted:
        version = versions.get(key)
        if version is None:
            defined[key] = Defined(key, key, "", None, nothing=Failed(Fault.UNKNOWN, key))
        else:
            defined[key] = _defined(key, version, series, trees, held)
    circles = _in_circles(defined)
    for key in circles:
        each = defined[key]
        path = ", ".join(sorted(circles))
        defined[key] = Defined(key, each.name, each.unit, each.version, nothing=Failed(Fault.CYCLIC, path))
    return defined


def _reached(keys: set[str], versions: Mapping[str, IndicatorVersion]) -> set[str]:
    """The keys and all that their formulas lead to as they were known."""
    found: set[str] = set()
    waiting = sorted(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            version = versions.get(key)
            if version is not None and version.kind == Kind.FORMULA and not version.withdrawn:
                waiting.extend(_references(version.formula))
    return found


def _references(text: str) -> frozenset[str]:
    try:
        return formula.references(formula.parse(text))
    except formula.FormulaError:
        return frozenset()


def _defined(
    key: str,
    version: IndicatorVersion,
    series: Mapping[str, int],
    trees: Mapping[int, list[Span]],
    held: Mapping[str, registry.Disclosure],
) -> Defined:
    name, unit, place = version.indicator.name, version.unit, version.place
    if version.withdrawn:
        return Defined(key, name, unit, place, nothing=Absent(Empty.NOT_RELEVANT))
    if version.kind == Kind.OPEN:
        reason = version.filter.get("empty", Empty.NOT_REPORTED)
        return Defined(key, name, unit, place, nothing=Absent(Empty(reason)))
    if version.kind == Kind.FORMULA:
        try:
            node = formula.parse(version.formula)
        except formula.FormulaError as error:
            return Defined(key, name, unit, place, nothing=Failed(Fault.TYPE, str(error)))
        return Defined(key, name, unit, place, node=node, references=formula.references(node))
    try:
        measure = registry.get(str(version.measure_id))
    except ledger.Undeclared:
        return Defined(key, name, unit, place, nothing=Failed(Fault.UNKNOWN, str(version.measure_id)))
    # The response rate stands beside the answers, so the invited are read with them.
    if any(held[each] != "open" for each in (measure.key, *(["survey_invited"] if measure.kind == "answer" else []))):
        # Who reads is not known here, so nobody gets an indicator of a protected measure, nor what is made from it.
        return Defined(key, name, unit, place, nothing=Failed(Fault.FORBIDDEN, measure.key))
    missing = [each for each in version.filter.get("series", ()) if each not in series]
    if missing:
        return Defined(key, name, unit, place, nothing=Failed(Fault.UNKNOWN, ", ".join(missing)))
    return Defined(key, name, unit, place, leaf=_leaf(key, version, measure, series, trees))


def _leaf(
    key: str,
    version: IndicatorVersion,
    measure: registry.MeasureDefinition,
    series: Mapping[str, int],
    trees: Mapping[int, list[Span]],
) -> Leaf:
    said = version.filter
    spans: tuple[Span, ...] | None = None
    if said.get("series") or said.get("headings"):
        named = [Span(series[each], None, None) for each in said.get("series", ())]
        below = [span for pk in said.get("headings", ()) for span in trees.get(int(pk), [Span(int(pk), None, None)])]
        spans = merged([*named, *below])
    programme = version.indicator.programme
    return Leaf(
        key=key,
        measure=measure.key,
        aggregate=version.aggregate,
        spans=spans,
        municipalities=_narrowing(said, "municipalities"),
        organisations=_narrowing(said, "organisations"),
        categories=_narrowing(said, "categories"),
        subcategories=_narrowing(said, "subcategories"),
        share_of=frozenset(version.share_of),
        of_series=bool(said.get("series")),
        last_of_each_place=measure.kind == "level" and version.over_place == IndicatorVersion.Over.SUM,
        since=programme.counted_from if programme else None,
        cumulative=version.accumulation == IndicatorVersion.Accumulation.CUMULATIVE,
    )


def _narrowing(said: Mapping[str, Any], name: str) -> frozenset[Any] | None:
    return frozenset(said[name]) if said.get(name) else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days, each heading's spans apart from each other: two roots of a filter may overlap."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.heading, each.first or date.min)):
        before = joined[-1] if joined else None
        if (
            before
            and before.heading == span.heading
            and (before.after is None or span.first is None or span.first <= before.after)
        ):
            after = None if before.after is None or span.after is None else max(before.after, span.after)
            joined[-1] = Span(span.heading, before.first, after)
        else:
            joined.append(span)
    return tuple(joined)


def _series(keys: set[str]) -> tuple[dict[str, int], tuple[Any, ...]]:
    """The headings, and beside them the disclosure classes that have been set (nothing when nothing was asked)."""
    if not keys:
        return {}, ()
    rows = list(Series.objects.filter(key__in=keys).order_by("key").values_list("key", "heading_id", beside()))
    return {key: heading for key, heading, _said in rows}, tuple(said for *_rest, said in rows[:1])


def _trees(roots: set[int], as_of: ledger.AsOf) -> dict[int, list[Span]]:
    """Each heading and what lies below it, with the days it lay there. One query for all of them."""
    trees: dict[int, list[Span]] = {root: [] for root in roots}
    if not roots:
        return trees
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.root, u.heading, nullif(u.valid_from, '-infinity'), nullif(u.valid_to, 'infinity')"
            " FROM unnest(%s::bigint[]) r(root), LATERAL ledger_headings_under(r.root, %s, %s) u"
            " ORDER BY 1, 2, u.valid_from",
            [sorted(roots), as_of.day, as_of.place],
        )
        for root, *span in cursor.fetchall():
            trees[root].append(Span(*span))
    return trees


def _in_circles(defined: Definitions) -> set[str]:
    """The keys that lead back to themselves; those that only lead to a circle are not in it."""
    circles: set[str] = set()
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_keys: list[str] = []
    for start in sorted(defined):
        if start in index:
            continue
        # Tarjan's algorithm without recursion: formulas may lead on and on.
        work = [(start, iter(sorted(defined[start].references & defined.keys())))]
        index[start] = low[start] = len(index)
        open_keys.append(start)
        while work:
            key, following = work[-1]
            deeper = None
            for each in following:
                if each not in index:
                    deeper = each
                    break
                if each in open_keys:
                    low[key] = min(low[key], index[each])
            if deeper is not None:
                index[deeper] = low[deeper] = len(index)
                open_keys.append(deeper)
                work.append((deeper, iter(sorted(defined[deeper].references & defined.keys()))))
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[key])
            if low[key] == index[key]:
                part = open_keys[open_keys.index(key) :]
                del open_keys[open_keys.index(key) :]
                if len(part) > 1 or key in defined[key].references:
                    circles.update(part)
    return circles
