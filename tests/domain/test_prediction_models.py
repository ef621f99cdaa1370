"""How cases are divided by time, and who speaks after a comparison."""

import datetime as dt

import pytest

from domain.learning import Model, constant
from domain.learning_figures import figures
from domain.prediction_models import (
    Case,
    Compared,
    Contender,
    Verdict,
    compare,
    divide,
    is_worse_than_rules,
    verdict_on,
)
from domain.predictions import LearningTerms

FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TERMS = LearningTerms(
    fewest=100, fewest_of_each=20, fewest_held_back=25, held_back=0.25, fewest_new=10, most=1_000
)


def cases(number, *, decided_after=14, happens=lambda count: count % 3 > 0, a_day=4):
    """Cases one after the other, of which what happened shows in `x`."""
    return [
        Case(
            {"x": float(happens(count))},
            50.0 + 10 * happens(count),
            happens(count),
            FIRST + DAY / a_day * count,
            FIRST + DAY / a_day * count + decided_after * DAY,
        )
        for count in range(number)
    ]


def test_the_newest_are_held_back_and_nothing_is_learned_from_what_was_open_then():
    division = divide(cases(400)[::-1], TERMS)
    assert division is not None

    assert len(division.held_back) == 100
    assert len(division.learned) == 400 - 100 - 14 * 4 + 1
    first = division.held_back[0].made_at
    assert max(each.known_at for each in division.learned) <= first
    assert [each.made_at for each in division.learned] == sorted(each.made_at for each in division.learned)
    assert [each.day for each in division.examples] == sorted(each.day for each in division.examples)


@pytest.mark.parametrize(
    "thin",
    [
        cases(99),
        # All but a few went well.
        cases(400, happens=lambda count: count % 30 > 0),
        # Of the newest all went well: there is nothing to compare by.
        cases(400, happens=lambda count: count % 3 > 0 or count >= 290),
        # Nothing was decided when the newest were made.
        cases(400, decided_after=90),
    ],
)
def test_too_little_is_not_divided(thin):
    assert divide(thin, TERMS) is None


def test_who_knows_is_better_than_who_does_not():
    division = divide(cases(400), TERMS)
    assert division is not None
    knows = Model(0.0, {"x": 8.0}, {"x": 0.5})

    compared = compare(division, candidate=knows, rules=constant(0.5), current=constant(0.4))

    assert [each.contender for each in compared] == list(Contender)
    assert compared[0].gain is None
    assert all(each.gain and each.gain[0] > 0 for each in compared[1:])
    assert verdict_on(compared, is_pinned=False, is_worse_than_rules=False) is Verdict.CHOSEN
    assert is_worse_than_rules(division, current=constant(0.1), rules=knows_by_rules())
    assert not is_worse_than_rules(division, current=knows, rules=constant(0.5))


def knows_by_rules():
    return Model(0.0, {"RULE": 80.0}, {"RULE": 0.55})


NOTHING = figures([0.5], [True])


def told(*gains):
    return [
        Compared(Contender.CANDIDATE, NOTHING, None),
        *(
            Compared(contender, NOTHING, (low, 0.1))
            for contender, low in zip((Contender.RULES, Contender.BASE_RATE), gains, strict=True)
        ),
    ]


@pytest.mark.parametrize(
    ("gains", "is_pinned", "is_worse", "verdict"),
    [
        ((0.01, 0.01), False, False, Verdict.CHOSEN),
        ((0.01, 0.01), True, False, Verdict.HELD),
        ((0.01, 0.01), False, True, Verdict.CHOSEN),
        ((0.0, 0.01), False, False, Verdict.NOT_BETTER),
        ((0.01, -0.01), False, False, Verdict.NOT_BETTER),
        ((-0.01, 0.01), False, True, Verdict.RULES_AGAIN),
        ((-0.01, 0.01), True, True, Verdict.NOT_BETTER),
    ],
)
def test_a_version_speaks_if_it_is_certainly_better_than_all_others(gains, is_pinned, is_worse, verdict):
    assert verdict_on(told(*gains), is_pinned=is_pinned, is_worse_than_rules=is_worse) is verdict
