"""Words as search compares them; what the folding promises of any text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search_words import (
    LONGEST_TOKEN,
    MOST_TOKENS,
    SHORTEST_GUESS,
    guesses,
    likeness,
    ngrams,
    tokens,
)

TEXTS = st.text(max_size=200)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=LONGEST_TOKEN)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Châteaux près de Paris", ["chateaux", "pres", "de", "paris"]),
        ("ÖSTERREICH, Straße", ["osterreich", "strasse"]),
        ("L'Aquila - l'aquila", ["l", "aquila"]),
        ("  ", []),
        ("'; DROP TABLE packages; --", ["drop", "table", "packages"]),
        ("ﬁne ½ Σίσυφος", ["fine", "1", "2", "σισυφοσ"]),
    ],
)
def test_words_are_folded_once_each_in_their_order(text, found):
    assert tokens(text) == found


def test_a_word_is_taken_apart_with_its_edges():
    assert ngrams("rome") == ["_ro", "me_", "ome", "rom"]
    assert ngrams("a") == ["_a_"]


@pytest.mark.parametrize(
    ("meant", "written"),
    [("flamenco", "flamneco"), ("weekend", "wekend"), ("barcelona", "barcelonna"), ("firenze", "firense")],
)
def test_a_slip_of_the_pen_keeps_half_of_the_pieces(meant, written):
    assert likeness(meant, written) >= 0.5
    assert likeness(meant, "submarine") < 0.3


@given(TEXTS)
def test_what_comes_out_is_small_letters_and_digits_only(text):
    found = tokens(text)

    assert len(found) == len(set(found)) <= MOST_TOKENS
    assert all(each.isalnum() and len(each) <= LONGEST_TOKEN for each in found)
    assert all(not set(each) & set("'\"\\:&|!()<>*;%\0 ") for each in found)


@given(TEXTS)
def test_folding_what_is_folded_changes_nothing(text):
    once = tokens(text)

    assert tokens(" ".join(once)) == once


@given(WORDS)
def test_a_word_is_wholly_like_itself_and_its_pieces_cover_it(word):
    assert likeness(word, word) == 1
    assert all(1 <= len(each) <= 3 for each in ngrams(word))
    assert {letter for each in ngrams(word) for letter in each} >= set(word)


@given(WORDS, WORDS)
def test_likeness_is_mutual_and_between_nothing_and_all(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(st.lists(WORDS, max_size=5))
def test_guesses_are_two_lists_of_one_length(words):
    owners, pieces = guesses(words)

    assert len(owners) == len(pieces)
    assert set(owners) == {each for each in words if len(each) >= SHORTEST_GUESS}
