"""Who may ask for partners, their teams and their onboarding."""

from tests.graphql.access_cases.kinds import ADMIN, CONTRACTOR, HOLDERS, MANAGERS, Case, act, people

MEMBERS = people("reseller")
GOVERNORS = ADMIN | people("reseller", "owner", "admin")
READERS = ADMIN | MANAGERS | MEMBERS
SEE_THE_PARTNER_ONLY = {"analyst", "reseller key", "catalog key", "key without scopes"} | CONTRACTOR
"""Who gets as far as the reseller, and has no scope for what is its own."""
RESELLER = 'partnerId: "$reseller"'


def own(name: str, asked: str, value: object, *, needs: str = "READ_PARTNER") -> Case:
    """A field of a partner that shows what is its own."""
    by = READERS if needs == "READ_PARTNER" else GOVERNORS
    return Case(
        f'{{ node(id: "$reseller") {{ ... on Partner {{ {asked} }} }} }}',
        by=by,
        seen=str({name: value}),
        in_test=str({name: value}),
        needs=needs,
        path=("node", name),
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY | (READERS - by), "FORBIDDEN"),
    )


def of_partner(name: str, given: str, seen: str, **facts: object) -> Case:
    """A mutation of what is the reseller's, the same in both environments."""
    return act(name, given, **({"seen": seen, "in_test": seen} | facts))


CASES: dict[str, Case] = {
    "Query.onboardingCase": Case(
        f"{{ onboardingCase({RESELLER}) {{ __typename }} }}",
        by=READERS,
        seen="OnboardingCase",
        in_test="OnboardingCase",
    ),
    "Query.onboardingCases": Case(
        "{ onboardingCases { nodes { id } } }", by=ADMIN | MANAGERS, seen="4 rows", in_test="4 rows"
    ),
    "Mutation.registerPartner": of_partner(
        "registerPartner", 'name: "New", type: HOTEL, country: "IT"', "Partner", by=HOLDERS["REGISTER"]
    ),
    "Mutation.updatePartner": of_partner(
        "updatePartner",
        'id: "$reseller", version: 1, name: "New"',
        "Partner",
        by=GOVERNORS,
        also={"assisting manager": "Forbidden"},
    ),
    "Mutation.setPartnerLogo": of_partner(
        "setPartnerLogo",
        'partnerId: "$reseller", uploadId: "$logo"',
        "Partner",
        by=GOVERNORS,
        also={"assisting manager": "Forbidden"},
    ),
    "Mutation.inviteMember": of_partner(
        "inviteMember", f'{RESELLER}, email: "a@b.example", role: FINANCE', "Invitation", by=GOVERNORS
    ),
    "Mutation.revokeInvitation": of_partner(
        "revokeInvitation", 'id: "$invitation"', "Invitation", by=GOVERNORS
    ),
    "Mutation.acceptInvitation": of_partner(
        "acceptInvitation", 'code: "$invitation_code"', "PartnerMember", by=HOLDERS["REGISTER"]
    ),
    "Mutation.changeMemberRole": of_partner(
        "changeMemberRole", f'{RESELLER}, userId: "$member", role: SUPPORT', "PartnerMember", by=GOVERNORS
    ),
    "Mutation.removeMember": of_partner(
        "removeMember", f'{RESELLER}, userId: "$member"', "Partner", by=GOVERNORS
    ),
    "Mutation.transferOwnership": of_partner(
        "transferOwnership",
        f'{RESELLER}, userId: "$member"',
        "Partner",
        by=ADMIN,
        also=dict.fromkeys(people("reseller", "owner", "admin"), "Forbidden"),
    ),
    "Mutation.setAssistedMode": of_partner(
        "setAssistedMode", f"{RESELLER}, isAssisted: true", "OnboardingCase", by=GOVERNORS
    ),
    "Mutation.assignAccountManager": of_partner(
        "assignAccountManager", RESELLER, "OnboardingCase", by=ADMIN | MANAGERS
    ),
    "Mutation.setManualProcess": of_partner(
        "setManualProcess", f'{RESELLER}, isManual: false, reason: "r"', "OnboardingCase", by=ADMIN | MANAGERS
    ),
    "Mutation.completeByHand": of_partner(
        "completeByHand",
        f'{RESELLER}, step: CERTIFICATION, reason: "r"',
        "OnboardingCase",
        by=ADMIN | MANAGERS,
    ),
    "Mutation.logAccountManagerTime": of_partner(
        "logAccountManagerTime", f"{RESELLER}, minutes: 30", "OnboardingCase", by=ADMIN | MANAGERS
    ),
    "Mutation.submitSatisfaction": of_partner(
        "submitSatisfaction",
        f"{RESELLER}, score: 9",
        "SatisfactionAnswer",
        by=MEMBERS,
        also=dict.fromkeys(ADMIN | MANAGERS, "Forbidden"),
    ),
    "Subscription.onboardingStatusChanged": Case(
        f"subscription {{ onboardingStatusChanged({RESELLER}) {{ __typename }} }}",
        by=READERS,
        seen="OnboardingCase",
        in_test="OnboardingCase",
    ),
    "Partner.verificationStatus": own("verificationStatus", "verificationStatus", "UNSUBMITTED"),
    "Partner.legalName": own("legalName", "legalName", None),
    "Partner.addressLines": own("addressLines", "addressLines", []),
    "Partner.postalCode": own("postalCode", "postalCode", None),
    "Partner.city": own("city", "city", None),
    "Partner.taxNumber": own("taxNumber", "taxNumber", None),
    "Partner.members": own("members", "members { role }", [{"role": "OWNER"}, {"role": "READONLY"}]),
    "Partner.invitations": own(
        "invitations",
        "invitations { nodes { email } }",
        {"nodes": [{"email": "ines@new.example"}]},
        needs="MANAGE_TEAM",
    ),
    "Partner.onboardingCase": own("onboardingCase", "onboardingCase { stage }", {"stage": "DATA_COLLECTION"}),
}
