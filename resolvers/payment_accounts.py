"""Payees' accounts at the payment provider."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import payment_accounts as queries
from db.questions import Asked
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.ids import local_id
from domain.payment_accounts import PartnerNotVerified, ProviderError
from domain.payments import AccountStatus
from permissions.visibility import visible_payment_accounts
from resolvers.context import Info
from resolvers.refusals import answers
from services import payment_accounts
from services.payment_accounts import ConnectOnboarding


@strawberry.input(description="The partner that wants to be paid.")
class StartConnectOnboardingInput:
    partner_id: strawberry.ID


@strawberry.input(description="What the payment provider has to know of the caller as an affiliate.")
class StartAffiliateOnboardingInput:
    country: str = strawberry.field(
        description="Where the caller lives, by ISO 3166-1: `IT`. It stays as it was told first."
    )


def accounts(
    info: Info,
    *,
    status: AccountStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PaymentAccount]]:
    """Accounts at the payment provider, newest first."""
    return queries.page_accounts(
        visible=visible_payment_accounts(info.context.viewer),
        window=Window(first, after, last, before),
        status=status,
    )


@answers(NotFound, Forbidden, InvalidInput, PartnerNotVerified, ProviderError)
async def start_connect_onboarding(info: Info, input: StartConnectOnboardingInput) -> ConnectOnboarding:
    """Open a partner's account at the payment provider, once, and get where its questions are answered."""
    context = info.context
    return await payment_accounts.start_onboarding(
        context.unit_of_work,
        context.viewer,
        context.provider(),
        partner_id=local_id("Partner", input.partner_id),
        public_url=context.public_url,
        clock=context.clock,
    )


@answers(NotFound, InvalidInput, ProviderError)
async def start_affiliate_onboarding(info: Info, input: StartAffiliateOnboardingInput) -> ConnectOnboarding:
    """Open the caller's own account as an affiliate, once, and get where the provider's questions are answered."""
    context = info.context
    return await payment_accounts.start_affiliate_onboarding(
        context.unit_of_work,
        context.viewer,
        context.provider(),
        country=input.country,
        public_url=context.public_url,
        clock=context.clock,
    )
