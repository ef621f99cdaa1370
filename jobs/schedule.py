"""Every job of the worker, and when it runs by itself.

Two workers enqueue a periodic job once: its id holds the time it is for. Its runs may overlap, so each
skips what another is busy with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from arq import cron, func
from arq.cron import CronJob
from arq.worker import Function

from jobs import (
    certification,
    checkouts,
    confidence,
    dead_letters,
    documents,
    feedback,
    health,
    imports,
    interest,
    introductions,
    inventory,
    mail,
    outcomes,
    parity,
    payments,
    payouts,
    predictions,
    promotions,
    provider_fees,
    provisioning,
    reconciliation,
    refunds,
    request_log,
    reservations,
    retention,
    search,
    sponsorships,
    support,
    transfers,
    uploads,
    webhook_challenges,
    webhooks,
)
from jobs.provisioning import PROVISION_ONE
from jobs.reservations import EXPIRE_ONE
from jobs.tasks import Task, coroutine_of
from jobs.work import Work
from services.document_making import REMAKE
from services.mail import RESEND
from services.provider_events import REPROCESS
from services.webhooks import REDELIVER

ARQ_TRIES = 1_000
"""We count the tries ourselves; arq would end a job at its limit without running it or telling us."""
LONGEST_JOB = timedelta(seconds=60)
"""arq's own limit, behind ours; after a crash a job waits for this and ten seconds more."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that runs by itself: every so many seconds of a minute, once an hour at a minute, or once a day."""

    task: Task
    every_seconds: int | None = None
    at_minute: int | None = None
    at_hour: int | None = None
    """Of UTC; with a minute. None for every hour."""


TASKS = (
    Task(EXPIRE_ONE, reservations.expire_one, key="reservation_id"),
    Task(REDELIVER, webhooks.redeliver, key="delivery_id"),
    Task(PROVISION_ONE, provisioning.provision_one, key="partner_id"),
    Task(RESEND, mail.resend, key="mail_id"),
    Task(REMAKE, documents.remake, key="document_id"),
    Task(REPROCESS, payments.reprocess_event, key="event_id"),
)
"""Run when somebody asks for them; their names and payloads are in dead letters: never renamed."""

PERIODIC = (
    Periodic(Task("reservations.expire", reservations.expire), every_seconds=3),
    Periodic(Task("webhooks.deliver", webhooks.deliver), every_seconds=1),
    Periodic(Task("certification.look", certification.look), every_seconds=1),
    Periodic(Task("imports.advance", imports.advance), every_seconds=2),
    Periodic(Task("provisioning.provision", provisioning.provision), every_seconds=2),
    Periodic(Task("webhooks.challenge", webhook_challenges.challenge), every_seconds=1),
    Periodic(Task("checkouts.resume", checkouts.resume), every_seconds=5),
    Periodic(Task("checkouts.expire", checkouts.expire), every_seconds=5),
    Periodic(Task("refunds.execute", refunds.execute), every_seconds=2),
    Periodic(Task("transfers.release", transfers.release), every_seconds=20),
    Periodic(Task("payouts.execute", payouts.execute), every_seconds=20),
    Periodic(Task("payments.post_fees", provider_fees.post), at_minute=31),
    Periodic(Task("payments.reconcile", reconciliation.reconcile), at_minute=33),
    Periodic(Task("prices.check_parity", parity.check_parity), at_minute=43),
    Periodic(Task("sponsorships.post_charges", sponsorships.post_charges), at_minute=1),
    Periodic(Task("payouts.close_period", payouts.close_period), at_minute=3),
    Periodic(Task("introductions.follow_up", introductions.follow_up), every_seconds=10),
    Periodic(Task("introductions.chase", introductions.chase), every_seconds=60),
    Periodic(Task("introductions.arrange_demos", introductions.arrange_demos), every_seconds=2),
    Periodic(Task("introductions.remind_of_demos", introductions.remind_of_demos), every_seconds=30),
    Periodic(Task("mail.deliver", mail.deliver), every_seconds=2),
    Periodic(Task("documents.generate", documents.generate), every_seconds=2),
    Periodic(Task("payments.process_events", payments.process_events), every_seconds=5),
    Periodic(Task("payments.look_at_accounts", payments.look_at_accounts), every_seconds=60),
    Periodic(Task("mail.look_at_backlog", mail.look_at_backlog), every_seconds=60),
    Periodic(Task("support.mail_unread", support.mail_unread), every_seconds=30),
    Periodic(Task("dead_letters.requeue", dead_letters.requeue), every_seconds=5),
    Periodic(Task("health.watch", health.watch), every_seconds=60),
    Periodic(Task("inventory.check_drift", inventory.check_drift), every_seconds=60),
    Periodic(Task("interest.count", interest.count), every_seconds=2),
    Periodic(Task("interest.purge", interest.purge), at_minute=33),
    Periodic(Task("search.index", search.index), every_seconds=3),
    Periodic(Task("search.roll_up_popularity", search.roll_up_popularity), at_minute=3),
    Periodic(Task("search.roll_up_trips", search.roll_up_trips), at_minute=13),
    Periodic(Task("affiliates.sum_up", promotions.sum_up), every_seconds=10),
    Periodic(Task("affiliates.make_due", promotions.make_due), every_seconds=60),
    Periodic(Task("affiliates.purge_events", promotions.purge_events), at_minute=12),
    Periodic(Task("confidence.count", confidence.count), every_seconds=5),
    Periodic(Task("confidence.recompute", confidence.recompute), at_minute=21),
    Periodic(Task("predictions.learn", predictions.learn), at_minute=51, at_hour=2),
    Periodic(Task("predictions.scan_risks", predictions.scan_risks), at_minute=11),
    Periodic(Task("outcomes.hold", outcomes.hold), every_seconds=30),
    Periodic(Task("outcomes.close", outcomes.close), at_minute=41),
    Periodic(Task("feedback.ask", feedback.ask), every_seconds=30),
    Periodic(Task("webhooks.sweep", webhooks.sweep), at_minute=7),
    Periodic(Task("retention.purge_events", retention.purge_events), at_minute=17),
    Periodic(Task("retention.purge_deliveries", retention.purge_deliveries), at_minute=27),
    Periodic(Task("retention.purge_mails", retention.purge_mails), at_minute=57),
    Periodic(Task("retention.purge_mail_events", retention.purge_mail_events), at_minute=39),
    Periodic(Task("retention.purge_partner_messages", retention.purge_partner_messages), at_minute=49),
    Periodic(Task("retention.purge_provider_events", retention.purge_provider_events), at_minute=7),
    Periodic(Task("request_log.purge", request_log.purge), at_minute=47),
    Periodic(Task("uploads.sweep", uploads.sweep), at_minute=57),
    Periodic(Task("retention.purge_idempotency_keys", retention.purge_idempotency_keys), at_minute=37),
)


def functions(work: Work, tasks: Sequence[Task] = TASKS) -> list[Function]:
    """Return the tasks as arq runs them."""
    return [
        func(
            coroutine_of(task, work),  # type: ignore[arg-type] # arq's protocol wants a def's name
            name=task.name,
            timeout=LONGEST_JOB,
            max_tries=ARQ_TRIES,
            keep_result=0,
        )
        for task in tasks
    ]


def cron_jobs(work: Work) -> list[CronJob]:
    """Return the periodic tasks as arq runs them."""
    return [
        cron(
            coroutine_of(each.task, work),  # type: ignore[arg-type] # as above
            name=each.task.name,
            hour=each.at_hour,
            minute=each.at_minute,
            second=set(range(0, 60, each.every_seconds)) if each.every_seconds else 0,
            timeout=LONGEST_JOB,
            max_tries=ARQ_TRIES,
            keep_result=0,
        )
        for each in PERIODIC
    ]
