"""Outgoing mail: which mails there are, what each one tells, whom it may go to, and how long it is tried."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.envelopes import ALONE, Envelope
from domain.errors import GatewayError, InvalidInput, Refused
from domain.jobs import spread
from domain.partners import LOCALES


class MailTemplate(StrEnum):
    """What a mail is about; each has a text in every locale."""

    INVITATION = "INVITATION"
    PARTNER_LIVE = "PARTNER_LIVE"
    VERIFICATION_APPROVED = "VERIFICATION_APPROVED"
    VERIFICATION_REJECTED = "VERIFICATION_REJECTED"
    VERIFICATION_SUSPENDED = "VERIFICATION_SUSPENDED"
    INTEGRATION_ALERT = "INTEGRATION_ALERT"
    SUPPORT_MESSAGE = "SUPPORT_MESSAGE"
    IMPORT_FINISHED = "IMPORT_FINISHED"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"
    PAYOUT_FAILED = "PAYOUT_FAILED"
    RECEIPT_READY = "RECEIPT_READY"
    STATEMENT_READY = "STATEMENT_READY"
    PAYMENT_ACCOUNT_RESTRICTED = "PAYMENT_ACCOUNT_RESTRICTED"
    BOOKING_CONFIRMED = "BOOKING_CONFIRMED"
    CHECKOUT_COMPENSATED = "CHECKOUT_COMPENSATED"
    BOOKING_CANCELLED = "BOOKING_CANCELLED"
    INTRODUCTION = "INTRODUCTION"
    INTRODUCTION_REMINDER = "INTRODUCTION_REMINDER"
    INTRODUCTION_ALTERNATIVES = "INTRODUCTION_ALTERNATIVES"
    INTRODUCTION_STATUS = "INTRODUCTION_STATUS"
    INTRODUCTION_MESSAGE = "INTRODUCTION_MESSAGE"
    INTRODUCTION_OVERDUE = "INTRODUCTION_OVERDUE"
    DEMO_CONFIRMED = "DEMO_CONFIRMED"
    DEMO_CANCELLED = "DEMO_CANCELLED"
    DEMO_REMINDER = "DEMO_REMINDER"
    FEEDBACK_ASKED = "FEEDBACK_ASKED"
    PARTNER_MESSAGE = "PARTNER_MESSAGE"


class MailStatus(StrEnum):
    """PENDING until a mail server took it; FAILED when nobody tries any more."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


LINK = "link"
"""Where the mail's button leads: an http address, or a path (`/…`) at the platform's own."""
NAME = "name"
"""Whom the mail greets; may be left out of every mail."""
CALENDAR = "calendar"
"""Where a demo's file for calendars is, in full; may be left out."""
NOTES = frozenset({"reasons", "reason", "detail", "excerpt", "alternatives"})
"""Facts of several lines; all others are one."""

MOMENT = frozenset({"demo_on", "demo_time", "zone"})
"""When a demo is, by the reader's own clock: a day, `15:30`, an IANA zone."""

NEEDED: Mapping[MailTemplate, frozenset[str]] = {
    MailTemplate.INVITATION: frozenset({"partner", "inviter", "role", "expires_on", LINK}),
    MailTemplate.PARTNER_LIVE: frozenset({"partner", LINK}),
    MailTemplate.VERIFICATION_APPROVED: frozenset({"partner", LINK}),
    MailTemplate.VERIFICATION_REJECTED: frozenset({"partner", "reasons", LINK}),
    MailTemplate.VERIFICATION_SUSPENDED: frozenset({"partner", "reason", LINK}),
    MailTemplate.INTEGRATION_ALERT: frozenset({"partner", "environment", "detail", LINK}),
    MailTemplate.SUPPORT_MESSAGE: frozenset({"partner", "subject", "author", "excerpt", LINK}),
    MailTemplate.IMPORT_FINISHED: frozenset({"partner", "file", "accepted", "rejected", LINK}),
    MailTemplate.WEBHOOK_DISABLED: frozenset({"partner", "url", "environment", "because", LINK}),
    MailTemplate.RECEIPT_READY: frozenset({"partner", "document", "number", "booking", LINK}),
    MailTemplate.STATEMENT_READY: frozenset({"partner", "document", "starts_on", "ends_on", LINK}),
    MailTemplate.PAYOUT_FAILED: frozenset(
        {"partner", "amount", "starts_on", "ends_on", "environment", "reason", LINK}
    ),
    MailTemplate.PAYMENT_ACCOUNT_RESTRICTED: frozenset({"partner", "environment", "status", LINK}),
    MailTemplate.BOOKING_CONFIRMED: frozenset(
        {"partner", "product", "booking", "units", "visit_on", "amount", LINK}
    ),
    MailTemplate.CHECKOUT_COMPENSATED: frozenset({"partner", "product", "amount", LINK}),
    MailTemplate.BOOKING_CANCELLED: frozenset(
        {"partner", "product", "booking", "units", "left", "amount", LINK}
    ),
    MailTemplate.INTRODUCTION: frozenset(
        {"partner", "contractor", "contact", "industry", "region", "needs", "reasons", LINK}
    ),
    MailTemplate.INTRODUCTION_REMINDER: frozenset({"partner", "contractor", "industry", "hours", LINK}),
    MailTemplate.INTRODUCTION_ALTERNATIVES: frozenset({"partner", "contractor", "alternatives", LINK}),
    MailTemplate.INTRODUCTION_STATUS: frozenset({"partner", "contractor", "stage", LINK}),
    MailTemplate.INTRODUCTION_MESSAGE: frozenset({"partner", "contractor", "author", "excerpt", LINK}),
    MailTemplate.INTRODUCTION_OVERDUE: frozenset({"partner", "contractor", "hours", LINK}),
    MailTemplate.DEMO_CONFIRMED: frozenset({"partner", "contractor", *MOMENT, "minutes", LINK}),
    MailTemplate.DEMO_CANCELLED: frozenset({"partner", "contractor", *MOMENT, LINK}),
    MailTemplate.DEMO_REMINDER: frozenset({"partner", "contractor", *MOMENT, "minutes", LINK}),
    MailTemplate.FEEDBACK_ASKED: frozenset({"partner", "contractor", "demo_on", LINK}),
    MailTemplate.PARTNER_MESSAGE: frozenset({"partner", "author", "subject", "excerpt", LINK}),
}
"""Facts each mail must have. `…_on` is a day (`2026-12-24`), `role` a `MemberRole`, `because` a
`DisabledBecause`, `document` a `BillingDocumentKind`, `status` an `AccountStatus`, `accepted` and `rejected` numbers of
rows, `units` and `left` numbers of units, `hours` and `minutes` numbers, `industry` a code, `stage` that of an
introduction, its `reasons` factors of matching; everything else is shown as it is. Of a buyer's mails `visit_on` is empty for what needs no day, `amount`
where there is none; of an introduction's `needs`, `region` and `reasons` where nothing is known."""

WITH_CALENDAR = frozenset({MailTemplate.DEMO_CONFIRMED, MailTemplate.DEMO_REMINDER})

TO_BUYERS = frozenset(
    {
        MailTemplate.RECEIPT_READY,
        MailTemplate.BOOKING_CONFIRMED,
        MailTemplate.CHECKOUT_COMPENSATED,
        MailTemplate.BOOKING_CANCELLED,
    }
)
"""Mails to whom something was sold, who has no part in the platform."""

OF_INTRODUCTIONS = frozenset(
    {
        MailTemplate.INTRODUCTION,
        MailTemplate.INTRODUCTION_REMINDER,
        MailTemplate.INTRODUCTION_ALTERNATIVES,
        MailTemplate.INTRODUCTION_STATUS,
        MailTemplate.INTRODUCTION_MESSAGE,
        MailTemplate.INTRODUCTION_OVERDUE,
        MailTemplate.DEMO_CONFIRMED,
        MailTemplate.DEMO_CANCELLED,
        MailTemplate.DEMO_REMINDER,
        MailTemplate.FEEDBACK_ASKED,
    }
)
"""Mails of a conversation: whoever gets one may answer it."""

DISPENSABLE = frozenset(
    {
        MailTemplate.INTRODUCTION_REMINDER,
        MailTemplate.INTRODUCTION_ALTERNATIVES,
        MailTemplate.INTRODUCTION_STATUS,
        MailTemplate.DEMO_REMINDER,
        MailTemplate.FEEDBACK_ASKED,
    }
)
"""Mails that whoever unsubscribes gets no more. What somebody wrote, and a demo's dates, still come."""

RECURRING = frozenset(
    {
        MailTemplate.INTEGRATION_ALERT,
        MailTemplate.SUPPORT_MESSAGE,
        MailTemplate.IMPORT_FINISHED,
        MailTemplate.WEBHOOK_DISABLED,
        MailTemplate.STATEMENT_READY,
        MailTemplate.PAYOUT_FAILED,
        MailTemplate.PAYMENT_ACCOUNT_RESTRICTED,
        MailTemplate.PARTNER_MESSAGE,
    }
)
"""Mails that come again and again: those say how to be rid of them."""

WAY = re.compile(r"(?:https?://|/(?![/\\]))[!-~]{0,1990}|/", re.ASCII)
"""An absolute address, or a path: `//host` would lead elsewhere."""
LONGEST_LINE = 300
LONGEST_NOTE = 4_000
LONGEST_KEY = 200

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
NOT_AN_ADDRESS = "is not a mail address"

ATTEMPT_PAUSES = (
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    *[dt.timedelta(hours=12)] * 4,
)
"""How long a mail rests after its first, second, … failed attempt; then it has failed. More than two days: servers
that are away come back within that time (RFC 5321 §4.5.4.1 asks for four to five days of a relay)."""
MAX_ATTEMPTS = len(ATTEMPT_PAUSES) + 1
LEASE = dt.timedelta(seconds=90)
"""How long an attempt belongs to the worker that took it; longer than any attempt can last."""

IN_FLIGHT = 16
"""Mails on their way at the same time, over all workers."""

MAILBOX_FULL = 552
"""In answer to RCPT, a full mailbox or too many recipients at once: it may pass (RFC 5321 §4.5.3.1.10)."""
DEAD = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
"""What is said of an address where nobody is, or is any more (RFC 3463 §3.2, §3.3; RFC 7505 §4.2)."""
NOBODY_THERE = frozenset({550, 551, 553})
"""The same from servers that say no more than that."""

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows them: with one, a text can make ours read backwards."""


@dataclass(frozen=True, slots=True)
class RefusedAddress:
    """An address that a server did not take a mail for: its answer (RFC 5321), and the code within it (RFC 3463)."""

    address: str = field(repr=False)
    code: int
    detail: str = ""

    @property
    def is_final(self) -> bool:
        """Whether it is not to be tried again."""
        return self.code >= 500 and self.code != MAILBOX_FULL

    @property
    def is_dead(self) -> bool:
        """Whether nobody is there: refused for the address itself, and not for what was sent, or by whom."""
        if self.detail:
            return self.detail.startswith(DEAD)
        return self.code in NOBODY_THERE


class RecipientsRefusedError(GatewayError):
    """Every recipient of a mail was refused."""

    def __init__(self, vendor: str, reference: str, refused: Sequence[RefusedAddress]) -> None:
        super().__init__(vendor, reference, retryable=not all(each.is_final for each in refused))
        self.refused = tuple(refused)


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to be written and sent. Sent again it is the same mail: same id, same date."""

    id: UUID
    message_id: str
    """`<…@…>`, as in the header."""
    to: str = field(repr=False)
    template: MailTemplate
    locale: str
    facts: Mapping[str, str] = field(repr=False)
    posted_at: dt.datetime
    envelope: Envelope = ALONE

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom it is handed over for, once each."""
        everybody = (self.to, *self.envelope.cc, *self.envelope.bcc)
        return tuple(dict.fromkeys(everybody if self.envelope.left is None else self.envelope.left))


def check_address(email: str, *, name: str = "email") -> str:
    """Return an address mails can be sent to, its domain in small ASCII letters. Refuses: InvalidInput on `name`.

    `Vera@Bücher.example` becomes `Vera@xn--bcher-kva.example`. Neither quoted local parts nor such beyond
    ASCII: too many servers take neither.
    """
    local, at, host = email.strip().rpartition("@")
    try:
        domain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    is_fine = (
        at
        and len(local) <= LONGEST_LOCAL_PART
        and LOCAL_PART.fullmatch(local)
        and DOMAIN.fullmatch(domain)
        and len(local) + 1 + len(domain) <= LONGEST_ADDRESS
    )
    if not is_fine:
        raise Refused(InvalidInput(name, NOT_AN_ADDRESS))
    return f"{local}@{domain}"


def address_digest(address: str) -> bytes:
    """Return what stands for an address where the address itself is not to be kept; 32 bytes."""
    return hashlib.sha256(address.strip().lower().encode("utf-8", "replace")).digest()


def check_facts(template: MailTemplate, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts of a mail as they may be shown: one line each, or several, never endless.

    Raises ValueError for facts that are missing or unknown, and for a link that leads nowhere: whoever posts the
    mail has them, or has a bug.
    """
    known = NEEDED[template] | {NAME} | ({CALENDAR} if template in WITH_CALENDAR else set())
    if missing := NEEDED[template] - facts.keys():
        raise ValueError(f"The mail {template} lacks {', '.join(sorted(missing))}.")
    if unknown := facts.keys() - known:
        raise ValueError(f"The mail {template} does not tell {', '.join(sorted(unknown))}.")
    links = {name: facts[name] for name in (LINK, CALENDAR) if name in facts}
    if not all(WAY.fullmatch(each) for each in links.values()):
        raise ValueError(f"The mail {template} has a link that is neither an http address nor a path.")
    return {
        name: shown_note(fact) if name in NOTES else shown_line(fact)
        for name, fact in facts.items()
        if name not in links
    } | links


def shown_line(text: str) -> str:
    """Return a text on one line, without what a reader can not see; a long one ends in an ellipsis."""
    words = "".join(" " if each.isspace() else each for each in text if _is_visible(each))
    return _shortened(" ".join(words.split()), LONGEST_LINE)


def shown_note(text: str) -> str:
    """Return a text of several lines likewise; never more than one empty line in a row."""
    lines = [
        " ".join("".join(each for each in line if _is_visible(each)).split()) for line in text.splitlines()
    ]
    return _shortened(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), LONGEST_NOTE)


def locale_of(tag: str) -> str:
    """Return the locale of ours nearest to a tag: `de-AT` is written to in German, `zh` in English."""
    language = tag.partition("-")[0].lower()
    return language if language in LOCALES else "en"


def message_id(mail_id: UUID, domain: str) -> str:
    """Return the Message-ID of a mail (RFC 5322 §3.6.4)."""
    return f"<{mail_id.hex}@{domain}>"


def next_attempt_at(attempts: int, now: dt.datetime, *, chance: float) -> dt.datetime | None:
    """Return when a mail is tried again after `attempts` failed ones; None when it has failed for good."""
    if attempts > len(ATTEMPT_PAUSES):
        return None
    return now + spread(ATTEMPT_PAUSES[attempts - 1], chance=chance)


def _is_visible(each: str) -> bool:
    if each in BIDI_CONTROLS:
        return False
    return each.isspace() or unicodedata.category(each) not in {"Cc", "Cs", "Co", "Cn"}


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
