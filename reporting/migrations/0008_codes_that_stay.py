"""What figures are found by cannot change under them: a signed contract's period, its goals' numbers, keys in use."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION reporting_contract_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.slug <> OLD.slug
        OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on) THEN
        RAISE EXCEPTION 'A signed contract keeps its period and its address.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contract_stays BEFORE UPDATE ON reporting_contract
    FOR EACH ROW EXECUTE FUNCTION reporting_contract_stays();

CREATE FUNCTION reporting_goal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number <> OLD.number OR NEW.contract_id <> OLD.contract_id)
       AND EXISTS (SELECT FROM reporting_contract c WHERE c.id = OLD.contract_id AND c.state <> 'draft') THEN
        RAISE EXCEPTION 'The goals of a signed contract keep their numbers.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goal_stays BEFORE UPDATE ON reporting_goal
    FOR EACH ROW EXECUTE FUNCTION reporting_goal_stays();

CREATE FUNCTION reporting_series_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.key <> OLD.key OR NEW.heading_id <> OLD.heading_id OR NEW.measure_id <> OLD.measure_id
       OR NEW.unit <> OLD.unit THEN
        RAISE EXCEPTION 'A series keeps its key, its kind and its unit: make another.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER series_stays BEFORE UPDATE ON reporting_series
    FOR EACH ROW EXECUTE FUNCTION reporting_series_stays();

CREATE FUNCTION reporting_indicator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.key <> OLD.key THEN
        RAISE EXCEPTION 'An indicator keeps its key: formulas and goals name it.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER indicator_stays BEFORE UPDATE ON reporting_indicator
    FOR EACH ROW EXECUTE FUNCTION reporting_indicator_stays();
"""

NO_GUARDS = """
DROP TRIGGER contract_stays ON reporting_contract;
DROP FUNCTION reporting_contract_stays();
DROP TRIGGER goal_stays ON reporting_goal;
DROP FUNCTION reporting_goal_stays();
DROP TRIGGER series_stays ON reporting_series;
DROP FUNCTION reporting_series_stays();
DROP TRIGGER indicator_stays ON reporting_indicator;
DROP FUNCTION reporting_indicator_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_keys_guarded")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
