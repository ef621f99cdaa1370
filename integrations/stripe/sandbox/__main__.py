"""`python -m integrations.stripe.sandbox --port 12111 --data DIR`

Keys and secrets come from the environment, where no other user sees them: `STRIPE_SANDBOX_TEST_KEY`,
`STRIPE_SANDBOX_LIVE_KEY`, and for a receiver `STRIPE_SANDBOX_WEBHOOK_URL` with `STRIPE_SANDBOX_TEST_WEBHOOK_SECRET`
and `STRIPE_SANDBOX_LIVE_WEBHOOK_SECRET`, and for less than everything `STRIPE_SANDBOX_WEBHOOK_EVENTS`, their types with
commas. `STRIPE_SANDBOX_FAULTS` is a JSON object: `{"error_before": 0.05}`.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
from pathlib import Path

import uvloop

from integrations.stripe.sandbox.options import Hook, Options
from integrations.stripe.sandbox.server import BACKLOG, Sandbox

HOST = "127.0.0.1"
DELAYS = ("funds_after", "processing_for", "payout_after", "dispute_after")
FEES = ("fee_bps", "fee_minor", "dispute_fee_minor")


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    options = options_from(os.environ)
    options.data_dir = arguments.data
    options.public_url = arguments.public_url
    for name in (*DELAYS, *FEES):
        setattr(options, name, getattr(arguments, name))
    uvloop.run(_run(options, _listen(arguments)))


def options_from(environment: "os._Environ[str] | dict[str, str]") -> Options:
    """Read keys, receivers and faults."""
    prefix = "STRIPE_SANDBOX_"
    url = environment.get(f"{prefix}WEBHOOK_URL", "")
    types = tuple(environment.get(f"{prefix}WEBHOOK_EVENTS", "*").split(","))
    secrets = ((f"{prefix}TEST_WEBHOOK_SECRET", False), (f"{prefix}LIVE_WEBHOOK_SECRET", True))
    options = Options(
        test_key=environment.get(f"{prefix}TEST_KEY", "sk_test_interline_sandbox"),
        live_key=environment.get(f"{prefix}LIVE_KEY", "sk_live_interline_sandbox"),
        hooks=tuple(
            Hook(url, environment[name], live, types)
            for name, live in secrets
            if url and environment.get(name)
        ),
    )
    options.faults.change(json.loads(environment.get(f"{prefix}FAULTS", "{}")))
    return options


async def _run(options: Options, listening: socket.socket) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    sandbox = await Sandbox(options).start(listening)
    print(sandbox.url, flush=True)  # noqa: T201 - what a script that started it waits for
    await stopping.wait()
    await sandbox.stop()


def _listen(arguments: argparse.Namespace) -> socket.socket:
    if arguments.fd is not None:
        return socket.socket(fileno=arguments.fd)
    return socket.create_server((HOST, arguments.port), backlog=BACKLOG)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="integrations.stripe.sandbox", description="Stripe, on this machine."
    )
    parser.add_argument("--port", type=int, default=12111, help="0 for any that is free")
    parser.add_argument("--fd", type=int, help="a socket that listens already, in the place of a port")
    parser.add_argument("--data", type=Path, help="folder of its file; without one, nothing is kept")
    parser.add_argument(
        "--public-url", default="", help="where its pages are reached, if not where it listens"
    )
    usual = Options("", "")
    for name in DELAYS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(usual, name))
    for name in FEES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(usual, name))
    return parser.parse_args()


if __name__ == "__main__":
    main()
