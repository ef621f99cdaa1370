"""The sample world a newcomer finds: the first brief's products, and a bundle of three partners that anybody can buy."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from db import models
from db.queries import packages as package_queries
from domain.environments import Environment
from domain.inventory import Channel
from domain.packages import ConsentStatus, PackageStatus
from domain.partners import LOCALES
from permissions.viewer import Viewer
from permissions.visibility import buyable_packages, public_packages
from server import samples
from server.samples import weekend

NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
ISSUER = "http://127.0.0.1:8000/identity"
GUEST = Viewer()


@pytest.fixture
async def load(isolated, tmp_path):
    async def loads(issuer: str = ISSUER) -> None:
        await samples.load(
            isolated, issuer=issuer, pepper=b"p" * 32, keys_file=tmp_path / "keys.json", now=NOW
        )

    await loads()
    return loads


@pytest.fixture
def ask(isolated):
    async def asked(statement):
        async with isolated.read() as session:
            return (await session.execute(statement)).all()

    return asked


async def test_a_guest_can_buy_the_weekend_of_three_partners(load, ask):
    package, item, partner = models.Package, models.PackageItem, models.Partner

    rows = await ask(
        select(item.kind, partner.name, item.share_weight)
        .join(package, (package.id == item.package_id) & (package.version == item.version))
        .join(partner, partner.id == item.supplier_id)
        .where(
            package.sku == weekend.SKU,
            package.status == PackageStatus.PUBLISHED,
            public_packages(GUEST).predicate,
            buyable_packages(GUEST).predicate,
        )
        .order_by(item.position)
    )

    assert rows == [
        ("TOUR", "Victoria Harbour Cruises", 280),
        ("TRANSPORT", "Pearl Island Ferries", 160),
        ("LODGING", "Hotel Kowloon View", 840),
    ]


async def test_the_other_two_have_agreed_in_both_environments(load, ask):
    consent, package, partner = models.PackageConsent, models.Package, models.Partner

    rows = await ask(
        select(package.environment, partner.name, consent.status, consent.answered_by)
        .join(package, package.id == consent.package_id)
        .join(partner, partner.id == consent.partner_id)
    )

    people = dict(await ask(select(models.User.email, func.concat("user:", models.User.id))))
    owners = {
        "Pearl Island Ferries": people["owner@pearl.example"],
        "Hotel Kowloon View": people["owner@kowloon.example"],
    }
    assert sorted(rows) == sorted(
        (environment, name, ConsentStatus.GRANTED, owner)
        for environment in Environment
        for name, owner in owners.items()
    )


async def test_everything_on_sale_has_a_name_in_five_languages(load, ask):
    rows = await ask(select(models.Package.sku, models.Package.names))

    assert len(rows) == 12
    assert {sku for sku, names in rows if set(names) != set(LOCALES)} == set()


async def test_the_weekend_can_be_bought_for_every_day_of_the_coming_months(load, isolated):
    day = NOW.date()
    async with isolated.read() as session:
        (package,) = (
            await session.scalars(
                package_queries.package_by_sku(weekend.SKU, visible=public_packages(GUEST)).statement
            )
        ).all()
        left = [
            await session.scalar(
                select(
                    func.units_left(package.id, 1, Channel.DIRECT, day + dt.timedelta(days=days), None, NOW)
                )
            )
            for days in (0, 30, weekend.NIGHTS - 1, weekend.NIGHTS)
        ]

    assert left == [40, 40, 40, 0]


async def test_an_affiliate_has_a_link_and_the_seller_a_coupon_in_both_environments(load, ask):
    link, coupon = models.AffiliateLink, models.Coupon

    assert sorted(await ask(select(link.environment, link.code, link.target, link.commission_bps))) == [
        ("LIVE", "bea-harbour-live", "/packages/HARBOUR-WEEKEND", 500),
        ("TEST", "bea-harbour-test", "/packages/HARBOUR-WEEKEND", 500),
    ]
    assert sorted(await ask(select(coupon.environment, coupon.code, coupon.percent_bps))) == [
        ("LIVE", "WELCOME-10", 1_000),
        ("TEST", "WELCOME-10", 1_000),
    ]


async def test_the_next_start_leaves_the_samples_and_moves_the_people_to_its_own_issuer(load, ask):
    await load("http://127.0.0.1:9000/identity")

    assert await ask(select(func.count()).select_from(models.Package)) == [(12,)]
    assert await ask(select(models.User.issuer, func.count()).group_by(models.User.issuer)) == [
        ("http://127.0.0.1:9000/identity", len(samples.PEOPLE))
    ]
