"""What the rules look at in the members of lists."""

import re
from collections.abc import Iterator

from domain.properties import Contact, RoomType
from domain.rules.problems import Problem
from domain.rules.subject import Subject, problem
from domain.rules.table import Rule

OCCUPANCIES = range(1, 101)
QUANTITIES = range(1, 10_001)
CODE_LENGTH = 64
NAME_LENGTH = 200
EMAIL = re.compile(r"[^@\s,;|<>]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
EMAIL_LENGTH = 254
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}[0-9]", re.ASCII)


def room_types(rule: Rule, subject: Subject) -> Iterator[Problem]:
    codes: set[str] = set()
    given: list[RoomType] = subject.get(rule.field)
    for position, each in enumerate(given):
        if not _is_line(each.code, CODE_LENGTH):
            yield problem(rule, "ROOM_CODE", path=f"{position}.code", longest=CODE_LENGTH)
        elif each.code in codes:
            yield problem(rule, "ROOM_CODE_TWICE", path=f"{position}.code", code=each.code)
        codes.add(each.code)
        if not _is_line(each.name, NAME_LENGTH):
            yield problem(rule, "ROOM_NAME", path=f"{position}.name", longest=NAME_LENGTH)
        if each.max_occupancy not in OCCUPANCIES:
            yield problem(rule, "ROOM_OCCUPANCY", path=f"{position}.max_occupancy", most=OCCUPANCIES[-1])
        if each.quantity not in QUANTITIES:
            yield problem(rule, "ROOM_QUANTITY", path=f"{position}.quantity", most=QUANTITIES[-1])


def contacts(rule: Rule, subject: Subject) -> Iterator[Problem]:
    given: list[Contact] = subject.get(rule.field)
    for position, each in enumerate(given):
        if not _is_line(each.name, NAME_LENGTH):
            yield problem(rule, "CONTACT_NAME", path=f"{position}.name", longest=NAME_LENGTH)
        if not each.email and not each.phone:
            yield problem(rule, "CONTACT_UNREACHABLE", path=str(position))
        if each.email and (len(each.email) > EMAIL_LENGTH or not EMAIL.fullmatch(each.email)):
            yield problem(rule, "CONTACT_EMAIL", path=f"{position}.email")
        if each.phone and not PHONE.fullmatch(each.phone):
            yield problem(rule, "CONTACT_PHONE", path=f"{position}.phone")


def _is_line(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and text.isprintable() and text == text.strip()
