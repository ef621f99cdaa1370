"""What was learned ranks partners, is kept with what it was said of, and is taken back by who runs the platform."""

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from db import models
from db.types import new_id
from domain.ids import global_id, local_id
from domain.learning import Model
from domain.matching import MatchFactor
from domain.predictions import PredictionTarget, is_ruled
from tests.factories.introductions import make_contractor, make_profile
from tests.factories.predictions import make_version
from tests.factories.viewers import staff
from tests.graphql.introduction_operations import CREATE, MATCHES

MODELS = """
query M($target: PredictionTarget) {
  predictionModels(target: $target) {
    nodes {
      target number model choice isCalibrated learnedFrom heldBack verdict
      figures { contender name number happened auc brier gainLow gainHigh bins { number said happened } }
    }
  }
}
"""
CHOICES = "{ predictionChoices { target isPinned chosenBy model { number } } }"
CHOOSE = """
mutation C($input: ChoosePredictionModelInput!) {
  choosePredictionModel(input: $input) {
    __typename
    ... on PredictionChoice { target isPinned chosenBy model { number } }
    ... on Refusal { code message }
  }
}
"""
PREDICTIONS = """
query P($id: ID!) {
  introduction(id: $id) { predictions { target probability base contributions { feature value logOdds } } }
}
"""
LEARNED_ID, RULED_ID = UUID(int=10**37 + 99), UUID(int=10**37 + 9)
"""Of contractors that what was learned, and that the rules rank for: by the last two digits."""


@pytest.fixture
async def contractors(acts, carla):
    """Two of Carla's: what was learned ranks for the first, rules for the second."""
    async with acts.work() as uow:
        for each in (LEARNED_ID, RULED_ID):
            await make_contractor(uow.session, id=each, user_id=carla.user_id)
    return [global_id("Contractor", each) for each in (LEARNED_ID, RULED_ID)]


@pytest.fixture
async def partners(acts, world):
    """The reseller fits by the rules and answers late, the operator the other way round."""
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller, response_time_score=50)
        await make_profile(uow.session, world.operator, industries=["HOTEL"], response_time_score=100)


@pytest.fixture
async def version(acts):
    """One that believes in whoever answers quickly, and in nothing else."""
    async with acts.work() as uow:
        return await make_version(uow.session)


def test_which_contractors_are_left_to_the_rules():
    assert [is_ruled(LEARNED_ID), is_ruled(RULED_ID)] == [False, True]
    assert sum(is_ruled(UUID(int=each)) for each in range(1_000)) == 100


async def test_partners_are_ranked_by_what_was_learned_with_reasons_that_add_up(
    graph, sql, world, carla, contractors, partners, version
):
    count, found = await sql.of(graph.data(carla, MATCHES, id=contractors[0]))

    # Log odds of 4 × (1 − ½) = 2, and of 0.
    assert [(each["partner"]["name"], each["score"], each["scorer"]) for each in found] == [
        (world.operator.name, "88.08", "booking-1"),
        (world.reseller.name, "50.00", "booking-1"),
    ]
    assert found[0]["reasons"] == [
        {"factor": "USUAL", "points": "50.00", "weight": None, "isKnown": True},
        {"factor": "RESPONSE", "points": "38.08", "weight": None, "isKnown": True},
    ]
    assert count == 2


async def test_rules_go_on_ranking_for_some_contractors(graph, world, carla, contractors, partners, version):
    found = await graph.data(carla, MATCHES, id=contractors[1])

    assert [(each["partner"]["name"], each["scorer"]) for each in found] == [
        (world.reseller.name, "rules-1"),
        (world.operator.name, "rules-1"),
    ]


async def test_a_version_of_a_format_that_is_not_known_here_leaves_the_ranking_to_the_rules(
    graph, acts, carla, contractors, partners, version
):
    async with acts.work() as uow:
        kept = await uow.session.get_one(models.PredictionModel, version.id)
        kept.model = {**kept.model, "format": 2}

    found = await graph.data(carla, MATCHES, id=contractors[0])

    assert {each["scorer"] for each in found} == {"rules-1"}


async def create(graph, carla, contractor, partner):
    return await graph.data(
        carla, CREATE, input={"contractorId": contractor, "partnerId": global_id("Partner", partner.id)}
    )


async def test_what_was_known_and_predicted_is_kept_with_an_introduction(
    graph, acts, sql, world, carla, contractors, partners, version
):
    async with acts.work() as uow:
        show = Model(-1.0, {MatchFactor.SHOW_RATE: 1.0}, {MatchFactor.SHOW_RATE: 0.5})
        await make_version(uow.session, target=PredictionTarget.SHOW, model=show)

    made = await create(graph, carla, contractors[0], world.operator)

    assert made["matchScore"] == "88.08"
    (snapshot,) = await acts.rows(select(models.IntroductionSnapshot))
    assert (snapshot.scorer, snapshot.is_learned, snapshot.rule_score) == (
        "booking-1",
        True,
        Decimal("75.00"),
    )
    assert snapshot.features == {
        "INDUSTRY": 0.0,
        "NEED": 1.0,
        "REGION": 1.0,
        "LANGUAGE": 1.0,
        "TIME_ZONE": 1.0,
        "CAPACITY": 1.0,
        "RESPONSE": 1.0,
        "OUTCOMES": 0.5,
        "SHOW_RATE": 0.5,
        "CONVERSION": 0.5,
        "SUCCESS_RATE": 0.5,
        "TRACK_RECORD": 0.0,
        "CONTRACTOR_SIZE": 1 / 3,
        "BREADTH": 0.4,
    }
    count, seen = await sql.of(graph.data(staff(), PREDICTIONS, id=made["id"]))
    assert [(each["target"], each["probability"], each["base"]) for each in seen["predictions"]] == [
        ("BOOKING", "0.88080", 0.0),
        ("SHOW", "0.26894", -1.0),
    ]
    assert seen["predictions"][0]["contributions"] == [{"feature": "RESPONSE", "value": 1.0, "logOdds": 2.0}]
    assert count == 1


async def test_to_keep_it_takes_one_statement_however_much_speaks(
    graph, acts, sql, world, carla, contractors, partners
):
    before, _ = await sql.of(create(graph, carla, contractors[0], world.operator))
    async with acts.work() as uow:
        for target in PredictionTarget:
            await make_version(uow.session, target=target)

    after, _ = await sql.of(create(graph, carla, contractors[0], world.reseller))

    assert before == after
    assert len(await acts.rows(select(models.IntroductionPrediction))) == 3


async def test_a_prediction_is_for_the_platforms_staff_alone(
    graph, world, carla, contractors, partners, version
):
    made = await create(graph, carla, contractors[0], world.operator)

    seen = await graph.run(carla, PREDICTIONS, id=made["id"])

    assert [code for code, _ in (each[:2] for each in seen.errors)] == ["FORBIDDEN"]


async def test_versions_are_seen_with_how_they_did(graph, acts, sql, version):
    async with acts.work() as uow:
        await make_version(uow.session, target=PredictionTarget.SHOW)

    count, found = await sql.of(graph.data(staff(), MODELS, target="BOOKING"))

    (seen,) = found["nodes"]
    assert (seen["number"], seen["verdict"], seen["learnedFrom"], seen["heldBack"]) == (1, "CHOSEN", 300, 100)
    assert seen["model"]["weights"] == {"RESPONSE": 4.0}
    assert [(each["contender"], each["name"], each["auc"], each["gainLow"]) for each in seen["figures"]] == [
        ("CANDIDATE", "booking-1", 0.75, None),
        ("RULES", "rules-1", 0.6, 0.01),
    ]
    assert seen["figures"][0]["bins"] == [{"number": 100, "said": 0.62, "happened": 0.6}]
    assert count == 1


async def test_what_speaks_is_seen_in_one_statement(graph, sql, version):
    count, found = await sql.of(graph.data(staff(), CHOICES))

    assert found == [{"target": "BOOKING", "isPinned": False, "chosenBy": "system", "model": {"number": 1}}]
    assert count == 1


async def test_who_runs_the_platform_goes_back_to_the_rules_and_to_an_earlier_version(
    graph, acts, carla, contractors, partners, version
):
    vera = staff()
    back = await graph.data(vera, CHOOSE, input={"target": "BOOKING"})
    by_rules = await graph.data(carla, MATCHES, id=contractors[0])
    chosen = {"target": "BOOKING", "modelId": global_id("PredictionModel", version.id), "isPinned": False}
    again = await graph.data(vera, CHOOSE, input=chosen)
    by_version = await graph.data(carla, MATCHES, id=contractors[0])

    assert back == {
        "__typename": "PredictionChoice",
        "target": "BOOKING",
        "isPinned": True,
        "chosenBy": vera.id,
        "model": None,
    }
    assert {each["scorer"] for each in by_rules} == {"rules-1"}
    assert (again["isPinned"], again["model"]) == (False, {"number": 1})
    assert {each["scorer"] for each in by_version} == {"booking-1"}
    entries = await acts.rows(
        select(models.AuditEntry).where(models.AuditEntry.act == "prediction_models.choose")
    )
    assert [(each.object_id, each.facts) for each in entries] == [
        (
            "rules-1",
            {
                "target": "BOOKING",
                "before": global_id("PredictionModel", version.id),
                "is_pinned": True,
            },
        ),
        (
            global_id("PredictionModel", version.id),
            {"target": "BOOKING", "before": None, "is_pinned": False},
        ),
    ]


async def test_to_choose_what_is_chosen_changes_nothing(graph, acts, version):
    first = await graph.data(staff(), CHOOSE, input={"target": "BOOKING"})
    second = await graph.data(staff(), CHOOSE, input={"target": "BOOKING"})

    assert second == first
    entries = await acts.rows(select(models.AuditEntry.act))
    assert entries.count("prediction_models.choose") == 1


async def test_a_version_speaks_of_its_own_target_only(graph, acts, version):
    theirs = {"target": "SHOW", "modelId": global_id("PredictionModel", version.id)}
    unknown = {"target": "SHOW", "modelId": global_id("PredictionModel", new_id())}

    refused = await graph.data(staff(), CHOOSE, input=theirs)
    missing = await graph.data(staff(), CHOOSE, input=unknown)
    nonsense = await graph.data(staff(), CHOOSE, input={"target": "SHOW", "modelId": "x"})

    assert (refused["__typename"], missing["__typename"]) == ("InvalidInput", "NotFound")
    assert nonsense["__typename"] == "NotFound"
    assert [each.target for each in await acts.rows(select(models.PredictionChoice))] == [
        PredictionTarget.BOOKING
    ]
    assert local_id("PredictionModel", theirs["modelId"]) == version.id
