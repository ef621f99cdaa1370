"""Stripe for a development installation: a server of its own, when the environment names no key of the real one."""

import json
import os
import secrets
import socket
from collections.abc import MutableMapping
from pathlib import Path

from server import ports
from server.settings import Settings
from services import payment_events

FOLDER = "stripe"
KEPT = "kept.json"
WEBHOOK_PATH = "/webhooks/stripe"


def is_wanted(settings: Settings) -> bool:
    return settings.development and not any(
        key.get_secret_value() for key in (settings.stripe_test_key, settings.stripe_live_key)
    )


def listen(data_dir: Path) -> socket.socket:
    """Listen where the last run did: links it has made, to a payment or to an onboarding, then go on working."""
    kept = _kept(data_dir)
    try:
        listening = ports.listen(int(kept.get("port", 0)))
    except ports.PortTaken:
        listening = ports.listen(0)
    _keep(data_dir, kept | {"port": str(listening.getsockname()[1])})
    return listening


def settle(
    environment: MutableMapping[str, str], data_dir: Path, listening: socket.socket, *, api_port: int
) -> str:
    """Put addresses, keys and secrets into the environment of the product and of the sandbox; return its url."""
    kept = _first() | _kept(data_dir)
    _keep(data_dir, kept)
    url = f"http://{ports.HOST}:{listening.getsockname()[1]}"
    environment.update(
        {
            "INTERLINE_STRIPE_API_BASE": url,
            "INTERLINE_STRIPE_TEST_KEY": kept["test_key"],
            "INTERLINE_STRIPE_LIVE_KEY": kept["live_key"],
            "INTERLINE_STRIPE_TEST_WEBHOOK_SECRETS": kept["test_webhook_secret"],
            "INTERLINE_STRIPE_LIVE_WEBHOOK_SECRETS": kept["live_webhook_secret"],
            "STRIPE_SANDBOX_TEST_KEY": kept["test_key"],
            "STRIPE_SANDBOX_LIVE_KEY": kept["live_key"],
            "STRIPE_SANDBOX_TEST_WEBHOOK_SECRET": kept["test_webhook_secret"],
            "STRIPE_SANDBOX_LIVE_WEBHOOK_SECRET": kept["live_webhook_secret"],
            # From one process to another on this machine, wherever the public url leads.
            "STRIPE_SANDBOX_WEBHOOK_URL": f"http://{ports.HOST}:{api_port}{WEBHOOK_PATH}",
            # What an endpoint is to be told of at Stripe itself, too: a sale tells three things, and we want one.
            "STRIPE_SANDBOX_WEBHOOK_EVENTS": ",".join(payment_events.HANDLERS),
        }
    )
    return url


def arguments(data_dir: Path, listening: socket.socket) -> tuple[str, ...]:
    """Return what follows the name of its module."""
    return ("--fd", str(listening.fileno()), "--data", str(data_dir / FOLDER))


def _first() -> dict[str, str]:
    return {
        "test_key": f"sk_test_{secrets.token_hex(24)}",
        "live_key": f"sk_live_{secrets.token_hex(24)}",
        "test_webhook_secret": f"whsec_{secrets.token_hex(24)}",
        "live_webhook_secret": f"whsec_{secrets.token_hex(24)}",
    }


def _kept(data_dir: Path) -> dict[str, str]:
    path = data_dir / FOLDER / KEPT
    if not path.exists():
        return {}
    kept: dict[str, str] = json.loads(path.read_text("ascii"))
    return kept


def _keep(data_dir: Path, kept: dict[str, str]) -> None:
    path = data_dir / FOLDER / KEPT
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # Written beside and renamed: a start killed in between leaves no half file behind.
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file)
    unfinished.rename(path)
