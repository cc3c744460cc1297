-- A match grows out of one of the same company, agreed earlier or the same day, and in no circle, whoever writes. The
-- functions that write say it in Danish first. Deferred to the end of the transaction (ledger.entry() asks before it
-- takes its place): a company that is merged into another takes its matches along one by one.
CREATE FUNCTION matching_guard_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong bigint;
BEGIN
    -- The match itself and those that grew out of it, as they are by now.
    SELECT later.id INTO wrong
      FROM public.matching_match later
      JOIN public.matching_match earlier ON earlier.id = later.follows_id
     WHERE (later.id = NEW.id OR later.follows_id = NEW.id)
       AND (earlier.company_id <> later.company_id OR earlier.agreed_on > later.agreed_on)
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'Match % must grow out of a match of the same company, agreed earlier or the same day.', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_follows_earlier_of_company';
    END IF;
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT follows_id FROM public.matching_match WHERE id = NEW.id
            UNION
            SELECT m.follows_id FROM public.matching_match m JOIN up ON m.id = up.follows_id
        )
        SELECT FROM up WHERE follows_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'Match % would grow out of itself.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_follows_in_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER matching_guard_follows
    AFTER INSERT OR UPDATE OF follows_id, company_id, agreed_on ON matching_match
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.follows_id IS NOT NULL) EXECUTE FUNCTION matching_guard_follows();
-- Of one that others may have grown out of, asked only when company or day have changed.
CREATE CONSTRAINT TRIGGER matching_guard_followed
    AFTER UPDATE ON matching_match
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.follows_id IS NULL
                       AND (NEW.company_id <> OLD.company_id OR NEW.agreed_on <> OLD.agreed_on))
    EXECUTE FUNCTION matching_guard_follows();
