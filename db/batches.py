"""One statement for many callers: what they ask while it runs is asked together next.

No timer, no waiting: a caller who comes alone is answered alone. The more come at once, the larger the batches, and
with them what a row lock, a flush to the disk and a round trip are shared by.

A statement for many takes one parameter, a JSON object of parts, each part a list of entries; a batch is the parts of
its members, one behind the other, with `nth` in every entry to tell whose it is. It answers any number of records a
member, their first column `nth`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import asyncpg

from db.session import Sessions
from db.types import json_of_values

WORKERS = 2
"""Batches of one statement that may run at once: while one is being committed, the next is begun."""
MOST_MEMBERS = 64
NOT_OF_A_MEMBER = ("08", "53", "57", "58", "XX")
"""Classes of SQLSTATE of a failure that no member caused: the connection's, the machine's, the operator's."""

Parts = Mapping[str, Sequence[Mapping[str, object]]]
Records = list[Any]


class Member:
    """What one caller asks, or several who ask the same."""

    __slots__ = ("answers", "apart", "parts", "same")

    def __init__(self, parts: Parts, same: Hashable, apart: Collection[Hashable]) -> None:
        self.parts = parts
        self.same = same
        self.apart = apart
        self.answers: list[asyncio.Future[Records]] = []

    def answer(self, records: Records) -> None:
        for each in self.answers:
            if not each.done():
                each.set_result(records)

    def fail(self, failure: Exception) -> None:
        for each in self.answers:
            if not each.done():
                each.set_exception(failure)

    def give_up(self) -> None:
        """Let nobody wait for what will not come."""
        for each in self.answers:
            each.cancel()

    @property
    def is_gone(self) -> bool:
        """Nobody waits for it any more."""
        return all(each.done() for each in self.answers)


class Batches:
    """The statements for many of one process. An outcome is a member's own; a caller who goes away harms no other."""

    def __init__(
        self, sessions: Sessions, *, after_commit: Callable[[], None], workers: int = WORKERS
    ) -> None:
        """`after_commit` is called when a batch of acts is durable."""
        self._sessions = sessions
        self._after_commit = after_commit
        self._workers = workers
        self._queues: dict[str, _Queue] = {}

    async def ask(self, sql: str, parts: Parts) -> Records:
        """Read for one caller. Who asks the same of this statement before it is run is answered with it."""
        return await self._queue(sql, None).add(parts, same=json_of_values(parts))

    async def do(self, sql: str, parts: Parts, *, apart: Collection[Hashable] = ()) -> Records:
        """Act for one caller, and return when it is durable.

        Members who have something in `apart` in common are never in one batch: the second sees what the first did.
        When a batch fails as a whole, its members are run singly. Cancelled before its batch began, it does not
        happen; afterwards it happens or not, as the others' do.
        """
        return await self._queue(sql, self._after_commit).add(parts, apart=apart)

    async def settle(self) -> None:
        """Wait until everything that was asked is answered."""
        while running := [task for queue in self._queues.values() for task in queue.running]:
            await asyncio.wait(running)

    def _queue(self, sql: str, after_commit: Callable[[], None] | None) -> "_Queue":
        queue = self._queues.get(sql)
        if queue is None:
            queue = self._queues[sql] = _Queue(self._sessions, sql, self._workers, after_commit)
        return queue


class _Queue:
    """The members of one statement that wait, and the tasks that run their batches."""

    def __init__(
        self, sessions: Sessions, sql: str, workers: int, after_commit: Callable[[], None] | None
    ) -> None:
        self._sessions = sessions
        self._sql = sql
        self._workers = workers
        self._after_commit = after_commit
        self._waiting: deque[Member] = deque()
        self._asked: dict[Hashable, Member] = {}
        self._at_work = 0
        self.running: set[asyncio.Task[None]] = set()

    def add(
        self, parts: Parts, *, same: Hashable = None, apart: Collection[Hashable] = ()
    ) -> asyncio.Future[Records]:
        answer: asyncio.Future[Records] = asyncio.get_running_loop().create_future()
        member = self._asked.get(same) if same is not None else None
        if member is None:
            member = Member(parts, same, apart)
            self._waiting.append(member)
            if same is not None:
                self._asked[same] = member
            if self._at_work < self._workers:
                self._at_work += 1
                task = asyncio.create_task(self._work())
                self.running.add(task)
                task.add_done_callback(self.running.discard)
        member.answers.append(answer)
        return answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                try:
                    await self._run(batch)
                finally:
                    # All are answered by now, unless we were cancelled.
                    for each in batch:
                        each.give_up()
        finally:
            # Here, not when the task is done: whoever comes in between must find that nobody is at work.
            self._at_work -= 1

    def _next(self) -> list[Member]:
        """Take the members of the next batch out of the queue, in their order."""
        batch: list[Member] = []
        left: list[Member] = []
        taken: set[Hashable] = set()
        while self._waiting and len(batch) < MOST_MEMBERS:
            member = self._waiting.popleft()
            if not taken.isdisjoint(member.apart):
                left.append(member)
                continue
            self._asked.pop(member.same, None)
            if not member.is_gone:
                taken.update(member.apart)
                batch.append(member)
        self._waiting.extendleft(reversed(left))
        return batch

    async def _run(self, batch: list[Member]) -> None:
        if not batch:
            return
        try:
            records = await self._sessions.fetch(self._sql, (composed([each.parts for each in batch]),))
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is for those to hear who asked
            if len(batch) > 1 and _is_of_a_member(failure):
                for each in batch:
                    await self._run([each])
            else:
                for each in batch:
                    each.fail(failure)
        else:
            if self._after_commit is not None:
                self._after_commit()
            found: dict[int, Records] = {}
            for record in records:
                found.setdefault(record[0], []).append(record)
            for nth, each in enumerate(batch):
                each.answer(found.get(nth, []))


def composed(members: Sequence[Parts]) -> str:
    """Put members' parts together: the one parameter of a statement for many."""
    parts = {
        name: [{"nth": nth, **entry} for nth, each in enumerate(members) for entry in each[name]]
        for name in members[0]
    }
    return json_of_values(parts)


def _is_of_a_member(failure: Exception) -> bool:
    """Tell whether PostgreSQL refused the statement for what was in it: nothing of it has happened."""
    state = failure.sqlstate if isinstance(failure, asyncpg.PostgresError) else None
    return state is not None and not state.startswith(NOT_OF_A_MEMBER)
