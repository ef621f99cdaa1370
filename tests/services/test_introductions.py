"""The steps of introductions, and what each leaves behind: history, event, audit."""

import datetime as dt
import secrets

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from db import models
from domain.environments import Environment
from domain.errors import Forbidden, NotFound
from domain.events import EventType
from domain.ids import global_id
from domain.interventions import InterventionKind
from domain.introductions import (
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
    ResponseChannel,
)
from permissions.viewer import SYSTEM, Role
from services import contractors, introducing, introductions
from tests.factories.introductions import (
    make_contractor,
    make_intervention,
    make_introduction,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.times import HOUR, NOW
from tests.factories.viewers import also_at, member_of, staff
from tests.fixtures.acts import refusal

Stage = IntroductionStage


@pytest.fixture
async def carla(acts):
    async with acts.work() as uow:
        return signed_in_as(await make_user(uow.session))


@pytest.fixture
async def contractor(acts, carla):
    async with acts.work() as uow:
        return await make_contractor(uow.session, user_id=carla.user_id)


@pytest.fixture
async def sent(acts, world, contractor):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
        return await make_introduction(uow.session, world.reseller, contractor)


async def step(acts, introduction, stage, *, role, actor=SYSTEM):
    async with acts.work() as uow:
        locked = await introductions.lock(uow, staff(), introduction.id)
        return await introductions.move(uow, locked, stage, actor=actor, role=role, now=acts.now)


async def heard(acts):
    """The events of introductions: environment, whose, sequence, stage."""
    event = models.Event
    rows = await acts.rows(
        select(event).where(event.type == EventType.INTRODUCTION_UPDATED).order_by(event.id)
    )
    return [(each.environment, each.partner_id, each.sequence, each.payload["stage"]) for each in rows]


async def test_a_step_is_in_the_history_told_and_audited(acts, world, sent):
    acts.later(HOUR)
    talker = member_of(world.reseller)

    moved = await step(acts, sent, Stage.RESPONDED, role=IntroductionRole.PARTNER, actor=talker)

    assert (moved.stage, moved.status, moved.sequence) == (Stage.RESPONDED, "PENDING", 2)
    assert (moved.partner_responded_at, moved.updated_at) == (NOW + HOUR, NOW + HOUR)
    history = models.IntroductionTransition
    written = await acts.rows(select(history).order_by(history.sequence))
    assert [(each.from_stage, each.to_stage, each.actor, each.role, each.at) for each in written[1:]] == [
        (Stage.INTRODUCED, Stage.RESPONDED, talker.id, IntroductionRole.PARTNER, NOW + HOUR)
    ]
    assert await heard(acts) == [
        (each, world.reseller.id, 2, "RESPONDED") for each in (Environment.TEST, Environment.LIVE)
    ]
    (entry,) = await acts.rows(select(models.AuditEntry))
    assert (entry.partner_id, entry.actor, entry.act) == (world.reseller.id, talker.id, "introductions.move")
    assert entry.facts == {"from": "INTRODUCED", "to": "RESPONDED", "role": "PARTNER"}


async def test_what_is_told_has_nothing_of_a_person(acts, sent, contractor):
    await step(acts, sent, Stage.RESPONDED, role=IntroductionRole.PARTNER)

    told = models.Event.type == EventType.INTRODUCTION_UPDATED
    payload, _ = await acts.rows(select(models.Event.payload).where(told))
    assert payload == {
        "introduction_id": global_id("Introduction", sent.id),
        "contractor_id": global_id("Contractor", contractor.id),
        "partner_id": global_id("Partner", sent.partner_id),
        "status": "PENDING",
        "stage": "RESPONDED",
        "scheduled_at": None,
        "duration_minutes": None,
        "sequence": 2,
    }


async def test_a_step_that_is_none_leaves_nothing_behind(acts, sent):
    refused = await refusal(step(acts, sent, Stage.CLOSED, role=IntroductionRole.ADMIN))

    assert refused == InvalidIntroductionTransition(Stage.INTRODUCED, Stage.CLOSED, IntroductionRole.ADMIN)
    assert await heard(acts) == []
    assert await acts.rows(select(models.AuditEntry)) == []


async def test_history_can_not_be_changed(acts, sent):
    with pytest.raises(DBAPIError, match="append-only"):
        async with acts.work() as uow:
            await uow.session.execute(text("UPDATE introduction_transitions SET actor = 'nobody'"))


async def test_the_first_answer_counts_and_no_other(acts, sent):
    for hours in (2, 3):
        acts.later(hours * HOUR)
        async with acts.work() as uow:
            locked = await introductions.lock(uow, staff(), sent.id)
            noted = await introductions.note_response(uow, locked, now=acts.now, how=ResponseChannel.MAIL)

    assert (noted.stage, noted.partner_responded_at, noted.sequence) == (Stage.RESPONDED, NOW + 2 * HOUR, 2)


async def test_an_answer_ends_what_was_overdue_and_not_what_is_disputed(acts, sent):
    async with acts.work() as uow:
        for kind in (InterventionKind.OVERDUE, InterventionKind.DISPUTED):
            await make_intervention(uow.session, sent, kind=kind)

    await step(acts, sent, Stage.RESPONDED, role=IntroductionRole.PARTNER)

    row = models.Intervention
    found = await acts.rows(select(row).order_by(row.id))
    assert [(each.kind, each.resolved_by, each.resolution) for each in found] == [
        (InterventionKind.OVERDUE, "system", "It came to be RESPONDED"),
        (InterventionKind.DISPUTED, None, None),
    ]


async def test_times_proposed_at_once_are_an_answer_too(acts, sent):
    acts.later(HOUR)

    moved = await step(acts, sent, Stage.TIMES_PROPOSED, role=IntroductionRole.PARTNER)

    assert (moved.partner_responded_at, moved.times_proposed_at) == (NOW + HOUR, NOW + HOUR)


async def test_another_time_keeps_the_first_confirmation(acts, sent):
    for hours in (1, 2):
        acts.later(HOUR)
        async with acts.work() as uow:
            locked = await introductions.lock(uow, staff(), sent.id)
            confirmed = await introductions.confirm(
                uow,
                locked,
                starts_at=NOW + dt.timedelta(days=hours),
                duration=45,
                actor=staff(),
                role=IntroductionRole.ADMIN,
                now=acts.now,
            )

    assert confirmed.booking_confirmed_at == NOW + HOUR
    assert (confirmed.scheduled_at, confirmed.duration_minutes) == (NOW + dt.timedelta(days=2), 45)
    assert [stage for *_, stage in await heard(acts)] == ["CONFIRMED"] * 4


async def test_a_draft_is_told_to_its_contractor_alone(acts, world, carla, contractor):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
    async with acts.work() as uow:
        await introducing.create_introduction(
            uow,
            carla,
            contractor_id=contractor.id,
            partner_id=world.reseller.id,
            entropy=secrets.token_bytes,
            idempotency=None,
            now=acts.now,
        )

    # Of no partner: no endpoint is told.
    assert await heard(acts) == [(Environment.LIVE, None, 1, "DRAFT")]


async def test_one_person_may_be_both_sides(acts, world, carla, sent):
    both = also_at(carla, world.reseller, Role.OWNER)

    async with acts.work() as uow:
        locked = await introductions.lock(uow, both, sent.id)
        roles = await introductions.roles_of(uow, both, locked)
        answering = await introductions.role_for(uow, both, locked, Stage.RESPONDED)

    assert roles == {IntroductionRole.CONTRACTOR, IntroductionRole.PARTNER}
    assert answering is IntroductionRole.PARTNER


async def test_who_only_looks_on_has_no_part_in_it(acts, world, sent):
    async with acts.work() as uow:
        locked = await introductions.lock(uow, staff(), sent.id)
        refused = await refusal(introductions.roles_of(uow, member_of(world.rival), locked))

    assert isinstance(refused, Forbidden)


async def test_who_is_erased_leaves_figures_and_nobody_to_write_to(acts, world, carla, contractor, sent):
    async with acts.work() as uow:
        past = await make_introduction(
            uow.session,
            world.reseller,
            contractor,
            stage=Stage.CLOSED,
            contractor_feedback="Vera was kind",
        )
    async with acts.work() as uow:
        erased = await contractors.erase_contractor(uow, carla, contractor_id=contractor.id, now=acts.now)

    assert (erased.name, erased.contact_name, erased.contact_email, erased.user_id, erased.erased_at) == (
        "erased",
        None,
        None,
        None,
        NOW,
    )
    row = models.Introduction
    left = await acts.rows(select(row).order_by(row.id))
    assert [(each.id, each.stage, each.contractor_feedback) for each in left] == [
        (sent.id, Stage.CANCELLED, None),
        (past.id, Stage.CLOSED, None),
    ]

    async def create():
        async with acts.work() as uow:
            return await introducing.create_introduction(
                uow,
                staff(),
                contractor_id=contractor.id,
                partner_id=world.reseller.id,
                entropy=secrets.token_bytes,
                idempotency=None,
                now=acts.now,
            )

    assert isinstance(await refusal(create()), NotFound)


async def test_a_token_of_a_reply_can_not_be_guessed(acts, world, contractor):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
    async with acts.work() as uow:
        made = await introducing.create_introduction(
            uow,
            staff(),
            contractor_id=contractor.id,
            partner_id=world.reseller.id,
            entropy=lambda length: bytes(range(length)),
            idempotency=None,
            now=acts.now,
        )

    assert made.reply_token == "000102030405060708090a0b0c0d0e0f"


async def posted(acts):
    """The mails that wait to be sent: template, address, and the stage they tell of."""
    rows = await acts.rows(select(models.Mail).order_by(models.Mail.id))
    return [(each.template, each.recipient, each.facts.get("stage")) for each in rows]


async def test_the_contractor_is_told_of_what_it_did_not_do_itself(acts, world, carla, contractor, sent):
    address = contractor.contact_email
    await step(acts, sent, Stage.RESPONDED, role=IntroductionRole.PARTNER)
    await step(acts, sent, Stage.TIMES_PROPOSED, role=IntroductionRole.CONTRACTOR, actor=carla)
    async with acts.work() as uow:
        locked = await introductions.lock(uow, staff(), sent.id)
        await introductions.cancel(
            uow, locked, actor=staff(), role=IntroductionRole.ADMIN, reason="Closed down", now=acts.now
        )

    assert await posted(acts) == [
        ("INTRODUCTION_STATUS", address, "RESPONDED"),
        ("INTRODUCTION_STATUS", address, "CANCELLED"),
    ]


async def test_who_is_erased_by_staff_is_not_written_to(acts, contractor, sent):
    async with acts.work() as uow:
        await contractors.erase_contractor(uow, staff(), contractor_id=contractor.id, now=acts.now)

    assert await acts.rows(select(models.Introduction.stage)) == [Stage.CANCELLED]
    assert await posted(acts) == []


async def test_sending_and_reminding_are_mails_to_the_partner(acts, world, carla, contractor):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
        draft = await make_introduction(uow.session, world.reseller, contractor, stage=Stage.DRAFT)
    async with acts.work() as uow:
        await introducing.send_introduction(uow, carla, introduction_id=draft.id, now=acts.now)
    for hours in (5, 6):
        acts.later(hours * HOUR)
        async with acts.work() as uow:
            await introducing.trigger_follow_up(uow, carla, introduction_id=draft.id, now=acts.now)

    to = "intro@partner.example"
    assert await posted(acts) == [
        ("INTRODUCTION", to, None),
        ("INTRODUCTION_REMINDER", to, None),
        ("INTRODUCTION_REMINDER", to, None),
    ]
