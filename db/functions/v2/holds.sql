-- Holding units, many holds at once.

-- Make the quotas that there are not yet: the first hold of a reseller needs one.
CREATE FUNCTION make_quotas(p_resellers uuid[], p_environments text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO reseller_quotas (reseller_id, environment, open_units)
  SELECT *, 0 FROM unnest(p_resellers, p_environments) ON CONFLICT DO NOTHING
$$;

-- Lock what holds would take from in the common order, after what is overdue there was released.
-- p_wants as in `hold_all`. Returns the quotas (by reseller and environment) with what is open and may be, and the
-- pools with what is free, each in the order of its ids.
CREATE FUNCTION lock_for_holds(
  p_wants jsonb,
  OUT quotas text[], OUT open_units int[], OUT caps int[], OUT pools uuid[], OUT free int[], OUT closed boolean[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_resellers uuid[];
  v_environments text[];
  v_now timestamptz;
  v_most int;
  v_first timestamptz;
BEGIN
  SELECT max(now), greatest(100, max(units) * count(*)), array_agg(reseller_id), array_agg(environment)
  INTO v_now, v_most, v_resellers, v_environments FROM (
    SELECT want.reseller_id, want.environment, max(want.now) AS now, sum(want.units) AS units
    FROM jsonb_to_recordset(p_wants) AS want (reseller_id uuid, environment text, now timestamptz, units int)
    GROUP BY 1, 2 ORDER BY 1, 2) AS each;
  pools := ARRAY(
    SELECT DISTINCT pool FROM jsonb_to_recordset(p_wants) AS want (pools uuid[]), unnest(want.pools) AS pool);
  -- Mostly nothing is overdue; the first of the index tells so, whatever the planner thinks of the rest.
  SELECT expires_at INTO v_first FROM reservations WHERE status = 'ACTIVE' ORDER BY expires_at LIMIT 1;
  IF v_first <= v_now THEN
    -- Quotas before pools, also those that are made.
    PERFORM make_quotas(v_resellers, v_environments);
    PERFORM release_holds(pools, v_resellers, v_environments, v_now, v_most);
  END IF;
  LOOP
    SELECT array_agg(name), array_agg(each.open_units), array_agg(open_hold_cap)
    INTO quotas, open_units, caps FROM (
      SELECT quota.reseller_id || quota.environment AS name, quota.open_units, profile.open_hold_cap
      FROM unnest(v_resellers, v_environments) AS wanted (reseller_id, environment)
      JOIN reseller_quotas AS quota
        ON quota.reseller_id = wanted.reseller_id AND quota.environment = wanted.environment
      JOIN reseller_profiles AS profile ON profile.partner_id = quota.reseller_id
      ORDER BY quota.reseller_id, quota.environment FOR NO KEY UPDATE OF quota) AS each;
    EXIT WHEN coalesce(cardinality(quotas), 0) = cardinality(array_remove(v_resellers, NULL));
    PERFORM make_quotas(v_resellers, v_environments);
  END LOOP;
  SELECT array_agg(id), array_agg(each.free), array_agg(is_closed) INTO pools, free, closed FROM (
    SELECT id, allocated - held - sold AS free, is_closed FROM allotments WHERE id = ANY (pools)
    ORDER BY id FOR NO KEY UPDATE) AS each;
END
$$;

-- Hold units: of each hold all or nothing, in the order of the list.
-- p: {holds: [rows of reservations], lines: [rows of reservation_lines], keys: as `bind_keys` takes them,
--     wants: [{id, reseller_id, environment, now, units,
--              pools, quantities, products, dates: what it takes by pool, in the order of the pools' ids}]}
-- Answers what became of it: nothing for a hold that was made as it was asked, {id} where the key made one before.
-- Refuses: IDEMPOTENCY_CONFLICT, HOLD_QUOTA_EXCEEDED, SALES_CLOSED, INSUFFICIENT_INVENTORY.
CREATE FUNCTION hold_all(p jsonb) RETURNS TABLE (nth int, code text, facts json) LANGUAGE plpgsql
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
       pools uuid[], quantities int[], products text[], dates date[])
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
          'requested', v_want.quantities[i], 'available', v_free[v_places[i]]);
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
    INSERT INTO reservation_lines (reservation_id, position, allotment_id, package_id, product_id,
      customer_type, date, quantity, unit_amount_minor, amount_minor, currency, rules)
    SELECT reservation_id, position, allotment_id, package_id, product_id,
      customer_type, date, quantity, unit_amount_minor, amount_minor, currency, rules
    FROM jsonb_populate_recordset(NULL::reservation_lines, p->'lines') WHERE reservation_id = ANY (v_taken)
  )
  SELECT array_agg(hold), array_agg((hold).actor), array_agg((hold).created_at) INTO v_rows, v_actors, v_ats FROM made;
  v_many := move_units('HELD', v_rows, v_actors, v_ats);
END
$$;
