"""Accounts of the sample partners at the payment provider's sandbox, answered for, so that the samples can be paid."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2
from sqlalchemy import select

from db import models
from db.queries import payment_accounts as queries
from db.session import Sessions, create_engine
from db.unit_of_work import UnitOfWork, unit_of_work
from domain.environments import Environment
from domain.partners import MemberRole, slug_of
from integrations.stripe.payments import open_connections
from permissions.viewer import Viewer
from server import samples
from server.payments import payments_of
from server.settings import Settings
from services import payment_accounts
from services.payment_accounts import Units
from services.ports import Payments

BANK_ACCOUNT = "000123456789"
"""One the provider's tests pay out to (docs.stripe.com/connect/testing)."""
ANSWERED_WITHIN = 30.0
"""Seconds; the sandbox has only just been started."""

Clock = Callable[[], dt.datetime]


async def open_accounts(settings: Settings, sandbox_url: str, clock: Clock) -> None:
    """Let every supplier of the samples be paid in both environments; those who can be stay as they are."""
    engine = create_engine(settings.database_url, pool_size=1)
    connections = open_connections()
    sessions = Sessions(engine)

    def units() -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(sessions, lambda: None)

    try:
        async with httpx2.AsyncClient(base_url=sandbox_url, timeout=ANSWERED_WITHIN) as sandbox:
            for environment, payments in payments_of(settings, connections).items():
                for viewer in await _unpaid_owners(units, environment):
                    opened = await payment_accounts.start_onboarding(
                        units,
                        viewer,
                        payments,
                        partner_id=next(iter(viewer.partner_ids)),
                        public_url=settings.public_url,
                        clock=clock,
                    )
                    await _answer(sandbox, opened.payment_account)
                    await _refresh(units, payments, opened.payment_account, clock)
    finally:
        await connections.close_async()
        await engine.dispose()


async def _unpaid_owners(units: Units, environment: Environment) -> list[Viewer]:
    """Return the owner of each supplier that can not be paid yet; none where the samples are not these."""
    member, partner = models.PartnerMember, models.Partner
    async with units() as uow:
        rows = await uow.session.execute(
            select(models.User, partner.id)
            .join(member, member.user_id == models.User.id)
            .join(partner, partner.id == member.partner_id)
            .where(partner.slug.in_(map(slug_of, samples.SUPPLIERS)), member.role == MemberRole.OWNER)
            .order_by(partner.id)
        )
        owners = {partner_id: user for user, partner_id in rows.all()}
        payable = await queries.payable_among(uow.session, owners, environment)
        return [
            samples.viewer_of(user, partner_id, environment)
            for partner_id, user in owners.items()
            if partner_id not in payable
        ]


async def _answer(sandbox: httpx2.AsyncClient, account: models.PaymentAccount) -> None:
    """Tell the sandbox what the owner of an account would on its page."""
    answered = await sandbox.post(
        f"/_sandbox/accounts/{account.provider_id}/onboard",
        json={"outcome": "complete", "bank_account": BANK_ACCOUNT},
    )
    answered.raise_for_status()


async def _refresh(units: Units, payments: Payments, account: models.PaymentAccount, clock: Clock) -> None:
    assert account.provider_id is not None, "an account that was opened has one"
    await payment_accounts.refresh(
        units, payments, provider_id=account.provider_id, environment=account.environment, clock=clock
    )
