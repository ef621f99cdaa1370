"""Payment methods: Stripe's test ones by name, or made from a test number."""

from typing import Any

from integrations.stripe.sandbox import cards
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

TYPES = frozenset({"card", "sepa_debit", "us_bank_account"})
DATA = TYPES | {"allow_redisplay", "billing_details", "metadata", "radar_options", "type"}
CREATE = DATA | {"customer", "expand"}


def create(call: Call) -> Answer:
    call.parameters.only(CREATE)
    return from_data(call.world, call.parameters)


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return named(call.world, call.ids[0], param=None)


def list_all(call: Call) -> Answer:
    call.parameters.only(PAGING | {"allow_redisplay", "customer", "customer_account", "type"})
    return page(call, "payment_method", fields={"customer": call.parameters.text("customer")})


def named(world: World, id: str, *, param: str | None = "payment_method") -> Thing:
    """Return a payment method; one of Stripe's test names makes a new one each time.

    They work in both worlds: no real card ever comes here, and live must be playable too.
    """
    instrument = cards.BY_NAME.get(id)
    if instrument is None:
        return world.find("payment_method", id, param=param)
    return _made(world, instrument, {})


def from_data(world: World, data: Parameters) -> Thing:
    """Make one of what was typed in."""
    kind = data.needed("type")
    if kind not in TYPES:
        raise invalid_parameter(f"The payment method type provided: {kind} is invalid.", "type")
    number = _number(kind, data.under(kind))
    if number in cards.INVALID_NUMBERS:
        raise RefusedError(
            "Your card number is incorrect.",
            status=402,
            type="card_error",
            code="incorrect_number",
            param="number",
        )
    instrument = cards.by_number(number)
    if instrument is None or instrument.type != kind:
        raise RefusedError(
            "Your card number is incorrect. Only test numbers are known here: "
            "https://docs.stripe.com/testing",
            status=402,
            type="card_error",
            code="incorrect_number",
            param="number",
        )
    fields: dict[str, Any] = {"metadata": data.metadata()}
    billing = data.raw("billing_details")
    if isinstance(billing, dict):
        fields["billing_details"] = {
            "address": None, "email": None, "name": None, "phone": None, "tax_id": None
        } | billing  # fmt: skip
    return _made(world, instrument, fields)


def _number(kind: str, inside: Parameters) -> str:
    if kind == "card":
        token = inside.text("token")
        if token:
            named_card = cards.BY_NAME.get(token.replace("tok_", "pm_card_", 1))
            if named_card is None:
                raise invalid_parameter(f"No such token: '{token}'", "card[token]", "resource_missing")
            return named_card.number
        return inside.needed("number").replace(" ", "")
    return inside.needed("iban" if kind == "sepa_debit" else "account_number").replace(" ", "")


def _made(world: World, instrument: cards.Instrument, fields: dict[str, Any]) -> Thing:
    return world.make(
        "payment_method", "pm", {"type": instrument.type, "_number": instrument.number, **fields}
    )
