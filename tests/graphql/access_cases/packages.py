"""Who sees what is in the making, puts it on sale, and answers for what is its own."""

from tests.graphql.access_cases.kinds import ADMIN, GOVERNORS, KINDS, STAFF, Case, act, people

OPERATORS_GOVERNORS = ADMIN | people("operator", "owner", "admin")
RESELLERS_GOVERNORS = people("reseller", "owner", "admin")
CONTENT = (
    'names: [{locale: "en", text: "Tea"}], items: [{kind: EXTRA, functionCode: "TEA", label: "Tea"}],'
    ' priceRules: [{code: "BASE", label: "Base", rank: 1, effect: SET, amount: "1"}]'
)

CASES: dict[str, Case] = {
    "Query.package": Case('{ package(id: "$package") { __typename } }', by=KINDS, seen="Package"),
    "Query.packageConsents": Case(
        "{ packageConsents { nodes { id } } }",
        by=STAFF | people("operator") | people("reseller") | {"reseller key", "catalog key"},
        seen="1 rows",
        hidden="0 rows",
    ),
    "Mutation.updatePackageDraft": act(
        "updatePackageDraft",
        f'id: "$draft", sequence: 1, currency: "HKD", {CONTENT}',
        by=OPERATORS_GOVERNORS,
        seen="Package",
        # Who is asked for its consent may look at the draft.
        also_live=dict.fromkeys(RESELLERS_GOVERNORS, "Forbidden"),
    ),
    "Mutation.publishPackage": act(
        "publishPackage", 'id: "$ready_draft"', by=OPERATORS_GOVERNORS, seen="Package"
    ),
    "Mutation.archivePackage": act(
        "archivePackage",
        'id: "$package"',
        by=OPERATORS_GOVERNORS,
        seen="Package",
        also_live=dict.fromkeys(GOVERNORS - OPERATORS_GOVERNORS, "Forbidden"),
    ),
    "Mutation.answerPackageConsent": act(
        "answerPackageConsent",
        'id: "$consent", isGranted: true',
        by=ADMIN | RESELLERS_GOVERNORS,
        seen="PackageConsent",
        also_live=dict.fromkeys(people("operator", "owner", "admin"), "Forbidden"),
    ),
    "Package.consents": Case(
        '{ node(id: "$draft") { ... on Package { consents { nodes { status } } } } }',
        by=STAFF | people("operator") | RESELLERS_GOVERNORS,
        seen="{'consents': {'nodes': [{'status': 'REQUESTED'}]}}",
        path=("node", "consents"),
        needs="READ_CATALOG",
    ),
}
