"""Buying: hold and check out, pay, follow, give up. No scope: a guest has the checkout's secret instead."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from dataloaders.checkouts import currency_by_checkout
from db import models
from db.queries import checkouts as queries
from db.questions import Asked
from db.rows import One
from db.unit_of_work import UnitOfWork
from domain.bookings import Customer, InvalidCustomer
from domain.checkouts import CheckoutEnded, HoldExpired, PaymentUnderWay, token_of
from domain.coupons import CouponRejected
from domain.errors import IdempotencyConflict, InvalidInput, NotFound, RateLimited, Refused
from domain.idempotency import Idempotency
from domain.ids import local_id, optional_id
from domain.inventory import InsufficientInventory, SalesClosed
from domain.money import Money
from domain.onboarding import PartnerPaused
from domain.packages import PackageUnavailable
from domain.payment_accounts import PartnerNotPayable, ProviderError
from domain.pricing import NotPriced
from domain.quotes import PriceChanged, QuoteExpired
from domain.reservations import UnitLimitExceeded
from permissions.visibility import visible_checkouts
from resolvers.context import Context, Info
from resolvers.following import follow
from resolvers.refusals import answers
from resolvers.reservations import CustomerDetailsInput
from services import checkouts, paying, settling
from services.ports import Guessed


@strawberry.input(description="A quote to be held for its buyer.")
class BookPackageInput:
    quote_id: strawberry.ID
    customer: CustomerDetailsInput
    idempotency_key: str = strawberry.field(
        description="The same again, with the same request: the same checkout."
    )
    locale: str = strawberry.field(default="en", description="In which language the buyer is written to.")
    package_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where it is given, the quote must be of this package."
    )


@strawberry.input(description="A quote to be bought, or a checkout to be paid. Give one of the two.")
class CheckoutPackageInput:
    idempotency_key: str
    quote_id: strawberry.ID | None = None
    customer: CustomerDetailsInput | None = strawberry.field(default=None, description="Needed with a quote.")
    locale: str = "en"
    package_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where it is given, what is bought must be this package."
    )
    checkout_id: strawberry.ID | None = None
    token: str | None = strawberry.field(
        default=None, description="The checkout's secret; its buyer needs none."
    )
    payment_method: str | None = strawberry.field(
        default=None,
        description="Of the payment provider; paid at once. Without it, by the client secret in the buyer's browser.",
    )
    return_url: str | None = strawberry.field(
        default=None, description="Where the buyer comes back to from its bank."
    )


@strawberry.input(description="The checkout to be given up.")
class CancelCheckoutInput:
    checkout_id: strawberry.ID
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkout with its secret, for the one who opened it."""

    checkout: models.Checkout
    token: str = field(repr=False)


def checkout(info: Info, id: strawberry.ID, token: str | None = None) -> Asked[One[models.Checkout]] | None:
    """One purchase, by its secret or as its buyer; null where there is none, or none the caller may see."""
    uuid = local_id("Checkout", id)
    if token is not None:
        info.context.show_secret(token)
    if uuid is None:
        return None
    return queries.checkout_by_id(uuid, visible=visible_checkouts(info.context.viewer))


@answers(
    NotFound,
    QuoteExpired,
    PriceChanged,
    InvalidCustomer,
    PackageUnavailable,
    PartnerPaused,
    NotPriced,
    SalesClosed,
    InsufficientInventory,
    UnitLimitExceeded,
    CouponRejected,
    PartnerNotPayable,
    InvalidInput,
    IdempotencyConflict,
    RateLimited,
)
async def book_package(info: Info, input: BookPackageInput) -> Opened:
    """Hold what was quoted, at the price that was quoted; pay with checkoutPackage before it expires."""
    context = info.context
    await context.guard.guess(context.viewer, Guessed.CHECKOUT)
    async with context.unit_of_work() as uow:
        opened, _ = await _open(
            context,
            uow,
            quote_id=input.quote_id,
            customer=input.customer,
            locale=input.locale,
            package_id=input.package_id,
            idempotency=_key(context, input, "book_package", input.idempotency_key, input.quote_id),
        )
    return _shown(context, opened)


@answers(
    NotFound,
    QuoteExpired,
    PriceChanged,
    InvalidCustomer,
    PackageUnavailable,
    PartnerPaused,
    NotPriced,
    SalesClosed,
    InsufficientInventory,
    UnitLimitExceeded,
    CouponRejected,
    PartnerNotPayable,
    HoldExpired,
    CheckoutEnded,
    ProviderError,
    InvalidInput,
    IdempotencyConflict,
    RateLimited,
)
async def checkout_package(info: Info, input: CheckoutPackageInput) -> Opened:
    """Hold what was quoted and pay it, or pay for what is held. A declined card leaves the checkout open."""
    context = info.context
    await context.guard.guess(context.viewer, Guessed.CHECKOUT)
    payments = context.provider()
    async with context.unit_of_work() as uow:
        found, payment = await _to_pay(context, uow, input)
        asked = None
        if not checkouts.is_open(found, context.now):
            # A repetition: what became of it is the answer.
            vars(found)["payment"] = payment
        elif found.total_minor:
            asked = await paying.begin(
                uow,
                found,
                payment,
                payment_method=input.payment_method,
                return_url=input.return_url,
                now=context.now,
            )
        else:
            found = await settling.settle_free(uow, found, entropy=context.entropy, now=context.now)
    if asked is not None and asked.is_asked:
        told = await paying.ask_carefully(payments, asked)
        if told is not None:
            async with context.unit_of_work() as uow:
                found = await paying.note(
                    uow, told, seal=context.seal, entropy=context.entropy, now=context.clock()
                )
    return _shown(context, found)


@answers(NotFound, CheckoutEnded, PaymentUnderWay, ProviderError)
async def cancel_checkout(info: Info, input: CancelCheckoutInput) -> models.Checkout:
    """Give a checkout up; its units are free at once. A second call answers as the first."""
    context = info.context
    if input.token is not None:
        context.show_secret(input.token)
    checkout_id = local_id("Checkout", input.checkout_id)
    async with context.unit_of_work() as uow:
        found, asked = await paying.give_up(uow, context.viewer, checkout_id=checkout_id, now=context.now)
    if asked is None:
        return found
    told = await paying.take_back_carefully(context.provider(), asked)
    async with context.unit_of_work() as uow:
        return await paying.note(uow, told, seal=context.seal, entropy=context.entropy, now=context.clock())


def checkout_updated(
    info: Info, id: strawberry.ID, token: str | None = None, after: int | None = None
) -> AsyncIterator[models.Checkout]:
    """The purchase as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context
    if token is not None:
        context.show_secret(token)

    def load(uuid: UUID) -> Awaitable[models.Checkout | None]:
        return queries.checkout_by_id(uuid, visible=visible_checkouts(context.viewer)).load(context.sessions)

    return follow(context.feed, local_id("Checkout", id), load, after)


def opened_checkout(root: strawberry.Parent[Opened], info: Info) -> models.Checkout:
    """What was opened; whoever has its secret sees all of it."""
    info.context.show_secret(root.token)
    return root.checkout


async def leg_amount(root: strawberry.Parent[models.CheckoutLeg], info: Info) -> Money:
    """What the party gets."""
    return await _of_checkout(root, info, root.amount_minor)


async def leg_refunded(root: strawberry.Parent[models.CheckoutLeg], info: Info) -> Money:
    """What of it was given back."""
    return await _of_checkout(root, info, root.refunded_minor)


async def _of_checkout(root: models.CheckoutLeg, info: Info, minor: int) -> Money:
    return Money(minor, await info.context.loaders.value(currency_by_checkout, root.checkout_id))


def client_secret(root: strawberry.Parent[models.Payment], info: Info) -> str | None:
    """With it the buyer's browser pays at the provider; null before it was asked for, and at the end."""
    if root.client_secret_sealed is None:
        return None
    return info.context.seal.open(root.client_secret_sealed, root.id.bytes).decode()


def _key(context: Context, given: object, act: str, key: str, about: str | None) -> Idempotency | None:
    """Bind a key to a request. Guests share a name: their keys are bound to what they are about, too."""
    context_key = f"{about}:{key}" if context.viewer.is_anonymous else key
    return context.idempotency(context_key, act, input=strawberry.asdict(given))


async def _open(
    context: Context,
    uow: UnitOfWork,
    *,
    quote_id: str,
    customer: CustomerDetailsInput,
    locale: str,
    package_id: str | None,
    idempotency: Idempotency | None,
) -> tuple[models.Checkout, bool]:
    return await checkouts.open_checkout(
        uow,
        context.viewer,
        quote_id=optional_id("Quote", quote_id),
        package_id=optional_id("Package", package_id),
        customer=Customer(customer.name, customer.email, customer.phone),
        locale=locale,
        fee_bps=context.fee_bps,
        pepper=context.pepper,
        idempotency=idempotency,
        now=context.now,
    )


async def _to_pay(
    context: Context, uow: UnitOfWork, given: CheckoutPackageInput
) -> tuple[models.Checkout, models.Payment | None]:
    """Return the checkout to be paid, locked: a new one of a quote, or the one that is named."""
    about = given.quote_id or given.checkout_id
    key = _key(context, given, "checkout_package", given.idempotency_key, about)
    if (given.quote_id is None) == (given.checkout_id is None):
        raise Refused(InvalidInput("quote_id", "give a quote or a checkout"))
    if given.quote_id is None:
        if given.token is not None:
            context.show_secret(given.token)
        return await checkouts.to_pay(
            uow,
            context.viewer,
            checkout_id=local_id("Checkout", given.checkout_id or ""),
            idempotency=key,
            now=context.now,
        )
    if given.customer is None:
        raise Refused(InvalidInput("customer", "is needed with a quote"))
    opened, is_new = await _open(
        context,
        uow,
        quote_id=given.quote_id,
        customer=given.customer,
        locale=given.locale,
        package_id=given.package_id,
        idempotency=key,
    )
    return (opened, None) if is_new else await checkouts.locked_again(uow, opened)


def _shown(context: Context, opened: models.Checkout) -> Opened:
    return Opened(opened, token_of(context.pepper, opened.id))
