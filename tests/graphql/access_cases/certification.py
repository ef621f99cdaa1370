"""Who may run a partner's certification, and follow it: the same from LIVE and from TEST."""

from tests.graphql.access_cases.kinds import ADMIN, Case, act, people

RESELLERS_CERTIFIERS = ADMIN | {"reseller key"} | people("reseller", "owner", "admin")
OPERATORS_CERTIFIERS = ADMIN | {"assisting manager"} | people("operator", "owner", "admin")
RESELLERS = people("reseller", "owner", "admin")
OTHERS = people("rival", "owner", "admin") | {"rival key"}

CASES: dict[str, Case] = {
    "Query.certificationRuns": Case(
        '{ certificationRuns(partnerId: "$reseller") { nodes { id } } }',
        # Managers of the platform look on at every partner.
        by=RESELLERS_CERTIFIERS | {"assisting manager"},
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
    ),
    "Mutation.runIntegrationTests": act(
        "runIntegrationTests",
        'partnerId: "$operator"',
        by=OPERATORS_CERTIFIERS,
        seen="CertificationRun",
        in_test="CertificationRun",
        # They know the operator by what it sells, in their environment.
        also=dict.fromkeys(RESELLERS | OTHERS | {"reseller key"}, "Forbidden"),
    ),
    "Mutation.cancelIntegrationTests": act(
        "cancelIntegrationTests",
        'id: "$run"',
        by=ADMIN | people("reseller", "owner", "admin"),
        seen="CertificationRun",
        in_test="CertificationRun",
        by_in_test=frozenset({"reseller key"}),
        also=dict.fromkeys({"reseller key", "assisting manager"}, "Forbidden"),
    ),
    "Subscription.certificationProgress": Case(
        'subscription { certificationProgress(id: "$run") { __typename } }',
        by=RESELLERS_CERTIFIERS | {"assisting manager"},
        seen="CertificationRun",
        in_test="CertificationRun",
    ),
}
