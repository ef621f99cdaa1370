"""Accounts at the payment provider: who can be paid."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import payment_accounts
from domain.environments import Environment
from domain.payments import AccountStatus
from domain.payouts import PayoutInterval
from permissions.viewer import Scope
from resolvers import payment_accounts as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import Forbidden, InvalidInput, NotFound, Refusal, refuses
from schema.sources import related, represents, resolved_by
from services.payment_accounts import ConnectOnboarding as Onboarding


@refuses(payment_accounts.PartnerNotVerified)
class PartnerNotVerified(Refusal):
    partner_id: strawberry.ID


@refuses(payment_accounts.ProviderError)
class ProviderError(Refusal):
    reason: str = strawberry.field(description="`unavailable`, or the provider's code.")
    is_temporary: bool = strawberry.field(description="Whether the same call may pass in a moment.")


@strawberry.type(description="A payee's account at the payment provider, one an environment.")
class PaymentAccount(Node):
    is_type_of = represents(models.PaymentAccount)

    environment: Environment
    status: AccountStatus
    missing: list[str] = strawberry.field(description="What the provider still asks for, in its words.")
    payout_interval: PayoutInterval
    partner: Partner | None = related(models.PaymentAccount.partner)
    created_at: dt.datetime
    checked_at: dt.datetime | None = strawberry.field(description="As of when the provider says so.")


@strawberry.type(description="Where a payee answers the questions of the payment provider.")
class ConnectOnboarding:
    is_type_of = represents(Onboarding)

    payment_account: PaymentAccount
    url: str = strawberry.field(
        description="The provider's form: for minutes, and once. Whoever has it answers for the payee."
    )


StartConnectOnboardingPayload = Annotated[
    ConnectOnboarding | NotFound | Forbidden | InvalidInput | PartnerNotVerified | ProviderError,
    strawberry.union("StartConnectOnboardingPayload"),
]

StartAffiliateOnboardingPayload = Annotated[
    ConnectOnboarding | NotFound | InvalidInput | ProviderError,
    strawberry.union("StartAffiliateOnboardingPayload"),
]


@strawberry.type
class PaymentAccountQuery:
    payment_accounts: Connection[PaymentAccount] = resolved_by(resolve.accounts, scope=Scope.READ_FINANCE)


@strawberry.type
class PaymentAccountMutation:
    start_connect_onboarding: StartConnectOnboardingPayload = resolved_by(
        resolve.start_connect_onboarding, scope=Scope.MANAGE_PAYOUTS
    )
    start_affiliate_onboarding: StartAffiliateOnboardingPayload = resolved_by(
        resolve.start_affiliate_onboarding, scope=Scope.REGISTER
    )
