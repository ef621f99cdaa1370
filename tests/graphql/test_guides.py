"""Guides in the graph: the same for everybody, but for what is the reader's own."""

import secrets

import pytest

from domain.environments import Environment
from domain.ids import global_id
from permissions.viewer import Role
from services import api_keys
from tests.factories.packages import make_package
from tests.factories.times import DAY
from tests.factories.viewers import in_test, member_of, staff

LIST = "{ integrationGuides { slug title summary order topics } }"
GUIDE = """query G($slug: String!, $partnerId: ID) { integrationGuide(slug: $slug, partnerId: $partnerId) {
  slug title summary order topics markdown html snippets { language title code }
} }"""


@pytest.fixture
def read(graph):
    """The first line of the guide, and the id of the partner it was asked for."""

    async def read(viewer, partner=None):
        asked = global_id("Partner", partner.id) if partner else None
        found = await graph.data(viewer, GUIDE, slug="first-steps", partnerId=asked)
        return found["markdown"].partition("\n")[0], found["snippets"][1]["code"]

    return read


@pytest.fixture
def issue(acts, world):
    async def issue(name, *, reseller=world.reseller, environment=Environment.TEST, expires_at=None):
        async with acts.work() as uow:
            issued = await api_keys.issue_key(
                uow,
                staff(),
                reseller_id=reseller.id,
                environment=environment,
                name=name,
                scopes=None,
                expires_at=expires_at,
                pepper=b"p" * 32,
                entropy=secrets.token_bytes,
                idempotency=None,
                now=acts.now,
            )
        return issued.api_key

    return issue


NOTHING_OWN = "Use **your TEST key** of `par_YOUR_PARTNER_ID`, whose text begins with `il_test_YOUR_KEY_`."


async def test_guides_are_listed_in_reading_order(graph, reseller):
    assert await graph.data(reseller, LIST) == [
        {
            "slug": "first-steps",
            "title": "First steps",
            "summary": "Your first call.",
            "order": 1,
            "topics": ["credentials", "errors"],
        },
        {
            "slug": "second-steps",
            "title": "Second steps",
            "summary": "And on.",
            "order": 2,
            "topics": ["holds"],
        },
    ]


async def test_a_guide_shows_its_reader_the_newest_good_key_of_test_and_a_product_to_try(
    acts, world, read, issue
):
    async with acts.work() as uow:
        await make_package(uow.session, world.operator, sku="0-first", environment=Environment.TEST)
    await issue("Old")
    key = await issue("New [shop]")
    await issue("Live", environment=Environment.LIVE)
    await issue("Ended", expires_at=acts.now + DAY)
    acts.now += 2 * DAY

    line, sample = await read(member_of(world.reseller))

    partner_id = global_id("Partner", world.reseller.id)
    assert (
        line == f"Use **New \\[shop\\]** of `{partner_id}`, whose text begins with `il_test_{key.prefix}_`."
    )
    assert sample == 'print("0-first")\n'


async def test_a_partner_s_own_product_comes_before_the_catalog_s(acts, world, read):
    async with acts.work() as uow:
        await make_package(uow.session, world.reseller, sku="own", environment=Environment.TEST)

    _, sample = await read(member_of(world.reseller))

    assert sample == 'print("own")\n'


async def test_who_may_not_see_keys_reads_defaults_in_their_place(world, read, issue):
    await issue("Shop")

    line, _ = await read(member_of(world.reseller, role=Role.READONLY))

    partner_id = global_id("Partner", world.reseller.id)
    assert line == f"Use **your TEST key** of `{partner_id}`, whose text begins with `il_test_YOUR_KEY_`."


async def test_another_partner_s_things_stay_its_own(world, read, issue):
    await issue("Shop")

    assert (await read(member_of(world.rival), world.reseller))[0] == NOTHING_OWN
    assert (await read(staff(Role.ANALYST), world.reseller))[0] == NOTHING_OWN


async def test_who_is_of_several_partners_says_which(world, read, issue):
    await issue("Shop")
    person = member_of(world.reseller, world.operator)

    assert (await read(person))[0] == NOTHING_OWN
    assert (await read(person, world.reseller))[0].startswith("Use **Shop**")


async def test_the_platform_s_admin_reads_what_the_partner_reads(world, read, issue):
    await issue("Shop")

    assert (await read(staff(), world.reseller))[0].startswith("Use **Shop**")


async def test_test_and_live_callers_read_the_same(world, read, issue):
    await issue("Shop")
    owner = member_of(world.reseller)

    assert await read(owner) == await read(in_test(owner))


async def test_html_is_safe_and_has_the_reader_s_values_as_text(graph, world, issue):
    await issue("<img src=x onerror=alert(1)>")

    found = await graph.data(member_of(world.reseller), GUIDE, slug="first-steps")

    html = found["html"]
    assert "Use <strong>&lt;img src=x onerror=alert(1)&gt;</strong> of <code>par_" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; and [a trap](javascript:alert(1))" in html
    assert '<figure class="code sample"><figcaption><b>curl</b><span>Look it up</span></figcaption>' in html
    assert '<figure class="code printed"><figcaption><b>It prints</b></figcaption>' in html


async def test_samples_are_a_list_of_their_own(graph, reseller):
    found = await graph.data(reseller, GUIDE, slug="first-steps")

    assert found["snippets"] == [
        {
            "language": "CURL",
            "title": "Look it up",
            "code": 'curl "https://api.interline.example/api/ota/inventory?product_id=106"\n',
        },
        {"language": "PYTHON", "title": "Look it up", "code": 'print("106")\n'},
    ]


async def test_there_is_no_guide_of_another_name(graph, reseller):
    assert await graph.data(reseller, GUIDE, slug="../first-steps") is None


async def test_what_is_no_id_is_no_partner(graph, reseller):
    answer = await graph.run(reseller, GUIDE, slug="first-steps", partnerId="par_1")

    assert answer.errors == [("NOT_FOUND", ["integrationGuide"])]


@pytest.mark.parametrize(("slug", "statements"), [("first-steps", 1), ("nothing", 0)])
async def test_a_guide_takes_its_exact_number_of_statements(graph, sql, world, slug, statements):
    count, _ = await sql.of(graph.data(member_of(world.reseller), GUIDE, slug=slug))

    assert count == statements


async def test_the_list_and_a_guide_for_nobody_in_particular_ask_the_database_nothing(graph, sql, world):
    assert (await sql.of(graph.data(member_of(world.reseller), LIST)))[0] == 0
    assert (await sql.of(graph.data(staff(Role.ANALYST), GUIDE, slug="first-steps")))[0] == 0
