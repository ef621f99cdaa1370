"""JSON with holes becomes one concatenation."""

from bench.peers.templates import listed, single, written


def test_what_lies_between_two_holes_is_one_literal():
    assert written('{"id":"«id»","n":«n»}') == """'{"id":"' || (id) || '","n":' || (n) || '}'"""


def test_a_hole_has_a_form_a_name_or_sql():
    assert written("«text a.b»") == "(to_json(a.b))"
    assert written("«maybe x»") == "(coalesce(to_json(x)::text, 'null'))"
    assert written("[«inner»]", inner="SELECT 1") == "'[' || (SELECT 1) || ']'"
    assert written("«a + 1»") == "(a + 1)"


def test_an_apostrophe_stays_one():
    assert written("it's") == "'it''s'"


def test_lists_and_single_rows_are_never_null():
    assert listed("«n»", "t", "n") == "coalesce((SELECT string_agg((n), ',' ORDER BY n) FROM t), '')"
    assert single("«n»", "t") == "coalesce((SELECT (n) FROM t), 'null')"
