-- Sold units that come back: their booking was cancelled, as a whole or in parts.

-- Return units of an activated reservation to their pools and journal it: p_quantities of the lines at p_positions.
-- Locks the reservation, then the pools in the order of their ids. What is left of a line is never less than nothing:
-- the table refuses that. Returns how many units that were.
CREATE FUNCTION return_units(
  p_reservation uuid, p_positions int[], p_quantities int[], p_actor text, p_now timestamptz
) RETURNS int LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
  v_each record;
  v_pool allotments;
  v_units int := 0;
BEGIN
  PERFORM FROM reservations WHERE id = p_reservation AND status = 'ACTIVATED' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 0; END IF;
  UPDATE reservation_lines AS line SET returned = line.returned + back.quantity
  FROM unnest(p_positions, p_quantities) AS back (place, quantity)
  WHERE line.reservation_id = p_reservation AND line.position = back.place;
  PERFORM FROM allotments WHERE id IN (
    SELECT allotment_id FROM reservation_lines
    WHERE reservation_id = p_reservation AND position = ANY (p_positions)
  ) ORDER BY id FOR NO KEY UPDATE;
  FOR v_each IN
    SELECT line.allotment_id, sum(back.quantity)::int AS units
    FROM unnest(p_positions, p_quantities) AS back (place, quantity)
    JOIN reservation_lines AS line ON line.reservation_id = p_reservation AND line.position = back.place
    WHERE line.allotment_id IS NOT NULL GROUP BY 1 ORDER BY 1
  LOOP
    UPDATE allotments SET sold = sold - v_each.units, sequence = sequence + 1
    WHERE id = v_each.allotment_id RETURNING * INTO v_pool;
    PERFORM journal(v_pool, 'RETURNED', 0, -v_each.units, p_reservation, p_actor, p_now);
    v_units := v_units + v_each.units;
  END LOOP;
  RETURN v_units;
END
$$;
