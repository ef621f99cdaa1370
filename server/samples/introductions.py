"""Introductions in every stage: three contractors, the three partners of the weekend, and what became of them.

Made by the acts people use, each in the name of who would do it and at the time it would have been done, so that the
worker goes on from there: it sends the mails, reminds of the demo to come, and follows up what was not answered.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from db import models
from db.queries import scheduling as queries
from db.unit_of_work import UnitOfWork
from domain.contractors import ContractorSize, Hours, Weekday
from domain.introductions import (
    IntroductionOutcome,
    IntroductionRole,
    NoShowParty,
    ResponseChannel,
    ShowStatus,
)
from domain.outcomes import Ratings, Report
from domain.scheduling import ProposedTime, SlotStatus
from permissions.viewer import Viewer
from services import (
    contractors,
    introducing,
    introduction_profiles,
    introductions,
    outcomes,
    scheduling,
)
from services.contractors import ContractorFacts

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)

CARLA = ContractorFacts(
    name="Aurora Viaggi",
    contact_name=None,
    contact_email=None,
    industry="TRAVEL_AGENCY",
    region="IT-25",
    size=ContractorSize.SMALL,
    needs=["CRUISES", "HOTELS"],
    languages=["it", "en"],
    locale="it",
    time_zone="Europe/Rome",
    preferred_hours=Hours(9, 17),
    preferred_days=list(Weekday)[:5],
)
THEO = replace(
    CARLA,
    name="Baltic Breaks",
    industry="EVENTS",
    region="DE",
    size=ContractorSize.MEDIUM,
    needs=["TRANSFERS", "CRUISES"],
    languages=["de", "en"],
    locale="de",
    time_zone="Europe/Berlin",
)
GINA = replace(
    CARLA,
    name="Globe Schools",
    industry="SCHOOLS",
    region="GB",
    size=ContractorSize.LARGE,
    needs=["HOTELS"],
    languages=["en"],
    locale="en",
    time_zone="Europe/London",
)


@dataclass(frozen=True, slots=True)
class Sides:
    """In whose name introductions are made: partners by their subdomain, contractors by what they say of themselves."""

    partners: Mapping[str, Viewer]
    contractors: tuple[tuple[Viewer, ContractorFacts], ...]


async def add_introductions(uow: UnitOfWork, sides: Sides, *, now: dt.datetime) -> None:
    """Write profiles, contractors and introductions of all stages."""
    for subdomain, owner in sides.partners.items():
        await introduction_profiles.set_profile(
            uow,
            owner,
            partner_id=next(iter(owner.partner_ids)),
            version=0,
            changes={
                "subdomain": subdomain,
                "intro_email": f"demos@{subdomain}.example",
                "languages": ["en", "it", "de"],
                "needs": ["CRUISES", "HOTELS", "TRANSFERS"],
                "time_zone": "Asia/Hong_Kong",
                "capacity": 10,
            },
            now=now - 30 * DAY,
        )
    rows = [
        await contractors.register_contractor(uow, viewer, facts, idempotency=None, now=now - 30 * DAY)
        for viewer, facts in sides.contractors
    ]
    victoria, pearl, kowloon = sides.partners.values()
    (carla, _), (theo, _), (gina, _) = sides.contractors
    pairs = partial(_Pair, uow, now)
    await pairs(carla, rows[0], victoria).is_to_come()
    await pairs(carla, rows[0], pearl).waits_for_a_time()
    await pairs(carla, rows[0], kowloon).is_chosen()
    await pairs(theo, rows[1], victoria).was_held()
    await pairs(theo, rows[1], pearl).waits_for_an_answer()
    await pairs(theo, rows[1], kowloon).was_given_up()
    await pairs(gina, rows[2], victoria).was_answered()
    await pairs(gina, rows[2], pearl).was_missed()
    await pairs(gina, rows[2], kowloon).is_closed()


class _Pair:
    """One contractor and one partner, and how far they came."""

    def __init__(
        self, uow: UnitOfWork, now: dt.datetime, person: Viewer, row: models.Contractor, partner: Viewer
    ) -> None:
        self._uow, self._now = uow, now
        self._person, self._row, self._partner = person, row, partner

    async def is_chosen(self, at: dt.timedelta = HOUR) -> models.Introduction:
        return await introducing.create_introduction(
            self._uow,
            self._person,
            contractor_id=self._row.id,
            partner_id=next(iter(self._partner.partner_ids)),
            entropy=secrets.token_bytes,
            idempotency=None,
            now=self._now - at,
        )

    async def waits_for_an_answer(self, at: dt.timedelta = 30 * HOUR) -> models.Introduction:
        draft = await self.is_chosen(at)
        return await introducing.send_introduction(
            self._uow, self._person, introduction_id=draft.id, now=self._now - at
        )

    async def was_answered(self, at: dt.timedelta = 8 * HOUR) -> models.Introduction:
        sent = await self.waits_for_an_answer(at)
        return await introductions.note_response(
            self._uow,
            sent,
            now=self._now - at / 2,
            how=ResponseChannel.PORTAL,
            actor=self._partner,
            role=IntroductionRole.PARTNER,
        )

    async def was_given_up(self) -> models.Introduction:
        sent = await self.waits_for_an_answer(6 * DAY)
        reason = "We found somebody nearer."
        return await introducing.cancel_introduction(
            self._uow, self._person, introduction_id=sent.id, reason=reason, now=self._now - 3 * DAY
        )

    async def waits_for_a_time(
        self, at: dt.timedelta = 20 * HOUR, *, starts_in: dt.timedelta = 3 * DAY
    ) -> models.Introduction:
        sent = await self.waits_for_an_answer(at)
        first = self._quarter(self._now + starts_in)
        times = [ProposedTime(starts_at=first + each * HOUR) for each in range(3)]
        return await scheduling.propose_times(
            self._uow,
            self._partner,
            introduction_id=sent.id,
            side=scheduling.PROPOSE,
            times=times,
            duration_minutes=30,
            time_zone=None,
            note="Whichever suits you best.",
            idempotency=None,
            now=self._now - at + 2 * HOUR,
        )

    async def is_to_come(
        self, at: dt.timedelta = 2 * DAY, *, starts_in: dt.timedelta = 2 * DAY
    ) -> models.Introduction:
        proposed = await self.waits_for_a_time(at, starts_in=starts_in)
        slots = await queries.slots_of(self._uow.session, proposed.id, statuses=[SlotStatus.OPEN])
        return await scheduling.pick_time(
            self._uow, self._person, slot_id=slots[0].id, idempotency=None, now=self._now - at + 5 * HOUR
        )

    async def was_held(self, days: int = 2) -> models.Introduction:
        booked = await self.is_to_come((days + 3) * DAY, starts_in=-days * DAY)
        return await self._report(
            booked, days, Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.FOLLOW_UP_SCHEDULED)
        )

    async def was_missed(self) -> models.Introduction:
        booked = await self.is_to_come(5 * DAY, starts_in=-DAY)
        return await self._report(booked, 1, Report(ShowStatus.NO_SHOW, NoShowParty.CONTRACTOR))

    async def is_closed(self) -> models.Introduction:
        booked = await self.is_to_come(20 * DAY, starts_in=-16 * DAY)
        await self._report(booked, 16, Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.DEAL_CLOSED))
        await outcomes.submit_feedback(
            self._uow,
            self._person,
            introduction_id=booked.id,
            ratings=Ratings(satisfaction=5, experience=4, likelihood=9, partner_quality=5),
            comment="They knew what a school needs.",
            now=self._now - 15 * DAY,
        )
        return booked

    async def _report(self, booked: models.Introduction, days: int, report: Report) -> models.Introduction:
        return await outcomes.record_outcome(
            self._uow,
            self._partner,
            introduction_id=booked.id,
            report=report,
            now=self._now - days * DAY + 5 * HOUR,
        )

    @staticmethod
    def _quarter(at: dt.datetime) -> dt.datetime:
        """Return the last quarter of an hour before."""
        return at - (at - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) % QUARTER
