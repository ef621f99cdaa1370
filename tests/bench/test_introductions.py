"""Made-up introductions: always the same for a seed, chosen as contractors choose, with the truth that was hidden."""

import pytest

from bench.introductions import ALIKE, HIDDEN, PARTNERS, cases_of, chance, night, stories
from domain.matching import is_possible
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget

BOOKING, SHOW, SUCCESS = PredictionTarget


def test_a_seed_tells_the_same_stories():
    told = stories(40, seed=3, truth=HIDDEN)

    assert told == stories(40, seed=3, truth=HIDDEN)
    assert told != stories(40, seed=4, truth=HIDDEN)
    assert all(is_possible(each.seeker, each.offer) for each in told)
    assert len({each.offer.partner_id for each in told}) <= PARTNERS


def test_what_did_not_come_about_is_not_asked_further():
    told = stories(200, seed=3, truth=HIDDEN)

    booked, showed = (sum(getattr(each, name) for each in told) for name in ("is_booked", "has_showed"))
    assert [len(cases_of(told, target)) for target in PredictionTarget] == [200, booked, showed]
    assert all(each.known_at > each.made_at for target in PredictionTarget for each in cases_of(told, target))


def test_where_all_are_alike_the_dice_know_nothing_of_anybody():
    told = stories(20, seed=3, truth=ALIKE)

    found = {round(chance(ALIKE, BOOKING, each.seeker, each.offer, each.made_at.date()), 6) for each in told}
    assert len(found) == 1


def test_a_truth_is_found_and_none_is_not():
    found, nothing = (night(stories(800, seed=1, truth=truth), BOOKING) for truth in (HIDDEN, ALIKE))

    assert (found.verdict, nothing.verdict) == (Verdict.CHOSEN, Verdict.NOT_BETTER)
    by = {each.contender: each.figures for each in found.trained.compared}
    assert by[Contender.CANDIDATE].brier < by[Contender.RULES].brier < by[Contender.BASE_RATE].brier + 0.01


def test_of_too_few_stories_nothing_is_learned():
    with pytest.raises(ValueError, match="too little"):
        night(stories(100, seed=1, truth=HIDDEN), SUCCESS)
