"""Row by row: nobody reads what belongs to another, nor anything of the other environment."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import graphql
import orjson
import pytest
from sqlalchemy import inspect, select

from dataloaders.relations import Loaders
from db import models
from db.queries.computed import rows_named
from domain.environments import Environment
from domain.ids import PREFIXES, global_id
from permissions.symbolic import facts_of
from permissions.viewer import ANONYMOUS, Viewer
from permissions.visibility import SEEN_WITH, VISIBLE
from resolvers.nodes import READABLE
from schema.sources import Related, source_of
from tests.factories.scene import make_scene
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.factories.world import World
from tests.fixtures.graphql import KEYS, built

PUBLIC = {
    models.Partner,
    models.Package,
    models.PackageVersion,
    models.PackageItem,
    models.PriceRule,
    models.PackageSearch,
}
"""What everybody sees, signed in or not: what is sold to travelers, and by whom."""
SOLD_TO_ALL = PUBLIC | {models.Allotment}
"""What resellers see although it belongs to an operator: the catalog and the shared pools."""
OF_BOTH = {
    models.Partner,
    models.Upload,
    models.VerificationDocument,
    models.VerificationDecision,
    models.ApiKey,
    models.AuditEntry,
    models.CertificationRun,
    models.ScenarioResult,
    models.User,
    models.PartnerMember,
    models.Invitation,
    models.OnboardingCase,
    models.StageVisit,
    models.SatisfactionAnswer,
    models.IntegrationAlert,
    models.SupportThread,
    models.SupportMessage,
    models.SupportRead,
    models.SupportAttachment,
    models.Property,
    models.PropertyImport,
    models.PropertyImportProblem,
    models.Contractor,
    models.ConfidenceScore,
    models.Introduction,
    models.IntroductionFeedback,
    models.IntroductionProfile,
    models.IntroductionTransition,
    models.Intervention,
    models.DemoSlot,
    models.DemoArrangement,
    models.IntroductionFollowUp,
    models.MeetingHours,
    models.IntroductionMessage,
    models.IntroductionMailEvent,
    models.IntroductionPrediction,
    models.PredictionModel,
    models.PredictionFigure,
    models.PredictionChoice,
    models.PartnerMessage,
}
"""What has no environment, or is governed in both at once."""

RIVALS: dict[str, Callable[[World], Viewer]] = {
    "rival key": lambda world: key_of(world.rival),
    "rival's owner": lambda world: member_of(world.rival),
    "anonymous": lambda _: ANONYMOUS,
    "key without scopes": lambda world: key_of(world.reseller, scopes=frozenset()),
}
OWNERS: dict[str, Callable[[World], Viewer]] = {
    "reseller key": lambda world: key_of(world.reseller),
    "reseller's owner": lambda world: member_of(world.reseller),
    "operator's owner": lambda world: member_of(world.operator),
    "platform admin": lambda _: staff(),
}


@pytest.fixture(autouse=True)
async def scene(acts, world, owner, reseller):
    """Everything there can be, in LIVE; and a hold of its own in TEST."""
    await make_scene(acts, world, owner=owner, reseller=reseller, keys=KEYS)
    await acts.hold(in_test(reseller))


def key_of_row(row: Any) -> tuple[Any, ...]:
    return tuple(inspect(row).identity)


async def seen(acts, model: type[models.Base], viewer: Viewer) -> set[tuple[Any, ...]]:
    """The primary keys of the rows a caller may see."""
    return {key_of_row(row) for row in await acts.rows(select(model).where(VISIBLE[model](viewer)))}


@pytest.mark.parametrize("kind", RIVALS)
async def test_a_stranger_sees_the_catalog_at_most(acts, world, kind):
    viewer = RIVALS[kind](world)

    found = {model for model in VISIBLE if await seen(acts, model, viewer)}

    assert found - SOLD_TO_ALL == set()
    if kind in ("anonymous", "key without scopes"):
        assert found - PUBLIC == set()


async def test_staff_sees_a_row_of_every_model(acts, world):
    """So that what is not seen elsewhere is not seen because it is not there."""
    assert {model for model in VISIBLE if not await seen(acts, model, staff())} == set()


@pytest.mark.parametrize("kind", OWNERS)
async def test_no_row_is_seen_in_both_environments(acts, world, kind):
    live = OWNERS[kind](world)

    both = {
        model for model in VISIBLE if await seen(acts, model, live) & await seen(acts, model, in_test(live))
    }

    assert both - OF_BOTH == set()


@pytest.mark.parametrize("model", [each for each in VISIBLE if "id" in each.__table__.columns])
async def test_in_a_batch_each_caller_sees_what_it_sees_alone(acts, world, model):
    viewers = [make(world) for make in (RIVALS | OWNERS).values()]
    viewers += [in_test(each) for each in viewers]
    ids = [row.id for row in await acts.rows(select(model))]

    async def found_by(viewer):
        statement = rows_named(model, VISIBLE[model](viewer))
        facts = facts_of(viewer, statement.facts)
        records = await acts.batches.ask(statement.sql, {"named": [{"id": each, **facts} for each in ids]})
        return {(UUID(orjson.loads(row)["id"]),) for _, row in records}

    found = await asyncio.gather(*map(found_by, viewers))

    assert found == [await seen(acts, model, viewer) for viewer in viewers]


@pytest.mark.parametrize("kind", RIVALS | OWNERS)
@pytest.mark.parametrize("environment", Environment)
async def test_no_id_leads_to_a_row_one_may_not_see(graph, acts, world, kind, environment):
    viewer = (RIVALS | OWNERS)[kind](world)
    viewer = viewer if environment is Environment.LIVE else in_test(viewer)

    for name, model in READABLE.items():
        if name not in PREFIXES:
            continue
        ids = {global_id(name, row.id): key_of_row(row) for row in await acts.rows(select(model))}
        may = await seen(acts, model, viewer)
        found = await graph.data(viewer, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=list(ids))
        assert {each["id"] for each in found if each} == {shown for shown, key in ids.items() if key in may}


def relations():
    """Every relation the graph can follow."""
    for each in built().type_map.values():
        if graphql.is_object_type(each) and not each.name.startswith("__"):
            for field in each.fields.values():
                definition = field.extensions.get("strawberry-definition")
                source = definition and source_of(definition)
                if isinstance(source, Related):
                    yield pytest.param(source.relation, id=f"{each.name}.{definition.python_name}")


@pytest.mark.parametrize("relation", list(relations()))
async def test_no_relation_leads_to_a_row_one_may_not_see(acts, world, relation):
    """Also from a parent that one may not see either."""
    target = relation.property.mapper.class_
    parents = await acts.rows(select(relation.class_))
    assert parents

    for make in (RIVALS | OWNERS).values():
        for viewer in (make(world), in_test(make(world))):
            loaders = Loaders(acts.sessions, viewer, acts.now)
            may = await seen(acts, target, viewer)
            for parent in parents:
                found = await loaders.related(relation, parent)
                rows = found if isinstance(found, list) else [found] if found else []
                assert {key_of_row(row) for row in rows} - may == set()


@pytest.mark.parametrize("kind", RIVALS | OWNERS)
@pytest.mark.parametrize("environment", Environment)
@pytest.mark.parametrize("relation", sorted(SEEN_WITH, key=str), ids=str)
async def test_the_parts_of_a_row_one_sees_are_rows_one_may_see(acts, world, kind, environment, relation):
    """So that who comes from the row need not ask again."""
    viewer = (RIVALS | OWNERS)[kind](world)
    viewer = viewer if environment is Environment.LIVE else in_test(viewer)
    parent, mapped = relation.class_, relation.property
    (near, far), target = next(iter(mapped.local_remote_pairs)), mapped.mapper.class_
    shown = select(target).join(parent, near == far).where(VISIBLE[parent](viewer))

    parts = {key_of_row(row) for row in await acts.rows(shown)}

    assert parts - await seen(acts, target, viewer) == set()
