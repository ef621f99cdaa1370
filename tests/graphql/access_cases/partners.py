"""Who may ask for partners, their teams and their onboarding."""

from tests.graphql.access_cases.kinds import Case

CASES: dict[str, Case] = {}
