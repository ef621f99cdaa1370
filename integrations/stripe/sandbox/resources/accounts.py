"""Connected accounts, first generation: /v1/accounts."""

from typing import Any

from integrations.stripe.sandbox.account_forms import bank_form, form_v1
from integrations.stripe.sandbox.accounts import FIRST_DUE, bank, changed
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import RefusedError, forbidden, invalid_parameter, no_such
from integrations.stripe.sandbox.lists import PAGING, listed, window
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing

UPDATE = frozenset({
    "account_token", "business_profile", "business_type", "capabilities", "company", "default_currency", "documents",
    "email", "expand", "external_account", "groups", "individual", "metadata", "settings", "tos_acceptance",
})  # fmt: skip
CREATE = UPDATE | {"controller", "country", "type"}
TYPES = ("custom", "express", "standard")
PLATFORM = {
    "_asked": ["card_payments", "transfers"],
    "_country": "DE",
    "_name": "Interline",
    "_submitted": True,
    "_type": "standard",
}
REJECTIONS = ("fraud", "terms_of_service", "other")


def create(call: Call) -> Answer:
    sent = call.parameters
    sent.only(CREATE)
    kind = sent.one_of("type", TYPES)
    asked = _asked(sent) or ["card_payments", "transfers"]
    account = call.world.make(
        "account",
        "acct",
        {
            "_asked": asked,
            "_applied": ["merchant", "recipient"] if "card_payments" in asked else ["recipient"],
            "_business_type": sent.text("business_type"),
            "_controller": _controller(sent, kind),
            "_country": sent.text("country", "US"),
            "_currency": sent.text("default_currency"),
            "_due": list(FIRST_DUE),
            "_email": sent.text("email"),
            "_metadata": sent.metadata(),
            "_name": sent.under("business_profile").text("name"),
            "_type": kind or "none",
        },
    )
    _add_bank(account, sent)
    call.world.store.save(account)
    return form_v1(account)


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return form_v1(_found(call))


def own(call: Call) -> Answer:
    """Show the account that asks."""
    world = call.world
    if world.account == world.desk.platform:
        return form_v1(Thing(world.account, "account", world.live, world.account, 0, {**PLATFORM}))
    return form_v1(world.find("account", world.account, account=world.desk.platform))


def update(call: Call) -> Answer:
    sent = call.parameters
    sent.only(UPDATE)
    account = _found(call)
    before = dict(account.fields)
    fields = account.fields
    if "email" in sent:
        fields["_email"] = sent.text("email")
    if "business_type" in sent:
        fields["_business_type"] = sent.text("business_type")
    fields["_metadata"] = sent.metadata(fields.get("_metadata"))
    fields["_asked"] = sorted({*fields["_asked"], *_asked(sent)})
    name = sent.under("business_profile").text("name")
    fields["_name"] = name or fields.get("_name")
    interval = sent.under("settings").under("payouts").under("schedule").text("interval")
    if interval:
        fields["_schedule"] = {"delay_days": 2, "interval": interval}
    _add_bank(account, sent)
    changed(call.world, account, before)
    return form_v1(account)


def reject(call: Call) -> Answer:
    call.parameters.only({"expand", "reason"})
    reason = call.parameters.one_of("reason", REJECTIONS)
    account = _found(call)
    before = dict(account.fields)
    account.fields["_reason"] = f"rejected.{reason}"
    changed(call.world, account, before)
    return form_v1(account)


def delete(call: Call) -> Answer:
    """Take an account away. Refuses one that still has money."""
    account = _found(call)
    balances = call.world.store.balances(live=call.world.live, account=account.id)
    if any(available or pending for _, available, pending in balances):
        raise invalid_parameter(
            "This account can't be deleted because its balance is not zero.", "id", "account_invalid"
        )
    call.world.store.delete(account)
    return {"id": account.id, "object": "account", "deleted": True}


def list_all(call: Call) -> Answer:
    call.parameters.only(PAGING)
    things, has_more = call.world.store.page(
        "account",
        live=call.world.live,
        account=call.world.desk.platform,
        window=window(call.world, "account", call.parameters),
        refs={},
        fields={},
    )
    return listed([form_v1(each) for each in things], "/v1/accounts", has_more=has_more)


def create_external_account(call: Call) -> Answer:
    call.parameters.only({"default_for_currency", "expand", "external_account", "metadata"})
    account = _found(call)
    before = dict(account.fields)
    added = _add_bank(account, call.parameters)
    if added is None:
        raise invalid_parameter(
            "Missing required param: external_account.", "external_account", "parameter_missing"
        )
    changed(call.world, account, before)
    return bank_form(added)


def list_external_accounts(call: Call) -> Answer:
    banks = [bank_form(each) for each in _found(call).fields.get("_banks", [])]
    return listed(banks, call.path)


def create_login_link(call: Call) -> Answer:
    account = _found(call)
    if not account.fields.get("_submitted"):
        raise RefusedError(
            "Cannot create a login link for an account that has not completed onboarding.", param="account"
        )
    return {
        "object": "login_link",
        "created": int(call.world.now),
        "url": f"{call.world.desk.base}/express/{account.id}",
    }


def _found(call: Call) -> Thing:
    account_id = call.ids[0]
    account = call.world.store.get(account_id)
    if account is None or account.kind != "account" or account.live != call.world.live:
        if account_id.startswith("acct_"):
            raise no_access(account_id)
        raise no_such("account", account_id, "account")
    return account


def no_access(id: str) -> RefusedError:
    """Refuse an account that is none of ours: Stripe does not tell whether it exists."""
    return forbidden(
        f"The provided key does not have access to account '{id}' (or that account does not exist). Application "
        "access may have been revoked.",
        "account_invalid",
    )


def _asked(sent: Parameters) -> list[str]:
    capabilities = sent.raw("capabilities")
    if not isinstance(capabilities, dict):
        return []
    return sorted(
        name
        for name, each in capabilities.items()
        if isinstance(each, dict) and each.get("requested") in {"true", True}
    )


def _add_bank(account: Thing, sent: Parameters) -> dict[str, Any] | None:
    """Take a bank account that was sent; a token is not taken for one."""
    if not isinstance(sent.raw("external_account"), dict):
        return None
    given = sent.under("external_account")
    number = given.needed("account_number").replace(" ", "")
    added = bank(account, number, given.text("currency", "eur") or "eur", given.text("country", "DE") or "DE")
    account.fields["_due"] = [each for each in account.fields.get("_due", []) if each != "external_account"]
    return added


def _controller(sent: Parameters, kind: str | None) -> dict[str, Any]:
    given = sent.under("controller")
    dashboard = {"standard": "full", "custom": "none"}.get(kind or "", "express")
    return {
        "fees": {"payer": given.under("fees").text("payer", "application")},
        "is_controller": True,
        "losses": {"payments": given.under("losses").text("payments", "application")},
        "requirement_collection": given.text("requirement_collection", "stripe"),
        "stripe_dashboard": {"type": given.under("stripe_dashboard").text("type", dashboard)},
        "type": "application",
    }
