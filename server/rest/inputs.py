"""How a call's path, query string, headers and body become the operation's variables.

Everything follows from the operation's variables and the graph's input types, and is put together
once, at start: a variable named in the path is a path parameter, `$idempotency_key` is the header,
the rest are query parameters (GET, DELETE) or members of the body.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from starlette.datastructures import Headers

from db.paging import MAX_PAGE
from domain.errors import InvalidInput, Refused
from server.rest.names import snake_case
from server.rest.refusals import UnknownParameter

HEADER_OF = {"idempotency_key": "Idempotency-Key"}
"""Variables that come as headers."""

LARGEST_INT = 2**31 - 1
INTEGER = re.compile(r"-?[0-9]{1,10}", re.ASCII)

Reader = Callable[[object, str], object]
"""Takes a JSON value and its name for the caller; returns the variable's value. Refuses: InvalidInput."""


@dataclass(frozen=True, slots=True)
class Member:
    """One named value a caller may send."""

    name: str
    type: GraphQLInputType
    is_required: bool
    default: object
    read: Reader
    is_page_size: bool = False
    """How many rows of a list: 1 to MAX_PAGE."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a call takes, by where it is sent."""

    path: tuple[Member, ...]
    query: Mapping[str, Member]
    headers: tuple[Member, ...]
    body: Mapping[str, Member]

    def variables(
        self,
        path: Mapping[str, str],
        query: Mapping[str, Sequence[str]],
        headers: Headers,
        body: Mapping[str, object],
    ) -> dict[str, object]:
        """Return the operation's variables; `query` has all values of each parameter.

        Refuses: UnknownParameter, InvalidInput.
        """
        found = {member.name: member.read(path[member.name], member.name) for member in self.path}
        if query or self.query:
            found |= _query_variables(self.query, query)
        for member in self.headers:
            sent = headers.getlist(HEADER_OF[member.name])
            if len(sent) > 1:
                raise Refused(InvalidInput(HEADER_OF[member.name], "must be sent once"))
            if sent:
                found[member.name] = member.read(sent[0], member.name)
        if body or self.body:
            found |= read_members(self.body, body, "")
        return found


def member(name: str, type_: GraphQLInputType, default: object, *, is_page_size: bool = False) -> Member:
    """Make the reader of one value; `default` is Undefined where there is none."""
    is_required = isinstance(type_, GraphQLNonNull) and default is Undefined
    read = _page_size if is_page_size else reader_of(type_, name)
    return Member(name, type_, is_required, default, read, is_page_size)


def read_members(members: Mapping[str, Member], sent: Mapping[str, object], inside: str) -> dict[str, object]:
    """Return the values by their names in the graph. Refuses: InvalidInput, also for what is not known."""
    for name in sent:
        if name not in members:
            known = ", ".join(members) or "none"
            raise Refused(InvalidInput(f"{inside}{name}", f"is not known here; known are: {known}"))
    found: dict[str, object] = {}
    for name, each in members.items():
        if name in sent:
            found[each.name] = each.read(sent[name], f"{inside}{name}")
        elif each.is_required:
            raise Refused(InvalidInput(f"{inside}{name}", "is required"))
    return found


def reader_of(type_: GraphQLInputType, name: str) -> Reader:
    """Make the reader of one type. `name` tells ids, where a number stands for its digits."""
    if isinstance(type_, GraphQLNonNull):
        return _never_null(reader_of(type_.of_type, name))
    if isinstance(type_, GraphQLList):
        return _nullable(_list_of(reader_of(type_.of_type, name)))
    if isinstance(type_, GraphQLInputObjectType):
        return _nullable(_object_of(type_))
    if isinstance(type_, GraphQLEnumType):
        return _nullable(_one_of(tuple(type_.values)))
    return _nullable(_scalar(type_, name))


def is_id(name: str) -> bool:
    """Tell an id by its name: `product_id: 106` means the same as `"106"`."""
    return name == "id" or name.endswith("_id")


def _query_variables(members: Mapping[str, Member], query: Mapping[str, Sequence[str]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, sent in query.items():
        if name not in members:
            raise Refused(UnknownParameter(name, tuple(members)))
        each = members[name]
        if _is_list(each.type):
            found[name] = each.read(sent, name)
        elif len(sent) > 1:
            raise Refused(InvalidInput(name, "must be given once"))
        else:
            found[name] = each.read(_from_text(each.type, sent[0]), name)
    for each in members.values():
        if each.is_required and each.name not in found:
            raise Refused(InvalidInput(each.name, "is required"))
    return found


def nullable_type(type_: GraphQLInputType) -> GraphQLInputType:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _is_list(type_: GraphQLInputType) -> bool:
    return isinstance(nullable_type(type_), GraphQLList)


def _from_text(type_: GraphQLInputType, text: str) -> object:
    """Return what a query parameter's text says; text that says nothing of the kind stays text."""
    kind = nullable_type(type_)
    if kind is GraphQLInt and INTEGER.fullmatch(text):
        return int(text)
    if kind is GraphQLBoolean and text in {"true", "false"}:
        return text == "true"
    return text


def _nullable(read: Reader) -> Reader:
    return lambda value, name: None if value is None else read(value, name)


def _never_null(read: Reader) -> Reader:
    def read_it(value: object, name: str) -> object:
        if value is None:
            raise Refused(InvalidInput(name, "must not be null"))
        return read(value, name)

    return read_it


def _list_of(read: Reader) -> Reader:
    def read_each(value: object, name: str) -> object:
        if not isinstance(value, list):
            raise Refused(InvalidInput(name, "must be a list"))
        return [read(each, f"{name}[{index}]") for index, each in enumerate(value)]

    return read_each


def _object_of(type_: GraphQLInputObjectType) -> Reader:
    members = members_of(type_)

    def read_object(value: object, name: str) -> object:
        if not isinstance(value, dict):
            raise Refused(InvalidInput(name, "must be an object"))
        return read_members(members, value, f"{name}.")

    return read_object


def members_of(type_: GraphQLInputObjectType) -> dict[str, Member]:
    """Return the fields of an input type by the names callers use; each `.name` is the graph's."""
    members = {}
    for name, each in type_.fields.items():
        read = reader_of(each.type, snake_case(name))
        is_required = is_required_input_field(each)
        members[snake_case(name)] = Member(name, each.type, is_required, coerce_default_value(each), read)
    return members


def _one_of(names: tuple[str, ...]) -> Reader:
    def read_name(value: object, name: str) -> object:
        if not isinstance(value, str) or value not in names:
            raise Refused(InvalidInput(name, f"must be one of {', '.join(names)}"))
        return value

    return read_name


def _scalar(type_: GraphQLScalarType, name: str) -> Reader:
    if type_ is GraphQLInt:
        return _integer
    if type_ is GraphQLBoolean:
        return _boolean
    if type_ in {GraphQLString, GraphQLID}:
        return _id if is_id(name) else _text
    return _custom(type_)


def _integer(value: object, name: str) -> object:
    if type(value) is not int or not -LARGEST_INT <= value <= LARGEST_INT:
        raise Refused(InvalidInput(name, "must be an integer"))
    return value


def _page_size(value: object, name: str) -> object:
    if type(value) is not int or not 1 <= value <= MAX_PAGE:
        raise Refused(InvalidInput(name, f"must be an integer from 1 to {MAX_PAGE}"))
    return value


def _boolean(value: object, name: str) -> object:
    if not isinstance(value, bool):
        raise Refused(InvalidInput(name, "must be true or false"))
    return value


def _id(value: object, name: str) -> object:
    return _text(str(value) if type(value) is int else value, name)


def _text(value: object, name: str) -> object:
    if not isinstance(value, str):
        raise Refused(InvalidInput(name, "must be a string"))
    # PostgreSQL has no text with NUL in it.
    if "\x00" in value:
        raise Refused(InvalidInput(name, "must not contain the character NUL"))
    return value


def _custom(type_: GraphQLScalarType) -> Reader:
    def read(value: object, name: str) -> object:
        try:
            type_.parse_value(value)
        except Exception:  # noqa: BLE001
            # A scalar's parser raises what it likes; whatever it is, the value is not of the type.
            raise Refused(InvalidInput(name, f"is not a {type_.name}")) from None
        return value

    return read
