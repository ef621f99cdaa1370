"""What the worker does with open runs: probes webhook endpoints, pauses callers, judges what was seen.

Calls of others happen between units of work. A worker killed in between leaves a run as it was: the probe is made
again when it is due again, and the pause is put again.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from db import models
from db.queries import certification as queries
from db.session import Sessions
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import certification, webhooks
from domain.certification import (
    OF_WEBHOOKS,
    CertificationStatus,
    Pause,
    Scenario,
    ScenarioStatus,
    Verdict,
)
from domain.certification_guide import LESSONS
from domain.certification_judges import Evidence, Round, evidence_of, judge
from domain.events import EventType
from domain.ids import global_id
from domain.webhooks import Answer, Message
from permissions.viewer import SYSTEM
from services import onboarding
from services.certification import passed_among, record, tell
from services.ports import Seal

SEEN_LENGTH = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """One round of events for an endpoint: a genuine one, one signed by another key, one changed afterwards."""

    run_id: UUID
    endpoint_id: UUID
    url: str
    message_ids: tuple[str, str, str]
    """Of the genuine event, of the one with another key, of the changed one."""
    secret_sealed: bytes = field(repr=False)
    at: dt.datetime

    def messages(self, seal: Seal, now: dt.datetime) -> list[Message]:
        """Sign the round, in the order of `message_ids`. Raises GatewayError when the secret can not be read."""
        secret = seal.open(self.secret_sealed, self.endpoint_id.bytes)
        # Nobody can know it, and nothing has to be kept for it.
        other = hmac.digest(secret, self.run_id.bytes, hashlib.sha256)
        genuine, unsigned, changed = (self._body(each) for each in self.message_ids)
        return [
            self._message(self.message_ids[0], genuine, signed=genuine, secret=secret, now=now),
            self._message(self.message_ids[1], unsigned, signed=unsigned, secret=other, now=now),
            self._message(self.message_ids[2], changed, signed=changed + b" ", secret=secret, now=now),
        ]

    def round(self, answers: Sequence[Answer]) -> Round:
        """Say how the round was answered; `answers` in the order of `messages`."""
        genuine, *forged = answers
        return Round(
            genuine_id=self.message_ids[0],
            genuine=genuine,
            forged=tuple(zip(self.message_ids[1:], forged, strict=True)),
        )

    def _body(self, message_id: str) -> bytes:
        payload = {
            "endpoint_id": global_id("WebhookEndpoint", self.endpoint_id),
            "certification_run_id": global_id("CertificationRun", self.run_id),
            "event_id": message_id,
        }
        return webhooks.body_of(EventType.WEBHOOK_TEST, self.at, payload)

    def _message(
        self, message_id: str, body: bytes, *, signed: bytes, secret: bytes, now: dt.datetime
    ) -> Message:
        return Message(self.url, webhooks.signed_headers(message_id, signed, secrets=[secret], now=now), body)


@dataclass(frozen=True, slots=True)
class Brought:
    """What looking at a run came to: whether it changed, and whom to pause for how long."""

    has_changed: bool
    partner_id: UUID
    pause: Pause | None = None


async def open_runs(sessions: Sessions) -> list[UUID]:
    """Return the runs that are open: mostly none."""
    return [record[0] for record in await sessions.fetch(queries.OPEN)]


async def take_probe(uow: UnitOfWork, *, run_id: UUID, now: dt.datetime) -> Probe | None:
    """Take the probe of a run that is due, which is this worker's; None where there is nothing to probe.

    Locks the run until commit.
    """
    run = await queries.lock_open_run(uow.session, run_id)
    if run is None or now < run.probe_due_at or now >= run.ends_at:
        return None
    results = await queries.results_of(uow.session, run_id)
    if all(each.status is ScenarioStatus.PASSED for each in results if each.scenario in OF_WEBHOOKS):
        return None
    run.probe_due_at = now + certification.PROBE_EVERY
    endpoint = await queries.test_endpoint(uow.session, run.partner_id)
    await uow.session.flush()
    if endpoint is None:
        # Looked for again soon: it may be made at any moment.
        run.probe_due_at = now
        return None
    first, second, third = (global_id("Event", new_id()) for _ in range(3))
    return Probe(run_id, endpoint.id, endpoint.url, (first, second, third), endpoint.secret_sealed, now)


async def note_round(uow: UnitOfWork, *, run_id: UUID, round: Round, now: dt.datetime) -> bool:
    """Judge how an endpoint answered a round of events; tell whether that changed anything.

    Locks the run until commit.
    """
    run = await queries.lock_run(uow.session, run_id)
    if run is None or run.status is not CertificationStatus.RUNNING:
        return False
    results = await queries.results_of(uow.session, run_id)
    evidence = Evidence(round=round)
    verdicts = {scenario: judge(scenario, evidence) for scenario in OF_WEBHOOKS}
    return await _apply(uow, run, results, verdicts, now)


async def look_at_run(uow: UnitOfWork, *, run_id: UUID, now: dt.datetime) -> Brought | None:
    """Judge an open run by what was called, end it if it is over, and say whether its partner is to be paused.

    None where another worker is busy with it. Locks the run until commit.
    """
    run = await queries.lock_open_run(uow.session, run_id)
    if run is None:
        return None
    results = await queries.results_of(uow.session, run_id)
    calls = await queries.calls_since(uow.session, run.partner_id, run.started_at)
    evidence = evidence_of(
        calls,
        await queries.holds_since(uow.session, run.partner_id, run.started_at),
        partner_id=run.partner_id,
        started_at=run.started_at,
        until=now,
        pause=_last_pause(run),
    )
    verdicts = {scenario: judge(scenario, evidence) for scenario in Scenario if scenario not in OF_WEBHOOKS}
    has_changed = await _apply(uow, run, results, verdicts, now)
    pause = None
    if run.status is CertificationStatus.RUNNING and _may_be_paused(results):
        last_call_at = evidence.calls[-1].at if evidence.calls else None
        if certification.is_pause_due(_last_pause(run), last_call_at=last_call_at, now=now):
            pause = Pause(now, now + certification.PAUSE_LASTS)
            run.paused_at, run.paused_until = pause.at, pause.until
            await uow.session.flush()
    return Brought(has_changed, run.partner_id, pause)


async def _apply(
    uow: UnitOfWork,
    run: models.CertificationRun,
    results: Sequence[models.ScenarioResult],
    verdicts: Mapping[Scenario, Verdict],
    now: dt.datetime,
) -> bool:
    """Write down what changed, and the end of the run if this is it; tell whether anything did.

    A pass is a fact of the partner's case: locks it, after the run.
    """
    changed = [
        each for each in results if each.scenario in verdicts and _set(each, verdicts[each.scenario], now)
    ]
    status = certification.status_of_run(
        [each.status for each in results], started_at=run.started_at, now=now
    )
    if not changed and status is CertificationStatus.RUNNING:
        return False
    run.sequence += 1
    if status is not CertificationStatus.RUNNING:
        await _finish(uow, run, status, results, now)
    await tell(uow, run, passed=passed_among(results), now=now)
    return True


def _set(result: models.ScenarioResult, verdict: Verdict, now: dt.datetime) -> bool:
    """Set what a scenario has come to; what has passed stays, and what failed does so until it passes."""
    if result.status is ScenarioStatus.PASSED or verdict.status is ScenarioStatus.PENDING:
        return False
    if (result.status, result.request_id) == (verdict.status, verdict.request_id):
        return False
    result.status, result.at, result.request_id = verdict.status, now, verdict.request_id
    result.seen = verdict.seen and verdict.seen[:SEEN_LENGTH]
    result.mend = LESSONS[result.scenario].mend if verdict.status is ScenarioStatus.FAILED else None
    return True


async def _finish(
    uow: UnitOfWork,
    run: models.CertificationRun,
    status: CertificationStatus,
    results: Iterable[models.ScenarioResult],
    now: dt.datetime,
) -> None:
    run.status, run.ended_at = status, now
    facts = {"status": status, "passed": passed_among(results)}
    await record(uow, SYSTEM, run, "certification.finish", facts=facts, now=now)
    if status is CertificationStatus.PASSED:
        case = await onboarding.lock_case(uow, run.partner_id)
        case.certified_at = case.certified_at or now
        await onboarding.review(uow, run.partner_id, now=now)
    log.info("certification.finished", run_id=global_id("CertificationRun", run.id), status=status.value)


def _last_pause(run: models.CertificationRun) -> Pause | None:
    if run.paused_at is None or run.paused_until is None:
        return None
    return Pause(run.paused_at, run.paused_until)


def _may_be_paused(results: Iterable[models.ScenarioResult]) -> bool:
    """Tell whether waiting is still to be shown, by a partner that has come as far as holding."""
    status = {each.scenario: each.status for each in results}
    return (
        status[Scenario.HONOR_RETRY_AFTER] is not ScenarioStatus.PASSED
        and status[Scenario.HOLD] is ScenarioStatus.PASSED
    )
