"""Calls that survive whatever happens to the other side: tried again, with the same words, until they are answered.

A caller who sends an idempotency key may do so safely: the platform answers the repetition of a write as it
answered the write itself, also when that first answer was lost on the way.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx2

ANSWER_WITHIN = 15.0
TRY_AGAIN = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
FAULTS = frozenset({"INTERNAL", "TIMEOUT", "UNAVAILABLE"})
"""Codes of GraphQL errors that say nothing about the request."""

Json = dict[str, Any]


class GaveUpError(Exception):
    """A call was not answered for longer than anybody's patience."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call is tried for, and the pauses between the tries, in seconds."""

    total: float = 90.0
    first_pause: float = 0.1
    longest_pause: float = 3.0


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said; `body` is None where it said nothing."""

    status: int
    body: Any


@dataclass(slots=True)
class Tally:
    """What the calls of the day were."""

    calls: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    """By reason, in a few words."""


class Caller:
    """Makes calls under one credential."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        credential: str,
        tally: Tally,
        gate: asyncio.Semaphore,
        *,
        patience: Patience = PATIENT,
    ) -> None:
        """`gate` bounds the calls under way, over all callers that share it."""
        self._http = http
        self._gate = gate
        self._patience = patience
        self._authorization = {"Authorization": f"Bearer {credential}"}
        self._tally = tally

    async def call(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Make one call and return its answer, whatever it took. Raises GaveUpError."""
        headers = dict(self._authorization)
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        began = time.monotonic()
        pause = self._patience.first_pause
        while True:
            self._tally.calls += 1
            wait: float | None = None
            try:
                async with self._gate:
                    answer = await self._http.request(method, url, json=json, params=params, headers=headers)
            except httpx2.TransportError as problem:
                reason = type(problem).__name__
            else:
                found = _reason_to_repeat(answer)
                if found is None:
                    return Answer(answer.status_code, answer.json() if answer.content else None)
                reason, wait = found
            self._tally.retries[reason] += 1
            if time.monotonic() - began > self._patience.total:
                raise GaveUpError(
                    f"{method} {url} was not answered within {self._patience.total:.0f} s; last: {reason}."
                )
            # Spread, so that callers who failed together do not come back together.
            await asyncio.sleep(wait if wait is not None else pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            pause = min(pause * 2, self._patience.longest_pause)

    async def graph(self, url: str, request: Json) -> Json:
        """Run one GraphQL operation and return its data. Raises GraphError, GaveUpError."""
        answer = await self.call("POST", url, json=request)
        body = answer.body or {}
        if body.get("errors"):
            raise GraphError(body["errors"])
        data: Json = body["data"]
        return data


class GraphError(Exception):
    """A GraphQL operation was answered with errors."""

    def __init__(self, errors: list[Json]) -> None:
        super().__init__("; ".join(f"{code_of(error)}: {error.get('message')}" for error in errors))


def code_of(error: Json) -> str:
    """Return the code of a GraphQL error."""
    return str(error.get("extensions", {}).get("code", ""))


def _reason_to_repeat(answer: httpx2.Response) -> tuple[str, float | None] | None:
    """Return why the call is to be made again and the seconds to wait if we were told; None for a real answer."""
    if answer.status_code in TRY_AGAIN:
        told = answer.headers.get("Retry-After")
        return str(answer.status_code), float(told) if told else None
    if answer.headers.get("Content-Type", "").startswith(
        ("application/json", "application/graphql-response")
    ):
        body = answer.json()
        errors = body.get("errors") if isinstance(body, dict) else None
        for error in errors or ():
            code = code_of(error)
            if code == "RATE_LIMITED":
                return code, float(error["extensions"].get("retryAfterSeconds", 1))
            if code in FAULTS:
                return code, None
    return None
