"""Who has nothing to do with a sale sees nothing of its money, whatever they ask by; and words of SQL are words."""

import datetime as dt
import json
from typing import Any

import graphql
import pytest
from sqlalchemy import func, select

from db import models
from domain import clicks
from domain.ids import PREFIXES, global_id
from jobs import documents, payouts, promotions, refunds, transfers
from permissions.viewer import ANONYMOUS
from permissions.visibility import VISIBLE, money
from tests.factories.partners import make_partner, make_reseller
from tests.factories.promotions import make_affiliate, make_coupon
from tests.factories.times import NOW
from tests.factories.viewers import key_of, member_of, newcomer, staff
from tests.factories.weekend import make_weekend
from tests.fixtures.graphql import KEYS, built
from tests.fixtures.shop import buy_by_news
from tests.graphql.test_cancellations import CANCEL

MONEY: dict[Any, Any] = {
    **{
        model: VISIBLE[model]
        for model in (
            *(models.Quote, models.Checkout, models.CheckoutLeg, models.Payment, models.PaymentAccount),
            *(models.Coupon, models.CouponRedemption, models.Document, models.Refund),
            *(models.Affiliate, models.AffiliateLink, models.AffiliateConversion),
        )
    },
    models.Transfer: money.visible_transfers,
    models.Payout: money.visible_payouts,
    models.LedgerAccount: money.visible_ledger_accounts,
    models.JournalEntry: money.visible_journal_entries,
    models.Posting: money.visible_postings,
}
KEYS_OF = {model: getattr(model, "id", None) or model.entry_id for model in MONEY}
"""What each kind of row is known by here; postings by their entry."""
STRANGERS = {
    "an owner": lambda them: member_of(them["operator"]),
    "a key": lambda them: key_of(them["reseller"]),
    "an affiliate": lambda them: them["affiliate"],
    "a newcomer": lambda _: newcomer(),
    "a guest": lambda _: ANONYMOUS,
}


@pytest.fixture
async def sold(acts, world, empty_shop, worker, provider):
    """A weekend from its quote to its payouts, half of it refunded, with receipts; what of it the graph names by id."""
    shop = empty_shop
    async with acts.work() as uow:
        weekend = await make_weekend(uow.session, world)
        coupon = await make_coupon(uow.session, world.operator)
    click = clicks.token_of(clicks.key_of(KEYS.pepper), weekend.link.id, NOW)
    wish = {"couponCode": coupon.code, "clickToken": click}
    opened = await buy_by_news(shop, worker, provider, weekend.package, **wish)
    acts.later(dt.timedelta(days=7))
    await promotions.make_due(worker)
    await transfers.release(worker)
    acts.later(dt.timedelta(days=7))
    await payouts.close_period(worker)
    await payouts.execute(worker)
    codes = await acts.rows(select(models.Ticket.code).order_by(models.Ticket.position))
    given = {"checkoutId": opened["checkout"]["id"], "token": opened["token"], "tickets": codes[:1]}
    await shop.graph.data(ANONYMOUS, CANCEL, input={**given, "idempotencyKey": "x"})
    await refunds.execute(worker)
    await documents.generate(worker)
    found = {}
    for model in MONEY:
        found[model] = await acts.rows(select(KEYS_OF[model]))
        assert found[model], model
    return found


@pytest.fixture
async def them(acts, world):
    """Others of every kind, who do business here too."""
    async with acts.work() as uow:
        affiliate = await make_affiliate(uow.session, email="carl@blog.example")
        operator = await make_partner(uow.session, name="Somebody Else")
        person = member_of(operator)
        return {
            "operator": operator,
            "reseller": await make_reseller(uow.session, name="Another Agency"),
            "affiliate": type(person)(
                id=affiliate.account,
                scopes=newcomer().scopes,
                signed_in=newcomer().signed_in,
                user_id=affiliate.user_id,
            ),
        }


def ids_of(sold):
    return [
        global_id(model.__name__, each)
        for model, ids in sold.items()
        for each in ids
        if model.__name__ in PREFIXES
    ]


async def test_no_stranger_finds_an_object_of_money_by_its_id(acts, empty_shop, sold, them):
    ids = ids_of(sold)
    for kind, make in STRANGERS.items():
        viewer = make(them)
        text = "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"

        seen = {model for model in MONEY if await seen_of(acts, sold, model, viewer)}
        found = await empty_shop.graph.data(viewer, text, ids=ids)

        assert (kind, seen) == (kind, set())
        assert [each for each in found if each] == [], kind


async def seen_of(acts, sold, model, viewer):
    """How many of the sale's rows of a kind a caller sees."""
    key = KEYS_OF[model]
    return len(await acts.rows(select(key).where(MONEY[model](viewer), key.in_(sold[model]))))


def has_ids(connection):
    return "id" in graphql.get_named_type(connection.fields["nodes"].type).fields


def lists(partner_id):
    """Every list of the graph that is asked for by nothing, and by a partner where it can be."""
    for name, field in built().query_type.fields.items():
        named = graphql.get_named_type(field.type)
        needed = {each for each, argument in field.args.items() if graphql.is_required_argument(argument)}
        if named.name.endswith("Connection") and needed <= {"partnerId"} and has_ids(named):
            if not needed:
                yield name, f"{{ {name} {{ nodes {{ id }} }} }}"
            if "partnerId" in field.args:
                yield name, f'{{ {name}(partnerId: "{partner_id}") {{ nodes {{ id }} }} }}'


async def test_no_list_tells_a_stranger_of_it(empty_shop, world, sold, them):
    ids = set(ids_of(sold))
    viewers = {kind: make(them) for kind, make in STRANGERS.items()} | {
        "the seller": member_of(world.operator)
    }
    told: dict[str, set[str]] = {kind: set() for kind in viewers}
    for name, text in lists(f"par_{world.operator.id.hex}"):
        for kind, viewer in viewers.items():
            answer = await empty_shop.graph.run(viewer, text)
            if ids & set(ids_in(answer.data)):
                told[kind].add(name)

    assert told.pop("the seller") >= {
        *("affiliateConversions", "affiliateLinks", "coupons", "documents", "paymentAccounts"),
    }
    assert told == {kind: set() for kind in STRANGERS}


def ids_in(data):
    return [each for each in json.dumps(data).split('"') if each[4:].isalnum() and each[3:4] == "_"]


async def test_a_supplier_sees_its_part_and_not_the_buyer(acts, empty_shop, world, sold):
    """The rival's ferry was sold with it; what the others got, and by whom it was bought, is not the rival's business."""
    rival = member_of(world.rival)

    seen = {model.__name__: await seen_of(acts, sold, model, rival) for model in MONEY}

    legs = await acts.rows(select(models.CheckoutLeg.item_code).where(VISIBLE[models.CheckoutLeg](rival)))
    assert legs == ["FERRY"]
    assert {name for name, count in seen.items() if count} == {
        *("CheckoutLeg", "PaymentAccount", "Transfer", "Payout", "LedgerAccount", "JournalEntry", "Posting"),
    }
    # Its own postings alone: sale, transfer (two), payout, refund, reversal (two).
    assert (seen["LedgerAccount"], seen["Transfer"], seen["Payout"], seen["Posting"]) == (2, 1, 1, 7)


async def test_no_stranger_downloads_a_receipt(empty_shop, world, sold, them):
    text = "query D($id: ID!) { document(id: $id) { downloadUrl } }"
    ids = [global_id("Document", each) for each in sold[models.Document]]

    async def links(viewer):
        answers = [await empty_shop.graph.run(viewer, text, id=each) for each in ids]
        return [answer.data["document"] for answer in answers if answer.data and answer.data["document"]]

    assert len(await links(member_of(world.operator))) == len(ids)
    assert [await links(make(them)) for make in STRANGERS.values()] == [[]] * len(STRANGERS)


INJECTIONS = [
    "' OR '1'='1",
    "zq%' OR 1=1 --",
    "zq'; DROP TABLE packages; --",
    "zq\\' UNION SELECT 1 --",
    "$1",
    "%",
    "_",
]
NONSENSE = "zqxjkvbw"


def searches():
    """Every list that is narrowed by a text."""
    for name, field in built().query_type.fields.items():
        named = graphql.get_named_type(field.type)
        for each, argument in field.args.items():
            is_text = graphql.get_named_type(argument.type).name == "String"
            if is_text and named.name.endswith("Connection") and each not in ("after", "before"):
                yield pytest.param(
                    name,
                    each,
                    graphql.is_list_type(graphql.get_nullable_type(argument.type)),
                    id=f"{name}-{each}",
                )


@pytest.mark.parametrize(("name", "argument", "is_list"), list(searches()))
async def test_words_that_are_sql_are_words(graph, acts, world, name, argument, is_list):
    field = built().query_type.fields[name]
    declared = str(field.args[argument].type)
    needed = "".join(
        f', {each}: "par_{"0" * 32}"'
        for each, other in field.args.items()
        if graphql.is_required_argument(other) and each != argument
    )
    text = f"query S($word: {declared}) {{ {name}({argument}: $word{needed}) {{ nodes {{ id }} }} }}"

    async def ask(word):
        answer = await graph.run(staff(), text, word=[word] if is_list else word)
        return answer.data, answer.errors

    expected = await ask(NONSENSE)
    packages = await acts.rows(select(func.count()).select_from(models.Package))

    assert [await ask(each) for each in INJECTIONS] == [expected] * len(INJECTIONS)
    assert await acts.rows(select(func.count()).select_from(models.Package)) == packages
