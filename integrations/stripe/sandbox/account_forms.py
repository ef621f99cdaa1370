"""Connected accounts as both generations of Stripe's api show them.

Kept of one: `_asked` (capabilities), `_due` (what is still to be told), `_reason` (why it is disabled for good),
`_submitted` (whether its owner has told anything), `_banks`, and what was said of it.
"""

from typing import Any

from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.times import iso

DUE_V2 = {
    "business_profile.url": "defaults.profile.business_url",
    "business_type": "identity.entity_type",
    "external_account": "configuration.recipient.default_outbound_destination",
    "representative.dob.day": "identity.individual.date_of_birth.day",
    "representative.first_name": "identity.individual.given_name",
    "representative.last_name": "identity.individual.surname",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account.date",
    "tos_acceptance.ip": "identity.attestations.terms_of_service.account.ip",
    "individual.verification.document": "identity.individual.documents.primary_verification",
}
PAST_DUE = "requirements.past_due"


def is_enabled(fields: dict[str, Any]) -> bool:
    return bool(
        fields.get("_submitted")
        and not fields.get("_due")
        and not fields.get("_reason")
        and not fields.get("_closed")
    )


def is_able(fields: dict[str, Any]) -> bool:
    """Tell whether it can be given money."""
    return is_enabled(fields) and "transfers" in fields["_asked"]


def has_payouts(fields: dict[str, Any]) -> bool:
    return is_enabled(fields) and bool(fields.get("_banks"))


def disabled_reason(fields: dict[str, Any]) -> str | None:
    if fields.get("_reason") is not None:
        reason: str = fields["_reason"]
        return reason
    return PAST_DUE if fields.get("_due") else None


def bank_form(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name[0] != "_"}


def form_v1(thing: Thing) -> dict[str, Any]:
    """Return an account as /v1/accounts shows it."""
    fields = thing.fields
    due, reason = fields.get("_due", []), disabled_reason(fields)
    status = "active" if is_enabled(fields) else "inactive"
    requirements = {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
    banks = [bank_form(each) for each in fields.get("_banks", [])]
    return {
        "id": thing.id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": fields.get("_name"),
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": fields.get("_business_type"),
        "capabilities": dict.fromkeys(fields["_asked"], status),
        "charges_enabled": is_enabled(fields) and "card_payments" in fields["_asked"],
        "controller": fields.get("_controller"),
        "country": fields.get("_country"),
        "created": thing.created,
        "default_currency": fields.get("_currency") or "eur",
        "details_submitted": bool(fields.get("_submitted")),
        "email": fields.get("_email"),
        "external_accounts": {
            "object": "list",
            "data": banks,
            "has_more": False,
            "total_count": len(banks),
            "url": f"/v1/accounts/{thing.id}/external_accounts",
        },
        "future_requirements": {**requirements, "currently_due": [], "eventually_due": [], "past_due": [],
                                "disabled_reason": None},
        "livemode": thing.live,
        "metadata": fields.get("_metadata", {}),
        "payouts_enabled": has_payouts(fields),
        "requirements": requirements,
        "settings": {
            "payouts": {
                "debit_negative_balances": True,
                "schedule": fields.get("_schedule", {"delay_days": 2, "interval": "manual"}),
                "statement_descriptor": None,
            }
        },
        "tos_acceptance": {"date": thing.created if fields.get("_submitted") else None},
        "type": fields.get("_type", "none"),
    }  # fmt: skip


def form_v2(thing: Thing, include: frozenset[str]) -> dict[str, Any]:
    """Return an account as /v2/core/accounts shows it: what is not asked for by `include` is null."""
    fields = thing.fields
    applied = fields.get("_applied", ["recipient"])
    configuration = {
        name: _configuration(fields, name) if name in applied else None
        for name in ("customer", "merchant", "recipient")
        if f"configuration.{name}" in include
    }
    form: dict[str, Any] = {
        "id": thing.id,
        "object": "v2.core.account",
        "applied_configurations": applied,
        "closed": bool(fields.get("_closed")),
        "configuration": configuration or None,
        "contact_email": fields.get("_email"),
        "contact_phone": fields.get("_phone"),
        "created": iso(thing.created),
        "dashboard": fields.get("_dashboard"),
        "display_name": fields.get("_name"),
        "livemode": thing.live,
        "metadata": fields.get("_metadata", {}),
        "defaults": None,
        "future_requirements": None,
        "identity": None,
        "requirements": None,
    }
    if "defaults" in include:
        form["defaults"] = {
            "currency": fields.get("_currency"),
            "locales": None,
            "profile": None,
            "responsibilities": fields.get("_responsibilities"),
        }
    if "identity" in include:
        form["identity"] = {
            "attestations": None,
            "business_details": None,
            "country": fields.get("_country"),
            "entity_type": fields.get("_business_type"),
            "individual": None,
        }
    if "requirements" in include:
        form["requirements"] = _requirements_v2(thing)
    if "future_requirements" in include:
        form["future_requirements"] = {"entries": [], "summary": None}
    return form


def _requirements_v2(thing: Thing) -> dict[str, Any]:
    deadline = {"status": "past_due", "time": None}
    entries = [
        {
            "awaiting_action_from": "user",
            "description": DUE_V2.get(due, due),
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {
                        "capability": "stripe_balance.stripe_transfers",
                        "configuration": "recipient",
                        "deadline": {"status": "past_due"},
                    }
                ]
            },
            "minimum_deadline": deadline,
            "reference": None,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for due in thing.fields.get("_due", [])
    ]
    return {"entries": entries, "summary": {"minimum_deadline": deadline} if entries else None}


def _configuration(fields: dict[str, Any], name: str) -> dict[str, Any]:
    if name == "merchant":
        return {
            "applied": True,
            "capabilities": {"card_payments": _capability(fields, is_active=is_enabled(fields))},
        }
    if name == "customer":
        return {"applied": True, "capabilities": {}}
    return {
        "applied": True,
        "capabilities": {
            "stripe_balance": {
                "payouts": _capability(fields, is_active=has_payouts(fields)),
                "stripe_transfers": _capability(fields, is_active=is_able(fields)),
            }
        },
    }


def _capability(fields: dict[str, Any], *, is_active: bool) -> dict[str, Any]:
    if is_active:
        return {"status": "active", "status_details": []}
    if fields.get("_reason"):
        return {
            "status": "rejected",
            "status_details": [{"code": "rejected_fraud", "resolution": "contact_stripe"}],
        }
    return {
        "status": "restricted",
        "status_details": [{"code": "requirements_past_due", "resolution": "provide_info"}],
    }
