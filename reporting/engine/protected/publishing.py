"""Publishing what may be shown of a protected measure, as known at the end of a day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity.models import User
from portal.ledger import registry
from portal.ledger.disclosure import class_of
from programmes.models import Programme
from reporting.engine.plan import plan
from reporting.engine.protected.counting import Subject, counts_of, group_of
from reporting.engine.protected.payload import pattern_in, shown_in, written
from reporting.engine.read import Group
from reporting.models import Publication, Series
from reporting.rules.disclosure import SMALLEST_SHOWN, Bounds, Counts, Release, protect


class NothingToPublish(Exception):  # a finding, not a fault
    """Nothing new may be shown as of that day; the message says why, for the person."""


@transaction.atomic
def publish(subject: Subject, day: date, made_by: User | None = None) -> Publication:
    """What may be shown as known at the end of `day`, with regard to all that has been published before.

    Raises NothingToPublish, and ledger.FutureDate for a day to come. The same day again gives what is there.
    """
    as_of = ledger.AsOf.at(day)
    group = group_of(subject, as_of)
    disclosure, definition = class_of(group.measure), registry.get(group.measure)
    if disclosure == "open":
        raise NothingToPublish(_("The measure is open: its numbers are shown as they are."))
    if definition.kind not in ("flow", "answer"):
        raise NothingToPublish(_("Only what is counted can be shown in part; a value that stands alone is not shown."))
    heading = subject.heading_id
    earlier = list(Publication.objects.filter(measure=group.measure, heading=heading).order_by("as_of", "pk"))
    for each in earlier:
        if each.as_of == day and each.disclosure == disclosure:
            return each
    if earlier and earlier[-1].as_of > day:
        raise NothingToPublish(_("A later day has been published already; what was published is never changed."))
    counts = counts_of(group, as_of, group.measure)
    releases = [_release(subject, each) for each in earlier]
    pattern = protect(counts, SMALLEST_SHOWN[disclosure], releases, _bounds(group, as_of))
    if pattern is None:
        raise NothingToPublish(_("Too few, or too few more than before: what was published last stands."))
    before = shown_in(earlier[-1].payload) if earlier else {}
    return Publication.objects.create(
        measure_id=group.measure,
        heading_id=heading,
        as_of=day,
        place=as_of.place,
        disclosure=disclosure,
        payload=written(counts, pattern, before, earlier[-1].as_of if earlier else None),
        made_by=made_by,
    )


def publish_all(measure: str, day: date, made_by: User | None = None) -> tuple[int, int]:
    """Every programme and series that counts the measure. Returns how many were published, and how many not."""
    done = left = 0
    for subject in subjects(measure):
        try:
            publish(subject, day, made_by)
            done += 1
        except NothingToPublish:
            left += 1
    return done, left


def subjects(measure: str) -> Iterable[Subject]:
    """What has numbers of the measure to publish. A query for each programme."""
    yield from Series.objects.filter(measure=measure).order_by("key")
    for programme in Programme.objects.select_related("area").order_by("slug"):
        if plan(programme, None).measure == measure:
            yield programme


def _release(subject: Subject, earlier: Publication) -> Release:
    """What was true when something was published: counted again from the ledger, which never forgets."""
    as_of = ledger.AsOf(earlier.as_of, earlier.place)
    counts = counts_of(group_of(subject, as_of), as_of, str(earlier.measure_id))
    return Release(counts, pattern_in(earlier.payload))


def _bounds(group: Group, as_of: ledger.AsOf) -> Bounds:
    """The numbers of the measure that this one is part of, and of those that are part of it."""
    whole = registry.get(group.measure).part_of
    parts = [each.key for each in registry.all_measures() if each.part_of == group.measure]
    outside = counts_of(group, as_of, group.measure, whole) if whole else None
    inside = [counts_of(group, as_of, group.measure, part) for part in parts]
    return Bounds(_greatest(inside) if inside else None, outside)


def _greatest(several: list[Counts]) -> Counts:
    """Of each number the greatest: what the parts together leave known of the whole."""
    first = several[0]
    zero = Decimal(0)

    def merged(maps: list[dict[object, Decimal]]) -> dict[object, Decimal]:
        names = {name for each in maps for name in each}
        return {name: max(each.get(name, zero) for each in maps) for name in names}

    return Counts(
        max(each.total for each in several),
        {name: merged([dict(each.margins[name]) for each in several]) for name in first.margins},
        {pair: merged([dict(each.crossings[pair]) for each in several]) for pair in first.crossings},
    )
