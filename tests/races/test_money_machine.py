"""Whatever is bought, paid, cancelled and paid out in whatever order: the books are whole, and the provider agrees.

Hypothesis makes up the stories: calls that are lost before or after their effect, processes killed in the middle of
one, news that come twice or never. After each step the sums must hold; at the end, when everything had its time, the
journal must say what the provider says, to the minor unit.
"""

import asyncio
import dataclasses
import datetime as dt
import secrets
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from db import models
from db.session import create_engine
from domain import clicks
from domain.affiliates import ConversionStatus
from domain.bookings import Customer
from domain.checkouts import LIVE as OPEN
from domain.checkouts import CheckoutStatus
from domain.coupons import RedemptionStatus
from domain.environments import Environment
from domain.errors import GatewayError, Refused
from domain.payments import PaymentStatus, PayoutStatus, RefundStatus
from domain.pricing import CustomerType
from domain.splits import DEFAULT_FEE_BPS
from jobs import checkouts, payments, payouts, promotions, refunds, reservations, transfers
from permissions.viewer import ANONYMOUS
from services import cancellations, conversions, paying, payment_events, provider_events, quotes
from services import checkouts as checkout_services
from services.quotes import Wish
from tests.factories.promotions import PEPPER, make_coupon
from tests.factories.scripted import DECLINED, SCA, SLOW, VISA, ScriptedPayments
from tests.factories.times import DAY, MINUTE
from tests.factories.viewers import staff
from tests.factories.weekend import make_weekend
from tests.factories.world import make_world
from tests.fixtures.acts import Acts
from tests.fixtures.isolation import IsolatedSessions
from tests.fixtures.shop import worker_of

LIVE = Environment.LIVE
CONVERSION = models.AffiliateConversion
MEI = Customer("Mei Wong", "mei@example.com", "+852 1234 5678")
UNITS = 6
USES = 3
CALLS = (
    "create_payment",
    "confirm_payment",
    "cancel_payment",
    "refund",
    "transfer",
    "reverse_transfer",
    "pay_out",
)
JOBS = {
    "resume": checkouts.resume,
    "expire": checkouts.expire,
    "release holds": reservations.expire,
    "news": payments.process_events,
    "refund": refunds.execute,
    "make due": promotions.make_due,
    "transfer": transfers.release,
    "close": payouts.close_period,
    "pay out": payouts.execute,
}
UNDECIDED = (PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_ACTION)
NTH = st.integers(0, 20)


class KilledError(BaseException):
    """What nobody catches: the process is gone."""


@dataclasses.dataclass
class DeadlyPayments(ScriptedPayments):
    """A provider in the middle of whose calls a process is killed."""

    kills: dict[str, set[str]] = dataclasses.field(default_factory=lambda: {"before": set(), "after": set()})

    def _do(self, name: str, key: str, act: Any) -> Any:
        self._kill("before", name)
        answer = super()._do(name, key, act)
        self._kill("after", name)
        return answer

    def _kill(self, when: str, name: str) -> None:
        if name in self.kills[when]:
            self.kills[when].discard(name)
            raise KilledError


class MoneyStories(RuleBasedStateMachine):
    """Six weekends, a coupon of three uses, the link of an affiliate, and a clock that moves on."""

    url: str

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.ids: list[Any] = []
        self.run(self._begin())

    async def _begin(self) -> None:
        self.engine = create_engine(self.url, pool_size=1)
        self.connection = await self.engine.connect()
        self.transaction = await self.connection.begin()
        self.acts = Acts(IsolatedSessions(self.connection))
        self.provider = DeadlyPayments(lambda: self.acts.now)
        self.worker = worker_of(self.acts, self.provider)
        async with self.acts.work() as uow:
            self.weekend = await make_weekend(uow.session, await make_world(uow.session), units=UNITS)
            self.coupon = await make_coupon(uow.session, None, usage_limit=USES)

    def teardown(self) -> None:
        if hasattr(self, "coupon"):
            try:
                self.run(self._settle())
            finally:
                self.run(self._end())
                self.runner.close()

    async def _end(self) -> None:
        await self.transaction.rollback()
        await self.connection.close()
        await self.engine.dispose()

    def run(self, act: Any) -> Any:
        return self.runner.run(act)

    async def _rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        return list(await self.acts.rows(select(model).where(*conditions).order_by(model.id)))

    async def _survives(self, act: Any) -> None:
        """Do an act, in the middle of which its process may be killed."""
        with suppress(KilledError, GatewayError, Refused):
            await act

    # What happens

    @rule(
        units=st.integers(1, 3),
        card=st.sampled_from([VISA, SLOW, SCA, DECLINED]),
        has_coupon=st.booleans(),
        has_link=st.booleans(),
    )
    def buy(self, units: int, card: str, has_coupon: bool, has_link: bool) -> None:  # noqa: FBT001 - Hypothesis passes them by name
        click = clicks.token_of(clicks.key_of(PEPPER), self.weekend.link.id, self.acts.now)
        wish = Wish(
            package_id=self.weekend.package.id,
            date=None,
            party={CustomerType.ADULT: units},
            coupon_code=self.coupon.code if has_coupon else None,
            click_token=click if has_link else None,
        )
        self.run(self._survives(self._buy(wish, card)))

    async def _buy(self, wish: Wish, card: str) -> None:
        now = self.acts.now
        async with self.acts.work() as uow:
            priced = await quotes.price(uow.session, ANONYMOUS, wish, now=now)
            made = await quotes.preview(
                uow.session, ANONYMOUS, priced, fee_bps=DEFAULT_FEE_BPS, pepper=PEPPER, now=now
            )
            quote = quotes.keep(uow, ANONYMOUS, priced, made, now=now)
        async with self.acts.work() as uow:
            checkout, _ = await checkout_services.open_checkout(
                uow,
                ANONYMOUS,
                quote_id=quote.id,
                package_id=None,
                customer=MEI,
                locale="en",
                fee_bps=DEFAULT_FEE_BPS,
                pepper=PEPPER,
                idempotency=None,
                now=now,
            )
        await self._pay(checkout.id, card)

    @rule(nth=NTH, card=st.sampled_from([VISA, SLOW, DECLINED]))
    def pay_again(self, nth: int, card: str) -> None:
        found = self.run(self._rows(models.Checkout, models.Checkout.status.in_(OPEN)))
        if found:
            self.run(self._survives(self._pay(found[nth % len(found)].id, card)))

    async def _pay(self, checkout_id: Any, card: str) -> None:
        async with self.acts.work() as uow:
            found = await uow.session.get_one(models.Checkout, checkout_id)
            checkout, payment = await checkout_services.locked_again(uow, found)
            checkout_services.check_live(checkout, self.acts.now)
            asked = await paying.begin(
                uow, checkout, payment, payment_method=card, return_url=None, now=self.acts.now
            )
        told = await paying.ask(self.provider, asked)
        async with self.acts.work() as uow:
            await paying.note(uow, told, seal=None, entropy=secrets.token_bytes, now=self.acts.now)

    @rule(nth=NTH, is_paid=st.booleans(), times=st.integers(0, 2))
    def decide(self, nth: int, is_paid: bool, times: int) -> None:  # noqa: FBT001 - Hypothesis passes them by name
        """A bank decides on a payment; the news come twice, once, or never."""
        undecided = [each for each in self.provider.payments.values() if each.status in UNDECIDED]
        if undecided:
            payment = undecided[nth % len(undecided)]
            status = PaymentStatus.SUCCEEDED if is_paid else PaymentStatus.REQUIRES_PAYMENT_METHOD
            news = self.provider.decide(payment.id, status)
            for _ in range(times):
                self.run(self._receive(dataclasses.replace(news, id=f"evt_{payment.id}_{len(self.ids)}")))
            self.ids.append(payment.id)

    async def _receive(self, news: Any) -> None:
        await provider_events.receive(
            self.acts.sessions,
            news,
            environment=LIVE,
            is_wanted=payment_events.is_wanted(news.type),
            now=self.acts.now,
        )

    @rule(name=st.sampled_from(CALLS), how=st.sampled_from(["fail_before", "fail_after", "before", "after"]))
    def trouble(self, name: str, how: str) -> None:
        """The next call of a kind is lost before or after its effect, or its process is killed there."""
        if how.startswith("fail"):
            getattr(self.provider, how)[name] = 1
        else:
            self.provider.kills[how].add(name)

    @rule(name=st.sampled_from(sorted(JOBS)))
    def work(self, name: str) -> None:
        self.run(self._survives(JOBS[name](self.worker)))

    @rule(by=st.sampled_from([MINUTE, 20 * MINUTE, 40 * MINUTE, DAY, 8 * DAY]))
    def wait(self, by: dt.timedelta) -> None:
        self.acts.later(by)

    @rule(nth=NTH, tickets=st.integers(1, 3))
    def cancel(self, nth: int, tickets: int) -> None:
        found = self.run(self._rows(models.Checkout, models.Checkout.status == CheckoutStatus.PAID))
        if found:
            self.run(self._survives(self._cancel(found[nth % len(found)], tickets)))

    async def _cancel(self, checkout: models.Checkout, tickets: int) -> None:
        ticket = models.Ticket
        left = await self._rows(ticket, ticket.booking_id == checkout.booking_id, ticket.status == "ISSUED")
        async with self.acts.work() as uow:
            await cancellations.cancel_booking(
                uow,
                staff(),
                checkout_id=checkout.id,
                booking_id=None,
                ticket_codes=[each.code for each in left[:tickets]] or None,
                reason=None,
                idempotency=None,
                now=self.acts.now,
            )

    @rule(nth=NTH, is_approved=st.booleans())
    def review(self, nth: int, is_approved: bool) -> None:  # noqa: FBT001 - Hypothesis passes them by name
        """Somebody decides on a commission that is held: the same buyer bought twice on one day."""
        found = self.run(self._rows(CONVERSION, CONVERSION.status == ConversionStatus.HELD))
        if found:
            self.run(self._survives(self._review(found[nth % len(found)].id, is_approved=is_approved)))

    async def _review(self, conversion_id: Any, *, is_approved: bool) -> None:
        async with self.acts.work() as uow:
            await conversions.review_conversion(
                uow, staff(), conversion_id=conversion_id, is_approved=is_approved, now=self.acts.now
            )

    @rule(nth=NTH, status=st.sampled_from([PayoutStatus.PAID, PayoutStatus.FAILED]))
    def arrive(self, nth: int, status: PayoutStatus) -> None:
        """A payout arrives at a bank, or comes back from it."""
        on_its_way = [
            each for each in self.provider.payouts.values() if each.status is PayoutStatus.IN_TRANSIT
        ]
        if on_its_way:
            self.provider.end_payout(on_its_way[nth % len(on_its_way)].id, status)

    # What must be true after every step

    @invariant()
    def the_books_are_whole(self) -> None:
        if hasattr(self, "coupon"):
            self.run(self._check_books())

    async def _check_books(self) -> None:
        unbalanced = (
            select(models.Posting.entry_id)
            .group_by(models.Posting.entry_id)
            .having(func.sum(models.Posting.amount_minor) != 0)
        )
        assert await self.acts.rows(unbalanced) == []
        assert await self.acts.drift() == ([], [])
        legs: dict[Any, list[Any]] = {}
        for leg in await self._rows(models.CheckoutLeg):
            legs.setdefault(leg.checkout_id, []).append(leg)
        going_back: dict[Any, int] = {}
        for refund in await self._rows(models.Refund):
            going_back[refund.checkout_id] = going_back.get(refund.checkout_id, 0) + refund.amount_minor
        for checkout in await self._rows(models.Checkout):
            own = legs[checkout.id]
            assert sum(leg.amount_minor for leg in own) == checkout.total_minor
            assert sum(leg.refunded_minor for leg in own) == checkout.refunded_minor
            assert going_back.get(checkout.id, 0) == checkout.refunded_minor <= checkout.total_minor
        coupon = (await self._rows(models.Coupon))[0]
        uses = await self._rows(models.CouponRedemption)
        # What was released is taken off the counter by the next use.
        assert coupon.counted == sum(each.is_counted for each in uses) <= USES
        assert all(each.is_counted for each in uses if each.status is not RedemptionStatus.RELEASED)
        pool = (await self._rows(models.Allotment, models.Allotment.id == self.weekend.pool.id))[0]
        assert 0 <= pool.held + pool.sold <= UNITS

    # What must be true in the end

    async def _settle(self) -> None:
        """Let everything have its time and no more trouble; then both sides say the same."""
        self.provider.kills = {"before": set(), "after": set()}
        self.provider.fail_before.clear()
        self.provider.fail_after.clear()
        for payment in list(self.provider.payments.values()):
            if payment.status in UNDECIDED:
                self.provider.decide(payment.id, PaymentStatus.SUCCEEDED)
        for pause in (2 * MINUTE, 30 * MINUTE, 2 * DAY, 8 * DAY, 8 * DAY):
            self.acts.later(pause)
            for job in JOBS.values():
                await job(self.worker)
        await self._check_books()
        assert await self._rows(models.Checkout, models.Checkout.status.in_(OPEN)) == []
        assert await self._rows(models.Refund, models.Refund.status != RefundStatus.SUCCEEDED) == []
        await self._check_payments()
        await self._check_balances()

    async def _check_payments(self) -> None:
        """Every payment that was taken is a booking or was given back, and none was taken twice."""
        kept = {each.id: each for each in await self._rows(models.Checkout)}
        ours = {each.provider_id: each for each in await self._rows(models.Payment)}
        taken = [each for each in self.provider.payments.values() if each.received_minor]
        for payment in taken:
            own = ours[payment.id]
            checkout = kept[own.checkout_id]
            assert checkout.status in (CheckoutStatus.PAID, CheckoutStatus.COMPENSATED)
            assert (payment.received_minor, payment.refunded_minor) == (
                checkout.total_minor,
                checkout.refunded_minor,
            )
            assert own.refunded_minor == checkout.refunded_minor
            assert (checkout.booking_id is None) == (checkout.status is CheckoutStatus.COMPENSATED)
        sold = [
            each for each in kept.values() if each.status in (CheckoutStatus.PAID, CheckoutStatus.COMPENSATED)
        ]
        assert len(taken) == len(sold)

    async def _check_balances(self) -> None:
        """What each payee can be paid is what the provider has on its account, and all of it what the provider has."""
        account, posting = models.LedgerAccount, models.Posting
        sums = (
            select(account.kind, account.partner_id, account.affiliate_id, func.sum(posting.amount_minor))
            .join(posting, posting.account_id == account.id)
            .group_by(account.id)
        )
        held = await self._rows(CONVERSION, CONVERSION.status == ConversionStatus.HELD)
        cash, available = 0, {}
        async with self.acts.sessions.read() as session:
            for kind, partner_id, affiliate_id, debit in await session.execute(sums):
                if kind.value == "PROVIDER_CASH":
                    cash = int(debit)
                elif kind.value.endswith("AVAILABLE"):
                    available[partner_id or affiliate_id] = -int(debit)
                elif kind.value == "AFFILIATE_PENDING":
                    assert -int(debit) == sum(each.owed_minor for each in held)
                elif kind.value == "PARTNER_PENDING":
                    assert int(debit) == 0
        at_provider = self.provider.balance_of(None).get("EUR", 0)
        for each in self.weekend.accounts.values():
            balance = self.provider.balance_of(each.provider_id).get("EUR", 0)
            assert available.get(each.partner_id or each.affiliate_id, 0) == balance
            at_provider += balance
        assert cash == at_provider


async def test_no_story_breaks_the_books_of_money(database_url):
    MoneyStories.url = database_url
    await asyncio.to_thread(
        run_state_machine_as_test,
        MoneyStories,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
