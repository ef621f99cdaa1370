"""What a caller asks for, whatever door it came through."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Never, TypeVar

from domain.errors import Refused
from server.graphql.refusals import BatchRefused, MalformedRequest

T = TypeVar("T")

SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to run: by text, by the id of a registered one, or by a persisted query's hash."""

    query: str | None = None
    document_id: str | None = None
    persisted_hash: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


def read_request(message: object) -> GraphQLRequest:
    """Read the members of a request. Refuses: MalformedRequest, BatchRefused.

    `id` and `documentId` are the two names clients use for a registered operation. Members we do not know
    are passed over, as https://graphql.github.io/graphql-over-http/draft/ asks (2026-11).
    """
    if isinstance(message, list):
        raise Refused(BatchRefused())
    if not isinstance(message, dict):
        refuse("A GraphQL request is a JSON object.")
    extensions = member(message, "extensions", dict) or {}
    request = GraphQLRequest(
        query=member(message, "query", str) or None,
        document_id=member(message, "id", str) or member(message, "documentId", str) or None,
        persisted_hash=persisted_hash(extensions),
        operation_name=member(message, "operationName", str) or None,
        variables=member(message, "variables", dict) or {},
    )
    if request.query is request.document_id is request.persisted_hash is None:
        refuse("Send a `query`, or the `id` of a registered operation.")
    return request


def member(message: Mapping[str, object], name: str, kind: type[T]) -> T | None:
    """Return a member of this type, or None for null and absent. Refuses: MalformedRequest."""
    value = message.get(name)
    if value is not None and not isinstance(value, kind):
        refuse(f"`{name}` must be {'an object' if kind is dict else 'a string'}.")
    return value


def persisted_hash(extensions: Mapping[str, object]) -> str | None:
    """Return the hash of `extensions.persistedQuery`, in lower case. Refuses: MalformedRequest."""
    persisted = member(extensions, "persistedQuery", dict)
    if persisted is None:
        return None
    match = SHA256.fullmatch(member(persisted, "sha256Hash", str) or "")
    if match is None:
        refuse("`extensions.persistedQuery.sha256Hash` must be a SHA-256 in hexadecimal.")
    return match[1].lower()


def has_null_character(value: object) -> bool:
    """Tell whether a text in there has U+0000, which PostgreSQL does not store."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if "\0" in each:
                return True
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False


def refuse(why: str) -> Never:
    raise Refused(MalformedRequest(why))
