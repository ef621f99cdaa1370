"""The three weeks: who comes when, and what goes wrong meanwhile."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from server.demo.calls import Tally
from server.demo_introductions.actors import Contractor, Partner, Stage
from server.demo_introductions.cast import CONTRACTORS, PARTNERS
from server.demo_introductions.days import BEGINS_AT, DAY, ENDS_AT
from server.demo_introductions.desk import Desk
from server.demo_introductions.house import ADMIN, House
from server.demo_introductions.mishaps import Mishaps
from server.demo_introductions.notes import Notes
from server.demo_introductions.person import enter
from server.demo_introductions.post import Letter

Say = Callable[[str], None]


@dataclass(slots=True)
class Weeks:
    """What was lived, and who lived it."""

    stage: Stage
    desk: Desk
    tally: Tally


async def live(house: House, *, seed: int, say: Say) -> Weeks:
    """Live the three weeks. Raises what the calls raise."""
    tally = Tally()
    stage = Stage(house, Notes(), random.Random(seed), say)  # noqa: S311 - dice, no secret
    clock = house.clock
    name, email = ADMIN
    desk = Desk(stage, await enter(house, tally, name=name, email=email))
    for role in PARTNERS:
        partner = await _partner(stage, tally, role.name)
        stage.partners[partner.id] = partner
    contractors = [
        Contractor(stage, await enter(house, tally, name=role.contact, email=role.email), role)
        for role in CONTRACTORS
    ]
    _route(stage, contractors)
    for contractor in contractors:
        clock.live(contractor.live, at=BEGINS_AT + dt.timedelta(hours=stage.dice.uniform(7, 7 * 24)))
    clock.live(house.keep_working)
    clock.live(desk.keep_watch)
    clock.live(partial(_tell_days, stage))
    Mishaps(stage).plan(clock)
    await clock.run(ENDS_AT)
    await clock.stop()
    return Weeks(stage, desk, tally)


async def _partner(stage: Stage, tally: Tally, name: str) -> Partner:
    role = next(each for each in PARTNERS if each.name == name)
    person = await enter(stage.house, tally, name=f"Owner of {role.name}", email=role.email)
    made = await person.act(
        "registerPartner", name=role.name, type="AGENCY", country=role.country, locale=role.locale
    )
    await person.act("setIntroductionProfile", partnerId=made["id"], version=0, **role.profile)
    return Partner(stage, person, role, made["id"])


def _route(stage: Stage, contractors: list[Contractor]) -> None:
    """Bring mails to whom they are for."""
    by_address: dict[str, Partner | Contractor] = {each.inbox: each for each in stage.partners.values()}
    by_address |= {each.role.email: each for each in contractors}

    def arrived(to: str, letter: Letter) -> None:
        if to in by_address:
            by_address[to].get(letter)

    stage.house.post.arrived.append(arrived)


async def _tell_days(stage: Stage) -> None:
    """Say at the end of each day what came of it."""
    before, letters = Counter[str](), 0
    while True:
        day = stage.now
        await stage.house.clock.until(day + DAY - dt.timedelta(seconds=1))
        stories = stage.notes.stories.values()
        count = Counter(
            sent=len(stories),
            answered=sum(each.answered_at is not None for each in stories),
            confirmed=sum(each.confirmed_at is not None for each in stories),
            held=sum(each.showed for each in stories),
            missed=sum(not demo.has_taken_place for each in stories for demo in each.demos),
            cancelled=sum(each.cancelled_at is not None for each in stories),
        )
        told = ", ".join(f"{number} {what}" for what, number in (count - before).items())
        arrived = len(stage.house.post.letters)
        stage.say(f"{day:%a %d %b}  {told or 'nothing new'}; {arrived - letters} mails")
        before, letters = count, arrived
        await stage.house.clock.until(day + DAY)
