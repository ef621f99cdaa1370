"""Mails that come in, as programs and people and nobody sane write them."""

import pytest

from integrations.mail.reading import new_text, read


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, Nov 23, 2026 at 10:00 AM Interline <partner@x.example> wrote:\n> Hi\n> there\n",
        "Il giorno lun 23 nov 2026 alle ore 10:00 Interline <a@b.example> ha scritto:\n\n> Ciao\n",
        "Le lun. 23 nov. 2026 à 10:00, Interline <a@b.example> a écrit :\n> Bonjour",
        "El lun, 23 nov 2026 a las 10:00, Interline (<a@b.example>) escribió:\n> Hola",
        "Von: Interline <a@b.example>\nGesendet: Montag\nAn: Vera\nBetreff: Vorstellung\n\nGuten Tag\n",
        "> only\n> quoted",
    ],
)
def test_what_is_quoted_is_cut_in_every_language(quoted):
    assert new_text(f"Tuesday at ten.\r\n\r\n{quoted}") == "Tuesday at ten."


def test_who_answers_below_is_read_too():
    assert new_text("On Mon, Nov 23, 2026 at 10:00 AM A <a@b.example> wrote:\n> Hi\n\nBelow.\n") == "Below."


def test_a_page_is_read_as_what_it_shows():
    raw = (
        b"From: a@b.example\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
        b"<style>p{}</style><p>Caff\xe8 <b>marted\xec</b>?</p><blockquote>old</blockquote><script>alert(1)</script>"
    )

    assert read(raw).text == "Caffè martedì?"


def test_an_attachment_is_no_answer():
    raw = (
        b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nattached\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nwritten\r\n--b--\r\n"
    )

    assert read(raw).text == "written"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00" * 1_000,
        b"From: " + b"a@b.example, " * 100_000 + b"\r\n\r\nhi",
        b"Subject: " + b"=?utf-8?q?=C3?=" * 10_000 + b"\r\n\r\nhi",
        b"Content-Type: text/plain; charset=none-such\r\n\r\nhi",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
            for depth in range(3_000)
        ),
        b"From: a@b.example\r\n\r\n" + b"\n" * 100_000,
        b"From: a@b.example\r\n\r\n" + b"On " * 100_000,
    ],
    ids=range(9),
)
def test_what_nobody_sane_writes_is_read_as_little(raw):
    assert len(read(raw).text) < 20_001


def test_several_senders_are_none():
    assert read(b"From: a@b.example, c@d.example\r\n\r\nhi").sender == ""
    assert read(b'From: "a@b.example" <c@d.example>\r\n\r\nhi').sender == "c@d.example"
