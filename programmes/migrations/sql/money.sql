-- What must hold of money, whoever writes. The functions that write say it in Danish first; these are the last word.

-- ---------------------------------------------------------------------------------------------- what is left
-- Budget less what is spent and what is still bound. Ask with the cell's row locked, or the answer may be old.
CREATE FUNCTION programmes_cell_left(cell bigint) RETURNS numeric
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT sum(quantity) FROM public.programmes_budgetline WHERE cell_id = cell), 0)
         - coalesce((SELECT sum(quantity) FROM public.programmes_commitment WHERE cell_id = cell), 0)
         - coalesce((SELECT sum(quantity - drawn) FROM public.programmes_voucher
                      WHERE cell_id = cell AND withdrawn_at IS NULL), 0)
$$;

-- ---------------------------------------------------------------------------------------------- commitments
CREATE FUNCTION programmes_guard_commitment() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    remaining numeric;
    drawn_of numeric;
BEGIN
    -- Whoever comes second waits here, and then sees what the first has taken.
    PERFORM 1 FROM public.programmes_budgetcell WHERE id = NEW.cell_id FOR NO KEY UPDATE;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.cell_id <> OLD.cell_id THEN
            RAISE EXCEPTION 'A commitment stays in its cell: close it and make another.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_stays_in_its_cell';
        END IF;
        SELECT coalesce(sum(drawn), 0) INTO drawn_of FROM public.programmes_voucher
         WHERE commitment_id = NEW.id AND withdrawn_at IS NULL;
        IF NEW.quantity < drawn_of THEN
            RAISE EXCEPTION 'Commitment % would be %, and % of it is spent.', NEW.id, NEW.quantity, drawn_of
                USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_not_below_what_is_spent';
        END IF;
        IF NEW.quantity <= OLD.quantity THEN
            RETURN NULL;
        END IF;
    END IF;
    IF EXISTS (SELECT FROM public.programmes_yearclosing y
                 JOIN public.programmes_budgetcell c ON c.id = NEW.cell_id AND c.year = y.year
                 JOIN public.programmes_fundingsource s ON s.id = c.funding_source_id AND s.owner_id = y.owner_id) THEN
        RAISE EXCEPTION 'The year of cell % is closed.', NEW.cell_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_in_an_open_year';
    END IF;
    remaining := public.programmes_cell_left(NEW.cell_id);
    IF remaining < 0 THEN
        RAISE EXCEPTION 'Cell % would be % below zero.', NEW.cell_id, -remaining
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_within_budget';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_commitment AFTER INSERT OR UPDATE OF quantity, cell_id ON programmes_commitment
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_commitment();

-- ---------------------------------------------------------------------------------------------- vouchers
-- Always accepted; but they draw on a commitment of their own cell, and on no more than it has.
CREATE FUNCTION programmes_guard_voucher() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bound record;
    drawn_of numeric;
BEGIN
    IF abs(NEW.drawn) > abs(NEW.quantity) OR NEW.drawn * NEW.quantity < 0 THEN
        RAISE EXCEPTION 'A voucher of % cannot draw %.', NEW.quantity, NEW.drawn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_draws_at_most_itself';
    END IF;
    IF NEW.commitment_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT cell_id, quantity INTO bound FROM public.programmes_commitment
     WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    IF bound.cell_id <> NEW.cell_id THEN
        RAISE EXCEPTION 'Voucher % and its commitment lie in different cells.', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_in_the_cell_of_its_commitment';
    END IF;
    SELECT coalesce(sum(drawn), 0) INTO drawn_of FROM public.programmes_voucher
     WHERE commitment_id = NEW.commitment_id AND withdrawn_at IS NULL;
    IF drawn_of NOT BETWEEN 0 AND bound.quantity THEN
        RAISE EXCEPTION 'Of commitment % there would be % drawn, of %.', NEW.commitment_id, drawn_of, bound.quantity
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_within_its_commitment';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_voucher
    AFTER INSERT OR UPDATE OF quantity, drawn, cell_id, commitment_id, withdrawn_at ON programmes_voucher
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_voucher();

-- ---------------------------------------------------------------------------------------------- budget changes
-- All lines of a change are inserted by one statement, and checked when they are there: together, or in none of them.
CREATE FUNCTION programmes_check_budget_change(checked bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_change record;
    wrong record;
BEGIN
    SELECT * INTO of_change FROM public.programmes_budgetchange WHERE id = checked;
    IF NOT EXISTS (SELECT FROM public.programmes_budgetline WHERE change_id = checked) THEN
        RAISE EXCEPTION 'Budget change % has no lines.', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_change_has_lines';
    END IF;
    SELECT s.name INTO wrong FROM public.programmes_budgetline l
      JOIN public.programmes_budgetcell c ON c.id = l.cell_id
      JOIN public.programmes_fundingsource s ON s.id = c.funding_source_id
     WHERE l.change_id = checked AND s.owner_id <> of_change.owner_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is kept by another organisation.', wrong.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_change_of_one_organisation';
    END IF;
    IF of_change.kind = 'transfer' THEN
        SELECT c.year, sum(l.quantity) AS net INTO wrong FROM public.programmes_budgetline l
          JOIN public.programmes_budgetcell c ON c.id = l.cell_id
         WHERE l.change_id = checked GROUP BY c.year HAVING sum(l.quantity) <> 0 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'A transfer sums to zero in every year; % has % over.', wrong.year, wrong.net
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_sums_to_zero';
        END IF;
    ELSIF of_change.kind = 'carry_over' THEN
        SELECT c.funding_source_id, sum(l.quantity) AS net INTO wrong FROM public.programmes_budgetline l
          JOIN public.programmes_budgetcell c ON c.id = l.cell_id
         WHERE l.change_id = checked GROUP BY c.funding_source_id, c.initiative_id
        HAVING sum(l.quantity) <> 0 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'What is carried over sums to zero over the years; % has % over.',
                wrong.funding_source_id, wrong.net
                USING ERRCODE = 'check_violation', CONSTRAINT = 'carry_over_sums_to_zero';
        END IF;
    END IF;
    IF of_change.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM (SELECT cell_id, quantity FROM public.programmes_budgetline WHERE change_id = checked) mine
          FULL JOIN (SELECT cell_id, quantity FROM public.programmes_budgetline
                      WHERE change_id = of_change.reverses_id) theirs USING (cell_id)
         WHERE mine.quantity + theirs.quantity IS DISTINCT FROM 0) THEN
        RAISE EXCEPTION 'Budget change % does not take back the whole of %.', checked, of_change.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_change_taken_back_whole';
    END IF;
END $$;

-- A line takes no more out of a cell than is left there, and none from a closed year unless it is carried over or taken
-- back. A line added to a change of yesterday is checked with the whole of it.
CREATE FUNCTION programmes_guard_budget_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM public.programmes_budgetcell WHERE id IN (SELECT cell_id FROM new_rows)
      ORDER BY id FOR NO KEY UPDATE;
    SELECT n.cell_id, public.programmes_cell_left(n.cell_id) AS remaining INTO wrong FROM new_rows n
     WHERE n.quantity < 0 AND public.programmes_cell_left(n.cell_id) < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Cell % would be % below zero.', wrong.cell_id, -wrong.remaining
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_leaves_enough';
    END IF;
    -- What is moved away gives an amount no room again: its krone stands somewhere else.
    SELECT n.cell_id INTO wrong FROM new_rows n JOIN public.programmes_budgetchange h ON h.id = n.change_id
     WHERE n.quantity < 0 AND n.comes_from_id IS NOT NULL AND h.kind IN ('transfer', 'carry_over')
       AND h.reverses_id IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'What leaves cell % comes from no amount.', wrong.cell_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'moved_away_comes_from_nothing';
    END IF;
    SELECT c.year INTO wrong FROM new_rows n
      JOIN public.programmes_budgetcell c ON c.id = n.cell_id
      JOIN public.programmes_budgetchange h ON h.id = n.change_id
      JOIN public.programmes_yearclosing y ON y.owner_id = h.owner_id AND y.year = c.year
     WHERE h.kind <> 'carry_over' AND h.reverses_id IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The year % is closed.', wrong.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_in_an_open_year';
    END IF;
    PERFORM public.programmes_check_amount(comes_from_id)
       FROM (SELECT DISTINCT comes_from_id FROM new_rows WHERE comes_from_id IS NOT NULL ORDER BY 1) parents;
    PERFORM public.programmes_check_budget_change(change_id) FROM (SELECT DISTINCT change_id FROM new_rows) changes;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_budget_lines AFTER INSERT ON programmes_budgetline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION programmes_guard_budget_lines();

-- ---------------------------------------------------------------------------------------------- amounts
-- What comes from a frame is never more than the frame, in all and, where both say years, in any year. A recommendation
-- is advice: more may be decided than was recommended.
CREATE FUNCTION programmes_check_amount(parent bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_amount record;
    wrong record;
BEGIN
    SELECT * INTO of_amount FROM public.programmes_amount WHERE id = parent FOR NO KEY UPDATE;
    IF NOT FOUND OR of_amount.step = 'recommended'
       OR NOT EXISTS (SELECT FROM public.programmes_amountline WHERE amount_id = parent) THEN
        RETURN;
    END IF;
    WITH used AS (
        SELECT l.year, l.quantity FROM public.programmes_amountline l
          JOIN public.programmes_amount a ON a.id = l.amount_id
         WHERE a.comes_from_id = parent AND a.withdrawn_at IS NULL
        UNION ALL
        SELECT c.year, l.quantity FROM public.programmes_budgetline l
          JOIN public.programmes_budgetcell c ON c.id = l.cell_id WHERE l.comes_from_id = parent),
    stated AS (SELECT year, quantity FROM public.programmes_amountline WHERE amount_id = parent)
    SELECT * INTO wrong FROM (
        SELECT NULL::int AS year, (SELECT sum(quantity) FROM used) - (SELECT sum(quantity) FROM stated) AS over
        UNION ALL
        SELECT s.year, (SELECT sum(u.quantity) FROM used u WHERE u.year = s.year) - s.quantity
          FROM stated s WHERE s.year IS NOT NULL) found
     WHERE over > 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Of amount % there would be % more than it has.', parent, wrong.over
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amount_within_what_it_comes_from';
    END IF;
END $$;

CREATE FUNCTION programmes_guard_amount_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.id, a.form, l.lines INTO wrong
      FROM (SELECT amount_id, count(*) AS lines, count(*) FILTER (WHERE year IS NULL) AS without_year
              FROM public.programmes_amountline WHERE amount_id IN (SELECT amount_id FROM new_rows)
             GROUP BY amount_id) l
      JOIN public.programmes_amount a ON a.id = l.amount_id
     WHERE NOT (CASE a.form
        WHEN 'yearly' THEN l.without_year = 0
        WHEN 'one_off' THEN l.lines = 1 AND l.without_year = 0
        WHEN 'frame' THEN l.lines = 1 AND l.without_year = 1
        WHEN 'year_not_stated' THEN l.lines = 1 AND l.without_year = 1
        ELSE false END) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Amount % is stated as %, and has % lines.', wrong.id, wrong.form, wrong.lines
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amount_lines_fit_its_form';
    END IF;
    PERFORM public.programmes_check_amount(comes_from_id)
       FROM (SELECT DISTINCT a.comes_from_id FROM new_rows n JOIN public.programmes_amount a ON a.id = n.amount_id
              WHERE a.comes_from_id IS NOT NULL ORDER BY 1) parents;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_amount_lines AFTER INSERT ON programmes_amountline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION programmes_guard_amount_lines();

CREATE FUNCTION programmes_guard_amount() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.form, NEW.step, NEW.funding_source_id, NEW.initiative_id, NEW.first_year, NEW.last_year, NEW.stated_on)
       IS DISTINCT FROM
       (OLD.form, OLD.step, OLD.funding_source_id, OLD.initiative_id, OLD.first_year, OLD.last_year, OLD.stated_on) THEN
        RAISE EXCEPTION 'Amount % has facts: withdraw it and state another.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amount_is_not_changed';
    END IF;
    PERFORM public.programmes_check_amount(NEW.comes_from_id);
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_amount AFTER UPDATE ON programmes_amount
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_amount();

-- What something has come from is not withdrawn under it.
CREATE FUNCTION programmes_guard_amount_withdrawn() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.withdrawn_at IS NOT NULL AND (
        EXISTS (SELECT FROM public.programmes_amount WHERE comes_from_id = NEW.id AND withdrawn_at IS NULL)
        OR EXISTS (SELECT FROM public.programmes_budgetline WHERE comes_from_id = NEW.id
                    GROUP BY comes_from_id HAVING sum(quantity) <> 0)) THEN
        RAISE EXCEPTION 'Amount % has led to something that stands.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amount_withdrawn_before_what_comes_of_it';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_amount_withdrawn AFTER UPDATE OF withdrawn_at ON programmes_amount
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_amount_withdrawn();

-- ---------------------------------------------------------------------------------------------- decisions
CREATE FUNCTION programmes_guard_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.decided_on IS NOT NULL AND NEW.agenda_item = '' AND EXISTS (
        SELECT FROM public.programmes_decidingbody WHERE id = NEW.body_id AND asks_agenda_item) THEN
        RAISE EXCEPTION 'Decision % names no agenda item.', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_names_its_agenda_item';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_guard_decision AFTER INSERT OR UPDATE ON programmes_decision
    FOR EACH ROW EXECUTE FUNCTION programmes_guard_decision();
