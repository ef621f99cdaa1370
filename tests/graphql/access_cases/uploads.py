"""Who may send files, and see that they came."""

from tests.graphql.access_cases.kinds import ADMIN, Case, act, people

OPERATORS_OWN = people("operator", "owner", "admin") | ADMIN | {"assisting manager"}
FORBIDDEN = dict.fromkeys(people("operator", "finance", "support", "readonly"), "Forbidden")
FILE = 'partnerId: "$operator", fileName: "deed.pdf", mediaType: "application/pdf", byteSize: 100'

CASES: dict[str, Case] = {
    "Mutation.prepareUpload": act(
        "prepareUpload",
        f"purpose: DOCUMENT, {FILE}",
        by=OPERATORS_OWN,
        seen="PreparedUpload",
        in_test="PreparedUpload",
        also=FORBIDDEN | {"account manager": "Forbidden"},
    ),
    "Mutation.confirmUpload": act(
        "confirmUpload",
        'id: "$upload"',
        by=OPERATORS_OWN,
        seen="Upload",
        in_test="Upload",
        also=FORBIDDEN,
    ),
}
