"""What a text of a caller may look like before it is kept."""

import re
from unicodedata import combining, normalize

from domain.errors import InvalidInput, Refused

LINE_LENGTH = 200
NOTE_LENGTH = 2_000
LAYOUT = frozenset("\n\r\t")


def check_line(field: str, text: str, *, longest: int = LINE_LENGTH) -> str:
    """Return one line of printable text, trimmed. Refuses: InvalidInput."""
    text = text.strip()
    if not 1 <= len(text) <= longest or not text.isprintable():
        raise Refused(InvalidInput(field, f"must have 1 to {longest} printable characters"))
    return text


def check_note(field: str, text: str, *, longest: int = NOTE_LENGTH) -> str:
    """Return text of several lines, trimmed. Refuses: InvalidInput."""
    text = text.strip()
    if len(text) > longest or not all(each.isprintable() or each in LAYOUT for each in text):
        raise Refused(InvalidInput(field, f"must have at most {longest} printable characters"))
    return text


def check_kept(field: str, text: str) -> None:
    """Let a text pass that a database can keep or look for: no NUL, no half a character. Refuses: InvalidInput."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(InvalidInput(field, "has half a character (a lone surrogate)")) from None
    if "\0" in text:
        raise Refused(InvalidInput(field, "has a NUL character"))


PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()}


def folded(text: str) -> str:
    """Return a text as people compare names: no case, no accents, no punctuation, single spaces."""
    if text.isascii():
        # The same, many times faster: a file asks for this some times for each of its rows.
        return " ".join(text.lower().translate(PUNCTUATION).split())
    plain = "".join(each for each in normalize("NFKD", text) if not combining(each)).casefold()
    return " ".join("".join(each if each.isalnum() else " " for each in plain).split())


FORMULA = re.compile(r"['＝＋－＠=+\-@\t\r\n]")
"""What makes a cell a formula for some program (owasp.org/www-community/attacks/CSV_Injection, 2026-11), or hides one."""
PLAIN_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?", re.ASCII)


def neutral(cell: str) -> str:
    """Return a text that no program takes for a formula: with an apostrophe before it. A signed number stays one."""
    return f"'{cell}" if FORMULA.match(cell) and not PLAIN_NUMBER.fullmatch(cell) else cell


def unneutral(cell: str) -> str:
    """Return the text that `neutral` was given."""
    return cell[1:] if cell.startswith("'") and neutral(cell[1:]) == cell else cell
