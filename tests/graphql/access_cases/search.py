"""Who may search: everybody, each in its environment."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, KINDS, Case, act, people

OPERATORS = ADMIN | people("operator", "owner", "admin")
OTHERS = dict.fromkeys(HOLDERS["MANAGE_PROMOTIONS"] - OPERATORS, "Forbidden")
"""See the package, which is in everybody's catalog, and do not sell it."""

CASES: dict[str, Case] = {
    "Query.searchPackages": Case(
        '{ searchPackages(filter: {price: {currency: "HKD", most: "200"}}) { nodes { packageId } } }',
        by=HOLDERS["READ_CATALOG"],
        seen="1 rows",
        hidden="0 rows",
    ),
    "Query.sponsoredPackages": Case(
        "{ sponsoredPackages { packageId } }", by=KINDS, seen="1 rows", in_test="0 rows"
    ),
    "Query.sponsorships": Case(
        "{ sponsorships { nodes { id } } }", by=OPERATORS, seen="2 rows", hidden="0 rows"
    ),
    "Mutation.createSponsorship": act(
        "createSponsorship",
        'packageId: "$pet_package", chargedBy: CLICK, price: "1", dailyBudget: "5"',
        by=OPERATORS,
        seen="Sponsorship",
        also=OTHERS,
    ),
    "Mutation.pauseSponsorship": act(
        "pauseSponsorship", 'id: "$sponsorship"', by=OPERATORS, seen="Sponsorship"
    ),
    "Mutation.resumeSponsorship": act(
        "resumeSponsorship", 'id: "$paused_sponsorship"', by=OPERATORS, seen="Sponsorship"
    ),
    # It writes no row: views and clicks wait elsewhere until they are counted.
    "Mutation.recordInterest": act(
        "recordInterest", 'kind: VIEW, tokens: ["x"]', by=frozenset(), seen="", hidden="RecordedInterest"
    ),
    "Query.suggestBundles": Case(
        '{ suggestBundles(destination: "atlantis") { score } }', by=KINDS, seen="0 rows", in_test="0 rows"
    ),
    "Query.searchFacets": Case(
        "{ searchFacets { __typename } }", by=KINDS, seen="SearchFacets", in_test="SearchFacets"
    ),
}
