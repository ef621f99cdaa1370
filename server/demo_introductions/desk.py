"""What the platform's staff does: every morning it sees to what needs a human."""

import datetime as dt
from collections import Counter

from server.demo.calls import Json
from server.demo_introductions.actors import Stage
from server.demo_introductions.days import DAY, HOUR
from server.demo_introductions.notes import Story
from server.demo_introductions.person import Person, RefusedError

QUEUE = """{ interventions(isOpen: true, first: 100) { nodes {
  id kind reason openedAt introduction { id stage introductionSentAt contractor { id } partner { id } } } } }"""
MORNING = 8 * HOUR + dt.timedelta(minutes=5, seconds=41)
OFF_DAYS = (5, 6)
PATIENCE = 3 * DAY


class Desk:
    """The administrator."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage = stage
        self.person = person
        self.seen: Counter[str] = Counter()
        """Interventions by kind."""

    async def keep_watch(self) -> None:
        """See to the queue every morning of a working day."""
        clock = self.stage.house.clock
        while True:
            day = clock.now.replace(hour=0, minute=0, second=0, microsecond=0)
            await clock.until(day + DAY + MORNING if clock.now > day + MORNING else day + MORNING)
            if clock.now.weekday() not in OFF_DAYS:
                for each in (await self.person.ask(QUEUE))["interventions"]["nodes"]:
                    await self._see_to(each)
            await clock.after(HOUR)

    async def _see_to(self, intervention: Json) -> None:
        kind, about = intervention["kind"], intervention["introduction"]
        await self.person.act("takeIntervention", id=intervention["id"])
        self.seen[kind] += 1
        match kind:
            case "BOUNCED" if about["stage"] == "INTRODUCED":
                await self._resend(intervention)
            case "OVERDUE" if about["stage"] == "INTRODUCED":
                await self._look_elsewhere(intervention)
            case "DISPUTED":
                await self._decide(intervention)
            case _:
                await self._resolve(intervention, "Called both of them.")

    async def _resolve(self, intervention: Json, words: str) -> None:
        await self.person.act("resolveIntervention", id=intervention["id"], resolution=words)

    async def _resend(self, intervention: Json) -> None:
        partner = self.stage.partners[intervention["introduction"]["partner"]["id"]]
        if partner.inbox in self.stage.house.post.dead:
            # They are called, and make it; tomorrow the mail is sent again.
            self.stage.house.post.dead.discard(partner.inbox)
            self.stage.say(f"{partner.role.name} is called, and makes the inbox it said it has.")
            return
        await self.person.act("resendIntroduction", id=intervention["introduction"]["id"])
        self.stage.notes.happened["introductions sent again by the staff"] += 1

    async def _look_elsewhere(self, intervention: Json) -> None:
        """Introduce the contractor to another partner, once it has waited long enough."""
        stage, about = self.stage, intervention["introduction"]
        story = stage.notes.stories[about["id"]]
        if stage.now - story.sent_at < PATIENCE:
            return
        for match in await self.person.matches(about["contractor"]["id"]):
            try:
                draft = await self.person.act(
                    "reassignIntroduction",
                    id=about["id"],
                    partnerId=match["partner"]["id"],
                    reason="The partner does not answer.",
                )
            except RefusedError:
                continue
            story.cancelled_at = stage.now
            await self.person.act("sendIntroduction", id=draft["id"])
            new = Story(draft["id"], match["partner"]["id"], story.contractor, stage.now)
            stage.notes.stories[new.id] = new
            stage.notes.happened["introductions reassigned by the staff"] += 1
            return
        await self._resolve(intervention, "Nobody else has a place.")

    async def _decide(self, intervention: Json) -> None:
        await self._resolve(intervention, "Believed the first.")
