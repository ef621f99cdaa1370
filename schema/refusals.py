"""Refusals as members of mutation unions: one type a fact, all of them a `Refusal`."""

import datetime as dt
from typing import Any

import strawberry

from domain import (
    bookings,
    errors,
    inventory,
    money,
    onboarding,
    packages,
    partners,
    pricing,
    provisioning,
    reservations,
    scheduling,
    tickets,
    uploads,
    webhooks,
)
from domain.environments import Environment
from domain.ids import global_id
from domain.pricing import CustomerType
from domain.uploads import UploadStatus
from schema.sources import passed_by, represents


@strawberry.interface(description="A typed “no”: the request was understood and nothing came of it.")
class Refusal:
    code: str = strawberry.field(description="Stable; switch on it.")
    message: str = strawberry.field(description="One sentence for a person.")
    hint: str | None = strawberry.field(description="What an integrator can do about it.")


def refuses(reason: type[errors.Refusal]) -> Any:
    """Make a type of the graph of a domain's refusal; a domain's own ones stand in its file of this folder."""

    def decorate(cls: type) -> type:
        cls.is_type_of = represents(reason)  # type: ignore[attr-defined]
        cls.reason = reason  # type: ignore[attr-defined]
        return strawberry.type(cls, description=(reason.__doc__ or "").strip())

    return decorate


@refuses(errors.NotFound)
class NotFound(Refusal):
    noun: str
    id: str


@refuses(errors.Forbidden)
class Forbidden(Refusal):
    pass


@refuses(errors.InvalidInput)
class InvalidInput(Refusal):
    field: str
    problem: str


@refuses(errors.IdempotencyConflict)
class IdempotencyConflict(Refusal):
    idempotency_key: str


@refuses(errors.RateLimited)
class RateLimited(Refusal):
    limit_per_minute: int
    retry_after_seconds: int


@refuses(inventory.InsufficientInventory)
class InsufficientInventory(Refusal):
    product_id: str
    date: dt.date | None
    requested: int
    available: int


@refuses(inventory.SalesClosed)
class SalesClosed(Refusal):
    product_id: str
    date: dt.date | None


@refuses(inventory.AllotmentInUse)
class AllotmentInUse(Refusal):
    requested: int
    held: int
    sold: int


@refuses(inventory.PoolTooSmall)
class PoolTooSmall(Refusal):
    requested: int
    available: int


@refuses(reservations.UnitLimitExceeded)
class UnitLimitExceeded(Refusal):
    requested: int
    max: int


@refuses(reservations.HoldQuotaExceeded)
class HoldQuotaExceeded(Refusal):
    requested: int
    open_units: int
    cap: int


@refuses(reservations.ExtensionUsed)
class ExtensionUsed(Refusal):
    max: int


@refuses(reservations.ReservationExpired)
class ReservationExpired(Refusal):
    expired_at: dt.datetime


@refuses(reservations.ReservationCancelled)
class ReservationCancelled(Refusal):
    cancelled_at: dt.datetime


def _order_id(root: strawberry.Parent[Any]) -> strawberry.ID:
    return strawberry.ID(global_id("Booking", root.order_id))


@refuses(reservations.AlreadyActivated)
class AlreadyActivated(Refusal):
    order_id: strawberry.ID = passed_by(_order_id)


@strawberry.type(description="One field of the input that does not hold, and why.")
class FieldProblem:
    field: str
    problem: str


@refuses(bookings.InvalidCustomer)
class InvalidCustomer(Refusal):
    fields: list[FieldProblem]


@refuses(pricing.NotPriced)
class NotPriced(Refusal):
    product_id: str
    customer_type: CustomerType


@refuses(money.CurrencyMismatch)
class CurrencyMismatch(Refusal):
    expected: str
    found: str


@refuses(provisioning.EnvironmentNotReady)
class EnvironmentNotReady(Refusal):
    environment: Environment


@refuses(partners.SlugTaken)
class SlugTaken(Refusal):
    slug: str


@refuses(partners.StaleVersion)
class StaleVersion(Refusal):
    expected: int
    actual: int


@refuses(onboarding.PartnerPaused)
class PartnerPaused(Refusal):
    partner_id: strawberry.ID


@refuses(packages.SkuTaken)
class SkuTaken(Refusal):
    sku: str


@refuses(packages.PackageUnavailable)
class PackageUnavailable(Refusal):
    product_id: str
    date: dt.date | None


@refuses(tickets.TicketVoid)
class TicketVoid(Refusal):
    voided_at: dt.datetime


@refuses(tickets.NothingToRedeem)
class NothingToRedeem(Refusal):
    ticket_code: str
    function_code: str | None


@refuses(tickets.TicketRedeemed)
class TicketRedeemed(Refusal):
    ticket_code: str


@refuses(webhooks.WebhookEndpointLimit)
class WebhookEndpointLimit(Refusal):
    max: int


@refuses(webhooks.WebhookEndpointDisabled)
class WebhookEndpointDisabled(Refusal):
    endpoint_id: strawberry.ID


@refuses(uploads.UploadNotReady)
class UploadNotReady(Refusal):
    upload_id: strawberry.ID
    current: UploadStatus


@refuses(scheduling.TimeTaken)
class TimeTaken(Refusal):
    starts_at: dt.datetime
