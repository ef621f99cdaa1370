"""The door of a demo's calendar file: by its link alone, as the demo is by now, and for a time."""

import datetime as dt
from uuid import UUID

import pytest
from starlette.applications import Starlette

from db import models
from domain.introductions import IntroductionStage
from domain.signed_links import MayFetch, MaySeeDemo, token_of
from server.keys import derive_keys
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.routes.calendars import calendar_routes
from server.settings import Settings
from tests.factories.scheduling import make_arrangement, make_pair
from tests.factories.times import DAY, HOUR, NOW
from tests.integrations.rfc5545 import checked_event
from tests.server.graphql.wires import Wire

KEYS = derive_keys("a secret of the tests, 32 characters")
UNTIL = NOW + DAY


@pytest.fixture
async def demo(acts):
    """A confirmed demo that calendars know."""
    async with acts.work() as uow:
        pair = await make_pair(uow.session, stage=IntroductionStage.CONFIRMED)
        await make_arrangement(uow.session, pair.introduction, sequence=2, told_sequence=2)
    return pair


@pytest.fixture
def fetch(acts):
    async def fetch(token, *, now=NOW):
        settings = Settings(public_url="https://api.example", mail_from="Interline <no-reply@api.example>")
        routes = calendar_routes(acts.sessions, settings, KEYS, clock=lambda: now)
        return await Wire(Passage(Starlette(routes=routes), Origins(())), "GET", f"/calendars/{token}").run()

    return fetch


def link(introduction_id: UUID, until: dt.datetime = UNTIL) -> str:
    return token_of(KEYS.links, MaySeeDemo(introduction_id.hex), until=until)


async def test_a_link_gives_the_file_for_calendars_to_keep(fetch, demo):
    reply = await fetch(link(demo.introduction.id))

    calendar, event = checked_event(reply.body)
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert reply.headers["content-disposition"].startswith('attachment; filename="invite.ics"')
    assert reply.headers["cache-control"] == "private, no-store"
    assert event.value("UID") == f"demo-{demo.introduction.id.hex}@interline.example"
    assert event.value("SEQUENCE") == "2"
    assert event.value("DTSTART") == f"{demo.introduction.scheduled_at:%Y%m%dT%H%M%SZ}"
    assert calendar.value("METHOD") == "REQUEST"


async def test_it_is_the_demo_as_it_is_by_now(acts, fetch, demo):
    """Moved, then called off, after the link was made."""
    token, files = link(demo.introduction.id), []
    for sequence, is_cancelled in ((3, False), (4, True)):
        async with acts.work() as uow:
            row = await uow.session.get_one(models.DemoArrangement, demo.introduction.id)
            row.sequence, row.is_cancelled, row.starts_at = sequence, is_cancelled, NOW + sequence * DAY
        files.append(checked_event((await fetch(token)).body))

    assert [
        (calendar.value("METHOD"), event.value("SEQUENCE"), event.value("DTSTART"))
        for calendar, event in files
    ] == [("REQUEST", "3", "20261121T080000Z"), ("CANCEL", "4", "20261122T080000Z")]
    assert len({event.value("UID") for _, event in files}) == 1


async def test_a_link_ends_and_is_nobody_elses(fetch, demo):
    token = link(demo.introduction.id)
    of_a_file = token_of(KEYS.links, MayFetch("files/1", "a.pdf", "application/pdf"), until=UNTIL)
    forged = token_of(b"x" * 32, MaySeeDemo(demo.introduction.id.hex), until=UNTIL)

    replies = [
        await fetch(token, now=UNTIL),
        await fetch(of_a_file),
        await fetch(forged),
        await fetch(token[:-3]),
        await fetch("nothing"),
    ]

    assert {(each.status, each.json["code"]) for each in replies} == {(403, "LINK_ENDED")}
    assert {each.json["instance"] for each in replies} == {"/calendars"}
    assert (await fetch(token, now=UNTIL - HOUR)).status == 200


async def test_without_a_demo_there_is_no_file(acts, fetch):
    async with acts.work() as uow:
        pair = await make_pair(uow.session)

    reply = await fetch(link(pair.introduction.id))

    assert (reply.status, reply.json["code"]) == (404, "NOT_FOUND")
