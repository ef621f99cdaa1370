"""Who may go live, pause and resume, and who looks after an integration."""

from tests.graphql.access_cases.kinds import ADMIN, MANAGERS, Case, act, people

GOVERNORS = ADMIN | people("reseller", "owner", "admin")
READERS = ADMIN | MANAGERS | people("reseller")
RESELLER = 'partnerId: "$reseller"'


def of_partner(name: str, answer: str) -> Case:
    """A mutation of the reseller's case that changes nothing: it is neither ready, nor live, nor paused."""
    also = dict.fromkeys(GOVERNORS, answer) | {"assisting manager": "Forbidden"}
    return act(name, RESELLER, by=frozenset(), seen="a change", in_test="a change", also=also)


CASES: dict[str, Case] = {
    "Mutation.requestGoLive": of_partner("requestGoLive", "NotReadyToGoLive"),
    "Mutation.pausePartner": of_partner("pausePartner", "NotLive"),
    "Mutation.resumePartner": of_partner("resumePartner", "OnboardingCase"),
    "Query.integrationHealth": Case(
        f"{{ integrationHealth({RESELLER}) {{ __typename }} }}",
        by=READERS,
        seen="IntegrationHealth",
        in_test="IntegrationHealth",
    ),
    "Query.integrationAlerts": Case(
        f"{{ integrationAlerts({RESELLER}) {{ nodes {{ id }} }} }}",
        by=READERS,
        seen="1 rows",
        hidden="0 rows",
        in_test="1 rows",
    ),
    "Subscription.integrationHealthChanged": Case(
        f"subscription {{ integrationHealthChanged({RESELLER}) {{ __typename }} }}",
        by=READERS,
        seen="IntegrationHealth",
        in_test="IntegrationHealth",
    ),
}
