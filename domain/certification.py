"""Certification: what a partner's system must show against the TEST environment before it may sell.

A run begins when the partner says so. From then on its own calls are looked at, its holds, and how its webhook
endpoint answers; each scenario is judged by what was seen (`certification_judges`), and a scenario that has passed
stays passed. The run passes when all of them have.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal


class Scenario(StrEnum):
    """What is looked for; in the order in which an integrator builds it."""

    AUTHENTICATE = "AUTHENTICATE"
    READ_AVAILABILITY = "READ_AVAILABILITY"
    HOLD = "HOLD"
    EXTEND = "EXTEND"
    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    MEET_EXPIRY = "MEET_EXPIRY"
    MEET_SOLD_OUT = "MEET_SOLD_OUT"
    RETRY_WITH_SAME_KEY = "RETRY_WITH_SAME_KEY"
    VERIFY_WEBHOOK_SIGNATURE = "VERIFY_WEBHOOK_SIGNATURE"
    REFUSE_FORGED_WEBHOOK = "REFUSE_FORGED_WEBHOOK"
    HONOR_RETRY_AFTER = "HONOR_RETRY_AFTER"


ORDER = tuple(Scenario)
OF_WEBHOOKS = frozenset({Scenario.VERIFY_WEBHOOK_SIGNATURE, Scenario.REFUSE_FORGED_WEBHOOK})
"""Judged by how the endpoint answers our probes; the others by what the partner calls."""


class ScenarioStatus(StrEnum):
    """PENDING until something was seen; FAILED until it is done right; PASSED for good."""

    PENDING = "PENDING"
    PASSED = "PASSED"
    FAILED = "FAILED"


class CertificationStatus(StrEnum):
    """RUNNING, or how a run ended. EXPIRED: its time was over before everything had been seen."""

    RUNNING = "RUNNING"
    PASSED = "PASSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


RUN_LASTS = dt.timedelta(hours=2)
"""How long a run is open: time to mend what failed and show it again."""
CALLS_ARRIVE_WITHIN = dt.timedelta(seconds=5)
"""Calls are stored in batches, so a run is closed this much later: what was called in time counts."""

PROBE_EVERY = dt.timedelta(seconds=10)
"""How often a webhook endpoint is probed until it answers as it should."""

PAUSE_LASTS = dt.timedelta(seconds=6)
"""How long the partner's calls are answered 429, to see whether it waits."""
PAUSE_AGAIN_AFTER = dt.timedelta(seconds=20)
"""How long a partner that did not wait, or did not call, is left alone before the next pause."""
ACTIVE_WITHIN = dt.timedelta(seconds=10)
"""A pause is only put in front of a partner that has called just now."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which every call of the partner in TEST is answered 429 with what is left of it."""

    at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scenario has come to, and what it was judged by."""

    status: ScenarioStatus
    seen: str | None = None
    request_id: str | None = None
    """Of the call that decided; of a webhook, its `webhook-id`."""


PENDING = Verdict(ScenarioStatus.PENDING)


def status_of_run(
    statuses: Collection[ScenarioStatus], *, started_at: dt.datetime, now: dt.datetime
) -> CertificationStatus:
    """Tell what a run has come to that nobody cancelled."""
    if all(each is ScenarioStatus.PASSED for each in statuses):
        return CertificationStatus.PASSED
    if now < started_at + RUN_LASTS + CALLS_ARRIVE_WITHIN:
        return CertificationStatus.RUNNING
    if ScenarioStatus.FAILED in statuses:
        return CertificationStatus.FAILED
    return CertificationStatus.EXPIRED


def is_pause_due(last: Pause | None, *, last_call_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Tell whether a partner that has not shown yet that it waits is to be paused now."""
    if last_call_at is None or now - last_call_at > ACTIVE_WITHIN:
        return False
    return last is None or now >= last.until + PAUSE_AGAIN_AFTER


@dataclass(frozen=True, slots=True)
class CertificationUnderWay(Refusal):
    """The partner has an open run already."""

    code: ClassVar[str] = "CERTIFICATION_UNDER_WAY"
    hint: ClassVar[str | None] = "Go on with that run, or cancel it with cancelIntegrationTests first."
    run_id: str

    @property
    def message(self) -> str:
        return f"The run {self.run_id} is still open."


@dataclass(frozen=True, slots=True)
class CertificationEnded(Refusal):
    """The run has come to its end, so there is nothing to cancel."""

    code: ClassVar[str] = "CERTIFICATION_ENDED"
    hint: ClassVar[str | None] = "Start another run with runIntegrationTests."
    run_id: str
    outcome: CertificationStatus

    @property
    def message(self) -> str:
        return f"The run {self.run_id} has ended: {self.outcome}."
