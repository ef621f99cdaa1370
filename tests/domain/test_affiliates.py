"""Whose link led to a sale, what looks odd about one, and where links lead."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from domain import affiliates, clicks
from domain.affiliate_stats import AffiliateStats, DayStats, Earned, Figure, check_window, stats_of
from domain.affiliates import ConversionStatus, HeldBecause, Referral
from domain.errors import Refused
from domain.money import Money

NOW = dt.datetime(2026, 11, 18, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
KEY = clicks.key_of(b"p" * 32)
LINK = UUID(int=7)
SELLER, OTHER = UUID(int=1), UUID(int=2)
PLAIN = Referral(
    affiliate_account="user:bea",
    affiliate_hash=b"bea",
    affiliate_partner_ids=(),
    buyer_account="anonymous",
    buyer_hash=b"mei",
    seller_ids=(SELLER,),
    buyer_partner_ids=(),
    has_bought=False,
)


@pytest.mark.parametrize(
    ("changed", "odd"),
    [
        ({}, ()),
        ({"buyer_account": "user:bea"}, (HeldBecause.OWN_ACCOUNT,)),
        ({"buyer_hash": b"bea"}, (HeldBecause.OWN_EMAIL,)),
        ({"affiliate_partner_ids": (SELLER,)}, (HeldBecause.OWN_PARTNER,)),
        ({"affiliate_partner_ids": (OTHER,)}, ()),
        ({"affiliate_partner_ids": (OTHER,), "buyer_partner_ids": (OTHER,)}, (HeldBecause.OWN_PARTNER,)),
        ({"has_bought": True}, (HeldBecause.DUPLICATE,)),
        (
            {"buyer_hash": b"bea", "has_bought": True},
            (HeldBecause.OWN_EMAIL, HeldBecause.DUPLICATE),
        ),
    ],
)
def test_what_looks_like_an_affiliate_s_own_sale_is_odd(changed, odd):
    assert affiliates.odd_about(replace(PLAIN, **changed)) == odd


def test_a_click_counts_for_thirty_days():
    assert affiliates.is_attributed(NOW, NOW + 30 * DAY)
    assert not affiliates.is_attributed(NOW, NOW + 30 * DAY + dt.timedelta(seconds=1))
    assert not affiliates.is_attributed(NOW, NOW - DAY)


def test_a_conversion_is_held_pending_or_due_at_once():
    def begins(odd, due_at):
        return affiliates.status_at_sale(odd, due_at=due_at, now=NOW)

    assert begins((), NOW + DAY) is ConversionStatus.PENDING
    assert begins((), NOW) is ConversionStatus.DUE
    assert begins((HeldBecause.DUPLICATE,), NOW) is ConversionStatus.HELD


def test_a_review_lets_it_go_on_or_ends_it():
    def decided(*, is_approved, due_at=NOW + DAY):
        return affiliates.status_after_review(is_approved=is_approved, due_at=due_at, now=NOW)

    assert decided(is_approved=True) is ConversionStatus.PENDING
    assert decided(is_approved=True, due_at=NOW) is ConversionStatus.DUE
    assert decided(is_approved=False) is ConversionStatus.REJECTED


def test_what_is_clawed_back_as_a_whole_is_nothing_else_any_more():
    after = affiliates.status_after_claw_back

    assert after(ConversionStatus.PAID, left_minor=0) is ConversionStatus.CLAWED_BACK
    assert after(ConversionStatus.PENDING, left_minor=1) is ConversionStatus.PENDING


@pytest.mark.parametrize(
    "target", ["/", "/packages/laguna?lang=it", "/packages/laguna#dates", "/applied", "/reise"]
)
def test_a_link_leads_to_a_page_of_ours(target):
    assert affiliates.check_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "packages",
        "https://evil.example/",
        "//evil.example",
        "//[",
        "/\\evil.example",
        "/%2f/evil.example",
        "/packages//evil.example",
        "/../graphql",
        "/p\nq",
        "/api",
        "/api/orders",
        "/graphql",
        "/identity/sign-in",
        "/r/again",
        "/r",
        "/r/?x=1",
        "javascript:alert(1)",
        "/<script>",
        "/ü",
        f"/{'p' * 500}",
    ],
)
def test_a_link_leads_nowhere_else(target):
    with pytest.raises(Refused) as refused:
        affiliates.check_target(target)

    assert refused.value.reason.facts()["field"] == "target"


def test_a_click_s_token_tells_link_and_time_and_nothing_else_is_one():
    token = clicks.token_of(KEY, LINK, NOW)

    assert clicks.click_of(KEY, token) == (LINK, NOW)
    assert clicks.click_of(clicks.key_of(b"q" * 32), token) is None
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    for text in ("", "garbage", "ü", changed, token[:-4], token + "AAAA", "A" * 500):
        assert clicks.click_of(KEY, text) is None


def test_a_visitor_is_one_for_a_day():
    def known(at=NOW, address="192.0.2.1", agent="Firefox"):
        return clicks.visitor_hash(KEY, address=address, agent=agent, at=at)

    assert known() == known(NOW + dt.timedelta(hours=15))
    assert len({known(), known(NOW + DAY), known(address="192.0.2.2"), known(agent="Safari")}) == 4


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("method", "headers", "is_person"),
    [
        ("GET", {"user-agent": FIREFOX}, True),
        ("HEAD", {"user-agent": FIREFOX}, False),
        ("GET", {}, False),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, False),
        ("GET", {"user-agent": "facebookexternalhit/1.1"}, False),
        ("GET", {"user-agent": "curl/8.5.0"}, False),
        ("GET", {"user-agent": "python-requests/2.32"}, False),
        ("GET", {"user-agent": "Mozilla/5.0 HeadlessChrome/140"}, False),
        ("GET", {"user-agent": "Mozilla/5.0 (Linux; Android 10; Cubot X30) Chrome/140"}, True),
        ("GET", {"user-agent": FIREFOX, "sec-purpose": "prefetch;anonymous-client-ip"}, False),
        ("GET", {"user-agent": FIREFOX, "sec-purpose": "prefetch, prerender"}, False),
        ("GET", {"user-agent": FIREFOX, "purpose": "prefetch"}, False),
        ("GET", {"user-agent": FIREFOX, "x-moz": "prefetch"}, False),
        ("GET", {"user-agent": FIREFOX, "x-purpose": "preview"}, False),
    ],
)
def test_only_people_click(method, headers, is_person):
    assert clicks.is_person(method, headers) is is_person


def test_the_target_gets_the_token_beside_what_it_has():
    def leads(path, token="t"):
        return clicks.target_url("https://shop.example/", path, token)

    assert leads("/") == "https://shop.example/?click=t"
    assert leads("/p?lang=it#dates") == "https://shop.example/p?lang=it&click=t#dates"
    assert leads("/p?click=forged") == "https://shop.example/p?click=t"
    assert leads("/p?lang=it", None) == "https://shop.example/p?lang=it"


def test_statistics_are_the_sums_of_a_window_and_of_its_days():
    first, second = NOW.date(), NOW.date() + DAY
    figures = [
        Figure(first, "HKD", 0, 1, 57_600, 2_880),
        Figure(first, "XXX", 3, 0, 0, 0),
        Figure(second, "EUR", 0, 1, 10_000, 500),
        Figure(second, "HKD", 0, 0, -57_600, -2_880),
    ]

    euros, dollars = Earned(Money(10_000, "EUR"), Money(500, "EUR")), Earned(Money(0, "HKD"), Money(0, "HKD"))
    assert stats_of(figures) == AffiliateStats(
        clicks=3,
        conversions=2,
        earned=[euros, dollars],
        days=[
            DayStats(first, 3, 1, [Earned(Money(57_600, "HKD"), Money(2_880, "HKD"))]),
            DayStats(second, 0, 1, [euros, Earned(Money(-57_600, "HKD"), Money(-2_880, "HKD"))]),
        ],
    )


def test_a_window_is_a_year_at_most_and_not_turned_around():
    check_window(NOW.date(), NOW.date())
    check_window(NOW.date(), NOW.date() + 365 * DAY)
    for last in (NOW.date() - DAY, NOW.date() + 366 * DAY):
        with pytest.raises(Refused):
            check_window(NOW.date(), last)
