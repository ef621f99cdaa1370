"""Reconciliation as the graph shows it."""

import datetime as dt

import strawberry

from db import models
from domain.reconciliation import DifferenceKind, MoneyObject
from permissions.viewer import Scope
from resolvers import reconciliation as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.sources import related, represents, resolved_by


@strawberry.type(description="One thing our books and the provider's did not agree on.")
class ReconciliationDifference:
    is_type_of = represents(models.ReconciliationDifference)

    object: MoneyObject
    kind: DifferenceKind
    reference: str = strawberry.field(description="The provider's id, or ours where it has none.")
    expected: str | None = strawberry.field(description="What we have.")
    found: str | None = strawberry.field(description="What the provider has, or the journal.")


@strawberry.type(
    description="One comparison of our books with the provider's, and of the journal with what it is of."
)
class ReconciliationRun(Node):
    is_type_of = represents(models.ReconciliationRun)

    since: dt.datetime
    until: dt.datetime
    objects: int = strawberry.field(description="How many were compared.")
    wrong: int = strawberry.field(description="How many of them differ.")
    differences: list[ReconciliationDifference] = related(models.ReconciliationRun.differences)
    at: dt.datetime


@strawberry.type
class ReconciliationQuery:
    reconciliation_runs: Connection[ReconciliationRun] = resolved_by(
        resolve.reconciliation_runs, scope=Scope.READ_FINANCE
    )
