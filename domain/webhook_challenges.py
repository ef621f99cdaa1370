"""Challenges: an endpoint is told nothing before it proved that it is there and takes our calls.

Nobody can have us call somebody else's address with events: it would have to answer what only our call has told it.
"""

import datetime as dt
import json
from contextlib import suppress
from hmac import compare_digest

from domain.jobs import spread
from domain.webhooks import Answer

CHALLENGE_BYTES = 24
TYPE = "webhook.challenge"
"""What the call is called; no event, and nothing to subscribe to."""

PAUSES = (
    dt.timedelta(seconds=5),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
)
"""How long we wait after the first, second, … challenge that was not met; after the last one we give up."""

NOT_IN_ANSWER = "the challenge is not in the answer"


def is_met(answer: Answer, challenge: str) -> bool:
    """Tell whether an answer is 200 with the challenge: the bare text, or JSON `{"challenge": "…"}`."""
    if answer.status != 200:
        return False
    told: object = answer.body.decode(errors="replace").strip()
    with suppress(ValueError):
        told = json.loads(answer.body)
    if isinstance(told, dict):
        told = told.get("challenge")
    return isinstance(told, str) and compare_digest(told.encode(errors="replace"), challenge.encode())


def problem_of(answer: Answer) -> str:
    """Say in a few words why an answer does not meet the challenge."""
    return NOT_IN_ANSWER if answer.status == 200 else answer.text


def next_challenge_at(attempts: int, now: dt.datetime, *, chance: float) -> dt.datetime | None:
    """Return when an endpoint is challenged again after `attempts` that failed; None when it is given up."""
    if attempts > len(PAUSES):
        return None
    return now + spread(PAUSES[attempts - 1], chance=chance)
