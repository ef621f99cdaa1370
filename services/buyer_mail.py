"""Mails to buyers: what became of what they bought, in the language they bought it in.

Posted with the act they tell of, so each is sent once however often the act is tried; the receipt has its own
(`document_making`).
"""

import datetime as dt

from db import models
from db.queries import checkouts as queries
from db.unit_of_work import UnitOfWork
from domain.ids import global_id
from domain.mail import LINK, NAME, MailTemplate
from domain.money import Money
from domain.packages import localized
from services import mail


async def tell_booked(
    uow: UnitOfWork, checkout: models.Checkout, *, booking_code: str, now: dt.datetime
) -> None:
    """Tell the buyer that what was paid is booked, in the unit of work that books it."""
    bought = await queries.bought(uow.session, checkout)
    await _post(
        uow,
        checkout,
        bought,
        MailTemplate.BOOKING_CONFIRMED,
        {
            "booking": booking_code,
            "units": str(bought.units),
            "visit_on": checkout.service_on.isoformat() if checkout.service_on else "",
            "amount": _amount(checkout, checkout.total_minor),
        },
        key=f"booked:{checkout.id.hex}",
        now=now,
    )


async def tell_compensated(uow: UnitOfWork, checkout: models.Checkout, *, now: dt.datetime) -> None:
    """Tell the buyer that the units were gone, and everything comes back."""
    await _post(
        uow,
        checkout,
        await queries.bought(uow.session, checkout),
        MailTemplate.CHECKOUT_COMPENSATED,
        {"amount": _amount(checkout, checkout.total_minor)},
        key=f"compensated:{checkout.id.hex}",
        now=now,
    )


async def tell_cancelled(
    uow: UnitOfWork,
    checkout: models.Checkout,
    *,
    units: int,
    units_left: int,
    refund_minor: int,
    now: dt.datetime,
) -> None:
    """Tell the buyer what was cancelled now, what is left, and what comes back of what was paid."""
    bought = await queries.bought(uow.session, checkout)
    await _post(
        uow,
        checkout,
        bought,
        MailTemplate.BOOKING_CANCELLED,
        {
            "booking": bought.booking_code,
            "units": str(units),
            "left": str(units_left),
            "amount": _amount(checkout, refund_minor),
        },
        key=f"cancelled:{checkout.id.hex}:{checkout.sequence}",
        now=now,
    )


async def _post(
    uow: UnitOfWork,
    checkout: models.Checkout,
    bought: queries.Bought,
    template: MailTemplate,
    facts: dict[str, str],
    *,
    key: str,
    now: dt.datetime,
) -> None:
    await mail.post(
        uow,
        template=template,
        to=checkout.customer_email,
        locale=checkout.locale,
        facts={
            **facts,
            "partner": bought.partner,
            "product": localized(bought.names, (checkout.locale,)),
            NAME: checkout.customer_name,
            LINK: f"/checkouts/{global_id('Checkout', checkout.id)}",
        },
        key=key,
        partner_id=checkout.partner_id,
        now=now,
    )


def _amount(checkout: models.Checkout, minor: int) -> str:
    return f"{Money(minor, checkout.currency).amount} {checkout.currency}" if minor else ""
