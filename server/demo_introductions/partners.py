"""What partners do: answer introductions, by mail or in the portal, and propose times."""

import datetime as dt
from zoneinfo import ZoneInfo

from server.demo.calls import Json
from server.demo_introductions.actors import TAKEN, Actor, Stage
from server.demo_introductions.cast import PartnerRole
from server.demo_introductions.person import Person, RefusedError
from server.demo_introductions.post import Letter
from server.mailbox.answering import answering_by


class Partner(Actor):
    """A partner: answers introductions, by mail or in the portal, and gives demos."""

    def __init__(self, stage: Stage, person: Person, role: PartnerRole, partner_id: str) -> None:
        super().__init__(stage, person, answers_after=role.answers_after)
        self.role, self.id, self.zone = role, partner_id, ZoneInfo(role.zone)
        self.inbox, self.sells = role.inbox, role.sells
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
