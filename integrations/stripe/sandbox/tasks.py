"""What happens later: money becomes available, payouts arrive, slow payments end."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from integrations.stripe.sandbox import money
from integrations.stripe.sandbox.resources import confirmations, disputes, payouts, refunds
from integrations.stripe.sandbox.things import Delivery, Thing
from integrations.stripe.sandbox.worlds import Desk, World

logger = logging.getLogger(__name__)

ACTS: Final[dict[str, Callable[[World, str], None]]] = {
    "dispute": disputes.open_for,
    "end_refund": refunds.end,
    "payout": payouts.end,
    "release": money.release,
    "settle": confirmations.settle,
}
LONGEST_SLEEP = 60.0


class Sending(Protocol):
    """Whoever brings events to their endpoints."""

    def take(self, deliveries: list[tuple[Delivery, Thing]]) -> None: ...


class Clock:
    """Does what is due, and hands over what a commit has made."""

    def __init__(self, desk: Desk, sending: Sending) -> None:
        self._desk = desk
        self._sending = sending
        self._changed = asyncio.Event()

    def after_commit(self) -> None:
        """Send the events of what was just committed, and look at the clock anew if something was planned."""
        if self._desk.outbox:
            self._sending.take(self._desk.outbox)
            self._desk.outbox = []
        if self._desk.has_new_tasks:
            self._desk.has_new_tasks = False
            self._changed.set()

    async def run(self) -> None:
        """Do what is due, until cancelled."""
        while True:
            self._changed.clear()
            now = World(self._desk, live=False, account="").now
            self.do_due(now)
            due = self._desk.store.next_due()
            sleep = LONGEST_SLEEP if due is None else min(max(due - now, 0.0), LONGEST_SLEEP)
            try:
                await asyncio.wait_for(self._changed.wait(), sleep)
            except TimeoutError:
                continue

    def do_due(self, now: float) -> int:
        """Do everything that is due by then; return how much that was."""
        done = 0
        while self._do_next(now):
            done += 1
        return done

    def _do_next(self, now: float) -> bool:
        store = self._desk.store
        store.begin()
        taken = store.take_due(now, limit=1)
        try:
            for name, about in taken:
                thing = store.get(about)
                if thing is not None:
                    ACTS[name](World(self._desk, live=thing.live, account=thing.account), about)
        # A task with a bug must not stop the clock for the others; it is not done again.
        except Exception:
            logger.exception("A task failed: %s", taken)
            store.undo()
            self._desk.outbox.clear()
            store.begin()
            store.take_due(now, limit=1)
        store.keep()
        self.after_commit()
        return bool(taken)
