"""Every mail in every language, whatever is told in it."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser

import pytest

from domain.mail import NEEDED, NOTES, RECURRING, WITH_CALENDAR, MailTemplate
from domain.matching import MatchFactor
from domain.partners import LOCALES, MemberRole
from integrations.mail import reasons
from integrations.mail.words import TEMPLATES
from integrations.mail.writing import sender_of, written
from tests.factories.mail import FACTS, message
from tests.factories.times import NOW
from tests.fixtures.mail_server import SENDER

EVERY = [(template, locale) for template in MailTemplate for locale in LOCALES]
WRITTEN_OTHERWISE = {
    "visit_on",
    "demo_on",
    "industry",
    "stage",
    "link",
    "role",
    "expires_on",
    "because",
    "accepted",
    "rejected",
    "document",
    "starts_on",
    "ends_on",
    "status",
}
HOSTILE = (
    '</p><script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}{% raw %}'
    "\r\nBcc: all@victoria.example\r\n\r\nx\u202egnp.exe\u2066\0\ud800 &amp; “” רחלה رحلات " + "long" * 2_000
)


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=SMTP)


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


class Page(HTMLParser):
    """What a browser would find: tags, links, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value for name, value in attrs if name in {"href", "src"}}

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(("template", "locale"), EVERY)
def test_every_mail_is_written_in_every_language(template, locale):
    mail = read(written(message(template, locale, name="Vera"), SENDER))
    plain, html = parts(mail)
    page = Page(html)
    link = "https://interline.example" + FACTS[template]["link"]

    assert mail["Subject"]
    assert mail["Content-Language"] == locale
    assert f'<html lang="{locale}">' in html
    assert plain.count(link) == 1
    assert page.links == {link}
    told = f"{mail['Subject']} {plain}".split()
    codes = {"reasons"} if template is MailTemplate.INTRODUCTION else set()
    for name in NEEDED[template] - WRITTEN_OTHERWISE - codes:
        assert [word for word in FACTS[template][name].split() if word not in " ".join(told)] == []
    assert "Vera" in plain
    assert "Vera" in page.text


def test_no_two_languages_say_the_same():
    for template in MailTemplate:
        if template is MailTemplate.SUPPORT_MESSAGE:
            continue
        subjects = {read(written(message(template, locale), SENDER))["Subject"] for locale in LOCALES}
        assert len(subjects) == len(LOCALES), template


def test_there_is_no_text_that_nothing_sends():
    wanted = {f"{locale}/{name.lower()}.j2" for name in [*MailTemplate, "frame"] for locale in LOCALES}

    found = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.j2")}
    assert found == wanted


@pytest.mark.parametrize(("template", "locale"), EVERY)
def test_hostile_facts_stay_texts(template, locale):
    harmless = Page(parts(read(written(message(template, locale), SENDER)))[1])
    hostile = dict.fromkeys(NEEDED[template] - {"link"}, HOSTILE)
    if template is MailTemplate.INTRODUCTION:
        # Of its reasons only those are told that there are words for.
        hostile["reasons"] = f"LANGUAGE\n{HOSTILE}"
    raw = written(message(template, locale, **hostile, name=HOSTILE), SENDER)
    mail = read(raw)
    plain, html = parts(mail)
    page = Page(html)

    assert set(page.tags) == set(harmless.tags)
    assert page.attributes == harmless.attributes
    assert page.links == harmless.links
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}{% raw %}" in plain
    assert mail["Bcc"] is None
    assert mail.keys().count("To") == 1
    assert [each.addr_spec for each in mail["To"].addresses] == ["vera@victoria.example"]
    assert not mail.defects
    assert len(mail["Subject"]) <= 150
    for each in (plain, html, mail["Subject"]):
        assert not re.search("[\u202a-\u202e\u2066\u2067\0\ud800]", each)
    assert len(raw) < 100_000
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_note_keeps_its_lines_and_a_line_is_one():
    excerpt = "one\r\ntwo\n\nthree"
    plain, html = parts(read(written(message(MailTemplate.SUPPORT_MESSAGE, excerpt=excerpt), SENDER)))

    assert "> one\n> two\n>\n> three" in plain
    assert "<bdi>one\ntwo\n\nthree</bdi>" in html
    assert {"excerpt"} <= NOTES


def test_a_text_from_right_to_left_turns_nothing_else():
    mail = read(written(message(partner="رحلات"), SENDER))
    plain, html = parts(mail)

    assert mail["Subject"] == "\u2068رحلات\u2069 is live"
    assert "\u2068رحلات\u2069 is in production" in plain
    assert "<bdi>رحلات</bdi> is in production" in html


def test_the_headers_tell_machines_what_it_is():
    mail = read(written(message(name="Rossi, Véra <v>"), SENDER))

    assert mail["From"] == "Interline <no-reply@interline.example>"
    assert mail["To"].addresses[0].display_name == "Rossi, Véra <v>"
    assert mail["Reply-To"] == "help@interline.example"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<7@interline.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("template", MailTemplate)
def test_what_comes_again_and_again_says_how_to_be_rid_of_it(template):
    quiet = sender_of("no-reply@interline.example", public_url="https://interline.example")

    offered = read(written(message(template), SENDER))["List-Unsubscribe"]
    assert offered == (
        "<mailto:help@interline.example?subject=unsubscribe>" if template in RECURRING else None
    )
    assert read(written(message(template), quiet))["List-Unsubscribe"] is None


def test_written_again_it_is_the_same():
    assert written(message(), SENDER) == written(message(), SENDER)


def test_days_and_figures_are_those_of_the_language():
    days, figures = [], []
    for locale in LOCALES:
        plain, _ = parts(read(written(message(MailTemplate.INVITATION, locale), SENDER)))
        days += re.findall(r"\b24[^:]*? 2026", plain)
        plain, _ = parts(read(written(message(MailTemplate.IMPORT_FINISHED, locale), SENDER)))
        figures += re.findall(r"48.211", plain)

    assert days == [
        "24 December 2026",
        "24 dicembre 2026",
        "24. Dezember 2026",
        "24 décembre 2026",
        "24 de diciembre de 2026",
    ]
    assert figures == ["48,211", "48.211", "48.211", "48\u202f211", "48.211"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_role_has_a_name(locale):
    names = {
        parts(read(written(message(MailTemplate.INVITATION, locale, role=role), SENDER)))[0]
        for role in MemberRole
        if role is not MemberRole.OWNER
    }

    assert len(names) == 4
    assert not [name for name in names if re.search("ADMIN|FINANCE|SUPPORT|READONLY", name)]


def introduction(locale, reasons):
    return parts(read(written(message(MailTemplate.INTRODUCTION, locale, reasons=reasons), SENDER)))


def test_an_introduction_says_why_in_the_language_of_whoever_reads_it():
    said = {
        locale: re.findall("^> (.*)$", introduction(locale, "LANGUAGE\nRESPONSE\nCAPACITY")[0], re.MULTILINE)
        for locale in LOCALES
    }

    assert said == {
        "en": ["You speak a common language.", "The partner answers quickly."],
        "it": ["Parlate una lingua comune.", "Il partner risponde in fretta."],
        "de": ["Sie sprechen eine gemeinsame Sprache.", "Der Partner antwortet schnell."],
        "fr": ["Vous parlez une langue commune.", "Le partenaire répond rapidement."],
        "es": ["Hablan un idioma en común.", "El socio responde con rapidez."],
    }
    assert (
        "<bdi>Parlate una lingua comune.\nIl partner risponde in fretta.</bdi>"
        in (introduction("it", "LANGUAGE\nRESPONSE")[1])
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_factor_that_is_told_has_its_own_words_in_every_language(locale):
    told = [each for each in MatchFactor if each is not MatchFactor.CAPACITY]

    said = {reasons.sentences(each, locale) for each in told}

    assert len(said) == len(told)
    assert "" not in said
    assert reasons.sentences("\n".join(told), locale).count("\n") == reasons.MOST - 1


def test_where_nothing_is_known_no_reasons_are_announced():
    for told in ("", "CAPACITY"):
        plain, html = introduction("en", told)
        assert "Why we brought you together" not in plain + html
        assert "blockquote" not in html


@pytest.mark.parametrize("template", sorted(WITH_CALENDAR))
@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_of_a_demo_tells_where_its_file_is_where_there_is_one(template, locale):
    url = f"https://interline.example/calendars/{'t' * 200}"
    plain, html = parts(read(written(message(template, locale, calendar=url), SENDER)))
    without, _ = parts(read(written(message(template, locale), SENDER)))

    assert plain.count(url) == 1
    assert url in Page(html).text
    assert "/calendars/" not in without
    assert len(plain.split("\n\n")) == len(without.split("\n\n")) + 1


def test_a_file_that_is_nowhere_is_a_bug():
    with pytest.raises(ValueError, match="neither an http address nor a path"):
        written(message(MailTemplate.DEMO_CONFIRMED, calendar="javascript:alert(1)"), SENDER)
    with pytest.raises(ValueError, match="does not tell calendar"):
        written(message(MailTemplate.DEMO_CANCELLED, calendar="https://interline.example/x"), SENDER)


def test_a_link_may_lead_elsewhere():
    plain, html = parts(read(written(message(link="https://victoria.example/a?b=1&c=2"), SENDER)))

    assert "https://victoria.example/a?b=1&c=2" in plain
    assert Page(html).links == {"https://victoria.example/a?b=1&c=2"}


@pytest.mark.parametrize("text", ["", "nobody", "Interline <>", "Inter\nline <a@b.example>", "a@"])
def test_a_sender_that_is_none_is_told_at_once(text):
    with pytest.raises(ValueError, match="is not a sender"):
        sender_of(text, public_url="https://interline.example")
