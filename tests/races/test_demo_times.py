"""Many want one time at once: it is given once, overlaps included, and what is given up can be taken."""

import random
from itertools import pairwise

import pytest
from sqlalchemy import select

from db import models
from domain.introductions import IntroductionStage
from domain.scheduling import ProposedTime, SlotStatus, Span
from services import introductions, scheduling
from tests.factories.introductions import make_contractor, make_profile, make_user
from tests.factories.partners import make_partner
from tests.factories.scheduling import make_pair, make_slot
from tests.factories.times import DAY, MINUTE, NOW
from tests.factories.viewers import staff
from tests.fixtures.commits import at_once, kinds

pytestmark = pytest.mark.anyio

START = NOW + 2 * DAY
PROPOSED = IntroductionStage.TIMES_PROPOSED


async def offered(busy, *starts, partner=None, contractor=None, minutes=30):
    """A pair with these times proposed by the partner."""
    async with busy.work() as uow:
        pair = await make_pair(uow.session, partner=partner, contractor=contractor, stage=PROPOSED)
        slots = [
            await make_slot(uow.session, pair.introduction, starts_at=start, duration_minutes=minutes)
            for start in starts
        ]
    return pair, slots


async def pick(busy, pair, slot):
    async with busy.work() as uow:
        return await scheduling.pick_time(
            uow, pair.for_contractor, slot_id=slot.id, idempotency=None, now=busy.now
        )


async def cancel(busy, pair):
    async with busy.work() as uow:
        return await scheduling.cancel_demo(
            uow, pair.for_contractor, introduction_id=pair.introduction.id, reason=None, now=busy.now
        )


async def move(busy, pair, start):
    async with busy.work() as uow:
        return await scheduling.reschedule(
            uow,
            staff(),
            introduction_id=pair.introduction.id,
            times=[ProposedTime(starts_at=start)],
            duration_minutes=None,
            time_zone=None,
            note=None,
            is_agreed=True,
            idempotency=None,
            now=busy.now,
        )


async def confirmed(busy, party_ids):
    """The demos of some parties that have their time, in order."""
    introduction = models.Introduction
    rows = await busy.rows(
        select(introduction)
        .where(
            introduction.partner_id.in_(party_ids) | introduction.contractor_id.in_(party_ids),
            introduction.stage == IntroductionStage.CONFIRMED,
        )
        .order_by(introduction.scheduled_at)
    )
    return [Span(each.scheduled_at, each.duration_minutes) for each in rows]


async def test_of_twenty_contractors_one_gets_a_partners_time(busy):
    first, slots = await offered(busy, START)
    offers = [(first, slots[0])]
    for _ in range(19):
        pair, slots = await offered(busy, START, partner=first.partner)
        offers.append((pair, slots[0]))

    answers = await at_once(*(pick(busy, pair, slot) for pair, slot in offers))

    assert kinds(answers) == {"Introduction": 1, "TimeTaken": 19}
    assert await confirmed(busy, [first.partner.id]) == [Span(START, 30)]


async def test_of_ten_partners_one_gets_a_contractors_time(busy):
    first, slots = await offered(busy, START)
    offers = [(first, slots[0])]
    for shift in range(-4, 5):
        pair, slots = await offered(
            busy, START + shift * 5 * 3 * MINUTE, contractor=first.contractor, minutes=90
        )
        offers.append((pair, slots[0]))

    answers = await at_once(*(pick(busy, pair, slot) for pair, slot in offers))

    spans = await confirmed(busy, [first.contractor.id])
    assert kinds(answers)["Introduction"] == len(spans)
    assert not any(one.overlaps(other) for one, other in pairwise(spans))


async def test_one_introduction_is_confirmed_once_however_often_its_times_are_picked(busy):
    pair, slots = await offered(busy, *(START + number * 60 * MINUTE for number in range(5)))

    answers = await at_once(*(pick(busy, pair, slot) for slot in slots * 3))

    assert kinds(answers) == {"Introduction": 1, "SlotNotOpen": 14}
    statuses = await busy.rows(
        select(models.DemoSlot.status).where(models.DemoSlot.introduction_id == pair.introduction.id)
    )
    assert sorted(statuses) == [SlotStatus.DECLINED] * 4 + [SlotStatus.PICKED]


async def test_two_demos_that_move_over_each_others_time_do_not_wait_for_each_other(busy):
    """Each wants what the other gives up in the same moment: both orders refuse or pass, none hangs."""
    one, slots = await offered(busy, START, minutes=60)
    other, others = await offered(busy, START + 60 * MINUTE, partner=one.partner, minutes=60)
    await pick(busy, one, slots[0])
    await pick(busy, other, others[0])

    for _ in range(5):
        await at_once(move(busy, one, START + 15 * MINUTE), move(busy, other, START + 75 * MINUTE))
        await at_once(move(busy, other, START + 60 * MINUTE), move(busy, one, START))

    spans = await confirmed(busy, [one.partner.id])
    assert len(spans) == 2
    assert not spans[0].overlaps(spans[1])


async def test_whatever_a_crowd_does_at_once_no_two_demos_of_anybody_overlap(busy):
    chance = random.Random(20261118)
    async with busy.work() as uow:
        partners = [await make_partner(uow.session) for _ in range(3)]
        for each in partners:
            await make_profile(uow.session, each)
        contractors = []
        for _ in range(4):
            user = await make_user(uow.session)
            contractors.append(await make_contractor(uow.session, user_id=user.id))
    pairs = []
    for partner in partners:
        for contractor in contractors:
            starts = [START + chance.randrange(12) * 15 * MINUTE for _ in range(2)]
            starts = sorted(set(starts))
            pair, slots = await offered(
                busy, *starts, partner=partner, contractor=contractor, minutes=chance.choice([15, 30, 60])
            )
            pairs.append((pair, slots))

    for _ in range(4):
        acts = []
        for pair, slots in pairs:
            act = chance.randrange(4)
            if act <= 1:
                acts.append(pick(busy, pair, chance.choice(slots)))
            elif act == 2:
                acts.append(move(busy, pair, START + chance.randrange(12) * 15 * MINUTE))
            else:
                acts.append(cancel(busy, pair))
        chance.shuffle(acts)
        await at_once(*acts)

    for party_id in [*(each.id for each in partners), *(each.id for each in contractors)]:
        spans = await confirmed(busy, [party_id])
        assert not any(one.overlaps(other) for one, other in pairwise(spans))
        cells = await busy.rows(select(models.DemoCell.starts_at).where(models.DemoCell.party_id == party_id))
        assert len(cells) == sum(each.minutes // 15 for each in spans)


async def test_confirming_by_hand_and_picking_race_for_one_time(busy):
    one, slots = await offered(busy, START)
    other, _ = await offered(busy, START + DAY, partner=one.partner)

    async def by_hand():
        admin = staff()
        async with busy.work() as uow:
            introduction = await introductions.lock(uow, admin, other.introduction.id)
            role = await introductions.role_for(uow, admin, introduction, IntroductionStage.CONFIRMED)
            return await introductions.confirm(
                uow,
                introduction,
                starts_at=START + 10 * MINUTE,
                duration=45,
                actor=admin,
                role=role,
                now=busy.now,
            )

    answers = await at_once(by_hand(), pick(busy, one, slots[0]))

    assert kinds(answers) == {"Introduction": 1, "TimeTaken": 1}
