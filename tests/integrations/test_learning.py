"""Learning on made-up cases whose rule is known."""

import math
import random

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from domain.learning import Example, explained, logistic, margin, probability
from domain.learning_figures import figures
from integrations.learning.fitting import (
    SEED,
    SMALLEST_SIDE,
    Choice,
    Guesses,
    calibration,
    fit,
    learn,
    learn_line,
)


def cases(number, seed=1, turns_at=None):
    """The slower a partner answers the rarer it shows up; beyond 24 hours hardly ever."""
    draw = random.Random(seed)
    made = []
    for day in range(number):
        hours, is_new, noise = draw.uniform(0, 48), float(draw.random() < 0.3), draw.random()
        log_odds = 1.5 - 0.04 * hours - (2.5 if hours > 24 else 0) - 0.5 * is_new
        if turns_at is not None and day >= turns_at:
            log_odds = -log_odds
        features = {"hours": hours, "is_new": is_new, "noise": noise}
        made.append(Example(features, draw.random() < logistic(log_odds), day))
    return made


def test_what_is_learned_says_what_scikit_learn_says():
    examples = cases(300)
    names = ["hours", "is_new", "noise"]
    rows = np.array([[each.features[name] for name in names] for each in examples])
    labels = np.array([each.happened for each in examples], dtype=int)
    scaler = StandardScaler().fit(rows)
    theirs = GradientBoostingClassifier(
        init=LogisticRegression(C=0.3, max_iter=2_000),
        n_estimators=50,
        learning_rate=0.1,
        max_depth=1,
        min_samples_leaf=SMALLEST_SIDE,
        subsample=0.7,
        random_state=SEED,
    ).fit(scaler.transform(rows), labels, sample_weight=np.ones(300))
    ours = fit(examples, Choice(0.3, rounds=50))

    said = [probability(ours, each.features) for each in examples]

    assert said == pytest.approx(theirs.predict_proba(scaler.transform(rows))[:, 1], abs=1e-6)


def test_the_same_examples_give_the_same_model():
    assert learn(cases(60)) == learn(cases(60))


def test_what_matters_is_found_and_what_does_not_is_not():
    model = fit(cases(400), Choice(0.3, rounds=20))

    found = explained(model, {"hours": 40.0, "is_new": 0.0, "noise": 0.9})

    assert found.contributions[0].feature == "hours"
    assert found.contributions[0].log_odds < -1
    assert abs({each.feature: each.log_odds for each in found.contributions}["noise"]) < 0.5


def test_steps_do_better_than_a_line_where_there_is_one_and_a_line_better_than_the_rate():
    examples, held_back = cases(500), cases(500, seed=2)
    happened = [each.happened for each in held_back]

    stepped, line = (
        figures([probability(model, each.features) for each in held_back], happened)
        for model in (fit(examples, Choice(0.3, rounds=50)), fit(examples, Choice(0.3)))
    )
    rate = sum(happened) / len(happened)

    assert stepped.brier < line.brier < rate * (1 - rate)
    assert stepped.auc is not None
    assert stepped.auc > 0.85


def test_the_baseline_counts_all_alike_and_has_no_steps():
    choice = learn_line(cases(60)).choice

    assert choice is not None
    assert (choice.half_life, choice.rounds) == (math.inf, 0)


def test_a_world_that_turned_is_learned_by_forgetting():
    examples = cases(200, turns_at=130)

    choice = learn(examples).choice
    assert choice is not None
    assert choice.half_life < math.inf


@pytest.mark.parametrize("number", [0, 1, 7])
def test_of_little_only_the_rate_is_learned(number):
    found = learn([Example({"hours": 1.0}, happened=True)] * number)

    assert found.choice is None
    assert probability(found.model, {"hours": 99.0}) == pytest.approx((number + 1) / (number + 2))


def test_calibration_is_kept_where_it_helps_and_never_turns_a_model_round():
    draw = random.Random(4)
    told = [tuple(draw.uniform(-3, 3) for _ in range(300)) for _ in range(3)]
    half = tuple(tuple(draw.random() < logistic(each / 2) for each in fold) for fold in told)
    turned = tuple(tuple(not is_so for is_so in fold) for fold in half)

    found = calibration(Guesses(tuple(told), half))
    assert found is not None
    slope, offset = found

    assert slope == pytest.approx(0.5, abs=0.1)
    assert offset == pytest.approx(0, abs=0.15)
    assert calibration(Guesses(tuple(told), turned)) is None


def test_a_margin_needs_no_feature():
    model = fit(cases(100), Choice(0.1))

    assert margin(model, {}) == model.intercept
