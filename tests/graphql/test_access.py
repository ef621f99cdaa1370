"""Every guarded or root field × every kind of caller × LIVE and TEST: exactly what `access.py` says."""

from dataclasses import replace
from string import Template

import graphql
import pytest
from sqlalchemy import text

from db import models
from domain.environments import Environment
from permissions.viewer import SCOPES_OF, Scope
from schema.sources import source_of
from tests.factories.scene import make_scene
from tests.factories.viewers import in_test, key_of, member_of
from tests.fixtures import standing
from tests.fixtures.acts import Acts
from tests.fixtures.graphql import KEYS, built, compiled
from tests.fixtures.viewers import KINDS
from tests.graphql import access
from tests.graphql.access_cases.kinds import HOLDERS
from tests.graphql.access_cases.kinds import KINDS as NAMED

LIVE, TEST = Environment.LIVE, Environment.TEST
CALLERS = KINDS | {
    "catalog key": lambda world: key_of(world.reseller, scopes=frozenset({Scope.READ_CATALOG})),
}

FINGERPRINT = " UNION ALL ".join(
    f"SELECT '{table}', count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row"
    for table in sorted(models.Base.metadata.tables)
)
"""What is in each table, so that a write of any kind shows."""
ATTEMPTS = """
    SELECT sum(
        pg_stat_get_xact_tuples_inserted(oid)
        + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    )
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
"""How many rows this transaction wrote so far, also those it took back: where it is the same, nothing was written."""


# What a caller does is undone before the next asks.
clean_database, isolated, world = standing.clean_database, standing.isolated, standing.world


@pytest.fixture(scope="module")
async def ids(isolated, world):
    """The public ids of the reseller's and the operator's things, all in LIVE."""
    owner, reseller = member_of(world.operator), key_of(world.reseller)
    return await make_scene(Acts(isolated), world, owner=owner, reseller=reseller, keys=KEYS)


def expected(case, scope, kind, environment):
    """What the table says a caller gets."""
    if scope is not None and case.needs is None and kind not in HOLDERS[scope]:
        return "UNAUTHENTICATED" if kind == "anonymous" else "FORBIDDEN"
    if environment is TEST and case.in_test is None:
        return case.hidden
    if environment is TEST and kind in case.by_in_test:
        return case.in_test
    of_their_own = {**case.also, **(case.also_live if environment is LIVE else {})}
    if kind in of_their_own:
        return of_their_own[kind]
    if kind in case.by:
        return case.seen if environment is LIVE else case.in_test
    return case.hidden


def told(answer, path):
    """An answer in one word: the code of its error, the type of its object, the number of its rows."""
    if answer.errors:
        assert [each[1] for each in answer.errors] == [list(path)]
        return answer.errors[0][0]
    value = next(iter(answer.data.values()))
    if isinstance(value, dict) and "nodes" in value:
        value = value["nodes"]
    if isinstance(value, list):
        return f"{sum(each is not None for each in value)} rows"
    if value is None:
        return "null"
    return value.get("__typename") or str(value)


async def ask(graph, viewer, document, path):
    if not document.startswith("subscription"):
        return told(await graph.run(viewer, document), path)
    async with graph.subscribe(viewer, document) as news:
        value = await news.next()
    if isinstance(value, list):
        assert value[0][1] == list(path)
        return value[0][0]
    return "null" if value is None else value["__typename"]


async def attempts(acts):
    async with acts.sessions.read() as session:
        return await session.scalar(text(ATTEMPTS))


async def fingerprint(acts):
    async with acts.sessions.read() as session:
        # In no order of its own: PostgreSQL may ask several tables at once.
        return set(await session.execute(text(FINGERPRINT)))


@pytest.mark.parametrize("environment", [LIVE, TEST])
@pytest.mark.parametrize("name", sorted(access.CASES))
async def test_each_caller_gets_what_the_matrix_says(graph, acts, world, ids, name, environment):
    case = access.CASES[name]
    document = Template(case.text).substitute(ids)
    field_name = name.partition(".")[2]
    before = await fingerprint(acts)

    answers, wrote = {}, {}
    for kind, make in CALLERS.items():
        viewer = make(world) if environment is LIVE else in_test(make(world))
        async with acts.sessions.undone():
            so_far = await attempts(acts)
            answers[kind] = await ask(graph, viewer, document, case.path or (field_name,))
            wrote[kind] = await attempts(acts) != so_far and await fingerprint(acts) != before

    scope = scope_of(name)
    assert answers == {kind: expected(case, scope, kind, environment) for kind in CALLERS}
    acted = {kind for kind in CALLERS if answers[kind] == expected_act(case, environment)}
    assert {kind for kind in CALLERS if wrote[kind]} == (acted if name.startswith("Mutation.") else set())


def expected_act(case, environment):
    return case.seen if environment is LIVE else case.in_test


def scope_of(name):
    """The scope that the graph itself says a field needs."""
    type_name, _, field_name = name.partition(".")
    definition = built().type_map[type_name].fields[field_name].extensions["strawberry-definition"]
    source = source_of(definition)
    scope = source and source.scope
    return scope and scope.value


def guarded_fields():
    """Every root field, and every other field that needs a scope."""
    graph = built()
    roots = {graph.query_type, graph.mutation_type, graph.subscription_type}
    for each in graph.type_map.values():
        if graphql.is_object_type(each) and not each.name.startswith("__"):
            for field_name, field in each.fields.items():
                definition = field.extensions.get("strawberry-definition")
                if each in roots or (definition and (source := source_of(definition)) and source.scope):
                    yield f"{each.name}.{field_name}"


def test_no_field_is_missing_in_the_matrix_and_none_is_left_over():
    assert sorted(access.CASES) == sorted(guarded_fields())


class AnyId(dict[str, str]):
    """Some id for every place in a case's text."""

    def __missing__(self, name):
        return f"par_{'0' * 32}"


@pytest.mark.parametrize(
    "name", sorted(name for name in access.CASES if not name.startswith("Subscription."))
)
def test_what_is_guarded_is_read_and_done_by_the_compiled_executor(name):
    assert compiled(Template(access.CASES[name].text).substitute(AnyId())) is not None


def test_a_guarded_field_s_case_names_its_scope():
    named = {name: case.needs for name, case in access.CASES.items() if case.needs}

    assert named == {name: scope_of(name) for name in named}


def test_only_what_everybody_may_ask_has_no_scope():
    open_to_all = {name for name in access.CASES if scope_of(name) is None}

    assert open_to_all == {
        *("Query.viewer", "Query.node", "Query.nodes"),
        *("Query.searchPackages", "Query.sponsoredPackages", "Query.searchFacets"),
        "Query.suggestBundles",
        "Mutation.recordInterest",
        *("Query.integrationGuides", "Query.integrationGuide"),
        "Query.package",
        "Query.checkoutDocuments",
        "Mutation.applyCoupon",
        *("Query.quote", "Query.checkout", "Subscription.checkoutUpdated"),
        *("Mutation.quotePackage", "Mutation.bookPackage", "Mutation.checkoutPackage"),
        *("Mutation.cancelCheckout", "Mutation.cancellationTerms", "Mutation.cancelBooking"),
    }


def test_every_kind_of_caller_is_in_the_matrix():
    assert {*CALLERS} == NAMED


@pytest.mark.parametrize("scope", Scope)
async def test_a_scope_is_carried_by_exactly_these(world, scope):
    assert {kind for kind, make in CALLERS.items() if make(world).may(scope)} == HOLDERS[scope]


@pytest.mark.parametrize("role", SCOPES_OF)
async def test_a_member_carries_its_scopes_at_its_own_partner_only(world, role):
    person = replace(member_of(world.reseller, role=role), platform_scopes=frozenset())

    for scope in Scope:
        assert person.may_at(world.reseller.id, scope) == (scope in SCOPES_OF[role])
        assert not person.may_at(world.rival.id, scope)
