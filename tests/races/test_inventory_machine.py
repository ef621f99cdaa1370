"""Whatever is done in whatever order: counters are live holds and sales, and every act ends as foretold.

Hypothesis makes up the stories. A model in plain Python foretells each act; the database is asked after each.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from db import models
from db.queries.computed import select_rows
from db.session import create_engine
from permissions.viewer import Viewer
from tests.factories.times import MINUTE
from tests.factories.viewers import key_of, member_of
from tests.factories.world import make_world
from tests.fixtures.acts import Acts, line
from tests.fixtures.commits import outcome
from tests.fixtures.isolation import IsolatedSessions

CAP = 60
PRODUCTS = {"106": 100, "107": 40}
SELLERS = st.sampled_from(["reseller", "rival"])
MINUTES = st.integers(1, 90)
PoolName = tuple[str, str | None]
"""Product, and the reseller whose own pool it is."""


@dataclass
class Pool:
    allocated: int
    is_closed: bool = False


@dataclass
class Hold:
    row: models.Reservation
    seller: str
    units: dict[PoolName, int]
    expires_at: dt.datetime
    status: str = "ACTIVE"
    tickets: list[str] = field(default_factory=list)


class Stories(RuleBasedStateMachine):
    """Two resellers and an operator, with a clock that moves on."""

    holds = Bundle("holds")
    url: str

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.pools: dict[PoolName, Pool] = {(sku, None): Pool(units) for sku, units in PRODUCTS.items()}
        self.made: list[Hold] = []
        self.used: dict[str, int] = {}
        self.run(self._begin())

    async def _begin(self) -> None:
        self.engine = create_engine(self.url, pool_size=1)
        self.connection = await self.engine.connect()
        self.transaction = await self.connection.begin()
        self.acts = Acts(IsolatedSessions(self.connection))
        async with self.acts.work() as uow:
            world = await make_world(uow.session)
            await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=CAP))
        self.partners = {"reseller": world.reseller, "rival": world.rival}
        self.keys: dict[str, Viewer] = {name: key_of(each) for name, each in self.partners.items()}
        self.owner = member_of(world.operator)

    def teardown(self) -> None:
        if hasattr(self, "acts"):
            self.run(self._end())
            self.runner.close()

    async def _end(self) -> None:
        await self.transaction.rollback()
        await self.connection.close()
        await self.engine.dispose()

    def run(self, act: Any) -> Any:
        return self.runner.run(act)

    def told(self, act: Any) -> str:
        """Do an act and say what it answered in one word."""
        self.answer = self.run(outcome(act))
        return type(self.answer).__name__

    # What the model knows

    def is_live(self, hold: Hold) -> bool:
        return hold.status == "ACTIVE" and hold.expires_at > self.acts.now

    def held(self, name: PoolName) -> int:
        return sum(hold.units.get(name, 0) for hold in self.made if self.is_live(hold))

    def sold(self, name: PoolName) -> int:
        return sum(hold.units.get(name, 0) for hold in self.made if hold.status == "ACTIVATED")

    def free(self, name: PoolName) -> int:
        return self.pools[name].allocated - self.held(name) - self.sold(name)

    def pool_for(self, sku: str, seller: str) -> PoolName:
        return (sku, seller) if (sku, seller) in self.pools else (sku, None)

    def foretell_hold(self, seller: str, units: dict[PoolName, int]) -> str:
        open_units = sum(
            sum(hold.units.values()) for hold in self.made if hold.seller == seller and self.is_live(hold)
        )
        if open_units + sum(units.values()) > CAP:
            return "HoldQuotaExceeded"
        for name, number in units.items():
            if self.pools[name].is_closed or number > self.free(name):
                return "refused"
        return "Reservation"

    # What happens

    @rule(target=holds, seller=SELLERS, cruise=st.integers(0, 30), pets=st.integers(0, 30), minutes=MINUTES)
    def hold(self, seller: str, cruise: int, pets: int, minutes: int) -> Hold | None:
        wanted = {sku: number for sku, number in (("106", cruise), ("107", pets)) if number}
        if not wanted:
            return None
        units = {self.pool_for(sku, seller): number for sku, number in wanted.items()}
        foretold = self.foretell_hold(seller, units)
        demand = [line(number, sku) for sku, number in wanted.items()]
        told = self.told(self.acts.hold(self.keys[seller], *demand, minutes=minutes))
        assert ("refused" if told in ("SalesClosed", "InsufficientInventory") else told) == foretold
        if told != "Reservation":
            return None
        made = Hold(self.answer, seller, units, self.acts.now + minutes * MINUTE)
        self.made.append(made)
        return made

    @rule(hold=holds, minutes=MINUTES)
    def extend(self, hold: Hold | None, minutes: int) -> None:
        if hold is None:
            return
        foretold = self.foretell_change(hold, "Reservation")
        if self.is_live(hold):
            hold.expires_at = max(hold.expires_at, self.acts.now + minutes * MINUTE)
        assert self.told(self.acts.extend(self.keys[hold.seller], hold.row, minutes)) == foretold

    @rule(hold=holds)
    def activate(self, hold: Hold | None) -> None:
        if hold is None:
            return
        foretold = "Booking" if hold.status == "ACTIVATED" else self.foretell_change(hold, "Booking")
        assert self.told(self.acts.activate(self.keys[hold.seller], hold.row)) == foretold
        if foretold == "Booking" and not hold.tickets:
            hold.status = "ACTIVATED"
            of_booking = select(models.Ticket.code).where(models.Ticket.booking_id == self.answer.id)
            hold.tickets = self.run(self.acts.rows(of_booking))
            assert len(hold.tickets) == sum(hold.units.values())

    @rule(hold=holds)
    def cancel(self, hold: Hold | None) -> None:
        if hold is None:
            return
        foretold = "Reservation" if hold.status == "CANCELLED" else self.foretell_change(hold, "Reservation")
        assert self.told(self.acts.cancel(self.keys[hold.seller], hold.row)) == foretold
        if self.is_live(hold):
            hold.status = "CANCELLED"

    def foretell_change(self, hold: Hold, success: str) -> str:
        if self.is_live(hold):
            return success
        return {"ACTIVATED": "AlreadyActivated", "CANCELLED": "ReservationCancelled"}.get(
            hold.status, "ReservationExpired"
        )

    @rule(hold=holds, times=st.integers(1, 3))
    def redeem(self, hold: Hold | None, times: int) -> None:
        if hold is None or not hold.tickets:
            return
        code = hold.tickets[0]
        for _ in range(times):
            left = 10 - self.used.get(code, 0)
            told = self.told(self.acts.redeem(self.keys[hold.seller], code, "PLAYGROUND"))
            assert told == ("Ticket" if left else "NothingToRedeem")
            self.used[code] = min(self.used.get(code, 0) + 1, 10)

    @rule()
    def expire(self) -> None:
        overdue = [hold for hold in self.made if hold.status == "ACTIVE" and not self.is_live(hold)]
        self.run(self.acts.expire(*(hold.row for hold in self.made)))
        for hold in overdue:
            hold.status = "EXPIRED"

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        self.acts.later(minutes * MINUTE)

    @rule(sku=st.sampled_from(sorted(PRODUCTS)), units=st.integers(0, 120))
    def set_allotment(self, sku: str, units: int) -> None:
        name = (sku, None)
        foretold = "AllotmentInUse" if units < self.held(name) + self.sold(name) else "Allotment"
        assert self.told(self.acts.set_allotment(self.owner, units, product_id=sku)) == foretold
        if foretold == "Allotment":
            self.pools[name].allocated = units

    @rule(sku=st.sampled_from(sorted(PRODUCTS)), seller=SELLERS, units=st.integers(0, 40))
    def carve(self, sku: str, seller: str, units: int) -> None:
        name, shared = (sku, seller), self.pools[sku, None]
        own = self.pools.get(name, Pool(0, shared.is_closed))
        more = units - own.allocated
        if units < self.held(name) + self.sold(name):
            foretold = "AllotmentInUse"
        else:
            foretold = "PoolTooSmall" if more > self.free((sku, None)) else "Allotment"
        owner_id = self.partners[seller].id
        act = self.acts.set_allotment(self.owner, units, product_id=sku, reseller_id=owner_id)
        assert self.told(act) == foretold
        if foretold == "Allotment":
            shared.allocated -= more
            own.allocated = units
            self.pools[name] = own

    @rule(sku=st.sampled_from(sorted(PRODUCTS)), is_closed=st.booleans())
    def close(self, sku: str, is_closed: bool) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        self.run(self.acts.set_closed(self.owner, product_id=sku, is_closed=is_closed))
        for name, pool in self.pools.items():
            if name[0] == sku:
                pool.is_closed = is_closed

    # What must be true after every step

    @invariant()
    def counters_are_holds_and_sales(self) -> None:
        if not hasattr(self, "acts"):
            return
        assert self.run(self.acts.drift()) == ([], [])
        names = {partner.id: name for name, partner in self.partners.items()}
        skus = dict(self.run(self._skus()))
        counted = {
            (skus[pool.package_id], names.get(pool.reseller_id)): (
                pool.allocated,
                pool.live_held,
                pool.sold,
                pool.available,
                pool.is_closed,
            )
            for pool in self.run(self.acts.rows(select_rows(models.Allotment, now=self.acts.now)))
            if pool.channel == "OTA" and pool.environment == "LIVE"
        }
        assert counted == {
            name: (pool.allocated, self.held(name), self.sold(name), self.free(name), pool.is_closed)
            for name, pool in self.pools.items()
        }
        assert all(available >= 0 for _, _, _, available, _ in counted.values())

    async def _skus(self) -> list[tuple[Any, str]]:
        async with self.acts.sessions.read() as session:
            found = await session.execute(select(models.Package.id, models.Package.sku))
            return [(row[0], row[1]) for row in found]

    @invariant()
    def each_end_is_told_once(self) -> None:
        if not hasattr(self, "acts"):
            return
        ends = ["reservation.activated", "reservation.cancelled", "reservation.expired"]
        told = self.run(self.acts.rows(select(models.Event.object_id).where(models.Event.type.in_(ends))))
        ended = self.run(
            self.acts.rows(select(models.Reservation.id).where(models.Reservation.ended_at.is_not(None)))
        )
        assert sorted(told) == sorted(ended)
        known = {hold.row.id for hold in self.made if hold.status != "ACTIVE"}
        overdue = {hold.row.id for hold in self.made if hold.status == "ACTIVE" and not self.is_live(hold)}
        assert known <= set(ended) <= known | overdue

    @invariant()
    def the_quota_is_what_is_open(self) -> None:
        if not hasattr(self, "acts"):
            return
        open_units = dict.fromkeys((partner.id for partner in self.partners.values()), 0)
        active = select(models.Reservation).where(models.Reservation.status == "ACTIVE")
        for row in self.run(self.acts.rows(active)):
            open_units[row.reseller_id] += row.units
        quotas = {
            row.reseller_id: row.open_units for row in self.run(self.acts.rows(select(models.ResellerQuota)))
        }
        assert {each: quotas.get(each, 0) for each in open_units} == open_units
        assert all(number <= CAP for number in open_units.values())

    @invariant()
    def tickets_are_used_as_often_as_they_were(self) -> None:
        if not hasattr(self, "acts"):
            return
        used = select(func.sum(models.TicketEntitlement.quantity - models.TicketEntitlement.remaining))
        assert (self.run(self.acts.rows(used))[0] or 0) == sum(self.used.values())


async def test_no_story_breaks_the_books(database_url):
    Stories.url = database_url
    await asyncio.to_thread(
        run_state_machine_as_test,
        Stories,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
