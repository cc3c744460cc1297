-- What must hold between meetings, decisions and follow-up, whoever writes. The functions that write say it in Danish first.
CREATE FUNCTION programmes_guard_decision_meeting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_meeting record;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.body_id <> OLD.body_id
       AND EXISTS (SELECT FROM public.programmes_followup WHERE decision_id = NEW.id) THEN
        RAISE EXCEPTION 'Decision % is followed up: it keeps its body.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_keeps_its_body';
    END IF;
    IF NEW.meeting_id IS NULL THEN
        RETURN NULL;
    END IF;
    -- Locked, so that the meeting is not moved to another day meanwhile.
    SELECT body_id, day, status INTO of_meeting
      FROM public.programmes_meeting WHERE id = NEW.meeting_id FOR NO KEY UPDATE;
    IF of_meeting.body_id <> NEW.body_id THEN
        RAISE EXCEPTION 'Decision % is not of the body that met.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_of_the_body_that_met';
    END IF;
    IF NEW.decided_on IS NOT NULL AND (of_meeting.status <> 'held' OR of_meeting.day <> NEW.decided_on) THEN
        RAISE EXCEPTION 'Decision % was not made on the day of its meeting.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_the_day_of_its_meeting';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_decision_meeting
    AFTER INSERT OR UPDATE OF meeting_id, body_id, decided_on ON programmes_decision
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_decision_meeting();

CREATE FUNCTION programmes_guard_meeting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.body_id <> OLD.body_id THEN
        RAISE EXCEPTION 'Meeting % keeps its body.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_keeps_its_body';
    END IF;
    IF EXISTS (SELECT FROM public.programmes_decision
                WHERE meeting_id = NEW.id AND decided_on IS NOT NULL
                  AND (decided_on <> NEW.day OR NEW.status <> 'held')) THEN
        RAISE EXCEPTION 'Meeting % has decided: it was held, on its day.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_that_decided_was_held';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_meeting AFTER UPDATE ON programmes_meeting
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_meeting();

CREATE FUNCTION programmes_guard_recommendation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.body_id <> OLD.body_id THEN
        RAISE EXCEPTION 'Recommendation % keeps its body.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recommendation_keeps_its_body';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_recommendation AFTER UPDATE OF body_id ON programmes_recommendation
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_recommendation();

CREATE FUNCTION programmes_guard_follow_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_body bigint;
BEGIN
    SELECT coalesce(
        (SELECT body_id FROM public.programmes_meeting WHERE id = NEW.meeting_id),
        (SELECT body_id FROM public.programmes_decision WHERE id = NEW.decision_id),
        (SELECT body_id FROM public.programmes_recommendation WHERE id = NEW.recommendation_id)) INTO of_body;
    IF of_body IS DISTINCT FROM NEW.body_id THEN
        RAISE EXCEPTION 'Follow-up % is not of the body whose thing it follows up.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'follow_up_of_the_same_body';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_follow_up
    AFTER INSERT OR UPDATE OF body_id, meeting_id, decision_id, recommendation_id ON programmes_followup
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_follow_up();
