"""Who looks for the time of a demo, and who sees how an introduction is followed up."""

from tests.graphql.access_cases.introductions import BOTH_SIDES, DESK, SEERS, TALKERS, of_both
from tests.graphql.access_cases.kinds import CONTRACTOR, Case

TIMES = 'times: [{startsAt: "2026-11-25T10:00:00Z"}]'


def seen_by_both(text: str, seen: str, hidden: str = "null") -> Case:
    return Case(text, by=BOTH_SIDES, seen=seen, hidden=hidden, in_test=seen)


CASES: dict[str, Case] = {
    "Query.demoSlots": seen_by_both(
        '{ demoSlots(introductionId: "$confirmed_introduction") { nodes { id } } }', "1 rows", "0 rows"
    ),
    "Query.demoArrangement": seen_by_both(
        '{ demoArrangement(introductionId: "$confirmed_introduction") { __typename } }', "DemoArrangement"
    ),
    "Query.demoCalendarFile": seen_by_both(
        '{ demoCalendarFile(introductionId: "$confirmed_introduction") { __typename } }', "CalendarFile"
    ),
    "Query.suggestedTimes": seen_by_both(
        '{ suggestedTimes(introductionId: "$introduction", first: 3) { score } }', "3 rows"
    ),
    "Query.introductionFollowUps": seen_by_both(
        '{ introductionFollowUps(introductionId: "$introduction") { step } }', "1 rows", "0 rows"
    ),
    "Query.meetingHours": seen_by_both(
        '{ meetingHours(partnerId: "$reseller") { __typename } }', "MeetingHours"
    ),
    "Mutation.proposeTimes": of_both("proposeTimes", f'introductionId: "$introduction", {TIMES}', by=SEERS),
    "Mutation.counterTimes": of_both(
        "counterTimes",
        f'introductionId: "$introduction", {TIMES}',
        by=frozenset(),
        # Its partner has not answered yet, so there is nothing to counter for whom staff may speak.
        also=dict.fromkeys(DESK | CONTRACTOR, "InvalidIntroductionTransition")
        | dict.fromkeys(TALKERS, "Forbidden"),
    ),
    "Mutation.pickTime": of_both(
        "pickTime",
        'slotId: "$demo_slot"',
        by=SEERS,
        # It proposed the time itself.
        also=dict.fromkeys(CONTRACTOR, "NotYourTurn"),
    ),
    "Mutation.rescheduleDemo": of_both(
        "rescheduleDemo", f'introductionId: "$confirmed_introduction", {TIMES}', by=BOTH_SIDES
    ),
    "Mutation.cancelDemo": of_both("cancelDemo", 'introductionId: "$confirmed_introduction"', by=BOTH_SIDES),
    "Mutation.setMeetingHours": of_both(
        "setMeetingHours",
        'partnerId: "$reseller", opens: 600, closes: 900, days: [MONDAY]',
        "MeetingHours",
        by=SEERS,
        hidden="Forbidden",
    ),
}
