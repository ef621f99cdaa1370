"""What SendGrid tells of mails: whether it said so, and what (docs.sendgrid.com/for-developers/tracking-events, 2026-11).

Its event webhook and its inbound parse are signed alike: ECDSA over the timestamp and the very bytes of the body.
"""

import datetime as dt
import re
from base64 import b64decode
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from domain.introduction_mail import MailEventKind, MailNews
from integrations.mail.sendgrid import MAIL_ID

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
MOST_EVENTS = 5_000
KINDS = {
    "delivered": MailEventKind.DELIVERED,
    "deferred": MailEventKind.DEFERRED,
    "bounce": MailEventKind.BOUNCED,
    "dropped": MailEventKind.DROPPED,
    "open": MailEventKind.OPENED,
    "click": MailEventKind.CLICKED,
    "spamreport": MailEventKind.COMPLAINED,
    "unsubscribe": MailEventKind.UNSUBSCRIBED,
    "group_unsubscribe": MailEventKind.UNSUBSCRIBED,
}
"""Type of SendGrid's -> ours. `processed` and what else there is tells nothing that matters."""
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)
BLOCKED = "blocked"
"""A bounce for what was sent, or for us, and not for the address."""
DEAD_REASONS = frozenset({"Invalid", "Bounced Address"})
"""Why SendGrid drops a mail itself: it knows that nobody is there."""


NO_KEY = "The webhooks' verification key is none: copy it from SendGrid's console as it is."


class SignatureKey:
    """The public half of a webhook's key, as SendGrid's console shows it. Raises ValueError for what is none."""

    def __init__(self, text: str) -> None:
        try:
            key = load_der_public_key(b64decode(text, validate=True))
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError(NO_KEY)  # noqa: TRY004 - a setting that makes no sense, whatever type it has
        self._key = key

    def signed(self, body: bytes, *, signature: str, timestamp: str) -> bool:
        """Tell whether the other half signed these very bytes with this timestamp.

        However old that is: what comes again is known by its event's id, and SendGrid tries for a day.
        """
        try:
            self._key.verify(
                b64decode(signature, validate=True), timestamp.encode("latin-1") + body, ec.ECDSA(SHA256())
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def news_of(body: bytes) -> list[MailNews] | None:
    """Read a batch of events: those of mails of ours that matter, in the order they came. None for what is no batch."""
    try:
        told = orjson.loads(body)
    except ValueError:
        return None
    if not isinstance(told, list) or len(told) > MOST_EVENTS:
        return None
    found = (_news(each) for each in told if isinstance(each, dict))
    return [each for each in found if each is not None]


def _news(told: dict[str, Any]) -> MailNews | None:
    kind = KINDS.get(str(told.get("event")))
    try:
        mail_id = UUID(hex=str(told[MAIL_ID]))
        event_id, address = str(told["sg_event_id"]), str(told["email"])
        happened_at = dt.datetime.fromtimestamp(int(told["timestamp"]), dt.UTC)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    if kind is None or not event_id:
        return None
    is_blocked = told.get("type") == BLOCKED
    status = STATUS.search(f"{told.get('status', '')} {told.get('reason', '')}")
    return MailNews(
        event_id=event_id,
        kind=kind,
        mail_id=mail_id,
        address=address,
        happened_at=happened_at,
        detail=_detail(kind, status[0] if status else "", is_blocked=is_blocked),
        is_dead=(kind is MailEventKind.BOUNCED and not is_blocked)
        or (kind is MailEventKind.DROPPED and told.get("reason") in DEAD_REASONS),
    )


def _detail(kind: MailEventKind, status: str, *, is_blocked: bool) -> str:
    if kind in {MailEventKind.BOUNCED, MailEventKind.DROPPED, MailEventKind.DEFERRED}:
        return " ".join(each for each in (BLOCKED if is_blocked else "", status) if each)
    return ""
