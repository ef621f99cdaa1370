"""Suggested bundles: every point has a reason, and the same question has the same answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.suggestions import (
    Candidate,
    Coefficients,
    Evidence,
    PartyType,
    Signal,
    learned,
    party_type,
    signals,
    suggest,
)

FAMILY, COUPLE = PartyType.FAMILY, PartyType.COUPLE
EVIDENCE = Evidence(
    bookings=100,
    by_party={COUPLE: 80, FAMILY: 20},
    by_month={7: 50, 8: 50},
    alone={"stay": 60, "tour": 50, "ferry": 40},
    together={frozenset(("stay", "tour")): 40, frozenset(("stay", "ferry")): 5},
    typical_price={COUPLE: 100.0, FAMILY: 200.0},
)
COUPLES = Candidate("couples", ("stay", "tour"), 50, {COUPLE: 50}, {7: 25, 8: 25}, 100.0)
FAMILIES = Candidate("families", ("stay", "ferry"), 20, {FAMILY: 18, COUPLE: 2}, {7: 19, 8: 1}, 200.0)
ALL = Coefficients(dict.fromkeys(Signal, 1.0), prior=5.0)


@pytest.mark.parametrize(
    ("party", "of"),
    [
        ((1, 0, 0), "SINGLE"),
        ((2, 0, 0), "COUPLE"),
        ((1, 0, 1), "COUPLE"),
        ((1, 1, 0), "FAMILY"),
        ((3, 0, 0), "GROUP"),
    ],
)
def test_a_party_is_told_by_who_travels(party, of):
    assert party_type(*party) == of


def test_what_is_booked_by_people_alike_comes_first():
    found = {
        party: [
            each.candidate.key
            for each in suggest([FAMILIES, COUPLES], EVIDENCE, party=party, month=7, coefficients=ALL)
        ]
        for party in (COUPLE, FAMILY)
    }

    assert found == {COUPLE: ["couples", "families"], FAMILY: ["families", "couples"]}


def test_the_score_is_the_sum_of_the_reasons_and_each_reason_says_which_way():
    (best,) = suggest([FAMILIES], EVIDENCE, party=FAMILY, month=8, coefficients=ALL)
    reasons = {each.signal: each for each in best.reasons}

    assert best.score == sum(each.points for each in best.reasons)
    assert reasons[Signal.PARTY].text == "Families book it more often than others."
    assert reasons[Signal.SEASON].text == "It is booked less often in August."
    assert Signal.PRICE not in reasons


def test_little_evidence_says_little():
    rare = Candidate("rare", ("stay",), 1, {FAMILY: 1})
    strong, weak = (
        signals(rare, EVIDENCE, party=FAMILY, month=None, prior=prior)[Signal.PARTY]
        for prior in (1.0, 1_000.0)
    )

    assert strong > 10 * weak > 0


def test_without_any_bookings_nothing_is_said_and_the_order_is_by_key():
    nothing = Evidence(0, {}, {}, {}, {}, {})
    found = suggest(
        [Candidate("b", ("x",), 0), Candidate("a", ("y",), 0)],
        nothing,
        party=COUPLE,
        month=3,
        coefficients=ALL,
    )

    assert [each.candidate.key for each in found] == ["a", "b"]
    assert {reason.signal for each in found for reason in each.reasons} == {Signal.POPULARITY}


def test_the_coefficients_kept_are_those_learned_and_those_assumed():
    kept = learned()

    assert set(kept.weights) == set(Signal)
    assert all(0 <= weight <= 1.5 for weight in kept.weights.values())
    assert kept.half_life_days > 0


COUNTS = st.integers(0, 1_000)


@given(COUNTS, COUNTS, COUNTS, st.floats(1, 1e6), st.sampled_from(list(PartyType)))
def test_signals_are_numbers_whatever_was_counted(bookings, of_party, whole, price, party):
    candidate = Candidate("a", ("stay", "tour"), bookings, {party: of_party}, {7: of_party}, price)
    evidence = Evidence(whole + bookings, {party: whole}, {7: whole}, {"stay": bookings}, {}, {party: 100.0})
    found = signals(candidate, evidence, party=party, month=7, prior=20.0)

    assert all(-50 < value < 50 for value in found.values())
    assert found[Signal.POPULARITY] <= 0
