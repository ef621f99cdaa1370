"""Properties are created, changed, archived and restored; and many at once."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from db.models.properties import values_of
from db.queries import properties as queries
from domain.errors import Forbidden, IdempotencyConflict, NotFound
from domain.idempotency import idempotency
from domain.partners import StaleVersion
from domain.properties import ExternalCodeTaken, PropertyField, completeness
from domain.rules.portfolio import Prices
from domain.rules.refusals import InvalidProperty
from permissions.viewer import Role
from services import properties, property_batches
from services.property_batches import Outcome
from tests.factories.onboarding import make_case
from tests.factories.properties import SOLE, make_property
from tests.factories.viewers import assisting, key_of, member_of, staff
from tests.fixtures.acts import refusal

F = PropertyField
BRIEF = {F.EXTERNAL_CODE: "ROM-2", F.NAME: "  Locanda   Blu "}


@pytest.fixture(autouse=True)
async def case(acts, world):
    async with acts.work() as uow:
        await make_case(uow.session, world.operator)
        await make_case(uow.session, world.rival)


@pytest.fixture
async def sole(acts, world):
    async with acts.work() as uow:
        return await make_property(uow.session, world.operator)


async def create(acts, viewer, partner, values=BRIEF, *, key=None):
    async with acts.work() as uow:
        return await properties.create_property(
            uow,
            viewer,
            partner_id=partner.id,
            values=values,
            idempotency=idempotency(viewer.id, key, "create_property", values=str(values)),
            now=acts.now,
        )


async def update(acts, viewer, row, changes, *, version=1, emptied=()):
    async with acts.work() as uow:
        return await properties.update_property(
            uow,
            viewer,
            property_id=row.id,
            version=version,
            changes=changes,
            emptied=emptied,
            now=acts.now,
        )


async def rows(acts):
    return await acts.rows(select(models.Property).order_by(models.Property.external_code))


async def audited(acts):
    found = await acts.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))
    return [(each.act, each.facts) for each in found]


async def test_a_code_and_a_name_are_enough_to_begin_with(acts, world, owner):
    made = await create(acts, owner, world.operator)

    (row,) = await rows(acts)
    assert (row.id, row.external_code, row.name, row.version) == (made.id, "ROM-2", "Locanda Blu", 1)
    assert (row.type, row.room_types, row.descriptions, row.is_pet_friendly) == (None, [], {}, None)
    assert await audited(acts) == [("properties.create", {"external_code": "ROM-2"})]


async def test_what_is_told_is_kept_as_it_was_told(acts, world, owner):
    await create(acts, owner, world.operator, SOLE)

    (row,) = await rows(acts)
    assert values_of(row) == SOLE
    assert (row.completeness, row.is_complete) == (100, True)


async def test_every_problem_is_told_at_once_and_nothing_is_saved(acts, world, owner):
    wrong = {**BRIEF, F.COUNTRY: "italia", F.STAR_RATING: 7.0}

    reason = await refusal(create(acts, owner, world.operator, wrong))

    assert isinstance(reason, InvalidProperty)
    assert [each.rule for each in reason.problems] == ["COUNTRY_UNKNOWN", "STAR_RATING_RANGE"]
    assert reason.message == "These values do not hold: country, star_rating."
    told = reason.facts()["problems"]
    assert isinstance(told, list)
    assert told[0] == {
        "field": "country",
        "path": "",
        "rule": "COUNTRY_UNKNOWN",
        "severity": "ERROR",
        "message": "Country must be an ISO 3166-1 code of two letters, such as IT.",
        "suggestion": "IT",
    }
    assert (await rows(acts), await audited(acts)) == ([], [])


async def test_a_warning_keeps_nothing_from_being_saved(acts, world, owner, sole):
    await create(acts, owner, world.operator, {**SOLE, F.EXTERNAL_CODE: "ROM-2"})

    assert len(await rows(acts)) == 2


async def test_a_code_is_given_once_to_each_partner(acts, world, owner, sole):
    taken = await refusal(create(acts, owner, world.operator, {**BRIEF, F.EXTERNAL_CODE: "ROM-1"}))
    await create(acts, member_of(world.rival), world.rival, {**BRIEF, F.EXTERNAL_CODE: "ROM-1"})

    assert taken == ExternalCodeTaken(external_code="ROM-1")
    assert {each.partner_id for each in await rows(acts)} == {world.operator.id, world.rival.id}


async def test_a_repeated_request_makes_one_property(acts, world, owner):
    first = await create(acts, owner, world.operator, key="once")
    second = await create(acts, owner, world.operator, key="once")
    other = await refusal(create(acts, owner, world.operator, {**BRIEF, F.NAME: "Other"}, key="once"))

    assert first.id == second.id
    assert isinstance(other, IdempotencyConflict)
    assert len(await rows(acts)) == 1


async def test_only_those_who_manage_its_properties_change_them(acts, world, sole):
    for viewer, expected in (
        (member_of(world.operator, role=Role.READONLY), Forbidden),
        (staff(Role.ACCOUNT_MANAGER), Forbidden),
        (assisting(world.rival), Forbidden),
        (member_of(world.rival), NotFound),
        (key_of(world.reseller), NotFound),
    ):
        assert isinstance(await refusal(create(acts, viewer, world.operator)), expected)
        assert isinstance(await refusal(update(acts, viewer, sole, {F.NAME: "Mine"})), expected)

    await update(acts, assisting(world.operator), sole, {F.NAME: "Hotel Sole"})
    assert [each.name for each in await rows(acts)] == ["Hotel Sole"]


async def test_a_change_leaves_the_rest_and_counts(acts, owner, sole):
    changed = await update(acts, owner, sole, {F.NAME: "Hotel Sole"}, emptied=[F.STAR_RATING])

    (row,) = await rows(acts)
    assert values_of(row) == {**SOLE, F.NAME: "Hotel Sole", F.STAR_RATING: None}
    assert (changed.version, row.version, row.completeness) == (2, 2, 97)
    assert await audited(acts) == [("properties.update", {"changed": ["name", "star_rating"]})]


async def test_a_change_made_for_another_version_is_refused(acts, owner, sole):
    await update(acts, owner, sole, {F.NAME: "Hotel Sole"})

    stale = await refusal(update(acts, owner, sole, {F.NAME: "Hotel Luna"}))

    assert stale == StaleVersion(expected=1, actual=2)


async def test_a_change_of_nothing_changes_nothing(acts, owner, sole):
    unchanged = await update(acts, owner, sole, {F.NAME: " Albergo del  Sole"})

    assert (unchanged.version, await audited(acts)) == (1, [])


async def test_the_whole_must_hold_after_a_change(acts, owner, sole):
    reason = await refusal(update(acts, owner, sole, {F.COUNTRY: "ES"}))

    assert isinstance(reason, InvalidProperty)
    assert [each.rule for each in reason.problems] == ["GEO_OUTSIDE_COUNTRY"]


async def test_another_currency_leaves_the_amount_as_it_is_written(acts, owner, sole):
    dollars = await update(acts, owner, sole, {F.CURRENCY: "USD"})
    yen = await refusal(update(acts, owner, sole, {F.CURRENCY: "JPY"}, version=2))

    assert dollars.nightly_price == 18_050
    assert isinstance(yen, InvalidProperty)
    assert [each.rule for each in yen.problems] == ["NIGHTLY_PRICE_UNREADABLE"]


async def test_a_property_is_archived_and_restored_once(acts, owner, sole):
    for act in (properties.archive_property, properties.archive_property, properties.restore_property):
        async with acts.work() as uow:
            row = await act(uow, owner, property_id=sole.id, now=acts.now)

    assert (row.archived_at, row.version) == (None, 3)
    assert [act for act, _ in await audited(acts)] == ["properties.archive", "properties.restore"]


async def test_the_facts_of_a_partner_count_what_is_not_archived(acts, world):
    async with acts.work() as uow:
        await make_property(uow.session, world.operator)
        await make_property(uow.session, world.operator, external_code="ROM-2", city=None)
        await make_property(uow.session, world.operator, external_code="ROM-3", archived_at=acts.now)
        facts = await queries.properties_facts(uow.session, world.operator.id)
        none = await queries.properties_facts(uow.session, world.rival.id)

    assert (facts.count, facts.incomplete) == (2, 1)
    assert (none.count, none.incomplete) == (0, 0)


@pytest.mark.parametrize("field", PropertyField)
async def test_sql_counts_what_is_missing_as_the_rule_does(acts, world, field):
    if field in (F.EXTERNAL_CODE, F.NAME):
        return
    both = {F.LATITUDE: F.LONGITUDE, F.LONGITUDE: F.LATITUDE, F.CURRENCY: F.NIGHTLY_PRICE}
    emptied = {field: None} | ({both[field]: None} if field in both else {})
    async with acts.work() as uow:
        row = await make_property(uow.session, world.operator, **{each.value: None for each in emptied})
        asked = select(models.Property.completeness, models.Property.is_complete)
        counted = (await uow.session.execute(asked)).one()

    told = completeness({**SOLE, **emptied})
    assert tuple(counted) == (told.score, told.is_complete) == (row.completeness, row.is_complete)


async def test_a_property_carries_the_case_on(acts, world, owner):
    made = await create(acts, owner, world.operator)
    (case,) = await acts.rows(
        select(models.OnboardingCase).where(models.OnboardingCase.partner_id == world.operator.id)
    )
    assert "PROPERTIES_INCOMPLETE" in case.blocker_codes

    await update(acts, owner, made, {**SOLE, F.EXTERNAL_CODE: "ROM-2"})
    (case,) = await acts.rows(
        select(models.OnboardingCase).where(models.OnboardingCase.partner_id == world.operator.id)
    )
    assert not {"PROPERTIES_INCOMPLETE", "PROPERTY_MISSING"} & set(case.blocker_codes)


async def test_a_property_is_compared_with_those_around_and_with_the_prices(acts, world, sole):
    async with acts.work() as uow:
        for number in range(9):
            await make_property(
                uow.session,
                world.operator,
                external_code=f"N-{number}",
                name=f"House {number}",
                nightly_price=10_000 + 1_000 * number,
                latitude=45.0,
                longitude=9.0,
            )
        await make_property(uow.session, world.rival)
        near = await queries.portfolio_for(uow.session, world.operator.id, SOLE)
        whole = await queries.whole_portfolio(uow.session, world.operator.id)
        each = await queries.known_near_each(uow.session, [sole.id])

    amounts = [18_050, *(10_000 + 1_000 * number for number in range(9))]
    expected = Prices.of(amounts)
    found = near.prices("EUR")
    assert expected is not None
    assert found is not None
    assert (found.median, found.spread) == pytest.approx((expected.median, expected.spread))
    assert whole.prices("EUR") == near.prices("EUR")
    assert each == {}


async def upsert(acts, viewer, partner, *values):
    async with acts.work() as uow:
        return await property_batches.upsert_properties(
            uow,
            viewer,
            partner_id=partner.id,
            rows=values,
            act_id="imp_1",
            now=acts.now + dt.timedelta(hours=1),
        )


async def take_back(acts, viewer, partner, written):
    async with acts.work() as uow:
        return await property_batches.take_back(
            uow, viewer, partner_id=partner.id, written=written, act_id="imp_1", now=acts.now
        )


async def test_a_batch_creates_changes_and_leaves_what_is_the_same(acts, world, owner, sole):
    async with acts.work() as uow:
        await make_property(uow.session, world.operator, external_code="ROM-3")

    written = await upsert(
        acts,
        owner,
        world.operator,
        {F.EXTERNAL_CODE: "ROM-1", F.NAME: "Hotel Sole"},
        BRIEF,
        {F.EXTERNAL_CODE: "ROM-3", F.NAME: SOLE[F.NAME]},
    )

    assert [(each.external_code, each.outcome, each.version) for each in written] == [
        ("ROM-1", Outcome.CHANGED, 2),
        ("ROM-2", Outcome.CREATED, 1),
        ("ROM-3", Outcome.SAME, 1),
    ]
    assert [(each.name, each.city) for each in await rows(acts)] == [
        ("Hotel Sole", "Roma"),
        ("Locanda Blu", None),
        ("Albergo del Sole", "Roma"),
    ]
    assert await audited(acts) == [("properties.import", {"created": 1, "changed": 1, "same": 1})]


async def test_the_same_batch_again_changes_nothing(acts, world, owner, sole):
    first = await upsert(acts, owner, world.operator, BRIEF, {**SOLE, F.NAME: "Hotel Sole"})
    second = await upsert(acts, owner, world.operator, BRIEF, {**SOLE, F.NAME: "Hotel Sole"})

    assert [each.outcome for each in first] == [Outcome.CREATED, Outcome.CHANGED]
    assert [each.outcome for each in second] == [Outcome.SAME, Outcome.SAME]
    assert len(await audited(acts)) == 1


async def test_a_batch_is_taken_back_but_for_what_changed_since(acts, world, owner, sole):
    async with acts.work() as uow:
        other = await make_property(uow.session, world.operator, external_code="ROM-3")
    changes = [{F.EXTERNAL_CODE: code, F.NAME: "Hotel Sole"} for code in ("ROM-1", "ROM-2", "ROM-3")]
    written = await upsert(acts, owner, world.operator, *changes)
    await update(acts, owner, other, {F.NAME: "By hand"}, version=2)

    left = await take_back(acts, owner, world.operator, written)
    again = await take_back(acts, owner, world.operator, written)

    assert (left, again) == (["ROM-3"], ["ROM-1", "ROM-2", "ROM-3"])
    assert [(each.external_code, each.name, each.version) for each in await rows(acts)] == [
        ("ROM-1", "Albergo del Sole", 3),
        ("ROM-3", "By hand", 3),
    ]
    assert (await audited(acts))[-1] == ("properties.undo_import", {"taken_back": 2, "left": 1})


async def test_a_batch_takes_the_same_statements_however_large(acts, world, owner, sql):
    # The first one carries the case on, and tells of it.
    await upsert(acts, owner, world.operator, BRIEF)
    small, _ = await sql.of(upsert(acts, owner, world.operator, {**BRIEF, F.EXTERNAL_CODE: "ROM-3"}))
    many = [{F.EXTERNAL_CODE: f"N-{number}", F.NAME: "House"} for number in range(200)]
    large, written = await sql.of(upsert(acts, owner, world.operator, *many))

    assert (small, large, len(written)) == (6, 6, 200)


async def test_a_stranger_brings_in_no_batch(acts, world, owner):
    assert isinstance(await refusal(upsert(acts, member_of(world.rival), world.operator, BRIEF)), Forbidden)
    assert await rows(acts) == []
