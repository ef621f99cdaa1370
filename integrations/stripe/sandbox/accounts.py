"""What happens to connected accounts, whichever generation of the api they are seen through."""

from typing import Any

from integrations.stripe.sandbox.account_forms import has_payouts, is_able
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

FIRST_DUE = (
    "business_profile.url",
    "business_type",
    "external_account",
    "representative.dob.day",
    "representative.first_name",
    "representative.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)


def bank(account: Thing, number: str, currency: str, country: str) -> dict[str, Any]:
    """Add a bank account to an account; return its form."""
    banks = account.fields.setdefault("_banks", [])
    added: dict[str, Any] = {
        "id": f"ba_{account.id[5:]}{len(banks)}",
        "object": "bank_account",
        "account": account.id,
        "account_holder_name": account.fields.get("_name"),
        "account_holder_type": "company",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": currency,
        "default_for_currency": not any(each["currency"] == currency for each in banks),
        "fingerprint": f"fp{number[-6:]}",
        "future_requirements": None,
        "last4": number[-4:],
        "metadata": {},
        "requirements": None,
        "routing_number": None,
        "status": "new",
        "_number": number,
    }
    banks.append(added)
    return added


def changed(world: World, account: Thing, before: dict[str, Any]) -> None:
    """Save an account, and tell what has changed in the words of both generations."""
    world.store.save(account)
    world.emit("account.updated", account, previous={}, account=account.id)
    kinds = ["v2.core.account.updated"]
    if before.get("_due") != account.fields.get("_due"):
        kinds.append("v2.core.account[requirements].updated")
    if is_able(before) != is_able(account.fields) or has_payouts(before) != has_payouts(account.fields):
        kinds.append("v2.core.account[configuration.recipient].capability_status_updated")
    for kind in kinds:
        world.emit_thin(kind, account)


def onboard(world: World, account: Thing, *, outcome: str, bank_number: str | None = None) -> None:
    """Take what its owner has told on the hosted page: `complete`, `incomplete` or `rejected`."""
    before = dict(account.fields)
    fields = account.fields
    if bank_number:
        country = fields.get("_country") or "DE"
        bank(account, bank_number.replace(" ", ""), fields.get("_currency") or "eur", country)
    fields["_submitted"] = True
    fields["_due"] = ["individual.verification.document"] if outcome == "incomplete" else []
    fields["_reason"] = "rejected.fraud" if outcome == "rejected" else None
    if not fields.get("_banks") and outcome != "rejected":
        fields["_due"] = ["external_account", *fields["_due"]]
    changed(world, account, before)
