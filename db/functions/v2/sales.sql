-- Turning live holds into sales, many at once.

-- Write the bookings of activated holds with their tickets, one a unit in line order, and what each entitles to.
-- p_acts as in `activate_all`; p_nths: whose each of p_rows is. Returns how many there are.
CREATE FUNCTION book_reservations(p_acts jsonb, p_rows reservations[], p_nths int[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_moment bytea := moment();
BEGIN
  WITH act AS MATERIALIZED (
    SELECT hold.id, hold.environment, hold.channel, hold.reseller_id, hold.total_minor, hold.currency, each.*
    FROM unnest(p_rows) WITH ORDINALITY AS hold
    JOIN jsonb_to_recordset(p_acts) AS each (nth int, now timestamptz, booking_id uuid, confirmation_code text,
      customer_name text, customer_email text, customer_phone text, payment_reference text, special_requests text,
      ticket_codes text, code_length int)
      ON each.nth = p_nths[hold.ordinality]
  ), sale AS (
    INSERT INTO bookings (id, reservation_id, environment, channel, reseller_id, confirmation_code,
      customer_name, customer_email, customer_phone, payment_reference, special_requests, total_minor,
      currency, created_at)
    SELECT booking_id, id, environment, channel, reseller_id, confirmation_code,
      customer_name, customer_email, customer_phone, payment_reference, special_requests, total_minor,
      currency, now
    FROM act
  ), ticket AS (
    INSERT INTO tickets (id, booking_id, environment, reseller_id, package_id, position, code,
      customer_type, date, status, created_at, sequence)
    SELECT id_at(v_moment, row_number() OVER (ORDER BY act.nth, unit.position)), act.booking_id, act.environment,
      act.reseller_id, unit.package_id, unit.position,
      substr(act.ticket_codes, 1 + act.code_length * (unit.position - 1)::int, act.code_length),
      unit.customer_type, unit.date, 'ISSUED', act.now, 1
    FROM act
    CROSS JOIN LATERAL (
      SELECT line.package_id, line.customer_type, line.date, row_number() OVER (ORDER BY line.position) AS position
      FROM reservation_lines AS line, generate_series(1, line.quantity) WHERE line.reservation_id = act.id
    ) AS unit
    RETURNING id, package_id
  )
  INSERT INTO ticket_entitlements (ticket_id, function_code, position, label, quantity, remaining)
  SELECT ticket.id, item.function_code, item.position, item.label, item.quantity, item.quantity
  FROM ticket JOIN package_items AS item ON item.package_id = ticket.package_id;
  RETURN cardinality(p_rows);
END
$$;

-- Turn live holds into sales. The same payment reference again is the same booking.
-- p: {acts: [{id, now, actor, booking_id, confirmation_code, customer_name, customer_email, customer_phone,
--             payment_reference, special_requests, ticket_codes: one behind the other, enough for every unit,
--             code_length}], keys: as `bind_keys` takes them}
-- Answers {id, booking, tickets: [{ticket, entitlements}]}, rows all of them, for those not in p_readable without the
-- tickets; {id} alone of a booking that was there before.
-- Refuses: NOT_FOUND, IDEMPOTENCY_CONFLICT, ALREADY_ACTIVATED, RESERVATION_CANCELLED, RESERVATION_EXPIRED.
CREATE FUNCTION activate_all(p jsonb, p_seen int[], p_readable int[])
RETURNS TABLE (nth int, code text, facts json) LANGUAGE plpgsql
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_todo int[] := p_seen;
  v_bound jsonb;
  v_refused int[] := '{}';
  v_each record;
  v_rows reservations[];
  v_nths int[];
  v_actors text[];
  v_ats timestamptz[];
  v_many int;
BEGIN
  IF cardinality(p_seen) < jsonb_array_length(p->'acts') THEN
    RETURN QUERY SELECT * FROM refuse_unseen(p->'acts', p_seen);
  END IF;
  v_bound := bind_keys(entries_of(p->'keys', p_seen));
  IF v_bound IS NOT NULL THEN
    RETURN QUERY SELECT * FROM answer_bound(v_bound);
    v_todo := ARRAY(
      SELECT each FROM unnest(v_todo) AS each
      WHERE each <> ALL (ARRAY(SELECT (bound->>'nth')::int FROM jsonb_array_elements(v_bound) AS bound)));
  END IF;
  IF cardinality(v_todo) > 1 THEN
    PERFORM FROM reservations WHERE id = ANY (ARRAY(
      SELECT act.id FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid) WHERE act.nth = ANY (v_todo)))
      ORDER BY id FOR NO KEY UPDATE;
  END IF;
  WITH activated AS (
    UPDATE reservations AS hold SET status = 'ACTIVATED', ended_at = act.now, sequence = hold.sequence + 1
    FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid, now timestamptz, actor text)
    WHERE hold.id = act.id AND act.nth = ANY (v_todo) AND hold.status = 'ACTIVE' AND hold.expires_at > act.now
    RETURNING act.nth, act.actor, act.now, hold
  )
  SELECT array_agg(hold), coalesce(array_agg(nth), '{}'), array_agg(actor), array_agg(now)
  INTO v_rows, v_nths, v_actors, v_ats FROM activated;

  IF cardinality(v_nths) < cardinality(v_todo) THEN
    FOR v_each IN
      SELECT act.nth, hold, sale.id AS booking_id, sale.payment_reference = act.payment_reference AS is_same
      FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid, payment_reference text)
      JOIN reservations AS hold ON hold.id = act.id
      LEFT JOIN bookings AS sale ON sale.reservation_id = hold.id
      WHERE act.nth = ANY (v_todo) AND act.nth <> ALL (v_nths)
    LOOP
      nth := v_each.nth;
      IF v_each.is_same THEN
        code := NULL;
        facts := json_build_object('id', v_each.booking_id);
        UPDATE idempotency_keys AS bound SET object_id = v_each.booking_id
        FROM jsonb_to_recordset(p->'keys') AS each (nth int, actor text, key text)
        WHERE each.nth = v_each.nth AND bound.actor = each.actor AND bound.key = each.key;
      ELSE
        SELECT * INTO code, facts FROM why_ended(v_each.hold);
        v_refused := v_refused || nth;
      END IF;
      RETURN NEXT;
    END LOOP;
    IF cardinality(v_refused) > 0 THEN PERFORM free_keys(p->'keys', v_refused); END IF;
    IF v_rows IS NULL THEN RETURN; END IF;
  END IF;

  v_many := book_reservations(p->'acts', v_rows, v_nths);
  v_many := lock_for_ends(v_rows);
  v_many := move_units('SOLD', v_rows, v_actors, v_ats);
  RETURN QUERY
    SELECT act.nth, NULL, json_build_object('id', sale.id, 'booking', sale, 'tickets', (
      SELECT json_agg(json_build_object('ticket', ticket, 'entitlements', (
        SELECT json_agg(entitlement ORDER BY entitlement.position)
        FROM ticket_entitlements AS entitlement WHERE entitlement.ticket_id = ticket.id
      )) ORDER BY ticket.position)
      FROM tickets AS ticket WHERE ticket.booking_id = sale.id AND act.nth = ANY (p_readable)))
    FROM jsonb_to_recordset(p->'acts') AS act (nth int, booking_id uuid)
    JOIN bookings AS sale ON sale.id = act.booking_id WHERE act.nth = ANY (v_nths);
END
$$;
