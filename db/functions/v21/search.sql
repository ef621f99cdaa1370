-- How packages are found: what a document is made of, and what a question asks of it.

-- Make a document of its passages: three lists of one length.
CREATE FUNCTION search_document(p_configurations text[], p_labels text[], p_texts text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  v_document tsvector := '';
  v_nth int;
BEGIN
  FOR v_nth IN 1 .. coalesce(array_length(p_texts, 1), 0) LOOP
    v_document := v_document || setweight(
      to_tsvector(p_configurations[v_nth]::regconfig, p_texts[v_nth]), p_labels[v_nth]::"char");
  END LOOP;
  RETURN v_document;
END
$$;

-- Make the question for words that are all to be found, each in any language and form, where a label allows it.
-- A word nobody knows stands for the known ones that have most of its pieces; `p_owners` and `p_pieces` are two
-- lists of one length. A word that one of the languages leaves out is left out, unless there is no other.
CREATE FUNCTION search_query(p_tokens text[], p_owners text[], p_pieces text[], p_labels text) RETURNS tsquery
LANGUAGE sql STABLE SET client_min_messages = 'warning' AS $$
  WITH guessed AS (
    SELECT owner, word FROM (
      SELECT asked.owner, known.word,
        row_number() OVER (PARTITION BY asked.owner ORDER BY shared.likeness DESC, known.word) AS nth
      FROM (
        SELECT owner, array_agg(piece) AS pieces FROM unnest(p_owners, p_pieces) AS each(owner, piece)
        WHERE NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = owner)
        GROUP BY owner
      ) AS asked
      JOIN search_words AS known ON known.ngrams && asked.pieces::varchar[]
      CROSS JOIN LATERAL (
        SELECT 2.0 * count(*) / (cardinality(asked.pieces) + cardinality(known.ngrams)) AS likeness
        FROM unnest(known.ngrams) AS piece WHERE piece = ANY (asked.pieces)
      ) AS shared
      WHERE shared.likeness >= 0.5
    ) AS likely
    WHERE nth <= 5
  ), meant AS (
    SELECT token, nth, token AS word FROM unnest(p_tokens) WITH ORDINALITY AS asked(token, nth)
    UNION ALL
    SELECT token, nth, guessed.word FROM unnest(p_tokens) WITH ORDINALITY AS asked(token, nth)
    JOIN guessed ON guessed.owner = token
  ), forms AS (
    SELECT nth, configuration, token = word AS is_asked,
      to_tsquery(configuration::regconfig, quote_literal(word) || ':' || p_labels) AS form
    FROM meant
    CROSS JOIN unnest(ARRAY['simple', 'english', 'italian', 'german', 'french', 'spanish']) AS configuration
  ), words AS (
    SELECT nth, bool_or(is_asked AND numnode(form) = 0) AS is_left_out,
      '(' || string_agg(DISTINCT form::text, ' | ') FILTER (WHERE numnode(form) > 0) || ')' AS forms
    FROM forms GROUP BY nth
  )
  SELECT string_agg(forms, ' & ' ORDER BY nth)::tsquery FROM words
  WHERE NOT is_left_out OR NOT EXISTS (SELECT FROM words AS other WHERE NOT other.is_left_out)
$$;

-- What search says of a package is stale once the package or its partner says something else.
CREATE FUNCTION stale_package_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'partners' THEN
    UPDATE package_search SET is_stale = true WHERE partner_id = NEW.id AND NOT is_stale;
  ELSE
    UPDATE package_search SET is_stale = true WHERE package_id = NEW.id AND NOT is_stale;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER stale_search AFTER UPDATE ON packages
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION stale_package_search();
CREATE TRIGGER stale_search AFTER UPDATE OF name, regions, languages, verification_status ON partners
  FOR EACH ROW WHEN (
    (OLD.name, OLD.regions, OLD.languages, OLD.verification_status)
    IS DISTINCT FROM (NEW.name, NEW.regions, NEW.languages, NEW.verification_status)
  ) EXECUTE FUNCTION stale_package_search();

-- Every package is indexed once it is there: until then search has a line of it that is listed nowhere.
CREATE FUNCTION new_package_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO package_search (
    package_id, environment, partner_id, sku, names, partner_name, kinds, regions, languages, currency, time_zone,
    version, is_bundle, is_listed, is_verified, popularity, rank, published_at, indexed_at, is_stale, document)
  VALUES (
    NEW.id, NEW.environment, NEW.partner_id, NEW.sku, NEW.names, '', '{}', '{}', '{}', NEW.currency, NEW.time_zone,
    NEW.version, NEW.is_bundle, false, false, 0, 0, 0, NEW.created_at, true, '');
  RETURN NULL;
END
$$;

CREATE TRIGGER new_search AFTER INSERT ON packages
  FOR EACH ROW WHEN (NOT NEW.is_sandbox) EXECUTE FUNCTION new_package_search();
