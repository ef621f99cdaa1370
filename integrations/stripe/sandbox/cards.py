"""Stripe's test cards and bank accounts (https://docs.stripe.com/testing, 2026-11)."""

from dataclasses import dataclass
from typing import Any, Final

GENERIC = "Your card was declined."


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a payment is refused."""

    code: str
    decline_code: str | None
    message: str
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A card or an account, and what happens to a payment with it."""

    number: str
    names: tuple[str, ...]
    """The payment methods Stripe has ready for it."""
    type: str = "card"
    brand: str = "visa"
    country: str = "US"
    decline: Decline | None = None
    needs_authentication: bool = False
    """Before it is charged; the decline, if any, comes after it."""
    dispute: str | None = None
    """The reason its owner will give for a dispute."""
    refund: str = "succeeded"
    """How a refund ends: at once, or as `pending` and then `succeeded`, or `failed` a while later."""
    is_slow: bool = False
    """Whether the outcome comes later, and the payment is `processing` until then."""
    skips_pending: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declined(decline_code: str, message: str = GENERIC, code: str = "card_declined") -> Decline:
    return Decline(code, decline_code, message)


_FUNDS = _declined("insufficient_funds", "Your card has insufficient funds.")

INSTRUMENTS: Final = (
    Instrument("4242424242424242", ("pm_card_visa", "pm_card_us")),
    Instrument("4000056655665556", ("pm_card_visa_debit",)),
    Instrument("5555555555554444", ("pm_card_mastercard",), brand="mastercard"),
    Instrument("5200828282828210", ("pm_card_mastercard_debit",), brand="mastercard"),
    Instrument("5105105105105100", ("pm_card_mastercard_prepaid",), brand="mastercard"),
    Instrument("378282246310005", ("pm_card_amex",), brand="amex"),
    Instrument("6011111111111117", ("pm_card_discover",), brand="discover"),
    Instrument("3056930009020004", ("pm_card_diners",), brand="diners"),
    Instrument("3566002020360505", ("pm_card_jcb",), brand="jcb"),
    Instrument("4000003800000008", ("pm_card_it",), country="IT"),
    Instrument("4000002760000016", ("pm_card_de",), country="DE"),
    Instrument("4000002500000003", ("pm_card_fr",), country="FR"),
    Instrument("4000007240000007", ("pm_card_es",), country="ES"),
    Instrument("4000008260000000", ("pm_card_gb",), country="GB"),
    Instrument(
        "4000000000000002",
        ("pm_card_visa_chargeDeclined", "pm_card_chargeDeclined"),
        decline=_declined("generic_decline"),
    ),
    Instrument(
        "4000000000009995",
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedInsufficientFunds"),
        decline=_FUNDS,
    ),
    Instrument(
        "4000000000009987",
        ("pm_card_visa_chargeDeclinedLostCard", "pm_card_chargeDeclinedLostCard"),
        decline=_declined("lost_card"),
    ),
    Instrument(
        "4000000000009979",
        ("pm_card_visa_chargeDeclinedStolenCard", "pm_card_chargeDeclinedStolenCard"),
        decline=_declined("stolen_card"),
    ),
    Instrument(
        "4000000000000069",
        ("pm_card_chargeDeclinedExpiredCard",),
        decline=Decline("expired_card", "expired_card", "Your card has expired.", "exp_month"),
    ),
    Instrument(
        "4000000000000127",
        ("pm_card_chargeDeclinedIncorrectCvc",),
        decline=Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"),
    ),
    Instrument(
        "4000000000000119",
        ("pm_card_chargeDeclinedProcessingError",),
        decline=Decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ),
    Instrument(
        "4000000000006975",
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "pm_card_chargeDeclinedVelocityLimitExceeded"),
        decline=_declined("card_velocity_exceeded", "Your card was declined for making repeated attempts."),
    ),
    Instrument("4100000000000019", ("pm_card_radarBlock",), decline=_declined("fraudulent")),
    Instrument(
        "4000000000000341",
        ("pm_card_visa_chargeCustomerFail", "pm_card_chargeCustomerFail"),
        decline=_declined("generic_decline"),
    ),
    Instrument(
        "4000002500003155",
        ("pm_card_authenticationRequiredOnSetup",),
        country="FR",
        needs_authentication=True,
    ),
    Instrument(
        "4000002760003184", ("pm_card_authenticationRequired",), country="DE", needs_authentication=True
    ),
    Instrument(
        "4000008260003178",
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",),
        country="GB",
        needs_authentication=True,
        decline=_FUNDS,
    ),
    Instrument("4000000000003220", ("pm_card_threeDSecure2Required",), needs_authentication=True),
    Instrument("4000000000003063", ("pm_card_threeDSecureRequired",), needs_authentication=True),
    Instrument("4000000000003055", ("pm_card_threeDSecureOptional",)),
    Instrument("378282246310005", ("pm_card_amex_threeDSecureNotSupported",), brand="amex"),
    Instrument("4000000000000259", ("pm_card_createDispute",), dispute="fraudulent"),
    Instrument(
        "4000000000002685", ("pm_card_createDisputeProductNotReceived",), dispute="product_not_received"
    ),
    Instrument("4000000000005423", ("pm_card_createMultipleDisputes",), dispute="fraudulent"),
    Instrument("4000000000007726", ("pm_card_pendingRefund",), refund="pending"),
    Instrument("4000000000005126", ("pm_card_refundFail",), refund="failed"),
    Instrument("4000000000000077", ("pm_card_bypassPending",), skips_pending=True),
    Instrument("4000003720000278", ("pm_card_bypassPendingInternational",), country="IE", skips_pending=True),
    Instrument("AT611904300234573201", (), type="sepa_debit", country="AT", is_slow=True),
    Instrument(
        "AT861904300235473202",
        (),
        type="sepa_debit",
        country="AT",
        is_slow=True,
        decline=Decline(
            "payment_intent_payment_attempt_failed", None, "The payment failed: the account has been closed."
        ),
    ),
    Instrument("000123456789", ("pm_usBankAccount_success",), type="us_bank_account", is_slow=True),
)

BY_NAME: Final = {name: each for each in INSTRUMENTS for name in each.names}
BY_NUMBER: Final = {each.number: each for each in reversed(INSTRUMENTS)}

INVALID_NUMBERS: Final = {"4242424242424241": "incorrect_number"}

FAILING_BANK_ACCOUNTS: Final = {
    # Payouts to these fail, with this code (https://docs.stripe.com/connect/testing#account-numbers, 2026-11).
    "000111111116": "no_account",
    "000111111113": "account_closed",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
    "DE62370400440532013001": "no_account",
    "AT321904300235473204": "no_account",
    "IT60X0542811101000000123457": "no_account",
    "FR1420041010050500013M02607": "no_account",
    "ES0700120345030000067891": "no_account",
    "GB05108800000012345679": "no_account",
}

FAILURES: Final = {
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located with "
    "those details.",
    "account_closed": "The bank account has been closed.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "debit_not_authorized": "Debit transactions are not approved on your bank account.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
}


def by_number(number: str) -> Instrument | None:
    """Return what has this number; spaces do not count."""
    return BY_NUMBER.get(number.replace(" ", ""))


def details(number: str, *, on_charge: bool) -> dict[str, Any]:
    """Return what Stripe shows of it: `{"type": "card", "card": {…}}`. Never the number."""
    used = BY_NUMBER[number]
    if used.type != "card":
        shown = {"last4": used.last4, "fingerprint": f"fp{used.last4}", "country": used.country}
        if used.type == "sepa_debit":
            shown |= {"bank_code": number[4:9], "branch_code": ""}
        return {"type": used.type, used.type: shown}
    card: dict[str, Any] = {
        "brand": used.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": used.country,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"fp{used.last4}{used.brand}",
        "funding": "credit",
        "last4": used.last4,
        "wallet": None,
    }
    if on_charge:
        card |= {
            "amount_authorized": None,
            "authorization_code": None,
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": used.brand,
            "network_token": {"used": False},
            "network_transaction_id": None,
            "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
            "regulated_status": "unregulated",
            "three_d_secure": {"result": "authenticated", "version": "2.2.0"}
            if used.needs_authentication
            else None,
        }
    else:
        card |= {
            "display_brand": used.brand,
            "generated_from": None,
            "networks": {"available": [used.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
        }
    return {"type": "card", "card": card}
