"""Writing into the journal: each thing that happens to money once, audited, never changed afterwards."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from db.queries import ledger as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.postings import Booked, merged
from permissions.viewer import Viewer
from services import audit


async def post(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    kind: EntryKind,
    environment: Environment,
    currency: str,
    source_id: UUID,
    postings: Sequence[Booked],
    now: dt.datetime,
    checkout_id: UUID | None = None,
    partner_id: UUID | None = None,
) -> UUID | None:
    """Write an entry and return its id; None where one of the kind and source was written before. Audited.

    Postings on one account become one; an entry that comes to nothing is not written. `partner_id`: in whose audit
    chain it is told, None for the platform's; that chain is locked until commit. Raises ValueError for postings that
    do not sum to zero.
    """
    kept = merged(postings)
    if not kept:
        return None
    entry_id = new_id()
    said = {
        "environment": environment,
        "currency": currency,
        "source": source_id.hex,
        "postings": [[each.account.kind, each.amount_minor] for each in kept],
    }
    is_new = await queries.post_entry(
        uow.session,
        {
            "id": entry_id,
            "environment": environment,
            "kind": kind,
            "source_id": source_id,
            "checkout_id": checkout_id,
            "currency": currency,
            "actor": viewer.id,
            "at": now,
            "audit": audit.entry_of(
                viewer,
                partner_id=partner_id,
                act=f"ledger.{kind.lower()}",
                object_id=global_id("JournalEntry", entry_id),
                facts=said,
                now=now,
            ),
        },
        kept,
    )
    return entry_id if is_new else None
