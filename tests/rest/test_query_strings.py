"""A query string says what Starlette reads in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from server.rest.query_strings import parameters_of


@pytest.mark.parametrize(
    ("query_string", "parameters"),
    [
        (b"", {}),
        (b"product_id=106&date=2026-12-24", {"product_id": ["106"], "date": ["2026-12-24"]}),
        (b"a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}),
        (b"a&b=&=c", {"a": [""], "b": [""], "": ["c"]}),
        (b"&&a=1&", {"a": ["1"]}),
        (b"a=b=c", {"a": ["b=c"]}),
        (b"a=1;b=2", {"a": ["1;b=2"]}),
        (b"name=Mei+Wong&q=%C3%BC", {"name": ["Mei Wong"], "q": ["ü"]}),
        (b"a%3Db=%26", {"a=b": ["&"]}),
    ],
)
def test_parameters_are_read_as_they_were_sent(query_string, parameters):
    assert parameters_of(query_string) == parameters


@given(st.text(alphabet="ab=&+%;41é \x00#?", max_size=12).map(lambda text: text.encode("latin-1")))
@example(b"a=%zz&%")
@example(b"\xff=\xfe")
def test_whatever_is_sent_it_is_what_starlette_reads(query_string):
    theirs = QueryParams(query_string)

    assert parameters_of(query_string) == {name: theirs.getlist(name) for name in theirs}
