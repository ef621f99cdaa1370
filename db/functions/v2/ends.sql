-- What becomes of holds: extended, activated, cancelled, many at once.
--
-- p_seen: the nths of those whose caller may see the reservation; to the others there is none.

-- Say why a reservation can not be changed any more.
CREATE FUNCTION why_ended(p_hold reservations, OUT code text, OUT facts json) LANGUAGE plpgsql AS $$
BEGIN
  IF p_hold.status = 'ACTIVATED' THEN
    code := 'ALREADY_ACTIVATED';
    facts := json_build_object('order_id', (SELECT id FROM bookings WHERE reservation_id = p_hold.id));
  ELSIF p_hold.status = 'CANCELLED' THEN
    code := 'RESERVATION_CANCELLED';
    facts := json_build_object('cancelled_at', p_hold.ended_at);
  ELSE
    code := 'RESERVATION_EXPIRED';
    facts := json_build_object('expired_at', p_hold.expires_at);
  END IF;
END
$$;

-- Answer those who may not see the reservation they name. p_acts: [{nth, id}].
CREATE FUNCTION refuse_unseen(p_acts jsonb, p_seen int[])
RETURNS TABLE (nth int, code text, facts json) LANGUAGE sql STABLE AS $$
  SELECT act.nth, 'NOT_FOUND', json_build_object(
    'noun', 'reservation', 'id', 'rsv_' || replace(act.id::text, '-', ''))
  FROM jsonb_to_recordset(p_acts) AS act (nth int, id uuid) WHERE act.nth <> ALL (p_seen)
$$;

-- Let live holds end later, each at the time of its channel's terms, or when it already does if that is later still.
-- p: {acts: [{id, now, terms: {channel: {expires_at, max_extensions}}}], keys: as `bind_keys` takes them}
-- Answers the reservation's row; its channel alone where there are no terms for it.
-- Refuses: NOT_FOUND, IDEMPOTENCY_CONFLICT, EXTENSION_USED, ALREADY_ACTIVATED, RESERVATION_CANCELLED,
-- RESERVATION_EXPIRED.
CREATE FUNCTION extend_all(p jsonb, p_seen int[]) RETURNS TABLE (nth int, code text, facts json) LANGUAGE plpgsql
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_todo int[] := '{}';
  v_bound jsonb;
  v_refused int[] := '{}';
  v_each record;
  v_row reservations;
  v_rows reservations[] := '{}';
  v_ats timestamptz[] := '{}';
BEGIN
  RETURN QUERY SELECT * FROM refuse_unseen(p->'acts', p_seen);
  FOR v_each IN
    SELECT act.nth, act.terms ? hold.channel AS has_terms, hold.channel
    FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid, terms jsonb)
    JOIN reservations AS hold ON hold.id = act.id WHERE act.nth = ANY (p_seen)
  LOOP
    IF v_each.has_terms THEN
      v_todo := v_todo || v_each.nth;
      CONTINUE;
    END IF;
    nth := v_each.nth;
    facts := json_build_object('channel', v_each.channel);
    RETURN NEXT;
  END LOOP;
  v_bound := bind_keys(entries_of(p->'keys', v_todo));
  IF v_bound IS NOT NULL THEN
    RETURN QUERY
      SELECT bound.nth, bound.code, CASE WHEN bound.code IS NULL THEN to_json(hold) ELSE bound.facts END
      FROM answer_bound(v_bound) AS bound
      JOIN jsonb_to_recordset(p->'acts') AS act (nth int, id uuid) ON act.nth = bound.nth
      JOIN reservations AS hold ON hold.id = act.id;
    v_todo := ARRAY(
      SELECT each FROM unnest(v_todo) AS each
      WHERE each <> ALL (ARRAY(SELECT (bound->>'nth')::int FROM jsonb_array_elements(v_bound) AS bound)));
  END IF;
  FOR v_each IN
    SELECT * FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid, now timestamptz, terms jsonb)
    WHERE act.nth = ANY (v_todo) ORDER BY act.id
  LOOP
    nth := v_each.nth;
    code := NULL;
    UPDATE reservations AS hold
    SET expires_at = greatest(hold.expires_at, (v_each.terms->hold.channel->>'expires_at')::timestamptz),
      extensions = hold.extensions + 1, sequence = hold.sequence + 1
    WHERE hold.id = v_each.id AND hold.status = 'ACTIVE' AND hold.expires_at > v_each.now
      AND coalesce(hold.extensions < (v_each.terms->hold.channel->>'max_extensions')::int, true)
    RETURNING hold.* INTO v_row;
    IF FOUND THEN
      v_rows := v_rows || v_row;
      v_ats := v_ats || v_each.now;
      facts := to_json(v_row);
    ELSE
      SELECT * INTO v_row FROM reservations WHERE id = v_each.id;
      IF v_row.status = 'ACTIVE' AND v_row.expires_at > v_each.now THEN
        code := 'EXTENSION_USED';
        facts := json_build_object('max', (v_each.terms->v_row.channel->>'max_extensions')::int);
      ELSE
        SELECT * INTO code, facts FROM why_ended(v_row);
      END IF;
      v_refused := v_refused || nth;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF cardinality(v_refused) > 0 THEN PERFORM free_keys(p->'keys', v_refused); END IF;
  INSERT INTO events (id, environment, partner_id, type, object_id, sequence, payload, at)
  SELECT new_id(), environment, reseller_id, 'reservation.extended', id, sequence,
    jsonb_build_object(
      'reservation_id', 'rsv_' || replace(id::text, '-', ''), 'status', status, 'units', units,
      'expires_at', to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'reference', reference), v_ats[ordinality]
  FROM unnest(v_rows) WITH ORDINALITY;
END
$$;

-- End live holds and free their units at once. Cancelling twice is the same as once.
-- p: {acts: [{id, now, actor}]}. Answers the reservation's row.
-- Refuses: NOT_FOUND, ALREADY_ACTIVATED, RESERVATION_EXPIRED.
CREATE FUNCTION cancel_all(p jsonb, p_seen int[]) RETURNS TABLE (nth int, code text, facts json) LANGUAGE plpgsql
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_each record;
  v_row reservations;
  v_rows reservations[] := '{}';
  v_actors text[] := '{}';
  v_ats timestamptz[] := '{}';
  v_many int;
BEGIN
  RETURN QUERY SELECT * FROM refuse_unseen(p->'acts', p_seen);
  FOR v_each IN
    SELECT * FROM jsonb_to_recordset(p->'acts') AS act (nth int, id uuid, now timestamptz, actor text)
    WHERE act.nth = ANY (p_seen) ORDER BY act.id
  LOOP
    nth := v_each.nth;
    code := NULL;
    UPDATE reservations AS hold SET status = 'CANCELLED', ended_at = v_each.now, sequence = hold.sequence + 1
    WHERE hold.id = v_each.id AND hold.status = 'ACTIVE' AND hold.expires_at > v_each.now
    RETURNING hold.* INTO v_row;
    IF FOUND THEN
      v_rows := v_rows || v_row;
      v_actors := v_actors || v_each.actor;
      v_ats := v_ats || v_each.now;
    ELSE
      SELECT * INTO v_row FROM reservations WHERE id = v_each.id;
    END IF;
    IF v_row.status = 'CANCELLED' THEN
      facts := to_json(v_row);
    ELSE
      SELECT * INTO code, facts FROM why_ended(v_row);
    END IF;
    RETURN NEXT;
  END LOOP;
  IF cardinality(v_rows) = 0 THEN RETURN; END IF;
  v_many := lock_for_ends(v_rows);
  v_many := move_units('CANCELLED', v_rows, v_actors, v_ats);
END
$$;
