"""Who may bring files of properties in, and see what came of them."""

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, MANAGERS, Case, act, people

READERS = ADMIN | MANAGERS | people("reseller")
GOVERNORS = ADMIN | people("reseller", "owner", "admin")
IMPORT = 'id: "$import"'


def of_import(name: str, given: str = IMPORT, **facts: object) -> Case:
    """A mutation of an import of the reseller's; who assists another partner sees that there is one."""
    told = {"by": GOVERNORS, "seen": "PropertyImport", "in_test": "PropertyImport"}
    return act(name, given, **(told | {"also": {"assisting manager": "Forbidden"}} | facts))


CASES: dict[str, Case] = {
    "Query.propertyImports": Case(
        "{ propertyImports { nodes { id } } }", by=READERS, seen="2 rows", in_test="2 rows", hidden="0 rows"
    ),
    "Query.propertyImport": Case(
        f"{{ propertyImport({IMPORT}) {{ __typename }} }}",
        by=READERS,
        seen="PropertyImport",
        in_test="PropertyImport",
    ),
    "Mutation.startPropertyImport": of_import(
        "startPropertyImport", 'partnerId: "$reseller", uploadId: "$sent"'
    ),
    "Mutation.setImportMapping": of_import("setImportMapping"),
    "Mutation.checkPropertyImport": of_import("checkPropertyImport"),
    "Mutation.applyPropertyImport": of_import("applyPropertyImport", f"{IMPORT}, acceptCorrections: true"),
    "Mutation.undoPropertyImport": of_import("undoPropertyImport", 'id: "$applied_import"'),
    "Mutation.cancelPropertyImport": of_import("cancelPropertyImport"),
    "Subscription.propertyImportProgress": Case(
        f"subscription {{ propertyImportProgress({IMPORT}) {{ __typename }} }}",
        by=READERS,
        seen="PropertyImport",
        in_test="PropertyImport",
    ),
}
assert HOLDERS["READ_PROPERTIES"] >= READERS
