-- What must hold of co-financing that is registered, whoever writes. The functions that write say it in Danish first.
CREATE FUNCTION programmes_guard_contribution_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_contribution record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.contribution_id, NEW.occurred_on, NEW.days, NEW.hours, NEW.hourly_rate, NEW.quantity, NEW.registered_by_id)
           IS DISTINCT FROM
           (OLD.contribution_id, OLD.occurred_on, OLD.days, OLD.hours, OLD.hourly_rate, OLD.quantity, OLD.registered_by_id)
        THEN
            RAISE EXCEPTION 'Entry % is not changed: reject it and register another.', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_entry_is_not_changed';
        END IF;
        IF OLD.status = 'rejected' OR (OLD.status = 'approved' AND NEW.status = 'waiting') THEN
            RAISE EXCEPTION 'Entry % is % and cannot become %.', NEW.id, OLD.status, NEW.status
                USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_entry_goes_one_way';
        END IF;
        RETURN NULL;
    END IF;
    SELECT c.form, c.withdrawn_at, s.asks_timesheets INTO of_contribution
      FROM public.programmes_contribution c
      JOIN public.programmes_fundingsource s ON s.id = c.funding_source_id
     WHERE c.id = NEW.contribution_id FOR NO KEY UPDATE OF c;
    IF of_contribution.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'Contribution % is withdrawn.', NEW.contribution_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_entry_of_one_that_stands';
    END IF;
    IF of_contribution.form = 'own_frame' THEN
        RAISE EXCEPTION 'Nothing is registered on an own frame.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_own_frame_has_no_entries';
    END IF;
    IF (of_contribution.form = 'hours') <> (NEW.hours IS NOT NULL)
       OR (of_contribution.form = 'hours' AND of_contribution.asks_timesheets) <> (NEW.days IS NOT NULL) THEN
        RAISE EXCEPTION 'An entry of contribution % does not fit its form.', NEW.contribution_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_entry_fits_its_form';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_contribution_entry AFTER INSERT OR UPDATE ON programmes_contributionentry
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_contribution_entry();

-- A contribution under which something waits or is approved is not withdrawn, nor is it turned into another.
CREATE FUNCTION programmes_guard_contribution() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.form, NEW.funding_source_id, NEW.initiative_id)
       IS DISTINCT FROM (OLD.form, OLD.funding_source_id, OLD.initiative_id) THEN
        RAISE EXCEPTION 'Contribution % keeps its form, source and initiative.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_stays_what_it_is';
    END IF;
    IF NEW.withdrawn_at IS NOT NULL AND EXISTS (
        SELECT FROM public.programmes_contributionentry WHERE contribution_id = NEW.id AND status <> 'rejected') THEN
        RAISE EXCEPTION 'Contribution % has entries that stand.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_withdrawn_when_empty';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_contribution AFTER UPDATE ON programmes_contribution
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_contribution();
