"""A payment provider in memory: what it is told it does, and the same key does nothing a second time."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from domain import payments as provider
from domain.errors import GatewayError, Refused
from domain.money import Money
from domain.payments import PaymentRefused
from tests.factories.times import NOW

T = TypeVar("T")
VENDOR = "memory"


@dataclass
class MemoryPayments:
    """Fits the port `Payments`. `fail_before` and `fail_after` fail the next calls of a name, before or after the
    effect; `refuse` refuses them for good.
    """

    clock: Callable[[], dt.datetime] = lambda: NOW
    accounts: dict[str, provider.ProviderAccount] = field(default_factory=dict)
    payments: dict[str, provider.ProviderPayment] = field(default_factory=dict)
    refunds: dict[str, provider.ProviderRefund] = field(default_factory=dict)
    transfers: dict[str, provider.ProviderTransfer] = field(default_factory=dict)
    charge_of_transfer: dict[str, str] = field(default_factory=dict)
    reversals: dict[str, provider.ProviderReversal] = field(default_factory=dict)
    payouts: dict[str, provider.ProviderPayout] = field(default_factory=dict)
    disputes: dict[str, provider.ProviderDispute] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    """By key: what was answered."""
    calls: list[str] = field(default_factory=list)
    fail_before: dict[str, int] = field(default_factory=dict)
    fail_after: dict[str, int] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    """Name of the call -> the code of every refusal, until it is taken out."""

    def _do(self, name: str, key: str, act: Callable[[], T]) -> T:
        self.calls.append(name)
        if self.fail_before.get(name, 0) > 0:
            self.fail_before[name] -= 1
            raise GatewayError(VENDOR, name, retryable=True)
        if key not in self.answers:
            if name in self.refuse:
                raise Refused(PaymentRefused(self.refuse[name]))
            self.answers[key] = act()
        if self.fail_after.get(name, 0) > 0:
            self.fail_after[name] -= 1
            raise GatewayError(VENDOR, name, retryable=True)
        answer: T = self.answers[key]
        return answer

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{len(self.answers) + 1:04}"

    async def create_account(self, wish: provider.AccountWish, *, key: str) -> provider.ProviderAccount:
        def act() -> provider.ProviderAccount:
            account = provider.ProviderAccount(
                self._id("acct"), provider.AccountStatus.PENDING, metadata=wish.metadata
            )
            self.accounts[account.id] = account
            return account

        return self._do("create_account", key, act)

    async def account(self, account_id: str) -> provider.ProviderAccount:
        return self.accounts[account_id]

    async def account_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        return f"https://provider.example/{account_id}?{return_url}&{refresh_url}"

    async def create_payment(self, wish: provider.PaymentWish, *, key: str) -> provider.ProviderPayment:
        def act() -> provider.ProviderPayment:
            payment_id = self._id("pi")
            payment = provider.ProviderPayment(
                payment_id,
                provider.PaymentStatus.SUCCEEDED,
                wish.amount,
                received_minor=wish.amount.minor,
                refunded_minor=0,
                created_at=self.clock(),
                charge_id=f"ch_{payment_id}",
                metadata=wish.metadata,
            )
            self.payments[payment.id] = payment
            return payment

        return self._do("create_payment", key, act)

    async def payment(self, payment_id: str) -> provider.ProviderPayment:
        return self.payments[payment_id]

    async def confirm_payment(
        self, payment_id: str, *, payment_method: str, return_url: str | None, key: str
    ) -> provider.ProviderPayment:
        assert payment_method
        assert return_url is None or return_url.startswith("http")
        return self._do("confirm_payment", key, lambda: self.payments[payment_id])

    async def cancel_payment(self, payment_id: str, *, key: str) -> provider.ProviderPayment:
        def act() -> provider.ProviderPayment:
            payment = replace(self.payments[payment_id], status=provider.PaymentStatus.CANCELED)
            self.payments[payment_id] = payment
            return payment

        return self._do("cancel_payment", key, act)

    async def refund(
        self, payment_id: str, amount: Money, *, metadata: dict[str, str], key: str
    ) -> provider.ProviderRefund:
        def act() -> provider.ProviderRefund:
            payment = self.payments[payment_id]
            if payment.refunded_minor + amount.minor > payment.received_minor:
                raise Refused(PaymentRefused("charge_already_refunded"))
            self.payments[payment_id] = replace(payment, refunded_minor=payment.refunded_minor + amount.minor)
            refund = provider.ProviderRefund(
                self._id("re"),
                payment_id,
                provider.RefundStatus.SUCCEEDED,
                amount,
                self.clock(),
                metadata=metadata,
            )
            self.refunds[refund.id] = refund
            return refund

        return self._do("refund", key, act)

    async def transfer(
        self,
        account_id: str,
        amount: Money,
        *,
        charge_id: str,
        group: str,
        metadata: dict[str, str],
        key: str,
    ) -> provider.ProviderTransfer:
        def act() -> provider.ProviderTransfer:
            charged = next(each for each in self.payments.values() if each.charge_id == charge_id)
            out = sum(
                self.transfers[each].amount.minor
                for each, charge in self.charge_of_transfer.items()
                if charge == charge_id
            )
            if out + amount.minor > charged.received_minor:
                raise Refused(PaymentRefused("transfer_source_balance_parameters_mismatch"))
            transfer = provider.ProviderTransfer(
                self._id("tr"), account_id, amount, 0, self.clock(), group, metadata
            )
            self.transfers[transfer.id] = transfer
            self.charge_of_transfer[transfer.id] = charge_id
            return transfer

        return self._do("transfer", key, act)

    async def reverse_transfer(
        self, transfer_id: str, amount: Money, *, key: str
    ) -> provider.ProviderReversal:
        def act() -> provider.ProviderReversal:
            transfer = self.transfers[transfer_id]
            if transfer.reversed_minor + amount.minor > transfer.amount.minor:
                raise Refused(PaymentRefused("transfer_reversal_too_large"))
            self.transfers[transfer_id] = replace(
                transfer, reversed_minor=transfer.reversed_minor + amount.minor
            )
            reversal = provider.ProviderReversal(self._id("trr"), transfer_id, amount, self.clock())
            self.reversals[reversal.id] = reversal
            return reversal

        return self._do("reverse_transfer", key, act)

    async def pay_out(
        self, account_id: str, amount: Money, *, metadata: dict[str, str], key: str
    ) -> provider.ProviderPayout:
        def act() -> provider.ProviderPayout:
            there = self.balance_of(account_id).get(amount.currency, 0)
            if amount.minor > there:
                raise Refused(PaymentRefused("balance_insufficient"))
            payout = provider.ProviderPayout(
                self._id("po"),
                account_id,
                provider.PayoutStatus.IN_TRANSIT,
                amount,
                self.clock(),
                metadata=metadata,
            )
            self.payouts[payout.id] = payout
            return payout

        return self._do("pay_out", key, act)

    async def payout(self, account_id: str, payout_id: str) -> provider.ProviderPayout:
        assert self.payouts[payout_id].account_id == account_id
        return self.payouts[payout_id]

    def end_payout(self, payout_id: str, status: provider.PayoutStatus, reason: str | None = None) -> None:
        """Let a payout end at the bank."""
        self.payouts[payout_id] = replace(self.payouts[payout_id], status=status, failure_reason=reason)

    def balance_of(self, account_id: str | None) -> dict[str, int]:
        """Return what an account has by currency; the platform's own for None."""
        found: dict[str, int] = {}

        def add(currency: str, minor: int) -> None:
            found[currency] = found.get(currency, 0) + minor

        if account_id is None:
            for payment in self.payments.values():
                add(payment.amount.currency, payment.received_minor - payment.refunded_minor)
        for transfer in self.transfers.values():
            kept = transfer.amount.minor - transfer.reversed_minor
            if account_id is None:
                add(transfer.amount.currency, -kept)
            elif transfer.account_id == account_id:
                add(transfer.amount.currency, kept)
        back = {provider.PayoutStatus.FAILED, provider.PayoutStatus.CANCELED}
        for payout in self.payouts.values():
            if payout.account_id == account_id and payout.status not in back:
                add(payout.amount.currency, -payout.amount.minor)
        return found

    async def balance(self, account_id: str | None = None) -> dict[str, int]:
        return self.balance_of(account_id)

    async def list_payments(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[provider.ProviderPayment]:
        for each in list(self.payments.values()):
            if since <= each.created_at < until:
                yield each

    async def list_refunds(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[provider.ProviderRefund]:
        for each in list(self.refunds.values()):
            if since <= each.created_at < until:
                yield each

    async def list_transfers(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[provider.ProviderTransfer]:
        for each in list(self.transfers.values()):
            if since <= each.created_at < until:
                yield each

    async def list_payouts(
        self, account_id: str, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[provider.ProviderPayout]:
        for each in list(self.payouts.values()):
            if each.account_id == account_id and since <= each.created_at < until:
                yield each

    async def dispute(self, dispute_id: str) -> provider.ProviderDispute:
        return self.disputes[dispute_id]

    async def refund_of(self, refund_id: str) -> provider.ProviderRefund:
        return self.refunds[refund_id]

    def event_of(self, body: bytes, signature: str, *, now: dt.datetime) -> provider.ProviderEvent | None:
        raise NotImplementedError
