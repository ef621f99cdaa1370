"""Who says what became of a demo, and who sees how introductions went."""

from tests.graphql.access_cases.introductions import BOTH_SIDES, DESK, SEERS, TALKERS, of_both
from tests.graphql.access_cases.kinds import CONTRACTOR, HOLDERS, Case
from tests.graphql.access_cases.partners import READERS, SEE_THE_PARTNER_ONLY

STATS = {"bookingStats": {"isProvisional": True}}
FROM_TO = 'from: "2026-01-01", to: "2026-12-31"'

CASES: dict[str, Case] = {
    "Partner.bookingStats": Case(
        '{ node(id: "$reseller") { ... on Partner { bookingStats { isProvisional } } } }',
        by=SEERS,
        seen=str(STATS),
        in_test=str(STATS),
        needs="READ_INTRODUCTIONS",
        path=("node", "bookingStats"),
        also=dict.fromkeys(SEE_THE_PARTNER_ONLY | (READERS - SEERS), "FORBIDDEN"),
    ),
    "Query.bookingStats": Case(
        '{ bookingStats(partnerId: "$reseller") { __typename } }',
        by=SEERS,
        seen="BookingStats",
        in_test="BookingStats",
    ),
    "Query.confidenceHistory": Case(
        '{ confidenceHistory(partnerId: "$reseller") { nodes { score } } }',
        by=SEERS,
        seen="2 rows",
        hidden="0 rows",
        in_test="2 rows",
    ),
    "Query.partnerRanking": Case(
        "{ partnerRanking { __typename } }",
        by=DESK,
        seen="0 rows",
        in_test="0 rows",
        hidden="FORBIDDEN",
        path=("partnerRanking",),
    ),
    "Query.introductionFunnel": Case(
        f"{{ introductionFunnel({FROM_TO}) {{ number }} }}",
        by=HOLDERS["REGISTER"],
        seen="5 rows",
        in_test="5 rows",
    ),
    "Mutation.recordOutcome": of_both(
        "recordOutcome", 'id: "$held_introduction", showStatus: SHOWED', by=BOTH_SIDES
    ),
    "Mutation.submitFeedback": of_both(
        "submitFeedback",
        'introductionId: "$held_introduction", satisfaction: 5, experience: 5, likelihood: 9',
        "IntroductionFeedback",
        by=TALKERS,
        # A contractor says what it thought of the partner, too.
        also=dict.fromkeys(DESK, "Forbidden") | dict.fromkeys(CONTRACTOR, "InvalidInput"),
    ),
}
