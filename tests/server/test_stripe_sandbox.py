"""The Stripe of a development installation: when there is one, and what it keeps."""

import stat
from pathlib import Path
from typing import Any

from server import stripe_sandbox
from server.settings import Settings


def settings(**more: Any) -> Settings:
    urls: Any = {"DATABASE_URL": "postgresql+asyncpg://here", "REDIS_URL": "redis://here"}
    return Settings(**urls, development=True, **more)


def test_it_is_wanted_where_no_key_of_the_real_one_is_named():
    assert stripe_sandbox.is_wanted(settings())
    assert not stripe_sandbox.is_wanted(settings(stripe_live_key="sk_live_real"))
    assert not stripe_sandbox.is_wanted(settings(stripe_test_key="sk_test_real"))


def test_keys_secrets_and_its_port_are_the_same_at_the_next_start(tmp_path: Path):
    environments: list[dict[str, str]] = [{}, {}]

    for environment in environments:
        with stripe_sandbox.listen(tmp_path) as listening:
            stripe_sandbox.settle(environment, tmp_path, listening, api_port=8000)

    first, second = environments
    assert first == second
    assert first["INTERLINE_STRIPE_TEST_KEY"].startswith("sk_test_")
    assert first["INTERLINE_STRIPE_LIVE_WEBHOOK_SECRETS"].startswith("whsec_")
    assert first["STRIPE_SANDBOX_WEBHOOK_URL"] == "http://127.0.0.1:8000/webhooks/stripe"
    assert stat.S_IMODE((tmp_path / "stripe" / "kept.json").stat().st_mode) == 0o600


def test_where_its_port_is_taken_it_listens_elsewhere(tmp_path: Path):
    with stripe_sandbox.listen(tmp_path) as first, stripe_sandbox.listen(tmp_path) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
