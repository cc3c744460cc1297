"""What of the trail its reader is not shown: the content of rows that are closed to the reader on every other page.

That such a row was written, by whom and when is shown; who reads over those who write needs no more.
"""

from collections.abc import Sequence

from portal.audit import recording
from portal.audit.models import Change
from portal.audit.recording import WITHHELD
from portal.identity.actor import Actor
from portal.ledger.disclosure import asked_once


def withhold(changes: Sequence[Change], actor: Actor) -> None:
    """Take out of `changes`, which are not to be saved, what `actor` may not read. One query a guarded table."""
    with asked_once():  # a file is written after its page has been answered
        for table, opens in recording.guards().items():
            found = [change for change in changes if change.table == table]
            open_rows = opens(actor, {change.row for change in found}) if found else set()
            for change in found:
                if change.row not in open_rows:
                    change.old, change.new = _without_content(table, change.old), _without_content(table, change.new)


def _without_content(table: str, said: dict[str, object] | None) -> dict[str, object] | None:
    """Of what it belongs to the key stays, so that it can be called by that name; a company or a person does not."""
    if said is None:
        return None
    belongs = {column for whole, column in recording.wholes(table) if not recording.people_kind(whole)}
    return {column: value if column in belongs else WITHHELD for column, value in said.items()}
