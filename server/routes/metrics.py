"""`/metrics` for Prometheus. Closed to the internet: figures tell a competitor how business goes."""

import asyncio
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from prometheus_client import CONTENT_TYPE_LATEST
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.observability.metrics import Metrics

DRIFT_KEY = "interline:drift"
"""Where the worker leaves the number its last check found."""
REDIS_SECONDS = 1.0

NEARBY = [
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
]
"""Loopback, private (RFC 1918), unique local and link-local (RFC 4193, 4291) addresses."""


def metrics_route(metrics: Metrics, redis: Redis, *, is_public: bool) -> Route:
    """Build the route.

    Unless `is_public`, it answers loopback and private addresses only, and of callers that came through
    proxies only those whose every address is one.
    """

    async def show(request: Request) -> Response:
        if not (is_public or all(is_nearby(address) for address in addresses_of(request))):
            return PlainTextResponse("Only from this machine or its private network.\n", status_code=403)
        await _fetch_drift(metrics, redis)
        return Response(
            metrics.render(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
        )

    return Route("/metrics", show)


def addresses_of(request: Request) -> Iterator[str]:
    """Return the caller's address and all those its proxies named; an unknown one as empty text."""
    yield request.client.host if request.client else ""
    for line in request.headers.getlist("x-forwarded-for") + request.headers.getlist("x-real-ip"):
        yield from (each.strip() for each in line.split(","))
    if "forwarded" in request.headers:
        yield ""


def is_nearby(text: str) -> bool:
    """Tell whether an address is this machine's or a private network's; False for anything unreadable."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in NEARBY)


async def _fetch_drift(metrics: Metrics, redis: Redis) -> None:
    try:
        found = await asyncio.wait_for(redis.get(DRIFT_KEY), REDIS_SECONDS)
    except (RedisError, OSError, TimeoutError):
        return  # Readiness tells of a lost Redis; the other figures are wanted then more than ever.
    if found is not None and found.isdigit():
        metrics.show_drift(int(found))
