"""Cases of onboarding: carried on by facts, helped by people."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from db.queries import onboarding as queries
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.onboarding import ByHand, NotManual, Stage
from domain.partners import VerificationStatus
from permissions.viewer import Role
from services import onboarding
from tests.factories.onboarding import make_case, make_manager
from tests.factories.times import NOW
from tests.factories.viewers import assisting, member_of, staff
from tests.fixtures.acts import refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def case(acts, world):
    async with acts.work() as uow:
        return await make_case(uow.session, world.reseller)


@pytest.fixture
async def manager(acts):
    async with acts.work() as uow:
        return await make_manager(uow.session)


MANAGER = staff(Role.ACCOUNT_MANAGER)


async def do(acts, act, viewer, partner, **facts):
    async with acts.work() as uow:
        return await act(uow, viewer, partner_id=partner.id, **facts, now=acts.now)


async def review(acts, partner):
    async with acts.work() as uow:
        return await onboarding.review(uow, partner.id, now=acts.now)


async def complete_profile(acts, partner, **facts):
    async with acts.work() as uow:
        row = await uow.session.get_one(models.Partner, partner.id)
        row.country, row.regions, row.languages, row.descriptions = "IT", ["IT"], ["it"], {"en": "x"}
        for name, value in facts.items():
            setattr(row, name, value)


async def visits(acts, case):
    visit = models.StageVisit
    rows = await acts.rows(select(visit).where(visit.case_id == case.id).order_by(visit.entered_at, visit.id))
    return [(each.stage, each.entered_at, each.left_at) for each in rows]


async def test_a_case_goes_on_as_far_as_its_facts_reach_and_says_when(acts, world, case):
    await complete_profile(acts, world.reseller)
    acts.later(dt.timedelta(hours=1))

    reviewed = await review(acts, world.reseller)

    assert (reviewed.stage, reviewed.sequence) == (Stage.PROVISIONING, 2)
    later = NOW + dt.timedelta(hours=1)
    assert (await visits(acts, case))[1:] == [
        (Stage.DATA_COLLECTION, NOW - dt.timedelta(days=1), later),
        (Stage.VALIDATING, later, later),
        (Stage.PROVISIONING, later, None),
    ]


async def test_a_review_that_changes_nothing_tells_nothing(acts, world, case):
    await review(acts, world.reseller)
    told = len(await acts.rows(select(models.Event)))

    reviewed = await review(acts, world.reseller)

    assert reviewed.sequence == 2
    assert len(await acts.rows(select(models.Event))) == told


async def test_a_case_with_everything_is_live(acts, world, case):
    await complete_profile(acts, world.reseller, verification_status=VerificationStatus.VERIFIED)
    async with acts.work() as uow:
        row = await onboarding.lock_case(uow, world.reseller.id)
        row.sandbox_at = row.certified_at = row.go_live_requested_at = row.production_at = acts.now

    reviewed = await review(acts, world.reseller)

    assert (reviewed.stage, reviewed.live_at, reviewed.blocker_codes) == (Stage.LIVE, NOW, [])


async def test_a_partner_decides_that_it_is_assisted(acts, world, case):
    assisted = await do(
        acts, onboarding.set_assisted, member_of(world.reseller), world.reseller, is_assisted=True
    )

    assert assisted.is_assisted is True
    assert [each.act for each in await acts.rows(select(models.AuditEntry))] == ["onboarding.assist"]


async def test_an_account_manager_does_not_let_itself_in(acts, world, case):
    for viewer in (MANAGER, assisting(world.reseller)):
        reason = await refusal(do(acts, onboarding.set_assisted, viewer, world.reseller, is_assisted=True))
        assert isinstance(reason, Forbidden)


async def test_a_manager_assists_only_while_the_partner_lets_it(acts, world, case, manager):
    await do(acts, onboarding.assign_manager, MANAGER, world.reseller, user_id=manager.id)
    async with acts.sessions.read() as session:
        assert await queries.assisted_by(session, manager.id) == frozenset()

    await do(acts, onboarding.set_assisted, member_of(world.reseller), world.reseller, is_assisted=True)

    async with acts.sessions.read() as session:
        assert await queries.assisted_by(session, manager.id) == {world.reseller.id}


async def test_only_staff_is_put_in_charge(acts, world, case):
    async with acts.work() as uow:
        person = await make_manager(uow.session)
        person.platform_roles = ["ANALYST"]

    reason = await refusal(do(acts, onboarding.assign_manager, MANAGER, world.reseller, user_id=person.id))

    assert reason == InvalidInput("account_manager_id", "is not an account manager of the platform")


async def test_a_step_is_done_by_hand_in_a_manual_case_only(acts, world, case):
    by_hand = {"step": ByHand.CERTIFICATION, "reason": "Its system is older than ours."}
    assert (
        await refusal(do(acts, onboarding.complete_by_hand, MANAGER, world.reseller, **by_hand))
        == NotManual()
    )

    await do(acts, onboarding.set_manual, MANAGER, world.reseller, is_manual=True, reason="Older than ours.")
    done = await do(acts, onboarding.complete_by_hand, MANAGER, world.reseller, **by_hand)

    assert done.certified_at == NOW
    assert "MANUAL_PROCESS" in done.blocker_codes
    assert [each.facts["reason"] for each in await acts.rows(select(models.AuditEntry))] == [
        "Older than ours.",
        "Its system is older than ours.",
    ]


async def test_the_time_of_an_account_manager_is_noted_once_a_key(acts, world, case):
    for _ in range(2):
        await do(
            acts,
            onboarding.log_time,
            MANAGER,
            world.reseller,
            minutes=45,
            note="Call",
            idempotency=idempotency(MANAGER.id, "k", "log_time", minutes=45),
        )

    assert await acts.rows(select(models.AssistedTime.minutes)) == [45]


@pytest.mark.parametrize("minutes", [0, -1, 1441])
async def test_no_day_has_so_many_minutes(acts, world, case, minutes):
    facts = {"minutes": minutes, "note": "", "idempotency": None}

    reason = await refusal(do(acts, onboarding.log_time, MANAGER, world.reseller, **facts))

    assert reason == InvalidInput("minutes", "must be from 1 to 1440")


async def test_a_member_answers_for_itself_and_staff_for_nobody(acts, world, case):
    answer = {"score": 9, "comment": "Fast.", "idempotency": None}

    given = await do(
        acts, onboarding.answer_satisfaction, member_of(world.reseller), world.reseller, **answer
    )

    assert (given.score, given.comment) == (9, "Fast.")
    for viewer in (staff(), assisting(world.reseller)):
        act = do(acts, onboarding.answer_satisfaction, viewer, world.reseller, **answer)
        assert isinstance(await refusal(act), Forbidden)
    stranger = do(acts, onboarding.answer_satisfaction, member_of(world.rival), world.reseller, **answer)
    assert isinstance(await refusal(stranger), NotFound)


async def test_nobody_leads_the_case_of_another(acts, world, case):
    for act, facts in (
        (onboarding.assign_manager, {"user_id": None}),
        (onboarding.set_manual, {"is_manual": True, "reason": "x"}),
        (onboarding.log_time, {"minutes": 5, "note": "", "idempotency": None}),
    ):
        assert isinstance(
            await refusal(do(acts, act, member_of(world.reseller), world.reseller, **facts)), Forbidden
        )
        assert isinstance(
            await refusal(do(acts, act, member_of(world.rival), world.reseller, **facts)), NotFound
        )
