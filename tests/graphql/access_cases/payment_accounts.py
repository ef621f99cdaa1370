"""Who sees how partners are paid, and who says so."""

from tests.graphql.access_cases.kinds import ADMIN, Case, people
from tests.graphql.access_cases.partners import READERS, SEE_THE_PARTNER_ONLY, of_partner

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
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY | (READERS - IN_CHARGE), "FORBIDDEN"),
    ),
    "Mutation.startConnectOnboarding": of_partner(
        "startConnectOnboarding", 'partnerId: "$verified"', "ConnectOnboarding", by=ADMIN
    ),
}
