"""The way in, step by step: registration, profile, sandbox, certification, going live."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2

from server.announcement import Announcement
from server.demo.calls import ANSWER_WITHIN, Caller, Json, Tally
from server.demo.doors import UnexpectedAnswerError
from server.demo_certify.papers import show_papers, verify
from server.demo_certify.people import Person, until
from server.demo_certify.receiver import Receiver
from server.demo_certify.shop import BETWEEN_CALLS, SHORTEST_HOLD_MINUTES, Shop, new_key
from server.demo_certify.sign_in import sign_in
from server.progress import Progress

LIVE = "LIVE"
PROVISIONED_WITHIN = 60.0
RUN_WITHIN = 180.0
ADMIN = ("Ada Admin", "admin@interline.example")
"""Of the sample people: verifying is the one step that is not the partner's own."""
RETRY_AFTER = "HONOR_RETRY_AFTER"


@dataclass(slots=True)
class Outcome:
    """How the way went."""

    partner: str
    run: Json
    stages: list[Json]
    blockers: list[str]
    """What kept it from going live; nothing where it is LIVE."""
    tally: Tally = field(default_factory=Tally)

    @property
    def has_arrived(self) -> bool:
        """Tell whether every scenario passed and the partner sells in LIVE."""
        return bool(self.run["status"] == "PASSED" and self.stages[-1]["stage"] == LIVE)


async def go(said: Announcement, progress: Progress) -> Outcome:
    """Go the whole way on an instance. Raises what the steps raise."""
    async with httpx2.AsyncClient(timeout=ANSWER_WITHIN) as http:
        return await _Journey(said, progress, http).go()


class _Journey:
    def __init__(self, said: Announcement, progress: Progress, http: httpx2.AsyncClient) -> None:
        self._said = said
        self._progress = progress
        self._http = http
        self._tally = Tally()
        self._public_url = said["graphql"].removesuffix("/graphql")
        self._tag = secrets.token_hex(3)

    async def go(self) -> Outcome:
        name = f"Lakeside Tours {self._tag}"
        with self._progress.step("Signing in as somebody new, and registering"):
            owner = await self._person("Lea Lago", f"lea-{self._tag}@lakeside.example")
            partner = await owner.register(name)
        with self._progress.step("Completing the profile; the TEST environment is made"):
            await owner.complete_profile(partner)
            await owner.reaches(partner["id"], "TESTING", within=PROVISIONED_WITHIN)
        with self._progress.step("Showing papers; an admin of the platform verifies them"):
            await show_papers(self._http, owner, partner["id"])
            await verify(await self._person(*ADMIN), partner["id"])
        async with self._shop(owner, partner["id"]) as (shop, run_id):
            await self._sell(shop, owner, run_id)
            with self._progress.step("Waiting for the verdict"):
                run = await until(lambda: owner.run(run_id), _has_ended, "the run's end", within=RUN_WITHIN)
        blockers = await self._go_live(owner, partner["id"]) if run["status"] == "PASSED" else []
        case = await owner.case(partner["id"])
        return Outcome(name, run, case["stages"], blockers, self._tally)

    async def _go_live(self, owner: Person, partner_id: str) -> list[str]:
        with self._progress.step("Asking to go live"):
            blockers = await owner.go_live(partner_id)
            if not blockers:
                await owner.reaches(partner_id, LIVE, within=PROVISIONED_WITHIN)
        return blockers

    async def _person(self, name: str, email: str) -> Person:
        token = await sign_in(self._http, self._public_url, name=name, email=email)
        return Person(self._caller(token), self._said["graphql"])

    def _caller(self, credential: str) -> Caller:
        return Caller(self._http, credential, self._tally, asyncio.Semaphore(1))

    @asynccontextmanager
    async def _shop(self, owner: Person, partner_id: str) -> AsyncIterator[tuple[Shop, str]]:
        """Start the integrator's system with its receiver, and a run of the certification."""
        receiver = Receiver()
        async with receiver.listening():
            with self._progress.step("Starting the integrator's system, and the certification"):
                key = await owner.issue_key(partner_id, "TEST")
                shop = Shop(self._caller(key), rest=self._said["rest"], graphql=self._said["graphql"])
                run_id = await shop.certify()
                receiver.learn(await shop.hear_at(receiver.url))
            yield shop, run_id
        self._progress.say(f"Webhooks taken: {receiver.took.total()}, refused: {receiver.refused}")

    async def _sell(self, shop: Shop, owner: Person, run_id: str) -> None:
        with self._progress.step("Reading, holding, extending, selling, cancelling"):
            offers = sorted(await shop.offers(), key=lambda each: each.available)
            plenty, nothing = offers[-1], offers[0]
            if nothing.available:
                raise UnexpectedAnswerError(f"Nothing is sold out in the sandbox: {offers}")
            short = await shop.hold(plenty.sku, key=new_key(), minutes=SHORTEST_HOLD_MINUTES)
            key = new_key()
            hold = await shop.hold(plenty.sku, key=key)
            again = await shop.hold(plenty.sku, key=key)
            if again["reservation_id"] != hold["reservation_id"]:
                raise UnexpectedAnswerError(f"One key made two holds: {hold}, {again}")
            await shop.extend(hold["reservation_id"])
            await shop.activate(hold["reservation_id"])
            await shop.cancel((await shop.hold(plenty.sku, key=new_key()))["reservation_id"])
            await shop.hold_what_is_not_there(nothing.sku)
        with self._progress.step("Calling on until we are told to wait, and waiting"):
            while _status(await owner.run(run_id), RETRY_AFTER) == "PENDING":
                await shop.offers()
                await asyncio.sleep(BETWEEN_CALLS)
        with self._progress.step("Letting a hold run out, and trying to sell it"):
            await shop.meet_expiry(short["reservation_id"], short["expires_at"])


def _has_ended(run: Json) -> bool:
    return bool(run["status"] != "RUNNING")


def _status(run: Json, scenario: str) -> str:
    if _has_ended(run):
        return str(run["status"])
    return str(next(each["status"] for each in run["results"] if each["scenario"] == scenario))
