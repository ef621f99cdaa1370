"""A small world to sell in: one operator, two rival resellers, both environments."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.inventory import Channel
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.partners import make_partner, make_reseller


@dataclass(frozen=True, slots=True)
class World:
    """Product 106 has 100 OTA and 50 DIRECT units, 107 has 40 OTA units; TEST has its own 106 with 30 of each."""

    operator: models.Partner
    reseller: models.Partner
    rival: models.Partner
    cruise: models.Package
    pet_cruise: models.Package
    test_cruise: models.Package
    cruise_pool: models.Allotment
    cruise_direct: models.Allotment
    pet_pool: models.Allotment
    test_pool: models.Allotment


async def make_world(session: AsyncSession) -> World:
    operator = await make_partner(session)
    reseller = await make_reseller(session, name="Harbour Travel")
    rival = await make_reseller(session, name="Island Trips")
    cruise = await make_package(session, operator)
    pet_cruise = await make_package(session, operator, sku="107", base_minor=18_800)
    test_cruise = await make_package(session, operator, environment=Environment.TEST)
    world = World(
        operator=operator,
        reseller=reseller,
        rival=rival,
        cruise=cruise,
        pet_cruise=pet_cruise,
        test_cruise=test_cruise,
        cruise_pool=await make_allotment(session, cruise),
        cruise_direct=await make_allotment(session, cruise, units=50, channel=Channel.DIRECT),
        pet_pool=await make_allotment(session, pet_cruise, units=40),
        test_pool=await make_allotment(session, test_cruise, units=30),
    )
    await make_allotment(session, test_cruise, units=30, channel=Channel.DIRECT)
    return world
