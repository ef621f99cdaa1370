"""Mails on their way: take, send, note; the sending outside any unit of work."""

import asyncio
import datetime as dt
import time
from collections.abc import Sequence
from uuid import UUID

import structlog

from domain.errors import GatewayError
from domain.mail import MailStatus, RecipientsRefusedError, RefusedAddress
from jobs.work import Work
from services import mail, mail_events
from services.mail import Attempt
from services.ports import Mailer

BATCH = 8
"""Mails under way at a time in one run, so that a lease covers what its run took."""
BUDGET = dt.timedelta(seconds=15)
"""How long one run takes up new mails; those it took last as long as they last."""

ATTEMPT = "mail.attempt"
"""What single mails are counted as."""
OUTCOMES = {MailStatus.SENT: "done", MailStatus.PENDING: "retried", MailStatus.FAILED: "dead"}

log = structlog.get_logger(__name__)


async def deliver(work: Work) -> int:
    """Send every mail that is due and return how many were tried; none without a mail server.

    Killed at any point, nothing is lost: what was not noted is sent again when its lease ends, as the same mail.
    """
    mailer = work.mailer
    if mailer is None or not await mail.is_any_waiting(work.sessions):
        return 0
    until = work.clock() + BUDGET
    tried = 0
    while True:
        async with work.unit_of_work() as uow:
            attempts = await mail.take_due(
                uow,
                domain=mailer.domain,
                mail_domain=mailer.mail_domain,
                admin=mailer.admin,
                limit=BATCH,
                now=work.clock(),
            )
            for each in attempts:
                if each.is_left_out:
                    await mail_events.note_suppressed(uow, each.message, now=work.clock())
        results = await asyncio.gather(
            *(_send(work, mailer, attempt) for attempt in attempts if not attempt.is_suppressed),
            return_exceptions=True,
        )
        problems = [result for result in results if isinstance(result, BaseException)]
        if problems:
            # The others are noted; these are sent again when their lease ends.
            raise problems[0]
        tried += len(attempts)
        if not attempts or work.clock() >= until:
            return tried


async def resend(work: Work, mail_id: str) -> None:
    """Put a failed mail on its way anew. Refuses: NotFound."""
    async with work.unit_of_work() as uow:
        await mail.resend(uow, mail_id=UUID(mail_id), now=work.clock())


async def look_at_backlog(work: Work) -> int:
    """Show how many mails wait, and complain where nobody can ever send them."""
    waiting = await mail.count_waiting(work.sessions)
    work.meter.show_mails_waiting(waiting)
    if waiting and work.mailer is None:
        log.warning("mail.no_server", waiting=waiting)
    return waiting


async def _send(work: Work, mailer: Mailer, attempt: Attempt) -> None:
    began = time.perf_counter()
    problem: GatewayError | None = None
    refused: Sequence[RefusedAddress] = ()
    try:
        refused = await mailer.send(attempt.message)
    except GatewayError as found:
        problem = found
        refused = found.refused if isinstance(found, RecipientsRefusedError) else ()
        log.warning(
            "mail.not_sent",
            message_id=attempt.message.message_id,
            attempt=attempt.number,
            error=found.reference,
            is_final=not found.retryable,
        )
    seconds = time.perf_counter() - began
    async with work.unit_of_work() as uow:
        if problem is None:
            status = await mail.note_sent(
                uow, attempt=attempt, refused=refused, chance=work.chance(), now=work.clock()
            )
        else:
            status = await mail.note_failure(
                uow, attempt=attempt, problem=problem, chance=work.chance(), now=work.clock()
            )
        if status is not None:
            await mail_events.note_handed_over(
                uow,
                attempt.message,
                refused=refused,
                problem=problem if status is MailStatus.FAILED else None,
                is_taken=problem is None,
                tells_later=mailer.tells_later,
                now=work.clock(),
            )
    if status is not None:
        work.meter.observe_job(ATTEMPT, seconds, OUTCOMES[status])
