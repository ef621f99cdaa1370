"""Releasing parts when they are due, and taking back what was refunded: once, wherever a worker is killed."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from db.queries import attempts as attempt_queries
from db.types import new_id
from domain.affiliates import ConversionStatus, HeldBecause
from domain.attempts import LEASE
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.partners import VerificationStatus
from domain.payments import AccountStatus, DisputeStatus, TransferStatus
from domain.postings import Account, Payee
from jobs import refunds, transfers
from services import conversions
from services import refunds as refund_services
from services import transfers as services
from tests.factories.journal import credit_of
from tests.factories.money import TODAY, make_account, make_sale, split_of
from tests.factories.promotions import make_affiliate, make_conversion, make_link
from tests.factories.times import DAY, MINUTE
from tests.factories.viewers import staff
from tests.factories.world import make_world

LIVE = Environment.LIVE


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        return await make_world(uow.session)


@pytest.fixture
async def accounts(real_acts, world):
    """The provider's ids of the operator's and the rival's accounts."""
    async with real_acts.work() as uow:
        operator = await make_account(uow.session, world.operator)
        rival = await make_account(uow.session, world.rival)
    return operator.provider_id, rival.provider_id


@pytest.fixture
def sell(real_acts, world, payments):
    async def run(**facts):
        async with real_acts.work() as uow:
            return await make_sale(uow, world, payments, **facts)

    return run


@pytest.fixture
def refund(real_acts):
    async def run(sale, minor):
        async with real_acts.work() as uow:
            return await refund_services.begin(
                uow,
                staff(),
                sale.checkout,
                refund_minor=minor,
                reason=RefundReason.CANCELLATION,
                now=real_acts.now,
            )

    return run


async def rows(work, model, *order):
    async with work.sessions.read() as session:
        return list(await session.scalars(select(model).order_by(*(order or (model.id,)))))


async def credit(work, account):
    async with work.sessions.read() as session:
        return await credit_of(session, account, environment=LIVE, currency="HKD")


async def owed(work, world):
    """Pending and available, of the operator and the rival."""
    return [
        await credit(work, account)
        for partner in (world.operator, world.rival)
        for account in (Payee(partner.id).pending, Payee(partner.id).available)
    ]


async def test_a_part_is_handed_to_its_payee_when_it_is_due(work, world, payments, accounts, sell):
    sale = await sell()
    await sell(release_on=TODAY + DAY)

    asked = await transfers.release(work)

    assert asked == 2
    found = sorted(payments.transfers.values(), key=lambda each: -each.amount.minor)
    group = f"chk_{sale.checkout.id.hex}"
    assert [(each.account_id, each.amount.minor, each.group) for each in found] == [
        (accounts[0], 17_000, group),
        (accounts[1], 8_500, group),
    ]
    assert set(payments.charge_of_transfer.values()) == {sale.payment.charge_id}
    assert await owed(work, world) == [17_000, 17_000, 8_500, 8_500]
    assert [each.status for each in await rows(work, models.Transfer)] == [TransferStatus.DONE] * 2


async def test_what_was_released_is_not_released_again(work, world, payments, accounts, sell):
    await sell()
    await transfers.release(work)

    assert await transfers.release(work) == 0

    assert payments.calls.count("transfer") == 2


@pytest.mark.parametrize(
    "facts",
    [{"status": AccountStatus.RESTRICTED}, {"verification": VerificationStatus.SUSPENDED}],
    ids=["not payable", "not verified"],
)
async def test_the_part_of_who_can_not_be_paid_is_held_until_it_can(
    work, real_acts, world, payments, sell, facts
):
    async with real_acts.work() as uow:
        await make_account(uow.session, world.operator)
        held = await make_account(uow.session, world.rival, **facts)
    await sell()

    first = await transfers.release(work)
    again = await transfers.release(work)
    async with real_acts.work() as uow:
        account = await uow.session.get_one(models.PaymentAccount, held.id)
        account.status = AccountStatus.ENABLED
        partner = await uow.session.get_one(models.Partner, world.rival.id)
        partner.verification_status = VerificationStatus.VERIFIED
    later = await transfers.release(work)

    assert (first, again, later) == (1, 0, 1)
    assert await owed(work, world) == [0, 17_000, 0, 8_500]
    assert (await rows(work, models.Checkout))[0].released_at is not None


async def test_nothing_is_released_of_a_payment_under_dispute(work, real_acts, payments, accounts, sell):
    sale = await sell()
    async with real_acts.work() as uow:
        uow.session.add(
            models.Dispute(
                id=new_id(),
                environment=LIVE,
                payment_id=sale.payment.id,
                provider_id="dp_1",
                status=DisputeStatus.OPEN,
                reason="fraudulent",
                amount_minor=30_000,
                currency="HKD",
                created_at=real_acts.now,
            )
        )

    assert await transfers.release(work) == 0


async def test_what_was_refunded_before_is_not_transferred(work, world, payments, accounts, sell, refund):
    sale = await sell()
    await refund(sale, 15_000)

    await transfers.release(work)

    assert sorted(each.amount.minor for each in payments.transfers.values()) == [4_250, 8_500]


async def test_what_was_refunded_as_a_whole_is_released_without_a_transfer(
    work, payments, accounts, sell, refund
):
    sale = await sell()
    await refund(sale, 30_000)

    assert await transfers.release(work) == 0

    assert (await rows(work, models.Checkout))[0].released_at is not None
    assert await rows(work, models.Transfer) == []


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
async def test_a_transfer_nobody_answered_for_is_asked_for_again_and_done_once(
    work, world, payments, clock, accounts, sell, when
):
    getattr(payments, when)["transfer"] = 2
    await sell()

    await transfers.release(work)
    assert await owed(work, world) == [17_000, 0, 8_500, 0]
    clock.later(MINUTE)
    await transfers.release(work)

    assert len(payments.transfers) == 2
    assert await owed(work, world) == [0, 17_000, 0, 8_500]


async def test_a_worker_killed_after_the_call_leaves_it_to_the_next_one(
    work, world, payments, clock, accounts, sell
):
    await sell()
    async with work.unit_of_work() as uow:
        await services.release_due(uow, limit=10, now=clock())
    async with work.unit_of_work() as uow:
        calls = await services.take_transfers(uow, limit=10, now=clock())
    for call in calls:
        await payments.transfer(
            call.account,
            call.amount,
            charge_id=call.charge_id,
            group=call.group,
            metadata={},
            key=call.key,
        )

    at_once = await transfers.release(work)
    clock.later(LEASE)
    after_the_lease = await transfers.release(work)

    assert (at_once, after_the_lease, len(payments.transfers)) == (0, 2, 2)
    assert await owed(work, world) == [0, 17_000, 0, 8_500]


async def test_two_workers_release_everything_once(work, world, payments, accounts, sell):
    for _ in range(5):
        await sell()

    await asyncio.gather(*(transfers.release(work) for _ in range(4)))

    assert len(payments.transfers) == payments.calls.count("transfer") == 10
    assert await owed(work, world) == [0, 85_000, 0, 42_500]


async def test_a_transfer_the_provider_refuses_has_failed_with_its_reason(
    work, world, payments, accounts, sell
):
    payments.refuse["transfer"] = "account_invalid"
    await sell()

    await transfers.release(work)
    await transfers.release(work)

    found = await rows(work, models.Transfer)
    assert [(each.status, each.failure_reason, each.refusals) for each in found] == [
        (TransferStatus.FAILED, "account_invalid", 1)
    ] * 2
    assert await owed(work, world) == [17_000, 0, 8_500, 0]


async def test_a_refund_takes_back_what_was_transferred(work, world, payments, accounts, sell, refund):
    sale = await sell()
    await transfers.release(work)

    await refund(sale, 15_000)
    assert await refunds.execute(work) == 1

    assert sorted(each.amount.minor for each in payments.reversals.values()) == [4_250, 8_500]
    assert await owed(work, world) == [0, 8_500, 0, 4_250]
    assert sorted(each.reversed_minor for each in await rows(work, models.Transfer)) == [4_250, 8_500]
    assert payments.payments[sale.payment.provider_id].refunded_minor == 15_000
    assert await credit(work, Account(AccountKind.PROVIDER_CASH)) == -15_000


async def test_a_reversal_waits_for_its_transfer(work, world, payments, clock, accounts, sell, refund):
    payments.fail_before["transfer"] = 2
    sale = await sell()
    await transfers.release(work)
    await refund(sale, 30_000)

    assert await transfers.reverse(work) == 0
    clock.later(MINUTE)
    await transfers.release(work)
    assert await transfers.reverse(work) == 2

    assert await owed(work, world) == [17_000, 0, 8_500, 0]
    await refunds.execute(work)
    assert await owed(work, world) == [0, 0, 0, 0]


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
async def test_a_reversal_nobody_answered_for_is_asked_for_again_and_done_once(
    work, world, payments, clock, accounts, sell, refund, when
):
    sale = await sell()
    await transfers.release(work)
    await refund(sale, 30_000)
    getattr(payments, when)["reverse_transfer"] = 2

    await refunds.execute(work)
    clock.later(MINUTE)
    await refunds.execute(work)

    assert await owed(work, world) == [0, 0, 0, 0]
    assert sum(each.amount.minor for each in payments.reversals.values()) == 25_500


async def test_a_commission_is_handed_to_its_affiliate_when_it_is_due(
    work, real_acts, world, payments, accounts, sell
):
    async with real_acts.work() as uow:
        affiliate = await make_affiliate(uow.session)
        link = await make_link(uow.session, world.operator, affiliate)
        account = await make_account(
            uow.session, None, affiliate_id=affiliate.id, status=AccountStatus.RESTRICTED
        )
    sale = await sell(shared=split_of(world, affiliate_id=affiliate.id))
    async with real_acts.work() as uow:
        conversion = await make_conversion(uow.session, link, sale.checkout.id, commission_minor=1_000)

    early = await transfers.release(work)
    async with real_acts.work() as uow:
        (await uow.session.get_one(models.AffiliateConversion, conversion.id)).status = ConversionStatus.DUE
    held = await transfers.release(work)
    async with real_acts.work() as uow:
        (await uow.session.get_one(models.PaymentAccount, account.id)).status = AccountStatus.ENABLED
    late = [await transfers.release(work), await transfers.release(work)]

    assert (early, held, late) == (2, 0, [1, 0])
    earned = [each for each in payments.transfers.values() if each.account_id == account.provider_id]
    assert [each.amount.minor for each in earned] == [1_000]
    assert await credit(work, Payee(affiliate_id=affiliate.id).available) == 1_000
    assert await credit(work, Payee(affiliate_id=affiliate.id).pending) == 0
    (kept,) = await rows(work, models.AffiliateConversion)
    assert (kept.status, kept.sequence) == (ConversionStatus.PAID, 2)


@pytest.fixture
async def held(real_acts, world):
    """An affiliate, and a sale with a commission of hers that is held, once it is called."""
    async with real_acts.work() as uow:
        affiliate = await make_affiliate(uow.session)
        link = await make_link(uow.session, world.operator, affiliate)

    async def make(sell):
        sale = await sell(shared=split_of(world, affiliate_id=affiliate.id))
        async with real_acts.work() as uow:
            conversion = await make_conversion(
                uow.session,
                link,
                sale.checkout.id,
                commission_minor=1_000,
                status=ConversionStatus.HELD,
                held_because=[HeldBecause.OWN_EMAIL],
            )
        return sale, conversion

    return affiliate, make


async def reject(acts, conversion):
    async with acts.work() as uow:
        await conversions.review_conversion(
            uow, staff(), conversion_id=conversion.id, is_approved=False, now=acts.now
        )


async def test_a_commission_rejected_after_the_release_follows_to_its_owner(
    work, real_acts, world, payments, accounts, sell, held
):
    affiliate, make = held
    _, conversion = await make(sell)
    first = await transfers.release(work)
    await reject(real_acts, conversion)

    later = [await transfers.release(work), await transfers.release(work)]

    assert (first, later) == (2, [1, 0])
    to_owner = [each.amount.minor for each in payments.transfers.values() if each.account_id == accounts[0]]
    assert to_owner == [16_000, 1_000]
    assert await owed(work, world) == [0, 17_000, 0, 8_500]
    assert await credit(work, Payee(affiliate_id=affiliate.id).pending) == 0
    assert [(each.position, each.amount_minor) for each in await rows(work, models.Transfer)] == [
        (1, 16_000),
        (1, 8_500),
        (2, 1_000),
    ]
    assert (await rows(work, models.Checkout))[0].released_at is not None


async def test_a_commission_rejected_before_the_release_goes_out_with_the_part(
    work, real_acts, world, payments, accounts, sell, held
):
    _, make = held
    _, conversion = await make(sell)
    await reject(real_acts, conversion)

    assert await transfers.release(work) == 2

    assert sorted(each.amount.minor for each in payments.transfers.values()) == [8_500, 17_000]
    assert await owed(work, world) == [0, 17_000, 0, 8_500]


async def test_a_refund_is_taken_back_of_both_transfers_of_a_payee(
    work, real_acts, world, payments, accounts, sell, held, refund
):
    affiliate, make = held
    sale, conversion = await make(sell)
    await transfers.release(work)
    await reject(real_acts, conversion)
    await transfers.release(work)

    await refund(sale, 15_000)
    await refunds.execute(work)
    half = await owed(work, world)
    await refund(sale, 15_000)
    await refunds.execute(work)

    assert half == [0, 8_500, 0, 4_250]
    assert await owed(work, world) == [0, 0, 0, 0]
    assert await credit(work, Payee(affiliate_id=affiliate.id).pending) == 0
    assert all(each.reversed_minor == each.amount_minor for each in await rows(work, models.Transfer))
    assert await transfers.release(work) == 0


async def test_every_step_is_in_the_journal_and_told(work, world, payments, accounts, sell, refund):
    sale = await sell()
    await transfers.release(work)
    await refund(sale, 30_000)
    await refunds.execute(work)

    entries = await rows(work, models.JournalEntry)
    events = [each.type for each in await rows(work, models.Event)]
    assert [each.kind for each in entries] == [
        EntryKind.SALE,
        *[EntryKind.TRANSFER] * 2,
        *[EntryKind.REVERSAL] * 2,
        EntryKind.REFUND,
    ]
    assert {each.checkout_id for each in entries} == {sale.checkout.id}
    told = [each for each in events if each.value.startswith(("refund", "transfer"))]
    assert sorted(told) == ["refund.completed", *["transfer.completed"] * 2]


async def test_an_environment_without_a_provider_waits(work, real_acts, payments, world, sell):
    async with real_acts.work() as uow:
        await make_account(uow.session, world.operator, environment=Environment.TEST)
    await sell(environment=Environment.TEST)

    await transfers.release(work)

    assert payments.transfers == {}
    assert [each.status for each in await rows(work, models.Transfer)] == [TransferStatus.PENDING]


async def test_a_fault_of_our_own_does_not_keep_the_others_from_being_noted(
    work, world, payments, accounts, sell
):
    await sell()
    whole = payments.transfer

    async def broken(account_id, amount, **rest):
        if account_id == accounts[0]:
            raise ZeroDivisionError
        return await whole(account_id, amount, **rest)

    payments.transfer = broken

    with pytest.raises(ZeroDivisionError):
        await transfers.release(work)

    assert await owed(work, world) == [17_000, 0, 0, 8_500]


async def test_what_is_taken_belongs_to_who_took_it(work, payments, clock, accounts, sell):
    await sell()
    async with work.unit_of_work() as uow:
        await services.release_due(uow, limit=10, now=clock())
    async with work.unit_of_work() as uow:
        pending = models.Transfer.status == TransferStatus.PENDING
        taken = await attempt_queries.take_due(uow.session, models.Transfer, pending, now=clock(), limit=1)
        async with work.unit_of_work() as other:
            rest = await attempt_queries.take_due(
                other.session, models.Transfer, pending, now=clock(), limit=5
            )

    assert (len(taken), len(rest)) == (1, 1)
    assert {each.id for each in taken}.isdisjoint({each.id for each in rest})
