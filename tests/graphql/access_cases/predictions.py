"""Who sees what was learned from introductions, and decides what speaks: who runs the platform, in both environments."""

from tests.graphql.access_cases.introductions import DESK, TALKERS
from tests.graphql.access_cases.kinds import ADMIN, Case, act

PREDICTED = {"predictions": [{"target": "BOOKING"}]}

CASES: dict[str, Case] = {
    "Query.predictionModels": Case(
        "{ predictionModels { nodes { id } } }", by=ADMIN, seen="1 rows", in_test="1 rows"
    ),
    "Query.predictionChoices": Case(
        "{ predictionChoices { target } }", by=ADMIN, seen="1 rows", in_test="1 rows"
    ),
    "Mutation.choosePredictionModel": act(
        "choosePredictionModel",
        "target: BOOKING",
        by=ADMIN,
        seen="PredictionChoice",
        in_test="PredictionChoice",
    ),
    "Introduction.predictions": Case(
        '{ node(id: "$introduction") { ... on Introduction { predictions { target } } } }',
        by=DESK,
        seen=str(PREDICTED),
        in_test=str(PREDICTED),
        needs="MANAGE_ONBOARDING",
        path=("node", "predictions"),
        also=dict.fromkeys(TALKERS, "FORBIDDEN"),
    ),
}
