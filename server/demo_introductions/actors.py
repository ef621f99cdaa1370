"""What partners and contractors do: a mail comes, they get round to it after a while, open its page, and go on."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from server.demo.calls import Json
from server.demo_introductions.calendars import Diary, Entry
from server.demo_introductions.cast import ContractorRole, PartnerRole
from server.demo_introductions.days import DAY, HOUR
from server.demo_introductions.house import House
from server.demo_introductions.notes import Demo, Notes, Story
from server.demo_introductions.person import Person, RefusedError
from server.demo_introductions.post import Letter
from server.demo_introductions.simulated import at_work
from server.mailbox.answering import answering_by

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


class Partner(Actor):
    """A partner: answers introductions, by mail or in the portal, and gives demos."""

    def __init__(self, stage: Stage, person: Person, role: PartnerRole, partner_id: str) -> None:
        super().__init__(stage, person, answers_after=role.answers_after)
        self.role, self.id, self.zone = role, partner_id, ZoneInfo(role.zone)
        self.inbox = role.inbox
        self._silent: dict[str, bool] = {}

    async def go_on(self, page: Json, letter: Letter) -> None:
        """Answer an introduction, find its demo a time."""
        asked = [each for each in page["slots"] if each["side"] != "PARTNER"]
        match page["stage"]:
            case "INTRODUCED":
                await self._answer(page, letter)
            case "RESPONDED":
                await self.propose(page)
            case "TIMES_PROPOSED" if asked:
                if not await self.pick(page, asked):
                    await self.propose(page)
            case "TIMES_PROPOSED" if not page["slots"]:
                await self.propose(page)
            case "CONFIRMED" if asked:
                await self.pick(page, asked)

    async def _answer(self, page: Json, letter: Letter) -> None:
        stage, role = self.stage, self.role
        if self._silent.setdefault(page["id"], stage.dice.random() < role.is_silent):
            return
        story = stage.notes.stories[page["id"]]
        if stage.dice.random() < role.declines:
            await self.person.act(
                "cancelIntroduction", id=page["id"], reason="Not what we offer this season."
            )
            self.note_cancelled(story)
            stage.notes.happened["introductions declined by partners"] += 1
            return
        if stage.dice.random() >= role.writes:
            await self.propose(page)
            return
        if not await self.write(letter, "Gladly. I will propose times for a demo.\n\nBest regards"):
            # Its mail program says so: it goes to the portal instead.
            await self.propose(page)
            return
        story.answered_at = stage.now
        stage.notes.happened["answers of partners by mail"] += 1
        await self.wait(role.answers_after)
        again = await self.person.look(page["id"])
        if again is not None and again["stage"] == "RESPONDED":
            await self.propose(again)

    async def write(self, letter: Letter, text: str) -> bool:
        """Answer a mail in the mailbox; tell whether the mail server took it."""
        post = self.stage.house.post
        answer = answering_by(post.url)
        assert answer is not None
        return await answer(post.kept(letter), self.inbox, text, self.stage.now)

    async def propose(self, page: Json) -> None:
        """Propose times."""
        times = await self.times(page)
        if self.role.uses_local_times:
            times = [{"localTime": self._on_the_wall(each["startsAt"])} for each in times]
        try:
            await self.person.act(
                "proposeTimes", introductionId=page["id"], times=times, note="See you soon."
            )
        except RefusedError as refused:
            if refused.code != TAKEN:
                raise
            self.stage.notes.happened["times that somebody else had taken"] += 1
            return
        story = self.stage.notes.stories[page["id"]]
        story.answered_at = story.answered_at or self.stage.now

    def _on_the_wall(self, starts_at: str) -> str:
        there = dt.datetime.fromisoformat(starts_at).astimezone(self.zone)
        return there.replace(tzinfo=None).isoformat(timespec="minutes")


class Contractor(Actor):
    """A contractor: looks for partners, picks times, comes to demos, says what it thought."""

    def __init__(self, stage: Stage, person: Person, role: ContractorRole) -> None:
        super().__init__(stage, person, answers_after=role.answers_after)
        self.role, self.zone = role, ZoneInfo(role.zone)
        self.id = ""
        self.is_erased = False
        self._forgotten: set[str] = set()

    async def live(self) -> None:
        """Register, and ask for introductions, one every day or two."""
        await self.wait(1)
        self.id = (await self.person.act("registerContractor", **self.role.facts))["id"]
        self.stage.contractors[self.id] = self
        for _ in range(self.role.wants):
            await self.introduce()
            await self.wait(self.stage.dice.choice((3, 20, 30)))

    async def introduce(self) -> None:
        """Choose one of the best matches, and have it introduced."""
        if self.is_erased:
            return
        matches = await self.person.matches(self.id)
        for match in matches[self.stage.dice.choice((0, 0, 0, 1)) :]:
            try:
                draft = await self.person.act(
                    "createIntroduction", contractorId=self.id, partnerId=match["partner"]["id"]
                )
                sent = await self.person.act("sendIntroduction", id=draft["id"])
            except RefusedError as refused:
                self.stage.notes.happened[f"partners not to be had: {refused.code}"] += 1
                continue
            self.sent(sent["id"], match["partner"]["id"])
            return

    def sent(self, introduction: str, partner_id: str) -> None:
        """Note that one was sent."""
        story = Story(introduction, partner_id, self.role.name, self.stage.now)
        self.stage.notes.stories[introduction] = story

    async def go_on(self, page: Json, letter: Letter) -> None:  # noqa: ARG002 - what it says is on its page too
        """Pick a time, or look elsewhere."""
        stage, story = self.stage, self.stage.notes.stories[page["id"]]
        asked = [each for each in page["slots"] if each["side"] != "CONTRACTOR"]
        match page["stage"]:
            case "INTRODUCED" if stage.now - story.sent_at > 3 * DAY:
                await self.person.act("cancelIntroduction", id=page["id"], reason="No answer.")
                self.note_cancelled(story)
                stage.notes.happened["introductions given up for another partner"] += 1
                await self.introduce()
            case "TIMES_PROPOSED" if asked:
                await self._choose(page, asked)
            case "CONFIRMED" if asked:
                await self.pick(page, asked)

    async def _choose(self, page: Json, asked: list[Json]) -> None:
        dice, role = self.stage.dice, self.role
        if page["id"] not in self._forgotten and dice.random() < role.forgets:
            self._forgotten.add(page["id"])
            self.stage.notes.happened["proposals forgotten at first"] += 1
            return
        if dice.random() < role.counters or not await self.pick(page, asked):
            await self.person.act("counterTimes", introductionId=page["id"], times=await self.times(page))
            self.stage.notes.happened["counter-proposals"] += 1

    def invited(self, introduction: str, entry: Entry) -> None:
        """Be there, unless something comes between."""
        clock, dice, role = self.stage.house.clock, self.stage.dice, self.role
        clock.live(partial(self._attend, introduction, entry), at=entry.ends_at)
        before = entry.starts_at - 26 * HOUR - dt.timedelta(seconds=43)
        if entry.sequence == 0 and before > self.stage.now:
            if dice.random() < role.moves:
                clock.live(partial(self._move, introduction, entry), at=before)
            elif dice.random() < role.calls_off:
                clock.live(partial(self._call_off, introduction, entry), at=before)

    def _is_on(self, introduction: str, entry: Entry) -> bool:
        return self.diary.entry_of(introduction) is entry and not self.is_erased

    async def _move(self, introduction: str, entry: Entry) -> None:
        page = await self.person.look(introduction)
        if page is None or page["stage"] != "CONFIRMED" or not self._is_on(introduction, entry):
            return
        try:
            await self.person.act(
                "rescheduleDemo", introductionId=introduction, times=await self.times(page), note="Sorry!"
            )
        except RefusedError as refused:
            self.stage.notes.happened[f"not to be moved: {refused.code}"] += 1
            return
        self.stage.notes.happened["demos asked to be moved"] += 1

    async def _call_off(self, introduction: str, entry: Entry) -> None:
        if self._is_on(introduction, entry):
            await self.person.act("cancelDemo", introductionId=introduction, reason="Budget was cut.")
            self.note_cancelled(self.stage.notes.stories[introduction])
            self.stage.notes.happened["demos called off"] += 1

    async def _attend(self, introduction: str, entry: Entry) -> None:
        """Come, or not; then both say what was."""
        if not self._is_on(introduction, entry):
            return
        stage, story = self.stage, self.stage.notes.stories[introduction]
        if story.cancelled_at is not None:
            return
        if story.booked is None or story.booked[0] != entry.starts_at:
            # It was moved while no mail went out.
            stage.notes.happened["demos that somebody went to in vain"] += 1
            return
        partner = stage.partners[story.partner]
        we, they = stage.dice.random() < self.role.comes, stage.dice.random() < partner.role.comes
        demo = Demo(entry.starts_at, entry.ends_at)
        if we and they:
            stage.house.clock.live(partial(tell_of_it, partner, story, demo, None))
            if stage.dice.random() < 0.8:
                stage.house.clock.live(partial(give_feedback, self, story, "CONTRACTOR"))
            if stage.dice.random() < 0.5:
                stage.house.clock.live(partial(give_feedback, partner, story, "PARTNER"))
            return
        missed_by = "BOTH" if not (we or they) else "PARTNER" if we else "CONTRACTOR"
        witness: Actor = partner if they else self
        stage.house.clock.live(partial(tell_of_it, witness, story, demo, missed_by))


async def tell_of_it(who: Actor, story: Story, demo: Demo, missed_by: str | None) -> None:
    """Say who came to a demo, and what came of it."""
    stage = who.stage
    await who.wait(2)
    if isinstance(who, Contractor) and who.is_erased:
        return
    if missed_by is not None:
        await who.person.act("recordOutcome", id=story.id, showStatus="NO_SHOW", noShowParty=missed_by)
        demo.has_taken_place, demo.missed_by = False, missed_by
        story.demos.append(demo)
        stage.notes.happened["demos missed"] += 1
        if sum(each.has_taken_place is False for each in story.demos) < 3:
            story.booked = None
        return
    assert isinstance(who, Partner)
    good = ("DEAL_CLOSED", "FOLLOW_UP_SCHEDULED", "POSITIVE_FEEDBACK")
    outcome = stage.dice.choice(good if stage.dice.random() < who.role.sells else ("NEUTRAL", "LOST"))
    await who.person.act("recordOutcome", id=story.id, showStatus="SHOWED", outcome=outcome)
    demo.has_taken_place, demo.outcome = True, outcome
    story.demos.append(demo)


async def give_feedback(who: Actor, story: Story, side: str) -> None:
    """Say what one thought of it."""
    await who.wait(12)
    if isinstance(who, Contractor) and who.is_erased:
        return
    dice = who.stage.dice
    ratings = {
        "satisfaction": dice.randint(2, 5),
        "experience": dice.randint(3, 5),
        "likelihood": dice.randint(4, 10),
    }
    if side == "CONTRACTOR":
        ratings["partnerQuality"] = dice.randint(2, 5)
    await who.person.act("submitFeedback", introductionId=story.id, comment="As agreed.", **ratings)
    story.feedback.add(side)
