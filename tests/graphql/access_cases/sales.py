"""Who may ask for what is sold: packages, inventory, holds, orders, keys, webhooks, reports."""

from tests.graphql.access_cases.kinds import ADMIN, EVERYBODY, HOLDERS, KEYS, KINDS, STAFF, Case, act, people

RESELLERS_READERS = STAFF | {"reseller key"} | people("reseller")
RESELLERS_SELLERS = ADMIN | {"reseller key"} | people("reseller", "owner", "admin")
RESELLERS_SCANNERS = RESELLERS_SELLERS | people("reseller", "support")
SCANNERS = RESELLERS_SCANNERS | people("operator", "owner", "admin", "support")
RESELLERS_GOVERNORS = ADMIN | people("reseller", "owner", "admin")
RESELLERS_AUDITORS = RESELLERS_GOVERNORS | people("reseller", "finance")
OPERATORS_GOVERNORS = ADMIN | people("operator", "owner", "admin")


def personal(name: str, value: str) -> Case:
    """A field of a booking that tells of its customer."""
    return Case(
        f'{{ node(id: "$order") {{ ... on Booking {{ {name} }} }} }}',
        by=RESELLERS_SCANNERS,
        seen=str({name: value}),
        needs="READ_PERSONAL_DATA",
        path=("node", name),
        also=dict.fromkeys(RESELLERS_READERS - RESELLERS_SCANNERS, "FORBIDDEN"),
    )


DAYS = 'from: "2026-11-01", to: "2026-11-30"'
CUSTOMER = (
    'customerDetails: {name: "Mei", email: "mei@example.com", phone: "123456"}, paymentReference: "pay-2"'
)
PACKAGE = """
partnerId: "$operator", sku: "new", names: [{locale: "en", text: "New"}], currency: "EUR",
timeZone: "Europe/Rome", items: [{kind: EXTRA, functionCode: "TEA", label: "Tea"}],
priceRules: [{code: "BASE", label: "Base", rank: 1, effect: SET, amount: "10.00"}]
"""
CRUISE = 'productId: "106", channel: OTA'
REPORT_READERS = STAFF | {"reseller key"} | people("reseller", "owner", "admin", "finance")

QUERIES = {
    "viewer": Case("{ viewer { __typename } }", by=KINDS, seen="Viewer", in_test="Viewer"),
    "node": Case('{ node(id: "$reservation") { __typename } }', by=RESELLERS_READERS, seen="Reservation"),
    "nodes": Case(
        '{ nodes(ids: ["$reservation"]) { __typename } }',
        by=RESELLERS_READERS,
        seen="1 rows",
        hidden="0 rows",
    ),
    "products": Case(
        "{ products { nodes { id } } }", by=HOLDERS["READ_CATALOG"], seen="2 rows", in_test="1 rows"
    ),
    "inventory": Case("{ inventory { nodes { id } } }", by=EVERYBODY, seen="2 rows", in_test="1 rows"),
    "explainAvailability": Case(
        '{ explainAvailability(productId: "106") { __typename } }',
        by=EVERYBODY,
        seen="Allotment",
        in_test="Allotment",
    ),
    "reservations": Case(
        "{ reservations { nodes { id } } }", by=RESELLERS_READERS, seen="2 rows", hidden="0 rows"
    ),
    "reservation": Case(
        '{ reservation(id: "$reservation") { __typename } }', by=RESELLERS_READERS, seen="Reservation"
    ),
    "orders": Case("{ orders { nodes { id } } }", by=RESELLERS_READERS, seen="1 rows", hidden="0 rows"),
    "order": Case('{ order(id: "$order") { __typename } }', by=RESELLERS_READERS, seen="Booking"),
    "ticket": Case(
        '{ ticket(code: "$code") { __typename } }', by=RESELLERS_READERS | people("operator"), seen="Ticket"
    ),
    "apiKeys": Case(
        "{ apiKeys { nodes { id } } }",
        by=RESELLERS_GOVERNORS,
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
    ),
    "auditLog": Case(
        "{ auditLog { nodes { id } } }",
        by=RESELLERS_AUDITORS,
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
        also={"platform admin": "2 rows"}
        | dict.fromkeys(people("operator", "owner", "admin", "finance"), "1 rows"),
    ),
    "auditChain": Case(
        '{ auditChain(partnerId: "$reseller") { entries } }',
        by=RESELLERS_AUDITORS,
        seen="{'entries': 1}",
        hidden="{'entries': 0}",
        in_test="{'entries': 1}",
    ),
    "apiCalls": Case("{ apiCalls { nodes { id } } }", by=REPORT_READERS, seen="1 rows", hidden="0 rows"),
    "resellerReport": Case(
        f'{{ resellerReport({DAYS}, resellerId: "$reseller") {{ __typename }} }}',
        by=REPORT_READERS,
        seen="ResellerReport",
        in_test="ResellerReport",
    ),
    "platformReport": Case(
        f"{{ platformReport({DAYS}) {{ __typename }} }}",
        by=STAFF,
        seen="PlatformReport",
        hidden="FORBIDDEN",
        in_test="PlatformReport",
    ),
    "kpis": Case(
        f"{{ kpis({DAYS}) {{ name }} }}", by=STAFF, seen="33 rows", hidden="FORBIDDEN", in_test="33 rows"
    ),
    "webhookEndpoints": Case(
        "{ webhookEndpoints { nodes { id } } }", by=RESELLERS_SELLERS, seen="2 rows", hidden="0 rows"
    ),
    "webhookDeliveries": Case(
        '{ webhookDeliveries(endpointId: "$endpoint") { nodes { id } } }',
        by=RESELLERS_SELLERS,
        seen="1 rows",
        hidden="0 rows",
    ),
    "deadLetters": Case(
        "{ deadLetters { nodes { id } } }", by=RESELLERS_SELLERS, seen="1 rows", hidden="0 rows"
    ),
}

MUTATIONS = {
    "createPackage": act(
        "createPackage",
        PACKAGE,
        by=OPERATORS_GOVERNORS,
        seen="Package",
        hidden="Forbidden",
        in_test="Package",
    ),
    "setAllotment": act(
        "setAllotment",
        f"{CRUISE}, units: 99",
        by=OPERATORS_GOVERNORS,
        seen="Allotment",
        hidden="Forbidden",
        in_test="Allotment",
    ),
    "closeSales": act(
        "closeSales", CRUISE, by=OPERATORS_GOVERNORS, seen="Package", hidden="Forbidden", in_test="Package"
    ),
    "reopenSales": act(
        "reopenSales", CRUISE, by=OPERATORS_GOVERNORS, seen="Package", hidden="Forbidden", in_test="Package"
    ),
    "createReservation": act(
        "createReservation",
        'lines: [{productId: "106", quantity: 1, customerType: ADULT}]',
        by=OPERATORS_GOVERNORS | KEYS,
        seen="Reservation",
        in_test="Reservation",
    ),
    "extendReservation": act(
        "extendReservation", 'id: "$reservation", holdMinutes: 5', by=RESELLERS_SELLERS, seen="Reservation"
    ),
    "activateReservation": act(
        "activateReservation", f'id: "$reservation", {CUSTOMER}', by=RESELLERS_SELLERS, seen="Booking"
    ),
    "cancelReservation": act(
        "cancelReservation", 'id: "$reservation"', by=RESELLERS_SELLERS, seen="Reservation"
    ),
    "redeemTicket": act("redeemTicket", 'ticketCode: "$code"', by=SCANNERS, seen="Ticket"),
    "voidTicket": act("voidTicket", 'ticketCode: "$code"', by=SCANNERS, seen="Ticket"),
    "issueApiKey": act(
        "issueApiKey",
        'resellerId: "$reseller", environment: LIVE, name: "New"',
        by=RESELLERS_GOVERNORS,
        seen="IssuedApiKey",
        hidden="Forbidden",
        in_test="IssuedApiKey",
    ),
    "rotateApiKey": act(
        "rotateApiKey", 'id: "$key"', by=RESELLERS_GOVERNORS, seen="IssuedApiKey", in_test="IssuedApiKey"
    ),
    "revokeApiKey": act(
        "revokeApiKey", 'id: "$key"', by=RESELLERS_GOVERNORS, seen="ApiKey", in_test="ApiKey"
    ),
    "createWebhookEndpoint": act(
        "createWebhookEndpoint",
        'partnerId: "$reseller", url: "https://hooks.example.com/", eventTypes: [RESERVATION_EXPIRED]',
        by=RESELLERS_SELLERS,
        seen="IssuedWebhookEndpoint",
        in_test="IssuedWebhookEndpoint",
    ),
    "updateWebhookEndpoint": act(
        "updateWebhookEndpoint",
        'id: "$endpoint", description: "x"',
        by=RESELLERS_SELLERS,
        seen="WebhookEndpoint",
    ),
    "verifyWebhookEndpoint": act(
        "verifyWebhookEndpoint", 'id: "$unverified"', by=RESELLERS_SELLERS, seen="WebhookEndpoint"
    ),
    "deleteWebhookEndpoint": act(
        "deleteWebhookEndpoint", 'id: "$endpoint"', by=RESELLERS_SELLERS, seen="WebhookEndpoint"
    ),
    "rotateWebhookSecret": act(
        "rotateWebhookSecret", 'id: "$endpoint"', by=RESELLERS_SELLERS, seen="IssuedWebhookEndpoint"
    ),
    "sendTestWebhook": act(
        "sendTestWebhook", 'endpointId: "$endpoint"', by=RESELLERS_SELLERS, seen="WebhookDelivery"
    ),
    "replayWebhookDeliveries": act(
        "replayWebhookDeliveries",
        'endpointId: "$endpoint", ids: ["$delivery"]',
        by=RESELLERS_SELLERS,
        seen="WebhookReplay",
    ),
    "replayDeadLetter": act("replayDeadLetter", 'id: "$letter"', by=RESELLERS_SELLERS, seen="DeadLetter"),
}

SUBSCRIPTIONS = {
    "availabilityChanged": Case(
        'subscription { availabilityChanged(productId: "106") { __typename } }',
        by=EVERYBODY,
        seen="Allotment",
        in_test="Allotment",
    ),
    "reservationUpdated": Case(
        'subscription { reservationUpdated(id: "$reservation") { __typename } }',
        by=RESELLERS_READERS,
        seen="Reservation",
    ),
}

GUARDED = {
    "Package.allotments": Case(
        '{ node(id: "$package") { ... on Package { allotments { channel } } } }',
        by=EVERYBODY,
        seen="{'allotments': [{'channel': 'OTA'}]}",
        needs="READ_INVENTORY",
        path=("node", "allotments"),
        also={"catalog key": "FORBIDDEN"}
        | dict.fromkeys(
            STAFF | people("operator"), "{'allotments': [{'channel': 'OTA'}, {'channel': 'DIRECT'}]}"
        ),
        # Everybody sees what is sold to travelers, and not what is left of it.
        also_live={"anonymous": "UNAUTHENTICATED"}
        | dict.fromkeys(KINDS - EVERYBODY - {"anonymous"}, "FORBIDDEN"),
    ),
    "Booking.customerName": personal("customerName", "Mei Wong"),
    "Booking.customerEmail": personal("customerEmail", "mei@example.com"),
    "Booking.customerPhone": personal("customerPhone", "+852 1234 5678"),
    "Booking.specialRequests": personal("specialRequests", "Window"),
}
"""Guarded fields of objects: who does not see the object does not come as far as the field."""

CASES: dict[str, Case] = {
    **{f"Query.{name}": case for name, case in QUERIES.items()},
    **{f"Mutation.{name}": case for name, case in MUTATIONS.items()},
    **{f"Subscription.{name}": case for name, case in SUBSCRIPTIONS.items()},
    **GUARDED,
}
