"""SendGrid's API on the wire: what it is sent, and what its answers mean. A server of ours plays it."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from starlette.responses import Response

from domain.envelopes import Envelope, Invitation, MailParty, Thread
from domain.errors import GatewayError
from domain.mail import MailTemplate
from integrations.mail.sendgrid import SendGridMailer
from integrations.mail.sendgrid_events import SignatureKey
from tests.factories.introduction_mail import TOKEN
from tests.factories.mail import message
from tests.fixtures.mail_server import SENDER

THREAD = Thread(UUID(int=9), TOKEN, "victoria", "Victoria Cruises", is_first=True, to=MailParty.PARTNER)
ENVELOPE = Envelope(thread=THREAD, cc=("carla@contractor.example",), bcc=("admin@interline.test",))
REPLY_TO = f"partner+{TOKEN}@victoria.interline.test"


@pytest.fixture
async def mailer(receiver):
    receiver.answer_with(202)
    made = SendGridMailer("SG.secret", SENDER, api_base=receiver.url.removesuffix("/hooks"), send_seconds=1)
    yield made
    await made.aclose()


async def test_a_mail_is_posted_with_everybody_it_goes_to(mailer, receiver):
    mail = replace(message(MailTemplate.INTRODUCTION, name="Victoria"), envelope=ENVELOPE)

    assert list(await mailer.send(mail)) == []

    (call,) = receiver.calls
    told = call.told
    assert (call.path, call.headers["authorization"]) == ("/v3/mail/send", "Bearer SG.secret")
    assert told["personalizations"] == [
        {
            "to": [{"email": "partner@victoria.interline.test", "name": "Victoria"}],
            "cc": [{"email": "carla@contractor.example"}],
            "bcc": [{"email": "vera@victoria.example"}, {"email": "admin@interline.test"}],
            "custom_args": {"interline_mail": UUID(int=7).hex},
        }
    ]
    assert told["from"] == {
        "email": "partner@victoria.interline.test",
        "name": "Victoria Cruises · Interline",
    }
    assert told["reply_to"] == {"email": REPLY_TO}
    assert told["subject"] == "Introduction: Conti Viaggi and Victoria Cruises"
    assert [each["type"] for each in told["content"]] == ["text/plain", "text/html"]
    assert told["headers"]["Message-ID"] == "<7@interline.example>"
    assert told["tracking_settings"] == {
        "click_tracking": {"enable": True, "enable_text": False},
        "open_tracking": {"enable": False},
    }


async def test_the_partners_inbox_is_named_to_nobody_else(mailer, receiver):
    """It is alone in `To` where it gets the mail alone, and stands nowhere where others get it alone."""
    alone = replace(ENVELOPE, cc=(), bcc=())
    others = replace(ENVELOPE, left=("carla@contractor.example", "admin@interline.test"))
    for envelope in (ENVELOPE, alone, others):
        await mailer.send(replace(message(MailTemplate.INTRODUCTION), envelope=envelope))

    shown = [
        {
            name: [each["email"] for each in call.told["personalizations"][0].get(name, ())]
            for name in ("to", "cc", "bcc")
        }
        for call in receiver.calls
    ]
    assert shown == [
        {
            "to": ["partner@victoria.interline.test"],
            "cc": ["carla@contractor.example"],
            "bcc": ["vera@victoria.example", "admin@interline.test"],
        },
        {"to": ["vera@victoria.example"], "cc": [], "bcc": []},
        {"to": ["carla@contractor.example", "admin@interline.test"], "cc": [], "bcc": []},
    ]


async def test_nobody_is_named_twice_and_who_has_it_is_not_named(mailer, receiver):
    double = Envelope(thread=THREAD, cc=("vera@victoria.example",), bcc=("vera@victoria.example",))
    await mailer.send(replace(message(MailTemplate.INTRODUCTION), envelope=double))
    left = replace(ENVELOPE, left=("carla@contractor.example",))
    await mailer.send(replace(message(MailTemplate.INTRODUCTION), envelope=left))

    first, second = (call.told["personalizations"][0] for call in receiver.calls)
    assert first.keys() == {"to", "custom_args"}
    assert (second["to"], second.keys()) == ([{"email": "carla@contractor.example"}], {"to", "custom_args"})


async def test_an_invitation_is_a_part_of_its_own(mailer, receiver):
    invited = Envelope(thread=THREAD, invitation=Invitation("CANCEL", "BEGIN:VCALENDAR"))
    await mailer.send(replace(message(MailTemplate.DEMO_CANCELLED), envelope=invited))

    (call,) = receiver.calls
    assert call.told["content"][2] == {
        "type": "text/calendar; method=CANCEL",
        "value": "BEGIN:VCALENDAR",
    }


async def test_a_mail_of_no_conversation_is_neither_tracked_nor_from_a_partner(mailer, receiver):
    await mailer.send(message())

    (call,) = receiver.calls
    assert call.told["from"] == {"email": "no-reply@interline.example", "name": "Interline"}
    assert not call.told["tracking_settings"]["click_tracking"]["enable"]


@pytest.mark.parametrize(
    ("status", "reference", "is_retryable"),
    [
        (400, "mail refused: 400", False),
        (413, "mail refused: 413", False),
        (401, "refused: 401", True),
        (403, "refused: 403", True),
        (429, "refused: 429", True),
        (500, "refused: 500", True),
        (503, "refused: 503", True),
        (302, "refused: 302", True),
    ],
)
async def test_what_an_answer_means(mailer, receiver, status, reference, is_retryable):
    receiver.answer_with(status)

    with pytest.raises(GatewayError) as raised:
        await mailer.send(message())

    assert (raised.value.reference, raised.value.retryable) == (reference, is_retryable)


async def test_what_the_answer_says_is_in_no_error(mailer, receiver):
    receiver.answer = lambda _: Response(json.dumps({"errors": [{"message": "vera@"}]}), status_code=400)

    with pytest.raises(GatewayError) as raised:
        await mailer.send(message())

    assert "vera" not in str(raised.value)


async def test_where_nobody_answers_it_is_tried_again():
    away = SendGridMailer("SG.secret", SENDER, api_base="http://127.0.0.1:9", send_seconds=1)
    with pytest.raises(GatewayError) as raised:
        await away.send(message())
    await away.aclose()

    assert raised.value.retryable


async def test_a_mail_that_can_not_be_written_is_final(mailer, receiver):
    with pytest.raises(GatewayError) as raised:
        await mailer.send(replace(message(), facts={}))

    assert (raised.value.reference, raised.value.retryable, receiver.calls) == (
        "not written: ValueError",
        False,
        [],
    )


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é"])
def test_a_verification_key_that_is_none_is_told_at_once(text):
    with pytest.raises(ValueError, match="verification key is none"):
        SignatureKey(text)
