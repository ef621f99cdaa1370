"""What is posted of an introduction: to whom, once, in whose language, and to nobody who is not there any more."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db import models
from domain.envelopes import Invitation, MailParty, envelope_of
from domain.introductions import IntroductionStage
from domain.mail import MailStatus, MailTemplate
from services import introduction_mail
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, TOKEN, make_introduced
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_message,
    make_profile,
)
from tests.factories.partners import make_partner
from tests.factories.times import DAY, NOW

MAILS = select(models.Mail).order_by(models.Mail.key)


@pytest.fixture
async def introduced(acts):
    async with acts.work() as uow:
        return await make_introduced(uow.session)


async def posted(acts):
    return [(row.template, row.recipient, row.locale) for row in await acts.rows(MAILS)]


async def test_an_introduction_goes_to_the_partner_and_the_contractor_and_the_platform_read_along(
    acts, introduced
):
    async with acts.work() as uow:
        first = await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)
        again = await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)

    (row,) = await acts.rows(MAILS)
    envelope = envelope_of(row.envelope)
    assert (first, again) == (True, False)
    assert (row.template, row.recipient, row.locale) == (MailTemplate.INTRODUCTION, PARTNER, "en")
    assert (envelope.cc, envelope.bcc, envelope.is_copied) == ((CONTRACTOR,), (), True)
    assert envelope.thread is not None
    assert (
        envelope.thread.token,
        envelope.thread.subdomain,
        envelope.thread.is_first,
        envelope.thread.to,
    ) == (
        TOKEN,
        "victoria",
        True,
        MailParty.PARTNER,
    )
    assert row.facts["contractor"] == "Contractor & Co"
    assert row.facts["needs"] == "hotels, transfers"
    assert row.facts["reasons"] == "INDUSTRY\nNEED\nREGION\nLANGUAGE\nTIME_ZONE"


async def test_it_says_why_the_two_fit_as_far_as_anything_is_known(acts):
    """A partner that says nothing of itself but where it is, and that takes its time to answer."""
    async with acts.work() as uow:
        partner = await make_partner(uow.session)
        unsaid: dict[str, list[str]] = {each: [] for each in ("industries", "regions", "needs", "languages")}
        await make_profile(uow.session, partner, **unsaid, time_zone="Asia/Tokyo", response_time_score=50)
        contractor = await make_contractor(uow.session)
        introduction = await make_introduction(uow.session, partner, contractor)
        await introduction_mail.send_introduction(uow, introduction, now=NOW)

    (row,) = await acts.rows(MAILS)
    assert row.facts["reasons"] == "RESPONSE"


async def test_each_mail_is_posted_once_to_whom_it_concerns(acts, introduced):
    introduction = introduced.introduction
    for _ in range(2):
        async with acts.work() as uow:
            await introduction_mail.send_reminder(uow, introduction, now=NOW)
            await introduction_mail.tell_platform(uow, introduction, now=NOW)
            await introduction_mail.send_alternatives(
                uow, introduction, alternatives=["Harbour Tours"], now=NOW
            )
            await introduction_mail.tell_contractor(
                uow, introduction, stage=IntroductionStage.RESPONDED, now=NOW
            )
            for party in introduction_mail.BOTH:
                await introduction_mail.ask_feedback(uow, introduction, party, now=NOW)

    assert sorted(await posted(acts)) == sorted(
        [
            (MailTemplate.INTRODUCTION_REMINDER, PARTNER, "en"),
            (MailTemplate.INTRODUCTION_OVERDUE, "", "en"),
            (MailTemplate.INTRODUCTION_ALTERNATIVES, CONTRACTOR, "it"),
            (MailTemplate.INTRODUCTION_STATUS, CONTRACTOR, "it"),
            (MailTemplate.FEEDBACK_ASKED, PARTNER, "en"),
            (MailTemplate.FEEDBACK_ASKED, CONTRACTOR, "it"),
        ]
    )


async def test_without_alternatives_nothing_is_sent(acts, introduced):
    async with acts.work() as uow:
        sent = await introduction_mail.send_alternatives(
            uow, introduced.introduction, alternatives=[], now=NOW
        )

    assert (sent, await posted(acts)) == (False, [])


async def test_a_demo_is_told_to_each_by_its_own_clock_with_the_invitation(acts, introduced):
    introduced.contractor.time_zone = "Asia/Tokyo"
    async with acts.work() as uow:
        contractor = await uow.session.get_one(models.Contractor, introduced.contractor.id)
        contractor.time_zone = "Asia/Tokyo"
        await uow.session.flush()
        told = await introduction_mail.tell_of_demo(
            uow,
            introduced.introduction,
            MailTemplate.DEMO_CONFIRMED,
            starts_at=NOW + DAY,
            minutes=45,
            key="1",
            invitation=Invitation("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
            now=NOW,
        )

    rows = await acts.rows(MAILS)
    assert told == 2
    assert {row.recipient: row.facts["zone"] for row in rows} == {
        PARTNER: "Europe/Rome",
        CONTRACTOR: "Asia/Tokyo",
    }
    assert {row.facts["demo_time"] for row in rows} == {
        f"{(NOW + DAY).astimezone(ZoneInfo(zone)):%H:%M}" for zone in ("Europe/Rome", "Asia/Tokyo")
    }
    invitations = [envelope_of(row.envelope).invitation for row in rows]
    assert all(each is not None and each.method == "REQUEST" for each in invitations)


async def test_who_was_erased_is_written_to_no_more_and_nobody_is_written_to_of_it(acts, introduced):
    introduction = introduced.introduction
    async with acts.work() as uow:
        await introduction_mail.send_introduction(uow, introduction, now=NOW)
        await introduction_mail.tell_contractor(uow, introduction, now=NOW)
        for author in ("PARTNER", "CONTRACTOR"):
            await make_message(uow.session, introduction, author)
    async with acts.work() as uow:
        contractor = await uow.session.get_one(models.Contractor, introduced.contractor.id)
        await introduction_mail.forget_contractor(uow, contractor.id, CONTRACTOR)
        contractor.name, contractor.contact_name, contractor.contact_email = "erased", None, None
        contractor.erased_at = NOW
        await uow.session.flush()
        assert not await introduction_mail.tell_contractor(
            uow, introduction, stage=IntroductionStage.CANCELLED, now=NOW
        )

    texts = {each.author: each.text for each in await acts.rows(select(models.IntroductionMessage))}
    assert texts == {"PARTNER": "Gladly.", "CONTRACTOR": ""}
    assert [
        (each.status, each.recipient, each.facts, each.envelope, each.last_error)
        for each in await acts.rows(MAILS)
    ] == [(MailStatus.FAILED, "", {}, None, "withdrawn")] * 2
