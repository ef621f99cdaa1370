"""Which addresses mails go to, what a mail may tell, and how long it is tried."""

import pytest

from domain import mail
from domain.errors import InvalidInput, Refused
from domain.mail import MailTemplate
from tests.factories.mail import FACTS
from tests.factories.times import DAY, NOW, SECOND


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("vera@victoria.example", "vera@victoria.example"),
        (" Vera.Rossi+ota@Victoria.EXAMPLE ", "Vera.Rossi+ota@victoria.example"),
        ("v@bücher.example", "v@xn--bcher-kva.example"),
        ("o'neill@mail.co.uk", "o'neill@mail.co.uk"),
        ("a" * 64 + "@victoria.example", "a" * 64 + "@victoria.example"),
    ],
)
def test_an_address_is_kept_as_servers_take_it(given, kept):
    assert mail.check_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "vera",
        "@victoria.example",
        "vera@",
        "vera@localhost",
        "vera@127.0.0.1",
        "vera@@victoria.example",
        "vera rossi@victoria.example",
        ".vera@victoria.example",
        "ve..ra@victoria.example",
        '"vera rossi"@victoria.example',
        "věra@victoria.example",
        "vera@victoria.example\r\nBcc: all@victoria.example",
        "vera@victoria.example,all@victoria.example",
        "<vera@victoria.example>",
        "vera@-victoria.example",
        "vera@victoria..example",
        "vera@\ud800.example",
        "vera\0@victoria.example",
        "a" * 65 + "@victoria.example",
        "vera@" + ".".join(["a" * 60] * 5) + ".example",
    ],
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(Refused) as refused:
        mail.check_address(given, name="invitation.email")

    assert refused.value.reason == InvalidInput("invitation.email", "is not a mail address")


@pytest.mark.parametrize("template", MailTemplate)
def test_every_mail_tells_what_it_needs_and_where_it_leads(template):
    assert mail.NEEDED[template] >= {"partner", "link"}
    assert mail.check_facts(template, FACTS[template]) == FACTS[template]
    assert mail.check_facts(template, {**FACTS[template], "name": "Vera"})["name"] == "Vera"


def test_a_fact_too_few_or_too_many_is_a_bug():
    live = FACTS[MailTemplate.PARTNER_LIVE]

    with pytest.raises(ValueError, match=r"The mail PARTNER_LIVE lacks link, partner\."):
        mail.check_facts(MailTemplate.PARTNER_LIVE, {})
    with pytest.raises(ValueError, match=r"The mail PARTNER_LIVE does not tell colour\."):
        mail.check_facts(MailTemplate.PARTNER_LIVE, {**live, "colour": "red"})


@pytest.mark.parametrize(
    "link",
    ["", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://a b", "/a\nb", "ftp://a", "é"],
)
def test_a_link_leads_to_a_page(link):
    with pytest.raises(ValueError, match="has a link that is neither"):
        mail.check_facts(MailTemplate.PARTNER_LIVE, {"partner": "Victoria", "link": link})


def test_a_line_is_one_line_of_what_can_be_seen():
    assert mail.shown_line("  Victoria\r\nBcc: x@y.example\0\u202eevil\ud800\t! ") == (
        "Victoria Bcc: x@y.exampleevil !"
    )
    assert mail.shown_line("é" * 301) == "é" * 299 + "…"
    assert mail.shown_line("رحلات البحر") == "رحلات البحر"


def test_a_note_keeps_its_lines():
    assert mail.shown_note(" one \r\n\r\n\n\n two\u2066 \x07\tthree \n") == "one\n\ntwo three"
    assert len(mail.shown_note("x" * 5_000)) == 4_000


def test_the_nearest_language_is_written_in():
    given = ("de", "de-AT", "IT", "zh-HK", "", "fr_FR")

    assert [mail.locale_of(each) for each in given] == ["de", "de", "it", "en", "en", "en"]


def test_a_mail_is_tried_for_more_than_two_days():
    pauses = [mail.next_attempt_at(attempts, NOW, chance=0.5) for attempts in range(1, 12)]

    assert mail.MAX_ATTEMPTS == 11
    assert pauses[0] == NOW + 30 * SECOND
    assert pauses[10] is None
    assert sum((each - NOW for each in pauses[:10] if each), start=0 * DAY) > 2 * DAY
