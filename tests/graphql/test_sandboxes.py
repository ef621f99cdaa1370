"""What was made for a partner to try with is nobody else's, whichever way one asks; LIVE begins when it was made."""

import pytest

from domain.ids import global_id
from permissions.viewer import Role
from services import provisioning
from tests.factories.partners import make_reseller
from tests.factories.provisioning import make_partner_at
from tests.factories.times import NOW
from tests.factories.viewers import in_test, key_of, member_of, staff

PARTS = "products(first: 100) { nodes { productId } } inventory { nodes { product { productId } } }"


@pytest.fixture
async def newcomer(acts, world):
    """A partner with a TEST environment and no LIVE one."""
    async with acts.work() as uow:
        partner = await make_partner_at(uow.session)
        assert await provisioning.provision_sandbox(uow, partner_id=partner.id, now=NOW)
    return partner


@pytest.fixture
def scarce(newcomer):
    return f"SANDBOX-{newcomer.id.hex}-SCARCE"


@pytest.fixture
async def ids(graph, newcomer, scarce):
    """The public ids of a sandbox package, its pool and its partner."""
    document = f'{{ explainAvailability(productId: "{scarce}") {{ id product {{ id partner {{ id }} }} }} }}'
    found = await graph.data(in_test(key_of(newcomer)), document)
    return [found["id"], found["product"]["id"], found["product"]["partner"]["id"]]


async def skus(graph, viewer):
    found = await graph.run(viewer, f"{{ {PARTS} }}")
    assert found.errors == []
    products = {each["productId"] for each in found.data["products"]["nodes"]}
    pools = {each["product"]["productId"] for each in found.data["inventory"]["nodes"]}
    return products, pools


def sandbox_of(partner):
    return {f"SANDBOX-{partner.id.hex}-{code}" for code in ("PLENTY", "SCARCE", "SOLD-OUT", "PRICED")}


RIVALS = {
    "rival key": lambda world: key_of(world.rival),
    "rival's owner": lambda world: member_of(world.rival),
    "operator's owner": lambda world: member_of(world.operator),
}


@pytest.mark.parametrize("make", [key_of, member_of])
async def test_a_partner_sees_its_sandbox_beside_the_catalog_of_test(graph, newcomer, make):
    products, pools = await skus(graph, in_test(make(newcomer)))

    assert products == pools == sandbox_of(newcomer) | {"106"}


@pytest.mark.parametrize("make", [key_of, member_of])
async def test_before_it_is_live_a_partner_sees_of_live_what_everybody_sees(graph, newcomer, make):
    assert await skus(graph, make(newcomer)) == ({"106"}, set())


async def test_the_platform_sees_every_sandbox(graph, newcomer):
    products, _ = await skus(graph, in_test(staff(Role.PLATFORM_ADMIN)))

    assert products == sandbox_of(newcomer) | {"106"}


@pytest.mark.parametrize("kind", RIVALS)
async def test_lists_hold_nothing_of_another_one_s_sandbox(graph, world, newcomer, kind):
    viewer = RIVALS[kind](world)

    assert await skus(graph, in_test(viewer)) == ({"106"}, {"106"})
    assert await skus(graph, viewer) == ({"106", "107"}, {"106", "107"})


@pytest.mark.parametrize("kind", RIVALS)
async def test_no_id_leads_into_another_one_s_sandbox(graph, world, ids, kind):
    viewer = in_test(RIVALS[kind](world))

    found = await graph.data(viewer, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)

    assert found == [None, None, None]


@pytest.mark.parametrize("kind", RIVALS)
@pytest.mark.parametrize(
    "document",
    [
        'explainAvailability(productId: "$sku") { id }',
        'products(productIds: ["$sku"]) { nodes { id } }',
        'inventory(productIds: ["$sku"]) { nodes { id } }',
        'inventory(productIds: ["$sku"], date: "2026-12-01") { nodes { id } }',
    ],
)
async def test_no_sku_leads_into_another_one_s_sandbox(graph, world, scarce, kind, document):
    viewer = in_test(RIVALS[kind](world))

    found = await graph.data(viewer, f"{{ {document.replace('$sku', scarce)} }}")

    assert found in (None, {"nodes": []})


@pytest.mark.parametrize("kind", ["rival key", "rival's owner", "operator's owner"])
async def test_nobody_else_can_hold_it(graph, acts, world, scarce, kind):
    document = f"""mutation {{ createReservation(input: {{lines: [{{productId: "{scarce}", quantity: 1, customerType: ADULT}}]}}) {{
        __typename ... on Refusal {{ code message }} }} }}"""

    answer = await graph.data(in_test(RIVALS[kind](world)), document)

    assert (answer["__typename"], answer["code"]) == ("NotFound", "NOT_FOUND")


@pytest.mark.parametrize("kind", ["rival's owner", "operator's owner"])
async def test_nobody_else_can_change_it(graph, world, scarce, kind):
    given = f'productId: "{scarce}", channel: OTA'
    viewer = in_test(RIVALS[kind](world))

    for act in (f"setAllotment(input: {{{given}, units: 5}})", f"closeSales(input: {{{given}}})"):
        answer = await graph.data(viewer, f"mutation {{ {act} {{ __typename }} }}")
        assert answer == {"__typename": "NotFound"}


@pytest.mark.parametrize("kind", RIVALS)
async def test_no_stream_tells_of_it(graph, world, scarce, kind):
    document = f'subscription {{ availabilityChanged(productId: "{scarce}") {{ available }} }}'

    async with graph.subscribe(in_test(RIVALS[kind](world)), document) as news:
        assert await news.next() is None


async def test_a_holder_s_own_hold_is_all_its_own(graph, acts, newcomer, world, scarce):
    holder, rival = in_test(key_of(newcomer)), in_test(key_of(world.rival))
    document = f"""mutation {{ createReservation(input: {{lines: [{{productId: "{scarce}", quantity: 1, customerType: ADULT}}]}}) {{
        ... on Reservation {{ id lines {{ product {{ productId }} }} }} }} }}"""

    hold = await graph.data(holder, document)

    assert hold["lines"] == [{"product": {"productId": scarce}}]
    node = f'{{ node(id: "{hold["id"]}") {{ id }} }}'
    assert (await graph.data(holder, node), await graph.data(rival, node)) == ({"id": hold["id"]}, None)


async def test_nobody_can_take_a_sku_that_is_kept_for_sandboxes(graph, world):
    document = """mutation($id: ID!) { createPackage(input: {partnerId: $id, sku: "sandbox-1",
        names: [{locale: "en", text: "New"}], currency: "EUR", timeZone: "Europe/Rome",
        items: [{kind: EXTRA, functionCode: "TEA", label: "Tea"}],
        priceRules: [{code: "BASE", label: "Base", rank: 1, effect: SET, amount: "10.00"}]})
        { ... on InvalidInput { field problem } } }"""

    answer = await graph.data(member_of(world.operator), document, id=global_id("Partner", world.operator.id))

    assert answer == {"field": "sku", "problem": "must not begin with SANDBOX-"}


async def test_a_reseller_of_test_only_cannot_hold_in_live(graph, acts, world):
    async with acts.work() as uow:
        partner = await make_reseller(uow.session, name="Beginner", live_at=None)
    document = """mutation { createReservation(input: {lines: [{productId: "106", quantity: 1, customerType: ADULT}]})
        { __typename } }"""

    live = await graph.data(key_of(partner), document)
    test = await graph.data(in_test(key_of(partner)), document)

    assert (live["__typename"], test["__typename"]) == ("NotFound", "Reservation")


async def test_the_lists_of_a_sandbox_take_one_statement(graph, sql, newcomer):
    viewer = in_test(key_of(newcomer))

    counted = [
        (await sql.of(graph.run(viewer, f"{{ {query} }}")))[0]
        for query in (
            "products(first: 100) { nodes { productId allotments { available } priceRules { code } } }",
            "inventory { nodes { available product { productId } } }",
        )
    ]

    assert counted == [1, 1]
