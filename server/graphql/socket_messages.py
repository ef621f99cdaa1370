"""The messages of graphql-transport-ws: reading a client's, writing ours.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md (2026-11)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from domain.errors import Refused
from server.graphql.requests import GraphQLRequest, read_request

SUBPROTOCOL = "graphql-transport-ws"
LONGEST_ID = 256

ACK = b'{"type":"connection_ack"}'


@dataclass(frozen=True, slots=True)
class Init:
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


ClientMessage = Init | Ping | Pong | Subscribe | Complete


class IllFormedError(Exception):
    """What came is no message of the protocol; the socket is closed with 4400."""


def read_message(text: str | None) -> ClientMessage:
    """Read a frame; None is a binary one. Raises IllFormedError."""
    if text is None:
        raise IllFormedError("Messages are text")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise IllFormedError("Message is not JSON") from None
    if not isinstance(message, dict):
        raise IllFormedError("Message is not an object")
    kind = message.get("type")
    read = READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise IllFormedError("Unknown message type")
    return read(message)


def payload_of(message: Mapping[str, object]) -> Mapping[str, object] | None:
    payload = message.get("payload")
    if payload is None or isinstance(payload, dict):
        return payload
    raise IllFormedError("The payload is not an object")


def id_of(message: Mapping[str, object]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not 1 <= len(identifier) <= LONGEST_ID:
        raise IllFormedError(f"The id is not a text of 1 to {LONGEST_ID} characters")
    return identifier


def read_pong(message: Mapping[str, object]) -> Pong:
    payload_of(message)
    return Pong()


def read_subscribe(message: Mapping[str, object]) -> Subscribe:
    payload = payload_of(message)
    if payload is None:
        raise IllFormedError("A subscribe message has a payload")
    try:
        return Subscribe(id_of(message), read_request(payload))
    except Refused as refused:
        raise IllFormedError(refused.reason.message) from None


READERS: Mapping[str, Callable[[Mapping[str, object]], ClientMessage]] = {
    "connection_init": lambda message: Init(payload_of(message) or {}),
    "ping": lambda message: Ping(payload_of(message)),
    "pong": read_pong,
    "subscribe": read_subscribe,
    "complete": lambda message: Complete(id_of(message)),
}


def pong(ping: Ping) -> bytes:
    """Answer a ping with what it carried."""
    return orjson.dumps(
        {"type": "pong"} if ping.payload is None else {"type": "pong", "payload": ping.payload}
    )


def next_head(identifier: str) -> bytes:
    """Return what stands before the JSON of each of an operation's results; `NEXT_END` follows it."""
    return b'{"id":' + orjson.dumps(identifier) + b',"type":"next","payload":'


NEXT_END = b"}"


def failed(identifier: str, errors: Sequence[Mapping[str, object]]) -> bytes:
    return orjson.dumps({"id": identifier, "type": "error", "payload": list(errors)})


def completed(identifier: str) -> bytes:
    return orjson.dumps({"id": identifier, "type": "complete"})
