"""Hands what is written to a partner's host on to the api, as a mail provider does: one post a mail, its envelope beside it."""

from collections.abc import Sequence

import httpx2
import orjson

from domain.introduction_mail import host_of
from integrations.mail.inbound_parse import ENVELOPE, RAW, SPF
from server.middleware.body_sizes import MAIL

POST_SECONDS = 20.0


class Forwarder:
    """Posts mails that come in. What can not be posted now is to be sent again: its sender is told so."""

    def __init__(self, api_url: str, *, secret: str, mail_domain: str) -> None:
        self._url = f"{api_url}{MAIL}/{secret}"
        self._hosts = host_of("", mail_domain.lower())

    def wants(self, recipients: Sequence[str]) -> list[str]:
        """Return those of the recipients who are on a partner's host."""
        return [each for each in recipients if each.lower().endswith(self._hosts)]

    async def forward(self, raw: bytes, *, sender: str, recipients: Sequence[str]) -> bool:
        """Post a mail; tell whether the api took it, or will never take it."""
        envelope = orjson.dumps({"to": list(recipients), "from": sender})
        parts = {RAW: (None, raw), ENVELOPE: (None, envelope), SPF: (None, b"none")}
        try:
            async with httpx2.AsyncClient(timeout=POST_SECONDS, trust_env=False) as client:
                answer = await client.post(self._url, files=parts)
        except httpx2.HTTPError:
            return False
        return answer.status_code < 500
