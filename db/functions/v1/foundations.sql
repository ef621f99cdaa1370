-- What the acts below share. Called by them only.

-- Make a UUIDv7 (RFC 9562 §5.7 and §6.2, method 3): milliseconds, the part of one that has passed, then
-- random. So what one transaction writes lies in its order. PostgreSQL has its own from 18 on only.
CREATE FUNCTION new_id() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_us bigint := floor(extract(epoch FROM clock_timestamp()) * 1000000);
BEGIN
  RETURN encode(
    overlay(uuid_send(gen_random_uuid())
      PLACING int8send((v_us / 1000 << 16) | 28672 | (v_us % 1000 * 4096 / 1000)) FROM 1 FOR 8),
    'hex')::uuid;
END
$$;

-- Abort the statement, and with it the whole act, with a typed refusal (db/functions/__init__.py).
CREATE FUNCTION refuse(p_code text, p_facts jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'IL000', MESSAGE = p_code, DETAIL = p_facts::text;
END
$$;

-- Bind a caller's key to the object it makes. NULL when it is new, else the object it made first.
-- A second call with the same key waits here until the first has committed or failed.
-- Refuses: IDEMPOTENCY_CONFLICT.
CREATE FUNCTION claim_key(p jsonb, p_object uuid, p_now timestamptz) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_first idempotency_keys;
BEGIN
  IF p IS NULL OR p = 'null'::jsonb THEN RETURN NULL; END IF;
  INSERT INTO idempotency_keys (actor, key, request_hash, object_id, created_at)
  VALUES (p->>'actor', p->>'key', decode(p->>'request_hash', 'hex'), p_object, p_now)
  ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN NULL; END IF;
  SELECT * INTO v_first FROM idempotency_keys WHERE actor = p->>'actor' AND key = p->>'key';
  IF v_first.request_hash <> decode(p->>'request_hash', 'hex') THEN
    PERFORM refuse('IDEMPOTENCY_CONFLICT', jsonb_build_object('idempotency_key', p->>'key'));
  END IF;
  RETURN v_first.object_id;
END
$$;

-- The allotment a sale draws from: the reseller's own before the shared one, a day's before the undated.
CREATE FUNCTION pool_of(p_package uuid, p_channel text, p_date date, p_reseller uuid)
RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT id FROM allotments
  WHERE package_id = p_package AND channel = p_channel
    AND (date IS NULL OR date = p_date) AND (reseller_id IS NULL OR reseller_id = p_reseller)
  ORDER BY reseller_id IS NULL, date IS NULL
  LIMIT 1
$$;

-- Units of holds whose time is over but which no job has released yet: free already, for every reader.
CREATE FUNCTION overdue_units(p_allotment uuid, p_now timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(line.quantity), 0)
  FROM reservations AS hold JOIN reservation_lines AS line ON line.reservation_id = hold.id
  WHERE hold.status = 'ACTIVE' AND hold.expires_at <= p_now AND line.allotment_id = p_allotment
$$;

-- Put an event of a reservation into the outbox.
CREATE FUNCTION tell_of_reservation(p_type text, r reservations, p_now timestamptz, p_more jsonb DEFAULT '{}')
RETURNS void LANGUAGE sql AS $$
  INSERT INTO events (id, environment, partner_id, type, object_id, sequence, payload, at)
  VALUES (new_id(), r.environment, r.reseller_id, p_type, r.id, r.sequence,
    jsonb_build_object(
      'reservation_id', 'rsv_' || replace(r.id::text, '-', ''), 'status', r.status, 'units', r.units,
      'expires_at', to_char(r.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'reference', r.reference) || p_more, p_now)
$$;

-- Move the counters of the ended reservations, quotas first, then allotments in id order, and journal it.
-- The order is the same in every act: that is what keeps them free of deadlocks.
CREATE FUNCTION settle_units(p_ids uuid[], p_kind text, p_actor text, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_line record;
  v_after allotments;
  v_sold int;
BEGIN
  FOR v_line IN
    SELECT reseller_id, environment, sum(units) AS units FROM reservations
    WHERE id = ANY (p_ids) AND reseller_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    UPDATE reseller_quotas SET open_units = open_units - v_line.units
    WHERE reseller_id = v_line.reseller_id AND environment = v_line.environment;
  END LOOP;
  FOR v_line IN
    SELECT allotment_id, reservation_id, sum(quantity)::int AS units FROM reservation_lines
    WHERE reservation_id = ANY (p_ids) GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    v_sold := CASE WHEN p_kind = 'SOLD' THEN v_line.units ELSE 0 END;
    UPDATE allotments SET held = held - v_line.units, sold = sold + v_sold, sequence = sequence + 1
    WHERE id = v_line.allotment_id RETURNING * INTO v_after;
    PERFORM journal(v_after, p_kind, -v_line.units, v_sold, v_line.reservation_id, p_actor, p_now);
  END LOOP;
END
$$;

-- Journal one change of an allotment's counters, with what they are after it, and tell of it.
CREATE FUNCTION journal(
  a allotments, p_kind text, p_held int, p_sold int, p_reservation uuid, p_actor text, p_now timestamptz,
  p_allocated int DEFAULT 0
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO inventory_events
    (id, allotment_id, sequence, kind, allocated_change, held_change, sold_change,
     allocated, held, sold, is_closed, reservation_id, actor, at)
  VALUES (new_id(), a.id, a.sequence, p_kind, p_allocated, p_held, p_sold,
     a.allocated, a.held, a.sold, a.is_closed, p_reservation, p_actor, p_now);
  INSERT INTO events (id, environment, partner_id, type, object_id, sequence, payload, at)
  VALUES (new_id(), a.environment, NULL, 'availability.changed', a.id, a.sequence, '{}', p_now);
END
$$;
