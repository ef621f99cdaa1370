"""How far the facts reach, and what is in the way."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.onboarding import (
    ACTORS,
    BASELINES,
    ORDER,
    Actor,
    BlockerCode,
    Facts,
    Stage,
    blockers,
    is_profile_complete,
    stage_of,
    steps,
)
from domain.partners import LOCALES, PartnerType, VerificationStatus
from domain.todos import TODOS

NOTHING = Facts(
    partner_type=PartnerType.HOTEL,
    is_profile_complete=False,
    verification=VerificationStatus.UNSUBMITTED,
    properties=0,
    incomplete_properties=0,
    has_sandbox=False,
    is_certified=False,
    is_go_live_requested=False,
    has_production=False,
)
EVERYTHING = Facts(
    partner_type=PartnerType.HOTEL,
    is_profile_complete=True,
    verification=VerificationStatus.VERIFIED,
    properties=3,
    incomplete_properties=0,
    has_sandbox=True,
    is_certified=True,
    is_go_live_requested=True,
    has_production=True,
)
FACTS = st.builds(
    Facts,
    partner_type=st.sampled_from(PartnerType),
    is_profile_complete=st.booleans(),
    verification=st.sampled_from(VerificationStatus),
    properties=st.integers(0, 3),
    incomplete_properties=st.integers(0, 3),
    has_sandbox=st.booleans(),
    is_certified=st.booleans(),
    is_go_live_requested=st.booleans(),
    has_production=st.booleans(),
    is_manual=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (NOTHING, Stage.REGISTERED),
        (replace(NOTHING, properties=1, incomplete_properties=1), Stage.DATA_COLLECTION),
        (replace(NOTHING, is_profile_complete=True), Stage.DATA_COLLECTION),
        (replace(NOTHING, is_profile_complete=True, partner_type=PartnerType.OTA), Stage.PROVISIONING),
        (replace(EVERYTHING, incomplete_properties=1), Stage.VALIDATING),
        (replace(EVERYTHING, has_sandbox=False), Stage.PROVISIONING),
        (replace(EVERYTHING, is_certified=False), Stage.TESTING),
        (replace(EVERYTHING, has_production=False), Stage.READY_FOR_GO_LIVE),
        (replace(EVERYTHING, is_go_live_requested=False), Stage.READY_FOR_GO_LIVE),
        (replace(EVERYTHING, verification=VerificationStatus.PENDING), Stage.READY_FOR_GO_LIVE),
        (EVERYTHING, Stage.LIVE),
    ],
)
def test_a_case_is_as_far_as_its_facts_reach(facts, stage):
    assert stage_of(facts) is stage


def test_a_case_enters_every_stage_on_its_way():
    assert steps(Stage.REGISTERED, EVERYTHING) == ORDER[1:]
    assert steps(Stage.TESTING, EVERYTHING) == (Stage.READY_FOR_GO_LIVE, Stage.LIVE)


@given(FACTS, st.sampled_from(Stage))
def test_a_case_never_goes_back(facts, stage):
    entered = steps(stage, facts)

    assert all(ORDER.index(each) > ORDER.index(stage) for each in entered)


@given(FACTS)
def test_a_case_that_is_not_live_says_what_is_in_the_way(facts):
    stage = stage_of(facts)

    found = blockers(stage, facts)

    assert (found == ()) == (stage is Stage.LIVE)
    turns = [ACTORS[each] for each in found]
    assert turns == sorted(turns, key=lambda each: each is not Actor.PARTNER)
    assert len(set(found)) == len(found)


def test_a_partner_without_properties_needs_none_unless_it_lives_of_them():
    assert BlockerCode.PROPERTY_MISSING in blockers(Stage.REGISTERED, NOTHING)
    agency = replace(NOTHING, partner_type=PartnerType.AGENCY)
    assert BlockerCode.PROPERTY_MISSING not in blockers(Stage.REGISTERED, agency)


@pytest.mark.parametrize("code", BlockerCode)
def test_what_is_to_do_is_said_in_every_language(code):
    assert TODOS[code].keys() == set(LOCALES)
    assert len(set(TODOS[code].values())) == len(LOCALES)


@pytest.mark.parametrize("missing", ["country", "descriptions", "regions", "languages"])
def test_a_profile_is_complete_with_all_four(missing):
    said: dict[str, Any] = {
        "country": "IT",
        "descriptions": {"en": "A hotel."},
        "regions": ["IT-25"],
        "languages": ["it"],
    }
    nothing: dict[str, Any] = {
        "country": None,
        "descriptions": {"it": "Un albergo."},
        "regions": [],
        "languages": [],
    }

    assert is_profile_complete(**said)
    assert not is_profile_complete(**(said | {missing: nothing[missing]}))


def test_the_stages_took_38_to_55_days_before():
    """S1-010."""
    assert sum(each.least_days for each in BASELINES.values()) == 38
    assert sum(each.most_days for each in BASELINES.values()) == 55
