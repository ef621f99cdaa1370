"""Mails on their way to a real mail server, through everything that can happen to them."""

import asyncio
import dataclasses

import pytest
from sqlalchemy import select

from db import models
from domain import mail as rules
from domain.errors import GatewayError
from domain.mail import MailStatus
from jobs import dead_letters, mail, retention, schedule
from services import dead_letters as letters
from services import mail as acts
from tests.factories.mail import post_mail
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import staff
from tests.fixtures.work import run_queued

PENDING, SENT, FAILED = MailStatus.PENDING, MailStatus.SENT, MailStatus.FAILED


@pytest.fixture
def work(work, mailer):
    return dataclasses.replace(work, mailer=mailer)


@pytest.fixture
def post(work):
    async def post(**told):
        async with work.unit_of_work() as uow:
            await post_mail(uow, **told)

    return post


async def rows(work, statement=None):
    chosen = select(models.Mail).order_by(models.Mail.id) if statement is None else statement
    async with work.sessions.read() as session:
        return list((await session.scalars(chosen)).all())


async def test_a_mail_arrives_and_what_it_told_is_forgotten(work, post, mail_server):
    await post(to="vera@victoria.example", locale="de")

    assert await mail.deliver(work) == 1

    (received,) = mail_server.received
    (row,) = await rows(work)
    assert (received.sender, received.recipients) == ("no-reply@interline.example", ["vera@victoria.example"])
    assert received.mail["Subject"] == "Victoria Cruises ist live"
    assert received.mail["Message-ID"] == row.message_id == f"<{row.id.hex}@interline.example>"
    assert (row.status, row.attempts, row.sent_at, row.leased_until, row.facts) == (SENT, 1, NOW, None, {})
    assert work.meter.runs == [("mail.attempt", "done")]


async def test_what_was_sent_is_not_sent_again(work, post, mail_server):
    await post()

    assert [await mail.deliver(work), await mail.deliver(work)] == [1, 0]
    assert len(mail_server.received) == 1


async def test_many_mails_are_sent_once_by_two_workers(work, post, mail_server):
    for number in range(40):
        await post(key=f"live:{number}")

    while any(await asyncio.gather(mail.deliver(work), mail.deliver(work))):
        pass

    assert len({each.mail["Message-ID"] for each in mail_server.received}) == len(mail_server.received) == 40


async def test_without_a_mail_server_mails_wait_and_that_is_told(work, post, mail_server):
    without = dataclasses.replace(work, mailer=None)
    await post()

    assert await mail.deliver(without) == 0
    assert await mail.look_at_backlog(without) == 1
    assert work.meter.mails_waiting == 1
    assert await mail.deliver(work) == 1
    assert await mail.look_at_backlog(work) == 0
    assert work.meter.mails_waiting == 0


async def test_a_server_that_is_away_is_tried_again_until_it_is_back(work, post, mail_server, clock):
    await post()
    await mail_server.stop()
    await mail.deliver(work)
    (waiting,) = await rows(work)
    assert (waiting.status, waiting.last_error, waiting.next_attempt_at) == (
        PENDING,
        "not reached",
        NOW + 30 * SECOND,
    )

    await mail_server.start()
    clock.later(29 * SECOND)
    assert await mail.deliver(work) == 0
    clock.later(SECOND)
    assert await mail.deliver(work) == 1

    (row,) = await rows(work)
    assert (row.status, row.attempts, row.last_error) == (SENT, 2, None)
    assert len(mail_server.received) == 1


@pytest.mark.parametrize("code", ["450", "451", "552"])
async def test_a_recipient_refused_for_now_is_tried_again(work, post, mail_server, code):
    mail_server.to_recipient = lambda _: f"{code} later"
    await post()
    await mail.deliver(work)

    (row,) = await rows(work)
    assert (row.status, row.last_error) == (PENDING, f"recipient refused: {code}")


async def test_a_recipient_refused_for_good_is_a_dead_letter_at_once_and_the_others_get_theirs(
    work, post, mail_server
):
    mail_server.to_recipient = lambda to: (
        "250 fine" if to.startswith("vera") else "550 no such user: " + "secret"
    )
    await post(to="nobody@victoria.example", key="1")
    await post(to="vera@victoria.example", key="2")

    await mail.deliver(work)

    refused, sent = await rows(work)
    (letter,) = await rows(work, select(models.DeadLetter))
    assert (refused.status, refused.last_error, sent.status) == (FAILED, "recipient refused: 550", SENT)
    assert (letter.job, letter.key, letter.error, letter.attempts) == (
        "mail.resend",
        refused.id.hex,
        "recipient refused: 550",
        1,
    )
    assert sorted(work.meter.runs) == [("mail.attempt", "dead"), ("mail.attempt", "done")]


async def test_a_dead_letter_is_replayed(work, post, mail_server, queue):
    mail_server.to_recipient = lambda _: "550 unknown"
    await post()
    await mail.deliver(work)
    (letter,) = await rows(work, select(models.DeadLetter))
    async with work.unit_of_work() as uow:
        await letters.replay_dead_letter(uow, staff(), letter_id=letter.id, now=NOW)
    mail_server.to_recipient = lambda _: "250 fine"

    await dead_letters.requeue(work)
    await run_queued(work, queue)
    await mail.deliver(work)

    (row,) = await rows(work)
    assert (row.status, row.attempts) == (SENT, 1)
    assert len(mail_server.received) == 1


async def test_what_the_server_says_of_the_mail_is_final_and_what_it_says_of_us_is_not(
    work, post, mail_server, clock
):
    await post()
    mail_server.to_sender = "550 who are you"
    await mail.deliver(work)
    (row,) = await rows(work)
    assert (row.status, row.last_error) == (PENDING, "sender refused: 550")

    mail_server.to_sender, mail_server.to_mail = "250 fine", "554 spam"
    clock.later(MINUTE)
    await mail.deliver(work)
    (row,) = await rows(work)
    assert (row.status, row.last_error) == (FAILED, "mail refused: 554")


async def test_a_slow_server_that_took_the_mail_gets_the_same_mail_again(work, post, mail_server, clock):
    async def too_slow():
        await asyncio.sleep(1.5)

    mail_server.before_answer = too_slow
    await post()
    await mail.deliver(work)
    (row,) = await rows(work)
    assert (row.status, row.last_error) == (PENDING, "timed out")

    mail_server.before_answer = None
    clock.later(MINUTE)
    await mail.deliver(work)

    first, second = mail_server.received
    assert first.raw == second.raw
    (row,) = await rows(work)
    assert (row.status, row.attempts) == (SENT, 2)


class Killed(BaseException):
    """The worker ends here."""


async def test_killed_between_sending_and_noting_the_mail_comes_again_as_the_same_one(
    work, post, mailer, mail_server, clock
):
    class DyingMailer:
        domain, mail_domain, admin, tells_later = mailer.domain, mailer.mail_domain, mailer.admin, False

        async def send(self, message):
            await mailer.send(message)
            raise Killed

    await post(locale="fr", name="Véra")
    with pytest.raises(Killed):
        await mail.deliver(dataclasses.replace(work, mailer=DyingMailer()))
    clock.later(rules.LEASE - SECOND)
    assert await mail.deliver(work) == 0
    clock.later(SECOND)
    assert await mail.deliver(work) == 1

    first, second = mail_server.received
    assert first.raw == second.raw
    (row,) = await rows(work)
    assert (row.status, row.attempts) == (SENT, 2)


async def test_a_mail_that_ends_every_worker_is_given_up(work, post, mailer, clock):
    class DyingMailer:
        domain, mail_domain, admin, tells_later = mailer.domain, mailer.mail_domain, mailer.admin, False

        async def send(self, _message):
            raise Killed

    dying = dataclasses.replace(work, mailer=DyingMailer())
    await post()
    for _ in range(rules.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            await mail.deliver(dying)
        clock.later(rules.LEASE)

    assert await mail.deliver(dying) == 0
    (row,) = await rows(work)
    assert (row.status, row.last_error, row.attempts) == (FAILED, "never noted", rules.MAX_ATTEMPTS)


async def test_after_the_last_try_a_mail_is_a_dead_letter(work, post, mail_server, clock):
    await mail_server.stop()
    await post()
    while clock.now < NOW + 3 * DAY:
        await mail.deliver(work)
        clock.later(HOUR)

    (row,) = await rows(work)
    (letter,) = await rows(work, select(models.DeadLetter))
    assert (row.status, row.attempts, letter.attempts) == (FAILED, rules.MAX_ATTEMPTS, rules.MAX_ATTEMPTS)
    assert work.meter.runs.count(("mail.attempt", "retried")) == rules.MAX_ATTEMPTS - 1
    assert work.meter.runs.count(("mail.attempt", "dead")) == 1


async def test_a_failure_noted_late_changes_nothing(work, post, mailer, clock):
    await post()
    async with work.unit_of_work() as uow:
        (late,) = await acts.take_due(uow, domain="x.example", limit=1, now=clock.now)
    clock.later(rules.LEASE)
    assert await mail.deliver(work) == 1

    problem = GatewayError("mail", "timed out", retryable=True)
    async with work.unit_of_work() as uow:
        noted = await acts.note_failure(uow, attempt=late, problem=problem, chance=0.5, now=clock.now)
    async with work.unit_of_work() as uow:
        again = await acts.note_sent(uow, attempt=late, now=clock.now)
    (row,) = await rows(work)
    assert (noted, again, row.status) == (None, None, SENT)


async def test_no_more_than_sixteen_are_under_way_at_a_time(work, post, clock):
    for number in range(20):
        await post(key=str(number))

    taken = []
    for _ in range(3):
        async with work.unit_of_work() as uow:
            taken.append(len(await acts.take_due(uow, domain="x.example", limit=mail.BATCH, now=clock.now)))

    assert taken == [8, 8, 0]


async def test_a_mail_that_can_not_be_written_is_given_up_and_holds_nobody_up(work, post, mail_server):
    await post(key="1")
    await post(key="2")
    async with work.unit_of_work() as uow:
        first = await uow.session.get_one(models.Mail, (await rows(work))[0].id)
        first.facts = {"partner": "Victoria"}

    await mail.deliver(work)

    broken, sent = await rows(work)
    assert (broken.status, broken.last_error, sent.status) == (FAILED, "not written: ValueError", SENT)


async def test_mails_are_forgotten_after_thirty_days(work, post, clock):
    await post(key="sent")
    await mail.deliver(work)
    await post(key="waiting")
    clock.later(30 * DAY)
    assert await retention.purge_mails(work) == 0
    clock.later(SECOND)

    assert await retention.purge_mails(work) == 2
    assert await rows(work) == []


async def test_it_runs_by_itself_every_two_seconds():
    periods = {each.task.name: (each.every_seconds, each.at_minute) for each in schedule.PERIODIC}

    assert periods["mail.deliver"] == (2, None)
    assert periods["mail.look_at_backlog"] == (60, None)
    assert periods["retention.purge_mails"] == (None, 57)
