"""Mails to buyers: each once, in the language the buyer bought in, with what really became of the purchase."""

from dataclasses import replace
from email import message_from_string
from email.policy import SMTP

import pytest
from sqlalchemy import select, update

from db import models
from domain.cancellation import CancellationPolicy, CancellationTier, policy_as_kept
from domain.environments import Environment
from domain.mail import MailTemplate
from domain.partners import LOCALES
from domain.payments import PaymentStatus
from integrations.mail.writing import sender_of, written
from jobs import payments
from services import provider_events
from tests.factories.mail import message
from tests.factories.scripted import SLOW
from tests.factories.shop import party
from tests.fixtures.acts import line
from tests.fixtures.shop import lose_the_hold

CANCEL = """mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) {
  __typename ... on Refusal { code }
} }"""
HALF = policy_as_kept(CancellationPolicy((CancellationTier(7, 5_000),)))
SENDER = sender_of("Interline <no-reply@interline.example>", public_url="https://interline.example")


async def mails(acts):
    """The mails there are, in the order in which they were posted."""
    return await acts.rows(select(models.Mail).order_by(models.Mail.id))


async def buy(shop, *, locale="en", card=SLOW, **wish):
    quote_id = await shop.quoted(**wish)
    return await shop.check_out(key=quote_id, quoteId=quote_id, paymentMethod=card, locale=locale)


async def hear(worker, provider, *, times=2):
    """Let the provider tell that it was paid, more than once."""
    news = provider.decide("pi_0001", PaymentStatus.SUCCEEDED)
    for number in range(times):
        await provider_events.receive(
            worker.sessions,
            replace(news, id=f"evt_{number}"),
            environment=Environment.LIVE,
            is_wanted=True,
            now=worker.clock(),
        )
        await payments.process_events(worker)


async def cancel(shop, opened, key, tickets=None):
    given = {"checkoutId": opened["checkout"]["id"], "token": opened["token"], "idempotencyKey": key}
    return await shop.graph.data(shop.viewer, CANCEL, input=given | ({"tickets": tickets} if tickets else {}))


async def test_who_has_paid_is_told_once_what_is_booked(acts, shop, worker, provider):
    opened = await buy(shop, locale="it", party=party(2), date="2026-12-26")
    assert await mails(acts) == []
    await hear(worker, provider)

    (mail,) = await mails(acts)
    (booking,) = await acts.rows(select(models.Booking))
    assert (mail.template, mail.recipient, mail.locale) == (
        MailTemplate.BOOKING_CONFIRMED,
        "mei@example.com",
        "it",
    )
    assert mail.facts == {
        "partner": "Victoria Cruises",
        "product": "Crociera nel porto",
        "booking": booking.confirmation_code,
        "units": "2",
        "visit_on": "2026-12-26",
        "amount": "636.00 HKD",
        "name": "Mei Wong",
        "link": f"/checkouts/{opened['checkout']['id']}",
    }


async def test_a_hold_that_is_gone_is_told_once_with_what_comes_back(acts, shop, worker, provider, owner):
    opened = await buy(shop, locale="de")
    await lose_the_hold(acts, opened)
    await acts.hold(owner, line(50))
    await hear(worker, provider)

    (mail,) = await mails(acts)
    assert (mail.template, mail.locale) == (MailTemplate.CHECKOUT_COMPENSATED, "de")
    assert (mail.facts["product"], mail.facts["amount"]) == ("Harbour Cruise", "288.00 HKD")


async def test_each_cancellation_is_told_once_with_what_is_left(acts, shop):
    opened = await buy(shop, card="pm_card_visa", party=party(3), date="2026-12-26")
    async with acts.work() as uow:
        await uow.session.execute(update(models.Checkout).values(cancellation_policy=HALF))
    first = opened["checkout"]["booking"]["tickets"][0]["ticketCode"]

    for key, tickets in (("one", [first]), ("one", [first]), ("rest", None), ("rest", None)):
        assert (await cancel(shop, opened, key, tickets))["__typename"] == "Checkout"

    confirmed, one, rest = await mails(acts)
    assert confirmed.template is MailTemplate.BOOKING_CONFIRMED
    assert {each.template for each in (one, rest)} == {MailTemplate.BOOKING_CANCELLED}
    assert [(each.facts["units"], each.facts["left"], each.facts["amount"]) for each in (one, rest)] == [
        ("1", "2", "159.00 HKD"),
        ("2", "0", "318.00 HKD"),
    ]


async def test_a_cancellation_of_which_nothing_comes_back_says_so(acts, shop):
    opened = await buy(shop, card="pm_card_visa")
    await cancel(shop, opened, "all")

    _, mail = await mails(acts)
    assert (mail.template, mail.facts["amount"]) == (MailTemplate.BOOKING_CANCELLED, "")
    text = words_of(MailTemplate.BOOKING_CANCELLED, "en", amount="", left="0")
    assert "nothing is paid back" in text
    assert "not valid any more" in text


def words_of(template, locale, **facts):
    return written(message(template, locale, **facts), SENDER).decode()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("template", "facts"),
    [
        (MailTemplate.BOOKING_CONFIRMED, {"amount": "", "visit_on": ""}),
        (MailTemplate.CHECKOUT_COMPENSATED, {"amount": ""}),
        (MailTemplate.BOOKING_CANCELLED, {"amount": "", "left": "0"}),
    ],
)
def test_what_there_is_not_is_not_talked_of(template, facts, locale):
    whole, short = words_of(template, locale), words_of(template, locale, **facts)

    assert "HKD" in whole
    assert "HKD" not in short
    assert "<bdi></bdi>" not in short


@pytest.mark.parametrize("locale", LOCALES)
def test_the_subject_says_whether_a_part_was_cancelled_or_all(locale):
    template = MailTemplate.BOOKING_CANCELLED
    part, whole = (
        message_from_string(words_of(template, locale, left=left), policy=SMTP)["Subject"]
        for left in ("2", "0")
    )

    assert part != whole
    assert ("Ein Teil" in part, "Ein Teil" in whole) == (locale == "de", False)
