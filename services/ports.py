"""What services need of the outside, in our words; adapters fit by shape."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from domain import mail, payments
from domain.calendar_entries import Attendee, CalendarEntry, DemoNews
from domain.environments import Environment
from domain.interest import Interest
from domain.money import Money
from domain.uploads import Door
from domain.webhooks import Answer, Message
from permissions.viewer import Viewer


class Entropy(Protocol):
    """A source of random bytes nobody can guess (`secrets.token_bytes`)."""

    def __call__(self, length: int, /) -> bytes: ...


class Guessed(StrEnum):
    """What callers could try to guess, or to hoard, each with a small minute of its own."""

    COUPON = "coupon"
    QUOTE = "quote"
    CHECKOUT = "checkout"
    SEARCH = "search"
    INTEREST = "interest"


class Guard(Protocol):
    """Keeps guessers out."""

    async def guess(self, viewer: Viewer, what: Guessed) -> None:
        """Take one try out of the caller's minute; who has no credential has its address's. Refuses: RateLimited."""


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

    @property
    def mail_domain(self) -> str:
        """Below which partners have their hosts, and conversations their addresses."""

    @property
    def admin(self) -> str:
        """The platform's own mailbox for introductions."""

    @property
    def tells_later(self) -> bool:
        """Whether a webhook tells what became of a mail; else it has arrived when it was taken, as far as we learn."""

    async def send(self, message: mail.Message) -> Sequence[mail.RefusedAddress]:
        """Send one mail and return whom it was refused for; the others have it.

        Raises GatewayError where nobody has it, `RecipientsRefusedError` where that is because of them all; its reference holds
        nothing of the mail or its recipients. A retryable one may have arrived all the same: sent again, it has the same Message-ID.
        """


class Queue(Protocol):
    """Hands jobs to the workers."""

    async def enqueue(self, job: str, payload: dict[str, Any], *, job_id: str) -> None:
        """Hand over a job; a second one with the same id while the first waits is the same job."""


class Interests(Protocol):
    """Keeps views and clicks until somebody counts them; what one process keeps, any other counts."""

    async def put(self, interests: Sequence[Interest]) -> bool:
        """Keep them. False where that was not possible: a page is worth more than its views."""

    async def take(self, limit: int) -> list[tuple[str, Interest]]:
        """Return what waits, each with its number there; what another took and never counted comes again."""

    async def done(self, numbers: Sequence[str]) -> None:
        """Forget what was counted."""


class Brake(Protocol):
    """Has callers wait."""

    async def hold_back(self, partner_id: UUID, environment: Environment, time: dt.timedelta) -> None:
        """Refuse every call of a reseller in an environment as RATE_LIMITED until the time is over."""


class Gauge(Protocol):
    """Figures every process may read."""

    async def set(self, name: str, value: int) -> None: ...


class Storage(Protocol):
    """Keeps files by keys of ours, `a/b/c`. Raises GatewayError where it fails or has no such file."""

    async def write(
        self,
        key: str,
        pieces: AsyncIterator[bytes],
        *,
        media_type: str | None = None,
        disposition: str | None = None,
    ) -> None:
        """Keep a file, whole or not at all; the two words are told to whoever fetches it by a link.

        What `pieces` raises comes out as it is.
        """

    def read(self, key: str) -> AsyncIterator[bytes]:
        """Read a file, piece by piece."""

    async def size(self, key: str) -> int | None:
        """Return a file's bytes; None where there is none."""

    async def keys(self, prefix: str) -> list[str]:
        """Return the keys below a folder, in order."""

    async def delete(self, *keys: str) -> None:
        """Forget files; those that are not there are no trouble."""

    async def door(self, key: str, *, media_type: str, max_bytes: int, until: dt.datetime) -> Door:
        """Return where one file may be sent to a key, without any other right."""

    async def link(self, key: str, *, file_name: str, media_type: str, until: dt.datetime) -> str:
        """Return where a file may be fetched, without any other right."""


class Payments(Protocol):
    """Takes and hands on money at a payment provider, in one environment.

    Every call that changes something takes a `key`: the same key again does nothing and tells the same. All raise
    Refused(PaymentRefused) for what can never pass, GatewayError for what may.
    """

    async def create_account(self, wish: payments.AccountWish, *, key: str) -> payments.ProviderAccount: ...

    async def account(self, account_id: str) -> payments.ProviderAccount: ...

    async def account_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """Return where the payee answers the provider's questions; it holds for minutes, and once."""

    async def create_payment(self, wish: payments.PaymentWish, *, key: str) -> payments.ProviderPayment:
        """Ask a buyer for money. A declined card is no exception: the payment tells its `failure`."""

    async def payment(self, payment_id: str) -> payments.ProviderPayment: ...

    async def confirm_payment(
        self, payment_id: str, *, payment_method: str, return_url: str | None, key: str
    ) -> payments.ProviderPayment:
        """Try again with another payment method. A declined card is no exception."""

    async def cancel_payment(self, payment_id: str, *, key: str) -> payments.ProviderPayment: ...

    async def refund(
        self, payment_id: str, amount: Money, *, metadata: dict[str, str], key: str
    ) -> payments.ProviderRefund: ...

    async def transfer(
        self,
        account_id: str,
        amount: Money,
        *,
        charge_id: str,
        group: str,
        metadata: dict[str, str],
        key: str,
    ) -> payments.ProviderTransfer:
        """Hand a part of one charge to a connected account."""

    async def reverse_transfer(
        self, transfer_id: str, amount: Money, *, key: str
    ) -> payments.ProviderReversal:
        """Take money back from a connected account, whose balance may become negative by it."""

    async def pay_out(
        self, account_id: str, amount: Money, *, metadata: dict[str, str], key: str
    ) -> payments.ProviderPayout: ...

    async def payout(self, account_id: str, payout_id: str) -> payments.ProviderPayout: ...

    async def balance(self, account_id: str | None = None) -> dict[str, int]:
        """Return what is there by currency, pending and available together; the platform's own without an id."""

    def list_payments(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[payments.ProviderPayment]: ...

    def list_refunds(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[payments.ProviderRefund]: ...

    def list_transfers(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[payments.ProviderTransfer]: ...

    def list_payouts(
        self, account_id: str, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[payments.ProviderPayout]: ...

    async def dispute(self, dispute_id: str) -> payments.ProviderDispute: ...

    async def refund_of(self, refund_id: str) -> payments.ProviderRefund: ...

    def event_of(self, body: bytes, signature: str, *, now: dt.datetime) -> payments.ProviderEvent | None:
        """Return what a webhook tells; None where no secret of ours signed it, or too long ago."""


class Calendar(Protocol):
    """Writes demos as calendars read them, and into those that are connected."""

    @property
    def organizer(self) -> Attendee:
        """Who invites."""

    @property
    def domain(self) -> str:
        """What the UIDs of entries end in."""

    def attendee_of(self, subdomain: str, name: str) -> Attendee:
        """Return a partner as it is invited: by the address on its own host, whatever inbox that leads to (A-13)."""

    def file_of(self, entry: CalendarEntry) -> str:
        """Return an entry as a file of RFC 5545; the same entry is the same file."""

    def link_to(self, introduction_id: UUID, *, until: dt.datetime) -> str:
        """Return where an introduction's demo can be fetched as such a file, as it is then, without a credential."""

    async def put(self, entry: CalendarEntry) -> None:
        """Write a version of an entry into the calendars that are connected. Raises GatewayError.

        An older version after a newer one changes nothing; the same one again neither.
        """


class Video(Protocol):
    """Opens rooms to meet in."""

    async def room(self, key: str, *, starts_at: dt.datetime, minutes: int) -> str:
        """Return the address of a demo's room: the same for the same key, whenever the demo is. Raises GatewayError."""


class Crm(Protocol):
    """Keeps the sales team's own books up to date."""

    async def note(self, news: DemoNews) -> None:
        """Note how a demo stands; the same news again changes nothing. Raises GatewayError."""
