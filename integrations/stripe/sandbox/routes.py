"""Which function answers which address."""

from collections.abc import Callable
from typing import Final

from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.resources import (
    account_links,
    accounts,
    balances,
    charges,
    core_accounts,
    disputes,
    events,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    transfers,
    webhook_endpoints,
)

Act = Callable[[Call], Answer]

ROUTES: Final[dict[tuple[str, str], Act]] = {
    ("GET", "v1/account"): accounts.own,
    ("POST", "v1/accounts"): accounts.create,
    ("GET", "v1/accounts"): accounts.list_all,
    ("GET", "v1/accounts/{}"): accounts.retrieve,
    ("POST", "v1/accounts/{}"): accounts.update,
    ("DELETE", "v1/accounts/{}"): accounts.delete,
    ("POST", "v1/accounts/{}/reject"): accounts.reject,
    ("POST", "v1/accounts/{}/external_accounts"): accounts.create_external_account,
    ("GET", "v1/accounts/{}/external_accounts"): accounts.list_external_accounts,
    ("POST", "v1/accounts/{}/login_links"): accounts.create_login_link,
    ("POST", "v1/account_links"): account_links.create,
    ("POST", "v1/payment_intents"): payment_intents.create,
    ("GET", "v1/payment_intents"): payment_intents.list_all,
    ("GET", "v1/payment_intents/{}"): payment_intents.retrieve,
    ("POST", "v1/payment_intents/{}"): payment_intents.update,
    ("POST", "v1/payment_intents/{}/confirm"): payment_intents.confirm,
    ("POST", "v1/payment_intents/{}/cancel"): payment_intents.cancel,
    ("POST", "v1/payment_methods"): payment_methods.create,
    ("GET", "v1/payment_methods"): payment_methods.list_all,
    ("GET", "v1/payment_methods/{}"): payment_methods.retrieve,
    ("GET", "v1/charges"): charges.list_all,
    ("GET", "v1/charges/{}"): charges.retrieve,
    ("POST", "v1/charges/{}"): charges.update,
    ("POST", "v1/refunds"): refunds.create,
    ("GET", "v1/refunds"): refunds.list_all,
    ("GET", "v1/refunds/{}"): refunds.retrieve,
    ("POST", "v1/refunds/{}"): refunds.update,
    ("POST", "v1/transfers"): transfers.create,
    ("GET", "v1/transfers"): transfers.list_all,
    ("GET", "v1/transfers/{}"): transfers.retrieve,
    ("POST", "v1/transfers/{}"): transfers.update,
    ("POST", "v1/transfers/{}/reversals"): transfers.reverse,
    ("GET", "v1/transfers/{}/reversals"): transfers.list_reversals,
    ("GET", "v1/transfers/{}/reversals/{}"): transfers.retrieve_reversal,
    ("GET", "v1/balance"): balances.retrieve,
    ("GET", "v1/balance_settings"): balances.settings,
    ("POST", "v1/balance_settings"): balances.settings,
    ("GET", "v1/balance_transactions"): balances.list_transactions,
    ("GET", "v1/balance_transactions/{}"): balances.retrieve_transaction,
    ("POST", "v1/payouts"): payouts.create,
    ("GET", "v1/payouts"): payouts.list_all,
    ("GET", "v1/payouts/{}"): payouts.retrieve,
    ("POST", "v1/payouts/{}"): payouts.update,
    ("POST", "v1/payouts/{}/cancel"): payouts.cancel,
    ("GET", "v1/disputes"): disputes.list_all,
    ("GET", "v1/disputes/{}"): disputes.retrieve,
    ("POST", "v1/disputes/{}"): disputes.update,
    ("POST", "v1/disputes/{}/close"): disputes.close,
    ("GET", "v1/events"): events.list_all,
    ("GET", "v1/events/{}"): events.retrieve,
    ("POST", "v1/webhook_endpoints"): webhook_endpoints.create,
    ("GET", "v1/webhook_endpoints"): webhook_endpoints.list_all,
    ("GET", "v1/webhook_endpoints/{}"): webhook_endpoints.retrieve,
    ("POST", "v1/webhook_endpoints/{}"): webhook_endpoints.update,
    ("DELETE", "v1/webhook_endpoints/{}"): webhook_endpoints.delete,
    ("POST", "v2/core/accounts"): core_accounts.create,
    ("GET", "v2/core/accounts"): core_accounts.list_all,
    ("GET", "v2/core/accounts/{}"): core_accounts.retrieve,
    ("POST", "v2/core/accounts/{}"): core_accounts.update,
    ("POST", "v2/core/accounts/{}/close"): core_accounts.close,
    ("POST", "v2/core/account_links"): account_links.create_core,
    ("GET", "v2/core/events"): events.list_core,
    ("GET", "v2/core/events/{}"): events.retrieve_core,
    ("POST", "v2/core/event_destinations"): webhook_endpoints.create_destination,
    ("GET", "v2/core/event_destinations"): webhook_endpoints.list_destinations,
    ("GET", "v2/core/event_destinations/{}"): webhook_endpoints.retrieve_destination,
    ("DELETE", "v2/core/event_destinations/{}"): webhook_endpoints.delete_destination,
}

PUBLISHABLE: Final = frozenset({
    ("POST", "v1/payment_methods"),
    ("GET", "v1/payment_intents/{}"),
    ("POST", "v1/payment_intents/{}/confirm"),
})  # fmt: skip
"""What a browser may do, with a publishable key and a payment's client secret."""


def resolve(path: str) -> tuple[str, tuple[str, ...]]:
    """Return the pattern of an address, and the ids in it."""
    steps = path[1:].split("/")
    first = 3 if steps[0] == "v2" else 2
    ids = tuple(steps[first::2])
    steps[first::2] = ["{}"] * len(ids)
    return "/".join(steps), ids
