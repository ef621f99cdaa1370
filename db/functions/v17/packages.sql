-- Versions of packages, and what is left of bundles.

-- Give a package that is written as sold the version it is sold at: one made and sold at once, or by a process of the
-- release before.
CREATE FUNCTION add_first_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO package_versions (package_id, number, created_at, published_at, names, descriptions, regions, languages,
    is_dated, sold_from, sold_until, discount_rules, cancellation_policy, is_bundle)
  VALUES (NEW.id, NEW.version, NEW.created_at, NEW.created_at, NEW.names, NEW.descriptions, NEW.regions, NEW.languages,
    NEW.is_dated, NEW.sold_from, NEW.sold_until, NEW.discount_rules, NEW.cancellation_policy, NEW.is_bundle)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER first_version AFTER INSERT ON packages
  FOR EACH ROW WHEN (NEW.version > 0) EXECUTE FUNCTION add_first_version();

-- A version that was published stays as it was.
CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'version % of a package was published: it does not change', OLD.number;
END
$$;

CREATE TRIGGER published BEFORE UPDATE OR DELETE ON package_versions
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_change_of_version();

-- Nor do its parts. They can still be added where nobody published it: to one that is made and sold at once.
CREATE FUNCTION refuse_change_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM FROM package_versions
      WHERE package_id = OLD.package_id AND number = OLD.version AND published_at IS NOT NULL;
    IF FOUND THEN RAISE EXCEPTION 'a part of a published version does not change (%)', TG_TABLE_NAME; END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  PERFORM FROM package_versions
    WHERE package_id = NEW.package_id AND number = NEW.version AND published_by IS NOT NULL;
  IF FOUND THEN RAISE EXCEPTION 'a published version gets no further parts (%)', TG_TABLE_NAME; END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON package_items
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON price_rules
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON package_images
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_part();

-- How many units of a version can be sold on a channel for a day: what its own pool has, and of a bundle what each
-- component's pool has for it, whichever is less. A bundle needs no pool of its own.
CREATE FUNCTION units_left(
  p_package uuid, p_version int, p_channel text, p_date date, p_reseller uuid, p_now timestamptz
) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(min(CASE WHEN part.is_sold AND NOT pool.is_closed
    THEN greatest(pool.allocated - pool.held - pool.sold + overdue_units(pool.id, p_now), 0) / part.quantity
    ELSE 0 END), 0)::int
  FROM (
    SELECT pool_of(p_package, p_channel, p_date, p_reseller) AS pool_id, 1 AS quantity, true AS is_sold,
      (SELECT is_bundle FROM packages WHERE id = p_package) AS is_optional
    UNION ALL
    SELECT pool_of(component.id, p_channel, p_date, p_reseller), item.quantity, component.status = 'PUBLISHED', false
    FROM package_items AS item JOIN packages AS component ON component.id = item.component_id
    WHERE item.package_id = p_package AND item.version = p_version
  ) AS part LEFT JOIN allotments AS pool ON pool.id = part.pool_id
  WHERE part.pool_id IS NOT NULL OR NOT part.is_optional
$$;
