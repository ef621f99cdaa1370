-- A demo takes its quarters of an hour from both of its parties, whoever gives it its time and however it loses it:
-- the cells follow from the introduction itself. Two demos overlap exactly where they share a cell (db/models/scheduling.py).
-- Refuses: TIME_TAKEN.
CREATE FUNCTION claim_demo_cells() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_partner bigint := hashtextextended('demo:' || NEW.partner_id, 0);
  v_contractor bigint := hashtextextended('demo:' || NEW.contractor_id, 0);
BEGIN
  -- Two that move over each other's old time would wait for each other: the parties are locked first, in one order.
  IF NEW.stage = 'CONFIRMED' THEN
    PERFORM pg_advisory_xact_lock(least(v_partner, v_contractor));
    PERFORM pg_advisory_xact_lock(greatest(v_partner, v_contractor));
  END IF;
  DELETE FROM demo_cells WHERE introduction_id = NEW.id;
  IF NEW.stage = 'CONFIRMED' THEN
    INSERT INTO demo_cells (party_id, starts_at, introduction_id)
    SELECT party_id, cell, NEW.id
    FROM unnest(ARRAY[NEW.partner_id, NEW.contractor_id]) AS party_id,
      generate_series(
        date_bin('15 minutes', NEW.scheduled_at, timestamptz '2000-01-01 00:00+00'),
        NEW.scheduled_at + make_interval(mins => NEW.duration_minutes) - interval '1 microsecond',
        interval '15 minutes'
      ) AS cell
    ORDER BY party_id, cell;
  END IF;
  RETURN NULL;
EXCEPTION WHEN unique_violation THEN
  PERFORM refuse('TIME_TAKEN', jsonb_build_object('starts_at', NEW.scheduled_at));
  RETURN NULL;
END
$$;

CREATE TRIGGER claim_demo_cells_of_new AFTER INSERT ON introductions
  FOR EACH ROW WHEN (NEW.stage = 'CONFIRMED') EXECUTE FUNCTION claim_demo_cells();
CREATE TRIGGER claim_demo_cells_of_changed
  AFTER UPDATE OF stage, scheduled_at, duration_minutes, partner_id, contractor_id ON introductions
  FOR EACH ROW
  WHEN ((OLD.stage, OLD.scheduled_at, OLD.duration_minutes, OLD.partner_id, OLD.contractor_id)
    IS DISTINCT FROM (NEW.stage, NEW.scheduled_at, NEW.duration_minutes, NEW.partner_id, NEW.contractor_id))
  EXECUTE FUNCTION claim_demo_cells();
