"""Files that come with messages of support threads."""

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from domain.uploads import UploadPurpose
from permissions.viewer import Role
from tests.factories.support import make_thread
from tests.factories.uploads import make_ready_upload, make_upload
from tests.factories.viewers import member_of, staff

POST = """
mutation Post($id: ID!, $files: [ID!]!, $key: String) {
  postSupportMessage(input: {threadId: $id, text: "See the file.", attachmentIds: $files, idempotencyKey: $key}) {
    __typename
    ... on Refusal { code }
    ... on InvalidInput { field problem }
    ... on SupportMessage { number attachments { position upload { id fileName } } }
  }
}
"""
OPEN = """
mutation Open($files: [ID!]!) {
  openSupportThread(input: {category: OTHER, subject: "A file", text: "See it.", attachmentIds: $files}) {
    ... on SupportThread { messages { nodes { attachments { upload { id } } } } }
  }
}
"""
FILES = """
query Files { supportThreads { nodes { messages { nodes { attachments { position upload { id } } } } } } }
"""
ATTACHMENT = UploadPurpose.SUPPORT_ATTACHMENT


@pytest.fixture
def asker(world):
    return member_of(world.reseller, role=Role.SUPPORT)


@pytest.fixture
async def thread(acts, world):
    async with acts.work() as uow:
        row = await make_thread(uow.session, world.reseller)
    return global_id("SupportThread", row.id)


@pytest.fixture
def upload(acts, world):
    """Makes an upload of the reseller and returns its public id."""

    async def make(partner=world.reseller, *, purpose=ATTACHMENT, is_ready=True):
        async with acts.work() as uow:
            made = await (make_ready_upload if is_ready else make_upload)(
                uow.session, partner, purpose=purpose
            )
        return global_id("Upload", made.id)

    return make


async def test_files_come_with_a_message_in_their_order_and_each_once(graph, asker, thread, upload):
    first, second = await upload(), await upload()

    posted = await graph.data(asker, POST, id=thread, files=[second, first, second])

    assert posted == {
        "__typename": "SupportMessage",
        "number": 2,
        "attachments": [
            {"position": 1, "upload": {"id": second, "fileName": "deed.pdf"}},
            {"position": 2, "upload": {"id": first, "fileName": "deed.pdf"}},
        ],
    }


async def test_a_thread_begins_with_a_file(graph, asker, upload):
    file = await upload()

    opened = await graph.data(asker, OPEN, files=[file])

    assert opened["messages"]["nodes"] == [{"attachments": [{"upload": {"id": file}}]}]


async def test_the_platform_sends_a_file_of_the_partner_s_and_everybody_of_it_sees_it(
    graph, asker, thread, upload
):
    file = await upload()

    posted = await graph.data(staff(Role.ACCOUNT_MANAGER), POST, id=thread, files=[file])
    seen = await graph.data(asker, FILES)

    assert posted["attachments"][0]["upload"]["id"] == file
    assert [each["attachments"] for each in seen["nodes"][0]["messages"]["nodes"]] == [
        [],
        [{"position": 1, "upload": {"id": file}}],
    ]


async def test_a_repeated_message_has_the_files_of_the_first(graph, acts, asker, thread, upload):
    file = await upload()
    posted = [await graph.data(asker, POST, id=thread, files=[file], key="k-1") for _ in range(2)]

    assert posted[0] == posted[1]
    assert len(await acts.rows(select(models.SupportAttachment))) == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"is_ready": False}, "UPLOAD_NOT_READY"),
        ({"purpose": UploadPurpose.DOCUMENT}, "NOT_FOUND"),
    ],
)
async def test_a_file_that_is_not_there_or_for_something_else_is_refused(
    graph, acts, asker, thread, upload, facts, code
):
    file = await upload(**facts)

    refused = await graph.data(asker, POST, id=thread, files=[file])

    assert refused["code"] == code
    assert len(await acts.rows(select(models.SupportMessage))) == 1


async def test_a_file_of_another_partner_is_not_found_for_the_platform_either(
    graph, acts, world, asker, thread, upload
):
    file = await upload(world.rival)

    told = [await graph.data(each, POST, id=thread, files=[file]) for each in (asker, staff())]

    assert [each["code"] for each in told] == ["NOT_FOUND", "NOT_FOUND"]
    assert await acts.rows(select(models.SupportAttachment)) == []


async def test_more_than_five_files_are_refused(graph, asker, thread):
    refused = await graph.data(asker, POST, id=thread, files=["garbage"] * 6)

    assert (refused["field"], refused["problem"]) == ("attachment_ids", "must be 5 at most")


@pytest.mark.parametrize("messages", [1, 20])
async def test_files_of_many_messages_take_one_statement(graph, sql, asker, thread, upload, messages):
    file = await upload()
    for _ in range(messages):
        await graph.data(asker, POST, id=thread, files=[file])

    compiled, _ = await sql.of(graph.data(asker, FILES))
    by_core, _ = await sql.of(graph.by_core(asker, FILES))

    assert (compiled, by_core) == (1, 4)
