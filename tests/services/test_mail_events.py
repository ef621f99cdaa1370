"""What a provider tells of mails: kept once with the introduction, in any order, and believed of nothing else."""

import pytest
from sqlalchemy import select

from db import models
from domain.envelopes import MailParty
from domain.introduction_mail import MailEventKind, SuppressedBecause
from domain.introductions import IntroductionStage
from domain.mail import address_digest
from integrations.mail.sendgrid_events import news_of
from services import introduction_mail, mail_events
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, event, make_introduced, signed
from tests.factories.times import NOW

EVENTS = select(models.IntroductionMailEvent).order_by(models.IntroductionMailEvent.kind)
INTERVENTIONS = select(models.Intervention)
SUPPRESSIONS = select(models.MailSuppression)


@pytest.fixture
async def mail(acts):
    async with acts.work() as uow:
        introduced = await make_introduced(uow.session)
        await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)
    (row,) = await acts.rows(select(models.Mail))
    return row


async def tell(acts, *events, counts_opens=False):
    body, _ = signed(*events)
    async with acts.work() as uow:
        news = news_of(body)
        assert news is not None
        return await mail_events.receive(uow, news, counts_opens=counts_opens, now=acts.now)


async def kinds(acts):
    return [(each.kind, each.party) for each in await acts.rows(EVENTS)]


async def test_what_became_of_a_mail_is_kept_with_its_introduction_and_no_person(acts, mail):
    assert (
        await tell(acts, event(mail), event(mail, "click", email=CONTRACTOR, url="https://x.example/?a")) == 2
    )

    clicked, delivered = await acts.rows(EVENTS)
    assert (clicked.kind, clicked.party) == (MailEventKind.CLICKED, MailParty.CONTRACTOR)
    assert (delivered.kind, delivered.party, delivered.happened_at) == (
        MailEventKind.DELIVERED,
        MailParty.PARTNER,
        NOW,
    )
    kept = str([vars(each) for each in (clicked, delivered)])
    assert not [word for word in (PARTNER, CONTRACTOR, "203.0.113.7", "Mozilla", "x.example") if word in kept]


async def test_told_twice_and_in_any_order_it_is_kept_once(acts, mail):
    bounced = event(mail, "bounce", type="bounce", status="5.1.1", reason="550 5.1.1 nobody@x")
    told = [await tell(acts, bounced, event(mail)), await tell(acts, event(mail), bounced, bounced)]

    assert told == [2, 0]
    assert await kinds(acts) == [
        (MailEventKind.BOUNCED, MailParty.PARTNER),
        (MailEventKind.DELIVERED, MailParty.PARTNER),
    ]
    assert len(await acts.rows(INTERVENTIONS)) == 1


async def test_opens_are_ignored_unless_they_count(acts, mail):
    assert await tell(acts, event(mail, "open")) == 0
    assert await tell(acts, event(mail, "open"), counts_opens=True) == 1


async def test_a_bounce_suppresses_the_address_and_calls_the_desk(acts, mail):
    await tell(acts, event(mail, "bounce", type="bounce", status="5.1.1"))

    (suppression,) = await acts.rows(SUPPRESSIONS)
    (intervention,) = await acts.rows(INTERVENTIONS)
    assert (suppression.address_digest, suppression.because) == (
        address_digest(PARTNER),
        SuppressedBecause.BOUNCED,
    )
    assert (intervention.kind, intervention.reason) == (
        "BOUNCED",
        "The mail INTRODUCTION did not reach the PARTNER: 5.1.1.",
    )


async def test_what_was_blocked_for_what_it_says_suppresses_nobody(acts, mail):
    await tell(acts, event(mail, "bounce", type="blocked", status="5.7.1"))

    assert (await acts.rows(SUPPRESSIONS), len(await acts.rows(INTERVENTIONS))) == ([], 1)


async def test_nobody_is_called_for_an_introduction_that_is_over(acts, mail):
    async with acts.work() as uow:
        introduction = (await uow.session.scalars(select(models.Introduction))).one()
        introduction.stage, introduction.status = IntroductionStage.CANCELLED, "CANCELLED"
        introduction.cancelled_at = NOW
    await tell(acts, event(mail, "bounce", type="bounce"))

    assert await acts.rows(INTERVENTIONS) == []


async def test_whoever_complains_is_written_to_no_more_and_stays_so(acts, mail):
    await tell(acts, event(mail, "unsubscribe", email=CONTRACTOR))
    await tell(acts, event(mail, "spamreport", email=CONTRACTOR))
    await tell(acts, event(mail, "unsubscribe", email=CONTRACTOR, sg_event_id="3"))

    (suppression,) = await acts.rows(SUPPRESSIONS)
    assert suppression.because is SuppressedBecause.COMPLAINED


async def test_news_of_somebody_who_never_got_the_mail_is_no_news(acts, mail):
    assert await tell(acts, event(mail, email="somebody@else.example")) == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"interline_mail": "x"},
        {"interline_mail": "0" * 32},
        {"timestamp": "soon"},
        {"timestamp": 10**18},
        {"event": "processed"},
        {"event": None},
        {"email": None, "interline_mail": None},
    ],
)
async def test_what_is_no_news_of_a_mail_of_ours_leaves_nothing(acts, mail, facts):
    assert await tell(acts, event(mail) | facts) == 0
    assert await acts.rows(EVENTS) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff"])
def test_what_is_no_batch_is_none(body):
    assert news_of(body) is None
