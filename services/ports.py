"""What services need of the outside, in our words; adapters fit by shape."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol
from uuid import UUID

from domain import mail
from domain.environments import Environment
from domain.webhooks import Answer, Message


class Entropy(Protocol):
    """A source of random bytes nobody can guess (`secrets.token_bytes`)."""

    def __call__(self, length: int, /) -> bytes: ...


class Feed(Protocol):
    """News of objects, from whatever process changed them."""

    def listen(self, object_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[int]]:
        """Open a stream of the object's sequence numbers as they are told; a slow reader sees the newest."""


class News(Protocol):
    """Tells every process that objects changed."""

    async def tell(self, news: list[tuple[UUID, int]]) -> None:
        """Tell the objects' new sequence numbers. Raises GatewayError or the network's own errors."""


class Seal(Protocol):
    """Encrypts what must be read again. `about` binds a text to its row: it opens with the same one only."""

    def seal(self, secret: bytes, about: bytes) -> bytes: ...

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return what was sealed. Raises GatewayError for anything that was not sealed so."""


class WebhookSender(Protocol):
    """Calls endpoints of others, and none of our own house."""

    async def send(self, message: Message) -> Answer:
        """Send one message; whatever happens on the way is an answer, never an exception."""


class Mailer(Protocol):
    """Hands mails to a mail server."""

    @property
    def domain(self) -> str:
        """What our Message-IDs end in."""

    async def send(self, message: mail.Message) -> None:
        """Send one mail. Raises GatewayError; its reference holds nothing of the mail or its recipient.

        A retryable one may have arrived all the same: sent again, it has the same Message-ID.
        """


class Queue(Protocol):
    """Hands jobs to the workers."""

    async def enqueue(self, job: str, payload: dict[str, Any], *, job_id: str) -> None:
        """Hand over a job; a second one with the same id while the first waits is the same job."""


class Brake(Protocol):
    """Has callers wait."""

    async def hold_back(self, partner_id: UUID, environment: Environment, time: dt.timedelta) -> None:
        """Refuse every call of a reseller in an environment as RATE_LIMITED until the time is over."""


class Gauge(Protocol):
    """Figures every process may read."""

    async def set(self, name: str, value: int) -> None: ...
