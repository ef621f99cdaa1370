-- Make the quotas that there are not yet: the first hold of a reseller needs one. Who sells directly has none, and its
-- place in the list is empty.
CREATE OR REPLACE FUNCTION make_quotas(p_resellers uuid[], p_environments text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO reseller_quotas (reseller_id, environment, open_units)
  SELECT each.reseller_id, each.environment, 0 FROM unnest(p_resellers, p_environments) AS each (reseller_id, environment)
  WHERE each.reseller_id IS NOT NULL ON CONFLICT DO NOTHING
$$;
