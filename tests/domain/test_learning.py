"""What a learned model says: a pure function of its numbers, and the sum of its reasons."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.learning import (
    Model,
    Steps,
    constant,
    explained,
    forward_folds,
    logistic,
    margin,
    probability,
    read,
    written,
)

MODEL = Model(
    intercept=0.5,
    weights={"hours": -0.1, "is_new": 1.0},
    usual={"hours": 10.0, "is_new": 0.25},
    steps={"hours": Steps((5.0, 20.0), (0.3, 0.0, -0.4))},
    slope=0.8,
    offset=-0.2,
)


def test_the_usual_case_has_the_log_odds_of_the_intercept():
    assert margin(MODEL, {}) == 0.5
    assert probability(MODEL, {}) == logistic(0.8 * 0.5 - 0.2)


def test_a_step_holds_up_to_and_including_its_edge():
    assert [MODEL.steps["hours"].at(value) for value in (4, 5, 5.1, 20, 20.1)] == [0.3, 0.3, 0, 0, -0.4]


def test_a_prediction_by_hand():
    found = explained(MODEL, {"hours": 25.0, "is_new": 1.0})

    # 0.8 · (−0.1 · 15 − 0.4) = −1.52 and 0.8 · 0.75 = 0.6, from 0.2.
    assert [(each.feature, each.value) for each in found.contributions] == [("hours", 25.0), ("is_new", 1.0)]
    assert [each.log_odds for each in found.contributions] == pytest.approx([-1.52, 0.6])
    assert found.base == pytest.approx(0.2)
    assert found.probability == pytest.approx(1 / (1 + math.exp(0.72)))


@given(st.floats(-1e3, 1e3), st.floats(-5, 5))
def test_the_reasons_sum_up_to_the_probability(hours, is_new):
    features = {"hours": hours, "is_new": is_new}
    found = explained(MODEL, features)

    assert found.probability == pytest.approx(probability(MODEL, features), abs=1e-12)
    assert 0 <= found.probability <= 1


def test_a_model_is_kept_as_json_to_the_last_digit():
    assert read(json.loads(json.dumps(written(MODEL)))) == MODEL
    with pytest.raises(ValueError, match="format 2"):
        read(written(MODEL) | {"format": 2})


@given(st.floats(0.001, 0.999))
def test_a_constant_says_the_same_of_every_case(rate):
    assert probability(constant(rate), {"anything": 3.0}) == pytest.approx(rate)


@given(st.floats(-1e4, 1e4))
def test_any_log_odds_have_a_probability(log_odds):
    assert 0 <= logistic(log_odds) <= 1


def test_folds_are_guessed_by_what_came_before_them():
    assert forward_folds(10, (0.4, 0.6, 1.0)) == [(4, 6), (6, 10)]
    assert forward_folds(1, (0.4, 0.6, 1.0)) == [(0, 1)]
