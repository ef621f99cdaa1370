"""Who a partner is by law, as its receipts and invoices say it: name, postal address, tax number."""

import re
from collections.abc import Sequence

from domain.errors import InvalidInput, Refused
from domain.texts import check_line

NAME_LENGTH = 200
MOST_LINES = 4
LINE_LENGTH = 100
CITY_LENGTH = 100
POSTAL_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]{0,8}[A-Z0-9])?")
TAX_NUMBER = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./-]{2,28}[A-Z0-9])")
"""What the world writes, loosely: `IT01234567890`, `123/456/78901`, `12-3456789`. Who checks that it is real is not us."""


def check_legal_name(name: str) -> str | None:
    """Return the name of the company; None for an empty one. Refuses: InvalidInput."""
    return _line("legal_name", name, NAME_LENGTH)


def check_address_lines(lines: Sequence[str]) -> list[str]:
    """Return street and number, and what else stands above the city. Refuses: InvalidInput."""
    if len(lines) > MOST_LINES:
        raise Refused(InvalidInput("address_lines", f"must be {MOST_LINES} at most"))
    return [check_line("address_lines", each, longest=LINE_LENGTH) for each in lines]


def check_postal_code(code: str) -> str | None:
    """Return a postal code in capitals; None for an empty one. Refuses: InvalidInput."""
    return _code("postal_code", code, POSTAL_CODE, "has 1 to 10 letters, digits, spaces and dashes: `30121`")


def check_city(city: str) -> str | None:
    """Return a city; None for an empty one. Refuses: InvalidInput."""
    return _line("city", city, CITY_LENGTH)


def check_tax_number(number: str) -> str | None:
    """Return a tax number in capitals; None for an empty one. Refuses: InvalidInput."""
    return _code(
        "tax_number",
        number,
        TAX_NUMBER,
        "has 4 to 30 letters, digits, spaces, dots, slashes and dashes: `IT01234567890`",
    )


def address(lines: Sequence[str], postal_code: str | None, city: str | None) -> tuple[str, ...]:
    """Return a postal address as it is written above the country."""
    place = " ".join(each for each in (postal_code, city) if each)
    return (*lines, place) if place else tuple(lines)


def _line(field: str, text: str, longest: int) -> str | None:
    return check_line(field, text, longest=longest) if text.strip() else None


def _code(field: str, text: str, form: re.Pattern[str], problem: str) -> str | None:
    code = " ".join(text.upper().split())
    if code and not form.fullmatch(code):
        raise Refused(InvalidInput(field, problem))
    return code or None
