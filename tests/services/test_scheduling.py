"""Finding a time: proposed, countered, picked, moved, called off; and what it leaves behind."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.introductions import (
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
    ShowStatus,
)
from domain.scheduling import NotYourTurn, ProposedTime, SlotNotOpen, SlotSide, SlotStatus, TimeTaken
from permissions.viewer import Role
from services import introductions, scheduling
from tests.factories.scheduling import make_pair, person_of
from tests.factories.times import DAY, MINUTE, NOW
from tests.factories.viewers import member_of, staff
from tests.fixtures.acts import refusal

PARTNER, CONTRACTOR = IntroductionRole.PARTNER, IntroductionRole.CONTRACTOR
FIRST, SECOND, THIRD = (NOW + days * DAY for days in (2, 3, 4))
PROPOSED, CONFIRMED = IntroductionStage.TIMES_PROPOSED, IntroductionStage.CONFIRMED


def at(*starts):
    return [ProposedTime(starts_at=each) for each in starts]


class Table:
    """Two sides at one table, with the acts as verbs."""

    def __init__(self, acts):
        self.acts = acts

    async def pair(self, **facts):
        async with self.acts.work() as uow:
            return await make_pair(uow.session, **facts)

    async def propose(
        self, viewer, pair, *starts, side=PARTNER, minutes=None, zone=None, times=None, key=None
    ):
        times = times or at(*starts)
        async with self.acts.work() as uow:
            return await scheduling.propose_times(
                uow,
                viewer,
                introduction_id=pair.introduction.id,
                side=side,
                times=times,
                duration_minutes=minutes,
                time_zone=zone,
                note="Whichever suits you",
                idempotency=idempotency(viewer.id, key, "propose", times=times),
                now=self.acts.now,
            )

    async def pick(self, viewer, slot, *, key=None):
        async with self.acts.work() as uow:
            return await scheduling.pick_time(
                uow,
                viewer,
                slot_id=slot.id,
                idempotency=idempotency(viewer.id, key, "pick", slot=slot.id),
                now=self.acts.now,
            )

    async def move(self, viewer, pair, *starts, is_agreed=False):
        async with self.acts.work() as uow:
            return await scheduling.reschedule(
                uow,
                viewer,
                introduction_id=pair.introduction.id,
                times=at(*starts),
                duration_minutes=None,
                time_zone=None,
                note=None,
                is_agreed=is_agreed,
                idempotency=None,
                now=self.acts.now,
            )

    async def cancel(self, viewer, pair):
        async with self.acts.work() as uow:
            return await scheduling.cancel_demo(
                uow, viewer, introduction_id=pair.introduction.id, reason="Ill", now=self.acts.now
            )

    async def slots(self, pair):
        """(start, status) of all that was proposed, in order."""
        return [(each.starts_at, each.status) for each in await self.rows(pair)]

    async def rows(self, pair):
        slot = models.DemoSlot
        return await self.acts.rows(
            select(slot)
            .where(slot.introduction_id == pair.introduction.id)
            .order_by(slot.round, slot.starts_at)
        )

    async def row_at(self, pair, start):
        return next(
            each
            for each in await self.rows(pair)
            if each.starts_at == start and each.status is SlotStatus.OPEN
        )

    async def introduction(self, pair):
        async with self.acts.sessions.read() as session:
            return await session.get_one(models.Introduction, pair.introduction.id)

    async def cells(self, party_id):
        cell = models.DemoCell
        return await self.acts.rows(
            select(cell.starts_at).where(cell.party_id == party_id).order_by(cell.starts_at)
        )

    async def confirmed(self, start=FIRST, **facts):
        """A pair whose demo is confirmed by both."""
        pair = await self.pair(**facts)
        await self.propose(pair.for_partner, pair, start)
        await self.pick(pair.for_contractor, await self.row_at(pair, start))
        return pair


@pytest.fixture
def table(acts):
    return Table(acts)


async def test_a_partner_that_proposes_times_has_answered(table):
    pair = await table.pair()

    await table.propose(pair.for_partner, pair, SECOND, FIRST)

    introduction = await table.introduction(pair)
    assert (introduction.stage, introduction.partner_responded_at) == (PROPOSED, NOW)
    rows = await table.rows(pair)
    assert [(each.starts_at, each.round, each.side, each.duration_minutes) for each in rows] == [
        (FIRST, 1, SlotSide.PARTNER, 30),
        (SECOND, 1, SlotSide.PARTNER, 30),
    ]
    assert {each.time_zone for each in rows} == {"Asia/Hong_Kong"}
    assert await table.cells(pair.partner.id) == []


async def test_times_are_read_on_the_clock_of_whoever_proposes(table):
    pair = await table.pair()
    ten = ProposedTime(local_time="2026-11-23T10:00")

    await table.propose(pair.for_partner, pair, times=[ten])
    await table.propose(pair.for_contractor, pair, times=[ten], side=CONTRACTOR)
    await table.propose(pair.for_partner, pair, times=[ten], zone="America/New_York")

    assert [each.starts_at for each in await table.rows(pair)] == [
        dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC),
    ]


async def test_a_time_that_its_clock_skips_is_refused(table):
    pair = await table.pair()
    table.acts.now = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    skipped = [ProposedTime(local_time="2026-03-29T02:30")]

    reason = await refusal(table.propose(pair.for_partner, pair, times=skipped, zone="Europe/Rome"))

    assert isinstance(reason, InvalidInput)
    assert reason.field == "times[0].local_time"
    assert await table.slots(pair) == []


async def test_the_contractor_picks_and_the_demo_is_confirmed(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST, SECOND)

    await table.pick(pair.for_contractor, await table.row_at(pair, SECOND))

    introduction = await table.introduction(pair)
    assert (introduction.stage, introduction.scheduled_at, introduction.duration_minutes) == (
        CONFIRMED,
        SECOND,
        30,
    )
    assert await table.slots(pair) == [(FIRST, SlotStatus.DECLINED), (SECOND, SlotStatus.PICKED)]
    for party in (pair.partner, pair.contractor):
        assert await table.cells(party.id) == [SECOND, SECOND + 15 * MINUTE]


async def test_the_contractor_counters_and_the_partner_picks(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST)

    await table.propose(pair.for_contractor, pair, SECOND, THIRD, side=CONTRACTOR)
    await table.pick(pair.for_partner, await table.row_at(pair, THIRD))

    assert await table.slots(pair) == [
        (FIRST, SlotStatus.DECLINED),
        (SECOND, SlotStatus.DECLINED),
        (THIRD, SlotStatus.PICKED),
    ]


async def test_who_proposes_anew_withdraws_what_it_proposed_before(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST)

    await table.propose(pair.for_partner, pair, SECOND)

    assert await table.slots(pair) == [(FIRST, SlotStatus.WITHDRAWN), (SECOND, SlotStatus.OPEN)]


async def test_nobody_picks_a_time_of_its_own(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST)

    reason = await refusal(table.pick(pair.for_partner, await table.row_at(pair, FIRST)))

    assert reason == NotYourTurn(SlotSide.CONTRACTOR)
    assert await table.slots(pair) == [(FIRST, SlotStatus.OPEN)]


async def test_a_time_is_picked_once_and_the_same_call_again_answers_the_same(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST)
    slot = await table.row_at(pair, FIRST)
    first = await table.pick(pair.for_contractor, slot, key="k")

    again = await table.pick(pair.for_contractor, slot, key="k")

    assert again.id == first.id
    assert await refusal(table.pick(pair.for_contractor, slot)) == SlotNotOpen(SlotStatus.PICKED)
    assert (await table.introduction(pair)).sequence == 3


async def test_proposing_twice_with_one_key_proposes_once(table):
    pair = await table.pair()

    await table.propose(pair.for_partner, pair, FIRST, key="k")
    await table.propose(pair.for_partner, pair, FIRST, key="k")

    assert await table.slots(pair) == [(FIRST, SlotStatus.OPEN)]


async def test_a_time_that_came_too_near_is_not_picked(table):
    pair = await table.pair()
    await table.propose(pair.for_partner, pair, FIRST)
    slot = await table.row_at(pair, FIRST)
    table.acts.later(2 * DAY - 29 * MINUTE)

    assert await refusal(table.pick(pair.for_contractor, slot)) == SlotNotOpen(SlotStatus.OPEN)


@pytest.mark.parametrize("shift", [-15, 0, 15])
async def test_a_partner_has_no_two_demos_that_overlap(table, shift):
    """The other demo was confirmed after this one's times were proposed."""
    one = await table.pair()
    other = await table.pair(partner=one.partner)
    await table.propose(one.for_partner, one, FIRST)
    await table.propose(other.for_partner, other, FIRST + shift * MINUTE)
    await table.pick(one.for_contractor, await table.row_at(one, FIRST))

    slot = await table.row_at(other, FIRST + shift * MINUTE)
    reason = await refusal(table.pick(other.for_contractor, slot))

    assert reason == TimeTaken(FIRST + shift * MINUTE)
    assert (await table.introduction(other)).stage is PROPOSED
    assert await table.slots(other) == [(FIRST + shift * MINUTE, SlotStatus.OPEN)]


async def test_a_demo_may_begin_when_another_ends(table):
    one = await table.confirmed()
    other = await table.pair(partner=one.partner)

    await table.propose(other.for_partner, other, FIRST + 30 * MINUTE)
    await table.pick(other.for_contractor, await table.row_at(other, FIRST + 30 * MINUTE))

    assert len(await table.cells(one.partner.id)) == 4


async def test_a_contractor_has_no_two_demos_that_overlap(table):
    one = await table.pair()
    other = await table.pair(contractor=one.contractor)
    await table.propose(one.for_partner, one, FIRST)
    await table.propose(other.for_partner, other, FIRST)
    await table.pick(one.for_contractor, await table.row_at(one, FIRST))

    reason = await refusal(table.pick(one.for_contractor, await table.row_at(other, FIRST)))

    assert reason == TimeTaken(FIRST)


async def test_a_time_that_is_taken_is_not_even_proposed(table):
    one = await table.confirmed()
    other = await table.pair(partner=one.partner)

    reason = await refusal(table.propose(other.for_partner, other, THIRD, FIRST + 15 * MINUTE))

    assert reason == TimeTaken(FIRST + 15 * MINUTE)
    assert (await table.introduction(other)).stage is IntroductionStage.INTRODUCED


async def test_a_demo_confirmed_by_hand_takes_its_time_too(table):
    one = await table.confirmed()
    other = await table.pair(partner=one.partner)

    async def by_hand():
        admin = staff()
        async with table.acts.work() as uow:
            introduction = await introductions.lock(uow, admin, other.introduction.id)
            await introductions.confirm(
                uow,
                introduction,
                starts_at=FIRST + 5 * MINUTE,
                duration=30,
                actor=admin,
                role=IntroductionRole.ADMIN,
                now=table.acts.now,
            )

    assert await refusal(by_hand()) == TimeTaken(FIRST + 5 * MINUTE)


async def test_a_demo_keeps_its_time_until_another_is_picked(table):
    pair = await table.confirmed()

    await table.move(pair.for_contractor, pair, SECOND, THIRD)
    before = await table.introduction(pair)
    await table.pick(pair.for_partner, await table.row_at(pair, THIRD))

    after = await table.introduction(pair)
    assert (before.stage, before.scheduled_at) == (CONFIRMED, FIRST)
    assert (after.stage, after.scheduled_at) == (CONFIRMED, THIRD)
    assert await table.slots(pair) == [
        (FIRST, SlotStatus.REPLACED),
        (SECOND, SlotStatus.DECLINED),
        (THIRD, SlotStatus.PICKED),
    ]
    assert await table.cells(pair.partner.id) == [THIRD, THIRD + 15 * MINUTE]


async def test_a_demo_may_be_moved_over_its_own_time(table):
    pair = await table.confirmed()

    await table.move(pair.for_partner, pair, FIRST + 15 * MINUTE)
    await table.pick(pair.for_contractor, await table.row_at(pair, FIRST + 15 * MINUTE))

    assert await table.cells(pair.contractor.id) == [FIRST + 15 * MINUTE, FIRST + 30 * MINUTE]


async def test_staff_moves_a_demo_at_once_where_both_agreed(table):
    pair = await table.confirmed()

    await table.move(staff(), pair, THIRD, SECOND, is_agreed=True)

    assert (await table.introduction(pair)).scheduled_at == THIRD
    assert isinstance(await refusal(table.move(pair.for_partner, pair, FIRST, is_agreed=True)), Forbidden)


async def test_a_demo_that_is_moved_was_rescheduled_until_somebody_says_what_became_of_it(table):
    pair = await table.confirmed()
    before = await table.introduction(pair)
    await table.move(pair.for_partner, pair, SECOND)
    asked = await table.introduction(pair)
    await table.pick(pair.for_contractor, await table.row_at(pair, SECOND))

    assert (before.show_status, asked.show_status) == (None, None)
    assert (await table.introduction(pair)).show_status is ShowStatus.RESCHEDULED


async def test_a_demo_that_has_begun_is_held_though_no_worker_has_noted_it(table, acts):
    pair = await table.confirmed()
    await table.move(pair.for_contractor, pair, THIRD)
    slot = await table.row_at(pair, THIRD)
    acts.now = FIRST

    reasons = [
        await refusal(table.pick(pair.for_partner, slot)),
        await refusal(table.move(pair.for_partner, pair, THIRD)),
        await refusal(table.cancel(pair.for_contractor, pair)),
    ]

    assert reasons == [
        InvalidIntroductionTransition(IntroductionStage.HELD, CONFIRMED, PARTNER),
        InvalidIntroductionTransition(IntroductionStage.HELD, CONFIRMED, PARTNER),
        InvalidIntroductionTransition(IntroductionStage.HELD, IntroductionStage.CANCELLED, CONTRACTOR),
    ]
    assert (await table.introduction(pair)).scheduled_at == FIRST


async def test_a_demo_that_is_called_off_gives_its_time_back(table):
    one = await table.confirmed()
    other = await table.pair(partner=one.partner)

    await table.cancel(one.for_contractor, one)
    await table.propose(other.for_partner, other, FIRST)
    await table.pick(other.for_contractor, await table.row_at(other, FIRST))

    introduction = await table.introduction(one)
    assert (introduction.stage, introduction.cancelled_at) == (IntroductionStage.CANCELLED, NOW)
    assert (await table.introduction(other)).stage is CONFIRMED


async def test_what_is_not_confirmed_is_neither_moved_nor_called_off(table):
    pair = await table.pair()

    assert await refusal(table.move(pair.for_partner, pair, FIRST)) == InvalidIntroductionTransition(
        IntroductionStage.INTRODUCED, CONFIRMED, PARTNER
    )
    assert await refusal(table.cancel(pair.for_partner, pair)) == InvalidIntroductionTransition(
        IntroductionStage.INTRODUCED, IntroductionStage.CANCELLED, PARTNER
    )


async def test_a_confirmed_demo_is_not_proposed_anew_but_moved(table):
    pair = await table.confirmed()

    reason = await refusal(table.propose(pair.for_partner, pair, SECOND))

    assert reason == InvalidIntroductionTransition(CONFIRMED, PROPOSED, PARTNER)


async def test_there_is_nothing_to_counter_before_the_partner_answered(table):
    pair = await table.pair()

    reason = await refusal(table.propose(pair.for_contractor, pair, FIRST, side=CONTRACTOR))

    assert reason == InvalidIntroductionTransition(IntroductionStage.INTRODUCED, PROPOSED, CONTRACTOR)


async def test_after_a_demo_nobody_came_to_times_are_proposed_again(table):
    pair = await table.pair(stage=IntroductionStage.HELD)

    await table.propose(pair.for_partner, pair, SECOND)
    await table.pick(pair.for_contractor, await table.row_at(pair, SECOND))

    assert (await table.introduction(pair)).scheduled_at == SECOND


async def test_strangers_find_nothing_and_readers_may_not(table):
    pair = await table.confirmed()
    rival = await table.pair()
    slot = (await table.rows(pair))[0]

    for stranger in (rival.for_partner, rival.for_contractor):
        assert isinstance(await refusal(table.propose(stranger, pair, SECOND)), NotFound)
        assert isinstance(await refusal(table.move(stranger, pair, SECOND)), NotFound)
        assert isinstance(await refusal(table.cancel(stranger, pair)), NotFound)
        assert isinstance(await refusal(table.pick(stranger, slot)), NotFound)
    assert isinstance(await refusal(table.propose(person_of(pair.contractor), pair, SECOND)), Forbidden)
    analyst = staff(Role.ANALYST)
    assert isinstance(await refusal(table.cancel(analyst, pair)), NotFound)
    finance = member_of(pair.partner, role=Role.FINANCE)
    assert isinstance(await refusal(table.cancel(finance, pair)), NotFound)
    assert await table.slots(pair) == [(FIRST, SlotStatus.PICKED)]


async def test_every_act_is_audited(table):
    pair = await table.confirmed()
    await table.move(pair.for_partner, pair, SECOND)
    await table.cancel(pair.for_partner, pair)

    entries = await table.acts.rows(
        select(models.AuditEntry)
        .where(models.AuditEntry.partner_id == pair.partner.id)
        .order_by(models.AuditEntry.sequence)
    )
    assert [(each.act, each.facts.get("to")) for each in entries] == [
        ("introductions.move", "TIMES_PROPOSED"),
        ("introductions.move", "CONFIRMED"),
        ("introductions.reschedule", None),
        ("introductions.move", "CANCELLED"),
    ]
