"""How well the learners of introductions do on real input: which bookings of a city hotel are cancelled.

The platform learns from its own introductions what becomes of them (`integrations/learning`). Whether that pipeline
is any good is shown on a table of real bookings, by time: as the job does, it learns anew each week from the bookings
whose day has come, and guesses those due in the week after. A guess uses only what is known when a booking is made.
"""

import argparse
import csv
import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.suggestions import MONTHS, TABLE
from domain.learning import Example, Model, constant, probability
from domain.learning_figures import Figures, better_by, figures
from integrations.learning.fitting import Learned, learn, learn_line

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "models.md"
BEGIN, END = "<!-- cancellations: begin -->", "<!-- cancellations: end -->"
SHARE = 0.7
"""Of the bookings, by the day they are due, that are learned from at first."""
SHARE_OF_NEW = 0.8
"""The same by the day they were made, as for the suggestions."""
CHOICES = (
    "meal",
    "market_segment",
    "distribution_channel",
    "reserved_room_type",
    "customer_type",
    "agent",
)
"""Columns of words; a word is a feature once it was seen FEWEST times among what is learned from."""
FEWEST = 30
WEEK = dt.timedelta(days=7)
RATE, BASELINE, OURS = "base rate", "logistic regression", "calibrated model"
MODELS = (RATE, BASELINE, OURS)
LEFT_OUT: Mapping[str, str] = {
    "reservation_status, reservation_status_date": "are the outcome",
    "assigned_room_type": "is decided at arrival",
    "booking_changes, days_in_waiting_list": "count what happens after the booking is made",
    "deposit_type": "is told from the payments up to arrival or cancellation",
    "adr": "is the sum of all that was charged, by the nights",
    "required_car_parking_spaces, total_of_special_requests": "are asked for until arrival",
    "country": "is only set right at the desk; until then it is the hotel's own",
    "arrival year, month, week, day of the month": "can not be learned from one summer",
}
"""Columns that are not looked at, and why (Antonio et al., Data in Brief 22, 2019, table 1)."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One row: when it was made and is due, what it says at that moment, and what became of it."""

    made_on: dt.date
    due_on: dt.date
    row: Mapping[str, str]
    is_cancelled: bool


def read_bookings(path: Path) -> list[Booking]:
    """Read the table, in the order in which the bookings are due."""
    with path.open(encoding="utf-8", newline="") as lines:
        bookings = [_booking(row) for row in csv.DictReader(lines)]
    return sorted(bookings, key=lambda each: (each.due_on, each.made_on))


def _booking(row: Mapping[str, str]) -> Booking:
    due_on = dt.date(
        int(row["arrival_date_year"]),
        MONTHS[row["arrival_date_month"]],
        int(row["arrival_date_day_of_month"]),
    )
    return Booking(
        made_on=due_on - dt.timedelta(days=int(row["lead_time"])),
        due_on=due_on,
        row=row,
        is_cancelled=row["is_canceled"] == "1",
    )


def words_of(bookings: Sequence[Booking]) -> list[tuple[str, str]]:
    """Return (column, word) of what was seen often enough to learn from."""
    seen = Counter((column, each.row[column]) for each in bookings for column in CHOICES)
    return sorted(word for word, number in seen.items() if number >= FEWEST)


def features(booking: Booking, words: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return what is known when the booking is made."""

    def number(name: str) -> int:
        return int(booking.row[name]) if booking.row[name].isdigit() else 0

    known = {
        "lead time, log days": math.log1p(number("lead_time")),
        "weekend nights": float(number("stays_in_weekend_nights")),
        "week nights": float(number("stays_in_week_nights")),
        "adults": float(number("adults")),
        "children": float(number("children") + number("babies")),
        "cancelled before": float(number("previous_cancellations") > 0),
        "by a company": float(booking.row["company"] != "NULL"),
        "due from Friday to Sunday": float(booking.due_on.weekday() >= 4),
    }
    return known | {f"{column} {word}": float(booking.row[column] == word) for column, word in words}


@dataclass(frozen=True, slots=True)
class Guess:
    """One held-back booking: what each model said of it, and what it was."""

    said: Mapping[str, float]
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Week:
    """What was learned on one day, to guess the seven days after it."""

    until: dt.date
    learned_from: int
    chosen: Learned
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Guesses of one kind: week by week, the figures of each model, and by how much ours is better (Brier)."""

    weeks: tuple[Week, ...]
    figures: Mapping[str, Figures]
    better: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of one run: guesses of what is open, and guesses of what was just made."""

    of_open: Measured
    of_new: Measured


def run(bookings: Sequence[Booking]) -> Report:
    """Hold back what is due last, and what was made last; guess both week by week, by what was known then, once."""
    due = [each.due_on for each in bookings]
    made = sorted(each.made_on for each in bookings)
    return Report(
        of_open=_measured(bookings, due[int(len(due) * SHARE) - 1], lambda each: each.due_on),
        of_new=_measured(bookings, made[int(len(made) * SHARE_OF_NEW) - 1], lambda each: each.made_on),
    )


def _measured(bookings: Sequence[Booking], first: dt.date, day_of: Callable[[Booking], dt.date]) -> Measured:
    weeks: list[Week] = []
    until, last = first, max(map(day_of, bookings))
    while until < last:
        coming = [each for each in bookings if until < day_of(each) <= until + WEEK]
        weeks.append(_week(bookings, until, coming))
        until += WEEK
    guesses = [guess for week in weeks for guess in week.guesses]
    said = {name: [each.said[name] for each in guesses] for name in MODELS}
    happened = [each.is_cancelled for each in guesses]
    return Measured(
        tuple(weeks),
        {name: figures(said[name], happened) for name in MODELS},
        better_by(said[OURS], said[BASELINE], happened),
    )


def _week(bookings: Sequence[Booking], until: dt.date, coming: Sequence[Booking]) -> Week:
    """Learn from the bookings whose day has come. Which of them were cancelled is known by then, and no other way
    of choosing is blind to it: of open bookings one knows only the cancelled ones.
    """
    before = [each for each in bookings if each.due_on <= until]
    words = words_of(before)
    examples = [Example(features(each, words), each.is_cancelled, each.due_on.toordinal()) for each in before]
    chosen = learn(examples)
    models: dict[str, Model] = {
        RATE: constant(sum(each.is_cancelled for each in before) / len(before)),
        BASELINE: learn_line(examples).model,
        OURS: chosen.model,
    }
    return Week(
        until,
        len(before),
        chosen,
        tuple(
            Guess(
                {name: probability(model, features(each, words)) for name, model in models.items()},
                each.is_cancelled,
            )
            for each in coming
        ),
    )


def told(report: Report) -> str:
    """Write the figures as the tables of docs/models.md."""
    opened, new = report.of_open, report.of_new
    return "\n".join(
        [
            "**Open bookings**, guessed anew before the week they are due in:",
            "",
            *_told(opened),
            "",
            "Chosen, by the days before each week:",
            "",
            "| learned until | bookings | strength | half-life, days | steps | calibrated |",
            "|---|---:|---:|---:|---:|---|",
            *map(_chosen, opened.weeks),
            "",
            "Reliability of the calibrated model:",
            "",
            "| bookings | said | cancelled |",
            "|---:|---:|---:|",
            *(
                f"| {each.number} | {each.said:.3f} | {each.happened:.3f} |"
                for each in opened.figures[OURS].bins
            ),
            "",
            "**New bookings**, guessed when they are made:",
            "",
            *_told(new),
        ]
    )


def _told(measured: Measured) -> list[str]:
    first = measured.weeks[0]
    low, high = measured.better
    return [
        *_table(measured.figures),
        "",
        f"Learned from at first: {first.learned_from} bookings, due until {first.until}.",
        (
            "In 95 % of paired bootstrap draws the calibrated model's Brier score is lower than the logistic "
            f"regression's by {low:+.4f} … {high:+.4f}."
        ),
    ]


def _chosen(week: Week) -> str:
    choice = week.chosen.choice
    if choice is None:
        return f"| {week.until} | {week.learned_from} | – | – | – | – |"
    lasts = "none" if math.isinf(choice.half_life) else f"{choice.half_life:g}"
    calibrated = "yes" if week.chosen.is_calibrated else "no"
    return f"| {week.until} | {week.learned_from} | {choice.strength:g} | {lasts} | {choice.rounds} | {calibrated} |"


def _table(found: Mapping[str, Figures]) -> list[str]:
    return [
        "| | bookings | cancelled | AUC | Brier | log loss | ECE |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {each.number} | {each.happened:.3f} | {'–' if each.auc is None else f'{each.auc:.4f}'} "
            f"| {each.brier:.4f} | {each.log_loss:.4f} | {each.ece:.4f} |"
            for name, each in found.items()
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    """Learn, measure, tell; with `--write` keep the figures in the repository."""
    parser = argparse.ArgumentParser(prog="./interline learn-cancellations", description=__doc__)
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--write", action="store_true", help="keep the figures")
    options = parser.parse_args(arguments)
    report = run(read_bookings(options.table))
    print(told(report))
    if options.write:
        text = DOC.read_text("utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        DOC.write_text(f"{head}{BEGIN}\n{told(report)}\n{END}{tail}", "utf-8")
    return 0
