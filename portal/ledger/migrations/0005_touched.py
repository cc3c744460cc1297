"""When a row last changed, held by the database; and the moment before which every change is committed.

A bulk update and SQL by hand are seen by who follows the table. The transaction's number is taken before the clock is
read: see portal.ui.api_changes, which relies on that order.

portal_horizon() runs as its owner, who is a member of the runtime role and so sees when its sessions began, and the
owner's own. Where the owner is no member it refuses: it would overlook those who write.
"""

from django.db import migrations

TOUCH = """
CREATE FUNCTION portal_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_current_xact_id();
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$
"""
HORIZON = """
CREATE FUNCTION portal_horizon() RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clock CONSTANT timestamptz := clock_timestamp();
    oldest timestamptz;
    hidden boolean;
BEGIN
    PERFORM pg_stat_clear_snapshot();
    SELECT min(a.xact_start) FILTER (WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()),
           bool_or(a.usename = session_user AND a.query = '<insufficient privilege>')
      INTO oldest, hidden
      FROM pg_stat_activity a WHERE a.datname = current_database();
    IF hidden THEN
        RAISE EXCEPTION 'The owner of the tables does not see when % writes. Run: GRANT "%" TO "%";',
            session_user, session_user, current_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN least(clock, oldest);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_roots_are_many")]

    operations = [
        migrations.RunSQL(TOUCH, "DROP FUNCTION portal_touch()"),
        migrations.RunSQL(HORIZON, "DROP FUNCTION portal_horizon()"),
    ]
