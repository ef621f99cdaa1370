"""Tickets: one per unit sold, with a QR payload that a scanner can check without asking us."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal

QR_VERSION = "IL1"
SIGNATURE_BYTES = 16


class TicketStatus(StrEnum):
    """ISSUED until its last entitlement is used; VOID ends it unused."""

    ISSUED = "ISSUED"
    REDEEMED = "REDEEMED"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class TicketVoid(Refusal):
    """The ticket was voided; nothing can be redeemed with it."""

    code: ClassVar[str] = "TICKET_VOID"
    voided_at: datetime

    @property
    def message(self) -> str:
        return f"The ticket was voided at {self.voided_at:%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class NothingToRedeem(Refusal):
    """The entitlement (or, where none is named, every one) is used up, or was never on the ticket."""

    code: ClassVar[str] = "NOTHING_TO_REDEEM"
    ticket_code: str
    function_code: str | None

    @property
    def message(self) -> str:
        what = self.function_code or "anything"
        return f"Ticket {self.ticket_code} has no {what} left to redeem."


@dataclass(frozen=True, slots=True)
class TicketRedeemed(Refusal):
    """Something of the ticket was used already, so it can not be voided."""

    code: ClassVar[str] = "TICKET_REDEEMED"
    ticket_code: str

    @property
    def message(self) -> str:
        return f"Ticket {self.ticket_code} was used already and can not be voided."


def qr_payload(key: bytes, *, ticket_code: str, environment: str) -> str:
    """Return what the QR code says: `IL1.<environment>.<code>.<signature>`.

    The signature is HMAC-SHA-256 over the first three parts, cut to 128 bits: not guessable, and
    a scanner that holds the verification key needs no connection.
    """
    signed = f"{QR_VERSION}.{environment}.{ticket_code}"
    return f"{signed}.{_signature(key, signed)}"


def verified_code(key: bytes, payload: str, *, environment: str) -> str | None:
    """Return the ticket code of a genuine payload of this environment, else None."""
    if not payload.isascii():
        return None
    signed, _, signature = payload.rpartition(".")
    version, _, rest = signed.partition(".")
    where, _, ticket_code = rest.partition(".")
    genuine = hmac.compare_digest(_signature(key, signed).encode(), signature.encode())
    return ticket_code if genuine and (version, where) == (QR_VERSION, environment) else None


def _signature(key: bytes, signed: str) -> str:
    digest = hmac.digest(key, signed.encode(), hashlib.sha256)[:SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
