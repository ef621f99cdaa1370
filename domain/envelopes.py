"""Whom a mail goes to besides its recipient, and which conversation it is part of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID


class MailParty(StrEnum):
    """Who of a conversation a mail went to: the part, never the person (A-36)."""

    PARTNER = "PARTNER"
    CONTRACTOR = "CONTRACTOR"
    PLATFORM = "PLATFORM"


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation that a mail is part of: that of one introduction, under the partner's own host.

    `token` stands in every address and Message-ID of it, so that whatever is answered is found again.
    """

    about: UUID
    """The introduction."""
    token: str = field(repr=False)
    subdomain: str
    name: str
    """Whose conversation it is, as the sender's name tells it: the partner's."""
    is_first: bool = False
    """What all others of the conversation follow."""
    to: MailParty = MailParty.CONTRACTOR
    """Who it is addressed to: the partner at its address on its host, whatever box that leads to (A-13)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar's part of a mail (RFC 6047), `method` as in RFC 5546: REQUEST or CANCEL."""

    method: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a mail goes to besides, and in which conversation."""

    thread: Thread | None = None
    cc: tuple[str, ...] = field(default=(), repr=False)
    bcc: tuple[str, ...] = field(default=(), repr=False)
    is_copied: bool = False
    """Whether the platform's own mailbox is in blind copy; once it is addressed, `bcc` has it."""
    left: tuple[str, ...] | None = field(default=None, repr=False)
    """Who has not got it yet, where some have; None for everybody."""
    invitation: Invitation | None = None
    reply_to: str | None = field(default=None, repr=False)
    """Who gets answers, of a mail that hands on what somebody wrote; None for whoever usually does."""


ALONE = Envelope()


def stored(envelope: Envelope) -> dict[str, Any] | None:
    """Return an envelope as JSON; None for the one of a mail that goes to one person, in no conversation."""
    told: dict[str, Any] = {}
    if envelope.thread is not None:
        thread = envelope.thread
        told["thread"] = {
            "about": thread.about.hex,
            "token": thread.token,
            "subdomain": thread.subdomain,
            "name": thread.name,
            "is_first": thread.is_first,
            "to": thread.to.value,
        }
    told |= {name: list(each) for name, each in (("cc", envelope.cc), ("bcc", envelope.bcc)) if each}
    if envelope.is_copied:
        told["is_copied"] = True
    if envelope.left is not None:
        told["left"] = list(envelope.left)
    if envelope.invitation is not None:
        told["invitation"] = {"method": envelope.invitation.method, "text": envelope.invitation.text}
    if envelope.reply_to is not None:
        told["reply_to"] = envelope.reply_to
    return told or None


def envelope_of(told: Mapping[str, Any] | None) -> Envelope:
    """Read what `stored` wrote."""
    if not told:
        return Envelope()
    thread = told.get("thread")
    invitation = told.get("invitation")
    return Envelope(
        thread=Thread(**{**thread, "about": UUID(thread["about"]), "to": MailParty(thread["to"])})
        if thread
        else None,
        cc=tuple(told.get("cc", ())),
        bcc=tuple(told.get("bcc", ())),
        is_copied=bool(told.get("is_copied")),
        left=tuple(told["left"]) if "left" in told else None,
        invitation=Invitation(**invitation) if invitation else None,
        reply_to=told.get("reply_to"),
    )


def without(envelope: Envelope, addresses: Iterable[str]) -> Envelope:
    """Return an envelope without those addresses in copy."""
    gone = set(addresses)
    kept = {
        name: None if those is None else tuple(each for each in those if each not in gone)
        for name, those in (("cc", envelope.cc), ("bcc", envelope.bcc), ("left", envelope.left))
    }
    return replace(envelope, **kept)  # type: ignore[arg-type]


def party_of(envelope: Envelope, address: str, *, recipient: str) -> MailParty | None:
    """Tell as what somebody got a mail, by its address; None for who did not."""
    if envelope.thread is None:
        return None
    groups = (
        (envelope.thread.to, (recipient,)),
        (MailParty.CONTRACTOR, envelope.cc),
        (MailParty.PLATFORM, envelope.bcc),
    )
    address = address.lower()
    return next((party for party, those in groups if address in {each.lower() for each in those}), None)
