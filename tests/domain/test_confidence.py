"""PowerConfidence: the brief's table to the last bound, and one score however it was reckoned."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.confidence import (
    NOTHING,
    WHOLE,
    Factor,
    Facts,
    Tally,
    confidence,
    scheme,
    tally_of,
    together,
)

DOC = Path(__file__).parents[2] / "docs" / "confidence.md"
SENT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HOUR = 3_600
BY = scheme()


def scored(factor, **counted):
    return confidence(Tally(**counted), BY).of(factor).score


@pytest.mark.parametrize(
    ("seconds", "points"),
    [
        (0, 100),
        (2 * HOUR - 1, 100),
        (2 * HOUR, 90),
        (6 * HOUR - 1, 90),
        (6 * HOUR, 75),
        (24 * HOUR - 1, 75),
        (24 * HOUR, 50),
        (48 * HOUR, 50),
        (48 * HOUR + 1, 25),
        (999 * HOUR, 25),
    ],
)
def test_response_time_has_the_points_of_its_band(seconds, points):
    assert scored(Factor.RESPONSE_TIME, responses=1, response_seconds=seconds) == points


@pytest.mark.parametrize(
    ("showed", "missed", "points"),
    [
        (1, 0, 100),
        (9_501, 499, 100),
        (95, 5, 90),
        (90, 10, 90),
        (8_999, 1_001, 80),
        (85, 15, 80),
        (8_499, 1_501, 70),
        (80, 20, 70),
        (7_999, 2_001, 50),
        (0, 1, 50),
    ],
)
def test_show_rate_has_the_points_of_its_band(showed, missed, points):
    assert scored(Factor.SHOW_RATE, showed=showed, missed=missed) == points


@pytest.mark.parametrize(
    ("confirmed", "introduced", "points"),
    [
        (10, 10, 100),
        (9_001, 10_000, 100),
        (9, 10, 85),
        (8, 10, 85),
        (7_999, 10_000, 70),
        (7, 10, 70),
        (6_999, 10_000, 50),
        (0, 10, 50),
    ],
)
def test_booking_conversion_has_the_points_of_its_band(confirmed, introduced, points):
    assert scored(Factor.BOOKING_CONVERSION, confirmed=confirmed, introduced=introduced) == points


@pytest.mark.parametrize(
    ("outcome", "is_closed", "points"),
    [
        ("DEAL_CLOSED", True, 100),
        ("FOLLOW_UP_SCHEDULED", False, 80),
        ("POSITIVE_FEEDBACK", True, 60),
        ("NEUTRAL", True, 40),
        ("LOST", True, 40),
        (None, True, 40),
        (None, False, None),
    ],
)
def test_an_outcome_has_its_points_once_it_is_known(outcome, is_closed, points):
    facts = Facts(sent_at=SENT, show_status="SHOWED", outcome=outcome, is_closed=is_closed)

    assert confidence(tally_of(facts, BY), BY).of(Factor.OUTCOME_SUCCESS).score == points


@pytest.mark.parametrize(
    ("show_status", "party", "counted"),
    [
        ("SHOWED", None, (1, 0)),
        ("NO_SHOW", "PARTNER", (0, 1)),
        ("NO_SHOW", "BOTH", (0, 1)),
        ("NO_SHOW", "CONTRACTOR", (0, 0)),
        ("RESCHEDULED", None, (0, 0)),
        (None, None, (0, 0)),
    ],
)
def test_only_what_the_partner_missed_counts_against_it(show_status, party, counted):
    tally = tally_of(Facts(sent_at=SENT, show_status=show_status, no_show_party=party), BY)

    assert (tally.showed, tally.missed) == counted


def test_what_was_never_sent_counts_for_nothing():
    assert tally_of(Facts(outcome="DEAL_CLOSED", show_status="SHOWED", is_closed=True), BY) == NOTHING


def test_without_any_facts_nothing_is_known():
    found = confidence(NOTHING, BY)

    assert found.overall is None
    assert found.is_provisional
    assert [(each.observations, each.score) for each in found.factors] == [(0, None)] * 4


def test_a_score_without_all_factors_is_the_mean_of_those_there_are_and_provisional():
    found = confidence(Tally(responses=1, response_seconds=HOUR, introduced=1), BY)

    assert (found.overall, found.is_provisional) == (Decimal("75.00"), True)


def test_weights_are_data_and_make_a_whole():
    heavier = {Factor.RESPONSE_TIME: 40, Factor.SHOW_RATE: 30, Factor.BOOKING_CONVERSION: 20}
    by = replace(BY, weights=heavier | {Factor.OUTCOME_SUCCESS: 10})
    tally = Tally(1, HOUR, showed=1, introduced=1, confirmed=0, outcomes=1, outcome_points=40)

    assert confidence(tally, by).overall == Decimal("84.00")
    assert sum(BY.weights.values()) == WHOLE
    with pytest.raises(ValueError, match="99 together"):
        replace(BY, weights=heavier | {Factor.OUTCOME_SUCCESS: 9})
    with pytest.raises(ValueError, match="every factor"):
        replace(BY, weights=heavier)


def table_of_the_example():
    text = DOC.read_text("utf-8").split("<!-- example: begin -->")[1].split("<!-- example: end -->")[0]
    for line in text.strip().splitlines()[2:]:
        _, hours, confirmed, demo, outcome = (cell.strip() for cell in line.strip("|").split("|"))
        status, _, party = demo.partition(" ")
        yield Facts(
            sent_at=SENT,
            responded_at=None if hours == "–" else SENT + dt.timedelta(hours=float(hours)),
            confirmed_at=SENT if confirmed == "yes" else None,
            show_status=None if status == "–" else status,
            no_show_party=party or None,
            outcome=None if outcome == "–" else outcome,
        )


def test_the_worked_example_of_the_docs_is_what_the_rule_gives():
    found = confidence(together(tally_of(each, BY) for each in table_of_the_example()), BY)
    by_hand = dict(re.findall(r"^- (\w+):.*\*\*([\d.]+)\*\*", DOC.read_text("utf-8"), re.MULTILINE))

    assert {each.factor.value: each.score for each in found.factors} == {
        factor: Decimal(by_hand[factor]) for factor in Factor
    }
    assert (found.overall, found.is_provisional) == (Decimal(by_hand["Overall"]), False)
    assert found.of(Factor.RESPONSE_TIME).measured == Decimal("8.00")
    assert found.of(Factor.BOOKING_CONVERSION).measured == Decimal("83.33")


def test_the_table_of_the_docs_has_the_points_that_are_kept():
    rows = dict(re.findall(r"^\| (\w+) \| (\d+) \|.*\| (?:.*) \|$", DOC.read_text("utf-8"), re.MULTILINE))
    points = re.findall(r"([A-Z_]+) (\d+)", DOC.read_text("utf-8").split("OUTCOME_SUCCESS | ")[1])[:5]

    assert {name: int(weight) for name, weight in rows.items() if name in set(Factor)} == dict(BY.weights)
    assert {name: int(value) for name, value in points} == BY.outcomes


FACTS = st.builds(
    Facts,
    sent_at=st.just(SENT) | st.none(),
    responded_at=st.none() | st.integers(0, 10**6).map(lambda seconds: SENT + dt.timedelta(seconds=seconds)),
    confirmed_at=st.none() | st.just(SENT),
    show_status=st.sampled_from([None, "SHOWED", "NO_SHOW", "RESCHEDULED"]),
    no_show_party=st.sampled_from([None, "PARTNER", "CONTRACTOR", "BOTH"]),
    outcome=st.sampled_from([None, *BY.outcomes]),
    is_closed=st.booleans(),
)


@given(st.lists(st.tuples(st.integers(0, 7), FACTS), max_size=40))
def test_fact_by_fact_is_what_all_facts_anew_give(history):
    counted: dict[int, Tally] = {}
    running = NOTHING
    for introduction, facts in history:
        tally = tally_of(facts, BY)
        running += tally - counted.get(introduction, NOTHING)
        counted[introduction] = tally
    anew = together(tally_of(facts, BY) for facts in dict(history).values())

    assert running == anew
    assert confidence(running, BY) == confidence(anew, BY)


@given(st.lists(FACTS, max_size=30))
def test_scores_lie_between_0_and_100_and_provisional_is_what_lacks_a_factor(facts):
    found = confidence(together(tally_of(each, BY) for each in facts), BY)
    scores = [each.score for each in found.factors if each.score is not None]

    assert all(25 <= score <= 100 for score in scores)
    assert found.is_provisional == (len(scores) < 4)
    assert (found.overall is None) == (not scores)
    if found.overall is not None:
        assert min(scores) <= found.overall <= max(scores)


@given(st.permutations([Facts(sent_at=SENT, confirmed_at=SENT), Facts(sent_at=SENT), Facts()]))
def test_the_order_of_facts_does_not_matter(facts):
    assert together(tally_of(each, BY) for each in facts) == Tally(introduced=2, confirmed=1)


@given(st.integers(0, 400), st.integers(1, 400))
def test_bands_compare_what_is_exact(part, more):
    whole = part + more
    percent = Fraction(100 * part, whole)
    by_hand = (
        100 if percent > 95 else 90 if percent >= 90 else 80 if percent >= 85 else 70 if percent >= 80 else 50
    )

    assert scored(Factor.SHOW_RATE, showed=part, missed=more) == by_hand
