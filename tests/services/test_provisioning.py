"""Going live, pausing and resuming: what a partner does alone."""

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.errors import Forbidden, NotFound
from domain.events import EventType
from domain.ids import global_id
from domain.inventory import SalesClosed
from domain.onboarding import BlockerCode, NotLive, NotReadyToGoLive, PartnerPaused, Stage
from domain.partners import VerificationStatus
from permissions.viewer import Role
from services import provisioning
from tests.factories.provisioning import make_partner_at
from tests.factories.times import NOW
from tests.factories.viewers import assisting, in_test, key_of, member_of, staff
from tests.fixtures.acts import line, refusal

CERTIFIED = {"sandbox_at": NOW, "certified_at": NOW}


@pytest.fixture
def at(acts):
    """A partner whose case is at a stage."""

    async def at(stage, **facts):
        async with acts.work() as uow:
            return await make_partner_at(uow.session, stage, **facts)

    return at


@pytest.fixture
def do(acts):
    """One of the acts, in a unit of work of its own."""

    async def do(act, viewer, partner):
        async with acts.work() as uow:
            return await act(uow, viewer, partner_id=partner.id, now=acts.now)

    return do


@pytest.fixture
def live(acts):
    """Let a partner of the world be live."""

    async def live(partner):
        async with acts.work() as uow:
            case = models.OnboardingCase(
                id=partner.id, partner_id=partner.id, stage=Stage.LIVE, registered_at=NOW, live_at=NOW
            )
            uow.session.add(case)

    return live


async def told(acts, kind):
    """The environments in which an event was told of."""
    statement = select(models.Event.environment).where(models.Event.type == kind)
    return sorted(await acts.rows(statement))


async def audited(acts, partner):
    statement = select(models.AuditEntry).where(models.AuditEntry.partner_id == partner.id)
    return [each.act for each in await acts.rows(statement.order_by(models.AuditEntry.sequence))]


async def test_a_certified_and_verified_partner_goes_live_alone(acts, at, do):
    partner = await at(Stage.READY_FOR_GO_LIVE, **CERTIFIED)

    asked = await do(provisioning.request_go_live, member_of(partner), partner)
    async with acts.work() as uow:
        assert await provisioning.provision_production(uow, partner_id=partner.id, now=acts.now)

    (case,) = await acts.rows(select(models.OnboardingCase))
    assert (asked.stage, asked.go_live_requested_at) == (Stage.READY_FOR_GO_LIVE, NOW)
    assert asked.blocker_codes == ["PRODUCTION_UNDER_WAY"]
    assert (case.stage, case.production_at, case.live_at, case.blocker_codes) == (Stage.LIVE, NOW, NOW, [])
    assert await told(acts, EventType.PARTNER_LIVE) == [Environment.LIVE, Environment.TEST]
    assert await audited(acts, partner) == ["provisioning.request_go_live", "provisioning.production"]


async def test_asking_twice_is_asking_once(acts, at, do):
    partner = await at(Stage.READY_FOR_GO_LIVE, **CERTIFIED)

    first = await do(provisioning.request_go_live, member_of(partner), partner)
    second = await do(provisioning.request_go_live, member_of(partner), partner)

    assert first.sequence == second.sequence
    assert await audited(acts, partner) == ["provisioning.request_go_live"]


@pytest.mark.parametrize(
    ("stage", "facts", "missing"),
    [
        (Stage.PROVISIONING, {}, (BlockerCode.SANDBOX_UNDER_WAY,)),
        (Stage.TESTING, {"sandbox_at": NOW}, (BlockerCode.CERTIFICATION_MISSING,)),
        (
            Stage.READY_FOR_GO_LIVE,
            CERTIFIED | {"verification": VerificationStatus.UNSUBMITTED},
            (BlockerCode.DOCUMENTS_MISSING,),
        ),
        (
            Stage.READY_FOR_GO_LIVE,
            CERTIFIED | {"verification": VerificationStatus.SUSPENDED},
            (BlockerCode.VERIFICATION_SUSPENDED,),
        ),
    ],
)
async def test_whoever_lacks_something_hears_what(acts, at, do, stage, facts, missing):
    partner = await at(stage, **facts)

    refused = await refusal(do(provisioning.request_go_live, member_of(partner), partner))

    (case,) = await acts.rows(select(models.OnboardingCase))
    assert refused == NotReadyToGoLive(missing)
    assert case.go_live_requested_at is None


@pytest.mark.parametrize(
    "act", [provisioning.request_go_live, provisioning.pause_partner, provisioning.resume_partner]
)
async def test_nobody_else_decides_it(acts, world, at, do, act):
    partner = await at(Stage.READY_FOR_GO_LIVE, **CERTIFIED)
    strangers = [member_of(world.rival), key_of(world.rival), key_of(partner)]
    may_not = [member_of(partner, role=Role.SUPPORT), assisting(world.operator)]

    refusals = [type(await refusal(do(act, each, partner))) for each in (*strangers, *may_not)]

    assert refusals == [NotFound] * 3 + [Forbidden] * 2
    assert await audited(acts, partner) == []


@pytest.mark.parametrize("make", [member_of, assisting, lambda _: staff()])
async def test_a_partner_its_assistant_and_the_platform_do(at, do, make):
    partner = await at(Stage.READY_FOR_GO_LIVE, **CERTIFIED)

    assert (await do(provisioning.request_go_live, make(partner), partner)).go_live_requested_at == NOW


async def test_who_is_not_live_has_nothing_to_pause(at, do):
    partner = await at(Stage.READY_FOR_GO_LIVE, **CERTIFIED)

    assert await refusal(do(provisioning.pause_partner, member_of(partner), partner)) == NotLive()


async def test_a_paused_reseller_holds_nothing_in_live_and_everything_else_goes_on(
    acts, world, reseller, do, live
):
    await live(world.reseller)
    hold, booked = await acts.hold(reseller, line(1)), await acts.hold(reseller, line(1))

    await do(provisioning.pause_partner, member_of(world.reseller), world.reseller)

    paused = PartnerPaused(global_id("Partner", world.reseller.id))
    assert await refusal(acts.hold(reseller, line(1))) == paused
    assert (await acts.hold(in_test(reseller), line(1))).units == 1
    assert (await acts.hold(key_of(world.rival), line(1))).units == 1
    await acts.extend(reseller, hold)
    await acts.cancel(reseller, hold)
    booking = await acts.activate(reseller, booked)
    await acts.redeem(reseller, booking.tickets[0].code)


async def test_nobody_holds_what_a_paused_operator_sells(acts, world, owner, reseller, do, live):
    await live(world.operator)

    await do(provisioning.pause_partner, owner, world.operator)

    assert await refusal(acts.hold(reseller, line(1))) == SalesClosed(product_id="106", date=None)
    assert await refusal(acts.hold(owner, line(1))) == PartnerPaused(global_id("Partner", world.operator.id))
    assert (await acts.hold(in_test(reseller), line(1))).units == 1


async def test_a_resumed_partner_sells_again(acts, world, reseller, do, live):
    manager = member_of(world.reseller)
    await live(world.reseller)
    for _ in range(2):
        await do(provisioning.pause_partner, manager, world.reseller)
    for _ in range(2):
        await do(provisioning.resume_partner, manager, world.reseller)

    assert (await acts.hold(reseller, line(1))).units == 1
    assert await audited(acts, world.reseller) == ["provisioning.pause", "provisioning.resume"]
    assert await told(acts, EventType.PARTNER_PAUSED) == [Environment.LIVE, Environment.TEST]
    assert await told(acts, EventType.PARTNER_RESUMED) == [Environment.LIVE, Environment.TEST]


async def test_a_pause_costs_a_hold_no_statement_more(acts, sql, world, reseller, live):
    await live(world.reseller)

    count, _ = await sql.of(acts.hold(reseller, line(1)))

    assert count == 2
