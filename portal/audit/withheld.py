"""What of the trail its reader is not shown: the content of rows that are closed to the reader on every other page.

That such a row was written, by whom and when is shown; who reads over those who write needs no more.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast

from portal.audit import recording
from portal.audit.models import Change
from portal.audit.recording import WITHHELD
from portal.identity.actor import Actor
from portal.ledger.disclosure import asked_once


def withhold(changes: Sequence[Change], actor: Actor) -> None:
    """Take out of `changes`, which are not to be saved, what `actor` may not read.

    One query for all, whatever tables there are, besides what the guards ask about the reader.
    """
    guards = recording.guards()
    guarded = [change for change in changes if change.table in guards]
    with asked_once():  # a file is written after its page has been answered
        readable = {table: guards[table](actor) for table in sorted({change.table for change in guarded})}
    closed = {table: rows for table, rows in readable.items() if rows is not None}
    guarded = [change for change in guarded if change.table in closed]
    opened = _opened(closed, guarded)
    for change in guarded:
        if (change.table, change.row) not in opened:
            change.old = _without_content(change.table, change.old)
            change.new = _without_content(change.table, change.new)


def _opened(closed: dict[str, QuerySet[Any]], changes: Sequence[Change]) -> set[tuple[str, str]]:
    """(table, key) of the changes' rows that are among the readable."""
    asked = [
        rows.order_by()
        .filter(pk__in={change.row for change in changes if change.table == table})
        .annotate(of_table=Value(table), of_row=Cast("pk", TextField()))
        .values_list("of_table", "of_row")
        for table, rows in closed.items()
    ]
    return set(asked[0].union(*asked[1:], all=True)) if asked else set()


def _without_content(table: str, said: dict[str, object] | None) -> dict[str, object] | None:
    """Of what it belongs to the key stays, so that it can be called by that name; a company or a person does not."""
    if said is None:
        return None
    belongs = {column for whole, column in recording.wholes(table) if not recording.people_kind(whole)}
    return {column: value if column in belongs else WITHHELD for column, value in said.items()}
