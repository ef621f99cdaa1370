"""A mail as it travels: headers, a text part and an HTML part. Written again it is the same, byte for byte."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from domain.mail import LINK, NAME, RECURRING, Message, check_facts
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

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender_of(mail_from: str, *, public_url: str, reply_to: str = "") -> Sender:
    """Read `Name <address>` or an address alone. Raises ValueError for anything else."""
    name, address = parseaddr(mail_from)
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isascii() or not mail_from.isprintable():
        raise ValueError(f"{mail_from!r} is not a sender: write `Interline <no-reply@example.com>`.")
    return Sender(address, name or SENDER_NAME, public_url.rstrip("/"), parseaddr(reply_to)[1] or None)


def written(message: Message, sender: Sender) -> bytes:
    """Write a mail. Raises ValueError or jinja2.TemplateError where facts and template do not fit."""
    facts = check_facts(message.template, message.facts)
    link = facts[LINK] if not facts[LINK].startswith("/") else sender.public_url + facts[LINK]
    text = text_words(message.template, message.locale, facts)
    html = html_words(message.template, message.locale, facts)

    mail = EmailMessage(policy=SMTP)
    subject = text.subject[:LONGEST_SUBJECT]
    mail["Subject"] = subject
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(facts.get(NAME, ""), addr_spec=message.to)
    if sender.reply_to:
        mail["Reply-To"] = sender.reply_to
    mail["Date"] = format_datetime(message.posted_at)
    mail["Message-ID"] = message.message_id
    # No out-of-office note in return: RFC 3834 §5, and what Exchange looks at instead.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.template in RECURRING and sender.reply_to:
        mail["List-Unsubscribe"] = f"<mailto:{sender.reply_to}?subject=unsubscribe>"
    # Quoted-printable keeps lines short, whatever the facts are (RFC 5321 §4.5.3.1.6).
    mail.set_content(_plain(text, link), cte="quoted-printable")
    words = {name: getattr(html, name) for name in Words.__slots__} | {"subject": subject}
    page = _layout().render(words, locale=message.locale, link=link)
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
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
