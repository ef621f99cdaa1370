-- The journal balances, and stays as it was written: the database itself sees to both.

-- Refuse an entry whose postings do not sum to zero, or are in another currency than it. Runs when the transaction
-- that wrote it commits: until then its postings come one by one.
CREATE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_sum numeric;
  v_many int;
  v_currencies text[];
BEGIN
  SELECT sum(posting.amount_minor), count(*), array_agg(DISTINCT account.currency || account.environment)
  INTO v_sum, v_many, v_currencies
  FROM postings AS posting JOIN ledger_accounts AS account ON account.id = posting.account_id
  WHERE posting.entry_id = NEW.id;
  IF v_many < 2 OR v_sum <> 0 THEN
    RAISE EXCEPTION 'the % postings of entry % sum to %, not to zero', v_many, NEW.id, coalesce(v_sum, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_journal_entries_balance', TABLE = 'journal_entries';
  END IF;
  IF v_currencies <> ARRAY[(NEW.currency || NEW.environment)::text] THEN
    RAISE EXCEPTION 'entry % is in % of %, its postings in %', NEW.id, NEW.currency, NEW.environment, v_currencies
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_journal_entries_currency', TABLE = 'journal_entries';
  END IF;
  RETURN NULL;
END
$$;

-- Refuse a posting to an entry of an earlier transaction, which was looked at already.
CREATE FUNCTION refuse_late_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM journal_entries
    WHERE id = NEW.entry_id AND transaction_id = pg_current_xact_id()::text::bigint
  ) THEN
    RAISE EXCEPTION 'entry % was written before, and is closed', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_postings_entry', TABLE = 'postings';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON journal_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balance();
CREATE TRIGGER late AFTER INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION refuse_late_posting();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
