"""REST is GraphQL: each call's body is what its registered operation answers, in the call's shape."""

from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode

from server.graphql.admission import KEY_AUDIENCE
from tests.rest.doors import ADMISSION, operation
from tests.rest.test_reservations import ADULTS, CHILD, MEI

pytestmark = pytest.mark.anyio

RESERVE = {"lines": [ADULTS, CHILD], "hold_minutes": 90, "reference": "r-1", "idempotency_key": "k-1"}
RESERVE_IN_GRAPHQL = {
    **RESERVE,
    "lines": [
        {"productId": "106", "quantity": 2, "customerType": "ADULT"},
        {"productId": "107", "quantity": 1, "customerType": "CHILD", "date": "2026-11-21"},
    ],
}
DAYS = {"from": "2026-11-18", "to": "2026-11-18"}


def flattened(document: Any, data: Any) -> Any:
    """Shape an answer by the operation's text: slowly, by the definition, sharing nothing with the façade."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if not isinstance(each, OperationDefinitionNode)
    }
    query = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))

    def fields(selections):
        found = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found.append(node)
            else:
                inner = node if hasattr(node, "selection_set") else fragments[node.name.value]
                found += fields(inner.selection_set)
        return found

    def shape(selections, value):
        made: dict[str, Any] = {}
        for node in fields(selections):
            name = node.alias.value if node.alias else node.name.value
            if name not in value:
                continue
            inner = value[name]
            if isinstance(inner, dict):
                inner = shape(node.selection_set, inner)
            elif isinstance(inner, list) and node.selection_set:
                inner = [shape(node.selection_set, each) for each in inner]
            if any(directive.name.value == "flatten" for directive in node.directives or ()):
                made |= inner
            else:
                made[name] = inner
        return made

    return shape(query.selection_set, data)


async def test_every_operation_answers_the_same_through_both_doors(doors, rest):
    """One story over all calls. Writes are repeated with their key, so that both doors get the first answer."""
    compared: set[str] = set()

    async def same(
        name: str, method: str, path: str, *, body: Any = None, key: str | None = None, **variables: Any
    ) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        sent = {} if body is None else {"json": body}
        answer = await rest.request(method, path, headers=headers, **sent)
        bound = {**variables, "idempotency_key": key} if key else variables
        data = await doors.graphql(name, bound)
        assert answer.is_success, answer.text
        if answer.status_code != 204:
            assert answer.json() == flattened(operation(name).document, data)
        compared.add(name)
        return answer.json() if answer.content else None

    body = {name: value for name, value in RESERVE.items() if name != "idempotency_key"}
    in_graphql = {name: value for name, value in RESERVE_IN_GRAPHQL.items() if name != "idempotency_key"}
    held = await same("Reserve", "POST", "/api/ota/reserve", body=body, key="k-1", **in_graphql)
    other = await same("Reserve", "POST", "/api/ota/reserve", body=body, key="k-2", **in_graphql)
    one, two = (f"/api/ota/reservations/{each['reservation_id']}" for each in (held, other))
    one_id, two_id = held["reservation_id"], other["reservation_id"]
    await same("Reservation", "GET", one, id=one_id)
    await same(
        "ExtendReservation",
        "POST",
        f"{one}/extend",
        body={"hold_minutes": 600},
        key="k-3",
        id=one_id,
        hold_minutes=600,
    )
    await same("Reservations", "GET", "/api/ota/reservations?limit=1&status=ACTIVE", limit=1, status="ACTIVE")
    await same("CancelReservation", "DELETE", two, id=two_id)
    sale = {"payment_reference": "pay-1", "special_requests": "Window", "customer_details": MEI}
    order = await same(
        "ActivateReservation", "POST", f"{one}/activate", body=sale, key="k-4", id=one_id, **sale
    )
    order_id, code = order["order_id"], order["tickets"][0]["ticket_code"]
    await same("Orders", "GET", "/api/ota/orders?limit=5", limit=5)
    await same("Order", "GET", f"/api/ota/orders/{order_id}", id=order_id)
    await same(
        "Order",
        "GET",
        f"/api/ota/orders/{order_id}?include_customer=true",
        id=order_id,
        include_customer=True,
    )
    await same("OrderTickets", "GET", f"/api/ota/orders/{order_id}/tickets", id=order_id)
    await same("Ticket", "GET", f"/api/ota/tickets/{code}", code=code)
    await same(
        "RedeemTicket", "POST", f"/api/ota/tickets/{code}/redeem", body={"function_code": "BOARDING"}, key="k-5",
        code=code, function_code="BOARDING",
    )  # fmt: skip
    last = order["tickets"][1]["ticket_code"]
    await same("VoidTicket", "POST", f"/api/ota/tickets/{last}/void", key="k-6", code=last)
    await same(
        "Inventory", "GET", "/api/ota/inventory?product_id=106&locale=it", product_id=["106"], locale="it"
    )
    await same("ExplainAvailability", "GET", "/api/ota/inventory/106/explanation", product_id="106")
    await same("ResellerReport", "GET", "/api/ota/report?from=2026-11-18&to=2026-11-18", **DAYS)
    await same("WebhookEndpoints", "GET", "/api/ota/webhooks", limit=20)

    elsewhere = {
        plan.name
        for plan in ADMISSION.plans
        if plan.audience != KEY_AUDIENCE or plan.rest.tag in {"Webhooks", "Certification"}
    }
    assert compared | elsewhere == {plan.name for plan in ADMISSION.plans}
