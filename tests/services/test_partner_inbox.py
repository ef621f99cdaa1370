"""What is written to a partner's address and answers nothing: kept, handed on to its inbox, and never to anybody else."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from domain.envelopes import envelope_of
from domain.introduction_mail import FORWARDED_AN_HOUR
from domain.introductions import IntroductionStage
from domain.mail import MailTemplate
from integrations.mail.reading import read
from services import inbound_mail
from services.inbound_mail import Received
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, TOKEN, make_introduced, reply
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_partner_message,
    make_profile,
)
from tests.factories.partners import make_member, make_partner
from tests.factories.times import HOUR, NOW, SECOND

PETER = "peter@passer-by.example"
ADDRESS = "partner@victoria.interline.test"
KEPT = select(models.PartnerMessage).order_by(models.PartnerMessage.id)
MAILS = select(models.Mail).order_by(models.Mail.id)
MESSAGES = select(models.IntroductionMessage)


@pytest.fixture
async def introduced(acts):
    async with acts.work() as uow:
        return await make_introduced(uow.session)


async def write(acts, text="Do you take groups?", *, sender=PETER, to=ADDRESS, is_forged=False, **headers):
    headers = {"message_id": "<new-1@passer-by.example>", "Subject": "A group of forty", **headers}
    raw = reply(text, sender=sender, to=to, **headers)
    async with acts.work() as uow:
        return await inbound_mail.receive(
            uow, read(raw, is_forged=is_forged), domain="interline.test", now=acts.now
        )


async def test_a_strangers_mail_is_kept_and_goes_on_to_the_inbox_with_answers_to_the_stranger(
    acts, introduced
):
    assert await write(acts) is Received.ROUTED

    (message,) = await acts.rows(KEPT)
    (mail,) = await acts.rows(MAILS)
    assert (message.partner_id, message.sender, message.subject, message.text, message.is_forwarded) == (
        introduced.partner.id,
        PETER,
        "A group of forty",
        "Do you take groups?",
        True,
    )
    assert (mail.template, mail.recipient, mail.locale) == (MailTemplate.PARTNER_MESSAGE, PARTNER, "en")
    assert {name: mail.facts[name] for name in ("author", "subject", "excerpt")} == {
        "author": PETER,
        "subject": "A group of forty",
        "excerpt": "Do you take groups?",
    }
    envelope = envelope_of(mail.envelope)
    assert (envelope.reply_to, envelope.thread, envelope.cc, envelope.bcc) == (PETER, None, (), ())
    assert await acts.rows(MESSAGES) == []


async def test_it_is_kept_and_handed_on_once_however_often_it_comes(busy):
    async with busy.work() as uow:
        await make_introduced(uow.session)

    came = await asyncio.gather(*(write(busy) for _ in range(5)))

    assert sorted(came) == [Received.KNOWN] * 4 + [Received.ROUTED]
    assert (len(await busy.rows(KEPT)), len(await busy.rows(MAILS))) == (1, 1)


async def test_a_contractor_that_begins_a_new_mail_is_in_its_conversation(acts, introduced):
    assert await write(acts, "When?", sender=CONTRACTOR.upper()) is Received.KEPT

    (message,) = await acts.rows(MESSAGES)
    (mail,) = await acts.rows(MAILS)
    assert (message.introduction_id, message.author, message.text) == (
        introduced.introduction.id,
        "CONTRACTOR",
        "When?",
    )
    assert (mail.template, mail.recipient) == (MailTemplate.INTRODUCTION_MESSAGE, PARTNER)
    assert await acts.rows(KEPT) == []


@pytest.mark.parametrize("stage", [IntroductionStage.DRAFT, IntroductionStage.CLOSED])
async def test_without_an_open_introduction_it_is_a_mail_like_any_other(acts, stage):
    async with acts.work() as uow:
        await make_introduced(uow.session, stage=stage)

    assert await write(acts, sender=CONTRACTOR) is Received.ROUTED
    assert await acts.rows(MESSAGES) == []


async def test_of_several_introductions_it_is_of_the_newest(acts, introduced):
    async with acts.work() as uow:
        another = await make_contractor(uow.session)
        newest = await make_introduction(uow.session, introduced.partner, another)

    await write(acts, sender=CONTRACTOR)

    (message,) = await acts.rows(MESSAGES)
    assert message.introduction_id == newest.id


async def test_a_sender_that_its_domain_does_not_vouch_for_is_kept_and_not_handed_on(acts, introduced):
    """Neither as a stranger's, nor as the contractor's: anybody could have written it."""
    assert await write(acts, is_forged=True) is Received.ROUTED
    assert await write(acts, sender=CONTRACTOR, is_forged=True, message_id="<2@x.example>") is Received.ROUTED

    assert [(each.is_forged, each.is_forwarded) for each in await acts.rows(KEPT)] == [(True, False)] * 2
    assert (await acts.rows(MAILS), await acts.rows(MESSAGES)) == ([], [])


async def test_what_the_partner_writes_to_itself_does_not_come_back_to_it(acts, introduced):
    async with acts.work() as uow:
        partner = await uow.session.get_one(models.Partner, introduced.partner.id)
        member = await make_member(uow.session, partner)

    for number, sender in enumerate((PARTNER, member.email.upper())):
        assert await write(acts, sender=sender, message_id=f"<{number}@x.example>") is Received.ROUTED

    assert [each.is_forwarded for each in await acts.rows(KEPT)] == [False, False]
    assert await acts.rows(MAILS) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: A group"},
    ],
)
async def test_what_machines_write_is_not_kept(acts, introduced, headers):
    assert await write(acts, **headers) is Received.AUTOMATIC
    assert (await acts.rows(KEPT), await acts.rows(MAILS)) == ([], [])


async def test_whoever_writes_unsubscribe_alone_unsubscribes_nobody(acts, introduced):
    assert await write(acts, Subject="unsubscribe") is Received.UNSUBSCRIBED
    assert await acts.rows(select(models.MailSuppression)) == []


async def test_more_than_an_inbox_should_get_in_an_hour_waits_on_the_platform(acts, introduced):
    async with acts.work() as uow:
        for _ in range(FORWARDED_AN_HOUR):
            await make_partner_message(uow.session, introduced.partner, received_at=acts.now - HOUR + SECOND)
    await write(acts)
    async with acts.work() as uow:
        for each in (await uow.session.scalars(KEPT)).all():
            each.received_at = acts.now - HOUR
    await write(acts, message_id="<later@passer-by.example>")

    assert [each.is_forwarded for each in (await acts.rows(KEPT))[FORWARDED_AN_HOUR:]] == [False, True]
    assert len(await acts.rows(MAILS)) == 1


async def test_without_an_inbox_it_is_kept_all_the_same(acts, introduced):
    async with acts.work() as uow:
        profile = await uow.session.get_one(models.IntroductionProfile, introduced.partner.id)
        profile.intro_email = None

    assert await write(acts) is Received.ROUTED
    assert [each.is_forwarded for each in await acts.rows(KEPT)] == [False]


async def test_a_mail_to_two_partners_is_both_partners(acts, introduced):
    async with acts.work() as uow:
        other = await make_partner(uow.session, name="Harbour Travel")
        await make_profile(uow.session, other, subdomain="harbour", intro_email="inbox@harbour.example")

    await write(acts, to=f"{ADDRESS}, partner@harbour.interline.test, x@elsewhere.example")

    assert {each.partner_id for each in await acts.rows(KEPT)} == {introduced.partner.id, other.id}
    assert sorted(each.recipient for each in await acts.rows(MAILS)) == ["inbox@harbour.example", PARTNER]


@pytest.mark.parametrize(
    "to",
    [
        "partner@nobody.interline.test",
        "sales@victoria.interline.test",
        "partner@victoria.interline.test.evil.example",
        "partner@victoria.example",
    ],
)
async def test_what_is_to_nobody_of_ours_is_of_nobody(acts, introduced, to):
    assert await write(acts, to=to) is Received.UNMATCHED
    assert await acts.rows(KEPT) == []


async def test_a_token_of_nothing_still_leads_to_the_partner(acts, introduced):
    to = f"partner+{TOKEN[::-1]}@victoria.interline.test"

    assert await write(acts, to=to) is Received.ROUTED
    assert [each.received_at for each in await acts.rows(KEPT)] == [NOW]
