"""What a call costs besides its operation: `python -m bench.doors`.

The api beside an application on the same server that reads the body and answers the same bytes at once. What
is more than that is ours: names, headers, limits, log, figures, authentication, GraphQL, and the operation itself.
Rounds take turns, and the least of them counts: whatever else the machine does only adds to it.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from starlette.types import Receive, Scope, Send

from bench.http1 import Connection, ProtocolError, request
from server.announcement import Announcement
from server.demo.doors import registered_id
from server.instance import Instance, Wishes
from server.ports import listen
from server.settings import ROOT

BODY = b'{"data":{"__typename":"Query"}}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
SERVER = ("--loop", "uvloop", "--http", "httptools", "--no-server-header", "--no-access-log")


async def at_once(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with the same bytes: the least an application can do."""
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY})


def calls(said: Announcement) -> dict[str, bytes]:
    """Return the calls by name, as they are sent."""
    host = urlsplit(said["rest"]).netloc
    key = next(each["api_key"] for each in said["credentials"]["resellers"] if each["environment"] == "LIVE")
    person = said["credentials"]["users"][0]["token"]

    def call(credential: str, method: str, path: str, body: object = None) -> bytes:
        headers = {"Authorization": f"Bearer {credential}", "Accept": "application/json"}
        return request(
            method, path, host=host, headers=headers, body=b"" if body is None else orjson.dumps(body)
        )

    inventory = {"id": registered_id("inventory"), "variables": {"limit": 1}}
    return {
        "POST /graphql { __typename }, a person": call(
            person, "POST", "/graphql", {"query": "{ __typename }"}
        ),
        "POST /graphql inventory by id, a key": call(key, "POST", "/graphql", inventory),
        "GET /api/ota/inventory, a key": call(key, "GET", "/api/ota/inventory?limit=1"),
    }


def spent(pid: int) -> float:
    """Return the seconds of processor time all threads of a process have used."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((each / "schedstat").read_text(encoding="ascii").split()[0]) for each in threads) / 1e9


async def cost(pid: int, port: int, asked: bytes, *, seconds: float, connections: int) -> float:
    """Return the microseconds of the server's processor time for each call."""
    lines = [await Connection("127.0.0.1", port).open() for _ in range(connections)]
    numbers = [0] * connections

    async def ask(number: int, until: float) -> None:
        while time.perf_counter() < until:
            reply = await lines[number].ask(asked)
            if reply.status != 200:
                raise ProtocolError(f"{reply.status} {reply.body.decode(errors='replace')}")
            numbers[number] += 1

    before, until = spent(pid), time.perf_counter() + seconds
    try:
        async with asyncio.TaskGroup() as asking:
            for number in range(connections):
                asking.create_task(ask(number, until))
        return (spent(pid) - before) / sum(numbers) * 1e6
    finally:
        for line in lines:
            line.close()


async def measure(
    servers: Mapping[str, tuple[int, int]], asked: bytes, *, rounds: int, seconds: float, connections: int
) -> dict[str, float]:
    """Return the least cost of a call at each server (pid, port), in rounds that take turns."""
    found: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(rounds + 1):
        for name, (pid, port) in servers.items():
            one = await cost(pid, port, asked, seconds=seconds, connections=connections)
            if number:  # the first warms up
                found[name].append(one)
    return {name: min(costs) for name, costs in found.items()}


def main() -> None:
    """Start both servers, measure, and print."""
    import uvloop  # noqa: PLC0415 - the load wants it, not whoever imports the module

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--connections", type=int, default=16)
    wanted = vars(options.parse_args())
    with Instance(Wishes()) as instance, listen(0) as listening:
        command = [sys.executable, "-m", "uvicorn", "bench.doors:at_once", *SERVER]
        descriptor = listening.fileno()
        least = subprocess.Popen([*command, "--fd", str(descriptor)], cwd=ROOT, pass_fds=(descriptor,))
        try:
            pid = int((instance.data_dir / "api.pid").read_text(encoding="ascii").split()[0])
            servers = {
                "least": (least.pid, listening.getsockname()[1]),
                "api": (pid, urlsplit(instance.said["rest"]).port or 80),
            }
            for name, asked in calls(instance.said).items():
                found = uvloop.run(measure(servers, asked, **wanted))
                api, bare = found["api"], found["least"]
                print(f"{name:40} {api:7.0f} µs, the least {bare:3.0f} µs: ours {api - bare:5.0f} µs")
        finally:
            least.terminate()
            least.wait()


if __name__ == "__main__":
    main()
