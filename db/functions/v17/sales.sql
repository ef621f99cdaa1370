-- Turning live holds into sales. Replaces v2's under its name, which `activate_all` calls.

-- Write the bookings of activated holds with their tickets, one a unit in line order, and what the held version says
-- each entitles to. What a bundle took from its components' pools makes no ticket.
-- p_acts as in `activate_all`; p_nths: whose each of p_rows is. Returns how many there are.
CREATE OR REPLACE FUNCTION book_reservations(p_acts jsonb, p_rows reservations[], p_nths int[]) RETURNS int LANGUAGE plpgsql AS $$
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
  ), unit AS MATERIALIZED (
    SELECT id_at(v_moment, row_number() OVER (ORDER BY act.nth, each.position)) AS id, act.booking_id, act.environment,
      act.reseller_id, act.now, each.*,
      substr(act.ticket_codes, 1 + act.code_length * (each.position - 1)::int, act.code_length) AS code
    FROM act
    CROSS JOIN LATERAL (
      SELECT line.package_id, line.package_version, line.customer_type, line.date,
        row_number() OVER (ORDER BY line.position) AS position
      FROM reservation_lines AS line, generate_series(1, line.quantity)
      WHERE line.reservation_id = act.id AND line.component_of IS NULL
    ) AS each
  ), ticket AS (
    INSERT INTO tickets (id, booking_id, environment, reseller_id, package_id, position, code,
      customer_type, date, status, created_at, sequence)
    SELECT id, booking_id, environment, reseller_id, package_id, position, code,
      customer_type, date, 'ISSUED', now, 1
    FROM unit
  )
  INSERT INTO ticket_entitlements (ticket_id, function_code, position, label, quantity, remaining)
  SELECT unit.id, item.function_code, item.position, item.label, item.quantity, item.quantity
  FROM unit JOIN package_items AS item
    ON item.package_id = unit.package_id AND item.version = unit.package_version;
  RETURN cardinality(p_rows);
END
$$;
