"""When a row last changed, held by the database: also a bulk update and SQL by hand are seen by who follows the table.

The transaction's number is taken before the clock is read: see portal.ui.api_changes, which relies on that order.
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


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_roots_are_many")]

    operations = [migrations.RunSQL(TOUCH, "DROP FUNCTION portal_touch()")]
