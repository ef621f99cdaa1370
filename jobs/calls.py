"""Calls to the payment provider: take some, make them side by side, note each; no unit of work is open meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from db.unit_of_work import UnitOfWork
from domain.errors import GatewayError, Refused
from domain.payments import PaymentRefused
from jobs.work import Work

C = TypeVar("C")
T = TypeVar("T")

BATCH = 20
"""Calls under way at a time in one run, so that a lease covers what its run took."""
ROUNDS = 20
"""After so many batches a run ends; the next one goes on."""


async def make_all(
    work: Work,
    take: Callable[[UnitOfWork, int], Awaitable[Sequence[C]]],
    make: Callable[[Work, C], Awaitable[None]],
) -> int:
    """Take calls by the batch and make them until none is due; return how many that were.

    One that fails in an unforeseen way does not keep the others from being noted; it is raised after them.
    """
    made = 0
    for _ in range(ROUNDS):
        async with work.unit_of_work() as uow:
            calls = await take(uow, BATCH)
        results = await asyncio.gather(*(make(work, call) for call in calls), return_exceptions=True)
        problems = [result for result in results if isinstance(result, BaseException)]
        if problems:
            raise problems[0]
        made += len(calls)
        if len(calls) < BATCH:
            break
    if made:
        work.ring()
    return made


async def ask(
    work: Work,
    calling: Awaitable[T],
    *,
    done: Callable[[UnitOfWork, T], Awaitable[Any]],
    refused: Callable[[UnitOfWork, PaymentRefused], Awaitable[Any]],
    failed: Callable[[UnitOfWork], Awaitable[Any]],
) -> None:
    """Wait for the provider, then note what it answered, in a unit of work of its own."""
    try:
        answer = await calling
    except Refused as problem:
        reason = problem.reason
        if not isinstance(reason, PaymentRefused):
            raise
        async with work.unit_of_work() as uow:
            await refused(uow, reason)
    except GatewayError:
        async with work.unit_of_work() as uow:
            await failed(uow)
    else:
        async with work.unit_of_work() as uow:
            await done(uow, answer)
