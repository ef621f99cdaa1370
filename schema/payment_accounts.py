"""What is said where the payment provider, or a payee's account there, stands in the way."""

import strawberry

from domain import payment_accounts
from schema.refusals import Refusal, refuses


@refuses(payment_accounts.ProviderError)
class ProviderError(Refusal):
    reason: str = strawberry.field(description="`unavailable`, or the provider's code.")
    is_temporary: bool = strawberry.field(description="Whether the same call may pass in a moment.")
