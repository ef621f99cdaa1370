"""Support threads through the graph: asked, answered, read, assigned, resolved, and followed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from permissions.viewer import Role
from tests.factories.support import make_staff, make_thread
from tests.factories.times import HOUR
from tests.factories.viewers import member_of, staff
from tests.graphql.support_operations import ASSIGN, OPEN, POST, QUESTION, READ, REOPEN, RESOLVE, SUBJECTS


@pytest.fixture
def asker(world):
    return member_of(world.reseller, role=Role.SUPPORT)


@pytest.fixture
def manager():
    return staff(Role.ACCOUNT_MANAGER)


@pytest.fixture
async def thread(graph, asker):
    """The id of a thread with one message of the reseller."""
    return (await graph.data(asker, OPEN, input=QUESTION))["id"]


@pytest.fixture
async def made(acts):
    """Makes threads as they are wanted."""

    async def make(partner, **facts):
        async with acts.work() as uow:
            return await make_thread(uow.session, partner, **facts)

    return make


async def subjects(graph, viewer, **wanted):
    return [each["subject"] for each in (await graph.data(viewer, SUBJECTS, **wanted))["nodes"]]


async def test_a_thread_begins_with_its_first_message(graph, asker):
    opened = await graph.data(asker, OPEN, input=QUESTION)

    assert opened.pop("id").startswith("sup_")
    assert opened == {
        "__typename": "SupportThread",
        "category": "INTEGRATION",
        "subject": "Holds",
        "status": "OPEN",
        "assigneeId": None,
        "assigneeName": None,
        "openedByName": "Vera",
        "openedSide": "PARTNER",
        "openedAt": "2026-11-18T08:00:00.000Z",
        "firstResponseDueAt": "2026-11-18T12:00:00.000Z",
        "firstResponseAt": None,
        "resolvedAt": None,
        "lastMessageAt": "2026-11-18T08:00:00.000Z",
        "messageCount": 1,
        "unreadCount": 0,
        "sequence": 1,
        "partner": {"name": "Harbour Travel"},
        "readMark": {"number": 1, "at": "2026-11-18T08:00:00.000Z"},
        "messages": {
            "totalCount": 1,
            "nodes": [
                {
                    "number": 1,
                    "side": "PARTNER",
                    "authorName": "Vera",
                    "text": "Why do holds expire?",
                    "at": "2026-11-18T08:00:00.000Z",
                }
            ],
        },
    }


async def test_the_platform_opens_a_thread_and_waits_for_the_partner(graph, world, manager):
    partner = global_id("Partner", world.reseller.id)

    nowhere = await graph.data(manager, OPEN, input=QUESTION)
    opened = await graph.data(manager, OPEN, input=QUESTION | {"partnerId": partner})

    assert nowhere == {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "partner_id"}
    assert (opened["status"], opened["openedSide"]) == ("WAITING_FOR_PARTNER", "PLATFORM")
    assert opened["firstResponseDueAt"] is None
    assert opened["partner"] == {"name": "Harbour Travel"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"subject": " "}, "subject"), ({"subject": "a\nb"}, "subject"), ({"text": "\n"}, "text")],
)
async def test_a_thread_that_says_nothing_is_refused(graph, acts, asker, facts, field):
    refused = await graph.data(asker, OPEN, input=QUESTION | facts)

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", field)
    assert await acts.rows(select(models.SupportThread)) == []


async def test_a_repeated_request_answers_as_the_first(graph, acts, asker, thread):
    keyed = QUESTION | {"idempotencyKey": "k-1"}
    first, again = [await graph.data(asker, OPEN, input=keyed) for _ in range(2)]
    other = await graph.data(asker, OPEN, input=keyed | {"text": "Another"})
    posted = [(await graph.data(asker, POST, id=thread, said="More", key="k-2"))["id"] for _ in range(2)]

    assert first["id"] == again["id"]
    assert other["code"] == "IDEMPOTENCY_CONFLICT"
    assert posted[0] == posted[1]
    assert len(await acts.rows(select(models.SupportMessage))) == 3


async def test_a_thread_goes_from_hand_to_hand(graph, acts, asker, manager, thread):
    acts.later(HOUR)
    answered = await graph.data(manager, POST, id=thread, said="They do not.")
    acts.later(HOUR)
    asked = await graph.data(asker, POST, id=thread, said="They do.")

    assert (answered["number"], answered["side"]) == (2, "PLATFORM")
    assert answered["thread"] == {
        "status": "WAITING_FOR_PARTNER",
        "messageCount": 2,
        "sequence": 2,
        "firstResponseAt": "2026-11-18T09:00:00.000Z",
        "unreadCount": 0,
    }
    assert (asked["number"], asked["side"], asked["thread"]["status"]) == (3, "PARTNER", "OPEN")
    assert asked["thread"]["firstResponseAt"] == "2026-11-18T09:00:00.000Z"


async def test_a_partner_s_message_opens_a_resolved_thread_again(graph, acts, asker, manager, thread):
    acts.later(HOUR)
    resolved, again = [await graph.data(manager, RESOLVE, id=thread) for _ in range(2)]
    afterword = await graph.data(manager, POST, id=thread, said="Write again if it comes back.")
    posted = await graph.data(asker, POST, id=thread, said="It came back.")

    assert resolved == {"status": "RESOLVED", "resolvedAt": "2026-11-18T09:00:00.000Z", "sequence": 2}
    assert again == resolved
    assert afterword["thread"]["status"] == "RESOLVED"
    assert posted["thread"]["status"] == "OPEN"
    assert (await acts.rows(select(models.SupportThread)))[0].resolved_at is None


async def test_a_thread_is_reopened_by_the_partner(graph, asker, thread):
    untouched = await graph.data(asker, REOPEN, id=thread)
    await graph.data(asker, RESOLVE, id=thread)
    reopened = await graph.data(asker, REOPEN, id=thread)

    assert untouched == {"status": "OPEN", "resolvedAt": None, "sequence": 1}
    assert reopened == {"status": "OPEN", "resolvedAt": None, "sequence": 3}


async def test_each_person_has_read_what_it_has_read(graph, world, asker, manager, thread):
    colleague = member_of(world.reseller, role=Role.OWNER)
    for text in ("One", "Two"):
        await graph.data(manager, POST, id=thread, said=text)
    unread = "query U($id: ID!) { supportThread(id: $id) { unreadCount readMark { number } } }"

    before = [await graph.data(each, unread, id=thread) for each in (asker, colleague, manager)]
    marked = await graph.data(asker, READ, id=thread, number=2)
    back = await graph.data(asker, READ, id=thread, number=1)
    whole = await graph.data(colleague, READ, id=thread)

    assert before == [
        {"unreadCount": 2, "readMark": {"number": 1}},
        {"unreadCount": 3, "readMark": None},
        {"unreadCount": 0, "readMark": {"number": 3}},
    ]
    assert marked == {"__typename": "SupportThread", "unreadCount": 1, "readMark": {"number": 2}}
    assert back == marked
    assert whole == {"__typename": "SupportThread", "unreadCount": 0, "readMark": {"number": 3}}


@pytest.mark.parametrize("number", [0, 2, -1])
async def test_nobody_has_read_a_message_that_is_not_there(graph, asker, thread, number):
    refused = await graph.data(asker, READ, id=thread, number=number)

    assert refused == {"__typename": "InvalidInput", "field": "number", "problem": "must be from 1 to 1"}


async def test_a_thread_is_given_to_somebody_of_the_platform(graph, acts, manager, thread):
    async with acts.work() as uow:
        max_manager = await make_staff(uow.session)
        ann_analyst = await make_staff(uow.session, role=Role.ANALYST, name="Ann Analyst")
    taker = global_id("User", max_manager.id)

    assigned, again = [await graph.data(manager, ASSIGN, id=thread, assigneeId=taker) for _ in range(2)]
    refused = await graph.data(manager, ASSIGN, id=thread, assigneeId=global_id("User", ann_analyst.id))

    assert assigned == {
        "__typename": "SupportThread",
        "assigneeId": taker,
        "assigneeName": "Max Manager",
        "sequence": 2,
    }
    assert again == assigned
    assert refused["code"] == "NOT_FOUND"


async def test_who_takes_a_thread_finds_it_among_its_own(graph, acts, manager, thread, made, world):
    async with acts.work() as uow:
        max_manager = await make_staff(uow.session)
    await made(world.operator, subject="Nobody's")
    taking = replace(manager, id=f"user:{max_manager.id}", user_id=max_manager.id)

    assigned = await graph.data(taking, ASSIGN, id=thread)

    assert assigned["assigneeName"] == "Max Manager"
    assert await subjects(graph, taking, mine=True) == ["Holds"]
    assert await subjects(graph, manager, mine=True) == []
    assert await subjects(graph, manager, assigned=True) == ["Holds"]
    assert await subjects(graph, manager, assigned=False) == ["Nobody's"]


async def test_threads_are_listed_by_their_newest_activity(graph, world, asker, manager, thread, made):
    await made(world.reseller, subject="Bill", category="BILLING", status="WAITING_FOR_PARTNER")
    await made(world.operator, subject="Rooms", category="PROPERTIES")
    reseller = global_id("Partner", world.reseller.id)

    assert await subjects(graph, manager) == ["Rooms", "Bill", "Holds"]
    await graph.data(asker, POST, id=thread, said="Anybody?")
    assert await subjects(graph, manager) == ["Holds", "Rooms", "Bill"]
    assert await subjects(graph, manager, partner=reseller) == ["Holds", "Bill"]
    assert await subjects(graph, manager, partner="garbage") == []
    assert await subjects(graph, manager, status="OPEN") == ["Holds", "Rooms"]
    assert await subjects(graph, manager, category="BILLING") == ["Bill"]
    assert await subjects(graph, asker) == ["Holds", "Bill"]
    assert await subjects(graph, asker, partner=global_id("Partner", world.operator.id)) == []


async def test_a_list_is_turned_over_page_by_page(graph, world, asker, made):
    for number in range(5):
        await made(world.reseller, subject=f"Thread {number}")
    page = """query P($after: String) {
      supportThreads(first: 2, after: $after) { next nodes { subject } }
    }"""

    first = await graph.data(asker, page)
    second = await graph.data(asker, page, after=first["next"])
    third = await graph.data(asker, page, after=second["next"])

    told = [[each["subject"][-1] for each in one["nodes"]] for one in (first, second, third)]
    assert (told, third["next"]) == ([["4", "3"], ["2", "1"], ["0"]], None)


async def test_messages_are_turned_over_from_either_end(graph, world, asker, made):
    row = await made(world.reseller, messages=5)
    page = """query P($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
      supportThread(id: $id) { messages(first: $first, after: $after, last: $last, before: $before) {
        nodes { number } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      } }
    }"""
    shown = global_id("SupportThread", row.id)

    async def numbers(**window):
        found = (await graph.data(asker, page, id=shown, **window))["messages"]
        return [each["number"] for each in found["nodes"]], found["pageInfo"]

    newest, info = await numbers(last=2)
    older, _ = await numbers(last=2, before=info["startCursor"])
    oldest, begin = await numbers(first=2)
    rest, _ = await numbers(first=5, after=begin["endCursor"])

    assert (newest, older, oldest, rest) == ([4, 5], [2, 3], [1, 2], [3, 4, 5])
    assert (info["hasPreviousPage"], begin["hasNextPage"]) == (True, True)


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_list_of_threads_takes_one_statement(graph, sql, world, made, rows):
    for number in range(rows):
        await made(world.reseller, messages=3, subject=f"Thread {number}")
    everything = "category status assigneeId partner { name } unreadCount readMark { number }"
    lists = {
        "threads": ("supportThreads(first: 100) { nodes { subject } }", 1),
        "SupportThread.partner": ("supportThreads(first: 100) { nodes { partner { name } } }", 2),
        "SupportThread.unreadCount": ("supportThreads(first: 100) { nodes { unreadCount } }", 2),
        "SupportThread.readMark": ("supportThreads(first: 100) { nodes { unreadCount readMark { at } } }", 2),
        "SupportThread.messages": (
            "supportThreads(first: 100) { nodes { messages(last: 2) { nodes { text } } } }",
            2,
        ),
        "SupportMessage.thread": (
            "supportThreads(first: 100) { nodes { messages { nodes { thread { subject } } } } }",
            3,
        ),
        "everything": (
            f"""supportThreads(first: 100) {{ next nodes {{
              {everything} messages(last: 2) {{ totalCount nodes {{ number text }} }}
            }} }}""",
            5,
        ),
    }
    viewer = staff(Role.PLATFORM_ADMIN)

    compiled = {
        name: (await sql.of(graph.data(viewer, f"{{ {query} }}")))[0] for name, (query, _) in lists.items()
    }
    by_core = {
        name: (await sql.of(graph.by_core(viewer, f"{{ {query} }}")))[0] for name, (query, _) in lists.items()
    }

    assert compiled == dict.fromkeys(lists, 1)
    assert by_core == {name: number for name, (_, number) in lists.items()}


async def test_a_message_takes_as_many_statements_in_a_long_thread(graph, sql, world, asker, made):
    short, long = [await made(world.reseller, messages=number) for number in (1, 200)]
    post = """mutation P($id: ID!) { postSupportMessage(input: {threadId: $id, text: "More"}) {
      ... on SupportMessage { number }
    } }"""

    few, _ = await sql.of(graph.data(asker, post, id=global_id("SupportThread", short.id)))
    many, posted = await sql.of(graph.data(asker, post, id=global_id("SupportThread", long.id)))

    # The lock, the thread, the message, the events, the mark.
    assert (few, many, posted["number"]) == (5, 5, 201)
