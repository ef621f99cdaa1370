"""What a test or a person may tell the sandbox, and nobody could tell Stripe: `/_sandbox/…`, in JSON."""

from typing import Any

import orjson

from integrations.stripe.sandbox import accounts, times
from integrations.stripe.sandbox.callers import Callers, publishable
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter, no_such, no_such_address
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.resources import confirmations, webhook_endpoints
from integrations.stripe.sandbox.tasks import Clock
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.wire import Reply, Request
from integrations.stripe.sandbox.worlds import Desk, World

OUTCOMES = ("complete", "incomplete", "rejected")
FAR = 10.0 * 365 * 86_400


class Control:
    """Faults, onboarding and authentication without a browser, rotation of secrets, restricted keys, time."""

    def __init__(self, desk: Desk, clock: Clock, callers: Callers) -> None:
        self._desk = desk
        self._clock = clock
        self._callers = callers

    def answer(self, request: Request) -> Reply:
        try:
            told = self._told(request)
        except RefusedError as refusal:
            return Reply(refusal.status, orjson.dumps({"error": refusal.error}))
        return Reply(200, orjson.dumps(told))

    def _told(self, request: Request) -> dict[str, Any]:  # noqa: PLR0911 - one for each address
        sent = _sent(request) if request.method == "POST" else {}
        match [request.method, *request.path.split("/")[2:]]:
            case ["POST", "accounts", account_id, "onboard"]:
                return {"id": self.onboard(account_id, Parameters(sent)).id}
            case ["POST", "payment_intents", intent_id, "authenticate"]:
                return self.authenticate(intent_id, passes=Parameters(sent).boolean("passes", default=True))
            case ["POST", "webhook_endpoints", endpoint_id, "roll"]:
                return self._roll(endpoint_id, float(sent.get("old_for", 86_400)))
            case [method, "faults"]:
                return self._faults(method, sent)
            case [method, "keys"]:
                return self._keys(method, Parameters(sent))
            case ["POST", "settle"]:
                return {"done": self._clock.do_due(times.now() + FAR)}
            case ["GET", "health"]:
                return {"status": "ready"}
        raise no_such_address(request.method, request.path)

    def _faults(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        faults = self._desk.options.faults
        if method == "POST":
            faults.change(sent)
        elif method == "DELETE":
            faults.clear()
        return faults.as_dict()

    def _keys(self, method: str, sent: Parameters) -> dict[str, Any]:
        """Show the publishable keys, or make a restricted one."""
        options = self._desk.options
        if method != "POST":
            return {
                "test": publishable(options.test_key, live=False),
                "live": publishable(options.live_key, live=True),
            }
        with self._desk.store.transaction():
            return {"key": self._callers.restrict(sent.texts("permissions"), live=sent.boolean("live"))}

    def onboard(self, account_id: str, sent: Parameters) -> Thing:
        """Answer for the owner of an account what the hosted page asks. Refuses an unknown account."""
        account = self._found("account", account_id)
        outcome = sent.one_of("outcome", OUTCOMES, "complete") or "complete"
        with self._desk.store.transaction():
            accounts.onboard(
                World(self._desk, live=account.live, account=self._desk.platform),
                account,
                outcome=outcome,
                bank_number=sent.text("bank_account"),
            )
        self._clock.after_commit()
        return account

    def authenticate(self, intent_id: str, *, passes: bool) -> dict[str, Any]:
        """Answer for the owner of a card whether it is them. Refuses an unknown payment."""
        intent = self._found("payment_intent", intent_id)
        world = World(self._desk, live=intent.live, account=intent.account)
        with self._desk.store.transaction():
            confirmations.authenticate(world, intent, passes=passes)
        self._clock.after_commit()
        return world.shown(intent)

    def _roll(self, id: str, old_for: float) -> dict[str, Any]:
        with self._desk.store.transaction():
            world = World(self._desk, live=False, account=self._desk.platform)
            return {"secret": webhook_endpoints.roll(world, id, old_for=old_for)}

    def _found(self, kind: str, id: str) -> Thing:
        thing = self._desk.store.get(id)
        if thing is None or thing.kind != kind:
            raise no_such(kind, id, "id")
        return thing


def _sent(request: Request) -> dict[str, Any]:
    # A form from another site can not be JSON: nobody's browser is made to turn faults on.
    if request.headers.get(b"content-type", b"application/json").split(b";")[0] != b"application/json":
        raise invalid_parameter("Send JSON.", "body")
    try:
        sent = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        raise invalid_parameter("That is no JSON.", "body") from None
    if not isinstance(sent, dict):
        raise invalid_parameter("That is no object.", "body")
    return sent
