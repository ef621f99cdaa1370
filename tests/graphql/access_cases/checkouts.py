"""Who buys, who sees what was bought and whose part of it is what, and who gives it up."""

from tests.graphql.access_cases.kinds import ADMIN, KINDS, STAFF, Case, act, people

SELLERS = STAFF | people("operator")
"""Who sees what the operator sold; its buyer was a guest, whose secret nobody here has."""
CUSTOMER = 'customer: {name: "Mei", email: "mei@example.com", phone: "123456"}'
NOBODY: frozenset[str] = frozenset()


def of_checkout(asked: str, value: object, needs: str, by: frozenset[str]) -> Case:
    """A field of the operator's sale that not everybody who sees the sale may read."""
    name = asked.partition(" ")[0]
    return Case(
        f'{{ checkout(id: "$checkout") {{ {asked} }} }}',
        by=by,
        seen=str({name: value}),
        needs=needs,
        path=("checkout", name),
        also=dict.fromkeys(SELLERS - by, "FORBIDDEN"),
    )


CASES: dict[str, Case] = {
    "Query.quote": Case('{ quote(id: "$quote") { __typename } }', by=SELLERS, seen="Quote"),
    "Query.checkout": Case('{ checkout(id: "$checkout") { __typename } }', by=SELLERS, seen="Checkout"),
    "Checkout.legs": of_checkout(
        "legs { kind }",
        [{"kind": "SUPPLIER"}, {"kind": "PLATFORM_FEE"}],
        "READ_FINANCE",
        ADMIN | people("operator", "owner", "admin", "finance"),
    ),
    "Checkout.customerName": of_checkout(
        "customerName",
        "Mei Wong",
        "READ_PERSONAL_DATA",
        ADMIN | people("operator", "owner", "admin", "support"),
    ),
    "Checkout.customerEmail": of_checkout(
        "customerEmail",
        "mei@example.com",
        "READ_PERSONAL_DATA",
        ADMIN | people("operator", "owner", "admin", "support"),
    ),
    "Mutation.quotePackage": act(
        "quotePackage",
        'packageId: "$package", party: [{customerType: ADULT, quantity: 1}]',
        by=KINDS,
        seen="Quote",
    ),
    "Mutation.bookPackage": act(
        "bookPackage",
        f'quoteId: "$quote", {CUSTOMER}, idempotencyKey: "1"',
        by=NOBODY,
        seen="OpenedCheckout",
        also_live={"anonymous": "PartnerNotPayable"},
    ),
    "Mutation.checkoutPackage": act(
        "checkoutPackage",
        'checkoutId: "$checkout", token: "guessed", idempotencyKey: "1"',
        by=NOBODY,
        seen="OpenedCheckout",
    ),
    "Mutation.cancelCheckout": act("cancelCheckout", 'checkoutId: "$checkout"', by=NOBODY, seen="Checkout"),
    "Mutation.cancellationTerms": act(
        "cancellationTerms", 'checkoutId: "$checkout"', by=NOBODY, seen="CancellationTerms"
    ),
    "Mutation.cancelBooking": act(
        "cancelBooking", 'checkoutId: "$checkout", idempotencyKey: "1"', by=NOBODY, seen="Checkout"
    ),
    "Subscription.checkoutUpdated": Case(
        'subscription { checkoutUpdated(id: "$checkout") { __typename } }', by=SELLERS, seen="Checkout"
    ),
}
