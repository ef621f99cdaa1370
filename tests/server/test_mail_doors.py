"""The doors of mail: forged, repeated, large, of nobody; and the one click by which somebody gets no more."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from db import models
from domain.introduction_mail import SuppressedBecause, unsubscribe_token
from domain.mail import address_digest
from integrations.mail.sendgrid_events import SIGNATURE, TIMESTAMP, SignatureKey
from server.middleware.body_sizes import LARGEST_MAIL, MAIL
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.routes.mail import EVENTS, MailDoors, mail_routes
from services import introduction_mail
from tests.factories.introduction_mail import (
    CONTRACTOR,
    VERIFICATION_KEY,
    event,
    make_introduced,
    reply,
    signature_of,
    signed,
)
from tests.factories.times import NOW
from tests.fixtures.acts import Acts
from tests.server.graphql.wires import Wire

SECRET = "a-secret-of-this-deployment"
LINKS = b"a key of the tests, of 32 bytes."
MESSAGES = select(models.IntroductionMessage)
MAIL_EVENTS = select(models.IntroductionMailEvent)


@dataclasses.dataclass
class Doors:
    acts: Acts
    key: SignatureKey | None = dataclasses.field(default_factory=lambda: SignatureKey(VERIFICATION_KEY))
    secret: str = SECRET

    async def send(self, path: str, *pieces: bytes, method: str = "POST", **headers: str) -> Any:
        doors = MailDoors(
            self.acts.work,
            key=self.key,
            secret=self.secret,
            links=LINKS,
            counts_opens=False,
            mail_domain="interline.test",
            public_url="https://api.example",
            clock=lambda: NOW,
        )
        app = Passage(Starlette(routes=mail_routes(doors)), Origins(()))
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return await Wire(app, method, path, headers=told, pieces=pieces).run()


@pytest.fixture
async def mail(acts):
    async with acts.work() as uow:
        introduced = await make_introduced(uow.session)
        await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)
    (row,) = await acts.rows(select(models.Mail))
    return row


@pytest.fixture
def doors(acts, mail) -> Doors:
    return Doors(acts)


def form(raw: bytes, **fields: str) -> tuple[bytes, dict[str, str]]:
    """A mail as SendGrid's inbound parse posts it."""
    parts = {"email": raw, **{name: value.encode() for name, value in fields.items()}}
    body = b"".join(
        b'--xYz\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    return body + b"--xYz--\r\n", {"content_type": "multipart/form-data; boundary=xYz"}


async def test_signed_events_are_kept_once_however_often_they_come(doors, acts, mail):
    body, headers = signed(event(mail), event(mail, "click", email=CONTRACTOR))

    replies = [await doors.send(EVENTS, body, **headers) for _ in range(3)]

    assert [each.status for each in replies] == [204, 204, 204]
    assert len(await acts.rows(MAIL_EVENTS)) == 2


async def test_what_is_forged_leaves_nothing(doors, acts, mail):
    body, headers = signed(event(mail))
    other_body, _ = signed(event(mail, "bounce"))
    forged = [
        (other_body, headers),
        (body, {**headers, TIMESTAMP: "1795000001"}),
        (body, {**headers, SIGNATURE: "AAAA"}),
        (body, {**headers, SIGNATURE: "é"}),
        (body, {TIMESTAMP: headers[TIMESTAMP]}),
        (body, {}),
    ]

    replies = [await doors.send(EVENTS, sent, **told) for sent, told in forged]

    assert [(each.status, each.json["code"]) for each in replies] == [(400, "BAD_SIGNATURE")] * 6
    assert (await acts.rows(MAIL_EVENTS), await acts.rows(select(models.MailSuppression))) == ([], [])


async def test_without_a_key_and_a_secret_the_doors_are_closed(acts, mail):
    closed = Doors(acts, key=None, secret="")
    body, headers = signed(event(mail))
    posted, kind = form(reply())

    assert (await closed.send(EVENTS, body, **headers)).status == 400
    assert (await closed.send(f"{MAIL}/", posted, **kind)).status in {307, 400, 404}
    assert (await closed.send(MAIL, posted, **kind, authorization="Basic Og==")).status == 400
    assert (await closed.send(MAIL, posted, **kind, **signature_of(posted))).status == 400


async def test_a_signed_body_that_is_no_batch_is_refused(doors):
    reply = await doors.send(EVENTS, b"{}", **signature_of(b"{}"))

    assert (reply.status, reply.json["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("way", ["address", "password", "signature"])
async def test_a_mail_comes_in_by_a_secret_or_a_signature(doors, acts, way):
    body, kind = form(reply("Très volontiers"), SPF="pass", envelope='{"to": ["x@victoria.interline.test"]}')
    path = f"{MAIL}/{SECRET}" if way == "address" else MAIL
    proof = {
        "address": {},
        # `x:` and the secret
        "password": {"authorization": "Basic eDphLXNlY3JldC1vZi10aGlzLWRlcGxveW1lbnQ="},
        "signature": signature_of(body),
    }[way]

    answer = await doors.send(path, body, **kind, **proof)

    (message,) = await acts.rows(MESSAGES)
    assert (answer.status, message.text, message.author) == (204, "Très volontiers", "PARTNER")


async def test_a_mail_that_nobody_vouches_for_is_refused(doors, acts):
    body, kind = form(reply())
    answers = [
        await doors.send(MAIL, body, **kind),
        await doors.send(f"{MAIL}/another-secret", body, **kind),
        await doors.send(MAIL, body, **kind, authorization="Basic !"),
        await doors.send(MAIL, body, **kind, **signature_of(body + b" ")),
    ]

    assert [each.status for each in answers] == [400] * 4
    assert "another-secret" not in str([each.body for each in answers])
    assert await acts.rows(MESSAGES) == []


async def test_what_the_provider_found_forged_is_a_strangers(doors, acts):
    body, kind = form(reply(), SPF="softfail", dkim="none")
    await doors.send(f"{MAIL}/{SECRET}", body, **kind)

    (message,) = await acts.rows(MESSAGES)
    assert message.author == "STRANGER"


async def test_a_large_mail_comes_in_and_a_larger_one_does_not(doors, acts):
    large = reply().replace(b"\r\n> Hello", b"\r\n> " + b"x" * (3 * 1024 * 1024))
    body, kind = form(large)
    taken = await doors.send(f"{MAIL}/{SECRET}", body, **kind)
    piece = b"x" * (8 * 1024 * 1024)
    refused = await doors.send(f"{MAIL}/{SECRET}", *[piece] * 5, **kind)

    assert (taken.status, refused.status, len(await acts.rows(MESSAGES))) == (204, 413, 1)
    assert LARGEST_MAIL == 32 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=xYz"),
        (b"nothing", "multipart/form-data; boundary=xYz"),
        (b"--xYz--", "multipart/form-data"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (form(b"")[0], "multipart/form-data; boundary=xYz"),
    ],
)
async def test_what_is_no_mail_is_refused(doors, body, kind):
    answer = await doors.send(f"{MAIL}/{SECRET}", body, content_type=kind)

    assert (answer.status, answer.json["code"]) == (400, "BAD_REQUEST")


async def test_one_click_unsubscribes_and_looking_does_not(doors, acts):
    token = unsubscribe_token(CONTRACTOR, LINKS)
    path = f"/mail/unsubscribe/{token}"
    shown = await doors.send(path, method="GET")
    before = await acts.rows(select(models.MailSuppression))
    clicked = await doors.send(
        path, b"List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    (suppression,) = await acts.rows(select(models.MailSuppression))
    assert (shown.status, clicked.status, before) == (200, 200, [])
    assert (suppression.address_digest, suppression.because) == (
        address_digest(CONTRACTOR),
        SuppressedBecause.UNSUBSCRIBED,
    )


@pytest.mark.parametrize("token", ["x", "0" * 96, unsubscribe_token(CONTRACTOR, b"another key"), "é" * 96])
async def test_a_link_that_is_not_ours_unsubscribes_nobody(doors, acts, token):
    answer = await doors.send(f"/mail/unsubscribe/{token}", b"")

    assert (answer.status, await acts.rows(select(models.MailSuppression))) == (404, [])
