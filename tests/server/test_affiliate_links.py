"""`/r/{code}`: people and programs are led on, and people are counted; nobody is led elsewhere."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from db import models
from domain import clicks
from domain.affiliates import LinkStatus
from server.clicks import Clicks
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.routes.affiliates import Redirects, affiliate_routes
from tests.factories.promotions import PEPPER, make_affiliate, make_link
from tests.factories.times import NOW
from tests.server.graphql.wires import Wire

pytestmark = pytest.mark.anyio

KEY = clicks.key_of(PEPPER)
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
BOT = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}


@pytest.fixture
def noted(acts):
    """The clicks of the process; nothing is stored before the end of a test's calls."""
    return Clicks(acts.sessions)


@pytest.fixture
def follow(acts, noted):
    """Follow a link, and return the answer."""
    redirects = Redirects(
        acts.sessions,
        clicks=noted,
        key=KEY,
        shop_url="https://shop.example",
        public_url="https://api.example",
        clock=lambda: acts.now,
    )
    doors = Passage(Starlette(routes=affiliate_routes(redirects)), Origins(()))

    async def run(code, method="GET", **headers):
        return await Wire(doors, method, f"/r/{code}", headers=headers or FIREFOX).run()

    return run


async def make(acts, world, **facts):
    async with acts.work() as uow:
        return await make_link(uow.session, world.operator, await make_affiliate(uow.session), **facts)


async def stored(acts, noted):
    await noted.flush()
    return await acts.rows(select(models.AffiliateEvent))


async def test_a_person_is_led_to_the_page_with_a_token_and_counted(acts, world, follow, noted):
    link = await make(acts, world, target="/packages/harbour?lang=it")

    answer = await follow("BEA-summer")

    location = urlsplit(answer.headers["location"])
    token = parse_qs(location.query)["click"][0]
    assert (answer.status, location.netloc, location.path) == (302, "shop.example", "/packages/harbour")
    assert parse_qs(location.query)["lang"] == ["it"]
    assert clicks.click_of(KEY, token) == (link.id, NOW)
    cookie = answer.headers["set-cookie"]
    assert cookie == (f"interline_click={token}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure")
    assert answer.headers["cache-control"] == "no-store"
    assert [(each.link_id, each.kind, each.at) for each in await stored(acts, noted)] == [
        (link.id, "CLICK", NOW)
    ]


async def test_a_visitor_is_counted_once_a_day(acts, world, follow, noted):
    await make(acts, world)

    for _ in range(3):
        await follow("bea-summer")
    await follow("bea-summer", **{"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
    acts.later(dt.timedelta(days=1))
    await follow("bea-summer")

    assert len(await stored(acts, noted)) == 3


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", BOT),
        ("HEAD", FIREFOX),
        ("GET", FIREFOX | {"sec-purpose": "prefetch"}),
        ("GET", FIREFOX | {"purpose": "prefetch"}),
    ],
)
async def test_programs_and_what_is_fetched_ahead_are_led_on_and_not_counted(
    acts, world, follow, noted, method, headers
):
    await make(acts, world)

    answer = await follow("bea-summer", method, **headers)

    assert (answer.status, answer.headers["location"]) == (302, "https://shop.example/packages/harbour")
    assert "set-cookie" not in answer.headers
    assert await stored(acts, noted) == []


async def test_a_disabled_link_leads_on_and_earns_nothing(acts, world, follow, noted):
    await make(acts, world, status=LinkStatus.DISABLED)

    answer = await follow("bea-summer")

    assert (answer.status, answer.headers["location"]) == (302, "https://shop.example/packages/harbour")
    assert "set-cookie" not in answer.headers
    assert await stored(acts, noted) == []


@pytest.mark.parametrize("code", ["nobody", "a", "%00", "..%2fgraphql"])
async def test_a_code_of_no_link_leads_nowhere(acts, world, follow, code):
    await make(acts, world)

    answer = await follow(code)

    assert answer.status == 404
    assert "location" not in answer.headers


async def test_too_many_clicks_are_dropped_and_never_waited_for(acts, world):
    link = await make(acts, world)
    full = Clicks(acts.sessions, capacity=2)

    for number in range(3):
        full.add(clicks.Click(link.id, NOW, bytes([number])))

    assert len(await stored(acts, full)) == 2
