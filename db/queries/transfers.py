"""Questions about what is handed to payees' accounts, and taken back from them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.affiliates import ConversionStatus
from domain.checkouts import CheckoutStatus
from domain.environments import Environment
from domain.partners import VerificationStatus
from domain.payments import AccountStatus, DisputeStatus, TransferStatus
from domain.splits import LegKind

NEWEST_FIRST = Keyset((models.Transfer.id,), is_descending=True)


@question
def page_transfers(
    *, visible: Visible, window: Window, partner_id: UUID | None, status: TransferStatus | None
) -> Page[models.Transfer]:
    """Describe transfers, newest first."""
    transfer, account = models.Transfer, models.PaymentAccount
    statement = select(transfer).where(visible)
    if partner_id is not None:
        is_theirs = exists().where(account.id == transfer.account_id, account.partner_id == partner_id)
        statement = statement.where(is_theirs)
    if status is not None:
        statement = statement.where(transfer.status == status)
    return Page(statement, NEWEST_FIRST, window)


@dataclass(frozen=True, slots=True)
class Share:
    """What one payee is to get of one checkout."""

    environment: Environment
    checkout_id: UUID
    account_id: UUID
    amount_minor: int
    currency: str
    position: int = 1
    """Counts the payee's transfers of the checkout."""


async def lock_releasable(session: AsyncSession, *, today: dt.date, limit: int) -> list[UUID]:
    """Lock paid checkouts of which a supplier's part can be released, or nothing is left to be; longest due first.

    What is held stays where it is: a partner that is not verified or can not be paid, a payment under dispute.
    """
    checkout, payment, dispute = models.Checkout, models.Payment, models.Dispute
    is_disputed = exists().where(
        payment.checkout_id == checkout.id,
        dispute.payment_id == payment.id,
        dispute.status == DisputeStatus.OPEN,
    )
    statement = (
        select(checkout.id)
        .where(
            checkout.status == CheckoutStatus.PAID,
            checkout.released_at.is_(None),
            checkout.release_on <= today,
            ~is_disputed,
            or_(
                _payable().where(models.CheckoutLeg.checkout_id == checkout.id).correlate(checkout).exists(),
                ~_owed().where(models.CheckoutLeg.checkout_id == checkout.id).correlate(checkout).exists(),
            ),
        )
        .order_by(checkout.release_on, checkout.id)
        .limit(limit)
        .with_for_update(of=checkout, skip_locked=True)
    )
    return list(await session.scalars(statement))


async def shares_of(session: AsyncSession, checkout_ids: Collection[UUID]) -> list[Share]:
    """Sum up, for locked checkouts, what each supplier that can be paid is owed and was not transferred yet."""
    leg, account, checkout = models.CheckoutLeg, models.PaymentAccount, models.Checkout
    handed, transfers = _handed()
    statement = (
        _payable()
        .join(checkout, checkout.id == leg.checkout_id)
        .where(leg.checkout_id.in_(checkout_ids), account.environment == checkout.environment)
        .with_only_columns(
            checkout.environment,
            leg.checkout_id,
            account.id,
            func.sum(leg.amount_minor - leg.refunded_minor) - func.max(handed),
            checkout.currency,
            func.max(transfers) + 1,
        )
        .group_by(checkout.environment, leg.checkout_id, account.id, checkout.currency)
        .order_by(leg.checkout_id, account.id)
    )
    return [
        Share(environment, checkout_id, account_id, int(amount), currency, position)
        for environment, checkout_id, account_id, amount, currency, position in await session.execute(
            statement
        )
    ]


async def note_released(session: AsyncSession, checkout_ids: Collection[UUID], *, now: dt.datetime) -> None:
    """Note of which of these checkouts nothing is left to be released."""
    checkout = models.Checkout
    is_owed = _owed().where(models.CheckoutLeg.checkout_id == checkout.id).correlate(checkout).exists()
    await session.execute(
        update(checkout)
        .where(checkout.id.in_(checkout_ids), ~is_owed)
        .values(released_at=now)
        .execution_options(synchronize_session=False)
    )


def _owed() -> Select[Any]:
    """Select suppliers' legs of which something is left, and of whose partners' parts not all was transferred."""
    leg, other = models.CheckoutLeg, aliased(models.CheckoutLeg)
    part = (
        select(func.sum(other.amount_minor - other.refunded_minor))
        .where(
            other.checkout_id == leg.checkout_id,
            other.partner_id == leg.partner_id,
            other.kind == LegKind.SUPPLIER,
        )
        .correlate(leg)
        .scalar_subquery()
    )
    return select(leg.id).where(
        leg.kind == LegKind.SUPPLIER, leg.amount_minor > leg.refunded_minor, part > _handed()[0]
    )


def _handed() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Tell what is on its way, or was handed, to the partner of a leg of its checkout, and by how many transfers.

    Without what is taken back of it, if that was done or not.
    """
    leg, transfer, account = models.CheckoutLeg, models.Transfer, models.PaymentAccount
    sent = (
        select(transfer.id)
        .join(account, account.id == transfer.account_id)
        .where(transfer.checkout_id == leg.checkout_id, account.partner_id == leg.partner_id)
        .correlate(leg)
    )
    amount = sent.with_only_columns(func.coalesce(func.sum(transfer.amount_minor - _taken_back()), 0))
    return amount.scalar_subquery(), sent.with_only_columns(func.count()).scalar_subquery()


def _taken_back() -> ScalarSelect[Any]:
    """Tell what is taken back of a transfer, if that was done or not."""
    transfer, reversal = models.Transfer, models.TransferReversal
    return (
        select(func.coalesce(func.sum(reversal.amount_minor), 0))
        .where(reversal.transfer_id == transfer.id)
        .correlate(transfer)
        .scalar_subquery()
    )


def _payable() -> Select[Any]:
    """Select those of them whose partner is verified and can be paid; `models.Checkout` is the query around it."""
    leg, account, partner = models.CheckoutLeg, models.PaymentAccount, models.Partner
    return (
        _owed()
        .join(account, account.partner_id == leg.partner_id)
        .join(partner, partner.id == leg.partner_id)
        .where(
            account.environment == models.Checkout.environment,
            account.status == AccountStatus.ENABLED,
            account.provider_id.is_not(None),
            partner.verification_status == VerificationStatus.VERIFIED,
        )
    )


async def lock_commissions_due(session: AsyncSession, *, limit: int) -> list[Share]:
    """Lock the checkouts whose commission is due and was not handed over yet, and return what that is.

    Left where they are: affiliates that can not be paid, payments under dispute, what another worker is busy with.
    """
    leg, account, checkout = models.CheckoutLeg, models.PaymentAccount, models.Checkout
    conversion, payment, dispute = models.AffiliateConversion, models.Payment, models.Dispute
    is_disputed = exists().where(
        payment.checkout_id == checkout.id,
        dispute.payment_id == payment.id,
        dispute.status == DisputeStatus.OPEN,
    )
    statement = (
        select(
            checkout.environment,
            checkout.id,
            account.id,
            leg.amount_minor - leg.refunded_minor,
            checkout.currency,
        )
        .join(conversion, conversion.checkout_id == checkout.id)
        .join(leg, and_(leg.checkout_id == checkout.id, leg.affiliate_id == conversion.affiliate_id))
        .join(
            account,
            and_(
                account.affiliate_id == conversion.affiliate_id, account.environment == checkout.environment
            ),
        )
        .where(
            conversion.status == ConversionStatus.DUE,
            leg.amount_minor > leg.refunded_minor,
            account.status == AccountStatus.ENABLED,
            account.provider_id.is_not(None),
            ~is_disputed,
            ~exists().where(
                models.Transfer.checkout_id == checkout.id, models.Transfer.account_id == account.id
            ),
        )
        .order_by(conversion.due_at, checkout.id)
        .limit(limit)
        .with_for_update(of=checkout, skip_locked=True)
    )
    return [Share(*row) for row in await session.execute(statement)]


async def lock_visible(
    session: AsyncSession, transfer_id: UUID, *, visible: Visible
) -> models.Transfer | None:
    """Lock one transfer."""
    statement = select(models.Transfer).where(visible, models.Transfer.id == transfer_id)
    return (await session.scalars(statement.with_for_update(of=models.Transfer))).one_or_none()


async def accounts_by_id(
    session: AsyncSession, account_ids: Collection[UUID]
) -> dict[UUID, models.PaymentAccount]:
    """Load payees' accounts, by id."""
    statement = select(models.PaymentAccount).where(models.PaymentAccount.id.in_(account_ids))
    return {row.id: row for row in await session.scalars(statement)}


async def payments_of(session: AsyncSession, checkout_ids: Collection[UUID]) -> dict[UUID, models.Payment]:
    """Load the payments of checkouts, by checkout."""
    statement = select(models.Payment).where(models.Payment.checkout_id.in_(checkout_ids))
    return {row.checkout_id: row for row in await session.scalars(statement)}


async def lock_transfers_of(
    session: AsyncSession, checkout_id: UUID
) -> Sequence[tuple[models.Transfer, models.PaymentAccount, int]]:
    """Lock what was, or is to be, transferred of a checkout: with the payees' accounts, and what is left of each.

    What is left is without what is taken back, if that was done or not.
    """
    transfer, account = models.Transfer, models.PaymentAccount
    statement = (
        select(transfer, account, transfer.amount_minor - _taken_back())
        .join(account, account.id == transfer.account_id)
        .where(transfer.checkout_id == checkout_id)
        .order_by(transfer.id)
        .with_for_update(of=transfer)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1], int(row[2])) for row in await session.execute(statement)]


def is_reversible() -> ColumnElement[bool]:
    """Tell that a reversal can be asked for: its transfer was done."""
    transfer, reversal = models.Transfer, models.TransferReversal
    return and_(
        reversal.status == TransferStatus.PENDING,
        select(transfer.id)
        .where(transfer.id == reversal.transfer_id, transfer.status == TransferStatus.DONE)
        .correlate(reversal)
        .exists(),
    )


async def transfers_by_id(
    session: AsyncSession, transfer_ids: Collection[UUID]
) -> dict[UUID, models.Transfer]:
    """Load transfers, by id."""
    statement = select(models.Transfer).where(models.Transfer.id.in_(transfer_ids))
    return {row.id: row for row in await session.scalars(statement)}
