"""What contractors do: look for partners, pick times, come to demos, and say what was."""

import datetime as dt
from functools import partial
from zoneinfo import ZoneInfo

from server.demo.calls import Json
from server.demo_introductions.actors import Actor, Stage
from server.demo_introductions.afterwards import give_feedback, tell_of_it
from server.demo_introductions.calendars import Entry
from server.demo_introductions.cast import ContractorRole
from server.demo_introductions.days import DAY, HOUR
from server.demo_introductions.notes import Demo, Story
from server.demo_introductions.person import Person, RefusedError
from server.demo_introductions.post import Letter


class Contractor(Actor):
    """A contractor: looks for partners, picks times, comes to demos, says what it thought."""

    def __init__(self, stage: Stage, person: Person, role: ContractorRole) -> None:
        super().__init__(stage, person, answers_after=role.answers_after)
        self.role, self.zone = role, ZoneInfo(role.zone)
        self.id = ""
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
            case "HELD" if story.showed and "CONTRACTOR" not in story.feedback:
                # It was asked for it.
                await give_feedback(self, story, "CONTRACTOR")

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
        if witness is partner and stage.dice.random() < self.role.objects:
            stage.house.clock.live(partial(self._object, story, demo))

    async def _object(self, story: Story, demo: Demo) -> None:
        """Say that one was there, once the partner has said the contrary; the staff believes who spoke first."""
        await self.wait(5)
        has_another = story.booked is not None and story.booked[0] != demo.starts_at
        if demo.has_taken_place is None or has_another or self.is_erased:
            return
        try:
            await self.person.act("recordOutcome", id=story.id, showStatus="SHOWED")
        except RefusedError as refused:
            self.stage.notes.happened[f"too late: {refused.code}"] += 1
        else:
            self.stage.notes.happened["objections to what was said of a demo"] += 1
