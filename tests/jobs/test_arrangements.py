"""Demos in calendars: both sides hear of each version once, with one UID, whatever fails on the way."""

import asyncio
import datetime as dt
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from icalendar import Calendar
from sqlalchemy import select

from db import models
from domain.envelopes import envelope_of
from domain.errors import GatewayError, Refused
from domain.introductions import IntroductionStage
from domain.mail import MailTemplate
from domain.scheduling import ProposedTime
from domain.signed_links import MaySeeDemo, allowed_by
from integrations.mail.writing import sender_of, written
from jobs import introductions
from services import mail, scheduling
from services.arrangements import LEASE, PATIENT_TRIES
from tests.factories.scheduling import make_pair, make_slot
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import staff
from tests.fixtures.storage import STORAGE

CONFIRMED, CANCELLED = MailTemplate.DEMO_CONFIRMED, MailTemplate.DEMO_CANCELLED
START = NOW + 3 * DAY
"""When the demos of `make_pair` begin."""


class Moody:
    """A provider that fails until it is told otherwise."""

    def __init__(self, video):
        self.video = video
        self.is_down = True
        self.calls = 0

    async def room(self, key, *, starts_at, minutes):
        self.calls += 1
        if self.is_down:
            raise GatewayError("video", "503", retryable=True)
        return await self.video.room(key, starts_at=starts_at, minutes=minutes)


class Calendars:
    """Demos, and what both sides' calendars got of them."""

    def __init__(self, work):
        self.work = work

    async def pair(self, *, stage=IntroductionStage.CONFIRMED, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, stage=stage, **facts)

    async def arrange(self):
        return await introductions.arrange_demos(self.work)

    async def remind(self):
        return await introductions.remind_of_demos(self.work)

    async def move(self, pair, start):
        async with self.work.unit_of_work() as uow:
            await scheduling.reschedule(
                uow,
                staff(),
                introduction_id=pair.introduction.id,
                times=[ProposedTime(starts_at=start)],
                duration_minutes=45,
                time_zone=None,
                note=None,
                is_agreed=True,
                idempotency=None,
                now=self.work.clock(),
            )

    async def cancel(self, pair):
        async with self.work.unit_of_work() as uow:
            await scheduling.cancel_demo(
                uow,
                pair.for_contractor,
                introduction_id=pair.introduction.id,
                reason=None,
                now=self.work.clock(),
            )

    async def mails(self):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(select(models.Mail).order_by(models.Mail.id))).all())

    async def told(self):
        """(template, recipient) of every mail, in order."""
        return [(each.template, each.recipient) for each in await self.mails()]

    async def events(self):
        """The entry in each mail that carries one, as a calendar reads it."""
        files = [envelope_of(each.envelope).invitation for each in await self.mails()]
        return [Calendar.from_ical(each.text) for each in files if each is not None]

    async def arrangement(self, pair):
        async with self.work.sessions.read() as session:
            return await session.get_one(models.DemoArrangement, pair.introduction.id)


def versions(calendars):
    """(method, sequence, begin) of each entry."""
    return [
        (each["METHOD"], each.events[0]["SEQUENCE"], each.events[0].decoded("DTSTART")) for each in calendars
    ]


@pytest.fixture
def calendars(work):
    return Calendars(work)


async def test_both_sides_get_a_confirmed_demo_with_its_file_and_room(calendars):
    pair = await calendars.pair()

    assert await calendars.arrange() == 1
    assert await calendars.arrange() == 0

    assert await calendars.told() == [
        (CONFIRMED, "intro@partner.example"),
        (CONFIRMED, "carla@contractor.example"),
    ]
    facts = [each.facts for each in await calendars.mails()]
    assert [(each["demo_on"], each["demo_time"], each["zone"]) for each in facts] == [
        ("2026-11-21", "16:00", "Asia/Hong_Kong"),
        ("2026-11-21", "09:00", "Europe/Rome"),
    ]
    one, other = await calendars.events()
    assert one == other
    event = one.events[0]
    assert event["UID"] == f"demo-{pair.introduction.id.hex}@interline.example"
    assert event["LOCATION"].startswith("https://interline.example/rooms/")
    assert [str(each) for each in event["ATTENDEE"]] == [
        f"mailto:partner@p-{pair.partner.id.hex[-12:]}.introductions.example",
        "mailto:carla@contractor.example",
    ]


async def test_the_mails_lead_to_the_file_until_a_day_after_the_demo(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    calendars.work.clock.now = START - DAY
    await calendars.remind()
    await calendars.cancel(pair)
    await calendars.arrange()

    mails = await calendars.mails()
    links = [each.facts.get("calendar") for each in mails]
    assert [each.template for each in mails[::2]] == [CONFIRMED, MailTemplate.DEMO_REMINDER, CANCELLED]
    assert links[4:] == [None, None]
    assert len({*links[:4]}) == 1
    secret, token = b"a key of the tests, of 32 bytes.", links[0].rpartition("/")[2]
    ends_at = START + HOUR / 2
    assert links[0] == f"https://interline.example/calendars/{token}"
    allowed = allowed_by(secret, MaySeeDemo, token, now=ends_at + DAY - SECOND)
    assert allowed == MaySeeDemo(pair.introduction.id.hex)
    with pytest.raises(Refused):
        allowed_by(secret, MaySeeDemo, token, now=ends_at + DAY)


async def test_the_crm_keeps_how_a_demo_stands_without_anything_of_a_person(calendars):
    pair = await calendars.pair()
    await calendars.arrange()

    public_id = f"int_{pair.introduction.id.hex}"
    (key,) = await STORAGE.keys(f"crm/demos/{public_id}")
    text = b"".join([piece async for piece in STORAGE.read(key)]).decode()

    assert public_id in text
    assert "@" not in text
    assert "Carla" not in text


async def test_a_demo_that_is_moved_and_called_off_keeps_its_uid(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    await calendars.move(pair, START + DAY)
    await calendars.arrange()
    await calendars.cancel(pair)
    await calendars.arrange()

    found = await calendars.events()
    assert {str(each.events[0]["UID"]) for each in found} == {
        f"demo-{pair.introduction.id.hex}@interline.example"
    }
    assert versions(found) == [
        version
        for version in (("REQUEST", 0, START), ("REQUEST", 1, START + DAY), ("CANCEL", 2, START + DAY))
        for _side in range(2)
    ]
    assert [template for template, _ in await calendars.told()] == [CONFIRMED] * 4 + [CANCELLED] * 2
    assert len({str(each.events[0]["LOCATION"]) for each in found}) == 1


async def test_what_was_moved_twice_before_anybody_looked_is_told_once(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    await calendars.move(pair, START + DAY)
    await calendars.move(pair, START + 2 * DAY)

    assert await calendars.arrange() == 1

    assert versions(await calendars.events())[2:] == [("REQUEST", 1, START + 2 * DAY)] * 2


async def test_a_demo_that_was_never_told_of_and_is_called_off_is_nothing_to_calendars(calendars):
    pair = await calendars.pair()
    await calendars.cancel(pair)

    assert await calendars.arrange() == 0
    assert await calendars.told() == []


async def test_a_demo_that_was_held_stays_in_calendars(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    async with calendars.work.unit_of_work() as uow:
        introduction = await uow.session.get_one(models.Introduction, pair.introduction.id)
        introduction.stage = IntroductionStage.HELD
        introduction.status = "COMPLETED"

    assert await calendars.arrange() == 0


async def test_many_workers_tell_of_a_demo_once(calendars):
    for number in range(12):
        await calendars.pair(at=NOW + number * HOUR)

    told = await asyncio.gather(*(calendars.arrange() for _ in range(5)))
    told.append(await calendars.arrange())

    assert sum(told) == 12
    assert len(await calendars.mails()) == 24


async def test_a_provider_that_is_down_is_asked_again(calendars):
    video = Moody(calendars.work.video)
    calendars.work = replace(calendars.work, video=video)
    await calendars.pair()

    assert [await calendars.arrange(), await calendars.arrange()] == [0, 0]
    video.is_down = False
    calendars.work.clock.later(LEASE)

    assert await calendars.arrange() == 1
    assert video.calls == 2
    assert len(await calendars.mails()) == 2


async def test_a_provider_that_stays_down_costs_the_room_and_not_the_demo(calendars):
    video = Moody(calendars.work.video)
    calendars.work = replace(calendars.work, video=video)
    pair = await calendars.pair()

    for _ in range(PATIENT_TRIES):
        await calendars.arrange()
        calendars.work.clock.later(LEASE)

    assert len(await calendars.mails()) == 2
    assert (await calendars.arrangement(pair)).room_url is None
    assert all("LOCATION" not in each.events[0] for each in await calendars.events())


async def test_a_demo_that_is_moved_while_it_is_told_of_is_told_of_again(calendars):
    class Slow(Moody):
        async def room(self, key, *, starts_at, minutes):
            if not self.calls:
                self.calls += 1
                await calendars.move(pair, START + DAY)
                await introductions.arrange_demos(calendars.work)
            return await self.video.room(key, starts_at=starts_at, minutes=minutes)

    calendars.work = replace(calendars.work, video=Slow(calendars.work.video))
    pair = await calendars.pair()

    await calendars.arrange()
    calendars.work.clock.later(LEASE)
    await calendars.arrange()

    assert versions(await calendars.events()) == [("REQUEST", 1, START + DAY)] * 2
    assert (await calendars.arrangement(pair)).told_sequence == 1


async def test_a_contractor_who_was_erased_is_not_invited(calendars):
    pair = await calendars.pair()
    async with calendars.work.unit_of_work() as uow:
        contractor = await uow.session.get_one(models.Contractor, pair.contractor.id)
        contractor.contact_name = contractor.contact_email = contractor.user_id = None
        contractor.erased_at = NOW

    await calendars.arrange()

    assert await calendars.told() == [(CONFIRMED, "intro@partner.example")]
    (event,) = await calendars.events()
    assert "contractor.example" not in event.to_ical().decode()


async def test_the_mail_as_it_travels_carries_a_calendar_part(calendars):
    await calendars.pair()
    await calendars.arrange()
    async with calendars.work.unit_of_work() as uow:
        attempts = await mail.take_due(
            uow, domain="interline.example", mail_domain="introductions.example", limit=5, now=NOW
        )
    sender = sender_of("Interline <no-reply@interline.example>", public_url="https://interline.example")

    parsed = message_from_bytes(written(attempts[0].message, sender), policy=default)
    (part,) = [each for each in parsed.walk() if each.get_content_type() == "text/calendar"]

    assert part.get_param("method") == "REQUEST"
    event = Calendar.from_ical(part.get_content()).events[0]
    assert event.decoded("DTSTART") == START


async def test_both_are_reminded_a_day_before_and_once(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    calendars.work.clock.now = START - DAY - SECOND

    before = await calendars.remind()
    calendars.work.clock.later(SECOND)
    reminded = [await calendars.remind(), await calendars.remind()]

    assert (before, reminded) == (0, [1, 0])
    arrangement = await calendars.arrangement(pair)
    assert (arrangement.reminded_for, arrangement.reminded_at, arrangement.is_reminder_late) == (
        START,
        START - DAY,
        False,
    )
    last = (await calendars.mails())[-2:]
    assert {each.template for each in last} == {MailTemplate.DEMO_REMINDER}
    assert all(each.facts["link"].startswith("https://interline.example/rooms/") for each in last)


@pytest.mark.parametrize(
    ("begins_in", "is_late"), [(dt.timedelta(hours=23, minutes=57), False), (5 * HOUR, True)]
)
async def test_a_demo_confirmed_within_a_day_is_reminded_of_at_once(calendars, begins_in, is_late):
    pair = await calendars.pair(scheduled_at=NOW + begins_in)
    await calendars.arrange()

    assert [await calendars.remind(), await calendars.remind()] == [1, 0]
    assert (await calendars.arrangement(pair)).is_reminder_late is is_late


async def test_a_demo_that_has_begun_is_not_reminded_of(calendars):
    await calendars.pair()
    await calendars.arrange()
    calendars.work.clock.now = START

    assert await calendars.remind() == 0


async def test_a_demo_that_is_moved_is_reminded_of_again(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    calendars.work.clock.now = START - HOUR
    first = await calendars.remind()
    await calendars.move(pair, START + 2 * DAY)
    # Nobody is reminded of a time that its invitation has not told yet.
    untold = await calendars.remind()
    await calendars.arrange()
    calendars.work.clock.now = START + DAY

    assert [first, untold, await calendars.remind(), await calendars.remind()] == [1, 0, 1, 0]
    assert (await calendars.arrangement(pair)).reminded_for == START + 2 * DAY


async def test_many_workers_remind_of_a_demo_once(calendars):
    for number in range(5):
        await calendars.pair(at=NOW + number * MINUTE)
    await calendars.arrange()
    calendars.work.clock.now = START - 2 * HOUR

    reminded = await asyncio.gather(*(calendars.remind() for _ in range(4)))
    reminded.append(await calendars.remind())

    assert sum(reminded) == 5
    assert len(await calendars.mails()) == 20


async def test_picking_a_time_leads_to_calendars(calendars):
    pair = await calendars.pair(stage=IntroductionStage.TIMES_PROPOSED)
    async with calendars.work.unit_of_work() as uow:
        slot = await make_slot(uow.session, pair.introduction)
    async with calendars.work.unit_of_work() as uow:
        await scheduling.pick_time(uow, pair.for_contractor, slot_id=slot.id, idempotency=None, now=NOW)

    await calendars.arrange()

    assert versions(await calendars.events()) == [("REQUEST", 0, NOW + 2 * DAY)] * 2


async def test_a_demo_on_the_day_clocks_change_is_told_by_each_clock(calendars):
    """On 29 March 2026 Rome puts its clocks forward at 2:00; Hong Kong never does."""
    calendars.work.clock.now = dt.datetime(2026, 3, 20, 8, 0, tzinfo=dt.UTC)
    pair = await calendars.pair(stage=IntroductionStage.TIMES_PROPOSED)
    async with calendars.work.unit_of_work() as uow:
        await scheduling.propose_times(
            uow,
            pair.for_contractor,
            introduction_id=pair.introduction.id,
            side=scheduling.COUNTER,
            times=[ProposedTime(local_time="2026-03-29T10:00"), ProposedTime(local_time="2026-03-28T10:00")],
            duration_minutes=None,
            time_zone=None,
            note=None,
            idempotency=None,
            now=calendars.work.clock(),
        )
    async with calendars.work.sessions.read() as session:
        slots = list(
            (await session.scalars(select(models.DemoSlot).order_by(models.DemoSlot.starts_at))).all()
        )
    async with calendars.work.unit_of_work() as uow:
        await scheduling.pick_time(
            uow, pair.for_partner, slot_id=slots[1].id, idempotency=None, now=calendars.work.clock()
        )

    await calendars.arrange()

    assert [each.starts_at.hour for each in slots] == [9, 8]
    assert [(each.facts["demo_on"], each.facts["demo_time"]) for each in await calendars.mails()] == [
        ("2026-03-29", "16:00"),
        ("2026-03-29", "10:00"),
    ]
    assert versions(await calendars.events())[0][2] == dt.datetime(2026, 3, 29, 8, 0, tzinfo=dt.UTC)


async def test_a_demo_that_began_before_any_worker_looked_is_not_told_of(calendars):
    pair = await calendars.pair()
    calendars.work.clock.now = START

    assert await calendars.arrange() == 0
    assert await calendars.told() == []
    assert pair.introduction.scheduled_at == START


async def test_after_a_demo_nobody_came_to_the_entry_moves_to_the_new_time(calendars):
    pair = await calendars.pair()
    await calendars.arrange()
    async with calendars.work.unit_of_work() as uow:
        introduction = await uow.session.get_one(models.Introduction, pair.introduction.id)
        introduction.stage, introduction.status = IntroductionStage.TIMES_PROPOSED, "PENDING"
        slot = await make_slot(uow.session, pair.introduction, starts_at=START + 2 * DAY)
    calendars.work.clock.now = START + HOUR
    over = await calendars.arrange()
    async with calendars.work.unit_of_work() as uow:
        await scheduling.pick_time(
            uow, pair.for_contractor, slot_id=slot.id, idempotency=None, now=calendars.work.clock()
        )
    await calendars.arrange()

    assert over == 0
    assert versions(await calendars.events())[2:] == [("REQUEST", 1, START + 2 * DAY)] * 2
