"""Buckets: the facts of flow measures summed ahead, so that pages about now do not read every fact.

The ledger is the work list: what lies after a measure's stamp has not been counted yet. Folding is idempotent and can
be killed at any point: buckets and stamps change in one transaction. A bucket is a cache; the facts are the truth, and
`differences` compares the two.
"""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal import ledger
from portal.ledger import registry
from reporting.models import BatchBucket, Bucket, BucketStamp

COLUMNS = "measure_id, detail, heading_id, municipality_id, organisation_id, category, subcategory, month"

# One reading of the facts gives all three details: what GROUPING says of (municipality, category, subcategory) tells
# them apart.
SUMMED = """
    SELECT fact.measure_id,
           CASE GROUPING(fact.municipality_id, fact.category, fact.subcategory)
                WHEN 0 THEN 'full' WHEN 3 THEN 'place' ELSE 'type' END AS detail,
           fact.heading_id, fact.municipality_id, fact.organisation_id,
           coalesce(fact.category, '') AS category, coalesce(fact.subcategory, '') AS subcategory,
           fact.month, sum(fact.quantity) AS quantity
      FROM ledger_fact fact JOIN reporting_bucketstamp stamp ON stamp.measure_id = fact.measure_id
     WHERE {limits}
     GROUP BY GROUPING SETS (
           (fact.measure_id, fact.heading_id, fact.month, fact.municipality_id, fact.organisation_id, fact.category,
            fact.subcategory),
           (fact.measure_id, fact.heading_id, fact.month, fact.municipality_id, fact.organisation_id),
           (fact.measure_id, fact.heading_id, fact.month, fact.category))
"""
NEW = "fact.measure_id = ANY (%(measures)s) AND fact.place > stamp.computed_to_place AND fact.place <= %(head)s"
COUNTED = "fact.place <= stamp.computed_to_place"

FOLD = f"""
    INSERT INTO reporting_bucket AS bucket ({COLUMNS}, quantity)
    {SUMMED.format(limits=NEW)}
    ON CONFLICT ({COLUMNS}) DO UPDATE SET quantity = bucket.quantity + excluded.quantity
"""

FOLD_BATCHES = f"""
    INSERT INTO reporting_batchbucket AS bucket
           (measure_id, batch_id, heading_id, month, facts, last_place, learnt_from, learnt_to)
    SELECT fact.measure_id, fact.batch_id, fact.heading_id, fact.month, count(*), max(fact.place),
           min(fact.learnt_on), max(fact.learnt_on)
      FROM ledger_fact fact JOIN reporting_bucketstamp stamp ON stamp.measure_id = fact.measure_id
     WHERE {NEW} AND fact.batch_id IS NOT NULL
     GROUP BY fact.measure_id, fact.batch_id, fact.heading_id, fact.month
    ON CONFLICT (measure_id, batch_id, heading_id, month) DO UPDATE SET
           facts = bucket.facts + excluded.facts,
           last_place = greatest(bucket.last_place, excluded.last_place),
           learnt_from = least(bucket.learnt_from, excluded.learnt_from),
           learnt_to = greatest(bucket.learnt_to, excluded.learnt_to)
"""  # noqa: S608  only the constants above are put in

COUNT = f"""
    SELECT count(*) FROM ledger_fact fact JOIN reporting_bucketstamp stamp ON stamp.measure_id = fact.measure_id
     WHERE {NEW}
"""  # noqa: S608  only the constants above are put in

DIFFERENCES = f"""
    WITH counted AS ({SUMMED.format(limits=COUNTED)}),
         stored AS (SELECT {COLUMNS}, quantity FROM reporting_bucket)
    SELECT 'counted' AS side, * FROM (TABLE counted EXCEPT TABLE stored) AS missing
    UNION ALL
    SELECT 'stored' AS side, * FROM (TABLE stored EXCEPT TABLE counted) AS wrong
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""  # noqa: S608  only the constants above are put in


def flow_measures() -> list[str]:
    """The measures that are counted ahead: those whose quantities may be added up over time and place."""
    return [measure.key for measure in registry.all_measures() if measure.kind == "flow"]


def fold() -> int:
    """Count what has come since the stamps. Returns the number of facts counted; 0 when there was nothing to do.

    Two workers at once: the second waits on the stamps' rows and then finds nothing left.
    """
    measures = flow_measures()
    if not _behind(measures):
        return 0
    with transaction.atomic():
        _lock(measures)
        return _fold_locked(measures)


def rebuild() -> int:
    """Throw the buckets of every flow measure away and count them again from the first fact. Returns the facts counted.

    Pages go on showing the old buckets until the new ones are committed.
    """
    measures = flow_measures()
    with transaction.atomic():
        _lock(measures)
        Bucket.objects.filter(measure__in=measures).delete()
        BatchBucket.objects.filter(measure__in=measures).delete()
        BucketStamp.objects.filter(measure__in=measures).update(computed_to_place=0)
        return _fold_locked(measures)


def differences() -> list[str]:
    """Where the buckets are not what the facts up to the stamps say, in words; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [f"{row[0]}: {', '.join(str(value) for value in row[1:])}" for row in cursor.fetchall()]


def _behind(measures: list[str]) -> bool:
    """Is there anything to do? Asked without locks, so that the sweep costs nothing when nothing has happened."""
    stamped = dict(BucketStamp.objects.filter(measure__in=measures).values_list("measure_id", "computed_to_place"))
    head = ledger.head()
    return any(stamped.get(measure, -1) < head for measure in measures)


def _lock(measures: list[str]) -> None:
    """Lock the stamps, in one order, making those that are missing."""
    BucketStamp.objects.bulk_create(
        [BucketStamp(measure_id=key, computed_to_place=0, computed_at=timezone.now()) for key in measures],
        ignore_conflicts=True,
    )
    # no_key: the foreign keys of others never wait for a worker.
    list(
        BucketStamp.objects.select_for_update(no_key=True)
        .filter(measure__in=measures)
        .order_by("measure_id")
        .values_list("measure_id", flat=True)
    )


def _fold_locked(measures: list[str]) -> int:
    # The head is read after the locks: everything up to it is committed, and no other worker counts it meanwhile.
    head = ledger.head()
    with connection.cursor() as cursor:
        limits: dict[str, Any] = {"measures": measures, "head": head}
        cursor.execute(COUNT, limits)
        (counted,) = cursor.fetchone()
        cursor.execute(FOLD, limits)
        cursor.execute(FOLD_BATCHES, limits)
    BucketStamp.objects.filter(measure__in=measures, computed_to_place__lt=head).update(
        computed_to_place=head, computed_at=timezone.now()
    )
    return int(counted)
