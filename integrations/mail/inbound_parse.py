"""What SendGrid's inbound parse posts, with `POST the raw, full MIME message` switched on (docs.sendgrid.com, 2026-11)."""

from email.message import Message as Headers
from typing import Any

import orjson
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from domain.introduction_mail import InboundMail
from integrations.mail.reading import read

RAW, ENVELOPE, SPF, DKIM = "email", "envelope", "SPF", "dkim"
SPF_FAILED = ("fail", "softfail", "permerror")


def posted_mail(body: bytes, content_type: str) -> InboundMail | None:
    """Read the mail of a post; None for what is none."""
    fields = fields_of(body, content_type)
    if fields is None or not fields.get(RAW):
        return None
    return read(fields[RAW], envelope_to=_envelope_to(fields), is_forged=_is_forged(fields))


def fields_of(body: bytes, content_type: str) -> dict[str, bytes] | None:
    """Return the fields of a multipart form by their names, byte for byte: a mail is in any charset, or in several."""
    head = Headers()
    head["Content-Type"] = content_type
    boundary = head.get_param("boundary")
    if head.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        return None
    collected = _Fields()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), collected.callbacks)
        parser.write(body)
        parser.finalize()
    except MultipartParseError:
        return None
    return collected.fields


class _Fields:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._disposition = ""
        self._content: list[bytes] = []
        self.callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._disposition, self._content = "", []

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value.decode("latin-1")
        self._name.clear()
        self._value.clear()

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end(self) -> None:
        head = Headers()
        head["Content-Disposition"] = self._disposition
        name = head.get_param("name", header="content-disposition")
        if isinstance(name, str):
            self.fields.setdefault(name, b"".join(self._content))


def _envelope_to(fields: dict[str, bytes]) -> tuple[str, ...]:
    try:
        to = orjson.loads(fields.get(ENVELOPE, b"{}"))["to"]
    except (ValueError, KeyError, TypeError):
        return ()
    return tuple(str(each) for each in to) if isinstance(to, list) else ()


def _is_forged(fields: dict[str, bytes]) -> bool:
    """Tell whether the sender's domain neither signed the mail nor lets its sender send: one of them is enough."""
    spf = fields.get(SPF, b"").decode("latin-1").strip().lower()
    has_signature = b"pass" in fields.get(DKIM, b"").lower()
    return spf.startswith(SPF_FAILED) and not has_signature
