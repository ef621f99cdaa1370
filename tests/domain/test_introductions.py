"""Introductions: which steps there are, and for whom."""

import pytest

from domain.errors import Refused
from domain.introductions import (
    OPEN_STAGES,
    STATUS_OF,
    TRANSITIONS,
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
    check_move,
    role_for,
)

Stage, Role = IntroductionStage, IntroductionRole


@pytest.mark.parametrize("role", Role)
def test_each_step_is_for_those_the_table_names(role):
    allowed = {step for step, roles in TRANSITIONS.items() if role in roles}

    refused = {}
    for stage in Stage:
        for to in Stage:
            try:
                check_move(stage, to, role)
            except Refused as refusal:
                refused[stage, to] = refusal.reason

    assert {(a, b) for a in Stage for b in Stage} - set(refused) == allowed
    assert all(reason == InvalidIntroductionTransition(*step, role) for step, reason in refused.items())


def test_every_stage_but_the_last_two_leads_on():
    assert {stage for stage, _ in TRANSITIONS} == set(Stage) - {Stage.CLOSED, Stage.CANCELLED}


def test_an_open_introduction_can_be_cancelled_and_no_other():
    assert tuple(a for a in Stage if (a, Stage.CANCELLED) in TRANSITIONS) == OPEN_STAGES


def test_the_four_statuses_follow_from_the_stage():
    assert set(STATUS_OF) == set(Stage)


def test_a_person_who_is_both_sides_acts_as_the_one_that_may():
    both = frozenset({Role.CONTRACTOR, Role.PARTNER})

    assert role_for(both, Stage.DRAFT, Stage.INTRODUCED) is Role.CONTRACTOR
    assert role_for(both, Stage.INTRODUCED, Stage.RESPONDED) is Role.PARTNER
    assert role_for(frozenset({Role.PARTNER}), Stage.DRAFT, Stage.INTRODUCED) is Role.PARTNER
