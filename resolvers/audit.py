"""What was done by whom, and whether the chain of it is whole."""

from dataclasses import dataclass

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import audit as queries
from db.questions import Asked
from domain.ids import optional_id
from permissions.visibility import visible_audit_entries
from resolvers.context import Info
from services import audit


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a check of a chain found."""

    entries: int
    broken_at: int | None


def audit_log(
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.AuditEntry]]:
    """The acts at the caller's partners, newest first."""
    return queries.page_audit(
        visible=visible_audit_entries(info.context.viewer), window=Window(first, after, last, before)
    )


async def audit_chain(info: Info, partner_id: strawberry.ID | None = None) -> ChainCheck:
    """Check a partner's chain of seals (the platform's own without an id) from its first entry."""
    context = info.context
    uuid = optional_id("Partner", partner_id)
    async with context.sessions.read() as session:
        chain = await queries.chain_of(session, uuid, visible=visible_audit_entries(context.viewer))
    return ChainCheck(entries=len(chain), broken_at=audit.broken_at(chain))
