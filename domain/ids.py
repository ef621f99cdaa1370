"""Ids: UUIDv7 inside, `prefix_32hex` outside, so that a person can tell what an id names."""

import re
from uuid import UUID

from domain.errors import NotFound, Refused

PREFIXES: dict[str, str] = {
    "Partner": "par",
    "User": "usr",
    "ApiKey": "key",
    "Package": "pkg",
    "PackageConsent": "pct",
    "Allotment": "alt",
    "Reservation": "rsv",
    "Booking": "bkg",
    "Ticket": "tkt",
    "Event": "evt",
    "WebhookEndpoint": "whe",
    "WebhookDelivery": "whd",
    "DeadLetter": "ddl",
    "InventoryEvent": "ive",
    "AuditEntry": "aud",
    "ApiCall": "call",
    "CertificationRun": "crt",
    "Upload": "upl",
    "VerificationDocument": "vdc",
    "VerificationDecision": "vdn",
    "Property": "prp",
    "PropertyImport": "imp",
    "PropertyImportProblem": "ipr",
    "OnboardingCase": "onb",
    "IntegrationAlert": "ial",
    "Invitation": "inv",
    "SupportThread": "sup",
    "SupportMessage": "spm",
    "Sponsorship": "spo",
    "Document": "doc",
    "Coupon": "cpn",
    "CouponRedemption": "crd",
    "Affiliate": "aff",
    "AffiliateLink": "afl",
    "AffiliateConversion": "afc",
    "Quote": "quo",
    "Checkout": "chk",
    "Payment": "pay",
    "Refund": "rfd",
    "LedgerAccount": "lac",
    "JournalEntry": "jrn",
    "Transfer": "trf",
    "TransferReversal": "trr",
    "Payout": "pyo",
    "ReconciliationRun": "rec",
    "PriceParityRun": "ppr",
    "PaymentAccount": "pac",
    "Contractor": "con",
    "Introduction": "int",
    "IntroductionMessage": "inm",
    "IntroductionMailEvent": "ime",
    "Intervention": "itv",
    "IntroductionFeedback": "ifb",
    "DemoSlot": "dsl",
    "PredictionModel": "pmo",
}
"""GraphQL type name -> prefix of its global ids. Part of the API: a prefix never changes."""

TYPES = {prefix: type_name for type_name, prefix in PREFIXES.items()}

DIGITS = re.compile(r"[0-9a-f]{32}", re.ASCII)


def global_id(type_name: str, uuid: UUID) -> str:
    """Return the public id, `global_id("Reservation", uuid) == "rsv_0192…"`."""
    return f"{PREFIXES[type_name]}_{uuid.hex}"


def parse_global_id(text: str) -> tuple[str, UUID] | None:
    """Return (type name, uuid), or None for anything that is not exactly an id of ours."""
    prefix, _, digits = text.rpartition("_")
    type_name = TYPES.get(prefix)
    if type_name is None or not DIGITS.fullmatch(digits):
        return None
    return type_name, UUID(hex=digits)


def local_id(type_name: str, text: str) -> UUID | None:
    """Return the uuid if `text` is an id of `type_name`, else None."""
    parsed = parse_global_id(text)
    return parsed[1] if parsed and parsed[0] == type_name else None


def optional_id(type_name: str, text: str | None) -> UUID | None:
    """Return the uuid of an id that may be left out, None where it was. Refuses: NotFound for anything else."""
    if text is None:
        return None
    uuid = local_id(type_name, text)
    if uuid is None:
        raise Refused(NotFound(noun=type_name.lower(), id=text))
    return uuid
