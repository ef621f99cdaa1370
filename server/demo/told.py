"""What the platform says at the end of the day, asked through its public doors."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from http import HTTPStatus

from server.announcement import Announcement
from server.demo.calls import Caller, Json
from server.demo.doors import OperatorDoor, UnexpectedAnswerError
from server.demo.offer import CURRENCY, Offer

STATUSES = ("ACTIVE", "ACTIVATED", "CANCELLED", "EXPIRED")
PAGE = 100

POOL = (
    "query Pool($sku: String!, $channel: Channel!, $after: String) {"
    " explainAvailability(productId: $sku, channel: $channel) { allocated held sold available"
    " events(first: 100, after: $after) { next nodes { kind heldChange soldChange } } } }"
)
RESERVATIONS = (
    "query Count($status: ReservationStatus!) { reservations(status: $status, first: 0) { totalCount } }"
)
ORDERS = (
    "query Orders($after: String) { orders(first: 100, after: $after) {"
    " next nodes { paymentReference total { amount currency } } } }"
)
RESELLER_REPORT = (
    "query Day($from: Date!, $to: Date!) { resellerReport(from: $from, to: $to) {"
    " holds { created { holds units } activated { holds units } cancelled { holds units } expired { holds units } }"
    " activationRate { value } expiryRate { value } averageHoldTime { value }"
    " revenue { channel bookings revenue { amount currency } } } }"
)
PLATFORM_REPORT = (
    "query Day($from: Date!, $to: Date!) { platformReport(from: $from, to: $to) {"
    " sales { channel bookings revenue { amount currency } } oversellIncidents { value } drift { value } } }"
)


Order = tuple[str, str, str]
"""Payment reference, amount, currency."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool's counters, and what its journal adds up to."""

    allocated: int
    held: int
    sold: int
    available: int
    held_ever: int
    sold_ever: int
    cancelled: int
    expired: int


@dataclass(slots=True)
class Told:
    """Everything the platform says. Pools and counts by channel name."""

    pools: dict[tuple[str, str], Pool] = field(default_factory=dict)
    by_resellers: dict[str, int] = field(default_factory=dict)
    """SKU -> what the reseller itself sees available."""
    reservations: dict[str, dict[str, int]] = field(default_factory=dict)
    """Channel -> status -> how many."""
    orders: dict[str, dict[str, list[Decimal]]] = field(default_factory=dict)
    """Channel -> payment reference -> amounts; one each, unless something was sold twice."""
    reseller_report: Json | None = None
    platform_report: Json | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: the reseller's key, the operator, and people who may read reports.

    Without `readers` (the reseller's owner, the platform's staff) the instance is not ours alone: figures that
    others change too are not asked for.
    """

    said: Announcement
    ota: Caller
    operator: OperatorDoor
    readers: tuple[OperatorDoor, OperatorDoor] | None
    references: str
    """How the payment references of this run begin."""


async def pool(operator: OperatorDoor, sku: str, channel: str) -> Pool:
    """Ask for a pool's counters, and read its journal to the end."""
    after: str | None = None
    held_ever = sold_ever = 0
    released: Counter[str] = Counter()
    while True:
        data = await operator.ask(POOL, sku=sku, channel=channel, after=after)
        counters = data["explainAvailability"]
        if counters is None:
            raise UnexpectedAnswerError(f"there is no pool of {sku} on {channel}")
        for event in counters["events"]["nodes"]:
            if event["kind"] == "HELD":
                held_ever += event["heldChange"]
            elif event["kind"] == "SOLD":
                sold_ever += event["soldChange"]
            else:
                released[event["kind"]] -= event["heldChange"]
        after = counters["events"]["next"]
        if after is None:
            break
    return Pool(
        counters["allocated"],
        counters["held"],
        counters["sold"],
        counters["available"],
        held_ever,
        sold_ever,
        cancelled=released["CANCELLED"],
        expired=released["EXPIRED"],
    )


async def ask_everything(asking: Asking, offer: Offer, *, days: tuple[date, date]) -> Told:
    """Ask for all of it; `days` are the days of UTC the replay touched."""
    told = Told()
    for product in offer.products:
        for channel in product.units:
            told.pools[product.sku, channel.value] = await pool(asking.operator, product.sku, channel.value)
            if channel.value == "OTA":
                told.by_resellers[product.sku] = await _seen_by_reseller(asking, product.sku)
    told.orders = {
        "OTA": _by_reference(asking, [order async for order in _ota_orders(asking)]),
        "DIRECT": _by_reference(asking, [order async for order in _direct_orders(asking)]),
    }
    if asking.readers is None:
        return told
    told.reservations = {
        "OTA": {status: await _ota_count(asking, status) for status in STATUSES},
        "DIRECT": {status: await _direct_count(asking, status) for status in STATUSES},
    }
    window = {"from": days[0].isoformat(), "to": days[1].isoformat()}
    reseller_owner, staff = asking.readers
    told.reseller_report = (await reseller_owner.ask(RESELLER_REPORT, **window))["resellerReport"]
    told.platform_report = (await staff.ask(PLATFORM_REPORT, **window))["platformReport"]
    return told


async def _seen_by_reseller(asking: Asking, sku: str) -> int:
    body = await _rest(asking, "inventory", product_id=sku)
    return int(body["products"][0]["available"])


async def _ota_count(asking: Asking, status: str) -> int:
    body = await _rest(asking, "reservations", status=status, limit="1")
    return int(body["total_count"])


async def _direct_count(asking: Asking, status: str) -> int:
    data = await asking.operator.ask(RESERVATIONS, status=status)
    return int(data["reservations"]["totalCount"])


async def _ota_orders(asking: Asking) -> AsyncIterator[Order]:
    page: dict[str, str] = {"limit": str(PAGE)}
    while True:
        body = await _rest(asking, "orders", **page)
        for order in body["orders"]:
            yield order["payment_reference"], order["total_amount"], order["currency"]
        if body["next"] is None:
            return
        page["after"] = body["next"]


async def _direct_orders(asking: Asking) -> AsyncIterator[Order]:
    after: str | None = None
    while True:
        page = (await asking.operator.ask(ORDERS, after=after))["orders"]
        for order in page["nodes"]:
            yield order["paymentReference"], order["total"]["amount"], order["total"]["currency"]
        after = page["next"]
        if after is None:
            return


async def _rest(asking: Asking, path: str, **params: str) -> Json:
    answer = await asking.ota.call("GET", f"{asking.said['rest']}/{path}", params=params)
    if answer.status != HTTPStatus.OK:
        raise UnexpectedAnswerError(f"{path}: {answer.status} {answer.body}")
    body: Json = answer.body
    return body


def _by_reference(asking: Asking, orders: Iterable[Order]) -> dict[str, list[Decimal]]:
    """Sort the orders by payment reference: all of them, or this run's where others sell too."""
    found: dict[str, list[Decimal]] = {}
    for reference, amount, currency in orders:
        if asking.readers is None and not reference.startswith(asking.references):
            continue
        if currency != CURRENCY:
            raise UnexpectedAnswerError(f"the order of {reference} is in {currency}")
        found.setdefault(reference, []).append(Decimal(amount))
    return found
