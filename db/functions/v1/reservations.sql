-- Hold, extend, activate, cancel, expire: one round trip each, hot rows last, all or nothing.

-- Expire those of the reservations whose time is over; one that another transaction is ending is left
-- to it. Returns how many ended here.
CREATE FUNCTION expire_reservations(p_ids uuid[], p_actor text, p_now timestamptz)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_ended uuid[];
  v_row reservations;
BEGIN
  v_ended := ARRAY(
    SELECT id FROM reservations WHERE id = ANY (p_ids) AND status = 'ACTIVE' AND expires_at <= p_now
    ORDER BY id FOR UPDATE SKIP LOCKED);
  IF cardinality(v_ended) = 0 THEN RETURN 0; END IF;
  FOR v_row IN
    UPDATE reservations SET status = 'EXPIRED', ended_at = p_now, sequence = sequence + 1
    WHERE id = ANY (v_ended) RETURNING *
  LOOP
    PERFORM tell_of_reservation('reservation.expired', v_row, p_now);
  END LOOP;
  PERFORM settle_units(v_ended, 'EXPIRED', p_actor, p_now);
  RETURN cardinality(v_ended);
END
$$;

-- Release what is overdue on these pools or of this reseller, before counting against it: p_most holds of each,
-- longest overdue first. A hundred are enough for a hold: it asks for that many units, and each frees one at least.
-- Locks the union of its rows and ours in the common order, so that the hold that follows can not deadlock.
CREATE FUNCTION release_overdue(
  p_pools uuid[], p_reseller uuid, p_environment text, p_now timestamptz, p_most int DEFAULT 100
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_due uuid[];
  v_first timestamptz;
BEGIN
  -- Mostly nothing is overdue; the first of the index tells so, whatever the planner thinks of the rest.
  SELECT expires_at INTO v_first FROM reservations WHERE status = 'ACTIVE' ORDER BY expires_at LIMIT 1;
  IF v_first IS NULL OR v_first > p_now THEN RETURN; END IF;
  v_due := ARRAY(
    WITH due AS MATERIALIZED (
      SELECT id, reseller_id, environment, expires_at FROM reservations
      WHERE status = 'ACTIVE' AND expires_at <= p_now
    ), ranked AS (
      SELECT due.id, row_number() OVER (PARTITION BY line.allotment_id ORDER BY due.expires_at) AS nth
      FROM due JOIN reservation_lines AS line ON line.reservation_id = due.id
      WHERE line.allotment_id = ANY (p_pools)
      UNION ALL
      SELECT id, row_number() OVER (ORDER BY expires_at) FROM due
      WHERE reseller_id = p_reseller AND environment = p_environment
    )
    SELECT id FROM reservations
    WHERE id IN (SELECT ranked.id FROM ranked WHERE nth <= p_most) AND status = 'ACTIVE' AND expires_at <= p_now
    FOR UPDATE SKIP LOCKED);
  IF cardinality(v_due) = 0 THEN RETURN; END IF;
  -- Not FOR UPDATE: that would wait for every hold whose lines refer to the pool, and they wait for the quota.
  PERFORM FROM reseller_quotas AS quota
    WHERE (quota.reseller_id = p_reseller AND quota.environment = p_environment) OR EXISTS (
      SELECT FROM reservations AS hold WHERE hold.id = ANY (v_due)
        AND hold.reseller_id = quota.reseller_id AND hold.environment = quota.environment)
    ORDER BY quota.reseller_id, quota.environment FOR NO KEY UPDATE;
  PERFORM FROM allotments AS pool
    WHERE pool.id = ANY (p_pools) OR pool.id IN (
      SELECT allotment_id FROM reservation_lines WHERE reservation_id = ANY (v_due))
    ORDER BY pool.id FOR NO KEY UPDATE;
  PERFORM expire_reservations(v_due, 'system', p_now);
END
$$;

-- Take units from one pool, or refuse. Refuses: SALES_CLOSED, INSUFFICIENT_INVENTORY.
CREATE FUNCTION take_units(
  p_pool uuid, p_units int, p_product text, p_date date, p_reservation uuid, p_actor text, p_now timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_after allotments;
BEGIN
  UPDATE allotments SET held = held + p_units, sequence = sequence + 1
  WHERE id = p_pool AND NOT is_closed AND held + sold + p_units <= allocated RETURNING * INTO v_after;
  IF FOUND THEN
    PERFORM journal(v_after, 'HELD', p_units, 0, p_reservation, p_actor, p_now);
    RETURN;
  END IF;
  SELECT * INTO v_after FROM allotments WHERE id = p_pool;
  IF v_after.is_closed THEN
    PERFORM refuse('SALES_CLOSED', jsonb_build_object('product_id', p_product, 'date', p_date));
  END IF;
  PERFORM refuse('INSUFFICIENT_INVENTORY', jsonb_build_object(
    'product_id', p_product, 'date', p_date, 'requested', p_units,
    'available', v_after.allocated - v_after.held - v_after.sold));
END
$$;

-- Hold units and return the reservation's id (the first one's where the key was used before).
-- p: {id, environment, channel, reseller_id, units, total_minor, currency, reference, actor, now,
--     expires_at, idempotency: {actor, key, request_hash}, lines: [{allotment_id, package_id, product_id,
--     customer_type, date, quantity, unit_amount_minor, amount_minor, rules}]}
-- Refuses: IDEMPOTENCY_CONFLICT, HOLD_QUOTA_EXCEEDED, SALES_CLOSED, INSUFFICIENT_INVENTORY.
CREATE FUNCTION hold_units(p jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := p->>'id';
  v_now timestamptz := p->>'now';
  v_actor text := p->>'actor';
  v_reseller uuid := p->>'reseller_id';
  v_units int := p->>'units';
  v_open int;
  v_cap int;
  v_first uuid;
  v_row reservations;
  v_line record;
BEGIN
  v_first := claim_key(p->'idempotency', v_id, v_now);
  IF v_first IS NOT NULL THEN RETURN v_first; END IF;

  INSERT INTO reservations (id, environment, channel, reseller_id, status, units, total_minor, currency,
    reference, actor, created_at, expires_at, sequence)
  VALUES (v_id, p->>'environment', p->>'channel', v_reseller, 'ACTIVE', v_units,
    (p->>'total_minor')::bigint, p->>'currency', p->>'reference', v_actor, v_now,
    (p->>'expires_at')::timestamptz, 1)
  RETURNING * INTO v_row;
  INSERT INTO reservation_lines (reservation_id, position, allotment_id, package_id, product_id,
    customer_type, date, quantity, unit_amount_minor, amount_minor, currency, rules)
  SELECT v_id, position, (line->>'allotment_id')::uuid, (line->>'package_id')::uuid, line->>'product_id',
    line->>'customer_type', (line->>'date')::date, (line->>'quantity')::int,
    (line->>'unit_amount_minor')::bigint, (line->>'amount_minor')::bigint, v_row.currency, line->'rules'
  FROM jsonb_array_elements(p->'lines') WITH ORDINALITY AS each (line, position);
  PERFORM tell_of_reservation('reservation.created', v_row, v_now);

  -- The first hold of a reseller makes its quota, before any allotment is locked: the common order.
  IF v_reseller IS NOT NULL THEN
    INSERT INTO reseller_quotas (reseller_id, environment, open_units)
    VALUES (v_reseller, v_row.environment, 0) ON CONFLICT DO NOTHING;
  END IF;
  PERFORM release_overdue(
    ARRAY(SELECT allotment_id FROM reservation_lines WHERE reservation_id = v_id),
    v_reseller, v_row.environment, v_now);

  IF v_reseller IS NOT NULL THEN
    SELECT open_hold_cap INTO v_cap FROM reseller_profiles WHERE partner_id = v_reseller;
    UPDATE reseller_quotas SET open_units = open_units + v_units
    WHERE reseller_id = v_reseller AND environment = v_row.environment
      AND open_units + v_units <= v_cap;
    IF NOT FOUND THEN
      SELECT open_units INTO v_open FROM reseller_quotas
      WHERE reseller_id = v_reseller AND environment = v_row.environment;
      PERFORM refuse('HOLD_QUOTA_EXCEEDED', jsonb_build_object(
        'requested', v_units, 'open_units', v_open, 'cap', v_cap));
    END IF;
  END IF;
  FOR v_line IN
    SELECT allotment_id, sum(quantity)::int AS units, min(product_id) AS product_id, min(date) AS date
    FROM reservation_lines WHERE reservation_id = v_id GROUP BY 1 ORDER BY 1
  LOOP
    PERFORM take_units(
      v_line.allotment_id, v_line.units, v_line.product_id, v_line.date, v_id, v_actor, v_now);
  END LOOP;
  RETURN v_id;
END
$$;

-- Say why a reservation can not be changed any more. Refuses always.
CREATE FUNCTION refuse_ended(r reservations) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF r.status = 'ACTIVATED' THEN
    PERFORM refuse('ALREADY_ACTIVATED', jsonb_build_object(
      'order_id', (SELECT id FROM bookings WHERE reservation_id = r.id)));
  ELSIF r.status = 'CANCELLED' THEN
    PERFORM refuse('RESERVATION_CANCELLED', jsonb_build_object('cancelled_at', r.ended_at));
  END IF;
  PERFORM refuse('RESERVATION_EXPIRED', jsonb_build_object('expired_at', r.expires_at));
END
$$;

-- Let a live hold end later: at p.expires_at, or when it already does if that is later still.
-- p: {id, expires_at, max_extensions, now, idempotency}. Returns the reservation's id.
-- Refuses: IDEMPOTENCY_CONFLICT, EXTENSION_USED, ALREADY_ACTIVATED, RESERVATION_CANCELLED, RESERVATION_EXPIRED.
CREATE FUNCTION extend_reservation(p jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := p->>'id';
  v_now timestamptz := p->>'now';
  v_row reservations;
BEGIN
  IF claim_key(p->'idempotency', v_id, v_now) IS NOT NULL THEN RETURN v_id; END IF;
  UPDATE reservations
  SET expires_at = greatest(expires_at, (p->>'expires_at')::timestamptz),
      extensions = extensions + 1, sequence = sequence + 1
  WHERE id = v_id AND status = 'ACTIVE' AND expires_at > v_now
    AND (p->>'max_extensions' IS NULL OR extensions < (p->>'max_extensions')::int)
  RETURNING * INTO v_row;
  IF FOUND THEN
    PERFORM tell_of_reservation('reservation.extended', v_row, v_now);
    RETURN v_id;
  END IF;
  SELECT * INTO v_row FROM reservations WHERE id = v_id;
  IF v_row.status = 'ACTIVE' AND v_row.expires_at > v_now THEN
    PERFORM refuse('EXTENSION_USED', jsonb_build_object('max', (p->>'max_extensions')::int));
  END IF;
  PERFORM refuse_ended(v_row);
END
$$;

-- Turn a live hold into a sale and return the booking's id. The same payment reference again returns
-- the same booking.
-- p: {id, booking_id, confirmation_code, customer: {name, email, phone}, payment_reference,
--     special_requests, actor, now, idempotency, tickets: [{id, code}] in line order, one a unit}
-- Refuses: IDEMPOTENCY_CONFLICT, ALREADY_ACTIVATED, RESERVATION_CANCELLED, RESERVATION_EXPIRED.
CREATE FUNCTION activate_reservation(p jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := p->>'id';
  v_booking uuid := p->>'booking_id';
  v_now timestamptz := p->>'now';
  v_first uuid;
  v_row reservations;
BEGIN
  v_first := claim_key(p->'idempotency', v_booking, v_now);
  IF v_first IS NOT NULL THEN RETURN v_first; END IF;
  UPDATE reservations SET status = 'ACTIVATED', ended_at = v_now, sequence = sequence + 1
  WHERE id = v_id AND status = 'ACTIVE' AND expires_at > v_now RETURNING * INTO v_row;
  IF NOT FOUND THEN
    SELECT id INTO v_first FROM bookings
    WHERE reservation_id = v_id AND payment_reference = p->>'payment_reference';
    IF v_first IS NULL THEN
      SELECT * INTO v_row FROM reservations WHERE id = v_id;
      PERFORM refuse_ended(v_row);
    END IF;
    UPDATE idempotency_keys SET object_id = v_first
    WHERE actor = p->'idempotency'->>'actor' AND key = p->'idempotency'->>'key';
    RETURN v_first;
  END IF;

  INSERT INTO bookings (id, reservation_id, environment, channel, reseller_id, confirmation_code,
    customer_name, customer_email, customer_phone, payment_reference, special_requests, total_minor,
    currency, created_at)
  VALUES (v_booking, v_id, v_row.environment, v_row.channel, v_row.reseller_id, p->>'confirmation_code',
    p->'customer'->>'name', p->'customer'->>'email', p->'customer'->>'phone', p->>'payment_reference',
    p->>'special_requests', v_row.total_minor, v_row.currency, v_now);
  INSERT INTO tickets (id, booking_id, environment, reseller_id, package_id, position, code,
    customer_type, date, status, created_at, sequence)
  SELECT (ticket->>'id')::uuid, v_booking, v_row.environment, v_row.reseller_id, unit.package_id,
    nth, ticket->>'code', unit.customer_type, unit.date, 'ISSUED', v_now, 1
  FROM (
    SELECT line.*, row_number() OVER (ORDER BY line.position) AS nth
    FROM reservation_lines AS line, generate_series(1, line.quantity)
    WHERE line.reservation_id = v_id
  ) AS unit
  JOIN jsonb_array_elements(p->'tickets') WITH ORDINALITY AS each (ticket, nth) USING (nth);
  INSERT INTO ticket_entitlements (ticket_id, function_code, position, label, quantity, remaining)
  SELECT ticket.id, item.function_code, item.position, item.label, item.quantity, item.quantity
  FROM tickets AS ticket JOIN package_items AS item ON item.package_id = ticket.package_id
  WHERE ticket.booking_id = v_booking;
  PERFORM tell_of_reservation('reservation.activated', v_row, v_now);
  INSERT INTO events (id, environment, partner_id, type, object_id, sequence, payload, at)
  VALUES (new_id(), v_row.environment, v_row.reseller_id, 'booking.confirmed', v_booking, 1,
    jsonb_build_object(
      'order_id', 'bkg_' || replace(v_booking::text, '-', ''),
      'reservation_id', 'rsv_' || replace(v_id::text, '-', ''),
      'confirmation_code', p->>'confirmation_code', 'units', v_row.units), v_now);

  PERFORM settle_units(ARRAY[v_id], 'SOLD', p->>'actor', v_now);
  RETURN v_booking;
END
$$;

-- End a live hold and free its units at once. Cancelling twice is the same as once.
-- Refuses: ALREADY_ACTIVATED, RESERVATION_EXPIRED.
CREATE FUNCTION cancel_reservation(p_id uuid, p_actor text, p_now timestamptz)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_row reservations;
BEGIN
  UPDATE reservations SET status = 'CANCELLED', ended_at = p_now, sequence = sequence + 1
  WHERE id = p_id AND status = 'ACTIVE' AND expires_at > p_now RETURNING * INTO v_row;
  IF FOUND THEN
    PERFORM tell_of_reservation('reservation.cancelled', v_row, p_now);
    PERFORM settle_units(ARRAY[p_id], 'CANCELLED', p_actor, p_now);
    RETURN p_id;
  END IF;
  SELECT * INTO v_row FROM reservations WHERE id = p_id;
  IF v_row.status <> 'CANCELLED' THEN PERFORM refuse_ended(v_row); END IF;
  RETURN p_id;
END
$$;
