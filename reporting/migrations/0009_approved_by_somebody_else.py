"""A distribution is approved by two: the database refuses an approval by the person whose proposal it is.

A trigger of its own looks at new rows only, so what was approved before stands, and no row is rewritten or locked.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION reporting_approved_by_two() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.reporting_keyversion v WHERE v.place = NEW.proposal AND v.by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'Version % approves a proposal of the same person.', NEW.place
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_approved_by_two AFTER INSERT ON reporting_keyversion
    FOR EACH ROW WHEN (NEW.status = 'approved' AND NEW.proposal IS NOT NULL)
    EXECUTE FUNCTION reporting_approved_by_two();
"""

NO_GUARD = """
DROP TRIGGER reporting_approved_by_two ON reporting_keyversion;
DROP FUNCTION reporting_approved_by_two();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0008_codes_that_stay")]

    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
