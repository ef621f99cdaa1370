"""Connected accounts, second generation: /v2/core/accounts, in JSON."""

from typing import Any

from integrations.stripe.sandbox.account_forms import form_v2
from integrations.stripe.sandbox.accounts import FIRST_DUE, changed
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing, Window

UPDATE = frozenset({
    "account_token", "configuration", "contact_email", "contact_phone", "dashboard", "defaults", "display_name",
    "identity", "include", "metadata",
})  # fmt: skip
CONFIGURATIONS = ("customer", "merchant", "recipient")
INCLUDABLE = frozenset({
    "configuration.customer", "configuration.merchant", "configuration.recipient", "defaults", "future_requirements",
    "identity", "requirements",
})  # fmt: skip
DASHBOARDS = ("express", "full", "none")
LARGEST_PAGE = 20


def create(call: Call) -> Answer:
    sent = call.parameters
    sent.only(UPDATE)
    include = _include(sent)
    fields: dict[str, Any] = {"_due": list(FIRST_DUE), "_asked": [], "_applied": [], "_type": "none"}
    _take(sent, fields)
    account = call.world.make("account", "acct", fields)
    call.world.emit_thin("v2.core.account.created", account)
    return form_v2(account, include)


def retrieve(call: Call) -> Answer:
    call.parameters.only({"include"})
    return form_v2(_found(call), _include(call.parameters))


def update(call: Call) -> Answer:
    sent = call.parameters
    sent.only(UPDATE)
    include = _include(sent)
    account = _found(call)
    before = dict(account.fields)
    _take(sent, account.fields)
    changed(call.world, account, before)
    return form_v2(account, include)


def close(call: Call) -> Answer:
    call.parameters.only({"applied_configurations"})
    account = _found(call)
    balances = call.world.store.balances(live=call.world.live, account=account.id)
    if any(available or pending for _, available, pending in balances):
        raise RefusedError(
            "The account can not be closed: its balance is not zero.", code="account_balance_not_zero"
        )
    before = dict(account.fields)
    account.fields |= {"_closed": True, "_applied": []}
    changed(call.world, account, before)
    call.world.emit_thin("v2.core.account.closed", account)
    return form_v2(account, frozenset())


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"applied_configurations", "closed", "limit", "page"})
    limit = sent.integer("limit", LARGEST_PAGE) or LARGEST_PAGE
    things, has_more = call.world.store.page(
        "account",
        live=call.world.live,
        account=call.world.desk.platform,
        window=Window(min(limit, LARGEST_PAGE), sent.text("page")),
        refs={},
        fields={},
    )
    is_closed = sent.boolean("closed")
    data = [form_v2(each, frozenset()) for each in things if bool(each.fields.get("_closed")) == is_closed]
    next_url = f"/v2/core/accounts?limit={limit}&page={things[-1].id}" if has_more else None
    return {"data": data, "next_page_url": next_url, "previous_page_url": None}


def _found(call: Call) -> Thing:
    account = call.world.store.get(call.ids[0])
    if account is None or account.kind != "account" or account.live != call.world.live:
        raise RefusedError(f"Account {call.ids[0]} not found.", status=404, code="not_found", is_kept=False)
    return account


def _include(sent: Parameters) -> frozenset[str]:
    include = frozenset(sent.texts("include"))
    for name in include - INCLUDABLE:
        raise invalid_parameter(f"{name} is not a valid value for include.", "include")
    return include


def _take(sent: Parameters, fields: dict[str, Any]) -> None:
    plain = {"contact_email": "_email", "contact_phone": "_phone", "display_name": "_name"}
    for name, kept in plain.items():
        if name in sent:
            fields[kept] = sent.text(name)
    if "dashboard" in sent:
        fields["_dashboard"] = sent.one_of("dashboard", DASHBOARDS)
    if "metadata" in sent:
        fields["_metadata"] = sent.metadata(fields.get("_metadata"))
    identity, defaults = sent.under("identity"), sent.under("defaults")
    if "country" in identity:
        fields["_country"] = (identity.needed("country")).upper()
    if "entity_type" in identity:
        fields["_business_type"] = identity.text("entity_type")
    if "currency" in defaults:
        fields["_currency"] = defaults.text("currency")
    if isinstance(defaults.raw("responsibilities"), dict):
        fields["_responsibilities"] = {"requirements_collector": "stripe"} | defaults.raw("responsibilities")
    configuration = sent.under("configuration")
    configuration.only(CONFIGURATIONS)
    applied = {*fields["_applied"], *(name for name in CONFIGURATIONS if name in configuration)}
    fields["_applied"] = sorted(applied)
    fields["_asked"] = sorted({*fields["_asked"], *_asked(configuration)})


def _asked(configuration: Parameters) -> list[str]:
    """Return the capabilities asked for, in the words of the first generation."""
    balance = configuration.under("recipient").under("capabilities").under("stripe_balance")
    cards = configuration.under("merchant").under("capabilities").under("card_payments")
    return [
        *(["transfers"] if balance.under("stripe_transfers").boolean("requested") else []),
        *(["card_payments"] if cards.boolean("requested") else []),
    ]
