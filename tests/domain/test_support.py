"""Whose turn it is in a thread, how long it waited, and what a text may look like."""

import datetime as dt

import pytest

from domain import support
from domain.errors import InvalidInput, Refused
from domain.support import MOVES, Progress, SupportAct, SupportCategory, SupportSide, SupportStatus
from tests.factories.times import HOUR, NOW

OPEN, WAITING, RESOLVED = SupportStatus
PARTNER_WRITES, PLATFORM_WRITES, RESOLVE, REOPEN = SupportAct


def statuses(*acts, side=SupportSide.PARTNER):
    progress = support.begun(side)
    told = [progress.status]
    for number, act in enumerate(acts, 1):
        progress = progress.after(act, NOW + number * HOUR)
        told.append(progress.status)
    return told


def test_every_act_leads_somewhere_from_every_status():
    assert {status: {*moves} for status, moves in MOVES.items()} == {
        each: {*SupportAct} for each in SupportStatus
    }


def test_a_thread_goes_from_hand_to_hand_until_it_is_resolved():
    assert statuses(PARTNER_WRITES, PLATFORM_WRITES, PARTNER_WRITES, PLATFORM_WRITES, RESOLVE) == [
        OPEN,
        OPEN,
        WAITING,
        OPEN,
        WAITING,
        RESOLVED,
    ]


def test_a_message_of_the_partner_opens_a_resolved_thread_and_a_last_word_of_ours_does_not():
    assert statuses(RESOLVE, PLATFORM_WRITES, PARTNER_WRITES) == [OPEN, RESOLVED, RESOLVED, OPEN]


def test_a_resolved_thread_is_reopened_and_a_second_time_nothing_happens():
    assert statuses(RESOLVE, RESOLVE, REOPEN, REOPEN) == [OPEN, RESOLVED, RESOLVED, OPEN, OPEN]
    assert statuses(REOPEN, side=SupportSide.PLATFORM) == [WAITING, WAITING]


def test_the_first_response_is_the_platform_s_first_message_and_stays_it():
    progress = support.begun(SupportSide.PARTNER).after(PARTNER_WRITES, NOW)
    assert progress.first_response_at is None

    answered = progress.after(PLATFORM_WRITES, NOW + HOUR).after(PLATFORM_WRITES, NOW + 2 * HOUR)

    assert answered.first_response_at == NOW + HOUR


def test_a_thread_of_the_platform_waits_for_no_response_of_its_own():
    begun = support.begun(SupportSide.PLATFORM)

    assert begun == Progress(WAITING, SupportSide.PLATFORM)
    assert begun.after(PLATFORM_WRITES, NOW).first_response_at is None


def test_the_time_of_the_last_resolution_counts():
    resolved = support.begun(SupportSide.PARTNER).after(RESOLVE, NOW)
    again = resolved.after(RESOLVE, NOW + HOUR)
    reopened = again.after(PARTNER_WRITES, NOW + 2 * HOUR)

    assert (again.resolved_at, reopened.resolved_at) == (NOW, None)
    assert reopened.after(RESOLVE, NOW + 3 * HOUR).resolved_at == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("category", "hours"),
    [(SupportCategory.GO_LIVE, 2), (SupportCategory.CERTIFICATION, 4), (SupportCategory.BILLING, 8)],
)
def test_who_can_not_go_on_alone_is_answered_sooner(category, hours):
    due_at = support.first_response_due_at(category, opened_side=SupportSide.PARTNER, opened_at=NOW)

    assert due_at == NOW + dt.timedelta(hours=hours)


def test_a_thread_of_the_platform_has_no_response_due():
    due_at = support.first_response_due_at(
        SupportCategory.OTHER, opened_side=SupportSide.PLATFORM, opened_at=NOW
    )

    assert due_at is None


@pytest.mark.parametrize(("read_to", "left"), [(None, 3), (0, 3), (2, 1), (3, 0)])
def test_what_comes_after_the_last_read_message_is_unread(read_to, left):
    assert support.unread(3, read_to) == left


@pytest.mark.parametrize("text", ["", " \n\t ", "a\0b", "\ud800", "bell\a", "x" * 10_001])
def test_a_text_that_says_nothing_or_can_not_be_shown_is_refused(text):
    with pytest.raises(Refused) as refused:
        support.check_text(text)

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == "text"


def test_a_text_keeps_its_lines_and_whatever_looks_like_code():
    text = "<script>alert('x')</script>\n\t=HYPERLINK(\"x\")\r\nßé💥 " + "x" * 9_000

    assert support.check_text(f"  {text}\n") == text


@pytest.mark.parametrize("subject", ["", "two\nlines", "x" * 201, "\u202eright to left"])
def test_a_subject_is_one_line(subject):
    with pytest.raises(Refused) as refused:
        support.check_subject(subject)

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == "subject"


@pytest.mark.parametrize("number", [0, -1, 4, 2**31 - 1])
def test_only_a_message_there_is_can_have_been_read(number):
    with pytest.raises(Refused) as refused:
        support.check_number(number, messages=3)

    assert refused.value.reason == InvalidInput("number", "must be from 1 to 3")
