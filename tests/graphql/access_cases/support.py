"""Who may ask for support, and who answers."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, MANAGERS, Case, act, people

ASKERS = ADMIN | MANAGERS | people("reseller", "owner", "admin", "finance", "support")
"""Who sees the reseller's threads: its people but those who only look on, and the platform's managers."""


def support_act(name: str, given: str, seen: str = "SupportThread") -> Case:
    return act(name, given, by=ASKERS, seen=seen, in_test=seen)


CASES: dict[str, Case] = {
    "Query.supportThreads": Case(
        "{ supportThreads { nodes { id } } }", by=ASKERS, seen="2 rows", hidden="0 rows", in_test="2 rows"
    ),
    "Query.supportThread": Case(
        '{ supportThread(id: "$thread") { __typename } }',
        by=ASKERS,
        seen="SupportThread",
        in_test="SupportThread",
    ),
    "Mutation.openSupportThread": support_act(
        "openSupportThread", 'partnerId: "$reseller", category: OTHER, subject: "Hello", text: "A question"'
    ),
    "Mutation.postSupportMessage": support_act(
        "postSupportMessage", 'threadId: "$thread", text: "More"', seen="SupportMessage"
    ),
    "Mutation.markSupportThreadRead": support_act("markSupportThreadRead", 'id: "$thread"'),
    "Mutation.assignSupportThread": act(
        "assignSupportThread",
        'id: "$thread", assigneeId: "$manager"',
        by=HOLDERS["MANAGE_ONBOARDING"],
        seen="SupportThread",
        in_test="SupportThread",
    ),
    "Mutation.resolveSupportThread": support_act("resolveSupportThread", 'id: "$thread"'),
    "Mutation.reopenSupportThread": support_act("reopenSupportThread", 'id: "$resolved_thread"'),
    "Subscription.supportMessagePosted": Case(
        'subscription { supportMessagePosted(threadId: "$thread") { __typename } }',
        by=ASKERS,
        seen="SupportThread",
        in_test="SupportThread",
    ),
}
