"""The port `Payments` on Stripe: separate charges and transfers, accounts of /v2."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any

import stripe

from domain.environments import Environment
from domain.money import Money
from domain.payments import (
    AccountWish,
    PaymentWish,
    ProviderAccount,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    ProviderReversal,
    ProviderTransfer,
)
from integrations.stripe import reading
from integrations.stripe.errors import asked, failure_of, payment_of
from integrations.stripe.http_client import KeptConnections
from integrations.stripe.signatures import event_of, is_signed

RETRIES = 2
CONNECT_SECONDS = 5.0
CALL_SECONDS = 20.0
"""Of one try; a call has three with pauses of at most a second: less than a job has."""
PAGE = 100
INCLUDED = ["configuration.recipient", "requirements"]
CHARGED = ["latest_charge"]
BALANCED = "latest_charge.balance_transaction"
"""What tells the fee. Charges are captured asynchronously: without it for a while, so only lists ask for it."""
RECEIVES = {"stripe_balance": {"stripe_transfers": {"requested": True}}}

# The platform's own measurements of us; they would write a file into the home directory, too.
stripe.enable_telemetry = False


def open_connections() -> KeptConnections:
    """Open what all environments of a process call through; `close_async` ends it."""
    return KeptConnections(connect_seconds=CONNECT_SECONDS, call_seconds=CALL_SECONDS)


class StripePayments:
    """The `Payments` of one environment: its key is one of Stripe's two worlds."""

    def __init__(
        self,
        environment: Environment,
        *,
        key: str,
        webhook_secrets: Sequence[str],
        connections: KeptConnections,
        api_base: str = "",
        retries: int = RETRIES,
    ) -> None:
        """`webhook_secrets`: newest first, several while one is rotated. `api_base`: Stripe's own where empty."""
        addresses: dict[str, Any] = {}
        if api_base:
            addresses = dict.fromkeys(("api", "connect", "files", "meter_events"), api_base)
        client = stripe.StripeClient(
            key,
            base_addresses=addresses,  # type: ignore[arg-type] # a TypedDict of these names
            http_client=connections,
            max_network_retries=retries,
        )
        self._v1 = client.v1
        self._v2 = client.v2
        self._environment = environment
        self._secrets = tuple(webhook_secrets)

    async def create_account(self, wish: AccountWish, *, key: str) -> ProviderAccount:
        """See `Payments.create_account`. We say when it is paid out, and answer for its losses (A-18)."""
        asks: Any = {
            "display_name": wish.name,
            "contact_email": wish.email,
            "dashboard": "express",
            "identity": {"country": wish.country.lower()},
            "configuration": {"recipient": {"capabilities": RECEIVES}},
            "defaults": {
                "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
            },
            "metadata": dict(wish.metadata),
            "include": INCLUDED,
        }
        said = await asked(self._v2.core.accounts.create_async(asks, {"idempotency_key": key}))
        await asked(
            self._v1.balance_settings.update_async(
                {"payments": {"payouts": {"schedule": {"interval": "manual"}}}},
                {"stripe_account": said.id, "idempotency_key": f"{key}:schedule"},
            )
        )
        return reading.account(said)

    async def account(self, account_id: str) -> ProviderAccount:
        """See `Payments.account`."""
        include: Any = {"include": INCLUDED}
        return reading.account(await asked(self._v2.core.accounts.retrieve_async(account_id, include)))

    async def account_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """See `Payments.account_link`."""
        link = await asked(
            self._v2.core.account_links.create_async(
                {
                    "account": account_id,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {"return_url": return_url, "refresh_url": refresh_url},
                    },
                }
            )
        )
        return link.url

    async def create_payment(self, wish: PaymentWish, *, key: str) -> ProviderPayment:
        """See `Payments.create_payment`."""
        asks: Any = {
            **_amount(wish.amount),
            "transfer_group": wish.group,
            "description": wish.description,
            "metadata": dict(wish.metadata),
            # Ways to pay that lead away need an address to come back to.
            "automatic_payment_methods": {
                "enabled": True,
                "allow_redirects": "never" if wish.payment_method and not wish.return_url else "always",
            },
        }
        if wish.receipt_email:
            asks["receipt_email"] = wish.receipt_email
        if wish.payment_method:
            asks |= _confirmation(wish.payment_method, wish.return_url)
        made = self._v1.payment_intents.create_async(asks, {"idempotency_key": key})
        return await _paid(made)

    async def payment(self, payment_id: str) -> ProviderPayment:
        """See `Payments.payment`."""
        found = self._v1.payment_intents.retrieve_async(payment_id, {"expand": CHARGED})
        return reading.payment(await asked(found))

    async def confirm_payment(
        self, payment_id: str, *, payment_method: str, return_url: str | None, key: str
    ) -> ProviderPayment:
        """See `Payments.confirm_payment`."""
        asks: Any = _confirmation(payment_method, return_url)
        del asks["confirm"]
        return await _paid(self._v1.payment_intents.confirm_async(payment_id, asks, {"idempotency_key": key}))

    async def cancel_payment(self, payment_id: str, *, key: str) -> ProviderPayment:
        """See `Payments.cancel_payment`."""
        canceled = self._v1.payment_intents.cancel_async(payment_id, {}, {"idempotency_key": key})
        return reading.payment(await asked(canceled))

    async def refund(
        self, payment_id: str, amount: Money, *, metadata: Mapping[str, str], key: str
    ) -> ProviderRefund:
        """See `Payments.refund`. Transfers stay as they are: those are reversed one by one."""
        made = self._v1.refunds.create_async(
            {"payment_intent": payment_id, "amount": amount.minor, "metadata": dict(metadata)},
            {"idempotency_key": key},
        )
        return reading.refund(await asked(made))

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """See `Payments.refund_of`."""
        return reading.refund(await asked(self._v1.refunds.retrieve_async(refund_id)))

    async def transfer(
        self,
        account_id: str,
        amount: Money,
        *,
        charge_id: str,
        group: str,
        metadata: Mapping[str, str],
        key: str,
    ) -> ProviderTransfer:
        """See `Payments.transfer`. `source_transaction`: it waits for the charge's money, and never exceeds it."""
        made = self._v1.transfers.create_async(
            {
                "amount": amount.minor,
                "currency": amount.currency.lower(),
                "destination": account_id,
                "source_transaction": charge_id,
                "transfer_group": group,
                "metadata": dict(metadata),
            },
            {"idempotency_key": key},
        )
        return reading.transfer(await asked(made))

    async def reverse_transfer(self, transfer_id: str, amount: Money, *, key: str) -> ProviderReversal:
        """See `Payments.reverse_transfer`."""
        made = self._v1.transfers.reversals.create_async(
            transfer_id, {"amount": amount.minor}, {"idempotency_key": key}
        )
        return reading.reversal(await asked(made))

    async def pay_out(
        self, account_id: str, amount: Money, *, metadata: Mapping[str, str], key: str
    ) -> ProviderPayout:
        """See `Payments.pay_out`."""
        made = self._v1.payouts.create_async(
            {"amount": amount.minor, "currency": amount.currency.lower(), "metadata": dict(metadata)},
            {"stripe_account": account_id, "idempotency_key": key},
        )
        return reading.payout(await asked(made), account_id)

    async def payout(self, account_id: str, payout_id: str) -> ProviderPayout:
        """See `Payments.payout`."""
        found = self._v1.payouts.retrieve_async(payout_id, {}, {"stripe_account": account_id})
        return reading.payout(await asked(found), account_id)

    async def dispute(self, dispute_id: str) -> ProviderDispute:
        """See `Payments.dispute`."""
        return reading.dispute(await asked(self._v1.disputes.retrieve_async(dispute_id)))

    async def balance(self, account_id: str | None = None) -> dict[str, int]:
        """See `Payments.balance`."""
        said = await asked(self._v1.balance.retrieve_async({}, _at(account_id)))
        sums: dict[str, int] = {}
        each: Any
        for each in [*said.available, *said.pending]:
            currency = each.currency.upper()
            sums[currency] = sums.get(currency, 0) + each.amount
        return sums

    async def list_payments(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[ProviderPayment]:
        """See `Payments.list_payments`."""
        asks: Any = {**_between(since, until), "expand": [f"data.{BALANCED}"]}
        async for said in _all(self._v1.payment_intents.list_async(asks)):
            yield reading.payment(said)

    async def list_refunds(self, *, since: dt.datetime, until: dt.datetime) -> AsyncIterator[ProviderRefund]:
        """See `Payments.list_refunds`."""
        async for said in _all(self._v1.refunds.list_async(_between(since, until))):
            yield reading.refund(said)

    async def list_transfers(
        self, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[ProviderTransfer]:
        """See `Payments.list_transfers`."""
        async for said in _all(self._v1.transfers.list_async(_between(since, until))):
            yield reading.transfer(said)

    async def list_payouts(
        self, account_id: str, *, since: dt.datetime, until: dt.datetime
    ) -> AsyncIterator[ProviderPayout]:
        """See `Payments.list_payouts`."""
        async for said in _all(self._v1.payouts.list_async(_between(since, until), _at(account_id))):
            yield reading.payout(said, account_id)

    def event_of(self, body: bytes, signature: str, *, now: dt.datetime) -> ProviderEvent | None:
        """See `Payments.event_of`. What is of the other world is none of ours, whoever signed it."""
        if not is_signed(body, signature, self._secrets, now=now):
            return None
        event = event_of(body)
        is_ours = event is not None and event.is_live == (self._environment is Environment.LIVE)
        return event if is_ours else None


async def _paid(call: Awaitable[stripe.PaymentIntent]) -> ProviderPayment:
    """Return a payment that was tried; a declined card is in it."""
    try:
        return reading.payment(await call)
    except stripe.CardError as declined:
        payment = payment_of(declined)
        if payment is not None:
            return reading.payment(stripe.PaymentIntent.construct_from(payment, None))
        failure = failure_of(declined)
    except stripe.StripeError as problem:
        failure = failure_of(problem)
    raise failure


async def _all(first: Awaitable[Any]) -> AsyncIterator[Any]:
    """Go through a list, page by page. Raises GatewayError."""
    page = await asked(first)
    failure = None
    try:
        async for each in page.auto_paging_iter():
            yield each
    except stripe.StripeError as problem:
        failure = failure_of(problem)
    if failure is not None:
        raise failure


def _amount(amount: Money) -> dict[str, Any]:
    return {"amount": amount.minor, "currency": amount.currency.lower()}


def _confirmation(payment_method: str, return_url: str | None) -> dict[str, Any]:
    back = {"return_url": return_url} if return_url else {}
    return {"payment_method": payment_method, "confirm": True, **back}


def _between(since: dt.datetime, until: dt.datetime) -> Any:
    return {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "limit": PAGE}


def _at(account_id: str | None) -> Any:
    return {"stripe_account": account_id} if account_id else {}
