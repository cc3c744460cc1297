"""The end of the outermost entry: drop what already stands, take places, insert; in as few statements as can be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from portal.ledger.errors import AlreadyReversed, Conflict, LearntOnRefused, NothingToReverse

if TYPE_CHECKING:
    from portal.ledger.posting import Definition, History, Item, Keyed, Post, Reversal

CONTENT = (
    "occurred_on",
    "period",
    "municipality_id",
    "organisation_id",
    "heading_id",
    "subject",
    "category",
    "subcategory",
    "dims",
    "quantity",
    "qualifier",
)
"""What a reversal repeats, the measure apart, and what the same key may not say differently."""

Key = tuple[str, str, str, int]

# Django's foreign keys are deferred: left so, they would wait for row locks at COMMIT while this transaction holds the
# head, and deadlock with one that holds the row and waits for the head.
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"

# Most entries post what was never posted: this little question is all they ask.
FOUND = """
SELECT r.place FROM unnest(%s::text[], %s::text[], %s::text[]) AS k(measure, source, source_id)
  JOIN ledger_fact_record r USING (measure, source, source_id) WHERE NOT r.reversal
"""
# Every revision of the records that are posted or reversed: those that stand, and what stands in the way of a new one.
STORED = f"""
SELECT r.measure, r.source, r.source_id, r.revision, f.place, f.learnt_on, x.place AS reversed_by, {
    ", ".join(
        "CASE WHEN f.period IS NOT NULL THEN ARRAY[lower(f.period), upper(f.period)] END AS period"
        if name == "period"
        else f"f.{name}"
        for name in CONTENT
    )
}
  FROM ledger_fact_record r
  JOIN ledger_fact f ON f.place = r.place
  LEFT JOIN ledger_fact x ON x.reverses_id = f.place
 WHERE r.place = ANY (%s)
"""  # noqa: S608  column names from the constant above

# One statement: the head is locked by the first part and the transaction ends right after. `item` counts from 0, so the
# n-th row gets the n-th place; `original_item` points at an original in the same write. AFTER triggers and foreign keys
# look at the end of the statement, when all of it is there.
INSERT = """
WITH taken AS MATERIALIZED (SELECT first_place, at FROM {taken}),
rows AS MATERIALIZED (
    SELECT t.first_place + r.item AS place, t.at, coalesce(r.original, t.first_place + r.original_item) AS reverses, r.*
      FROM taken t, jsonb_to_recordset(%(rows)s::jsonb) AS r(
        item integer, original_item integer, original bigint, learnt_on date, measure text, source text, source_id text,
        revision integer, occurred_on date, period daterange, municipality_id text, organisation_id bigint,
        heading_id bigint, subject uuid, category text, subcategory text, dims jsonb, quantity numeric,
        qualifier text)),
facts AS (
    INSERT INTO ledger_fact (place, recorded_at, learnt_on, batch_id, measure_id, occurred_on, period, municipality_id,
        organisation_id, heading_id, subject, category, subcategory, dims, quantity, qualifier, reverses_id)
    SELECT place, at, coalesce(learnt_on, (at AT TIME ZONE 'Europe/Copenhagen')::date), %(batch)s, measure, occurred_on,
        period, municipality_id, organisation_id, heading_id, subject, category, subcategory, dims, quantity, qualifier,
        reverses
      FROM rows ORDER BY place)
INSERT INTO ledger_fact_record (place, measure, source, source_id, revision, reversal)
SELECT place, measure, source, source_id, revision, reverses IS NOT NULL FROM rows ORDER BY place
RETURNING place
"""


def write(items: Sequence[Item], history: History | None) -> None:
    """Writes what was collected and sets each item's place. Raises Conflict, NothingToReverse or AlreadyReversed."""
    from portal.ledger.posting import Definition, Post, Reversal

    posts = [item for item in items if isinstance(item, Post)]
    reversals = [item for item in items if isinstance(item, Reversal)]
    definitions = [item for item in items if isinstance(item, Definition)]
    rows = _rows(items, posts, reversals)
    if not rows and not definitions:
        return
    transaction.on_commit(_wake, robust=True)
    batch = _batch_known(history)
    try:
        with connection.cursor() as cursor:
            cursor.execute(CHECK_NOW)
            if history is not None and batch is None:
                batch = _new_batch(cursor, history)
            first_place = None
            if definitions:
                first_place, at, day = _take(cursor, len(rows) + len(definitions))
                _insert_definitions(definitions, first_place, at, day, batch)
                first_place += len(definitions)
            if rows:
                _insert_facts(cursor, rows, batch, first_place, at if definitions else None)
    except IntegrityError as error:
        raise _readable(error) from error


def _rows(items: Sequence[Item], posts: list[Post], reversals: list[Reversal]) -> list[tuple[Keyed, dict[str, Any]]]:
    """The facts to insert, in the order they were asked for, without those that already stand."""
    from portal.ledger.posting import Post, Reversal

    if not posts and not reversals:
        return []
    asked: set[tuple[str, ...]] = {item.key[:3] for item in posts if not item.fresh} | {
        item.key[:3] for item in reversals
    }
    stored = _stored(asked) if asked else {}
    reversed_here = {item.key for item in reversals}
    new: dict[Key, tuple[int, Post]] = {}
    revisions: dict[tuple[str, ...], list[Key]] = {}
    """The keys in `new` by their record."""
    reversed_new: set[Key] = set()
    rows: list[tuple[Keyed, dict[str, Any]]] = []
    for item in items:
        if isinstance(item, Post):
            there = stored.get(item.key[:3], {}).get(item.revision)
            if there is not None or item.key in new:
                _must_agree(item, there, new.get(item.key, (0, None))[1], item.key in reversed_here)
                continue
            others = revisions.setdefault(item.key[:3], [])
            _must_follow(item, stored.get(item.key[:3], {}), others, reversed_here)
            others.append(item.key)
            new[item.key] = (len(rows), item)
            rows.append((item, {**_as_json(item.content), "learnt_on": item.learnt_on}))
        elif isinstance(item, Reversal):
            if item.key in reversed_new:
                raise AlreadyReversed(f"{_name(item.key)} is reversed twice in this entry.")
            reversed_new.add(item.key)
            if item.key in new:
                original: dict[str, Any] = {"original_item": new[item.key][0]}
                content, learnt_on = new[item.key][1].content, new[item.key][1].learnt_on
            else:
                there = stored.get(item.key[:3], {}).get(item.revision)
                if there is None:
                    raise NothingToReverse(f"Nothing is posted as {_name(item.key)}.")
                if there["reversed_by"] is not None:
                    raise AlreadyReversed(f"{_name(item.key)} was reversed at place {there['reversed_by']}.")
                original, content, learnt_on = {"original": there["place"]}, there, there["learnt_on"]
            if item.learnt_on is not None and learnt_on is not None and item.learnt_on < learnt_on:
                raise LearntOnRefused(
                    f"{_name(item.key)} was learnt on {learnt_on} and cannot be reversed before that."
                )
            negated = {**_as_json(content), "quantity": str(-content["quantity"])}
            rows.append((item, {**negated, **original, "learnt_on": item.learnt_on}))
    return rows


def _stored(records: set[tuple[str, ...]]) -> dict[tuple[str, ...], dict[int, dict[str, Any]]]:
    """{(measure, source, source_id): {revision: row}} of what the ledger holds for these records."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [list(column) for column in zip(*sorted(records), strict=True)])
        places = [place for (place,) in cursor.fetchall()]
        if not places:
            return {}
        cursor.execute(STORED, [places])
        names = [column.name for column in cursor.description]
        found: dict[tuple[str, ...], dict[int, dict[str, Any]]] = {}
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            row["period"] = tuple(row["period"]) if row["period"] is not None else None
            row["dims"] = json.loads(row["dims"])  # Django leaves jsonb as text to its fields
            found.setdefault((row["measure"], row["source"], row["source_id"]), {})[row["revision"]] = row
    return found


def _must_agree(item: Post, there: dict[str, Any] | None, here: Post | None, reversed_here: bool) -> None:
    """The key is taken: by the same content, which still stands, or it is a conflict."""
    if (there is not None and there["reversed_by"] is not None) or reversed_here:
        raise Conflict(f"{_name(item.key)} was reversed; post it as revision {item.revision + 1}.")
    content = there if there is not None else here.content if here is not None else {}
    differing = [name for name in CONTENT if content[name] != item.content[name]]
    learnt_on = there["learnt_on"] if there is not None else here.learnt_on if here is not None else None
    if item.learnt_on is not None and item.learnt_on != learnt_on:
        differing.append("learnt_on")
    if differing:
        raise Conflict(f"{_name(item.key)} already stands with other content: {', '.join(differing)}.")


def _must_follow(item: Post, stored: dict[int, dict[str, Any]], others: Sequence[Key], reversed_here: set[Key]) -> None:
    """Two revisions of one record never stand together, or it would count twice. `others`: those new in this entry."""
    for revision, row in stored.items():
        if row["reversed_by"] is None and (*item.key[:3], revision) not in reversed_here:
            raise Conflict(
                f"{_name((*item.key[:3], revision))} still stands; reverse it before posting {item.revision}."
            )
    for key in others:
        if key not in reversed_here:
            raise Conflict(f"{_name(key)} still stands; reverse it before posting {item.revision}.")


def _name(key: tuple[str, ...] | Key) -> str:
    return f"{key[0]} of {key[1]} {key[2]}, revision {key[3]},"


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    row = {name: content[name] for name in CONTENT}
    if row["period"] is not None:
        row["period"] = f"[{row['period'][0]},{row['period'][1]})"
    row["quantity"] = str(row["quantity"])
    return row


def _insert_facts(
    cursor: Any,
    rows: list[tuple[Keyed, dict[str, Any]]],
    batch: int | None,
    first_place: int | None,
    at: datetime | None,
) -> None:
    payload = []
    for number, (item, row) in enumerate(rows):
        named = dict(zip(("measure", "source", "source_id", "revision"), item.key, strict=True))
        payload.append({"item": number, **named, **row})
    params: dict[str, Any]
    if first_place is None:
        taken, params = "ledger_take(%(n)s)", {"n": len(rows)}
    else:  # the definitions have taken the places of the whole write
        taken = "(SELECT %(first)s::bigint AS first_place, %(at)s::timestamptz AS at) t"
        params = {"first": first_place, "at": at}
    cursor.execute(INSERT.format(taken=taken), {**params, "rows": json.dumps(payload, default=str), "batch": batch})
    places = sorted(place for (place,) in cursor.fetchall())
    for (item, _row), place in zip(rows, places, strict=True):
        item.place = place


def _take(cursor: Any, n: int) -> tuple[int, datetime, date]:
    cursor.execute("SELECT first_place, at, (at AT TIME ZONE 'Europe/Copenhagen')::date FROM ledger_take(%s)", [n])
    first_place, at, day = cursor.fetchone()
    return first_place, at, day


def _insert_definitions(
    definitions: list[Definition], first_place: int, at: datetime, day: date, batch: int | None
) -> None:
    """One INSERT per table, in the order in which the tables were first named."""
    tables: dict[Any, list[Any]] = {}
    for number, item in enumerate(definitions):
        row = item.instance
        row.place = item.place = first_place + number
        row.recorded_at, row.learnt_on, row.batch_id = at, item.learnt_on or day, batch
        tables.setdefault(type(row), []).append(row)
    for model, instances in tables.items():
        model._base_manager.bulk_create(instances)


def _batch_known(history: History | None) -> int | None:
    """The place of the batch if an earlier entry made it. Raises Conflict when it says it came from somewhere else."""
    if history is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, origin FROM ledger_batch WHERE name = %s", [history.name])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[1] != history.origin:
        raise Conflict(f"The batch {history.name} already stands with another origin: {row[1]}.")
    return int(row[0])


def _new_batch(cursor: Any, history: History) -> int:
    place, at, day = _take(cursor, 1)
    cursor.execute(
        "INSERT INTO ledger_batch (place, recorded_at, learnt_on, name, origin) VALUES (%s, %s, %s, %s, %s)",
        [place, at, day, history.name, history.origin],
    )
    return place


def _readable(error: IntegrityError) -> Exception:
    """What a guard of the database said, in the ledger's words where somebody else was first."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if constraint == "fact_record_once":
        return Conflict("Somebody else posted or reversed the same record at this moment; do it again.")
    if constraint == "fact_reversed_once":
        return AlreadyReversed("Somebody else reversed the same fact at this moment.")
    if constraint and constraint.startswith("ledger_batch_name"):
        return Conflict("Somebody else began the same history batch at this moment; do it again.")
    return error


def _wake() -> None:
    """Tells the worker that there is something to do. The sweep finds it anyhow, so nothing here may fail a save."""
    from portal.jobs import wake

    wake()
