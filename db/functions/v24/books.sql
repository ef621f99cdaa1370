-- The books and the audit chain, each written by one statement: both are locked, and whoever locks waits for nothing.

-- Append an entry to a partner's audit chain, or to the platform's where there is no partner, sealed to the one before
-- it. The chain is locked until commit. What is sealed is `before`, the sequence, `after`: services/audit.py makes it.
-- p: {id, partner_id, actor, act, object_id, facts, at, before, after}
CREATE FUNCTION append_audit(p jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_partner uuid := p->>'partner_id';
  v_sequence bigint;
  v_previous bytea;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(v_partner::text, 'None'), 0));
  -- Two statements: no index serves IS NOT DISTINCT FROM.
  IF v_partner IS NULL THEN
    SELECT sequence, hash INTO v_sequence, v_previous
    FROM audit_log WHERE partner_id IS NULL ORDER BY sequence DESC LIMIT 1;
  ELSE
    SELECT sequence, hash INTO v_sequence, v_previous
    FROM audit_log WHERE partner_id = v_partner ORDER BY sequence DESC LIMIT 1;
  END IF;
  v_sequence := coalesce(v_sequence, 0) + 1;
  v_previous := coalesce(v_previous, decode(repeat('00', 32), 'hex'));
  INSERT INTO audit_log (id, partner_id, sequence, actor, act, object_id, facts, at, previous_hash, hash)
  VALUES (
    (p->>'id')::uuid, v_partner, v_sequence, p->>'actor', p->>'act', p->>'object_id', p->'facts',
    (p->>'at')::timestamptz, v_previous,
    sha256(v_previous || convert_to((p->>'before') || v_sequence || (p->>'after'), 'UTF8')));
END
$$;

-- The account of a kind and currency, which is a partner's, an affiliate's, or the platform's; made where there is none.
CREATE FUNCTION account_of(
  p_environment text, p_kind text, p_currency text, p_partner uuid, p_affiliate uuid, p_now timestamptz
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid;
BEGIN
  LOOP
    IF p_partner IS NOT NULL THEN
      SELECT id INTO v_id FROM ledger_accounts
      WHERE environment = p_environment AND kind = p_kind AND currency = p_currency
        AND partner_id = p_partner AND affiliate_id IS NULL;
    ELSIF p_affiliate IS NOT NULL THEN
      SELECT id INTO v_id FROM ledger_accounts
      WHERE environment = p_environment AND kind = p_kind AND currency = p_currency
        AND partner_id IS NULL AND affiliate_id = p_affiliate;
    ELSE
      SELECT id INTO v_id FROM ledger_accounts
      WHERE environment = p_environment AND kind = p_kind AND currency = p_currency
        AND partner_id IS NULL AND affiliate_id IS NULL;
    END IF;
    IF FOUND THEN RETURN v_id; END IF;
    -- Another transaction may make it in the meantime: then it is found the next time.
    INSERT INTO ledger_accounts (id, environment, kind, partner_id, affiliate_id, currency, created_at)
    VALUES (new_id(), p_environment, p_kind, p_partner, p_affiliate, p_currency, p_now) ON CONFLICT DO NOTHING;
  END LOOP;
END
$$;

-- Write an entry with its postings, audited; false, and nothing is changed, where there is one of the kind and source.
-- p: {id, environment, kind, source_id, checkout_id, currency, actor, at, audit: as `append_audit` takes it or null,
-- postings: [{kind, partner_id, affiliate_id, amount_minor}]}
CREATE FUNCTION post_entry(p jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz := p->>'at';
  v_environment text := p->>'environment';
  v_currency text := p->>'currency';
BEGIN
  INSERT INTO journal_entries (id, environment, kind, source_id, checkout_id, currency, actor, at)
  VALUES (
    (p->>'id')::uuid, v_environment, p->>'kind', (p->>'source_id')::uuid, (p->>'checkout_id')::uuid, v_currency,
    p->>'actor', v_now)
  ON CONFLICT (kind, source_id) DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO postings (entry_id, position, account_id, amount_minor)
  SELECT
    (p->>'id')::uuid, each.position,
    account_of(v_environment, each.said->>'kind', v_currency, (each.said->>'partner_id')::uuid,
      (each.said->>'affiliate_id')::uuid, v_now),
    (each.said->>'amount_minor')::bigint
  FROM jsonb_array_elements(p->'postings') WITH ORDINALITY AS each (said, position);
  -- Last of all: the chain is one for all who sell with a partner.
  IF jsonb_typeof(p->'audit') = 'object' THEN PERFORM append_audit(p->'audit'); END IF;
  RETURN true;
END
$$;
