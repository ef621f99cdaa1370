"""Who reads an introduction's conversation, who sees what became of its mails, and who looks at a partner's mails."""

from tests.graphql.access_cases.introductions import DESK, SEERS, TALKERS, of_both
from tests.graphql.access_cases.kinds import CONTRACTOR, Case

PREVIEW = "IntroductionMailPreview"
EVENTS = str({"mailEvents": {"nodes": [{"kind": "DELIVERED", "party": "PARTNER"}]}})

CASES: dict[str, Case] = {
    "Introduction.mailEvents": Case(
        '{ node(id: "$introduction") { ... on Introduction { mailEvents { nodes { kind party } } } } }',
        by=DESK,
        seen=EVENTS,
        in_test=EVENTS,
        needs="MANAGE_ONBOARDING",
        path=("node", "mailEvents"),
        also=dict.fromkeys(TALKERS | CONTRACTOR, "FORBIDDEN"),
    ),
    "Query.partnerMessages": Case(
        '{ partnerMessages(partnerId: "$reseller") { nodes { sender } } }',
        by=SEERS,
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
    ),
    "Query.introductionMailPreview": Case(
        '{ introductionMailPreview(partnerId: "$reseller", template: INTRODUCTION) { __typename } }',
        by=SEERS,
        seen=PREVIEW,
        in_test=PREVIEW,
    ),
    "Mutation.sendTestIntroductionMail": of_both(
        "sendTestIntroductionMail",
        'partnerId: "$reseller", template: INTRODUCTION',
        "TestIntroductionMail",
        by=SEERS,
    ),
}
