-- Acts on many at once: what they share. Called by them only, beside `new_id` and `pool_of` of v1.
--
-- A batch is one jsonb value: parts by name, each a list of entries with `nth`, which tells whose entry it is. An act
-- answers one row a member: nth, and the code and facts of its refusal, or no code and what became of it.
--
-- Locks are taken in one order everywhere: keys, reservations, quotas, allotments, each in the order of its ids. That
-- is what keeps the acts free of deadlocks.
--
-- What an act costs is mostly the number of its statements: each is begun anew, and with it the checks of the tables
-- it writes. So a statement does for all members what it does, and a function is called in an assignment, which is
-- none. `enable_seqscan` is off in every act: its plans are kept, and may be older than all that is in a table.

-- The first 12 bytes of UUIDv7s that follow one another: of one moment, told apart by `id_at`. Nobody need be unable
-- to guess them, so they are made of `random`: a strong one costs a call of the kernel.
CREATE FUNCTION moment() RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  v_us bigint := floor(date_part('epoch', clock_timestamp()) * 1000000);
BEGIN
  RETURN int8send((v_us / 1000 << 16) | 28672 | (v_us % 1000 * 4096 / 1000))
    || int4send((floor(random() * 1073741824) - 2147483648)::int);
END
$$;

-- The nth id of a moment (RFC 9562 §6.2, method 1: a counter).
CREATE FUNCTION id_at(p_moment bytea, p_nth bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(p_moment || int4send(p_nth::int), 'hex')::uuid
$$;

-- Take the entries of some members out of a part.
CREATE FUNCTION entries_of(p_part jsonb, p_nths int[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF cardinality(p_nths) = jsonb_array_length(p_part) THEN RETURN p_part; END IF;
  RETURN (
    SELECT coalesce(jsonb_agg(entry), '[]') FROM jsonb_array_elements(p_part) AS entry
    WHERE (entry->>'nth')::int = ANY (p_nths));
END
$$;

-- Bind keys to the objects that are about to be made. A key that another transaction is binding is waited for.
-- Returns the keys that were bound before, [{nth, key, id: of what they made, is_same: by the same request}]; mostly
-- there is none, and NULL.
-- p_keys: [{nth, actor, key, request_hash, object_id, created_at}], each key once.
CREATE FUNCTION bind_keys(p_keys jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_new text[];
BEGIN
  IF jsonb_array_length(p_keys) = 0 THEN RETURN NULL; END IF;
  WITH bound AS (
    INSERT INTO idempotency_keys (actor, key, request_hash, object_id, created_at)
    SELECT actor, key, decode(request_hash, 'hex'), object_id, created_at
    FROM jsonb_to_recordset(p_keys) AS each
      (actor text, key text, request_hash text, object_id uuid, created_at timestamptz)
    ORDER BY actor, key
    ON CONFLICT DO NOTHING RETURNING actor, key
  )
  SELECT array_agg(actor || E'\n' || key) INTO v_new FROM bound;
  IF cardinality(v_new) = jsonb_array_length(p_keys) THEN RETURN NULL; END IF;
  RETURN (
    SELECT jsonb_agg(jsonb_build_object('nth', each.nth, 'key', each.key, 'id', first.object_id,
      'is_same', first.request_hash = decode(each.request_hash, 'hex')))
    FROM jsonb_to_recordset(p_keys) AS each (nth int, actor text, key text, request_hash text)
    JOIN idempotency_keys AS first ON first.actor = each.actor AND first.key = each.key
    WHERE each.actor || E'\n' || each.key <> ALL (coalesce(v_new, '{}')));
END
$$;

-- Answer a member whose key was bound before: with what it made, or that the key stands for another request.
-- p_bound: as `bind_keys` returns it.
CREATE FUNCTION answer_bound(p_bound jsonb) RETURNS TABLE (nth int, code text, facts json) LANGUAGE sql IMMUTABLE AS $$
  SELECT nth, CASE WHEN NOT is_same THEN 'IDEMPOTENCY_CONFLICT' END,
    CASE WHEN is_same THEN json_build_object('id', id) ELSE json_build_object('idempotency_key', key) END
  FROM jsonb_to_recordset(p_bound) AS bound (nth int, key text, id uuid, is_same boolean)
$$;

-- Let the keys of refused acts go: after a refusal a key is free again.
CREATE FUNCTION free_keys(p_keys jsonb, p_refused int[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM idempotency_keys AS bound
  USING jsonb_to_recordset(p_keys) AS each (nth int, actor text, key text)
  WHERE each.nth = ANY (p_refused) AND bound.actor = each.actor AND bound.key = each.key
$$;

-- Lock the quotas and the pools of reservations in the common order.
CREATE FUNCTION lock_for_ends(p_rows reservations[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_ids uuid[] := ARRAY(SELECT id FROM unnest(p_rows));
BEGIN
  PERFORM FROM reseller_quotas
    WHERE (reseller_id, environment) IN (SELECT reseller_id, environment FROM unnest(p_rows))
    ORDER BY reseller_id, environment FOR NO KEY UPDATE;
  PERFORM FROM allotments
    WHERE id IN (SELECT allotment_id FROM reservation_lines WHERE reservation_id = ANY (v_ids))
    ORDER BY id FOR NO KEY UPDATE;
  RETURN cardinality(v_ids);
END
$$;

-- Move the units of reservations into locked quotas and pools (p_kind HELD), or out of them again (SOLD, CANCELLED,
-- EXPIRED); journal every change with what the counters are after it, and put the events into the outbox. Of a pool
-- only the newest state is told: whoever follows it reads it anew.
-- p_actors, p_ats: by whom and when, in the order of p_rows. Returns how many reservations that were.
CREATE FUNCTION move_units(p_kind text, p_rows reservations[], p_actors text[], p_ats timestamptz[])
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_moment bytea := moment();
  v_held int := CASE WHEN p_kind = 'HELD' THEN 1 ELSE -1 END;
  v_sold int := CASE WHEN p_kind = 'SOLD' THEN 1 ELSE 0 END;
  v_told text := 'reservation.' || CASE p_kind WHEN 'HELD' THEN 'created' WHEN 'SOLD' THEN 'activated'
    ELSE lower(p_kind) END;
BEGIN
  WITH moved AS MATERIALIZED (
    SELECT * FROM unnest(p_rows) WITH ORDINALITY
  ), change AS MATERIALIZED (
    SELECT line.allotment_id, moved.ordinality AS nth, moved.id AS reservation_id, sum(line.quantity) AS units
    FROM moved JOIN reservation_lines AS line ON line.reservation_id = moved.id GROUP BY 1, 2, 3
  ), quota AS (
    UPDATE reseller_quotas AS quota SET open_units = quota.open_units + v_held * more.units
    FROM (SELECT reseller_id, environment, sum(units) AS units FROM moved GROUP BY 1, 2) AS more
    WHERE quota.reseller_id = more.reseller_id AND quota.environment = more.environment
  ), pool AS (
    UPDATE allotments AS pool
    SET held = pool.held + v_held * more.units, sold = pool.sold + v_sold * more.units,
      sequence = pool.sequence + more.changes
    FROM (
      SELECT allotment_id, sum(units) AS units, count(*) AS changes, max(p_ats[nth]) AS at FROM change GROUP BY 1
    ) AS more
    WHERE pool.id = more.allotment_id
    RETURNING pool.id, pool.environment, pool.allocated, pool.held, pool.sold, pool.is_closed, pool.sequence,
      more.units, more.changes, more.at
  ), journal AS (
    INSERT INTO inventory_events (id, allotment_id, sequence, kind, allocated_change, held_change, sold_change,
      allocated, held, sold, is_closed, reservation_id, actor, at)
    SELECT id_at(v_moment, row_number() OVER (ORDER BY nth, pool.id)), pool.id,
      pool.sequence - pool.changes + row_number() OVER earlier, p_kind, 0, v_held * change.units,
      v_sold * change.units, pool.allocated,
      pool.held - v_held * (pool.units - sum(change.units) OVER earlier),
      pool.sold - v_sold * (pool.units - sum(change.units) OVER earlier),
      pool.is_closed, change.reservation_id, p_actors[nth], p_ats[nth]
    FROM change JOIN pool ON pool.id = change.allotment_id
    WINDOW earlier AS (PARTITION BY pool.id ORDER BY nth)
  )
  INSERT INTO events (id, environment, partner_id, type, object_id, sequence, payload, at)
  SELECT id_at(v_moment, row_number() OVER ()), told.* FROM (
    SELECT environment, reseller_id, v_told, id, sequence,
      jsonb_build_object(
        'reservation_id', 'rsv_' || replace(id::text, '-', ''), 'status', status, 'units', units,
        'expires_at', to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'reference', reference), p_ats[ordinality]
    FROM moved
    UNION ALL
    SELECT sale.environment, sale.reseller_id, 'booking.confirmed', sale.id, 1,
      jsonb_build_object(
        'order_id', 'bkg_' || replace(sale.id::text, '-', ''),
        'reservation_id', 'rsv_' || replace(moved.id::text, '-', ''),
        'confirmation_code', sale.confirmation_code, 'units', moved.units), sale.created_at
    FROM moved JOIN bookings AS sale ON sale.reservation_id = moved.id WHERE p_kind = 'SOLD'
    UNION ALL
    SELECT environment, NULL, 'availability.changed', id, sequence, '{}', at FROM pool
  ) AS told;
  RETURN cardinality(p_rows);
END
$$;
