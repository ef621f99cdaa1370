"""How often what was seen is opened and booked: exact figures of a small history."""

import datetime as dt

import pytest

from db import models
from domain.environments import Environment
from domain.inventory import Channel
from tests.factories.search import indexed, make_catalog
from tests.factories.viewers import staff

KPIS = """
query Kpis($names: [KpiName!]) {
  kpis(from: "2026-10-01", to: "2026-11-30", names: $names) {
    name value target level sample brief trend { month value sample }
  }
}
"""
OCTOBER, NOVEMBER = dt.date(2026, 10, 5), dt.date(2026, 11, 5)


def seen(package, day, views, clicks, *, verified=False, environment=Environment.LIVE):
    return models.PackageViews(
        package_id=package.id,
        seen_on=day,
        is_verified=verified,
        environment=environment,
        views=views,
        clicks=clicks,
        sponsored_views=0,
        sponsored_clicks=0,
    )


@pytest.fixture
async def history(acts, world, owner):
    """Verified: 6 of 20 opened in October, 12 of 40 in November; others: 4 of 20 and 16 of 80."""
    async with acts.work() as uow:
        catalog = await make_catalog(uow.session)
        await indexed(uow)
        uow.session.add_all(
            [
                seen(catalog["ROM-1"], OCTOBER, 20, 6, verified=True),
                seen(catalog["ROM-1"], NOVEMBER, 40, 12, verified=True),
                seen(catalog["PAR-1"], OCTOBER, 20, 4),
                seen(catalog["PAR-1"], NOVEMBER, 80, 16),
                seen(catalog["PAR-1"], dt.date(2026, 9, 30), 1_000, 0),
                seen(world.test_cruise, NOVEMBER, 1_000, 0, environment=Environment.TEST),
            ]
        )
    return catalog


async def figures(graph, *names):
    found = await graph.data(staff(), KPIS, names=list(names))
    return {each["name"]: each for each in found}


async def test_verified_packages_are_opened_half_again_as_often(history, graph):
    found = await figures(graph, "CTR_VERIFIED", "CTR_VERIFIED_LIFT")

    assert (found["CTR_VERIFIED"]["value"], found["CTR_VERIFIED"]["sample"]) == ("0.3000", 60)
    lift = found["CTR_VERIFIED_LIFT"]
    assert (lift["value"], lift["target"], lift["level"], lift["brief"]) == ("0.5000", "0.20", "OK", "S2-121")
    assert [each["value"] for each in lift["trend"]] == ["0.5000", "0.5000"]


async def test_what_is_booked_of_what_was_seen_is_told_for_bundles_and_others(history, graph, acts, world):
    async with acts.work() as uow:
        uow.session.add_all(
            [seen(history["ROM-2"], NOVEMBER, 10, 0, verified=True), seen(world.cruise, NOVEMBER, 30, 0)]
        )
    found = await figures(graph, "PACKAGE_CONVERSION", "PACKAGE_CONVERSION_LIFT")

    assert (found["PACKAGE_CONVERSION"]["value"], found["PACKAGE_CONVERSION"]["sample"]) == ("0.0000", 200)
    assert found["PACKAGE_CONVERSION_LIFT"]["value"] is None
    assert found["PACKAGE_CONVERSION_LIFT"]["brief"] == "S2-122"
    assert Channel.DIRECT == "DIRECT"


async def test_where_nothing_was_seen_there_is_no_figure(graph, world):
    found = await figures(
        graph, "CTR_VERIFIED", "CTR_VERIFIED_LIFT", "PACKAGE_CONVERSION", "PACKAGE_CONVERSION_LIFT"
    )

    assert {each["value"] for each in found.values()} == {None}
    assert {each["sample"] for each in found.values()} == {0}
