"""Support threads, and the people of the platform who take care of them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain import support
from domain.ids import global_id
from domain.support import SupportCategory, SupportSide, SupportStatus
from domain.uploads import UploadPurpose
from permissions.viewer import Role
from tests.factories.times import NOW
from tests.factories.uploads import make_ready_upload
from tests.factories.world import World


async def make_staff(
    session: AsyncSession, *, role: Role = Role.ACCOUNT_MANAGER, name: str = "Max Manager"
) -> models.User:
    """A person of the platform."""
    user = models.User(
        id=new_id(),
        issuer="https://issuer.example",
        subject=str(new_id()),
        email="max@interline.example",
        name=name,
        platform_roles=[role],
        created_at=NOW,
    )
    session.add(user)
    await session.flush()
    return user


async def make_thread(
    session: AsyncSession, partner: models.Partner, *, messages: int = 1, **facts: Any
) -> models.SupportThread:
    """A thread of a partner with so many messages of it, all at its opening."""
    thread_id = new_id()
    message_ids = [new_id() for _ in range(messages)]
    thread = models.SupportThread(
        **{
            "id": thread_id,
            "partner_id": partner.id,
            "category": SupportCategory.INTEGRATION,
            "subject": "Holds expire early",
            "status": SupportStatus.OPEN,
            "opened_by": "user:vera",
            "opened_by_name": "Vera",
            "opened_side": SupportSide.PARTNER,
            "opened_at": NOW,
            "last_message_at": NOW,
            "last_message_id": message_ids[-1],
            "message_count": messages,
            "sequence": messages,
            **facts,
        }
    )
    thread.first_response_due_at = support.first_response_due_at(
        thread.category, opened_side=thread.opened_side, opened_at=thread.opened_at
    )
    session.add(thread)
    await session.flush()
    session.add_all(
        models.SupportMessage(
            id=message_id,
            thread_id=thread_id,
            number=number,
            author="user:vera",
            author_name="Vera",
            side=thread.opened_side,
            text=f"Message {number}",
            at=thread.opened_at,
        )
        for number, message_id in enumerate(message_ids, 1)
    )
    await session.flush()
    return thread


async def make_support_scene(session: AsyncSession, world: World) -> dict[str, str]:
    """Two threads of the reseller, one of them resolved; public ids by what they are of."""
    thread = await make_thread(session, world.reseller, messages=2)
    resolved = await make_thread(
        session, world.reseller, status=SupportStatus.RESOLVED, resolved_at=NOW, subject="Done"
    )
    upload = await make_ready_upload(session, world.reseller, purpose=UploadPurpose.SUPPORT_ATTACHMENT)
    session.add(models.SupportAttachment(message_id=thread.last_message_id, position=1, upload_id=upload.id))
    session.add(
        models.SupportRead(
            thread_id=thread.id, reader="user:vera", side=SupportSide.PARTNER, number=1, at=NOW
        )
    )
    await session.flush()
    return {
        "thread": global_id("SupportThread", thread.id),
        "resolved_thread": global_id("SupportThread", resolved.id),
    }
