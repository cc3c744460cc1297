"""Which tables the trail records, and what of them it must not keep.

Every table is recorded unless it is exempted here or by the app that owns it (in its own `recording.py`), with the
reason. A new table is therefore recorded without anybody thinking of it; the step after migrate sets the triggers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from portal.identity.actor import Actor


@dataclass
class Kept:
    """`hidden` columns are shown as "(hidden)"; `left_out` columns are as if they were not there."""

    hidden: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)


STAMPS = frozenset({"updated_at"})
"""Columns that triggers of the database keep: they say that a row changed, which is what the trail says."""

HIDDEN = "(hidden)"
"""Stands in the trail instead of a secret (migrations/sql/record.sql)."""
WITHHELD = "(withheld)"
"""Is shown instead of what the trail has and the reader may not read."""

Readable = Callable[[Actor], "QuerySet[Any] | None"]
"""reader -> the rows whose content the reader may read; None: of every row, also of one that is gone."""

_exempt: dict[str, str] = {}
_kept: dict[str, Kept] = {}
_people: dict[str, str] = {}
_parts: dict[str, list[tuple[str, str]]] = {}
_guards: dict[str, Readable] = {}


def exempt(table: str, reason: str) -> None:
    """Do not record `table`. Raises ValueError without a reason."""
    if not reason:
        raise ValueError(f"{table} is exempt from the trail without a reason")
    _exempt[table] = reason


def hide(table: str, *columns: str) -> None:
    """Secrets: that they changed is recorded, what they were is not."""
    _kept.setdefault(table, Kept()).hidden.update(columns)


def leave_out(table: str, *columns: str) -> None:
    """Columns that say nothing of their own: stamps of the machine, large content, copies of other columns."""
    _kept.setdefault(table, Kept()).left_out.update(columns)


def part_of(whole: str, table: str, column: str) -> None:
    """Rows of `table` tell of the row of `whole` that their `column` names: a version, a party, a change of it."""
    _parts.setdefault(whole, []).append((table, column))


def parts(whole: str) -> list[tuple[str, str]]:
    """(table, column) of what belongs to rows of `whole`."""
    return list(_parts.get(whole, []))


def wholes(part: str) -> list[tuple[str, str]]:
    """(table, our column that names its row) of what rows of `part` belong to."""
    return [(whole, column) for whole, parts in _parts.items() for table, column in parts if table == part]


def about_people(table: str, kind: str) -> None:
    """Rows of `table` are records of people: reading their trail is an opening of a record of this kind."""
    _people[table] = kind


def people_kind(table: str) -> str:
    """The kind under which an opening is noted; empty for what is not about people."""
    return _people.get(table, "")


def people_kinds() -> dict[str, str]:
    """kind -> table."""
    return {kind: table for table, kind in _people.items()}


def guard(table: str, readable: Readable) -> None:
    """Rows of `table` are shown in the trail to those who may read them elsewhere; to others without their content."""
    _guards[table] = readable


def guards() -> dict[str, Readable]:
    return dict(_guards)


def exemptions() -> dict[str, str]:
    return dict(_exempt)


def kept(table: str) -> Kept:
    return _kept.get(table, Kept())


for _table, _reason in {
    "django_migrations": "the framework's own, written by migrate alone",
    "django_content_type": "the framework's own, written by migrate alone",
    "django_session": "a session is no data of the portal's; signing in and off is logged for itself",
    "auth_permission": "the framework's own; rights come from memberships",
    "auth_group": "the framework's own; rights come from memberships",
    "auth_group_permissions": "the framework's own; rights come from memberships",
    "audit_change": "the trail itself; the runtime role may only read it",
    "audit_opening": "a log, append-only",
    "audit_export": "a log, whose lines are only completed",
    "audit_submission": "receipts against double submission, which hold no content",
    "identity_attempts": "counts of attempts, gone within days; what came of them is logged for itself",
    "identity_signinevent": "is itself the log of signing in",
    "drafts_formdraft": "typed and not sent, its writer's alone, and gone after 30 days: a trail would keep it",
    "drafts_edit": "who saved a form lately, to tell whoever has it open; the change itself is in the trail",
    "ledger_head": "a counter, moved by every entry",
    "ledger_fact": "append-only; who posted stands in the trail of the record behind it",
    "ledger_fact_record": "deleting the row is erasure: the trail must not remember where a fact led",
    "ledger_subject_map": "deleting the row is erasure: the trail must not remember whose key it was",
    "ledger_erasure_log": "a log, append-only",
    "jobs_heartbeat": "a sign of life, twice a minute",
    "jobs_listenerstate": "how far the machinery is; shown on the operations page",
    "jobs_jobrun": "is itself the log of the jobs",
}.items():
    exempt(_table, _reason)
hide("identity_user", "password")
leave_out("identity_user", "last_login", "session_mark", "key")
hide("identity_secondfactor", "secret")
leave_out("identity_secondfactor", "last_step")
hide("identity_recoverycode", "digest")
hide("identity_apitoken", "digest")
leave_out("identity_apitoken", "last_used_at")
hide("identity_invitation", "digest")
part_of("identity_user", "identity_membership", "user_id")
part_of("identity_organisation", "identity_membership", "organisation_id")
