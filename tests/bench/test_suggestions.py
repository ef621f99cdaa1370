"""How suggestions are measured: by time, on the real table where it is at hand."""

import pytest

from bench.suggestions import TABLE, evidence_of, figures, interval, read, run
from server.demo.source import EXCERPT


def test_bookings_are_read_in_the_order_in_which_they_were_made():
    bookings = read(EXCERPT)

    assert len(bookings) == 299
    assert [each.made_on for each in bookings] == sorted(each.made_on for each in bookings)
    assert bookings[0].members[0].startswith("meal ")


def test_a_booking_counts_half_after_the_half_life():
    bookings = read(EXCERPT)
    _, alike = evidence_of(bookings, float("inf"))
    _, fading = evidence_of(bookings, 30.0)

    assert alike.bookings == 299
    assert fading.bookings < 299
    assert sum(fading.by_party.values()) == pytest.approx(fading.bookings)


def test_figures_are_shares_of_all_bookings():
    found = figures([1, 2, 4, None])

    assert (found.hit_1, found.hit_3) == (0.25, 0.5)
    assert found.mrr == pytest.approx((1 + 0.5 + 0.25) / 4)
    assert found.ndcg_3 == pytest.approx((1 + 0.6309) / 4, abs=1e-4)
    assert interval([1, 2], [1, 2]) == (0.0, 0.0)


@pytest.mark.slow
@pytest.mark.skipif(not TABLE.exists(), reason="the full table of bookings is not at hand")
def test_the_scorer_beats_the_baseline_on_what_was_held_back():
    report = run(read(TABLE))

    assert report.sizes == (3951, 988)
    assert (round(report.baseline.ndcg_3, 4), round(report.ours.ndcg_3, 4)) == (0.8035, 0.8228)
    assert report.better[0] > 0
