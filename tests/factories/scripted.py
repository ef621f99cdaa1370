"""A payment provider in memory whose cards do what their names say."""

from dataclasses import dataclass, replace
from typing import Any

from domain.errors import Refused
from domain.payments import PaymentRefused, PaymentStatus, PaymentWish, ProviderEvent, ProviderPayment
from tests.factories.payments import MemoryPayments
from tests.factories.times import NOW

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
POOR = "pm_card_chargeDeclinedInsufficientFunds"
SCA = "pm_card_authenticationRequired"
SLOW = "pm_slow"
UNKNOWN = "pm_unknown"
BANK = "https://bank.example/confirm"


@dataclass
class ScriptedPayments(MemoryPayments):
    """`MemoryPayments` with cards that are declined, want the buyer's bank, or take their time."""

    async def create_payment(self, wish: PaymentWish, *, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            payment_id = self._id("pi")
            begun = ProviderPayment(
                payment_id,
                PaymentStatus.REQUIRES_PAYMENT_METHOD,
                wish.amount,
                received_minor=0,
                refunded_minor=0,
                created_at=self.clock(),
                client_secret=f"{payment_id}_secret",
                metadata=wish.metadata,
            )
            return self._paid_with(begun, wish.payment_method)

        made: ProviderPayment = self._do("create_payment", key, act)
        return made

    async def confirm_payment(
        self, payment_id: str, *, payment_method: str, return_url: str | None, key: str
    ) -> ProviderPayment:
        assert return_url is None or return_url.startswith("http")
        made: ProviderPayment = self._do(
            "confirm_payment", key, lambda: self._paid_with(self.payments[payment_id], payment_method)
        )
        return made

    async def cancel_payment(self, payment_id: str, *, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            payment = self.payments[payment_id]
            if payment.status in {PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING}:
                raise Refused(PaymentRefused("payment_intent_unexpected_state"))
            return self._kept(replace(payment, status=PaymentStatus.CANCELED, action_url=None))

        made: ProviderPayment = self._do("cancel_payment", key, act)
        return made

    def decide(self, payment_id: str, status: PaymentStatus) -> ProviderEvent:
        """Let a payment come to something at the bank, and return the news of it."""
        payment = self.payments[payment_id]
        if status is PaymentStatus.SUCCEEDED:
            self._succeeded(payment)
        else:
            failure = PaymentRefused("card_declined", "generic_decline")
            self._kept(replace(payment, status=status, failure=failure, action_url=None))
        return self.news(payment_id)

    def news(self, payment_id: str, event_id: str = "evt_1") -> ProviderEvent:
        """The news of a payment as it is now."""
        payment = self.payments[payment_id]
        name = {
            PaymentStatus.SUCCEEDED: "succeeded",
            PaymentStatus.PROCESSING: "processing",
            PaymentStatus.CANCELED: "canceled",
            PaymentStatus.REQUIRES_ACTION: "requires_action",
        }.get(payment.status, "payment_failed")
        return ProviderEvent(
            event_id,
            f"payment_intent.{name}",
            payment_id,
            NOW,
            account_id=None,
            is_live=True,
            data={"id": payment_id, "metadata": dict(payment.metadata)},
        )

    def _paid_with(self, payment: ProviderPayment, method: str | None) -> ProviderPayment:
        if method is None:
            return self._kept(payment)
        if method == UNKNOWN:
            raise Refused(PaymentRefused("resource_missing"))
        if method in {DECLINED, POOR}:
            why = "insufficient_funds" if method == POOR else "generic_decline"
            return self._kept(replace(payment, failure=PaymentRefused("card_declined", why)))
        if method == SCA:
            return self._kept(replace(payment, status=PaymentStatus.REQUIRES_ACTION, action_url=BANK))
        if method == SLOW:
            return self._kept(replace(payment, status=PaymentStatus.PROCESSING, failure=None))
        return self._succeeded(payment)

    def _succeeded(self, payment: ProviderPayment) -> ProviderPayment:
        return self._kept(
            replace(
                payment,
                status=PaymentStatus.SUCCEEDED,
                received_minor=payment.amount.minor,
                charge_id=f"ch_{payment.id}",
                failure=None,
                action_url=None,
            )
        )

    def _kept(self, payment: ProviderPayment) -> ProviderPayment:
        self.payments[payment.id] = payment
        return payment

    def _do(self, name: str, key: str, act: Any) -> Any:
        # A refusal is an answer, too: the same key is refused the same way.
        kept = self.answers.get(key)
        if isinstance(kept, Refused):
            self.calls.append(name)
            raise kept
        try:
            return super()._do(name, key, act)
        except Refused as refused:
            self.answers[key] = refused
            raise
