"""Whose turn it is to find a time, and when that is said again."""

import datetime as dt

import pytest

from domain.introductions import IntroductionStage as Stage
from domain.scheduling import SlotSide
from domain.turns import Turn, TurnWord, turn_of
from tests.factories.times import HOUR, MINUTE, NOW

PARTNER, CONTRACTOR, PLATFORM = SlotSide


@pytest.mark.parametrize(
    ("stage", "proposed_by", "side", "word"),
    [
        (Stage.RESPONDED, None, PARTNER, TurnWord.TIMES_WANTED),
        (Stage.TIMES_PROPOSED, None, PARTNER, TurnWord.TIMES_WANTED),
        (Stage.TIMES_PROPOSED, PARTNER, CONTRACTOR, TurnWord.TIMES_PROPOSED),
        (Stage.TIMES_PROPOSED, CONTRACTOR, PARTNER, TurnWord.TIMES_PROPOSED),
        (Stage.TIMES_PROPOSED, PLATFORM, CONTRACTOR, TurnWord.TIMES_PROPOSED),
        (Stage.CONFIRMED, CONTRACTOR, PARTNER, TurnWord.MOVE_ASKED),
        (Stage.CONFIRMED, PARTNER, CONTRACTOR, TurnWord.MOVE_ASKED),
    ],
)
def test_it_is_the_turn_of_who_did_not_propose_and_the_partners_where_nobody_did(
    stage, proposed_by, side, word
):
    assert turn_of(stage, proposed_by, NOW) == Turn(side, NOW, word)


@pytest.mark.parametrize(
    ("waited", "is_reminder_due", "is_staff_due"),
    [
        (24 * HOUR - MINUTE, False, False),
        (24 * HOUR, True, False),
        (60 * HOUR, True, False),
        (60 * HOUR + MINUTE, False, False),
        (72 * HOUR, False, True),
        (dt.timedelta(days=30), False, True),
    ],
)
def test_it_is_said_again_after_a_day_and_told_to_the_staff_after_three(
    waited, is_reminder_due, is_staff_due
):
    turn = Turn(PARTNER, NOW, TurnWord.TIMES_WANTED)

    assert (turn.is_reminder_due(NOW + waited), turn.is_staff_due(NOW + waited)) == (
        is_reminder_due,
        is_staff_due,
    )


def test_the_staff_is_told_who_has_not_done_what_for_how_long():
    said = [
        Turn(side, NOW, word).reason(NOW + 75 * HOUR) for side in (PARTNER, CONTRACTOR) for word in TurnWord
    ]

    assert said == [
        "The partner has not taken any of the proposed times for 75 hours.",
        "The partner has not proposed times for 75 hours.",
        "The partner has not said anything to the demo's being moved for 75 hours.",
        "The contractor has not taken any of the proposed times for 75 hours.",
        "The contractor has not proposed times for 75 hours.",
        "The contractor has not said anything to the demo's being moved for 75 hours.",
    ]
