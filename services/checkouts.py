"""Checking out: units, coupon, split and payment become one thing, or nothing does.

Locks in the order of everybody: keys, pools, coupons. No provider is called here (`paying`), so one unit of work holds
all of it.
"""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db import models
from db.queries import acts as act_queries
from db.queries import checkouts as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import bookings, checkouts
from domain.affiliates import Attribution, HeldBecause
from domain.bookings import Customer
from domain.cancellation import policy_as_kept
from domain.checkouts import LIVE, CheckoutEnded, CheckoutStatus, HoldExpired
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.inventory import Channel
from domain.mail import locale_of
from domain.quotes import PriceChanged, parts_of
from domain.reservations import ReservationExpired, check_demand, hold_until
from domain.splits import Commission, CouponShare, split
from permissions.viewer import Viewer
from permissions.visibility import bought_checkouts
from services import conversions, coupons, events, payment_accounts, quotes, reservations
from services.idempotency import claim
from services.quotes import Priced


async def open_checkout(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    quote_id: UUID | None,
    package_id: UUID | None,
    customer: Customer,
    locale: str,
    fee_bps: int,
    pepper: bytes,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> tuple[models.Checkout, bool]:
    """Hold what was quoted, at the price that was quoted, and freeze whose part of it is what.

    Returns the checkout, and whether it is new: the same key again is the first checkout, whatever became of it.
    Locks the pools in the order of their ids, then the coupon.
    Refuses: NotFound, QuoteExpired, InvalidCustomer, PriceChanged, PartnerPaused, NotPriced, SalesClosed,
    InsufficientInventory, UnitLimitExceeded, CouponRejected, PartnerNotPayable, IdempotencyConflict.
    """
    customer = bookings.check_customer(customer)
    checkout_id = new_id()
    first = await claim(uow, idempotency, object_id=checkout_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Checkout, first), False
    quote = await quotes.live_quote(uow.session, viewer, quote_id, now=now)
    if package_id not in {None, quote.package_id}:
        raise Refused(NotFound(noun="quote", id=global_id("Quote", quote.id)))
    # Whatever can be read without a lock is read before there is one: pools and coupons are everybody's.
    priced = await quotes.price(uow.session, viewer, quotes.wish_of(quote), now=now)
    terms = priced.terms
    sellers = {each.supplier_id for each in terms.items}
    attribution = await conversions.attribute(
        uow,
        environment=quote.environment,
        click_token=quote.click_token,
        buyer_email=customer.email,
        partner_ids=sellers,
        pepper=pepper,
        buyer=viewer,
        now=now,
    )
    payable = await payment_accounts.payable_among(uow, sellers | {terms.partner_id}, quote.environment)
    hold = await _hold(uow, viewer, priced, checkout_id=checkout_id, total_minor=quote.total_minor, now=now)
    coupon = await _redeem(
        uow,
        priced,
        environment=quote.environment,
        customer_email=customer.email,
        reservation_id=hold.id,
        fee_bps=fee_bps,
        pepper=pepper,
        now=now,
    )
    composition = priced.composition(coupon)
    if (composition.total_minor, composition.currency) != (quote.total_minor, quote.currency):
        raise Refused(PriceChanged.between(quotes.composition_of(quote), composition))
    divided = split(
        parts_of(terms.items, priced.gross_minor),
        discount_minor=priced.discount_minor,
        coupon=coupon,
        fee_bps=fee_bps,
        commission=attribution.commission if attribution else None,
    )
    if divided.paid_minor != composition.total_minor:
        raise ValueError(f"quote {quote.id} of {composition.total_minor} is split into {divided.paid_minor}")
    payees = dict.fromkeys(
        leg.partner_id for leg in divided.legs if leg.partner_id is not None and leg.amount_minor > 0
    )
    payment_accounts.check_payable(payees, payable)
    day = priced.wish.date
    checkout = uow.put(
        models.Checkout,
        {
            "id": checkout_id,
            "environment": quote.environment,
            "quote_id": quote.id,
            "reservation_id": hold.id,
            "package_id": terms.package_id,
            "partner_id": terms.partner_id,
            "status": CheckoutStatus.OPEN,
            "buyer_id": viewer.user_id,
            "token_hash": checkouts.token_hash(checkouts.token_of(pepper, checkout_id)),
            "customer_name": customer.name,
            "customer_email": customer.email,
            "customer_phone": customer.phone,
            "locale": locale_of(locale),
            "gross_minor": composition.gross_minor,
            "discount_minor": composition.discount_minor,
            "coupon_minor": composition.coupon_minor,
            "total_minor": composition.total_minor,
            "refunded_minor": 0,
            "currency": composition.currency,
            "fee_bps": fee_bps,
            "cancellation_policy": policy_as_kept(terms.cancellation_policy),
            "service_on": day,
            "time_zone": terms.time_zone,
            "release_on": checkouts.release_on(
                service_on=day, booked_on=now.astimezone(ZoneInfo(terms.time_zone)).date()
            ),
            "attribution": attribution_as_kept(attribution) if attribution else None,
            "created_at": now,
            "expires_at": checkouts.expires_at(hold.expires_at),
            "sequence": 1,
        },
    )
    for position, leg in enumerate(divided.legs, 1):
        uow.put(
            models.CheckoutLeg,
            {
                "id": new_id(),
                "checkout_id": checkout_id,
                "position": position,
                "kind": leg.kind,
                "partner_id": leg.partner_id,
                "affiliate_id": leg.affiliate_id,
                "item_code": leg.key,
                "amount_minor": leg.amount_minor,
                "refunded_minor": 0,
            },
        )
    tell(uow, checkout, now)
    return checkout, True


async def to_pay(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    checkout_id: UUID | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> tuple[models.Checkout, models.Payment | None]:
    """Lock a checkout of the caller's that can be paid, with its payment; the same key again, whatever it is by now.

    Refuses: NotFound, HoldExpired, CheckoutEnded, IdempotencyConflict.
    """
    checkout, payment = await locked(uow, viewer, checkout_id)
    if await claim(uow, idempotency, object_id=checkout.id, now=now) is None:
        check_live(checkout, now)
    return checkout, payment


async def locked(
    uow: UnitOfWork, viewer: Viewer, checkout_id: UUID | None
) -> tuple[models.Checkout, models.Payment | None]:
    """Lock a checkout of the caller's, with its payment. Refuses: NotFound."""
    if checkout_id is not None:
        found = await queries.lock_visible(uow.session, checkout_id, visible=bought_checkouts(viewer))
        if found is not None:
            return found
    shown = global_id("Checkout", checkout_id) if checkout_id else ""
    raise Refused(NotFound(noun="checkout", id=shown))


async def locked_again(
    uow: UnitOfWork, checkout: models.Checkout
) -> tuple[models.Checkout, models.Payment | None]:
    """Lock a checkout an earlier call has made, with its payment."""
    found = await queries.lock_checkout(uow.session, checkout.id)
    if found is None:
        raise ValueError(f"checkout {checkout.id} is gone")
    return found


def is_open(checkout: models.Checkout, now: dt.datetime) -> bool:
    """Tell whether a checkout can still be paid."""
    return checkout.status in LIVE and checkout.expires_at > now


def check_live(checkout: models.Checkout, now: dt.datetime) -> None:
    """Let a checkout pass that can still be paid. Refuses: HoldExpired, CheckoutEnded."""
    is_over = checkout.status in LIVE and checkout.expires_at <= now
    if is_over or checkout.status is CheckoutStatus.EXPIRED:
        raise Refused(HoldExpired(expired_at=checkout.expires_at))
    if checkout.status not in LIVE:
        raise Refused(CheckoutEnded(checkout_status=checkout.status))


async def end(
    uow: UnitOfWork, checkout: models.Checkout, status: CheckoutStatus, *, actor: str, now: dt.datetime
) -> None:
    """Give a locked checkout up: its units are free at once, and with them its coupon."""
    act = {"id": checkout.reservation_id, "now": now, "actor": actor}
    try:
        await act_queries.do_alone(uow.session, "cancel_all", {"acts": (act,)}, act_queries.ONE)
    except Refused as refused:
        # It ran out before; the job that releases holds sees to its units.
        if not isinstance(refused.reason, ReservationExpired):
            raise
    move(uow, checkout, status, now)
    await uow.session.flush()


def move(uow: UnitOfWork, checkout: models.Checkout, status: CheckoutStatus, now: dt.datetime) -> None:
    """Let a locked checkout be in a status, and tell of it; nothing where it is there already."""
    if checkout.status is status:
        return
    checkout.status = status
    checkout.ended_at = None if status in LIVE else now
    checkout.sequence += 1
    tell(uow, checkout, now)


def tell(
    uow: UnitOfWork,
    checkout: models.Checkout,
    now: dt.datetime,
    event: EventType = EventType.CHECKOUT_CHANGED,
    **more: Any,
) -> None:
    """Put into the outbox what became of a checkout. Nothing in it says who the buyer is."""
    events.record(
        uow,
        event,
        environment=checkout.environment,
        partner_id=checkout.partner_id,
        object_id=checkout.id,
        sequence=checkout.sequence,
        payload={
            "checkout_id": global_id("Checkout", checkout.id),
            "status": checkout.status.value,
            "package_id": global_id("Package", checkout.package_id),
            **more,
        },
        now=now,
    )


def attribution_as_kept(attribution: Attribution) -> dict[str, Any]:
    """Return an attribution as JSON that `attribution_of` reads."""
    return {
        "link_id": attribution.link_id.hex,
        "bps": attribution.commission.bps,
        "owner_id": attribution.commission.owner_id.hex,
        "affiliate_id": attribution.commission.affiliate_id.hex,
        "held_because": [each.value for each in attribution.held_because],
        "buyer_hash": attribution.buyer_hash.hex(),
    }


def attribution_of(kept: dict[str, Any]) -> Attribution:
    """Return the attribution of what is kept."""
    return Attribution(
        link_id=UUID(hex=kept["link_id"]),
        commission=Commission(kept["bps"], UUID(hex=kept["owner_id"]), UUID(hex=kept["affiliate_id"])),
        held_because=tuple(HeldBecause(each) for each in kept["held_because"]),
        buyer_hash=bytes.fromhex(kept["buyer_hash"]),
    )


async def _hold(
    uow: UnitOfWork,
    viewer: Viewer,
    priced: Priced,
    *,
    checkout_id: UUID,
    total_minor: int,
    now: dt.datetime,
) -> models.Reservation:
    plan = reservations.planned(
        replace(viewer, reseller_id=None),
        priced.demand,
        priced.offers,
        channel=Channel.DIRECT,
        expires_at=hold_until(Channel.DIRECT, None, now),
        reference=global_id("Checkout", checkout_id),
        units=check_demand(priced.demand),
        total_minor=total_minor,
        now=now,
    )
    await act_queries.do_alone(uow.session, "hold_all", {**plan.parts(), "keys": ()})
    return plan.row()


async def _redeem(
    uow: UnitOfWork,
    priced: Priced,
    *,
    environment: Environment,
    customer_email: str,
    reservation_id: UUID,
    fee_bps: int,
    pepper: bytes,
    now: dt.datetime,
) -> CouponShare | None:
    if priced.wish.coupon_code is None:
        return None
    redeemed = await coupons.redeem(
        uow,
        environment=environment,
        code=priced.wish.coupon_code,
        customer_email=customer_email,
        reservation_id=reservation_id,
        parts=priced.coupon_parts(),
        currency=priced.terms.currency,
        is_discounted=priced.discount_minor > 0,
        platform_cap_minor=priced.platform_cap(fee_bps),
        pepper=pepper,
        now=now,
    )
    return redeemed.share
