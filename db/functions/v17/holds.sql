-- Holding units, many holds at once, with what bundles take from the pools of their components.
-- Replaces v2's under its name: processes of two releases run side by side, and each finds this one.

-- Hold units: of each hold all or nothing, in the order of the list.
-- p: {holds: [rows of reservations], lines: [rows of reservation_lines], keys: as `bind_keys` takes them,
--     wants: [{id, reseller_id, environment, now, units,
--              pools, quantities, products, dates: what it takes by pool, in the order of the pools' ids;
--              per: how many units of the pool one of the product takes}]}
-- What a process of the release before sends has no `per`, and lines without `package_version` and `component_of`.
-- Answers what became of it: nothing for a hold that was made as it was asked, {id} where the key made one before.
-- Refuses: IDEMPOTENCY_CONFLICT, HOLD_QUOTA_EXCEEDED, SALES_CLOSED, INSUFFICIENT_INVENTORY.
CREATE OR REPLACE FUNCTION hold_all(p jsonb) RETURNS TABLE (nth int, code text, facts json) LANGUAGE plpgsql
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_bound jsonb := bind_keys(p->'keys');
  v_done int[] := '{}';
  v_refused int[] := '{}';
  v_taken uuid[] := '{}';
  v_locked record;
  v_open int[];
  v_free int[];
  v_want record;
  v_quota int;
  v_places int[];
  v_rows reservations[];
  v_actors text[];
  v_ats timestamptz[];
  v_many int;
BEGIN
  IF v_bound IS NOT NULL THEN
    RETURN QUERY SELECT * FROM answer_bound(v_bound);
    v_done := ARRAY(SELECT (bound->>'nth')::int FROM jsonb_array_elements(v_bound) AS bound);
    IF cardinality(v_done) = jsonb_array_length(p->'wants') THEN RETURN; END IF;
  END IF;

  v_locked := lock_for_holds(p->'wants');
  v_open := v_locked.open_units;
  v_free := v_locked.free;
  FOR v_want IN
    SELECT * FROM jsonb_to_recordset(p->'wants') AS want
      (nth int, id uuid, reseller_id uuid, environment text, units int,
       pools uuid[], quantities int[], products text[], dates date[], per int[])
  LOOP
    CONTINUE WHEN v_want.nth = ANY (v_done);
    nth := v_want.nth;
    code := NULL;
    facts := NULL;
    v_quota := array_position(v_locked.quotas, v_want.reseller_id || v_want.environment);
    IF v_open[v_quota] + v_want.units > v_locked.caps[v_quota] THEN
      code := 'HOLD_QUOTA_EXCEEDED';
      facts := json_build_object(
        'requested', v_want.units, 'open_units', v_open[v_quota], 'cap', v_locked.caps[v_quota]);
    END IF;
    v_places := '{}';
    FOR i IN 1 .. cardinality(v_want.pools) LOOP
      EXIT WHEN code IS NOT NULL;
      v_places[i] := array_position(v_locked.pools, v_want.pools[i]);
      IF v_locked.closed[v_places[i]] THEN
        code := 'SALES_CLOSED';
        facts := json_build_object('product_id', v_want.products[i], 'date', v_want.dates[i]);
      ELSIF v_want.quantities[i] > v_free[v_places[i]] THEN
        code := 'INSUFFICIENT_INVENTORY';
        facts := json_build_object('product_id', v_want.products[i], 'date', v_want.dates[i],
          'requested', v_want.quantities[i] / coalesce(v_want.per[i], 1),
          'available', v_free[v_places[i]] / coalesce(v_want.per[i], 1));
      END IF;
    END LOOP;
    RETURN NEXT;
    IF code IS NOT NULL THEN
      v_refused := v_refused || nth;
      CONTINUE;
    END IF;
    v_taken := v_taken || v_want.id;
    IF v_quota IS NOT NULL THEN
      v_open[v_quota] := v_open[v_quota] + v_want.units;
    END IF;
    FOR i IN 1 .. cardinality(v_want.pools) LOOP
      v_free[v_places[i]] := v_free[v_places[i]] - v_want.quantities[i];
    END LOOP;
  END LOOP;
  IF cardinality(v_refused) > 0 THEN PERFORM free_keys(p->'keys', v_refused); END IF;
  IF cardinality(v_taken) = 0 THEN RETURN; END IF;

  WITH made AS (
    INSERT INTO reservations AS hold (id, environment, channel, reseller_id, status, units, total_minor, currency,
      reference, actor, created_at, expires_at, extensions, sequence)
    SELECT id, environment, channel, reseller_id, status, units, total_minor, currency,
      reference, actor, created_at, expires_at, extensions, sequence
    FROM jsonb_populate_recordset(NULL::reservations, p->'holds') WHERE id = ANY (v_taken)
    RETURNING hold
  ), line AS (
    INSERT INTO reservation_lines (reservation_id, position, allotment_id, package_id, package_version, component_of,
      product_id, customer_type, date, quantity, unit_amount_minor, amount_minor, currency, rules)
    SELECT reservation_id, position, allotment_id, package_id,
      coalesce(package_version, (SELECT greatest(version, 1) FROM packages WHERE packages.id = package_id)), component_of,
      product_id, customer_type, date, quantity, unit_amount_minor, amount_minor, currency, rules
    FROM jsonb_populate_recordset(NULL::reservation_lines, p->'lines') WHERE reservation_id = ANY (v_taken)
  )
  SELECT array_agg(hold), array_agg((hold).actor), array_agg((hold).created_at) INTO v_rows, v_actors, v_ats FROM made;
  v_many := move_units('HELD', v_rows, v_actors, v_ats);
END
$$;
