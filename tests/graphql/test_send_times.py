"""A draft says when it is best mailed; sent like that, the mail waits and the clock does not."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.follow_ups import AFTER
from domain.introductions import IntroductionStage
from domain.mail import MailStatus, MailTemplate
from domain.send_times import AHEAD
from tests.factories.introductions import make_contractor, make_introduction
from tests.factories.times import DAY, HOUR, NOW
from tests.factories.viewers import staff
from tests.graphql.introduction_operations import CANCEL

SUGGESTED = """
query S($id: ID!) {
  suggestedSendTime(introductionId: $id) { at rate rateNow mailed isNow }
}
"""
SEND_AT = """
mutation S($id: ID!, $at: SendAt!) {
  sendIntroduction(input: {id: $id, at: $at}) {
    __typename ... on Introduction { stage introductionSentAt mailDueAt }
  }
}
"""
RESEND = """
mutation R($id: ID!) { resendIntroduction(input: {id: $id}) { __typename } }
"""
LATER = NOW.replace(hour=11)
"""Noon in Rome: after it partners have answered more often."""


@pytest.fixture
async def answers(acts, world, partner):
    """Of 30 mails at nine in Rome three were answered in a day, of 30 at half past twelve all but three."""
    async with acts.work() as uow:
        contractor = await make_contractor(uow.session)
        for hour, answered in ((8, 3), (11, 27)):
            for count in range(30):
                at = (NOW - 10 * DAY).replace(hour=hour, minute=30)
                await make_introduction(
                    uow.session,
                    world.reseller,
                    contractor,
                    stage=IntroductionStage.CANCELLED,
                    at=at,
                    partner_responded_at=at + HOUR if count < answered else None,
                )


async def first_mail(acts):
    (mail,) = await acts.rows(
        select(models.Mail).where(models.Mail.template == MailTemplate.INTRODUCTION).order_by(models.Mail.id)
    )
    return mail


async def test_a_draft_says_when_it_is_best_mailed(graph, sql, carla, draft, answers):
    count, found = await sql.of(graph.data(carla, SUGGESTED, id=draft))

    assert (found["at"], found["mailed"], found["isNow"]) == ("2026-11-18T11:00:00.000Z", 60, False)
    # Each bucket is pulled towards the half that is usual, the partner's own towards that once more.
    of_all = (27 + 5) / 40
    assert found["rate"] == pytest.approx((27 + 10 * of_all) / 40)
    assert found["rateNow"] == pytest.approx((3 + 10 * 8 / 40) / 40)
    assert count == 2


async def test_without_experience_it_is_best_mailed_now(graph, carla, draft):
    found = await graph.data(carla, SUGGESTED, id=draft)

    assert found == {
        "at": "2026-11-18T08:00:00.000Z",
        "rate": 0.5,
        "rateNow": 0.5,
        "mailed": 0,
        "isNow": True,
    }


async def test_the_mail_waits_for_the_suggested_time_and_the_clock_does_not(
    graph, acts, carla, draft, answers
):
    sent = await graph.data(carla, SEND_AT, id=draft, at="SUGGESTED")

    assert (sent["stage"], sent["introductionSentAt"]) == ("INTRODUCED", "2026-11-18T08:00:00.000Z")
    assert sent["mailDueAt"] == "2026-11-18T11:00:00.000Z"
    mail = await first_mail(acts)
    assert (mail.status, mail.next_attempt_at) == (MailStatus.PENDING, LATER)


async def test_it_is_mailed_at_once_where_nobody_says_otherwise(graph, acts, carla, draft, answers):
    sent = await graph.data(carla, SEND_AT, id=draft, at="NOW")

    assert sent["mailDueAt"] is None
    assert (await first_mail(acts)).next_attempt_at == NOW


async def test_what_is_sent_is_no_draft_any_more(graph, carla, sent):
    assert await graph.data(carla, SUGGESTED, id=sent) is None


async def test_a_mail_that_waits_is_not_sent_when_the_introduction_is_cancelled(
    graph, acts, carla, draft, answers
):
    await graph.data(carla, SEND_AT, id=draft, at="SUGGESTED")

    await graph.data(carla, CANCEL, id=draft)

    mail = await first_mail(acts)
    assert (mail.status, mail.last_error, mail.recipient) == (MailStatus.FAILED, "withdrawn", "")


async def test_what_the_desk_sends_again_goes_out_instead_of_what_waits(graph, acts, carla, draft, answers):
    await graph.data(carla, SEND_AT, id=draft, at="SUGGESTED")

    await graph.data(staff(), RESEND, id=draft)

    mails = await acts.rows(
        select(models.Mail).where(models.Mail.template == MailTemplate.INTRODUCTION).order_by(models.Mail.id)
    )
    assert [(each.status, each.next_attempt_at <= NOW) for each in mails] == [
        (MailStatus.FAILED, False),
        (MailStatus.PENDING, True),
    ]


def test_a_reminder_comes_after_the_mail_however_long_it_waited():
    assert min(AFTER.values()) - AHEAD >= dt.timedelta(hours=8)
