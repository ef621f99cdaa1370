"""Drafts, publications, archiving, consents; and that what was published stays as it was."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from db import models
from db.queries.sale_terms import sale_terms
from domain.cancellation import CancellationPolicy, CancellationTier
from domain.discounts import DiscountKind, DiscountRule
from domain.environments import Environment
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.inventory import Channel
from domain.money import CurrencyMismatch
from domain.package_content import Content, SoldItem
from domain.packages import (
    ConsentMissing,
    ConsentStatus,
    Item,
    ItemKind,
    ItemNotOwned,
    NothingToPublish,
    PackageStatus,
    PackageUnavailable,
)
from domain.partners import StaleVersion
from domain.pricing import PriceRule, RuleEffect
from domain.uploads import UploadNotReady, UploadPurpose
from permissions.viewer import Role
from permissions.visibility import visible_packages
from services import package_consents, packages
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.partners import make_partner
from tests.factories.uploads import make_ready_upload, make_upload
from tests.factories.viewers import in_test, member_of
from tests.fixtures.acts import line, refusal

TEA = Item(ItemKind.EXTRA, "TEA", "Tea", 1)
BASE = PriceRule("BASE", "Base", RuleEffect.SET, 10_000, rank=10)
GROUP = DiscountRule("GROUP", "Group", DiscountKind.PERCENT, 1_000, min_travelers=5)
POLICY = CancellationPolicy((CancellationTier(7, 10_000),))


def content(*items, price=10_000, **facts):
    rule = PriceRule("BASE", "Base", RuleEffect.SET, price, rank=10)
    return Content(**{"names": {"en": "Tea"}, "items": items or (TEA,), "price_rules": (rule,)} | facts)


def part_of(package, *, weight=1, quantity=1):
    return Item(ItemKind.TOUR, "PART", "Part", quantity, share_weight=weight, component_id=package.id)


async def create(acts, viewer, partner, what, *, sku="tea", is_draft=True, currency="HKD"):
    async with acts.work() as uow:
        return await packages.create_package(
            uow,
            viewer,
            partner_id=partner.id,
            sku=sku,
            currency=currency,
            time_zone="Europe/Rome",
            content=what,
            is_draft=is_draft,
            idempotency=None,
            now=acts.now,
        )


async def draft(acts, viewer, package, what, *, sequence, currency="HKD"):
    async with acts.work() as uow:
        return await packages.update_package_draft(
            uow,
            viewer,
            package_id=package.id,
            sequence=sequence,
            currency=currency,
            content=what,
            now=acts.now,
        )


async def publish(acts, viewer, package):
    async with acts.work() as uow:
        return await packages.publish_package(uow, viewer, package_id=package.id, now=acts.now)


async def archive(acts, viewer, package):
    async with acts.work() as uow:
        return await packages.archive_package(uow, viewer, package_id=package.id, now=acts.now)


async def answer(acts, viewer, consent, *, is_granted):
    async with acts.work() as uow:
        return await package_consents.answer_package_consent(
            uow, viewer, consent_id=consent.id, is_granted=is_granted, now=acts.now
        )


async def state(acts, package):
    async with acts.sessions.read() as session:
        row = await session.get_one(models.Package, package.id)
        return row.status, row.version, row.sequence


async def told(acts):
    events = await acts.rows(
        select(models.Event).where(models.Event.type.like("package.%")).order_by(models.Event.id)
    )
    return [(each.type, each.sequence, each.payload["version"]) for each in events]


async def acts_of(acts):
    entries = await acts.rows(
        select(models.AuditEntry)
        .where(models.AuditEntry.act.like("packages.%"))
        .order_by(models.AuditEntry.partner_id, models.AuditEntry.sequence)
    )
    return [each.act for each in entries]


@pytest.fixture
async def tours(acts, world):
    """What another operator sells to everybody: the rival's own package, with a pool."""
    async with acts.work() as uow:
        package = await make_package(uow.session, world.rival, sku="tour")
        await make_allotment(uow.session, package, units=10)
        await make_allotment(uow.session, package, units=10, channel=Channel.DIRECT)
        return package


async def test_a_draft_is_not_sold_until_it_is_published(acts, world, owner, reseller):
    package = await create(
        acts, owner, world.operator, content(discount_rules=(GROUP,), cancellation_policy=POLICY)
    )
    await acts.set_allotment(owner, 5, product_id="tea")
    before = await state(acts, package)
    refused = await refusal(acts.hold(owner, line(1, "tea")))

    await publish(acts, owner, package)

    assert (before, await state(acts, package)) == (("DRAFT", 0, 1), ("PUBLISHED", 1, 2))
    assert refused == PackageUnavailable("tea", None)
    assert (await acts.hold(reseller, line(1, "tea"))).total_minor == 10_000
    assert await told(acts) == [("package.published", 2, 1)]
    assert await acts_of(acts) == ["packages.create", "packages.publish"]


async def test_a_package_on_sale_gets_a_next_version_that_changes_nothing_before_it_is_published(
    acts, world, owner, reseller
):
    package = await create(acts, owner, world.operator, content(), is_draft=False)
    await acts.set_allotment(owner, 5, product_id="tea")
    await draft(acts, owner, package, content(price=1), sequence=1)
    await draft(acts, owner, package, content(price=20_000, names={"en": "High tea"}), sequence=2)
    old = await acts.hold(reseller, line(1, "tea"))

    await publish(acts, owner, package)
    new = await acts.hold(reseller, line(1, "tea"))

    assert (old.total_minor, new.total_minor) == (10_000, 20_000)
    assert await state(acts, package) == ("PUBLISHED", 2, 4)
    assert await acts.rows(select(models.Package.names).where(models.Package.id == package.id)) == [
        {"en": "High tea"}
    ]
    versions = await acts.rows(
        select(models.PackageVersion)
        .where(models.PackageVersion.package_id == package.id)
        .order_by(models.PackageVersion.number)
    )
    assert [(each.number, each.published_by) for each in versions] == [(1, owner.id), (2, owner.id)]


async def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(acts, world, owner):
    package = await create(acts, owner, world.operator, content())
    await draft(acts, owner, package, content(price=1), sequence=1)

    assert await refusal(draft(acts, owner, package, content(), sequence=1)) == StaleVersion(1, 2)


@pytest.mark.parametrize(
    "change",
    [
        update(models.PriceRule).values(amount_minor=1),
        update(models.PackageItem).values(share_weight=7),
        update(models.PackageVersion).values(names={}),
        delete(models.PriceRule),
        delete(models.PackageItem),
    ],
)
async def test_the_database_refuses_to_change_what_was_published(acts, world, change):
    with pytest.raises(DBAPIError, match="does not change"):
        async with acts.work() as uow:
            await uow.session.execute(change.execution_options(synchronize_session=False))


async def test_the_database_refuses_to_add_to_what_was_published(acts, world, owner):
    package = await create(acts, owner, world.operator, content(), is_draft=False)

    with pytest.raises(DBAPIError, match="no further parts"):
        async with acts.work() as uow:
            uow.session.add(
                models.PriceRule(
                    package_id=package.id,
                    version=1,
                    rank=1,
                    code="X",
                    label="X",
                    effect="SET",
                    amount_minor=1,
                )
            )


async def test_an_archived_package_is_off_sale_and_can_come_back(acts, world, owner, reseller):
    await archive(acts, owner, world.cruise)
    await archive(acts, owner, world.cruise)
    refused = await refusal(acts.hold(reseller, line(1)))

    await publish(acts, owner, world.cruise)
    await acts.hold(reseller, line(1))

    assert refused == PackageUnavailable("106", None)
    assert await told(acts) == [("package.archived", 2, 1), ("package.published", 3, 1)]
    assert await refusal(publish(acts, owner, world.cruise)) == NothingToPublish(1)


async def test_what_was_never_on_sale_can_not_be_archived(acts, world, owner):
    package = await create(acts, owner, world.operator, content())

    assert await refusal(archive(acts, owner, package)) == InvalidInput("id", "was never on sale")


async def test_another_s_part_needs_its_consent_before_it_is_sold(acts, world, owner, reseller, tours):
    package = await create(acts, owner, world.operator, content(TEA, part_of(tours, weight=3)))
    missing = await refusal(publish(acts, owner, package))
    consent = (await acts.rows(select(models.PackageConsent)))[0]

    await answer(acts, member_of(world.rival), consent, is_granted=True)
    await publish(acts, owner, package)
    await acts.hold(reseller, line(2, "tea"))

    assert missing == ConsentMissing((f"par_{world.rival.id.hex}",))
    assert (consent.partner_id, consent.items) == (world.rival.id, ["PART x1"])
    assert (consent.share_weight, consent.total_weight) == (3, 4)
    assert sorted(await acts_of(acts)) == [
        "packages.answer_consent",
        "packages.answer_consent",
        "packages.create",
        "packages.publish",
    ]


async def test_it_is_refused_at_once_to_sell_another_s_part_without_asking(acts, world, owner, tours):
    refused = await refusal(create(acts, owner, world.operator, content(part_of(tours)), is_draft=False))

    assert refused == ConsentMissing((f"par_{world.rival.id.hex}",))
    assert await acts.rows(select(models.Package).where(models.Package.sku == "tea")) == []


async def test_a_consent_that_is_withdrawn_takes_the_package_off_sale(acts, world, owner, reseller, tours):
    package = await create(acts, owner, world.operator, content(part_of(tours)))
    consent = (await acts.rows(select(models.PackageConsent)))[0]
    await answer(acts, member_of(world.rival), consent, is_granted=True)
    await publish(acts, owner, package)
    hold = await acts.hold(reseller, line(1, "tea"))

    await answer(acts, member_of(world.rival), consent, is_granted=False)

    assert (await state(acts, package))[0] is PackageStatus.ARCHIVED
    assert await refusal(acts.hold(reseller, line(1, "tea"))) == PackageUnavailable("tea", None)
    assert (await acts.activate(reseller, hold)).total_minor == 10_000
    assert await refusal(publish(acts, owner, package)) == ConsentMissing((f"par_{world.rival.id.hex}",))


async def test_a_consent_holds_for_the_next_version_at_the_same_terms_and_no_others(
    acts, world, owner, tours
):
    package = await create(acts, owner, world.operator, content(TEA, part_of(tours)))
    await answer(
        acts, member_of(world.rival), (await acts.rows(select(models.PackageConsent)))[0], is_granted=True
    )
    await publish(acts, owner, package)

    async def status_for(*items):
        sequence = (await state(acts, package))[2]
        await draft(acts, owner, package, content(*items), sequence=sequence)
        return await acts.rows(select(models.PackageConsent.status).where(models.PackageConsent.version == 2))

    assert await status_for(TEA, part_of(tours)) == [ConsentStatus.GRANTED]
    assert await status_for(TEA, part_of(tours, weight=0)) == [ConsentStatus.REQUESTED]
    assert await status_for(TEA) == []


async def test_nobody_answers_for_another(acts, world, owner, tours):
    await create(acts, owner, world.operator, content(part_of(tours)))
    consent = (await acts.rows(select(models.PackageConsent)))[0]

    own = await refusal(answer(acts, owner, consent, is_granted=True))
    stranger = await refusal(answer(acts, member_of(world.reseller), consent, is_granted=True))

    assert own == Forbidden("This needs the scope MANAGE_INVENTORY at the partner it belongs to.")
    assert stranger == NotFound("package consent", f"pct_{consent.id.hex}")
    assert await acts.rows(select(models.PackageConsent.status)) == ["REQUESTED"]


async def test_what_can_not_be_a_part_is_refused(acts, world, owner, tours):
    async with acts.work() as uow:
        euro = await make_package(uow.session, world.operator, sku="euro", currency="EUR")
        bundle = await make_package(uow.session, world.operator, sku="both", parts=((world.cruise, 1),))

    foreign = await refusal(create(acts, owner, world.operator, content(part_of(euro))))
    nested = await refusal(create(acts, owner, world.operator, content(part_of(bundle))))
    other = await refusal(create(acts, owner, world.operator, content(part_of(world.test_cruise))))
    many = await refusal(create(acts, owner, world.operator, content(part_of(tours, quantity=21))))

    assert foreign == CurrencyMismatch(expected="HKD", found="EUR")
    assert nested == ItemNotOwned("PART", f"pkg_{bundle.id.hex}")
    assert other == ItemNotOwned("PART", f"pkg_{world.test_cruise.id.hex}")
    assert many == InvalidInput("items", "a quantity must be from 1 to 20")


async def test_a_part_that_is_off_sale_by_now_keeps_the_draft_from_being_published(acts, world, owner):
    package = await create(acts, owner, world.operator, content(part_of(world.cruise)))
    await archive(acts, owner, world.cruise)

    assert await refusal(publish(acts, owner, package)) == ItemNotOwned("PART", f"pkg_{world.cruise.id.hex}")


async def test_a_part_of_others_gets_no_parts_of_its_own(acts, world, owner):
    await create(acts, owner, world.operator, content(part_of(world.cruise)), is_draft=False)
    await draft(acts, owner, world.cruise, content(part_of(world.pet_cruise)), sequence=1)

    refused = await refusal(publish(acts, owner, world.cruise))

    assert refused == InvalidInput("items", "what is a part of other packages has no components of its own")


async def test_the_currency_of_a_package_never_changes(acts, world, owner):
    refused = await refusal(draft(acts, owner, world.cruise, content(), sequence=1, currency="EUR"))

    assert refused == CurrencyMismatch(expected="HKD", found="EUR")


async def test_pictures_are_the_partner_s_own_and_ready(acts, world, owner):
    async with acts.work() as uow:
        ready = await make_ready_upload(uow.session, world.operator, purpose=UploadPurpose.PACKAGE_IMAGE)
        awaiting = await make_upload(uow.session, world.operator, purpose=UploadPurpose.PACKAGE_IMAGE)
        foreign = await make_ready_upload(uow.session, world.rival, purpose=UploadPurpose.PACKAGE_IMAGE)

    package = await create(acts, owner, world.operator, content(image_ids=(ready.id,)), is_draft=False)

    shown = await acts.rows(
        select(models.PackageImage.upload_id).where(models.PackageImage.package_id == package.id)
    )
    assert shown == [ready.id]
    not_yet = await refusal(create(acts, owner, world.operator, content(image_ids=(awaiting.id,)), sku="b"))
    assert isinstance(not_yet, UploadNotReady)
    assert await refusal(
        create(acts, owner, world.operator, content(image_ids=(foreign.id,)), sku="c")
    ) == NotFound("upload", f"upl_{foreign.id.hex}")


@pytest.mark.viewers("reseller key", "operator's finance", "reseller's owner", "analyst")
async def test_only_the_partner_s_own_people_change_its_packages(acts, world, viewer):
    refused = await refusal(archive(acts, viewer, world.cruise))

    assert refused == Forbidden("This needs the scope MANAGE_INVENTORY at the partner it belongs to.")
    assert await state(acts, world.cruise) == ("PUBLISHED", 1, 1)


async def test_a_package_of_the_other_environment_is_not_found(acts, world, owner):
    refused = await refusal(archive(acts, in_test(owner), world.cruise))

    assert refused == NotFound("package", f"pkg_{world.cruise.id.hex}")


async def test_a_sale_goes_by_the_terms_of_the_version_that_is_sold(acts, world, owner, sql):
    first = await create(
        acts,
        owner,
        world.operator,
        content(discount_rules=(GROUP,), cancellation_policy=POLICY),
        is_draft=False,
    )
    visible = visible_packages(owner)

    async with acts.sessions.read() as session:
        number, terms = await sql.of(sale_terms(session, first.id, visible=visible))

    assert number == 1
    assert (terms.package_id, terms.version, terms.discount_rules) == (first.id, 1, (GROUP,))
    assert terms.cancellation_policy == POLICY
    assert terms.items == (SoldItem("TEA", ItemKind.EXTRA, world.operator.id, 1),)
    assert (terms.currency, terms.time_zone) == ("HKD", "Europe/Rome")
    assert terms.partner_id == world.operator.id

    await draft(acts, owner, first, content(price=1), sequence=1)
    async with acts.sessions.read() as session:
        drafted = await sale_terms(session, first.id, visible=visible)
    await publish(acts, owner, first)
    async with acts.sessions.read() as session:
        published = await sale_terms(session, first.id, visible=visible)

    assert drafted == terms
    assert published is not None
    assert (published.version, published.discount_rules) == (2, ())


async def test_in_test_a_bundle_of_several_partners_is_rehearsed_and_a_sandbox_stays_closed(acts, world):
    async with acts.work() as uow:
        other = await make_partner(uow.session, name="Ferries")
        ferry, closed, kept = [
            await make_package(uow.session, other, sku=sku, environment=Environment.TEST)
            for sku in ("ferry", "sbx", "ota-only")
        ]
        for package in (ferry, closed):
            await make_allotment(uow.session, package, channel=Channel.DIRECT)
        closed.is_sandbox = True
    owner = in_test(member_of(world.operator))

    bundle = await create(acts, owner, world.operator, content(TEA, part_of(ferry)))
    refused = [
        await refusal(create(acts, owner, world.operator, content(TEA, part_of(each)), sku=f"b{number}"))
        for number, each in enumerate((closed, kept))
    ]

    consents = await acts.rows(
        select(models.PackageConsent).where(models.PackageConsent.package_id == bundle.id)
    )
    assert [(each.partner_id, each.status) for each in consents] == [(other.id, ConsentStatus.REQUESTED)]
    assert [type(each) for each in refused] == [ItemNotOwned, ItemNotOwned]
    support = in_test(member_of(world.operator, role=Role.SUPPORT))
    for viewer, seen in ((owner, {ferry.id}), (support, set()), (member_of(world.operator), set())):
        found = await acts.rows(
            select(models.Package.id).where(visible_packages(viewer), models.Package.partner_id == other.id)
        )
        assert set(found) == seen
