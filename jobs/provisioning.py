"""Environments are made as soon as a partner may have them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from db.queries import provisioning as queries
from domain.ids import global_id, local_id
from domain.jobs import error_text
from jobs.work import Work
from services import provisioning

BATCH = 20
PROVISION_ONE = "provisioning.provision_one"

Waiting = Callable[..., Awaitable[list[UUID]]]
Provision = Callable[..., Awaitable[bool]]

log = structlog.get_logger(__name__)


async def provision(work: Work) -> int:
    """Make every environment that is waited for, a unit of work each; return how many were made here.

    Two workers skip what the other is at; one that is killed leaves nothing half made. What fails is a job of its
    own, with its own tries and its own dead letter, and keeps nobody else waiting.
    """
    made = await _provision_all(work, queries.partners_without_sandbox, provisioning.provision_sandbox)
    made += await _provision_all(work, queries.partners_without_production, provisioning.provision_production)
    if made:
        work.ring()
    return made


async def provision_one(work: Work, partner_id: str) -> None:
    """Make the environments one partner waits for; one that has them stays as it is."""
    uuid = local_id("Partner", partner_id)
    if uuid is None:
        return
    made = await _provision_one(work, provisioning.provision_sandbox, uuid)
    if made or await _provision_one(work, provisioning.provision_production, uuid):
        work.ring()


async def _provision_all(work: Work, waiting: Waiting, provision: Provision) -> int:
    made = 0
    tried: set[UUID] = set()
    while True:
        async with work.sessions.read() as session:
            partner_ids = await waiting(session, limit=BATCH, besides=tried)
        for each in partner_ids:
            try:
                made += await _provision_one(work, provision, each)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other partners must not wait for it
                shown = global_id("Partner", each)
                log.warning("provisioning.failed", partner_id=shown, error=error_text(error))
                job_id = f"{PROVISION_ONE}:{each.hex}"
                await work.queue.enqueue(PROVISION_ONE, {"partner_id": shown}, job_id=job_id)
        tried |= set(partner_ids)
        if len(partner_ids) < BATCH:
            return made


async def _provision_one(work: Work, provision: Provision, partner_id: UUID) -> bool:
    async with work.unit_of_work() as uow:
        return await provision(uow, partner_id=partner_id, now=work.clock())
