-- An entry is looked at when it is written and once more for each of its postings, so that none slips in after the
-- first look, however a transaction sets its constraints.
CREATE FUNCTION check_posted_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_sum numeric;
BEGIN
  SELECT sum(amount_minor) INTO v_sum FROM postings WHERE entry_id = NEW.entry_id;
  IF v_sum <> 0 THEN
    RAISE EXCEPTION 'the postings of entry % sum to %, not to zero', NEW.entry_id, v_sum
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_postings_balance', TABLE = 'postings';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_posted_balance();
