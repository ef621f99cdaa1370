"""How the scenarios of a certification are judged: out of what was seen, and of nothing else.

Evidence holds only what counts: the partner's own calls, in TEST, within the run (`evidence_of`). One right showing
makes a scenario PASSED; without one the latest wrong showing makes it FAILED; without any it is PENDING.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from domain.certification import PENDING, RUN_LASTS, Pause, Scenario, ScenarioStatus, Verdict
from domain.environments import Environment
from domain.ids import global_id
from domain.request_log import DONE, Call, is_fault
from domain.webhooks import Answer

INVENTORY = "Inventory"
RESERVE = "Reserve"
EXTEND = "ExtendReservation"
ACTIVATE = "ActivateReservation"
CANCEL = "CancelReservation"
"""Registered operations by their names, whatever door they came through: a key can run no others."""

EXPIRED = "RESERVATION_EXPIRED"
SOLD_OUT = "INSUFFICIENT_INVENTORY"
KEY_CONFLICT = "IDEMPOTENCY_CONFLICT"
LIMITED = frozenset({"RATE_LIMITED", "429"})
TURNED_AWAY = frozenset({"UNAUTHENTICATED", "FORBIDDEN", "401", "403"})

STUBBORN = 3
"""So many times the same refused call is no accident any more."""
AT_ONCE = dt.timedelta(seconds=5)
"""Refused calls this close together belong to one attempt, which is judged when nothing has followed for so long."""
UNDER_WAY = dt.timedelta(seconds=1)
"""Calls begun so soon after the first 429 may have been on their way when it was sent."""
CLOCKS_DIFFER_BY = dt.timedelta(milliseconds=250)
"""How far the clocks of our own processes may be apart."""
SHORTEST_SILENCE = dt.timedelta(seconds=2)
"""A 429 with less of the pause left than that shows nothing."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation of the partner in TEST, and when it was to run out."""

    id: UUID
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Round:
    """How an endpoint answered one genuine event and the forged ones, in no order it could know."""

    genuine_id: str
    genuine: Answer
    forged: tuple[tuple[str, Answer], ...]
    """The `webhook-id` of each forged event and what it was answered with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of a partner in one run; made by `evidence_of`, calls oldest first."""

    calls: Sequence[Call] = ()
    holds: Mapping[UUID, Hold] = field(default_factory=dict)
    round: Round | None = None
    pause: Pause | None = None
    until: dt.datetime | None = None
    """When it was gathered; None for long after."""

    def is_over(self, attempt: Sequence[Call]) -> bool:
        """Tell whether nothing has followed a refused call for long enough."""
        return self.until is None or self.until >= attempt[-1].at + AT_ONCE


def evidence_of(
    calls: Iterable[Call],
    holds: Iterable[Hold],
    *,
    partner_id: UUID,
    started_at: dt.datetime,
    until: dt.datetime,
    pause: Pause | None = None,
) -> Evidence:
    """Return what counts: the partner's calls in TEST and its holds, from the start of the run to its end."""
    ends_at = started_at + RUN_LASTS
    own = {
        call.id: call
        for call in calls
        if call.partner_id == partner_id
        and call.environment is Environment.TEST
        and started_at <= call.at < ends_at
    }
    return Evidence(
        calls=sorted(own.values(), key=lambda call: (call.at, call.id)),
        holds={hold.id: hold for hold in holds if started_at <= hold.created_at < ends_at},
        pause=pause,
        until=until,
    )


def judge(scenario: Scenario, evidence: Evidence) -> Verdict:
    """Return what the evidence says of one scenario."""
    return JUDGES[scenario](evidence)


def _authenticated(evidence: Evidence) -> Verdict:
    turned_away = PENDING
    for call in _telling(evidence):
        if call.status not in TURNED_AWAY:
            return _passed(call, f"{call.operation} over {call.door} was let in")
        turned_away = _failed(call, f"{call.operation} over {call.door} was answered {call.status}")
    return turned_away


def _done(evidence: Evidence, *, operation: str, meant: frozenset[str], on_a_hold: bool) -> Verdict:
    """Judge by an operation that is to succeed; refusals that another scenario asks for are `meant`."""
    failed = PENDING
    for call in _telling(evidence):
        if call.operation != operation or call.status in meant:
            continue
        if call.status != DONE:
            failed = _failed(call, f"{operation} was answered {call.status}")
        elif on_a_hold and call.object_id not in evidence.holds:
            failed = _failed(call, f"{operation} was of a hold that was not made in this run")
        else:
            return _passed(call, f"{operation} over {call.door} was answered {DONE}{_of(call)}")
    return failed


def _met_expiry(evidence: Evidence) -> Verdict:
    tries: dict[UUID, list[Call]] = defaultdict(list)
    for call in _telling(evidence):
        hold = evidence.holds.get(call.object_id) if call.object_id else None
        if call.operation not in {ACTIVATE, EXTEND} or call.status != EXPIRED or hold is None:
            continue
        if hold.expires_at <= call.at + CLOCKS_DIFFER_BY:
            tries[hold.id].append(call)
    failed = PENDING
    for calls in tries.values():
        if len(calls) < STUBBORN and evidence.is_over(calls):
            return _passed(calls[0], f"{calls[0].operation} was answered {EXPIRED}{_of(calls[0])}")
        if len(calls) >= STUBBORN:
            failed = _failed(calls[-1], f"the same hold was tried {len(calls)} times{_of(calls[-1])}")
    return failed


def _met_sold_out(evidence: Evidence) -> Verdict:
    refused = [call for call in _telling(evidence) if call.operation == RESERVE and call.status == SOLD_OUT]
    failed = PENDING
    for attempt in _attempts(refused):
        if len(attempt) < STUBBORN and evidence.is_over(attempt):
            return _passed(attempt[0], f"{RESERVE} was answered {SOLD_OUT}")
        if len(attempt) >= STUBBORN:
            failed = _failed(
                attempt[-1], f"sold-out units were asked for {len(attempt)} times, one after the other"
            )
    return failed


def _attempts(refused: Sequence[Call]) -> list[list[Call]]:
    """Gather refused calls that follow one another at once."""
    attempts: list[list[Call]] = []
    for call in refused:
        if attempts and call.at - attempts[-1][-1].at <= AT_ONCE:
            attempts[-1].append(call)
        else:
            attempts.append([call])
    return attempts


def _retried(evidence: Evidence) -> Verdict:
    first: dict[bytes, Call] = {}
    failed = PENDING
    for call in _telling(evidence):
        if call.operation != RESERVE or call.key_hash is None:
            continue
        if call.status == KEY_CONFLICT:
            failed = _failed(call, f"the repeated request was another one: {KEY_CONFLICT}")
        elif call.status == DONE and call.object_id in evidence.holds:
            before = first.setdefault(call.key_hash, call)
            if before is not call and before.object_id == call.object_id:
                return _passed(
                    call, f"{before.request_id} and {call.request_id} made one reservation{_of(call)}"
                )
    return failed


def _verified_signature(evidence: Evidence) -> Verdict:
    answered = evidence.round
    if answered is None:
        return PENDING
    seen = f"the signed event was answered {answered.genuine.text}"
    status = ScenarioStatus.PASSED if answered.genuine.is_success else ScenarioStatus.FAILED
    return Verdict(status, seen, answered.genuine_id)


def _refused_forged(evidence: Evidence) -> Verdict:
    answered = evidence.round
    if answered is None or not answered.forged:
        return PENDING
    for message_id, answer in answered.forged:
        if answer.status is None or not 400 <= answer.status < 500:
            seen = f"a forged event was answered {answer.text}"
            return Verdict(ScenarioStatus.FAILED, seen, message_id)
    message_id, answer = answered.forged[-1]
    if not answered.genuine.is_success:
        # Whoever refuses everything has not told the one from the other.
        seen = f"the signed event was refused too: {answered.genuine.text}"
        return Verdict(ScenarioStatus.FAILED, seen, answered.genuine_id)
    return Verdict(ScenarioStatus.PASSED, f"forged events were answered {answer.text}", message_id)


def _honored_retry_after(evidence: Evidence) -> Verdict:
    pause = evidence.pause
    if pause is None:
        return PENDING
    told: Call | None = None
    for call in evidence.calls:
        if told is None:
            may_show = pause.at <= call.at <= pause.until - SHORTEST_SILENCE
            told = call if may_show and call.status in LIMITED else None
        elif call.at >= pause.until - CLOCKS_DIFFER_BY:
            if call.status not in LIMITED and not is_fault(call.status):
                waited = (call.at - told.at).total_seconds()
                return _passed(
                    call, f"{told.request_id} was answered 429; the next call came {waited:.1f} s later"
                )
        elif call.at > told.at + UNDER_WAY:
            left = (pause.until - call.at).total_seconds()
            return _failed(
                call, f"after {told.request_id} was answered 429, a call came {left:.1f} s too early"
            )
    return PENDING


def _telling(evidence: Evidence) -> Iterable[Call]:
    """Give the calls that say something of the caller: neither our own failures nor those we had wait."""
    return (call for call in evidence.calls if call.status not in LIMITED and not is_fault(call.status))


def _of(call: Call) -> str:
    return f", {global_id('Reservation', call.object_id)}" if call.object_id else ""


def _passed(call: Call, seen: str) -> Verdict:
    return Verdict(ScenarioStatus.PASSED, seen, call.request_id)


def _failed(call: Call, seen: str) -> Verdict:
    return Verdict(ScenarioStatus.FAILED, seen, call.request_id)


def _doing(operation: str, *meant: str, on_a_hold: bool = True) -> Callable[[Evidence], Verdict]:
    return partial(_done, operation=operation, meant=frozenset(meant), on_a_hold=on_a_hold)


JUDGES: dict[Scenario, Callable[[Evidence], Verdict]] = {
    Scenario.AUTHENTICATE: _authenticated,
    Scenario.READ_AVAILABILITY: _doing(INVENTORY, on_a_hold=False),
    Scenario.HOLD: _doing(RESERVE, SOLD_OUT, KEY_CONFLICT),
    Scenario.EXTEND: _doing(EXTEND, EXPIRED),
    Scenario.CONFIRM: _doing(ACTIVATE, EXPIRED),
    Scenario.CANCEL: _doing(CANCEL, EXPIRED),
    Scenario.MEET_EXPIRY: _met_expiry,
    Scenario.MEET_SOLD_OUT: _met_sold_out,
    Scenario.RETRY_WITH_SAME_KEY: _retried,
    Scenario.VERIFY_WEBHOOK_SIGNATURE: _verified_signature,
    Scenario.REFUSE_FORGED_WEBHOOK: _refused_forged,
    Scenario.HONOR_RETRY_AFTER: _honored_retry_after,
}
