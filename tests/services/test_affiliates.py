"""Affiliates: who becomes one, which links partners make, whose sale it is and what becomes of the commission."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from db import models
from db.queries import conversions as queries
from domain import clicks
from domain.affiliate_stats import Earned, stats_of
from domain.affiliates import (
    AffiliateChannel,
    ConversionStatus,
    HeldBecause,
    LinkStatus,
    attribution_of,
)
from domain.clicks import Click
from domain.environments import Environment
from domain.errors import Refused
from domain.money import Money
from domain.splits import Commission
from permissions.viewer import ANONYMOUS, Role
from permissions.visibility import visible_affiliate_links
from services import affiliates, conversions
from tests.factories.promotions import LIVE, PEPPER, make_affiliate, make_checkout, make_link
from tests.factories.times import NOW
from tests.factories.viewers import member_of, newcomer, staff

pytestmark = pytest.mark.anyio

KEY = clicks.key_of(PEPPER)
DAY = dt.timedelta(days=1)


async def register(acts, viewer, **facts):
    given: dict[str, Any] = {
        "display_name": "Bea on the road",
        "web_site": "https://bea.example",
        "channels": [AffiliateChannel.BLOG, AffiliateChannel.INSTAGRAM, AffiliateChannel.BLOG],
        "accepted_terms": 1,
        "idempotency": None,
    }
    async with acts.work() as uow:
        return await affiliates.register_affiliate(
            uow, viewer, pepper=PEPPER, now=acts.now, **(given | facts)
        )


async def create(acts, viewer, partner, affiliate, **facts):
    given: dict[str, Any] = {
        "code": None,
        "target": "/",
        "note": None,
        "commission_bps": 500,
        "idempotency": None,
    }
    async with acts.work() as uow:
        return await affiliates.create_link(
            uow,
            viewer,
            partner_id=partner.id,
            affiliate_id=affiliate.id,
            entropy=bytes,
            now=acts.now,
            **(given | facts),
        )


async def refused(act):
    with pytest.raises(Refused) as failure:
        await act
    return failure.value.reason.code


@pytest.fixture
async def affiliate(acts):
    async with acts.work() as uow:
        return await make_affiliate(uow.session)


@pytest.fixture
async def link(acts, world, affiliate):
    async with acts.work() as uow:
        return await make_link(uow.session, world.operator, affiliate)


@pytest.fixture
async def checkout(acts, world, owner):
    hold = await acts.hold(owner)
    async with acts.work() as uow:
        return await make_checkout(uow.session, hold.id)


async def attribute(acts, world, token, **facts):
    given: dict[str, Any] = {
        "environment": LIVE,
        "buyer_email": "mei@example.com",
        "partner_ids": [world.operator.id],
        "buyer": ANONYMOUS,
    }
    async with acts.work() as uow:
        return await conversions.attribute(
            uow, click_token=token, pepper=PEPPER, now=acts.now, **(given | facts)
        )


async def record(acts, attribution, checkout, *, due_at=NOW + 7 * DAY):
    async with acts.work() as uow:
        return await conversions.record_conversion(
            uow,
            attribution,
            environment=LIVE,
            checkout_id=checkout.id,
            booking_id=None,
            amount_minor=57_600,
            commission_minor=2_880,
            currency="HKD",
            due_at=due_at,
            now=acts.now,
        )


async def conversion(acts):
    return (await acts.rows(select(models.AffiliateConversion)))[0]


async def figures(acts, viewer):
    async with acts.sessions.read() as session:
        found = await queries.figures(
            session,
            visible=visible_affiliate_links(viewer),
            link_id=None,
            partner_id=None,
            first=NOW.date(),
            last=(NOW + 30 * DAY).date(),
        )
    return stats_of(found)


async def test_a_person_becomes_an_affiliate_once_in_an_environment(acts):
    bea = newcomer("bea")

    made = await register(acts, bea)
    again = await refused(register(acts, bea))
    in_test = await register(acts, replace(bea, environment=Environment.TEST))

    assert (made.display_name, made.channels, made.terms_version) == (
        "Bea on the road",
        ["BLOG", "INSTAGRAM"],
        1,
    )
    assert again == "ALREADY_AFFILIATE"
    assert (in_test.account, in_test.environment) == (made.account, Environment.TEST)
    assert len(await acts.rows(select(models.User))) == 1


@pytest.mark.parametrize(
    "facts",
    [{"accepted_terms": 2}, {"channels": []}, {"web_site": "http://bea.example"}, {"display_name": " "}],
)
async def test_an_affiliate_is_who_it_says_and_accepts_the_conditions_as_they_are(acts, facts):
    assert await refused(register(acts, newcomer("bea"), **facts)) == "INVALID_INPUT"


async def test_a_partner_makes_a_link_for_an_affiliate(acts, world, owner, affiliate):
    made = await create(acts, owner, world.operator, affiliate, code="Bea-Summer", target="/p?lang=it")

    assert (made.code, made.target, made.commission_bps) == ("bea-summer", "/p?lang=it", 500)
    assert (
        await refused(create(acts, owner, world.operator, affiliate, code="BEA-summer")) == "LINK_CODE_TAKEN"
    )
    entry = (await acts.rows(select(models.AuditEntry)))[0]
    assert (entry.act, entry.facts["commission_bps"]) == ("affiliates.create_link", 500)


async def test_others_make_no_links_for_a_partner(acts, world, affiliate):
    reader = member_of(world.operator, role=Role.READONLY)

    assert await refused(create(acts, reader, world.operator, affiliate)) == "FORBIDDEN"
    assert await refused(create(acts, member_of(world.rival), world.reseller, affiliate)) == "NOT_FOUND"
    assert await acts.rows(select(models.AffiliateLink)) == []


async def test_a_change_of_a_link_is_for_the_version_one_has_seen(acts, owner, link):
    async def change(version, **changes):
        async with acts.work() as uow:
            return await affiliates.update_link(
                uow, owner, link_id=link.id, version=version, changes=changes, now=acts.now
            )

    changed = await change(1, status=LinkStatus.DISABLED, commission_bps=700)

    assert (changed.status, changed.commission_bps, changed.version) == (LinkStatus.DISABLED, 700, 2)
    assert await refused(change(1, commission_bps=800)) == "STALE_VERSION"
    assert await refused(change(2, target="https://evil.example")) == "INVALID_INPUT"


async def test_a_sale_is_attributed_to_the_click_whose_token_the_buyer_has(acts, world, affiliate, link):
    token = clicks.token_of(KEY, link.id, NOW)
    acts.later(30 * DAY)

    found = await attribute(acts, world, token)

    assert found.commission == Commission(500, world.operator.id, affiliate.id)
    assert (found.link_id, found.held_because) == (link.id, ())
    assert attribution_of(found.kept()) == found


async def test_a_sale_that_came_otherwise_is_nobody_s(acts, world, link):
    token = clicks.token_of(KEY, link.id, NOW)
    unattributed = [
        await attribute(acts, world, None),
        await attribute(acts, world, "forged"),
        await attribute(acts, world, token, partner_ids=[world.rival.id]),
        await attribute(acts, world, token, environment=Environment.TEST),
    ]
    acts.later(30 * DAY + dt.timedelta(seconds=1))
    unattributed.append(await attribute(acts, world, token))

    assert unattributed == [None] * 5


async def test_a_disabled_link_earns_nothing(acts, world, affiliate):
    async with acts.work() as uow:
        link = await make_link(uow.session, world.operator, affiliate, status=LinkStatus.DISABLED)

    assert await attribute(acts, world, clicks.token_of(KEY, link.id, NOW)) is None


async def test_an_affiliate_s_own_sale_is_held(acts, world, affiliate, link):
    token = clicks.token_of(KEY, link.id, NOW)
    herself = replace(newcomer("bea"), id=affiliate.account, user_id=affiliate.user_id)

    by_email = await attribute(acts, world, token, buyer_email="BEA+1@blog.example")
    by_account = await attribute(acts, world, token, buyer=herself)

    assert by_email.held_because == (HeldBecause.OWN_EMAIL,)
    assert by_account.held_because == (HeldBecause.OWN_ACCOUNT,)


async def test_a_sale_of_the_partner_an_affiliate_works_for_is_held(acts, world):
    async with acts.work() as uow:
        insider = await make_affiliate(uow.session, partner=world.operator)
        link = await make_link(uow.session, world.operator, insider)

    found = await attribute(acts, world, clicks.token_of(KEY, link.id, NOW))

    assert found.held_because == (HeldBecause.OWN_PARTNER,)


async def test_a_sale_is_recorded_once_with_its_commission_as_it_was(acts, world, link, checkout):
    found = await attribute(acts, world, clicks.token_of(KEY, link.id, NOW))

    recorded = [await record(acts, found, checkout), await record(acts, found, checkout)]

    kept = await conversion(acts)
    assert recorded == [True, False]
    assert (kept.status, kept.commission_minor, kept.commission_bps) == (ConversionStatus.PENDING, 2_880, 500)
    told = await acts.rows(select(models.Event).where(models.Event.type == "affiliate_conversion.changed"))
    assert [(each.partner_id, each.sequence) for each in told] == [(world.operator.id, 1)]
    assert "email" not in str(told[0].payload)


async def test_the_same_buyer_by_the_same_link_on_one_day_is_held(acts, world, link, checkout):
    token = clicks.token_of(KEY, link.id, NOW)
    await record(acts, await attribute(acts, world, token), checkout)

    again = await attribute(acts, world, token, buyer_email="mei+2@example.com")
    acts.later(DAY + dt.timedelta(seconds=1))
    next_day = await attribute(acts, world, token)

    assert (again.held_because, next_day.held_because) == ((HeldBecause.DUPLICATE,), ())


@pytest.mark.parametrize(
    ("is_approved", "status"), [(True, ConversionStatus.PENDING), (False, ConversionStatus.REJECTED)]
)
async def test_a_held_conversion_is_decided_on_once(acts, world, owner, link, checkout, is_approved, status):
    found = await attribute(acts, world, clicks.token_of(KEY, link.id, NOW), buyer_email="bea@blog.example")
    await record(acts, found, checkout)
    held = await conversion(acts)

    async def review(viewer):
        async with acts.work() as uow:
            return await conversions.review_conversion(
                uow, viewer, conversion_id=held.id, is_approved=is_approved, now=acts.now
            )

    assert held.status is ConversionStatus.HELD
    assert await refused(review(member_of(world.rival))) == "NOT_FOUND"
    assert (await review(owner)).status is status
    assert await refused(review(owner)) == "CONVERSION_NOT_HELD"
    earned = (await figures(acts, owner)).earned
    assert earned == [Earned(Money(57_600, "HKD"), Money(2_880 if is_approved else 0, "HKD"))]


async def test_a_commission_falls_due_is_paid_and_taken_back(acts, world, owner, link, checkout):
    await record(acts, await attribute(acts, world, clicks.token_of(KEY, link.id, NOW)), checkout)

    async def due():
        async with acts.work() as uow:
            return await conversions.make_due(uow, now=acts.now)

    async def pay():
        async with acts.work() as uow:
            locked = await conversions.lock_due(uow, environment=LIVE)
            await conversions.mark_paid(uow, [each.id for each in locked], now=acts.now)
            return [(each.affiliate_id, each.owed_minor, each.currency) for each in locked]

    async def claw_back(refunded_minor, minor):
        async with acts.work() as uow:
            return await conversions.claw_back(
                uow, checkout_id=checkout.id, refunded_minor=refunded_minor, minor=minor, now=acts.now
            )

    early = [await due(), await pay(), await claw_back(28_800, 1_440)]
    acts.later(7 * DAY)
    late = [await due(), await due(), await pay(), await pay()]
    paid = await conversion(acts)
    back = [await claw_back(28_800, 1_441), await claw_back(0, 1)]
    gone = await conversion(acts)

    assert early == [0, [], 1_440]
    assert late == [1, 0, [(link.affiliate_id, 1_440, "HKD")], []]
    assert (paid.status, paid.paid_at) == (ConversionStatus.PAID, acts.now)
    assert back == [1_440, 0]
    assert (gone.status, gone.clawed_back_minor) == (ConversionStatus.CLAWED_BACK, 2_880)
    assert (await figures(acts, owner)).earned == [Earned(Money(0, "HKD"), Money(0, "HKD"))]


async def test_a_visitor_counts_once_a_day_and_the_sums_are_the_same_before_and_after(
    acts, world, owner, link, checkout
):
    def click(visitor, at=NOW):
        known = clicks.visitor_hash(KEY, address=visitor, agent="Firefox", at=at)
        return Click(link.id, at, known)

    async with acts.work() as uow:
        seen = [click("192.0.2.1"), click("192.0.2.1"), click("192.0.2.2"), click("192.0.2.1", NOW + DAY)]
        await affiliates.record_clicks(uow, seen)
        await affiliates.record_clicks(uow, seen)
    await record(acts, await attribute(acts, world, clicks.token_of(KEY, link.id, NOW)), checkout)
    live = await figures(acts, owner)

    async with acts.work() as uow:
        summed = [await conversions.sum_up(uow, now=acts.now) for _ in range(2)]
    acts.later(92 * DAY)
    async with acts.work() as uow:
        purged = await conversions.purge_events(uow, now=acts.now)

    assert (live.clicks, live.conversions) == (3, 1)
    assert [(each.clicks, each.conversions) for each in live.days] == [(2, 1), (1, 0)]
    assert (summed, purged) == ([4, 0], 4)
    assert await figures(acts, owner) == live


async def test_statistics_are_of_the_links_one_may_see(acts, world, owner, affiliate, link, checkout):
    await record(acts, await attribute(acts, world, clicks.token_of(KEY, link.id, NOW)), checkout)
    herself = replace(newcomer("bea"), id=affiliate.account, user_id=affiliate.user_id)

    seen = {
        name: (await figures(acts, viewer)).conversions
        for name, viewer in {
            "owner": owner,
            "herself": herself,
            "staff": staff(),
            "rival": member_of(world.rival),
            "other person": newcomer("otto"),
        }.items()
    }

    assert seen == {"owner": 1, "herself": 1, "staff": 1, "rival": 0, "other person": 0}
