"""What is known of two, who ranks for whom, and reasons that add up."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.contractors import ContractorSize
from domain.learning import Contribution, Model, Prediction, logistic, written
from domain.matching import RULES, MatchFactor
from domain.predictions import (
    LearnedScorer,
    PredictionTarget,
    Version,
    features_of,
    known_of,
    scorer_for,
    shares,
    terms,
    versions_of,
)
from tests.domain.test_matching import DAY, NOTHING_KNOWN, OFFER, SEEKER

BOOKING = PredictionTarget.BOOKING
MIXED = Model(
    intercept=0.3,
    weights={"RESPONSE": 3.0, "CAPACITY": -1.5, "CONTRACTOR_SIZE": 0.7, "NO_SUCH_THING": 2.0},
    usual={"RESPONSE": 0.4, "CAPACITY": 0.5, "CONTRACTOR_SIZE": 0.5, "NO_SUCH_THING": 0.1},
    slope=0.8,
    offset=-0.1,
)
VERSION = Version(UUID(int=7), BOOKING, 2, MIXED)
ANYBODY, RULED = UUID(int=55), UUID(int=5)


def test_what_is_not_known_counts_half():
    known = known_of(replace(SEEKER, size=None), NOTHING_KNOWN, on=DAY)
    features = features_of(known)

    assert features == {
        **dict.fromkeys(("INDUSTRY", "NEED", "REGION", "LANGUAGE", "RESPONSE", "OUTCOMES"), 0.5),
        **dict.fromkeys(("SHOW_RATE", "CONVERSION", "SUCCESS_RATE", "CONTRACTOR_SIZE"), 0.5),
        "TIME_ZONE": 1.0,
        "CAPACITY": 1.0,
        "TRACK_RECORD": 0.0,
        "BREADTH": 0.4,
    }


@pytest.mark.parametrize("size", ContractorSize)
def test_every_feature_is_from_0_to_1(size):
    seeker = replace(SEEKER, size=size, needs=tuple("ABCDEFG"))
    offer = replace(OFFER, show_score=100.0, conversion_score=0.0, success_score=50.0, taken=10)

    features = features_of(known_of(seeker, offer, on=DAY))

    assert {each.value for each in MatchFactor} - features.keys() == {"USUAL"}
    assert all(0 <= value <= 1 for value in features.values())


def test_reasons_add_up_to_the_chance_in_points():
    score = LearnedScorer(VERSION).score(replace(SEEKER, size=ContractorSize.LARGE), OFFER, on=DAY)

    log_odds = 0.8 * (0.3 + 3 * 0.6 - 1.5 * 0.5 + 0.7 * 0.5) - 0.1
    assert score.points == Decimal(repr(100 * logistic(log_odds))).quantize(Decimal("0.01"))
    assert sum(each.points for each in score.reasons) == score.points
    assert [(each.factor, each.points > 0, each.weight) for each in score.reasons] == [
        (MatchFactor.USUAL, True, None),
        (MatchFactor.RESPONSE, True, None),
        (MatchFactor.CAPACITY, False, None),
        (MatchFactor.CONTRACTOR_SIZE, True, None),
    ]


def test_shares_are_in_proportion_and_end_where_the_chance_is():
    found = Prediction(
        logistic(1.0),
        -1.0,
        (Contribution("a", 1, 3.0), Contribution("b", 1, -1.0), Contribution("c", 0, 0.0)),
    )

    told = shares(found)

    assert sum(told.values()) == pytest.approx(logistic(1.0) - logistic(-1.0))
    assert told["a"] / told["b"] == pytest.approx(-3)
    assert told["c"] == 0


def test_shares_that_cancel_each_other_are_as_steep_as_the_usual_case():
    found = Prediction(0.5, 0.0, (Contribution("a", 1, 2.0), Contribution("b", 1, -2.0)))

    assert shares(found) == {"a": pytest.approx(0.5), "b": pytest.approx(-0.5)}


def test_a_version_ranks_where_one_speaks_but_for_some_contractors():
    assert scorer_for({}, ANYBODY) is RULES
    assert scorer_for({BOOKING: VERSION}, ANYBODY) == LearnedScorer(VERSION)
    assert scorer_for({BOOKING: VERSION}, RULED) is RULES
    assert scorer_for({PredictionTarget.SHOW: VERSION}, ANYBODY) is RULES
    assert LearnedScorer(VERSION).name == "booking-2"


def test_a_version_is_read_as_it_was_written_and_another_format_does_not_speak():
    kept = {"id": str(VERSION.id), "number": 2, "model": written(MIXED)}

    assert versions_of({"BOOKING": kept}) == {BOOKING: VERSION}
    assert versions_of({"BOOKING": kept | {"model": written(MIXED) | {"format": 2}}}) == {}


def test_terms_leave_room_between_opening_and_settling():
    by = terms()

    assert {target: each.open_below < each.settle_from for target, each in by.risks.items()} == {
        BOOKING: True,
        PredictionTarget.SHOW: True,
    }
    assert by.learning.fewest * by.learning.held_back == by.learning.fewest_held_back
    assert dt.timedelta(days=by.provisional.silent_days) > dt.timedelta(hours=48)
