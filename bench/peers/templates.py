"""JSON by concatenation: the text as it comes out, with «holes» for what SQL puts in.

A hole is the name of an expression given beside it, a form of `FORMS` and what it is made of, or SQL as it stands.
What lies between two holes is one literal, and the whole is one concatenation: nothing builds JSON at run time.
"""

import re

HOLE = re.compile("«(.*?)»")

FORMS = {
    "hex": "encode(uuid_send({}), 'hex')",
    "text": "to_json({})",
    # One NULL would make the whole concatenation NULL.
    "maybe": "coalesce(to_json({})::text, 'null')",
    "time": """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
}
"""Codes, SKUs and the values of enums hold nothing that JSON escapes, and need no form."""


def written(template: str, **named: str) -> str:
    """Return the SQL expression of a JSON text with holes."""
    pieces = []
    for number, part in enumerate(HOLE.split(template)):
        if number % 2:
            pieces.append(f"({_filled(part, named)})")
        elif part:
            pieces.append("'" + part.replace("'", "''") + "'")
    return " || ".join(pieces)


def listed(template: str, source: str, order: str, **named: str) -> str:
    """Return the expression of the texts of all rows of a source, with commas between them."""
    return (
        f"coalesce((SELECT string_agg({written(template, **named)}, ',' ORDER BY {order}) FROM {source}), '')"
    )


def single(template: str, source: str, **named: str) -> str:
    """Return the expression of the text of a source's only row, `null` where there is none."""
    return f"coalesce((SELECT {written(template, **named)} FROM {source}), 'null')"


def _filled(hole: str, named: dict[str, str]) -> str:
    if hole in named:
        return named[hole]
    form, _, operand = hole.partition(" ")
    return FORMS[form].format(operand) if form in FORMS else hole
