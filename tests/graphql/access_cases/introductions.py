"""Who sees contractors and introductions, who takes their steps, and who sits at the desk."""

from tests.graphql.access_cases.kinds import ADMIN, CONTRACTOR, HOLDERS, MANAGERS, Case, act, people
from tests.graphql.access_cases.partners import READERS, SEE_THE_PARTNER_ONLY

DESK = ADMIN | MANAGERS
TALKERS = people("reseller", "owner", "admin", "support")
"""Who of the reseller talks to contractors."""
SEERS = DESK | TALKERS
"""Who sees what is the partner's."""
BOTH_SIDES = SEERS | CONTRACTOR
"""Who sees what is of the two."""
PROFILE = {"introductionProfile": {"capacity": 10}}
NOTES = {"notes": ""}


def of_both(name: str, given: str, seen: str = "Introduction", **facts: object) -> Case:
    """A mutation of what is of no environment."""
    return act(name, given, **({"seen": seen, "in_test": seen} | facts))


def at_desk(name: str, given: str, seen: str = "Introduction") -> Case:
    return of_both(name, given, seen, by=DESK)


CASES: dict[str, Case] = {
    "Query.contractor": Case(
        '{ contractor(id: "$contractor") { __typename } }',
        by=BOTH_SIDES,
        seen="Contractor",
        in_test="Contractor",
    ),
    "Query.contractors": Case(
        "{ contractors { nodes { id } } }",
        by=DESK | CONTRACTOR,
        seen="4 rows",
        hidden="0 rows",
        in_test="4 rows",
    ),
    "Query.matches": Case(
        '{ matches(contractorId: "$contractor") { __typename } }',
        by=DESK | CONTRACTOR,
        seen="1 rows",
        in_test="1 rows",
    ),
    "Query.introduction": Case(
        '{ introduction(id: "$introduction") { __typename } }',
        by=BOTH_SIDES,
        seen="Introduction",
        in_test="Introduction",
    ),
    "Query.introductions": Case(
        "{ introductions { nodes { id } } }",
        by=TALKERS,
        seen="3 rows",
        hidden="0 rows",
        in_test="3 rows",
        # The draft as well.
        also=dict.fromkeys(DESK | CONTRACTOR, "4 rows"),
    ),
    "Query.suggestedSendTime": Case(
        '{ suggestedSendTime(introductionId: "$draft_introduction") { __typename } }',
        by=DESK | CONTRACTOR,
        seen="SuggestedSendTime",
        in_test="SuggestedSendTime",
    ),
    "Query.interventions": Case(
        "{ interventions { nodes { id } } }", by=DESK, seen="1 rows", in_test="1 rows"
    ),
    "Partner.introductionProfile": Case(
        '{ node(id: "$reseller") { ... on Partner { introductionProfile { capacity } } } }',
        by=SEERS,
        seen=str(PROFILE),
        in_test=str(PROFILE),
        needs="READ_INTRODUCTIONS",
        path=("node", "introductionProfile"),
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY | (READERS - SEERS), "FORBIDDEN"),
    ),
    "Introduction.notes": Case(
        '{ node(id: "$introduction") { ... on Introduction { notes } } }',
        by=DESK,
        seen=str(NOTES),
        in_test=str(NOTES),
        needs="MANAGE_ONBOARDING",
        path=("node", "notes"),
        also=dict.fromkeys(TALKERS | CONTRACTOR, "FORBIDDEN"),
    ),
    "Mutation.registerContractor": of_both(
        "registerContractor",
        'name: "New & Co", industry: "AGENCY", region: "IT", size: SMALL, languages: ["it"],'
        ' timeZone: "Europe/Rome", contactName: "Nora", contactEmail: "nora@new.example"',
        "Contractor",
        by=HOLDERS["REGISTER"],
    ),
    "Mutation.updateContractor": of_both(
        "updateContractor", 'id: "$contractor", version: 1, name: "Newer"', "Contractor", by=DESK | CONTRACTOR
    ),
    "Mutation.eraseContractor": of_both(
        "eraseContractor", 'id: "$contractor"', "Contractor", by=DESK | CONTRACTOR
    ),
    "Mutation.setIntroductionProfile": of_both(
        "setIntroductionProfile",
        'partnerId: "$reseller", version: 1, capacity: 5',
        "IntroductionProfile",
        by=SEERS,
    ),
    "Mutation.createIntroduction": of_both(
        "createIntroduction", 'contractorId: "$contractor", partnerId: "$operator"', by=DESK | CONTRACTOR
    ),
    "Mutation.updateIntroduction": of_both(
        "updateIntroduction", 'id: "$introduction", version: 1, outcomeNote: "Soon"', by=BOTH_SIDES
    ),
    "Mutation.sendIntroduction": of_both(
        "sendIntroduction", 'id: "$draft_introduction"', by=DESK | CONTRACTOR
    ),
    "Mutation.confirmIntroduction": of_both(
        "confirmIntroduction",
        'id: "$confirmed_introduction", startsAt: "2030-01-07T10:00:00Z"',
        by=BOTH_SIDES,
    ),
    "Mutation.cancelIntroduction": of_both("cancelIntroduction", 'id: "$introduction"', by=BOTH_SIDES),
    "Mutation.triggerFollowUp": of_both(
        "triggerFollowUp",
        'id: "$introduction"',
        by=DESK | CONTRACTOR,
        also=dict.fromkeys(TALKERS, "Forbidden"),
    ),
    "Mutation.takeIntervention": at_desk(
        "takeIntervention", 'id: "$intervention", assigneeId: "$manager"', "Intervention"
    ),
    "Mutation.resolveIntervention": at_desk(
        "resolveIntervention", 'id: "$intervention", resolution: "Called them"', "Intervention"
    ),
    "Mutation.reassignIntroduction": at_desk(
        "reassignIntroduction", 'id: "$introduction", partnerId: "$operator", reason: "No answer"'
    ),
    "Mutation.resendIntroduction": at_desk("resendIntroduction", 'id: "$introduction"'),
    "Mutation.overrideIntroduction": at_desk(
        "overrideIntroduction", 'id: "$introduction", stage: CLOSED, reason: "Agreed by phone"'
    ),
    "Mutation.noteIntroduction": at_desk("noteIntroduction", 'id: "$introduction", text: "Call again"'),
    "Subscription.introductionUpdated": Case(
        'subscription { introductionUpdated(id: "$introduction") { __typename } }',
        by=BOTH_SIDES,
        seen="Introduction",
        in_test="Introduction",
    ),
}
