"""Who may send files, and see that they came."""

from tests.graphql.access_cases.kinds import ADMIN, Case, act, people

OPERATORS_OWN = people("operator", "owner", "admin") | ADMIN | {"assisting manager"}
FILE = 'partnerId: "$operator", fileName: "deed.pdf", mediaType: "application/pdf", byteSize: 100'

CASES: dict[str, Case] = {
    "Mutation.prepareUpload": act(
        "prepareUpload",
        f"purpose: DOCUMENT, {FILE}",
        by=OPERATORS_OWN,
        seen="PreparedUpload",
        in_test="PreparedUpload",
        hidden="Forbidden",
        also={"account manager": "NotFound"},
    ),
    "Mutation.confirmUpload": act(
        "confirmUpload",
        'id: "$upload"',
        by=OPERATORS_OWN,
        seen="Upload",
        in_test="Upload",
        also=dict.fromkeys(people("operator", "finance", "support", "readonly"), "Forbidden"),
    ),
}
