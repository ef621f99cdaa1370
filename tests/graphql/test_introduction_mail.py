"""The conversation of an introduction in the graph, and a partner's mails before they are sent."""

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from domain.mail import MailTemplate
from permissions.viewer import Role
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_mail_event,
    make_message,
    make_partner_message,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.viewers import VERA, key_of, member_of, staff

CONVERSATION = """
query C($id: ID!) {
  introduction(id: $id) { messages { nodes { author sender text isResponse } } }
}
"""
WITH_EVENTS = """
query C($id: ID!) {
  introduction(id: $id) {
    messages { nodes { author sender text } }
    mailEvents { nodes { template party kind detail } }
  }
}
"""
PREVIEW = """
query P($partner: ID!, $template: MailTemplate!, $locale: String, $industry: String) {
  introductionMailPreview(partnerId: $partner, template: $template, locale: $locale, industry: $industry) {
    subject text html
  }
}
"""
TEST = """
mutation T($input: SendTestIntroductionMailInput!) {
  sendTestIntroductionMail(input: $input) {
    __typename ... on TestIntroductionMail { template locale recipient } ... on Refusal { code message }
  }
}
"""
MAILS = select(models.Mail)


@pytest.fixture
async def carla(acts):
    async with acts.work() as uow:
        return signed_in_as(await make_user(uow.session))


@pytest.fixture
async def introduction(acts, world, carla):
    """The public id of Carla's introduction to the reseller, with what was written in it."""
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller, industries=["HOTELS"])
        contractor = await make_contractor(uow.session, user_id=carla.user_id)
        made = await make_introduction(uow.session, world.reseller, contractor)
        for author in ("PARTNER", "STRANGER"):
            await make_message(uow.session, made, author)
        await make_mail_event(uow.session, made)
    return global_id("Introduction", made.id)


@pytest.fixture
def partner(world, introduction):
    return global_id("Partner", world.reseller.id)


async def test_the_parties_read_what_was_written_and_only_staff_what_strangers_wrote(
    graph, world, carla, introduction
):
    by_viewer = []
    for viewer in (carla, member_of(world.reseller, role=Role.SUPPORT), staff()):
        answer = await graph.run(viewer, CONVERSATION, id=introduction)
        by_viewer.append([each["author"] for each in answer.data["introduction"]["messages"]["nodes"]])

    assert by_viewer == [["PARTNER"], ["PARTNER"], ["PARTNER", "STRANGER"]]


async def test_a_conversation_and_its_mails_are_one_statement(graph, sql, introduction):
    statements, shown = await sql.of(graph.data(staff(), WITH_EVENTS, id=introduction))

    assert statements == 1, sql.sent
    assert shown["messages"]["nodes"][1] == {
        "author": "STRANGER",
        "sender": "mallory@evil.example",
        "text": "Gladly.",
    }
    assert shown["mailEvents"]["nodes"] == [
        {"template": "INTRODUCTION", "party": "PARTNER", "kind": "DELIVERED", "detail": ""}
    ]


async def test_a_mail_is_looked_at_in_any_language_and_for_any_industry(graph, world, partner):
    told = {"partner": partner, "template": "INTRODUCTION"}
    own = await graph.run(member_of(world.reseller), PREVIEW, **told)
    other = await graph.run(staff(), PREVIEW, **told, locale="de", industry="cruise_line")

    first, second = (each.data["introductionMailPreview"] for each in (own, other))
    assert first["subject"] == "Introduction: Aurora Travel and Harbour Travel"
    assert "They are in hospitality" in first["text"]
    assert "> You speak a common language." in first["text"]
    assert second["subject"] == "Vorstellung: Aurora Travel und Harbour Travel"
    assert "Sie betreiben Kreuzfahrten" in second["text"]
    assert second["html"].startswith("<!doctype html>")
    assert "Sie sprechen eine gemeinsame Sprache." in second["html"]


@pytest.mark.parametrize("template", MailTemplate)
async def test_every_mail_of_an_introduction_has_a_preview_and_no_other_has(graph, partner, template):
    answer = await graph.run(staff(), PREVIEW, partner=partner, template=template.value)

    if "INTRODUCTION" in template or "DEMO" in template or "FEEDBACK" in template:
        assert answer.data["introductionMailPreview"]["subject"]
    else:
        assert [each[0] for each in answer.errors] == ["INVALID_INPUT"]


async def test_a_test_goes_to_whoever_asks_once_for_a_key(graph, acts, world, partner):
    viewer = member_of(world.reseller)
    wish = {"partnerId": partner, "template": "INTRODUCTION", "locale": "fr", "idempotencyKey": "one"}

    answers = [(await graph.run(viewer, TEST, input=wish)).data for _ in range(2)]

    (mail,) = await acts.rows(MAILS)
    assert [each["sendTestIntroductionMail"] for each in answers] == [
        {
            "__typename": "TestIntroductionMail",
            "template": "INTRODUCTION",
            "locale": "fr",
            "recipient": VERA.email,
        }
    ] * 2
    assert (mail.recipient, mail.locale, mail.envelope) == (VERA.email, "fr", None)


async def test_a_key_has_no_inbox_and_a_rival_no_partner(graph, acts, world, partner):
    wish = {"partnerId": partner, "template": "INTRODUCTION"}
    rival = await graph.run(member_of(world.rival), TEST, input=wish)
    key = await graph.run(key_of(world.reseller), TEST, input=wish)

    assert rival.data["sendTestIntroductionMail"]["code"] == "NOT_FOUND"
    assert [each[0] for each in key.errors] == ["FORBIDDEN"]
    assert await acts.rows(MAILS) == []


@pytest.mark.parametrize("rows", [1, 20])
async def test_what_is_written_to_a_partner_takes_one_statement_and_is_its_own(graph, acts, sql, world, rows):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
        for number in range(rows):
            await make_partner_message(uow.session, world.reseller, subject=str(number))
    query = f"""{{ partnerMessages(partnerId: "{global_id("Partner", world.reseller.id)}", first: 50) {{
      nodes {{ sender subject text isForged isForwarded receivedAt }}
    }} }}"""

    statements, shown = await sql.of(graph.data(member_of(world.reseller), query))

    assert (statements, len(shown["nodes"])) == (1, rows)
    assert shown["nodes"][0] == {
        "sender": "peter@passer-by.example",
        "subject": str(rows - 1),
        "text": "Do you take groups?",
        "isForged": False,
        "isForwarded": True,
        "receivedAt": "2026-11-18T08:00:00.000Z",
    }
    assert (await graph.data(member_of(world.rival), query))["nodes"] == []
