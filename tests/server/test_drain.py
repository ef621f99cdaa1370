"""Stopping politely: not ready at once, sockets sent away, requests finished, buffers stored."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.drain import GRACE_SECONDS, Drain
from server.settings import ROOT

pytestmark = pytest.mark.anyio


async def test_beginning_twice_runs_the_callbacks_once_and_in_their_order():
    said: list[str] = []
    drain = Drain(settle_seconds=0)

    async def first() -> None:
        said.append("first")
        raise RuntimeError

    async def second() -> None:
        said.append("second")

    async def last() -> None:
        said.append("last")

    drain.on_drain(first)
    drain.on_drain(second)
    drain.on_end(last)

    before = drain.is_draining
    begun = drain.begin()
    after = drain.is_draining
    again = drain.begin()
    await drain.end()

    assert (before, after, again is begun) == (False, True, True)
    assert said == ["first", "second", "last"]


async def test_ending_without_a_signal_drains_without_waiting():
    said: list[str] = []
    drain = Drain(settle_seconds=60)

    async def close() -> None:
        said.append("closed")

    drain.on_drain(close)
    await asyncio.wait_for(drain.end(), 5)

    assert said == ["closed"]


@dataclass
class Serving:
    """A server in a process of its own."""

    process: "subprocess.Popen[bytes]"
    port: int
    diary: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wrote(self) -> list[str]:
        return self.diary.read_text().splitlines() if self.diary.exists() else []


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def serving(request, tmp_path) -> Iterator[Serving]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    diary = tmp_path / "diary"
    command = [sys.executable, "-m", "uvicorn", "tests.server.draining_app:app", "--port", str(port)]
    options = ["--timeout-graceful-shutdown", str(GRACE_SECONDS), "--loop", "uvloop", "--no-access-log"]
    environment = {**os.environ, "DIARY": str(diary), "PYTHONPATH": str(ROOT)}
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        [*command, *options, "--workers", str(request.param)],
        env=environment,
        stderr=log,
        stdout=log,
        cwd=ROOT,
    )
    yield Serving(process, port, diary)
    if process.poll() is None:
        process.terminate()
        process.wait(GRACE_SECONDS)
    log.close()


async def ready(client: httpx2.AsyncClient) -> int:
    return (await client.get("/health/ready")).status_code


@pytest.mark.slow
async def test_sigterm_lets_everybody_finish(serving):
    async with httpx2.AsyncClient(base_url=serving.url, timeout=30) as client:
        async with asyncio.timeout(30):
            while True:
                try:
                    assert await ready(client) == 200
                    break
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)
        async with connect(f"ws://127.0.0.1:{serving.port}/socket") as websocket:
            in_flight = asyncio.create_task(client.get("/slow"))
            await asyncio.sleep(0.3)

            serving.process.send_signal(signal.SIGTERM)
            # Of several processes the first one passes the signal on, twice a second.
            async with asyncio.timeout(5):
                while await ready(client) == 200:  # noqa: ASYNC110 - only the process knows
                    await asyncio.sleep(0.05)
            while_draining = await ready(client)
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(websocket.recv(), 10)
            slow = await in_flight

    serving.process.wait(GRACE_SECONDS)
    assert while_draining == 503
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert (slow.status_code, slow.text) == (200, "done")
    assert serving.wrote().count("flushed") >= 1
    order = [line for line in serving.wrote() if line != "flushed"]
    assert order[-1] == "slow request done"
    assert serving.wrote()[-1] == "flushed"
