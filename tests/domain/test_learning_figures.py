"""Figures of probabilities, by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.learning_figures import auc, better_by, figures, reliability


def test_figures_by_hand():
    found = figures([0.1, 0.35, 0.4, 0.8], [False, True, False, True])

    assert found.auc == 0.75
    assert found.brier == pytest.approx((0.01 + 0.4225 + 0.16 + 0.04) / 4)
    assert found.log_loss == pytest.approx(-(math.log(0.9 * 0.35 * 0.6 * 0.8)) / 4)
    assert found.ece == pytest.approx((0.1 + 0.65 + 0.4 + 0.2) / 4)
    assert (found.number, found.happened) == (4, 0.5)


def test_ties_count_half_and_one_kind_alone_has_no_auc():
    assert auc([0.5, 0.5, 0.5], [True, False, False]) == 0.5
    assert auc([0.2, 0.9], [True, True]) is None


def test_a_bin_has_what_was_said_beside_what_happened():
    (low, high) = reliability([0.02, 0.04, 1.0], [False, True, True])

    assert (low.number, low.happened) == (2, 0.5)
    assert low.said == pytest.approx(0.03)
    assert (high.number, high.said, high.happened) == (1, 1.0, 1.0)


def test_the_better_one_is_better_in_every_draw():
    low, high = better_by([0.9, 0.1] * 20, [0.5, 0.5] * 20, [True, False] * 20, draws=100)

    assert low == pytest.approx(0.24)
    assert high == pytest.approx(0.24)


CASES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), st.booleans()), min_size=1, max_size=30
)


@given(CASES)
def test_auc_is_the_share_of_pairs_in_the_right_order(cases):
    said, happened = zip(*cases, strict=True)
    pairs = [
        1.0 if one > other else 0.5 if one == other else 0.0
        for one, is_so in cases
        for other, is_other in cases
        if is_so and not is_other
    ]

    assert auc(said, happened) == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
