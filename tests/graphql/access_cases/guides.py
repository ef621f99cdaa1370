"""Who may ask for the integration guides: everybody; whose values are in them, `tests/graphql/test_guides.py` asks."""

from tests.graphql.access_cases.kinds import KINDS, Case

CASES = {
    "Query.integrationGuides": Case(
        "{ integrationGuides { slug } }", by=KINDS, seen="2 rows", in_test="2 rows"
    ),
    "Query.integrationGuide": Case(
        '{ integrationGuide(slug: "first-steps", partnerId: "$operator") { __typename } }',
        by=KINDS,
        seen="IntegrationGuide",
        in_test="IntegrationGuide",
    ),
}
