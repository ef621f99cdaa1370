"""What the checkouts buy: a bundle of three partners' parts, with a coupon on it and an affiliate who sends buyers.

All of it is made through the graph, as the people of the sample world; two steps are the provider's own forms, which
its sandbox fills in.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from bench.goods import PLENTY, NotForSaleError
from server.announcement import Announcement
from server.demo.calls import Caller, Tally
from server.demo.doors import OperatorDoor

SELLER, *OTHERS = SUPPLIERS = ("owner@victoria.example", "owner@harbour.example", "owner@island.example")
AFFILIATE = "analyst@interline.example"
SKU, COUPON, LINK = "BENCH-WEEKEND", "BENCH-TEN", "bench-link"
CURRENCY = "EUR"
KINDS = (("TRANSPORT", "BOARDING", 5), ("TOUR", "GUIDE", 3), ("EXTRA", "DINNER", 2))
"""Of each supplier's part: kind, function code, share weight."""
BANK_ACCOUNT = "DE89370400440532013000"
COUPON_LIMIT = 1_000_000
PAYABLE_WITHIN = 30.0
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""Programs are led on, too, but their clicks are not counted."""

CREATE = """mutation ($input: CreatePackageInput!) { made: createPackage(input: $input) {
  ... on Package { id } ... on Refusal { code message } } }"""
CONSENTS = "{ packageConsents { nodes { id } } }"
GRANT = """mutation ($input: AnswerPackageConsentInput!) { made: answerPackageConsent(input: $input) {
  ... on PackageConsent { status } ... on Refusal { code message } } }"""
PUBLISH = """mutation ($input: PackageInput!) { made: publishPackage(input: $input) {
  ... on Package { id version } ... on Refusal { code message } } }"""
ALLOT = """mutation ($input: SetAllotmentInput!) { made: setAllotment(input: $input) {
  __typename ... on Refusal { code message } } }"""
CONNECT = """mutation ($input: StartConnectOnboardingInput!) { made: startConnectOnboarding(input: $input) {
  ... on ConnectOnboarding { url } ... on Refusal { code message } } }"""
ACCOUNTS = "{ paymentAccounts { nodes { status } } }"
MAKE_COUPON = """mutation ($input: CreateCouponInput!) { made: createCoupon(input: $input) {
  ... on Coupon { code } ... on Refusal { code message } } }"""
REGISTER = """mutation ($input: RegisterAffiliateInput!) { made: registerAffiliate(input: $input) {
  ... on Affiliate { id } ... on Refusal { code message } } }"""
MAKE_LINK = """mutation ($input: CreateAffiliateLinkInput!) { made: createAffiliateLink(input: $input) {
  ... on AffiliateLink { path } ... on Refusal { code message } } }"""


@dataclass(frozen=True, slots=True)
class Shop:
    """What a buyer needs to know."""

    package_id: str
    coupon_code: str
    clicks: list[str]
    """Tokens of visits by the affiliate's link, each a person's."""


async def open_shop(said: Announcement, accounts: Callable[[], Awaitable[list[str]]], *, visits: int) -> Shop:
    """Put the bundle on sale in LIVE, and visit the link. `accounts`: the provider's ids of those there are.

    Raises NotForSaleError.
    """
    tokens = {user["email"]: user["token"] for user in said["credentials"]["users"]}
    async with httpx2.AsyncClient(timeout=30) as http:
        people = {
            email: OperatorDoor(Caller(http, token, Tally(), asyncio.Semaphore(1)), said)
            for email, token in tokens.items()
        }
        partners = {email: await _partner_of(people[email]) for email in SUPPLIERS}
        parts = [
            await _part(people[email], partners[email], number) for number, email in enumerate(SUPPLIERS)
        ]
        package_id = await _bundle(people, partners, parts)
        for email in SUPPLIERS:
            await _made(people[email], CONNECT, partnerId=partners[email])
        for account in await accounts():
            answer = await http.post(
                f"{said['stripe']}/_sandbox/accounts/{account}/onboard", json={"bank_account": BANK_ACCOUNT}
            )
            answer.raise_for_status()
        for email in SUPPLIERS:
            await _payable(people[email])
        await _made(
            people[SELLER],
            MAKE_COUPON,
            partnerId=partners[SELLER],
            code=COUPON,
            kind="PERCENT",
            percent="10",
            usageLimit=COUPON_LIMIT,
        )
        affiliate = await _made(
            people[AFFILIATE], REGISTER, displayName="Bench", channels=["BLOG"], acceptedTerms=1
        )
        link = await _made(
            people[SELLER],
            MAKE_LINK,
            partnerId=partners[SELLER],
            affiliateId=affiliate["id"],
            commissionPercent="8",
            code=LINK,
        )
        clicks = [await _visit(http, said, link["path"]) for _ in range(visits)]
    return Shop(package_id, COUPON, clicks)


async def _part(person: OperatorDoor, partner_id: str, number: int) -> str:
    """Put one partner's part on sale by itself, with a pool of its own; return its id."""
    kind, function_code, _ = KINDS[number]
    sku = f"BENCH-PART-{number}"
    item = {"kind": kind, "functionCode": function_code, "label": function_code.title()}
    part = await _made(person, CREATE, **_content(partner_id, sku, [item], amount="40.00"))
    await _made(person, ALLOT, productId=sku, channel="DIRECT", units=PLENTY)
    return str(part["id"])


async def _bundle(people: dict[str, OperatorDoor], partners: dict[str, str], parts: list[str]) -> str:
    """Bundle the parts, with the consent of those they are of, and put it on sale; return its id."""
    items = [
        {
            "kind": kind,
            "functionCode": function_code,
            "label": function_code.title(),
            "shareWeight": weight,
            "supplierId": partners[email],
            "componentId": part,
        }
        for (kind, function_code, weight), email, part in zip(KINDS, SUPPLIERS, parts, strict=True)
    ]
    discount = {"code": "PAIR", "label": "Two or more", "kind": "PERCENT", "percent": "5", "minTravelers": 2}
    bundle = await _made(
        people[SELLER],
        CREATE,
        **_content(partners[SELLER], SKU, items, amount="99.90"),
        discountRules=[discount],
        cancellationPolicy=[{"daysBefore": 2, "refundBps": 10_000}],
        isDraft=True,
    )
    for email in OTHERS:
        for consent in (await people[email].ask(CONSENTS))["packageConsents"]["nodes"]:
            await _made(people[email], GRANT, id=consent["id"], isGranted=True)
    published = await _made(people[SELLER], PUBLISH, id=bundle["id"])
    return str(published["id"])


def _content(partner_id: str, sku: str, items: list[dict[str, Any]], *, amount: str) -> dict[str, Any]:
    """Return a package with a price for adults and one for children."""
    prices = [
        {
            "rank": 10,
            "code": "CHILD",
            "label": "Child",
            "effect": "SET",
            "amount": "49.90",
            "customerTypes": ["CHILD"],
            "isFinal": True,
        },
        {"rank": 20, "code": "BASE", "label": "Adult", "effect": "SET", "amount": amount},
    ]
    return {
        "partnerId": partner_id,
        "sku": sku,
        "names": [{"locale": "en", "text": f"Bench {sku}"}],
        "currency": CURRENCY,
        "timeZone": "Europe/Rome",
        "items": items,
        "priceRules": prices,
    }


async def _payable(person: OperatorDoor) -> None:
    """Wait until the provider's news that an account can be paid have come."""
    deadline = asyncio.get_running_loop().time() + PAYABLE_WITHIN
    while True:
        accounts = (await person.ask(ACCOUNTS))["paymentAccounts"]["nodes"]
        if [each["status"] for each in accounts] == ["ENABLED"]:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise NotForSaleError(f"a supplier can not be paid: {accounts}")
        await asyncio.sleep(0.1)


async def _partner_of(person: OperatorDoor) -> str:
    return str((await person.ask("{ viewer { partners { id } } }"))["viewer"]["partners"][0]["id"])


async def _visit(http: httpx2.AsyncClient, said: Announcement, path: str) -> str:
    """Follow the affiliate's link as a browser does, and return the click's token."""
    shop = said["health"].removesuffix("/health/ready")
    answer = await http.get(f"{shop}{path}", headers={"User-Agent": AGENT}, follow_redirects=False)
    clicks = parse_qs(urlsplit(answer.headers.get("location", "")).query).get("click")
    if not clicks:
        raise NotForSaleError(f"the link leads nowhere: {answer.status_code}")
    return clicks[0]


async def _made(person: OperatorDoor, text: str, **given: Any) -> Any:
    """Run a mutation and return what it made. Raises NotForSaleError with the refusal."""
    made = (await person.ask(text, input=given))["made"]
    if "message" in made:
        raise NotForSaleError(f"{made['code']}: {made['message']}")
    return made
