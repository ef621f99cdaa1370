"""What goes wrong meanwhile: servers that are down, machines that answer, people who are forgotten."""

from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial

from server.demo_introductions.actors import Stage
from server.demo_introductions.cast import BOX_IS_FULL, DEAD_AT_FIRST, ERASED, ON_LEAVE, PartnerRole
from server.demo_introductions.days import (
    BACK_FROM_LEAVE,
    ERASURE,
    HOUR,
    MAIL_DOWN,
    STRANGER,
    TWO_WORKERS,
    WORKER_AWAY,
)
from server.demo_introductions.post import Letter
from server.demo_introductions.simulated import Clock
from server.demo_introductions.strangers import away_note, report_of_failure, stranger_mail

Note = Callable[[Letter, str], EmailMessage]


class Mishaps:
    """Lets them happen."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._roles: dict[str, PartnerRole] = {each.inbox: each.role for each in stage.partners.values()}
        self._sent_back = Counter[str]()
        post = stage.house.post
        post.dead |= {inbox for inbox, role in self._roles.items() if role.subdomain == DEAD_AT_FIRST}
        post.arrived.append(self._answer_by_machine)

    def plan(self, clock: Clock) -> None:
        """Put them on the clock."""
        for life, at in (
            (self._mail_goes_down, MAIL_DOWN[0]),
            (self._mail_comes_back, MAIL_DOWN[1]),
            (self._stranger_writes, STRANGER),
            (partial(self._work, 2, "A second worker does everything the first does."), TWO_WORKERS[0]),
            (partial(self._work, 1, "The second worker is gone."), TWO_WORKERS[1]),
            (self._forget, ERASURE),
            (partial(self._work, 0, "The worker is away for the weekend."), WORKER_AWAY[0]),
            (partial(self._work, 1, "The worker is back."), WORKER_AWAY[1]),
        ):
            clock.live(life, at=at)

    async def _mail_goes_down(self) -> None:
        await self._stage.house.post.close()
        self._stage.say("The mail server is down.")

    async def _mail_comes_back(self) -> None:
        await self._stage.house.post.open()
        self._stage.say("The mail server is back.")

    async def _work(self, workers: int, words: str) -> None:
        self._stage.house.workers = workers
        self._stage.say(words)

    async def _forget(self) -> None:
        """Have a contractor erased, by its own wish."""
        stage = self._stage
        contractor = next(each for each in stage.contractors.values() if each.role.name == ERASED)
        await contractor.person.act("eraseContractor", id=contractor.id)
        contractor.is_erased = True
        for story in stage.notes.stories.values():
            if story.contractor == ERASED and story.is_open(stage.now):
                story.cancelled_at = stage.now
        stage.say(f"{ERASED} is erased.")

    async def _stranger_writes(self) -> None:
        letters = self._stage.house.post.letters
        mail = stranger_mail(next(each for each in letters if each.introduction and each.mail["Reply-To"]))
        await self._post(mail, str(mail["From"]), "mails of strangers")

    def _answer_by_machine(self, to: str, letter: Letter) -> None:
        """Answer while somebody is on leave; send the first one back whose box is full."""
        role, clock = self._roles.get(to), self._stage.house.clock
        if role is None or self._sent_back[to]:
            return
        if role.subdomain == ON_LEAVE and clock.now < BACK_FROM_LEAVE:
            self._sent_back[to] += 1
            clock.live(partial(self._post, away_note(letter, to), to, "automatic replies"))
        elif role.subdomain == BOX_IS_FULL:
            self._sent_back[to] += 1
            report = report_of_failure(letter, to)
            what = "mails sent back with a report"
            clock.live(partial(self._post, report, "", what), at=clock.now + HOUR / 7)

    async def _post(self, mail: EmailMessage, sender: str, what: str) -> None:
        if await self._stage.house.post.post(mail, sender=sender, to=str(mail["To"])):
            self._stage.notes.happened[what] += 1
