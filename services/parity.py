"""Comparing what the channels answer when they are asked what a package costs.

Each channel is asked by what answers its callers: a guest's quote, and the hold of a reseller before it is taken.
Nothing is kept or locked by asking.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import parity as queries
from db.session import Sessions
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.errors import Refused
from domain.inventory import Channel, InsufficientInventory, SalesClosed
from domain.onboarding import PartnerPaused
from domain.packages import PackageUnavailable
from domain.parity import PARTIES, ParityLook, PriceDifference, days_to_price
from domain.reservations import check_demand, hold_until
from permissions.viewer import ANONYMOUS, NOBODY, RESELLER_KEY_SCOPES, Scope, Viewer
from permissions.visibility import sellable_packages
from services import quotes, reservations
from services.quotes import Wish

BATCH = 100
"""Packages a run looks at: each is asked for up to 24 prices a channel."""
MOST_KEPT = 200
"""Differences kept of a run; where there are more, the count says so."""
UNSOLD = (InsufficientInventory, PackageUnavailable, PartnerPaused, SalesClosed)
"""What tells that a channel has none to sell: no price, so nothing to compare."""

GUEST = ANONYMOUS
RESELLER = Viewer(
    id="system",
    reseller_id=NOBODY,
    scopes=RESELLER_KEY_SCOPES,
    platform_scopes=frozenset({Scope.READ_CATALOG}),
)
"""No reseller by name: all of them pay the same."""

Ask = Callable[[AsyncSession, models.Package, Wish, dt.datetime], Awaitable[str]]
"""What a channel answers to a wish: `60000 HKD`. Refuses what the channel refuses."""


async def ask_direct(session: AsyncSession, package: models.Package, wish: Wish, now: dt.datetime) -> str:
    """Return what a guest is quoted."""
    viewer = replace(GUEST, environment=package.environment)
    priced = await quotes.price(session, viewer, wish, now=now)
    made = priced.composition(None)
    return f"{made.total_minor} {made.currency}"


async def ask_ota(session: AsyncSession, package: models.Package, wish: Wish, now: dt.datetime) -> str:
    """Return what a hold of a reseller's would cost."""
    viewer = replace(RESELLER, environment=package.environment)
    demand = wish.demand(package.sku)
    visible = sellable_packages(viewer)
    plan = reservations.planned(
        viewer,
        demand,
        await reservations.offers_in(session, viewer, demand, Channel.OTA, visible),
        channel=Channel.OTA,
        expires_at=hold_until(Channel.OTA, None, now),
        reference=None,
        units=check_demand(demand),
        now=now,
    )
    return f"{plan.hold['total_minor']} {plan.hold['currency']}"


CHANNELS: Mapping[Channel, Ask] = {Channel.DIRECT: ask_direct, Channel.OTA: ask_ota}


async def look(
    sessions: Sessions,
    environment: Environment,
    *,
    now: dt.datetime,
    channels: Mapping[Channel, Ask] = CHANNELS,
    batch: int = BATCH,
) -> ParityLook:
    """Compare the prices of the next packages, on from where the last run ended.

    What differs is asked for once more: a price that changed between two answers is no difference.
    """
    async with sessions.read() as session:
        after = await queries.last_package_id(session, environment)
        packages = await queries.packages_on_sale(session, environment, after=after, limit=batch)
    compared, differences = 0, []
    for package in packages:
        async with sessions.read() as session:
            for wish in _wishes(package, now):
                told = await _differing(session, package, wish, channels, now)
                compared += told is not None
                if told and await _differing(session, package, wish, channels, now):
                    differences.append(told)
    return ParityLook(
        packages=len(packages),
        prices=compared,
        differences=tuple(differences),
        last_package_id=packages[-1].id if len(packages) == batch else None,
    )


async def note_run(
    uow: UnitOfWork, *, environment: Environment, found: ParityLook, now: dt.datetime
) -> models.PriceParityRun:
    """Keep what a run found."""
    run = models.PriceParityRun(
        id=new_id(),
        environment=environment,
        packages=found.packages,
        prices=found.prices,
        wrong=len(found.differences),
        last_package_id=found.last_package_id,
        at=now,
    )
    uow.session.add(run)
    await uow.session.flush()
    uow.session.add_all(
        models.PriceParityDifference(
            run_id=run.id,
            position=position,
            package_id=each.package_id,
            date=each.date,
            party={kind.value: quantity for kind, quantity in each.party.items()},
            direct=each.direct,
            ota=each.ota,
        )
        for position, each in enumerate(found.differences[:MOST_KEPT], 1)
    )
    await uow.session.flush()
    return run


def _wishes(package: models.Package, now: dt.datetime) -> list[Wish]:
    today = now.astimezone(ZoneInfo(package.time_zone)).date()
    return [
        Wish(package.id, day, party)
        for day in days_to_price(is_dated=package.is_dated, today=today)
        for party in PARTIES
    ]


async def _differing(
    session: AsyncSession,
    package: models.Package,
    wish: Wish,
    channels: Mapping[Channel, Ask],
    now: dt.datetime,
) -> PriceDifference | tuple[()] | None:
    """Return how the channels differ, nothing where they agree, None where not both of them sell."""
    answers = {}
    for channel, ask in channels.items():
        try:
            answers[channel] = await ask(session, package, wish, now)
        except Refused as refused:
            if isinstance(refused.reason, UNSOLD):
                return None
            answers[channel] = refused.reason.code
    direct, ota = answers[Channel.DIRECT], answers[Channel.OTA]
    return () if direct == ota else PriceDifference(wish.package_id, wish.date, wish.party, direct, ota)
