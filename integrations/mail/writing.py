"""A mail as it travels: headers, a text part and an HTML part. Written again it is the same, byte for byte."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from domain import introduction_mail
from domain.envelopes import MailParty, Thread
from domain.mail import DISPENSABLE, LINK, NAME, RECURRING, Message, check_facts
from integrations.mail.words import TEMPLATES, Words, html_words, text_words

SENDER_NAME = "Interline"
LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails are from, and where their links lead."""

    address: str
    name: str
    public_url: str
    reply_to: str | None = None
    """A mailbox that people read: for answers, and for whoever wants no more notices."""
    mail_domain: str = "interline.test"
    """Below which partners have their hosts."""
    key: bytes | None = field(default=None, repr=False)
    """Under the links that unsubscribe; None for none."""
    admin: str = ""
    """Where the platform reads along; empty for `admin` at its mail domain."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "admin", self.admin or f"admin@{self.mail_domain}")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender_of(
    mail_from: str,
    *,
    public_url: str,
    reply_to: str = "",
    mail_domain: str = "interline.test",
    key: bytes | None = None,
    admin: str = "",
) -> Sender:
    """Read `Name <address>` or an address alone. Raises ValueError for anything else."""
    name, address = parseaddr(mail_from)
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isascii() or not mail_from.isprintable():
        raise ValueError(f"{mail_from!r} is not a sender: write `Interline <no-reply@example.com>`.")
    return Sender(
        address,
        name or SENDER_NAME,
        public_url.rstrip("/"),
        parseaddr(reply_to)[1] or None,
        mail_domain.lower(),
        key,
        admin,
    )


@dataclass(frozen=True, slots=True)
class Texts:
    """What a mail says: its subject and its two parts."""

    subject: str
    text: str
    html: str


def texts(message: Message, *, public_url: str) -> Texts:
    """Return what a mail says. Raises ValueError or jinja2.TemplateError where facts and template do not fit."""
    facts = check_facts(message.template, message.facts)
    link = facts[LINK] if not facts[LINK].startswith("/") else public_url + facts[LINK]
    text = text_words(message.template, message.locale, facts)
    html = html_words(message.template, message.locale, facts)
    subject = text.subject[:LONGEST_SUBJECT]
    words = {name: getattr(html, name) for name in Words.__slots__} | {"subject": subject}
    thread = message.envelope.thread
    brand = f"{thread.name} · {SENDER_NAME}" if thread is not None else SENDER_NAME
    page = _layout().render(words, locale=message.locale, link=link, brand=brand)
    return Texts(subject, _plain(text, link), page)


def envelope_sender(message: Message, sender: Sender) -> str:
    """Return whom a mail's delivery reports go to: a conversation's come back with its token."""
    thread = message.envelope.thread
    return introduction_mail.reply_address(thread, sender.mail_domain) if thread else sender.address


def headers(message: Message, sender: Sender) -> dict[str, str]:
    """Return the headers that tell machines what a mail is, and which one it belongs to."""
    told = {
        "Message-ID": message.message_id,
        # No out-of-office note in return: RFC 3834 §5, and what Exchange looks at instead.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    thread = message.envelope.thread
    if thread is not None and not thread.is_first:
        root = introduction_mail.root_id(thread, sender.mail_domain)
        told |= {"In-Reply-To": root, "References": root}
    return told | _unsubscribing(message, sender, thread)


def _unsubscribing(message: Message, sender: Sender, thread: Thread | None) -> dict[str, str]:
    if thread is None:
        if message.template in RECURRING and sender.reply_to:
            return {"List-Unsubscribe": f"<mailto:{sender.reply_to}?subject={introduction_mail.UNSUBSCRIBE}>"}
        return {}
    address = introduction_mail.reply_address(thread, sender.mail_domain)
    by_mail = f"<mailto:{address}?subject={introduction_mail.UNSUBSCRIBE}>"
    # One click is one person's: a mail to several would not know whose.
    is_to_one = not message.envelope.cc and not message.envelope.bcc
    if message.template not in DISPENSABLE or not is_to_one or sender.key is None:
        return {"List-Unsubscribe": by_mail}
    token = introduction_mail.unsubscribe_token(message.to, sender.key)
    return {
        "List-Unsubscribe": f"<{sender.public_url}/mail/unsubscribe/{token}>, {by_mail}",
        # RFC 8058
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def from_and_reply(message: Message, sender: Sender) -> tuple[Address, str | None]:
    """Return who a mail is from, and where answers go: of a conversation, both below the partner's host."""
    thread = message.envelope.thread
    if thread is None:
        reply_to = message.envelope.reply_to or sender.reply_to
        return Address(sender.name, addr_spec=sender.address), reply_to
    address = introduction_mail.partner_address(thread.subdomain, sender.mail_domain)
    shown = Address(f"{thread.name} · {SENDER_NAME}", addr_spec=address)
    return shown, introduction_mail.reply_address(thread, sender.mail_domain)


def written(message: Message, sender: Sender) -> bytes:
    """Write a mail. Raises ValueError or jinja2.TemplateError where facts and template do not fit."""
    said = texts(message, public_url=sender.public_url)
    shown_from, reply_to = from_and_reply(message, sender)
    envelope = message.envelope
    thread = envelope.thread

    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = said.subject
    mail["From"] = shown_from
    to = message.to
    if thread is not None and thread.to is MailParty.PARTNER:
        to = introduction_mail.partner_address(thread.subdomain, sender.mail_domain)
    mail["To"] = Address(check_facts(message.template, message.facts).get(NAME, ""), addr_spec=to)
    if envelope.cc:
        mail["Cc"] = [Address(addr_spec=each) for each in envelope.cc]
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Date"] = format_datetime(message.posted_at)
    for name, value in headers(message, sender).items():
        mail[name] = value
    # Quoted-printable keeps lines short, whatever the facts are (RFC 5321 §4.5.3.1.6).
    mail.set_content(said.text, cte="quoted-printable")
    mail.add_alternative(said.html, subtype="html", cte="quoted-printable")
    if envelope.invitation is not None:
        invitation = envelope.invitation
        # RFC 6047 §2.4: the method stands beside the type, and calendars look for it there.
        mail.add_alternative(
            invitation.text, subtype="calendar", cte="quoted-printable", params={"method": invitation.method}
        )
    mail["Content-Language"] = message.locale
    mail.set_boundary(f"=_{message.id.hex}")
    return mail.as_bytes()


def _plain(words: Words, link: str) -> str:
    quote = "\n".join(f"> {line}".rstrip() for line in words.quote.splitlines())
    parts = [words.greeting, *words.paragraphs, quote, f"{words.action}:\n{link}", f"-- \n{words.footer}"]
    return "\n\n".join(part for part in parts if part) + "\n"


@cache
def _layout() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    return environment.get_template("layout.html")
