"""Who may search: everybody, each in its environment."""

from tests.graphql.access_cases.kinds import KINDS, Case

CASES: dict[str, Case] = {
    "Query.searchPackages": Case(
        "{ searchPackages { nodes { packageId } } }", by=KINDS, seen="2 rows", in_test="1 rows"
    ),
    "Query.sponsoredPackages": Case(
        "{ sponsoredPackages { packageId } }", by=KINDS, seen="0 rows", in_test="0 rows"
    ),
    "Query.searchFacets": Case(
        "{ searchFacets { __typename } }", by=KINDS, seen="SearchFacets", in_test="SearchFacets"
    ),
}
