"""The listening sockets as the bench sees them: a process that is started, spoken to, and always stopped."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bench.measure import LoadError
from bench.sockets import SocketOrder
from server.settings import ROOT

READY_WITHIN = 90.0
ANSWERS_WITHIN = 30.0
LONGEST_LINE = 2**24


@dataclass(frozen=True, slots=True)
class Counted:
    """What the sockets have received until now; `cpu` in seconds is their own process's."""

    deliveries: int
    bytes: int
    lost: int
    ready: int
    cpu: float
    failures: dict[str, int]


class Listening:
    """A running process of sockets."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._complete: asyncio.Queue[int] = asyncio.Queue()

    async def run(self) -> None:
        """Sort what the process says: answers to questions, and states that all sockets have."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = orjson.loads(line)
            if "complete" in said:
                self._complete.put_nowait(said["complete"])
            else:
                self._answers.put_nowait(said)

    async def complete(self) -> int:
        """Return the number of the next state that all sockets have. Raises LoadError."""
        sequence: int = await self._within(ANSWERS_WITHIN, self._complete.get())
        return sequence

    async def ready(self) -> None:
        """Wait until every socket has its first state. Raises LoadError."""
        await self._within(READY_WITHIN, self._answers.get())

    async def count(self) -> Counted:
        return Counted(**await self._ask("count"))

    async def ages(self, published: dict[int, float]) -> dict[str, Any]:
        """Return how old states were on arrival, in ms: those published at these times (`time.monotonic`)."""
        return await self._ask({str(sequence): at for sequence, at in published.items()})

    async def _ask(self, question: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps(question) + b"\n")
        await self._process.stdin.drain()
        answer: dict[str, Any] = await self._within(ANSWERS_WITHIN, self._answers.get())
        return answer

    async def _within(self, seconds: float, answer: Any) -> Any:
        try:
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            raise LoadError("The sockets do not hear what they should.") from None


@asynccontextmanager
async def listening(order: SocketOrder) -> AsyncIterator[Listening]:
    """Open sockets that listen; close them at the end. Raises LoadError when they do not all get a state."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.sockets"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    sockets = Listening(process)
    hearing = asyncio.create_task(sockets.run())
    try:
        assert process.stdin is not None
        process.stdin.write(orjson.dumps(asdict(order)) + b"\n")
        await process.stdin.drain()
        await sockets.ready()
        yield sockets
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), ANSWERS_WITHIN)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        hearing.cancel()
        await asyncio.wait({hearing})
