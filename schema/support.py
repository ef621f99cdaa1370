"""Support threads and what is written in them."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from db import models
from domain.support import SupportCategory, SupportSide, SupportStatus
from permissions.viewer import Scope, SharedBy
from resolvers import support as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import IdempotencyConflict, InvalidInput, NotFound, UploadNotReady
from schema.sources import passed_by, related, represents, resolved_by, streamed_by
from schema.uploads import Upload


@strawberry.type(description="How far somebody has read a thread.")
class SupportReadMark:
    is_type_of = represents(models.SupportRead)

    number: int = strawberry.field(description="The last message that was read.")
    at: dt.datetime


@strawberry.type(description="A file that came with a message.")
class SupportAttachment:
    is_type_of = represents(models.SupportAttachment)

    position: int = strawberry.field(description="From 1, in the order in which they were attached.")
    upload: Upload | None = related(models.SupportAttachment.upload)


@strawberry.type(description="One message of a thread; it is never changed.")
class SupportMessage(Node):
    is_type_of = represents(models.SupportMessage)

    thread: Annotated["SupportThread", strawberry.lazy("schema.support")] | None = related(
        models.SupportMessage.thread
    )
    number: int = strawberry.field(description="Counts within the thread, from 1, without gaps.")
    side: SupportSide
    author: str = strawberry.field(description="`user:…`")
    author_name: str
    text: str = strawberry.field(description="As it was written: plain text of several lines, never markup.")
    at: dt.datetime
    attachments: list[SupportAttachment] = related(models.SupportMessage.attachments)


@strawberry.type(description="What a partner and the platform talk about beside the onboarding.")
class SupportThread(Node):
    is_type_of = represents(models.SupportThread)

    partner: Partner | None = related(models.SupportThread.partner)
    category: SupportCategory
    subject: str
    status: SupportStatus
    assignee_id: strawberry.ID | None = passed_by(resolve.assignee_id)
    assignee_name: str | None = strawberry.field(description="Null while nobody takes care of it.")
    opened_by: str = strawberry.field(description="`user:…`")
    opened_by_name: str
    opened_side: SupportSide
    opened_at: dt.datetime
    first_response_due_at: dt.datetime | None = strawberry.field(
        description="Until when the partner is to be answered; null where the platform opened the thread."
    )
    first_response_at: dt.datetime | None
    resolved_at: dt.datetime | None = strawberry.field(description="When it was resolved last.")
    last_message_at: dt.datetime
    message_count: int
    unread_count: int = resolved_by(resolve.unread_count)
    read_mark: SupportReadMark | None = resolved_by(resolve.read_mark)
    messages: Connection[SupportMessage] = resolved_by(resolve.messages)
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")


OpenSupportThreadPayload = Annotated[
    SupportThread | NotFound | InvalidInput | UploadNotReady | IdempotencyConflict,
    strawberry.union("OpenSupportThreadPayload"),
]
PostSupportMessagePayload = Annotated[
    SupportMessage | NotFound | InvalidInput | UploadNotReady | IdempotencyConflict,
    strawberry.union("PostSupportMessagePayload"),
]
MarkSupportThreadReadPayload = Annotated[
    SupportThread | NotFound | InvalidInput, strawberry.union("MarkSupportThreadReadPayload")
]
AssignSupportThreadPayload = Annotated[
    SupportThread | NotFound, strawberry.union("AssignSupportThreadPayload")
]
ResolveSupportThreadPayload = Annotated[
    SupportThread | NotFound, strawberry.union("ResolveSupportThreadPayload")
]
ReopenSupportThreadPayload = Annotated[
    SupportThread | NotFound, strawberry.union("ReopenSupportThreadPayload")
]


@strawberry.type
class SupportQuery:
    support_threads: Connection[SupportThread] = resolved_by(resolve.support_threads, scope=Scope.ASK_SUPPORT)
    support_thread: SupportThread | None = resolved_by(resolve.support_thread, scope=Scope.ASK_SUPPORT)


@strawberry.type
class SupportMutation:
    open_support_thread: OpenSupportThreadPayload = resolved_by(
        resolve.open_support_thread, scope=Scope.ASK_SUPPORT
    )
    post_support_message: PostSupportMessagePayload = resolved_by(
        resolve.post_support_message, scope=Scope.ASK_SUPPORT
    )
    mark_support_thread_read: MarkSupportThreadReadPayload = resolved_by(
        resolve.mark_support_thread_read, scope=Scope.ASK_SUPPORT
    )
    assign_support_thread: AssignSupportThreadPayload = resolved_by(
        resolve.assign_support_thread, scope=Scope.MANAGE_ONBOARDING
    )
    resolve_support_thread: ResolveSupportThreadPayload = resolved_by(
        resolve.resolve_support_thread, scope=Scope.ASK_SUPPORT
    )
    reopen_support_thread: ReopenSupportThreadPayload = resolved_by(
        resolve.reopen_support_thread, scope=Scope.ASK_SUPPORT
    )


@strawberry.type
class SupportSubscription:
    support_message_posted: AsyncIterator[SupportThread] = streamed_by(
        resolve.support_message_posted, scope=Scope.ASK_SUPPORT, shared_by=SharedBy.NAME
    )
