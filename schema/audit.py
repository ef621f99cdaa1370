"""The audit log."""

import datetime as dt

import strawberry
from strawberry.scalars import JSON

from db import models
from permissions.viewer import Scope
from resolvers import audit as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.sources import represents, resolved_by


@strawberry.type(description="One act of a person or key, sealed to the one before it.")
class AuditEntry(Node):
    is_type_of = represents(models.AuditEntry)

    sequence: int
    actor: str
    act: str
    object_id: str
    facts: JSON
    at: dt.datetime


@strawberry.type(description="What a check of a chain found; `brokenAt` is null for a whole one.")
class ChainCheck:
    is_type_of = represents(resolve.ChainCheck)

    entries: int
    broken_at: int | None


@strawberry.type
class AuditQuery:
    audit_log: Connection[AuditEntry] = resolved_by(resolve.audit_log, scope=Scope.READ_AUDIT)
    audit_chain: ChainCheck = resolved_by(resolve.audit_chain, scope=Scope.READ_AUDIT)
