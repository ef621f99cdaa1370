"""The development mailbox: mails are kept once, shown harmlessly, and their links work."""

import asyncio
import re
import socket

import httpx2
import pytest
from starlette.applications import Starlette

from domain.mail import MailTemplate
from integrations.mail.smtp import SmtpMailer, server_of
from server.mailbox.pages import mailbox_routes
from server.mailbox.receiving import Receiver, serve
from server.mailbox.store import Mailbox
from tests.factories.mail import message
from tests.factories.times import NOW, SECOND
from tests.fixtures.mail_server import SENDER

HERE = "http://127.0.0.1:8000"
PLAIN = b"Message-ID: <1@x.example>\r\nSubject: Hello\r\nTo: vera@victoria.example\r\n\r\nHello Vera\r\n"


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


@pytest.fixture
async def mailer(mailbox):
    """Sends to the mailbox's own server."""
    listening = socket.create_server(("127.0.0.1", 0))
    stopping = asyncio.Event()
    serving = asyncio.create_task(serve(listening, Receiver(mailbox), stopping))
    yield SmtpMailer(server_of(f"smtp://127.0.0.1:{listening.getsockname()[1]}"), SENDER)
    stopping.set()
    await serving


@pytest.fixture
async def browser(mailbox):
    app = Starlette(routes=mailbox_routes(mailbox))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE) as client:
        yield client


def keep(mailbox, raw=PLAIN, *, recipients=("vera@victoria.example",), now=NOW):
    return mailbox.keep(raw, sender="no-reply@interline.example", recipients=recipients, now=now)


async def test_what_is_sent_is_kept_once_and_is_there_after_a_restart(mailer, mailbox, tmp_path):
    await mailer.send(message(locale="de", name="Véra"))
    await mailer.send(message(locale="de", name="Véra"))

    (kept,) = Mailbox(tmp_path / "mail").newest(10)
    assert kept.header("Subject") == "Victoria Cruises ist live"
    assert kept.header("Return-Path") == "<no-reply@interline.example>"
    assert kept.header("Delivered-To") == "vera@victoria.example"
    whole = mailbox.one(kept.id)
    assert "Guten Tag Véra," in whole.part("plain")
    assert "<bdi>Véra</bdi>" in whole.part("html")


async def test_the_newest_is_first_and_the_oldest_make_room(tmp_path):
    mailbox = Mailbox(tmp_path, most=3)
    for number in range(5):
        keep(mailbox, b"Subject: %d\r\n\r\n" % number, now=NOW + number * SECOND)

    assert [each.header("Subject") for each in mailbox.newest(10)] == ["4", "3", "2"]


def test_the_same_mail_to_somebody_else_is_another(mailbox):
    keep(mailbox)
    keep(mailbox, recipients=["admin@interline.example"])

    assert len(mailbox.newest(10)) == 2


def test_an_address_puts_no_header_into_a_mail(mailbox):
    name = keep(mailbox, recipients=["a@b.example\r\nSubject: Evil"])

    assert mailbox.one(name).mail.get_all("Subject") == ["Hello"]


@pytest.mark.parametrize(
    "name", ["", "x", "../secret", "0000000000000-aaaaaaaaaaaaaaaa", "1" * 13 + "-" + "g" * 16]
)
def test_there_is_no_mail_of_another_name(mailbox, tmp_path, name):
    (tmp_path / "secret.eml").write_text("secret")
    keep(mailbox)

    assert mailbox.one(name) is None


async def test_an_empty_mailbox_says_so(browser):
    shown = await browser.get("/mailbox")

    assert shown.status_code == 200
    assert "Nothing yet." in shown.text


async def test_a_mail_is_found_in_the_list_and_its_links_work(browser, mailer):
    await mailer.send(message(MailTemplate.INVITATION, name="Vera"))

    listed = await browser.get("/mailbox")
    (path,) = re.findall(r'href="(/mailbox/\d[^"]+)"', listed.text)
    shown = await browser.get(path)
    link = "https://interline.example/invitations/inv_code"
    assert "Victor Owner invites you to join Victoria Cruises on Interline" in listed.text
    assert f'<a href="{link}" rel="noreferrer">{link}</a>' in shown.text
    assert "<th>Message-ID</th><td>&lt;7@interline.example&gt;</td>" in shown.text

    (frame,) = re.findall(r"<iframe[^>]+>", shown.text)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    inside = await browser.get(f"{path}/html")
    assert f'src="{path}/html"' in frame
    assert inside.text.count(f'href="{link}"') == 2
    assert '<base target="_blank">' in inside.text
    raw = await browser.get(f"{path}/raw")
    assert raw.headers["content-type"] == "text/plain; charset=utf-8"
    assert raw.text.startswith("Return-Path: <no-reply@interline.example>\r\nDelivered-To: vera@")


async def test_a_hostile_mail_is_shown_as_what_it_is(browser, mailbox):
    name = keep(
        mailbox,
        b'Subject: <script>alert(1)</script>\r\nTo: "<b>x" <a@b.example>\r\nX-<i>: 1\r\nContent-Type: text/html\r\n\r\n'
        b'<script>alert(2)</script><form action="/"></form> http://a.example/"><script>',
    )

    listed, shown = await browser.get("/mailbox"), await browser.get(f"/mailbox/{name}")
    inside = await browser.get(f"/mailbox/{name}/html")
    for each in (listed, shown):
        assert each.status_code == 200
        assert "<script" not in each.text
        assert "<b>x" not in each.text
        policy = each.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy
        assert "frame-src 'self'" in policy
    policy = inside.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert inside.headers["x-frame-options"] == "SAMEORIGIN"


async def test_a_mail_in_bytes_that_are_no_text_is_still_shown(browser, mailbox):
    name = keep(
        mailbox,
        b"Subject: =?no-such-charset?q?=FF?=\r\nContent-Type: text/plain; charset=no-such-charset\r\n\r\n\xff\xfe\r\n",
    )

    assert (await browser.get("/mailbox")).status_code == 200
    assert (await browser.get(f"/mailbox/{name}")).status_code == 200
    assert (await browser.get(f"/mailbox/{name}/html")).status_code == 404
    assert (await browser.get("/mailbox/nothing")).status_code == 404
    assert (await browser.get("/mailbox/nothing/raw")).status_code == 404
    assert (await browser.get("/mailbox/files/mailbox.css")).status_code == 200
