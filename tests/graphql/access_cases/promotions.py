"""Who makes coupons and links, who sees what came of them, and who becomes an affiliate."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, Case, act, people
from tests.graphql.access_cases.partners import SEE_THE_PARTNER_ONLY

PROMOTERS = ADMIN | people("reseller", "owner", "admin")
"""Who manages the reseller's promotions."""
RESELLER = 'partnerId: "$reseller"'
DAYS = 'from: "2026-11-01", to: "2026-11-30"'


def of_reseller(name: str, asked: str, value: object) -> Case:
    """A field of the reseller that shows its promotions; they are in LIVE."""
    lookers = people("reseller", "finance", "support", "readonly") | {"account manager", "assisting manager"}
    return Case(
        f'{{ node(id: "$reseller") {{ ... on Partner {{ {asked} }} }} }}',
        by=PROMOTERS,
        seen=str({name: {"nodes": [value]}}),
        in_test=str({name: {"nodes": []}}),
        needs="MANAGE_PROMOTIONS",
        path=("node", name),
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY | lookers, "FORBIDDEN"),
    )


CASES: dict[str, Case] = {
    "Query.coupons": Case("{ coupons { nodes { id } } }", by=PROMOTERS, seen="1 rows", hidden="0 rows"),
    "Query.affiliate": Case("{ affiliate { __typename } }", by=frozenset(), seen="Affiliate"),
    "Query.affiliateLinks": Case(
        "{ affiliateLinks { nodes { id } } }", by=PROMOTERS, seen="1 rows", hidden="0 rows"
    ),
    "Query.affiliateConversions": Case(
        "{ affiliateConversions { nodes { id } } }", by=PROMOTERS, seen="1 rows", hidden="0 rows"
    ),
    "Query.affiliateStats": Case(
        f"{{ affiliateStats({DAYS}) {{ __typename }} }}",
        by=HOLDERS["REGISTER"],
        seen="AffiliateStats",
        in_test="AffiliateStats",
    ),
    "Partner.coupons": of_reseller("coupons", "coupons { nodes { useCount } }", {"useCount": 1}),
    "Partner.affiliateLinks": of_reseller(
        "affiliateLinks", "affiliateLinks { nodes { code } }", {"code": "bea-summer"}
    ),
    "Mutation.createCoupon": act(
        "createCoupon",
        f'{RESELLER}, kind: PERCENT, percent: "10"',
        by=PROMOTERS,
        seen="Coupon",
        in_test="Coupon",
    ),
    "Mutation.applyCoupon": act(
        "applyCoupon",
        # A code of the reseller's, on a package of the operator's: nobody is told which of the two it was.
        'code: "SUMMER-10", packageId: "$package", amount: "100.00"',
        by=frozenset(),
        seen="a change",
        hidden="CouponRejected",
    ),
    "Mutation.updateCoupon": act(
        "updateCoupon", 'id: "$coupon", version: 1, status: DISABLED', by=PROMOTERS, seen="Coupon"
    ),
    "Mutation.registerAffiliate": act(
        "registerAffiliate",
        'displayName: "Bea", channels: [BLOG], acceptedTerms: 1',
        by=HOLDERS["REGISTER"],
        seen="Affiliate",
        in_test="Affiliate",
    ),
    "Mutation.createAffiliateLink": act(
        "createAffiliateLink",
        f'{RESELLER}, affiliateId: "$affiliate", commissionPercent: "5"',
        by=PROMOTERS,
        seen="AffiliateLink",
    ),
    "Mutation.updateAffiliateLink": act(
        "updateAffiliateLink",
        'id: "$affiliate_link", version: 1, status: DISABLED',
        by=PROMOTERS,
        seen="AffiliateLink",
    ),
    "Mutation.reviewAffiliateConversion": act(
        "reviewAffiliateConversion",
        'id: "$affiliate_conversion", isApproved: true',
        by=PROMOTERS,
        seen="AffiliateConversion",
    ),
}
