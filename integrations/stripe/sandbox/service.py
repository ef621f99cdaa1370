"""Answers calls: who asks, whether it was asked before, what is done, and how it is told."""

import hashlib
import logging
from typing import Any

import orjson

from integrations.stripe.sandbox import forms, lists, times
from integrations.stripe.sandbox.callers import Caller, Callers, check_permission
from integrations.stripe.sandbox.calls import Call
from integrations.stripe.sandbox.control import Control
from integrations.stripe.sandbox.errors import (
    RefusedError,
    broken,
    forbidden,
    invalid_parameter,
    key_in_use,
    no_such_address,
)
from integrations.stripe.sandbox.pages import Pages
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.resources.accounts import no_access
from integrations.stripe.sandbox.routes import PUBLISHABLE, ROUTES, resolve
from integrations.stripe.sandbox.shapes import API_VERSION
from integrations.stripe.sandbox.tasks import Clock
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.wire import Reply, Request
from integrations.stripe.sandbox.worlds import Desk, World, new_id

logger = logging.getLogger(__name__)

LONGEST_KEY = 255
API = ("/v1/", "/v2/")
RATE_LIMITED = RefusedError(
    "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
    status=429,
    code="rate_limit",
)


class Service:
    """Everything that is answered, synchronously: one call is done before the next begins."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._callers = Callers(desk.options, desk.store)
        self._control = Control(desk, clock, self._callers)
        self._pages = Pages(desk, clock)

    def delay(self, request: Request) -> float:
        """See `wire.Answering`."""
        return self._desk.options.faults.latency(request.path) if request.path.startswith(API) else 0.0

    def answer(self, request: Request) -> Reply:
        """See `wire.Answering`."""
        if not request.path.startswith(API):
            return self._local(request)
        fault = self._desk.options.faults.of_call(request.path)
        if fault is None:
            return self._api(request)
        if fault == "rate_limited":
            return _refused(RATE_LIMITED, new_id("req"), (b"stripe-should-retry", b"true"))
        if fault.endswith("_after"):
            self._api(request)
        if fault.startswith("reset"):
            return Reply(500, is_cut=True)
        return _refused(broken("An unknown error occurred"), new_id("req"))

    def _local(self, request: Request) -> Reply:
        """Answer what Stripe's api has not: the control and the pages."""
        asked: Control | Pages = self._control if request.path.startswith("/_sandbox/") else self._pages
        try:
            return asked.answer(request)
        # As in `_api`.
        except Exception:
            logger.exception("%s %s", request.method, request.path)
            return _refused(broken("The sandbox has a bug; its log tells where."), new_id("req"))

    def _api(self, request: Request) -> Reply:
        request_id = new_id("req")
        try:
            return self._done(request, request_id)
        except RefusedError as refusal:
            return _refused(refusal, request_id)
        # A bug of ours must look like one of Stripe's, and leave the server standing.
        except Exception:
            logger.exception("%s %s", request.method, request.path)
            return _refused(broken("The sandbox has a bug; its log tells where."), request_id)

    def _done(self, request: Request, request_id: str) -> Reply:
        caller = self._callers.who(request.headers.get(b"authorization"))
        pattern, ids = resolve(request.path)
        act = ROUTES.get((request.method, pattern))
        if act is None:
            raise no_such_address(request.method, request.path)
        account = self._account(request, caller)
        check_permission(caller, request.method, pattern, account)
        parameters = _parameters(request)
        client_secret = None
        if caller.is_publishable:
            client_secret = _client_secret(request.method, pattern, parameters)
        key, asked = None, ""
        if request.method == "POST" and (given := request.headers.get(b"idempotency-key")):
            key = given.decode("latin-1")
            asked = _digest(request, parameters)
            known = self._known(caller, account, key, asked)
            if known is not None:
                return known
        world = World(self._desk, live=caller.live, account=account, request_id=request_id, key=key)
        call = Call(world, Parameters(parameters), ids, request.path, client_secret)
        owner = f"{caller.live}:{account}"
        store = self._desk.store
        store.begin()
        try:
            answer = act(call)
            form = lists.with_lists(world, answer) if isinstance(answer, Thing) else answer
            if paths := call.parameters.texts("expand"):
                lists.expand(world, form, paths)
            body = orjson.dumps(form)
            if key is not None:
                store.keep_answer(owner, key, asked=asked, status=200, body=body, at=world.now)
            store.keep()
        except RefusedError as refusal:
            self._refuse(refusal, owner, key, asked)
            raise
        except BaseException:
            store.undo()
            self._desk.outbox.clear()
            raise
        self._clock.after_commit()
        return Reply(200, body, _headers(request_id, request, key))

    def _refuse(self, refusal: RefusedError, owner: str, key: str | None, asked: str) -> None:
        """Undo or keep what was done, and keep the refusal for a repetition where Stripe does."""
        store = self._desk.store
        if not refusal.keeps_effects:
            store.undo()
            self._desk.outbox.clear()
            if key is None or not refusal.is_kept:
                return
            store.begin()
        if key is not None:
            body = orjson.dumps({"error": refusal.error})
            at = times.now()
            store.keep_answer(owner, key, asked=asked, status=refusal.status, body=body, at=at)
        store.keep()
        self._clock.after_commit()

    def _known(self, caller: Caller, account: str, key: str, asked: str) -> Reply | None:
        """Return the answer that was given to this key. Refuses another question with it."""
        if len(key) > LONGEST_KEY:
            raise invalid_parameter(
                f"Idempotency keys can be at most {LONGEST_KEY} characters long.", "idempotency_key"
            )
        known = self._desk.store.answer(f"{caller.live}:{account}", key)
        if known is None:
            return None
        before, status, body = known
        if before != asked:
            raise key_in_use(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                status=400,
            )
        headers = (
            (b"request-id", new_id("req").encode()),
            (b"stripe-version", API_VERSION.encode()),
            (b"idempotency-key", key.encode("latin-1")),
            (b"idempotent-replayed", b"true"),
        )
        return Reply(status, body.encode(), headers)

    def _account(self, request: Request, caller: Caller) -> str:
        """Return whose things are meant: the platform's, or a connected account's."""
        named = request.headers.get(b"stripe-account") or request.headers.get(b"stripe-context")
        if named is None:
            return self._desk.platform
        account_id = named.decode("latin-1").rpartition("/")[2]
        if account_id == self._desk.platform:
            return account_id
        account = self._desk.store.get(account_id)
        if account is None or account.kind != "account" or account.live != caller.live:
            raise no_access(account_id)
        return account_id


def _parameters(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return forms.decode(request.query) if request.query else {}
    if request.path.startswith("/v2/"):
        try:
            sent = orjson.loads(request.body or b"{}")
        except orjson.JSONDecodeError:
            raise invalid_parameter("Invalid request body: it is no JSON.", "body", "invalid_json") from None
        if not isinstance(sent, dict):
            raise invalid_parameter("Invalid request body: it is no object.", "body", "invalid_json")
        return {name: value for name, value in sent.items() if value is not None}
    return forms.decode(request.body.decode("utf-8", "replace")) if request.body else {}


def _client_secret(method: str, pattern: str, parameters: dict[str, Any]) -> str:
    if (method, pattern) not in PUBLISHABLE:
        raise forbidden(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a "
            "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            "secret_key_required",
        )
    return str(parameters.get("client_secret", ""))


def _digest(request: Request, parameters: dict[str, Any]) -> str:
    asked = orjson.dumps([request.path, parameters], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(asked, digest_size=16).hexdigest()


def _headers(request_id: str, request: Request, key: str | None) -> tuple[tuple[bytes, bytes], ...]:
    version = request.headers.get(b"stripe-version", API_VERSION.encode())
    headers = ((b"request-id", request_id.encode()), (b"stripe-version", version))
    if key is None:
        return headers
    return (*headers, (b"idempotency-key", key.encode("latin-1")))


def _refused(refusal: RefusedError, request_id: str, *more: tuple[bytes, bytes]) -> Reply:
    error = {**refusal.error, "request_log_url": f"https://dashboard.stripe.com/logs/{request_id}"}
    return Reply(
        refusal.status, orjson.dumps({"error": error}), ((b"request-id", request_id.encode()), *more)
    )
