-- The guards of the ledger: they hold for everybody who has a connection, whatever the code says.
-- Messages are English and name what to do; pages never show them, because posting checks the same first.

-- ---------------------------------------------------------------------------------------------- places
-- The only way to a place. SECURITY DEFINER because the runtime role may only read the head: with UPDATE it could also
-- forge it. The row stays locked until the transaction ends, so places appear in the order in which they are committed
-- and a reader of the committed head sees every place up to it.
CREATE FUNCTION ledger_take(n integer, OUT first_place bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF n IS NULL OR n NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'An entry takes between 1 and 1000 places, not %.', n USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.ledger_head AS h
       SET place = h.place + n,
           taken_from = h.place + 1,
           taken_by = pg_current_xact_id()::text,
           -- A clock that was set back never lets a later place be older than an earlier one.
           recorded_at = greatest(h.recorded_at, clock_timestamp())
     WHERE h.id = 1
    RETURNING h.place - n + 1, h.recorded_at INTO first_place, at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The ledger has no head row: run migrate.' USING ERRCODE = 'check_violation';
    END IF;
END $$;
REVOKE ALL ON FUNCTION ledger_take(integer) FROM PUBLIC;

-- ---------------------------------------------------------------------------------------------- append-only
-- Per statement, so that also an UPDATE that would hit no row is refused.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are append-only. Post a reversal or define a new version.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- ---------------------------------------------------------------------------------------------- insert guards
-- For every table whose rows have a place; facts have one of their own below. A place is valid when this very
-- transaction took it: an unused number from an earlier take would appear behind readers who have passed it.
CREATE FUNCTION ledger_guard_versions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head record;
    bad bigint;
BEGIN
    SELECT h.*, (h.recorded_at AT TIME ZONE 'Europe/Copenhagen')::date AS day INTO head FROM public.ledger_head h;
    SELECT min(n.place) INTO bad FROM new_rows n
     WHERE head.taken_by IS DISTINCT FROM pg_current_xact_id()::text
        OR n.place NOT BETWEEN head.taken_from AND head.place;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'Place % in % was not taken by this transaction.', bad, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT min(n.place) INTO bad FROM new_rows n WHERE n.recorded_at IS DISTINCT FROM head.recorded_at;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'Place % in % does not carry the clock of the ledger.', bad, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    -- Definition tables are small, so reading batch_id through jsonb (batches have none) costs nothing.
    SELECT min(n.place) INTO bad FROM new_rows n
     WHERE n.learnt_on IS DISTINCT FROM head.day
       AND (to_jsonb(n) ->> 'batch_id' IS NULL OR n.learnt_on > head.day OR n.learnt_on IS NULL);
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'Place % in % was learnt today; only a history batch says an earlier date.', bad, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_guard_facts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head record;
    bad record;
BEGIN
    SELECT h.*, (h.recorded_at AT TIME ZONE 'Europe/Copenhagen')::date AS day INTO head FROM public.ledger_head h;
    -- One pass over the new rows for what every fact must hold; the reason is told apart only when there is a fault.
    SELECT n.place, n.recorded_at, n.learnt_on INTO bad FROM new_rows n
     WHERE head.taken_by IS DISTINCT FROM pg_current_xact_id()::text
        OR n.place NOT BETWEEN head.taken_from AND head.place
        OR n.recorded_at IS DISTINCT FROM head.recorded_at
        OR n.learnt_on IS NULL
        OR (n.batch_id IS NULL AND n.learnt_on <> head.day)
        OR n.learnt_on > head.day
     LIMIT 1;
    IF FOUND THEN
        IF head.taken_by IS DISTINCT FROM pg_current_xact_id()::text
           OR bad.place NOT BETWEEN head.taken_from AND head.place THEN
            RAISE EXCEPTION 'Place % was not taken by this transaction.', bad.place USING ERRCODE = 'check_violation';
        ELSIF bad.recorded_at IS DISTINCT FROM head.recorded_at THEN
            RAISE EXCEPTION 'Place % does not carry the clock of the ledger.', bad.place
                USING ERRCODE = 'check_violation';
        END IF;
        RAISE EXCEPTION 'Place % was learnt today; only a history batch says an earlier date, and none a later.',
            bad.place USING ERRCODE = 'check_violation';
    END IF;
    -- That the batch exists is its foreign key; that there is one reversal per fact is a unique index.
    SELECT n.place, o.place AS original, o.reverses_id, o.learnt_on AS original_learnt_on, n.learnt_on
      INTO bad
      FROM new_rows n JOIN public.ledger_fact o ON o.place = n.reverses_id
     WHERE n.reverses_id IS NOT NULL
       AND (o.reverses_id IS NOT NULL
            OR n.learnt_on < o.learnt_on
            OR n.quantity IS DISTINCT FROM -o.quantity
            OR (n.measure_id, n.occurred_on, n.period, n.municipality_id, n.organisation_id, n.heading_id, n.subject,
                n.category, n.subcategory, n.dims, n.qualifier)
               IS DISTINCT FROM
               (o.measure_id, o.occurred_on, o.period, o.municipality_id, o.organisation_id, o.heading_id, o.subject,
                o.category, o.subcategory, o.dims, o.qualifier))
     LIMIT 1;
    IF FOUND THEN
        IF bad.reverses_id IS NOT NULL THEN
            RAISE EXCEPTION 'Place % would reverse the reversal at %: post the next revision instead.',
                bad.place, bad.original USING ERRCODE = 'check_violation';
        ELSIF bad.learnt_on < bad.original_learnt_on THEN
            RAISE EXCEPTION 'Place % would reverse % before that was learnt.', bad.place, bad.original
                USING ERRCODE = 'check_violation';
        END IF;
        RAISE EXCEPTION 'Place % does not repeat what it reverses at %, with the quantity negated.',
            bad.place, bad.original USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------------- the tree of headings
-- Of several versions for the same start, the one learnt last holds (and of those learnt the same day, the last placed).
-- on_day null: no limit, everything up to the place is known.
CREATE FUNCTION ledger_heading_spans(on_day date, at_place bigint)
RETURNS TABLE (heading bigint, parent bigint, valid_from date, valid_to date)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH newest AS (
        SELECT DISTINCT ON (v.heading_id, coalesce(v.valid_from, '-infinity'))
               v.heading_id, v.parent_id, coalesce(v.valid_from, '-infinity') AS valid_from
          FROM public.ledger_heading_parent v
         WHERE v.place <= at_place AND (on_day IS NULL OR v.learnt_on <= on_day)
         ORDER BY v.heading_id, coalesce(v.valid_from, '-infinity'), v.learnt_on DESC, v.place DESC)
    SELECT heading_id, parent_id, valid_from,
           lead(valid_from, 1, 'infinity') OVER (PARTITION BY heading_id ORDER BY valid_from)
      FROM newest
$$;

-- The heading itself and everything below it, each with the half-open days [valid_from, valid_to) in which it lies there.
-- UNION (not ALL) and the narrowing days make it end whatever the rows say.
CREATE FUNCTION ledger_headings_under(root bigint, on_day date, at_place bigint)
RETURNS TABLE (heading bigint, valid_from date, valid_to date)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE spans AS MATERIALIZED (
        SELECT * FROM public.ledger_heading_spans(on_day, at_place)),
    tree AS (
        SELECT root AS heading, '-infinity'::date AS valid_from, 'infinity'::date AS valid_to
        UNION
        SELECT s.heading, greatest(t.valid_from, s.valid_from), least(t.valid_to, s.valid_to)
          FROM tree t JOIN spans s ON s.parent = t.heading
         WHERE greatest(t.valid_from, s.valid_from) < least(t.valid_to, s.valid_to))
    SELECT * FROM tree
$$;

CREATE FUNCTION ledger_guard_headings() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bad bigint;
BEGIN
    -- Writers come here one after the other (the head is locked), so two of them cannot close a circle together.
    SELECT n.heading_id INTO bad
      FROM (SELECT DISTINCT heading_id FROM new_rows WHERE parent_id IS NOT NULL) n,
           LATERAL public.ledger_heading_spans(NULL, 9223372036854775807) up,
           LATERAL public.ledger_headings_under(n.heading_id, NULL, 9223372036854775807) down
     WHERE up.heading = n.heading_id AND down.heading = up.parent
       AND greatest(up.valid_from, down.valid_from) < least(up.valid_to, down.valid_to)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Heading % would lie below itself.', bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------------- merged subjects
-- For every subject that counts as another as known then: the one it counts as in the end.
CREATE FUNCTION ledger_subject_roots(on_day date, at_place bigint)
RETURNS TABLE (subject uuid, root uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE newest AS (
        SELECT DISTINCT ON (a.subject) a.subject, a.into_subject
          FROM public.ledger_alias a
         WHERE a.place <= at_place AND (on_day IS NULL OR a.learnt_on <= on_day)
         ORDER BY a.subject, a.learnt_on DESC, a.place DESC),
    step AS MATERIALIZED (
        SELECT n.subject, n.into_subject FROM newest n WHERE n.into_subject <> n.subject),
    chain AS (
        SELECT s.subject, s.into_subject AS root FROM step s
        UNION
        SELECT c.subject, s.into_subject FROM chain c JOIN step s ON s.subject = c.root)
    SELECT c.subject, c.root FROM chain c WHERE NOT EXISTS (SELECT FROM step s WHERE s.subject = c.root)
$$;

CREATE FUNCTION ledger_guard_aliases() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bad uuid;
BEGIN
    -- A subject that counts as another but has no end to its chain goes in a circle.
    SELECT n.subject INTO bad FROM new_rows n
     WHERE n.into_subject <> n.subject
       AND NOT EXISTS (SELECT FROM public.ledger_subject_roots(NULL, 9223372036854775807) r WHERE r.subject = n.subject)
       AND NOT EXISTS (SELECT FROM public.ledger_alias a WHERE a.subject = n.subject
                          AND (a.learnt_on, a.place) > (n.learnt_on, n.place))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Subject % would be merged into itself by way of others.', bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------------- the demo mark
CREATE FUNCTION ledger_guard_installation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.ledger_fact) THEN
        RAISE EXCEPTION 'This database holds facts without the demo mark: demo data lives in a database of its own.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- Django cannot write NaN into a constraint of a decimal field.
ALTER TABLE ledger_fact ADD CONSTRAINT fact_quantity_a_number
    CHECK (quantity NOT IN ('NaN', 'Infinity', '-Infinity'));
CREATE TRIGGER guard_facts AFTER INSERT ON ledger_fact REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_facts();
CREATE TRIGGER guard_headings AFTER INSERT ON ledger_heading_parent REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_headings();
CREATE TRIGGER guard_aliases AFTER INSERT ON ledger_alias REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_aliases();
CREATE TRIGGER guard_installation AFTER INSERT ON ledger_installation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_installation();
INSERT INTO ledger_head (id, place, recorded_at, taken_from, taken_by) VALUES (1, 0, clock_timestamp(), 0, '');
