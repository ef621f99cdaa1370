"""Times of demos through the graph: both sides' own people look for one, and read what calendars get."""

import pytest
from icalendar import Calendar

from domain.errors import Refused
from domain.ids import global_id
from domain.introductions import IntroductionStage
from domain.signed_links import MaySeeDemo, allowed_by
from tests.factories.scheduling import (
    make_arrangement,
    make_follow_up,
    make_meeting_hours,
    make_pair,
    make_slot,
)
from tests.factories.times import DAY, NOW, SECOND

ANSWER = (
    "__typename ... on Introduction { stage scheduledAt durationMinutes } ... on Refusal { code message }"
)


def mutation(name):
    return f"mutation M($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {ANSWER} }} }}"


PROPOSE, COUNTER, PICK, MOVE, CANCEL = map(
    mutation, ("proposeTimes", "counterTimes", "pickTime", "rescheduleDemo", "cancelDemo")
)
SLOTS = """query S($id: ID!, $status: SlotStatus) { demoSlots(introductionId: $id, status: $status) {
  nodes { id round side startsAt durationMinutes timeZone note status introduction { id } }
} }"""
SUGGEST = """query T($id: ID!, $first: Int! = 5) { suggestedTimes(introductionId: $id, first: $first) {
  startsAt durationMinutes partnerTime contractorTime score reasons { signal points text }
} }"""

NESTED = """{ introductions { nodes {
  slots(first: 50) { nodes { round } } arrangement { sequence roomUrl isCancelled } calendarUrl
} } }"""


@pytest.fixture
async def pair(acts):
    async with acts.work() as uow:
        return await make_pair(uow.session)


@pytest.fixture
def public_id(pair):
    return global_id("Introduction", pair.introduction.id)


def times(*starts):
    return [{"startsAt": each} for each in starts]


async def test_two_sides_find_a_time(graph, pair, public_id):
    proposed = await graph.data(
        pair.for_partner,
        PROPOSE,
        input={"introductionId": public_id, "times": times("2026-11-23T02:00:00Z"), "note": "Mornings"},
    )
    countered = await graph.data(
        pair.for_contractor,
        COUNTER,
        input={
            "introductionId": public_id,
            "times": [{"localTime": "2026-11-24T10:00"}, {"localTime": "2026-11-25T10:00"}],
            "durationMinutes": 45,
        },
    )
    (open_slot, *_) = slots = (await graph.data(pair.for_partner, SLOTS, id=public_id, status="OPEN"))[
        "nodes"
    ]
    picked = await graph.data(pair.for_partner, PICK, input={"slotId": open_slot["id"]})

    assert proposed["stage"] == countered["stage"] == "TIMES_PROPOSED"
    assert [(each["startsAt"], each["timeZone"], each["round"], each["side"]) for each in slots] == [
        ("2026-11-25T09:00:00.000Z", "Europe/Rome", 2, "CONTRACTOR"),
        ("2026-11-24T09:00:00.000Z", "Europe/Rome", 2, "CONTRACTOR"),
    ]
    assert picked == {
        "__typename": "Introduction",
        "stage": "CONFIRMED",
        "scheduledAt": "2026-11-25T09:00:00.000Z",
        "durationMinutes": 45,
    }


async def test_refusals_say_what_is_wrong(graph, acts, pair, public_id):
    async with acts.work() as uow:
        slot = await make_slot(uow.session, pair.introduction)
        other = await make_pair(
            uow.session, partner=pair.partner, stage=IntroductionStage.CONFIRMED, scheduled_at=NOW + 2 * DAY
        )
    own = await graph.data(pair.for_partner, PICK, input={"slotId": global_id("DemoSlot", slot.id)})
    taken = await graph.data(
        pair.for_partner,
        PROPOSE,
        input={"introductionId": public_id, "times": times("2026-11-20T08:15:00Z")},
    )
    skipped = await graph.data(
        pair.for_partner,
        PROPOSE,
        input={
            "introductionId": public_id,
            "times": [{"localTime": "2026-11-31T10:00"}],
        },
    )

    assert other.introduction.scheduled_at == NOW + 2 * DAY
    assert [own["code"], taken["code"], skipped["code"]] == ["NOT_YOUR_TURN", "TIME_TAKEN", "INVALID_INPUT"]
    assert taken["message"] == "Another demo was booked over 2026-11-20 08:15 UTC."
    assert skipped["message"] == "times[0].local_time: must look like 2026-11-25T10:30"


async def test_a_demo_is_moved_and_called_off_by_its_contractor(graph, acts):
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
    public_id = global_id("Introduction", pair.introduction.id)

    moved = await graph.data(
        pair.for_contractor,
        MOVE,
        input={"introductionId": public_id, "times": times("2026-11-24T10:00:00Z")},
    )
    cancelled = await graph.data(
        pair.for_contractor, CANCEL, input={"introductionId": public_id, "reason": "Ill"}
    )

    assert (moved["stage"], moved["scheduledAt"]) == ("CONFIRMED", "2026-11-21T08:00:00.000Z")
    assert cancelled["stage"] == "CANCELLED"


async def test_a_time_taken_by_another_demo_is_refused_when_it_is_confirmed_by_hand(
    graph, acts, pair, public_id
):
    async with acts.work() as uow:
        await make_pair(
            uow.session,
            partner=pair.partner,
            stage=IntroductionStage.CONFIRMED,
            scheduled_at=NOW + 2 * DAY,
            duration_minutes=60,
        )
    async with acts.work() as uow:
        pair.introduction.stage = IntroductionStage.RESPONDED
        await uow.session.merge(pair.introduction)

    answer = await graph.data(
        pair.for_contractor,
        mutation("confirmIntroduction"),
        input={"id": public_id, "startsAt": "2026-11-20T08:55:00Z"},
    )

    assert answer["code"] == "TIME_TAKEN"


async def test_suggested_times_say_why_in_three_statements(graph, acts, pair, public_id, sql):
    async with acts.work() as uow:
        await make_meeting_hours(uow.session, pair.partner, opens=15 * 60, closes=18 * 60)
        for number in range(20):
            await make_pair(
                uow.session,
                partner=pair.partner,
                stage=IntroductionStage.CLOSED,
                at=NOW - number * DAY - 10 * DAY,
                show_status="SHOWED",
            )

    count, found = await sql.of(graph.data(pair.for_contractor, SUGGEST, id=public_id, first=2))

    assert count == 3
    best = found[0]
    # Monday: the contractor meets from Monday to Wednesday, the partner from 15 to 18 in Hong Kong.
    assert (best["startsAt"], best["partnerTime"], best["contractorTime"]) == (
        "2026-11-23T08:00:00.000Z",
        "2026-11-23T16:00",
        "2026-11-23T09:00",
    )
    assert best["score"] == sum(each["points"] for each in best["reasons"])
    assert [each["signal"] for each in best["reasons"]] == [
        "PARTNER_HOURS",
        "CONTRACTOR_HOURS",
        "WORKED_BEFORE",
        "SOON",
    ]
    assert await graph.data(pair.for_contractor, SUGGEST, id="garbage") is None


@pytest.mark.parametrize("rows", [1, 20])
async def test_lists_and_single_things_take_one_statement(graph, acts, sql, rows):
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
        for number in range(rows):
            await make_slot(uow.session, pair.introduction, round=number + 1)
        await make_arrangement(uow.session, pair.introduction)
        await make_follow_up(uow.session, pair.introduction)
        await make_meeting_hours(uow.session, pair.partner)
    public_id = global_id("Introduction", pair.introduction.id)
    partner_id = global_id("Partner", pair.partner.id)
    queries = {
        "slots": f'demoSlots(introductionId: "{public_id}", first: 100) {{ nodes {{ startsAt introduction {{ stage }} }} }}',
        "arrangement": f'demoArrangement(introductionId: "{public_id}") {{ uid roomUrl }}',
        "followUps": f'introductionFollowUps(introductionId: "{public_id}") {{ step result }}',
        "meetingHours": f'meetingHours(partnerId: "{partner_id}") {{ opens days }}',
    }

    counted = {
        name: (await sql.of(graph.data(pair.for_partner, f"{{ {query} }}")))[0]
        for name, query in queries.items()
    }

    assert counted == dict.fromkeys(queries, 1)


async def test_the_file_is_what_calendars_were_sent(graph, acts):
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
        await make_arrangement(uow.session, pair.introduction, sequence=3, told_sequence=3)
    public_id = global_id("Introduction", pair.introduction.id)
    query = "query F($id: ID!) { demoCalendarFile(introductionId: $id) { fileName mediaType text } }"

    for viewer in (pair.for_partner, pair.for_contractor):
        file = await graph.data(viewer, query, id=public_id)
        event = Calendar.from_ical(file["text"]).events[0]

        assert (file["fileName"], file["mediaType"]) == ("invite.ics", "text/calendar")
        assert (event["UID"], event["SEQUENCE"]) == (f"demo-{pair.introduction.id.hex}@interline.example", 3)


async def test_a_partner_says_when_its_people_meet(graph, pair):
    set_hours = """mutation H($input: SetMeetingHoursInput!) { setMeetingHours(input: $input) {
      ... on MeetingHours { opens closes days areRemindersWithin } ... on Refusal { code message }
    } }"""
    hours = {"opens": 600, "closes": 960, "days": ["FRIDAY", "MONDAY"], "areRemindersWithin": True}

    assert await graph.data(pair.for_partner, set_hours, input=hours) == {
        "opens": 600,
        "closes": 960,
        "days": ["MONDAY", "FRIDAY"],
        "areRemindersWithin": True,
    }
    refused = await graph.data(pair.for_partner, set_hours, input=hours | {"closes": 600})
    assert refused["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("rows", [1, 20])
async def test_an_introduction_has_its_slots_and_its_arrangement_in_one_statement(graph, acts, sql, rows):
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
        for number in range(rows):
            await make_slot(uow.session, pair.introduction, round=number + 1)
        await make_arrangement(uow.session, pair.introduction)
        await make_pair(uow.session, partner=pair.partner)

    count, found = await sql.of(graph.data(pair.for_partner, NESTED))

    waiting, confirmed = found["nodes"]
    assert count == 1
    assert [each["round"] for each in confirmed["slots"]["nodes"]] == list(range(rows, 0, -1))
    assert confirmed["arrangement"] == {
        "sequence": 0,
        "roomUrl": "https://interline.example/rooms/abc",
        "isCancelled": False,
    }
    assert (waiting["slots"]["nodes"], waiting["arrangement"], waiting["calendarUrl"]) == ([], None, None)


async def test_both_sides_fetch_the_file_by_a_link_that_holds_for_a_day(graph, acts):
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
    public_id = global_id("Introduction", pair.introduction.id)
    query = f'{{ introduction(id: "{public_id}") {{ calendarUrl }} }}'

    links = [
        (await graph.data(viewer, query))["calendarUrl"] for viewer in (pair.for_partner, pair.for_contractor)
    ]

    assert len({*links}) == 1
    path, _, token = links[0].rpartition("/")
    assert path == "/calendars"
    demo = MaySeeDemo(pair.introduction.id.hex)
    assert allowed_by(b"", MaySeeDemo, token, now=acts.now + DAY - SECOND) == demo
    with pytest.raises(Refused):
        allowed_by(b"", MaySeeDemo, token, now=acts.now + DAY)
