"""Mails of introductions on their way through a real mail server: one refused, one suppressed, one in copy."""

import dataclasses

import pytest
from sqlalchemy import select

from db import models
from db.queries import mail as mail_queries
from domain.envelopes import Invitation, MailParty
from domain.introduction_mail import MailEventKind, SuppressedBecause
from domain.mail import MailStatus, MailTemplate, address_digest
from jobs import mail
from services import introduction_mail
from services import mail as acts
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, REPLY_TO, TOKEN, make_introduced
from tests.factories.times import DAY, HOUR, NOW, SECOND

EVENTS = select(models.IntroductionMailEvent).order_by(models.IntroductionMailEvent.party)
ADMIN = "admin@interline.test"


@pytest.fixture
def work(work, mailer):
    return dataclasses.replace(work, mailer=mailer)


@pytest.fixture
async def introduced(work):
    async with work.unit_of_work() as uow:
        return await make_introduced(uow.session)


@pytest.fixture
async def sent(work, introduced):
    """An introduction that waits to be sent."""
    async with work.unit_of_work() as uow:
        await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)
    return introduced.introduction


async def rows(work, statement):
    async with work.sessions.read() as session:
        return list((await session.scalars(statement)).all())


async def only_mail(work):
    (row,) = await rows(work, select(models.Mail))
    return row


async def test_it_is_from_and_to_the_partners_host_with_the_contractor_in_copy(work, sent, mail_server):
    await mail.deliver(work)

    (received,) = mail_server.received
    told = received.mail
    assert received.recipients == [PARTNER, CONTRACTOR, ADMIN]
    assert received.sender == REPLY_TO
    assert told["From"] == "Victoria Cruises · Interline <partner@victoria.interline.test>"
    assert told["To"] == "Victoria Cruises <partner@victoria.interline.test>"
    assert (told["Cc"], told["Bcc"], told["Reply-To"]) == (CONTRACTOR, None, REPLY_TO)
    assert told["Message-ID"] == f"<{TOKEN}@victoria.interline.test>"
    assert (told["In-Reply-To"], told["References"], told["List-Unsubscribe-Post"]) == (None, None, None)
    assert told["List-Unsubscribe"] == f"<mailto:{REPLY_TO}?subject=unsubscribe>"
    assert "> The partner works with companies of this kind." in received.part("plain")
    assert "Victoria Cruises · Interline" in received.part("html")


async def test_what_follows_is_in_the_same_thread_and_is_unsubscribed_by_one_click(
    work, introduced, mail_server, mailer
):
    async with work.unit_of_work() as uow:
        await introduction_mail.send_reminder(uow, introduced.introduction, now=NOW)
    await mail.deliver(work)

    (received,) = mail_server.received
    told, row = received.mail, await only_mail(work)
    assert told["Message-ID"] == f"<{TOKEN}.{row.id.hex}@victoria.interline.test>"
    assert told["In-Reply-To"] == told["References"] == f"<{TOKEN}@victoria.interline.test>"
    one_click, by_mail = told["List-Unsubscribe"].split(", ")
    assert one_click.startswith("<https://interline.example/mail/unsubscribe/")
    assert by_mail == f"<mailto:{REPLY_TO}?subject=unsubscribe>"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_an_invitation_is_a_part_that_calendars_find(work, introduced, mail_server):
    async with work.unit_of_work() as uow:
        await introduction_mail.tell_of_demo(
            uow,
            introduced.introduction,
            MailTemplate.DEMO_CONFIRMED,
            starts_at=NOW + DAY,
            minutes=30,
            key="1",
            invitation=Invitation("REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"),
            now=NOW,
        )
    await mail.deliver(work)

    for received in mail_server.received:
        (calendar,) = [each for each in received.mail.walk() if each.get_content_type() == "text/calendar"]
        assert calendar["Content-Type"].params["method"] == "REQUEST"
        assert calendar.get_content() == "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    assert {each.recipients[0] for each in mail_server.received} == {PARTNER, CONTRACTOR}


async def test_one_who_is_refused_for_good_keeps_nobody_else_from_it(work, sent, mail_server):
    mail_server.to_recipient = lambda to: "550 5.1.1 nobody" if to == PARTNER else "250 fine"
    await mail.deliver(work)

    (received,) = mail_server.received
    assert received.recipients == [CONTRACTOR, ADMIN]
    assert (await only_mail(work)).status is MailStatus.SENT
    assert [(each.party, each.kind, each.detail) for each in await rows(work, EVENTS)] == [
        (MailParty.CONTRACTOR, MailEventKind.DELIVERED, ""),
        (MailParty.PARTNER, MailEventKind.BOUNCED, "5.1.1"),
        (MailParty.PLATFORM, MailEventKind.DELIVERED, ""),
    ]
    (suppression,) = await rows(work, select(models.MailSuppression))
    assert suppression.address_digest == address_digest(PARTNER)
    assert len(await rows(work, select(models.Intervention))) == 1


async def test_one_who_is_refused_for_now_is_tried_again_alone(work, sent, mail_server, clock):
    mail_server.to_recipient = lambda to: "451 later" if to == PARTNER else "250 fine"
    await mail.deliver(work)
    waiting = await only_mail(work)
    mail_server.to_recipient = lambda _: "250 fine"
    clock.later(30 * SECOND)
    await mail.deliver(work)

    assert (waiting.status, waiting.last_error) == (MailStatus.PENDING, "some recipients refused for now")
    assert [each.recipients for each in mail_server.received] == [[CONTRACTOR, ADMIN], [PARTNER]]
    assert mail_server.received[0].raw == mail_server.received[1].raw
    assert (await only_mail(work)).status is MailStatus.SENT
    assert {each.kind for each in await rows(work, EVENTS)} == {MailEventKind.DELIVERED}


async def test_a_refusal_for_what_was_sent_suppresses_nobody(work, sent, mail_server):
    mail_server.to_recipient = lambda _: "550 5.7.1 spam"
    await mail.deliver(work)

    assert (await only_mail(work)).status is MailStatus.FAILED
    assert await rows(work, select(models.MailSuppression)) == []
    assert len(await rows(work, select(models.Intervention))) == 1


async def test_whom_nothing_reaches_is_not_tried_and_the_desk_is_told(work, sent, introduced, mail_server):
    """Who is in copy gets the introduction: the contractor has what all other mails of it follow."""
    async with work.unit_of_work() as uow:
        uow.session.add(
            models.MailSuppression(
                address_digest=address_digest(PARTNER), because=SuppressedBecause.BOUNCED, created_at=NOW
            )
        )
    await mail.deliver(work)

    row = await only_mail(work)
    (received,) = mail_server.received
    assert (received.recipients, row.status, row.last_error) == ([CONTRACTOR, ADMIN], MailStatus.SENT, None)
    assert [(each.party, each.kind, each.detail) for each in await rows(work, EVENTS)] == [
        (MailParty.CONTRACTOR, MailEventKind.DELIVERED, ""),
        (MailParty.PARTNER, MailEventKind.DROPPED, "suppressed"),
        (MailParty.PLATFORM, MailEventKind.DELIVERED, ""),
    ]
    assert len(await rows(work, select(models.Intervention))) == 1

    async with work.unit_of_work() as uow:
        await introduction_mail.send_introduction(uow, introduced.introduction, number=2, now=NOW)
    await mail.deliver(work)
    assert [each.recipients for each in mail_server.received[1:]] == [[PARTNER, CONTRACTOR, ADMIN]]


async def test_a_mail_to_nobody_else_has_failed_where_nothing_reaches_its_recipient(
    work, introduced, mail_server
):
    async with work.unit_of_work() as uow:
        await mail_queries.suppress(
            uow.session, [address_digest(PARTNER)], SuppressedBecause.BOUNCED, now=NOW
        )
        await introduction_mail.send_reminder(uow, introduced.introduction, now=NOW)
    await mail.deliver(work)

    row = await only_mail(work)
    (event,) = await rows(work, EVENTS)
    assert (mail_server.received, row.status, row.last_error) == ([], MailStatus.FAILED, "suppressed")
    assert (event.party, event.kind, event.detail) == (MailParty.PARTNER, MailEventKind.DROPPED, "suppressed")


async def test_who_unsubscribed_still_gets_what_can_not_be_done_without(work, introduced, sent, mail_server):
    async with work.unit_of_work() as uow:
        await introduction_mail.unsubscribe(uow, address_digest(CONTRACTOR), now=NOW)
        await introduction_mail.tell_contractor(uow, introduced.introduction, now=NOW)
    await mail.deliver(work)

    (received,) = mail_server.received
    assert received.recipients == [PARTNER, CONTRACTOR, ADMIN]
    by_template = {row.template: row.last_error for row in await rows(work, select(models.Mail))}
    assert by_template == {
        MailTemplate.INTRODUCTION: None,
        MailTemplate.INTRODUCTION_STATUS: "suppressed",
    }


async def test_a_server_that_is_down_over_a_weekend_costs_nobody_a_mail(work, sent, mail_server, clock):
    await mail_server.stop()
    for _ in range(8):
        await mail.deliver(work)
        clock.later(8 * HOUR)
    await mail_server.start()
    await mail.deliver(work)

    assert [each.recipients for each in mail_server.received] == [[PARTNER, CONTRACTOR, ADMIN]]


async def test_what_the_platform_is_told_goes_to_its_own_mailbox(work, introduced, mail_server):
    async with work.unit_of_work() as uow:
        await introduction_mail.tell_platform(uow, introduced.introduction, now=NOW)
    await mail.deliver(work)

    (received,) = mail_server.received
    assert (received.recipients, received.mail["To"]) == ([ADMIN], ADMIN)


async def test_a_mail_to_whoever_is_erased_meanwhile_goes_to_the_others_alone(work, sent, mail_server):
    async with work.unit_of_work() as uow:
        await acts.withdraw(uow, CONTRACTOR)
    await mail.deliver(work)

    (received,) = mail_server.received
    assert (received.recipients, received.mail["Cc"]) == ([PARTNER, ADMIN], None)
