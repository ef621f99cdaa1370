"""What is done in support threads, and what it leaves behind."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.errors import IdempotencyConflict, InvalidInput, NotFound
from domain.events import EventType
from domain.idempotency import idempotency
from domain.ids import global_id
from domain.support import SupportCategory, SupportSide, SupportStatus
from domain.webhooks import SUBSCRIBABLE
from permissions.viewer import Role
from services import events, support
from tests.factories.partners import make_partner
from tests.factories.support import make_staff, make_thread
from tests.factories.times import HOUR, NOW
from tests.factories.viewers import also_at, assisting, member_of, staff
from tests.factories.webhooks import make_endpoint
from tests.fixtures.acts import refusal
from tests.fixtures.work import SEAL

SECRET_WORDS = "my card is 4242"


async def open_thread(acts, viewer, *, partner_id=None, text="Why?", key=None):
    bound = idempotency(viewer.id, key, "open", text=text)
    async with acts.work() as uow:
        return await support.open_thread(
            uow,
            viewer,
            partner_id=partner_id,
            category=SupportCategory.BILLING,
            subject="A question",
            text=text,
            idempotency=bound,
            now=acts.now,
        )


async def post(acts, viewer, thread, text="More", *, key=None):
    bound = idempotency(viewer.id, key, "post", text=text)
    async with acts.work() as uow:
        return await support.post_message(
            uow, viewer, thread_id=thread.id, text=text, idempotency=bound, now=acts.now
        )


async def resolve(acts, viewer, thread):
    async with acts.work() as uow:
        return await support.resolve_thread(uow, viewer, thread_id=thread.id, now=acts.now)


async def assign(acts, viewer, thread, assignee=None):
    async with acts.work() as uow:
        return await support.assign_thread(
            uow, viewer, thread_id=thread.id, assignee_id=assignee and assignee.id, now=acts.now
        )


async def told(acts):
    """Type, environment and sequence of each event, in their order."""
    rows = await acts.rows(
        select(models.Event)
        .where(models.Event.type.startswith("support."))
        .order_by(models.Event.sequence, models.Event.environment)
    )
    return [(row.type, row.environment.value, row.sequence) for row in rows]


@pytest.fixture
def asker(world):
    return member_of(world.reseller, role=Role.SUPPORT)


@pytest.fixture
def manager():
    return staff(Role.ACCOUNT_MANAGER)


async def test_the_side_is_the_platform_s_for_its_staff_wherever_else_it_belongs(world, asker, manager):
    both = also_at(manager, world.reseller, Role.OWNER)

    sides = [support.side_of(each) for each in (asker, manager, both, assisting(world.operator))]

    assert sides == [SupportSide.PARTNER, *[SupportSide.PLATFORM] * 3]


async def test_every_change_is_told_in_both_environments_and_never_says_what_was_written(
    acts, asker, manager
):
    thread = await open_thread(acts, asker, text=SECRET_WORDS)
    await post(acts, manager, thread, SECRET_WORDS)
    await resolve(acts, manager, thread)

    posted, changed = EventType.SUPPORT_MESSAGE_POSTED, EventType.SUPPORT_THREAD_CHANGED
    assert await told(acts) == [
        (posted, "LIVE", 1),
        (posted, "TEST", 1),
        (posted, "LIVE", 2),
        (posted, "TEST", 2),
        (changed, "LIVE", 3),
        (changed, "TEST", 3),
    ]
    rows = await acts.rows(select(models.Event).where(models.Event.object_id == thread.id))
    assert {row.partner_id for row in rows} == {thread.partner_id}
    assert not [row for row in rows if "4242" in str(row.payload)]


async def test_an_endpoint_hears_of_a_message_who_wrote_it_and_whose_turn_it_is(acts, world, asker, manager):
    thread = await open_thread(acts, asker)
    async with acts.work() as uow:
        await events.take_unrelayed(uow, now=acts.now)
        await make_endpoint(uow.session, world.reseller, SEAL, event_types=[EventType.SUPPORT_MESSAGE_POSTED])
    message = await post(acts, manager, thread)
    await resolve(acts, manager, thread)
    async with acts.work() as uow:
        await events.take_unrelayed(uow, now=acts.now)

    (delivery,) = await acts.rows(select(models.WebhookDelivery))
    (event,) = await acts.rows(select(models.Event).where(models.Event.id == delivery.event_id))
    assert delivery.event_type is EventType.SUPPORT_MESSAGE_POSTED
    assert event.payload == {
        "thread_id": global_id("SupportThread", thread.id),
        "category": "BILLING",
        "status": "WAITING_FOR_PARTNER",
        "message_id": global_id("SupportMessage", message.id),
        "number": 2,
        "side": "PLATFORM",
    }


def test_endpoints_may_ask_for_both_events():
    assert {EventType.SUPPORT_MESSAGE_POSTED, EventType.SUPPORT_THREAD_CHANGED} <= SUBSCRIBABLE


async def test_assigning_and_resolving_are_audited_and_messages_are_not(acts, asker, manager):
    async with acts.work() as uow:
        taker = await make_staff(uow.session)
    thread = await open_thread(acts, asker)
    await post(acts, manager, thread)
    for _ in range(2):
        await assign(acts, manager, thread, taker)
        await resolve(acts, manager, thread)

    entries = await acts.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))
    shown = global_id("SupportThread", thread.id)
    assert [(each.act, each.object_id, each.actor, each.facts) for each in entries] == [
        (
            "support.assign",
            shown,
            manager.id,
            {"from": None, "to": global_id("User", taker.id)},
        ),
        ("support.resolve", shown, manager.id, {"from": "WAITING_FOR_PARTNER", "to": "RESOLVED"}),
    ]
    assert {each.partner_id for each in entries} == {thread.partner_id}


async def test_an_assisting_manager_writes_for_the_platform(acts, world):
    helper = assisting(world.operator)

    thread = await open_thread(acts, helper)

    assert (thread.partner_id, thread.opened_side) == (world.operator.id, SupportSide.PLATFORM)
    assert thread.status is SupportStatus.WAITING_FOR_PARTNER


async def test_who_belongs_to_several_partners_says_for_which_it_asks(acts, world, asker):
    both = also_at(asker, world.operator, Role.OWNER)
    refused = await refusal(open_thread(acts, both))
    opened = await open_thread(acts, both, partner_id=global_id("Partner", world.operator.id))

    assert isinstance(refused, InvalidInput)
    assert opened.partner_id == world.operator.id


@pytest.mark.parametrize("public_id", ["", "garbage", "par_" + "0" * 32])
async def test_no_thread_is_opened_for_nobody(acts, manager, public_id):
    refused = await refusal(open_thread(acts, manager, partner_id=public_id))

    assert refused == NotFound(noun="partner", id=public_id)
    assert await told(acts) == []


async def test_no_thread_is_opened_for_another_partner(acts, world, asker):
    rival = global_id("Partner", world.rival.id)

    assert await refusal(open_thread(acts, asker, partner_id=rival)) == NotFound(noun="partner", id=rival)


async def test_where_one_only_looks_on_one_asks_nothing(acts, world, asker):
    """The right to ask at one partner is none at another."""
    both = also_at(asker, world.operator, Role.READONLY)
    operator = global_id("Partner", world.operator.id)

    assert isinstance(await refusal(open_thread(acts, both, partner_id=operator)), NotFound)
    assert (await open_thread(acts, both)).partner_id == world.reseller.id


async def test_a_key_that_stands_for_another_text_is_refused_and_leaves_nothing(acts, asker):
    thread = await open_thread(acts, asker)
    await post(acts, asker, thread, "One", key="k-1")

    refused = await refusal(post(acts, asker, thread, "Two", key="k-1"))

    assert isinstance(refused, IdempotencyConflict)
    assert len(await acts.rows(select(models.SupportMessage))) == 2


async def test_a_refused_message_leaves_its_key_free(acts, asker):
    thread = await open_thread(acts, asker)

    assert isinstance(await refusal(post(acts, asker, thread, " ", key="k-1")), InvalidInput)
    assert (await post(acts, asker, thread, "One", key="k-1")).number == 2


async def test_a_name_that_is_not_in_the_token_is_that_of_the_account(acts, asker):
    async with acts.work() as uow:
        user = await make_staff(uow.session, name="Nora")
    unnamed = replace(asker, signed_in=None, user_id=user.id)
    nobody = replace(asker, signed_in=None)

    assert (await open_thread(acts, unnamed)).opened_by_name == "Nora"
    assert (await open_thread(acts, nobody)).opened_by_name == asker.id


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OWNER])
async def test_only_who_takes_care_of_partners_is_given_a_thread(acts, asker, manager, role):
    thread = await open_thread(acts, asker)
    async with acts.work() as uow:
        other = await make_staff(uow.session, role=role)

    assert await refusal(assign(acts, manager, thread, other)) == NotFound(
        noun="staff member", id=global_id("User", other.id)
    )


async def test_messages_at_the_same_time_are_numbered_without_gaps(real_acts):
    async with real_acts.work() as uow:
        partner = await make_partner(uow.session)
        thread = await make_thread(uow.session, partner)
    people = [member_of(partner), staff(Role.ACCOUNT_MANAGER)]

    await asyncio.gather(*(post(real_acts, people[number % 2], thread) for number in range(10)))

    messages = await real_acts.rows(select(models.SupportMessage).order_by(models.SupportMessage.id))
    (row,) = await real_acts.rows(select(models.SupportThread))
    assert sorted(each.number for each in messages) == list(range(1, 12))
    assert (row.message_count, row.sequence) == (11, 11)
    newest = max(messages, key=lambda each: each.number)
    assert row.last_message_id == newest.id


async def test_the_same_key_at_the_same_time_makes_one_message(real_acts):
    async with real_acts.work() as uow:
        partner = await make_partner(uow.session)
        thread = await make_thread(uow.session, partner)
    person = member_of(partner)

    made = await asyncio.gather(*(post(real_acts, person, thread, key="k-1") for _ in range(5)))

    assert {each.number for each in made} == {2}
    assert len(await real_acts.rows(select(models.SupportMessage))) == 2


async def test_a_message_long_after_moves_the_thread_and_not_its_opening(acts, asker, manager):
    thread = await open_thread(acts, asker)
    acts.later(3 * HOUR)
    await post(acts, manager, thread)

    (row,) = await acts.rows(select(models.SupportThread))
    assert (row.opened_at, row.last_message_at, row.first_response_at) == (
        NOW,
        NOW + 3 * HOUR,
        NOW + 3 * HOUR,
    )
