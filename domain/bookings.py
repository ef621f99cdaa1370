"""Bookings: the confirmed sale of a reservation, and whom it is for."""

import re
from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal, Refused

EMAIL = re.compile(
    r"[^@\s<>\"(),:;\[\]\\]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
"""What every mail system accepts; stricter than RFC 5322, which allows what nobody can receive."""

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,28}[0-9]")
PHONE_DIGITS = range(6, 16)
"""E.164 allows fifteen digits."""

NAME_LENGTH = 200
EMAIL_LENGTH = 254
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits nobody confuses when reading aloud (no 0 O 1 I)."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of the input that does not hold, and why."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class InvalidCustomer(Refusal):
    """The customer's details do not hold; names every field that does not."""

    code: ClassVar[str] = "INVALID_CUSTOMER"
    fields: tuple[FieldProblem, ...]

    @property
    def message(self) -> str:
        return "; ".join(f"{each.field} {each.problem}" for each in self.fields)


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a booking is for. Personal data."""

    name: str
    email: str
    phone: str


def check_customer(customer: Customer) -> Customer:
    """Return the customer with its fields trimmed. Refuses: InvalidCustomer with every bad field."""
    name, email, phone = customer.name.strip(), customer.email.strip(), customer.phone.strip()
    problems = []
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        problems.append(FieldProblem("name", f"must have 1 to {NAME_LENGTH} printable characters"))
    if len(email) > EMAIL_LENGTH or not email.isprintable() or not EMAIL.fullmatch(email):
        problems.append(FieldProblem("email", "is not an e-mail address"))
    if not PHONE.fullmatch(phone) or sum(c.isdigit() for c in phone) not in PHONE_DIGITS:
        problems.append(FieldProblem("phone", "is not a phone number of 6 to 15 digits"))
    if problems:
        raise Refused(InvalidCustomer(fields=tuple(problems)))
    return Customer(name, email, phone)


SPELLING = bytes(ord(CODE_ALPHABET[byte % len(CODE_ALPHABET)]) for byte in range(256))


def code_from(random: bytes) -> str:
    """Spell random bytes in the alphabet nobody misreads, a character a byte."""
    return random.translate(SPELLING).decode("ascii")
