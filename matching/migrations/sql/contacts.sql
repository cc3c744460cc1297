-- A list of codes in a row names rows of its list, as a foreign key would hold it for one. Arguments: column, table of
-- the list, and so on in pairs.
CREATE FUNCTION matching_guard_codes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unknown text;
BEGIN
    FOR n IN 0 .. TG_NARGS / 2 - 1 LOOP
        EXECUTE format(
            'SELECT code FROM unnest(($1).%I) AS said(code) WHERE NOT EXISTS (SELECT FROM public.%I known WHERE known.code = said.code) LIMIT 1',
            TG_ARGV[n * 2], TG_ARGV[n * 2 + 1]
        ) INTO unknown USING NEW;
        IF unknown IS NOT NULL THEN
            RAISE EXCEPTION '% is not in the list of %.', unknown, TG_ARGV[n * 2]
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_codes_known';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE TRIGGER matching_guard_codes BEFORE INSERT OR UPDATE OF themes ON matching_companycontact
    FOR EACH ROW EXECUTE FUNCTION matching_guard_codes('themes', 'matching_contacttheme');
CREATE TRIGGER matching_guard_codes BEFORE INSERT OR UPDATE OF competences, match_types ON matching_need
    FOR EACH ROW EXECUTE FUNCTION matching_guard_codes('competences', 'matching_competence', 'match_types', 'matching_matchtype');
