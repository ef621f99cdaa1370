"""Who sees documents about money. Buyers show the secret of their checkout, and need nothing else."""

from tests.graphql.access_cases.kinds import ADMIN, KINDS, Case, act, people

READERS = ADMIN | people("reseller", "owner", "admin", "finance")
DAYS = 'startsOn: "2026-10-01", endsOn: "2026-10-31", currency: "HKD"'

CASES: dict[str, Case] = {
    "Query.documents": Case("{ documents { nodes { id } } }", by=READERS, seen="1 rows", hidden="0 rows"),
    "Query.document": Case('{ document(id: "$statement") { __typename } }', by=READERS, seen="Document"),
    "Query.checkoutDocuments": Case(
        '{ checkoutDocuments(token: "guessed") { id } }', by=KINDS, seen="0 rows", in_test="0 rows"
    ),
    "Mutation.requestStatement": act(
        "requestStatement",
        f'partnerId: "$reseller", {DAYS}',
        by=READERS,
        seen="Document",
        in_test="Document",
    ),
}
