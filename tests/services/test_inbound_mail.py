"""Mail that comes in: whose it is, what it starts, and what it must not."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from domain.introduction_mail import MailEventKind, MessageAuthor, SuppressedBecause
from domain.introductions import IntroductionStage
from domain.mail import MailTemplate, address_digest
from integrations.mail.reading import read
from services import inbound_mail
from services.inbound_mail import Received
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, REPLY_TO, TOKEN, make_introduced, reply
from tests.factories.partners import make_member
from tests.factories.times import NOW

MESSAGES = select(models.IntroductionMessage).order_by(models.IntroductionMessage.id)
MAILS = select(models.Mail).order_by(models.Mail.id)
INTRODUCTIONS = select(models.Introduction)


@pytest.fixture
async def introduced(acts):
    async with acts.work() as uow:
        return await make_introduced(uow.session)


async def receive(acts, raw, **facts):
    async with acts.work() as uow:
        return await inbound_mail.receive(uow, read(raw, **facts), domain="interline.test", now=acts.now)


async def stage(acts):
    (introduction,) = await acts.rows(INTRODUCTIONS)
    return introduction.stage


async def test_a_partners_reply_stops_the_clock_and_is_kept_without_what_it_quotes(acts, introduced):
    assert await receive(acts, reply()) is Received.KEPT

    (message,) = await acts.rows(MESSAGES)
    (introduction,) = await acts.rows(INTRODUCTIONS)
    assert (message.author, message.text, message.is_response) == (
        MessageAuthor.PARTNER,
        "Gladly. Tuesday at ten?",
        True,
    )
    assert (message.sender, message.message_id) == (None, "<reply-1@partner.example>")
    assert (introduction.stage, introduction.partner_responded_at) == (IntroductionStage.RESPONDED, NOW)


async def test_it_is_passed_on_to_who_did_not_get_it(acts, introduced):
    await receive(acts, reply())
    await receive(acts, reply("To all", to=f"{REPLY_TO}, {CONTRACTOR}", message_id="<2@partner.example>"))

    (mail,) = await acts.rows(MAILS)
    assert (mail.template, mail.recipient, mail.facts["excerpt"]) == (
        MailTemplate.INTRODUCTION_MESSAGE,
        CONTRACTOR,
        "Gladly. Tuesday at ten?",
    )
    assert mail.facts["author"] == "Victoria Cruises"


async def test_a_mail_that_comes_twice_is_kept_once(acts, introduced):
    came = [await receive(acts, reply()) for _ in range(3)]

    assert came == [Received.KEPT, Received.KNOWN, Received.KNOWN]
    assert (len(await acts.rows(MESSAGES)), len(await acts.rows(MAILS))) == (1, 1)


async def test_several_doors_at_once_keep_it_once(busy):
    async with busy.work() as uow:
        await make_introduced(uow.session)

    came = await asyncio.gather(*(receive(busy, reply()) for _ in range(6)))

    assert sorted(came) == [Received.KEPT] + [Received.KNOWN] * 5
    assert len(await busy.rows(MESSAGES)) == 1


async def test_a_member_of_the_partner_answers_for_it(acts, introduced):
    async with acts.work() as uow:
        partner = await uow.session.get_one(models.Partner, introduced.partner.id)
        member = await make_member(uow.session, partner)

    await receive(acts, reply(sender=member.email.upper()))

    assert await stage(acts) is IntroductionStage.RESPONDED


async def test_the_thread_is_found_by_its_references_alone(acts, introduced):
    raw = reply(to="partner@victoria.interline.test", In_Reply_To=f"<{TOKEN}.0af@victoria.interline.test>")

    assert await receive(acts, raw) is Received.KEPT
    assert await stage(acts) is IntroductionStage.RESPONDED


async def test_a_stranger_is_kept_as_one_and_marks_nothing(acts, introduced):
    assert await receive(acts, reply(sender="mallory@evil.example")) is Received.KEPT

    (message,) = await acts.rows(MESSAGES)
    assert (message.author, message.sender, message.is_response) == (
        MessageAuthor.STRANGER,
        "mallory@evil.example",
        False,
    )
    assert (await stage(acts), await acts.rows(MAILS)) == (IntroductionStage.INTRODUCED, [])


async def test_a_partners_address_that_its_domain_does_not_vouch_for_is_a_strangers(acts, introduced):
    await receive(acts, reply(), is_forged=True)

    (message,) = await acts.rows(MESSAGES)
    assert (message.author, await stage(acts)) == (MessageAuthor.STRANGER, IntroductionStage.INTRODUCED)


async def test_a_contractors_answer_is_kept_and_does_not_stop_the_clock(acts, introduced):
    await receive(acts, reply("When?", sender=CONTRACTOR))

    (message,) = await acts.rows(MESSAGES)
    (mail,) = await acts.rows(MAILS)
    assert (message.author, message.is_response, await stage(acts)) == (
        MessageAuthor.CONTRACTOR,
        False,
        IntroductionStage.INTRODUCED,
    )
    assert (mail.recipient, mail.facts["author"]) == (PARTNER, "Contractor & Co")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<all.partner.example>"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Introduction"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique_=3A_bonjour?="},
    ],
)
async def test_what_a_machine_answers_is_ignored(acts, introduced, headers):
    assert await receive(acts, reply(**headers)) is Received.AUTOMATIC
    assert (await acts.rows(MESSAGES), await stage(acts)) == ([], IntroductionStage.INTRODUCED)


@pytest.mark.parametrize(
    "to", ["partner@victoria.interline.test", f"partner+{'f' * 32}@victoria.interline.test"]
)
async def test_a_mail_of_no_conversation_is_of_none(acts, introduced, to):
    assert await receive(acts, reply(to=to)) is Received.ROUTED
    assert await acts.rows(MESSAGES) == []


async def test_who_writes_unsubscribe_gets_no_more_of_what_can_be_done_without(acts, introduced):
    assert await receive(acts, reply(sender=CONTRACTOR, Subject="Unsubscribe")) is Received.UNSUBSCRIBED

    (suppression,) = await acts.rows(select(models.MailSuppression))
    assert (suppression.address_digest, suppression.because) == (
        address_digest(CONTRACTOR),
        SuppressedBecause.UNSUBSCRIBED,
    )


async def test_a_stranger_unsubscribes_nobody(acts, introduced):
    await receive(acts, reply(sender="mallory@evil.example", Subject="unsubscribe"))

    assert await acts.rows(select(models.MailSuppression)) == []


async def test_what_comes_after_the_answer_moves_nothing(acts, introduced):
    await receive(acts, reply())
    await receive(acts, reply("One more thing", message_id="<2@partner.example>"))

    assert [each.is_response for each in await acts.rows(MESSAGES)] == [True, False]
    assert await stage(acts) is IntroductionStage.RESPONDED


async def test_a_delivery_report_calls_the_desk_and_suppresses_nobody(acts, introduced):
    raw = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {REPLY_TO}\r\nMessage-ID: <dsn@mx.example>\r\n"
        "Return-Path: <>\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {PARTNER}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()

    assert await receive(acts, raw) is Received.REPORT

    (event,) = await acts.rows(select(models.IntroductionMailEvent))
    (intervention,) = await acts.rows(select(models.Intervention))
    assert (event.kind, event.detail) == (MailEventKind.BOUNCED, "5.1.1")
    assert intervention.reason == "The mail INTRODUCTION did not reach the PARTNER: 5.1.1."
    assert await acts.rows(select(models.MailSuppression)) == []
