"""Which introductions are likely to fail: by what was learned, or by what is assumed until then."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from domain.introductions import IntroductionStage
from domain.learning import Model
from domain.predictions import PredictionTarget, Version
from domain.risks import RiskNews, Situation, news_of, outlook

DAY = dt.timedelta(days=1)
SENT = Situation(
    stage=IntroductionStage.INTRODUCED,
    features={"RESPONSE": 0.5, "TIME_ZONE": 0.0},
    own_rate=None,
    missed=0,
    silent_for=0 * DAY,
    is_open=False,
    was_told=False,
)
BOOKED = replace(SENT, stage=IntroductionStage.CONFIRMED)
ZONES = Model(1.0, {"TIME_ZONE": 4.0, "RESPONSE": 1.0}, {"TIME_ZONE": 0.5, "RESPONSE": 0.5})
VERSIONS = {
    target: Version(UUID(int=1), target, 3, ZONES)
    for target in (PredictionTarget.BOOKING, PredictionTarget.SHOW)
}


@pytest.mark.parametrize(
    ("situation", "chance", "reason"),
    [
        (SENT, 0.75, "The chance that a demo is booked is 75% (rules-1)."),
        (
            replace(SENT, own_rate=0.5, silent_for=7 * DAY),
            0.5 * 0.85**2,
            "The chance that a demo is booked is 36% (rules-1): of this partner's 50% did; nothing happened for 7 days.",
        ),
        (
            replace(BOOKED, missed=1, silent_for=7 * DAY),
            0.75 * 0.7,
            "The chance that the demo takes place is 52% (rules-1): 1 demo of the two did not take place.",
        ),
    ],
)
def test_without_a_version_what_is_assumed_counts(situation, chance, reason):
    found = outlook(situation, {})

    assert found.chance == pytest.approx(chance)
    assert found.reason == reason


def test_a_version_says_the_chance_and_what_speaks_against_it():
    found = outlook(BOOKED, VERSIONS)

    assert found.chance == pytest.approx(1 / (1 + 2.718281828**1))
    assert found.reason == "The chance that the demo takes place is 27% (show-3): TIME_ZONE -2.00."


def test_what_happened_since_is_taken_off_what_a_version_says():
    found = outlook(replace(SENT, features={"TIME_ZONE": 0.5}, silent_for=3 * DAY), VERSIONS)

    assert found.chance == pytest.approx(0.85 / (1 + 2.718281828**-1))


@pytest.mark.parametrize(
    ("situation", "chance", "news"),
    [
        (SENT, 0.34, RiskNews.AT_RISK),
        (SENT, 0.35, None),
        (BOOKED, 0.59, RiskNews.AT_RISK),
        (BOOKED, 0.60, None),
        (replace(SENT, was_told=True), 0.1, None),
        (replace(SENT, is_open=True, was_told=True), 0.44, None),
        (replace(SENT, is_open=True, was_told=True), 0.45, RiskNews.RECOVERED),
        (replace(BOOKED, is_open=True), 0.7, RiskNews.RECOVERED),
    ],
)
def test_the_desk_is_told_once_and_again_when_it_is_over(situation, chance, news):
    assert news_of(situation, chance) is news
