-- Holds whose time is over.

-- Expire those of the reservations whose time is over; one that another transaction is ending is left to it.
-- Returns how many ended here.
CREATE FUNCTION expire_holds(p_ids uuid[], p_actor text, p_now timestamptz) RETURNS int LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
  v_due uuid[];
  v_rows reservations[];
  v_many int;
BEGIN
  v_due := ARRAY(
    SELECT id FROM reservations WHERE id = ANY (p_ids) AND status = 'ACTIVE' AND expires_at <= p_now
    ORDER BY id FOR UPDATE SKIP LOCKED);
  v_many := cardinality(v_due);
  IF v_many = 0 THEN RETURN 0; END IF;
  WITH ended AS (
    UPDATE reservations AS hold SET status = 'EXPIRED', ended_at = p_now, sequence = sequence + 1
    WHERE id = ANY (v_due) RETURNING hold
  )
  SELECT array_agg(hold) INTO v_rows FROM ended;
  v_many := lock_for_ends(v_rows);
  RETURN move_units('EXPIRED', v_rows, array_fill(p_actor, ARRAY[v_many]), array_fill(p_now, ARRAY[v_many]));
END
$$;

-- Release what is overdue on these pools or of these resellers (in the environments of the same places), before
-- counting against them: p_most holds of each, longest overdue first. As many as units are asked for are enough: each
-- frees one at least. Locks the union of its rows and ours in the common order. Returns how many ended here.
CREATE FUNCTION release_holds(
  p_pools uuid[], p_resellers uuid[], p_environments text[], p_now timestamptz, p_most int
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_due uuid[];
BEGIN
  v_due := ARRAY(
    WITH due AS MATERIALIZED (
      SELECT id, reseller_id, environment, expires_at FROM reservations
      WHERE status = 'ACTIVE' AND expires_at <= p_now
    ), ranked AS (
      SELECT due.id, row_number() OVER (PARTITION BY line.allotment_id ORDER BY due.expires_at) AS nth
      FROM due JOIN reservation_lines AS line ON line.reservation_id = due.id
      WHERE line.allotment_id = ANY (p_pools)
      UNION ALL
      SELECT id, row_number() OVER (PARTITION BY reseller_id, environment ORDER BY expires_at) FROM due
      WHERE (reseller_id, environment) IN (SELECT * FROM unnest(p_resellers, p_environments))
    )
    SELECT id FROM reservations
    WHERE id IN (SELECT ranked.id FROM ranked WHERE nth <= p_most) AND status = 'ACTIVE' AND expires_at <= p_now
    FOR UPDATE SKIP LOCKED);
  IF cardinality(v_due) = 0 THEN RETURN 0; END IF;
  -- Not FOR UPDATE: that would wait for every hold whose lines refer to the pool, and they wait for the quota.
  PERFORM FROM reseller_quotas AS quota
    WHERE (quota.reseller_id, quota.environment) IN (SELECT * FROM unnest(p_resellers, p_environments)) OR EXISTS (
      SELECT FROM reservations AS hold WHERE hold.id = ANY (v_due)
        AND hold.reseller_id = quota.reseller_id AND hold.environment = quota.environment)
    ORDER BY quota.reseller_id, quota.environment FOR NO KEY UPDATE;
  PERFORM FROM allotments AS pool
    WHERE pool.id = ANY (p_pools) OR pool.id IN (
      SELECT allotment_id FROM reservation_lines WHERE reservation_id = ANY (v_due))
    ORDER BY pool.id FOR NO KEY UPDATE;
  RETURN expire_holds(v_due, 'system', p_now);
END
$$;
