"""Methods, paths, credentials, and what the façade says of itself."""

import pytest
from graphql import ExecutionResult

from domain.errors import GatewayError, RateLimited, Refused
from server.rate_limits import Budget
from tests.rest.doors import PUBLIC_URL
from tests.rest.test_reservations import ADULTS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/ota/reserve", "OPTIONS, POST"),
        ("PUT", "/api/ota/reserve", "OPTIONS, POST"),
        ("POST", "/api/ota/inventory", "GET, HEAD, OPTIONS"),
        ("PATCH", "/api/ota/reservations/rsv_1", "DELETE, GET, HEAD, OPTIONS"),
        ("TRACE", "/api/ota/orders", "GET, HEAD, OPTIONS"),
        ("BREW", "/api/ota/orders", "GET, HEAD, OPTIONS"),
        ("POST", "/api/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_method_the_path_has_not_is_405_with_allow(rest, method, path, allow):
    answer = await rest.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json()["allowed"] == allow.split(", ")


async def test_options_lists_the_methods_to_anybody(doors):
    async with doors.client(None) as anybody:
        answer = await anybody.options("/api/ota/reservations/rsv_1")

    assert (answer.status_code, answer.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS")


async def test_head_is_get_without_the_body(rest):
    full = await rest.get("/api/ota/inventory")
    head = await rest.head("/api/ota/inventory")
    missing = await rest.head("/api/ota/orders/bkg_1")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]
    assert (missing.status_code, missing.content) == (404, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/api/ota/inventory/",
        "/api/ota/orders/bkg_1/",
        "/api/ota/nothing",
        "/api/ota",
        "/api/",
        "/api/ota/reservations/a/b/c",
        "/api/ota/reservations/a%2Fb",
        "/api/ota/Inventory",
    ],
)
async def test_an_unknown_path_is_a_404_problem_for_every_method(rest, path):
    for method in ("GET", "POST", "DELETE"):
        answer = await rest.request(method, path)

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("caller", [None, "nobody"])
async def test_a_call_without_a_good_credential_is_401_before_its_body_is_read(doors, caller):
    async with doors.client(caller) as client:
        answer = await client.post("/api/ota/reserve", content=b"{", headers={"Content-Type": "text/plain"})

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == 'Bearer realm="interline"'


@pytest.mark.parametrize(
    ("method", "path", "body", "scope"),
    [
        ("GET", "/api/ota/inventory", None, "READ_INVENTORY"),
        ("POST", "/api/ota/reserve", {"lines": [ADULTS]}, "RESERVE"),
        ("DELETE", "/api/ota/reservations/rsv_1", None, "RESERVE"),
        ("GET", "/api/ota/orders", None, "READ_ORDERS"),
        ("POST", "/api/ota/tickets/x/redeem", {}, "REDEEM"),
        ("GET", "/api/ota/webhooks", None, "MANAGE_WEBHOOKS"),
        ("GET", "/api/ota/report?from=2026-11-18&to=2026-11-18", None, "READ_REPORTS"),
    ],
)
async def test_a_key_without_the_scope_is_403_and_hears_which(doors, method, path, body, scope):
    async with doors.client("without scopes") as client:
        answer = await client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert answer.json()["detail"] == f"This needs the scope {scope}."


async def test_an_analyst_reads_but_does_not_hold(doors):
    async with doors.client("analyst") as analyst:
        read = await analyst.get("/api/ota/inventory")
        held = await analyst.post("/api/ota/reserve", json={"lines": [ADULTS]})

    assert (read.status_code, held.status_code) == (200, 403)


class Spent:
    """A minute that is over its limit."""

    async def take(self, key: str, limit_per_minute: int, cost: int = 1) -> Budget:  # noqa: ARG002
        raise Refused(RateLimited(limit_per_minute, retry_after_seconds=7))


async def test_too_many_calls_are_429_with_retry_after(doors):
    async with doors.client(limiter=Spent()) as client:
        answer = await client.get("/api/ota/inventory")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert (answer.json()["limit_per_minute"], answer.json()["retry_after"]) == (300, 7)


class Broken:
    """An executor in the place of graphql-core's that fails as it is told."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    async def run(self, *_: object) -> ExecutionResult:
        raise self.failure


async def test_a_fault_is_a_masked_500_with_the_request_id(doors):
    async with doors.client(executor=Broken(ValueError("secret detail"))) as client:
        answer = await client.get("/api/ota/inventory")

    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert "secret" not in answer.text
    assert answer.json()["request_id"].startswith("req_")


async def test_an_outage_is_503_with_retry_after(doors):
    async with doors.client(executor=Broken(GatewayError("bank", "x", retryable=True))) as client:
        answer = await client.get("/api/ota/inventory")

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"


async def test_the_description_is_served_to_anybody_and_kept_by_its_etag(doors):
    async with doors.client(None) as anybody:
        full = await anybody.get("/api/openapi.json")
        kept = await anybody.get("/api/openapi.json", headers={"If-None-Match": full.headers["etag"]})

    assert full.json()["openapi"] == "3.0.3"
    assert full.json()["servers"] == [{"url": PUBLIC_URL}]
    assert (kept.status_code, kept.content) == (304, b"")
