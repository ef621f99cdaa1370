-- Uses of coupons: counted when an order is held, released when it comes to nothing.
--
-- A release takes no lock but the redemption's own, which is its reservation's: whoever ends holds has the pools locked,
-- and must not wait for a coupon that somebody who waits for a pool has locked. The next use takes it off the counter.

-- Take one more use of a coupon for a customer, if there is one. Locks the coupon until commit; comes after the pools.
-- Returns its terms and, where a customer's uses are limited, the number of this one; nothing where there is none.
CREATE FUNCTION use_coupon(p_environment text, p_code text, p_customer bytea, p_now timestamptz)
RETURNS TABLE (
  coupon_id uuid, partner_id uuid, kind text, percent_bps int, amount_minor bigint, currency text, scope text,
  package_ids uuid[], minimum_minor bigint, is_combinable boolean, slot int
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_coupon coupons;
  v_freed int;
  v_own int;
  v_slot int;
BEGIN
  SELECT * INTO v_coupon FROM coupons WHERE environment = p_environment AND code = p_code FOR NO KEY UPDATE;
  -- From here on nobody else uses it: what a new snapshot counts stays so until we commit.
  WITH freed AS (
    UPDATE coupon_redemptions SET is_counted = false
    WHERE coupon_id = v_coupon.id AND status = 'RELEASED' AND is_counted RETURNING 1
  )
  SELECT count(*) INTO v_freed FROM freed;
  SELECT count(*) INTO v_own FROM coupon_redemptions AS own
  WHERE own.coupon_id = v_coupon.id AND own.customer_hash = p_customer AND own.status <> 'RELEASED';
  SELECT min(free) INTO v_slot FROM generate_series(1, v_own + 1) AS free
  WHERE v_own < v_coupon.customer_limit AND NOT EXISTS (
    SELECT FROM coupon_redemptions AS own
    WHERE own.coupon_id = v_coupon.id AND own.customer_hash = p_customer AND own.status <> 'RELEASED'
      AND own.slot = free);
  UPDATE coupons SET counted = counted - v_freed + 1
  WHERE id = v_coupon.id AND status = 'ACTIVE' AND valid_from <= p_now
    AND (valid_until IS NULL OR p_now < valid_until)
    AND (usage_limit IS NULL OR counted - v_freed < usage_limit)
    AND (customer_limit IS NULL OR v_slot IS NOT NULL)
  RETURNING * INTO v_coupon;
  IF FOUND THEN
    RETURN QUERY SELECT
      v_coupon.id, v_coupon.partner_id, v_coupon.kind::text, v_coupon.percent_bps, v_coupon.amount_minor,
      v_coupon.currency::text, v_coupon.scope::text, v_coupon.package_ids, v_coupon.minimum_minor,
      v_coupon.is_combinable, v_slot;
  ELSIF v_freed > 0 THEN
    UPDATE coupons SET counted = counted - v_freed WHERE environment = p_environment AND code = p_code;
  END IF;
END
$$;

-- Give the use back when a hold of ours ended without a sale, whoever ended it.
CREATE FUNCTION release_coupon() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE coupon_redemptions SET status = 'RELEASED', released_at = NEW.ended_at
  WHERE reservation_id = NEW.id AND status = 'HELD';
  RETURN NULL;
END
$$;

CREATE TRIGGER release_coupon AFTER UPDATE OF status ON reservations
  FOR EACH ROW WHEN (
    NEW.channel = 'DIRECT' AND OLD.status = 'ACTIVE' AND NEW.status IN ('EXPIRED', 'CANCELLED'))
  EXECUTE FUNCTION release_coupon();
