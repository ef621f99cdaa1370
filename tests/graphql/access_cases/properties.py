"""Who may ask for the properties of partners, and who changes them."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, MANAGERS, Case, act, people

MEMBERS = people("reseller")
GOVERNORS = ADMIN | people("reseller", "owner", "admin")
READERS = ADMIN | MANAGERS | MEMBERS
ASSISTING = {"assisting manager": "Forbidden"}
"""Sees the reseller's properties, and assists another partner."""


def of_property(name: str, given: str, **facts: object) -> Case:
    """A mutation of the reseller's property, the same in both environments."""
    seen = {"seen": "Property", "in_test": "Property"}
    return act(name, given, by=GOVERNORS, also=ASSISTING, **(seen | facts))


CASES: dict[str, Case] = {
    "Query.properties": Case(
        '{ properties(partnerId: "$reseller") { nodes { id } } }',
        by=READERS,
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
    ),
    "Query.property": Case(
        '{ property(id: "$property") { __typename } }', by=READERS, seen="Property", in_test="Property"
    ),
    "Query.propertyTemplate": Case(
        "{ propertyTemplate { __typename } }",
        by=HOLDERS["READ_PROPERTIES"],
        seen="PropertyTemplate",
        in_test="PropertyTemplate",
    ),
    "Query.validateProperty": Case(
        """{ validateProperty(input: {partnerId: "$reseller", values: {
            externalCode: "ROM-9", name: "Albergo del Sole", country: "italia", city: "Roma",
            latitude: 41.8992, longitude: 12.4768}}) { rule } }""",
        by=READERS,
        seen="2 rows",
        hidden="1 rows",
        in_test="2 rows",
    ),
    "Mutation.createProperty": of_property(
        "createProperty", 'partnerId: "$reseller", values: {externalCode: "ROM-2", name: "New"}'
    ),
    "Mutation.updateProperty": of_property(
        "updateProperty", 'id: "$property", version: 1, values: {name: "New"}'
    ),
    "Mutation.archiveProperty": of_property("archiveProperty", 'id: "$property"'),
    "Mutation.restoreProperty": of_property("restoreProperty", 'id: "$archived_property"'),
}
"""Field -> its case; the scopes stand in the schema, who carries them in `kinds.HOLDERS`."""
assert HOLDERS["READ_PROPERTIES"] >= READERS
