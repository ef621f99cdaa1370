"""Lines and notes of callers: trimmed, printable, no longer than what keeps them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, Refused
from domain.texts import check_kept, check_line, check_note


def test_a_line_is_trimmed():
    assert check_line("reference", " trip 7\n") == "trip 7"


@pytest.mark.parametrize("text", ["x", "x" * 200, "旅行 7", "'; DROP TABLE bookings; --"])
def test_a_printable_line_is_kept_as_it_is(text):
    assert check_line("reference", text) == text


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\nb", "a\0b", "a\u202eb", "\ud800"])
def test_an_empty_long_or_unprintable_line_is_refused(text):
    with pytest.raises(Refused) as refused:
        check_line("reference", text)

    assert refused.value.reason == InvalidInput("reference", "must have 1 to 200 printable characters")


@pytest.mark.parametrize("text", ["", "one\r\ntwo\tthree", "x" * 2_000])
def test_a_note_may_be_empty_or_have_several_lines(text):
    assert check_note("special_requests", text) == text


@pytest.mark.parametrize("text", ["x" * 2_001, "a\0b", "a\u2028b", "\ud800"])
def test_a_long_or_unprintable_note_is_refused(text):
    with pytest.raises(Refused) as refused:
        check_note("special_requests", text)

    assert refused.value.reason == InvalidInput(
        "special_requests", "must have at most 2000 printable characters"
    )


@given(st.text())
def test_whatever_passes_can_be_kept_by_the_database(text):
    try:
        kept = check_note("note", text)
    except Refused:
        return
    assert "\0" not in kept
    assert kept.encode().decode() == kept


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("10\0", "has a NUL character"),
        ("\ud800", "has half a character (a lone surrogate)"),
        ("a\udfff\0", "has half a character (a lone surrogate)"),
    ],
)
def test_what_no_database_keeps_is_refused(text, problem):
    with pytest.raises(Refused) as refused:
        check_kept("productId", text)

    assert refused.value.reason == InvalidInput("productId", problem)


@pytest.mark.parametrize("text", ["", "106", "💥", "a\nb", "\u202e"])
def test_every_other_text_can_be_looked_for(text):
    check_kept("productId", text)
