"""What every migrate ends with: rights of the runtime role, the head row, and the registry's measures as rows.

Runs as the owner, also after a test flush. It can be run any number of times to the same result.
"""

from typing import Any

from django.apps import apps as installed_apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.ledger.migrations_support import REFUSE_CHANGE, REFUSE_UPDATE

# Wanted rights per table, read from the guards in the catalogue, so that a new append-only table of any app is covered;
# only what differs is granted or revoked (a second run changes nothing).
GRANTS = """
DO $grants$
DECLARE
    runtime CONSTANT name := %(role)s;
    t record;
    wanted text[];
    one text;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %%I', runtime);
    FOR t IN
        SELECT c.oid, c.oid::regclass AS relation, c.relname,
               (SELECT max(g.tgname) FROM pg_trigger g
                 WHERE g.tgrelid = c.oid AND g.tgname IN (%(refuse_change)s, %(refuse_update)s)) AS guard
          FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND pg_has_role(current_user, c.relowner, 'USAGE')
    LOOP
        wanted := CASE
            WHEN t.relname IN ('ledger_head', 'django_migrations', 'audit_change') THEN ARRAY['SELECT']
            WHEN t.guard = %(refuse_change)s OR t.relname = 'ledger_heading' THEN ARRAY['SELECT', 'INSERT']
            WHEN t.guard = %(refuse_update)s THEN ARRAY['SELECT', 'INSERT', 'DELETE']
            ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END;
        FOREACH one IN ARRAY ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] LOOP
            IF one = ANY (wanted) AND NOT has_table_privilege(runtime, t.oid, one) THEN
                EXECUTE format('GRANT %%s ON %%s TO %%I', one, t.relation, runtime);
            ELSIF one <> ALL (wanted) AND has_table_privilege(runtime, t.oid, one) THEN
                EXECUTE format('REVOKE %%s ON %%s FROM %%I', one, t.relation, runtime);
            END IF;
        END LOOP;
    END LOOP;
    FOR t IN
        SELECT c.oid, c.oid::regclass AS relation FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
           AND pg_has_role(current_user, c.relowner, 'USAGE')
    LOOP
        IF NOT (has_sequence_privilege(runtime, t.oid, 'USAGE')
                AND has_sequence_privilege(runtime, t.oid, 'SELECT')) THEN
            EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %%s TO %%I', t.relation, runtime);
        END IF;
    END LOOP;
    IF NOT has_function_privilege(runtime, 'public.ledger_take(integer)', 'EXECUTE') THEN
        EXECUTE format('GRANT EXECUTE ON FUNCTION public.ledger_take(integer) TO %%I', runtime);
    END IF;
END $grants$
"""


def after_migrate(using: str = "default", **kwargs: Any) -> None:
    """The post_migrate step. Raises CommandError when the runtime role is missing or could undo the guards."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('public.ledger_head') IS NOT NULL AND to_regclass('public.ledger_fact') IS NOT NULL"
        )
        if not cursor.fetchone()[0]:  # migrated back to before the ledger
            return
        cursor.execute("SELECT to_regprocedure('public.ledger_take(integer)')")
        if cursor.fetchone()[0] is None:
            return
    check_role(connection)
    grant(connection)
    restore_head(connection)
    write_measures(using)


def check_role(connection: BaseDatabaseWrapper) -> None:
    """The runtime role exists and is neither the owner nor able to act as one."""
    role = settings.RUNTIME_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
        if row is None:
            raise CommandError(
                f"The tables are there, but the runtime role {role} does not exist, so nobody may use them.\n"
                "Let somebody who may create roles run this in the database server, then run migrate again:\n\n"
                f"    CREATE ROLE \"{role}\" LOGIN PASSWORD 'choose one';\n"
            )
        if role == owner:
            raise CommandError(
                f"migrate ran as {role}, which is the runtime role. The tables must belong to another role, or "
                "the runtime role could change facts: run migrate with DATABASE_URL set to the owner's address."
            )
        cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [role, owner])
        if row[0] or cursor.fetchone()[0]:
            raise CommandError(
                f"The runtime role {role} is a superuser or a member of {owner}, so it could change facts. Run:\n\n"
                f'    ALTER ROLE "{role}" NOSUPERUSER;\n    REVOKE "{owner}" FROM "{role}";\n'
            )


def grant(connection: BaseDatabaseWrapper) -> None:
    names = {"role": settings.RUNTIME_ROLE, "refuse_change": REFUSE_CHANGE, "refuse_update": REFUSE_UPDATE}
    with connection.cursor() as cursor:
        # DO takes no parameters; the literals are quoted by the driver.
        literals = {
            key: connection.ops.compose_sql("%s", [value])  # type: ignore[attr-defined]
            for key, value in names.items()
        }
        cursor.execute(GRANTS % literals)


def restore_head(connection: BaseDatabaseWrapper) -> None:
    """After a flush (tests) the head row is gone; a ledger with facts but no head is not repaired in silence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_head), coalesce((SELECT max(place) FROM ledger_fact), 0)")
        there, highest = cursor.fetchone()
        if there:
            return
        if highest:
            raise CommandError("The ledger holds facts but has lost its head row; restore the database as a whole.")
        cursor.execute("INSERT INTO ledger_head VALUES (1, 0, clock_timestamp(), 0, '')")


def write_measures(using: str) -> None:
    """Writes the registry's measures as rows. What a measure with facts is may not change under them."""
    from portal.ledger import registry

    Measure = installed_apps.get_model("ledger", "Measure")
    Fact = installed_apps.get_model("ledger", "Fact")
    stored = {row.key: row for row in Measure._default_manager.using(using).all()}
    for definition in registry.all_measures():
        wanted = definition.as_row()
        row = stored.get(definition.key)
        if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
            continue
        meaning = ("kind", "about_person")
        changed = row and any(getattr(row, name) != wanted[name] for name in meaning)
        if row and changed and Fact._default_manager.using(using).filter(measure_id=definition.key).exists():
            raise CommandError(
                f"Measure {definition.key} holds facts as {row.kind} (about a person: {row.about_person}); "
                "it cannot become something else. Register a new measure."
            )
        Measure._default_manager.using(using).update_or_create(key=definition.key, defaults=wanted)
