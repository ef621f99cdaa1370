"""What must hold at the end: the platform's figures beside those of the people, and what nobody may ever see."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from quopri import decodestring

from server.demo.calls import Json
from server.demo_introductions.calendars import Entry
from server.demo_introductions.cast import CONTRACTORS, ERASED
from server.demo_introductions.contractors import Contractor
from server.demo_introductions.days import BEGINS_AT, ENDS_AT, ERASURE
from server.demo_introductions.house import ROUND, TICK
from server.demo_introductions.notes import CLOSED_AFTER, Story
from server.demo_introductions.weeks import Weeks

FUNNEL = """query F($from: Date!, $to: Date!) {
  introductionFunnel(from: $from, to: $to) { name number ofBefore ofAll } }"""
STATS = """query S($id: ID!) { bookingStats(partnerId: $id) {
  hoursToBooking powerConfidence isProvisional factors { factor score observations } counts {
    introduced responded confirmed showed positive deals lost cancelled open missedByPartner missedByContractor
    reminders feedback } } }"""
RANKING = (
    "{ partnerRanking(first: 100) { rank partner { id name } stats { powerConfidence isProvisional } } }"
)
HISTORY = """query H($id: ID!) {
  introduction(id: $id) { stage scheduledAt transitions { at } }
  demoSlots(introductionId: $id, first: 20) { nodes { proposedAt } }
  introductionFollowUps(introductionId: $id) { step result }
  interventions(introductionId: $id, isOpen: null, first: 50) { nodes { kind openedAt } }
}"""
FINDING_A_TIME = frozenset({"RESPONDED", "TIMES_PROPOSED"})
NEVER = "0001-01-01T00:00:00Z"
PATIENCE = dt.timedelta(hours=72)
"""After so long without a step somebody of the staff was told."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure or rule: what it must be, what it is."""

    figure: str
    expected: str
    said: str

    @property
    def holds(self) -> bool:
        return self.expected == self.said


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was looked at."""

    funnel: list[Json]
    ranking: list[Json]
    stats: dict[str, Json]
    """By the partner's name."""
    checks: list[Check]
    reasons: Counter[str]
    """Why introductions stand where they stand, and how many for each."""

    @property
    def holds(self) -> bool:
        return all(each.holds for each in self.checks)


async def look(weeks: Weeks) -> Verdict:
    """Ask the platform, and compare."""
    desk, notes = weeks.desk.person, weeks.stage.notes
    days = {"from": BEGINS_AT.date().isoformat(), "to": (ENDS_AT - TICK).date().isoformat()}
    funnel = (await desk.ask(FUNNEL, **days))["introductionFunnel"]
    ranking = (await desk.ask(RANKING))["partnerRanking"]
    stats = {
        partner.role.name: (await desk.ask(STATS, id=partner.id))["bookingStats"]
        for partner in weeks.stage.partners.values()
    }
    histories = {each.id: await desk.ask(HISTORY, id=each.id) for each in notes.stories.values()}
    reasons = Counter(_reason(each) for each in histories.values())
    checks = [
        *(
            Check(f"Funnel: {each['name']}", str(notes.funnel()[each["name"]]), str(each["number"]))
            for each in funnel
        ),
        *_partners(weeks, stats, ranking),
        *_steps(weeks, histories),
        *_calendars(weeks),
        *_mails(weeks),
        Check("Introductions left hanging", "0", str(reasons[HANGING])),
    ]
    return Verdict(funnel, ranking, stats, checks, reasons)


def _partners(weeks: Weeks, stats: dict[str, Json], ranking: list[Json]) -> Iterator[Check]:
    house, notes = weeks.stage.house, weeks.stage.notes
    scores: dict[str, Decimal] = {}
    for partner in weeks.stage.partners.values():
        name, said = partner.role.name, stats[partner.role.name]
        expected = notes.counts(partner.id, worked=house.worked, now=weeks.stage.now)
        for figure, number in expected.items():
            yield Check(f"{name}: {figure}", str(number), str(said["counts"][figure]))
        score = notes.score(partner.id, rounds=house.rounds)
        yield Check(f"{name}: PowerConfidence", str(score), str(said["powerConfidence"]))
        if score is not None:
            scores[name] = score
    ranked = [(each["stats"]["isProvisional"], scores[each["partner"]["name"]]) for each in ranking]
    in_order = sorted(ranked, key=lambda each: (each[0], -each[1]))
    yield Check("Ranking: partners in it", str(len(scores)), str(len(ranking)))
    yield Check("Ranking: final before provisional, best first", "True", str(ranked == in_order))


def _steps(weeks: Weeks, histories: dict[str, Json]) -> Iterator[Check]:
    worked, stories = weeks.stage.house.worked, weeks.stage.notes.stories
    wrong = twice = number = 0
    for each in stories.values():
        steps = [(step["step"], step["result"]) for step in histories[each.id]["introductionFollowUps"]]
        number += len(steps)
        twice += len(steps) - len({step for step, _ in steps})
        wrong += dict(steps) != each.follow_ups(worked)
    yield Check("Follow-up steps taken twice", "0", str(twice))
    yield Check("Introductions with other follow-ups than the clock has for them", "0", str(wrong))
    expected = sum(len(each.follow_ups(worked)) for each in stories.values())
    yield Check("Follow-up steps", str(expected), str(number))


def _calendars(weeks: Weeks) -> Iterator[Check]:
    stage = weeks.stage
    people = [*stage.partners.values(), *stage.contractors.values()]
    problems = [f"{each.person.name}: {problem}" for each in people for problem in each.diary.problems]
    yield Check("Calendar files with a fault", "none", "; ".join(problems[:3]) or "none")
    worked, differ = stage.house.worked, 0
    for story in stage.notes.stories.values():
        for who in (stage.partners[story.partner], _contractor(weeks, story)):
            entry = None if who is None else who.diary.entry_of(story.id)
            if entry is not None and story.booked is not None:
                is_off = story.cancelled_at is not None and _could_be_told(story.cancelled_at, entry, worked)
                differ += entry.is_cancelled != is_off or (not is_off and entry.starts_at != story.booked[0])
    yield Check("Calendars that have another demo than was agreed on", "0", str(differ))


def _contractor(weeks: Weeks, story: Story) -> Contractor | None:
    return next(
        (
            each
            for each in weeks.stage.contractors.values()
            if each.role.name == story.contractor and not each.is_erased
        ),
        None,
    )


def _mails(weeks: Weeks) -> Iterator[Check]:
    letters = weeks.stage.house.post.letters
    known = {str(each.mail["Message-ID"]) for each in letters}
    lost = sum(
        each.introduction is not None
        and each.mail["In-Reply-To"] is not None
        and not {str(each.mail["In-Reply-To"]), *str(each.mail["References"]).split()} <= known
        for each in letters
    )
    threaded = sum(each.mail["In-Reply-To"] is not None for each in letters)
    yield Check("Mails that follow one nobody knows", f"0 of {threaded}", f"{lost} of {threaded}")
    twice = Counter((str(each.mail["Message-ID"]), each.to) for each in letters)
    yield Check("Mails that came twice", "0", str(sum(number > 1 for number in twice.values())))
    role = next(each for each in CONTRACTORS if each.name == ERASED)
    names = (role.name, role.contact, role.email)
    later = [each for each in letters if each.arrived_at > ERASURE + TICK]
    naming = sum(any(name in _words(each.raw) for name in names) for each in later)
    yield Check(f"Mails that name {ERASED} after it was erased", "0", str(naming))


def _words(raw: bytes) -> str:
    return decodestring(raw).decode("utf-8", "replace")


HANGING = "hanging, and nobody knows"


def _reason(history: Json) -> str:
    """Return why an introduction stands where it stands."""
    introduction = history["introduction"]
    stage, steps = introduction["stage"], {each["step"] for each in history["introductionFollowUps"]}
    moved = [each["at"] for each in introduction["transitions"]]
    asked = [each["proposedAt"] for each in history["demoSlots"]["nodes"]]
    since = max(map(dt.datetime.fromisoformat, [*moved, *asked]))
    told = [dt.datetime.fromisoformat(each["openedAt"]) for each in history["interventions"]["nodes"]]
    is_fresh = since + PATIENCE + TICK >= ENDS_AT
    starts_at = dt.datetime.fromisoformat(introduction["scheduledAt"] or NEVER)
    reasons = {
        "over": stage in {"CANCELLED", "CLOSED"},
        "held, closes by itself": stage == "HELD" and starts_at + CLOSED_AFTER + ROUND >= ENDS_AT,
        "demo to come": stage == "CONFIRMED" and starts_at > ENDS_AT,
        "the partner was asked lately": stage == "INTRODUCED" and is_fresh,
        "the contractor was shown others": stage == "INTRODUCED" and "SUGGEST_ALTERNATIVES" in steps,
        "a time was asked for lately": stage in FINDING_A_TIME and is_fresh,
        "it takes too long, and the staff was told": stage in FINDING_A_TIME
        and any(each >= since for each in told),
    }
    return next((reason for reason, holds in reasons.items() if holds), HANGING)


def _could_be_told(called_off_at: dt.datetime, entry: Entry, worked: Sequence[dt.datetime]) -> bool:
    """Tell whether a worker was there between the call and the demo: what is over stays in calendars as it was."""
    return entry.is_cancelled or any(called_off_at <= at < entry.starts_at for at in worked)
