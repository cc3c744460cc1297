-- What the trail writes for each statement on a recorded table. Row keys and what must not be shown come with the
-- trigger (portal/audit/after_migrate.py); who and for what comes with the connection (portal/audit/context.py).

CREATE FUNCTION audit_key(line jsonb, keys text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(line ->> name, '/' ORDER BY place) FROM unnest(keys) WITH ORDINALITY AS part (name, place)
$$;

-- A row without the columns that are left out; of a hidden one only whether it holds anything.
CREATE FUNCTION audit_shown(line jsonb, hidden text[], left_out text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (line - left_out) || coalesce((
        SELECT jsonb_object_agg(name, '(hidden)') FROM unnest(hidden) AS part (name)
         WHERE coalesce(line ->> name, '') <> ''), '{}')
$$;

-- SECURITY DEFINER: the runtime role may read the trail and never write in it, so nobody who acts through the portal
-- can add to it, change it or take from it. The transition tables need no schema; everything else is named in full.
CREATE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    context CONSTANT jsonb := coalesce(nullif(current_setting('vaekstbro.context', true), ''), '{}')::jsonb;
    keys CONSTANT text[] := TG_ARGV[0]::text[];
    hidden CONSTANT text[] := TG_ARGV[1]::text[];
    left_out CONSTANT text[] := TG_ARGV[2]::text[];
    source CONSTANT text := left(coalesce(nullif(context ->> 'source', ''), current_setting('application_name')), 200);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.audit_change (at, "table", "row", operation, old, new,
                                         user_id, membership_id, organisation_id, request, source, role, transaction)
        SELECT clock_timestamp(), TG_TABLE_NAME, public.audit_key(line, keys), 'insert', NULL,
               public.audit_shown(line, hidden, left_out),
               (context ->> 'user')::bigint, (context ->> 'membership')::bigint, (context ->> 'organisation')::bigint,
               coalesce(context ->> 'request', ''), source, session_user, pg_current_xact_id()::text::bigint
          FROM (SELECT to_jsonb(n) AS line FROM new_rows n) AS added;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.audit_change (at, "table", "row", operation, old, new,
                                         user_id, membership_id, organisation_id, request, source, role, transaction)
        SELECT clock_timestamp(), TG_TABLE_NAME, public.audit_key(line, keys), 'delete',
               public.audit_shown(line, hidden, left_out), NULL,
               (context ->> 'user')::bigint, (context ->> 'membership')::bigint, (context ->> 'organisation')::bigint,
               coalesce(context ->> 'request', ''), source, session_user, pg_current_xact_id()::text::bigint
          FROM (SELECT to_jsonb(o) AS line FROM old_rows o) AS removed;
    ELSE
        INSERT INTO public.audit_change (at, "table", "row", operation, old, new,
                                         user_id, membership_id, organisation_id, request, source, role, transaction)
        SELECT clock_timestamp(), TG_TABLE_NAME, coalesce(before.key, after.key), 'update', changed.old, changed.new,
               (context ->> 'user')::bigint, (context ->> 'membership')::bigint, (context ->> 'organisation')::bigint,
               coalesce(context ->> 'request', ''), source, session_user, pg_current_xact_id()::text::bigint
          FROM (SELECT public.audit_key(to_jsonb(o), keys) AS key, to_jsonb(o) - left_out AS line FROM old_rows o) before
          FULL JOIN (SELECT public.audit_key(to_jsonb(n), keys) AS key, to_jsonb(n) - left_out AS line FROM new_rows n)
               after ON before.key = after.key
         CROSS JOIN LATERAL (
               SELECT jsonb_object_agg(name, CASE WHEN name = ANY (hidden) AND coalesce(before.line ->> name, '') <> ''
                                                  THEN '"(hidden)"' ELSE before.line -> name END) AS old,
                      jsonb_object_agg(name, CASE WHEN name = ANY (hidden) AND coalesce(after.line ->> name, '') <> ''
                                                  THEN '"(hidden)"' ELSE after.line -> name END) AS new
                 FROM jsonb_object_keys(coalesce(after.line, before.line)) AS part (name)
                WHERE before.line -> name IS DISTINCT FROM after.line -> name) AS changed
         WHERE changed.old IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- Erasure reaches the trail too: what a row said goes, who changed it and when stays.
CREATE FUNCTION audit_forget(of_table text, of_rows text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (
        UPDATE public.audit_change SET old = NULL, new = NULL, forgotten_at = clock_timestamp()
         WHERE "table" = of_table AND "row" = ANY (of_rows) AND forgotten_at IS NULL RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION audit_record(), audit_forget(text, text[]) FROM PUBLIC;
