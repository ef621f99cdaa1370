"""Words as search compares them: folded, without accents, and taken apart, so that a slip of the pen still finds.

The embedded server has neither `unaccent` nor `pg_trgm`: folding and n-grams are ours, stems are PostgreSQL's own.
"""

from collections.abc import Iterable

from domain.texts import folded

CONFIGURATIONS = {"en": "english", "it": "italian", "de": "german", "fr": "french", "es": "spanish"}
"""Locale -> the text search configuration that PostgreSQL has built in for it."""
PLAIN = "simple"
"""The configuration that leaves words as they are; names and places are kept in it besides."""

MOST_TOKENS = 12
"""Of one question; what comes after them is not looked at."""
LONGEST_TOKEN = 40
SHORTEST_GUESS = 4
"""Shorter words are meant as they are written: almost every one of three letters is like another."""
EDGE = "_"
SIZE = 3


def tokens(text: str, *, most: int = MOST_TOKENS) -> list[str]:
    """Return the words of a text, folded, once each, in their order; at most so many, each cut to LONGEST_TOKEN."""
    words = dict.fromkeys(each[:LONGEST_TOKEN] for each in folded(text).split())
    return list(words)[:most]


def ngrams(word: str) -> list[str]:
    """Return the pieces of three letters of a folded word with its edges, sorted, once each."""
    edged = f"{EDGE}{word}{EDGE}"
    return sorted({edged[start : start + SIZE] for start in range(len(edged) - SIZE + 1)})


def likeness(one: str, other: str) -> float:
    """Return how much two words have in common, from 0 to 1: twice the shared pieces over all of them (Dice)."""
    left, right = set(ngrams(one)), set(ngrams(other))
    whole = len(left) + len(right)
    return 2 * len(left & right) / whole if whole else 0.0


def guesses(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return pieces of the words worth guessing at, as two lists of one length: whose it is, and the piece."""
    pairs = [(word, piece) for word in words if len(word) >= SHORTEST_GUESS for piece in ngrams(word)]
    return [word for word, _ in pairs], [piece for _, piece in pairs]
