"""What is left to sell."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from db import models
from domain.inventory import AvailabilityStatus, Channel, InventoryEventKind
from permissions.viewer import Scope, SharedBy
from resolvers import inventory as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.packages import Package
from schema.partners import Partner
from schema.refusals import (
    AllotmentInUse,
    Forbidden,
    InvalidInput,
    NotFound,
    PoolTooSmall,
)
from schema.sources import attribute, related, represents, resolved_by, streamed_by


@strawberry.type(description="One change of a pool's counters, with what they were after it.")
class InventoryEvent(Node):
    is_type_of = represents(models.InventoryEvent)

    sequence: int
    kind: InventoryEventKind
    allocated_change: int
    held_change: int
    sold_change: int
    allocated: int
    held: int
    sold: int
    actor: str = strawberry.field(description="`key:…`, `user:…` or `system`.")
    at: dt.datetime


@strawberry.type(
    description="Units of a package set aside for a channel, a day, a reseller; what is left of them."
)
class Allotment(Node):
    is_type_of = represents(models.Allotment)

    product: Package | None = related(models.Allotment.package)
    channel: Channel
    date: dt.date | None = attribute("day", description="The day asked about, or the pool's own.")
    reseller: Partner | None = related(
        models.Allotment.reseller, description="Set aside for this reseller alone."
    )
    allocated: int
    held: int = attribute("live_held", description="On hold now; holds that ran out do not count.")
    sold: int
    available: int
    status: AvailabilityStatus = resolved_by(resolve.status)
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")
    next_expiry: dt.datetime | None = resolved_by(resolve.next_expiry)
    events: Connection[InventoryEvent] = resolved_by(resolve.events)


SetAllotmentPayload = Annotated[
    Allotment | NotFound | Forbidden | InvalidInput | AllotmentInUse | PoolTooSmall,
    strawberry.union("SetAllotmentPayload"),
]


@strawberry.type
class InventoryQuery:
    inventory: Connection[Allotment] = resolved_by(resolve.inventory_of, scope=Scope.READ_INVENTORY)
    explain_availability: Allotment | None = resolved_by(
        resolve.explain_availability, scope=Scope.READ_INVENTORY
    )


CloseSalesPayload = Annotated[Package | NotFound | Forbidden, strawberry.union("CloseSalesPayload")]


@strawberry.type
class InventoryMutation:
    set_allotment: SetAllotmentPayload = resolved_by(resolve.set_allotment, scope=Scope.MANAGE_INVENTORY)
    close_sales: CloseSalesPayload = resolved_by(resolve.close_sales, scope=Scope.MANAGE_INVENTORY)
    reopen_sales: CloseSalesPayload = resolved_by(resolve.reopen_sales, scope=Scope.MANAGE_INVENTORY)


@strawberry.type
class InventorySubscription:
    availability_changed: AsyncIterator[Allotment] = streamed_by(
        resolve.availability_changed, scope=Scope.READ_INVENTORY, shared_by=SharedBy.RIGHTS
    )
