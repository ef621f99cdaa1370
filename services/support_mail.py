"""Telling by mail of what was written in a thread and not read: to whoever should have read it.

For a partner that are its members who wrote in the thread, or those in charge where none of them is there any more;
for the platform whoever takes care of the thread. Who has read it by then is not written to.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import mail as mail_queries
from db.queries import support as queries
from db.unit_of_work import UnitOfWork
from domain import support
from domain.ids import global_id
from domain.mail import LINK, NAME, MailTemplate
from domain.partners import LOCALES, MemberRole
from domain.support import SupportSide, other_side
from permissions.viewer import SCOPES_OF, Role, Scope
from services import mail
from services.mail import IN_CHARGE

ASKERS = tuple(each for each in MemberRole if Scope.ASK_SUPPORT in SCOPES_OF[Role(each)])
"""Members who may see their partner's threads."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who should read a thread."""

    user_id: UUID
    email: str
    name: str
    locale: str

    @property
    def viewer_id(self) -> str:
        return f"user:{self.user_id}"


async def mail_unread(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Post mails about messages that lay unread in quiet threads; return how many threads were looked at.

    Locks the threads until commit. Each message is told of once.
    """
    threads = await queries.lock_unmailed(uow.session, quiet_since=now - support.UNREAD_FOR, limit=limit)
    for thread in threads:
        newest = await queries.newest_by_side(uow.session, thread.id, after=thread.mailed_number)
        for side, message in newest.items():
            await _tell(uow, thread, message, await _readers(uow, thread, other_side(side)), now)
        thread.mailed_number = thread.message_count
    await uow.session.flush()
    return len(threads)


async def _tell(
    uow: UnitOfWork,
    thread: models.SupportThread,
    message: models.SupportMessage,
    readers: list[Reader],
    now: dt.datetime,
) -> None:
    marks = await queries.marks_of(uow.session, [thread.id], [each.viewer_id for each in readers])
    read_to = {mark.reader: mark.number for mark in marks}
    partner = await uow.session.get_one(models.Partner, thread.partner_id)
    for reader in readers:
        if read_to.get(reader.viewer_id, 0) >= message.number:
            continue
        await mail.post(
            uow,
            template=MailTemplate.SUPPORT_MESSAGE,
            to=reader.email,
            locale=reader.locale,
            facts={
                "partner": partner.name,
                "subject": thread.subject,
                "author": message.author_name,
                "excerpt": support.excerpt(message.text),
                LINK: f"/support/{global_id('SupportThread', thread.id)}",
                NAME: reader.name,
            },
            key=f"support:{thread.id.hex}:{message.number}:{reader.user_id.hex}",
            partner_id=thread.partner_id,
            now=now,
        )


async def _readers(uow: UnitOfWork, thread: models.SupportThread, side: SupportSide) -> list[Reader]:
    if side is SupportSide.PLATFORM:
        caretaker = await queries.caretaker_of(uow.session, thread)
        if caretaker is None:
            return []
        return [Reader(caretaker.id, caretaker.email, caretaker.name, LOCALES[0])]
    authors = await queries.authors_of(uow.session, thread.id)
    team = await mail_queries.team_of(uow.session, thread.partner_id, ASKERS)
    readers = [Reader(each.user_id, each.email, each.name, each.locale) for each in team]
    wrote = [each for each in readers if each.viewer_id in authors]
    if wrote:
        return wrote
    in_charge = await mail_queries.team_of(uow.session, thread.partner_id, IN_CHARGE)
    return [Reader(each.user_id, each.email, each.name, each.locale) for each in in_charge]
