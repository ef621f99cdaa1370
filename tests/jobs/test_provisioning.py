"""Environments by themselves: in seconds, once, whole or not at all."""

import asyncio

import pytest
from sqlalchemy import func, select

from db import models
from domain.environments import Environment
from domain.ids import global_id
from domain.inventory import Channel, InsufficientInventory
from domain.onboarding import Stage
from domain.partners import VerificationStatus
from jobs import inventory, provisioning
from services import onboarding
from services import provisioning as acts_of
from tests.factories.provisioning import make_partner_at
from tests.factories.times import NOW, SECOND
from tests.factories.viewers import in_test, key_of
from tests.fixtures.acts import line, refusal
from tests.fixtures.work import run_queued

TABLES = (models.ResellerProfile, models.Package, models.Allotment, models.AuditEntry)
NOTHING, ONE_SANDBOX = (0, 0, 0, 0), (1, 4, 5, 1)


async def made(work, stage=Stage.PROVISIONING, **facts):
    async with work.unit_of_work() as uow:
        return await make_partner_at(uow.session, stage, **facts)


async def row(work, model, **which):
    async with work.sessions.read() as session:
        return (await session.scalars(select(model).filter_by(**which))).one_or_none()


async def counts(work):
    """How many rows there are of what an environment is made of."""
    async with work.sessions.read() as session:
        return tuple([await session.scalar(select(func.count()).select_from(each)) for each in TABLES])


async def test_a_partner_that_is_ready_gets_its_test_environment(work):
    partner = await made(work)

    number = await provisioning.provision(work)

    case = await row(work, models.OnboardingCase, partner_id=partner.id)
    profile = await row(work, models.ResellerProfile, partner_id=partner.id)
    entry = await row(work, models.AuditEntry, partner_id=partner.id)
    assert number == 1
    assert (case.stage, case.sandbox_at, case.production_at) == (Stage.TESTING, NOW, None)
    assert (profile.created_at, profile.live_at) == (NOW, None)
    assert (entry.act, entry.actor, entry.facts["environment"]) == ("provisioning.sandbox", "system", "TEST")
    assert await counts(work) == ONE_SANDBOX


async def test_a_sandbox_has_plenty_little_nothing_and_prices_by_day_and_age(work):
    partner = await made(work)
    await provisioning.provision(work)

    async with work.sessions.read() as session:
        statement = (
            select(models.Package.sku, models.Allotment.channel, models.Allotment.allocated)
            .join(models.Allotment, models.Allotment.package_id == models.Package.id)
            .where(models.Package.environment == Environment.TEST, models.Package.is_sandbox)
        )
        pools = {(sku, channel): units for sku, channel, units in await session.execute(statement)}

    sku = f"SANDBOX-{partner.id.hex}-"
    assert pools == {
        (f"{sku}PLENTY", Channel.OTA): 10_000,
        (f"{sku}PLENTY", Channel.DIRECT): 10_000,
        (f"{sku}SCARCE", Channel.OTA): 2,
        (f"{sku}SOLD-OUT", Channel.OTA): 0,
        (f"{sku}PRICED", Channel.OTA): 1_000,
    }
    assert await inventory.check_drift(work) == 0, "the journal begins with the pools"


@pytest.mark.parametrize(
    ("stage", "facts"),
    [
        (Stage.REGISTERED, {}),
        (Stage.VALIDATING, {}),
        (Stage.TESTING, {"sandbox_at": NOW}),
        (Stage.READY_FOR_GO_LIVE, {"sandbox_at": NOW, "certified_at": NOW}),
        (Stage.LIVE, {"sandbox_at": NOW, "production_at": NOW, "live_at": NOW}),
    ],
)
async def test_nobody_else_gets_one(work, stage, facts):
    await made(work, stage, **facts)

    assert await provisioning.provision(work) == 0
    assert await counts(work) == NOTHING


async def test_a_second_run_makes_nothing(work):
    await made(work)

    assert [await provisioning.provision(work), await provisioning.provision(work)] == [1, 0]
    assert await counts(work) == ONE_SANDBOX


async def test_two_workers_make_one_environment(work):
    await made(work)

    numbers = await asyncio.gather(*(provisioning.provision(work) for _ in range(5)))

    assert sorted(numbers) == [0, 0, 0, 0, 1]
    assert await counts(work) == ONE_SANDBOX


async def test_a_worker_does_not_wait_for_another_one_s_partner(work):
    first, second = await made(work), await made(work, name="Altra Agenzia")
    async with work.unit_of_work() as uow:
        await onboarding.lock_case(uow, first.id)

        assert await asyncio.wait_for(provisioning.provision(work), 5) == 1

    assert (await row(work, models.OnboardingCase, partner_id=second.id)).sandbox_at == NOW
    assert await provisioning.provision(work) == 1


class Killed(BaseException):
    """The process ends here."""


async def provision_until(work, partner, flushes):
    """Begin to make a TEST environment and die after so many flushes."""
    async with work.unit_of_work() as uow:
        flush, left = uow.session.flush, iter(range(flushes))

        async def flush_or_die(*arguments):
            if next(left, None) is None:
                raise Killed
            await flush(*arguments)

        uow.session.flush = flush_or_die
        await acts_of.provision_sandbox(uow, partner_id=partner.id, now=NOW)


@pytest.mark.parametrize("killed_after", range(1, 12))
async def test_killed_at_any_statement_nothing_is_half_made(work, killed_after):
    partner = await made(work)

    with pytest.raises(Killed):
        await provision_until(work, partner, killed_after)

    assert await counts(work) == NOTHING
    assert await provisioning.provision(work) == 1
    assert await counts(work) == ONE_SANDBOX


async def test_one_partner_s_trouble_keeps_nobody_waiting(work, queue):
    """A SKU of the first one's sandbox is taken, as no partner could take it."""
    first, second = await made(work), await made(work, name="Altra Agenzia")
    async with work.unit_of_work() as uow:
        stray = models.Package(
            id=second.id,
            environment=Environment.TEST,
            partner_id=second.id,
            sku=f"SANDBOX-{first.id.hex}-SCARCE",
            names={"en": "Stray"},
            currency="EUR",
            time_zone="UTC",
            created_at=NOW,
        )
        uow.session.add(stray)

    assert await provisioning.provision(work) == 1
    assert (await row(work, models.OnboardingCase, partner_id=first.id)).sandbox_at is None
    async with work.unit_of_work() as uow:
        (await uow.session.merge(stray)).sku = "ELSEWHERE"
    await run_queued(work, queue)

    assert (await row(work, models.OnboardingCase, partner_id=first.id)).sandbox_at == NOW


async def test_what_was_made_can_be_held_at_once(work, real_acts):
    partner = await made(work)
    await provisioning.provision(work)
    seller = in_test(key_of(partner))
    sku = f"SANDBOX-{partner.id.hex}-"

    hold = await real_acts.hold(seller, line(2, f"{sku}SCARCE"))
    refused = await refusal(real_acts.hold(seller, line(1, f"{sku}SOLD-OUT")))

    assert (hold.units, hold.total_minor, hold.currency) == (2, 10_000, "EUR")
    assert refused == InsufficientInventory(product_id=f"{sku}SOLD-OUT", date=None, requested=1, available=0)


async def test_a_sandbox_can_be_filled_up_again(work, real_acts):
    partner = await made(work)
    await provisioning.provision(work)
    seller = in_test(key_of(partner))
    scarce = f"SANDBOX-{partner.id.hex}-SCARCE"
    await real_acts.activate(seller, await real_acts.hold(seller, line(1, scarce)))
    await real_acts.hold(seller, line(1, scarce))

    async with work.unit_of_work() as uow:
        await acts_of.restock(uow, partner_id=partner.id, now=NOW)

    hold = await real_acts.hold(seller, line(2, scarce))
    assert hold.units == 2
    assert await inventory.check_drift(work) == 0


ASKED = {"sandbox_at": NOW, "certified_at": NOW, "go_live_requested_at": NOW}


async def test_who_asked_to_go_live_gets_its_live_environment(work, clock):
    partner = await made(work, Stage.READY_FOR_GO_LIVE, **ASKED)
    clock.later(SECOND)

    number = await provisioning.provision(work)

    case = await row(work, models.OnboardingCase, partner_id=partner.id)
    profile = await row(work, models.ResellerProfile, partner_id=partner.id)
    assert number == 1
    assert (case.stage, case.production_at, case.live_at) == (Stage.LIVE, clock.now, clock.now)
    assert profile.live_at == clock.now


@pytest.mark.parametrize(
    ("verification", "facts"),
    [
        (VerificationStatus.VERIFIED, ASKED | {"go_live_requested_at": None}),
        (VerificationStatus.VERIFIED, ASKED | {"certified_at": None}),
        (VerificationStatus.SUSPENDED, ASKED),
        (VerificationStatus.PENDING, ASKED),
    ],
)
async def test_whoever_lacks_something_gets_none(work, verification, facts):
    partner = await made(work, Stage.READY_FOR_GO_LIVE, verification=verification, **facts)

    assert await provisioning.provision(work) == 0
    assert (await row(work, models.OnboardingCase, partner_id=partner.id)).production_at is None


async def test_two_workers_make_one_live_environment(work):
    await made(work, Stage.READY_FOR_GO_LIVE, **ASKED)

    numbers = await asyncio.gather(*(provisioning.provision(work) for _ in range(5)))

    assert sorted(numbers) == [0, 0, 0, 0, 1]


async def test_one_partner_is_provisioned_on_demand(work):
    partner = await made(work)

    await provisioning.provision_one(work, global_id("Partner", partner.id))
    await provisioning.provision_one(work, "garbage")

    assert await counts(work) == ONE_SANDBOX
