"""Who sees how partners are paid, and who says so."""

from tests.graphql.access_cases.kinds import ADMIN, Case, people
from tests.graphql.access_cases.partners import RESELLER, of_partner

IN_CHARGE = ADMIN | people("reseller", "owner", "admin", "finance")
SHOWN = {"paymentAccount": {"status": "ENABLED"}}

CASES: dict[str, Case] = {
    "Query.paymentAccounts": Case(
        "{ paymentAccounts { nodes { id } } }", by=IN_CHARGE, seen="1 rows", hidden="0 rows", in_test="1 rows"
    ),
    "Partner.paymentAccount": Case(
        '{ node(id: "$reseller") { ... on Partner { paymentAccount { status } } } }',
        by=IN_CHARGE,
        seen=str(SHOWN),
        in_test=str(SHOWN),
        needs="READ_FINANCE",
        path=("node", "paymentAccount"),
    ),
    "Mutation.startConnectOnboarding": of_partner(
        "startConnectOnboarding", RESELLER, "PartnerNotVerified", by=IN_CHARGE
    ),
}
