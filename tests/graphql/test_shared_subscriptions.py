"""The real streams, shared: as many statements for many as for one, and never another's rights."""

import dataclasses

import pytest
from sqlalchemy import update

from db import models
from domain.ids import global_id
from permissions.viewer import Scope
from server.credentials import DatabaseCredentials
from server.graphql.admission import KEY_AUDIENCE, Admission
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.registry import Registry
from server.known import Known
from server.settings import ROOT
from tests.factories.viewers import in_test, key_of, member_of
from tests.fixtures.acts import line
from tests.fixtures.graphql import built, schema

OPERATIONS = ROOT / "operations"
AVAILABILITY = (OPERATIONS / KEY_AUDIENCE / "availability_changed.graphql").read_text(encoding="utf-8")
RESERVATION = (OPERATIONS / KEY_AUDIENCE / "reservation_updated.graphql").read_text(encoding="utf-8")
NAME = """subscription { availabilityChanged(productId: "106") { sequence product { name } } }"""


@pytest.fixture
def credentials(acts):
    return DatabaseCredentials(acts.sessions, Known())


def make_engine(graph, **options):
    documents = Documents(built())
    return Engine(
        admission=Admission(documents, Registry.load(OPERATIONS, documents)),
        execution=CoreExecution(schema()),
        open_context=graph.contexts,
        **options,
    )


@pytest.fixture
def door(graph):
    return make_engine(graph)


async def state(listener):
    """The sequence number of the next state, and the units left."""
    (value,) = (await listener.next()).values()
    return value["sequence"], value["available"]


async def test_many_cost_the_statements_of_one(listen, door, acts, relay, sql, world, reseller):
    costs = []
    for number in (1, 30):
        followers = [
            await listen(door, AVAILABILITY, viewer=reseller, product_id="106") for _ in range(number)
        ]
        for each in followers:
            await each.next()
        await acts.hold(reseller, line(1))
        sql.sent.clear()
        await relay()
        told = {await state(each) for each in followers}
        costs.append(len(sql.sent))
        assert len(told) == 1
        for each in followers:
            await each.stop()

    # Of the relay one, which takes what it tells; of the stream the pool and its product.
    assert costs == [3, 3]


async def test_two_resellers_are_told_what_is_theirs(
    listen, door, acts, relay, world, owner, reseller, rival
):
    await acts.set_allotment(owner, 30, reseller_id=world.rival.id)
    shared, own = [
        await listen(door, AVAILABILITY, viewer=each, product_id="106") for each in (reseller, rival)
    ]
    assert [await state(each) for each in (shared, own)] == [(2, 70), (1, 30)]

    await acts.hold(rival, line(4))
    await relay()

    assert await state(own) == (2, 26)
    await acts.hold(reseller, line(5))
    await relay()
    assert await state(shared) == (3, 65)
    assert own.told.empty()


async def test_test_and_live_are_never_told_the_same(listen, door, acts, relay, world, reseller):
    live, test = [
        await listen(door, AVAILABILITY, viewer=each, product_id="106")
        for each in (reseller, in_test(reseller))
    ]
    assert [await state(each) for each in (live, test)] == [(1, 100), (1, 30)]

    await acts.hold(in_test(reseller), line(2))
    await relay()

    assert await state(test) == (2, 28)
    assert live.told.empty()


async def test_each_is_told_in_its_own_language(listen, door, acts, world, owner):
    readers = [dataclasses.replace(owner, locales=(locale,)) for locale in ("en", "it")]
    told = [await (await listen(door, NAME, viewer=each)).next() for each in readers]

    assert [each["availabilityChanged"]["product"]["name"] for each in told] == [
        "Harbour Cruise",
        "Crociera nel porto",
    ]


async def test_a_narrower_key_is_not_told_what_a_wider_one_may_see(listen, door, acts, world, reseller):
    text = """subscription { availabilityChanged(productId: "106") { sequence product { productId } } }"""
    # In LIVE what is sold is everybody's to see, in TEST it is whoever's makes bundles.
    wide = in_test(member_of(world.reseller))
    scopes = wide.scopes - {Scope.READ_CATALOG, Scope.MANAGE_INVENTORY}
    narrow = dataclasses.replace(wide, scopes=scopes, scopes_by_partner={world.reseller.id: scopes})

    told = [await (await listen(door, text, viewer=each)).next() for each in (wide, narrow)]

    assert [each["availabilityChanged"]["product"] for each in told] == [{"productId": "106"}, None]


async def test_a_hold_is_followed_by_the_connections_of_one_key(listen, door, acts, relay, world):
    one, other = key_of(world.reseller), key_of(world.reseller)
    hold = await acts.hold(one)
    shown = global_id("Reservation", hold.id)
    followers = [await listen(door, RESERVATION, viewer=each, id=shown) for each in (one, one, other)]
    for each in followers:
        await each.next()

    await acts.cancel(one, hold)
    await relay()

    told = [(await each.next())["reservationUpdated"] for each in followers]
    assert [(each["status"], each["sequence"]) for each in told] == [("CANCELLED", 2)] * 3
    assert len(door.subscriptions._groups) == 2


async def test_each_resumes_after_what_it_has_seen(listen, door, acts, relay, world, reseller):
    await acts.hold(reseller, line(3))
    seen = [
        await listen(door, AVAILABILITY, viewer=reseller, product_id="106", after=after)
        for after in (None, 1, 2)
    ]
    assert [await state(each) for each in seen[:2]] == [(2, 97), (2, 97)]

    await acts.hold(reseller, line(3))
    await relay()

    assert [await state(each) for each in seen] == [(3, 94)] * 3
    assert len(door.subscriptions._groups) == 1


async def test_a_revoked_key_is_told_no_more_and_the_other_one_is(
    listen, graph, acts, relay, world, credentials
):
    one, other = [await stored_key(acts, world.reseller, f"abcdefghijk{number}") for number in range(2)]
    door = make_engine(graph, holds=credentials.holds)
    revoked, good = [await listen(door, AVAILABILITY, viewer=each, product_id="106") for each in (one, other)]
    assert await state(revoked) == await state(good) == (1, 100)

    async with acts.work() as uow:
        key = update(models.ApiKey).where(models.ApiKey.id == one.api_key_id)
        await uow.session.execute(key.values(revoked_at=acts.now))
    # Some seconds later.
    credentials._known.forget(None)
    await acts.hold(other, line(1))
    await relay()

    assert await state(good) == (2, 99)
    assert (await revoked.ended()).codes == ("UNAUTHENTICATED",)


async def stored_key(acts, reseller, prefix):
    """A key as the database knows it."""
    viewer = key_of(reseller)
    async with acts.work() as uow:
        uow.session.add(
            models.ApiKey(
                id=viewer.api_key_id,
                reseller_id=reseller.id,
                environment=viewer.environment,
                name="Shop",
                prefix=prefix,
                key_hash=b"h" * 32,
                scopes=[],
                created_at=acts.now,
                created_by="system",
            )
        )
    return viewer
