"""Support threads: asking, answering, reading, following."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import UUID

import strawberry

from dataloaders.support import marks_by_thread
from db import models
from db.paging import Page, Window
from db.queries import support as queries
from db.queries.texts import global_id
from db.questions import AnyRow, Asked
from db.rows import One
from domain.errors import IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.support import SupportCategory, SupportStatus, unread
from domain.uploads import UploadNotReady
from permissions.viewer import NOBODY
from permissions.visibility import (
    visible_support_messages,
    visible_support_reads,
    visible_support_threads,
)
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import support

ATTACHED = "Uploads of the purpose SUPPORT_ATTACHMENT that are READY; at most 5."


@strawberry.input(description="A question to the platform, or to a partner.")
class OpenSupportThreadInput:
    category: SupportCategory
    subject: str = strawberry.field(description="One line.")
    text: str = strawberry.field(description="The first message; at most 10,000 characters.")
    attachment_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description=ATTACHED)
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose; needed by callers with more than one partner, or none."
    )
    idempotency_key: str | None = None


@strawberry.input(description="One more message of a thread.")
class PostSupportMessageInput:
    thread_id: strawberry.ID
    text: str = strawberry.field(description="At most 10,000 characters.")
    attachment_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description=ATTACHED)
    idempotency_key: str | None = None


@strawberry.input(description="How far the caller has read.")
class MarkSupportThreadReadInput:
    id: strawberry.ID
    number: int | None = strawberry.field(
        default=None, description="The last message that was read; left out: all of them."
    )


@strawberry.input(description="Who takes care of a thread.")
class AssignSupportThreadInput:
    id: strawberry.ID
    assignee_id: strawberry.ID | None = strawberry.field(
        default=None, description="An account manager or admin of the platform; left out: the caller."
    )


@strawberry.input(description="The thread that is done.")
class ResolveSupportThreadInput:
    id: strawberry.ID


@strawberry.input(description="The thread that is not done after all.")
class ReopenSupportThreadInput:
    id: strawberry.ID


def support_threads(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: SupportStatus | None = None,
    category: SupportCategory | None = None,
    assigned_to_me: bool = False,
    is_assigned: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.SupportThread]]:
    """The threads of the caller's partners, the newest activity first; the platform's staff sees those of all."""
    viewer = info.context.viewer
    return queries.page_threads(
        visible=visible_support_threads(viewer),
        window=Window(first, after, last, before),
        # What is no partner's id has no threads.
        partner_id=None if partner_id is None else local_id("Partner", partner_id) or NOBODY,
        status=status,
        category=category,
        assignee_id=viewer.user_id or NOBODY if assigned_to_me else None,
        is_assigned=is_assigned,
    )


def support_thread(info: Info, id: strawberry.ID) -> Asked[One[models.SupportThread]] | None:
    """One thread; null where there is none, or none the caller may see."""
    uuid = local_id("SupportThread", id)
    if uuid is None:
        return None
    return queries.thread_by_id(uuid, visible=visible_support_threads(info.context.viewer))


def messages(
    root: strawberry.Parent[models.SupportThread],
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.SupportMessage]]:
    """What was written, oldest first; `last: 20` is the newest page."""
    return queries.page_messages(
        visible=visible_support_messages(info.context.viewer),
        window=Window(first, after, last, before),
        thread_id=root.id,
    )


def read_mark(
    root: strawberry.Parent[models.SupportThread], info: Info
) -> Asked[One[models.SupportRead]] | Awaitable[models.SupportRead | None]:
    """How far the caller has read; null where it has read nothing yet."""
    viewer = info.context.viewer
    if isinstance(root, AnyRow):
        return queries.read_mark(visible=visible_support_reads(viewer), thread_id=root.id, reader=viewer.id)
    return info.context.loaders.value(marks_by_thread, (root.id, viewer.id))


def unread_count(root: strawberry.Parent[models.SupportThread], info: Info) -> Asked[Any] | Awaitable[int]:
    """How many messages the caller has not read; whoever writes has read all that is there."""
    if isinstance(root, AnyRow):
        return queries.unread(messages=root.message_count, thread_id=root.id, reader=info.context.viewer.id)
    return _unread(root, info)


async def _unread(thread: models.SupportThread, info: Info) -> int:
    mark = await info.context.loaders.value(marks_by_thread, (thread.id, info.context.viewer.id))
    return unread(thread.message_count, mark and mark.number)


def assignee_id(root: strawberry.Parent[models.SupportThread]) -> str | None:
    """Who takes care of it."""
    return None if root.assignee_id is None else global_id(models.User, root.assignee_id)


@answers(NotFound, InvalidInput, UploadNotReady, IdempotencyConflict)
async def open_support_thread(info: Info, input: OpenSupportThreadInput) -> models.SupportThread:
    """Begin a thread with its first message."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.open_thread(
            uow,
            context.viewer,
            partner_id=input.partner_id,
            category=input.category,
            subject=input.subject,
            text=input.text,
            upload_ids=[local_id("Upload", each) for each in input.attachment_ids],
            idempotency=context.idempotency(
                input.idempotency_key, "open_support_thread", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, InvalidInput, UploadNotReady, IdempotencyConflict)
async def post_support_message(info: Info, input: PostSupportMessageInput) -> models.SupportMessage:
    """Write into a thread; a partner's message opens a resolved thread again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.post_message(
            uow,
            context.viewer,
            thread_id=local_id("SupportThread", input.thread_id),
            text=input.text,
            upload_ids=[local_id("Upload", each) for each in input.attachment_ids],
            idempotency=context.idempotency(
                input.idempotency_key, "post_support_message", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, InvalidInput)
async def mark_support_thread_read(info: Info, input: MarkSupportThreadReadInput) -> models.SupportThread:
    """Note how far the caller has read; never less than before."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.mark_read(
            uow,
            context.viewer,
            thread_id=local_id("SupportThread", input.id),
            number=input.number,
            now=context.now,
        )


@answers(NotFound)
async def assign_support_thread(info: Info, input: AssignSupportThreadInput) -> models.SupportThread:
    """Give a thread to somebody of the platform."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.assign_thread(
            uow,
            context.viewer,
            thread_id=local_id("SupportThread", input.id),
            assignee_id=optional_id("User", input.assignee_id),
            now=context.now,
        )


@answers(NotFound)
async def resolve_support_thread(info: Info, input: ResolveSupportThreadInput) -> models.SupportThread:
    """Say that a thread is done; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.resolve_thread(
            uow, context.viewer, thread_id=local_id("SupportThread", input.id), now=context.now
        )


@answers(NotFound)
async def reopen_support_thread(info: Info, input: ReopenSupportThreadInput) -> models.SupportThread:
    """Take a resolved thread up again; one that is not resolved stays as it is."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await support.reopen_thread(
            uow, context.viewer, thread_id=local_id("SupportThread", input.id), now=context.now
        )


def support_message_posted(
    info: Info, thread_id: strawberry.ID, after: int | None = None
) -> AsyncIterator[models.SupportThread]:
    """The thread as it is now, then after every message and other change.

    `after` skips what the caller has seen already. Messages have numbers without gaps: who reads
    `messages(last: …)` here sees by them whether more came at once than it asked for.
    """
    context = info.context

    def load(uuid: UUID) -> Awaitable[models.SupportThread | None]:
        return queries.thread_by_id(uuid, visible=visible_support_threads(context.viewer)).load(
            context.sessions
        )

    return follow(context.feed, local_id("SupportThread", thread_id), load, after)
