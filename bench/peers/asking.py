"""The requests each server gets: the same keys in the same order, in its own notation."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from bench.http1 import Connection, Reply, request
from bench.peers.keys import Key
from bench.peers.operations import Operation
from bench.peers.servers import Running, Server

ORDERS = {
    "allPackages": "SKU_ASC",
    "allBookings": "ROW_ID_DESC",
    "allReservations": "ROW_ID_DESC",
    "allRequestLogs": "ROW_ID_DESC",
}
"""PostGraphile's lists, and the orders we ask for."""
OK = 200


class RefusedError(Exception):
    """A server answered something else than data; the message says who, and what."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one server is sent for one operation, key by key."""

    running: Running
    requests: tuple[bytes, ...]


async def learn_digests(running: Running) -> Mapping[str, str]:
    """Return what PostGraphile's cursors begin with, by the field of the list: a digest of its order."""
    digests = {}
    for name, order in ORDERS.items():
        text = f"{{ {name}(first: 1, orderBy: [{order}]) {{ pageInfo {{ endCursor }} }} }}"
        (reply,) = await ask_all(Asked(running, (_request(running, text, {}),)))
        cursor = orjson.loads(reply.body)["data"][name]["pageInfo"]["endCursor"]
        digests[name] = str(json.loads(b64decode(cursor))[0])
    return digests


def asked(running: Running, operation: Operation, keys: Sequence[Key], digests: Mapping[str, str]) -> Asked:
    """Return the requests of an operation for a server."""
    if running.server is not Server.POSTGRAPHILE:
        return Asked(running, tuple(_request(running, operation.text, key.graph()) for key in keys))
    text = operation.postgraphile_text
    digest = next((digest for name, digest in digests.items() if name in text), "")
    is_node = operation.name == "node"
    variables = [key.postgraphile(digest, is_node=is_node) for key in keys]
    return Asked(running, tuple(_request(running, text, each) for each in variables))


async def ask_all(asked: Asked) -> list[Reply]:
    """Send the requests one after the other, and return the answers. Raises RefusedError, ProtocolError, OSError."""
    connection = await Connection(asked.running.host, asked.running.port).open()
    try:
        replies = [await connection.ask(each) for each in asked.requests]
    finally:
        connection.close()
    for reply in replies:
        if reply.status != OK or b'"errors"' in reply.body:
            words = reply.body[:500].decode(errors="replace")
            raise RefusedError(f"{asked.running.server.label} answered {reply.status}: {words}")
    return replies


def _request(running: Running, text: str, variables: Mapping[str, object]) -> bytes:
    return request(
        "POST",
        "/graphql",
        host=f"{running.host}:{running.port}",
        headers={**running.headers, "Accept": "application/json"},
        body=orjson.dumps({"query": text, "variables": variables}),
    )
