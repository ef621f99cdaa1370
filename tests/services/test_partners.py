"""Partners come in by themselves and say who they are."""

import pytest
from sqlalchemy import select

from db import models
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.onboarding import Stage
from domain.partners import PartnerType, SlugTaken, StaleVersion
from permissions.viewer import ANONYMOUS
from services import partners
from tests.factories.onboarding import make_case
from tests.factories.viewers import key_of, member_of, newcomer, staff
from tests.fixtures.acts import refusal

pytestmark = pytest.mark.anyio

PROFILE = {
    "country": "IT",
    "descriptions": {"en": "A hotel by the sea."},
    "regions": ["IT-25"],
    "languages": ["it", "en"],
}


async def register(acts, viewer, *, key=None, **facts):
    given = {
        "name": "Hotel Bella Vista",
        "partner_type": PartnerType.HOTEL,
        "country": "IT",
        "slug": None,
        "locale": "it",
    }
    asked = given | facts
    async with acts.work() as uow:
        return await partners.register_partner(
            uow,
            viewer,
            **asked,
            idempotency=idempotency(viewer.id, key, "register_partner", **asked),
            now=acts.now,
        )


async def update(acts, viewer, partner, *, version=1, **changes):
    async with acts.work() as uow:
        return await partners.update_partner(
            uow, viewer, partner_id=partner.id, version=version, changes=changes, now=acts.now
        )


async def case_of(acts, partner):
    return (
        await acts.rows(select(models.OnboardingCase).where(models.OnboardingCase.partner_id == partner.id))
    )[0]


async def test_a_newcomer_gets_an_account_a_partner_and_a_case(acts):
    partner = await register(acts, newcomer())

    assert (partner.slug, partner.locale, partner.version) == ("hotel-bella-vista", "it", 1)
    members = await acts.rows(
        select(models.PartnerMember).where(models.PartnerMember.partner_id == partner.id)
    )
    users = await acts.rows(select(models.User).where(models.User.id == members[0].user_id))
    assert [(each.role, users[0].email) for each in members] == [("OWNER", "nora@new.example")]
    case = await case_of(acts, partner)
    assert (case.stage, case.blocker_codes) == (
        Stage.REGISTERED,
        ["PROFILE_INCOMPLETE", "PROPERTY_MISSING", "DOCUMENTS_MISSING"],
    )
    events = await acts.rows(select(models.Event).where(models.Event.object_id == case.id))
    assert sorted((each.environment, each.sequence) for each in events) == [("LIVE", 1), ("TEST", 1)]
    audited = await acts.rows(select(models.AuditEntry.act).where(models.AuditEntry.partner_id == partner.id))
    assert audited == ["partners.register"]


async def test_a_person_registers_two_partners_with_one_account(acts):
    first = await register(acts, newcomer())
    second = await register(acts, newcomer())

    assert second.slug == f"hotel-bella-vista-{second.id.hex[-8:]}"
    owners = select(models.PartnerMember.user_id).where(
        models.PartnerMember.partner_id.in_([first.id, second.id])
    )
    assert len(set(await acts.rows(owners))) == 1


async def test_the_same_key_registers_once(acts):
    first = await register(acts, newcomer(), key="k")

    assert (await register(acts, newcomer(), key="k")).id == first.id
    assert isinstance(await refusal(register(acts, newcomer(), key="k", name="Other")), IdempotencyConflict)


async def test_a_name_without_letters_of_ours_gets_a_slug_too(acts):
    partner = await register(acts, newcomer(), name="日本旅館")

    assert partner.slug == partner.id.hex[-8:]


async def test_a_wished_slug_is_given_once(acts):
    await register(acts, newcomer(), slug="bella")

    assert await refusal(register(acts, newcomer("otto"), slug="bella")) == SlugTaken(slug="bella")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"country": "Italy"}, "country"),
        ({"locale": "pt"}, "locale"),
        ({"slug": "admin"}, "slug"),
    ],
)
async def test_a_registration_with_a_wrong_value_is_refused_and_leaves_nothing(acts, facts, field):
    before = len(await acts.rows(select(models.Partner)))

    reason = await refusal(register(acts, newcomer(), **facts))

    assert isinstance(reason, InvalidInput)
    assert reason.field == field
    assert len(await acts.rows(select(models.Partner))) == before
    assert await acts.rows(select(models.User).where(models.User.subject == "nora")) == []


@pytest.mark.parametrize("kind", ["key", "anonymous"])
async def test_only_a_person_registers(acts, world, kind):
    viewer = key_of(world.reseller) if kind == "key" else ANONYMOUS

    assert isinstance(await refusal(register(acts, viewer)), Forbidden)


async def test_a_complete_profile_carries_the_case_on(acts, world):
    async with acts.work() as uow:
        await make_case(uow.session, world.reseller, stage=Stage.REGISTERED)

    partner = await update(acts, member_of(world.reseller), world.reseller, **PROFILE)

    case = await case_of(acts, world.reseller)
    assert (partner.version, partner.descriptions) == (2, {"en": "A hotel by the sea."})
    # An OTA has no properties to collect or to validate.
    assert (case.stage, case.blocker_codes) == (
        Stage.PROVISIONING,
        ["DOCUMENTS_MISSING", "SANDBOX_UNDER_WAY"],
    )
    visits = await acts.rows(
        select(models.StageVisit.stage).where(
            models.StageVisit.case_id == case.id, models.StageVisit.left_at.is_(None)
        )
    )
    assert visits == [Stage.PROVISIONING]


async def test_what_does_not_change_makes_no_version(acts, world):
    partner = await update(acts, member_of(world.reseller), world.reseller, name=world.reseller.name)

    assert partner.version == 1
    assert await acts.rows(select(models.AuditEntry)) == []


async def test_a_change_for_another_version_is_refused(acts, world):
    reason = await refusal(update(acts, member_of(world.reseller), world.reseller, version=7, name="X"))

    assert reason == StaleVersion(expected=7, actual=1)


async def test_a_stranger_changes_nothing(acts, world):
    stranger = await refusal(update(acts, member_of(world.rival), world.reseller, name="X"))

    assert isinstance(stranger, NotFound)
    assert (await acts.rows(select(models.Partner.name).where(models.Partner.id == world.reseller.id))) == [
        "Harbour Travel"
    ]


async def test_the_platform_may_mend_a_profile(acts, world):
    async with acts.work() as uow:
        await make_case(uow.session, world.reseller)

    assert (await update(acts, staff(), world.reseller, name="Harbour")).name == "Harbour"


LEGAL = {
    "legal_name": "Bella Vista S.r.l.",
    "address_lines": ["Fondamenta Nove 12", " 2. Stock "],
    "postal_code": "30121",
    "city": "Venezia",
    "tax_number": "it01234567890",
}


async def test_legal_details_are_of_the_profile_and_can_be_taken_away(acts):
    partner = await register(acts, newcomer())
    owner = member_of(partner)

    written = await update(acts, owner, partner, **LEGAL)
    emptied = await update(acts, owner, partner, version=2, tax_number="", address_lines=[])

    assert (written.legal_name, written.postal_code, written.city) == (
        "Bella Vista S.r.l.",
        "30121",
        "Venezia",
    )
    assert (emptied.tax_number, emptied.address_lines, emptied.city) == (None, [], "Venezia")
    facts = await acts.rows(select(models.AuditEntry.facts).where(models.AuditEntry.act == "partners.update"))
    assert {"changed": sorted(LEGAL)} in facts


@pytest.mark.parametrize(
    "changes",
    [{"tax_number": "IT_1"}, {"postal_code": "1" * 11}, {"address_lines": ["x"] * 5}, {"city": "x" * 101}],
)
async def test_legal_details_that_make_no_sense_change_nothing(acts, changes):
    partner = await register(acts, newcomer())

    reason = await refusal(update(acts, member_of(partner), partner, **changes))

    assert reason.code == "INVALID_INPUT"
    assert [each.version for each in await acts.rows(select(models.Partner))] == [1]
