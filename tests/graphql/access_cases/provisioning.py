"""Who may go live, pause and resume."""

from tests.graphql.access_cases.kinds import ADMIN, Case, act, people

GOVERNORS = ADMIN | people("reseller", "owner", "admin")
RESELLER = 'partnerId: "$reseller"'


def of_partner(name: str, answer: str) -> Case:
    """A mutation of the reseller's case that changes nothing: it is neither ready, nor live, nor paused."""
    also = dict.fromkeys(GOVERNORS, answer) | {"assisting manager": "Forbidden"}
    return act(name, RESELLER, by=frozenset(), seen="a change", in_test="a change", also=also)


CASES: dict[str, Case] = {
    "Mutation.requestGoLive": of_partner("requestGoLive", "NotReadyToGoLive"),
    "Mutation.pausePartner": of_partner("pausePartner", "NotLive"),
    "Mutation.resumePartner": of_partner("resumePartner", "OnboardingCase"),
}
