"""Payees' accounts at the payment provider: made once, refreshed by its news, asked about before anybody pays.

Intent, call and outcome are three steps, each of its own: whoever is killed between two leaves a row without a
`provider_id`, and the call is made again with the same key.
"""

import datetime as dt
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from db import models
from db.queries import affiliates as affiliate_queries
from db.queries import mail as mail_queries
from db.queries import payment_accounts as queries
from db.unit_of_work import UnitOfWork
from domain import payment_accounts
from domain.environments import Environment
from domain.errors import GatewayError, InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.partners import MemberRole, VerificationStatus, check_country
from domain.payment_accounts import (
    PAGE,
    TROUBLED,
    UNAVAILABLE,
    PartnerNotPayable,
    PartnerNotVerified,
    Payee,
    ProviderError,
)
from domain.payments import AccountStatus, AccountWish, PaymentRefused, ProviderAccount
from permissions import policies
from permissions.viewer import SYSTEM, Viewer
from services import audit, events, mail
from services.partners import locked_partner
from services.ports import Payments

IN_CHARGE = (MemberRole.OWNER, MemberRole.ADMIN, MemberRole.FINANCE)
GONE = frozenset({"account_invalid", "resource_missing", "not_found"})
"""What the provider says of an account that is no longer connected to us."""

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectOnboarding:
    """An account, and where its payee answers the provider's questions."""

    payment_account: models.PaymentAccount
    url: str = field(repr=False)
    """Holds for minutes, and once: whoever has it answers for the payee."""


async def start_onboarding(
    units: Units,
    viewer: Viewer,
    payments: Payments,
    *,
    partner_id: UUID | None,
    public_url: str,
    clock: Callable[[], dt.datetime],
) -> ConnectOnboarding:
    """Open a partner's account in the caller's environment, once, and return where the provider asks its questions.

    Refuses: NotFound, Forbidden, InvalidInput, PartnerNotVerified, ProviderError.
    """
    now = clock()
    async with units() as uow:
        partner = await locked_partner(uow, viewer, partner_id)
        policies.may_manage_payouts(viewer, partner.id)
        if partner.verification_status is not VerificationStatus.VERIFIED:
            raise Refused(PartnerNotVerified(partner_id=global_id("Partner", partner.id)))
        payee = Payee(partner_id=partner.id)
        account = await open_account(uow, viewer, payee, viewer.environment, now=now)
        wish = await wish_of_partner(uow, partner, account)
    return await _onboard(units, payments, account, wish, public_url=public_url, clock=clock)


async def start_affiliate_onboarding(
    units: Units,
    viewer: Viewer,
    payments: Payments,
    *,
    country: str,
    public_url: str,
    clock: Callable[[], dt.datetime],
) -> ConnectOnboarding:
    """Open the caller's own account as an affiliate, once, and return where the provider asks its questions.

    The country is what the account is opened with: it stays. Refuses: NotFound, InvalidInput, ProviderError.
    """
    check_country(country)
    now = clock()
    async with units() as uow:
        affiliate = await affiliate_queries.lock_own(uow.session, viewer.id, viewer.environment)
        if affiliate is None:
            raise Refused(NotFound(noun="affiliate", id=""))
        if affiliate.country is not None and affiliate.country != country:
            raise Refused(InvalidInput("country", f"was told to be {affiliate.country}, and stays"))
        affiliate.country = country
        await uow.session.flush()
        payee = Payee(affiliate_id=affiliate.id)
        account = await open_account(uow, viewer, payee, viewer.environment, now=now)
        wish = await _wish_of_affiliate(uow, affiliate, account, country)
    return await _onboard(units, payments, account, wish, public_url=public_url, clock=clock)


async def _onboard(
    units: Units,
    payments: Payments,
    account: models.PaymentAccount,
    wish: AccountWish,
    *,
    public_url: str,
    clock: Callable[[], dt.datetime],
) -> ConnectOnboarding:
    """Make an account at the provider, if it is not made, and return its form. Refuses: ProviderError."""
    try:
        account = await complete(units, payments, account, wish, clock=clock)
        back = f"{public_url}{PAGE}"
        url = await payments.account_link(
            account.provider_id or "", return_url=f"{back}?returned=1", refresh_url=f"{back}?again=1"
        )
    except GatewayError as failure:
        raise Refused(ProviderError(UNAVAILABLE, is_temporary=failure.retryable)) from failure
    except Refused as refused:
        if not isinstance(refused.reason, PaymentRefused):
            raise
        raise Refused(ProviderError(refused.reason.reason, is_temporary=False)) from refused
    return ConnectOnboarding(account, url)


async def open_account(
    uow: UnitOfWork, viewer: Viewer, payee: Payee, environment: Environment, *, now: dt.datetime
) -> models.PaymentAccount:
    """Intend an account, or return the one there is. Audited."""
    account, is_new = await queries.open_account(uow.session, payee, environment, now=now)
    if is_new:
        await _audit(uow, viewer, account, "payment_accounts.open", {}, now=now)
    return account


async def wish_of_partner(
    uow: UnitOfWork, partner: models.Partner, account: models.PaymentAccount
) -> AccountWish:
    """Return what the provider is told of a partner. Refuses: InvalidInput where something is not known."""
    team = await mail_queries.team_of(uow.session, partner.id, [MemberRole.OWNER])
    if partner.country is None or not team:
        raise Refused(InvalidInput("partner_id", "has neither a country nor an owner to be asked for it"))
    return AccountWish(
        name=partner.name,
        email=team[0].email,
        country=partner.country,
        metadata={
            "payment_account": global_id("PaymentAccount", account.id),
            "partner": global_id("Partner", partner.id),
        },
    )


async def complete(
    units: Units,
    payments: Payments,
    account: models.PaymentAccount,
    wish: AccountWish,
    *,
    clock: Callable[[], dt.datetime],
) -> models.PaymentAccount:
    """Make an intended account at the provider, and note it; one that is made stays as it is.

    Raises GatewayError; refuses: PaymentRefused.
    """
    if account.provider_id is not None:
        return account
    asked_at = clock()
    told = await payments.create_account(wish, key=account.id.hex)
    async with units() as uow:
        row = await queries.lock_account(uow.session, account.id)
        assert row is not None, "accounts are never deleted"
        row.provider_id = told.id
        await _note(uow, row, told.status, told.missing, asked_at=asked_at, now=clock())
        return row


async def refresh(
    units: Units,
    payments: Payments,
    *,
    provider_id: str,
    environment: Environment,
    clock: Callable[[], dt.datetime],
) -> bool:
    """Ask the provider how an account stands and note it; tell whether it is one of ours.

    Answers may overtake one another: only one that was asked for later counts. Raises GatewayError.
    """
    asked_at = clock()
    told = await _asked(payments, provider_id)
    async with units() as uow:
        account_id = await queries.id_of(uow.session, provider_id, environment)
        row = await queries.lock_account(uow.session, account_id) if account_id else None
        if row is None:
            return False
        await _note(uow, row, told.status, told.missing, asked_at=asked_at, now=clock())
    return True


async def payable_among(
    uow: UnitOfWork, partner_ids: Collection[UUID], environment: Environment
) -> Collection[UUID]:
    """Look up which of some partners can be paid by now."""
    return await queries.payable_among(uow.session, partner_ids, environment)


def check_payable(partner_ids: Collection[UUID], payable: Collection[UUID]) -> None:
    """Let a sale pass whose parties can all be paid. Refuses: PartnerNotPayable, for the first who can not."""
    for partner_id in partner_ids:
        if partner_id not in payable:
            raise Refused(PartnerNotPayable(partner_id=global_id("Partner", partner_id)))


async def wish_of(uow: UnitOfWork, account: models.PaymentAccount) -> AccountWish | None:
    """Return what the provider is told of whose account was not finished; None where that is not known."""
    if account.affiliate_id is not None:
        affiliate = await uow.session.get(models.Affiliate, account.affiliate_id)
        if affiliate is None or affiliate.country is None:
            return None
        return await _wish_of_affiliate(uow, affiliate, account, affiliate.country)
    assert account.partner_id is not None
    partner = await uow.session.get_one(models.Partner, account.partner_id)
    return await wish_of_partner(uow, partner, account)


async def _wish_of_affiliate(
    uow: UnitOfWork, affiliate: models.Affiliate, account: models.PaymentAccount, country: str
) -> AccountWish:
    return AccountWish(
        name=affiliate.display_name,
        email=await affiliate_queries.email_of(uow.session, affiliate),
        country=country,
        metadata={
            "payment_account": global_id("PaymentAccount", account.id),
            "affiliate": global_id("Affiliate", affiliate.id),
        },
    )


async def _asked(payments: Payments, provider_id: str) -> ProviderAccount:
    try:
        return await payments.account(provider_id)
    except Refused as refused:
        if isinstance(refused.reason, PaymentRefused) and refused.reason.reason in GONE:
            return ProviderAccount(provider_id, AccountStatus.DISABLED)
        raise


async def _note(
    uow: UnitOfWork,
    account: models.PaymentAccount,
    told: AccountStatus,
    missing: Collection[str],
    *,
    asked_at: dt.datetime,
    now: dt.datetime,
) -> None:
    """Note how a locked account stands; a change is told, audited, and written to the payee where it is bad news."""
    if account.checked_at is not None and asked_at < account.checked_at:
        return
    before = account.status
    status = payment_accounts.status_of(told, before)
    named = [each[:200] for each in missing]
    is_change = (status, named) != (before, account.missing)
    account.checked_at, account.status, account.missing = asked_at, status, named
    if is_change:
        account.sequence += 1
        _tell(uow, account, now)
    await uow.session.flush()
    if status is before:
        return
    await _audit(
        uow, SYSTEM, account, "payment_accounts.change", {"status": status, "before": before}, now=now
    )
    if status in TROUBLED and account.partner_id is not None:
        await mail.post_to_team(
            uow,
            template=MailTemplate.PAYMENT_ACCOUNT_RESTRICTED,
            partner_id=account.partner_id,
            facts={"environment": account.environment, "status": status, LINK: PAGE},
            key=f"payment_account:{account.id.hex}:{account.sequence}",
            roles=IN_CHARGE,
            now=now,
        )
    log.info("payment_accounts.changed", status=status.value, environment=account.environment.value)


def _tell(uow: UnitOfWork, account: models.PaymentAccount, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.PAYMENT_ACCOUNT_CHANGED,
        environment=account.environment,
        partner_id=account.partner_id,
        object_id=account.id,
        sequence=account.sequence,
        payload={
            "payment_account_id": global_id("PaymentAccount", account.id),
            "status": account.status,
            "missing": account.missing,
        },
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    account: models.PaymentAccount,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=account.partner_id,
        act=act,
        object_id=global_id("PaymentAccount", account.id),
        facts={"environment": account.environment, **facts},
        now=now,
    )
