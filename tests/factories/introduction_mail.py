"""Two parties of an introduction, mails that come in, and what a provider tells of those that went out."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from integrations.mail.sendgrid import MAIL_ID
from integrations.mail.sendgrid_events import SIGNATURE, TIMESTAMP
from tests.factories.introductions import make_contractor, make_introduction, make_profile
from tests.factories.partners import make_partner
from tests.factories.times import NOW

TOKEN = "0123456789abcdef0123456789abcdef"
PARTNER, CONTRACTOR = "intro@partner.example", "carla@contractor.example"
KEY = ec.derive_private_key(7, ec.SECP256R1())
VERIFICATION_KEY = b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
REPLY_TO = f"partner+{TOKEN}@victoria.interline.test"


@dataclass(frozen=True)
class Introduced:
    partner: models.Partner
    contractor: models.Contractor
    introduction: models.Introduction


async def make_introduced(session: AsyncSession, token: str = TOKEN, **facts: Any) -> Introduced:
    """Victoria Cruises, introduced to a contractor."""
    partner = await make_partner(session)
    await make_profile(session, partner, subdomain=facts.pop("subdomain", "victoria"))
    contractor = await make_contractor(session)
    introduction = await make_introduction(session, partner, contractor, reply_token=token, **facts)
    return Introduced(partner, contractor, introduction)


def reply(
    text: str = "Gladly. Tuesday at ten?",
    *,
    sender: str = PARTNER,
    to: str = REPLY_TO,
    message_id: str = "<reply-1@partner.example>",
    **headers: str,
) -> bytes:
    """A mail in answer to an introduction, as it travels."""
    told = {
        "From": f"Somebody <{sender}>",
        "To": to,
        "Message-ID": message_id,
        "Subject": "Re: Introduction",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    quoted = "\r\n\r\nOn Mon, 23 Nov 2026 at 10:00, Interline <partner@victoria.interline.test> wrote:\r\n> Hello\r\n"
    return (head + "\r\n" + text + quoted).encode()


def event(
    mail: models.Mail, kind: str = "delivered", *, email: str = PARTNER, **facts: Any
) -> dict[str, Any]:
    """One event as SendGrid tells it, with much that is nobody's business."""
    return {
        "email": email,
        "timestamp": int(NOW.timestamp()),
        "event": kind,
        "sg_event_id": f"{kind}-1",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "ip": "203.0.113.7",
        "useragent": "Mozilla/5.0",
        MAIL_ID: mail.id.hex,
        **facts,
    }


def signed(*events: dict[str, Any], timestamp: str = "1795000000") -> tuple[bytes, dict[str, str]]:
    """A batch of events and the headers that prove it."""
    body = json.dumps(list(events)).encode()
    return body, signature_of(body, timestamp=timestamp)


def signature_of(body: bytes, *, timestamp: str = "1795000000") -> dict[str, str]:
    signature = KEY.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
    return {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: timestamp}
