"""Packages that are found: in several languages and places, each with what search knows of it."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.inventory import Channel
from domain.packages import ItemKind
from domain.partners import VerificationStatus
from services import search
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.partners import make_partner
from tests.factories.times import NOW

LONG_AGO = dt.date(2026, 1, 1)
STAY = (ItemKind.LODGING, "ROOM", "Double room", 1)
TOUR = (ItemKind.TOUR, "TOUR", "Guided walk", 1)
CATALOG = (
    ("ROM-1", {"en": "Ancient Rome by foot", "it": "Roma antica a piedi"}, "roman", 5_000, (TOUR,)),
    ("ROM-2", {"en": "A weekend in Rome", "de": "Ein Wochenende in Rom"}, "roman", 20_000, (STAY, TOUR)),
    ("PAR-1", {"en": "Paris châteaux", "fr": "Châteaux près de Paris"}, "french", 15_000, (TOUR,)),
    ("SEV-1", {"es": "Noches de flamenco en Sevilla", "en": "Flamenco nights"}, "spanish", 8_000, (TOUR,)),
)
"""SKU, names, whose, price of an adult in minor units of EUR, items."""


async def make_catalog(session: AsyncSession) -> dict[str, models.Package]:
    """Four packages of three partners, of which the roman one is verified; by SKU. Not yet indexed."""
    partners = {
        "roman": await make_partner(session, name="Roman Walks"),
        "french": await make_partner(session, name="Loire Travel"),
        "spanish": await make_partner(session, name="Andalucía Viva"),
    }
    for name, regions, languages in (
        ("roman", ["IT-62", "IT"], ["it", "en"]),
        ("french", ["FR"], ["fr"]),
        ("spanish", ["ES-AN"], ["es", "en"]),
    ):
        partners[name].regions, partners[name].languages = regions, languages
    partners["roman"].verification_status = VerificationStatus.VERIFIED
    await session.flush()
    packages = {
        sku: await make_package(
            session,
            partners[whose],
            sku=sku,
            environment=Environment.LIVE,
            names=names,
            currency="EUR",
            base_minor=minor,
            items=items,
        )
        for sku, names, whose, minor, items in CATALOG
    }
    for package in packages.values():
        # What has no pool for travelers is nothing for them to find.
        await make_room(session, package, units=1, day=LONG_AGO)
    return packages


async def make_room(
    session: AsyncSession, package: models.Package, *, units: int, day: dt.date | None = None
) -> models.Allotment:
    return await make_allotment(session, package, units=units, channel=Channel.DIRECT, day=day)


async def indexed(uow: UnitOfWork, *, now: dt.datetime = NOW) -> int:
    """Write all that is stale; return how many lines that were."""
    await uow.session.flush()
    return await search.index_stale(uow, now=now)
