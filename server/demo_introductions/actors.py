"""How everybody goes about it: a mail comes, one gets round to it after a while, opens its page, and goes on."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from server.demo.calls import Json
from server.demo_introductions.calendars import Diary, Entry
from server.demo_introductions.days import DAY
from server.demo_introductions.house import House
from server.demo_introductions.notes import Notes, Story
from server.demo_introductions.person import Person, RefusedError
from server.demo_introductions.post import Letter
from server.demo_introductions.simulated import at_work

if TYPE_CHECKING:
    from server.demo_introductions.contractors import Contractor
    from server.demo_introductions.partners import Partner

Say = Callable[[str], None]
NOT_ANY_MORE = frozenset(
    {"INVALID_INTRODUCTION_TRANSITION", "SLOT_NOT_OPEN", "NOT_YOUR_TURN", "NOT_FOUND", "ALREADY_SENT"}
)
"""Refusals of who comes too late: somebody else was quicker."""
TAKEN = "TIME_TAKEN"


@dataclass(slots=True)
class Stage:
    """What all actors share."""

    house: House
    notes: Notes
    dice: random.Random
    say: Say
    partners: dict[str, "Partner"] = field(default_factory=dict)
    contractors: dict[str, "Contractor"] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        return self.house.clock.now

    def soon(self, hours: float) -> dt.timedelta:
        """Return a while of so many hours, more or less; never at a full minute, when the worker works."""
        seconds = self.dice.uniform(0.3, 1.7) * hours * 3_600
        return dt.timedelta(seconds=round(seconds / 60) * 60 + 17)


class Actor:
    """Somebody with an inbox and a calendar."""

    zone: ZoneInfo
    sells: float = 0
    """How often a demo of its own leads to something good."""
    is_erased = False

    def __init__(self, stage: Stage, person: Person, *, answers_after: float) -> None:
        self.stage = stage
        self.person = person
        self.diary = Diary(person.name)
        self._answers_after = answers_after
        self._busy: set[str] = set()

    def get(self, letter: Letter) -> None:
        """Get a mail: the calendar takes what it invites to, and its introduction is seen to."""
        entry = self.diary.take(letter)
        introduction = letter.introduction
        if introduction is None:
            return
        if entry is not None and not entry.is_cancelled:
            self.invited(introduction, entry)
        self.stage.house.clock.live(partial(self.see_to, introduction, letter))

    def invited(self, introduction: str, entry: Entry) -> None:
        """Be at a demo, by one's calendar."""

    async def see_to(self, introduction: str, letter: Letter) -> None:
        """Get round to an introduction, once for however many mails came meanwhile."""
        if introduction in self._busy:
            return
        self._busy.add(introduction)
        try:
            await self.wait(self._answers_after)
            page = await self.person.look(introduction)
            if page is not None:
                await self.go_on(page, letter)
        except RefusedError as refused:
            if refused.code not in NOT_ANY_MORE:
                raise
            self.stage.notes.happened[f"too late: {refused.code}"] += 1
        finally:
            self._busy.discard(introduction)

    async def go_on(self, page: Json, letter: Letter) -> None:
        """Do what is one's own to do."""
        raise NotImplementedError

    async def wait(self, hours: float) -> None:
        """Let a while pass, and work at working hours alone."""
        clock = self.stage.house.clock
        await clock.until(at_work(clock.now + self.stage.soon(hours), self.zone))

    async def times(self, page: Json) -> list[Json]:
        """Choose times to propose: of those suggested, else of the working days to come."""
        found = await self.person.suggested(page["id"])
        starts = [{"startsAt": each["startsAt"]} for each in found]
        if not starts:
            starts = [{"startsAt": at.isoformat()} for at in self._mornings()]
        return self.stage.dice.sample(starts, k=min(3, len(starts)))

    def _mornings(self) -> list[dt.datetime]:
        first = self.stage.now.astimezone(self.zone).replace(hour=10, minute=0, second=0, microsecond=0)
        return [at_work((first + each * DAY).astimezone(dt.UTC), self.zone) for each in range(2, 12, 3)]

    async def pick(self, page: Json, slots: list[Json]) -> bool:
        """Take one of the times; where all are taken by now, none. Tells whether the demo has its time."""
        story = self.stage.notes.stories[page["id"]]
        for slot in self.stage.dice.sample(slots, k=len(slots)):
            try:
                booked = await self.person.act("pickTime", slotId=slot["id"])
            except RefusedError as refused:
                if refused.code != TAKEN:
                    raise
                self.stage.notes.happened["times that somebody else had taken"] += 1
                continue
            self.book(story, booked)
            return True
        return False

    def book(self, story: Story, booked: Json) -> None:
        """Note when a demo is."""
        starts_at = dt.datetime.fromisoformat(booked["scheduledAt"])
        story.confirmed_at = story.confirmed_at or self.stage.now
        if story.booked is not None:
            self.stage.notes.happened["demos moved"] += 1
        story.booked = (starts_at, starts_at + dt.timedelta(minutes=booked["durationMinutes"]))

    def note_cancelled(self, story: Story) -> None:
        story.cancelled_at = self.stage.now
