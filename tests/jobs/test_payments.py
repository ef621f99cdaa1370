"""The provider's news, from the inbox to what they lead to."""

import asyncio
import dataclasses

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.payment_accounts import Payee
from domain.payments import AccountStatus, ProviderEvent
from jobs import payments, retention
from services import payment_accounts, payment_events, provider_events
from tests.factories.partners import make_member, make_partner
from tests.factories.provider import AWAY, PayeeProvider
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import member_of

LIVE = Environment.LIVE
ENABLED, PENDING, RESTRICTED = AccountStatus.ENABLED, AccountStatus.PENDING, AccountStatus.RESTRICTED


@pytest.fixture
def provider() -> PayeeProvider:
    return PayeeProvider()


@pytest.fixture
def work(work, provider):
    return dataclasses.replace(work, payments={LIVE: provider})


@pytest.fixture
async def account(work, provider):
    """A partner's account, acct_1, ENABLED by all we know."""
    async with work.unit_of_work() as uow:
        partner = await make_partner(uow.session)
        partner.country = "IT"
        await make_member(uow.session, partner)
        account = await payment_accounts.open_account(
            uow, member_of(partner), Payee(partner_id=partner.id), LIVE, now=NOW
        )
        account.provider_id, account.status, account.checked_at = "acct_1", ENABLED, NOW - DAY
    provider.stand("acct_1", ENABLED)
    return account


def told(number: int = 1, *, object_id: str = "acct_1", event_type: str = "account.updated") -> ProviderEvent:
    return ProviderEvent(
        id=f"evt_{number}",
        type=event_type,
        object_id=object_id,
        created_at=NOW,
        account_id=None,
        is_live=True,
        data={"id": object_id},
    )


async def receive(work, *events: ProviderEvent) -> None:
    for each in events:
        await provider_events.receive(
            work.sessions,
            each,
            environment=LIVE,
            is_wanted=payment_events.is_wanted(each.type),
            now=work.clock(),
        )


async def rows(work, model=models.ProviderEvent):
    async with work.sessions.read() as session:
        return list((await session.scalars(select(model).order_by(model.id))).all())


async def test_an_event_is_processed_once(work, provider, account):
    provider.stand("acct_1", ENABLED)
    await receive(work, told())

    assert [await payments.process_events(work), await payments.process_events(work)] == [1, 0]

    (event,) = await rows(work)
    assert (event.attempts, event.processed_at, event.last_error, provider.calls) == (1, NOW, None, 1)
    assert work.meter.runs == [("payments.event", "done")]


async def test_news_of_an_account_are_what_the_provider_says_now(work, provider, account):
    provider.stand("acct_1", RESTRICTED, "company.tax_id")
    await receive(work, told())

    await payments.process_events(work)

    (row,) = await rows(work, models.PaymentAccount)
    assert (row.status, row.missing, row.sequence, row.checked_at) == (RESTRICTED, ["company.tax_id"], 2, NOW)
    (event,) = await rows(work, models.Event)
    assert (event.type, event.object_id, event.sequence) == ("payment_account.changed", account.id, 2)
    assert event.payload["status"] == "RESTRICTED"


async def test_who_can_not_be_paid_any_more_is_written_to_once(work, provider, account):
    provider.stand("acct_1", PENDING, "company.tax_id")
    await receive(work, told(1), told(2))

    await payments.process_events(work)

    (mail,) = await rows(work, models.Mail)
    (row,) = await rows(work, models.PaymentAccount)
    assert (mail.template, mail.facts["status"], row.status) == (
        "PAYMENT_ACCOUNT_RESTRICTED",
        "RESTRICTED",
        RESTRICTED,
    )
    acts = [(each.act, each.actor) for each in await rows(work, models.AuditEntry)]
    assert acts[1:] == [("payment_accounts.change", "system")]


async def test_old_news_that_come_late_change_nothing_any_more(work, provider, account):
    provider.stand("acct_1", ENABLED)
    await receive(work, told(1, event_type="v2.core.account[requirements].updated"), told(2))

    assert await payments.process_events(work) == 2

    (row,) = await rows(work, models.PaymentAccount)
    assert (row.status, row.sequence, await rows(work, models.Event)) == (ENABLED, 1, [])


async def test_an_answer_overtaken_by_a_newer_one_is_left_out(work, provider, account, clock):
    provider.answers_when = held = asyncio.Event()
    provider.stand("acct_1", RESTRICTED)
    how = {"provider_id": "acct_1", "environment": LIVE, "clock": clock}
    early = asyncio.create_task(payment_accounts.refresh(work.unit_of_work, provider, **how))
    while provider.calls == 0:  # noqa: ASYNC110 - until it has asked
        await asyncio.sleep(0)
    clock.later(SECOND)
    provider.stand("acct_1", ENABLED)
    await payment_accounts.refresh(work.unit_of_work, provider, **how)
    held.set()
    await early

    (row,) = await rows(work, models.PaymentAccount)
    assert (row.status, row.checked_at) == (ENABLED, NOW + SECOND)


async def test_an_account_that_left_us_is_disabled(work, provider, account):
    del provider.accounts["acct_1"]
    left = dataclasses.replace(
        told(event_type="account.application.deauthorized", object_id="ca_1"), account_id="acct_1"
    )
    await receive(work, left)

    await payments.process_events(work)

    (row,) = await rows(work, models.PaymentAccount)
    assert row.status is AccountStatus.DISABLED


async def test_news_of_strangers_are_done_with(work, provider, account):
    provider.stand("acct_9", ENABLED)
    await receive(work, told(object_id="acct_9"))

    await payments.process_events(work)

    (event,) = await rows(work)
    assert (event.processed_at, event.last_error) == (NOW, None)


async def test_what_failed_is_tried_again_after_a_pause(work, provider, account, clock):
    provider.fails_with = [AWAY]
    await receive(work, told())

    await payments.process_events(work)
    (event,) = await rows(work)
    assert (event.last_error, event.processed_at) == ("GatewayError: stripe", None)
    assert event.next_attempt_at == NOW + 2 * SECOND
    clock.later(2 * SECOND)
    await payments.process_events(work)

    (event,) = await rows(work)
    assert (event.attempts, event.last_error, event.processed_at) == (2, None, NOW + 2 * SECOND)
    assert work.meter.runs == [("payments.event", "retried"), ("payments.event", "done")]


async def test_later_news_of_an_object_wait_for_the_earlier_and_others_do_not(work, provider, account, clock):
    provider.stand("acct_2", ENABLED)
    await receive(work, told(1), told(2), told(3, object_id="acct_2"))
    provider.fails_with = [AWAY, AWAY]

    await payments.process_events(work)
    open_ones = {each.provider_event_id: each.attempts for each in await rows(work) if not each.processed_at}
    assert open_ones == {"evt_1": 1, "evt_2": 0, "evt_3": 1}
    clock.later(MINUTE)

    assert await payments.process_events(work) == 3
    assert [each.processed_at for each in await rows(work)] == [NOW + MINUTE] * 3


async def test_what_always_fails_becomes_a_letter_and_lets_the_next_pass(work, provider, account, clock):
    provider.fails_with = [AWAY] * provider_events.MAX_ATTEMPTS
    await receive(work, told(1), told(2))

    for _ in range(provider_events.MAX_ATTEMPTS):
        await payments.process_events(work)
        clock.later(6 * MINUTE)

    first, second = await rows(work)
    (letter,) = await rows(work, models.DeadLetter)
    assert (first.attempts, first.last_error) == (10, "GatewayError: stripe")
    assert (second.attempts, second.last_error, second.processed_at is not None) == (1, None, True)
    assert (letter.job, letter.payload, letter.environment) == (
        "payments.reprocess_event",
        {"event_id": first.id.hex},
        LIVE,
    )
    await payments.reprocess_event(work, first.id.hex)
    assert await payments.process_events(work) == 1
    first, _ = await rows(work)
    assert (first.attempts, first.last_error, first.processed_at) == (1, None, clock.now)


async def test_two_workers_process_each_event_once(work, provider, account):
    for number in range(100):
        provider.stand(f"acct_s{number}", ENABLED)
    await receive(work, *(told(number, object_id=f"acct_s{number}") for number in range(100)))

    processed = sum(await asyncio.gather(*(payments.process_events(work) for _ in range(3))))

    assert (processed, provider.calls) == (100, 100)


async def test_a_worker_that_was_killed_leaves_its_events_to_the_next(work, provider, account, clock):
    await receive(work, told())
    async with work.unit_of_work() as uow:
        assert len(await provider_events.take_due(uow, limit=10, now=NOW)) == 1

    assert await payments.process_events(work) == 0
    clock.later(provider_events.LEASE)
    assert await payments.process_events(work) == 1


async def test_without_a_key_events_wait(work, account):
    without = dataclasses.replace(work, payments={})
    await receive(work, told())

    await payments.process_events(without)

    (event,) = await rows(work)
    assert (event.processed_at, event.last_error) == (None, "GatewayError: payments")


async def test_accounts_no_news_came_of_are_asked_about(work, provider, account, clock):
    provider.stand("acct_1", RESTRICTED, "company.tax_id")

    assert [await payments.look_at_accounts(work), await payments.look_at_accounts(work)] == [1, 0]
    clock.later(HOUR)
    provider.stand("acct_1", ENABLED)
    assert await payments.look_at_accounts(work) == 1

    (row,) = await rows(work, models.PaymentAccount)
    assert (row.status, row.missing, row.sequence) == (ENABLED, [], 3)


async def test_an_account_that_was_only_intended_is_made(work, provider, clock):
    async with work.unit_of_work() as uow:
        partner = await make_partner(uow.session)
        partner.country = "IT"
        await make_member(uow.session, partner)
        account = await payment_accounts.open_account(
            uow, member_of(partner), Payee(partner_id=partner.id), LIVE, now=NOW
        )
    assert await payments.look_at_accounts(work) == 0
    clock.later(2 * MINUTE)
    provider.fails_with = [AWAY]

    assert [await payments.look_at_accounts(work) for _ in range(3)] == [1, 1, 0]

    (row,) = await rows(work, models.PaymentAccount)
    assert (row.provider_id, row.status) == ("acct_1", PENDING)
    assert provider.keys == {account.id.hex: "acct_1"}


async def test_the_inbox_is_purged_of_what_is_done_with(work, provider, account, clock):
    await receive(work, told(1))
    await payments.process_events(work)
    await receive(work, told(2))
    clock.later(31 * DAY)

    assert await retention.purge_provider_events(work) == 1
    assert [each.provider_event_id for each in await rows(work)] == ["evt_2"]
