"""The conversation of an introduction by mail: its addresses, how an answer is known for one, and who may write in it.

Everything of a conversation carries its token: an answer is found by the address it went to, or by the Message-IDs it
refers to, whatever mail program wrote it.
"""

import datetime as dt
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.envelopes import MailParty, Thread
from domain.mail import MailTemplate, address_digest

LOCAL_PART = "partner"
"""The fixed local part of every partner's address (A-13)."""
TOKEN = r"[A-Za-z0-9]{16,56}"  # noqa: S105 - the form of all of them
TOKENS = re.compile(rf"(?:{LOCAL_PART}\+|<)({TOKEN})[@.]", re.ASCII)
SAMPLE_TOKEN = "0" * 32
"""In mails that are of no introduction: nobody answers them."""
MAIL_TO = {
    MailTemplate.INTRODUCTION: MailParty.PARTNER,
    MailTemplate.INTRODUCTION_REMINDER: MailParty.PARTNER,
    MailTemplate.INTRODUCTION_OVERDUE: MailParty.PLATFORM,
}
"""Who gets a mail that always goes to the same; the others go to the contractor, or to both."""
LONGEST_TEXT = 20_000
"""Characters kept of a message; longer ones are cut."""
LONGEST_MESSAGE_ID = 300
FORWARDED_AN_HOUR = 20
"""Mails of strangers that a partner's inbox gets in an hour; more than that is read on the platform."""
MOST_SUBDOMAINS = 5
"""Partners that one mail is written to."""
UNSUBSCRIBE = "unsubscribe"
"""The subject by which a mail alone unsubscribes its sender."""


class MessageAuthor(StrEnum):
    """Who wrote a message. STRANGER: somebody who had the address, and is neither of the two parties."""

    PARTNER = "PARTNER"
    CONTRACTOR = "CONTRACTOR"
    STRANGER = "STRANGER"


class MailEventKind(StrEnum):
    """What became of a mail. DROPPED: the provider did not even try. DEFERRED: it tries again."""

    DELIVERED = "DELIVERED"
    DEFERRED = "DEFERRED"
    BOUNCED = "BOUNCED"
    DROPPED = "DROPPED"
    OPENED = "OPENED"
    CLICKED = "CLICKED"
    COMPLAINED = "COMPLAINED"
    UNSUBSCRIBED = "UNSUBSCRIBED"


class SuppressedBecause(StrEnum):
    """Why an address is written to no more; UNSUBSCRIBED holds for mails that can be done without."""

    BOUNCED = "BOUNCED"
    COMPLAINED = "COMPLAINED"
    UNSUBSCRIBED = "UNSUBSCRIBED"


@dataclass(frozen=True, slots=True)
class MailNews:
    """What a mail provider tells of one mail and one recipient."""

    event_id: str
    """The provider's own: a repetition is known by it."""
    kind: MailEventKind
    mail_id: UUID
    address: str = field(repr=False)
    happened_at: dt.datetime
    detail: str = ""
    """A status code (RFC 3463) or a few words of ours; never what a server wrote."""
    is_dead: bool = False
    """Whether nobody is at the address."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail that came in, as far as it matters."""

    message_id: str
    sender: str = field(repr=False)
    """In small letters; empty where it has none, or several."""
    recipients: tuple[str, ...] = field(repr=False)
    """Whom it went to: those it names, and those of its envelope."""
    references: tuple[str, ...]
    subject: str = field(repr=False)
    text: str = field(repr=False)
    """What is new in it: without what it quotes, signature included."""
    is_automatic: bool
    """Whether a machine wrote it: an out-of-office note, a list, a delivery report."""
    is_forged: bool = False
    """Whether the mail provider found that the sender's domain did not send it."""
    failed: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Of a delivery report (RFC 3464): who never got our mail, and the status code."""


def host_of(subdomain: str, domain: str) -> str:
    return f"{subdomain}.{domain}"


def partner_address(subdomain: str, domain: str) -> str:
    """Return a partner's address on its own host, which leads to its intro_email (A-13)."""
    return f"{LOCAL_PART}@{host_of(subdomain, domain)}"


def reply_address(thread: Thread, domain: str) -> str:
    """Return where answers go: the partner's address, with the conversation's token."""
    return f"{LOCAL_PART}+{thread.token}@{host_of(thread.subdomain, domain)}"


def root_id(thread: Thread, domain: str) -> str:
    """Return the Message-ID that all mails of a conversation follow."""
    return f"<{thread.token}@{host_of(thread.subdomain, domain)}>"


def message_id(thread: Thread, mail_id: UUID, domain: str) -> str:
    """Return the Message-ID of one mail of a conversation."""
    if thread.is_first:
        return root_id(thread, domain)
    return f"<{thread.token}.{mail_id.hex}@{host_of(thread.subdomain, domain)}>"


def tokens_in(mail: InboundMail) -> list[str]:
    """Return what may be a conversation's token, the likeliest first: of the addresses, then of the references."""
    addresses = (f"<{each}>" if "+" not in each else each for each in mail.recipients)
    found = (TOKENS.findall(each) for each in (*addresses, *reversed(mail.references)))
    # Some servers write local parts in small letters: tokens have no others.
    return list(dict.fromkeys(token.lower() for tokens in found for token in tokens))


def subdomains_in(mail: InboundMail, domain: str) -> list[str]:
    """Return whose addresses a mail is written to, with or without a token, in the order it names them."""
    host = re.escape(domain.lower())
    form = re.compile(rf"{LOCAL_PART}(?:\+[^@]*)?@([a-z0-9-]+)\.{host}")
    found = (form.fullmatch(each) for each in mail.recipients)
    return list(dict.fromkeys(each[1] for each in found if each))[:MOST_SUBDOMAINS]


def author_of(mail: InboundMail, *, partner: Collection[str], contractor: str | None) -> MessageAuthor:
    """Tell which party wrote a mail, by its sender's address. `partner`: those of its people and its inbox."""
    if mail.is_forged or not mail.sender:
        return MessageAuthor.STRANGER
    if mail.sender in {each.lower() for each in partner}:
        return MessageAuthor.PARTNER
    if contractor is not None and mail.sender == contractor.lower():
        return MessageAuthor.CONTRACTOR
    return MessageAuthor.STRANGER


def is_unsubscribing(mail: InboundMail) -> bool:
    """Tell whether a mail asks for no more mails (RFC 2369 §3.2), and nothing else."""
    return mail.subject.strip().lower() == UNSUBSCRIBE


def unsubscribe_token(address: str, key: bytes) -> str:
    """Return what unsubscribes an address without naming it: its digest, signed."""
    digest = address_digest(address)
    return (digest + hmac.digest(key, b"unsubscribe" + digest, "sha256")[:16]).hex()


def unsubscribed(token: str, key: bytes) -> bytes | None:
    """Return the digest of the address that a token unsubscribes; None for what is none of ours."""
    try:
        given = bytes.fromhex(token)
    except ValueError:
        return None
    digest, signature = given[:32], given[32:]
    expected = hmac.digest(key, b"unsubscribe" + digest, "sha256")[:16]
    return digest if hmac.compare_digest(signature, expected) else None
