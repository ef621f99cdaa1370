"""`./interline up` as a newcomer meets it: ready, announced, hard to kill, and gone without a trace."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server.demo.doors import registered_id
from server.embedded import places, processes
from server.explorer import assets
from server.settings import ROOT
from tests.factories.portal import put_portal

READY_WITHIN = 120.0
STOPPED_WITHIN = 60.0
SERVERS = {"DATABASE_URL", "REDIS_URL"}
OURS = ("api", "worker", "mailbox", "stripe", "postgres", "valkey")


@dataclass
class Running:
    """One `up` with its data directory; what it said on each of its two mouths."""

    data_dir: Path
    process: subprocess.Popen[str]
    said: dict[str, Any] = field(default_factory=dict)

    def pid(self, name: str) -> int:
        return int((self.data_dir / f"{name}.pid").read_text().split()[0])

    def told(self) -> str:
        return (self.data_dir / "told").read_text()

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        self.said = json.loads(self.process.stdout.readline() or "{}")
        assert self.said, self.told()

    def is_ready(self) -> bool:
        try:
            return httpx2.get(self.said["health"], timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOPPED_WITHIN)

    def inventory(self) -> httpx2.Response:
        return httpx2.get(
            f"{self.said['rest']}/inventory",
            params={"product_id": "106"},
            headers={"Authorization": f"Bearer {self.api_key}"},
        )

    def hold(self, units: int) -> None:
        line = {"product_id": "106", "quantity": units, "customer_type": "ADULT"}
        answer = httpx2.post(
            f"{self.said['rest']}/reserve",
            json={"lines": [line]},
            headers={"Authorization": f"Bearer {self.api_key}"},
        )
        assert answer.status_code == 201, answer.text

    def invite(self, email: str) -> None:
        """Let the operator's owner invite somebody."""
        users = self.said["credentials"]["users"]
        token = next(user["token"] for user in users if user["email"] == "owner@victoria.example")
        headers = {"Authorization": f"Bearer {token}"}
        asked = httpx2.post(
            self.said["graphql"], headers=headers, json={"query": "{ viewer { partners { id } } }"}
        )
        invite = """mutation ($id: ID!, $email: String!) {
          inviteMember(input: {partnerId: $id, email: $email, role: SUPPORT}) { __typename }
        }"""
        variables = {"id": asked.json()["data"]["viewer"]["partners"][0]["id"], "email": email}
        answer = httpx2.post(
            self.said["graphql"], headers=headers, json={"query": invite, "variables": variables}
        )
        assert answer.json()["data"] == {"inviteMember": {"__typename": "Invitation"}}

    def mailed(self) -> list[str]:
        """Whom the mails in the mailbox are to, newest first; the samples' own are left out."""
        found: list[str] = re.findall(r"<tr><td>([^<]+)</td>", httpx2.get(self.said["mailbox"]).text)
        return [each for each in found if each.endswith("@new.example")]

    def until_mailed(self, *emails: str) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while self.mailed() != list(emails):
            assert time.monotonic() < deadline, self.mailed()
            time.sleep(0.2)

    @contextmanager
    def follow(self) -> Iterator[Iterator[int]]:
        """Follow over a socket what is left to sell."""
        with connect(
            self.said["graphql_ws"], subprotocols=[Subprotocol("graphql-transport-ws")], open_timeout=10
        ) as socket:
            payload = {"id": registered_id("availability_changed"), "variables": {"product_id": "106"}}
            socket.send(json.dumps({"type": "connection_init", "payload": {"apiKey": self.api_key}}))
            assert json.loads(socket.recv(10)) == {"type": "connection_ack"}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            yield (
                json.loads(socket.recv(10))["payload"]["data"]["availabilityChanged"]["available"]
                for _ in count()
            )

    @property
    def api_key(self) -> str:
        key: str = self.said["credentials"]["resellers"][0]["api_key"]
        return key


class Up(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> Running: ...


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory in which the explorer and the portal count as made: tests do not ask npm for anything."""
    directory = places.temporary_home()
    (assets.installed_at(directory) / assets.wanted_stamp()).mkdir(parents=True)
    put_portal(directory)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def up(data_dir) -> Iterator[Up]:
    """Start `up` on servers of its own, unless `environment` names others; a failed test leaves none running."""
    with ExitStack() as stack:

        def start(*arguments: str, **environment: str) -> Running:
            inherited = {name: text for name, text in os.environ.items() if name not in SERVERS}
            told = stack.enter_context((data_dir / "told").open("a"))
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "server.cli", "up", "--json", "--data", str(data_dir), *arguments],
                    stdout=subprocess.PIPE,
                    stderr=told,
                    text=True,
                    env={**inherited, "PYTHONPATH": str(ROOT), **environment},
                    start_new_session=True,
                )
            )
            stack.callback(process.terminate)
            return Running(data_dir, process)

        yield start


def until_ready_again(running: Running) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not running.is_ready():
        assert time.monotonic() < deadline, running.told()
        time.sleep(0.2)


def test_it_announces_what_answers_and_leaves_nothing(data_dir, up):
    running = up("--port", "0")
    running.wait_until_ready()
    said = running.said

    assert list(said) == [
        *("graphql", "graphql_ws", "graphql_sse", "rest", "openapi"),
        *("health", "metrics", "mailbox", "stripe", "portal", "credentials"),
    ]
    assert said["portal"] == said["graphql"].removesuffix("graphql")
    assert "<h1>Portal</h1>" in httpx2.get(said["portal"]).text
    answering = ("health", "openapi", "metrics", "mailbox", "stripe")
    assert [httpx2.get(said[name]).status_code for name in answering] == [200] * 5
    assert running.inventory().json()["products"][0]["available"] == 2000
    with running.follow() as left:
        assert next(left) == 2000
        running.hold(3)
        assert next(left) == 1997
    admin = next(user for user in said["credentials"]["users"] if user["role"] == "PLATFORM_ADMIN")
    answer = httpx2.post(
        said["graphql"],
        json={"query": "{ __typename }"},
        headers={"Authorization": f"Bearer {admin['token']}"},
    )
    assert answer.json()["data"] == {"__typename": "Query"}
    for name in ("secret", "credentials.json"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600

    second = up("--port", "0")
    assert second.process.wait(STOPPED_WITHIN) == 3
    assert f"Interline is already running on {data_dir} (process {running.process.pid})." in running.told()

    pids = [running.pid(name) for name in OURS]
    assert running.stop() == 0
    assert [processes.birth(pid) for pid in pids] == [None] * 6
    assert not list(data_dir.glob("*.pid"))
    assert running.process.stdout is not None
    assert running.process.stdout.read() == ""


def test_each_of_them_may_be_killed_and_so_may_up_itself(data_dir, up):
    running = up("--port", "0")
    running.wait_until_ready()
    pids = {name: running.pid(name) for name in OURS}
    running.invite("ina@new.example")
    running.until_mailed("ina@new.example")

    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + READY_WITHIN
    while running.told().count("runs again") < len(OURS):
        assert time.monotonic() < deadline, running.told()
        time.sleep(0.2)
    until_ready_again(running)
    assert running.inventory().status_code == 200
    assert all(running.pid(name) != pid for name, pid in pids.items())

    running.invite("otto@new.example")
    running.until_mailed("otto@new.example", "ina@new.example")
    pids = {name: running.pid(name) for name in OURS}
    running.process.kill()
    running.process.wait()
    again = up("--port", "0")
    again.wait_until_ready()
    assert [processes.birth(pid) for pid in pids.values()] == [None] * 6
    assert again.said["credentials"]["resellers"] == running.said["credentials"]["resellers"]
    assert again.inventory().json()["products"][0]["available"] == 2000

    assert again.mailed() == ["otto@new.example", "ina@new.example"]

    assert again.stop(signal.SIGTERM) == 0


async def test_it_uses_the_servers_it_is_given_and_starts_none(data_dir, up, database_url, redis_url):
    running = up("--port", "0", "--workers", "2", DATABASE_URL=database_url, REDIS_URL=redis_url)
    running.wait_until_ready()

    assert sorted(
        path.stem for path in data_dir.glob("*.pid") if path.stem not in {"explorer", "portal"}
    ) == [
        *("api", "api-2", "mailbox", "stripe", "worker"),
    ]
    assert running.inventory().status_code == 200
    assert "Using the server in DATABASE_URL." in running.told()

    assert running.stop() == 0


def test_a_taken_port_is_told_with_the_next_free_one(data_dir, up):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = up("--port", str(port))

        assert running.process.wait(STOPPED_WITHIN) == 2

    assert f"Port {port} is taken by another program. Port " in running.told()
    assert not (data_dir / "postgres").exists()


def test_stopped_while_it_starts_it_leaves_nothing(data_dir, up):
    running = up("--port", "0")
    deadline = time.monotonic() + READY_WITHIN
    while "Bringing the database" not in running.told():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pids = [running.pid(name) for name in ("postgres", "valkey")]

    assert running.stop(signal.SIGTERM) == 0
    assert [processes.birth(pid) for pid in pids] == [None, None]
    assert not list(data_dir.glob("*.pid"))
