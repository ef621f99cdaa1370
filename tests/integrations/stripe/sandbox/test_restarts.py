"""What was answered is known after a restart, and after a kill."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import stripe

from integrations.stripe.sandbox.options import Options
from tests.fixtures.stripe_sandbox import LIVE_KEY, RETURN_URL, TEST_KEY, StripeSandbox, quick, running

ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def without_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "enable_telemetry", False)


def kept_in(folder: Path) -> Options:
    options = quick()
    options.data_dir = folder
    return options


@contextmanager
def process(folder: Path) -> Iterator[tuple[StripeSandbox, "subprocess.Popen[str]"]]:
    """Run one as `./interline up` does."""
    child = subprocess.Popen(
        [sys.executable, "-m", "integrations.stripe.sandbox", "--port", "0", "--data", str(folder)],
        cwd=ROOT,
        env={**os.environ, "STRIPE_SANDBOX_TEST_KEY": TEST_KEY, "STRIPE_SANDBOX_LIVE_KEY": LIVE_KEY},
        stdout=subprocess.PIPE,
        text=True,
    )
    transport = stripe.HTTPXClient(timeout=10, allow_sync_methods=True)
    try:
        assert child.stdout is not None
        yield StripeSandbox(child.stdout.readline().strip(), quick(), transport), child
    finally:
        transport.close()
        child.kill()
        child.wait(10)
        child.communicate()


def test_after_a_restart_everything_is_there(tmp_path: Path):
    with running(kept_in(tmp_path)) as sandbox:
        account = sandbox.enabled_account()
        paid = sandbox.paid(5_000, transfer_group="g")
        platform = sandbox.client().v1.accounts.retrieve_current().id

    with running(kept_in(tmp_path)) as sandbox:
        client = sandbox.client()
        assert client.v1.payment_intents.retrieve(paid.id).status == "succeeded"
        assert client.v1.accounts.retrieve(account).payouts_enabled
        assert client.v1.accounts.retrieve_current().id == platform
        assert client.v1.balance.retrieve().available[0].amount == 5_000
        assert [each.id for each in client.v1.payment_intents.list().data] == [paid.id]


def test_what_was_planned_happens_after_a_restart(tmp_path: Path):
    options = kept_in(tmp_path)
    options.payout_after = 0.5
    with running(options) as sandbox:
        account = sandbox.enabled_account()
        paid = sandbox.paid(5_000)
        sandbox.client().v1.transfers.create(
            {
                "amount": 5_000,
                "currency": "eur",
                "destination": account,
                "source_transaction": str(
                    sandbox.client().v1.payment_intents.retrieve(paid.id).latest_charge
                ),
            }
        )
        payout = sandbox.client().v1.payouts.create(
            {"amount": 5_000, "currency": "eur"}, {"stripe_account": account}
        )

    with running(kept_in(tmp_path)) as sandbox:
        sandbox.settle()
        known = sandbox.client().v1.payouts.retrieve(payout.id, options={"stripe_account": account})
        assert known.status == "paid"


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path):
    answered: list[str] = []
    with process(tmp_path) as (sandbox, child):

        def pay() -> None:
            try:
                while True:
                    answered.append(sandbox.paid(1_000 + len(answered)).id)
            except stripe.StripeError:
                return

        paying = threading.Thread(target=pay)
        paying.start()
        paying.join(1.5)
        child.send_signal(signal.SIGKILL)
        paying.join(10)
    assert len(answered) > 10

    with process(tmp_path) as (sandbox, _):
        client = sandbox.client()
        there = {
            intent.id: intent for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        }
        assert [there[each].status for each in answered] == ["succeeded"] * len(answered)
        total = sum(intent.amount_received for intent in there.values())
        assert client.v1.balance.retrieve().available[0].amount == total


def test_an_idempotency_key_is_known_after_a_kill(tmp_path: Path):
    sent = {
        "amount": 900,
        "currency": "eur",
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "return_url": RETURN_URL,
    }
    body = "&".join(f"{name}={value}" for name, value in sent.items())
    headers = {"authorization": f"Bearer {TEST_KEY}", "idempotency-key": "once"}
    with process(tmp_path) as (sandbox, child):
        first = sandbox.call("POST", "/v1/payment_intents", body, headers)
        child.kill()

    with process(tmp_path) as (sandbox, _):
        second = sandbox.call("POST", "/v1/payment_intents", body, headers)
        assert (second[0], second[2]) == (200, first[2])
        assert second[1]["idempotent-replayed"] == "true"
        assert len(sandbox.client().v1.payment_intents.list().data) == 1


def test_it_stops_when_asked(tmp_path: Path):
    with process(tmp_path) as (_, child):
        child.terminate()
        assert child.wait(10) == 0
