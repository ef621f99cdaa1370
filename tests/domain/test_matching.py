"""Matches: which partners are possible, what each factor adds, and in which order they come."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.contractors import Hours
from domain.matching import (
    RULES,
    WEIGHTS,
    MatchFactor,
    MatchReason,
    MatchScore,
    Offer,
    Seeker,
    is_possible,
    rank,
    telling,
)

DAY = dt.date(2026, 11, 23)
SEEKER = Seeker(
    industry="TRAVEL_AGENCY",
    region="IT-25",
    needs=("HOTELS", "TRANSFERS"),
    languages=("it", "en"),
    time_zone="Europe/Rome",
    hours=Hours(9, 17),
)
OFFER = Offer(
    partner_id=UUID(int=1),
    industries=frozenset({"TRAVEL_AGENCY"}),
    regions=frozenset({"IT"}),
    needs=frozenset({"HOTELS", "TRANSFERS"}),
    languages=frozenset({"it"}),
    time_zone="Europe/Rome",
    capacity=10,
    taken=0,
    response_score=100.0,
    booking_score=100.0,
)
NOTHING_KNOWN = Offer(
    partner_id=UUID(int=2),
    industries=frozenset(),
    regions=frozenset(),
    needs=frozenset(),
    languages=frozenset(),
    time_zone="Europe/Rome",
    capacity=10,
    taken=0,
)


def points(offer, *, seeker=SEEKER, on=DAY):
    return {each.factor: each.points for each in RULES.score(seeker, offer, on=on).reasons}


def test_what_fits_in_everything_has_all_points():
    assert sum(WEIGHTS.values()) == 100
    assert RULES.score(SEEKER, OFFER, on=DAY).points == Decimal(100)


def test_the_reasons_add_up_to_the_score_and_the_heaviest_is_first():
    score = RULES.score(SEEKER, replace(OFFER, industries=frozenset({"HOTEL"}), taken=5), on=DAY)

    assert score.points == sum(each.points for each in score.reasons) == Decimal("77.50")
    assert score.reasons[0] == MatchReason(MatchFactor.NEED, Decimal("20.00"), 20, is_known=True)
    assert [each.points for each in score.reasons] == sorted(
        (each.points for each in score.reasons), reverse=True
    )


def test_what_nothing_is_known_about_counts_half():
    score = RULES.score(SEEKER, NOTHING_KNOWN, on=DAY)

    unknown = {each.factor for each in score.reasons if not each.is_known}
    assert unknown == set(WEIGHTS) - {MatchFactor.TIME_ZONE, MatchFactor.CAPACITY}
    # 85 points of what is unknown by half; its zone and its places are known, and fit.
    assert score.points == Decimal("57.50")


@pytest.mark.parametrize(
    ("regions", "expected"),
    [({"IT"}, "15.00"), ({"IT-25"}, "15.00"), ({"IT-34"}, "7.50"), ({"FR"}, "0.00")],
)
def test_a_region_counts_as_near_as_it_is(regions, expected):
    assert points(replace(OFFER, regions=frozenset(regions)))[MatchFactor.REGION] == Decimal(expected)


@pytest.mark.parametrize(
    ("languages", "expected"), [({"it-CH"}, "10.00"), ({"en-GB"}, "7.50"), ({"de"}, "0.00")]
)
def test_the_language_it_speaks_best_counts_most(languages, expected):
    assert points(replace(OFFER, languages=frozenset(languages)))[MatchFactor.LANGUAGE] == Decimal(expected)


def test_needs_count_by_the_share_that_is_served():
    assert points(replace(OFFER, needs=frozenset({"HOTELS", "VISAS"})))[MatchFactor.NEED] == Decimal("10.00")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Rome", "10.00"),
        # Two of eight hours: New York opens when it is 15 in Rome.
        ("America/New_York", "2.50"),
        ("Asia/Hong_Kong", "1.25"),
        ("Pacific/Auckland", "0.00"),
    ],
)
def test_a_zone_counts_by_the_hours_both_are_at_work(zone, expected):
    assert points(replace(OFFER, time_zone=zone))[MatchFactor.TIME_ZONE] == Decimal(expected)


def test_hours_are_those_of_the_day_also_when_the_clocks_have_changed():
    """In the last week of October Europe has its winter time already, and New York not yet: an hour nearer."""
    far = replace(OFFER, time_zone="America/New_York")

    assert points(far, on=dt.date(2026, 10, 23))[MatchFactor.TIME_ZONE] == Decimal("2.50")
    assert points(far, on=dt.date(2026, 10, 26))[MatchFactor.TIME_ZONE] == Decimal("3.75")
    assert points(far, on=dt.date(2026, 11, 2))[MatchFactor.TIME_ZONE] == Decimal("2.50")


@pytest.mark.parametrize(
    "offer",
    [
        replace(OFFER, taken=10),
        replace(OFFER, is_accepting=False),
        replace(OFFER, languages=frozenset({"de"})),
    ],
)
def test_who_is_full_or_closed_or_speaks_no_common_language_is_no_match(offer):
    assert not is_possible(SEEKER, offer)
    assert rank(SEEKER, [offer], scorer=RULES, on=DAY, most=10) == []


def test_the_best_is_first_and_equals_come_by_their_ids():
    twin = replace(OFFER, partner_id=UUID(int=0))

    ranked = rank(SEEKER, [NOTHING_KNOWN, OFFER, twin], scorer=RULES, on=DAY, most=2)

    assert [offer.partner_id.int for offer, _ in ranked] == [0, 1]


def test_another_scorer_decides_otherwise():
    class Favourite:
        name = "favourite"

        def score(self, seeker, offer, *, on):
            del seeker, on
            return MatchScore(Decimal(offer.partner_id.int), ())

    ranked = rank(SEEKER, [OFFER, NOTHING_KNOWN], scorer=Favourite(), on=DAY, most=10)

    assert [offer.partner_id.int for offer, _ in ranked] == [2, 1]


def test_what_is_told_of_a_match_is_known_and_fits_by_half():
    said = telling(RULES.score(SEEKER, replace(OFFER, regions=frozenset({"IT-52"})), on=DAY).reasons)
    little = replace(OFFER, needs=frozenset({"GUIDES"}), regions=frozenset({"FR"}), response_score=49.9)

    assert said[:3] == [MatchFactor.INDUSTRY, MatchFactor.NEED, MatchFactor.LANGUAGE]
    # Another part of the same country fits by half.
    assert MatchFactor.REGION in said
    told = telling(RULES.score(SEEKER, little, on=DAY).reasons)
    assert {MatchFactor.NEED, MatchFactor.REGION, MatchFactor.RESPONSE}.isdisjoint(told)
    # Where nothing is known there are places left, and hours in common.
    assert telling(RULES.score(SEEKER, NOTHING_KNOWN, on=DAY).reasons) == [
        MatchFactor.TIME_ZONE,
        MatchFactor.CAPACITY,
    ]
