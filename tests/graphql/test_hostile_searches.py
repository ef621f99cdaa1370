"""SQL injection: whatever is typed into a filter is looked for, and is never a part of a statement."""

import pytest
from sqlalchemy import text

from permissions.viewer import ANONYMOUS
from tests.factories.search import indexed, make_catalog

HOSTILE = (
    "'; DROP TABLE package_search; --",
    "' OR '1'='1",
    '" OR ""="',
    "rome') UNION SELECT code_hash::text FROM invitations --",
    "\\'; SELECT pg_sleep(10); --",
    "$$; DELETE FROM packages; $$",
    "rome':*A & !rome | <-> (rome)",
    "%_%' ESCAPE '\\",
    "/**/UNION/**/SELECT/**/1",
    "\u02bc; DROP TABLE packages; \uff07--",
    "{1,2}'::text[] || ARRAY['x",
    "1; SET ROLE postgres",
    "rome\x08\x1b[31m",
    "\u202etxet",
    "𝖗𝖔𝖒𝖊 ' ﹣﹣",
)
"""What people try, in quotes of all kinds, in the languages of text search and of arrays."""
FIELDS = {
    "text": lambda each: {"text": each},
    "destination": lambda each: {"destination": each},
    "language": lambda each: {"language": each},
    "currency": lambda each: {"price": {"currency": each}},
}
EVERYTHING = """
query E($filter: PackageSearchFilter, $sort: SearchSort!) {
  searchPackages(filter: $filter, sort: $sort) { nodes { productId name price { amount } } totalCount }
  sponsoredPackages(filter: $filter, visitor: "'; --") { productId }
  searchFacets(filter: $filter) { kinds { value } }
}
"""


@pytest.fixture
async def catalog(acts):
    async with acts.work() as uow:
        packages = await make_catalog(uow.session)
        await indexed(uow)
    return packages


async def counted(acts):
    async with acts.sessions.read() as session:
        statement = text("SELECT (SELECT count(*) FROM packages), (SELECT count(*) FROM package_search)")
        return tuple((await session.execute(statement)).one())


@pytest.mark.parametrize("field", FIELDS)
async def test_hostile_texts_find_nothing_change_nothing_and_break_nothing(catalog, graph, acts, field):
    before = await counted(acts)
    for each in HOSTILE:
        for sort in ("RELEVANCE", "NEWEST"):
            answer = await graph.run(ANONYMOUS, EVERYTHING, filter=FIELDS[field](each), sort=sort)

            assert {code for code, _ in answer.errors} <= {"INVALID_INPUT"}, each
            if answer.data and answer.data["searchPackages"]:
                # Words among the noise are looked for, all of them: no package has them all.
                found = {hit["productId"] for hit in answer.data["searchPackages"]["nodes"]}
                assert found <= {"ROM-1", "ROM-2"}, each

    assert await counted(acts) == before


@pytest.mark.parametrize(
    "cursor", ["'; --", "eyInIjoxfQ", "WzEsMl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCIwIl0", "WyInIiwiJyJd"]
)
@pytest.mark.parametrize("sort", ["RELEVANCE", "NEWEST"])
async def test_hostile_cursors_are_refused(catalog, graph, cursor, sort):
    query = "query C($after: String, $sort: SearchSort!) { searchPackages(after: $after, sort: $sort) { nodes { score } } }"
    answer = await graph.run(ANONYMOUS, query, after=cursor, sort=sort)

    assert [code for code, _ in answer.errors] == ["INVALID_INPUT"]


async def test_hostile_ids_tokens_and_destinations_elsewhere_are_harmless(catalog, graph, acts):
    before = await counted(acts)
    for each in HOSTILE:
        suggested = await graph.run(
            ANONYMOUS, "query S($d: String!) { suggestBundles(destination: $d) { score } }", d=each
        )
        recorded = await graph.run(
            ANONYMOUS,
            "mutation R($t: [String!]!) { recordInterest(input: {kind: CLICK, tokens: $t}) { __typename } }",
            t=[each],
        )
        assert {code for code, _ in suggested.errors} <= {"INVALID_INPUT"}
        assert recorded.data == {"recordInterest": {"__typename": "RecordedInterest"}}

    assert await counted(acts) == before
