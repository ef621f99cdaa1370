"""Questions about mails on their way out."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, UpdateBase, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.ready import ready
from db.types import new_id
from domain.introduction_mail import SuppressedBecause
from domain.mail import MailStatus, MailTemplate
from domain.partners import MemberRole


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person of a partner, as mails address it."""

    user_id: UUID
    email: str
    name: str
    locale: str
    partner: str


async def insert_mail(
    session: AsyncSession,
    *,
    key: str,
    template: MailTemplate,
    partner_id: UUID | None,
    recipient: str,
    locale: str,
    facts: Mapping[str, str],
    envelope: Mapping[str, Any] | None,
    status: MailStatus,
    error: str | None,
    now: dt.datetime,
    due_at: dt.datetime,
) -> bool:
    """Write a mail unless there is one with its key; tell whether it was written."""
    written = insert(models.Mail).values(
        id=new_id(),
        key=key,
        template=template,
        partner_id=partner_id,
        recipient=recipient,
        locale=locale,
        facts=dict(facts),
        envelope=envelope,
        status=status,
        attempts=0,
        next_attempt_at=due_at,
        last_error=error,
        created_at=now,
    )
    return bool(await _changed(session, written.on_conflict_do_nothing(index_elements=[models.Mail.key])))


async def withdraw_unsent(session: AsyncSession, key: str, error: str) -> None:
    """Give up the mail of a key, if nobody has begun to send it."""
    mail = models.Mail
    waiting = (mail.key == key, mail.status == MailStatus.PENDING, mail.attempts == 0)
    await session.execute(
        update(mail)
        .where(*waiting)
        .values(status=MailStatus.FAILED, last_error=error, facts={}, envelope=None, recipient="")
    )


async def team_of(session: AsyncSession, partner_id: UUID, roles: Collection[MemberRole]) -> list[Recipient]:
    """Load the members of a partner with one of these roles, oldest member first."""
    member, user, partner = models.PartnerMember, models.User, models.Partner
    statement = (
        select(user.id, user.email, user.name, partner.locale, partner.name)
        .join(member, member.user_id == user.id)
        .join(partner, partner.id == member.partner_id)
        .where(member.partner_id == partner_id, member.role.in_(list(roles)))
        .order_by(member.created_at, user.id)
    )
    return [Recipient(*row) for row in (await session.execute(statement)).all()]


WAITING = ready(select(exists().where(models.Mail.status == MailStatus.PENDING).label("is_any"))).sql
"""Whether there is a mail to be sent, now or later."""


async def count_waiting(session: AsyncSession) -> int:
    """Count the mails that are still to be sent."""
    statement = select(func.count()).where(models.Mail.status == MailStatus.PENDING)
    return await session.scalar(statement) or 0


async def lock_due(session: AsyncSession, *, now: dt.datetime, limit: int) -> list[models.Mail]:
    """Lock the mails to be sent now, oldest first; what another worker is busy with is skipped."""
    mail = models.Mail
    statement = (
        select(mail)
        .where(
            mail.status == MailStatus.PENDING,
            mail.next_attempt_at <= now,
            or_(mail.leased_until.is_(None), mail.leased_until <= now),
        )
        .order_by(mail.next_attempt_at, mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(statement)).all())


async def count_under_way(session: AsyncSession, *, now: dt.datetime) -> int:
    """Count the mails that some worker is sending."""
    mail = models.Mail
    statement = select(func.count()).where(mail.status == MailStatus.PENDING, mail.leased_until > now)
    return await session.scalar(statement) or 0


async def lock_mail(session: AsyncSession, mail_id: UUID) -> models.Mail | None:
    """Lock one mail."""
    statement = select(models.Mail).where(models.Mail.id == mail_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def suppress(
    session: AsyncSession, digests: Collection[bytes], because: SuppressedBecause, *, now: dt.datetime
) -> None:
    """Write to addresses no more. Who unsubscribed and bounces then is the latter; never the other way round."""
    suppression = models.MailSuppression
    told = insert(suppression).values(
        [{"address_digest": each, "because": because, "created_at": now} for each in sorted(set(digests))]
    )
    await session.execute(
        told.on_conflict_do_update(
            index_elements=[suppression.address_digest],
            set_={"because": told.excluded.because},
            where=suppression.because == SuppressedBecause.UNSUBSCRIBED,
        )
    )


async def suppressions(session: AsyncSession, digests: Collection[bytes]) -> dict[bytes, SuppressedBecause]:
    """Return why addresses are not written to, of those that are not."""
    suppression = models.MailSuppression
    statement = select(suppression.address_digest, suppression.because).where(
        suppression.address_digest.in_(list(digests))
    )
    return {row.address_digest: row.because for row in (await session.execute(statement)).all()}


async def lift_suppressions(session: AsyncSession, digests: Collection[bytes]) -> int:
    """Write to addresses again; return how many were not written to."""
    suppression = models.MailSuppression
    return await _changed(session, delete(suppression).where(suppression.address_digest.in_(list(digests))))


async def lock_pending_to(session: AsyncSession, address: str) -> list[models.Mail]:
    """Lock the mails that are still to be sent to an address, alone or among others."""
    mail = models.Mail
    named = or_(
        mail.recipient == address,
        mail.envelope["cc"].contains([address]),
        mail.envelope["bcc"].contains([address]),
    )
    statement = select(mail).where(mail.status == MailStatus.PENDING, named).order_by(mail.id)
    return list((await session.scalars(statement.with_for_update())).all())


async def lock_unsent_about(session: AsyncSession, introduction_ids: Collection[UUID]) -> list[models.Mail]:
    """Lock the mails of introductions' conversations that were not sent, waiting or given up."""
    mail = models.Mail
    about = mail.envelope["thread"]["about"].astext.in_([each.hex for each in introduction_ids])
    statement = select(mail).where(mail.status != MailStatus.SENT, about).order_by(mail.id)
    return list((await session.scalars(statement.with_for_update())).all())


async def purge_mails(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete mails posted before a moment, but none that a worker is busy with; return how many."""
    mail = models.Mail
    old = select(mail.id).where(mail.created_at < before).limit(limit).with_for_update(skip_locked=True)
    return await _changed(session, delete(mail).where(mail.id.in_(old)))


async def _changed(session: AsyncSession, statement: UpdateBase) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
