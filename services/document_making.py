"""Documents in the making: taken with what they say and their numbers, and noted when their file is kept.

Taking and noting are units of work; writing the file, between them, is none. A worker killed in between leaves an
attempt that ends, and the same file is written again to the same place.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import documents as queries
from db.unit_of_work import UnitOfWork
from domain import documents, mail
from domain.document_json import content_of, told
from domain.documents import (
    LEASE,
    MAILED_LIFE,
    SERIES,
    BillingDocumentKind,
    BillingDocumentStatus,
    Paper,
    Sale,
)
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.jobs import LONGEST_ERROR
from domain.mail import MailTemplate
from domain.partners import MemberRole
from domain.signed_links import attachment
from domain.uploads import MEDIA_TYPES, FileType
from services import dead_letters, events
from services import mail as mails
from services.document_contents import contents_of
from services.ports import Storage

REMAKE = "documents.remake"
"""The job that a failed document's letter stands for."""
NEVER_NOTED = "never noted"
PIECE = 1 << 18
MAILED = (MemberRole.OWNER, MemberRole.ADMIN, MemberRole.FINANCE)
"""Who of a partner is told of what it was not asked for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one document, taken by one worker."""

    document_id: UUID
    number: int
    paper: Paper

    @property
    def key(self) -> str:
        """Where its file is kept: the same for every attempt."""
        return f"documents/{self.document_id.hex}/{self.paper.file_name}"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is kept."""

    byte_size: int
    sha256: str
    link: str
    """Where it can be fetched for MAILED_LIFE."""


async def keep(storage: Storage, attempt: Attempt, file: bytes, *, now: dt.datetime) -> Made:
    """Write a document's file, and find out where it can be fetched; not while a unit of work is open."""
    paper = attempt.paper
    media_type = MEDIA_TYPES[FileType(paper.format)]
    await storage.write(
        attempt.key, _pieces(file), media_type=media_type, disposition=attachment(paper.file_name)
    )
    link = await storage.link(
        attempt.key, file_name=paper.file_name, media_type=media_type, until=now + MAILED_LIFE
    )
    return Made(len(file), hashlib.sha256(file).hexdigest(), link)


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> list[Attempt]:
    """Take the documents to be made now, oldest first; each is this worker's for LEASE.

    What they say and their numbers are written down here, once. One whose parts do not add up, or that ended
    every worker that took it, has failed. Locks the counters of their series.
    """
    taken = []
    for row in await queries.lock_due(uow.session, now=now, limit=limit):
        if row.attempts >= documents.MAX_ATTEMPTS:
            await _give_up(uow, row, NEVER_NOTED, now)
            continue
        row.attempts += 1
        row.next_attempt_at = now + LEASE
        taken.append(row)
    # A credit note names the receipt it takes back, which may be here too.
    notes = [row for row in taken if row.kind is BillingDocumentKind.CREDIT_NOTE]
    for rows in ([row for row in taken if row not in notes], notes):
        await _gather(uow, [row for row in rows if row.content is None], now)
        told = [row for row in rows if row.content is not None]
        await _number(uow, [row for row in told if row.number is None and row.kind in SERIES])
        await uow.session.flush()
    return [Attempt(row.id, row.attempts, _paper(row)) for row in taken if row.content is not None]


async def note_made(uow: UnitOfWork, *, attempt: Attempt, made: Made, now: dt.datetime) -> bool:
    """Note that a document's file is kept: tells of it, and mails who waits. False where that was noted before.

    It counts whenever it comes: the file is the same, whichever attempt wrote it.
    """
    row = await queries.lock_document(uow.session, attempt.document_id)
    if row is None or row.status is BillingDocumentStatus.READY:
        return False
    row.status, row.ready_at, row.last_error = BillingDocumentStatus.READY, now, None
    row.key, row.file_name = attempt.key, attempt.paper.file_name
    row.byte_size, row.sha256 = made.byte_size, made.sha256
    await _mail(uow, row, attempt.paper, made, now)
    row.notice = None
    _tell(uow, row, now)
    await uow.session.flush()
    return True


async def note_failure(
    uow: UnitOfWork, *, attempt: Attempt, error: str, now: dt.datetime
) -> BillingDocumentStatus | None:
    """Note an attempt that failed and return what the document is now; None where it is another attempt's by now."""
    row = await queries.lock_document(uow.session, attempt.document_id)
    if row is None or row.status is not BillingDocumentStatus.REQUESTED or row.attempts != attempt.number:
        return None
    pause = documents.pause_after(row.attempts)
    if pause is None:
        await _give_up(uow, row, error, now)
    else:
        row.next_attempt_at, row.last_error = now + pause, error[:LONGEST_ERROR]
    await uow.session.flush()
    return row.status


async def remake(uow: UnitOfWork, *, document_id: UUID, now: dt.datetime) -> None:
    """Have a document that failed made anew; one that did not stays as it is. Refuses: NotFound."""
    row = await queries.lock_document(uow.session, document_id)
    if row is None:
        raise Refused(NotFound(noun="document", id=global_id("Document", document_id)))
    if row.status is BillingDocumentStatus.FAILED:
        row.status, row.attempts, row.next_attempt_at = BillingDocumentStatus.REQUESTED, 0, now
        await uow.session.flush()


async def _give_up(uow: UnitOfWork, row: models.Document, error: str, now: dt.datetime) -> None:
    row.status, row.last_error = BillingDocumentStatus.FAILED, error[:LONGEST_ERROR]
    await dead_letters.bury(
        uow,
        job=REMAKE,
        key=row.id.hex,
        payload={"document_id": row.id.hex},
        error=row.last_error,
        attempts=row.attempts,
        partner_id=row.partner_id,
        environment=row.environment,
        now=now,
    )


async def _number(uow: UnitOfWork, rows: Sequence[models.Document]) -> None:
    """Number documents in the order they were asked for. Series are locked in one order, so that nobody waits in a ring."""
    series: dict[tuple[UUID, Environment, BillingDocumentKind, int], list[models.Document]] = defaultdict(
        list
    )
    for row in sorted(rows, key=lambda each: each.id):
        series[row.partner_id, row.environment, row.kind, row.created_at.astimezone(dt.UTC).year].append(row)
    for (partner_id, environment, kind, year), members in sorted(series.items()):
        numbers = await queries.next_numbers(
            uow.session,
            partner_id=partner_id,
            environment=environment,
            kind=kind,
            year=year,
            count=len(members),
        )
        for row, position in zip(members, numbers, strict=True):
            row.number = documents.number_of(kind, environment, year, position)


async def _gather(uow: UnitOfWork, rows: Sequence[models.Document], now: dt.datetime) -> None:
    """Write down what documents say; what does not add up has failed."""
    for row, content in await contents_of(uow, rows):
        if isinstance(content, ValueError):
            await _give_up(uow, row, str(content), now)
        else:
            row.content, row.total_minor = told(content), documents.headline_minor(content)


def _paper(row: models.Document) -> Paper:
    assert row.content is not None
    return Paper(
        kind=row.kind,
        format=row.format,
        environment=row.environment,
        number=row.number,
        locale=row.locale,
        issued_at=row.created_at,
        content=content_of(row.kind, row.content),
    )


async def _pieces(file: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(file), PIECE):
        yield file[start : start + PIECE]


async def _mail(uow: UnitOfWork, row: models.Document, paper: Paper, made: Made, now: dt.datetime) -> None:
    """Mail whom the document was asked for; a payout's statement goes to the partner's team."""
    if row.notice is None and row.kind is not BillingDocumentKind.PAYOUT_STATEMENT:
        return
    content = paper.content
    link = (row.notice or {}).get("link") or made.link
    if isinstance(content, Sale):
        template = MailTemplate.RECEIPT_READY
        told = {"number": paper.number or "", "booking": content.booking_code or ""}
    else:
        template = MailTemplate.STATEMENT_READY
        told = {"starts_on": content.starts_on.isoformat(), "ends_on": content.ends_on.isoformat()}
    facts = {**told, "document": row.kind.value, mail.LINK: link}
    key = f"document:{row.id.hex}"
    if row.notice is None:
        await mails.post_to_team(
            uow, template=template, partner_id=row.partner_id, facts=facts, key=key, now=now, roles=MAILED
        )
        return
    party = content.seller if isinstance(content, Sale) else content.holder
    await mails.post(
        uow,
        template=template,
        to=row.notice["to"],
        locale=row.locale,
        facts={**facts, "partner": party.name, mail.NAME: row.notice["name"]},
        key=key,
        partner_id=row.partner_id,
        now=now,
    )


def _tell(uow: UnitOfWork, row: models.Document, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.DOCUMENT_READY,
        environment=row.environment,
        partner_id=row.partner_id,
        object_id=row.id,
        sequence=1,
        payload={
            "id": global_id("Document", row.id),
            "kind": row.kind.value,
            "format": row.format.value,
            "number": row.number,
        },
        now=now,
    )
