"""What every migrate ends with: the triggers of the trail on every table that is not exempt.

Runs as the owner. It reads the catalogue and changes only what differs, so a second run changes nothing, and a table of
any app is recorded from the migration that makes it.
"""

import json
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.audit import recording

PREFIX = "audit_"
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}

# Our tables with their primary key and generated columns (they repeat others), and the arguments of the triggers.
TABLES = """
SELECT c.relname,
       (SELECT array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum))
          FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary),
       coalesce((SELECT array_agg(a.attname::text) FROM pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped), '{}'),
       coalesce((SELECT jsonb_object_agg(t.tgname, encode(t.tgargs, 'escape') || t.tgenabled::text) FROM pg_trigger t
                  WHERE t.tgrelid = c.oid AND t.tgname IN ('audit_insert', 'audit_update', 'audit_delete')), '{}')
  FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND pg_has_role(current_user, c.relowner, 'USAGE')
 ORDER BY c.relname
"""


def after_migrate(using: str = "default", **kwargs: Any) -> None:
    """The post_migrate step."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('public.audit_record()')")
        if cursor.fetchone()[0] is None:  # migrated back to before the trail
            return
        cursor.execute(
            "SELECT has_function_privilege(%s, 'public.audit_forget(text, text[])', 'EXECUTE')", [settings.RUNTIME_ROLE]
        )
        if not cursor.fetchone()[0]:
            role = connection.ops.quote_name(settings.RUNTIME_ROLE)
            cursor.execute(f"GRANT EXECUTE ON FUNCTION public.audit_forget(text, text[]) TO {role}")
        cursor.execute(TABLES)
        for table, keys, generated, present in cursor.fetchall():
            _settle(connection, table, keys or [], generated, json.loads(present))


def _settle(
    connection: BaseDatabaseWrapper, table: str, keys: list[str], generated: list[str], present: dict[str, str]
) -> None:
    kept = recording.kept(table)
    left_out = sorted({*kept.left_out, *generated, *recording.STAMPS})
    arguments = [_array(part) for part in (keys, sorted(kept.hidden), left_out)]
    # As the catalogue shows them: each argument ends with a null; "A" is ENABLE ALWAYS.
    wanted = "".join(f"{argument}\\000" for argument in arguments) + "A"
    exempt = table in recording.exemptions()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for event, transition in EVENTS.items():
            name = PREFIX + event
            if present.get(name) == (None if exempt else wanted):
                continue
            if name in present:
                cursor.execute(f"DROP TRIGGER {name} ON {quote(table)}")
            if exempt:
                continue
            # DDL takes no parameters; the literals are quoted by the driver.
            literals = ", ".join(connection.ops.compose_sql("%s", [part]) for part in arguments)  # type: ignore[attr-defined]
            cursor.execute(
                f"CREATE TRIGGER {name} AFTER {event.upper()} ON {quote(table)} {transition}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION public.audit_record({literals})"
            )
            # ALWAYS: a session in replica mode is recorded too.
            cursor.execute(f"ALTER TABLE {quote(table)} ENABLE ALWAYS TRIGGER {name}")


def _array(names: list[str]) -> str:
    """A PostgreSQL array literal of plain column names."""
    return "{" + ",".join(names) + "}"
