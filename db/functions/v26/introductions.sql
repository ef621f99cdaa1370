-- Which way an introduction went stays as it was written.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON introduction_transitions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
