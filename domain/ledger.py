"""The double-entry journal: where all money is, and whose it is.

A posting is signed: positive amounts are debits (what is there), negative ones credits (whose it is). The postings of
an entry sum to zero; so do the balances of all accounts.
"""

from enum import StrEnum


class AccountKind(StrEnum):
    """What an account of the journal stands for. The PARTNER_ and AFFILIATE_ ones are one for each of them."""

    PROVIDER_CASH = "PROVIDER_CASH"
    """All money at the payment provider: the platform's balance and those of the connected accounts."""
    PARTNER_PENDING = "PARTNER_PENDING"
    """Earned, and not released yet."""
    PARTNER_AVAILABLE = "PARTNER_AVAILABLE"
    """Transferred to the partner's account at the provider, for the next payout. Refunds may make it negative."""
    AFFILIATE_PENDING = "AFFILIATE_PENDING"
    AFFILIATE_AVAILABLE = "AFFILIATE_AVAILABLE"
    PLATFORM_REVENUE = "PLATFORM_REVENUE"
    COUPON_FUNDING = "COUPON_FUNDING"
    """What the platform pays to coupons of its own."""
    PROVIDER_FEES = "PROVIDER_FEES"
    """What the provider takes; the platform bears it."""
    DISPUTED = "DISPUTED"
    """Taken back by a buyer's bank, and not decided."""
    ROUNDING = "ROUNDING"


DEBITS = frozenset(
    {
        AccountKind.PROVIDER_CASH,
        AccountKind.COUPON_FUNDING,
        AccountKind.PROVIDER_FEES,
        AccountKind.DISPUTED,
        AccountKind.ROUNDING,
    }
)
"""Accounts whose balance is shown as what is there or was spent; all others', as what is owed or was earned."""


class EntryKind(StrEnum):
    """What happened to money."""

    SALE = "SALE"
    TRANSFER = "TRANSFER"
    """A part was released: pending became available."""
    REFUND = "REFUND"
    REVERSAL = "REVERSAL"
    """A released part was taken back: available became pending."""
    PAYOUT = "PAYOUT"
    PAYOUT_RETURNED = "PAYOUT_RETURNED"
    DISPUTE = "DISPUTE"
    DISPUTE_WON = "DISPUTE_WON"
    DISPUTE_LOST = "DISPUTE_LOST"
    PROVIDER_FEE = "PROVIDER_FEE"
    ROUNDING = "ROUNDING"
    ADJUSTMENT = "ADJUSTMENT"
    """What was written is put right: a refund that failed after all, a commission that was rejected."""
    SPONSORSHIP = "SPONSORSHIP"
    """A partner's paid places cost something: it has less for its next payout."""
