"""Endpoints that have to prove themselves: who asks for it, and what the worker does with them.

As with deliveries the call is made between the two, outside any unit of work; a worker killed there leaves a lease
that ends, and the endpoint is challenged again.
"""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from db import models
from db.queries import webhook_challenges as queries
from db.queries import webhooks as webhook_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import webhook_challenges, webhooks
from domain.errors import Refused
from domain.ids import global_id
from domain.webhooks import Answer, DisabledBecause, EndpointStatus, Message, WebhookEndpointDisabled
from permissions.viewer import SYSTEM, Viewer
from services import webhook_deliveries
from services import webhooks as endpoints
from services.ports import Entropy, Seal


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge of one endpoint, taken by one worker."""

    endpoint_id: UUID
    url: str
    text: str = field(repr=False)
    """What the endpoint has to answer; kept by this worker alone."""
    message_id: str
    secret_sealed: bytes = field(repr=False)

    def message(self, seal: Seal, now: dt.datetime) -> Message:
        """Sign the call. Raises GatewayError when the secret can not be read."""
        body = webhooks.body_of(webhook_challenges.TYPE, now, {"challenge": self.text})
        secret = seal.open(self.secret_sealed, self.endpoint_id.bytes)
        headers = webhooks.signed_headers(self.message_id, body, secrets=[secret], now=now)
        return Message(self.url, headers, body)


async def verify_endpoint(
    uow: UnitOfWork, viewer: Viewer, *, endpoint_id: UUID | None, now: dt.datetime
) -> models.WebhookEndpoint:
    """Challenge an endpoint again at once, also one that was given up; one that is verified stays as it is.

    Refuses: NotFound, Forbidden, WebhookEndpointDisabled, WebhookEndpointLimit.
    """
    endpoint = await endpoints.lock_own(uow, viewer, endpoint_id)
    if endpoint.disabled_because not in {None, DisabledBecause.UNVERIFIED}:
        raise Refused(WebhookEndpointDisabled(endpoint_id=global_id("WebhookEndpoint", endpoint.id)))
    if endpoint.verified_at is not None:
        return endpoint
    if endpoint.status is EndpointStatus.DISABLED:
        await endpoints.enable(uow, endpoint, now)
    endpoint.challenge_at, endpoint.challenge_attempts = now, 0
    endpoint.sequence += 1
    endpoint.updated_at = now
    await uow.session.flush()
    await endpoints.record(uow, viewer, endpoint, "webhooks.challenge", facts={"url": endpoint.url}, now=now)
    return endpoint


async def take_due(uow: UnitOfWork, *, limit: int, entropy: Entropy, now: dt.datetime) -> list[Challenge]:
    """Take the endpoints to be challenged now; each is this worker's for LEASE. Locks them until commit."""
    challenges = []
    for endpoint in await queries.lock_challenged(uow.session, now=now, limit=limit):
        endpoint.challenge_attempts += 1
        endpoint.challenge_at = now + webhooks.LEASE
        challenges.append(
            Challenge(
                endpoint_id=endpoint.id,
                url=endpoint.url,
                text=entropy(webhook_challenges.CHALLENGE_BYTES).hex(),
                message_id=f"chl_{new_id().hex}",
                secret_sealed=endpoint.secret_sealed,
            )
        )
    await uow.session.flush()
    return challenges


async def note_answer(
    uow: UnitOfWork, *, challenge: Challenge, answer: Answer, chance: float, now: dt.datetime
) -> bool | None:
    """Note what an endpoint answered; tells whether it is verified by that, None where it changed meanwhile.

    After the last challenge that was not met the endpoint is disabled. Locks it until commit.
    """
    endpoint = await webhook_queries.lock_endpoint(uow.session, challenge.endpoint_id)
    if endpoint is None or not _is_still_asked(endpoint, challenge):
        return None
    if webhook_challenges.is_met(answer, challenge.text):
        await _verify(uow, endpoint, now)
        return True
    endpoint.challenge_error = webhook_challenges.problem_of(answer)
    endpoint.challenge_at = webhook_challenges.next_challenge_at(
        endpoint.challenge_attempts, now, chance=chance
    )
    if endpoint.challenge_at is None:
        await webhook_deliveries.give_up(uow, endpoint, DisabledBecause.UNVERIFIED, now)
    await uow.session.flush()
    return False


def _is_still_asked(endpoint: models.WebhookEndpoint, challenge: Challenge) -> bool:
    return (
        endpoint.url == challenge.url
        and endpoint.verified_at is None
        and endpoint.status is EndpointStatus.ENABLED
    )


async def _verify(uow: UnitOfWork, endpoint: models.WebhookEndpoint, now: dt.datetime) -> None:
    endpoint.verified_at, endpoint.challenge_at, endpoint.challenge_error = now, None, None
    endpoint.sequence += 1
    endpoint.updated_at = now
    await uow.session.flush()
    facts = {"url": endpoint.url}
    await endpoints.record(uow, SYSTEM, endpoint, "webhooks.verify", facts=facts, now=now)
