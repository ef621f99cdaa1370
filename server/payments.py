"""Which payment provider a deployment has: one account of it for each environment with a key."""

from collections.abc import Mapping

from domain.environments import Environment
from integrations.stripe.http_client import KeptConnections
from integrations.stripe.payments import StripePayments
from server.settings import Settings
from services.ports import Payments


def payments_of(settings: Settings, connections: KeptConnections) -> Mapping[Environment, Payments]:
    """Return the provider by environment. TEST and LIVE share nothing but connections."""
    keys = {
        Environment.TEST: (settings.stripe_test_key, settings.stripe_test_webhook_secrets),
        Environment.LIVE: (settings.stripe_live_key, settings.stripe_live_webhook_secrets),
    }
    return {
        environment: StripePayments(
            environment,
            key=key.get_secret_value(),
            webhook_secrets=[each.strip() for each in secrets.get_secret_value().split(",") if each.strip()],
            connections=connections,
            api_base=settings.stripe_api_base,
        )
        for environment, (key, secrets) in keys.items()
        if key.get_secret_value()
    }
