"""What people note of what they did: the count that the platform's own is compared with.

Nothing here is read from the platform but that an act of somebody's was not refused. The scores are reckoned by the
tables of the brief (S3-090 … S3-093), written down once more.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

POSITIVE = ("DEAL_CLOSED", "FOLLOW_UP_SCHEDULED", "POSITIVE_FEEDBACK")
POINTS = {"DEAL_CLOSED": 100, "FOLLOW_UP_SCHEDULED": 80, "POSITIVE_FEEDBACK": 60, "NEUTRAL": 40, "LOST": 40}
UNSAID = 40
CLOSED_AFTER = dt.timedelta(days=14)
REMINDED_AFTER, STAFF_AFTER, ALTERNATIVES_AFTER = (dt.timedelta(hours=each) for each in (24, 48, 72))
ANSWER_TIME = dt.timedelta(hours=12)


@dataclass(slots=True)
class Demo:
    """A demo that was to take place, and what was said of it; the first word, or the staff's."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    has_taken_place: bool | None = None
    missed_by: str | None = None
    outcome: str | None = None


@dataclass(slots=True)
class Story:
    """What became of one introduction, by those who lived it."""

    id: str
    partner: str
    contractor: str
    sent_at: dt.datetime
    answered_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    demos: list[Demo] = field(default_factory=list)
    """Those that somebody reported on."""
    booked: tuple[dt.datetime, dt.datetime] | None = None
    """From when to when the next demo is."""
    feedback: set[str] = field(default_factory=set)

    @property
    def showed(self) -> bool:
        return any(each.has_taken_place for each in self.demos)

    @property
    def outcome(self) -> str | None:
        return next((each.outcome for each in self.demos if each.has_taken_place), None)

    def missed(self, party: str) -> int:
        return sum(each.missed_by in {party, "BOTH"} for each in self.demos)

    def is_open(self, now: dt.datetime) -> bool:
        """Whether its demo is still to come, or to be agreed on."""
        if self.cancelled_at is not None or self.showed:
            return False
        return self.booked is None or now < self.booked[1]

    def is_closed(self, rounds: Sequence[dt.datetime]) -> bool:
        """Whether the platform closed it: somebody looked two weeks after its demo."""
        if self.cancelled_at is not None or self.booked is None:
            return False
        return bool(rounds) and rounds[-1] >= self.booked[0] + CLOSED_AFTER

    def stopped_at(self) -> dt.datetime:
        """Return when nobody waited for an answer any more."""
        return min(
            (each for each in (self.answered_at, self.cancelled_at) if each is not None),
            default=dt.datetime.max.replace(tzinfo=dt.UTC),
        )

    def follow_ups(self, worked: Sequence[dt.datetime]) -> dict[str, str]:
        """Return the steps the clock took, and what became of each, with when somebody worked to go by."""
        steps = {}
        for step, after in (
            ("REMIND_PARTNER", REMINDED_AFTER),
            ("TELL_STAFF", STAFF_AFTER),
            ("SUGGEST_ALTERNATIVES", ALTERNATIVES_AFTER),
        ):
            taken = next((each for each in worked if each >= self.sent_at + after), None)
            if taken is None or taken > self.stopped_at():
                break
            is_of_no_use = (
                step == "REMIND_PARTNER" and taken + ANSWER_TIME > self.sent_at + ALTERNATIVES_AFTER
            )
            steps[step] = "SKIPPED" if is_of_no_use else "DONE"
        return steps


class Notes:
    """All stories, and the sums of them."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.happened: Counter[str] = Counter()
        """How often something of note happened, by its words."""

    def funnel(self) -> dict[str, int]:
        """Return how far introductions came."""
        stories = list(self.stories.values())
        return {
            "INTRODUCED": len(stories),
            "RESPONDED": sum(each.answered_at is not None for each in stories),
            "CONFIRMED": sum(each.confirmed_at is not None for each in stories),
            "SHOWED": sum(each.showed for each in stories),
            "POSITIVE": sum(each.outcome in POSITIVE for each in stories),
        }

    def of_partner(self, partner: str) -> list[Story]:
        return [each for each in self.stories.values() if each.partner == partner]

    def counts(self, partner: str, *, worked: Sequence[dt.datetime], now: dt.datetime) -> dict[str, int]:
        """Return a partner's figures, by the names the graph has for them."""
        stories = self.of_partner(partner)
        return {
            "introduced": len(stories),
            "responded": sum(each.answered_at is not None for each in stories),
            "confirmed": sum(each.confirmed_at is not None for each in stories),
            "showed": sum(each.showed for each in stories),
            "positive": sum(each.outcome in POSITIVE for each in stories),
            "deals": sum(each.outcome == "DEAL_CLOSED" for each in stories),
            "lost": sum(each.outcome == "LOST" for each in stories),
            "cancelled": sum(each.cancelled_at is not None for each in stories),
            "open": sum(each.is_open(now) for each in stories),
            "missedByPartner": sum(each.missed("PARTNER") for each in stories),
            "missedByContractor": sum(each.missed("CONTRACTOR") for each in stories),
            "reminders": sum(each.follow_ups(worked).get("REMIND_PARTNER") == "DONE" for each in stories),
            "feedback": sum("CONTRACTOR" in each.feedback for each in stories),
        }

    def score(self, partner: str, *, rounds: Sequence[dt.datetime]) -> Decimal | None:
        """Return a partner's PowerConfidence: the mean of the factors there are."""
        stories = self.of_partner(partner)
        waited = [
            Fraction(round((each.answered_at - each.sent_at).total_seconds()), 3_600)
            for each in stories
            if each.answered_at is not None
        ]
        showed = sum(each.showed for each in stories)
        missed = sum(each.missed("PARTNER") for each in stories)
        points = [
            POINTS[each.outcome] if each.outcome else UNSAID
            for each in stories
            if each.showed and (each.outcome or each.is_closed(rounds))
        ]
        factors = [
            _response(_mean(waited)) if waited else None,
            _banded(Fraction(100 * showed, showed + missed), (95, 100), (90, 90), (85, 80), (80, 70))
            if showed + missed
            else None,
            _banded(
                Fraction(100 * sum(each.confirmed_at is not None for each in stories), len(stories)),
                (90, 100),
                (80, 85),
                (70, 70),
            )
            if stories
            else None,
            _cents(_mean(map(Fraction, points))) if points else None,
        ]
        known = [Fraction(each) for each in factors if each is not None]
        return Decimal(str(_cents(_mean(known)))) if known else None


def _mean(values: Iterable[Fraction]) -> Fraction:
    found = list(values)
    return sum(found, Fraction(0)) / len(found)


def _response(hours: Fraction) -> int:
    """Under 2 h 100, to 6 h 90, to 24 h 75, to 48 h 50, more 25 (S3-090)."""
    for bound, points in ((2, 100), (6, 90), (24, 75)):
        if hours < bound:
            return points
    return 50 if hours <= 48 else 25


def _banded(percent: Fraction, best: tuple[int, int], *others: tuple[int, int]) -> int:
    """More than the best bound, or at least another one (A-10); below all of them 50."""
    if percent > best[0]:
        return best[1]
    return next((points for bound, points in others if percent >= bound), 50)


def _cents(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
