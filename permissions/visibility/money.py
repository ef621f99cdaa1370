"""Whose money a caller may see: its own partners', and its own as an affiliate; the platform's staff all of it.

In the caller's environment alone.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, is_oneself, refers, rule


@rule
def visible_ledger_accounts(viewer: Viewer) -> ColumnElement[bool]:
    """The accounts of one's own partners, and one's own as an affiliate."""
    account = models.LedgerAccount
    here = account.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    return and_(here, _is_own(viewer, account))


@rule
def visible_postings(viewer: Viewer) -> ColumnElement[bool]:
    """What entries did to accounts one may see: of a sale, one's own part."""
    return refers(models.Posting.account_id, models.LedgerAccount.id, visible_ledger_accounts(viewer))


@rule
def visible_journal_entries(viewer: Viewer) -> ColumnElement[bool]:
    """Entries with a posting on an account one may see."""
    entry, posting, account = models.JournalEntry, models.Posting, models.LedgerAccount
    here = entry.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    touches = (
        select(literal(1))
        .select_from(posting)
        .join(account, account.id == posting.account_id)
        .where(posting.entry_id == entry.id, _is_own(viewer, account))
        .correlate(entry)
    )
    return and_(here, touches.exists())


@rule
def visible_transfers(viewer: Viewer) -> ColumnElement[bool]:
    """What is handed to one's own partners, and to oneself as an affiliate."""
    return _to_own_accounts(viewer, models.Transfer.account_id, models.Transfer.environment)


@rule
def visible_payouts(viewer: Viewer) -> ColumnElement[bool]:
    """What one's own partners are paid, and oneself as an affiliate."""
    return _to_own_accounts(viewer, models.Payout.account_id, models.Payout.environment)


@rule
def refunds_of_sales(viewer: Viewer) -> ColumnElement[bool]:
    """Refunds of what one's own partners sold: what finance people list, and staff asks for anew."""
    refund, checkout = models.Refund, models.Checkout
    if not viewer.may(Scope.READ_FINANCE):
        return NOTHING
    here = refund.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    own = checkout.partner_id.in_(viewer.partners_with(Scope.READ_FINANCE))
    return and_(here, refers(refund.checkout_id, checkout.id, own))


@rule
def visible_reconciliation_runs(viewer: Viewer) -> ColumnElement[bool]:
    """For the platform's staff alone: what differs may be anybody's."""
    if not viewer.may_everywhere(Scope.READ_FINANCE):
        return NOTHING
    return models.ReconciliationRun.environment == viewer.environment


@rule
def visible_reconciliation_differences(viewer: Viewer) -> ColumnElement[bool]:
    """What was found by the runs one may see."""
    difference, run = models.ReconciliationDifference, models.ReconciliationRun
    return refers(difference.run_id, run.id, visible_reconciliation_runs(viewer))


@rule
def visible_parity_runs(viewer: Viewer) -> ColumnElement[bool]:
    """For the platform's staff alone, as what is found of the books."""
    if not viewer.may_everywhere(Scope.READ_FINANCE):
        return NOTHING
    return models.PriceParityRun.environment == viewer.environment


@rule
def visible_parity_differences(viewer: Viewer) -> ColumnElement[bool]:
    """What was found by the runs one may see."""
    difference, run = models.PriceParityDifference, models.PriceParityRun
    return refers(difference.run_id, run.id, visible_parity_runs(viewer))


def _to_own_accounts(
    viewer: Viewer,
    account_id: InstrumentedAttribute[UUID],
    environment: InstrumentedAttribute[object],
) -> ColumnElement[bool]:
    here = environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    account = models.PaymentAccount
    return and_(here, refers(account_id, account.id, _is_own(viewer, account)))


def _is_own(
    viewer: Viewer, account: type[models.LedgerAccount | models.PaymentAccount]
) -> ColumnElement[bool]:
    """Tell that an account is one's own partner's, or one's own as an affiliate."""
    own = is_oneself(viewer, account.affiliate_id)
    if not viewer.may(Scope.READ_FINANCE):
        return own
    return or_(account.partner_id.in_(viewer.partners_with(Scope.READ_FINANCE)), own)
