"""Who sees how partners are paid, and who says so."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, Case, act, people
from tests.graphql.access_cases.partners import READERS, SEE_THE_PARTNER_ONLY, of_partner
from tests.graphql.access_cases.promotions import PROMOTERS

IN_CHARGE = ADMIN | people("reseller", "owner", "admin", "finance")
SHOWN = {"paymentAccount": {"status": "ENABLED"}}


def of_affiliate(name: str, asked: str, value: object) -> Case:
    """A field of the affiliate the reseller has a link for: who promotes sees the affiliate, and none of its money."""
    return Case(
        f'{{ node(id: "$affiliate") {{ ... on Affiliate {{ {asked} }} }} }}',
        by=PROMOTERS,
        seen=str({name: value}),
        needs="REGISTER",
        path=("node", name),
    )


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
    "Affiliate.balances": of_affiliate("balances", "balances { kind }", []),
    "Affiliate.paymentAccount": of_affiliate("paymentAccount", "paymentAccount { status }", None),
    # Nobody of these is an affiliate; `test_affiliate_money` has who is.
    "Mutation.startAffiliateOnboarding": act(
        "startAffiliateOnboarding", 'country: "IT"', by=frozenset(), seen="ConnectOnboarding"
    ),
    "Query.affiliateEntries": Case(
        '{ affiliateEntries(affiliateId: "$affiliate") { nodes { id } } }',
        by=HOLDERS["REGISTER"],
        seen="0 rows",
        hidden="0 rows",
    ),
    "Query.affiliatePayouts": Case(
        '{ affiliatePayouts(affiliateId: "$affiliate") { nodes { id } } }',
        by=HOLDERS["REGISTER"],
        seen="0 rows",
        hidden="0 rows",
    ),
}
