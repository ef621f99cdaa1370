"""The whole loop on one machine: sent by real SMTP, read and answered in the mailbox, come in by real SMTP, and noted."""

import asyncio
import dataclasses
import re
import socket

import httpx2
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from db import models
from domain.introductions import IntroductionStage
from integrations.mail.smtp import SmtpMailer, server_of
from jobs import mail
from server.mailbox.answering import answering_by
from server.mailbox.forwarding import Forwarder
from server.mailbox.pages import mailbox_routes
from server.mailbox.receiving import Receiver, serve
from server.mailbox.store import Mailbox
from server.routes.mail import MailDoors, mail_routes
from services import introduction_mail
from tests.factories.introduction_mail import CONTRACTOR, PARTNER, make_introduced
from tests.factories.times import NOW
from tests.fixtures.mail_server import SENDER
from tests.fixtures.receiver import served

SECRET = "a-secret-of-this-run"


@pytest.fixture
async def api_url(work):
    doors = MailDoors(
        work.unit_of_work,
        key=None,
        secret=SECRET,
        links=b"x" * 32,
        counts_opens=False,
        mail_domain="interline.test",
        public_url="https://api.example",
        clock=lambda: NOW,
    )
    async with served(Starlette(routes=mail_routes(doors))) as url:
        yield url


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


@pytest.fixture
async def smtp_url(mailbox, api_url):
    listening = socket.create_server(("127.0.0.1", 0))
    stopping = asyncio.Event()
    forwarder = Forwarder(api_url, secret=SECRET, mail_domain="interline.test")
    serving = asyncio.create_task(serve(listening, Receiver(mailbox, forwarder), stopping))
    yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    stopping.set()
    await serving


@pytest.fixture
async def browser(mailbox, smtp_url):
    app = Starlette(routes=mailbox_routes(mailbox, answer=answering_by(smtp_url)))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
async def sent(work, smtp_url):
    """An introduction that has arrived in the mailbox."""
    work = dataclasses.replace(work, mailer=SmtpMailer(server_of(smtp_url), SENDER))
    async with work.unit_of_work() as uow:
        introduced = await make_introduced(uow.session)
        await introduction_mail.send_introduction(uow, introduced.introduction, now=NOW)
    await mail.deliver(work)
    return work


async def rows(work, statement):
    async with work.sessions.read() as session:
        return list((await session.scalars(statement)).all())


async def answer(browser, sender, text):
    listed = await browser.get("/mailbox")
    path = re.findall(r'href="(/mailbox/\d[^"]+)"', listed.text)[-1]
    return await browser.post(f"{path}/reply", data={"sender": sender, "text": text})


async def test_a_partner_answers_in_the_mailbox_and_the_contractor_hears_of_it(sent, browser, mailbox):
    shown = (await browser.get("/mailbox")).text
    answered = await answer(browser, PARTNER, "Gladly.\r\n\r\nTuesday at ten?")

    (introduction,) = await rows(sent, select(models.Introduction))
    (message,) = await rows(sent, select(models.IntroductionMessage))
    assert "Introduction: Contractor &amp; Co and Victoria Cruises" in shown
    assert answered.status_code == 303
    assert introduction.stage is IntroductionStage.RESPONDED
    assert (message.author, message.text, message.is_response) == (
        "PARTNER",
        "Gladly.\n\nTuesday at ten?",
        True,
    )

    await mail.deliver(sent)
    newest = mailbox.newest(1)[0]
    assert newest.header("Delivered-To") == CONTRACTOR
    assert newest.header("Subject") == "Victoria Cruises ha scritto: Contractor & Co e Victoria Cruises"
    assert newest.header("In-Reply-To") == mailbox.newest(3)[-1].header("Message-ID")


async def test_the_contractor_answers_the_same_mail_and_the_clock_runs_on(sent, browser):
    await answer(browser, CONTRACTOR, "When would it suit you?")

    (introduction,) = await rows(sent, select(models.Introduction))
    (message,) = await rows(sent, select(models.IntroductionMessage))
    assert (message.author, introduction.stage) == ("CONTRACTOR", IntroductionStage.INTRODUCED)


async def test_only_who_got_a_mail_answers_it_there(sent, browser):
    refused = [
        await answer(browser, "mallory@evil.example", "Hello"),
        await answer(browser, PARTNER, "  "),
        await browser.post("/mailbox/nothing/reply", data={"sender": PARTNER, "text": "x"}),
    ]

    assert [each.status_code for each in refused] == [404, 404, 404]
    assert await rows(sent, select(models.IntroductionMessage)) == []


async def test_without_the_api_the_sender_is_to_try_again(mailbox):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        forwarder = Forwarder(
            f"http://127.0.0.1:{nobody.getsockname()[1]}", secret=SECRET, mail_domain="interline.test"
        )
        wanted = forwarder.wants(["Partner+x@Victoria.Interline.test", "admin@interline.test", PARTNER])
    assert wanted == ["Partner+x@Victoria.Interline.test"]
    assert await forwarder.forward(b"x", sender="a@b.example", recipients=wanted) is False
