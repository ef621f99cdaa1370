"""Who shows documents, who sees them, and who decides."""

from tests.graphql.access_cases.kinds import ADMIN, MANAGERS, Case, people
from tests.graphql.access_cases.partners import GOVERNORS, RESELLER, SEE_THE_PARTNER_ONLY, of_partner, own

MEMBERS = people("reseller")
SHOWN = [
    {"kind": kind, "state": "SUBMITTED"}
    for kind in ("BUSINESS_REGISTRATION", "TAX_NUMBER", "SIGNATORY_IDENTITY", "TRAVEL_LICENCE")
]
STAFF_THAT_DOES_NOT_VERIFY = dict.fromkeys(MANAGERS, str({"requiredDocuments": None}))

CASES: dict[str, Case] = {
    "Query.verificationQueue": Case(
        "{ verificationQueue { nodes { id } } }", by=ADMIN, seen="1 rows", in_test="1 rows"
    ),
    "Partner.requiredDocuments": Case(
        '{ node(id: "$reseller") { ... on Partner { requiredDocuments { kind state } } } }',
        by=ADMIN | MEMBERS,
        seen=str({"requiredDocuments": SHOWN}),
        in_test=str({"requiredDocuments": SHOWN}),
        needs="READ_PARTNER",
        path=("node", "requiredDocuments"),
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY, "FORBIDDEN") | STAFF_THAT_DOES_NOT_VERIFY,
    ),
    "Partner.verificationHistory": own("verificationHistory", "verificationHistory { toStatus }", []),
    "Mutation.uploadPartnerDocument": of_partner(
        "uploadPartnerDocument",
        f'{RESELLER}, kind: LIABILITY_INSURANCE, uploadId: "$document"',
        "VerificationDocument",
        by=GOVERNORS,
        also={"assisting manager": "Forbidden"},
    ),
    "Mutation.submitVerification": of_partner(
        "submitVerification", RESELLER, "Partner", by=GOVERNORS, also={"assisting manager": "Forbidden"}
    ),
    "Mutation.verifyPartner": of_partner("verifyPartner", 'partnerId: "$pending"', "Partner", by=ADMIN),
    "Mutation.rejectPartner": of_partner(
        "rejectPartner",
        'partnerId: "$pending", documents: [{kind: TAX_NUMBER, reason: "unreadable"}]',
        "Partner",
        by=ADMIN,
    ),
    "Mutation.suspendPartner": of_partner(
        "suspendPartner", 'partnerId: "$verified", reason: "r"', "Partner", by=ADMIN
    ),
    "Mutation.reinstatePartner": of_partner(
        "reinstatePartner", 'partnerId: "$suspended", reason: "r"', "Partner", by=ADMIN
    ),
}
