-- Who answers for a person's data never changes, and neither does the key by which an erasure is repeated.
CREATE FUNCTION matching_guard_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.owner_id <> OLD.owner_id OR NEW.key <> OLD.key THEN
        RAISE EXCEPTION 'The data controller and the key of person % stay.', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'highly_educated_owner_stays';
    END IF;
    IF OLD.anonymised_at IS NOT NULL AND NEW.anonymised_at IS NULL THEN
        RAISE EXCEPTION 'Person % was anonymised, and is nobody again.', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'highly_educated_stays_anonymised';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER matching_guard_person BEFORE UPDATE ON matching_person
    FOR EACH ROW EXECUTE FUNCTION matching_guard_person();

-- An agreement is never changed: it is withdrawn once, or followed by another.
CREATE FUNCTION matching_guard_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id') <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id')
    THEN
        RAISE EXCEPTION 'Agreement % is withdrawn or followed by another, never changed.', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_never_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER matching_guard_consent BEFORE UPDATE ON matching_consent
    FOR EACH ROW EXECUTE FUNCTION matching_guard_consent();
