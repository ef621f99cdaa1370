"""Reads a mail that came in: who wrote it, which conversation it belongs to, and what is new in it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser

from domain.introduction_mail import LONGEST_MESSAGE_ID, LONGEST_TEXT, InboundMail
from domain.mail import shown_line
from domain.partners import LOCALES

BLANKS = re.compile(r"[^\S\n]+")
MOST_LINES = 400
LONGEST_READ = 10_000
"""Characters of a text that are looked at: whatever is beyond is quoted, or nobody reads it."""
LONGEST_LINE = 2_000
LONGEST_HEADER = 20_000
MOST_ADDRESSES = 100
MOST_REFERENCES = 100
MESSAGE_ID = re.compile(r"<[^<>\s]{3,298}>", re.ASCII)
ADDRESS = re.compile(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+", re.ASCII)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)
PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
MARKS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "X-Vacation", "X-Mailer-Daemon")
"""Headers that only machines' mails have, from before RFC 3834 and beside it."""
VACATION = re.compile(
    r"\s*(?:automatic reply|auto[- ]?reply|out of (?:the )?office|automatische antwort|abwesenheit|abwesend"
    r"|risposta automatica|fuori sede|assente|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de la oficina)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"^[>|].*$", re.MULTILINE)
ATTRIBUTION = re.compile(r"\n[^\n]*@[^\n]*:$")
"""A last line that says whom the quotation was of, in whatever language: an address, and a colon."""
BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "pre", "table", "ul", "ol"})
SILENT = frozenset({"script", "style", "head", "title", "blockquote"})
"""What is not shown, or not new."""
BROKEN = (LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the standard library raises for mails that are none."""


def read(raw: bytes, *, envelope_to: Sequence[str] = (), is_forged: bool = False) -> InboundMail:
    """Read a mail, whatever it is made of. `envelope_to`: whom it was handed over for; Bcc stands nowhere else."""
    mail = _parsed(raw)
    senders = _addresses([_header(mail, "From")])
    named = [_header(mail, name) for name in ("To", "Cc", "Delivered-To", "X-Original-To")]
    ids = MESSAGE_ID.findall(_header(mail, "Message-ID"))
    references = MESSAGE_ID.findall(f"{_header(mail, 'References')} {_header(mail, 'In-Reply-To')}")
    failed = _failed(mail)
    return InboundMail(
        message_id=(ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()[:32]}@missing>")[
            :LONGEST_MESSAGE_ID
        ],
        sender=senders[0] if len(senders) == 1 else "",
        recipients=tuple(_addresses([*envelope_to, *named]))[:MOST_ADDRESSES],
        references=tuple([*references, *_returned(mail)][-MOST_REFERENCES:]),
        subject=shown_line(_words(_header(mail, "Subject"))),
        text=new_text(_text(mail)),
        is_automatic=_is_automatic(mail),
        is_forged=is_forged,
        failed=failed,
    )


def new_text(text: str) -> str:
    """Return what is new in a reply: without what it quotes, and without the line that says whom it quotes."""
    replies = EmailReplyParser(languages=list(LOCALES)).read(_looked_at(text)).replies
    for reply in replies:
        kept = ATTRIBUTION.sub("", QUOTED.sub("", reply.full_body or "").strip()).strip()
        if kept:
            return re.sub(r"\n{3,}", "\n\n", kept)[:LONGEST_TEXT]
    return ""


def _looked_at(text: str) -> str:
    """Return as much of a text as its reply is looked for in.

    The patterns of replies take ever longer for what nobody writes: thousands of empty lines, or of blanks.
    """
    lines = (
        BLANKS.sub(" ", line[:LONGEST_LINE]).strip() for line in text[:LONGEST_READ].splitlines()[:MOST_LINES]
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))[:LONGEST_READ].strip()


def _parsed(raw: bytes) -> Message:
    """Parse a mail; one whose parts are nested beyond all measure is its headers alone."""
    try:
        return message_from_bytes(raw)
    except RecursionError:
        return BytesHeaderParser().parsebytes(raw)


def _header(mail: Message, name: str) -> str:
    """Return all headers of a name as one text, as they came: parsing long ones takes for ever."""
    wanted = name.lower()
    found = [str(value) for key, value in mail.raw_items() if key.lower() == wanted]
    return " , ".join(" ".join(each[:LONGEST_HEADER].split()) for each in found)


def _words(header: str) -> str:
    """Return a header's words as they are read (RFC 2047)."""
    try:
        return str(make_header(decode_header(header)))
    except BROKEN:
        return header


def _addresses(texts: Iterable[str]) -> list[str]:
    """Return the addresses in some headers, in small letters, each once."""
    found = (ADDRESS.findall(re.sub(r'"[^"]*"', "", text)) for text in texts)
    return list(dict.fromkeys(each.lower() for those in found for each in those))


def _text(mail: Message) -> str:
    """Return the first plain text that is no attachment, else what the first page shows."""
    try:
        parts = [each for each in mail.walk() if each.get_content_disposition() != "attachment"]
        for kind in ("text/plain", "text/html"):
            part = next((each for each in parts if each.get_content_type() == kind), None)
            if part is not None:
                text = _content(part)
                return text if kind == "text/plain" else _shown(text[: 10 * LONGEST_READ])
    except BROKEN:
        pass
    return ""


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset, "replace").replace("\0", "")
    except LookupError:
        return content.decode("utf-8", "replace").replace("\0", "")


class _Page(HTMLParser):
    """Collects what a page shows, but for what it quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def _shown(html: str) -> str:
    page = _Page()
    page.feed(html)
    page.close()
    return re.sub(r"\n\s*\n+", "\n\n", "".join(page.pieces)).strip()


def _is_automatic(mail: Message) -> bool:
    """Tell whether a machine wrote a mail: RFC 3834 §5, and what machines did before it."""
    submitted = _header(mail, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _header(mail, "Precedence").strip().lower() in PRECEDENCE:
        return True
    if any(name in mail for name in MARKS) or _header(mail, "Return-Path").strip() == "<>":
        return True
    return mail.get_content_type() == "multipart/report" or bool(
        VACATION.match(_words(_header(mail, "Subject")))
    )


def _failed(mail: Message) -> tuple[tuple[str, str], ...]:
    """Return of a delivery report whom a mail did not reach, and why (RFC 3464 §2.3); nothing of any other mail."""
    if mail.get_content_type() != "multipart/report":
        return ()
    found = []
    for part in mail.walk():
        if _header(part, "Action").strip().lower() != "failed":
            continue
        addresses = _addresses([_header(part, "Original-Recipient"), _header(part, "Final-Recipient")])
        status = STATUS.search(_header(part, "Status"))
        found += [(each, status[0] if status else "") for each in addresses]
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


def _returned(mail: Message) -> list[str]:
    """Return the Message-IDs of the mails that a delivery report brings back."""
    if mail.get_content_type() != "multipart/report":
        return []
    parts = [each for each in mail.walk() if each is not mail]
    found = [MESSAGE_ID.findall(_header(each, "Message-ID")) for each in parts]
    headers_alone = [
        MESSAGE_ID.findall(_content(each)[:LONGEST_READ])
        for each in parts
        if each.get_content_type() == "text/rfc822-headers"
    ]
    return [each for those in (*found, *headers_alone) for each in those]
