"""Posting: once for each key, in the act's transaction, whatever the address."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from domain.mail import MailStatus, MailTemplate
from permissions.viewer import Role
from services import mail
from tests.factories.mail import FACTS, post_mail
from tests.factories.partners import make_member, make_partner
from tests.factories.times import NOW

PENDING, FAILED = MailStatus.PENDING, MailStatus.FAILED
MAILS = select(models.Mail).order_by(models.Mail.key)


async def test_a_mail_waits_with_what_it_tells(acts):
    async with acts.work() as uow:
        await post_mail(uow, to="Vera@Victoria.EXAMPLE", locale="de-AT", name="Vera\nRossi")

    (row,) = await acts.rows(MAILS)
    assert (row.template, row.recipient, row.locale) == (
        MailTemplate.PARTNER_LIVE,
        "Vera@victoria.example",
        "de",
    )
    assert row.facts == {"partner": "Victoria Cruises", "link": "/onboarding", "name": "Vera Rossi"}
    assert (row.status, row.attempts, row.next_attempt_at, row.message_id) == (PENDING, 0, NOW, None)


async def test_a_key_is_posted_once(acts):
    for partner in ("Victoria", "Somebody else"):
        async with acts.work() as uow:
            await post_mail(uow, key="live:1", partner=partner)

    assert [(row.key, row.facts["partner"]) for row in await acts.rows(MAILS)] == [("live:1", "Victoria")]


async def test_two_acts_at_once_post_one_mail(busy):
    async def act():
        async with busy.work() as uow:
            await post_mail(uow, key="live:1")

    await asyncio.gather(*(act() for _ in range(8)))

    assert len(await busy.rows(MAILS)) == 1


async def test_a_mail_is_not_posted_by_an_act_that_fails(acts):
    async def fail():
        async with acts.work() as uow:
            await post_mail(uow)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await acts.rows(MAILS) == []


@pytest.mark.parametrize("address", ["nobody", "", "a\0b\ud800@x", "x" * 400 + "@victoria.example"])
async def test_what_is_no_address_does_not_stop_the_act(acts, address):
    async with acts.work() as uow:
        await post_mail(uow, to=address)

    (row,) = await acts.rows(MAILS)
    assert (row.status, row.last_error, row.facts) == (FAILED, "is not a mail address", {})
    async with acts.work() as uow:
        await mail.resend(uow, mail_id=row.id, now=NOW)
    assert [row.status for row in await acts.rows(MAILS)] == [FAILED]


async def test_those_in_charge_are_written_to_in_the_partners_language(acts):
    async with acts.work() as uow:
        partner = await make_partner(uow.session)
        partner.locale = "it"
        owner = await make_member(uow.session, partner)
        admin = await make_member(uow.session, partner, role=Role.ADMIN)
        await make_member(uow.session, partner, role=Role.FINANCE)
        await make_member(uow.session, await make_partner(uow.session, name="Another"))
    facts = {"link": FACTS[MailTemplate.PARTNER_LIVE]["link"]}
    for _ in range(2):
        async with acts.work() as uow:
            told = await mail.post_to_team(
                uow,
                template=MailTemplate.PARTNER_LIVE,
                partner_id=partner.id,
                facts=facts,
                key="live:1",
                now=NOW,
            )
            assert told == 2

    posted = await acts.rows(MAILS)
    assert {row.key for row in posted} == {f"live:1:{each.id.hex}" for each in (owner, admin)}
    assert {(row.locale, row.partner_id) for row in posted} == {("it", partner.id)}
    assert posted[0].facts == {"partner": "Victoria Cruises", "name": "Vera", **facts}
