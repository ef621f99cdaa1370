"""The door of the payment provider's webhooks: believed by their signature, kept, answered; nothing else.

What comes of an event is the worker's business, which is rung at once.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from db.session import Sessions
from domain.environments import Environment
from domain.payments import ProviderEvent
from server.middleware.request_ids import request_id_of
from server.outages import is_outage
from server.problems import OUTAGE, Problem, problem_response
from services import payment_events, provider_events
from services.ports import Payments

PATHS = ("/webhooks/stripe", "/api/billing/webhooks/stripe")
"""One door with two names: ours, and the one of the brief."""
SIGNATURE = "stripe-signature"
BAD_SIGNATURE = Problem(
    "BAD_SIGNATURE",
    "This is not signed with a secret of ours, or was signed more than five minutes ago.",
    "Send the very bytes that were signed, with the header Stripe-Signature.",
)
RECEIVED = b'{"received":true}'

log = structlog.get_logger(__name__)


class StripeWebhooks:
    """The door. `ring` wakes the worker; which environment an event is of, the secret tells that fits."""

    def __init__(
        self,
        payments: Mapping[Environment, Payments],
        sessions: Sessions,
        *,
        ring: Callable[[], None],
        public_url: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._payments = payments
        self._sessions = sessions
        self._ring = ring
        self._public_url = public_url
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        """Keep an event once, and say that it came: also again, also where nothing comes of it."""
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        now = self._clock()
        environment, event = self._believed(body, request.headers.get(SIGNATURE, ""), now)
        if environment is None or event is None:
            return self._refuse(request, BAD_SIGNATURE)
        is_wanted = payment_events.is_wanted(event.type)
        try:
            is_new = await provider_events.receive(
                self._sessions, event, environment=environment, is_wanted=is_wanted, now=now
            )
        except Exception as failure:
            if not is_outage(failure):
                raise
            # It is sent again, for as long as it takes.
            log.warning("stripe_webhooks.outage", request_id=request_id_of(request.scope))
            return self._refuse(request, OUTAGE)
        if is_new and is_wanted:
            self._ring()
        return Response(RECEIVED, media_type="application/json", headers={"Cache-Control": "no-store"})

    def _believed(
        self, body: bytes, signature: str, now: dt.datetime
    ) -> tuple[Environment | None, ProviderEvent | None]:
        for environment, payments in self._payments.items():
            event = payments.event_of(body, signature, now=now)
            if event is not None:
                return environment, event
        return None, None

    def _refuse(self, request: Request, problem: Problem) -> Response:
        return problem_response(
            problem,
            public_url=self._public_url,
            instance=request.url.path,
            request_id=request_id_of(request.scope),
        )


def stripe_routes(webhooks: StripeWebhooks) -> list[BaseRoute]:
    """Return the door, by both its names."""
    return [Route(path, webhooks.receive, methods=["POST"]) for path in PATHS]
